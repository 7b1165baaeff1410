//! The recursion of exponential smoothing, its likelihood and the exact derivatives of that.
//!
//! With q = level + phi * trend and mu = q, q + season or q * season, the error is e = y - mu, and
//! level = q + alpha * e, trend = phi * trend + beta * e, season = season + gamma * e; with a multiplicative
//! season e is divided by the season in the first two and by q in the last (Hyndman, Koehler, Ord and Snyder,
//! "Forecasting with Exponential Smoothing", 2008, in the form that R's `ets` computes). The noise changes
//! the likelihood only. A value that is missing (NaN) has no error: the states go on as foretold.

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
    /// One step of the recursion: the mean that was foretold, and the states after the error.
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

impl Problem<'_> {
    /// Runs over the values; `each` is told each mean and error. None where a multiplicative part leaves what
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

/// Where each parameter stands in the vector that is searched.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    pub model: Model,
    pub period: usize,
    /// Whether the states before the first value are searched too, or stay as given.
    pub seasons: bool,
}

pub const ALPHA: usize = 0;
pub const LEVEL: usize = 1;

impl Layout {
    fn has_trend(&self) -> bool {
        self.model.trend != Trend::None
    }

    fn has_season(&self) -> bool {
        self.model.season != Season::None
    }

    /// Place of the initial trend; that of its share of alpha follows.
    pub fn trend(&self) -> Option<usize> {
        self.has_trend().then_some(2)
    }

    pub fn beta(&self) -> Option<usize> {
        self.has_trend().then_some(3)
    }

    pub fn phi(&self) -> Option<usize> {
        (self.model.trend == Trend::Damped).then_some(4)
    }

    pub fn gamma(&self) -> Option<usize> {
        let before = match self.model.trend {
            Trend::None => 2,
            Trend::Additive => 4,
            Trend::Damped => 5,
        };
        self.has_season().then_some(before)
    }

    /// The first of the `period - 1` free seasonal states, which are always counted.
    fn first_season(&self) -> usize {
        self.gamma().map_or(usize::MAX, |g| g + 1)
    }

    /// How many numbers are searched.
    pub fn size(&self) -> usize {
        let plain = match self.model.trend {
            Trend::None => 2,
            Trend::Additive => 4,
            Trend::Damped => 5,
        };
        let season = if self.seasons { self.period - 1 } else { 0 };
        plain + if self.has_season() { 1 + season } else { 0 }
    }

    /// Smoothing parameters and initial states of the model, searched or not; the variance not among them.
    pub fn parameters(&self) -> usize {
        let fixed = self.has_season() && !self.seasons;
        self.size() + if fixed { self.period - 1 } else { 0 }
    }

    /// The numbers as parameters; `fixed` are the seasonal states where they are not searched.
    pub fn params(&self, x: &[f64], fixed: &[f64]) -> Params {
        let get = |place: Option<usize>, other: f64| place.map_or(other, |p| x[p]);
        let alpha = x[ALPHA];
        let mut season = Vec::new();
        if self.has_season() && self.seasons {
            let first = self.first_season();
            season = x[first..first + self.period - 1].to_vec();
            let sum: f64 = season.iter().sum();
            season.push(match self.model.season {
                Season::Multiplicative => self.period as f64 - sum,
                _ => -sum,
            });
        } else if self.has_season() {
            season = fixed.to_vec();
        }
        Params {
            alpha,
            beta: alpha * get(self.beta(), 0.0),
            gamma: (1.0 - alpha) * get(self.gamma(), 0.0),
            phi: get(self.phi(), 1.0),
            state: State {
                level: x[LEVEL],
                trend: get(self.trend(), 0.0),
                season,
            },
        }
    }

    /// The inverse of [`Layout::params`]; the seasonal states are brought to their norm, sum 0 or mean 1.
    pub fn numbers(&self, p: &Params) -> Vec<f64> {
        let mut x = vec![0.0; self.size()];
        let (mut level, mut trend, mut season) =
            (p.state.level, p.state.trend, p.state.season.clone());
        let mean = season.iter().sum::<f64>() / season.len().max(1) as f64;
        match self.model.season {
            Season::None => {}
            Season::Additive => {
                level += mean;
                season.iter_mut().for_each(|s| *s -= mean);
            }
            Season::Multiplicative => {
                level *= mean;
                trend *= mean;
                season.iter_mut().for_each(|s| *s /= mean);
            }
        }
        x[ALPHA] = p.alpha;
        x[LEVEL] = level;
        if let (Some(t), Some(b)) = (self.trend(), self.beta()) {
            x[t] = trend;
            x[b] = p.beta / p.alpha;
        }
        if let Some(f) = self.phi() {
            x[f] = p.phi;
        }
        if let Some(g) = self.gamma() {
            x[g] = p.gamma / (1.0 - p.alpha);
            if self.seasons {
                x[g + 1..].copy_from_slice(&season[..self.period - 1]);
            }
        }
        x
    }
}

/// Value, gradient and an approximate Hessian (the expected information) of minus the log-likelihood.
pub struct Derivatives {
    pub value: f64,
    pub gradient: Vec<f64>,
    /// Rows of `gradient.len()`.
    pub hessian: Vec<f64>,
}

/// The smallest sum of squares that is told from an exact fit.
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

/// Minus the log-likelihood with its derivatives, by carrying the derivatives of all states forward.
pub fn derivatives(
    problem: &Problem,
    layout: &Layout,
    p: &Params,
    floor: f64,
) -> Option<Derivatives> {
    // A row's length is fixed when compiled, so that its loops become straight vector code.
    match layout.size() {
        0..=4 => pass::<4>(problem, layout, p, floor),
        5..=8 => pass::<8>(problem, layout, p, floor),
        9..=12 => pass::<12>(problem, layout, p, floor),
        13..=16 => pass::<16>(problem, layout, p, floor),
        17..=20 => pass::<20>(problem, layout, p, floor),
        21..=32 => pass::<32>(problem, layout, p, floor),
        _ => pass::<MOST>(problem, layout, p, floor),
    }
}

/// The most numbers that are searched; longer seasons keep their first estimates.
pub const MOST: usize = 64;
/// Rows of derivatives that are multiplied at a time.
const BATCH: usize = 4;

fn pass<const P: usize>(
    problem: &Problem,
    layout: &Layout,
    p: &Params,
    floor: f64,
) -> Option<Derivatives> {
    let (model, period) = (problem.model, problem.period);
    let relative = model.noise == Noise::Multiplicative;
    let (trend, beta, phi, gamma) = (layout.trend(), layout.beta(), layout.phi(), layout.gamma());
    let share = |part: f64, of: f64| if of > 0.0 { part / of } else { 0.0 };
    let (beta_share, gamma_share) = (share(p.beta, p.alpha), share(p.gamma, 1.0 - p.alpha));

    // Derivatives of level, trend and seasons by each number.
    let (mut dl, mut db) = ([0.0; P], [0.0; P]);
    let mut ds = vec![[0.0; P]; if gamma.is_some() { period } else { 1 }];
    dl[LEVEL] = 1.0;
    if let Some(t) = trend {
        db[t] = 1.0;
    }
    if layout.seasons && gamma.is_some() {
        let first = layout.first_season();
        for i in 0..period - 1 {
            ds[i][first + i] = 1.0;
            ds[period - 1][first + i] = -1.0;
        }
    }
    let mut state = p.state.clone();
    let mut sums = Sums::default();
    let (mut by_error, mut by_mean) = ([0.0; P], [0.0; P]);
    let mut hessian = [[0.0; P]; P];
    let mut rows = [[0.0; P]; BATCH];
    let mut held = 0;
    let mut at = 0;
    for y in problem.values {
        let (level, slope) = (state.level, state.trend);
        let q = level + p.phi * slope;
        let s = if gamma.is_some() {
            state.season[at]
        } else {
            0.0
        };
        if model.season == Season::Multiplicative && !(s > 0.0 && q > 0.0) {
            return None;
        }
        let (mu, e) = state.step(model, p, at, *y);
        if relative && (mu <= 0.0 || mu.is_nan()) {
            return None;
        }
        let known = !y.is_nan();
        let on = if known { 1.0 } else { 0.0 };
        let (a, b, g) = (on * p.alpha, on * p.beta, on * p.gamma);
        if let Some(f) = phi {
            // So that phi * db is the derivative of phi * trend.
            db[f] += slope / p.phi;
        }
        let mut dmu = [0.0; P];
        let ds_at = &mut ds[if gamma.is_some() { at } else { 0 }];
        let (mut w, mut u) = (e, e);
        if model.season == Season::Multiplicative {
            (w, u) = (e / s, e / q);
            let (is, iq) = (1.0 / s, 1.0 / q);
            let (ws, uq) = (w * is, u * iq);
            for k in 0..P {
                let carried = p.phi * db[k];
                let dq = dl[k] + carried;
                dmu[k] = dq * s + q * ds_at[k];
                let dw = -dmu[k] * is - ws * ds_at[k];
                let du = -dmu[k] * iq - uq * dq;
                dl[k] = dq + a * dw;
                db[k] = carried + b * dw;
                ds_at[k] += g * du;
            }
        } else {
            for k in 0..P {
                let carried = p.phi * db[k];
                let dq = dl[k] + carried;
                dmu[k] = dq + ds_at[k];
                dl[k] = dq - a * dmu[k];
                db[k] = carried - b * dmu[k];
                ds_at[k] -= g * dmu[k];
            }
        }
        dl[ALPHA] += w;
        if let Some(i) = beta {
            db[ALPHA] += w * beta_share;
            db[i] += w * p.alpha;
        }
        if let Some(i) = gamma {
            ds_at[ALPHA] -= u * gamma_share;
            ds_at[i] += u * (1.0 - p.alpha);
        }
        at += 1;
        if at == period {
            at = 0;
        }
        if !known {
            continue;
        }
        sums.n += 1;
        sums.sse += e * e;
        let (mut r, mut scale) = (e, 1.0);
        if relative {
            let inverse = 1.0 / mu;
            r = e * inverse;
            scale = (1.0 + r) * inverse;
            sums.noise += r * r;
            sums.logs += mu.ln();
            for k in 0..P {
                by_mean[k] += inverse * dmu[k];
            }
        }
        for k in 0..P {
            dmu[k] *= scale;
            by_error[k] -= r * dmu[k];
        }
        rows[held] = dmu;
        held += 1;
        if held == BATCH {
            multiply(&mut hessian, &rows);
            held = 0;
        }
    }
    if held > 0 {
        rows[held..].iter_mut().for_each(|r| *r = [0.0; P]);
        multiply(&mut hessian, &rows);
    }
    if !relative {
        sums.noise = sums.sse;
    }
    let (n, count) = (sums.n as f64, layout.size());
    let squares = sums.noise.max(floor);
    let value = 0.5 * n * squares.ln() + sums.logs;
    let weight = n / squares;
    // Expected information a value: 1 / sigma^2, and 2 more where sigma is in proportion to the mean.
    let information = weight + if relative { 2.0 } else { 0.0 };
    let gradient: Vec<f64> = (0..count)
        .map(|k| weight * by_error[k] + by_mean[k])
        .collect();
    let hessian = (0..count)
        .flat_map(|i| (0..count).map(move |j| (i, j)))
        .map(|(i, j)| information * hessian[i][j])
        .collect::<Vec<f64>>();
    let finite = value.is_finite() && gradient.iter().chain(&hessian).all(|v| v.is_finite());
    finite.then_some(Derivatives {
        value,
        gradient,
        hessian,
    })
}

#[inline(always)]
fn multiply<const P: usize>(into: &mut [[f64; P]; P], rows: &[[f64; P]; BATCH]) {
    for i in 0..P {
        let (a, b, c, d) = (rows[0][i], rows[1][i], rows[2][i], rows[3][i]);
        for j in 0..P {
            into[i][j] += a * rows[0][j] + b * rows[1][j] + (c * rows[2][j] + d * rows[3][j]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Vec<f64> {
        let wave = |t: usize| 30.0 + 0.3 * t as f64 + [4.0, -1.0, 2.0, -5.0][t % 4];
        let bent = |t: usize| wave(t) + 1.5 * ((t * t) as f64).sin();
        let mut list: Vec<f64> = (0..40).map(bent).collect();
        list[11] = f64::NAN;
        list
    }

    /// The gradient is that of finite differences, for every model, with a value missing.
    #[test]
    fn gradient() {
        let values = values();
        let mut models: Vec<Model> = Model::family().collect();
        models.extend(["AAM", "AAdM", "ANM"].map(|n| {
            let m = Model::parse(&format!("M{}", &n[1..]));
            Model {
                noise: Noise::Additive,
                ..m.unwrap_or_else(|e| panic!("{e}"))
            }
        }));
        for model in models {
            let period = if model.season == Season::None { 1 } else { 4 };
            let problem = Problem {
                model,
                period,
                values: &values,
            };
            let layout = Layout {
                model,
                period,
                seasons: true,
            };
            let season = match model.season {
                Season::None => vec![],
                Season::Additive => vec![3.0, -1.0, 2.0, -4.0],
                Season::Multiplicative => vec![1.1, 0.98, 1.05, 0.87],
            };
            let start = Params {
                alpha: 0.3,
                beta: 0.3 * 0.2,
                gamma: 0.7 * 0.15,
                phi: 0.93,
                state: State {
                    level: 29.0,
                    trend: 0.5,
                    season,
                },
            };
            let x = layout.numbers(&start);
            let f = |x: &[f64]| value(&problem, &layout.params(x, &[]), 1e-20);
            let d = derivatives(&problem, &layout, &layout.params(&x, &[]), 1e-20);
            let d = d.unwrap_or_else(|| panic!("{model}"));
            assert!((d.value - f(&x)).abs() < 1e-9);
            for i in 0..x.len() {
                let h = 1e-5 * x[i].abs().max(0.1);
                let (mut up, mut down) = (x.clone(), x.clone());
                up[i] += h;
                down[i] -= h;
                let slope = (f(&up) - f(&down)) / (2.0 * h);
                let off = (slope - d.gradient[i]).abs();
                assert!(
                    off < 1e-4 * slope.abs().max(1.0),
                    "{model} {i}: {slope} {}",
                    d.gradient[i]
                );
            }
        }
    }
}
