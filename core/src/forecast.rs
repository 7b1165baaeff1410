//! Forecasts of series: exponential smoothing, simple methods beside it, intervals, back-tests.
//! Input: points in time or plain values, and the name of a method; of a calendar only the open hours of each step.
//! Output: regular series, fits that can be stored and updated, forecasts with quantiles, and scores at past origins.

pub mod auto;
pub mod backtest;
pub mod combine;
pub mod days;
pub mod decompose;
pub mod detect;
pub mod dst_slots;
pub mod estimate;
pub mod ets;
pub mod fit;
pub mod form;
pub mod interval;
pub mod method;
pub mod model;
pub mod normal;
pub mod open;
pub mod search;
pub mod series;
pub mod simple;
pub mod theta;
pub mod time_index;

pub use fit::{Fit, FitPart};
pub use interval::Forecast;
pub use method::Method;

use crate::error::{Error, Result};
use days::Days;
use time_index::TimeIndex;

/// The most values of one series.
pub const MAX_VALUES: usize = 1_000_000;
/// Where all values are smaller, squares of errors leave the range of numbers.
const SMALLEST: f64 = 1e-140;
/// The longest season.
pub const MAX_SEASON: usize = 1_000;
/// The longest horizon, in steps.
pub const MAX_HORIZON: usize = 10_000;

/// # Errors
/// 22023 for an infinite value, 54000 for too many. A missing one is NaN.
pub fn check_values(values: &[f64]) -> Result<()> {
    if values.len() > MAX_VALUES {
        return Err(Error::limit(
            format!(
                "a series must have at most {MAX_VALUES} values, not {}",
                values.len()
            ),
            "Sum them by a longer step, or take the latest.",
        ));
    }
    if let Some(place) = values.iter().position(|y| y.is_infinite()) {
        return Err(Error::parameter(
            format!(
                "value {} must be a finite number, not {}",
                place + 1,
                values[place]
            ),
            "Give finite numbers; NULL stands for a value that is missing.",
        ));
    }
    Ok(())
}

/// Fits a method to values, the oldest first, of which NaN stands for a missing one. Where the method cannot
/// serve these values a simpler one does, and the fit says so.
///
/// # Errors
/// 22023 for no values, an infinite one, or a season below 1; 54000 beyond the limits.
pub fn fit(values: &[f64], method: Method, season: usize) -> Result<Fit> {
    fit_days(values, method, season, |values| {
        Days::find(values, season, None)
    })
}

/// The same where more is known of the days in a season.
fn fit_days(
    values: &[f64],
    method: Method,
    season: usize,
    days: impl FnOnce(&[f64]) -> Option<Days>,
) -> Result<Fit> {
    check_values(values)?;
    check_season(season)?;
    let known = values.iter().filter(|y| !y.is_nan()).count();
    if known == 0 {
        return Err(Error::parameter(
            "a series must have at least one value that is not NULL",
            "Give the values in order, NULL where one is missing.",
        ));
    }
    let largest = values.iter().fold(0.0, |a: f64, y| a.max(y.abs()));
    if largest > 0.0 && largest < SMALLEST {
        return Err(Error::limit(
            format!(
                "at least one value must be {SMALLEST:e} or more: squares of smaller errors are lost"
            ),
            "Scale the values.",
        ));
    }
    let end = values
        .iter()
        .rposition(|y| !y.is_nan())
        .map_or(0, |last| last + 1);
    let values_known = &values[..end];
    let days = (method == Method::Auto)
        .then(|| days(values_known))
        .flatten();
    let (parts, calibration, said, warnings) =
        auto::fit(values_known, method, season, days.as_ref());
    let mut fit = Fit {
        method: said,
        season,
        steps: end,
        n: end,
        missing: end - known,
        trailing_gaps: 0,
        parts,
        warnings,
        index: None,
        open_hours: None,
        calibration,
    };
    fit.update(&values[end..])?;
    Ok(fit)
}

/// The same of values in the steps of a grid, whose season is that of the wall clock; by open hours where those of each
/// step (and, where the values are less than a season, of the rest of it) are given.
///
/// # Errors
/// As above.
pub fn fit_on(
    index: Option<TimeIndex>,
    values: &[f64],
    hours: Option<&[f64]>,
    method: Method,
    season: usize,
) -> Result<Fit> {
    check_values(values)?;
    let slots = dst_slots::DstSlots::of(index.as_ref(), season);
    let day = index
        .as_ref()
        .and_then(TimeIndex::day)
        .map(|(steps, first)| {
            let moved = slots.map_or(0, |w| w.slot(0));
            (steps, (first + moved) % steps)
        });
    let one = |values: &[f64], hours: Option<&[f64]>| match hours {
        Some(hours) => fit_open(values, hours, method, season, day),
        None => fit_days(values, method, season, |values| {
            Days::find(values, season, day)
        }),
    };
    let mut fit = match slots {
        None => one(values, hours)?,
        Some(slots) => {
            // A place that no step has is not open.
            let open = |h: &[f64]| {
                slots
                    .values_by_slot(h)
                    .into_iter()
                    .map(|h| h.max(0.0))
                    .collect::<Vec<_>>()
            };
            let hours = hours.map(open);
            one(&slots.values_by_slot(values), hours.as_deref())?
        }
    };
    fit.steps = values.len();
    fit.index = index;
    Ok(fit)
}

/// The same of values and the open hours of each step, where `day` are the steps of a day and the place of a midnight.
///
/// # Errors
/// Those of [`fit`].
pub fn fit_open(
    values: &[f64],
    hours: &[f64],
    method: Method,
    season: usize,
    day: Option<(usize, usize)>,
) -> Result<Fit> {
    fit::open::fit(values, hours, season, |own, opens| match opens {
        None => fit_days(own, method, season, |v| Days::find(v, season, day)),
        Some(opens) => fit_days(own, method, opens.iter().filter(|o| **o).count(), |own| {
            let days = day.and_then(|day| Days::open(day, opens));
            days.filter(|d| own.len() >= 2 * d.season)
        }),
    })
}

/// # Errors
/// 22023 below 1, 54000 above [`MAX_SEASON`].
pub fn check_season(season: usize) -> Result<()> {
    if season < 1 {
        return Err(Error::parameter(
            format!("season must be at least 1, not {season}"),
            "Give the number of steps after which the pattern repeats: 7 for days, 12 for months, 1 for none.",
        ));
    }
    if season > MAX_SEASON {
        return Err(Error::limit(
            format!("season must be at most {MAX_SEASON} steps, not {season}"),
            "Use a longer step.",
        ));
    }
    Ok(())
}
