//! The text form of a calendar, in and out.

use super::{Calendar, MAX_DEPTH, Plain};
use crate::error::{Error, Result};
use crate::memory;
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

const EXAMPLE: &str = "Write \"<opening hours> @ <time zone>[, <country>]\", for instance \
     \"Mo-Fr 09:00-17:00; PH off @ America/New_York, US\" or \"24/7 @ UTC\".";

impl Display for Calendar {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let joined = |f: &mut Formatter<'_>, list: &[&Calendar], operator: &str| {
            for (i, c) in list.iter().enumerate() {
                let before = if i == 0 { "" } else { operator };
                write!(f, "{before}({c})")?;
            }
            Ok(())
        };
        match self {
            Self::Plain(p) => write!(f, "{p}"),
            Self::Union(list) => joined(f, &list.iter().collect::<Vec<_>>(), " | "),
            Self::Intersection(list) => joined(f, &list.iter().collect::<Vec<_>>(), " & "),
            Self::Difference(pair) => joined(f, &[&pair.0, &pair.1], " - "),
        }
    }
}

impl Display for Plain {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} @ {}", self.hours, self.zone)?;
        match &self.region {
            Some(region) => write!(f, ", {region}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Calendar {
    type Err = Error;

    /// Reads the text form, or the JSON form if it starts with a brace.
    ///
    /// # Errors
    /// 22P02 with the position for text that does not read, 22023 for an unknown zone or country.
    fn from_str(text: &str) -> Result<Self> {
        if text.len() > MAX_TEXT {
            return Err(Error::limit(
                format!("a calendar of {} bytes is too long", text.len()),
                format!("It may have {MAX_TEXT} bytes."),
            ));
        }
        memory::room_for(text.len(), 96)?;
        if text.trim_start().starts_with('{') {
            let value = serde_json::from_str(text)
                .map_err(|e| Error::text(format!("calendar is not valid JSON: {e}"), EXAMPLE))?;
            return super::json::from_json(&value);
        }
        parse(text, 0)
    }
}

/// Longer than any sensible combination; it bounds the reader's work.
pub const MAX_TEXT: usize = 1_000_000;

fn parse(text: &str, depth: usize) -> Result<Calendar> {
    if depth > MAX_DEPTH {
        return Err(Error::limit(
            format!("a calendar nested more than {MAX_DEPTH} deep is too large"),
            "Combine fewer calendars.",
        ));
    }
    let sun = |text: &str| {
        let event = |name: &str| {
            text.get(1..=name.len())
                .is_some_and(|t| t.eq_ignore_ascii_case(name))
        };
        ["dawn", "sunrise", "sunset", "dusk"]
            .iter()
            .any(|name| event(name))
    };
    // "(sunrise+01:00)-18:00" is not a combination.
    if !text.trim_start().starts_with('(') || sun(text.trim_start()) {
        return plain(text).map(|p| Calendar::Plain(Box::new(p)));
    }
    let mut rest = text.trim_start();
    let mut result: Option<Calendar> = None;
    let mut operator = '|';
    let before = |part: &str| &text[..part.as_ptr() as usize - text.as_ptr() as usize];
    loop {
        crate::interrupt::check();
        let (inside, after) = parenthesis(rest).ok_or_else(|| {
            Error::text(
                format!("calendar \"{text}\" has an unbalanced parenthesis"),
                "A combination reads \"(calendar) | (calendar)\", with \"|\", \"&\" or \"-\".",
            )
            .after(before(rest))
        })?;
        let operand = parse(inside, depth + 1).map_err(|e| e.after(before(inside)))?;
        let joined = match (result, operator) {
            (None, _) => Ok(operand),
            (Some(left), '|') => left.union(operand),
            (Some(left), '&') => left.intersection(operand),
            (Some(left), _) => left.difference(operand),
        };
        let joined = joined?;
        rest = after.trim_start();
        let mut chars = rest.chars();
        match chars.next() {
            None => return Ok(joined),
            Some(c @ ('|' | '&' | '-')) => operator = c,
            Some(_) => {
                return Err(Error::text(
                    format!("calendar \"{text}\" must have \"|\", \"&\" or \"-\" at \"{rest}\""),
                    "Join calendars by \"|\" (or), \"&\" (and) or \"-\" (without).",
                )
                .after(before(rest)));
            }
        }
        result = Some(joined);
        rest = chars.as_str().trim_start();
    }
}

/// Splits `(inside) rest`, minding quoted comments.
fn parenthesis(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0;
    let mut quoted = false;
    for (i, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => {
                depth -= 1;
                if depth == 0 {
                    return Some((text.get(1..i)?, text.get(i + 1..)?));
                }
            }
            _ if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

fn plain(text: &str) -> Result<Plain> {
    let Some((hours, place)) = text.rsplit_once('@') else {
        let end = text.trim_end();
        return Err(
            Error::text(format!("calendar \"{text}\" has no time zone"), EXAMPLE).after(end),
        );
    };
    let (zone, region) = match place.split_once(',') {
        Some((zone, region)) => (zone, Some(region)),
        None => (place, None),
    };
    // What stands before a part of the text, with the part's own leading blanks.
    let before = |part: &str| {
        let blanks = part.len() - part.trim_start().len();
        &text[..part.as_ptr() as usize - text.as_ptr() as usize + blanks]
    };
    let missing = |what: &str, part: &str| {
        Error::text(format!("calendar \"{text}\" has no {what}"), EXAMPLE).after(before(part))
    };
    if hours.trim().is_empty() {
        return Err(missing("opening hours", hours));
    }
    if zone.trim().is_empty() {
        return Err(missing("time zone", zone));
    }
    let parsed = crate::calendar::hours::parse(hours.trim()).map_err(|e| e.after(before(hours)))?;
    crate::time::zone::find(zone.trim()).map_err(|e| e.after(before(zone)))?;
    if let Some(region) = region {
        super::find_region(region.trim()).map_err(|e| e.after(before(region)))?;
    }
    Plain::new(parsed, zone.trim(), region.map(str::trim))
}
