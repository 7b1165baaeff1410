//! Content lines and components: unfolding, nesting, and the properties of each VEVENT.

use icalendar::parser::Property;

use super::IcsError;
use super::event::Event;
use super::line::{Line, shorten};
use crate::interrupt;

/// Lines between two questions whether the work is still wanted.
const PAUSE: usize = 1_024;

/// The properties of a VEVENT that matter here.
const PROPERTIES: [&str; 12] = [
    "DTSTART",
    "DTEND",
    "DURATION",
    "RRULE",
    "RDATE",
    "EXDATE",
    "EXRULE",
    "STATUS",
    "SUMMARY",
    "UID",
    "RECURRENCE-ID",
    "X-MICROSOFT-CDO-ALLDAYEVENT",
];

/// Content lines with the number of their first physical line, unfolded; blank lines are left out.
fn unfold(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (index, raw) in text.trim_start_matches('\u{feff}').split('\n').enumerate() {
        if index % PAUSE == 0 {
            interrupt::check();
        }
        let raw = raw.strip_suffix('\r').unwrap_or(raw);
        match (raw.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some((_, line))) => line.push_str(rest),
            _ if raw.trim().is_empty() => {}
            _ => lines.push((index + 1, raw.to_string())),
        }
    }
    lines
}

pub(super) fn events(text: &str) -> Result<Vec<Event>, IcsError> {
    let mut events = Vec::new();
    let mut open: Vec<(String, usize)> = Vec::new();
    let lines = unfold(text);
    if !lines
        .first()
        .and_then(|(_, line)| line.get(..6))
        .is_some_and(|begin| begin.eq_ignore_ascii_case("BEGIN:"))
    {
        return Err(IcsError::NoCalendar);
    }
    for (i, (number, line)) in lines.iter().enumerate() {
        if i % PAUSE == 0 {
            interrupt::check();
        }
        let number = *number;
        let error = |problem: String| IcsError::Structure {
            line: number,
            found: shorten(line),
            problem,
        };
        let Some((head, rest)) = line.split_once([':', ';']) else {
            return Err(error("is not NAME:VALUE".into()));
        };
        let (head, component) = (
            head.trim().to_ascii_uppercase(),
            rest.trim().to_ascii_uppercase(),
        );
        match (head.as_str(), open.last()) {
            ("BEGIN", None) if component != "VCALENDAR" => {
                return Err(error("stands outside VCALENDAR".into()));
            }
            ("BEGIN", Some((parent, line))) if component == "VEVENT" && parent != "VCALENDAR" => {
                return Err(error(format!(
                    "stands inside the {parent} of line {line}, which has no END"
                )));
            }
            ("BEGIN", _) => {
                if component == "VEVENT" {
                    events.push(Event {
                        line: number,
                        lines: Vec::new(),
                    });
                }
                open.push((component, number));
            }
            ("END", Some((name, _))) if *name == component => {
                open.pop();
            }
            ("END", Some((name, line))) => {
                return Err(error(format!("does not end the {name} of line {line}")));
            }
            (_, None) => return Err(error("stands outside VCALENDAR".into())),
            (_, Some((name, _))) => {
                if let Some(property) = PROPERTIES.iter().find(|known| **known == head)
                    && name == "VEVENT"
                    && let Some(event) = events.last_mut()
                {
                    let parsed = property_line(number, property, line);
                    event
                        .lines
                        .push(parsed.ok_or_else(|| error("is not NAME:VALUE".into()))?);
                }
            }
        }
    }
    match open.pop() {
        Some((name, line)) => Err(IcsError::Structure {
            line,
            found: format!("BEGIN:{name}"),
            problem: format!("has no END:{name}"),
        }),
        None => Ok(events),
    }
}

/// Parses one unfolded line whose name is known. None if its parameters are malformed or it has no
/// value.
fn property_line(number: usize, property: &'static str, line: &str) -> Option<Line> {
    let (_, rest) = line.split_at_checked(line.find([':', ';'])?)?;
    // Names are case-insensitive, but the crate unescapes SUMMARY only in upper case.
    let canonical = format!("{property}{rest}");
    let parsed = Property::try_from(canonical.as_str()).ok()?;
    // The crate takes a line whose parameters it cannot read for a bare name without a value.
    if parsed.name.as_str() != property
        || (parsed.val.as_str().is_empty() && !canonical.ends_with(':'))
    {
        return None;
    }
    let parameters = parsed.params.iter().map(|parameter| {
        let value = parameter.val.as_ref().map_or("", |value| value.as_str());
        (
            parameter.key.as_str().to_ascii_uppercase(),
            value.to_string(),
        )
    });
    Some(Line {
        number,
        property,
        value: parsed.val.as_str().to_string(),
        parameters: parameters.collect(),
    })
}
