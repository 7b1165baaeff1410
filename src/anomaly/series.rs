//! A series scored against the same places of earlier seasons.

use super::{MAX_ROWS, Moving, Robust, real};
use crate::error::{Error, Result};

/// The longest window, in seasons.
pub const MAX_WINDOW: i32 = 10_000;
/// The longest season of a series that is shorter: below, a new series has no scores; above, it is a mistake.
const MAX_SEASON: i32 = 1_000;

/// One place of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub value: Option<f64>,
    /// The median of the earlier values; None where there are none.
    pub expected: Option<f64>,
    pub z: Option<f64>,
    pub robust_z: Option<f64>,
}

/// The earlier values of one place of the season.
#[derive(Default)]
struct Lane {
    moving: Moving,
    robust: Robust,
    rows: usize,
}

/// Scores by place, from the first on.
pub struct Series {
    values: Vec<Option<f64>>,
    season: usize,
    window: usize,
    lanes: Vec<Lane>,
    next: usize,
}

impl Series {
    /// Values in order of time; `season` of them are a cycle (7 for days of weeks, 1 for none), and each is
    /// scored against the same place of the `window` cycles before.
    ///
    /// # Errors
    /// 22023 for a season or window out of range, 54000 for more than [`MAX_ROWS`] values.
    pub fn new(values: Vec<Option<f64>>, season: i32, window: i32) -> Result<Self> {
        if values.len() > MAX_ROWS {
            return Err(Error::limit(
                format!("a series of {} values is too long", values.len()),
                format!("It may have {MAX_ROWS}."),
            ));
        }
        if season < 1 {
            return Err(Error::parameter(
                format!("a season of {season} is out of range"),
                "Give the number of values in a cycle: 7 for days of weeks, 24 for hours of days, 1 for no season.",
            ));
        }
        if !values.is_empty() && season as usize > values.len() && season > MAX_SEASON {
            return Err(Error::parameter(
                format!(
                    "a season of {season} is longer than the series of {} values",
                    values.len()
                ),
                "Give the number of values in a cycle, such as 7 for days of weeks.",
            ));
        }
        if !(3..=MAX_WINDOW).contains(&window) {
            return Err(Error::parameter(
                format!("a window of {window} is out of range"),
                format!(
                    "Give the number of earlier cycles to compare with, from 3 to {MAX_WINDOW}."
                ),
            ));
        }
        let season = season as usize;
        let lanes = (0..season.min(values.len())).map(|_| Lane::default());
        Ok(Self {
            season,
            window: window as usize,
            lanes: lanes.collect(),
            next: 0,
            values,
        })
    }
}

impl Iterator for Series {
    type Item = Result<Point>;

    fn next(&mut self) -> Option<Self::Item> {
        let at = self.next;
        let value = *self.values.get(at)?;
        self.next += 1;
        let lane = self.lanes.get_mut(at % self.season)?;
        if lane.rows > self.window {
            let leaves = self.values[at - (self.window + 1) * self.season];
            lane.moving.pop();
            lane.robust.pop(leaves);
        } else {
            lane.rows += 1;
        }
        if let Err(error) = lane
            .moving
            .push(value)
            .and_then(|()| lane.robust.push(value))
        {
            return Some(Err(error));
        }
        Some(Ok(Point {
            value: real(value),
            expected: lane.robust.median(),
            z: lane.moving.score(),
            robust_z: lane.robust.score(),
        }))
    }
}
