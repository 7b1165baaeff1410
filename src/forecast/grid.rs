//! Regular instants: by microseconds, or by days and months of a time zone.

use super::fit::Grid;
use serde::{Deserialize, Serialize};

pub const DAY: i64 = 86_400_000_000;

/// From one instant to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Real time.
    Micros(i64),
    /// Days by the wall clock, which may have 23 or 25 hours.
    Days(i32),
    Months(i32),
}

impl Step {
    /// The usual number of steps a season: 7 days, 24 hours, 12 months, 4 quarters, 52 weeks; else 1.
    pub fn season(self) -> usize {
        const HOUR: i64 = DAY / 24;
        match self {
            Step::Days(1) => 7,
            Step::Days(7) => 52,
            Step::Months(1) => 12,
            Step::Months(3) => 4,
            // Parts of an hour repeat by the day too, if a day has few enough of them.
            Step::Micros(m) if m >= HOUR / 4 && DAY % m == 0 => (DAY / m) as usize,
            _ => 1,
        }
    }
}

impl Grid {
    pub fn holds(&self) -> bool {
        let some = match self.step {
            Step::Micros(m) => m > 0,
            Step::Days(d) => d > 0,
            Step::Months(m) => m > 0,
        };
        some && crate::zone::find(&self.zone).is_ok()
    }
}
