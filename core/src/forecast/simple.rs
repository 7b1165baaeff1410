//! Methods without anything to fit: they are what others have to beat.

use serde::{Deserialize, Serialize};

/// Sum and number of squared errors one step (or one season) ahead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Errors {
    pub sse: f64,
    pub n: usize,
}

impl Errors {
    fn add(&mut self, e: f64) {
        if !e.is_nan() {
            self.sse += e * e;
            self.n += 1;
        }
    }

    /// With fewer errors than three: the spread of all values, as often as a forecast's error has it.
    fn or_spread(&mut self, values: &[f64], times: f64) {
        let known: Vec<f64> = values.iter().copied().filter(|y| !y.is_nan()).collect();
        if self.n < FEWEST && known.len() > 1 {
            let mean = mean(&known);
            self.sse = times * known.iter().map(|y| (y - mean) * (y - mean)).sum::<f64>();
            self.n = known.len() - 1;
        }
    }

    fn sd(&self) -> f64 {
        (self.sse / self.n.max(1) as f64).sqrt()
    }
}

/// Errors from which a spread is taken.
const FEWEST: usize = 3;

/// The last season again; with a season of one, the last value: `seasonal_naive`, `naive`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeasonalNaive {
    /// The latest known value for each remainder of the time.
    pub last: Vec<f64>,
    pub n: usize,
    pub errors: Errors,
}

impl SeasonalNaive {
    /// Seasonal naive with a season of `period` steps; NaN is a value that is missing.
    pub fn fit(values: &[f64], period: usize) -> SeasonalNaive {
        let known: Vec<f64> = values.iter().copied().filter(|y| !y.is_nan()).collect();
        let mut repeat = SeasonalNaive {
            last: vec![f64::NAN; period],
            n: 0,
            errors: Errors::default(),
        };
        for y in values {
            repeat.update(*y);
        }
        // A place in the season that no value has yet gets the mean of all.
        let mean = known.iter().sum::<f64>() / known.len().max(1) as f64;
        repeat
            .last
            .iter_mut()
            .filter(|v| v.is_nan())
            .for_each(|v| *v = mean);
        // One value again: its own variance and that of the next.
        repeat.errors.or_spread(values, 2.0);
        repeat
    }

    /// Takes in the next value; NaN is one that is missing.
    pub fn update(&mut self, y: f64) {
        let last = self.n % self.last.len();
        if !y.is_nan() {
            self.errors.add(y - self.last[last]);
            self.last[last] = y;
        }
        self.n += 1;
    }

    /// Mean and variance `ahead` steps from the last value, 1 being the next.
    pub fn forecast(&self, ahead: usize) -> (f64, f64) {
        let period = self.last.len();
        let seasons = (ahead - 1) / period + 1;
        let mean = self.last[(self.n + ahead - 1) % period];
        (mean, self.errors.sd() * (seasons as f64).sqrt())
    }
}

/// The mean of the last eight values at the same place in the season: `weekday_mean`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeasonalMean {
    pub last: Vec<Vec<f64>>,
    pub n: usize,
    pub errors: Errors,
}

const SEASONS: usize = 8;

impl SeasonalMean {
    /// Seasonal mean with a season of `period` steps; NaN is a value that is missing.
    pub fn fit(values: &[f64], period: usize) -> SeasonalMean {
        let mut recent = SeasonalMean {
            last: vec![Vec::new(); period],
            n: 0,
            errors: Errors::default(),
        };
        for y in values {
            recent.update(*y);
        }
        recent.errors.or_spread(values, 1.0);
        recent
    }

    /// Takes in the next value; NaN is one that is missing.
    pub fn update(&mut self, y: f64) {
        let at = self.n % self.last.len();
        if !y.is_nan() {
            if !self.last[at].is_empty() {
                let e = y - mean(&self.last[at]);
                self.errors.add(e);
            }
            let list = &mut self.last[at];
            if list.len() == SEASONS {
                list.remove(0);
            }
            list.push(y);
        }
        self.n += 1;
    }

    /// Mean and variance `ahead` steps from the last value, 1 being the next.
    pub fn forecast(&self, ahead: usize) -> (f64, f64) {
        let list = &self.last[(self.n + ahead - 1) % self.last.len()];
        if list.is_empty() {
            let all: Vec<f64> = self.last.iter().flatten().copied().collect();
            return (mean(&all), self.errors.sd() * inflation(all.len()));
        }
        (mean(list), self.errors.sd() * inflation(list.len()))
    }
}

/// What the uncertainty of a mean of `k` values adds to a deviation.
fn inflation(k: usize) -> f64 {
    (1.0 + 1.0 / k.max(1) as f64).sqrt()
}

fn mean(list: &[f64]) -> f64 {
    list.iter().sum::<f64>() / list.len().max(1) as f64
}

/// The last value, and on along the line from the first to it: `drift`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    pub first: f64,
    pub first_at: usize,
    pub last: f64,
    pub last_at: usize,
    pub n: usize,
    /// Sums of the steps' squares and their number, for the spread around the mean step.
    pub errors: Errors,
}

impl Drift {
    /// None where fewer than two values are known.
    pub fn fit(values: &[f64]) -> Option<Drift> {
        let first_at = values.iter().position(|y| !y.is_nan())?;
        let mut drift = Drift {
            first: values[first_at],
            first_at,
            last: values[first_at],
            last_at: first_at,
            n: first_at + 1,
            errors: Errors::default(),
        };
        for y in &values[first_at + 1..] {
            drift.update(*y);
        }
        (drift.last_at > drift.first_at).then_some(drift)
    }

    /// Takes in the next value; NaN is one that is missing.
    pub fn update(&mut self, y: f64) {
        if !y.is_nan() {
            self.errors.add(y - self.last);
            self.last = y;
            self.last_at = self.n;
        }
        self.n += 1;
    }

    /// Mean and variance `ahead` steps from the last value, 1 being the next.
    pub fn forecast(&self, ahead: usize) -> (f64, f64) {
        let steps = (self.last_at - self.first_at) as f64;
        let slope = (self.last - self.first) / steps;
        let h = (self.n - 1 - self.last_at + ahead) as f64;
        let count = self.errors.n as f64;
        // Two steps do not tell their spread from their mean: all of them is spread.
        let variance = if self.errors.n < FEWEST {
            self.errors.sse / count.max(1.0)
        } else {
            (self.errors.sse - count * slope * slope).max(0.0) / (count - 1.0)
        };
        let sd = (variance * h * (1.0 + h / steps)).sqrt();
        (self.last + slope * h, sd)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAP: f64 = f64::NAN;

    #[test]
    fn the_last_season_again() {
        let r = SeasonalNaive::fit(&[1.0, 2.0, 3.0, 4.0, GAP, 6.0, 7.0], 3);
        let means: Vec<f64> = (1..=4).map(|h| r.forecast(h).0).collect();
        assert_eq!(means, [2.0, 6.0, 7.0, 2.0]);
        // Errors 3, 3 and 3 of one season; twice the variance a season later.
        assert!((r.forecast(1).1 - 3.0).abs() < 1e-12);
        assert!((r.forecast(4).1 - 18f64.sqrt()).abs() < 1e-12);
        assert_eq!(SeasonalNaive::fit(&[5.0, 8.0], 1).forecast(9).0, 8.0);
        assert_eq!(SeasonalNaive::fit(&[5.0, 8.0], 4).forecast(1).0, 6.5);
    }

    #[test]
    fn means_of_eight() {
        let values: Vec<f64> = (0..20).map(f64::from).collect();
        // Even times: the last eight are 4, 6, ..., 18.
        assert_eq!(SeasonalMean::fit(&values, 2).forecast(1).0, 11.0);
        assert_eq!(SeasonalMean::fit(&values[..1], 2).forecast(1).0, 0.0);
    }

    /// 5, 9, 3, 7, 1, 2, 8: squares around 5 sum to 58, of six degrees of freedom.
    #[test]
    fn one_season_tells_its_spread() {
        let values = [5.0, 9.0, 3.0, 7.0, 1.0, 2.0, 8.0];
        let sd = (58.0 / 6.0 * 2.0f64).sqrt();
        assert!((SeasonalNaive::fit(&values, 7).forecast(1).1 - sd).abs() < 1e-12);
        assert!((SeasonalMean::fit(&values, 7).forecast(1).1 - sd).abs() < 1e-12);
    }

    #[test]
    fn a_line_goes_on() {
        let line = |list: &[f64]| Drift::fit(list).unwrap_or_else(|| panic!("a line"));
        let d = line(&[GAP, 1.0, 3.0, 5.0, 7.0, GAP]);
        assert_eq!(d.forecast(1), (11.0, 0.0));
        assert_eq!(line(&[5.0, 9.0]).forecast(1), (13.0, 32f64.sqrt()));
        assert_eq!(Drift::fit(&[GAP, 1.0]), None);
    }
}
