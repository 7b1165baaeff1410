//! What a session keeps between calls. In go calendars, names of calendars and of policy sets; out come timelines laid out
//! before and policies compiled before, as long as the statement's snapshot sees the same. Sizes are bounded, and what a
//! running statement uses stays until it ends.

pub mod calendars;
pub mod call_site;
pub mod policy_sets;
