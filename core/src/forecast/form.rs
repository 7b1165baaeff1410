//! What a text of unknown type holds: values, a series or a fit.

use crate::error::{Error, Result};

/// What a text of forecasting holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Values,
    Series,
    Fit,
}

impl Form {
    /// By how it begins: an array is `{1,2}` or `[0:1]={1,2}`, a series and a fit are JSON objects, of which only a series
    /// has points. What follows may still not read.
    ///
    /// # Errors
    /// 22P02 for what begins like none of them.
    pub fn of(text: &str) -> Result<Form> {
        let text = text.trim_start();
        if text.starts_with('[') {
            return Ok(Form::Values);
        }
        let Some(inner) = text.strip_prefix('{') else {
            let begin: String = text.chars().take(30).collect();
            let more = if begin.len() < text.len() { "..." } else { "" };
            return Err(Error::text(
                format!(
                    "input must be an array of values, a series or a forecast fit, not \"{begin}{more}\""
                ),
                "Write values as '{1,2,3}', a series or a fit as slaops prints it.",
            ));
        };
        // A quoted element of an array is followed by no colon.
        let name = inner.trim_start().strip_prefix('"');
        let after = name.and_then(|n| n.split_once('"'));
        Ok(match after {
            Some((_, rest)) if rest.trim_start().starts_with(':') => {
                if text.contains("\"points\"") {
                    Form::Series
                } else {
                    Form::Fit
                }
            }
            _ => Form::Values,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_their_beginning() {
        for values in [
            "{1,2,3}",
            " {}",
            "{NULL}",
            "{\"1\", \"2\"}",
            "[0:1]={1,2}",
            "{{1},{2}}",
        ] {
            assert_eq!(Form::of(values), Ok(Form::Values), "{values}");
        }
        assert_eq!(
            Form::of("{ \"step\" : null, \"points\": []}"),
            Ok(Form::Series)
        );
        assert_eq!(Form::of("{\"points\":[]}"), Ok(Form::Series));
        // A quotation mark within a text of JSON is escaped.
        let fit = "{\"method\":\"x: \\\"points\\\"\", \"season\": 7}";
        assert_eq!(Form::of(fit), Ok(Form::Fit));
        for other in ["", "1,2,3", "billing", "ARRAY[1,2]"] {
            assert!(
                Form::of(other).is_err_and(|e| e.hint.contains("{1,2,3}")),
                "{other}"
            );
        }
        assert!(Form::of(&"é".repeat(99)).is_err_and(|e| e.message.contains("...")));
    }
}
