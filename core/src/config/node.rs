//! A node of a configuration's tree.

use serde_json::{Map, Number, Value};
use std::rc::Rc;

/// A node and where it begins.
#[derive(Debug)]
pub struct Node {
    pub line: usize,
    pub kind: NodeKind,
    /// Nodes in it and levels below it, with every alias written out.
    pub(super) size: usize,
    pub(super) height: usize,
}

/// A value of a configuration, whether YAML or JSON.
#[derive(Debug)]
pub enum NodeKind {
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
    /// The value as JSON.
    pub fn to_json(&self) -> Value {
        match &self.kind {
            NodeKind::Null => Value::Null,
            NodeKind::Bool(b, _) => Value::Bool(*b),
            NodeKind::Number(n, _) => Value::Number(n.clone()),
            NodeKind::Text(text) => Value::String(text.clone()),
            NodeKind::List(list) => list.iter().map(|n| n.to_json()).collect(),
            NodeKind::Map(map) => {
                let entries = map.iter().map(|(k, n)| (k.text.clone(), n.to_json()));
                Value::Object(entries.collect::<Map<_, _>>())
            }
        }
    }

    /// A scalar's text as it is written.
    pub fn source(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Bool(_, text) | NodeKind::Number(_, text) | NodeKind::Text(text) => {
                Some(text)
            }
            _ => None,
        }
    }
}

pub(super) fn leaf(line: usize, kind: NodeKind) -> Node {
    Node {
        line,
        kind,
        size: 1,
        height: 0,
    }
}
