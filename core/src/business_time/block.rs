//! One block of a timeline: open intervals with running sums and an index by day.

use super::{BLOCK, BLOCK_DAYS};
use crate::time::{DAY, DAY_SECONDS, SECOND, Timestamp};

/// Open intervals of a block, as seconds after its start. 8 bytes an interval and 4 a day: a calendar
/// with one window a working day takes 53 kB for its 14.8 years.
pub struct Block {
    /// The block's first instant.
    start: i64,
    /// Intervals in a microsecond of open time, on average.
    rate: f64,
    /// For each day the first interval that ends after the day's start.
    index: Box<[u32]>,
    /// Start and running sum of each interval, then a sentinel at the end of time.
    intervals: Box<[Interval]>,
}

#[derive(Clone, Copy)]
struct Interval {
    start: u32,
    /// Open seconds in the block before this interval.
    sum: u32,
}

impl Block {
    /// Builds block `k` from intervals in seconds after its start: sorted, disjoint, not touching.
    pub fn new(k: i32, open: &[(i64, i64)]) -> Self {
        let mut intervals = Vec::with_capacity(open.len() + 1);
        let mut index = Vec::with_capacity(BLOCK_DAYS as usize);
        let mut sum = 0i64;
        for (i, &(from, to)) in open.iter().enumerate() {
            intervals.push(Interval {
                start: from as u32,
                sum: sum as u32,
            });
            sum += to - from;
            // Days that start before this interval's end, and are not yet indexed, find it first.
            let days = ((to + DAY_SECONDS - 1) / DAY_SECONDS).min(i64::from(BLOCK_DAYS)) as usize;
            while index.len() < days {
                index.push(i as u32);
            }
        }
        // Days after the last interval find the last, or without any the first sentinel.
        index.resize(BLOCK_DAYS as usize, open.len().saturating_sub(1) as u32);
        intervals.push(Interval {
            start: u32::MAX,
            sum: sum as u32,
        });
        if open.is_empty() {
            intervals.push(Interval {
                start: u32::MAX,
                sum: 0,
            });
        }
        let count = open.len() as f64;
        Self {
            rate: if sum > 0 {
                count / (sum * SECOND) as f64
            } else {
                0.0
            },
            start: i64::from(k) * BLOCK,
            index: index.into_boxed_slice(),
            intervals: intervals.into_boxed_slice(),
        }
    }

    /// The block's size in memory, in bytes.
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + self.index.len() * 4 + self.intervals.len() * size_of::<Interval>()
    }

    fn count(&self) -> usize {
        if self.intervals[0].start == u32::MAX {
            0
        } else {
            self.intervals.len() - 1
        }
    }

    /// Open seconds in the block.
    pub fn total(&self) -> i64 {
        i64::from(self.intervals[self.count()].sum)
    }

    fn length(&self, i: usize) -> u32 {
        self.intervals[i + 1].sum - self.intervals[i].sum
    }

    /// The interval's ends as instants.
    fn open(&self, i: usize) -> i64 {
        self.start + i64::from(self.intervals[i].start) * SECOND
    }

    fn close(&self, i: usize) -> i64 {
        self.open(i) + i64::from(self.length(i)) * SECOND
    }

    /// The last interval that starts at or before `at`, which lies in the block, or one that starts
    /// later on the same day or after; so open time before `at` is that before the interval and the
    /// part of the interval before `at`.
    #[inline]
    fn near(&self, offset: i64) -> usize {
        let second = (offset as u64 / SECOND as u64) as u32;
        let mut i = self.index[(offset as u64 / DAY as u64) as usize] as usize;
        while self.intervals[i + 1].start <= second {
            i += 1;
        }
        i
    }

    /// Open microseconds from the block's start to `at`, which lies in the block; and an interval
    /// near `at`.
    #[inline]
    pub fn passed(&self, at: Timestamp) -> (i64, usize) {
        let offset = at - self.start;
        let i = self.near(offset);
        let (Interval { start, sum }, next) = (self.intervals[i], self.intervals[i + 1]);
        let length = i64::from(next.sum - sum) * SECOND;
        let inside = (offset - i64::from(start) * SECOND).clamp(0, length);
        (i64::from(sum) * SECOND + inside, i)
    }

    /// Whether an instant of the block lies in open time.
    pub fn is_open(&self, at: Timestamp) -> bool {
        let offset = at - self.start;
        let i = self.near(offset);
        let second = (offset as u64 / SECOND as u64) as u32;
        let start = self.intervals[i].start;
        second >= start && second - start < self.length(i)
    }

    /// The instant by which `passed` open microseconds have passed since the block's start: the
    /// earliest, or the latest. `guess` is an interval from which some `amount` of them is counted.
    /// None when the block does not hold that much. Callers ask a block for the earliest instant of no open time, or for
    /// the latest of all of it, of none: those belong to a neighbor.
    #[inline]
    pub fn find(&self, passed: i64, earliest: bool, guess: usize, amount: i64) -> Option<i64> {
        let n = self.count();
        let total = self.total() * SECOND;
        if n == 0 || passed < 0 || passed > total {
            return None;
        }
        let sum = |i: usize| i64::from(self.intervals[i].sum) * SECOND;
        // `i` is to be the interval in which the sum passes: sum(i) < passed <= sum(i+1) for the
        // earliest instant, sum(i) <= passed < sum(i+1) for the latest.
        let limit = passed - i64::from(earliest);
        let jump = (amount as f64 * self.rate) as i64;
        let mut i = (guess as i64 + jump).clamp(0, n as i64 - 1) as usize;
        let mut step = 1;
        while sum(i) > limit {
            i = i.saturating_sub(step);
            step *= 2;
        }
        step = 1;
        while i + step < n && sum(i + step) <= limit {
            i += step;
            step *= 2;
        }
        while step > 1 {
            step /= 2;
            if i + step < n && sum(i + step) <= limit {
                i += step;
            }
        }
        Some(self.open(i) + (passed - sum(i)))
    }

    /// The first opening after `at`, which may lie before the block.
    pub fn next_open(&self, at: Timestamp) -> Option<i64> {
        let i = self.count_while(|i| self.open(i) <= at);
        (i < self.count()).then(|| self.open(i))
    }

    /// The first closing after an instant.
    pub fn next_close(&self, at: Timestamp) -> Option<i64> {
        let i = self.count_while(|i| self.close(i) <= at);
        (i < self.count()).then(|| self.close(i))
    }

    /// The last opening at or before `at`, which may lie after the block.
    pub fn prev_open(&self, at: Timestamp) -> Option<i64> {
        let i = self.count_while(|i| self.open(i) <= at);
        (i > 0).then(|| self.open(i - 1))
    }

    /// The last closing at or before an instant.
    pub fn prev_close(&self, at: Timestamp) -> Option<i64> {
        let i = self.count_while(|i| self.close(i) <= at);
        (i > 0).then(|| self.close(i - 1))
    }

    /// How many intervals from the start satisfy a condition that once false stays false.
    fn count_while(&self, holds: impl Fn(usize) -> bool) -> usize {
        let (mut low, mut high) = (0, self.count());
        while low < high {
            let middle = (low + high) / 2;
            if holds(middle) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        low
    }
}
