//! The JSON form of a calendar, in and out.
//!
//! `{"time_zone": "Europe/Berlin", "hours": {"mon": [["09:00", "17:00"]]}, "country": "DE",
//! "shifts": {"2026-01-06": [["17:00", "23:00"]]}, "breaks": {"2026-01-02": [["10:00", "11:30"]]},
//! "holidays": ["2026-01-02"]}`. Shifts replace a date's hours, breaks are cut out, holidays close the
//! day, in that order. `hours` may also be a text in the OpenStreetMap grammar, and is one on output
//! where the object cannot say it. Combinations are `{"union": [..]}`, `{"intersection": [..]}` and
//! `{"difference": [a, b]}`.

use super::{Calendar, Plain, check_dates, closed};
use crate::calendar::hours::{
    Action, DAY, Day, Hours, Minute, Rule, WHOLE_DAY, When, Windows, date, normalize, number,
};
use crate::error::{Error, Result};
use chrono::NaiveDate;
use serde_json::{Map, Value, json};

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const KEYS: [&str; 6] = [
    "time_zone",
    "hours",
    "holidays",
    "shifts",
    "breaks",
    "country",
];
const EXAMPLE: &str = "Write {\"time_zone\": \"Europe/Berlin\", \"hours\": {\"mon\": [[\"09:00\", \
                       \"17:00\"]]}, \"holidays\": [\"2026-01-02\"]}.";

/// Reads the JSON form.
///
/// # Errors
/// 22P02 naming the path of what does not read; 22023 for an unknown zone or country.
pub fn from_json(value: &Value) -> Result<Calendar> {
    let object = value
        .as_object()
        .ok_or_else(|| unexpected("", value, "an object"))?;
    for (key, fold) in [
        (
            "union",
            Calendar::union as fn(Calendar, Calendar) -> Result<Calendar>,
        ),
        ("intersection", Calendar::intersection),
        ("difference", Calendar::difference),
    ] {
        if let Some(list) = object.get(key) {
            return combination(key, list, fold);
        }
    }
    if let Some(key) = object.keys().find(|k| !KEYS.contains(&k.as_str())) {
        let hint = crate::error::did_you_mean(key, KEYS).unwrap_or_else(|| EXAMPLE.to_owned());
        return Err(Error::text(format!("calendar has no key \"{key}\""), hint));
    }
    let zone = text(object, "time_zone")?
        .ok_or_else(|| Error::text("calendar has no \"time_zone\"", EXAMPLE))?;
    let country = text(object, "country")?;
    let mut rules = Vec::new();
    // Hours written as text say of public holidays what they say; an object of hours cannot.
    let mut close_holidays = country.is_some();
    match object.get("hours") {
        None | Some(Value::Null) => {}
        Some(Value::String(hours)) => {
            let parsed = crate::calendar::hours::parse(hours)?;
            close_holidays = false;
            rules.extend(super::week_rules(&parsed));
            rules.extend(parsed.rules);
        }
        Some(Value::Object(week)) => rules.extend(week_from(week)?),
        Some(other) => return Err(unexpected("hours", other, "an object of weekdays")),
    }
    if close_holidays {
        rules.push(closed(When::Weekly {
            weekdays: 0,
            holidays: true,
        }));
    }
    for (key, action) in [("shifts", Action::Replace), ("breaks", Action::Remove)] {
        for (day, windows) in dated(object, key)? {
            // A break of no length cuts nothing; a shift of none closes the day.
            if !(windows.is_empty() && action == Action::Remove) {
                rules.push(Rule {
                    when: When::Days(vec![day]),
                    action,
                    windows,
                    comment: String::new(),
                });
            }
        }
    }
    let days = holidays(object)?;
    if !days.is_empty() {
        rules.push(closed(When::Days(days)));
    }
    Ok(Calendar::Plain(Box::new(Plain::new(
        Hours::new(rules)?,
        zone,
        country,
    )?)))
}

fn combination(
    key: &str,
    list: &Value,
    fold: fn(Calendar, Calendar) -> Result<Calendar>,
) -> Result<Calendar> {
    let list = list
        .as_array()
        .ok_or_else(|| unexpected(key, list, "an array of calendars"))?;
    let mut parts = list.iter().map(from_json);
    let few = || {
        Error::text(
            format!("\"{key}\" must be an array of two calendars"),
            EXAMPLE,
        )
    };
    let first = parts.next().ok_or_else(few)??;
    if list.len() < 2 || (key == "difference" && list.len() > 2) {
        return Err(few());
    }
    parts.try_fold(first, |all, next| fold(all, next?))
}

fn unexpected(path: &str, found: &Value, expected: &str) -> Error {
    let mut shown = found.to_string();
    if shown.chars().count() > 60 {
        shown = shown.chars().take(60).chain("...".chars()).collect();
    }
    let place = if path.is_empty() {
        "calendar".to_owned()
    } else {
        format!("calendar at \"{path}\"")
    };
    Error::text(
        format!("{place}: found {shown}, expected {expected}"),
        EXAMPLE,
    )
}

fn text<'a>(object: &'a Map<String, Value>, key: &str) -> Result<Option<&'a str>> {
    match object.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(s)) => Ok(Some(s)),
        Some(other) => Err(unexpected(key, other, "a string")),
    }
}

fn week_from(week: &Map<String, Value>) -> Result<Vec<Rule>> {
    week.iter()
        .map(|(name, list)| {
            let d = WEEKDAYS
                .iter()
                .position(|w| *w == name.to_lowercase())
                .ok_or_else(|| {
                    Error::text(
                        format!("calendar at \"hours\": \"{name}\" is not a weekday"),
                        "Weekdays are mon, tue, wed, thu, fri, sat and sun.",
                    )
                })?;
            Ok(Rule {
                when: When::Weekly {
                    weekdays: 1 << d,
                    holidays: false,
                },
                action: Action::Replace,
                windows: windows(&format!("hours.{name}"), list)?,
                comment: String::new(),
            })
        })
        .collect()
}

fn windows(path: &str, list: &Value) -> Result<Windows> {
    let items = list
        .as_array()
        .ok_or_else(|| unexpected(path, list, "an array of windows"))?;
    let mut found = Windows::new();
    for item in items {
        let pair = item.as_array().map(Vec::as_slice);
        let Some([Value::String(from), Value::String(to)]) = pair else {
            return Err(unexpected(
                path,
                item,
                "a window such as [\"09:00\", \"17:00\"]",
            ));
        };
        let clock = |s: &str| {
            minute(s).ok_or_else(|| unexpected(path, item, "times as \"HH:MM\", 00:00 to 24:00"))
        };
        let (from, mut to) = (clock(from)?, clock(to)?);
        if to <= from {
            to += DAY;
        }
        if from >= DAY || to > 2 * DAY {
            return Err(unexpected(path, item, "a window that starts before 24:00"));
        }
        found.push((from, to));
    }
    Ok(normalize(found))
}

fn minute(text: &str) -> Option<Minute> {
    let (h, m) = text.split_once(':')?;
    let m = m.strip_suffix(":00").unwrap_or(m);
    let digits = |s: &str| !s.is_empty() && s.len() <= 2 && s.bytes().all(|b| b.is_ascii_digit());
    if !digits(h) || m.len() != 2 || !digits(m) {
        return None;
    }
    let (h, m): (Minute, Minute) = (h.parse().ok()?, m.parse().ok()?);
    (m < 60 && h * 60 + m <= 2 * DAY).then_some(h * 60 + m)
}

fn day(path: &str, text: &str) -> Result<Day> {
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    let found = Value::String(text.to_owned());
    let date = date.ok_or_else(|| unexpected(path, &found, "a date as \"2026-12-24\""))?;
    let day = number(date).ok_or_else(|| unexpected(path, &found, "a date from 1900 to 9999"))?;
    check_dates(&[day])?;
    Ok(day)
}

fn dated(object: &Map<String, Value>, key: &str) -> Result<Vec<(Day, Windows)>> {
    let entries = match object.get(key) {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Object(entries)) => entries,
        Some(other) => return Err(unexpected(key, other, "an object of dates")),
    };
    let mut list = entries
        .iter()
        .map(|(date, list)| Ok((day(key, date)?, windows(&format!("{key}.{date}"), list)?)))
        .collect::<Result<Vec<_>>>()?;
    list.sort_unstable();
    Ok(list)
}

fn holidays(object: &Map<String, Value>) -> Result<Vec<Day>> {
    let list = match object.get("holidays") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(list)) => list,
        Some(other) => return Err(unexpected("holidays", other, "an array of dates")),
    };
    list.iter()
        .map(|item| match item {
            Value::String(text) => day("holidays", text),
            other => Err(unexpected("holidays", other, "a date as \"2026-12-24\"")),
        })
        .collect()
}

/// Writes the JSON form; [`from_json`] of it gives the same calendar.
pub fn to_json(calendar: &Calendar) -> Value {
    let all = |list: &[Calendar]| list.iter().map(to_json).collect::<Vec<_>>();
    match calendar {
        Calendar::Union(list) => json!({ "union": all(list) }),
        Calendar::Intersection(list) => json!({ "intersection": all(list) }),
        Calendar::Difference(pair) => json!({ "difference": [to_json(&pair.0), to_json(&pair.1)] }),
        Calendar::Plain(plain) => {
            let structured = structured(plain);
            match structured.map(|v| (from_json(&v), v)) {
                Some((Ok(again), value)) if again == *calendar => value,
                _ => by_text(plain),
            }
        }
    }
}

fn by_text(plain: &Plain) -> Value {
    let mut object = json!({ "time_zone": plain.zone, "hours": plain.hours.to_string() });
    if let Some(region) = &plain.region {
        object["country"] = json!(region);
    }
    object
}

fn structured(plain: &Plain) -> Option<Value> {
    let list = |w: &Windows| {
        let pair = |w: &(Minute, Minute)| {
            let text = crate::calendar::hours::window(w);
            let (from, to) = text.split_once('-').unwrap_or_default();
            json!([from, to])
        };
        w.iter().map(pair).collect::<Vec<_>>()
    };
    let mut hours = Map::new();
    for (d, windows) in plain
        .hours
        .week
        .iter()
        .enumerate()
        .filter(|(_, w)| !w.is_empty())
    {
        hours.insert(WEEKDAYS[d].to_owned(), json!(list(windows)));
    }
    let mut object = json!({ "time_zone": plain.zone, "hours": hours });
    if let Some(region) = &plain.region {
        object["country"] = json!(region);
    }
    for rule in &plain.hours.rules {
        let days = match &rule.when {
            When::Days(days) if rule.comment.is_empty() => days,
            When::Weekly { weekdays: 0, .. } if rule.closes_day() && rule.comment.is_empty() => {
                continue;
            }
            _ => return None,
        };
        let key = match rule.action {
            Action::Replace => "shifts",
            Action::Remove if rule.windows.as_slice() != [WHOLE_DAY] => "breaks",
            Action::Remove => "holidays",
            _ => return None,
        };
        if object.get(key).is_none() {
            object[key] = if key == "holidays" {
                json!([])
            } else {
                json!({})
            };
        }
        for day in days {
            let name = date(*day)?.to_string();
            match &mut object[key] {
                Value::Array(all) => all.push(json!(name)),
                Value::Object(all) => drop(all.insert(name, json!(list(&rule.windows)))),
                _ => return None,
            }
        }
    }
    Some(object)
}
