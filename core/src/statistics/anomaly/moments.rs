//! Mean and variance of a frame that moves, without a subtraction.

use super::{LEAST, check_size, real, score};
use crate::error::Result;
use crate::memory;

/// Count, mean and sum of squared distances: B. P. Welford (1962); merged as by T. Chan, G. Golub and
/// R. LeVeque (1979).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    n: u64,
    mean: f64,
    m2: f64,
}

const LEAST_SQUARES: f64 = 1e-280;

/// A product of two distances of the same sign; rounding does not make it 0 unless one of them is.
#[inline]
fn squared(a: f64, b: f64) -> f64 {
    let product = a * b;
    if product == 0.0 && a != 0.0 && b != 0.0 {
        f64::MIN_POSITIVE
    } else {
        product
    }
}

impl Moments {
    /// Takes in a value.
    #[inline]
    pub fn add(&mut self, value: f64) {
        self.n += 1;
        let before = value - self.mean;
        self.mean += before / self.n as f64;
        self.m2 += squared(before, value - self.mean);
    }

    fn merged(self, other: Self) -> Self {
        if self.n == 0 || other.n == 0 {
            return if self.n == 0 { other } else { self };
        }
        let (a, b) = (self.n as f64, other.n as f64);
        let (n, apart) = (a + b, other.mean - self.mean);
        Self {
            n: self.n + other.n,
            mean: self.mean + apart * (b / n),
            m2: self.m2 + other.m2 + squared(apart, apart * (a * b / n)),
        }
    }

    /// The distance of a value from the mean in sample standard deviations; None for fewer than two values.
    pub fn score(&self, value: f64) -> Option<f64> {
        if self.n < LEAST {
            return None;
        }
        // Values that vary by less than 1e-140 have squares of which no digits are left.
        if self.m2 > 0.0 && self.m2 < LEAST_SQUARES {
            return None;
        }
        score(value - self.mean, (self.m2 / (self.n - 1) as f64).sqrt())
    }
}

/// A frame that only grows: constant memory.
#[derive(Clone, Copy, Debug, Default)]
pub struct Forward {
    before: Moments,
    last: Option<f64>,
}

impl Forward {
    /// Takes in the next row.
    #[inline]
    pub fn push(&mut self, value: Option<f64>) {
        if let Some(before) = self.last.take() {
            self.before.add(before);
        }
        self.last = real(value);
    }

    /// The score of the last row among those before it.
    pub fn score(&self) -> Option<f64> {
        self.before.score(self.last?)
    }
}

/// A frame whose oldest row may leave, by two stacks: old rows with the moments from each of them on, new ones
/// with their moments together. A row moves between them once, so that a step costs O(1) in the mean, and a
/// row that has left leaves nothing behind. (Sums from which rows are subtracted keep the rounding of every
/// value that passed: after 1e17 they say of 1, 2, 3 that they do not vary.)
#[derive(Debug, Default)]
pub struct Moving {
    /// From the newest to the oldest: the moments of this row and all newer ones on this stack.
    old: Vec<Moments>,
    new: Vec<Option<f64>>,
    new_sum: Moments,
    last: Option<Option<f64>>,
}

impl Moving {
    /// Takes in the next row.
    ///
    /// # Errors
    /// 54000 when the frame is too large.
    pub fn push(&mut self, value: Option<f64>) -> Result<()> {
        if let Some(before) = self.last.replace(real(value)) {
            check_size(self.old.len() + self.new.len())?;
            memory::push(&mut self.new, before)?;
            if let Some(value) = before {
                self.new_sum.add(value);
            }
        }
        Ok(())
    }

    /// The oldest row leaves.
    ///
    /// # Errors
    /// 53200 where there is no memory to turn the frame over.
    pub fn pop(&mut self) -> Result<()> {
        if self.old.is_empty() {
            memory::reserve(&mut self.old, self.new.len())?;
            let mut sum = Moments::default();
            for value in self.new.drain(..).rev() {
                if let Some(value) = value {
                    sum.add(value);
                }
                self.old.push(sum);
            }
            self.new_sum = Moments::default();
        }
        if self.old.pop().is_none() {
            self.last = None;
        }
        Ok(())
    }

    /// The score of the last row among those before it in the frame.
    pub fn score(&self) -> Option<f64> {
        self.before().score(self.last??)
    }

    fn before(&self) -> Moments {
        let old = self.old.last().copied().unwrap_or_default();
        old.merged(self.new_sum)
    }
}
