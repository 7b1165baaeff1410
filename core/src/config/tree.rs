//! YAML, and JSON as the part of it that it is, as a tree whose nodes know their lines.
//!
//! The crate saphyr-parser gives events; what they mean is decided here, by the core schema of
//! YAML 1.2: `no` and `24:00` are texts. Aliases share what they stand for, and the size of the tree
//! with every alias written out is bounded.

use super::node::{Key, Node, NodeKind, leaf};
use super::scalar::{collection_tag, scalar};
use super::text_kind::TextKind;
use crate::error::{Error, Result};
use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// A text may have as many bytes.
pub const MAX_BYTES: usize = 1_000_000;
/// With aliases written out.
const MAX_NODES: usize = 250_000;
const MAX_DEPTH: usize = 64;
const MAX_KEY: usize = 1_000;

/// Reads a configuration.
///
/// # Errors
/// 22P02 with the line where the text is not YAML; 54000 beyond the limits.
pub fn parse(text: &str) -> Result<Rc<Node>> {
    parse_as(text, TextKind::Configuration)
}

/// Reads a text.
///
/// # Errors
/// 22P02 with the line where the text is not YAML; 54000 beyond the limits.
pub fn parse_as(text: &str, text_kind: TextKind) -> Result<Rc<Node>> {
    if text.len() > MAX_BYTES {
        return Err(Error::limit(
            format!(
                "{} of {} bytes is too long",
                match text_kind {
                    TextKind::Configuration => "a configuration",
                    TextKind::Data => "YAML",
                },
                text.len()
            ),
            format!("It may have {MAX_BYTES} bytes."),
        ));
    }
    let text = joined_surrogates(text);
    let lines = text.lines().count().max(1);
    let mut builder = Builder {
        text_kind,
        ..Builder::default()
    };
    let mut documents = 0;
    let mut parser = Parser::new_from_str(&text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|e| {
            let line = e.marker().line().min(lines);
            text_kind.bad(
                line,
                e.info(),
                "The text is YAML or JSON. Check the indentation, which is of blanks, and quote \
                 texts that begin with a sign or have \": \" or \" #\" in them.",
            )
        })?;
        if let Event::DocumentStart(_) = event {
            documents += 1;
            if documents > 1 {
                return Err(text_kind.bad(
                    span.start.line(),
                    "a second document begins",
                    "The text is one document: leave the line \"---\" out.",
                ));
            }
        }
        builder.event(event, span)?;
    }
    let empty = || Rc::new(leaf(1, NodeKind::Null));
    Ok(builder.root.unwrap_or_else(empty))
}

/// JSON writes a character beyond U+FFFF as two escapes, which YAML does not know.
fn joined_surrogates(text: &str) -> Cow<'_, str> {
    let has_pair = text.contains("\\ud") || text.contains("\\uD");
    // In a text that is JSON every backslash is an escape.
    if !has_pair || serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
        return Cow::Borrowed(text);
    }
    let escape = |at: &str| u32::from_str_radix(at.strip_prefix("\\u")?.get(..4)?, 16).ok();
    let mut joined = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(found) = rest.find('\\') {
        let (before, tail) = rest.split_at(found);
        joined.push_str(before);
        let pair = escape(tail).zip(tail.get(6..).and_then(escape));
        let taken = match pair {
            Some((high @ 0xd800..=0xdbff, low @ 0xdc00..=0xdfff)) => {
                let c = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                joined.push_str(&format!("\\U{c:08x}"));
                12
            }
            _ => {
                let taken = tail.char_indices().nth(2).map_or(tail.len(), |(i, _)| i);
                joined.push_str(&tail[..taken]);
                taken
            }
        };
        rest = &tail[taken..];
    }
    joined.push_str(rest);
    Cow::Owned(joined)
}

/// A list or mapping that is not closed yet.
struct Open {
    line: usize,
    anchor: usize,
    size: usize,
    height: usize,
    content: Content,
}

enum Content {
    List(Vec<Rc<Node>>),
    Map {
        entries: Vec<(Key, Rc<Node>)>,
        seen: HashSet<String>,
        /// What the merge keys `<<` name.
        merged: Vec<Rc<Node>>,
        key: Option<PendingKey>,
    },
}

enum PendingKey {
    Key(Key),
    Merge(usize),
}

#[derive(Default)]
struct Builder {
    text_kind: TextKind,
    stack: Vec<Open>,
    anchors: HashMap<usize, Rc<Node>>,
    root: Option<Rc<Node>>,
    events: usize,
}

impl Builder {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<()> {
        self.events += 1;
        if self.events.is_multiple_of(4_096) {
            crate::interrupt::check();
        }
        let line = span.start.line();
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let kind = scalar(&text, style, tag.as_deref(), line, self.text_kind)?;
                // A key that is written plainly may be the merge key.
                let plain = style == ScalarStyle::Plain && tag.is_none();
                self.add(Rc::new(leaf(line, kind)), line, anchor, plain)
            }
            Event::SequenceStart(anchor, tag) => {
                collection_tag(tag.as_deref(), "seq", line, self.text_kind)?;
                self.open(line, anchor, Content::List(Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                collection_tag(tag.as_deref(), "map", line, self.text_kind)?;
                let content = Content::Map {
                    entries: Vec::new(),
                    seen: HashSet::new(),
                    merged: Vec::new(),
                    key: None,
                };
                self.open(line, anchor, content)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => {
                let node = self.anchors.get(&anchor).cloned().ok_or_else(|| {
                    self.text_kind.bad(
                        line,
                        "an alias stands inside what it names",
                        "Write the part out.",
                    )
                })?;
                self.add(node, line, 0, false)
            }
            _ => Ok(()),
        }
    }

    fn open(&mut self, line: usize, anchor: usize, content: Content) -> Result<()> {
        if self.stack.len() >= MAX_DEPTH {
            return Err(too_deep(self.text_kind, line));
        }
        if let Some(Open {
            content: Content::Map { key: None, .. },
            ..
        }) = self.stack.last()
        {
            return Err(self.text_kind.bad(
                line,
                "a key is a list or an object",
                "Keys are texts. Quote a text that begins with a bracket.",
            ));
        }
        self.stack.push(Open {
            line,
            anchor,
            size: 1,
            height: 0,
            content,
        });
        Ok(())
    }

    fn close(&mut self) -> Result<()> {
        let Some(open) = self.stack.pop() else {
            return Ok(());
        };
        let kind = match open.content {
            Content::List(list) => NodeKind::List(list),
            Content::Map {
                mut entries,
                mut seen,
                merged,
                ..
            } => {
                for (key, node) in merged.iter().flat_map(|node| match &node.kind {
                    NodeKind::Map(map) => map.as_slice(),
                    _ => &[],
                }) {
                    if seen.insert(key.text.clone()) {
                        entries.push((key.clone(), Rc::clone(node)));
                    }
                }
                NodeKind::Map(entries)
            }
        };
        let node = Node {
            line: open.line,
            kind,
            size: open.size,
            height: open.height,
        };
        self.add(Rc::new(node), open.line, open.anchor, false)
    }

    /// Puts a node where it belongs: as a key, a value, an element or the root.
    fn add(&mut self, node: Rc<Node>, line: usize, anchor: usize, plain: bool) -> Result<()> {
        let text_kind = self.text_kind;
        if anchor > 0 {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        if self.stack.len() + node.height > MAX_DEPTH {
            return Err(too_deep(text_kind, line));
        }
        let Some(open) = self.stack.last_mut() else {
            self.root.get_or_insert(node);
            return Ok(());
        };
        open.size += node.size;
        open.height = open.height.max(node.height + 1);
        if open.size > MAX_NODES {
            return Err(text_kind.limit(
                line,
                &format!("more than {MAX_NODES} parts with every alias written out"),
                "Use fewer aliases of large parts.",
            ));
        }
        let Content::Map {
            entries,
            seen,
            merged,
            key,
        } = &mut open.content
        else {
            if let Content::List(list) = &mut open.content {
                list.push(node);
            }
            return Ok(());
        };
        match key.take() {
            None if plain && node.source() == Some("<<") => *key = Some(PendingKey::Merge(line)),
            None => {
                let text = node.source().ok_or_else(|| {
                    text_kind.bad(line, "a key is missing", "Write a text before the colon.")
                })?;
                if text.len() > MAX_KEY {
                    return Err(text_kind.limit(
                        line,
                        &format!("a key of {} bytes is too long", text.len()),
                        format!("It may have {MAX_KEY} bytes."),
                    ));
                }
                if !seen.insert(text.to_owned()) {
                    return Err(text_kind.bad(
                        line,
                        &format!("the key \"{text}\" stands twice"),
                        "Keep one of the two.",
                    ));
                }
                *key = Some(PendingKey::Key(Key {
                    line,
                    text: text.to_owned(),
                }));
            }
            Some(PendingKey::Key(key)) => entries.push((key, node)),
            Some(PendingKey::Merge(line)) => match &node.kind {
                NodeKind::Map(_) => merged.push(node),
                NodeKind::List(list) if list.iter().all(|n| matches!(n.kind, NodeKind::Map(_))) => {
                    merged.extend(list.iter().cloned());
                }
                _ => {
                    return Err(text_kind.bad(
                        line,
                        "the merge key << has no object to merge",
                        "Write \"<<: *name\", where &name marks an object.",
                    ));
                }
            },
        }
        Ok(())
    }
}

fn too_deep(text_kind: TextKind, line: usize) -> Error {
    text_kind.limit(
        line,
        &format!("nested more than {MAX_DEPTH} deep"),
        match text_kind {
            TextKind::Configuration => "No part of a configuration needs as many levels.",
            TextKind::Data => "Give a part of it.",
        },
    )
}
