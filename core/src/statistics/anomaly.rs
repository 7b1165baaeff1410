//! How unusual is a value? Its distance from earlier ones, in deviations.
//!
//! A row is scored against the rows before it in its frame and not against itself: of 10, 12, 8, 10 and then
//! 20 the score is 6.1; with the 20 among them it would be 1.8, and no row of five could ever be further off.
//!
//! A row that is NULL, NaN or infinite has no score and is no part of the others' past; it still takes its
//! place in a frame counted in rows. A row of a past that never varied scores 0 if it is the same, else an
//! infinity.

mod moments;
mod robust;
mod series;
mod sorted;

pub use moments::{Forward, Moments, Moving};
pub use robust::Robust;
pub use series::{Point, Series};

use crate::error::{Error, Result};

/// The most rows of a frame: 240 MB of state.
pub const MAX_ROWS: usize = 10_000_000;
/// The fewest earlier values for a score, plain and robust.
const LEAST: u64 = 2;
const LEAST_ROBUST: usize = 3;

/// # Errors
/// 54000 over [`MAX_ROWS`].
fn check_size(rows: usize) -> Result<()> {
    if rows < MAX_ROWS {
        return Ok(());
    }
    Err(Error::limit(
        format!("a frame of more than {MAX_ROWS} rows is too large"),
        "Bound it, as ROWS BETWEEN 28 PRECEDING AND CURRENT ROW does.",
    ))
}

/// The value, if it counts; minus zero is zero.
fn real(value: Option<f64>) -> Option<f64> {
    value.filter(|v| v.is_finite()).map(|v| v + 0.0)
}

/// A distance in deviations; None where they are too large for a double.
fn score(distance: f64, deviation: f64) -> Option<f64> {
    let score = if distance == 0.0 {
        0.0
    } else {
        distance / deviation
    };
    (!score.is_nan() && deviation.is_finite() && distance.is_finite()).then_some(score)
}

#[cfg(test)]
mod tests;
