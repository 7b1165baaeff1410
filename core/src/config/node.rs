//! A node of a configuration's tree.

use crate::error::Error;
use serde_json::{Map, Number, Value};
use std::rc::Rc;

/// A node and where it begins.
#[derive(Debug)]
pub struct Node {
    pub line: usize,
    pub kind: Kind,
    /// Nodes in it and levels below it, with every alias written out.
    pub(super) size: usize,
    pub(super) height: usize,
}

#[derive(Debug)]
pub enum Kind {
    Null,
    Bool(bool, String),
    /// With the text as it is written, which is what a name such as `007` means.
    Number(Number, String),
    Text(String),
    List(Vec<Rc<Node>>),
    Map(Vec<(Key, Rc<Node>)>),
}

/// A key and the line on which it stands.
#[derive(Clone, Debug)]
pub struct Key {
    pub line: usize,
    pub text: String,
}

impl Node {
    pub fn to_json(&self) -> Value {
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Bool(b, _) => Value::Bool(*b),
            Kind::Number(n, _) => Value::Number(n.clone()),
            Kind::Text(text) => Value::String(text.clone()),
            Kind::List(list) => list.iter().map(|n| n.to_json()).collect(),
            Kind::Map(map) => {
                let entries = map.iter().map(|(k, n)| (k.text.clone(), n.to_json()));
                Value::Object(entries.collect::<Map<_, _>>())
            }
        }
    }

    /// A scalar's text as it is written.
    pub fn source(&self) -> Option<&str> {
        match &self.kind {
            Kind::Bool(_, text) | Kind::Number(_, text) | Kind::Text(text) => Some(text),
            _ => None,
        }
    }
}

pub(super) fn leaf(line: usize, kind: Kind) -> Node {
    Node {
        line,
        kind,
        size: 1,
        height: 0,
    }
}

pub fn bad(line: usize, message: &str, hint: &str) -> Error {
    Error::text(format!("configuration at line {line}: {message}"), hint)
}
