//! A long season as days: what comes in a day is forecast by models of days, whose season is the week, and shared out as
//! recent weeks' days were.

use super::FitPart;
use crate::forecast::MAX_SEASON;
use crate::forecast::days::Days;
use crate::forecast::estimate::Options;
use crate::forecast::interval::{Forecast, ONE_DEVIATION};
use crate::forecast::simple::{SeasonalMean, SeasonalNaive};
use serde::{Deserialize, Serialize};

/// What a season weighs of the one after it, from which the best is taken. Of electricity demand recent weeks say
/// most, of tickets the mean of many.
const DECAYS: [f64; 4] = [0.6, 0.75, 0.87, 0.95];
/// Past seasons whose days are shared out for comparing these.
const COMPARED: usize = 8;
/// A day is taken as known from this share of it on.
const KNOWN: f64 = 0.5;
/// The errors of a place count beside so many that are as large as those of others with its mean.
const BORROWED: f64 = 4.0;

/// Decayed sums and weights of the values at each place of the season.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shape {
    pub sums: Vec<f64>,
    pub weights: Vec<f64>,
}

/// Days' totals by models, days' shapes by recent seasons.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// The place at which each day begins, from 0, and the season's end. Places count from the first day's beginning.
    pub bounds: Vec<usize>,
    /// The place of the first value.
    pub phase: usize,
    pub n: usize,
    pub decay: f64,
    /// Whether a day's values are shares of its total; else differences from its mean.
    pub shares: bool,
    pub shape: Shape,
    /// Values of the day that has begun.
    pub begun: Vec<f64>,
    /// Models of days' means, and how many days they have seen.
    pub days: usize,
    pub models: Vec<(f64, FitPart)>,
    /// Squared errors at each place of forecasts of one season, and their numbers.
    pub squares: Vec<f64>,
    pub errors: Vec<usize>,
}

impl Profile {
    /// The profile of values without its models, and the means of its days; None where they have none.
    pub fn shaped(values: &[f64], days: &Days) -> Option<(Profile, Vec<f64>)> {
        let season = days.season;
        let first = *days.starts.first()?;
        let mut bounds: Vec<usize> = days.starts.iter().map(|s| s - first).collect();
        bounds.push(season);
        let empty = Profile {
            bounds,
            phase: (season - first) % season,
            n: 0,
            decay: 1.0,
            shares: values.iter().all(|y| y.is_nan() || *y >= 0.0),
            shape: Shape {
                sums: vec![0.0; season],
                weights: vec![0.0; season],
            },
            begun: Vec::new(),
            days: 0,
            models: Vec::new(),
            squares: vec![0.0; season],
            errors: vec![0; season],
        };
        let from = values.len().saturating_sub(COMPARED * season);
        let tried = DECAYS.map(|decay| {
            crate::interrupt::check();
            let one = Profile {
                decay,
                ..empty.clone()
            };
            one.over(values, from)
        });
        let (profile, means, _) = tried.into_iter().min_by(|a, b| a.2.total_cmp(&b.2))?;
        (means.iter().filter(|m| !m.is_nan()).count() > 1).then_some((profile, means))
    }

    /// Takes in all values: the profile after them, the mean of each day, and how far the shapes were off for days from
    /// `from` on.
    fn over(mut self, values: &[f64], from: usize) -> (Profile, Vec<f64>, f64) {
        let (mut means, mut off) = (Vec::new(), 0.0);
        for y in values {
            if let Some((mean, day)) = self.take(*y) {
                if self.n >= from {
                    off += day;
                }
                means.push(mean);
            }
        }
        self.days = means.len();
        (self, means, off)
    }

    pub fn season(&self) -> usize {
        self.shape.sums.len()
    }

    fn day_at(&self, place: usize) -> usize {
        self.bounds.partition_point(|b| *b <= place) - 1
    }

    /// Takes in a value; at the end of a day its mean and how far its shape was off. The part of a day before the first
    /// whole one is left out.
    fn take(&mut self, y: f64) -> Option<(f64, f64)> {
        let season = self.season();
        let place = (self.phase + self.n) % season;
        self.n += 1;
        let day = self.day_at(place);
        let (begin, end) = (self.bounds[day], self.bounds[day + 1]);
        let cut = place - begin > self.begun.len();
        if !cut {
            self.begun.push(y);
        }
        let mut done = None;
        if !cut && place + 1 == end {
            let values = std::mem::take(&mut self.begun);
            let factors = self.factors(begin, end);
            let (mean, known) = self.mean_of(&values, &factors);
            let mean = if known >= KNOWN { mean } else { f64::NAN };
            let off = values.iter().zip(&factors).filter(|(y, _)| !y.is_nan());
            let off = off.map(|(y, f)| (y - self.value(mean, *f)).abs());
            let off: f64 = off.filter(|e| !e.is_nan()).sum();
            for (place, y) in (begin..end).zip(&values).filter(|(_, y)| !y.is_nan()) {
                let part = if self.shares { *y } else { y - mean };
                if !part.is_nan() {
                    self.shape.sums[place] = self.decay * self.shape.sums[place] + part;
                    self.shape.weights[place] = self.decay * self.shape.weights[place] + 1.0;
                }
            }
            done = Some((mean, off));
        }
        done
    }

    /// What each place of a day is beside its mean: a factor, or a difference. A place without values is as the mean of
    /// the others.
    fn factors(&self, begin: usize, end: usize) -> Vec<f64> {
        let at = |place: usize| self.shape.sums[place] / self.shape.weights[place];
        let known = (begin..end).map(at).filter(|v| !v.is_nan());
        let (sum, count) = known.fold((0.0, 0), |(s, n), v| (s + v, n + 1));
        let mean = sum / f64::from(count.max(1));
        let one = |v: f64| match (v.is_nan(), self.shares) {
            (true, true) => 1.0,
            (true, false) => 0.0,
            (false, true) if mean > 0.0 => v / mean,
            (false, true) => 1.0,
            (false, false) => v - mean,
        };
        (begin..end).map(|p| one(at(p))).collect()
    }

    fn value(&self, mean: f64, factor: f64) -> f64 {
        if self.shares {
            mean * factor
        } else {
            mean + factor
        }
    }

    /// The mean of a day by its known values, and how much of the day is known.
    fn mean_of(&self, values: &[f64], factors: &[f64]) -> (f64, f64) {
        let pairs = || values.iter().zip(factors).filter(|(y, _)| !y.is_nan());
        let all = factors.len() as f64;
        let count = pairs().count() as f64;
        let sum: f64 = pairs().map(|(y, _)| y).sum();
        let known: f64 = pairs().map(|(_, f)| f).sum();
        if count == all {
            return (sum / all, 1.0);
        }
        match self.shares {
            true if known > 0.0 => (sum / known, known / all),
            true => (f64::NAN, 0.0),
            false => ((sum - known) / count, count / all),
        }
    }

    /// The same after fewer values, with models fitted anew from where they are.
    pub fn refit(&self, past: &[f64], options: &Options) -> Option<Profile> {
        let empty = Profile {
            n: 0,
            days: 0,
            begun: Vec::new(),
            shape: Shape {
                sums: vec![0.0; self.season()],
                weights: vec![0.0; self.season()],
            },
            models: Vec::new(),
            ..self.clone()
        };
        let (mut profile, means, _) = empty.over(past, usize::MAX);
        if means.iter().all(|m| m.is_nan()) {
            return None;
        }
        let mut total = 0.0;
        for (weight, part) in &self.models {
            if let Some(part) = part.refit(&means, self.bounds.len() - 1, options) {
                total += weight;
                profile.models.push((*weight, part));
            }
        }
        profile.models.iter_mut().for_each(|m| m.0 /= total);
        (!profile.models.is_empty()).then_some(profile)
    }

    /// Takes in the next value; NaN is one that is missing.
    pub fn update(&mut self, y: f64) {
        if let Some((mean, _)) = self.take(y) {
            for (_, part) in &mut self.models {
                part.update(self.days, mean);
            }
            self.days += 1;
        }
    }

    /// The place of a value ahead, from 0.
    fn place(&self, ahead: usize) -> usize {
        (self.phase + self.n + ahead) % self.season()
    }

    /// Squared errors of forecasts of a season from an earlier origin.
    pub fn learn(&mut self, origin: usize, later: &[f64], means: &[f64]) {
        let season = self.season();
        for (k, (y, mean)) in later.iter().zip(means).take(season).enumerate() {
            let (e, place) = (y - mean, (self.phase + origin + k) % season);
            if !e.is_nan() {
                self.squares[place] += e * e;
                self.errors[place] += 1;
            }
        }
    }

    /// Means and variances of the days ahead, of which the first may have begun.
    fn day_means(&self, count: usize, spread: bool) -> Vec<(f64, f64)> {
        let (mut all, mut days) = (Forecast::default(), self.days);
        let mut models = self.models.clone();
        let (begin, end) = self.begun_day();
        let factors = self.factors(begin, end);
        let (seen, known) = self.mean_of(&self.begun, &factors[..self.begun.len()]);
        let known = known * self.begun.len() as f64 / (end - begin).max(1) as f64;
        let has_begun = !self.begun.is_empty() && seen.is_finite();
        let mut first = None;
        if has_begun {
            let expected: f64 = models
                .iter()
                .map(|(w, part)| w * part.means(days, 1)[0])
                .sum();
            first = Some((1.0 - known) * expected + known * seen);
            if known >= KNOWN {
                for (_, part) in &mut models {
                    part.update(days, seen);
                }
                days += 1;
            }
        }
        let skipped = days - self.days;
        for (weight, part) in &models {
            let one = match spread {
                true => part.forecast(days, count, &[ONE_DEVIATION], 1),
                false => Forecast::normal(
                    part.means(days, count).into_iter().map(|m| (m, 0.0)),
                    &[ONE_DEVIATION],
                ),
            };
            all.add(&one, *weight);
        }
        let sd = |k: usize| (all.upper[k][0] - all.lower[k][0]) / 2.0;
        let mut list: Vec<(f64, f64)> = (0..count).map(|k| (all.mean[k], sd(k) * sd(k))).collect();
        if skipped > 0 {
            list.insert(0, (seen, 0.0));
        }
        if let Some(mean) = first {
            list[0].0 = mean;
        }
        list
    }

    fn begun_day(&self) -> (usize, usize) {
        let day = self.day_at(self.place(0));
        (self.bounds[day], self.bounds[day + 1])
    }

    /// Means and standard deviations of the next steps.
    pub fn forecast(&self, horizon: usize) -> Vec<(f64, f64)> {
        self.steps(horizon, horizon > self.season())
    }

    /// The means alone.
    pub fn means(&self, horizon: usize) -> Vec<f64> {
        let steps = self.steps(horizon, false);
        steps.into_iter().map(|s| s.0).collect()
    }

    fn steps(&self, horizon: usize, spread: bool) -> Vec<(f64, f64)> {
        let week = self.bounds.len() - 1;
        let means = self.day_means(horizon / self.season() * week + 2 * week, spread);
        let (mut list, mut day) = (Vec::with_capacity(horizon), 0);
        let mut factors = Vec::new();
        let (mut begin, mut end) = self.begun_day();
        for k in 0..horizon {
            let place = self.place(k);
            if k > 0 && place == end % self.season() {
                day += 1;
                let next = self.day_at(place);
                (begin, end) = (self.bounds[next], self.bounds[next + 1]);
                factors.clear();
            }
            if factors.is_empty() {
                factors = self.factors(begin, end);
            }
            let factor = factors[place - begin];
            let (mean, variance) = means[day];
            // Errors were those of one season ahead; what is farther is less certain by what its days are.
            let near = means[day % week].1;
            let more = (variance - near).max(0.0) * if self.shares { factor * factor } else { 1.0 };
            list.push((
                self.value(mean, factor),
                (self.variance(place) + more).sqrt(),
            ));
        }
        list
    }

    /// The variance at a place: of its own errors, beside those of places of a like mean.
    fn variance(&self, place: usize) -> f64 {
        let count = self.errors[place] as f64;
        let size = |p: usize| {
            let mean = self.shape.sums[p] / self.shape.weights[p];
            match self.shares {
                true if mean > 0.0 => mean,
                true => 0.0,
                false => 1.0,
            }
        };
        let tested = self.errors.iter().enumerate();
        let all: f64 = tested.map(|(p, n)| *n as f64 * size(p)).sum();
        let pooled = self.squares.iter().sum::<f64>() * size(place) / all;
        let pooled = if pooled.is_finite() { pooled } else { 0.0 };
        (self.squares[place] + BORROWED * pooled) / (count + BORROWED)
    }
}

impl Profile {
    /// Whether everything is as the code above relies on, as stored text may not be.
    pub(super) fn holds(&self, n: usize) -> bool {
        let season = self.season();
        let finite = |list: &[f64]| list.iter().all(|v| v.is_finite());
        let bounds = self.bounds.first() == Some(&0)
            && self.bounds.last() == Some(&season)
            && self.bounds.is_sorted_by(|a, b| a < b);
        let weights: f64 = self.models.iter().map(|m| m.0).sum();
        let lengths = [
            self.shape.weights.len(),
            self.squares.len(),
            self.errors.len(),
        ];
        (1..=MAX_SEASON).contains(&season)
            && bounds
            && self.phase < season
            && self.n == n
            && lengths == [season; 3]
            && (0.0..=1.0).contains(&self.decay)
            && finite(&self.shape.sums)
            && finite(&self.squares)
            && self
                .shape
                .weights
                .iter()
                .all(|w| w.is_finite() && *w >= 0.0)
            && self.squares.iter().all(|v| *v >= 0.0)
            && self.errors.iter().all(|e| *e <= n)
            && self.days <= n
            && self.begun.len() <= self.begun_room()
            && self.begun.iter().all(|v| !v.is_infinite())
            && (weights - 1.0).abs() < 1e-6
            && self.models.iter().all(|(w, m)| {
                *w >= 0.0
                    && !matches!(m, FitPart::Profile(_) | FitPart::Year(_))
                    && m.holds(self.days)
            })
    }

    /// How many values of the day that has begun are known, at most.
    fn begun_room(&self) -> usize {
        let place = self.place(0);
        place - self.bounds[self.day_at(place)]
    }
}

impl FitPart {
    /// The model fitted to other values, from where it is; with the parameters it has where they are too few for that.
    pub fn refit(&self, past: &[f64], period: usize, options: &Options) -> Option<FitPart> {
        Some(match self {
            FitPart::Ets(e) => FitPart::Ets(e.refit(past, options).or_else(|| e.at_origin(past))?),
            FitPart::DynamicTheta(t) => FitPart::DynamicTheta(t.refit(past, period)?),
            FitPart::SeasonalNaive(r) => {
                FitPart::SeasonalNaive(SeasonalNaive::fit(past, r.last.len()))
            }
            FitPart::SeasonalMean(r) => {
                FitPart::SeasonalMean(SeasonalMean::fit(past, r.last.len()))
            }
            FitPart::Profile(p) => FitPart::Profile(Box::new(p.refit(past, options)?)),
            FitPart::Year(y) => FitPart::Year(Box::new(y.refit(past, options)?)),
            FitPart::Theta(_) | FitPart::Drift(_) => return None,
        })
    }
}
