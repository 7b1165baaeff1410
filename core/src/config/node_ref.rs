//! A reference to a node of a configuration, with the path and line that errors name.

use super::node::{Key, Node, NodeKind};
use crate::error::{Error, Result, SqlState, did_you_mean};
use crate::sla::condition::{Condition, ConditionError};
use serde_json::Value;

/// A name in a configuration may have as many characters.
const MAX_NAME: usize = 200;

/// A value of a configuration and where it stands.
#[derive(Clone)]
pub struct NodeRef<'a> {
    pub node: &'a Node,
    pub path: String,
    /// The line of the key if there is one, else that of the value.
    pub line: usize,
}

impl<'a> NodeRef<'a> {
    /// The whole configuration.
    pub fn root(node: &'a Node) -> Self {
        Self {
            node,
            path: String::new(),
            line: node.line,
        }
    }

    fn child(&self, key: &'a Key, node: &'a Node) -> Self {
        let path = match key_shown(&key.text) {
            name if self.path.is_empty() => name.trim_start_matches('.').to_owned(),
            name => format!("{}{name}", self.path),
        };
        Self {
            node,
            path,
            line: key.line,
        }
    }

    fn element(&self, i: usize, node: &'a Node) -> Self {
        Self {
            node,
            path: format!("{}[{i}]", self.path),
            line: node.line,
        }
    }

    /// Whether the value is null.
    pub fn is_null(&self) -> bool {
        matches!(self.node.kind, NodeKind::Null)
    }

    /// What stands at a key; nothing where the key is missing or has no value.
    pub fn get(&self, key: &str) -> Option<NodeRef<'a>> {
        self.entry(key).filter(|node| !node.is_null())
    }

    /// What stands at a key, also where it has no value.
    pub fn entry(&self, key: &str) -> Option<NodeRef<'a>> {
        let NodeKind::Map(map) = &self.node.kind else {
            return None;
        };
        let found = map.iter().find(|(k, _)| k.text == key);
        found.map(|(k, node)| self.child(k, node))
    }

    /// The entries of an object.
    pub fn entries(&self, expected: &str) -> Result<Vec<(&'a str, NodeRef<'a>)>> {
        match &self.node.kind {
            NodeKind::Map(map) => Ok(map
                .iter()
                .map(|(k, node)| (k.text.as_str(), self.child(k, node)))
                .collect()),
            _ => Err(self.unexpected(expected)),
        }
    }

    /// The items of a list; an error that names `expected` for any other value.
    pub fn items(&self, expected: &str) -> Result<Vec<NodeRef<'a>>> {
        match &self.node.kind {
            NodeKind::List(list) => Ok(list
                .iter()
                .enumerate()
                .map(|(i, node)| self.element(i, node))
                .collect()),
            _ => Err(self.unexpected(expected)),
        }
    }

    /// Refuses keys of an object that are none of those named.
    pub fn only(&self, keys: &[&str], expected: &str) -> Result<()> {
        for (key, node) in self.entries(expected)? {
            if !keys.contains(&key) {
                return Err(node.unknown_key(key, keys));
            }
        }
        Ok(())
    }

    /// Error: a key that is none of `keys`.
    pub fn unknown_key(&self, key: &str, keys: &[&str]) -> Error {
        let hint = did_you_mean(key, keys.iter().copied())
            .unwrap_or_else(|| format!("Keys here are {}.", keys.join(", ")));
        let parent = self.path.strip_suffix(&key_shown(key)).unwrap_or("");
        let place = match parent {
            "" => "configuration",
            parent => parent,
        };
        Error::parameter(
            format!(
                "{place} at line {}: no key \"{}\" is known here",
                self.line,
                short(key)
            ),
            hint,
        )
    }

    /// A text; a number or a truth value is the text that is written.
    pub fn text(&self, expected: &str) -> Result<&'a str> {
        self.node.source().ok_or_else(|| self.unexpected(expected))
    }

    /// A text that can be a name.
    pub fn name(&self, expected: &str) -> Result<&'a str> {
        let text = self.text(expected)?;
        self.check_name(text)?;
        Ok(text)
    }

    /// Refuses a name that is empty, very long or has blanks around it.
    pub fn check_name(&self, name: &str) -> Result<()> {
        if name.is_empty() || name.trim() != name || name.chars().count() > MAX_NAME {
            return Err(self.expected_error(
                &quoted(name),
                &format!("a name of 1 to {MAX_NAME} characters without blanks around it"),
                "Shorten the name, or leave the blanks out.",
            ));
        }
        Ok(())
    }

    /// The text at a key if there is one.
    pub fn text_at(&self, key: &str, expected: &str) -> Result<Option<&'a str>> {
        self.get(key).map(|s| s.text(expected)).transpose()
    }

    /// One of the words, at a key.
    pub fn word_at(&self, key: &str, words: &[&'static str]) -> Result<Option<&'static str>> {
        let Some(node) = self.get(key) else {
            return Ok(None);
        };
        let found = node.node.source().unwrap_or("");
        if let Some(word) = words.iter().find(|w| **w == found) {
            return Ok(Some(word));
        }
        let hint = did_you_mean(found, words.iter().copied())
            .unwrap_or_else(|| "Write one of the words.".to_owned());
        Err(node.expected_error(&node.summary(), &either(words), &hint))
    }

    /// A part between 0 and 1, at a key.
    pub fn fraction_at(&self, key: &str) -> Result<Option<f64>> {
        let Some(node) = self.get(key) else {
            return Ok(None);
        };
        match &node.node.kind {
            NodeKind::Number(n, _) => match n.as_f64() {
                Some(n) if (0.0..=1.0).contains(&n) => Ok(Some(n)),
                _ => Err(node.expected_error(
                    &node.summary(),
                    "a part from 0 to 1",
                    "80 percent of a target is 0.8.",
                )),
            },
            _ => Err(node.expected_error(
                &node.summary(),
                "a part from 0 to 1",
                "80 percent of a target is 0.8.",
            )),
        }
    }

    /// A condition, as it is written.
    pub fn condition(&self) -> Result<(Value, Condition)> {
        let json = self.node.to_json();
        match Condition::parse(&json) {
            Ok(condition) => Ok((json, condition)),
            Err(fault) => Err(self.condition_fault(&fault)),
        }
    }

    fn condition_fault(&self, fault: &ConditionError) -> Error {
        let mut node = self.clone();
        for step in &fault.path {
            let next = match &node.node.kind {
                NodeKind::Map(_) => node.entry(step),
                NodeKind::List(_) => step
                    .parse()
                    .ok()
                    .and_then(|i: usize| node.items("").ok()?.into_iter().nth(i)),
                _ => None,
            };
            match next {
                Some(next) => node = next,
                None => break,
            }
        }
        node.expected_error(
            &short(&fault.found),
            &fault.expected,
            "Conditions read {\"brand\": \"acme\", \"priority\": [\"P1\", \"P2\"], \"cost\": {\"at_least\": 100}}.",
        )
    }

    /// An error of this place: what is found and what was expected, with the remedy.
    pub fn expected_error(&self, found: &str, expected: &str, hint: &str) -> Error {
        Error::parameter(
            format!("{}: found {found}, expected {expected}", self.place()),
            hint,
        )
    }

    /// Error: the value is not what is expected.
    pub fn unexpected(&self, expected: &str) -> Error {
        self.expected_error(
            &self.summary(),
            expected,
            "config/sla_policies.yml shows every part.",
        )
    }

    /// An error of this place, in words.
    pub fn error(&self, message: &str, hint: &str) -> Error {
        Error::parameter(format!("{}: {message}", self.place()), hint)
    }

    /// An error of another module, with this place in front of it.
    pub fn wrap(&self, error: Error) -> Error {
        let within = error
            .position
            .map_or(String::new(), |p| format!(" (at its character {p})"));
        let message = format!("{}: {}{within}", self.place(), error.message);
        match error.state {
            SqlState::LimitExceeded => Error::limit(message, error.hint),
            _ => Error::parameter(message, error.hint),
        }
    }

    /// Path and line of the value, for a message.
    pub fn place(&self) -> String {
        match self.path.as_str() {
            "" => format!("configuration at line {}", self.line),
            path => format!("{path} at line {}", self.line),
        }
    }

    /// What is found, in few words.
    pub fn summary(&self) -> String {
        match &self.node.kind {
            NodeKind::Null => "nothing".to_owned(),
            NodeKind::List(list) if list.is_empty() => "an empty list".to_owned(),
            NodeKind::List(_) => "a list".to_owned(),
            NodeKind::Map(map) if map.is_empty() => "an empty object".to_owned(),
            NodeKind::Map(_) => "an object".to_owned(),
            NodeKind::Text(text) => quoted(text),
            NodeKind::Bool(_, text) | NodeKind::Number(_, text) => short(text),
        }
    }
}

/// `.key`, or `["a key"]` where it is not plain.
fn key_shown(key: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '*');
    if !key.is_empty() && key.chars().all(plain) {
        format!(".{}", short(key))
    } else {
        format!("[{}]", quoted(key))
    }
}

/// A text in quotes, a long one shortened.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", short(text))
}

fn short(text: &str) -> String {
    const MOST: usize = 60;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    text.chars().take(MOST).chain("...".chars()).collect()
}

/// `a`, `a or b`, `a, b or c`.
pub fn either(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// A name that refers to something: known, or an error with the nearest.
pub fn check_known_name<'n>(
    node: &NodeRef<'_>,
    name: &str,
    what: &str,
    names: impl Iterator<Item = &'n str> + Clone,
    remedy: &str,
) -> Result<()> {
    if names.clone().any(|n| n == name) {
        return Ok(());
    }
    let hint = did_you_mean(name, names).unwrap_or_else(|| remedy.to_owned());
    Err(node.expected_error(&quoted(name), &format!("the name of a {what}"), &hint))
}
