//! Time: instants, time zones, and where a wall time becomes an instant.
//!
//! Input: names of zones, texts of instants, wall times. Output: offsets and instants. This folder knows no calendars.
//! DST gaps and folds are decided in one place: [`zone::Spans::instant`].

pub mod text;
pub mod wall;
pub mod zone;

/// An instant: microseconds since 2000-01-01 00:00 UTC, as Postgres counts them. `i64::MIN` and `i64::MAX` are minus and
/// plus infinity. [`text::instant`] and [`text::micros`] print and read it.
pub type Timestamp = i64;

/// A second in microseconds.
pub const SECOND: i64 = 1_000_000;
/// A minute in microseconds.
pub const MINUTE: i64 = 60 * SECOND;
/// An hour in microseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// A day of 24 hours in microseconds.
pub const DAY: i64 = 24 * HOUR;
/// A day of 24 hours in seconds.
pub const DAY_SECONDS: i64 = 86_400;
/// Microseconds in a minute, to convert amounts of time to and from fractional minutes.
pub const MICROS_PER_MINUTE: f64 = MINUTE as f64;

/// The first instant of Postgres's range: 4714-11-24 BC.
pub const FIRST: Timestamp = -211_813_488_000_000_000;
/// The first instant after Postgres's range: 294277-01-01.
pub const END: Timestamp = 9_223_371_331_200_000_000;

/// Whether Postgres has this instant and prints it: within its range, and not infinite.
pub fn is_finite(at: Timestamp) -> bool {
    (FIRST..END).contains(&at)
}

/// The sequence number of an event that has none. Events at the same instant are sorted by sequence number, so it is
/// first.
pub const NO_SEQ: i64 = i64::MIN;
