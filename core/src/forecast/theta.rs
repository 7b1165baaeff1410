//! The theta methods, on values without their season where one shows.
//!
//! The plain one is simple exponential smoothing with half the slope of the series' line (Assimakopoulos and
//! Nikolopoulos, 2000; Hyndman and Billah, 2003). The dynamic one lets the line follow the values and finds
//! how much of it to take (Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler, 2016).

use super::decompose;
use super::estimate::{self, Options};
use super::model::{Model, Noise, Season, Trend};
use super::search::{self, Target};
use serde::{Deserialize, Serialize};

/// A season that was taken out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Indices {
    /// By the time's remainder; one 1 where no season shows, and 0 or next to it at places that are closed.
    pub list: Vec<f64>,
    pub multiplicative: bool,
}

impl Indices {
    fn of(values: &[f64], period: usize) -> Indices {
        let (list, multiplicative) = if decompose::is_seasonal(values, period) {
            decompose::season(values, period)
        } else {
            (vec![1.0], true)
        };
        Indices {
            list,
            multiplicative,
        }
    }

    fn at(&self, at: usize) -> f64 {
        self.list[at % self.list.len()]
    }

    fn without(&self, at: usize, y: f64) -> f64 {
        decompose::without(y, self.at(at), self.multiplicative)
    }

    /// Mean and standard deviation with the season.
    fn with(&self, at: usize, (mean, sd): (f64, f64)) -> (f64, f64) {
        let s = self.at(at);
        if self.multiplicative {
            (mean * s, sd * s)
        } else {
            (mean + s, sd)
        }
    }
}

/// Standard deviation `ahead` steps on of simple smoothing with errors of this sum and number.
fn spread(sse: f64, errors: usize, alpha: f64, ahead: usize) -> f64 {
    let variance = sse / (errors as f64 - 2.0).max(1.0);
    (variance * ((ahead - 1) as f64 * alpha * alpha + 1.0)).sqrt()
}

/// The plain theta method.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Theta {
    pub alpha: f64,
    /// The smoothed level after the last value.
    pub level: f64,
    /// Half of the slope of the line of least squares.
    pub drift: f64,
    pub season: Indices,
    pub n: usize,
    /// Sum and number of squared errors of the smoothing, without the season.
    pub sse: f64,
    pub errors: usize,
}

impl Theta {
    /// None where there are fewer than three values.
    pub fn fit(values: &[f64], period: usize) -> Option<Theta> {
        let season = Indices::of(values, period);
        let plain = decompose::adjust(values, &season.list, season.multiplicative);
        if plain.iter().filter(|y| !y.is_nan()).count() < 3 {
            return None;
        }
        let model = Model::new(Noise::Additive, Trend::None, Season::None);
        let smooth = estimate::fit(model, 1, &plain, &Options::LIKELIHOOD)?;
        let (_, slope) = estimate::line(&plain);
        Some(Theta {
            alpha: smooth.params.alpha,
            level: smooth.last.level,
            drift: slope / 2.0,
            season,
            n: values.len(),
            sse: smooth.sums.sse,
            errors: smooth.sums.n,
        })
    }

    /// Takes in the next value; NaN is one that is missing.
    pub fn update(&mut self, y: f64) {
        let plain = self.season.without(self.n, y);
        if !plain.is_nan() {
            let e = plain - self.level;
            self.sse += e * e;
            self.errors += 1;
            self.level += self.alpha * e;
        }
        self.n += 1;
    }

    /// The mean and the standard deviation `ahead` steps on.
    pub fn forecast(&self, ahead: usize) -> (f64, f64) {
        let passed = 1.0 - libm::pow(1.0 - self.alpha, self.n as f64);
        let mean = self.level + self.drift * ((ahead - 1) as f64 + passed / self.alpha);
        let sd = spread(self.sse, self.errors, self.alpha, ahead);
        self.season.with(self.n + ahead - 1, (mean, sd))
    }
}

/// Level, and the line of least squares through all values so far.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moving {
    pub level: f64,
    pub mean: f64,
    /// The line's value at time 0 and its slope.
    pub line: (f64, f64),
    /// (1 - alpha) to the power of the values so far.
    pub left: f64,
    pub t: usize,
}

impl Moving {
    fn start(level: f64) -> Moving {
        Moving {
            level,
            mean: 0.0,
            line: (0.0, 0.0),
            left: 1.0,
            t: 0,
        }
    }

    /// The forecast for the next step, with this share of the line.
    fn next(&self, alpha: f64, share: f64) -> f64 {
        let reach = (1.0 - self.left * (1.0 - alpha)) / alpha;
        self.level + share * (self.left * self.line.0 + reach * self.line.1)
    }

    fn take(&mut self, alpha: f64, y: f64) {
        let t = (self.t + 1) as f64;
        self.level += alpha * (y - self.level);
        let slope = ((t - 2.0) * self.line.1 + 6.0 / t * (y - self.mean)) / (t + 1.0);
        self.mean += (y - self.mean) / t;
        let slope = if self.t == 0 { 0.0 } else { slope };
        self.line = (self.mean - (t + 1.0) / 2.0 * slope, slope);
        self.left *= 1.0 - alpha;
        self.t += 1;
    }
}

/// The dynamic optimized theta method.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dynamic {
    pub alpha: f64,
    /// 1 - 1 / theta.
    pub share: f64,
    pub state: Moving,
    pub season: Indices,
    pub sse: f64,
    pub errors: usize,
}

struct Squares<'a>(&'a [f64]);

/// Errors at the first times, at which there is no line yet, do not count.
const UNCOUNTED: usize = 3;
const LEAST: usize = 8;

impl Squares<'_> {
    /// Runs over the values with alpha, share and level of `x`; `each` receives the errors that count.
    fn run(&self, x: &[f64], mut each: impl FnMut(f64)) -> Moving {
        crate::interrupt::check();
        let mut state = Moving::start(x[2]);
        for y in self.0 {
            let mu = state.next(x[0], x[1]);
            if state.t >= UNCOUNTED && !y.is_nan() {
                each(y - mu);
            }
            state.take(x[0], if y.is_nan() { mu } else { *y });
        }
        state
    }

    fn errors(&self, x: &[f64]) -> Vec<f64> {
        let mut list = Vec::with_capacity(self.0.len());
        self.run(x, |e| list.push(e));
        list
    }
}

impl Target for Squares<'_> {
    fn value(&self, x: &[f64]) -> f64 {
        let (mut sum, mut n) = (0.0, 0.0);
        self.run(x, |e| {
            sum += e * e;
            n += 1.0;
        });
        let f = 0.5 * n * f64::ln(sum.max(f64::MIN_POSITIVE));
        if f.is_finite() { f } else { f64::INFINITY }
    }

    fn derivatives(&self, x: &[f64]) -> Option<(f64, Vec<f64>, Vec<f64>)> {
        let e = self.errors(x);
        let sum: f64 = e.iter().map(|v| v * v).sum::<f64>().max(f64::MIN_POSITIVE);
        let scale = e.len() as f64 / sum;
        // Three numbers: differences cost three runs.
        let columns: Vec<Vec<f64>> = (0..3)
            .map(|i| {
                let h = 1e-6 * x[i].abs().max(1e-2);
                let mut other = x.to_vec();
                other[i] += if i < 2 && x[i] > 0.5 { -h } else { h };
                let step = other[i] - x[i];
                let moved = self.errors(&other);
                moved.iter().zip(&e).map(|(a, b)| (a - b) / step).collect()
            })
            .collect();
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>() * scale;
        let gradient: Vec<f64> = columns.iter().map(|c| dot(c, &e)).collect();
        let pairs = (0..9).map(|k| dot(&columns[k / 3], &columns[k % 3]));
        let hessian: Vec<f64> = pairs.collect();
        let finite = gradient.iter().chain(&hessian).all(|v| v.is_finite());
        finite.then(|| (0.5 * e.len() as f64 * sum.ln(), gradient, hessian))
    }
}

impl Dynamic {
    /// None where fewer than eight values are known: of six, one degree of freedom is left for the noise, and bounds
    /// of 95 % are 12.7 deviations wide.
    pub fn fit(values: &[f64], period: usize) -> Option<Dynamic> {
        Dynamic::search(values, period, &[(0.2, 0.5), (0.5, 0.5), (0.8, 0.5)])
    }

    /// The method fitted to fewer values, from where this fit is.
    pub fn refit(&self, values: &[f64], period: usize) -> Option<Dynamic> {
        Dynamic::search(values, period, &[(self.alpha, self.share)])
    }

    fn search(values: &[f64], period: usize, starts: &[(f64, f64)]) -> Option<Dynamic> {
        let season = Indices::of(values, period);
        let plain = decompose::adjust(values, &season.list, season.multiplicative);
        let first = *plain.iter().find(|y| !y.is_nan())?;
        if plain.iter().filter(|y| !y.is_nan()).count() < LEAST {
            return None;
        }
        let target = Squares(&plain);
        let level = (f64::NEG_INFINITY, f64::INFINITY);
        let bounds = [(0.1, 0.99), (0.0, 0.999_999), level];
        let mut best: Option<(f64, [f64; 3])> = None;
        for &(alpha, share) in starts {
            let mut x = [alpha, share, first / 2.0];
            let f = search::minimize(&target, &mut x, &bounds, 40, 1e-6);
            if f < best.map_or(f64::INFINITY, |b| b.0) {
                best = Some((f, x));
            }
        }
        let (_, x) = best?;
        let (mut sse, mut errors) = (0.0, 0);
        let state = target.run(&x, |e| {
            sse += e * e;
            errors += 1;
        });
        Some(Dynamic {
            alpha: x[0],
            share: x[1],
            state,
            season,
            sse,
            errors,
        })
    }

    /// Takes in the next value; NaN is one that is missing.
    pub fn update(&mut self, y: f64) {
        let mu = self.state.next(self.alpha, self.share);
        let plain = self.season.without(self.state.t, y);
        if plain.is_nan() {
            self.state.take(self.alpha, mu);
            return;
        }
        self.sse += (plain - mu) * (plain - mu);
        self.errors += 1;
        self.state.take(self.alpha, plain);
    }

    /// The means and standard deviations of the next times.
    pub fn forecast(&self, horizon: usize) -> Vec<(f64, f64)> {
        let mut state = self.state;
        let one = |ahead| {
            let mean = state.next(self.alpha, self.share);
            state.take(self.alpha, mean);
            let sd = spread(self.sse, self.errors, self.alpha, ahead);
            self.season.with(self.state.t + ahead - 1, (mean, sd))
        };
        (1..=horizon).map(one).collect()
    }
}
