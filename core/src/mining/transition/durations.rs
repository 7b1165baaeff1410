//! How long a transition took, each time: sum, ends and quantiles, mergeable.
//!
//! Up to [`EXACT`] durations are kept as they are, and quantiles are exact (linear interpolation, as
//! `percentile_cont`). More are counted in buckets: a duration of `2^e` microseconds and more falls in one of
//! 128 equal parts of its octave, so that a quantile is within 1/256 (0.4 %) of a duration at that rank.
//! Integers only: a histogram is the same on every machine and for every split of the rows.

use crate::error::{Error, Result, SqlState};
use crate::memory;
use serde::{Deserialize, Serialize};

/// Up to this many durations are kept each: 4,096 take some 16 kB of a stored matrix. Help desks have some
/// hundred transitions, few of them more frequent than that.
pub const EXACT: usize = 4_096;
/// Parts of an octave.
const PARTS: u64 = 128;
/// Buckets from 0 to 2^63; as many below 0.
const BUCKETS: i16 = 56 * 128 + 128;

/// Durations in microseconds. From the end of an event to the start of the next they may be negative.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Durations {
    pub n: u64,
    pub total: i128,
    pub min: i64,
    pub max: i64,
    pub spread: Spread,
}

/// Each duration, or how many fell in each bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Spread {
    /// Ascending.
    Each(#[serde(deserialize_with = "memory::list")] Vec<i64>),
    /// Buckets that hold any, ascending, and how many.
    Buckets(#[serde(deserialize_with = "memory::list")] Vec<(i16, u64)>),
}

impl Default for Spread {
    fn default() -> Self {
        Spread::Each(Vec::new())
    }
}

fn bucket(value: i64) -> i16 {
    let size = value.unsigned_abs();
    let shift = (63 - (size | 1).leading_zeros()).saturating_sub(7);
    let bucket = (u64::from(shift) * PARTS + (size >> shift)) as i16;
    if value < 0 { -bucket } else { bucket }
}

/// The middle of a bucket.
fn middle(bucket: i16) -> i64 {
    let place = u64::from(bucket.unsigned_abs());
    let shift = (place / PARTS).saturating_sub(1);
    let lower = (place - shift * PARTS) << shift;
    let middle = (lower + ((1_u64 << shift) >> 1)).min(i64::MAX as u64) as i64;
    if bucket < 0 { -middle } else { middle }
}

/// Durations while they are gathered, in any order.
#[derive(Default)]
pub struct Gathered {
    n: u64,
    total: i128,
    min: i64,
    max: i64,
    each: Vec<i64>,
    /// Counts from bucket `low` on, in whole octaves.
    low: isize,
    counts: Vec<u64>,
    /// Whether there was no memory for one. That is said at the end, so that a row costs no question.
    lacked: bool,
    /// Whether one was too long to be counted.
    far: bool,
}

impl Gathered {
    /// Counts the duration from one instant to another.
    #[inline]
    pub fn push_between(&mut self, from: i64, to: i64) {
        match to.checked_sub(from) {
            Some(value) => self.push(value),
            None => self.far = true,
        }
    }

    /// Counts one more duration, in microseconds.
    #[inline]
    pub fn push(&mut self, value: i64) {
        if self.n == 0 {
            (self.min, self.max) = (value, value);
        }
        self.n += 1;
        self.total += i128::from(value);
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        if self.counts.is_empty() {
            if self.each.len() < EXACT {
                self.lacked |= memory::push(&mut self.each, value).is_err();
                return;
            }
            for value in std::mem::take(&mut self.each) {
                self.count(bucket(value), 1);
            }
        }
        self.count(bucket(value), 1);
    }

    #[inline]
    fn count(&mut self, bucket: i16, n: u64) {
        let at = isize::from(bucket);
        // Before `low` it is a place beyond every end.
        match self.counts.get_mut(at.wrapping_sub(self.low) as usize) {
            // Their sum is `n` of all, which does not overflow.
            Some(count) => *count += n,
            None => self.count_far(at, n),
        }
    }

    #[cold]
    fn count_far(&mut self, at: isize, n: u64) {
        const OCTAVE: isize = PARTS as isize;
        let octave = at.div_euclid(OCTAVE) * OCTAVE;
        if self.counts.is_empty() {
            self.low = octave;
        }
        let end = self.low + self.counts.len() as isize;
        let needed = (end.max(octave + OCTAVE) - self.low.min(octave)) as usize;
        let more = needed - self.counts.len();
        if memory::reserve(&mut self.counts, more).is_err() {
            self.lacked = true;
            return;
        }
        if octave < self.low {
            let missing = (self.low - octave) as usize;
            self.counts.splice(0..0, std::iter::repeat_n(0, missing));
            self.low = octave;
        }
        if self.counts.len() < needed {
            self.counts.resize(needed, 0);
        }
        self.counts[(at - self.low) as usize] += n;
    }

    /// Adds the durations of another log, in time that goes with theirs and not with what is gathered already.
    ///
    /// # Errors
    /// 54000 for counts beyond 2^64, 53200 where memory lacks.
    pub fn merge(&mut self, other: &Durations) -> Result<()> {
        if other.n == 0 {
            return Ok(());
        }
        if self.n == 0 {
            (self.min, self.max) = (other.min, other.max);
        }
        self.n = super::add(self.n, other.n)?;
        self.total = (self.total.checked_add(other.total)).ok_or_else(super::overflow)?;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        if let Spread::Each(list) = &other.spread
            && self.counts.is_empty()
            && self.each.len() + list.len() <= EXACT
        {
            return memory::extend(&mut self.each, list);
        }
        for value in std::mem::take(&mut self.each) {
            self.count(bucket(value), 1);
        }
        match &other.spread {
            Spread::Each(list) => list.iter().for_each(|v| self.count(bucket(*v), 1)),
            Spread::Buckets(list) => list.iter().for_each(|(b, n)| self.count(*b, *n)),
        }
        Ok(())
    }

    /// What was gathered, in its canonical form.
    ///
    /// # Errors
    /// 53200 where there was no memory for one, or is none for the answer.
    pub fn done(&self) -> Result<Durations> {
        if self.lacked {
            return Err(memory::none(size_of::<u64>()));
        }
        if self.far {
            return Err(too_far());
        }
        let spread = if self.counts.is_empty() {
            let mut each = memory::collect(self.each.iter().copied())?;
            each.sort_unstable();
            Spread::Each(each)
        } else {
            let held = self.counts.iter().enumerate().filter(|(_, n)| **n > 0);
            Spread::Buckets(memory::collect(
                held.map(|(i, n)| ((self.low + i as isize) as i16, *n)),
            )?)
        };
        Ok(Durations {
            n: self.n,
            total: self.total,
            min: self.min,
            max: self.max,
            spread,
        })
    }
}

impl Durations {
    /// Whether every duration is kept, so that percentiles are exact.
    pub fn is_exact(&self) -> bool {
        matches!(self.spread, Spread::Each(_))
    }

    /// The mean in microseconds.
    pub fn mean(&self) -> Option<f64> {
        (self.n > 0).then(|| self.total as f64 / self.n as f64)
    }

    /// Quantiles in microseconds, by the fraction of each.
    pub fn quantiles<const N: usize>(&self, fractions: [f64; N]) -> [Option<f64>; N] {
        fractions.map(|q| self.quantile(q))
    }

    /// The quantile of a fraction from 0 to 1; None without durations.
    pub fn quantile(&self, fraction: f64) -> Option<f64> {
        let last = self.n.checked_sub(1)?;
        let place = fraction.clamp(0.0, 1.0) * last as f64;
        let below = place.floor();
        let (low, high) = (
            self.ranked(below as u64),
            self.ranked((below as u64 + 1).min(last)),
        );
        Some(low + (high - low) * (place - below))
    }

    /// The duration of a rank from 0, or the middle of its bucket.
    fn ranked(&self, rank: u64) -> f64 {
        match &self.spread {
            Spread::Each(list) => list.get(rank as usize).copied().unwrap_or(self.max) as f64,
            Spread::Buckets(list) => {
                let mut passed = 0;
                let found = list.iter().find(|(_, n)| {
                    passed += n;
                    passed > rank
                });
                found.map_or(self.max, |(b, _)| middle(*b).clamp(self.min, self.max)) as f64
            }
        }
    }

    /// Checks what bytes from anywhere say.
    pub fn check(&self) -> Result<()> {
        let fits = match &self.spread {
            Spread::Each(list) => {
                list.len() as u64 == self.n
                    && list.len() <= EXACT
                    && list.is_sorted()
                    && list.first().copied().unwrap_or(0) == self.min
                    && list.last().copied().unwrap_or(0) == self.max
                    && list.iter().map(|v| i128::from(*v)).sum::<i128>() == self.total
            }
            Spread::Buckets(list) => {
                let n = list.iter().try_fold(0_u64, |n, (_, c)| n.checked_add(*c));
                n == Some(self.n)
                    && self.n > EXACT as u64
                    && list.is_sorted_by(|a, b| a.0 < b.0)
                    && list
                        .iter()
                        .all(|(b, c)| (-BUCKETS..=BUCKETS).contains(b) && *c > 0)
                    && list.first().is_some_and(|(b, _)| *b == bucket(self.min))
                    && list.last().is_some_and(|(b, _)| *b == bucket(self.max))
                    && i128::from(self.n).saturating_mul(self.min.into()) <= self.total
                    && self.total <= i128::from(self.n).saturating_mul(self.max.into())
            }
        };
        if fits { Ok(()) } else { Err(inconsistent()) }
    }
}

/// Error: a duration that no matrix holds.
fn too_far() -> Error {
    Error::new(
        SqlState::DatetimeOverflow,
        "two events of one case must be at most 292,000 years apart",
        "Leave out events whose instant is a placeholder, such as one of the year 4713 BC.",
    )
}

/// Error: durations that cannot be.
fn inconsistent() -> Error {
    Error::text(
        "invalid transition matrix: its durations contradict each other",
        "Copy a value that slaops.transition_matrix made.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn gather(values: &[i64]) -> Durations {
        let mut g = Gathered::default();
        values.iter().for_each(|v| g.push(*v));
        g.done().unwrap()
    }

    #[test]
    fn buckets_part_each_octave_in_128() {
        assert_eq!(bucket(0), 0);
        assert_eq!(bucket(255), 255);
        assert_eq!((bucket(256), bucket(257), bucket(258)), (256, 256, 257));
        assert_eq!(bucket(i64::MAX), BUCKETS - 1);
        assert_eq!(bucket(i64::MIN), -BUCKETS);
        assert_eq!((bucket(-1), bucket(-1000)), (-1, -bucket(1000)));
        assert_eq!(middle(bucket(1000)), 1002);
    }

    #[test]
    fn quantiles_interpolate_as_percentile_cont() {
        let d = gather(&[40, 10, 20, 30]);
        assert_eq!(d.quantile(0.5), Some(25.0));
        assert_eq!(d.quantile(0.9), Some(37.0));
        assert_eq!(gather(&[]).quantile(0.5), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn middle_is_within_one_part_in_256(v in any::<i64>()) {
            let off = middle(bucket(v)).abs_diff(v) as f64;
            prop_assert!(off <= v.unsigned_abs() as f64 / 256.0);
        }

        #[test]
        fn any_split_merges_to_the_same(values in prop::collection::vec(prop_oneof![0_i64..1 << 45, -(1_i64 << 30)..1 << 30], 0..200), copies in 1_usize..60, cut in 0_usize..200) {
            let cut = cut.min(values.len());
            let repeat = |part: &[i64]| part.repeat(copies);
            let whole = gather(&repeat(&values));
            let mut parts = Gathered::default();
            parts.merge(&gather(&repeat(&values[..cut]))).unwrap();
            parts.merge(&gather(&repeat(&values[cut..]))).unwrap();
            prop_assert_eq!(&parts.done().unwrap(), &whole);
            prop_assert!(whole.check().is_ok());
            let mut sorted = repeat(&values);
            sorted.sort_unstable();
            if let Some(last) = sorted.len().checked_sub(1) {
                let place = 0.9 * last as f64;
                let (low, high) = (sorted[place.floor() as usize] as f64, sorted[place.ceil() as usize] as f64);
                let exact = low + (high - low) * place.fract();
                let told = whole.quantile(0.9).unwrap();
                let allowed = if whole.is_exact() { 1e-9 } else { 1.0 / 256.0 };
                // Between a negative and a positive duration the exact one may be nearer to 0 than both.
                let size = exact.abs().max(low.abs()).max(high.abs());
                prop_assert!((told - exact).abs() <= size * allowed + 1e-9, "{} {}", told, exact);
            }
        }
    }
}
