//! Scores by median and median absolute deviation.

use super::sorted::Sorted;
use super::{LEAST_ROBUST, check_size, real, score};
use crate::error::Result;

/// A frame scored by B. Iglewicz and D. Hoaglin, "How to detect and handle outliers" (1993): distance from
/// the median in median absolute deviations, scaled to be a standard deviation where values are normal. Where
/// more than half of the values are the same, by the mean absolute deviation.
#[derive(Debug, Default)]
pub struct Robust {
    before: Sorted,
    /// Rows of the frame, those that do not count too.
    rows: usize,
    last: Option<f64>,
}

/// The normal quantile of 3/4, and the root of pi / 2.
const MAD_SCALE: f64 = 0.674_489_750_196_081_7;
const MEAN_SCALE: f64 = 1.253_314_137_315_500_3;

impl Robust {
    /// Takes in the next row.
    ///
    /// # Errors
    /// 54000 when the frame is too large.
    pub fn push(&mut self, value: Option<f64>) -> Result<()> {
        check_size(self.rows)?;
        self.rows += 1;
        if let Some(before) = self.last.take() {
            self.before.insert(before)?;
        }
        self.last = real(value);
        Ok(())
    }

    /// The oldest row leaves, which had this value.
    pub fn pop(&mut self, value: Option<f64>) {
        self.rows = self.rows.saturating_sub(1);
        if self.rows == 0 {
            *self = Self::default();
        } else if let Some(value) = real(value) {
            self.before.remove(value);
        }
    }

    /// The median of the rows before the last; None for none.
    pub fn median(&self) -> Option<f64> {
        (self.before.len() > 0).then(|| self.before.median())
    }

    /// The score of the last row among those before it in the frame; None for fewer than three of them.
    pub fn score(&mut self) -> Option<f64> {
        let value = self.last?;
        if self.before.len() < LEAST_ROBUST {
            return None;
        }
        let median = self.before.median();
        let mad = self.before.deviation(median);
        if mad > 0.0 {
            return score(value - median, mad / MAD_SCALE);
        }
        let sum = self.before.distances(median);
        score(value - median, sum / self.before.len() as f64 * MEAN_SCALE)
    }
}
