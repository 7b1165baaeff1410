//! What a summary counts, without an estimate: rows taken away again, and percentiles of all times.

use super::{Survival, Tally, encode_compact};
use crate::error::{Error, Result};
use crate::memory;

/// What is left of a summary without the rows of a part of it.
///
/// # Errors
/// 22023 where the part has rows that the summary does not have, 53200 where memory lacks.
pub fn subtract(whole: Survival<'_>, part: Survival<'_>) -> Result<Vec<u8>> {
    let mut left: Vec<Tally> = memory::collect(whole.tallies())?;
    let mut at = 0;
    for taken in part.tallies() {
        // Both are in order.
        at += left[at..].partition_point(|t| t.place() < taken.place());
        let known = left
            .get_mut(at)
            .filter(|t| t.place() == taken.place() && t.count() >= taken.count());
        let Some(known) = known else {
            return Err(Error::parameter(
                format!(
                    "the survival summary has fewer than {} rows of {:?} minutes to take away",
                    taken.count(),
                    f64::from_bits(taken.minutes)
                ),
                "Subtract rows that were added before.",
            ));
        };
        known.rows -= taken.count() << 1;
    }
    left.retain(|t| t.count() > 0);
    encode_compact(&left)
}

/// The minutes within which a fraction of all rows lies, those that still run with their minutes so far, between two
/// neighbours in proportion: percentile_cont of SQL. None without rows.
pub fn percentile(survival: Survival<'_>, fraction: f64) -> Option<f64> {
    let last = survival.rows().checked_sub(1)?;
    let place = fraction * last as f64;
    let below = place.floor();
    let mut passed = 0u64;
    let mut low = None;
    for (minutes, events, censored) in survival.times() {
        passed = passed.saturating_add(events).saturating_add(censored);
        let has = |row: f64| passed as f64 > row;
        if low.is_none() && has(below) {
            low = Some(minutes);
        }
        if let Some(low) = low.filter(|_| has(place.ceil())) {
            let part = place - below;
            return Some(if part > 0.0 {
                low + part * (minutes - low)
            } else {
                low
            });
        }
    }
    low
}
