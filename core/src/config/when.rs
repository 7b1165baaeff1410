//! Dates and instants, as configuration has them.

use super::node_ref::NodeRef;
use crate::error::Result;
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, SecondsFormat, Utc};

const DATES: std::ops::RangeInclusive<i32> = 1..=9999;

/// Whether two half-open stretches share an instant; a missing end is an infinite one.
pub fn overlap<T: PartialOrd>(a: (Option<T>, Option<T>), b: (Option<T>, Option<T>)) -> bool {
    let ends_before = |end: &Option<T>, start: &Option<T>| match (end, start) {
        (Some(end), Some(start)) => end <= start,
        _ => false,
    };
    !ends_before(&a.1, &b.0) && !ends_before(&b.1, &a.0)
}

fn day(text: &str) -> Option<NaiveDate> {
    use chrono::Datelike;
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    // Two digits mean a year of the Roman empire, or a mistake.
    (text.len() == 10 && DATES.contains(&date.year())).then_some(date)
}

/// A date at a key, as `2026-01-01`.
pub fn date_at(node: &NodeRef<'_>, key: &str) -> Result<Option<NaiveDate>> {
    let Some(node) = node.get(key) else {
        return Ok(None);
    };
    let found = node.node.source().and_then(day);
    found.map(Some).ok_or_else(|| {
        node.expected_error(
            &node.summary(),
            "a date such as 2026-01-01",
            "A version of a calendar holds from local midnight of a date.",
        )
    })
}

/// An instant at a key: a date is midnight UTC.
pub fn instant_at(node: &NodeRef<'_>, key: &str) -> Result<Option<DateTime<Utc>>> {
    let Some(node) = node.get(key) else {
        return Ok(None);
    };
    let found = node.node.source().and_then(instant);
    found.map(Some).ok_or_else(|| {
        node.expected_error(
            &node.summary(),
            "a date such as 2026-01-01 or an instant such as 2026-01-01T08:00+01:00",
            "A date alone is midnight UTC; an instant has its offset, or Z for UTC.",
        )
    })
}

fn instant(text: &str) -> Option<DateTime<Utc>> {
    use chrono::Datelike;
    if let Some(date) = day(text) {
        return Some(date.and_time(chrono::NaiveTime::MIN).and_utc());
    }
    let text = text.replacen(' ', "T", 1);
    let text = match text.strip_suffix(['Z', 'z']) {
        Some(front) => format!("{front}+00:00"),
        None => text,
    };
    // +01 is +01:00
    let text = match text.rfind(['+', '-']) {
        Some(sign) if text.len() - sign == 3 && sign > 10 => format!("{text}:00"),
        _ => text,
    };
    let read = |format| DateTime::<FixedOffset>::parse_from_str(&text, format).ok();
    let at = read("%Y-%m-%dT%H:%M%:z").or_else(|| read("%Y-%m-%dT%H:%M:%S%.f%:z"))?;
    let at = at.with_timezone(&Utc);
    // Postgres counts microseconds and has no leap seconds: anything finer is refused.
    let micros = DateTime::from_timestamp_micros(at.timestamp_micros())?;
    (micros == at && DATES.contains(&at.year())).then_some(at)
}

/// As the normalized JSON has it: what Postgres gives for a timestamptz in UTC.
pub fn shown(at: DateTime<Utc>) -> String {
    let text = at
        .naive_utc()
        .and_utc()
        .to_rfc3339_opts(SecondsFormat::Micros, false);
    let (front, offset) = text.split_at(text.len().saturating_sub(6));
    let front = front.trim_end_matches('0').trim_end_matches('.');
    format!("{front}{offset}")
}

/// As a person writes it: a date where it is midnight UTC.
pub fn short(json: &str) -> String {
    let naive = json.strip_suffix("+00:00").unwrap_or(json);
    match NaiveDateTime::parse_from_str(naive, "%Y-%m-%dT%H:%M:%S%.f") {
        Ok(_) => match naive.strip_suffix("T00:00:00") {
            Some(date) => date.to_owned(),
            None => format!("{naive}Z"),
        },
        Err(_) => json.to_owned(),
    }
}
