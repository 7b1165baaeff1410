//! Median and median absolute deviation of a frame: its values, sorted.

use super::{LEAST_ROBUST, check_size, real, score};
use crate::error::Result;

/// A block is cut in two at this many values, so that an insertion moves some kilobytes.
const BLOCK: usize = 1_024;

/// Values in order, in blocks in order; none is empty.
#[derive(Debug, Default)]
struct Sorted {
    blocks: Vec<Vec<f64>>,
    len: usize,
}

impl Sorted {
    fn insert(&mut self, value: f64) {
        self.len += 1;
        let last = self.blocks.len().saturating_sub(1);
        let ends_before = |b: &Vec<f64>| b.last().is_some_and(|end| *end < value);
        let at = self.blocks.partition_point(ends_before).min(last);
        let Some(block) = self.blocks.get_mut(at) else {
            self.blocks.push(vec![value]);
            return;
        };
        block.insert(block.partition_point(|v| *v < value), value);
        if block.len() >= BLOCK {
            let half = block.split_off(BLOCK / 2);
            self.blocks.insert(at + 1, half);
        }
    }

    /// Takes out one value; nothing happens when it is not there.
    fn remove(&mut self, value: f64) {
        let ends_before = |b: &Vec<f64>| b.last().is_some_and(|end| *end < value);
        let at = self.blocks.partition_point(ends_before);
        let Some(block) = self.blocks.get_mut(at) else {
            return;
        };
        let i = block.partition_point(|v| *v < value);
        if block.get(i) != Some(&value) {
            return;
        }
        block.remove(i);
        self.len -= 1;
        if block.is_empty() {
            self.blocks.remove(at);
        }
    }

    /// The value at a place from 0; an infinity beyond the last.
    fn at(&self, mut place: usize) -> f64 {
        for block in &self.blocks {
            match block.get(place) {
                Some(value) => return *value,
                None => place -= block.len(),
            }
        }
        f64::INFINITY
    }

    fn below(&self, value: f64) -> usize {
        let whole = |b: &&Vec<f64>| b.last().is_some_and(|end| *end < value);
        let full = self.blocks.iter().take_while(whole);
        let (count, len) = full.fold((0, 0), |(n, len), b| (n + 1, len + b.len()));
        let rest = self.blocks.get(count);
        len + rest.map_or(0, |b| b.partition_point(|v| *v < value))
    }

    fn values(&self) -> impl Iterator<Item = f64> + '_ {
        self.blocks.iter().flatten().copied()
    }

    /// The middle of what `at` gives in order: the value in the middle, or the mean of the two.
    fn middle(&self, at: impl Fn(usize) -> f64) -> f64 {
        let high = at(self.len / 2);
        match self.len % 2 {
            1 => high,
            // Halves first: the sum of two large values may be infinite.
            _ => at(self.len / 2 - 1) / 2.0 + high / 2.0,
        }
    }

    fn median(&self) -> f64 {
        self.middle(|place| self.at(place))
    }

    /// The median of distances from a value. Those of values below it, going down, and of the others, going
    /// up, are both in order, so a place among all is found by halves.
    fn deviation(&self, from: f64) -> f64 {
        let below = self.below(from);
        let left = |i: usize| from - self.at(below - 1 - i);
        let right = |i: usize| self.at(below + i) - from;
        self.middle(|place| {
            // Of the first `place + 1` distances, so many are on the left.
            let count = place + 1;
            let mut least = count.saturating_sub(self.len - below);
            let mut most = count.min(below);
            while least < most {
                let middle = (least + most) / 2;
                if left(middle) < right(count - middle - 1) {
                    least = middle + 1;
                } else {
                    most = middle;
                }
            }
            let a = least.checked_sub(1).map(left);
            let b = (count - least).checked_sub(1).map(right);
            a.unwrap_or(0.0).max(b.unwrap_or(0.0))
        })
    }
}

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
            self.before.insert(before);
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
        (self.before.len > 0).then(|| self.before.median())
    }

    /// The score of the last row among those before it in the frame; None for fewer than three of them.
    pub fn score(&self) -> Option<f64> {
        let value = self.last?;
        if self.before.len < LEAST_ROBUST {
            return None;
        }
        let median = self.before.median();
        let mad = self.before.deviation(median);
        if mad > 0.0 {
            return score(value - median, mad / MAD_SCALE);
        }
        let sum: f64 = self.before.values().map(|v| (v - median).abs()).sum();
        score(value - median, sum / self.before.len as f64 * MEAN_SCALE)
    }
}
