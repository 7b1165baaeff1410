//! One calendar's rules expanded in its zone: days to windows, windows to instants.

use super::selector::Selector;
use super::{BLOCK_DAYS, BLOCK_SECONDS, Class};
use crate::calendar::Plain;
use crate::calendar::holidays::{self, Region};
use crate::calendar::hours::{self, Day, FIRST_DATE, Hours, LAST_DATE, When, Windows};
use crate::time::DAY_SECONDS;
use crate::time::zone::{self, Spans};
use chrono_tz::Tz;
use std::ops::RangeInclusive;
use std::rc::Rc;

/// A day's windows reach two days on, and zones differ from UTC by up to a day.
pub const MARGIN: Day = 4;

/// One calendar's rules, ready to expand.
pub struct Rules {
    pub zone: Tz,
    pub hours: Hours,
    holidays: Rc<[Day]>,
    /// One for each rule whose days a selector tells; parallel to `hours.rules`.
    pub selectors: Vec<Option<Selector>>,
    /// Blocks outside of this range hold nothing particular.
    pub particular: RangeInclusive<i32>,
}

/// The number of the block that a day lies in.
pub fn block_of(day: Day) -> i32 {
    day.div_euclid(BLOCK_DAYS)
}

/// A range of no blocks.
pub fn empty() -> RangeInclusive<i32> {
    RangeInclusive::new(0, -1)
}

/// The least range of blocks that holds both.
pub fn hull(a: &RangeInclusive<i32>, b: &RangeInclusive<i32>) -> RangeInclusive<i32> {
    match (a.is_empty(), b.is_empty()) {
        (true, _) => b.clone(),
        (_, true) => a.clone(),
        _ => *a.start().min(b.start())..=*a.end().max(b.end()),
    }
}

/// The blocks from the first to the last day, with a margin of days at both ends.
pub fn around(first: Day, last: Day) -> RangeInclusive<i32> {
    block_of(first - MARGIN)..=block_of(last + MARGIN)
}

impl Rules {
    /// The rules of a plain calendar, its zone and holidays looked up.
    pub fn new(plain: &Plain) -> Self {
        let zone = zone::find(&plain.zone).unwrap_or(Tz::UTC);
        let region = plain.region.as_deref().and_then(|r| Region::parse(r).ok());
        let hours = plain.hours.clone();
        let asked = hours.mentions_holidays();
        let holidays: Rc<[Day]> = match region.as_ref().filter(|_| asked) {
            Some(region) => holidays::public_holidays(region),
            None => Rc::from(Vec::new()),
        };
        let selectors: Vec<_> = hours
            .rules
            .iter()
            .map(|r| match &r.when {
                When::Selector(text) => Selector::new(text, &holidays),
                _ => None,
            })
            .collect();
        let mut particular = empty();
        let mut add = |first: Day, last: Day| particular = hull(&particular, &around(first, last));
        if !zone::is_fixed(zone) {
            add(
                (zone::FIRST_CHANGE / DAY_SECONDS) as Day,
                (zone::LAST_CHANGE / DAY_SECONDS) as Day,
            );
        }
        if let (Some(first), Some(last)) = (holidays.first(), holidays.last()) {
            add(*first, *last);
        }
        for rule in &hours.rules {
            if let When::Days(days) = &rule.when
                && let (Some(first), Some(last)) = (days.first(), days.last())
            {
                add(*first, *last);
            }
        }
        for selector in selectors.iter().flatten() {
            match (&selector.open, selector.within) {
                // From then on it is as cyclic as without years.
                (Some(open), within) => add(within.map_or(FIRST_DATE, |w| w.0), open.from),
                (None, Some((first, last))) => add(first, last),
                (None, None) => {}
            }
        }
        Self {
            zone,
            hours,
            holidays,
            selectors,
            particular,
        }
    }

    /// The class of block `k`: blocks of one class have the same open hours.
    pub fn class(&self, k: i32) -> Class {
        if self.particular.contains(&k) {
            return Class::Irregular(k);
        }
        let after = k > *self.particular.end();
        let endless = |s: &&Selector| match &s.open {
            // The same weekdays in every block.
            Some(open) => after && open.weekdays.is_none(),
            None => s.within.is_none(),
        };
        let mut selectors = self.selectors.iter().flatten().filter(endless).peekable();
        let selected = around(FIRST_DATE, LAST_DATE);
        if selectors.peek().is_none() || !selected.contains(&k) {
            // Beyond the grammar's years selectors never hold, apart from weekdays of years that run on.
            return Class::Regular {
                after: after || k > *selected.end(),
            };
        }
        let edge = |day| around(day, day).contains(&k);
        if edge(FIRST_DATE) || edge(LAST_DATE) || selectors.any(|s| !s.cyclic) {
            return Class::Irregular(k);
        }
        Class::Cyclic {
            after,
            place: k.rem_euclid(27),
        }
    }

    /// The open windows that start on each day of `[first, last]`, given in order of days.
    pub fn each_day(&self, first: Day, last: Day, mut give: impl FnMut(Day, &Windows)) {
        let hits = self.hits(first, last);
        let mut next = 0;
        let mut weekday = hours::weekday(first);
        let mut scratch = Windows::new();
        for day in first..=last {
            while next < hits.len() && hits[next].0 < day {
                next += 1;
            }
            let windows = if hits.get(next).is_some_and(|h| h.0 == day) {
                let of_day = hits[next..].iter().take_while(|h| h.0 == day);
                scratch.clone_from(&self.hours.week[weekday]);
                for &(_, rule, shift) in of_day {
                    hours::apply(&self.hours.rules[rule as usize], shift.into(), &mut scratch);
                }
                &scratch
            } else {
                &self.hours.week[weekday]
            };
            give(day, windows);
            weekday = if weekday == 6 { 0 } else { weekday + 1 };
        }
    }

    /// Every rule that touches a day: the day, the rule, and whether it holds on the day itself (0),
    /// on the day after (1) or before (-1).
    fn hits(&self, first: Day, last: Day) -> Vec<(Day, u32, i8)> {
        let mut hits = Vec::new();
        for (i, rule) in self.hours.rules.iter().enumerate() {
            let shifts: &[i8] = if rule.is_break() { &[0, 1, -1] } else { &[0] };
            let mut hit = |day: Day| {
                for &shift in shifts {
                    let touched = day - Day::from(shift);
                    if (first..=last).contains(&touched) {
                        hits.push((touched, i as u32, shift));
                    }
                }
            };
            match &rule.when {
                When::Days(days) => inside(days, first - 1, last + 1)
                    .iter()
                    .for_each(|d| hit(*d)),
                When::Weekly { weekdays, holidays } => {
                    let on = |d: &Day| weekdays & (1 << hours::weekday(*d)) != 0;
                    if *weekdays != 0 {
                        (first - 1..=last + 1).filter(on).for_each(&mut hit);
                    }
                    if *holidays {
                        let days = inside(&self.holidays, first - 1, last + 1);
                        days.iter().filter(|d| !on(d)).for_each(|d| hit(*d));
                    }
                }
                When::Selector(_) => {
                    if let Some(selector) = &self.selectors[i] {
                        selector.days(first - 1, last + 1).into_iter().for_each(hit);
                    }
                }
            }
        }
        hits.sort_unstable();
        hits
    }

    /// Open seconds of block `k`, merged and clipped to it, after the block's start.
    pub fn open(&self, k: i32) -> Vec<(i64, i64)> {
        let first = k * BLOCK_DAYS;
        let start = i64::from(k) * BLOCK_SECONDS;
        let (from, to) = (first - MARGIN, first + BLOCK_DAYS + MARGIN);
        let spans = Spans::over(
            self.zone,
            i64::from(from) * DAY_SECONDS,
            i64::from(to) * DAY_SECONDS,
        );
        let per_day = self
            .hours
            .week
            .iter()
            .map(Vec::len)
            .max()
            .unwrap_or(0)
            .max(1);
        let mut open: Vec<(i64, i64)> = Vec::with_capacity(BLOCK_DAYS as usize * per_day + 8);
        let mut sorted = true;
        let mut hint = 0;
        self.each_day(from, to, |day, windows| {
            let midnight = i64::from(day) * DAY_SECONDS;
            for &(opens, closes) in windows {
                let a = spans.instant(midnight + i64::from(opens) * 60, &mut hint) - start;
                let b = spans.instant(midnight + i64::from(closes) * 60, &mut hint) - start;
                let (a, b) = (a.max(0), b.min(BLOCK_SECONDS));
                if a >= b {
                    continue;
                }
                match open.last_mut() {
                    Some(last) if a < last.0 => {
                        sorted = false;
                        open.push((a, b));
                    }
                    Some(last) if a <= last.1 => last.1 = last.1.max(b),
                    _ => open.push((a, b)),
                }
            }
        });
        if !sorted {
            // A window that starts in a zone's gap may be read as later than its successor.
            open.sort_unstable();
            open = merge(open.into_iter());
        }
        open
    }
}

fn inside(days: &[Day], first: Day, last: Day) -> &[Day] {
    let from = days.partition_point(|d| *d < first);
    let to = days.partition_point(|d| *d <= last);
    &days[from..to]
}

/// Merges sorted intervals that overlap or touch.
pub fn merge(intervals: impl Iterator<Item = (i64, i64)>) -> Vec<(i64, i64)> {
    let mut merged: Vec<(i64, i64)> = Vec::new();
    for (from, to) in intervals {
        match merged.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}

/// A calendar's days, asked one at a time.
pub struct DayByDay(Rules);

impl DayByDay {
    /// The rules of a plain calendar.
    pub fn new(plain: &Plain) -> Self {
        Self(Rules::new(plain))
    }

    /// Whether no hours start on a day.
    pub fn is_closed(&self, day: Day) -> bool {
        let mut closed = true;
        self.0
            .each_day(day, day, |_, windows| closed = windows.is_empty());
        closed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Calendar;

    #[test]
    fn ranges_of_blocks() {
        assert!(empty().is_empty());
        for (a, b, both) in [
            (empty(), 3..=5, 3..=5),
            (3..=5, empty(), 3..=5),
            (3..=5, 8..=9, 3..=9),
            (8..=9, 3..=5, 3..=9),
            (-7..=9, 3..=5, -7..=9),
        ] {
            assert_eq!(hull(&a, &b), both, "{a:?} and {b:?}");
        }
        assert!(hull(&empty(), &empty()).is_empty());
    }

    /// Weekdays in a zone that never changes are alike in every block, apart from those before the epoch.
    #[test]
    fn weekdays_alone_have_no_particular_block() {
        let calendar: Calendar = "Mo-Fr 09:00-17:00 @ UTC".parse().expect("a calendar");
        let rules = Rules::new(calendar.first().expect("one calendar"));
        for k in [-400, -1, 0, 1, 2, 540, 19_000] {
            assert_eq!(rules.class(k), Class::Regular { after: k >= 0 }, "{k}");
        }
    }
}
