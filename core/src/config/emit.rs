//! A tree as YAML or JSON text, in one fixed form.

use super::node::NodeKind;
use super::scalar::resolve;
use serde_json::{Number, Value};
use std::fmt::Write;

/// A line has as many characters, if what is on it can be broken.
const WIDTH: usize = 110;

/// What is to be written, in order.
#[derive(Clone, Debug)]
pub enum Out {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    /// Elements, each on a line of its own or, if `tight`, on one line where they fit.
    List {
        items: Vec<Out>,
        tight: bool,
    },
    Map {
        entries: Vec<(String, Out)>,
        tight: bool,
    },
}

impl Out {
    /// A text.
    pub fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// A map with one entry a line.
    pub fn map(entries: Vec<(String, Out)>) -> Self {
        Self::Map {
            entries,
            tight: false,
        }
    }

    /// A list with one item a line.
    pub fn list(items: Vec<Out>) -> Self {
        Self::List {
            items,
            tight: false,
        }
    }

    /// JSON on one line, where it fits.
    pub fn tight(json: &Value) -> Self {
        match json {
            Value::Null => Self::Null,
            Value::Bool(b) => Self::Bool(*b),
            Value::Number(n) => Self::Number(n.clone()),
            Value::String(text) => Self::text(text),
            Value::Array(list) => Self::List {
                items: list.iter().map(Self::tight).collect(),
                tight: true,
            },
            Value::Object(map) => Self::Map {
                entries: map
                    .iter()
                    .map(|(k, v)| (k.clone(), Self::tight(v)))
                    .collect(),
                tight: true,
            },
        }
    }

    /// Whether it stands on one line: a scalar, something empty, or what is tight and fits.
    fn on_one_line(&self, write: fn(&Out) -> String, room: usize) -> Option<String> {
        let (empty, tight) = match self {
            Self::List { items, tight } => (items.is_empty(), *tight),
            Self::Map { entries, tight } => (entries.is_empty(), *tight),
            _ => return Some(write(self)),
        };
        if !empty && !tight {
            return None;
        }
        Some(write(self)).filter(|text| empty || text.chars().count() <= room)
    }
}

/// YAML; a blank line stands before each part of the outermost object that has lines of its own, and
/// between elements of lists in it.
pub fn yaml(out: &Out) -> String {
    let mut text = String::new();
    let Out::Map { entries, .. } = out else {
        return flow(out) + "\n";
    };
    let mut lone = true;
    for (key, value) in entries {
        let line = value.on_one_line(flow, WIDTH);
        if !(text.is_empty() || lone && line.is_some()) {
            text.push('\n');
        }
        lone = line.is_some();
        let key = scalar(key);
        match (line, value) {
            (Some(line), _) => _ = writeln!(text, "{key}: {line}"),
            (None, Out::List { items, .. }) => {
                _ = writeln!(text, "{key}:");
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        text.push('\n');
                    }
                    element(item, 2, &mut text);
                }
            }
            (None, _) => {
                _ = writeln!(text, "{key}:");
                block(value, 2, &mut text);
            }
        }
    }
    text
}

fn block(out: &Out, indent: usize, text: &mut String) {
    match out {
        Out::Map { entries, .. } => {
            for (key, value) in entries {
                let key = scalar(key);
                let room = WIDTH.saturating_sub(indent + key.chars().count() + 2);
                match value.on_one_line(flow, room) {
                    Some(line) => _ = writeln!(text, "{:indent$}{key}: {line}", ""),
                    None => {
                        _ = writeln!(text, "{:indent$}{key}:", "");
                        block(value, indent + 2, text);
                    }
                }
            }
        }
        Out::List { items, .. } => {
            for item in items {
                element(item, indent, text);
            }
        }
        other => _ = writeln!(text, "{:indent$}{}", "", flow(other)),
    }
}

fn element(item: &Out, indent: usize, text: &mut String) {
    if let Some(line) = item.on_one_line(flow, WIDTH.saturating_sub(indent + 2)) {
        _ = writeln!(text, "{:indent$}- {line}", "");
        return;
    }
    // The first line of the element stands beside its dash.
    let start = text.len();
    block(item, indent + 2, text);
    text.replace_range(start + indent..start + indent + 1, "-");
}

fn flow(out: &Out) -> String {
    match out {
        Out::Null => "null".to_owned(),
        Out::Bool(b) => b.to_string(),
        Out::Number(n) => n.to_string(),
        Out::Text(text) => scalar(text),
        Out::List { items, .. } => {
            let items: Vec<_> = items.iter().map(flow_inside).collect();
            format!("[{}]", items.join(", "))
        }
        Out::Map { entries, .. } => {
            let entry = |(k, v): &(String, Out)| format!("{}: {}", inside(k), flow_inside(v));
            let entries: Vec<_> = entries.iter().map(entry).collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

fn flow_inside(out: &Out) -> String {
    match out {
        Out::Text(text) => inside(text),
        other => flow(other),
    }
}

/// A text between braces or brackets, where a comma ends it.
fn inside(text: &str) -> String {
    if text.contains([',', '[', ']', '{', '}']) || text.contains(':') {
        return quoted(text);
    }
    scalar(text)
}

/// A text, quoted only where it would read as something else.
fn scalar(text: &str) -> String {
    if plain(text) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

fn plain(text: &str) -> bool {
    const ALSO: &str = " _./@;,+-()%&*'\"<>=!?|~^$:";
    let mut chars = text.chars().peekable();
    if !chars.peek().is_some_and(|c| c.is_alphanumeric()) || text.ends_with(' ') {
        return false;
    }
    while let Some(c) = chars.next() {
        if !c.is_alphanumeric() && !ALSO.contains(c) {
            return false;
        }
        if c == ':' && !chars.peek().is_some_and(|c| c.is_alphanumeric()) {
            return false;
        }
    }
    matches!(resolve(text), NodeKind::Text(_))
}

fn quoted(text: &str) -> String {
    if text.chars().all(printable) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    json_text(text)
}

fn printable(c: char) -> bool {
    !c.is_control()
        && !matches!(
            c,
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
}

/// In double quotes, as JSON and YAML both read it.
fn json_text(text: &str) -> String {
    let mut result = String::from('"');
    for c in text.chars() {
        match c {
            '"' => result.push_str("\\\""),
            '\\' => result.push_str("\\\\"),
            '\n' => result.push_str("\\n"),
            '\r' => result.push_str("\\r"),
            '\t' => result.push_str("\\t"),
            c if printable(c) => result.push(c),
            c => _ = write!(result, "\\u{:04x}", u32::from(c)),
        }
    }
    result.push('"');
    result
}

/// JSON, indented by two.
pub fn json(out: &Out) -> String {
    let mut text = String::new();
    json_into(out, 0, &mut text);
    text.push('\n');
    text
}

fn json_into(out: &Out, indent: usize, text: &mut String) {
    if let Some(line) = out.on_one_line(json_line, WIDTH.saturating_sub(indent)) {
        text.push_str(&line);
        return;
    }
    let inner = indent + 2;
    let next = |text: &mut String, first: &mut bool| {
        text.push_str(if *first { "\n" } else { ",\n" });
        *first = false;
        _ = write!(text, "{:inner$}", "");
    };
    let mut first = true;
    match out {
        Out::Map { entries, .. } => {
            text.push('{');
            for (key, value) in entries {
                next(text, &mut first);
                _ = write!(text, "{}: ", json_text(key));
                json_into(value, inner, text);
            }
            _ = write!(text, "\n{:indent$}}}", "");
        }
        Out::List { items, .. } => {
            text.push('[');
            for item in items {
                next(text, &mut first);
                json_into(item, inner, text);
            }
            _ = write!(text, "\n{:indent$}]", "");
        }
        other => text.push_str(&json_line(other)),
    }
}

fn json_line(out: &Out) -> String {
    match out {
        Out::Null => "null".to_owned(),
        Out::Bool(b) => b.to_string(),
        Out::Number(n) => n.to_string(),
        Out::Text(text) => json_text(text),
        Out::List { items, .. } => {
            let items: Vec<_> = items.iter().map(json_line).collect();
            format!("[{}]", items.join(", "))
        }
        Out::Map { entries, .. } => {
            let entry = |(k, v): &(String, Out)| format!("{}: {}", json_text(k), json_line(v));
            let entries: Vec<_> = entries.iter().map(entry).collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}
