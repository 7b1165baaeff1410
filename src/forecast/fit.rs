//! A fit as a value: what was fitted, its states and figures; it can be stored, brought forward and asked.

pub mod stored;

use super::estimate::Estimate;
use super::grid::Grid;
use super::interval::{self, Forecast};
use super::simple::{Drift, Recent, Repeat};
use super::theta::{Dynamic, Theta};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// The most steps that are foretold at once.
pub const MAX_HORIZON: usize = 10_000;
/// The most levels of intervals.
pub const MAX_LEVELS: usize = 20;

/// One method's part of a fit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Ets(Estimate),
    Theta(Theta),
    DynamicTheta(Dynamic),
    Repeat(Repeat),
    Recent(Recent),
    Drift(Drift),
}

/// A method fitted to a series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// What was really used, and why where that is not what was asked.
    pub method: String,
    /// Values a season.
    pub season: usize,
    /// Values fitted and taken in since, missing ones among them.
    pub n: usize,
    pub missing: usize,
    /// Weights, which sum to 1, and what they weigh.
    pub parts: Vec<(f64, Part)>,
    pub warnings: Vec<String>,
    /// When the values were, if that is known.
    pub grid: Option<Grid>,
}

impl Part {
    pub fn name(&self) -> String {
        match self {
            Part::Ets(e) => format!("ETS({})", e.model),
            Part::Theta(_) => "theta".to_owned(),
            Part::DynamicTheta(_) => "dynamic_theta".to_owned(),
            Part::Repeat(r) if r.last.len() == 1 => "naive".to_owned(),
            Part::Repeat(_) => "seasonal_naive".to_owned(),
            Part::Recent(_) => "weekday_mean".to_owned(),
            Part::Drift(_) => "drift".to_owned(),
        }
    }

    pub fn forecast(&self, n: usize, horizon: usize, levels: &[f64], seed: i64) -> Forecast {
        let all = 1..=horizon;
        let mut found = match self {
            Part::Ets(e) => interval::of_estimate(e, n, horizon, levels, seed),
            Part::Theta(t) => Forecast::normal(all.map(|h| t.forecast(h)), levels),
            Part::DynamicTheta(t) => Forecast::normal(t.forecast(horizon).into_iter(), levels),
            Part::Repeat(r) => Forecast::normal(all.map(|h| r.forecast(h)), levels),
            Part::Recent(r) => Forecast::normal(all.map(|h| r.forecast(h)), levels),
            Part::Drift(d) => Forecast::normal(all.map(|h| d.forecast(h)), levels),
        };
        let positive = match self {
            Part::Ets(e) => e.model.needs_positive() && found.notes.is_empty(),
            _ => false,
        };
        found.widen(self.freedom(), levels, positive);
        found
    }

    /// Degrees of freedom of the noise's deviation.
    fn freedom(&self) -> usize {
        match self {
            Part::Ets(e) => e.sums.n.saturating_sub(e.parameters),
            Part::Theta(t) => t.errors.saturating_sub(2),
            Part::DynamicTheta(t) => t.errors.saturating_sub(2),
            Part::Repeat(r) => r.errors.n,
            Part::Recent(r) => r.errors.n,
            Part::Drift(d) => d.errors.n.saturating_sub(1),
        }
    }

    /// The means alone, without simulating.
    pub fn means(&self, n: usize, horizon: usize) -> Vec<f64> {
        match self {
            Part::Ets(e) => (1..=horizon).map(|h| e.mean(n, h)).collect(),
            _ => self.forecast(n, horizon, &[], 1).mean,
        }
    }

    /// The sum of squared errors, infinite or NaN once a state has left the range of numbers.
    fn sums(&self) -> f64 {
        match self {
            Part::Ets(e) => e.sums.sse + e.sums.noise + e.sums.logs + e.last.level.abs(),
            Part::Theta(t) => t.sse,
            Part::DynamicTheta(t) => t.sse,
            Part::Repeat(r) => r.errors.sse,
            Part::Recent(r) => r.errors.sse,
            Part::Drift(d) => d.errors.sse,
        }
    }

    fn update(&mut self, n: usize, y: f64) -> Result<()> {
        match self {
            Part::Ets(e) => e.update(n, y)?,
            Part::Theta(t) => t.update(y),
            Part::DynamicTheta(t) => t.update(y),
            Part::Repeat(r) => r.update(y),
            Part::Recent(r) => r.update(y),
            Part::Drift(d) => d.update(y),
        }
        Ok(())
    }
}

impl Fit {
    /// The next `horizon` steps with intervals at `levels`, such as 0.95; the same seed gives the same answer.
    ///
    /// # Errors
    /// 22023 for a horizon below 1 or a level that is not between 0 and 1, 54000 beyond the limits.
    pub fn forecast(
        &self,
        horizon: usize,
        levels: &[f64],
        nonnegative: bool,
        seed: i64,
    ) -> Result<Forecast> {
        check_horizon(horizon)?;
        check_levels(levels)?;
        let mut all = Forecast::default();
        for (weight, part) in &self.parts {
            let one = part.forecast(self.n, horizon, levels, seed);
            all.add(&one, *weight);
        }
        let bounds = all.lower.iter().chain(&all.upper).flatten();
        if !all.mean.iter().chain(bounds).all(|v| v.is_finite()) {
            return Err(out_of_range(horizon));
        }
        if nonnegative {
            let bounds = all.lower.iter_mut().chain(&mut all.upper).flatten();
            all.mean
                .iter_mut()
                .chain(bounds)
                .for_each(|v| *v = v.max(0.0));
        }
        Ok(all)
    }

    /// Takes in the values that followed, without fitting again: parameters stay, states and sums go on.
    ///
    /// # Errors
    /// 22023 for an infinite value, and for one that is not above zero where the model needs that.
    pub fn update(&mut self, values: &[f64]) -> Result<()> {
        super::check_values(values)?;
        for y in values {
            crate::interrupt::check();
            for (_, part) in &mut self.parts {
                part.update(self.n, *y)?;
                if !part.sums().is_finite() {
                    return Err(Error::limit(
                        format!("value {y:e} leads the fit out of the range of numbers"),
                        "Scale the values, for example to thousands.",
                    ));
                }
            }
            self.n += 1;
            self.missing += usize::from(y.is_nan());
        }
        Ok(())
    }

    /// The method, and what stood in for a part of it in this forecast.
    pub fn said(&self, forecast: &Forecast) -> String {
        let notes = forecast.notes.iter().map(String::as_str);
        let all: Vec<&str> = std::iter::once(self.method.as_str()).chain(notes).collect();
        all.join("; ")
    }

    /// The part that weighs most.
    pub fn main(&self) -> Option<&Part> {
        let heaviest = |a: &&(f64, Part), b: &&(f64, Part)| a.0.total_cmp(&b.0);
        self.parts.iter().max_by(heaviest).map(|p| &p.1)
    }

    /// The estimate of the part that weighs most, if it is of exponential smoothing.
    pub fn estimate(&self) -> Option<&Estimate> {
        match self.main() {
            Some(Part::Ets(e)) => Some(e),
            _ => None,
        }
    }
}

pub fn out_of_range(horizon: usize) -> Error {
    Error::limit(
        format!("the forecast leaves the range of numbers within {horizon} steps"),
        "Ask for a shorter horizon, or scale the values.",
    )
}

/// # Errors
/// 22023 below 1, 54000 above [`MAX_HORIZON`].
pub fn check_horizon(horizon: usize) -> Result<()> {
    if horizon < 1 {
        return Err(Error::parameter(
            format!("horizon {horizon} is below 1"),
            "Give the number of steps to foretell.",
        ));
    }
    if horizon > MAX_HORIZON {
        return Err(Error::limit(
            format!("horizon {horizon} is beyond {MAX_HORIZON} steps"),
            "Ask for fewer steps, or use a longer step.",
        ));
    }
    Ok(())
}

/// # Errors
/// 22023 for a level that is not between 0 and 1, 54000 for more than [`MAX_LEVELS`].
pub fn check_levels(levels: &[f64]) -> Result<()> {
    if let Some(bad) = levels.iter().find(|l| !(**l > 0.0 && **l < 1.0)) {
        return Err(Error::parameter(
            format!("interval level {bad} is not between 0 and 1"),
            "Write 0.95 for an interval that holds 95 of 100 values.",
        ));
    }
    if levels.len() > MAX_LEVELS {
        return Err(Error::limit(
            format!(
                "{} interval levels are more than {MAX_LEVELS}",
                levels.len()
            ),
            "Ask for fewer levels.",
        ));
    }
    Ok(())
}
