//! A fit as a value: the fitted models with their states. It can be stored, updated and forecast from.

pub mod open;
pub mod profile;
pub mod stored;
#[cfg(test)]
mod tests;
mod update;
pub mod year;

use super::MAX_HORIZON;
use super::dst_slots::{self, DstSlots};
use super::estimate::Estimate;
use super::interval::{self, Forecast};
use super::simple::{Drift, SeasonalMean, SeasonalNaive};
use super::theta::{Dynamic, Theta};
use super::time_index::TimeIndex;
use crate::error::{Error, Result};
use profile::Profile;
use serde::{Deserialize, Serialize};
use year::Year;

/// The most levels of intervals.
pub const MAX_LEVELS: usize = 20;
/// Bounds that differ by less than this share of their size count as equal.
const EXACT: f64 = 1e-9;

/// One fitted model; a fit is a weighted sum of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FitPart {
    Ets(Estimate),
    Theta(Theta),
    DynamicTheta(Dynamic),
    SeasonalNaive(SeasonalNaive),
    SeasonalMean(SeasonalMean),
    Drift(Drift),
    Profile(Box<Profile>),
    Year(Box<Year>),
}

/// A method fitted to a series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// The method that was used, and the reason if it is not the one asked for.
    pub method: String,
    /// Values per season.
    pub season: usize,
    /// Number of values seen, at fitting and by updates, including missing ones.
    pub n: usize,
    pub missing: usize,
    /// The models with their weights, which sum to 1.
    pub parts: Vec<(f64, FitPart)>,
    pub warnings: Vec<String>,
    /// The time index of the values, if known.
    pub index: Option<TimeIndex>,
    /// For a fit by open hours: which steps the models have seen.
    #[serde(default)]
    pub open_hours: Option<open::OpenHours>,
    /// Missing values since the last known one. The models have not seen them: they forecast from the last known value
    /// on, so that bounds widen with the time since then.
    #[serde(default)]
    pub trailing_gaps: usize,
    /// Steps of the time index seen. Everything else here counts slots, which differ from steps where clocks change.
    #[serde(default)]
    pub steps: usize,
    /// For quantiles of the normal distribution, how many deviations held so many of the errors at past origins.
    #[serde(default)]
    pub calibration: Vec<(f64, f64)>,
}

/// The weighted forecast of some models after `n` values.
pub fn combined(
    parts: &[(f64, FitPart)],
    n: usize,
    horizon: usize,
    levels: &[f64],
    seed: i64,
) -> Forecast {
    let each = |(weight, part): &(f64, FitPart)| (*weight, part.forecast(n, horizon, levels, seed));
    Forecast::combined(parts.iter().map(each), levels)
}

impl FitPart {
    /// The name of the model, as results show it.
    pub fn name(&self) -> String {
        match self {
            FitPart::Ets(e) => format!("ETS({})", e.model),
            FitPart::Theta(_) => "theta".to_owned(),
            FitPart::DynamicTheta(_) => "dynamic_theta".to_owned(),
            FitPart::SeasonalNaive(r) if r.last.len() == 1 => "naive".to_owned(),
            FitPart::SeasonalNaive(_) => "seasonal_naive".to_owned(),
            FitPart::SeasonalMean(r) if r.last.len() == 1 => "mean of the last 8".to_owned(),
            FitPart::SeasonalMean(_) => "weekday_mean".to_owned(),
            FitPart::Drift(_) => "drift".to_owned(),
            FitPart::Profile(_) => "daily_profile".to_owned(),
            FitPart::Year(_) => "yearly_waves".to_owned(),
        }
    }

    /// Means and intervals of `horizon` steps after the `n` values of the fit, one interval for each level from 0 to 1.
    pub fn forecast(&self, n: usize, horizon: usize, levels: &[f64], seed: i64) -> Forecast {
        let all = 1..=horizon;
        let mut found = match self {
            FitPart::Ets(e) => interval::of_estimate(e, n, horizon, levels, seed),
            FitPart::Theta(t) => Forecast::normal(all.map(|h| t.forecast(h)), levels),
            FitPart::DynamicTheta(t) => Forecast::normal(t.forecast(horizon).into_iter(), levels),
            FitPart::SeasonalNaive(r) => Forecast::normal(all.map(|h| r.forecast(h)), levels),
            FitPart::SeasonalMean(r) => Forecast::normal(all.map(|h| r.forecast(h)), levels),
            FitPart::Drift(d) => Forecast::normal(all.map(|h| d.forecast(h)), levels),
            FitPart::Profile(p) => Forecast::normal(p.forecast(horizon).into_iter(), levels),
            // The bounds of its models are those of their own freedom.
            FitPart::Year(y) => return y.forecast(horizon, levels, seed),
        };
        found.widen(self.freedom(), levels);
        found
    }

    /// Degrees of freedom of the estimated standard deviation.
    fn freedom(&self) -> usize {
        match self {
            FitPart::Ets(e) => e.sums.n.saturating_sub(e.parameters),
            FitPart::Theta(t) => t.errors.saturating_sub(2),
            FitPart::DynamicTheta(t) => t.errors.saturating_sub(2),
            FitPart::SeasonalNaive(r) => r.errors.n,
            FitPart::SeasonalMean(r) => r.errors.n,
            FitPart::Drift(d) => d.errors.n.saturating_sub(1),
            FitPart::Profile(p) => p.errors.iter().sum(),
            FitPart::Year(y) => y.n,
        }
    }

    /// The means alone, without simulating.
    pub fn means(&self, n: usize, horizon: usize) -> Vec<f64> {
        match self {
            FitPart::Ets(e) => (1..=horizon).map(|h| e.mean(n, h)).collect(),
            FitPart::Profile(p) => p.means(horizon),
            FitPart::Year(y) => y.means(horizon),
            _ => self.forecast(n, horizon, &[], 1).mean,
        }
    }

    /// A sum over the errors that is infinite or NaN once a state has overflowed.
    fn sums(&self) -> f64 {
        match self {
            FitPart::Ets(e) => e.sums.sse + e.sums.noise + e.sums.logs + e.last.level.abs(),
            FitPart::Theta(t) => t.sse,
            FitPart::DynamicTheta(t) => t.sse,
            FitPart::SeasonalNaive(r) => r.errors.sse,
            FitPart::SeasonalMean(r) => r.errors.sse,
            FitPart::Drift(d) => d.errors.sse,
            FitPart::Profile(p) => {
                p.shape.sums.iter().sum::<f64>() + p.models.iter().map(|m| m.1.sums()).sum::<f64>()
            }
            FitPart::Year(y) => y.models.iter().map(|m| m.1.sums()).sum(),
        }
    }

    /// Updates the model with the value at time `n`.
    fn update(&mut self, n: usize, y: f64) {
        match self {
            FitPart::Ets(e) => e.update(n, y),
            FitPart::Theta(t) => t.update(y),
            FitPart::DynamicTheta(t) => t.update(y),
            FitPart::SeasonalNaive(r) => r.update(y),
            FitPart::SeasonalMean(r) => r.update(y),
            FitPart::Drift(d) => d.update(y),
            FitPart::Profile(p) => p.update(y),
            FitPart::Year(p) => p.update(y),
        }
    }

    /// Values per season; 1 for a model without a season.
    pub fn period(&self) -> usize {
        match self {
            FitPart::Ets(e) => e.period,
            FitPart::Theta(t) => t.season.list.len(),
            FitPart::DynamicTheta(t) => t.season.list.len(),
            FitPart::SeasonalNaive(r) => r.last.len(),
            FitPart::SeasonalMean(r) => r.last.len(),
            FitPart::Drift(_) => 1,
            FitPart::Profile(p) => p.season(),
            FitPart::Year(_) => year::WEEKS,
        }
    }
}

impl Fit {
    /// Steps seen; a fit by open hours has seen more steps than its models have values.
    pub fn steps_seen(&self) -> usize {
        self.open_hours.as_ref().map_or(self.n, |o| o.steps)
    }

    /// The slots of the steps, if clock changes make them differ from the steps.
    fn dst_slots(&self) -> Option<DstSlots> {
        let season = self
            .open_hours
            .as_ref()
            .map_or(self.season, |o| o.opens.len());
        DstSlots::of(self.index.as_ref(), season)
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
        Ok(self
            .forecast_with_label(horizon, None, levels, nonnegative, seed)?
            .0)
    }

    /// The forecast and the label of its method. A fit by open hours needs `hours`, the open hours of each step ahead. The
    /// forecast for a closed step is the mean of past closed steps, with their spread: 0 if there were none, with NaN
    /// bounds if there were fewer than two.
    ///
    /// # Errors
    /// As above; 22023 where hours are given for a fit that is not by open hours.
    pub fn forecast_with_label(
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
        let places: Vec<usize> = match self.dst_slots() {
            Some(slots) => slots.slots_ahead(self.steps, horizon, self.used_season() > 1),
            None => (0..horizon).collect(),
        };
        let longest = dst_slots::longest(&places);
        let (found, said) = match (&self.open_hours, hours) {
            (Some(open), Some(hours)) => {
                // Two steps at one place are open alike, but for a change within open hours.
                let mut by_place = vec![0.0; longest];
                for (place, hour) in places.iter().zip(hours) {
                    by_place[*place] = *hour;
                }
                self.forecast_open_hours(open, &by_place, levels, nonnegative, seed)?
            }
            _ => {
                let found = self.forecast_parts(longest, levels, nonnegative, seed)?;
                let said = self.label(&found);
                (found, said)
            }
        };
        Ok((dst_slots::pick(&found, &places), said))
    }

    /// The weighted sum of the models' forecasts.
    fn forecast_parts(
        &self,
        horizon: usize,
        levels: &[f64],
        nonnegative: bool,
        seed: i64,
    ) -> Result<Forecast> {
        check_horizon(horizon)?;
        check_levels(levels)?;
        let mut all = combined(
            &self.parts,
            self.n - self.trailing_gaps,
            self.trailing_gaps + horizon,
            levels,
            seed,
        );
        all.skip(self.trailing_gaps);
        let bounds = all.lower.iter().chain(&all.upper).flatten();
        if !all.mean.iter().chain(bounds).all(|v| v.is_finite()) {
            return Err(out_of_range(horizon));
        }
        all.calibrate(levels, &self.calibration);
        self.forget_exact(&mut all, levels);
        if nonnegative {
            all.cut();
        }
        Ok(all)
    }

    /// Replaces bounds of zero width by NaN if there are too few values for them. If n values were forecast exactly, the
    /// next one may still differ with a probability of up to 3 / n (the rule of three): n values support a level of
    /// at most 1 - 3 / n.
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

    /// The method, with notes on what replaced a part of it in this forecast.
    pub fn label(&self, forecast: &Forecast) -> String {
        let notes = forecast.notes.iter().map(String::as_str);
        let all: Vec<&str> = std::iter::once(self.method.as_str()).chain(notes).collect();
        all.join("; ")
    }

    /// Values per season of the models; 1 if none has a season.
    pub fn used_season(&self) -> usize {
        self.parts.iter().map(|p| p.1.period()).max().unwrap_or(1)
    }

    /// The model with the largest weight.
    pub fn main(&self) -> Option<&FitPart> {
        let heaviest = |a: &&(f64, FitPart), b: &&(f64, FitPart)| a.0.total_cmp(&b.0);
        self.parts.iter().max_by(heaviest).map(|p| &p.1)
    }

    /// The estimate of the model with the largest weight, if it is exponential smoothing.
    pub fn estimate(&self) -> Option<&Estimate> {
        match self.main() {
            Some(FitPart::Ets(e)) => Some(e),
            _ => None,
        }
    }
}

/// Error: a forecast within so many steps is larger than a number holds.
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
            format!("horizon must be at least 1, not {horizon}"),
            "Give the number of steps to forecast.",
        ));
    }
    if horizon > MAX_HORIZON {
        return Err(Error::limit(
            format!("horizon must be at most {MAX_HORIZON} steps, not {horizon}"),
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
            format!("interval level must be above 0 and below 1, not {bad}"),
            "Write 0.95 for an interval that holds 95 of 100 values.",
        ));
    }
    if levels.len() > MAX_LEVELS {
        return Err(Error::limit(
            format!(
                "there must be at most {MAX_LEVELS} interval levels, not {}",
                levels.len()
            ),
            "Ask for fewer levels.",
        ));
    }
    Ok(())
}
