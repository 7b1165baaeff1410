//! Names that a configuration refers to.

use super::Known;
use super::node_ref::{NodeRef, check_known_name};
use crate::error::Result;

/// What a policy says for the ticket's own calendar, so no calendar can have the name.
pub const TICKET: &str = "ticket";

/// Names that a configuration may use: the database's and its own.
pub struct Names<'k> {
    pub known: &'k Known,
    pub calendars: Vec<String>,
    pub metrics: Vec<String>,
}

/// The name of a calendar that the configuration or the database has.
pub fn calendar_name(node: &NodeRef<'_>, names: &Names<'_>) -> Result<String> {
    let name = node.text("the name of a calendar")?;
    let all = names.calendars.iter().map(String::as_str);
    let remedy = "Define it in the section calendars, or in slaops.calendars.";
    check_known_name(node, name, "calendar", all, remedy)?;
    Ok(name.to_owned())
}
