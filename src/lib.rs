//! slaops: SLA analytics inside Postgres.
//!
//! The map of the house. Pure rooms know no Postgres and are tested by
//! `cargo test --no-default-features`:
//!
//! | room | what it holds |
//! |---|---|
//! | [`error`] | one error type: SQLSTATE class, message, hint |
//! | [`zone`] | offsets of a time zone, wall time to instant |
//! | [`hours`] | opening hours: parse, canonical form, print |
//! | [`calendar`] | the calendar value: text, JSON, bytes, algebra |
//! | [`holidays`] | public holidays of countries and subdivisions |
//! | [`ics`] | holidays from iCalendar text |
//! | [`interrupt`] | what long loops ask |
//! | [`memory`] | lists that ask before they grow |
//! | [`timeline`] | a calendar laid out in time: the arithmetic |
//! | [`clock`] | SLA clocks: signals to elapsed, due, breached |
//! | [`ledger`] | a clock explained, segment by segment |
//! | [`terms`] | a clock whose calendar or target changes |
//! | [`condition`] | tests on the fields of tickets and events |
//! | [`config`] | configuration as YAML or JSON: read, check, print |
//! | [`history`] | the events of one ticket as a value |
//! | [`metric`] | conditions that start, pause and stop clocks; their cycles |
//! | [`policy`] | which policy a ticket has, and its targets |
//! | [`ticket`] | one pass over a ticket's events |
//! | [`attainment`] | targets met or breached, and where the time went |
//! | [`demo`] | a support team that never was: a year of its tickets |
//! | [`lifecycle`] | a ticket's life in one row |
//! | [`markov`] | what is still to come: the absorbing chain of a process |
//! | [`variant`] | the way that a case takes: its trace, and a number for it |
//! | [`conformance`] | process models, optimal alignments, named deviations |
//! | [`forecast`] | series, forecasts of them with intervals, back-tests |
//! | [`backlog`] | open tickets at instants: how old, how late; a sweep that counts them |
//! | [`transition`] | what follows what: the directly-follows graph of a log |
//! | [`staffing`] | how many people: Erlang B, C and A; work that may wait |
//! | [`anomaly`] | how unusual a value is among earlier ones |
//! | [`clearance`] | when the backlog will be gone: past days drawn again and again |
//! | [`survival`] | how long tickets take when some still run: Kaplan-Meier |
//!
//! `pg` is the only room that says pgrx: it turns datums into values and errors into reports.

#![cfg_attr(not(feature = "pgrx"), allow(dead_code))]

#[forbid(unsafe_code)]
pub mod anomaly;
#[forbid(unsafe_code)]
pub mod attainment;
#[forbid(unsafe_code)]
pub mod backlog;
#[forbid(unsafe_code)]
pub mod calendar;
#[forbid(unsafe_code)]
pub mod clearance;
#[forbid(unsafe_code)]
pub mod clock;
#[forbid(unsafe_code)]
pub mod condition;
#[forbid(unsafe_code)]
pub mod config;
#[forbid(unsafe_code)]
pub mod conformance;
#[forbid(unsafe_code)]
pub mod demo;
#[forbid(unsafe_code)]
pub mod error;
#[forbid(unsafe_code)]
pub mod forecast;
#[forbid(unsafe_code)]
pub mod history;
#[forbid(unsafe_code)]
pub mod holidays;
#[forbid(unsafe_code)]
pub mod hours;
#[forbid(unsafe_code)]
pub mod ics;
#[forbid(unsafe_code)]
pub mod interrupt;
#[forbid(unsafe_code)]
pub mod ledger;
#[forbid(unsafe_code)]
pub mod lifecycle;
#[forbid(unsafe_code)]
pub mod markov;
#[forbid(unsafe_code)]
pub mod memory;
#[forbid(unsafe_code)]
pub mod metric;
#[forbid(unsafe_code)]
pub mod policy;
#[forbid(unsafe_code)]
pub mod staffing;
#[forbid(unsafe_code)]
pub mod survival;
#[forbid(unsafe_code)]
pub mod terms;
#[forbid(unsafe_code)]
pub mod ticket;
#[forbid(unsafe_code)]
pub mod timeline;
#[forbid(unsafe_code)]
pub mod transition;
#[forbid(unsafe_code)]
pub mod variant;
#[forbid(unsafe_code)]
pub mod zone;

#[cfg(feature = "pgrx")]
mod pg;
