//! How many people: calls that are answered at once ([`queue`]: Erlang B, C and A) and work that may wait
//! ([`deferred`]; [`attain`] for a target).

pub mod attain;
pub mod deferred;
pub mod due;
pub mod outlook;
pub mod plan;
pub mod queue;

use crate::error::{Error, Result, SqlState};

/// # Errors
/// 22023 when the part is not from 0 to below 1.
pub fn shrinkage(part: f64) -> Result<f64> {
    if (0.0..1.0).contains(&part) {
        return Ok(part);
    }
    Err(Error::parameter(
        format!("shrinkage must be from 0 to below 1, not {part}"),
        "Give the part of paid time away from work (leave, training, breaks), such as 0.3.",
    ))
}

/// # Errors
/// 22023 when the part is not above 0 and at most 1.
pub fn occupancy(part: f64) -> Result<f64> {
    if part > 0.0 && part <= 1.0 {
        return Ok(part);
    }
    Err(Error::parameter(
        format!("occupancy must be above 0 and at most 1, not {part}"),
        "Give the part of working time spent on tickets, such as 0.85.",
    ))
}

/// # Errors
/// 22023 for what is negative, not finite, or zero where `positive` says that it must not be.
pub fn amount(what: &str, value: f64, positive: bool) -> Result<f64> {
    if value.is_finite() && (value > 0.0 || (value == 0.0 && !positive)) {
        return Ok(value);
    }
    let least = if positive { "above 0" } else { "0 or more" };
    Err(Error::parameter(
        format!("{what} must be finite and {least}, not {value}"),
        format!("Give a finite number, {least}."),
    ))
}

/// The result of what was given, if a number holds it.
///
/// # Errors
/// 22003 for one that is infinite or not a number; `of` names the inputs.
pub fn result(what: &str, value: f64, of: impl FnOnce() -> String) -> Result<f64> {
    if value.is_finite() {
        return Ok(value);
    }
    Err(Error::new(
        SqlState::NumberOutOfRange,
        format!("{what} of {} exceeds the range of double precision", of()),
        "Check the units: times of calls are seconds, of tickets minutes, of work hours and days.",
    ))
}

/// A number in plain notation, such as 480, or with an exponent if that is shorter, such as 1e308.
pub fn shown(value: f64) -> String {
    if value == 0.0 || (1e-4..1e15).contains(&value.abs()) {
        format!("{value}")
    } else {
        format!("{value:e}")
    }
}
