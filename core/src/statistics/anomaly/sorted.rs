//! Values in order with their numbers, and sums over any stretch of them: what medians are taken from.

use crate::error::Result;
use crate::memory;

/// A block is cut in two at this many different values, so that an insertion moves some kilobytes.
const BLOCK: usize = 256;

/// Rows and their sum, as two doubles of which the second has what rounding took from the first.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Sum {
    rows: usize,
    high: f64,
    low: f64,
}

const UNKNOWN: Sum = Sum {
    rows: 0,
    high: f64::NAN,
    low: f64::NAN,
};

impl Sum {
    #[inline]
    fn add(self, rows: usize, high: f64, low: f64) -> Self {
        let sum = self.high + high;
        let of_other = sum - self.high;
        let lost = (self.high - (sum - of_other)) + (high - of_other);
        let low = lost + self.low + low;
        let high = sum + low;
        Self {
            rows: self.rows + rows,
            high,
            low: low - (high - sum),
        }
    }

    fn and(self, other: Self) -> Self {
        self.add(other.rows, other.high, other.low)
    }

    /// A value times a count, exact to some 106 bits.
    fn of(value: f64, count: u32) -> Self {
        let times = f64::from(count);
        let high = value * times;
        let low = if count == 1 {
            0.0
        } else {
            value.mul_add(times, -high)
        };
        Self {
            rows: count as usize,
            high,
            low,
        }
    }
}

/// Different values in order, each with the number of its rows; never empty.
#[derive(Debug, Default)]
struct Block {
    values: Vec<f64>,
    counts: Vec<u32>,
    sum: Sum,
}

impl Block {
    fn new(values: Vec<f64>, counts: Vec<u32>) -> Self {
        let mut block = Self {
            values,
            counts,
            sum: Sum::default(),
        };
        block.sum = block.before(block.values.len());
        block
    }

    /// The sum of the values before a place.
    fn before(&self, place: usize) -> Sum {
        let all = self.values[..place].iter().zip(&self.counts);
        all.fold(Sum::default(), |s, (v, n)| s.and(Sum::of(*v, *n)))
    }

    fn place(&self, value: f64) -> usize {
        self.values.partition_point(|v| *v < value)
    }

    fn at(&self, mut row: usize) -> f64 {
        if self.sum.rows == self.values.len() {
            return self.values[row];
        }
        for (value, count) in self.values.iter().zip(&self.counts) {
            if row < *count as usize {
                return *value;
            }
            row -= *count as usize;
        }
        f64::INFINITY
    }
}

/// A list in order, in blocks in order, under a tree of their sums. No sum is subtracted from: one that something
/// was taken out of is NaN until it is asked for, and then added up from what is left.
#[derive(Debug, Default)]
pub struct Sorted {
    blocks: Vec<Block>,
    /// The root is 1, below node i are 2i and 2i + 1, and the blocks' own sums are from `leaves` on.
    tree: Vec<Sum>,
    leaves: usize,
}

impl Sorted {
    /// The number of values.
    pub fn len(&self) -> usize {
        self.tree.get(1).map_or(0, |s| s.rows)
    }

    fn block(&self, value: f64) -> usize {
        self.blocks
            .partition_point(|b| b.values.last().is_some_and(|end| *end < value))
    }

    /// # Errors
    /// 53200 where there is no memory.
    pub fn insert(&mut self, value: f64) -> Result<()> {
        memory::reserve(&mut self.blocks, 1)?;
        let at = self.block(value).min(self.blocks.len().saturating_sub(1));
        let Some(block) = self.blocks.get_mut(at) else {
            self.blocks.push(Block::new(vec![value], vec![1]));
            return self.plant();
        };
        let place = block.place(value);
        match block.values.get(place) {
            Some(v) if *v == value => block.counts[place] += 1,
            _ => {
                block.values.insert(place, value);
                block.counts.insert(place, 1);
            }
        }
        if block.values.len() < BLOCK {
            block.sum = block.sum.and(Sum::of(value, 1));
            self.climb(at);
            return Ok(());
        }
        // The second half has lists of its own.
        memory::room(4 * BLOCK * size_of::<f64>())?;
        let tail = |list: &mut Vec<f64>| list.split_off(BLOCK / 2);
        let half = Block::new(tail(&mut block.values), block.counts.split_off(BLOCK / 2));
        block.sum = block.before(block.values.len());
        self.blocks.insert(at + 1, half);
        self.plant()
    }

    /// Takes out one value; nothing happens when it is not there.
    pub fn remove(&mut self, value: f64) {
        let at = self.block(value);
        let Some(block) = self.blocks.get_mut(at) else {
            return;
        };
        let place = block.place(value);
        if block.values.get(place) != Some(&value) {
            return;
        }
        block.counts[place] -= 1;
        if block.counts[place] == 0 {
            block.values.remove(place);
            block.counts.remove(place);
        }
        if block.values.is_empty() {
            self.blocks.remove(at);
            // The tree is no larger than before.
            let _ = self.plant();
            return;
        }
        block.sum = Sum {
            rows: block.sum.rows - 1,
            ..UNKNOWN
        };
        self.climb(at);
    }

    /// Computes the unknown sums of a node and of those below it.
    fn refresh(&mut self, node: usize) {
        if !self.tree[node].high.is_nan() {
            return;
        }
        self.tree[node] = if node >= self.leaves {
            let block = &mut self.blocks[node - self.leaves];
            block.sum = block.before(block.values.len());
            block.sum
        } else {
            self.refresh(2 * node);
            self.refresh(2 * node + 1);
            self.tree[2 * node].and(self.tree[2 * node + 1])
        };
    }

    /// Builds the tree again after the number of blocks has changed.
    fn plant(&mut self) -> Result<()> {
        let leaves = self.blocks.len().next_power_of_two();
        let more = (2 * leaves).saturating_sub(self.tree.len());
        memory::reserve(&mut self.tree, more)?;
        self.leaves = leaves;
        self.tree.clear();
        self.tree.resize(2 * self.leaves, Sum::default());
        for (leaf, block) in self.tree[self.leaves..].iter_mut().zip(&self.blocks) {
            *leaf = block.sum;
        }
        for node in (1..self.leaves).rev() {
            self.tree[node] = self.tree[2 * node].and(self.tree[2 * node + 1]);
        }
        Ok(())
    }

    /// The sums above one block.
    fn climb(&mut self, block: usize) {
        let mut node = self.leaves + block;
        self.tree[node] = self.blocks[block].sum;
        while node > 1 {
            node /= 2;
            self.tree[node] = self.tree[2 * node].and(self.tree[2 * node + 1]);
        }
    }

    /// The value of a row from 0; an infinity beyond the last.
    pub fn at(&self, mut row: usize) -> f64 {
        if row >= self.len() {
            return f64::INFINITY;
        }
        let mut node = 1;
        while node < self.leaves {
            node *= 2;
            let left = self.tree[node].rows;
            if row >= left {
                row -= left;
                node += 1;
            }
        }
        self.blocks[node - self.leaves].at(row)
    }

    /// The sum over the blocks before one, or after it.
    fn beside(&self, block: usize, after: bool) -> Sum {
        let mut node = self.leaves + block;
        let mut sum = Sum::default();
        while node > 1 {
            if node.is_multiple_of(2) == after {
                sum = sum.and(self.tree[node ^ 1]);
            }
            node /= 2;
        }
        sum
    }

    /// How many rows are below a value, and how many are equal to it.
    pub fn rank(&self, value: f64) -> (usize, usize) {
        let at = self.block(value);
        let Some(block) = self.blocks.get(at) else {
            return (self.len(), 0);
        };
        let place = block.place(value);
        let below: usize = block.counts[..place].iter().map(|n| *n as usize).sum();
        let equal = match block.values.get(place) {
            Some(v) if *v == value => block.counts[place] as usize,
            _ => 0,
        };
        (self.beside(at, false).rows + below, equal)
    }

    /// The sum of distances from a value; infinite where it is beyond the range of numbers.
    pub fn distances(&mut self, from: f64) -> f64 {
        if self.blocks.is_empty() {
            return 0.0;
        }
        self.refresh(1);
        let at = self.block(from);
        let (low, high) = match self.blocks.get(at) {
            Some(block) => {
                let place = block.place(from);
                let rest = block.values[place..].iter().zip(&block.counts[place..]);
                (
                    self.beside(at, false).and(block.before(place)),
                    rest.fold(self.beside(at, true), |s, (v, n)| s.and(Sum::of(*v, *n))),
                )
            }
            None => (
                self.tree.get(1).copied().unwrap_or_default(),
                Sum::default(),
            ),
        };
        let apart = |s: Sum, sign: f64| {
            let from = Sum::of(-from, s.rows as u32);
            let sum = s.add(0, from.high, from.low);
            sign * (sum.high + sum.low)
        };
        let sum = apart(low, -1.0) + apart(high, 1.0);
        if sum.is_finite() {
            return sum;
        }
        // Sums of the largest values are infinite where distances need not be.
        let all = self
            .blocks
            .iter()
            .flat_map(|b| b.values.iter().zip(&b.counts));
        all.map(|(v, n)| (v - from).abs() * f64::from(*n)).sum()
    }

    /// The median of the ordered values that `at` gives: the middle one, or the mean of the two.
    fn middle(&self, at: impl Fn(usize) -> f64) -> f64 {
        let high = at(self.len() / 2);
        match self.len() % 2 {
            1 => high,
            // Halves first: the sum of two large values may be infinite.
            _ => at(self.len() / 2 - 1) / 2.0 + high / 2.0,
        }
    }

    /// The median of the values.
    pub fn median(&self) -> f64 {
        self.middle(|row| self.at(row))
    }

    /// The median of distances from a value. Those of values below it, going down, and of the others, going
    /// up, are both in order, so a place among all is found by halves.
    pub fn deviation(&self, from: f64) -> f64 {
        let (below, equal) = self.rank(from);
        if equal > self.len() / 2 {
            return 0.0;
        }
        let left = |i: usize| from - self.at(below - 1 - i);
        let right = |i: usize| self.at(below + i) - from;
        self.middle(|place| {
            // Of the first `place + 1` distances, so many are on the left.
            let count = place + 1;
            let mut least = count.saturating_sub(self.len() - below);
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
