//! What slaops computes, without Postgres.
//!
//! A module for each domain, in the order in which they build on each other:
//!
//! | module | what it holds |
//! |---|---|
//! | [`error`], [`interrupt`], [`memory`] | one error type; what long loops ask; lists that ask before they grow |
//! | [`time`] | instants, time zones, wall time to instant |
//! | [`calendar`] | opening hours and holidays as a value |
//! | [`business_time`] | a calendar laid out in time: the arithmetic |
//! | [`sla`] | from a ticket's events to clocks, targets and attainment |
//! | [`config`] | calendars, metrics, presets and policies as text |
//! | [`mining`] | process mining: transitions between activities, and conformance to a model |
//! | [`forecast`] | series, forecasts with intervals, back-tests |
//! | [`statistics`] | survival, staffing, clearance of a backlog, anomalies |
//! | [`sample`] | sample data: a year of tickets of a support team |
//!
//! Bad input is an [`error::Error`] with SQLSTATE, message and hint. The crate `slaops` beside this one makes Postgres
//! functions of it.

#![forbid(unsafe_code)]

pub mod business_time;
pub mod calendar;
pub mod config;
pub mod error;
pub mod forecast;
pub mod interrupt;
pub mod memory;
pub mod mining;
pub mod sample;
pub mod sla;
pub mod statistics;
pub mod time;
