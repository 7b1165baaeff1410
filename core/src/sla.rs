//! Service levels: from a ticket's events to targets met or breached.
//!
//! Input: a ticket, its events in order, and compiled metrics, presets, states and policies. Calendars are timelines.
//! Output: clocks and their state at an instant, attainment by metric and cycle, a clock explained segment by segment,
//! a ticket's life in one row, and open tickets at instants.
//!
//! [`ticket`] makes one pass over the events. [`metric`] turns events into signals, `pause` among them. [`clock`] says
//! what each signal does to a clock.

pub mod attainment;
pub mod backlog;
pub mod clock;
pub mod condition;
pub mod history;
pub mod ledger;
pub mod lifecycle;
pub mod metric;
pub mod policy;
pub mod status;
pub mod terms;
pub mod ticket;
