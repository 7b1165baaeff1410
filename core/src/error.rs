//! One error type: what was wrong, in which SQLSTATE class, and the remedy.

use thiserror::Error as ThisError;

/// The SQLSTATE class that an error is reported under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SqlState {
    /// 22P02: text that does not read as the type.
    InvalidText,
    /// 22P03: a binary message that does not read as the type.
    InvalidBinary,
    /// 22023: readable, but no such zone, country, signal or unit.
    InvalidParameter,
    /// 22007: text that does not read as an instant.
    InvalidDatetime,
    /// 22008: an instant or date outside Postgres's own range.
    DatetimeOverflow,
    /// 22003: a result that no number holds.
    NumberOutOfRange,
    /// 54000: larger than the documented limits.
    LimitExceeded,
    /// 42704: a name that is not registered.
    UndefinedObject,
    /// 53200: no memory.
    OutOfMemory,
}

/// An error a user can act on: `message` names the value, `hint` the remedy.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
#[error("{message}")]
pub struct Error {
    pub state: SqlState,
    pub message: String,
    pub hint: String,
    /// Where in the text given, as a character counted from 1.
    pub position: Option<usize>,
}

/// A result whose error a user can act on.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error of any class, without a position.
    pub fn new(state: SqlState, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            state,
            message: message.into(),
            hint: hint.into(),
            position: None,
        }
    }

    /// 22P02: text that does not read as the type.
    pub fn text(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(SqlState::InvalidText, message, hint)
    }

    /// 22023: a value that the function does not take.
    pub fn parameter(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(SqlState::InvalidParameter, message, hint)
    }

    /// 54000: more than a documented limit.
    pub fn limit(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(SqlState::LimitExceeded, message, hint)
    }

    /// Says at which character of the text, counted from 1, the error lies.
    pub fn at(mut self, position: usize) -> Self {
        self.position = Some(position);
        self
    }

    /// Moves the position, or sets it to the start, of a part that begins after `before`.
    pub fn after(mut self, before: &str) -> Self {
        self.position = Some(before.chars().count() + self.position.unwrap_or(1));
        self
    }
}

const MOST_MISTYPED: usize = 200;

/// `Did you mean "..."?` with the candidate nearest to `found`, for a hint; None if none is near enough.
pub fn did_you_mean<'a>(
    found: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    suggestion(found, candidates.into_iter()).map(question)
}

/// `Did you mean "..."?` for a name that was found to be near.
pub fn question(near: &str) -> String {
    format!("Did you mean \"{near}\"?")
}

/// The candidate nearest to `found`, if it is near enough to be a typing error.
pub fn suggestion<'a>(found: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // The work of a comparison grows with the square of the length; a name this long is not a typing error.
    if found.len() > MOST_MISTYPED {
        return None;
    }
    let found = found.to_lowercase();
    candidates
        .map(|c| (strsim::jaro_winkler(&found, &c.to_lowercase()), c))
        .filter(|(score, _)| *score > 0.85)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, c)| c)
}
