//! Wall times of a zone, and the instants that they are.

use super::Timestamp;
use super::zone::{self, Spans};
use super::{DAY_SECONDS, SECOND};
use chrono_tz::Tz;

/// The wall time of an instant, both in microseconds.
pub fn wall(tz: Tz, at: Timestamp) -> i64 {
    at + i64::from(zone::offset(tz, at.div_euclid(SECOND))) * SECOND
}

/// The instant of a wall time, by RFC 5545.
pub fn instant(tz: Tz, wall: i64) -> Timestamp {
    let (seconds, rest) = (wall.div_euclid(SECOND), wall.rem_euclid(SECOND));
    let spans = Spans::over(tz, seconds - 2 * DAY_SECONDS, seconds + 2 * DAY_SECONDS);
    spans.instant(seconds, &mut 0) * SECOND + rest
}
