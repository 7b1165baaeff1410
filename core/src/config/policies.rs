//! The section `policies`.

use super::duration::{self, Duration};
use super::names::{Names, TICKET, calendar_name};
use super::node::NodeKind;
use super::node_ref::{NodeRef, quoted};
use super::unreachable::{self, Entry};
use super::when;
use crate::error::Result;
use crate::sla::condition::{Condition, EVENT_FIELDS};
use serde_json::{Map, Value, json};

/// What may stand beside the metrics of a priority.
pub const OVERRIDES: [&str; 3] = ["hours", "calendar", "warn"];
const HOURS: [&str; 2] = ["business", "24x7"];
const WARN: f64 = 0.8;
const KEYS: [&str; 9] = [
    "name",
    "when",
    "hours",
    "calendar",
    "warn",
    "valid_from",
    "valid_to",
    "description",
    "targets",
];

/// Reads the section `policies` as rows of slaops.sla_policies.
pub fn policies(node: &NodeRef<'_>, names: &Names<'_>) -> Result<Vec<Value>> {
    let mut rows = Vec::new();
    let mut before: Vec<Entry<'_>> = Vec::new();
    for (i, own) in node.items("a list of policies")?.into_iter().enumerate() {
        crate::interrupt::check();
        let (row, entry) = policy(i, own, names)?;
        unreachable::check(&entry, &before)?;
        before.push(entry);
        rows.push(row);
    }
    Ok(rows)
}

fn policy<'a>(i: usize, own: NodeRef<'a>, names: &Names<'_>) -> Result<(Value, Entry<'a>)> {
    own.only(&KEYS, "an object with name and targets")?;
    let name = match own.get("name") {
        Some(node) => node.name("a name")?.to_owned(),
        None => {
            return Err(own.error(
                "the policy has no name",
                "Write name: and what reports should call it.",
            ));
        }
    };
    let (conditions, condition) = match own.get("when") {
        Some(node) => ticket_condition(&node)?,
        None => (
            json!({}),
            Condition {
                cases: vec![vec![]],
            },
        ),
    };
    let from = when::instant_at(&own, "valid_from")?;
    let to = when::instant_at(&own, "valid_to")?;
    if let (Some(from), Some(to)) = (from, to)
        && from >= to
    {
        return Err(own.error(
            &format!(
                "the policy begins on {} and ends on {}, so it never holds",
                when::short(&when::shown(from)),
                when::short(&when::shown(to))
            ),
            "valid_to is the first instant at which it no longer holds.",
        ));
    }
    let calendar = calendar_at(&own, names)?;
    let own_calendar = calendar.is_some();
    let targets = targets(&own, names, own_calendar)?;
    let position = i32::try_from(i + 1).ok().and_then(|n| n.checked_mul(10));
    let row = json!({
        "name": name,
        "position": position,
        "valid_from": from.map(when::shown),
        "valid_to": to.map(when::shown),
        "conditions": conditions,
        "hours": own.word_at("hours", &HOURS)?.unwrap_or("business"),
        "calendar_name": calendar,
        "warn_fraction": own.fraction_at("warn")?.unwrap_or(WARN),
        "description": own.text_at("description", "a text")?,
        "targets": targets,
    });
    let entry = Entry {
        node: own,
        name,
        valid: (from, to),
        condition,
    };
    Ok((row, entry))
}

/// A condition on a ticket, which is not an event.
fn ticket_condition(node: &NodeRef<'_>) -> Result<(Value, Condition)> {
    let (json, condition) = node.condition()?;
    if let Some(word) = condition.fields().find(|f| EVENT_FIELDS.contains(f)) {
        return Err(node.expected_error(
            &format!("the field {}, which events have", quoted(word)),
            "fields of tickets",
            "Policies ask of a ticket: priority, brand, channel, tier, tags, group_name or any other of its columns.",
        ));
    }
    Ok((json, condition))
}

/// A calendar by name, or nothing for the ticket's own.
fn calendar_at(own: &NodeRef<'_>, names: &Names<'_>) -> Result<Option<String>> {
    match own.get("calendar") {
        None => Ok(None),
        Some(node) if node.node.source() == Some(TICKET) => Ok(None),
        Some(node) => calendar_name(&node, names).map(Some),
    }
}

fn targets(own: &NodeRef<'_>, names: &Names<'_>, own_calendar: bool) -> Result<Vec<Value>> {
    let hint = "Write targets: {P1: {first_response: 15m, resolution: 8h}}; '*' stands for every other priority.";
    let none = |node: &NodeRef<'_>| node.error("the policy has no targets", hint);
    let node = own.get("targets").ok_or_else(|| none(own))?;
    let priorities = node.entries("an object of priorities, each with its targets")?;
    if priorities.is_empty() {
        return Err(none(&node));
    }
    let mut rows = Vec::new();
    for (priority, of_priority) in priorities {
        of_priority.check_name(priority)?;
        let before = rows.len();
        let shared = overrides(&of_priority, names, own_calendar)?;
        for (metric, target) in of_priority.entries("an object of metrics and times")? {
            if OVERRIDES.contains(&metric) {
                continue;
            }
            if !names.metrics.iter().any(|m| m == metric) {
                let known = names.metrics.iter().map(String::as_str);
                let keys: Vec<&str> = known.chain(OVERRIDES).collect();
                return Err(target.unknown_key(metric, &keys));
            }
            let mut row = shared.clone();
            let mut at = target.clone();
            if let NodeKind::Map(_) = target.node.kind {
                at = long_form(&target, names, own_calendar, &mut row)?;
            }
            row.insert("priority".into(), json!(priority));
            row.insert("metric".into(), json!(metric));
            let time = time(&at)?;
            row.insert("target".into(), json!(time.interval()));
            row.insert(
                "business_days".into(),
                json!(time.business_days.then_some(true)),
            );
            rows.push(Value::Object(row));
        }
        if rows.len() == before {
            return Err(of_priority.error("the priority has no targets", hint));
        }
    }
    rows.sort_by_key(|row| {
        let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        (text("priority"), text("metric"))
    });
    Ok(rows)
}

fn overrides(
    node: &NodeRef<'_>,
    names: &Names<'_>,
    own_calendar: bool,
) -> Result<Map<String, Value>> {
    let calendar = calendar_at(node, names)?;
    if let Some(at) = node.get("calendar")
        && calendar.is_none()
        && own_calendar
    {
        return Err(at.expected_error(
            "\"ticket\"",
            "a calendar by name, as the policy has one",
            "Leave the policy's calendar out and name one for each other priority.",
        ));
    }
    let columns = [
        ("hours", json!(node.word_at("hours", &HOURS)?)),
        ("calendar_name", json!(calendar)),
        ("warn_fraction", json!(node.fraction_at("warn")?)),
    ];
    Ok(columns
        .map(|(k, v)| (k.to_owned(), v))
        .into_iter()
        .collect())
}

/// `{target: 8h, hours: 24x7}`: where one target differs from others of its priority.
fn long_form<'a>(
    node: &NodeRef<'a>,
    names: &Names<'_>,
    own_calendar: bool,
    row: &mut Map<String, Value>,
) -> Result<NodeRef<'a>> {
    node.only(&[["target"].as_slice(), &OVERRIDES].concat(), "")?;
    let own = overrides(node, names, own_calendar)?;
    row.extend(own.into_iter().filter(|(_, value)| !value.is_null()));
    node.get("target").ok_or_else(|| {
        node.error(
            "the object has no target",
            "Write {target: 8h, hours: 24x7}.",
        )
    })
}

fn time(node: &NodeRef<'_>) -> Result<Duration> {
    let refuse = |hint: &str| node.expected_error(&node.summary(), duration::EXPECTED, hint);
    match (&node.node.kind, node.node.source()) {
        (NodeKind::Text(text), _) => Duration::parse(text).map_err(|hint| refuse(&hint)),
        (NodeKind::Number(_, number), _) if number.starts_with('-') || number == "0" => {
            Err(refuse("A target is more than no time."))
        }
        (NodeKind::Number(_, number), _) => Err(refuse(&format!("Minutes? Write {number}m."))),
        _ => Err(refuse(
            "Write minutes as 15m, hours as 8h, working days as 3d, business days as 3bd, or 1h 30m.",
        )),
    }
}
