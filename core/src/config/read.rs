//! A configuration, checked, as normalized JSON: the sections, calendars and states.

use super::names::{Names, TICKET, calendar_name};
use super::node::NodeKind;
use super::node_ref::{NodeRef, check_known_name, either, quoted};
use super::{Known, metrics, policies, tree, when};
use crate::business_time::{Source, Timeline};
use crate::calendar::{Calendar, json};
use crate::error::Result;
use crate::sla::status::TicketState;
use crate::time::DAY;
use chrono::NaiveDate;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

const SECTIONS: [&str; 7] = [
    "preset",
    "default_calendar",
    "calendars",
    "states",
    "metrics",
    "presets",
    "policies",
];

/// Reads and checks a configuration.
///
/// # Errors
/// 22P02 where the text is not YAML; 22023 with the path, the line, what is there and what was
/// expected; 54000 beyond the limits.
pub fn read(text: &str, known: &Known) -> Result<Value> {
    let tree = tree::parse(text)?;
    let root = NodeRef::root(&tree);
    let expected = "an object with policies, calendars or other sections";
    if root.entries(expected)?.is_empty() {
        return Err(root.unexpected(expected));
    }
    root.only(&SECTIONS, expected)?;

    let mut result = Map::new();
    let mut names = Names {
        known,
        calendars: known.calendars.clone(),
        metrics: known.metrics.clone(),
    };
    if let Some(node) = root.entry("states") {
        result.insert("states".into(), states(&node)?);
    }
    if let Some(node) = root.entry("calendars") {
        let (rows, own) = calendars(&node)?;
        names.calendars.extend(own);
        result.insert("calendars".into(), Value::Array(rows));
    }
    if let Some(node) = root.entry("metrics") {
        let rows = metrics::metrics(&node)?;
        let own = rows.iter().filter_map(|m| m["name"].as_str());
        names.metrics.extend(own.map(str::to_owned));
        result.insert("metrics".into(), Value::Array(rows));
    }
    let mut preset_names: Vec<String> = known.presets.keys().cloned().collect();
    if let Some(node) = root.entry("presets") {
        let rows = metrics::presets(&node, &names)?;
        let own = rows.iter().filter_map(|p| p["name"].as_str());
        preset_names.extend(own.map(str::to_owned));
        result.insert("presets".into(), Value::Array(rows));
    }
    if let Some(node) = root.entry("preset") {
        let preset = match node.is_null() {
            true => "default",
            false => node.text("the name of a preset")?,
        };
        let remedy = format!("Presets are {}.", preset_names.join(", "));
        let all = preset_names
            .iter()
            .map(String::as_str)
            .chain(std::iter::once("default"));
        check_known_name(&node, preset, "preset", all, &remedy)?;
        result.insert("preset".into(), json!(preset));
    }
    if let Some(node) = root.entry("default_calendar") {
        let name = match node.is_null() {
            true => Value::Null,
            false => json!(calendar_name(&node, &names)?),
        };
        result.insert("default_calendar".into(), name);
    }
    if let Some(node) = root.entry("policies") {
        result.insert(
            "policies".into(),
            Value::Array(policies::policies(&node, &names)?),
        );
    }
    Ok(Value::Object(result))
}

/// A status as `slaops.states` keeps it.
fn plain(status: &str) -> String {
    crate::sla::status::normalized_status(status)
}

fn states(node: &NodeRef<'_>) -> Result<Value> {
    let expected = "an object of states, each with a list of statuses";
    let mut seen: HashMap<String, String> = HashMap::new();
    let mut rows = Vec::new();
    for (state, list) in node.entries(expected)? {
        if TicketState::parse(state).is_none() {
            return Err(list.unknown_key(state, &TicketState::NAMES));
        }
        for item in list.items("a list of statuses")? {
            let status = plain(item.text("a status")?);
            item.check_name(&status)?;
            match seen.insert(status.clone(), state.to_owned()) {
                None => rows.push((status, state)),
                Some(before) => {
                    return Err(item.error(
                        &format!(
                            "the status {} is listed twice, first as {before}",
                            quoted(&status)
                        ),
                        "A status is one state.",
                    ));
                }
            }
        }
    }
    rows.sort();
    Ok(rows
        .into_iter()
        .map(|(status, state)| json!({ "status": status, "state": state }))
        .collect())
}

/// A version of a calendar, and where it stands.
struct Version<'a> {
    node: NodeRef<'a>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

fn calendars(node: &NodeRef<'_>) -> Result<(Vec<Value>, Vec<String>)> {
    let expected = "an object of calendars by name";
    let mut rows = Vec::new();
    let mut names = Vec::new();
    for (name, own) in node.entries(expected)? {
        crate::interrupt::check();
        own.check_name(name)?;
        if name.contains('@') || name.starts_with('{') || name == TICKET {
            return Err(own.expected_error(
                &format!("the name {}", quoted(name)),
                "a name without @, without { in front, and not \"ticket\"",
                "A name with these would be read as a calendar's text, or as the ticket's own calendar.",
            ));
        }
        names.push(name.to_owned());
        let versions = match own.node.kind {
            NodeKind::List(_) => own.items("")?,
            _ => vec![own.clone()],
        };
        if versions.is_empty() {
            return Err(own.unexpected("a calendar or a list of its versions"));
        }
        let mut before: Vec<Version<'_>> = Vec::new();
        for node in versions {
            let (row, version) = calendar(name, node)?;
            if let Some(other) = before
                .iter()
                .find(|v| when::overlap((v.from, v.to), (version.from, version.to)))
            {
                return Err(version.node.error(
                    &format!(
                        "the version overlaps the one at line {}",
                        other.node.node.line
                    ),
                    "Let each version begin where the one before ends: valid_to, valid_from.",
                ));
            }
            before.push(version);
            rows.push(row);
        }
    }
    // By name and date, as tables are listed; a missing valid_from is the earliest.
    rows.sort_by_key(|row| (text(row, "name"), text(row, "valid_from")));
    Ok((rows, names))
}

fn text(row: &Value, key: &str) -> String {
    row[key].as_str().unwrap_or_default().to_owned()
}

fn calendar<'a>(name: &str, node: NodeRef<'a>) -> Result<(Value, Version<'a>)> {
    let expected =
        "a text such as \"Mo-Fr 09:00-17:00 @ UTC\" or an object with hours and time_zone";
    let (calendar, description) = match &node.node.kind {
        NodeKind::Text(text) => (text.parse().map_err(|e| node.wrap(e))?, None),
        NodeKind::Map(_) => {
            let description = node.text_at("description", "a text")?;
            (from_object(&node, expected)?, description)
        }
        _ => return Err(node.unexpected(expected)),
    };
    let from = when::date_at(&node, "valid_from")?;
    let to = when::date_at(&node, "valid_to")?;
    if let (Some(from), Some(to)) = (from, to)
        && from >= to
    {
        return Err(node.error(
            &format!("the version begins on {from} and ends on {to}, so it never holds"),
            "valid_to is the first day on which it no longer holds.",
        ));
    }
    if !opens(&calendar) {
        return Err(node.error(
            &format!("the calendar {} never opens", quoted(&calendar.to_string())),
            "A target in it would never pass. Give it opening hours, such as Mo-Fr 09:00-17:00.",
        ));
    }
    let row = json!({
        "name": name,
        "calendar": calendar.to_string(),
        "description": description,
        "valid_from": from.map(|d| d.to_string()),
        "valid_to": to.map(|d| d.to_string()),
    });
    Ok((row, Version { node, from, to }))
}

/// A calendar by its text, or in the JSON form, beside what only the table knows.
fn from_object(node: &NodeRef<'_>, expected: &str) -> Result<Calendar> {
    const OWN: [&str; 3] = ["description", "valid_from", "valid_to"];
    const FORMS: [&str; 4] = ["calendar", "union", "intersection", "difference"];
    const PARTS: [&str; 6] = [
        "hours",
        "time_zone",
        "country",
        "holidays",
        "shifts",
        "breaks",
    ];
    let forms: Vec<&str> = FORMS
        .into_iter()
        .filter(|f| node.get(f).is_some())
        .collect();
    let keys: Vec<&str> = match forms.as_slice() {
        [] => [OWN.as_slice(), &PARTS, &FORMS].concat(),
        [form] => [OWN.as_slice(), &[form]].concat(),
        _ => {
            return Err(node.error(
                &format!("{} stand beside each other", forms.join(" and ")),
                &format!("A calendar has one of {}.", either(&FORMS)),
            ));
        }
    };
    node.only(&keys, expected)?;
    if let Some(text) = node.get("calendar") {
        return text.text(expected)?.parse().map_err(|e| text.wrap(e));
    }
    if forms.is_empty() {
        for key in ["hours", "time_zone"] {
            if node.get(key).is_none() {
                return Err(node.error(
                    &format!("the calendar has no {key}"),
                    "Write hours: Mo-Fr 09:00-17:00 and time_zone: Europe/Berlin.",
                ));
            }
        }
    }
    let mut object = node.node.to_json();
    if let Some(object) = object.as_object_mut() {
        object.retain(|key, value| !OWN.contains(&key.as_str()) && !value.is_null());
    }
    // As for make_calendar: who names a country closes on its holidays, unless the hours speak of them.
    if let Some(hours) = node.get("hours")
        && let NodeKind::Text(text) = &hours.node.kind
    {
        let parsed = crate::calendar::hours::parse(text).map_err(|e| hours.wrap(e))?;
        if node.get("country").is_some() && !parsed.mentions_holidays() {
            object["hours"] = json!(format!("{text}; PH off"));
        }
    }
    // The nearest part says where: an unknown zone is at time_zone.
    json::from_json(&object).map_err(|e| {
        let part = ["time_zone", "country", "hours", "holidays"]
            .into_iter()
            .filter_map(|key| node.get(key))
            .find(|part| part.node.source().is_some_and(|s| e.message.contains(s)));
        part.as_ref().unwrap_or(node).wrap(e)
    })
}

/// Whether a calendar is open at all between 1900 and 2200.
fn opens(calendar: &Calendar) -> bool {
    let timeline = Timeline::new(Source::new(calendar));
    // Nearly every calendar opens within some weeks; the whole range is computed only for the others.
    let near = timeline.between(9_000 * DAY, 9_100 * DAY);
    near != Some(0) || timeline.between(-36_524 * DAY, 73_049 * DAY) != Some(0)
}
