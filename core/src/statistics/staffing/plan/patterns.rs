//! Patterns of shifts, from JSON.

use crate::error::{Error, Result, did_you_mean};
use serde_json::{Map, Value};

/// The most patterns, starts of one, and breaks of a shift.
const MAX_PATTERNS: usize = 100;
const MAX_STARTS: usize = 288;
const MAX_BREAKS: usize = 10;
/// The most ways to take the breaks of one shift.
const MAX_WAYS: usize = 200;
const DAY_MINUTES: i64 = 1_440;

/// Shifts that people may work.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    pub name: String,
    /// Minutes after local midnight.
    pub starts: Vec<i64>,
    pub minutes: i64,
    /// Each way to take the breaks: (minutes after the start, minutes).
    pub breaks: Vec<Vec<(i64, i64)>>,
    pub breaks_are_paid: bool,
    /// From Monday on.
    pub days: [bool; 7],
    pub shifts_per_week: u32,
    pub min_people: u32,
    pub max_people: Option<u32>,
}

const DAYS: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
const KEYS: [&str; 9] = [
    "pattern",
    "starts",
    "minutes",
    "breaks",
    "breaks_are_paid",
    "days",
    "shifts_per_week",
    "min_people",
    "max_people",
];
const BREAK_KEYS: [&str; 2] = ["after", "minutes"];
const HINT: &str = "Give an array of objects such as {\"pattern\": \"early\", \"starts\": [\"06:00\", \"07:00\"], \
    \"minutes\": 510, \"breaks\": [{\"after\": [210, 240], \"minutes\": 30}], \"days\": \"Mo-Fr\", \"shifts_per_week\": 5, \
    \"min_people\": 0, \"max_people\": 10}; pattern, starts and minutes are required.";

fn wrong(message: String) -> Error {
    Error::parameter(message, HINT)
}

fn shown(value: &Value) -> String {
    value.to_string().chars().take(80).collect()
}

/// # Errors
/// 22023 for what is missing, unknown or out of range, named by its path; 54000 for too many.
pub fn read(value: &Value) -> Result<Vec<Pattern>> {
    let one = std::slice::from_ref(value);
    let list = match value {
        Value::Array(list) => list.as_slice(),
        Value::Object(_) => one,
        _ => {
            return Err(wrong(format!(
                "patterns must be an array of objects, not {}",
                shown(value)
            )));
        }
    };
    if list.is_empty() {
        return Err(wrong("there must be at least one pattern".to_owned()));
    }
    if list.len() > MAX_PATTERNS {
        return Err(Error::limit(
            format!(
                "there must be at most {MAX_PATTERNS} patterns, not {}",
                list.len()
            ),
            "Give several starts to one pattern.",
        ));
    }
    let mut found: Vec<Pattern> = Vec::new();
    for (i, item) in list.iter().enumerate() {
        let pattern = one_pattern(item, &format!("pattern {}", i + 1))?;
        if found.iter().any(|p| p.name == pattern.name) {
            return Err(wrong(format!(
                "pattern \"{}\" is given twice",
                pattern.name
            )));
        }
        found.push(pattern);
    }
    Ok(found)
}

fn known_keys(fields: &Map<String, Value>, keys: &[&str], what: &str) -> Result<()> {
    match fields.keys().find(|k| !keys.contains(&k.as_str())) {
        None => Ok(()),
        Some(key) => Err(Error::parameter(
            format!("{what} has an unknown field \"{key}\""),
            did_you_mean(key, keys.iter().copied())
                .unwrap_or_else(|| format!("There are: {}.", keys.join(", "))),
        )),
    }
}

fn whole(
    fields: &Map<String, Value>,
    key: &str,
    what: &str,
    least: i64,
    most: i64,
) -> Result<Option<i64>> {
    match fields.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => whole_value(value, &format!("{key} of {what}"), least, most).map(Some),
    }
}

fn whole_value(value: &Value, what: &str, least: i64, most: i64) -> Result<i64> {
    let number = value
        .as_f64()
        .filter(|n| n.fract() == 0.0 && (least as f64..=most as f64).contains(n));
    number.map(|n| n as i64).ok_or_else(|| {
        wrong(format!(
            "{what} must be a whole number from {least} to {most}, not {}",
            shown(value)
        ))
    })
}

fn one_pattern(item: &Value, what: &str) -> Result<Pattern> {
    let Value::Object(fields) = item else {
        return Err(wrong(format!(
            "{what} must be an object, not {}",
            shown(item)
        )));
    };
    known_keys(fields, &KEYS, what)?;
    let name = match fields.get("pattern") {
        Some(Value::String(name)) if !name.is_empty() && name.len() <= 200 => name.clone(),
        _ => {
            return Err(wrong(format!(
                "{what} must have a name of at most 200 bytes in \"pattern\""
            )));
        }
    };
    let what = format!("pattern \"{name}\"");
    let minutes = whole(fields, "minutes", &what, 1, 2 * DAY_MINUTES)?
        .ok_or_else(|| wrong(format!("{what} must have minutes")))?;
    let starts = starts(fields.get("starts"), &what)?;
    let days = days(fields.get("days"), &what)?;
    let open = days.iter().filter(|d| **d).count() as i64;
    let shifts_per_week = whole(fields, "shifts_per_week", &what, 1, 7)?.unwrap_or(5.min(open));
    let most = i64::from(super::MAX_PEOPLE);
    let min_people = whole(fields, "min_people", &what, 0, most)?.unwrap_or(0);
    let max_people = whole(fields, "max_people", &what, 0, most)?;
    if max_people.is_some_and(|m| m < min_people) {
        return Err(wrong(format!(
            "max_people of {what} must be at least its min_people, {min_people}"
        )));
    }
    let breaks_are_paid = match fields.get("breaks_are_paid") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(paid)) => *paid,
        Some(other) => {
            return Err(wrong(format!(
                "breaks_are_paid of {what} must be true or false, not {}",
                shown(other)
            )));
        }
    };
    Ok(Pattern {
        breaks: breaks(fields.get("breaks"), minutes, &what)?,
        name,
        starts,
        minutes,
        breaks_are_paid,
        days,
        shifts_per_week: shifts_per_week as u32,
        min_people: min_people as u32,
        max_people: max_people.map(|m| m as u32),
    })
}

fn clock(value: &Value, what: &str) -> Result<i64> {
    let of = |text: &str| {
        let (hours, minutes) = text.split_once(':')?;
        let two = |t: &str| (1..=2).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit());
        let read = |t: &str| two(t).then(|| t.parse::<i64>().ok()).flatten();
        let (hours, minutes) = (read(hours)?, read(minutes)?);
        (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
    };
    value.as_str().and_then(of).ok_or_else(|| {
        wrong(format!(
            "starts of {what} must be times such as \"06:30\", not {}",
            shown(value)
        ))
    })
}

fn starts(value: Option<&Value>, what: &str) -> Result<Vec<i64>> {
    let one;
    let list = match value {
        Some(Value::Array(list)) => list,
        Some(text @ Value::String(_)) => {
            one = vec![text.clone()];
            &one
        }
        _ => return Err(wrong(format!("{what} must have starts: an array of times"))),
    };
    if list.is_empty() || list.len() > MAX_STARTS {
        return Err(wrong(format!(
            "{what} must have 1 to {MAX_STARTS} starts, not {}",
            list.len()
        )));
    }
    let mut found = Vec::new();
    for item in list {
        found.push(clock(item, what)?);
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Days of the week: "Mo-Fr", "Sa,Su", or an array of such.
fn days(value: Option<&Value>, what: &str) -> Result<[bool; 7]> {
    let texts: Vec<&str> = match value {
        None | Some(Value::Null) => return Ok([true; 7]),
        Some(Value::String(text)) => text.split(',').collect(),
        Some(Value::Array(list)) => list.iter().map(|v| v.as_str().unwrap_or("")).collect(),
        Some(_) => vec![""],
    };
    let day = |name: &str| {
        let name = name.trim().to_lowercase();
        DAYS.iter()
            .position(|d| name.len() >= 2 && name.len() <= 9 && name.starts_with(&d.to_lowercase()))
    };
    let mut found = [false; 7];
    for text in texts {
        let range = match text.split_once('-') {
            Some((from, to)) => day(from).zip(day(to)),
            None => day(text).map(|d| (d, d)),
        };
        let Some((from, to)) = range else {
            return Err(wrong(format!(
                "days of {what} must be days of the week such as \"Mo-Fr\" or [\"Mo\", \"Sa\"], not {}",
                value.map(shown).unwrap_or_default()
            )));
        };
        let mut at = from;
        found[at] = true;
        while at != to {
            at = (at + 1) % 7;
            found[at] = true;
        }
    }
    Ok(found)
}

/// Each way to take the breaks that leaves their order and lets none touch another or an end of the shift.
fn breaks(value: Option<&Value>, minutes: i64, what: &str) -> Result<Vec<Vec<(i64, i64)>>> {
    let one;
    let list = match value {
        None | Some(Value::Null) => return Ok(vec![Vec::new()]),
        Some(Value::Array(list)) => list,
        Some(object @ Value::Object(_)) => {
            one = vec![object.clone()];
            &one
        }
        Some(other) => {
            return Err(wrong(format!(
                "breaks of {what} must be an array of objects, not {}",
                shown(other)
            )));
        }
    };
    if list.len() > MAX_BREAKS {
        return Err(wrong(format!(
            "{what} must have at most {MAX_BREAKS} breaks, not {}",
            list.len()
        )));
    }
    let mut ways: Vec<Vec<(i64, i64)>> = vec![Vec::new()];
    for item in list {
        let Value::Object(fields) = item else {
            return Err(wrong(format!(
                "a break of {what} must be an object, not {}",
                shown(item)
            )));
        };
        let of = format!("a break of {what}");
        known_keys(fields, &BREAK_KEYS, &of)?;
        let length = whole(fields, "minutes", &of, 1, minutes)?
            .ok_or_else(|| wrong(format!("{of} must have minutes")))?;
        let one;
        let offsets = match fields.get("after") {
            Some(Value::Array(list)) if !list.is_empty() => list,
            Some(number @ Value::Number(_)) => {
                one = vec![number.clone()];
                &one
            }
            _ => {
                return Err(wrong(format!(
                    "{of} must have after: minutes from the shift's start, or an array of such"
                )));
            }
        };
        let mut next = Vec::new();
        for way in &ways {
            for offset in offsets {
                let after = whole_value(offset, &format!("after of {of}"), 1, minutes - length)?;
                if way.last().is_none_or(|(at, long)| at + long <= after)
                    && after + length < minutes
                {
                    let mut way = way.clone();
                    way.push((after, length));
                    next.push(way);
                }
                if next.len() > MAX_WAYS {
                    return Err(Error::limit(
                        format!("the breaks of {what} can be taken in more than {MAX_WAYS} ways"),
                        "Give fewer alternatives in after.",
                    ));
                }
            }
        }
        ways = next;
    }
    if ways.is_empty() {
        return Err(wrong(format!(
            "the breaks of {what} do not fit into its {minutes} minutes one after another"
        )));
    }
    ways.sort_unstable();
    ways.dedup();
    Ok(ways)
}
