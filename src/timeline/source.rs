//! Where a timeline's intervals come from: one calendar's rules in its zone, or a combination.

use super::block::Block;
use super::{BLOCK_DAYS, BLOCK_SECONDS, Class, END, SECOND};
use crate::calendar::{Calendar, Plain};
use crate::holidays::{self, Region};
use crate::hours::{self, Day, FIRST_DATE, Hours, LAST_DATE, When, Windows};
use crate::zone::{self, Spans};
use chrono::{Days, NaiveDate, NaiveTime};
use chrono_tz::Tz;
use compact_calendar::CompactCalendar;
use opening_hours::localization::Country;
use opening_hours::{Context, ContextHolidays, OpeningHours};
use std::ops::RangeInclusive;
use std::rc::Rc;
use std::sync::Arc;

const DAY_SECONDS: i64 = 86_400;
/// A day's windows reach two days on, and zones differ from UTC by up to a day.
const MARGIN: Day = 4;

/// What a timeline is made of.
pub enum Source {
    Plain(Box<Rules>),
    Union(Vec<Source>),
    Intersection(Vec<Source>),
    Difference(Box<(Source, Source)>),
    /// Open only in `[from, to)`, in seconds since 2000-01-01 UTC.
    Clip {
        inner: Box<Source>,
        from: i64,
        to: i64,
    },
}

/// One calendar's rules, ready to expand.
pub struct Rules {
    zone: Tz,
    hours: Hours,
    holidays: Rc<[Day]>,
    /// One expression for each rule whose days the crate knows; parallel to `hours.rules`.
    selectors: Vec<Option<Selector>>,
    /// Blocks outside of this range hold nothing particular.
    particular: RangeInclusive<i32>,
}

struct Selector {
    days: OpeningHours,
    /// Easter does not repeat after 400 years; everything else in the grammar does.
    cyclic: bool,
}

fn block_of(day: Day) -> i32 {
    day.div_euclid(BLOCK_DAYS)
}

fn empty() -> RangeInclusive<i32> {
    RangeInclusive::new(0, -1)
}

fn hull(a: &RangeInclusive<i32>, b: &RangeInclusive<i32>) -> RangeInclusive<i32> {
    match (a.is_empty(), b.is_empty()) {
        (true, _) => b.clone(),
        (_, true) => a.clone(),
        _ => *a.start().min(b.start())..=*a.end().max(b.end()),
    }
}

fn around(first: Day, last: Day) -> RangeInclusive<i32> {
    block_of(first - MARGIN)..=block_of(last + MARGIN)
}

impl Rules {
    fn new(plain: &Plain) -> Self {
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
                When::Selector(text) => selector(text, region.as_ref(), &holidays),
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
        Self {
            zone,
            hours,
            holidays,
            selectors,
            particular,
        }
    }

    fn class(&self, k: i32) -> Class {
        if self.particular.contains(&k) {
            return Class::Particular(k);
        }
        let after = k > *self.particular.end();
        let mut selectors = self.selectors.iter().flatten().peekable();
        let selected = around(FIRST_DATE, LAST_DATE);
        if selectors.peek().is_none() || !selected.contains(&k) {
            // Beyond the grammar's years selectors never hold.
            return Class::Regular {
                after: after || k > *selected.end(),
            };
        }
        if k == *selected.start() || k == *selected.end() || selectors.any(|s| !s.cyclic) {
            return Class::Particular(k);
        }
        Class::Cyclic {
            after,
            place: k.rem_euclid(27),
        }
    }

    /// The open windows that start on each day of `[first, last]`, given in order of days.
    fn each_day(&self, first: Day, last: Day, mut give: impl FnMut(Day, &Windows)) {
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
                        selected(&selector.days, first - 1, last + 1)
                            .into_iter()
                            .for_each(hit);
                    }
                }
            }
        }
        hits.sort_unstable();
        hits
    }

    /// Open seconds of block `k`, merged and clipped to it, after the block's start.
    fn open(&self, k: i32) -> Vec<(i64, i64)> {
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

fn merge(intervals: impl Iterator<Item = (i64, i64)>) -> Vec<(i64, i64)> {
    let mut merged: Vec<(i64, i64)> = Vec::new();
    for (from, to) in intervals {
        match merged.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}

fn selector(text: &str, region: Option<&Region>, holidays: &[Day]) -> Option<Selector> {
    let mut public = CompactCalendar::default();
    for day in holidays {
        if let Some(date) = hours::date(*day) {
            public.insert(date);
        }
    }
    let school = match region.and_then(|r| r.country().parse::<Country>().ok()) {
        Some(country) if text.contains("SH") => country.holidays().get_school().clone(),
        _ => CompactCalendar::default(),
    };
    let context =
        Context::default().with_holidays(ContextHolidays::new(Arc::new(public), Arc::new(school)));
    let days = format!("{text} 00:00-24:00").parse::<OpeningHours>().ok()?;
    let moves = ["easter", "PH", "SH"]
        .iter()
        .any(|word| text.contains(word));
    let mut numbers = text.split(|c: char| !c.is_ascii_digit());
    let cyclic = !moves && numbers.all(|n| n.len() != 4);
    Some(Selector {
        days: days.with_context(context),
        cyclic,
    })
}

/// The days from `first` to `last` on which a selector's text holds, from 1900 to 9999.
pub fn selector_days(
    text: &str,
    region: Option<&str>,
    holidays: &[Day],
    first: Day,
    last: Day,
) -> Vec<Day> {
    let region = region.and_then(|r| Region::parse(r).ok());
    let selector = selector(text, region.as_ref(), holidays);
    selector.map_or(Vec::new(), |s| selected(&s.days, first, last))
}

/// The days on which a selector holds. The crate skips along its own hints of change.
fn selected(hours: &OpeningHours, first: Day, last: Day) -> Vec<Day> {
    let (first, last) = (first.max(FIRST_DATE), last.min(LAST_DATE));
    let (Some(from), Some(to)) = (hours::date(first), hours::date(last)) else {
        return Vec::new();
    };
    if first > last {
        return Vec::new();
    }
    let midnight = |d: NaiveDate| d.and_time(NaiveTime::MIN);
    let end = to.checked_add_days(Days::new(1)).unwrap_or(to);
    let mut days = Vec::new();
    for range in hours.iter_range(midnight(from), midnight(end)) {
        if range.kind == opening_hours::RuleKind::Open {
            let epoch = |d: NaiveDate| hours::number(d).unwrap_or(LAST_DATE + 1);
            let a = epoch(range.range.start.date());
            let b = epoch(range.range.end.date());
            days.extend(a..b);
        }
    }
    days
}

impl Source {
    pub fn new(calendar: &Calendar) -> Self {
        let all = |list: &[Calendar]| list.iter().map(Self::new).collect::<Vec<_>>();
        match calendar {
            Calendar::Plain(plain) => Self::Plain(Box::new(Rules::new(plain))),
            Calendar::Union(list) => Self::Union(all(list)),
            Calendar::Intersection(list) => Self::Intersection(all(list)),
            Calendar::Difference(pair) => {
                Self::Difference(Box::new((Self::new(&pair.0), Self::new(&pair.1))))
            }
        }
    }

    /// Versions of one calendar, each valid from one local midnight of its zone up to another.
    pub fn versions(list: &[(Calendar, Option<Day>, Option<Day>)]) -> Self {
        let clip = |(calendar, from, to): &(Calendar, Option<Day>, Option<Day>)| {
            let zone = calendar
                .first()
                .and_then(|p| zone::find(&p.zone).ok())
                .unwrap_or(Tz::UTC);
            let instant = |day: &Option<Day>, open: i64| match day {
                None => open,
                Some(day) => {
                    let wall = i64::from(*day) * DAY_SECONDS;
                    let margin = i64::from(MARGIN) * DAY_SECONDS;
                    Spans::over(zone, wall - margin, wall + margin).instant(wall, &mut 0)
                }
            };
            let inner = Box::new(Self::new(calendar));
            if from.is_none() && to.is_none() {
                return *inner;
            }
            Self::Clip {
                inner,
                from: instant(from, i64::MIN),
                to: instant(to, i64::MAX),
            }
        };
        match list {
            [only] => clip(only),
            _ => Self::Union(list.iter().map(clip).collect()),
        }
    }

    pub fn block(&self, k: i32) -> Block {
        let mut open = self.open(k);
        // The last block reaches past Postgres's last instant, where microseconds would overflow.
        let end = END / SECOND - i64::from(k) * BLOCK_SECONDS;
        if end < BLOCK_SECONDS {
            open = intersect(&open, &[(0, end)]);
        }
        Block::new(k, &open)
    }

    fn open(&self, k: i32) -> Vec<(i64, i64)> {
        match self {
            Self::Plain(rules) => rules.open(k),
            Self::Union(list) => {
                let mut all: Vec<_> = list.iter().flat_map(|s| s.open(k)).collect();
                all.sort_unstable();
                merge(all.into_iter())
            }
            Self::Intersection(list) => {
                let mut parts = list.iter().map(|s| s.open(k));
                let first = parts.next().unwrap_or_default();
                parts.fold(first, |a, b| intersect(&a, &b))
            }
            Self::Difference(pair) => {
                let closed = invert(&pair.1.open(k));
                intersect(&pair.0.open(k), &closed)
            }
            Self::Clip { inner, from, to } => {
                let start = i64::from(k) * BLOCK_SECONDS;
                let (from, to) = (from.saturating_sub(start), to.saturating_sub(start));
                intersect(&inner.open(k), &[(from, to)])
            }
        }
    }

    fn parts(&self) -> Vec<&Source> {
        match self {
            Self::Plain(_) => Vec::new(),
            Self::Union(list) | Self::Intersection(list) => list.iter().collect(),
            Self::Difference(pair) => vec![&pair.0, &pair.1],
            Self::Clip { inner, .. } => vec![inner],
        }
    }

    /// The blocks in which something particular may happen; those before are alike, those after too.
    pub(crate) fn particular(&self) -> RangeInclusive<i32> {
        if let Self::Plain(rules) = self {
            return rules.particular.clone();
        }
        let mut range = self
            .parts()
            .iter()
            .fold(empty(), |r, s| hull(&r, &s.particular()));
        if let Self::Clip { from, to, .. } = self {
            for bound in [from, to] {
                let day = bound.div_euclid(DAY_SECONDS);
                if let Ok(day) = Day::try_from(day) {
                    range = hull(&range, &around(day, day));
                }
            }
        }
        range
    }

    pub(crate) fn class(&self, k: i32) -> Class {
        let range = self.particular();
        if range.contains(&k) {
            return Class::Particular(k);
        }
        let after = k > *range.end();
        match self {
            Self::Plain(rules) => rules.class(k),
            _ => {
                let mut class = Class::Regular { after };
                for part in self.parts() {
                    match part.class(k) {
                        Class::Particular(k) => return Class::Particular(k),
                        Class::Cyclic { place, .. } => class = Class::Cyclic { after, place },
                        Class::Regular { .. } => {}
                    }
                }
                class
            }
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Plain(rules) => {
                let days = |r: &hours::Rule| match &r.when {
                    When::Days(d) => d.len() * 4,
                    _ => 64,
                };
                1_024
                    + rules
                        .hours
                        .rules
                        .iter()
                        .map(|r| days(r) + 96)
                        .sum::<usize>()
            }
            _ => self.parts().iter().map(|s| s.bytes()).sum::<usize>() + 64,
        }
    }

    /// The plain calendar that stands first.
    fn first(&self) -> Option<&Rules> {
        match self {
            Self::Plain(rules) => Some(rules),
            _ => self.parts().first().and_then(|s| s.first()),
        }
    }

    /// The zone whose midnights divide the days.
    pub(crate) fn zone(&self) -> Tz {
        self.first().map_or(Tz::UTC, |r| r.zone)
    }

    /// For a plain calendar the minutes of its windows that start on each day; for a combination
    /// None, as its windows have no day of their own.
    pub(crate) fn day_minutes(&self, first: Day, last: Day) -> Option<Vec<u16>> {
        let Self::Plain(rules) = self else {
            return None;
        };
        let mut days = Vec::with_capacity((last - first + 1).max(0) as usize);
        rules.each_day(first, last, |_, windows| {
            days.push(windows.iter().map(|w| w.1 - w.0).sum());
        });
        Some(days)
    }

    /// The minutes of each weekday's hours for a plain calendar.
    pub(crate) fn week_minutes(&self) -> Option<[u16; 7]> {
        let Self::Plain(rules) = self else {
            return None;
        };
        let minutes = |d| rules.hours.ordinary_day(d).iter().map(|w| w.1 - w.0).sum();
        let week: [u16; 7] = std::array::from_fn(minutes);
        Some(week)
    }
}

fn intersect(a: &[(i64, i64)], b: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let (mut i, mut j) = (0, 0);
    let mut both = Vec::new();
    while i < a.len() && j < b.len() {
        let (from, to) = (a[i].0.max(b[j].0), a[i].1.min(b[j].1));
        if from < to {
            both.push((from, to));
        }
        if a[i].1 <= b[j].1 { i += 1 } else { j += 1 }
    }
    both
}

fn invert(open: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let mut closed = Vec::with_capacity(open.len() + 1);
    let mut at = 0;
    for &(from, to) in open {
        if at < from {
            closed.push((at, from));
        }
        at = to;
    }
    if at < BLOCK_SECONDS {
        closed.push((at, BLOCK_SECONDS));
    }
    closed
}
