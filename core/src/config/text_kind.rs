//! A text's kind: what people configure, or data that a program wrote.

use crate::error::Error;

/// What a text is, which decides how errors call it and which tags it may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum TextKind {
    /// A configuration that people write: a tag other than YAML's own is a slip.
    #[default]
    Configuration,
    /// Data that a program wrote: the tags of its language, such as `!ruby/hash:`, say nothing here.
    Data,
}

impl TextKind {
    fn name(self) -> &'static str {
        match self {
            TextKind::Configuration => "configuration",
            TextKind::Data => "YAML",
        }
    }

    /// An error at a line, counted from 1.
    pub(super) fn bad(self, line: usize, message: &str, hint: &str) -> Error {
        Error::text(format!("{} at line {line}: {message}", self.name()), hint)
    }

    pub(super) fn limit(self, line: usize, message: &str, hint: impl Into<String>) -> Error {
        Error::limit(format!("{} at line {line}: {message}", self.name()), hint)
    }
}
