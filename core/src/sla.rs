//! Service levels: from a ticket's events to targets met or breached.
//!
//! In go a ticket, its events in order, and the tables of metrics, presets, states and policies, compiled; calendars
//! are timelines. Out come clocks and what they say at an instant, attainment by metric and cycle, a clock explained
//! segment by segment, a ticket's life in one row, and open tickets at instants. [`ticket`] makes the one pass over the
//! events that all of it rests on.

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
