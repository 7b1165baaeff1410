//! The text form of a series: JSON with step, rule for gaps and points.

use super::{Fill, Point, Rules, check_single, check_size, check_value, encode, refuses, total};
use crate::error::{Error, Result};
use crate::forecast::time_index::TimeStep;
use crate::memory;
use crate::time::text::{instant, micros};
use serde::{Deserialize, Deserializer};

/// The most bytes of a text, 100 a point.
pub const MAX_TEXT: usize = 100 * super::MAX_POINTS;
const EXAMPLE: &str = "Write {\"step\": {\"days\": 1}, \"fill\": \"auto\", \"points\": [[\"2026-01-05T00:00:00Z\", 12]]}.";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    step: Option<TimeStep>,
    #[serde(default)]
    fill: Option<String>,
    #[serde(default)]
    duplicates: Option<String>,
    points: Vec<(Instant, f64)>,
}

/// The text of an instant. A million of them take a second or more to read, so each asks whether to go on.
struct Instant(String);

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        crate::interrupt::check();
        String::deserialize(from).map(Instant)
    }
}

/// The series as JSON.
pub fn print(rules: Rules, points: &[Point]) -> Result<String> {
    let step = serde_json::to_string(&rules.step).unwrap_or_default();
    let mut text = format!(
        "{{\"step\":{step},\"fill\":\"{}\",{}\"points\":[",
        rules.fill.name(),
        if rules.refuse {
            "\"duplicates\":\"refuse\","
        } else {
            ""
        }
    );
    for (i, p) in points.iter().enumerate() {
        if i % 4_096 == 0 {
            crate::interrupt::check();
        }
        memory::push_str(&mut text, if i > 0 { "," } else { "" })?;
        memory::push_str(&mut text, &memory::json(&(instant(p.at), p.value))?)?;
    }
    memory::push_str(&mut text, "]}")?;
    Ok(text)
}

/// Reads what [`print`] wrote, into stored bytes.
///
/// # Errors
/// 22P02 naming what does not read; 22023 for a value that is not finite.
pub fn parse(text: &str) -> Result<Vec<u8>> {
    // A point of an instant and a number takes three times its text, and twice that while the list grows.
    memory::room_for(text.len(), 8)?;
    let form: Form = serde_json::from_str(text)
        .map_err(|e| Error::text(format!("invalid series: {e}"), EXAMPLE))?;
    if let Some(TimeStep::Micros(n)) = form.step
        && n <= 0
    {
        return Err(Error::text(format!("a step of {n} microseconds"), EXAMPLE));
    }
    if let Some(TimeStep::Days(n) | TimeStep::Months(n)) = form.step
        && n <= 0
    {
        return Err(Error::text(
            format!("a step of {n} days or months"),
            EXAMPLE,
        ));
    }
    let rules = Rules {
        step: form.step,
        fill: form
            .fill
            .as_deref()
            .map(Fill::parse)
            .transpose()?
            .unwrap_or_default(),
        refuse: form
            .duplicates
            .as_deref()
            .map(refuses)
            .transpose()?
            .unwrap_or_default(),
    };
    let mut points = memory::with_capacity(form.points.len())?;
    for (Instant(at), value) in &form.points {
        crate::interrupt::check();
        let at = rules.kept(micros(at)?);
        check_value(at, *value)?;
        points.push(Point { at, value: *value });
    }
    check_single(rules, &mut points)?;
    let kept = total(&mut points);
    check_size(kept)?;
    encode(rules, &points[..kept])
}
