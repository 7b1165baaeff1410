//! The text form of a history: a JSON list of events with the columns of `ticket_events`.

use super::{Event, NO_SEQ};
use crate::error::{Error, Result};
use crate::memory;
use chrono::DateTime;
use serde::{Deserialize, Deserializer, Serialize};

const EPOCH_MICROS: i64 = crate::zone::EPOCH_UNIX * 1_000_000;
const EXAMPLE: &str =
    "Write [{\"event_at\": \"2026-01-05T09:00:00Z\", \"event_type\": \"created\"}].";

/// The text of an instant. Hundreds of thousands of them take seconds to read, so each asks whether to go on.
#[derive(Serialize)]
struct Instant(String);

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        crate::interrupt::check();
        String::deserialize(from).map(Instant)
    }
}

/// The most bytes of a text: those of the largest history with all that JSON adds to short texts.
pub const MAX_TEXT: usize = 16 * super::MAX_BYTES;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row<'a> {
    event_at: Instant,
    #[serde(borrow)]
    event_type: std::borrow::Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    actor_role: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    actor: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    old_value: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    new_value: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    public: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seq: Option<i64>,
}

/// Prints events as JSON.
pub fn print(events: &[Event<'_>]) -> Result<String> {
    let own = |text: Option<&'_ str>| text.map(memory::text).transpose();
    let mut text = String::from("[");
    for (i, e) in events.iter().enumerate() {
        if i % 4_096 == 0 {
            crate::interrupt::check();
        }
        let row = Row {
            event_at: Instant(crate::clock::text::instant(e.at)),
            event_type: e.kind.into(),
            actor_role: own(e.role)?,
            actor: own(e.actor)?,
            field: own(e.field)?,
            old_value: own(e.old)?,
            new_value: own(e.new)?,
            public: e.public,
            seq: Some(e.seq).filter(|s| *s != NO_SEQ),
        };
        memory::push_str(&mut text, if i > 0 { "," } else { "" })?;
        memory::push_str(&mut text, &memory::json(&row)?)?;
    }
    memory::push_str(&mut text, "]")?;
    Ok(text)
}

/// Reads what [`print`] wrote, into stored bytes.
///
/// # Errors
/// 22P02 naming what does not read.
pub fn parse(text: &str) -> Result<Vec<u8>> {
    // A row takes some ten times the text of its one instant and one word.
    memory::room_for(text.len(), 12)?;
    let rows: Vec<Row<'_>> = serde_json::from_str(text)
        .map_err(|e| Error::text(format!("ticket history does not read: {e}"), EXAMPLE))?;
    let mut events = memory::with_capacity(rows.len())?;
    for row in &rows {
        let event = Event {
            at: micros(&row.event_at.0)?,
            seq: row.seq.unwrap_or(NO_SEQ),
            kind: &row.event_type,
            role: row.actor_role.as_deref(),
            actor: row.actor.as_deref(),
            field: row.field.as_deref(),
            old: row.old_value.as_deref(),
            new: row.new_value.as_deref(),
            public: row.public,
        };
        events.push(event.settled());
    }
    super::encode(events)
}

/// Whether an instant is written so that [`micros`] and Postgres read the same: `2026-01-05T09:00:00.123456+01:00`.
/// Postgres rounds further digits and [`micros`] does not, and refuses the year 0, longer offsets and other signs.
pub fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let shape = |text: &[u8], shape: &[u8]| {
        let same = |(found, meant): (&u8, &u8)| match meant {
            b'0' => found.is_ascii_digit(),
            b'T' => matches!(found, b'T' | b' '),
            b'+' => matches!(found, b'+' | b'-'),
            other => found == other,
        };
        text.len() == shape.len() && text.iter().zip(shape).all(same)
    };
    let Some((start, rest)) = bytes.split_at_checked(19) else {
        return false;
    };
    if !shape(start, b"0000-00-00T00:00:00") || start.starts_with(b"0000") || start[17] > b'5' {
        return false;
    }
    let zone = match rest.split_first() {
        Some((b'.', fraction)) => {
            let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
            if !(1..=6).contains(&digits) {
                return false;
            }
            &fraction[digits..]
        }
        _ => rest,
    };
    zone == b"Z" || (shape(zone, b"+00:00") && &zone[1..3] < b"16" && zone[4] < b'6')
}

/// Reads an instant as [`print`] writes it.
///
/// # Errors
/// 22P02 when it does not read or is infinite.
pub fn micros(text: &str) -> Result<i64> {
    let bad = || {
        Error::text(
            format!("\"{text}\" is no instant"),
            "Write it as 2026-01-05T09:00:00Z, or with an offset as 2026-01-05T10:00:00+01:00.",
        )
    };
    let at = match text.strip_prefix('@') {
        Some(micros) => micros.parse().map_err(|_| bad())?,
        // As Postgres prints it, too: a blank for the T, an offset of hours alone, no seconds.
        None => DateTime::parse_from_rfc3339(text)
            .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%#z"))
            .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%#z"))
            .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M%#z"))
            .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%#z"))
            .map_err(|_| bad())?
            .timestamp_micros()
            .checked_sub(EPOCH_MICROS)
            .ok_or_else(bad)?,
    };
    if (crate::timeline::FIRST..crate::timeline::END).contains(&at) {
        return Ok(at);
    }
    Err(bad())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_that_postgres_reads_alike() {
        for text in [
            "2026-03-02T09:00:00Z",
            "2026-03-02 09:00:00.1Z",
            "2026-03-02T09:00:59.123456-15:59",
            "0001-01-01T00:00:00+00:00",
        ] {
            assert!(is_plain(text) && micros(text).is_ok(), "{text}");
        }
        for text in [
            "2026-03-02T09:00:00.1234567Z",
            "2026-03-02T09:00:00.9999999Z",
            "2026-03-02T09:00:00.Z",
            "2026-03-02T09:00:60Z",
            "2026-03-02T09:00:00+16:00",
            "2026-03-02T09:00:00+01:60",
            "2026-03-02T09:00:00\u{2212}01:00",
            "2026-03-02T09:00:00+01",
            "2026-03-02t09:00:00z",
            "0000-03-02T09:00:00Z",
            "2026-03-02T09:00:00",
            "2026-03-02",
            "now",
            "",
        ] {
            assert!(!is_plain(text), "{text}");
        }
    }
}
