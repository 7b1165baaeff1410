//! One block of a timeline: open intervals with running sums and an index by day.

use super::{BLOCK, BLOCK_DAYS, BLOCK_SECONDS, SECOND};

/// Open intervals of a block, as seconds after its start. 8 bytes an interval and 2 a day: a calendar
/// with one window a working day takes 42 kB for its 14.8 years.
pub struct Block {
    /// The block's first instant.
    start: i64,
    /// Open time from the epoch to the block's start, in microseconds.
    base: i64,
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
    pub fn new(k: i32, base: i64, open: &[(i64, i64)]) -> Self {
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
            let days = ((to + 86_399) / 86_400).min(i64::from(BLOCK_DAYS)) as usize;
            while index.len() < days {
                index.push(i as u32);
            }
        }
        index.resize(BLOCK_DAYS as usize, open.len() as u32);
        intervals.push(Interval {
            start: u32::MAX,
            sum: sum as u32,
        });
        Self {
            start: i64::from(k) * BLOCK,
            base: base * SECOND,
            index: index.into_boxed_slice(),
            intervals: intervals.into_boxed_slice(),
        }
    }

    pub fn bytes(&self) -> usize {
        size_of::<Self>() + self.index.len() * 4 + self.intervals.len() * size_of::<Interval>()
    }

    fn count(&self) -> usize {
        self.intervals.len() - 1
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

    /// The first interval that ends after `at`, which lies in the block.
    #[inline]
    pub fn near(&self, at: i64) -> usize {
        let second = ((at - self.start) / SECOND) as u32;
        let mut i = self.index[(second / 86_400) as usize] as usize;
        while i + 1 < self.intervals.len() && self.intervals[i].start + self.length(i) <= second {
            i += 1;
        }
        i
    }

    /// Open microseconds from the epoch to `at`, which lies in the block.
    #[inline]
    pub fn ordinal(&self, at: i64) -> i64 {
        let offset = (at - self.start) as u64;
        let second = (offset / SECOND as u64) as u32;
        let mut i = self.index[(second / 86_400) as usize] as usize;
        loop {
            let Interval { start, sum } = self.intervals[i];
            let before = self.base + i64::from(sum) * SECOND;
            if second < start {
                return before;
            }
            let length = self.intervals[i + 1].sum - sum;
            if second - start < length {
                return before + offset as i64 - i64::from(start) * SECOND;
            }
            i += 1;
        }
    }

    pub fn is_open(&self, at: i64) -> bool {
        let i = self.near(at);
        i < self.count() && self.open(i) <= at
    }

    /// The instant with `target` open microseconds since the epoch: the earliest, or the latest.
    /// `guess` is an interval near it. None when the block does not settle it.
    #[inline]
    pub fn find(&self, target: i64, earliest: bool, guess: usize) -> Option<i64> {
        let offset = target - self.base;
        let n = self.count();
        if n == 0 || offset < 0 || offset > self.total() * SECOND {
            return None;
        }
        // The border cases belong to a neighbour: its last closing, or its first opening.
        if (earliest && offset == 0) || (!earliest && offset == self.total() * SECOND) {
            return None;
        }
        let sum = |i: usize| i64::from(self.intervals[i].sum) * SECOND;
        // `i` is to be the interval in which the sum passes `offset`: sum(i) < offset <= sum(i+1) for
        // the earliest instant, sum(i) <= offset < sum(i+1) for the latest.
        let before = |i: usize| {
            if earliest {
                sum(i) < offset
            } else {
                sum(i) <= offset
            }
        };
        let mut low = guess.min(n - 1);
        if !before(low) {
            low = 0;
        }
        let mut step = 1;
        while low + step < n && before(low + step) {
            low += step;
            step *= 2;
        }
        while step > 1 {
            step /= 2;
            if low + step < n && before(low + step) {
                low += step;
            }
        }
        Some(self.open(low) + offset - sum(low))
    }

    /// The first opening after `at`, which may lie before the block.
    pub fn next_open(&self, at: i64) -> Option<i64> {
        let i = self.count_while(|i| self.open(i) <= at);
        (i < self.count()).then(|| self.open(i))
    }

    pub fn next_close(&self, at: i64) -> Option<i64> {
        let i = self.count_while(|i| self.close(i) <= at);
        (i < self.count()).then(|| self.close(i))
    }

    /// The last opening at or before `at`, which may lie after the block.
    pub fn prev_open(&self, at: i64) -> Option<i64> {
        let i = self.count_while(|i| self.open(i) <= at);
        (i > 0).then(|| self.open(i - 1))
    }

    pub fn prev_close(&self, at: i64) -> Option<i64> {
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

    /// The intervals, in seconds after the block's start.
    pub fn seconds(&self) -> impl Iterator<Item = (i64, i64)> + '_ {
        (0..self.count()).map(|i| {
            let start = i64::from(self.intervals[i].start);
            (start, start + i64::from(self.length(i)))
        })
    }

    /// The block's last instant plus one.
    pub fn end(&self) -> i64 {
        debug_assert_eq!(BLOCK, BLOCK_SECONDS * SECOND);
        self.start + BLOCK
    }
}
