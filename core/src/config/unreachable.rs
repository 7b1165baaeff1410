//! Policies that no ticket can have.

use super::node::NodeKind;
use super::node_ref::{NodeRef, either, quoted};
use super::when::overlap;
use crate::error::Result;
use crate::sla::condition::{Condition, FieldRef};
use chrono::{DateTime, Utc};

type Instant = DateTime<Utc>;

/// A policy, as far as it says which tickets it is for.
pub struct Entry<'a> {
    pub node: NodeRef<'a>,
    pub name: String,
    pub valid: (Option<Instant>, Option<Instant>),
    pub condition: Condition,
}

/// Refuses a policy that overlaps a version of its own, that policies before it leave no ticket, or
/// whose condition excludes every priority that its targets name.
pub fn check(entry: &Entry<'_>, before: &[Entry<'_>]) -> Result<()> {
    let same = |e: &&Entry<'_>| e.name == entry.name && overlap(e.valid, entry.valid);
    if let Some(other) = before.iter().find(same) {
        return Err(entry.node.error(
            &format!(
                "the policy {} at line {} holds at the same time",
                quoted(&other.name),
                other.node.line
            ),
            "Give it another name, or let one version end where the other begins: valid_to, valid_from.",
        ));
    }
    if let Some(wider) = covering(entry, before) {
        let names: Vec<String> = wider
            .iter()
            .map(|e| format!("{} at line {}", quoted(&e.name), e.node.line))
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        return Err(entry.node.error(
            &format!(
                "the policy {} never matches, as whatever it matches goes to {}",
                quoted(&entry.name),
                either(&names)
            ),
            "The first policy that matches wins: put the narrower one first.",
        ));
    }
    priorities(entry)
}

/// The policies before this one that together leave it no instant, if there are such.
fn covering<'e, 'a>(entry: &Entry<'_>, before: &'e [Entry<'a>]) -> Option<Vec<&'e Entry<'a>>> {
    let mut wider: Vec<_> = before
        .iter()
        .filter(|e| overlap(e.valid, entry.valid) && entry.condition.implies(&e.condition))
        .collect();
    wider.sort_by_key(|e| e.valid.0);
    let mut used = Vec::new();
    // Everything before `done` is taken; None: nothing is yet, from the beginning of time.
    let mut done = entry.valid.0;
    for other in wider {
        if other
            .valid
            .0
            .is_some_and(|from| done.is_none_or(|d| from > d))
        {
            return None;
        }
        used.push(other);
        match (other.valid.1, entry.valid.1) {
            (None, _) => return Some(used),
            (Some(to), Some(end)) if to >= end => return Some(used),
            (Some(to), _) => done = Some(done.map_or(to, |d| d.max(to))),
        }
    }
    None
}

fn priorities(entry: &Entry<'_>) -> Result<()> {
    let Some(targets) = entry.node.get("targets") else {
        return Ok(());
    };
    let NodeKind::Map(map) = &targets.node.kind else {
        return Ok(());
    };
    let possible = |priority: &str| {
        entry.condition.cases.iter().any(|tests| {
            let of_priority = tests.iter().filter(|t| t.field == "priority");
            of_priority
                .into_iter()
                .all(|t| t.check.passes(&FieldRef::Text(priority)))
        })
    };
    let named: Vec<&str> = map.iter().map(|(k, _)| k.text.as_str()).collect();
    if named.iter().any(|p| *p == "*" || possible(p)) {
        return Ok(());
    }
    Err(targets.error(
        &format!(
            "the policy's own condition excludes the priority {}",
            either(&named)
        ),
        "Name in targets a priority that the condition lets through, or write '*'.",
    ))
}
