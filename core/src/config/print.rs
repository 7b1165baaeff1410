//! Normalized JSON as the text that a person would write.

use super::duration::Duration;
use super::emit::{self, Out};
use super::metrics::SWITCHES;
use super::when;
use crate::error::{Error, Result, did_you_mean};
use crate::sla::status::TicketState;
use serde_json::{Map, Value, json};

/// The syntax that a configuration is printed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Yaml,
    Json,
}

impl Format {
    /// # Errors
    /// 22023 for any other name.
    pub fn parse(name: &str) -> Result<Self> {
        match name.to_lowercase().as_str() {
            "yaml" => Ok(Self::Yaml),
            "json" => Ok(Self::Json),
            other => {
                let hint = did_you_mean(other, ["yaml", "json"])
                    .unwrap_or_else(|| "Formats are yaml and json.".to_owned());
                let message = format!("format must be yaml or json, not \"{name}\"");
                Err(Error::parameter(message, hint))
            }
        }
    }
}

/// Gives the canonical text.
///
/// # Errors
/// 22023 for a row that no configuration can say, such as a target of months.
pub fn print(config: &Value, format: Format) -> Result<String> {
    let mut sections = Entries::default();
    sections.scalar("preset", &config["preset"]);
    // Null is written: a loaded text without the key would leave another default in place.
    if let Some(name) = config.get("default_calendar") {
        sections.put("default_calendar", Out::tight(name));
    }
    for (name, read) in [
        ("calendars", calendars as fn(&[Value]) -> Result<Out>),
        ("states", |rows| Ok(states(rows))),
        ("metrics", |rows| Ok(metrics(rows))),
        ("presets", |rows| Ok(presets(rows))),
        ("policies", policies),
    ] {
        if let Some(rows) = config[name].as_array() {
            sections.put(name, read(rows)?);
        }
    }
    let all = Out::map(sections.0);
    Ok(match format {
        Format::Yaml => emit::yaml(&all),
        Format::Json => emit::json(&all),
    })
}

#[derive(Default)]
struct Entries(Vec<(String, Out)>);

impl Entries {
    fn put(&mut self, key: &str, value: Out) {
        self.0.push((key.to_owned(), value));
    }

    /// Leaves out what has no value.
    fn scalar(&mut self, key: &str, value: &Value) {
        if !value.is_null() {
            self.put(key, Out::tight(value));
        }
    }

    fn scalar_unless(&mut self, key: &str, value: &Value, default: &Value) {
        if value != default {
            self.scalar(key, value);
        }
    }
}

fn name(row: &Value) -> String {
    row["name"].as_str().unwrap_or_default().to_owned()
}

/// Rows that follow each other and have the same text in a column.
fn groups<'a>(rows: &'a [Value], column: &str) -> Vec<(&'a str, Vec<&'a Value>)> {
    let mut groups: Vec<(&str, Vec<&Value>)> = Vec::new();
    for row in rows {
        let key = row[column].as_str().unwrap_or_default();
        match groups.iter_mut().find(|(k, _)| *k == key) {
            Some((_, group)) => group.push(row),
            None => groups.push((key, vec![row])),
        }
    }
    groups
}

fn calendars(rows: &[Value]) -> Result<Out> {
    let version = |row: &Value| {
        let mut all = Entries::default();
        for key in ["calendar", "valid_from", "valid_to", "description"] {
            all.scalar(key, &row[key]);
        }
        match all.0.as_slice() {
            [(key, _)] if key == "calendar" => Out::tight(&row["calendar"]),
            _ => Out::map(all.0),
        }
    };
    let mut all = Entries::default();
    for (name, versions) in groups(rows, "name") {
        match versions.as_slice() {
            [only] => all.put(name, version(only)),
            several => all.put(
                name,
                Out::list(several.iter().map(|r| version(r)).collect()),
            ),
        }
    }
    Ok(Out::map(all.0))
}

fn states(rows: &[Value]) -> Out {
    let mut all = Entries::default();
    for state in TicketState::NAMES {
        let own = rows.iter().filter(|r| r["state"] == state);
        let list: Vec<Value> = own.map(|r| r["status"].clone()).collect();
        if !list.is_empty() {
            all.put(state, Out::tight(&Value::Array(list)));
        }
    }
    Out::map(all.0)
}

fn metrics(rows: &[Value]) -> Out {
    let metric = |row: &Value| {
        let mut all = Entries::default();
        for key in [
            "start",
            "stop",
            "pause",
            "after",
            "unanswered",
            "cancel",
            "reset",
        ] {
            all.scalar(key, &row[key]);
        }
        all.scalar_unless("cycles", &row["cycles"], &json!("one"));
        all.scalar("reopen", &row["reopen"]);
        all.scalar_unless("position", &row["position"], &json!(100));
        all.scalar("description", &row["description"]);
        (name(row), Out::map(all.0))
    };
    Out::map(rows.iter().map(metric).collect())
}

fn presets(rows: &[Value]) -> Out {
    let preset = |row: &Value| {
        let mut all = Entries::default();
        for (key, _) in SWITCHES {
            all.scalar(key, &row[key]);
        }
        all.scalar("retroactive_start", &row["retroactive_start"]);
        if let Some(metrics) = row["metrics"].as_object().filter(|m| !m.is_empty()) {
            let own = metrics.iter().map(|(k, v)| (k.clone(), Out::tight(v)));
            all.put("metrics", Out::map(own.collect()));
        }
        all.scalar("description", &row["description"]);
        (name(row), Out::map(all.0))
    };
    Out::map(rows.iter().map(preset).collect())
}

fn policies(rows: &[Value]) -> Result<Out> {
    let policy = |row: &Value| {
        let mut all = Entries::default();
        all.scalar("name", &row["name"]);
        all.scalar_unless("when", &row["conditions"], &json!({}));
        all.scalar_unless("hours", &row["hours"], &json!("business"));
        all.scalar("calendar", &row["calendar_name"]);
        all.scalar_unless("warn", &row["warn_fraction"], &json!(0.8));
        for key in ["valid_from", "valid_to"] {
            if let Some(at) = row[key].as_str() {
                all.put(key, Out::text(&when::short(at)));
            }
        }
        all.scalar("description", &row["description"]);
        let rows = row["targets"].as_array().map_or(&[][..], Vec::as_slice);
        all.put("targets", targets(&name(row), rows)?);
        Ok(Out::map(all.0))
    };
    Ok(Out::list(rows.iter().map(policy).collect::<Result<_>>()?))
}

/// By priority, `*` last; hours, calendar and warning fraction once if they are all the same.
fn targets(policy: &str, rows: &[Value]) -> Result<Out> {
    let mut all = Entries::default();
    let mut groups = groups(rows, "priority");
    groups.sort_by_key(|(priority, _)| (*priority == "*", *priority));
    for (priority, rows) in groups {
        let own: Vec<_> = rows.iter().map(|r| overrides(r)).collect();
        let shared = own.windows(2).all(|pair| pair[0] == pair[1]);
        let mut of_priority = Map::new();
        let mut entries = Entries::default();
        if shared && let Some(first) = own.first() {
            of_priority.clone_from(first);
        }
        for key in ["hours", "calendar", "warn"] {
            entries.scalar(key, of_priority.get(key).unwrap_or(&Value::Null));
        }
        for (row, own) in rows.iter().zip(own) {
            let metric = row["metric"].as_str().unwrap_or_default();
            let time = time(policy, priority, metric, row)?;
            if shared || own.is_empty() {
                entries.put(metric, Out::text(&time));
                continue;
            }
            let mut object = Entries::default();
            object.put("target", Out::text(&time));
            for key in ["hours", "calendar", "warn"] {
                object.scalar(key, own.get(key).unwrap_or(&Value::Null));
            }
            let entries_of = Out::Map {
                entries: object.0,
                tight: true,
            };
            entries.put(metric, entries_of);
        }
        all.put(
            priority,
            Out::Map {
                entries: entries.0,
                tight: true,
            },
        );
    }
    Ok(Out::map(all.0))
}

fn overrides(row: &Value) -> Map<String, Value> {
    let columns = [
        ("hours", "hours"),
        ("calendar", "calendar_name"),
        ("warn", "warn_fraction"),
    ];
    let own = columns.map(|(key, column)| (key.to_owned(), row[column].clone()));
    own.into_iter().filter(|(_, v)| !v.is_null()).collect()
}

fn time(policy: &str, priority: &str, metric: &str, row: &Value) -> Result<String> {
    let text = row["target"].as_str().unwrap_or_default();
    let business_days = row["business_days"].as_bool() == Some(true);
    let found = Duration::from_interval(text).map(|d| Duration { business_days, ..d }.short());
    found.ok_or_else(|| {
        Error::parameter(
            format!(
                "policy \"{policy}\", priority \"{priority}\", {metric}: the target must be working days and hours, not \"{text}\""
            ),
            "Change it in slaops.sla_targets to days, hours, minutes and seconds.",
        )
    })
}
