//! The text form of a history: a JSON list of events with the columns of `ticket_events`.

use super::{Event, NO_SEQ};
use crate::error::{Error, Result};
use crate::memory;
use serde::{Deserialize, Deserializer, Serialize};

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
struct EventRow<'a> {
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
    let copied = |text: Option<&'_ str>| text.map(memory::text).transpose();
    let mut text = String::from("[");
    for (i, e) in events.iter().enumerate() {
        crate::interrupt::check();
        let row = EventRow {
            event_at: Instant(crate::time::text::instant(e.at)),
            event_type: e.kind.into(),
            actor_role: copied(e.role)?,
            actor: copied(e.actor)?,
            field: copied(e.field)?,
            old_value: copied(e.old)?,
            new_value: copied(e.new)?,
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
    let rows: Vec<EventRow<'_>> = serde_json::from_str(text)
        .map_err(|e| Error::text(format!("invalid ticket history: {e}"), EXAMPLE))?;
    let mut events = memory::with_capacity(rows.len())?;
    for row in &rows {
        let event = Event {
            at: crate::time::text::micros(&row.event_at.0)?,
            seq: row.seq.unwrap_or(NO_SEQ),
            kind: &row.event_type,
            role: row.actor_role.as_deref(),
            actor: row.actor.as_deref(),
            field: row.field.as_deref(),
            old: row.old_value.as_deref(),
            new: row.new_value.as_deref(),
            public: row.public,
        };
        if event.has_zero_byte() {
            return Err(Error::text(
                "ticket history has a zero byte in a text",
                "Postgres's texts have none; leave \\u0000 out.",
            ));
        }
        events.push(event.settled());
    }
    super::encode(events)
}
