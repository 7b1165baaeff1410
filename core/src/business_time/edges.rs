//! Openings and closings: the edges of open time, found block by block.

use super::block::Block;
use super::{BLOCK, BLOCK_SECONDS, FIRST_BLOCK, LAST_BLOCK, Timeline, bisect};
use crate::time::{END, FIRST, Timestamp};

impl Timeline {
    /// The first opening after `at`, or None.
    pub fn next_open(&self, at: Timestamp) -> Option<Timestamp> {
        self.edge_after(at, Block::next_open)
    }

    /// The first closing after `at`, or None.
    pub fn next_close(&self, at: Timestamp) -> Option<Timestamp> {
        self.edge_after(at, Block::next_close)
    }

    /// The last opening at or before `at`, or None.
    pub fn prev_open(&self, at: Timestamp) -> Option<Timestamp> {
        self.edge_before(at, Block::prev_open)
    }

    /// The last closing at or before `at`, or None.
    pub fn prev_close(&self, at: Timestamp) -> Option<Timestamp> {
        self.edge_before(at, Block::prev_close)
    }

    /// An edge at a block's border is one only if the state changes there.
    fn edge_after(&self, at: Timestamp, find: fn(&Block, i64) -> Option<i64>) -> Option<i64> {
        if at == i64::MAX {
            return None;
        }
        let mut k = at.clamp(FIRST, END - 1).div_euclid(BLOCK) as i32;
        let at = at.max(FIRST - 1);
        loop {
            let block = self.block(k);
            let mut found = find(&block, at);
            while let Some(edge) = found {
                if !self.is_seam(edge) {
                    return (edge < END).then_some(edge);
                }
                found = find(&block, edge);
            }
            k = self.next_block(k)?;
        }
    }

    fn edge_before(&self, at: Timestamp, find: fn(&Block, i64) -> Option<i64>) -> Option<i64> {
        if at == i64::MIN {
            return None;
        }
        let mut k = at.clamp(FIRST, END - 1).div_euclid(BLOCK) as i32;
        let at = at.min(END);
        loop {
            let block = self.block(k);
            let mut found = find(&block, at);
            while let Some(edge) = found {
                if !self.is_seam(edge) {
                    return (edge >= FIRST).then_some(edge);
                }
                found = find(&block, edge - 1);
            }
            k = self.prev_block(k)?;
        }
    }

    /// An interval cut by a block's border is open on both sides of it.
    fn is_seam(&self, edge: i64) -> bool {
        edge.rem_euclid(BLOCK) == 0 && self.is_open(edge) && self.is_open(edge - 1)
    }

    /// The next block after `k` that may hold an edge: blocks without open time hold none, and of
    /// blocks without closed time only the last before a change. Both are found by their sums. One that is open from
    /// its border on, which was closed before, begins with an edge.
    fn next_block(&self, k: i32) -> Option<i32> {
        let next = k + 1;
        if next > LAST_BLOCK {
            return None;
        }
        let first = |sum: &dyn Fn(i32) -> i64| {
            let level = sum(next);
            bisect(next, LAST_BLOCK, |j| sum(j + 1) > level)
        };
        match self.total(next) {
            0 => first(&|j| self.base(j)),
            BLOCK_SECONDS if self.is_open(i64::from(next) * BLOCK - 1) => {
                first(&|j| self.closed(j)).map(|changed| changed - 1)
            }
            _ => Some(next),
        }
    }

    /// The same for blocks before `k`; one that is open up to its border, after which it is closed, ends with an edge.
    fn prev_block(&self, k: i32) -> Option<i32> {
        let prev = k - 1;
        if prev < FIRST_BLOCK {
            return None;
        }
        let last = |sum: &dyn Fn(i32) -> i64| {
            let level = sum(k);
            bisect(-prev, -FIRST_BLOCK, |j| sum(-j) < level).map(|j| -j)
        };
        match self.total(prev) {
            0 => last(&|j| self.base(j)),
            BLOCK_SECONDS if self.is_open(i64::from(k) * BLOCK) => {
                last(&|j| self.closed(j)).map(|changed| changed + 1)
            }
            _ => Some(prev),
        }
    }

    /// Closed seconds from the epoch to the start of block `k`.
    fn closed(&self, k: i32) -> i64 {
        i64::from(k) * BLOCK_SECONDS - self.base(k)
    }

    /// The first open interval that meets `[from, to)`, clipped to it. An interval without an end
    /// ends with the range.
    pub fn period(&self, from: Timestamp, to: Timestamp) -> Option<(Timestamp, Timestamp)> {
        let (from, to) = (from.max(FIRST), to.min(END));
        if from >= to {
            return None;
        }
        let start = if self.is_open(from) {
            from
        } else {
            self.next_open(from)?
        };
        let end = self.next_close(start).unwrap_or(END);
        (start < to).then_some((start, end.min(to)))
    }

    /// The open intervals that meet `[from, to)`, clipped to it, in order and merged.
    pub fn periods(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> impl Iterator<Item = (Timestamp, Timestamp)> + '_ {
        let mut at = from;
        std::iter::from_fn(move || {
            let found = self.period(at, to)?;
            at = found.1;
            Some(found)
        })
    }
}
