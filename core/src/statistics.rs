//! Statistics of support work that stand by themselves.
//!
//! Input: numbers, such as durations that ended or still run, arrivals and handling times, daily counts, a series.
//! Output: Kaplan-Meier curves ([`survival`]), agents that a service level needs ([`staffing`]), days until a backlog
//! is gone ([`clearance`]), the probability of a breach ([`risk`]), and scores of how unusual a value is ([`anomaly`]). None of them knows tickets or
//! calendars.

pub mod anomaly;
pub mod clearance;
pub mod risk;
pub mod staffing;
pub mod survival;
