//! What a configuration says that is likely to be a slip: words of conditions that no ticket or event may
//! ever have. Nothing is refused for it, as a source may have events and fields of its own.

use super::metrics::CONDITIONS;
use super::node_ref::{NodeRef, quoted};
use super::tree;
use crate::error::{Result, did_you_mean, question, suggestion};
use crate::sla::condition::{Check, Condition, EVENT_FIELDS, Scalar, field_name};

/// Who acts, and what says whether the customer sees it: nothing else ever stands there.
const ROLES: [&str; 3] = ["agent", "customer", "system"];
const PUBLIC: [&str; 2] = ["true", "false"];
/// The kinds of events that every source has.
const EVENTS: [&str; 3] = ["created", "comment", "change"];
/// The fields of a ticket in the ticket model.
const FIELDS: [&str; 23] = [
    "ticket_id",
    "created_at",
    "subject",
    "requester_id",
    "organization_id",
    "brand",
    "region",
    "channel",
    "tier",
    "type",
    "priority",
    "group_name",
    "assignee",
    "status",
    "state",
    "customer_asked",
    "solved_at",
    "closed_at",
    "csat_score",
    "cost",
    "calendar_name",
    "tags",
    "attributes",
];
/// A field that no source has: it is computed from the events.
const ASKED: &str = "customer_asked";
/// Short names of some of them.
const ALIASES: [&str; 4] = ["group", "calendar", "organization", "requester"];

/// A word that may be a slip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    pub message: String,
    pub hint: String,
    /// A known word is near it, or it can never hold.
    pub likely: bool,
}

/// The doubtful words of a configuration that reads.
///
/// # Errors
/// As [`super::read`], where it does not read.
pub fn doubts(text: &str) -> Result<Vec<Doubt>> {
    let tree = tree::parse(text)?;
    let root = NodeRef::root(&tree);
    let mut found = Vec::new();
    let mut conditions = Vec::new();
    for (section, inner) in [("metrics", false), ("presets", true)] {
        let Some(node) = root.get(section) else {
            continue;
        };
        for (_, own) in node.entries("")? {
            match (inner, own.get("metrics")) {
                (false, _) => conditions.push(own),
                (true, Some(changes)) => {
                    conditions.extend(changes.entries("")?.into_iter().map(|(_, m)| m));
                }
                (true, None) => {}
            }
        }
    }
    for node in conditions
        .iter()
        .flat_map(|own| CONDITIONS.iter().filter_map(|key| own.get(key)))
    {
        let (_, condition) = node.condition()?;
        words(&node, &condition, &mut found);
        fields(&node, &condition, &mut found);
    }
    if let Some(node) = root.get("policies") {
        for policy in node.items("")? {
            if let Some(when) = policy.get("when") {
                let (_, condition) = when.condition()?;
                fields(&when, &condition, &mut found);
            }
        }
    }
    found.dedup();
    Ok(found)
}

/// The texts that a test asks for.
fn asked<'c>(condition: &'c Condition, field: &'c str) -> impl Iterator<Item = &'c str> {
    let tests = condition.cases.iter().flatten();
    let values = tests
        .filter(move |t| t.field == field)
        .map(|t| match &t.check {
            Check::In { values, .. } | Check::All(values) => values.as_slice(),
            _ => &[],
        });
    values.flatten().filter_map(|v| match v {
        Scalar::Text(text) => Some(text.as_str()),
        _ => None,
    })
}

/// Events and changed fields that a condition names.
fn words(node: &NodeRef<'_>, condition: &Condition, found: &mut Vec<Doubt>) {
    for word in asked(condition, "event").filter(|w| !EVENTS.contains(w)) {
        let (message, hint, likely);
        if FIELDS.contains(&field_name(word)) {
            message = format!(
                "no event is {}, as a change of it is called \"change\"",
                quoted(word)
            );
            hint = format!("Write {{field: {word}}}.");
            likely = true;
        } else {
            let near = did_you_mean(word, EVENTS);
            likely = near.is_some();
            message = format!(
                "the event {} is not one of {}",
                quoted(word),
                EVENTS.join(", ")
            );
            hint = near.unwrap_or_else(|| {
                "It never happens unless your ticket_events have rows of this event_type that change no field. \
                 config_health names it as long as there are none."
                    .to_owned()
            });
        }
        found.push(doubt(node, &message, hint, likely));
    }
    for (field, known) in [("by", ROLES.as_slice()), ("public", PUBLIC.as_slice())] {
        for word in asked(condition, field).filter(|w| !known.contains(w)) {
            let message = format!(
                "{field} is never {}, only one of {}",
                quoted(word),
                known.join(", ")
            );
            let hint = did_you_mean(word, known.iter().copied())
                .unwrap_or_else(|| format!("Write {{{field}: {}}}.", known[0]));
            found.push(doubt(node, &message, hint, true));
        }
    }
    for word in asked(condition, "field").filter(|w| !FIELDS.contains(&field_name(w))) {
        let near = did_you_mean(word, known_fields());
        let likely = near.is_some();
        let hint = near.unwrap_or_else(|| {
            "It never changes unless your ticket_events have rows that name it. config_health names it as long as \
             there are none."
                .to_owned()
        });
        let message = format!("the field {} is not one of the ticket model", quoted(word));
        found.push(doubt(node, &message, hint, likely));
    }
}

/// Fields that a condition asks about and that are nearly one of the ticket model; any other name is an
/// attribute of the ticket.
fn fields(node: &NodeRef<'_>, condition: &Condition, found: &mut Vec<Doubt>) {
    for field in condition.fields() {
        let own = EVENT_FIELDS.contains(&field) || FIELDS.contains(&field);
        // An attribute "custom" has nothing to do with the field that slaops computes.
        let near = suggestion(field, known_fields().chain(EVENT_FIELDS));
        let Some(near) = near.filter(|n| !own && (*n != ASKED || field.contains("asked"))) else {
            continue;
        };
        let message = format!("the field {} is not one of the ticket model", quoted(field));
        let hint = question(near) + " If it is an attribute of your tickets, all is well.";
        found.push(doubt(node, &message, hint, true));
    }
}

fn known_fields() -> impl Iterator<Item = &'static str> {
    FIELDS.into_iter().chain(ALIASES)
}

fn doubt(node: &NodeRef<'_>, message: &str, hint: String, likely: bool) -> Doubt {
    Doubt {
        message: format!("{}: {message}", node.place()),
        hint,
        likely,
    }
}
