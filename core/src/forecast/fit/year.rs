//! The year in a series of weeks: sines and cosines of a year, which has no whole number of weeks, and models of what is
//! left without them.

use super::{FitPart, combined};
use crate::forecast::estimate::Options;
use crate::forecast::interval::Forecast;
use crate::forecast::search;
use serde::{Deserialize, Serialize};

/// Weeks of a season that stands for a year, and of a year.
pub const WEEKS: usize = 52;
const YEAR: f64 = 365.2425 / 7.0;
/// Two and a half years: fewer weeks do not tell the year from a trend.
pub const LEAST: usize = 130;
/// The latest weeks, twenty years, from which the year is learned.
const LATEST: usize = 1_044;
/// The most pairs of sine and cosine.
const MOST: usize = 6;
/// What a year's errors weigh of those of the year after.
const FADING: f64 = 0.9;
/// Added to the diagonal of the normal equations, so that they have a solution.
const SMALL: f64 = 1e-9;
/// Neighboring errors are taken to be alike up to this autocorrelation.
const ALIKE: f64 = 0.95;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Year {
    /// Weeks seen.
    pub n: usize,
    /// Whether the year multiplies what is left; else it is added.
    pub multiplies: bool,
    /// Factors of sine and cosine of one turn a year, of two, and so on.
    pub waves: Vec<(f64, f64)>,
    /// Models of what is left.
    pub models: Vec<(f64, FitPart)>,
}

/// A wave of so many turns a year, at a week.
fn turn(t: usize, turns: usize) -> (f64, f64) {
    let angle = std::f64::consts::TAU * turns as f64 * t as f64 / YEAR;
    (libm::sin(angle), libm::cos(angle))
}

/// A regression on a line that bends once a year, and on waves.
struct Regression {
    waves: Vec<(f64, f64)>,
    /// What it says of each week.
    fitted: Vec<f64>,
    autocorrelation: f64,
    aicc: f64,
}

/// The latest values, and the number of the first of them.
fn latest(values: &[f64]) -> (usize, &[f64]) {
    let first = values.len().saturating_sub(LATEST);
    (first, &values[first..])
}

fn row(first: usize, t: usize, bends: usize, waves: usize) -> Vec<f64> {
    let years = t as f64 / YEAR;
    let mut row = vec![1.0, years];
    row.extend((1..=bends).map(|b| (years - b as f64).max(0.0)));
    for turns in 1..=waves {
        let (sine, cosine) = turn(first + t, turns);
        row.extend([sine, cosine]);
    }
    row
}

/// By least squares of errors of which each is `alike` times the one before and something new; of the latest values.
fn regression(values: &[f64], waves: usize, alike: f64) -> Option<Regression> {
    crate::interrupt::check();
    let (first, values) = latest(values);
    let bends = ((values.len() as f64 / YEAR - 0.5) as usize).saturating_sub(1);
    let rows: Vec<Vec<f64>> = (0..values.len())
        .map(|t| row(first, t, bends, waves))
        .collect();
    let size = rows.first()?.len();
    let alone = (1.0 - alike * alike).sqrt();
    let new = |t: usize, of: &dyn Fn(usize) -> f64| match t > 0 && !values[t - 1].is_nan() {
        true => of(t) - alike * of(t - 1),
        false => alone * of(t),
    };
    let (mut squares, mut products) = (vec![0.0; size * size], vec![0.0; size]);
    let known: Vec<usize> = (0..values.len()).filter(|t| !values[*t].is_nan()).collect();
    for &t in &known {
        let weight = libm::pow(FADING, (values.len() - t) as f64 / YEAR);
        let own: Vec<f64> = (0..size).map(|i| new(t, &|t| rows[t][i])).collect();
        let y = new(t, &|t| values[t]);
        for ((a, product), row) in own.iter().zip(&mut products).zip(squares.chunks_mut(size)) {
            *product -= weight * a * y;
            for (b, square) in own.iter().zip(row) {
                *square += weight * a * b;
            }
        }
    }
    let every: Vec<usize> = (0..size).collect();
    let factors = search::solve(&every, &products, &squares, size, SMALL)?;
    let fitted: Vec<f64> = rows
        .iter()
        .map(|r| r.iter().zip(&factors).map(|(x, f)| x * f).sum())
        .collect();
    let off = |t: usize| values[t] - fitted[t];
    let (mut all, mut next, mut rest) = (0.0, 0.0, 0.0);
    for &t in &known {
        all += off(t) * off(t);
        rest += new(t, &off) * new(t, &off);
        if t > 0 && !values[t - 1].is_nan() {
            next += off(t) * off(t - 1);
        }
    }
    let (n, k) = (known.len() as f64, size as f64 + 1.0);
    if n - k - 1.0 <= 0.0 {
        return None;
    }
    let aicc = n * libm::log(rest / n) + 2.0 * k + 2.0 * k * (k + 1.0) / (n - k - 1.0);
    let ends = factors[factors.len() - 2 * waves..].chunks(2);
    Some(Regression {
        waves: ends.map(|w| (w[0], w[1])).collect(),
        fitted,
        autocorrelation: (next / all).clamp(0.0, ALIKE),
        aicc,
    })
}

/// The waves that explain most for their number; none where no year shows.
fn waves(values: &[f64]) -> Option<Regression> {
    let alike = regression(values, MOST, 0.0)?.autocorrelation;
    let tried = (0..=MOST).filter_map(|waves| regression(values, waves, alike));
    let best = tried.min_by(|a, b| a.aicc.total_cmp(&b.aicc))?;
    (best.aicc.is_finite() && !best.waves.is_empty()).then_some(best)
}

impl Year {
    /// The year of weeks, and the weeks without it; None where none shows. `models` are still to be fitted to these.
    pub fn shaped(values: &[f64]) -> Option<(Year, Vec<f64>)> {
        if values.len() < LEAST {
            return None;
        }
        let added = waves(values);
        let known = || values.iter().filter(|y| !y.is_nan());
        let logs: Vec<f64> = values.iter().map(|y| libm::log(*y)).collect();
        let multiplied = known().all(|y| *y > 0.0).then(|| waves(&logs)).flatten();
        let off = |fitted: &dyn Fn(usize) -> f64| -> f64 {
            let list = latest(values)
                .1
                .iter()
                .enumerate()
                .filter(|(_, y)| !y.is_nan());
            list.map(|(t, y)| (y - fitted(t)) * (y - fitted(t))).sum()
        };
        let of_added = added
            .as_ref()
            .map_or(f64::INFINITY, |r| off(&|t| r.fitted[t]));
        let of_multiplied = multiplied
            .as_ref()
            .map_or(f64::INFINITY, |r| off(&|t| libm::exp(r.fitted[t])));
        let multiplies = of_multiplied < of_added;
        let found = if multiplies { multiplied } else { added }?;
        let year = Year {
            n: values.len(),
            multiplies,
            waves: found.waves,
            models: Vec::new(),
        };
        let rest = year.without(values);
        Some((year, rest))
    }

    /// The year's part of a week: a factor, or a difference.
    fn part(&self, t: usize) -> f64 {
        let wave = |(i, (a, b)): (usize, &(f64, f64))| {
            let (sine, cosine) = turn(t, i + 1);
            a * sine + b * cosine
        };
        let sum = self.waves.iter().enumerate().map(wave).sum();
        if self.multiplies { libm::exp(sum) } else { sum }
    }

    fn without(&self, values: &[f64]) -> Vec<f64> {
        let one = |(t, y): (usize, &f64)| match self.multiplies {
            true => y / self.part(t),
            false => y - self.part(t),
        };
        values.iter().enumerate().map(one).collect()
    }

    /// The same after fewer values, with models fitted anew from where they are.
    pub fn refit(&self, past: &[f64], options: &Options) -> Option<Year> {
        let logs: Vec<f64>;
        let scale = if self.multiplies {
            logs = past.iter().map(|y| libm::log(*y)).collect();
            &logs
        } else {
            past
        };
        let alike = regression(scale, self.waves.len(), 0.0)?.autocorrelation;
        let found = regression(scale, self.waves.len(), alike)?;
        let mut year = Year {
            n: past.len(),
            waves: found.waves,
            models: Vec::new(),
            ..*self
        };
        let rest = year.without(past);
        let mut total = 0.0;
        for (weight, part) in &self.models {
            if let Some(part) = part.refit(&rest, 1, options) {
                total += weight;
                year.models.push((*weight, part));
            }
        }
        year.models.iter_mut().for_each(|m| m.0 /= total);
        (!year.models.is_empty()).then_some(year)
    }

    /// Takes in the next value; NaN is one that is missing.
    pub fn update(&mut self, y: f64) {
        let part = self.part(self.n);
        let rest = if self.multiplies { y / part } else { y - part };
        for (_, model) in &mut self.models {
            model.update(self.n, rest);
        }
        self.n += 1;
    }

    /// The next weeks.
    pub fn forecast(&self, horizon: usize, levels: &[f64], seed: i64) -> Forecast {
        let mut found = combined(&self.models, self.n, horizon, levels, seed);
        for k in 0..horizon {
            let part = self.part(self.n + k);
            let bounds = found.lower[k].iter_mut().chain(&mut found.upper[k]);
            for value in bounds.chain([&mut found.mean[k]]) {
                *value = if self.multiplies {
                    *value * part
                } else {
                    *value + part
                };
            }
        }
        if !self.multiplies {
            found.positive = 0;
        }
        found
    }

    /// The means alone.
    pub fn means(&self, horizon: usize) -> Vec<f64> {
        let mut list = vec![0.0; horizon];
        for (weight, model) in &self.models {
            for (sum, mean) in list.iter_mut().zip(model.means(self.n, horizon)) {
                *sum += weight * mean;
            }
        }
        for (k, mean) in list.iter_mut().enumerate() {
            let part = self.part(self.n + k);
            *mean = if self.multiplies {
                *mean * part
            } else {
                *mean + part
            };
        }
        list
    }

    /// Whether everything is as the code above relies on, as stored text may not be.
    pub(super) fn holds(&self, n: usize) -> bool {
        let weights: f64 = self.models.iter().map(|m| m.0).sum();
        let plain = |m: &FitPart| !matches!(m, FitPart::Profile(_) | FitPart::Year(_));
        self.n == n
            && self.waves.len() <= MOST
            && self
                .waves
                .iter()
                .all(|w| w.0.is_finite() && w.1.is_finite())
            && (weights - 1.0).abs() < 1e-6
            && self
                .models
                .iter()
                .all(|(w, m)| *w >= 0.0 && plain(m) && m.holds(n))
    }
}
