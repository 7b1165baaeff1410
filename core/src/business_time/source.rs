//! Where a timeline's intervals come from: one calendar's rules, or a combination of calendars.

use super::block::Block;
use super::rules::{MARGIN, Rules, around, empty, hull, merge};
use super::{BLOCK_SECONDS, Class};
use crate::calendar::Calendar;
use crate::calendar::hours::{self, Day, When};
use crate::time::DAY_SECONDS;
use crate::time::zone::{self, Spans};
use crate::time::{END, SECOND};
use chrono_tz::Tz;
use std::ops::RangeInclusive;

/// What a timeline is made of.
pub enum Source {
    Plain(Box<Rules>),
    Union(Vec<Source>),
    Intersection(Vec<Source>),
    Difference(Box<(Source, Source)>),
    /// Calendars that follow one another, each open only in its time.
    Versions(Vec<Version>),
}

/// One of the calendars that a name has had.
pub struct Version {
    inner: Source,
    /// The days on which it holds, and those as instants: seconds since 2000-01-01 UTC.
    days: (Day, Day),
    from: i64,
    to: i64,
}

impl Source {
    /// The source of a calendar's open time, of a combination that of its parts.
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
    pub fn versions(calendars: &[(Calendar, Option<Day>, Option<Day>)]) -> Self {
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
            Version {
                inner: Self::new(calendar),
                days: (from.unwrap_or(Day::MIN), to.unwrap_or(Day::MAX)),
                from: instant(from, i64::MIN),
                to: instant(to, i64::MAX),
            }
        };
        Self::Versions(calendars.iter().map(clip).collect())
    }

    /// The open time of block `k`.
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
        crate::interrupt::check();
        match self {
            Self::Plain(rules) => rules.open(k),
            Self::Union(sources) => {
                let mut open: Vec<_> = sources.iter().flat_map(|s| s.open(k)).collect();
                open.sort_unstable();
                merge(open.into_iter())
            }
            Self::Intersection(sources) => {
                let mut parts = sources.iter().map(|s| s.open(k));
                let first = parts.next().unwrap_or_default();
                parts.fold(first, |a, b| intersect(&a, &b))
            }
            Self::Difference(pair) => {
                let closed = invert(&pair.1.open(k));
                intersect(&pair.0.open(k), &closed)
            }
            Self::Versions(versions) => {
                let start = i64::from(k) * BLOCK_SECONDS;
                let mut open = Vec::new();
                for v in versions {
                    let (from, to) = (v.from.saturating_sub(start), v.to.saturating_sub(start));
                    if from < BLOCK_SECONDS && to > 0 {
                        open.extend(intersect(&v.inner.open(k), &[(from, to)]));
                    }
                }
                open.sort_unstable();
                merge(open.into_iter())
            }
        }
    }

    fn parts(&self) -> Vec<&Source> {
        match self {
            Self::Plain(_) => Vec::new(),
            Self::Union(list) | Self::Intersection(list) => list.iter().collect(),
            Self::Difference(pair) => vec![&pair.0, &pair.1],
            Self::Versions(list) => list.iter().map(|v| &v.inner).collect(),
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
        if let Self::Versions(list) = self {
            for bound in list.iter().flat_map(|v| [v.from, v.to]) {
                if let Ok(day) = Day::try_from(bound.div_euclid(DAY_SECONDS)) {
                    range = hull(&range, &around(day, day));
                }
            }
        }
        range
    }

    pub(crate) fn class(&self, k: i32) -> Class {
        let range = self.particular();
        if range.contains(&k) {
            return Class::Irregular(k);
        }
        let after = k > *range.end();
        match self {
            Self::Plain(rules) => rules.class(k),
            _ => {
                let mut class = Class::Regular { after };
                for part in self.parts() {
                    match part.class(k) {
                        Class::Irregular(k) => return Class::Irregular(k),
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

    /// The minutes of the windows that start on each day, of a plain calendar or of versions of one;
    /// for a combination None, as its windows have no day of their own.
    pub(crate) fn day_minutes(&self, first: Day, last: Day) -> Option<Vec<u16>> {
        match self {
            Self::Plain(rules) => {
                let mut days = Vec::with_capacity((last - first + 1).max(0) as usize);
                rules.each_day(first, last, |_, windows| {
                    days.push(windows.iter().map(|w| w.1 - w.0).sum());
                });
                Some(days)
            }
            Self::Versions(versions) => {
                let mut days = vec![0; (last - first + 1).max(0) as usize];
                for version in versions {
                    let of_version = version.inner.day_minutes(first, last)?;
                    for (day, (minutes, of_day)) in (first..).zip(days.iter_mut().zip(of_version)) {
                        if (version.days.0..version.days.1).contains(&day) {
                            *minutes = of_day;
                        }
                    }
                }
                Some(days)
            }
            _ => None,
        }
    }

    /// When the hours that start on a day begin, in seconds since 2000-01-01 UTC: None where none do. For a
    /// combination, whose windows have no day of their own, there is no answer.
    pub(crate) fn begins(&self, day: Day) -> Option<Option<i64>> {
        match self {
            Self::Plain(rules) => {
                let mut first = None;
                rules.each_day(day, day, |_, windows| first = windows.first().map(|w| w.0));
                let wall = |minute: u16| i64::from(day) * DAY_SECONDS + i64::from(minute) * 60;
                let margin = i64::from(MARGIN) * DAY_SECONDS;
                Some(first.map(wall).map(|wall| {
                    let spans = Spans::over(rules.zone, wall - margin, wall + margin);
                    spans.instant(wall, &mut 0)
                }))
            }
            Self::Versions(versions) => {
                let mut first_open = None;
                for version in versions {
                    let begins = version.inner.begins(day)?;
                    if (version.days.0..version.days.1).contains(&day) {
                        first_open = begins.map(|at| at.max(version.from));
                    }
                }
                Some(first_open)
            }
            _ => None,
        }
    }

    /// The minutes of each weekday's hours for a plain calendar.
    pub(crate) fn week_minutes(&self) -> Option<[u16; 7]> {
        let Self::Plain(rules) = self else {
            return None;
        };
        let minutes = |d| rules.hours.ordinary_day(d).iter().map(|w| w.1 - w.0).sum();
        Some(std::array::from_fn(minutes))
    }

    /// Which of the versions holds at an instant in seconds, or the nearest; None if there are none.
    pub(crate) fn version_at(&self, at: i64) -> Option<usize> {
        let Self::Versions(list) = self else {
            return None;
        };
        let after = list.iter().position(|v| at < v.to);
        Some(after.unwrap_or(list.len().saturating_sub(1)))
    }

    /// One version, as a source to ask for its working day.
    pub(crate) fn version(&self, i: usize) -> Option<&Source> {
        match self {
            Self::Versions(list) => list.get(i).map(|v| &v.inner),
            _ => None,
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Calendar;

    #[test]
    fn open_years_share_their_blocks() {
        let own = |hours: &str| {
            let calendar: Calendar = format!("{hours} @ America/New_York").parse().expect(hours);
            let source = Source::new(&calendar);
            let blocks = (0..545).map(|k| source.class(k));
            blocks.collect::<std::collections::HashSet<_>>().len()
        };
        for rule in [
            "12:00-13:00 off",
            "Mo 12:00-13:00 off",
            "Jan 12:00-13:00 off",
            "Mo[5] off",
            "week 10 off",
        ] {
            let (without, with) = (
                own(&format!("Mo-Fr 09:00-17:00; {rule}")),
                own(&format!("Mo-Fr 09:00-17:00; 2026+ {rule}")),
            );
            assert!(
                with <= without + 2,
                "{rule}: {with} blocks, without years {without}"
            );
        }
    }

    fn source(text: &str) -> Source {
        Source::new(&text.parse().expect(text))
    }

    /// Minutes of the hours that start on a day, when no other day is asked for: breaks of the day before and after count.
    #[test]
    fn minutes_of_single_days() {
        // Monday, 5 January 2026.
        const MONDAY: Day = 9_501;
        let new_year = MONDAY - 4;
        for (text, first, minutes) in [
            ("Mo-Su 22:00-06:00 @ UTC", MONDAY, [480, 480, 480]),
            (
                "Mo-Su 22:00-06:00; 2026 Jan 6 00:00-02:00 off @ UTC",
                MONDAY,
                [360, 480, 480],
            ),
            (
                "Mo-Su 22:00-06:00; 2026 Jan 5 22:00-26:00 off @ UTC",
                MONDAY,
                [240, 480, 480],
            ),
            (
                "Mo-Su 00:00-08:00; 2026 Jan 5 22:00-26:00 off @ UTC",
                MONDAY,
                [480, 360, 480],
            ),
            (
                "Mo-Su 22:00-06:00; Tu 00:00-02:00 off @ UTC",
                MONDAY,
                [360, 480, 480],
            ),
            (
                "Mo-Su 22:00-06:00; Mo 22:00-26:00 off @ UTC",
                MONDAY,
                [240, 480, 480],
            ),
            (
                "Mo-Su 00:00-08:00; Mo 22:00-26:00 off @ UTC",
                MONDAY,
                [480, 360, 480],
            ),
            ("Mo-Su 09:00-17:00; Jan 06 off @ UTC", MONDAY, [480, 0, 480]),
            (
                "Mo-Su 22:00-06:00; Jan 06 00:00-02:00 off @ UTC",
                MONDAY,
                [360, 480, 480],
            ),
            (
                "Mo-Su 09:00-17:00; PH off @ UTC, US",
                new_year - 1,
                [480, 0, 480],
            ),
            (
                "Mo-Su 22:00-06:00; PH 00:00-02:00 off @ UTC, US",
                new_year - 1,
                [360, 480, 480],
            ),
            (
                "Mo-Su 00:00-08:00; PH 22:00-26:00 off @ UTC, US",
                new_year,
                [480, 360, 480],
            ),
        ] {
            let source = source(text);
            for (day, minutes) in (first..).zip(minutes) {
                let found = source.day_minutes(day, day);
                assert_eq!(found, Some(vec![minutes]), "{text}: day {day}");
            }
        }
    }

    #[test]
    fn minutes_of_a_week() {
        for (text, minutes) in [
            (
                "Mo-Fr 09:00-17:00; Sa 10:00-13:00 @ UTC",
                Some([480, 480, 480, 480, 480, 180, 0]),
            ),
            (
                "Mo 09:00-12:00,13:00-17:00; Su 22:00-06:00 @ UTC",
                Some([420, 0, 0, 0, 0, 0, 480]),
            ),
            ("(Mo 09:00-17:00 @ UTC) | (Tu 09:00-17:00 @ UTC)", None),
        ] {
            assert_eq!(source(text).week_minutes(), minutes, "{text}");
        }
    }

    #[test]
    fn intervals_inverted() {
        let end = BLOCK_SECONDS;
        for (open, closed) in [
            (vec![], vec![(0, end)]),
            (vec![(0, end)], vec![]),
            (vec![(5, 7), (9, 11)], vec![(0, 5), (7, 9), (11, end)]),
            (vec![(0, 7), (9, end)], vec![(7, 9)]),
        ] {
            assert_eq!(invert(&open), closed, "{open:?}");
        }
    }
}
