//! Questions of the past, gathered by column.

use super::Value;
use crate::error::{Error, Result};
use crate::memory;
use std::collections::HashMap;

/// The most questions of a model, and the most fields of a question.
pub const MAX_QUESTIONS: usize = 1_000_000;
pub const MAX_FIELDS: usize = 64;
/// The most bytes of a text; longer ones are cut, as fields tell apart what begins differently.
const MAX_TEXT: usize = 200;

/// What is asked apart from the fields.
#[derive(Clone, Copy, Debug)]
pub struct Head {
    /// A number for the ticket: its questions are never on both sides of a comparison.
    pub ticket: u64,
    pub asked_at: i64,
    /// When the answer was sure.
    pub known_at: i64,
    pub breached: bool,
    /// The probability that the curve gave; NaN for none.
    pub curve: f64,
}

/// The values of a field, a question each.
#[derive(Debug)]
pub enum Column {
    Numbers(Vec<f64>),
    /// Numbers of texts; 0 is the empty text, for absent values.
    Texts {
        codes: Vec<u32>,
        names: HashMap<String, u32>,
    },
}

/// Questions in the order in which they came.
#[derive(Debug, Default)]
pub struct Questions {
    pub heads: Vec<Head>,
    pub names: Vec<String>,
    pub columns: Vec<Column>,
    places: HashMap<String, usize>,
}

fn no_memory() -> Error {
    memory::none(0)
}

impl Column {
    fn push_absent(&mut self) -> Result<()> {
        match self {
            Column::Numbers(list) => memory::push(list, f64::NAN),
            Column::Texts { codes, .. } => memory::push(codes, 0),
        }
    }

    fn len(&self) -> usize {
        match self {
            Column::Numbers(list) => list.len(),
            Column::Texts { codes, .. } => codes.len(),
        }
    }
}

/// The text, cut at a character.
fn cut(text: &str) -> &str {
    let mut end = text.len().min(MAX_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

impl Questions {
    pub fn len(&self) -> usize {
        self.heads.len()
    }

    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// Adds a question. A field that is not named is absent.
    ///
    /// # Errors
    /// 54000 for too many questions or fields, 22023 for a field that is a number here and a text there.
    pub fn push<'a>(
        &mut self,
        head: Head,
        fields: impl Iterator<Item = (&'a str, Value<'a>)>,
    ) -> Result<()> {
        if self.len() >= MAX_QUESTIONS {
            return Err(Error::limit(
                format!("a risk model takes at most {MAX_QUESTIONS} questions"),
                "Give it a sample of them.",
            ));
        }
        let before = self.len();
        for (name, value) in fields {
            let place = match self.places.get(name) {
                Some(place) => *place,
                None => self.new_column(name, value, before)?,
            };
            let column = &mut self.columns[place];
            if column.len() > before {
                continue;
            }
            match (column, value) {
                (Column::Numbers(list), Value::Number(number)) => memory::push(list, number)?,
                (Column::Texts { codes, names }, Value::Text(text)) => {
                    let text = cut(text);
                    let code = match names.get(text) {
                        Some(code) => *code,
                        None => {
                            let code = names.len() as u32;
                            names.try_reserve(1).map_err(|_| no_memory())?;
                            names.insert(memory::text(text)?, code);
                            code
                        }
                    };
                    memory::push(codes, code)?;
                }
                _ => {
                    return Err(Error::parameter(
                        format!(
                            "the field \"{name}\" is a number in one question and a text in another"
                        ),
                        "Give it one type, for example by ->> in all rows.",
                    ));
                }
            }
        }
        memory::push(&mut self.heads, head)?;
        for column in &mut self.columns {
            if column.len() == before {
                column.push_absent()?;
            }
        }
        Ok(())
    }

    fn new_column(&mut self, name: &str, value: Value<'_>, before: usize) -> Result<usize> {
        if self.columns.len() >= MAX_FIELDS {
            return Err(Error::limit(
                format!("a risk model takes at most {MAX_FIELDS} fields; \"{name}\" is one more"),
                "Leave out fields that cannot tell tickets apart.",
            ));
        }
        let column = match value {
            Value::Number(_) => Column::Numbers(memory::filled(before, f64::NAN)?),
            Value::Text(_) => Column::Texts {
                codes: memory::filled(before, 0)?,
                names: HashMap::from([(String::new(), 0)]),
            },
        };
        let place = self.columns.len();
        self.places.insert(memory::text(name)?, place);
        self.names.push(memory::text(name)?);
        self.columns.push(column);
        Ok(place)
    }
}
