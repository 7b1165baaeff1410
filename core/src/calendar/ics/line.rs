//! One content line: a property with its value and parameters.

use super::IcsError;

pub(super) struct Line {
    pub(super) number: usize,
    pub(super) property: &'static str,
    pub(super) value: String,
    /// Names in upper case.
    pub(super) parameters: Vec<(String, String)>,
}

impl Line {
    pub(super) fn error(&self, problem: impl Into<String>) -> IcsError {
        self.value_error(&self.value, problem)
    }

    pub(super) fn value_error(&self, found: &str, problem: impl Into<String>) -> IcsError {
        let (line, property) = (self.number, self.property);
        IcsError::Property {
            line,
            property,
            found: shorten(found),
            problem: problem.into(),
        }
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

pub(super) fn shorten(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_string(),
    }
}
