//! A series scored against the same places of earlier seasons.

use super::{MAX_ROWS, Moving, Robust, real};
use crate::error::{Error, Result};
use crate::memory;

/// The longest window, in seasons.
pub const MAX_WINDOW: i32 = 10_000;
/// The longest season that may be longer than the series: a new series then has no scores; beyond, it is a mistake.
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

/// Scores by place, from the first on. They are computed one place of the season after the other, so that one frame is
/// kept at a time, whatever the season; a missing one is NaN.
pub struct Series {
    values: Vec<f64>,
    expected: Vec<f64>,
    z: Vec<f64>,
    robust_z: Vec<f64>,
    next: usize,
}

/// Rows between two checks for an interrupt.
const PAUSE: usize = 1_024;

impl Series {
    /// # Errors
    /// 54000 for more than [`MAX_ROWS`] values.
    pub fn check_size(values: usize) -> Result<()> {
        if values <= MAX_ROWS {
            return Ok(());
        }
        Err(Error::limit(
            format!("a series of {values} values is too long"),
            format!("It may have {MAX_ROWS}."),
        ))
    }

    /// Values in order of time, those that are not finite being unknown; `season` of them are a cycle (7 for days of weeks, 1 for none), and each is
    /// scored against the same place of the `window` cycles before.
    ///
    /// # Errors
    /// 22023 for a season or window out of range, 54000 for more than [`MAX_ROWS`] values.
    pub fn new(values: Vec<f64>, season: i32, window: i32) -> Result<Self> {
        Self::check_size(values.len())?;
        if season < 1 {
            return Err(Error::parameter(
                format!("season must be at least 1, not {season}"),
                "Give the number of values in a cycle: 7 for days of weeks, 24 for hours of days, 1 for no season.",
            ));
        }
        if !values.is_empty() && season as usize > values.len() && season > MAX_SEASON {
            return Err(Error::parameter(
                format!(
                    "season must not be longer than the series of {} values, not {season}",
                    values.len()
                ),
                "Give the number of values in a cycle, such as 7 for days of weeks.",
            ));
        }
        if !(3..=MAX_WINDOW).contains(&window) {
            return Err(Error::parameter(
                format!("window must be from 3 to {MAX_WINDOW} cycles, not {window}"),
                "Give the number of earlier cycles to compare with.",
            ));
        }
        let empty = || memory::filled(values.len(), f64::NAN);
        let mut series = Self {
            expected: empty()?,
            z: empty()?,
            robust_z: empty()?,
            next: 0,
            values,
        };
        let season = season as usize;
        let mut rows = 0;
        for first in 0..season.min(series.values.len()) {
            series.lane(first, season, window as usize, &mut rows)?;
        }
        Ok(series)
    }

    /// The scores of one place of the season.
    fn lane(&mut self, first: usize, season: usize, window: usize, rows: &mut usize) -> Result<()> {
        let (mut moving, mut robust) = (Moving::default(), Robust::default());
        for (turn, at) in (first..self.values.len()).step_by(season).enumerate() {
            if (*rows).is_multiple_of(PAUSE) {
                crate::interrupt::check();
            }
            *rows += 1;
            if turn > window {
                moving.pop()?;
                robust.pop(Some(self.values[at - (window + 1) * season]));
            }
            moving.push(Some(self.values[at]))?;
            robust.push(Some(self.values[at]))?;
            self.expected[at] = robust.median().unwrap_or(f64::NAN);
            self.z[at] = moving.score().unwrap_or(f64::NAN);
            self.robust_z[at] = robust.score().unwrap_or(f64::NAN);
        }
        Ok(())
    }
}

impl Iterator for Series {
    type Item = Point;

    fn next(&mut self) -> Option<Point> {
        let at = self.next;
        let value = *self.values.get(at)?;
        self.next += 1;
        let some = |v: f64| (!v.is_nan()).then_some(v);
        Some(Point {
            value: real(Some(value)),
            expected: some(self.expected[at]),
            z: some(self.z[at]),
            robust_z: some(self.robust_z[at]),
        })
    }
}
