//! A fit as a value: what was fitted, its states and figures; it can be stored, brought forward and asked.

pub mod open;
pub mod stored;
#[cfg(test)]
mod tests;
mod update;

use super::MAX_HORIZON;
use super::estimate::Estimate;
use super::grid::Grid;
use super::interval::{self, Forecast};
use super::simple::{Drift, Recent, Repeat};
use super::theta::{Dynamic, Theta};
use super::wall::{self, Wall};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// The most levels of intervals.
pub const MAX_LEVELS: usize = 20;
/// Bounds nearer to each other than this share of them are of no width.
const EXACT: f64 = 1e-9;

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
    /// How its steps lie among all, if its values are those an open hour.
    #[serde(default)]
    pub open_hours: Option<open::Open>,
    /// Missing values since the last known one. The parts have not taken them in: what they foretell begins after
    /// the last known value, so that bounds widen with the time since then.
    #[serde(default)]
    pub pending: usize,
    /// Steps of the grid taken in. Those of a part of a day are at places of the wall clock, which are what all else
    /// here counts.
    #[serde(default)]
    pub steps: usize,
}

impl Part {
    pub fn name(&self) -> String {
        match self {
            Part::Ets(e) => format!("ETS({})", e.model),
            Part::Theta(_) => "theta".to_owned(),
            Part::DynamicTheta(_) => "dynamic_theta".to_owned(),
            Part::Repeat(r) if r.last.len() == 1 => "naive".to_owned(),
            Part::Repeat(_) => "seasonal_naive".to_owned(),
            Part::Recent(r) if r.last.len() == 1 => "mean of the last 8".to_owned(),
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
        found.widen(self.freedom(), levels);
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

    /// Takes in the value at time `n`.
    fn update(&mut self, n: usize, y: f64) {
        match self {
            Part::Ets(e) => e.update(n, y),
            Part::Theta(t) => t.update(y),
            Part::DynamicTheta(t) => t.update(y),
            Part::Repeat(r) => r.update(y),
            Part::Recent(r) => r.update(y),
            Part::Drift(d) => d.update(y),
        }
    }

    /// Values a season, 1 without one.
    pub fn period(&self) -> usize {
        match self {
            Part::Ets(e) => e.period,
            Part::Theta(t) => t.season.list.len(),
            Part::DynamicTheta(t) => t.season.list.len(),
            Part::Repeat(r) => r.last.len(),
            Part::Recent(r) => r.last.len(),
            Part::Drift(_) => 1,
        }
    }
}

impl Fit {
    /// Places taken in: of a fit by open hours more than its own values.
    pub fn taken(&self) -> usize {
        self.open_hours.as_ref().map_or(self.n, |o| o.steps)
    }

    /// How the steps lie by the wall clock, where that makes a difference.
    fn wall(&self) -> Option<Wall> {
        let season = self
            .open_hours
            .as_ref()
            .map_or(self.season, |o| o.opens.len());
        Wall::of(self.grid.as_ref(), season)
    }

    /// The next `horizon` steps with intervals at `levels`, such as 0.95; the same seed gives the same answer.
    ///
    /// # Errors
    /// 22023 for a horizon below 1, a level that is not between 0 and 1, or a fit by open hours; 54000 beyond
    /// the limits.
    pub fn forecast(
        &self,
        horizon: usize,
        levels: &[f64],
        nonnegative: bool,
        seed: i64,
    ) -> Result<Forecast> {
        Ok(self.ahead(horizon, None, levels, nonnegative, seed)?.0)
    }

    /// The same, and what it was really made with, for a fit by open hours too. `hours` are those of each step
    /// ahead: of a closed one the mean of past closed ones is foretold, with their spread; 0 where there were none,
    /// and bounds of NaN where fewer than two.
    ///
    /// # Errors
    /// As above; 22023 where hours are given for a fit that is not by open hours.
    pub fn ahead(
        &self,
        horizon: usize,
        hours: Option<&[f64]>,
        levels: &[f64],
        nonnegative: bool,
        seed: i64,
    ) -> Result<(Forecast, String)> {
        self.check_open(hours.is_some(), "forecast(fit, 14")?;
        check_horizon(horizon)?;
        check_levels(levels)?;
        let places: Vec<usize> = match self.wall() {
            Some(wall) => wall.ahead(self.steps, horizon, self.used_season() > 1),
            None => (0..horizon).collect(),
        };
        let longest = wall::longest(&places);
        let (found, said) = match (&self.open_hours, hours) {
            (Some(open), Some(hours)) => {
                // Two steps at one place are open alike, but for a change within open hours.
                let mut by_place = vec![0.0; longest];
                for (place, hour) in places.iter().zip(hours) {
                    by_place[*place] = *hour;
                }
                self.ahead_open(open, &by_place, levels, nonnegative, seed)?
            }
            _ => {
                let found = self.own(longest, levels, nonnegative, seed)?;
                let said = self.said(&found);
                (found, said)
            }
        };
        Ok((wall::pick(&found, &places), said))
    }

    /// The next steps of the fit's own.
    fn own(
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
            let one = part.forecast(self.n - self.pending, self.pending + horizon, levels, seed);
            all.add(&one, *weight);
        }
        all.skip(self.pending);
        let bounds = all.lower.iter().chain(&all.upper).flatten();
        if !all.mean.iter().chain(bounds).all(|v| v.is_finite()) {
            return Err(out_of_range(horizon));
        }
        self.forget_exact(&mut all, levels);
        if nonnegative {
            all.cut();
        }
        Ok(all)
    }

    /// Bounds of no width become NaN where so few values say nothing: if all of n were foretold exactly, the next one
    /// may differ with a chance of up to 3 / n (the rule of three), so n values speak for a level of 1 - 3 / n.
    fn forget_exact(&self, found: &mut Forecast, levels: &[f64]) {
        let known = (self.n - self.missing) as f64;
        for (i, level) in levels.iter().enumerate() {
            let wide = |k: usize| {
                let (low, high) = (found.lower[k][i], found.upper[k][i]);
                high - low > EXACT * high.abs().max(low.abs())
            };
            // Below by more than the last digit of 1 - 0.8.
            if known * (1.0 - level) < 3.0 - 1e-9 && !(0..found.mean.len()).any(wide) {
                let bounds = found.lower.iter_mut().chain(&mut found.upper);
                bounds.for_each(|row| row[i] = f64::NAN);
            }
        }
    }

    /// The method, and what stood in for a part of it in this forecast.
    pub fn said(&self, forecast: &Forecast) -> String {
        let notes = forecast.notes.iter().map(String::as_str);
        let all: Vec<&str> = std::iter::once(self.method.as_str()).chain(notes).collect();
        all.join("; ")
    }

    /// Values a season as the parts have it; 1 where none has one.
    pub fn used_season(&self) -> usize {
        self.parts.iter().map(|p| p.1.period()).max().unwrap_or(1)
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
