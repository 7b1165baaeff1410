//! What a scalar of YAML is: a text, a number, a truth value or nothing.

use super::node::NodeKind;
use super::text_kind::TextKind;
use crate::error::{Error, Result};
use saphyr_parser::{ScalarStyle, Tag};
use serde_json::Number;

/// What a plain scalar is by the core schema. A number that JSON or a double cannot hold exactly, such
/// as a long identifier, stays a text.
pub fn resolve(text: &str) -> NodeKind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return NodeKind::Null,
        "true" | "True" | "TRUE" => return NodeKind::Bool(true, text.to_owned()),
        "false" | "False" | "FALSE" => return NodeKind::Bool(false, text.to_owned()),
        _ => {}
    }
    number(text).map_or_else(
        || NodeKind::Text(text.to_owned()),
        |n| NodeKind::Number(n, text.to_owned()),
    )
}

fn number(text: &str) -> Option<Number> {
    const EXACT: i64 = 1 << 53;
    let whole = |n: i64| (-EXACT..=EXACT).contains(&n).then(|| Number::from(n));
    let all = |digits: &str, radix| !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
    for (prefix, radix) in [("0o", 8), ("0x", 16)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            return all(digits, radix)
                .then(|| i64::from_str_radix(digits, radix).ok())
                .flatten()
                .and_then(whole);
        }
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if all(digits, 10) {
        return text.parse().ok().and_then(whole);
    }
    // [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (digits, None),
    };
    let exponent = exponent.map(|e| e.strip_prefix(['-', '+']).unwrap_or(e));
    let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let fits = match before {
        "" => all(after, 10),
        _ => all(before, 10) && (after.is_empty() || all(after, 10)),
    };
    if !fits || exponent.is_some_and(|e| !all(e, 10)) {
        return None;
    }
    Number::from_f64(text.parse::<f64>().ok()?)
}

/// A scalar by its style and tag.
///
/// # Errors
/// 22P02 for a tag that a configuration does not know, and for U+0000, which no table can keep.
pub fn scalar(
    text: &str,
    style: ScalarStyle,
    tag: Option<&Tag>,
    line: usize,
    text_kind: TextKind,
) -> Result<NodeKind> {
    if text.contains('\0') {
        return Err(text_kind.bad(
            line,
            "a text has the character U+0000",
            "Postgres stores no such character: leave it out.",
        ));
    }
    let own = || NodeKind::Text(text.to_owned());
    let Some(tag) = tag else {
        return Ok(match style {
            ScalarStyle::Plain => resolve(text),
            _ => own(),
        });
    };
    let core = tag.is_yaml_core_schema();
    match tag.suffix.as_str() {
        "str" if core => Ok(own()),
        "" if tag.handle == "!" || tag.handle.is_empty() => Ok(own()),
        "int" | "float" | "bool" | "null" if core => Ok(resolve(text)),
        _ if text_kind == TextKind::Data => Ok(own()),
        _ => Err(unknown_tag(tag, line)),
    }
}

/// # Errors
/// 22P02 for a tag of a configuration other than that of the collection.
pub fn collection_tag(
    tag: Option<&Tag>,
    name: &str,
    line: usize,
    text_kind: TextKind,
) -> Result<()> {
    match tag {
        Some(_) if text_kind == TextKind::Data => Ok(()),
        Some(tag) if !(tag.is_yaml_core_schema() && tag.suffix == name) => {
            Err(unknown_tag(tag, line))
        }
        _ => Ok(()),
    }
}

fn unknown_tag(tag: &Tag, line: usize) -> Error {
    TextKind::Configuration.bad(
        line,
        &format!("the tag {tag} means nothing here"),
        "Leave it out, or quote a text that begins with an exclamation mark.",
    )
}
