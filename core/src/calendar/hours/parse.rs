//! Reads the OpenStreetMap grammar, by the crate opening-hours-syntax, into the canonical form.

use super::select::DaySet;
use super::written::Written;
use super::{Action, DAY, Day, Hours, Minute, Rule, WHOLE_DAY, When, Windows, normalize};
use crate::error::{Error, Result};
use chrono::NaiveDate;
use opening_hours_syntax::rules::day::{
    Date, DaySelector, HolidayKind, MonthdayRange, WeekDayRange, Year,
};
use opening_hours_syntax::rules::time::{Time, TimeSpan};
use opening_hours_syntax::rules::{RuleKind, RuleOperator, RuleSequence};

/// 1900-01-01 and 9999-12-31: the dates that the grammar can name.
pub const FIRST_DATE: Day = -36_524;
/// The last date that opening hours may name: 9999-12-31, in days since 2000-01-01.
pub const LAST_DATE: Day = 2_921_939;
/// The most bytes of opening hours, which bounds the parser's work. A calendar of the most dates takes 240,000 bytes.
pub const MAX_TEXT: usize = 300_000;

/// The longest name of a holiday.
const MAX_COMMENT: usize = 200;

const EXAMPLE: &str = "Write hours in the OpenStreetMap grammar, for instance \
                       \"Mo-Fr 09:00-17:00; Sa 10:00-14:00; PH off\", \"24/7\" or \"off\".";

/// Parses opening hours.
///
/// # Errors
/// 22P02 with the position when the text does not follow the grammar; 22023 for parts of the grammar
/// that have no business minutes (sun events, points in time); 54000 over the size limits.
pub fn parse(text: &str) -> Result<Hours> {
    if text.len() > MAX_TEXT {
        return Err(Error::limit(
            format!("opening hours of {} bytes are too long", text.len()),
            format!("They may have {MAX_TEXT} bytes; write dates as a list or a range."),
        ));
    }
    if let Some(at) = text.find(|c: char| c.is_control()) {
        return Err(
            Error::text("opening hours must not contain control characters", EXAMPLE).at(text
                [..at]
                .chars()
                .count()
                + 1),
        );
    }
    let written = Written::new(text)?;
    let expression =
        opening_hours_syntax::parse(&written.text).map_err(|e| syntax_error(text, &written, &e))?;
    let rules = expression
        .rules
        .iter()
        .map(rule)
        .collect::<Result<Vec<_>>>()?;
    Hours::new(rules)
}

fn syntax_error(text: &str, written: &Written, error: &opening_hours_syntax::Error) -> Error {
    use opening_hours_syntax::Error as Cause;
    let (problem, hint) = match error {
        Cause::Syntax(pest) => {
            let at = match pest.location {
                pest::error::InputLocation::Pos(p) => p,
                pest::error::InputLocation::Span((p, _)) => p,
            };
            return not_read(text, written.original(at));
        }
        Cause::Unsupported("point in time") => (
            "hold a point in time, which has no open minutes".to_owned(),
            "Write a window, such as 12:00-13:00.",
        ),
        Cause::Unsupported(_) => (
            "name a day after Easter by its number alone".to_owned(),
            "Write the month, such as easter-Apr 20, or an offset, such as easter-easter +1 day.",
        ),
        Cause::InvertedYearRange { start, end, .. } => (
            format!(
                "hold the years {}-{}, which end before they start",
                **start, **end
            ),
            "Write the earlier year first.",
        ),
        Cause::Overflow { value, .. } => (
            format!("hold the step {value}, which is too large"),
            "Weeks may be counted by up to 52.",
        ),
        other => (format!("do not read: {other}"), EXAMPLE),
    };
    Error::text(format!("opening hours \"{text}\" {problem}"), hint)
}

fn not_read(text: &str, at: usize) -> Error {
    let before = text.get(..at).unwrap_or(text);
    let found: String = text.get(at..).unwrap_or("").chars().take(20).collect();
    let position = before.chars().count() + 1;
    let what = if found.is_empty() {
        format!("opening hours \"{text}\" end too early")
    } else {
        format!("opening hours \"{text}\" do not read at \"{found}\"")
    };
    Error::text(what, EXAMPLE).at(position)
}

fn rule(sequence: &RuleSequence) -> Result<Rule> {
    let spans = sequence
        .time_selector
        .spans
        .iter()
        .map(window)
        .collect::<Result<Windows>>()?;
    let mut windows = normalize(spans);
    let action = match (sequence.operator, sequence.kind) {
        (RuleOperator::Fallback, RuleKind::Open) => Action::Otherwise,
        (RuleOperator::Fallback, _) => {
            windows.clear();
            Action::Otherwise
        }
        (_, RuleKind::Closed) | (RuleOperator::Additional, RuleKind::Unknown) => Action::Remove,
        (RuleOperator::Additional, RuleKind::Open) => Action::Add,
        (RuleOperator::Normal, RuleKind::Open) => Action::Replace,
        // Unknown hours count as closed, and the rule replaces earlier ones.
        (RuleOperator::Normal, RuleKind::Unknown) => {
            windows = vec![WHOLE_DAY];
            Action::Remove
        }
    };
    let when = when(&sequence.day_selector)?;
    // A comment matters where it names a holiday; elsewhere it would only make equal hours differ.
    let comment = if action == Action::Remove
        && !matches!(
            when,
            When::Weekly {
                holidays: false,
                ..
            }
        ) {
        sequence.comment.to_string()
    } else {
        String::new()
    };
    if comment.chars().count() > MAX_COMMENT {
        return Err(Error::limit(
            "a comment is too long",
            format!("A comment may have {MAX_COMMENT} characters."),
        ));
    }
    Ok(Rule {
        when,
        action,
        windows,
        comment,
    })
}

fn window(span: &TimeSpan) -> Result<(Minute, Minute)> {
    let fixed = |time: &Time| match time {
        Time::Fixed(t) => Ok(t.mins_from_midnight()),
        Time::Variable(event) => Err(Error::parameter(
            format!("\"{event}\" needs coordinates, which a calendar does not have"),
            "Write a clock time instead.",
        )),
    };
    if span.repeats.is_some() {
        return Err(Error::parameter(
            format!("\"{span}\" lists points in time, which have no open minutes"),
            "Write the window without the repetition.",
        ));
    }
    let (from, mut to) = (fixed(&span.range.start)?, fixed(&span.range.end)?);
    if to <= from {
        to += DAY;
    }
    if from >= DAY || to > 2 * DAY {
        return Err(Error::parameter(
            format!("window \"{span}\" must start before 24:00 and end by 48:00"),
            "Write the window of the day on which it starts, such as 22:00-06:00.",
        ));
    }
    Ok((from, to))
}

fn when(selector: &DaySelector) -> Result<When> {
    let set = DaySet::new(selector)?;
    let selector = &set.selector;
    let only_weekdays =
        selector.year.is_empty() && selector.monthday.is_empty() && selector.week.is_empty();
    if only_weekdays
        && !set.both
        && let Some(weekly) = weekly(&selector.weekday)
    {
        return Ok(weekly);
    }
    let only_dates =
        selector.year.is_empty() && selector.week.is_empty() && selector.weekday.is_empty();
    if only_dates && let Some(days) = dates(&selector.monthday)? {
        return Ok(When::Days(days));
    }
    check_days(&selector.monthday)?;
    match set.text() {
        Some(text) => Ok(When::Selector(text)),
        None => Err(Error::parameter(
            format!("day selector \"{selector}\" is not supported"),
            "Write the dates out, for instance \"2026 Dec 24,2026 Dec 31 off\".",
        )),
    }
}

fn weekly(ranges: &[WeekDayRange]) -> Option<When> {
    if ranges.is_empty() {
        return Some(When::Weekly {
            weekdays: 127,
            holidays: false,
        });
    }
    let (mut weekdays, mut holidays) = (0u8, false);
    for range in ranges {
        match range {
            WeekDayRange::Fixed {
                range,
                offset: 0,
                nth_from_start,
                nth_from_end,
            } if nth_from_start.iter().chain(nth_from_end).all(|x| *x) => {
                let last = *range.end() as u8;
                let mut d = *range.start() as u8;
                loop {
                    weekdays |= 1 << d;
                    if d == last {
                        break;
                    }
                    d = (d + 1) % 7;
                }
            }
            WeekDayRange::Holiday {
                kind: HolidayKind::Public,
                offset: 0,
            } => holidays = true,
            _ => return None,
        }
    }
    Some(When::Weekly { weekdays, holidays })
}

/// The days of a list in which every entry names its year, or None.
fn dates(ranges: &[MonthdayRange]) -> Result<Option<Vec<Day>>> {
    let mut days = Vec::new();
    for range in ranges {
        let MonthdayRange::Date {
            start: (start, start_offset),
            end: (end, end_offset),
        } = range
        else {
            return Ok(None);
        };
        if *start_offset != Default::default() || *end_offset != Default::default() {
            return Ok(None);
        }
        let (
            Date::Fixed {
                year: Some(from_year),
                month: from_month,
                day: from_day,
            },
            Date::Fixed { year, month, day },
        ) = (*start, *end)
        else {
            return Ok(None);
        };
        let from = day_number(from_year, from_month as u32, from_day)?;
        let mut to = day_number(year.unwrap_or(from_year), month as u32, day)?;
        if year.is_none() && to < from {
            to = day_number(Year(*from_year + 1), month as u32, day)?;
        }
        if to < from {
            return Err(Error::parameter(
                format!("date range \"{range}\" ends before it starts"),
                "Write the earlier date first.",
            ));
        }
        if (to - from) as usize > super::MAX_DAYS {
            return Ok(None);
        }
        days.extend(from..=to);
    }
    Ok(if days.is_empty() { None } else { Some(days) })
}

/// The crate takes 30 February for every day of the year (2.1.4).
fn check_days(ranges: &[MonthdayRange]) -> Result<()> {
    for range in ranges {
        if let MonthdayRange::Date { start, end } = range {
            for date in [start.0, end.0] {
                if let Date::Fixed { year, month, day } = date {
                    day_number(year.unwrap_or(Year(2000)), month as u32, day).map_err(|e| {
                        let named = format!("\"{date}\" is not a date");
                        Error::parameter(named, e.hint)
                    })?;
                }
            }
        }
    }
    Ok(())
}

fn day_number(year: Year, month: u32, day: u8) -> Result<Day> {
    NaiveDate::from_ymd_opt(*year, month, day.into())
        .and_then(number)
        .ok_or_else(|| {
            Error::parameter(
                format!("{:04}-{month:02}-{day:02} is not a date", *year),
                "Check the number of days in the month.",
            )
        })
}

/// The day number of a date from 1900 to 9999.
pub fn number(date: NaiveDate) -> Option<Day> {
    let epoch = NaiveDate::from_ymd_opt(2000, 1, 1)?;
    let days = date.signed_duration_since(epoch).num_days();
    Day::try_from(days)
        .ok()
        .filter(|d| (FIRST_DATE..=LAST_DATE).contains(d))
}
