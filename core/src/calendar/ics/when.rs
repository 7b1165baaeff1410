//! Dates, date-times, durations and periods of RFC 5545 section 3.3.

use std::str::FromStr;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone};
use chrono_tz::Tz;

use super::IcsError;
use super::line::Line;

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Zone {
    Floating,
    Named(Tz),
    Unknown,
}

/// A DATE (at midnight) or DATE-TIME as written.
#[derive(Clone, Copy)]
pub(super) struct When {
    pub(super) wall: NaiveDateTime,
    /// None for a DATE.
    pub(super) zone: Option<Zone>,
}

impl When {
    /// The wall time that this has in another zone, where both zones are known; else as written.
    pub(super) fn wall_in(self, zone: Option<Zone>) -> NaiveDateTime {
        let (Some(Zone::Named(own)), Some(Zone::Named(other))) = (self.zone, zone) else {
            return self.wall;
        };
        if own == other {
            return self.wall;
        }
        let offset = match own.offset_from_local_datetime(&self.wall).earliest() {
            Some(offset) => offset.fix(),
            None => own.offset_from_utc_datetime(&self.wall).fix(),
        };
        let shift = |seconds: i32| TimeDelta::seconds(i64::from(seconds));
        self.wall
            .checked_sub_signed(shift(offset.local_minus_utc()))
            .and_then(|utc| {
                utc.checked_add_signed(shift(
                    other.offset_from_utc_datetime(&utc).fix().local_minus_utc(),
                ))
            })
            .unwrap_or(self.wall)
    }
}

impl When {
    /// The midnight that is meant, where a DATE-TIME stands for a day's start or end. In UTC that is the midnight
    /// nearest, since zones are up to twelve hours from it; elsewhere the time is as written.
    pub(super) fn midnight(self) -> When {
        let wall = match self.zone {
            Some(Zone::Named(Tz::UTC)) => {
                let noon = self.wall.checked_add_signed(TimeDelta::hours(12));
                noon.map_or(self.wall, |noon| noon.date().and_time(NaiveTime::MIN))
            }
            _ => self.wall,
        };
        When { wall, zone: None }
    }
}

pub(super) fn parse_when(line: &Line, text: &str) -> Result<When, IcsError> {
    let kind = line
        .parameter("VALUE")
        .unwrap_or_default()
        .to_ascii_uppercase();
    parse_value(line, text, &kind, line.parameter("TZID"))
}

pub(super) fn parse_value(
    line: &Line,
    text: &str,
    kind: &str,
    tzid: Option<&str>,
) -> Result<When, IcsError> {
    let bad = || {
        line.value_error(
            text,
            "is not a date (20261225) or date-time (20261225T090000)",
        )
    };
    let text = text.trim();
    let (body, utc) = match text.strip_suffix(['Z', 'z']) {
        Some(body) => (body, true),
        None => (text, false),
    };
    let (date, time) = match body.split_once(['T', 't']) {
        Some((date, time)) => (date, Some(time)),
        None => (body, None),
    };
    let digits = |text: &str, length: usize| match text.len() == length
        && text.bytes().all(|b| b.is_ascii_digit())
    {
        true => text.parse::<u32>().map_err(|_| bad()),
        false => Err(bad()),
    };
    let date = digits(date, 8)?;
    let year = i32::try_from(date / 10_000).map_err(|_| bad())?;
    let date = NaiveDate::from_ymd_opt(year, date / 100 % 100, date % 100)
        .filter(|_| year > 0)
        .ok_or_else(bad)?;
    let time = time.map(|time| digits(time, 6)).transpose()?;
    match (kind, time) {
        ("" | "DATE", None) if !utc => Ok(When {
            wall: date.and_time(NaiveTime::MIN),
            zone: None,
        }),
        ("" | "DATE-TIME" | "PERIOD", Some(time)) => {
            // A leap second is the second before it, as RFC 5545 suggests.
            let time =
                NaiveTime::from_hms_opt(time / 10_000, time / 100 % 100, (time % 100).min(59))
                    .filter(|_| time % 100 <= 60)
                    .ok_or_else(bad)?;
            let zone = match tzid {
                _ if utc => Zone::Named(Tz::UTC),
                Some(name) => Tz::from_str(name.trim()).map_or(Zone::Unknown, Zone::Named),
                None => Zone::Floating,
            };
            Ok(When {
                wall: date.and_time(time),
                zone: Some(zone),
            })
        }
        _ if matches!(kind, "" | "DATE" | "DATE-TIME" | "PERIOD") => Err(bad()),
        _ => Err(line.value_error(text, format!("has the unsupported VALUE={kind}"))),
    }
}

pub(super) fn parse_duration(line: &Line, text: &str) -> Result<TimeDelta, IcsError> {
    let bad = || line.value_error(text, "is not a duration");
    let upper = text.trim().to_ascii_uppercase();
    if upper.starts_with('-') {
        return Err(line.value_error(text, "is negative"));
    }
    let mut rest = upper
        .trim_start_matches('+')
        .strip_prefix('P')
        .ok_or_else(bad)?;
    let (mut seconds, mut in_time, mut parts) = (0_i64, false, 0);
    while !rest.is_empty() {
        if let Some(time) = rest.strip_prefix('T').filter(|_| !in_time) {
            (in_time, rest) = (true, time);
        }
        let end = rest
            .find(|c: char| !c.is_ascii_digit())
            .filter(|end| (1..=8).contains(end))
            .ok_or_else(bad)?;
        let (number, unit) = rest.split_at(end);
        let scale = match (unit.as_bytes().first(), in_time) {
            (Some(b'W'), false) => 604_800,
            (Some(b'D'), false) => 86_400,
            (Some(b'H'), true) => 3_600,
            (Some(b'M'), true) => 60,
            (Some(b'S'), true) => 1,
            _ => return Err(bad()),
        };
        seconds += number.parse::<i64>().map_err(|_| bad())? * scale;
        (rest, parts) = (&unit[1..], parts + 1);
    }
    if parts == 0 || parts > 5 {
        return Err(bad());
    }
    TimeDelta::try_seconds(seconds).ok_or_else(bad)
}

/// The begin and length of a PERIOD.
pub(super) fn parse_period(
    line: &Line,
    begin: &str,
    end: &str,
) -> Result<(When, TimeDelta), IcsError> {
    let begin = parse_when(line, begin)?;
    let length = match end.trim_start().starts_with(['P', 'p', '+', '-']) {
        true => parse_duration(line, end)?,
        false => parse_when(line, end)?.wall_in(begin.zone) - begin.wall,
    };
    if length < TimeDelta::zero() {
        return Err(line.error("ends before it begins"));
    }
    Ok((begin, length))
}
