//! How far off a forecast may be: by formula where there is one, else by simulated paths.

use super::estimate::Estimate;
use super::ets::State;
use super::model::{Noise, Season};
use super::normal::{Random, quantile};

/// Means, and for each level the lower and upper bounds, a row a step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Forecast {
    pub mean: Vec<f64>,
    pub lower: Vec<Vec<f64>>,
    pub upper: Vec<Vec<f64>>,
}

/// Paths that are simulated for a quantile: that of 97.5 % has a standard error of 0.05 of the noise's.
pub const PATHS: usize = 3_000;

impl Forecast {
    /// Bounds of normal distributions around the means.
    pub fn normal(steps: impl Iterator<Item = (f64, f64)>, levels: &[f64]) -> Forecast {
        let widths: Vec<f64> = levels.iter().map(|l| quantile(0.5 + l / 2.0)).collect();
        let mut all = Forecast::default();
        for (mean, sd) in steps {
            all.mean.push(mean);
            all.lower
                .push(widths.iter().map(|z| mean - z * sd).collect());
            all.upper
                .push(widths.iter().map(|z| mean + z * sd).collect());
        }
        all
    }

    /// Adds another with a weight; quantiles are averaged, which keeps the shape that the parts share.
    pub fn add(&mut self, other: &Forecast, weight: f64) {
        if self.mean.is_empty() {
            let zero = |rows: &[Vec<f64>]| rows.iter().map(|r| vec![0.0; r.len()]).collect();
            self.mean = vec![0.0; other.mean.len()];
            (self.lower, self.upper) = (zero(&other.lower), zero(&other.upper));
        }
        for (a, b) in self.mean.iter_mut().zip(&other.mean) {
            *a += weight * b;
        }
        for (rows, more) in [
            (&mut self.lower, &other.lower),
            (&mut self.upper, &other.upper),
        ] {
            for (a, b) in rows.iter_mut().flatten().zip(more.iter().flatten()) {
                *a += weight * b;
            }
        }
    }
}

/// The variance of each of the next errors, for additive noise with an additive season or none (class 1 of
/// Hyndman and others, 2008): sigma^2 (1 + sum of c_j^2), c_j = alpha + beta (phi + ... + phi^j) + gamma at
/// whole seasons.
pub fn variances(e: &Estimate, horizon: usize) -> Vec<f64> {
    let (p, sigma) = (&e.params, e.variance());
    let (mut sum, mut power, mut reach) = (1.0, 1.0, 0.0);
    let mut list = Vec::with_capacity(horizon);
    for h in 1..=horizon {
        list.push(sigma * sum);
        power *= p.phi;
        reach += power;
        let whole = e.model.season != Season::None && h % e.period == 0;
        let c = p.alpha + p.beta * reach + if whole { p.gamma } else { 0.0 };
        sum += c * c;
    }
    list
}

/// The forecast of an exponential smoothing model after `n` values.
pub fn of_estimate(e: &Estimate, n: usize, horizon: usize, levels: &[f64], seed: i64) -> Forecast {
    let means = (1..=horizon).map(|h| e.mean(n, h));
    if e.model.noise == Noise::Additive && e.model.season != Season::Multiplicative {
        let sd = variances(e, horizon).into_iter().map(f64::sqrt);
        return Forecast::normal(means.zip(sd), levels);
    }
    let mut all = Forecast {
        mean: means.collect(),
        ..Forecast::default()
    };
    simulate(e, n, horizon, levels, seed, &mut all);
    all
}

/// Quantiles of simulated paths. All paths go a step at a time, so that memory does not grow with the horizon.
fn simulate(e: &Estimate, n: usize, horizon: usize, levels: &[f64], seed: i64, all: &mut Forecast) {
    if levels.is_empty() {
        (all.lower, all.upper) = (vec![vec![]; horizon], vec![vec![]; horizon]);
        return;
    }
    let mut random = Random::new(seed);
    let sigma = e.variance().sqrt();
    let mut paths: Vec<State> = vec![e.last.clone(); PATHS];
    let mut values = vec![0.0; PATHS];
    // A path that would leave what a multiplicative part allows is held just inside.
    let least = 1e-6 * e.last.level.abs();
    for h in 0..horizon {
        crate::interrupt::check();
        let at = (n + h) % e.period;
        for (path, value) in paths.iter_mut().zip(&mut values) {
            if e.model.needs_positive() {
                path.level = path.level.max(least - e.params.phi * path.trend);
            }
            if e.model.season == Season::Multiplicative {
                path.season[at] = path.season[at].max(1e-6);
            }
            let mu = path.mean(e.model, e.params.phi, at, 1);
            let noise = sigma * random.normal();
            *value = match e.model.noise {
                Noise::Additive => mu + noise,
                Noise::Multiplicative => mu * (1.0 + noise),
            };
            path.step(e.model, &e.params, at, *value);
        }
        let mut bound = |share: f64| {
            let place = share * (PATHS - 1) as f64;
            let below = place.floor() as usize;
            let (_, low, above) = values.select_nth_unstable_by(below, f64::total_cmp);
            let high = above.iter().copied().fold(f64::INFINITY, f64::min);
            let rest = place - below as f64;
            *low + if rest > 0.0 {
                rest * (high - *low)
            } else {
                0.0
            }
        };
        all.lower
            .push(levels.iter().map(|l| bound(0.5 - l / 2.0)).collect());
        all.upper
            .push(levels.iter().map(|l| bound(0.5 + l / 2.0)).collect());
    }
}
