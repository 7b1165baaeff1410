//! What a session keeps between calls. Input: calendars, names of calendars and of policy sets. Output: timelines and
//! compiled policies from earlier calls, while the statement's snapshot sees the same rows. Sizes are bounded. What a
//! running statement uses stays until it ends.

pub mod calendars;
pub mod call_site;
pub mod policy_sets;
