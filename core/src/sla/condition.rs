//! Conditions on tickets and events, read from JSON.
//!
//! An object is a condition that holds when every entry does: `{"brand": "acme", "priority": ["P1", "P2"]}`.
//! A list of objects holds when any of them does. An entry's test is
//!
//! | JSON | holds when the field |
//! |---|---|
//! | `"P1"`, `3`, `true` | is that; numbers compare as numbers |
//! | `null` | is not known |
//! | `["P1", null]` | is any of these |
//! | `{"not": test}` | does not pass the test |
//! | `{"at_least": 10, "less_than": 20}` | is in the range, also with `more_than` and `at_most` |
//! | `{"all": ["vip", "eu"]}` | is a list that has all of these |
//!
//! A field that is a list, such as `tags`, is any of its elements.

use crate::sla::status::TicketState;
use serde_json::{Map, Value};

/// An error in a condition: its place, what was found and what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionError {
    /// Keys and list positions from the condition's own root.
    pub path: Vec<String>,
    pub found: String,
    pub expected: String,
}

/// Any of the cases, each of which is all of its tests.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Condition {
    pub cases: Vec<Vec<Test>>,
}

/// A field and what it has to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// By its name in the ticket model: `group` is `group_name`.
    pub field: String,
    pub check: Check,
}

/// What the value of a field has to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Check {
    /// Any of these.
    In {
        values: Vec<Scalar>,
        null: bool,
    },
    Not(Box<Check>),
    /// Within both bounds, each with whether the bound itself is inside.
    Range {
        low: Option<(Scalar, bool)>,
        high: Option<(Scalar, bool)>,
    },
    /// A list with all of these.
    All(Vec<Scalar>),
}

/// A value that a condition compares with.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    Text(String),
    Number(f64),
    Bool(bool),
}

/// The value of a field while a condition is tested.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FieldRef<'a> {
    Unknown,
    Text(&'a str),
    List(&'a [String]),
}

/// Words for conditions on events; a condition that names one of them holds at an instant, others as
/// long as the ticket is so.
pub const EVENT_FIELDS: [&str; 7] = ["event", "by", "actor", "public", "field", "from", "to"];

/// A field's name in the ticket model.
pub fn field_name(name: &str) -> &str {
    match name {
        "group" => "group_name",
        "calendar" => "calendar_name",
        "organization" => "organization_id",
        "requester" => "requester_id",
        other => other,
    }
}

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// The place, what is there and what was expected.
    pub fn parse(json: &Value) -> Result<Self, ConditionError> {
        let cases = match json {
            Value::Object(map) => vec![parse_case(map, &[])?],
            Value::Array(items) => {
                if items.is_empty() {
                    return Err(condition_error(
                        &[],
                        json,
                        "at least one object, or {} for every ticket",
                    ));
                }
                let read = |(i, item): (usize, &Value)| match item {
                    Value::Object(map) => parse_case(map, &[i.to_string()]),
                    other => Err(condition_error(
                        &[i.to_string()],
                        other,
                        "an object of fields and tests",
                    )),
                };
                items
                    .iter()
                    .enumerate()
                    .map(read)
                    .collect::<Result<_, _>>()?
            }
            other => {
                return Err(condition_error(
                    &[],
                    other,
                    "an object of fields and tests, or a list of them",
                ));
            }
        };
        Ok(Self { cases })
    }

    /// Whether the condition holds; `held` gives the value of each field.
    pub fn holds<'a>(&self, mut held: impl FnMut(&str) -> FieldRef<'a>) -> bool {
        self.cases
            .iter()
            .any(|tests| tests.iter().all(|t| t.check.passes(&held(&t.field))))
    }

    /// The fields that the condition tests.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.cases.iter().flatten().map(|t| t.field.as_str())
    }

    /// Whether everything that passes this condition also passes `wider`; false if that cannot be proven simply.
    pub fn implies(&self, wider: &Condition) -> bool {
        self.cases.iter().all(|case| {
            wider.cases.iter().any(|goal| {
                goal.iter().all(|want| {
                    case.iter()
                        .any(|have| have.field == want.field && have.check.implies(&want.check))
                })
            })
        })
    }
}

fn parse_case(map: &Map<String, Value>, path: &[String]) -> Result<Vec<Test>, ConditionError> {
    map.iter()
        .map(|(key, value)| {
            let path = [path, std::slice::from_ref(key)].concat();
            let check = parse_check(value, &path)?;
            let field = field_name(key).to_owned();
            if field == "state" {
                known_states(&check, value, &path)?;
            }
            Ok(Test { field, check })
        })
        .collect()
}

/// A condition on the state names states; a source's own word is a `status`.
fn known_states(check: &Check, json: &Value, path: &[String]) -> Result<(), ConditionError> {
    match check {
        Check::Not(check) => known_states(check, json, path),
        Check::In { values, .. } | Check::All(values) => {
            let known =
                |v: &Scalar| matches!(v, Scalar::Text(t) if TicketState::parse(t).is_some());
            if values.iter().all(known) {
                return Ok(());
            }
            let expected = format!(
                "{}; or the field status for a source's own word",
                TicketState::NAMES.join(", ")
            );
            Err(condition_error(path, json, &expected))
        }
        Check::Range { .. } => Err(condition_error(path, json, "states, which have no order")),
    }
}

const OPERATORS: [&str; 6] = [
    "not",
    "at_least",
    "more_than",
    "at_most",
    "less_than",
    "all",
];

fn parse_check(json: &Value, path: &[String]) -> Result<Check, ConditionError> {
    match json {
        Value::Null => Ok(Check::In {
            values: Vec::new(),
            null: true,
        }),
        Value::Array(items) => {
            let (mut values, mut null) = (Vec::new(), false);
            for (i, item) in items.iter().enumerate() {
                match item {
                    Value::Null => null = true,
                    other => values.push(parse_scalar(other, &[path, &[i.to_string()]].concat())?),
                }
            }
            if values.is_empty() && !null {
                return Err(condition_error(
                    path,
                    json,
                    "at least one value; an empty list never matches",
                ));
            }
            Ok(Check::In { values, null })
        }
        Value::Object(map) => parse_operators(map, json, path),
        other => Ok(Check::In {
            values: vec![parse_scalar(other, path)?],
            null: false,
        }),
    }
}

fn parse_operators(
    map: &Map<String, Value>,
    json: &Value,
    path: &[String],
) -> Result<Check, ConditionError> {
    let (mut low, mut high) = (None, None);
    for (key, value) in map {
        let at = [path, std::slice::from_ref(key)].concat();
        match key.as_str() {
            "not" if map.len() == 1 => return Ok(Check::Not(Box::new(parse_check(value, &at)?))),
            "all" if map.len() == 1 => {
                let Value::Array(items) = value else {
                    return Err(condition_error(&at, value, "a list of values"));
                };
                let read = |v| parse_scalar(v, &at);
                let values: Vec<_> = items.iter().map(read).collect::<Result<_, _>>()?;
                if values.is_empty() {
                    return Err(condition_error(&at, value, "at least one value"));
                }
                return Ok(Check::All(values));
            }
            "not" | "all" => return Err(condition_error(&at, json, "no other key beside it")),
            "at_least" | "more_than" if low.is_none() => {
                low = Some((parse_scalar(value, &at)?, key == "at_least"));
            }
            "at_most" | "less_than" if high.is_none() => {
                high = Some((parse_scalar(value, &at)?, key == "at_most"));
            }
            "at_least" | "more_than" | "at_most" | "less_than" => {
                return Err(condition_error(
                    &at,
                    value,
                    "one lower and one upper bound at most",
                ));
            }
            _ => {
                let near = crate::error::suggestion(key, OPERATORS.into_iter());
                let expected = match near {
                    Some(near) => format!("\"{near}\""),
                    None => format!("one of {}", OPERATORS.join(", ")),
                };
                return Err(ConditionError {
                    path: at,
                    found: format!("the key \"{key}\""),
                    expected,
                });
            }
        }
    }
    if let (Some((Scalar::Number(a), with_a)), Some((Scalar::Number(b), with_b))) = (&low, &high)
        && (a > b || (a == b && !(*with_a && *with_b)))
    {
        return Err(condition_error(
            path,
            json,
            "a range that something can be in",
        ));
    }
    if low.is_none() && high.is_none() {
        return Err(condition_error(
            path,
            json,
            "a test such as {\"at_least\": 10}",
        ));
    }
    Ok(Check::Range { low, high })
}

fn parse_scalar(json: &Value, path: &[String]) -> Result<Scalar, ConditionError> {
    match json {
        Value::String(text) => Ok(Scalar::Text(text.clone())),
        Value::Number(n) => Ok(Scalar::Number(n.as_f64().unwrap_or(f64::NAN))),
        Value::Bool(b) => Ok(Scalar::Bool(*b)),
        other => Err(condition_error(
            path,
            other,
            "a text, a number, true or false",
        )),
    }
}

fn condition_error(path: &[String], found: &Value, expected: &str) -> ConditionError {
    ConditionError {
        path: path.to_vec(),
        found: found.to_string(),
        expected: expected.to_owned(),
    }
}

impl Check {
    /// Whether the value of a field is what is asked.
    pub fn passes(&self, held: &FieldRef<'_>) -> bool {
        match self {
            Check::Not(check) => !check.passes(held),
            Check::In { values, null } => match held {
                FieldRef::Unknown => *null,
                _ => held.any(|text| values.iter().any(|v| v.matches(text))),
            },
            Check::All(values) => values.iter().all(|v| held.any(|text| v.matches(text))),
            Check::Range { low, high } => held.any(|text| {
                let above = low.as_ref().is_none_or(|(bound, with)| {
                    bound
                        .order(text)
                        .is_some_and(|o| o.is_gt() || (*with && o.is_eq()))
                });
                above
                    && high.as_ref().is_none_or(|(bound, with)| {
                        bound
                            .order(text)
                            .is_some_and(|o| o.is_lt() || (*with && o.is_eq()))
                    })
            }),
        }
    }

    fn implies(&self, wider: &Check) -> bool {
        if self == wider {
            return true;
        }
        match (self, wider) {
            (
                Check::In { values, null },
                Check::In {
                    values: more,
                    null: more_null,
                },
            ) => (!null || *more_null) && values.iter().all(|v| more.contains(v)),
            _ => false,
        }
    }
}

impl<'a> FieldRef<'a> {
    /// The value of a field that has exactly one.
    pub fn text(self) -> Option<&'a str> {
        match self {
            FieldRef::Text(text) => Some(text),
            _ => None,
        }
    }

    fn any(&self, mut test: impl FnMut(&str) -> bool) -> bool {
        match self {
            FieldRef::Unknown => false,
            FieldRef::Text(text) => test(text),
            FieldRef::List(list) => list.iter().any(|text| test(text)),
        }
    }
}

impl Scalar {
    /// Whether a field's text is this value.
    pub fn matches(&self, text: &str) -> bool {
        match self {
            Scalar::Text(own) => own == text,
            Scalar::Number(own) => text.trim().parse::<f64>().is_ok_and(|n| n == *own),
            Scalar::Bool(own) => truth(text) == Some(*own),
        }
    }

    /// How a field's text compares to this value: as numbers where both are, else as texts.
    fn order(&self, text: &str) -> Option<std::cmp::Ordering> {
        match self {
            Scalar::Number(own) => text.trim().parse::<f64>().ok()?.partial_cmp(own),
            Scalar::Text(own) => match (text.trim().parse::<f64>(), own.trim().parse::<f64>()) {
                (Ok(a), Ok(b)) => a.partial_cmp(&b),
                _ => Some(text.cmp(own)),
            },
            Scalar::Bool(_) => None,
        }
    }
}

/// Reads a truth value as Postgres prints and reads it.
pub fn truth(text: &str) -> Option<bool> {
    match text {
        "t" | "true" | "True" | "TRUE" | "yes" | "on" | "1" => Some(true),
        "f" | "false" | "False" | "FALSE" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}
