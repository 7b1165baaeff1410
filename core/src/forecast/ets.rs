//! The recursion of exponential smoothing, its likelihood and the exact derivatives of that.
//!
//! With q = level + phi * trend and mu = q, q + season or q * season, the error is e = y - mu, and
//! level = q + alpha * e, trend = phi * trend + beta * e, season = season + gamma * e; with a multiplicative
//! season e is divided by the season in the first two and by q in the last (Hyndman, Koehler, Ord and Snyder,
//! "Forecasting with Exponential Smoothing", 2008, in the form that R's `ets` computes). The noise changes
//! the likelihood only. A value that is missing (NaN) has no error: the states move on as forecast.

mod admissible;
mod derivatives;
mod layout;

pub use admissible::is_admissible;
pub use derivatives::{Derivatives, MOST, derivatives};
pub use layout::{ALPHA, LEVEL, Layout};

use super::model::{Model, Noise, Season, Trend};
use serde::{Deserialize, Serialize};

/// Smoothing parameters, and states before the first value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Params {
    pub alpha: f64,
    /// alpha times the share that the trend takes.
    pub beta: f64,
    pub gamma: f64,
    /// 1 where the trend is not damped.
    pub phi: f64,
    pub state: State,
}

/// Level, trend and season; `season[i]` belongs to the times whose remainder by the period is `i`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    pub level: f64,
    pub trend: f64,
    pub season: Vec<f64>,
}

/// What a run over a series leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sums {
    /// Values that are not missing.
    pub n: usize,
    /// Sum of squared errors, in the unit of the values squared.
    pub sse: f64,
    /// Sum of squared errors as the noise has them: relative ones for multiplicative noise.
    pub noise: f64,
    /// Sum of the logarithms of the means, for multiplicative noise, else 0.
    pub logs: f64,
}

impl Sums {
    /// The logarithm of the likelihood without its constants: -n/2 ln(sum of squares) - sum of ln(mu).
    pub fn log_likelihood(&self) -> f64 {
        -0.5 * self.n as f64 * self.noise.ln() - self.logs
    }
}

/// Below this share of the largest value (squared) a fit counts as exact.
const EXACT: f64 = 1e-22;

/// A model over a series.
#[derive(Clone, Copy)]
pub struct Problem<'a> {
    pub model: Model,
    /// Values a season, 1 without one.
    pub period: usize,
    pub values: &'a [f64],
}

impl State {
    /// One step of the recursion: the one-step forecast, and the states after the error.
    #[inline(always)]
    pub fn step(&mut self, model: Model, p: &Params, at: usize, y: f64) -> (f64, f64) {
        let carried = p.phi * self.trend;
        let q = self.level + carried;
        let s = match model.season {
            Season::None => 0.0,
            _ => self.season[at],
        };
        let mu = match model.season {
            Season::None => q,
            Season::Additive => q + s,
            Season::Multiplicative => q * s,
        };
        let e = if y.is_nan() { 0.0 } else { y - mu };
        let by_season = model.season == Season::Multiplicative;
        let (w, u) = if by_season { (e / s, e / q) } else { (e, e) };
        self.level = q + p.alpha * w;
        self.trend = carried + p.beta * w;
        if model.season != Season::None {
            self.season[at] = s + p.gamma * u;
        }
        (mu, e)
    }

    /// The mean `ahead` steps on (1 is the next), if nothing else were to happen.
    pub fn mean(&self, model: Model, phi: f64, at: usize, ahead: usize) -> f64 {
        let damped = match model.trend {
            Trend::Damped => phi * (1.0 - libm::pow(phi, ahead as f64)) / (1.0 - phi),
            _ => ahead as f64,
        };
        let q = self.level + damped * self.trend;
        match model.season {
            Season::None => q,
            Season::Additive => q + self.season[at],
            Season::Multiplicative => q * self.season[at],
        }
    }
}

impl State {
    /// The states after so many steps without errors, the first of which is at time `n`.
    pub fn ahead(
        mut self,
        model: Model,
        p: &Params,
        n: usize,
        steps: usize,
        period: usize,
    ) -> State {
        for t in n..n + steps {
            self.step(model, p, t % period, f64::NAN);
        }
        self
    }
}

impl Problem<'_> {
    /// Runs over the values; `each` receives each mean and error. None where a multiplicative part leaves what
    /// is above zero.
    pub fn run(&self, p: &Params, mut each: impl FnMut(f64, f64)) -> Option<(State, Sums)> {
        let mut state = p.state.clone();
        let mut sums = Sums::default();
        let relative = self.model.noise == Noise::Multiplicative;
        let seasonal = self.model.season == Season::Multiplicative;
        let mut at = 0;
        for y in self.values {
            if seasonal && !(state.season[at] > 0.0 && state.level + p.phi * state.trend > 0.0) {
                return None;
            }
            let (mu, e) = state.step(self.model, p, at, *y);
            if relative && (mu <= 0.0 || mu.is_nan()) {
                return None;
            }
            each(mu, e);
            if !y.is_nan() {
                sums.n += 1;
                sums.sse += e * e;
                if relative {
                    sums.noise += (e / mu) * (e / mu);
                    sums.logs += mu.ln();
                }
            }
            at += 1;
            if at == self.period {
                at = 0;
            }
        }
        if !relative {
            sums.noise = sums.sse;
        }
        (sums.noise.is_finite() && sums.logs.is_finite()).then_some((state, sums))
    }
}

/// A sum of squares below this counts as an exact fit.
pub fn floor(problem: &Problem) -> f64 {
    let relative = problem.model.noise == Noise::Multiplicative;
    let largest = problem.values.iter().fold(0.0, |a: f64, y| a.max(y.abs()));
    let unit = if relative { 1.0 } else { largest * largest };
    (problem.values.len() as f64 * unit * EXACT).max(f64::MIN_POSITIVE)
}

/// Minus the log-likelihood, infinite outside the model's domain.
pub fn value(problem: &Problem, p: &Params, floor: f64) -> f64 {
    match problem.run(p, |_, _| ()) {
        Some((_, sums)) => 0.5 * sums.n as f64 * sums.noise.max(floor).ln() + sums.logs,
        None => f64::INFINITY,
    }
}
