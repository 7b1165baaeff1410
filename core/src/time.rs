//! Time: instants, time zones, and where a wall time becomes an instant.
//!
//! In go names of zones, texts of instants and wall times; out come offsets and instants. Instants are microseconds since
//! 2000-01-01 00:00 UTC, as Postgres counts them; `i64::MIN` and `i64::MAX` are its infinities. Nothing here knows
//! of calendars.

pub mod text;
pub mod wall;
pub mod zone;

pub const SECOND: i64 = 1_000_000;
pub const MINUTE: f64 = 60e6;
/// First and last instant of Postgres's range; what lies beyond is infinity.
pub const FIRST: i64 = -211_813_488_000_000_000;
pub const END: i64 = 9_223_371_331_200_000_000;
