//! YAML that a program wrote, as JSON.

use super::node::{Node, NodeKind};
use super::text_kind::TextKind;
use super::tree::parse_as;
use crate::error::{Error, Result};
use serde_json::Value;

/// Texts may have as many bytes with every alias written out.
const MAX_TEXTS: usize = 16_000_000;

/// The value of a text of YAML, or of JSON as the part of it that it is. Tags of a language, such as
/// `!ruby/hash:ActiveSupport::HashWithIndifferentAccess`, are left out; keys are texts as they are written.
///
/// # Errors
/// 22P02 with the line where the text is not YAML or has no value in JSON; 54000 beyond the limits of a
/// configuration, and where texts with every alias written out have more than 16 MB.
pub fn yaml_to_json(text: &str) -> Result<Value> {
    let tree = parse_as(text, TextKind::Data)?;
    if bytes(&tree) > MAX_TEXTS {
        return Err(Error::limit(
            format!("texts of YAML have more than {MAX_TEXTS} bytes with every alias written out"),
            "Use fewer aliases of long texts.",
        ));
    }
    Ok(tree.to_json())
}

/// The parser bounds the number of nodes and levels.
fn bytes(node: &Node) -> usize {
    match &node.kind {
        NodeKind::List(list) => list.iter().map(|n| bytes(n)).sum(),
        NodeKind::Map(map) => map.iter().map(|(k, n)| k.text.len() + bytes(n)).sum(),
        _ => node.source().map_or(0, str::len),
    }
}

#[cfg(test)]
mod tests {
    use super::yaml_to_json;
    use crate::error::SqlState;
    use serde_json::{Value, json};

    fn read(text: &str) -> Value {
        yaml_to_json(text).unwrap()
    }

    #[test]
    fn reads_what_ruby_writes() {
        let hours = "--- !ruby/hash:ActiveSupport::HashWithIndifferentAccess
mon: &1 !ruby/hash:ActiveSupport::HashWithIndifferentAccess
  active: true
  timeframes:
  - - '09:00'
    - '17:00'
tue: *1
sun: !ruby/hash:ActiveSupport::HashWithIndifferentAccess
  active: false
  timeframes: []
share: !ruby/object:BigDecimal 18:0.5e0
value: !ruby/symbol open
blob: !binary |-
  YWJj
";
        let mon = json!({"active": true, "timeframes": [["09:00", "17:00"]]});
        assert_eq!(
            read(hours),
            json!({"mon": mon, "tue": mon, "sun": {"active": false, "timeframes": []},
                   "share": "18:0.5e0", "value": "open", "blob": "YWJj"})
        );
    }

    #[test]
    fn reads_json_and_scalars() {
        assert_eq!(
            read("{\"a\": [1, 2.5, null, \"\\ud83d\\ude00\"]}"),
            json!({"a": [1, 2.5, null, "😀"]})
        );
        assert_eq!(read("--- {}\n"), json!({}));
        assert_eq!(read(""), Value::Null);
        assert_eq!(read("'2026-01-01'"), json!("2026-01-01"));
    }

    #[test]
    fn refuses_what_json_cannot_hold_and_what_is_too_much() {
        for (text, message) in [
            ("a: [", "YAML at line 1: "),
            ("a: 1\na: 2", "YAML at line 2: the key \"a\" stands twice"),
            ("? [1]\n: 2", "YAML at line 1: a key is a list or an object"),
            (
                "a: \"\\0\"",
                "YAML at line 1: a text has the character U+0000",
            ),
            (
                "a: 1\n---\nb: 2",
                "YAML at line 2: a second document begins",
            ),
        ] {
            let error = yaml_to_json(text).unwrap_err();
            assert_eq!(error.state, SqlState::InvalidText, "{text}");
            assert!(
                error.message.starts_with(message),
                "{text}: {}",
                error.message
            );
            assert!(!error.hint.is_empty());
        }
        let long = "x".repeat(1_000);
        let aliases = format!("- &a {long}\n{}", "- *a\n".repeat(20_000));
        for text in [
            "[".repeat(65),
            format!("'{}'", "x".repeat(1_000_000)),
            aliases,
        ] {
            assert_eq!(
                yaml_to_json(&text).unwrap_err().state,
                SqlState::LimitExceeded
            );
        }
    }
}
