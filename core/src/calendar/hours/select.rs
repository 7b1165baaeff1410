//! A day selector of the grammar: what the crate parsed, made unambiguous, and its text.

use super::written::{BOTH_DAYS, Written};
use crate::error::{Error, Result};
use chrono::NaiveDate;
use opening_hours_syntax::rules::RuleKind;
use opening_hours_syntax::rules::day::{
    Date, DaySelector, HolidayKind, MonthdayRange, WeekDayOffset, WeekDayRange, Year,
};

/// On which days a rule holds, where that is more than weekdays or dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DaySet {
    pub selector: DaySelector,
    /// `PH Mo-Fr`: the holiday must fall on the weekdays. `PH,Mo-Fr` is either.
    pub both: bool,
}

/// The mark that [`Written`] sets before them.
const MARK: WeekDayRange = WeekDayRange::Holiday {
    kind: HolidayKind::Public,
    offset: BOTH_DAYS,
};

impl DaySet {
    /// What was parsed from a text that [`Written`] prepared.
    ///
    /// # Errors
    /// 22023 for school holidays, and for an offset that is too long.
    pub fn new(selector: &DaySelector) -> Result<Self> {
        let school = |range: &WeekDayRange| {
            let kind = HolidayKind::School;
            matches!(range, WeekDayRange::Holiday { kind: k, .. } if *k == kind)
        };
        if selector.weekday.iter().any(school) {
            return Err(Error::parameter(
                "\"SH\" is not supported: slaops has no school holidays",
                "Write their dates, for instance \"2026 Jul 27-2026 Sep 07 off\".",
            ));
        }
        let mut selector = selector.clone();
        months_as_dates(&mut selector);
        weekdays_themselves(&mut selector);
        distinct(&mut selector.year);
        distinct(&mut selector.monthday);
        distinct(&mut selector.week);
        let given = selector.weekday.len();
        selector.weekday.retain(|range| *range != MARK);
        let both = selector.weekday.len() < given;
        let holiday = |range: &WeekDayRange| matches!(range, WeekDayRange::Holiday { .. });
        // Only the mark stands before a holiday with weekdays behind it; an offset that a user wrote may stand anywhere.
        let plain = selector.weekday.iter().any(|range| !holiday(range));
        if both
            && (given > selector.weekday.len() + 1
                || !plain
                || selector.weekday.iter().all(|r| !holiday(r)))
        {
            return Err(Error::parameter(
                "an offset must be at most 9998 days, not 9999",
                "Write the date itself.",
            ));
        }
        distinct(&mut selector.weekday);
        Ok(Self { selector, both })
    }

    /// Reads a selector's text.
    pub fn read(text: &str) -> Option<Self> {
        let written = Written::new(&format!("{text} off")).ok()?;
        let expression = opening_hours_syntax::parse(&written.text).ok()?;
        let [one] = expression.rules.as_slice() else {
            return None;
        };
        let plain = one.kind == RuleKind::Closed && one.comment.is_empty();
        if !plain || one.day_selector.is_empty() {
            return None;
        }
        DaySet::new(&one.day_selector).ok()
    }

    /// Its text, which reads back as exactly itself.
    pub fn text(&self) -> Option<String> {
        // `2020 Dec 24-Jan 02` would be a range that starts in 2020, `Feb Su[5]` a date that can bear an offset.
        let forms = [(false, " "), (false, ": "), (true, " "), (true, ": ")];
        forms
            .into_iter()
            .map(|(years, colon)| self.written(years, colon))
            .find(|text| Self::read(text).as_ref() == Some(self))
    }

    /// The selector's text, single years as ranges or not. The crate prints "2024Jan-Mar" for "2024 Jan-Mar", which it
    /// reads otherwise, and "PH 1 days" for "PH +1 day", which it does not read (2.1.4).
    fn written(&self, years: bool, colon: &str) -> String {
        let selector = &self.selector;
        let year = |range: &opening_hours_syntax::rules::day::YearRange| match range.into_parts() {
            (range, _) if years && range.start() == range.end() => {
                format!("{0}-{0}", **range.start())
            }
            _ => range.to_string(),
        };
        let weeks = list(selector.week.iter().map(ToString::to_string));
        let wide = [
            list(selector.year.iter().map(year)),
            list(selector.monthday.iter().map(ToString::to_string)),
            if weeks.is_empty() {
                weeks
            } else {
                format!("week {weeks}")
            },
        ];
        let wide: Vec<String> = wide.into_iter().filter(|t| !t.is_empty()).collect();
        let weekday = |holidays: bool| {
            let chosen = selector.weekday.iter().filter(move |range| {
                !self.both || matches!(range, WeekDayRange::Holiday { .. }) == holidays
            });
            list(chosen.map(weekday))
        };
        let narrow = if self.both {
            format!("{} {}", weekday(true), weekday(false))
        } else {
            weekday(true)
        };
        match (wide.is_empty(), narrow.is_empty()) {
            (true, _) => narrow,
            (_, true) => wide.join(" "),
            _ => format!("{}{colon}{narrow}", wide.join(" ")),
        }
    }
}

fn weekday(range: &WeekDayRange) -> String {
    match range {
        WeekDayRange::Holiday { kind, offset } if *offset > 0 => format!("{kind} +{offset} days"),
        _ => range.to_string(),
    }
}

fn list(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(",")
}

/// Drops what a list says again.
fn distinct<T: Clone + Eq + std::hash::Hash>(list: &mut Vec<T>) {
    let mut known = std::collections::HashSet::with_capacity(list.len());
    list.retain(|part| {
        crate::interrupt::check();
        known.insert(part.clone())
    });
}

/// `Jan Mo[1]+Mo` is `Jan Mo[1]`.
fn weekdays_themselves(selector: &mut DaySelector) {
    for range in &mut selector.monthday {
        let MonthdayRange::Date { start, end } = range else {
            continue;
        };
        for (date, offset) in [start, end] {
            if let (Date::Weekday { wday, .. }, WeekDayOffset::Next(day) | WeekDayOffset::Prev(day)) =
                (*date, offset.wday_offset)
                && wday == day
            {
                offset.wday_offset = WeekDayOffset::None;
            }
        }
    }
}

/// Months of a year as dates: the crate ends "2024 Jan-Mar" on 1 March (2.1.4).
fn months_as_dates(selector: &mut DaySelector) {
    for range in &mut selector.monthday {
        let MonthdayRange::Month {
            range: months,
            year: Some(year),
        } = range
        else {
            continue;
        };
        let (first, last) = (*months.start(), *months.end());
        let end_year = if last < first {
            Year(**year + 1)
        } else {
            *year
        };
        let days =
            |day: &u8| NaiveDate::from_ymd_opt(*end_year, last as u32, (*day).into()).is_some();
        let last_day = (28..=31).rev().find(days).unwrap_or(28);
        *range = MonthdayRange::Date {
            start: (Date::ymd(1, first, *year), Default::default()),
            end: (Date::ymd(last_day, last, end_year), Default::default()),
        };
    }
}
