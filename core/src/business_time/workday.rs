//! Business days: dates with open time, counted with a running sum for each block of days.
//!
//! For a plain calendar a date is a business day when hours start on it, so a night shift belongs to
//! the evening on which it begins. For a combination it is one when it has any open time, midnight to
//! midnight in the zone of the calendar that stands first.

use super::{BLOCK_DAYS, Class, FIRST_BLOCK, LAST_BLOCK, Timeline};
use crate::calendar::hours::Day;
use crate::time::zone::Spans;
use crate::time::{DAY_SECONDS, SECOND, Timestamp};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// The dates that have open time, as far as asked.
#[derive(Default)]
pub struct Workdays {
    /// By block: how many business days precede each day within it, and the total at the end.
    blocks: RefCell<HashMap<i32, Rc<[u16]>>>,
    totals: RefCell<HashMap<Class, i64>>,
    after: RefCell<Vec<i64>>,
    before: RefCell<Vec<i64>>,
}

/// First and last date that business-day functions take, as Postgres's timestamps do.
pub const FIRST_DAY: Day = FIRST_BLOCK * BLOCK_DAYS;
/// The last day for which open time is computed, as a day's number.
pub const LAST_DAY: Day = LAST_BLOCK * BLOCK_DAYS;

impl Timeline {
    /// Whether a date has open time.
    pub fn is_business_day(&self, day: Day) -> bool {
        self.days_before(day.saturating_add(1)) > self.days_before(day)
    }

    /// Business days from 2000-01-01 to before `day`; negative for earlier days.
    pub fn days_before(&self, day: Day) -> i64 {
        let day = day.clamp(FIRST_DAY, LAST_DAY);
        let k = day.div_euclid(BLOCK_DAYS);
        let counts = self.day_counts(k);
        self.day_base(k) + i64::from(counts[day.rem_euclid(BLOCK_DAYS) as usize])
    }

    /// The `n`th business day after `day`, or before it for a negative `n`; `day` itself for 0.
    /// None when there are not that many.
    pub fn add_days(&self, day: Day, n: i64) -> Option<Day> {
        if n == 0 {
            return Some(day);
        }
        // Numbered from 0 at the first business day on or after 2000-01-01.
        let number = if n > 0 {
            self.days_before(day.saturating_add(1)).checked_add(n - 1)?
        } else {
            self.days_before(day).checked_add(n)?
        };
        let holds = |d: Day| self.days_before(d.saturating_add(1)) > number;
        let (mut low, mut high) = if n > 0 {
            (day, LAST_DAY - 1)
        } else {
            (FIRST_DAY, day)
        };
        // Gallop away from `day`, so that a short step stays in its block.
        let mut step = 8;
        while low < high {
            let probe = if n > 0 {
                low.saturating_add(step)
            } else {
                high.saturating_sub(step)
            };
            if probe <= low || probe >= high {
                break;
            }
            match (n > 0, holds(probe)) {
                (true, true) => high = probe,
                (true, false) => low = probe + 1,
                (false, true) => high = probe,
                (false, false) => low = probe + 1,
            }
            if (n > 0) == (high == probe) {
                break;
            }
            step = step.saturating_mul(2);
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if holds(middle) {
                high = middle
            } else {
                low = middle + 1
            }
        }
        (holds(low) && self.is_business_day(low)).then_some(low)
    }

    /// The date at an instant in the zone whose midnights divide the days.
    pub fn day_of(&self, at: Timestamp) -> Day {
        let second = at.div_euclid(SECOND);
        let wall = second + i64::from(crate::time::zone::offset(self.source.zone(), second));
        wall.div_euclid(DAY_SECONDS) as Day
    }

    /// The same time of day `n` business days after an instant, which is first moved to the next opening. Where the
    /// calendar is closed then, the next opening after it. What is left of a night shift after midnight belongs to the
    /// day on which the shift began. None when there are not that many.
    pub fn same_time(&self, at: Timestamp, n: i64) -> Option<Timestamp> {
        let opening = |at: Timestamp| match self.is_open(at) {
            true => Some(at),
            false => self.next_open(at),
        };
        let start = opening(at)?;
        let zone = self.source.zone();
        let second = start.div_euclid(SECOND);
        let wall = second + i64::from(crate::time::zone::offset(zone, second));
        let date = wall.div_euclid(DAY_SECONDS) as Day;
        let day = self.shift_day(date, start);
        let later = self.add_days(day, n)?;
        let wall = i64::from(later + (date - day)) * DAY_SECONDS + wall.rem_euclid(DAY_SECONDS);
        let spans = Spans::over(zone, wall - 2 * DAY_SECONDS, wall + 2 * DAY_SECONDS);
        let later = spans.instant(wall, &mut 0).saturating_mul(SECOND);
        opening(later.saturating_add(start.rem_euclid(SECOND)))
    }

    /// The day to whose hours an open instant on a date belongs: an earlier one if the hours that start on the date
    /// have not begun. A window ends two days after it began at the latest.
    fn shift_day(&self, date: Day, at: Timestamp) -> Day {
        let begun = |day: Day| match self.source.begins(day) {
            Some(begins) => begins.is_some_and(|b| b.saturating_mul(SECOND) <= at),
            None => true,
        };
        (date - 2..=date).rev().find(|d| begun(*d)).unwrap_or(date)
    }

    /// The last of `n` whole business days from an instant on, the day of the instant for 0. That day itself
    /// counts when nothing of its open time has passed: of the hours that start on it, so that at 01:00 of a night
    /// shift from 22:00 the night to come counts. None when there are not that many.
    pub fn whole_days(&self, at: Timestamp, n: i64) -> Option<Day> {
        let day = self.day_of(at);
        let begun = match self.source.begins(day) {
            Some(begins) => begins.is_some_and(|b| b.saturating_mul(SECOND) < at),
            None => self.open_since_midnight(day, at),
        };
        let from = if begun || n == 0 { day } else { day - 1 };
        self.add_days(from, n)
    }

    fn open_since_midnight(&self, day: Day, at: Timestamp) -> bool {
        let midnight = i64::from(day) * DAY_SECONDS;
        let zone = self.source.zone();
        let spans = Spans::over(zone, midnight - 2 * DAY_SECONDS, midnight + 2 * DAY_SECONDS);
        let begins = spans.instant(midnight, &mut 0).saturating_mul(SECOND);
        self.ordinal(begins) != self.ordinal(at)
    }

    /// How many whole business days there are from an instant on, up to `most`.
    pub fn count_whole_days(&self, at: Timestamp, most: i64) -> i64 {
        let (mut low, mut high) = (0, most.max(0));
        if self.whole_days(at, high).is_some() {
            return high;
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if self.whole_days(at, middle).is_some() {
                low = middle;
            } else {
                high = middle;
            }
        }
        low
    }

    fn day_base(&self, k: i32) -> i64 {
        let days = &self.workdays;
        let (sums, index) = if k >= 0 {
            (&days.after, k)
        } else {
            (&days.before, -k)
        };
        let index = index as usize;
        loop {
            let computed = sums.borrow().len();
            if computed > index {
                return sums.borrow()[index];
            }
            let i = computed as i32;
            let last = sums.borrow().last().copied().unwrap_or(0);
            let next = match (computed, k >= 0) {
                (0, _) => 0,
                (_, true) => last + self.day_total(i - 1),
                (_, false) => last - self.day_total(-i),
            };
            sums.borrow_mut().push(next);
        }
    }

    fn day_total(&self, k: i32) -> i64 {
        let class = self.source.class(k);
        if let Some(total) = self.workdays.totals.borrow().get(&class) {
            return *total;
        }
        let total = i64::from(self.day_counts(k)[BLOCK_DAYS as usize]);
        self.workdays.totals.borrow_mut().insert(class, total);
        total
    }

    fn day_counts(&self, k: i32) -> Rc<[u16]> {
        if let Some(counts) = self.workdays.blocks.borrow().get(&k) {
            return counts.clone();
        }
        let open = self.minutes_by_day(k);
        let mut counts = Vec::with_capacity(open.len() + 1);
        let mut count = 0u16;
        counts.push(0);
        for minutes in open {
            count += u16::from(minutes > 0);
            counts.push(count);
        }
        let counts: Rc<[u16]> = Rc::from(counts);
        let mut blocks = self.workdays.blocks.borrow_mut();
        if blocks.len() >= 64 {
            blocks.clear();
        } else {
            self.hold(counts.len() * 2);
        }
        blocks.insert(k, counts.clone());
        counts
    }

    /// Open minutes of each date of a block, rounded up so that any open time counts.
    fn minutes_by_day(&self, k: i32) -> Vec<u16> {
        let first = k * BLOCK_DAYS;
        let last = first + BLOCK_DAYS - 1;
        if let Some(minutes) = self.source.day_minutes(first, last) {
            return minutes;
        }
        let (from, to) = (
            i64::from(first) * DAY_SECONDS,
            i64::from(last + 1) * DAY_SECONDS,
        );
        let spans = Spans::over(
            self.source.zone(),
            from - 2 * DAY_SECONDS,
            to + 2 * DAY_SECONDS,
        );
        let mut hint = 0;
        let mut midnight = |day: Day| {
            self.ordinal(
                spans
                    .instant(i64::from(day) * DAY_SECONDS, &mut hint)
                    .saturating_mul(SECOND),
            )
        };
        (first..=last)
            .map(|day| {
                let open = midnight(day + 1) - midnight(day);
                ((open + 60 * SECOND - 1) / (60 * SECOND)) as u16
            })
            .collect()
    }

    /// Open minutes of one working day: the commonest length among the week's open days, the longer
    /// where two are as common. A calendar without weekly hours, or a combination, is judged by its
    /// days from 2000 to 2044. 0 when no day is ever open.
    pub fn day_minutes(&self) -> f64 {
        self.day_minutes_at(i64::MAX)
    }

    /// The same for the version of the calendar that holds at an instant in microseconds.
    pub fn day_minutes_at(&self, at: Timestamp) -> f64 {
        let version = self.source.version_at(at.div_euclid(SECOND));
        if let Some(minutes) = self.day_minutes.borrow().get(&version) {
            return *minutes;
        }
        let source = version
            .and_then(|i| self.source.version(i))
            .unwrap_or(&self.source);
        let commonest = |lengths: &mut dyn Iterator<Item = u16>| {
            let mut counts: HashMap<u16, u32> = HashMap::new();
            lengths
                .filter(|m| *m > 0)
                .for_each(|m| *counts.entry(m).or_default() += 1);
            counts
                .into_iter()
                .max_by_key(|(m, n)| (*n, *m))
                .map(|(m, _)| f64::from(m))
        };
        let days = || match source.day_minutes(0, 3 * BLOCK_DAYS) {
            Some(days) => days,
            None => (0..3).flat_map(|k| self.minutes_by_day(k)).collect(),
        };
        let week = source.week_minutes();
        let minutes = week
            .and_then(|w| commonest(&mut w.into_iter()))
            .or_else(|| commonest(&mut days().into_iter()))
            .unwrap_or(0.0);
        self.day_minutes.borrow_mut().insert(version, minutes);
        minutes
    }
}
