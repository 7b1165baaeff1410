//! The sections `metrics` and `presets`.

use super::names::Names;
use super::node::NodeKind;
use super::node_ref::{NodeRef, check_known_name, quoted};
use super::policies;
use crate::error::Result;
use serde_json::{Map, Value, json};

/// The columns of a metric that are conditions.
pub const CONDITIONS: [&str; 7] = [
    "start",
    "stop",
    "pause",
    "after",
    "unanswered",
    "cancel",
    "reset",
];
const CYCLES: [&str; 2] = ["one", "many"];
const REOPEN: [&str; 5] = ["resume", "pause", "count", "new_cycle", "ignore"];
/// The switches of a preset that are words, each with its own, the default first.
pub const SWITCHES: [(&str, &[&str]); 5] = [
    ("reopen", &REOPEN),
    ("solved_before_reply", &["fulfill", "cancel", "ignore"]),
    ("target_at", &["event", "current", "first"]),
    ("calendar_at", &["each", "event", "current", "first"]),
    ("due_at_close", &["close", "next_open"]),
];

/// Reads the section `metrics` as rows of slaops.metrics.
pub fn metrics(node: &NodeRef<'_>) -> Result<Vec<Value>> {
    let mut rows = Vec::new();
    for (name, own) in node.entries("an object of metrics by name")? {
        check_name(&own, name)?;
        rows.push(metric(name, &own)?);
    }
    rows.sort_by_key(|row| {
        let position = row["position"].as_i64().unwrap_or_default();
        (
            position,
            row["name"].as_str().unwrap_or_default().to_owned(),
        )
    });
    Ok(rows)
}

fn check_name(own: &NodeRef<'_>, name: &str) -> Result<()> {
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(letters) {
        return Err(own.expected_error(
            &format!("the name {}", quoted(name)),
            "a name of small letters, digits and underscores that begins with a letter",
            "Write it as first_response is written.",
        ));
    }
    own.check_name(name)?;
    if policies::OVERRIDES.contains(&name) {
        return Err(own.error(
            &format!("{} has a meaning of its own beside targets", quoted(name)),
            "Give the metric another name.",
        ));
    }
    Ok(())
}

fn metric(name: &str, own: &NodeRef<'_>) -> Result<Value> {
    let expected = "an object with start and stop";
    let keys = [
        CONDITIONS.as_slice(),
        &["cycles", "reopen", "position", "description"],
    ]
    .concat();
    own.only(&keys, expected)?;
    let mut row = Map::new();
    row.insert("name".into(), json!(name));
    for key in CONDITIONS {
        row.insert(key.into(), condition_at(own, key)?);
    }
    for key in ["start", "stop"] {
        if row[key].is_null() {
            return Err(own.error(
                &format!("the metric has no {key}"),
                "Write start: {event: created} and stop: {state: [solved, closed]}.",
            ));
        }
    }
    let cycles = own.word_at("cycles", &CYCLES)?.unwrap_or("one");
    row.insert("cycles".into(), json!(cycles));
    row.insert("reopen".into(), json!(own.word_at("reopen", &REOPEN)?));
    row.insert("position".into(), json!(position(own)?));
    let description = own.text_at("description", "a text")?;
    row.insert("description".into(), json!(description));
    Ok(Value::Object(row))
}

fn position(own: &NodeRef<'_>) -> Result<i32> {
    let Some(node) = own.get("position") else {
        return Ok(100);
    };
    let found = match &node.node.kind {
        NodeKind::Number(n, _) => n.as_i64().and_then(|n| i32::try_from(n).ok()),
        _ => None,
    };
    found.ok_or_else(|| node.unexpected("a whole number: the place in lists"))
}

/// A condition with at least one test, else null.
fn condition_at(own: &NodeRef<'_>, key: &str) -> Result<Value> {
    let Some(node) = own.get(key) else {
        return Ok(Value::Null);
    };
    let (json, condition) = node.condition()?;
    if condition.cases.iter().any(Vec::is_empty) {
        return Err(node.expected_error(
            "a condition that always holds",
            "one that names something",
            "Name an event or a state: {event: comment, by: agent, public: true}, {state: pending}.",
        ));
    }
    Ok(json)
}

/// Reads the section `presets` as rows of slaops.presets.
pub fn presets(node: &NodeRef<'_>, names: &Names<'_>) -> Result<Vec<Value>> {
    let own = node.entries("an object of presets by name")?;
    for (name, preset) in &own {
        preset.check_name(name)?;
    }
    // A preset may be like one that stands further down.
    let mut done: Map<String, Value> = Map::new();
    for (name, _) in &own {
        preset(name, &own, names, &mut done, &mut Vec::new())?;
    }
    Ok(done.into_values().collect())
}

fn preset<'a>(
    name: &'a str,
    all: &[(&'a str, NodeRef<'a>)],
    names: &Names<'_>,
    done: &mut Map<String, Value>,
    waiting: &mut Vec<&'a str>,
) -> Result<()> {
    let Some((name, own)) = all.iter().find(|(n, _)| *n == name) else {
        return Ok(());
    };
    if done.contains_key(*name) {
        return Ok(());
    }
    let words = SWITCHES.map(|(key, _)| key);
    let keys = [
        words.as_slice(),
        &["like", "retroactive_start", "metrics", "description"],
    ]
    .concat();
    own.only(&keys, "an object of switches")?;
    let mut row = defaults();
    if let Some(like) = own.get("like") {
        let other = like.text("the name of a preset")?;
        let known = names.known.presets.keys().map(String::as_str);
        let others = all.iter().map(|(n, _)| *n).filter(|n| n != name);
        check_known_name(
            &like,
            other,
            "preset",
            known.chain(others).chain(std::iter::once("default")),
            "slaops.presets lists them.",
        )?;
        // zendesk: {like: zendesk} is like the built-in preset that it stands over.
        let built_in = names.known.built_in_presets.get(other);
        let model = if let (true, Some(built_in)) = (other == *name, built_in) {
            Some(built_in)
        } else {
            waiting.push(name);
            if waiting.contains(&other) || waiting.len() > 50 {
                return Err(like.error(
                    &format!(
                        "{} is like itself: {} -> {other}",
                        quoted(name),
                        waiting.join(" -> ")
                    ),
                    "Let one of them stand for itself.",
                ));
            }
            preset(other, all, names, done, waiting)?;
            waiting.pop();
            done.get(other).or_else(|| names.known.presets.get(other))
        };
        for (key, value) in model.and_then(Value::as_object).into_iter().flatten() {
            if row.contains_key(key) {
                row.insert(key.clone(), value.clone());
            }
        }
    }
    for (key, words) in SWITCHES {
        if let Some(word) = own.word_at(key, words)? {
            row.insert(key.into(), json!(word));
        }
    }
    if let Some(node) = own.get("retroactive_start") {
        let NodeKind::Bool(value, _) = node.node.kind else {
            return Err(node.unexpected("true or false"));
        };
        row.insert("retroactive_start".into(), json!(value));
    }
    if let Some(node) = own.get("metrics") {
        let mut merged = row["metrics"].as_object().cloned().unwrap_or_default();
        for (metric, changes) in node.entries("an object of metrics by name")? {
            let all = names.metrics.iter().map(String::as_str);
            check_known_name(
                &changes,
                metric,
                "metric",
                all,
                "slaops.metrics lists them.",
            )?;
            let of_metric = merged.entry(metric).or_insert_with(|| json!({}));
            if let Some(object) = of_metric.as_object_mut() {
                object.extend(metric_changes(&changes)?);
            }
        }
        row.insert("metrics".into(), Value::Object(merged));
    }
    row.insert("name".into(), json!(name));
    let description = own.text_at("description", "a text")?;
    row.insert("description".into(), json!(description));
    done.insert((*name).to_owned(), Value::Object(row));
    Ok(())
}

/// What a preset's metric has otherwise; null takes a condition away.
fn metric_changes(changes: &NodeRef<'_>) -> Result<Map<String, Value>> {
    let keys = [CONDITIONS.as_slice(), &["cycles", "reopen"]].concat();
    changes.only(&keys, "an object of what the metric has otherwise")?;
    let mut found = Map::new();
    for key in CONDITIONS {
        let Some(node) = changes.entry(key) else {
            continue;
        };
        if node.is_null() && matches!(key, "start" | "stop") {
            return Err(node.unexpected("a condition, as no metric is without it"));
        }
        found.insert(key.into(), condition_at(changes, key)?);
    }
    for (key, words) in [("cycles", CYCLES.as_slice()), ("reopen", &REOPEN)] {
        if let Some(word) = changes.word_at(key, words)? {
            found.insert(key.into(), json!(word));
        }
    }
    Ok(found)
}

fn defaults() -> Map<String, Value> {
    let words = SWITCHES
        .iter()
        .map(|(key, words)| ((*key).to_owned(), json!(words.first())));
    let others = [("retroactive_start", json!(true)), ("metrics", json!({}))];
    words
        .chain(others.map(|(k, v)| (k.to_owned(), v)))
        .collect()
}
