//! Statistics of support work that stand by themselves.
//!
//! In go numbers: durations that ended or still run, arrivals and handling times, daily counts, a series. Out come
//! Kaplan-Meier curves ([`survival`]), agents that a service level needs ([`staffing`]), days until a backlog is gone
//! ([`clearance`]) and scores of how unusual a value is ([`anomaly`]). None of them knows tickets or calendars.

pub mod anomaly;
pub mod clearance;
pub mod staffing;
pub mod survival;
