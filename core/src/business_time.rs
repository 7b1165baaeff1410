//! A calendar laid out in time: open intervals with prefix sums, compiled when they are needed. Input: a calendar or
//! its versions, and instants. Output: open time between instants, the instant at which an amount of it has passed, opening
//! and closing times, and a calendar's holidays by date.
//!
//! Time is cut into blocks of [`BLOCK_DAYS`] days. A block holds its open intervals in seconds with a
//! running sum and an index by day, so that a question inside compiled blocks is a handful of memory
//! reads. Blocks are compiled when first touched. Far from every date, holiday and zone change all
//! blocks are alike, and only one of them is ever compiled; so the year 9999 is cheap.
//!
//! Instants are microseconds since 2000-01-01 00:00 UTC, as Postgres counts them; `i64::MIN` and
//! `i64::MAX` are its infinities. Amounts of open time are microseconds.

mod block;
mod closings;
mod edges;
mod rules;
mod selector;
mod source;
mod workday;

pub use rules::DayByDay;
pub use selector::selector_days;
pub use source::Source;
pub use workday::{FIRST_DAY, LAST_DAY};

use crate::time::{DAY_SECONDS, END, FIRST, MICROS_PER_MINUTE, SECOND, Timestamp};
use block::Block;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// 773 weeks. 27 blocks make the 400 years after which the Gregorian calendar repeats.
pub const BLOCK_DAYS: i32 = 5_411;
const BLOCK_SECONDS: i64 = BLOCK_DAYS as i64 * DAY_SECONDS;
const BLOCK: i64 = BLOCK_SECONDS * SECOND;
/// The blocks of Postgres's range: 4713 BC to 294276 AD.
const FIRST_BLOCK: i32 = -454;
const LAST_BLOCK: i32 = 19_728;
/// Blocks from the year 1526 to 2474 are found by index, others by a hash table.
const HOT: i32 = 32;
/// A timeline keeps blocks of at most this size; beyond it old ones are compiled again when asked for.
/// A usual calendar takes a tenth of it for five centuries.
const MAX_BYTES: usize = 32 << 20;

/// A calendar laid out in time.
pub struct Timeline {
    source: Source,
    hot: [OnceCell<Rc<Block>>; 2 * HOT as usize],
    far: RefCell<HashMap<i32, Rc<Block>>>,
    /// Open seconds of one block, by class of blocks that are alike.
    totals: RefCell<HashMap<Class, i64>>,
    /// Open seconds between the epoch and the start of block `i`, and of block `-i`.
    after: RefCell<Vec<i64>>,
    before: RefCell<Vec<i64>>,
    workdays: workday::Workdays,
    /// Minutes of a working day: of the calendar, or by version.
    day_minutes: RefCell<HashMap<Option<usize>, f64>>,
    bytes: Cell<usize>,
    identity: u64,
}

/// Blocks of one class hold the same amount of open time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Before the first or after the last date, holiday and zone change of the calendar.
    Regular {
        after: bool,
    },
    /// The same place in the 400-year cycle.
    Cyclic {
        after: bool,
        place: i32,
    },
    Irregular(i32),
}

/// Where an instant lies.
enum Place {
    Before,
    In(i32),
    After,
}

fn place(at: Timestamp) -> Place {
    match at {
        _ if at < FIRST => Place::Before,
        _ if at >= END => Place::After,
        _ => Place::In(at.div_euclid(BLOCK) as i32),
    }
}

thread_local! {
    static GROWN: Cell<usize> = const { Cell::new(0) };
}

/// Bytes by which timelines have grown since the last call.
pub fn take_growth() -> usize {
    GROWN.replace(0)
}

impl Timeline {
    /// The lines of a source, of which no block is computed yet.
    pub fn new(source: Source) -> Self {
        Self {
            source,
            hot: [const { OnceCell::new() }; 2 * HOT as usize],
            far: RefCell::default(),
            totals: RefCell::default(),
            after: RefCell::new(vec![0]),
            before: RefCell::new(vec![0]),
            workdays: workday::Workdays::default(),
            day_minutes: RefCell::default(),
            bytes: Cell::new(4_096),
            identity: 0,
        }
    }

    /// The same, known by a hash of what it was made from.
    pub fn identified(mut self, identity: u64) -> Self {
        self.identity = identity;
        self
    }

    /// The hash given to [`Timeline::identified`]: the same for all ways to name one calendar.
    pub fn identity(&self) -> u64 {
        self.identity
    }

    /// Memory held, in bytes, to about a tenth.
    pub fn bytes(&self) -> usize {
        self.bytes.get() + self.source.bytes()
    }

    fn hold(&self, bytes: usize) {
        self.bytes.set(self.bytes.get() + bytes);
        GROWN.set(GROWN.get() + bytes);
    }

    /// Open time from `from` to `to`, in microseconds; negative when reversed. `None` when it is
    /// unbounded, which only an infinite end can make it, or more than 292,000 years.
    #[inline]
    pub fn between(&self, from: Timestamp, to: Timestamp) -> Option<i64> {
        let k = from.div_euclid(BLOCK);
        if k == to.div_euclid(BLOCK)
            && let Some(block) = self.hot(k)
        {
            return Some(block.passed(to).0 - block.passed(from).0);
        }
        self.between_far(from, to)
    }

    #[cold]
    fn between_far(&self, from: Timestamp, to: Timestamp) -> Option<i64> {
        if from == to {
            return Some(0);
        }
        let unbounded = |at: Timestamp| match place(at) {
            Place::Before => at == i64::MIN && self.total(FIRST_BLOCK) > 0,
            Place::After => at == i64::MAX && self.total(LAST_BLOCK) > 0,
            Place::In(_) => false,
        };
        if unbounded(from) || unbounded(to) {
            return None;
        }
        let k = from.div_euclid(BLOCK);
        if k == to.div_euclid(BLOCK)
            && matches!((place(from), place(to)), (Place::In(_), Place::In(_)))
        {
            let block = self.block(k as i32);
            return Some(block.passed(to).0 - block.passed(from).0);
        }
        self.ordinal(to).checked_sub(self.ordinal(from))
    }

    /// Open minutes from `from` to `to`; an infinity where open time is unbounded.
    #[inline]
    pub fn minutes(&self, from: Timestamp, to: Timestamp) -> f64 {
        match self.between(from, to) {
            Some(micros) => micros as f64 / MICROS_PER_MINUTE,
            None => self.minutes_unbounded(from, to),
        }
    }

    #[cold]
    fn minutes_unbounded(&self, from: Timestamp, to: Timestamp) -> f64 {
        let finite = |at: Timestamp| at != i64::MIN && at != i64::MAX;
        if finite(from) && finite(to) {
            return (i128::from(self.ordinal(to)) - i128::from(self.ordinal(from))) as f64
                / MICROS_PER_MINUTE;
        }
        if to > from {
            f64::INFINITY
        } else {
            f64::NEG_INFINITY
        }
    }

    #[inline]
    fn hot(&self, k: i64) -> Option<&Block> {
        let index = k + i64::from(HOT);
        self.hot.get(index as usize)?.get().map(|b| &**b)
    }

    /// Open time since 2000-01-01 00:00 UTC, in microseconds; negative before. Instants outside
    /// Postgres's range count as its ends.
    #[inline]
    pub fn ordinal(&self, at: Timestamp) -> i64 {
        let at = at.clamp(FIRST, END - 1);
        let k = at.div_euclid(BLOCK);
        let passed = match self.hot(k) {
            Some(block) => block.passed(at).0,
            None => self.block(k as i32).passed(at).0,
        };
        self.base(k as i32) * SECOND + passed
    }

    /// Whether the calendar is open at an instant; never at an infinite one.
    #[inline]
    pub fn is_open(&self, at: Timestamp) -> bool {
        match self.hot(at.div_euclid(BLOCK)) {
            Some(block) => block.is_open(at),
            None => match place(at) {
                Place::In(k) => self.block(k).is_open(at),
                _ => false,
            },
        }
    }

    /// The instant by which `amount` microseconds of open time have passed since `at`: the earliest
    /// for a positive amount, the latest from which they pass for a negative one, `at` itself for 0.
    /// An infinity when there is not that much open time.
    #[inline]
    pub fn add(&self, at: Timestamp, amount: i64) -> Timestamp {
        if amount == 0 || at == i64::MIN || at == i64::MAX {
            return at;
        }
        if let Some(block) = self.hot(at.div_euclid(BLOCK)) {
            let (passed, near) = block.passed(at);
            let target = passed.saturating_add(amount);
            if let Some(found) = block.find(target, amount > 0, near, amount) {
                return found;
            }
        }
        self.add_far(at, amount)
    }

    fn add_far(&self, at: Timestamp, amount: i64) -> i64 {
        let at = at.clamp(FIRST, END - 1);
        let target = self.ordinal(at).saturating_add(amount);
        let start = at.div_euclid(BLOCK) as i32;
        let k = if amount > 0 {
            self.block_reaching(start, target)
        } else {
            self.block_leaving(start, target)
        };
        let end = if amount > 0 { i64::MAX } else { i64::MIN };
        let found = k.and_then(|k| {
            let target = target - self.base(k) * SECOND;
            self.block(k).find(target, amount > 0, 0, target)
        });
        found.filter(|t| (FIRST..END).contains(t)).unwrap_or(end)
    }

    /// The first block from `start` on that ends with at least `target` microseconds.
    fn block_reaching(&self, start: i32, target: i64) -> Option<i32> {
        let target = target.div_euclid(SECOND) + i64::from(target.rem_euclid(SECOND) > 0);
        bisect(start, LAST_BLOCK, |k| self.base(k + 1) >= target)
    }

    /// The last block up to `start` that begins with at most `target` microseconds.
    fn block_leaving(&self, start: i32, target: i64) -> Option<i32> {
        let target = target.div_euclid(SECOND);
        bisect(-start, -FIRST_BLOCK, |k| self.base(-k) <= target).map(|k| -k)
    }

    fn block(&self, k: i32) -> Rc<Block> {
        let cell = self.hot.get((k + HOT) as usize);
        if let Some(block) = cell.and_then(OnceCell::get) {
            return block.clone();
        }
        if let Some(block) = self.far.borrow().get(&k) {
            return block.clone();
        }
        let block = Rc::new(self.source.block(k));
        match cell {
            Some(cell) if self.bytes.get() + block.bytes() <= MAX_BYTES => {
                let _ = cell.set(block.clone());
            }
            _ => {
                let mut far = self.far.borrow_mut();
                let held: usize = far.values().map(|b| b.bytes()).sum();
                if far.len() >= 64 || held + block.bytes() > MAX_BYTES / 2 {
                    let freed: usize = far.drain().map(|(_, b)| b.bytes()).sum();
                    self.bytes.set(self.bytes.get().saturating_sub(freed));
                }
                far.insert(k, block.clone());
            }
        }
        self.hold(block.bytes());
        block
    }

    /// Open seconds in a block.
    fn total(&self, k: i32) -> i64 {
        // The last block ends early, with Postgres's range.
        let class = match k {
            LAST_BLOCK => Class::Irregular(k),
            _ => self.source.class(k),
        };
        if let Some(total) = self.totals.borrow().get(&class) {
            return *total;
        }
        let total = match self.hot.get((k + HOT) as usize).and_then(OnceCell::get) {
            Some(block) => block.total(),
            None => self.source.block(k).total(),
        };
        self.totals.borrow_mut().insert(class, total);
        total
    }

    /// Open seconds from the epoch to the start of block `k`.
    fn base(&self, k: i32) -> i64 {
        let (sums, index) = if k >= 0 {
            (&self.after, k)
        } else {
            (&self.before, -k)
        };
        let index = index as usize;
        if let Some(sum) = sums.borrow().get(index) {
            return *sum;
        }
        let before = sums.borrow().len();
        let mut computed = before;
        while computed <= index {
            crate::interrupt::check();
            let i = computed as i32;
            let step = if k >= 0 {
                self.total(i - 1)
            } else {
                -self.total(-i)
            };
            let mut sums = sums.borrow_mut();
            let sum = sums[computed - 1] + step;
            sums.push(sum);
            computed += 1;
        }
        self.hold(8 * (computed - before));
        sums.borrow()[index]
    }
}

/// The first number from `low` to `high` for which `holds`, which stays true once it is; None if the
/// last does not. It gallops from `low`, so that what is near costs little, and what is never asked
/// for is never computed.
fn bisect(low: i32, high: i32, holds: impl Fn(i32) -> bool) -> Option<i32> {
    let (mut low, mut step) = (low, 1);
    let mut probe = low;
    while !holds(probe) {
        if probe >= high {
            return None;
        }
        low = probe + 1;
        probe = high.min(probe.saturating_add(step));
        step = step.saturating_mul(2);
    }
    let mut high = probe;
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Some(low)
}
