//! Fits by open hours: the model is fitted to values per open hour, of the places of the season that have open time.

use super::{Fit, Forecast, MAX_HORIZON};
use crate::error::{Error, Result};
use crate::forecast::MAX_SEASON;
use serde::{Deserialize, Serialize};

/// How the fit's own steps lie among all steps. Nothing of the calendar is kept but what was closed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenHours {
    /// Steps (places of the wall clock) taken in, of which the fit's own are a part.
    pub steps: usize,
    /// For each place of the season, whether steps there are the fit's own. With a season of one those are that
    /// have open time.
    pub opens: Vec<bool>,
    /// No value lay in open time: the fit is one of all steps as they are.
    pub plain: bool,
    /// Values of steps without open time.
    pub closed: Closed,
    /// Open hours of a step whose value an hour is as uncertain as the fit's noise says: 1 over the mean of 1 / hours.
    pub typical: f64,
}

/// Number, mean and sum of squared deviations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Closed {
    pub n: usize,
    pub mean: f64,
    pub squares: f64,
}

impl Closed {
    fn add(&mut self, y: f64) {
        self.n += 1;
        let off = y - self.mean;
        self.mean += off / self.n as f64;
        self.squares += off * (y - self.mean);
    }

    /// One step's forecast: the mean, unknown where there was no value; bounds unknown where fewer than two.
    fn forecast(&self, levels: &[f64], nonnegative: bool) -> Forecast {
        let (mean, sd) = match self.n {
            0 => (f64::NAN, f64::NAN),
            1 => (self.mean, f64::NAN),
            n => (self.mean, (self.squares / (n - 1) as f64).sqrt()),
        };
        let mut one = Forecast::normal(std::iter::once((mean, sd)), levels);
        if nonnegative {
            one.cut();
        }
        one
    }
}

/// Fits values an open hour. `hours` are those of each step and, where the values are less than a season, of the
/// rest of it; `plainly` fits to the steps kept, and says with which of the season these are. Places of the season that never open are left out, other steps without open time are missing.
///
/// # Errors
/// Those of [`crate::forecast::fit`].
pub fn fit(
    values: &[f64],
    hours: &[f64],
    season: usize,
    plainly: impl Fn(&[f64], Option<&[bool]>) -> Result<Fit>,
) -> Result<Fit> {
    crate::forecast::check_season(season)?;
    let hour = |t: usize| hours.get(t).copied().unwrap_or(0.0);
    let mut open = OpenHours {
        steps: values.len(),
        opens: vec![false; season],
        plain: !values
            .iter()
            .enumerate()
            .any(|(t, y)| hour(t) > 0.0 && !y.is_nan()),
        closed: Closed::default(),
        typical: typical(values, hours),
    };
    for t in (0..values.len().max(season)).filter(|t| hour(*t) > 0.0) {
        open.opens[t % season] = true;
    }
    for (t, y) in values.iter().enumerate() {
        if hour(t) <= 0.0 && !y.is_nan() {
            open.closed.add(*y);
        }
    }
    let mut fit = if open.plain {
        let mut fit = plainly(values, None)?;
        fit.method += ", not by open hours: closed in all of the past";
        fit
    } else {
        let own = (0..values.len()).filter(|t| open.keeps(*t, hour(*t)));
        let rates: Vec<f64> = own.map(|t| rate(values[t], hour(t))).collect();
        plainly(&rates, Some(&open.opens))?
    };
    fit.steps = values.len();
    fit.open_hours = Some(open);
    Ok(fit)
}

/// 1 over the mean of 1 / hours of the steps with open time and a value; 1 without any.
fn typical(values: &[f64], hours: &[f64]) -> f64 {
    let known = values
        .iter()
        .zip(hours)
        .filter(|(y, h)| **h > 0.0 && !y.is_nan());
    let (sum, n) = known.fold((0.0, 0.0), |(s, n), (_, h)| (s + 1.0 / h, n + 1.0));
    if n > 0.0 { n / sum } else { 1.0 }
}

/// The value per open hour; missing (NaN) for a step without open time.
fn rate(value: f64, hour: f64) -> f64 {
    if hour > 0.0 { value / hour } else { f64::NAN }
}

impl OpenHours {
    /// Whether a step with so many open hours is the fit's own.
    fn keeps(&self, t: usize, hour: f64) -> bool {
        match self.opens.len() {
            1 => hour > 0.0,
            season => self.opens[t % season],
        }
    }

    /// The season of the fit's own steps.
    fn season(&self) -> usize {
        match self.opens.len() {
            1 => 1,
            _ => self.opens.iter().filter(|o| **o).count(),
        }
    }

    /// Whether the open hours agree with the fit, as those of stored text may not.
    pub fn holds(&self, fit: &Fit) -> bool {
        let n = |steps: usize| (0..steps).filter(|t| self.opens[*t]).count();
        let long = self.opens.len();
        if !(1..=MAX_SEASON).contains(&long) || self.steps >= usize::MAX / 4 || fit.index.is_none()
        {
            return false;
        }
        let fits = match (self.plain, long) {
            (true, _) => fit.n == self.steps && fit.season == long,
            (_, 1) => fit.n <= self.steps && fit.season == 1,
            _ => {
                fit.season == self.season()
                    && fit.n == self.steps / long * fit.season + n(self.steps % long)
            }
        };
        let closed = self.closed.mean.is_finite()
            && self.closed.squares.is_finite()
            && self.typical.is_finite()
            && self.typical > 0.0;
        fits && closed && self.closed.squares >= 0.0 && self.closed.n <= self.steps
    }
}

impl Fit {
    /// The steps that follow, with their open hours; what [`Fit::ahead`] gives for a fit by open hours.
    pub(super) fn forecast_open_hours(
        &self,
        open: &OpenHours,
        hours: &[f64],
        levels: &[f64],
        nonnegative: bool,
        seed: i64,
    ) -> Result<(Forecast, String)> {
        if open.plain {
            let found = self.forecast_parts(hours.len(), levels, nonnegative, seed)?;
            let said = self.label(&found);
            return Ok((found, said));
        }
        let own = |k: usize| open.keeps(open.steps + k, hours[k]);
        let is_new = |k: usize| hours[k] > 0.0 && !own(k);
        let all = 0..hours.len();
        let count = all.clone().filter(|k| own(*k)).count();
        let has_new = all.clone().any(is_new);
        // A place that opens for the first time takes the mean of the season from there on.
        let wanted = (count + if has_new { self.season } else { 0 }).min(MAX_HORIZON);
        let (mut rates, mut said) = (Forecast::default(), "closed throughout".to_owned());
        if wanted > 0 {
            rates = self.forecast_parts(wanted, levels, nonnegative, seed)?;
            said = self.label(&rates);
        }
        let closed = open.closed.forecast(levels, nonnegative);
        let mut result = Forecast::default();
        let mut next = 0;
        for k in all.clone() {
            let one = if is_new(k) {
                let from = next.min(wanted - self.season.min(wanted));
                rates.mean_of(from..(from + self.season).min(wanted), hours[k])
            } else if hours[k] > 0.0 {
                rates.mean_of(next..next + 1, hours[k])
            } else {
                closed.mean_of(0..1, 1.0)
            };
            next += usize::from(own(k));
            let one = match hours[k] > 0.0 {
                true => one.wider((open.typical / hours[k]).sqrt(), nonnegative),
                false => one,
            };
            result.mean.extend(one.mean);
            result.lower.extend(one.lower);
            result.upper.extend(one.upper);
        }
        let bounds = result.lower.iter().chain(&result.upper).flatten();
        if result.mean.iter().chain(bounds).any(|v| v.is_infinite()) {
            return Err(super::out_of_range(hours.len()));
        }
        result
            .mean
            .iter_mut()
            .filter(|v| v.is_nan())
            .for_each(|v| *v = 0.0);
        said += ", by open hours";
        if has_new {
            said += "; days or hours that never opened before take the mean of the season";
        }
        if all.clone().any(|k| hours[k] <= 0.0) {
            said += match open.closed.n {
                0 => "; no step of the past was closed, so closed ones are 0",
                1 => "; one step of the past was closed, so closed ones have no bounds",
                _ => "",
            };
        }
        Ok((result, said))
    }

    /// Takes in the value that followed, with the open hours of its step.
    pub(super) fn take_open(&mut self, y: f64, hour: f64) -> Result<()> {
        let Some(mut open) = self.open_hours.take() else {
            return Ok(());
        };
        let own = open.plain || open.keeps(open.steps, hour);
        let taken = match (own, open.plain) {
            (true, true) => self.take(y),
            (true, false) => self.take(rate(y, hour)),
            _ => Ok(()),
        };
        if hour <= 0.0 && !y.is_nan() {
            open.closed.add(y);
        }
        if !own && hour > 0.0 && !y.is_nan() {
            let left = "values of days or hours that never opened when it was fitted are left out; fit again";
            if !self.warnings.iter().any(|w| w == left) {
                self.warnings.push(left.to_owned());
            }
        }
        open.steps += 1;
        self.open_hours = Some(open);
        taken
    }

    /// `call` is what to write instead, without its calendar.
    ///
    /// # Errors
    /// 22023 if a fit by open hours is used without hours, or another fit with them.
    pub(super) fn check_open(&self, has_hours: bool, call: &str) -> Result<()> {
        match (&self.open_hours, has_hours) {
            (Some(open), false) => Err(Error::parameter(
                format!(
                    "the fit of {} steps is by open hours: its calendar must be given",
                    open.steps
                ),
                format!(
                    "A fit does not keep it; give it again, by value or by name: slaops.{call}, cal => 'desk')."
                ),
            )),
            (None, true) => Err(Error::parameter(
                format!(
                    "the fit of {} values is not by open hours: it must be used without a calendar",
                    self.n
                ),
                "Leave the calendar out, or make the fit with it: slaops.fit(series, cal => 'desk').",
            )),
            _ => Ok(()),
        }
    }
}

impl Forecast {
    /// Bounds so many times as far from the mean. What comes in an hour varies by the root of its number, so that a value
    /// an hour is the less certain, the fewer hours it is from.
    fn wider(mut self, times: f64, nonnegative: bool) -> Forecast {
        for (k, mean) in self.mean.iter().enumerate() {
            for bound in self.lower[k].iter_mut().chain(&mut self.upper[k]) {
                *bound = mean + (*bound - mean) * times;
            }
        }
        if nonnegative {
            self.cut();
        }
        self
    }

    /// One step from the mean of some, times a number.
    fn mean_of(&self, steps: std::ops::Range<usize>, times: f64) -> Forecast {
        let (n, first) = (steps.len() as f64, steps.start);
        let sum = |of: &dyn Fn(usize) -> f64| match steps.len() {
            1 => of(first) * times,
            _ => steps.clone().map(of).sum::<f64>() / n * times,
        };
        let row = |rows: &[Vec<f64>]| {
            (0..rows[first].len())
                .map(|i| sum(&|k| rows[k][i]))
                .collect()
        };
        Forecast {
            mean: vec![sum(&|k| self.mean[k])],
            lower: vec![row(&self.lower)],
            upper: vec![row(&self.upper)],
            notes: Vec::new(),
            positive: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::time_index::{TimeIndex, TimeStep};
    use crate::time::DAY;

    fn fitted(values: &[f64], hours: &[f64]) -> Fit {
        let fit = fit(values, hours, 7, |own, opens| {
            let season = opens.map_or(7, |o| o.iter().filter(|o| **o).count());
            crate::forecast::fit(own, crate::forecast::Method::SeasonalNaive, season)
        });
        let mut fit = fit.unwrap_or_else(|e| panic!("{e}"));
        fit.index = Some(TimeIndex {
            first: 0,
            step: TimeStep::Micros(DAY),
            zone: "UTC".into(),
        });
        fit
    }

    fn week(by: impl Fn(usize) -> f64) -> Vec<f64> {
        (0..14).map(|t| by(t % 7)).collect()
    }

    /// Five days of eight hours at one to five an hour. Saturdays of two hours are new, Sundays bring one.
    #[test]
    fn a_place_that_opens_for_the_first_time() {
        let values = week(|d| {
            if d < 5 {
                8.0 * (d + 1) as f64
            } else {
                (d == 6).into()
            }
        });
        let mut fit = fitted(&values, &week(|d| if d < 5 { 8.0 } else { 0.0 }));
        assert_eq!((fit.season, fit.n, fit.steps), (5, 10, 14));
        let hours = [8.0, 8.0, 4.0, 8.0, 8.0, 2.0, 0.0, 8.0];
        let ahead = |fit: &Fit| fit.forecast_with_label(8, Some(&hours), &[0.9], true, 1);
        let (found, said) = ahead(&fit).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(found.mean, [8.0, 16.0, 12.0, 32.0, 40.0, 6.0, 0.5, 8.0]);
        assert!(said.contains("never opened before"), "{said}");
        // What it brings is left out, and says so; the rest is taken in.
        let taken = fit.update_by_hours(&[16.0, 16.0, 12.0, 32.0, 40.0, 99.0, 4.0], &hours[..7]);
        assert!(
            taken.is_ok() && fit.warnings.len() == 1,
            "{:?}",
            fit.warnings
        );
        assert_eq!((fit.n, fit.steps), (15, 21));
        let (found, _) = ahead(&fit).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(found.mean[..2], [16.0, 16.0]);
        assert!(
            (found.mean[6] - 6.0 / 5.0).abs() < 1e-12,
            "{:?}",
            found.mean
        );
        assert!(fit.to_bytes().is_ok_and(|b| Fit::from_bytes(&b) == Ok(fit)));
    }

    /// The layout before open hours, as it was written then: version, then the fit.
    #[test]
    fn the_first_layout() {
        let bytes = hex(FIRST);
        let fit = Fit::from_bytes(&bytes).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(
            (fit.method.as_str(), fit.n, fit.open_hours.is_none()),
            ("naive", 3, true)
        );
        let found = fit
            .forecast(2, &[], false, 1)
            .unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(found.mean, [5.0, 5.0]);
        let now = fit.to_bytes().unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(
            (now[0], &now[1..bytes.len()], now.len()),
            (3, &bytes[1..], bytes.len() + 4)
        );
    }

    fn hex(text: &str) -> Vec<u8> {
        let byte = |i: usize| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap_or_default();
        (0..text.len() / 2).map(byte).collect()
    }

    const FIRST: &str =
        "01056e6169766501030001000000000000f03f03010000000000001440030000000000001040020000";
}
