//! Fitting one model: several starts, then bounded steps to the largest likelihood.

mod options;
mod starts;

pub use options::{Options, Region};

use super::decompose;
use super::ets::{self, Derivatives, Layout, Params, Problem, State, Sums};
use super::model::{Model, Noise, Season, Trend};
use super::search::{self, Target};
use serde::{Deserialize, Serialize};

/// A model that was fitted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    pub model: Model,
    pub period: usize,
    pub params: Params,
    /// The states after the last value.
    pub last: State,
    pub sums: Sums,
    /// Smoothing parameters and initial states, the variance not among them.
    pub parameters: usize,
}

impl Estimate {
    /// The log-likelihood of the values, without its constants.
    pub fn log_likelihood(&self) -> f64 {
        self.sums.log_likelihood()
    }

    /// The mean `ahead` steps after the last value; 1 is the next.
    pub fn mean(&self, n: usize, ahead: usize) -> f64 {
        let at = (n + ahead - 1) % self.period;
        self.last.mean(self.model, self.params.phi, at, ahead)
    }

    /// The same parameters and first states after fewer values.
    pub fn at_origin(&self, values: &[f64]) -> Option<Estimate> {
        let problem = Problem {
            model: self.model,
            period: self.period,
            values,
        };
        let (last, _) = problem.run(&self.params, |_, _| ())?;
        Some(Estimate {
            last,
            ..self.clone()
        })
    }

    /// Each value's mean one step ahead and its error, NaN where it is missing.
    pub fn errors(&self, values: &[f64]) -> Vec<(f64, f64)> {
        let problem = Problem {
            model: self.model,
            period: self.period,
            values,
        };
        let mut list = Vec::with_capacity(values.len());
        problem.run(&self.params, |mean, error| list.push((mean, error)));
        list
    }

    /// Akaike's criterion.
    pub fn aic(&self) -> f64 {
        2.0 * (self.parameters as f64 + 1.0) - 2.0 * self.log_likelihood()
    }

    /// Schwarz's criterion.
    pub fn bic(&self) -> f64 {
        let k = self.parameters as f64 + 1.0;
        k * (self.sums.n as f64).ln() - 2.0 * self.log_likelihood()
    }

    /// Akaike's criterion corrected for short series; infinite where there are too few values.
    pub fn aicc(&self) -> f64 {
        let (n, k) = (self.sums.n as f64, self.parameters as f64 + 1.0);
        if n - k - 1.0 <= 0.0 {
            return f64::INFINITY;
        }
        -2.0 * self.log_likelihood() + 2.0 * k + 2.0 * k * (k + 1.0) / (n - k - 1.0)
    }

    /// The model fitted to fewer values, from where this fit is; None where they are too few for its numbers.
    pub fn refit(&self, values: &[f64], options: &Options) -> Option<Estimate> {
        let (model, period) = (self.model, self.period);
        let known = values.iter().filter(|y| !y.is_nan()).count();
        if known < self.parameters + 3 {
            return None;
        }
        let problem = Problem {
            model,
            period,
            values,
        };
        let layout = layout(model, period);
        let fixed = match layout.seasons {
            true => self.params.state.season.clone(),
            false => first_state(model, period, values).season,
        };
        let floor = ets::floor(&problem);
        let target = Likelihood {
            problem,
            layout,
            fixed: &fixed,
            floor,
            penalty: options.penalty,
        };
        let mut x = layout.numbers(&self.params);
        let bounds = bounds(&layout, &options.region);
        search::minimize(&target, &mut x, &bounds, FIRST_PASSES, ENOUGH_ANEW);
        let params = layout.params(&x, &fixed);
        let (last, sums) = problem.run(&params, |_, _| ())?;
        let noise = sums.noise.max(floor);
        Some(Estimate {
            params,
            last,
            sums: Sums { noise, ..sums },
            ..self.clone()
        })
    }

    /// Whether a model that multiplies still serves after a value that is not above zero: none is negative, all states
    /// stay above zero, and the level does not go below the errors that the model makes.
    pub fn serves_after(&self, n: usize, y: f64) -> bool {
        let mut next = self.clone();
        next.update(n, y);
        let level = next.last.level + self.params.phi * next.last.trend;
        let error = (self.sums.sse / self.sums.n.max(1) as f64).sqrt();
        y >= 0.0 && level > error && next.last.season.iter().all(|s| *s > 0.0)
    }

    /// Takes in the value at time `n`; NaN is a missing one. Where the model needs values above zero, it is, or
    /// [`Estimate::serves_after`] said so.
    pub fn update(&mut self, n: usize, y: f64) {
        let at = n % self.period;
        let (mu, e) = self.last.step(self.model, &self.params, at, y);
        if !y.is_nan() {
            self.sums.n += 1;
            self.sums.sse += e * e;
            if self.model.noise == Noise::Multiplicative {
                self.sums.noise += (e / mu) * (e / mu);
                self.sums.logs += mu.abs().ln();
            } else {
                self.sums.noise += e * e;
            }
        }
    }

    /// The noise's variance with the parameters taken from the degrees of freedom; relative for multiplicative
    /// noise.
    pub fn variance(&self) -> f64 {
        let n = self.sums.n as f64;
        self.sums.noise / (n - self.parameters as f64).max(1.0)
    }
}

struct Likelihood<'a> {
    problem: Problem<'a>,
    layout: Layout,
    fixed: &'a [f64],
    floor: f64,
    penalty: (f64, f64),
}

impl Likelihood<'_> {
    fn params(&self, x: &[f64]) -> Params {
        self.layout.params(x, self.fixed)
    }

    fn penalty(&self, x: &[f64]) -> f64 {
        let of = |place: Option<usize>, weight: f64| place.map_or(0.0, |i| weight * x[i]);
        of(self.layout.beta(), self.penalty.0) + of(self.layout.gamma(), self.penalty.1)
    }
}

impl Target for Likelihood<'_> {
    fn value(&self, x: &[f64]) -> f64 {
        crate::interrupt::check();
        let (p, model) = (self.params(x), self.problem.model);
        if self.layout.wide && !ets::is_admissible(&p, model.trend != Trend::None, model.season) {
            return f64::INFINITY;
        }
        ets::value(&self.problem, &p, self.floor) + self.penalty(x)
    }

    fn derivatives(&self, x: &[f64]) -> Option<(f64, Vec<f64>, Vec<f64>)> {
        crate::interrupt::check();
        let p = self.params(x);
        let Derivatives {
            value,
            mut gradient,
            hessian,
        } = ets::derivatives(&self.problem, &self.layout, &p, self.floor)?;
        if let Some(i) = self.layout.beta() {
            gradient[i] += self.penalty.0;
        }
        if let Some(i) = self.layout.gamma() {
            gradient[i] += self.penalty.1;
        }
        Some((value + self.penalty(x), gradient, hessian))
    }
}

/// First estimates of the states: seasonal figures by decomposition, level and trend by a line through the
/// first ten values (or two seasons) without them.
pub fn first_state(model: Model, period: usize, values: &[f64]) -> State {
    let multiplicative = model.season == Season::Multiplicative;
    let season = match model.season {
        Season::None => Vec::new(),
        _ => decompose::indices(values, period, multiplicative),
    };
    let plain = if season.is_empty() {
        values.to_vec()
    } else {
        decompose::adjust(values, &season, multiplicative)
    };
    let most = plain.len().min((2 * period).max(10));
    let (mut level, mut trend) = line(&plain[..most]);
    if model.trend == Trend::None {
        let known: Vec<f64> = plain[..most]
            .iter()
            .copied()
            .filter(|y| !y.is_nan())
            .collect();
        level = known.iter().sum::<f64>() / known.len().max(1) as f64;
        trend = 0.0;
    }
    if model.needs_positive() {
        let above = values.iter().copied().filter(|y| *y > 0.0);
        level = level.max(0.5 * above.fold(f64::INFINITY, f64::min));
        if level + trend <= 0.0 {
            trend = 0.0;
        }
    }
    State {
        level,
        trend,
        season,
    }
}

/// Level just before the first value, and slope, of the line of least squares.
pub fn line(values: &[f64]) -> (f64, f64) {
    let (mut n, mut st, mut sy, mut stt, mut sty) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (t, y) in values.iter().enumerate().filter(|(_, y)| !y.is_nan()) {
        let t = t as f64 + 1.0;
        n += 1.0;
        st += t;
        sy += y;
        stt += t * t;
        sty += t * y;
    }
    let spread = n * stt - st * st;
    if spread <= 0.0 {
        return (sy / f64::max(n, 1.0), 0.0);
    }
    let slope = (n * sty - st * sy) / spread;
    ((sy - slope * st) / n, slope)
}

/// Passes over the series for each start, and for the best of them at the end.
const FIRST_PASSES: usize = 10;
const LAST_PASSES: usize = 60;
/// A step that promises less log-likelihood than this is the last.
const ENOUGH: f64 = 1e-6;
const ENOUGH_AT_LAST: f64 = 1e-9;
/// The same for a fit of fewer values that starts from the fit of all: only its means are used.
const ENOUGH_ANEW: f64 = 1e-4;

/// A season's share above this is at its bound.
const AT_BOUND: f64 = 0.99;

/// Shares below this are tried at 0 too.
const NEAR_ZERO: f64 = 0.2;

/// Fits the model; None where no start lies in its domain.
pub fn fit(model: Model, period: usize, values: &[f64], options: &Options) -> Option<Estimate> {
    let undamped = Model {
        trend: Trend::Additive,
        ..model
    };
    let known = (model.trend == Trend::Damped)
        .then(|| fit_from(undamped, period, values, options, None))
        .flatten();
    fit_from(model, period, values, options, known.as_ref())
}

/// As [`fit`], with one more start: a damped model is near the same one without damping.
pub fn fit_from(
    model: Model,
    period: usize,
    values: &[f64],
    options: &Options,
    near: Option<&Estimate>,
) -> Option<Estimate> {
    let period = if model.season == Season::None {
        1
    } else {
        period
    };
    let problem = Problem {
        model,
        period,
        values,
    };
    let layout = layout(model, period);
    let state = first_state(model, period, values);
    let fixed = state.season.clone();
    let floor = ets::floor(&problem);
    let mut target = Likelihood {
        problem,
        layout,
        fixed: &fixed,
        floor,
        penalty: options.penalty,
    };
    let bounds = bounds(&layout, &options.region);
    let mut starts = starts::starts(&target, &state, options);
    starts.extend(near.map(|e| {
        let phi = if layout.phi().is_some() {
            options.region.phi.1
        } else {
            1.0
        };
        layout.numbers(&Params {
            phi,
            ..e.params.clone()
        })
    }));

    let mut best: Option<(f64, Vec<f64>)> = None;
    for mut x in starts {
        let f = search::minimize(&target, &mut x, &bounds, FIRST_PASSES, ENOUGH);
        if f < best.as_ref().map_or(f64::INFINITY, |b| b.0) {
            best = Some((f, x));
        }
    }
    let (_, mut x) = best?;
    let mut reached = search::minimize(&target, &mut x, &bounds, LAST_PASSES, ENOUGH_AT_LAST);
    // A share of 0 may be a peak of its own beside one just above it.
    for share in [layout.beta(), layout.gamma()].into_iter().flatten() {
        if x[share] > 0.0 && x[share] < NEAR_ZERO {
            let (mut other, mut held) = (x.clone(), bounds.clone());
            held[share] = (0.0, 0.0);
            let f = search::minimize(&target, &mut other, &held, LAST_PASSES, ENOUGH_AT_LAST);
            if f < reached {
                (reached, x) = (f, other);
            }
        }
    }
    let mut params = layout.params(&x, &fixed);
    if let Some(g) = layout.gamma()
        && options.region.beyond
        && x[g] > AT_BOUND
    {
        target.layout.wide = true;
        let mut wider = bounds.clone();
        wider[g] = (0.0, 2.0);
        let mut x = target.layout.numbers(&params);
        // From well within, as the way along the bound is narrow.
        x[g] = 1.0 - 0.5 * params.alpha;
        let f = search::minimize(&target, &mut x, &wider, LAST_PASSES, ENOUGH_AT_LAST);
        if f < reached {
            params = target.params(&x);
        }
    }
    let (last, sums) = problem.run(&params, |_, _| ())?;
    Some(Estimate {
        model,
        period,
        params,
        last,
        sums: Sums {
            noise: sums.noise.max(floor),
            ..sums
        },
        parameters: layout.parameters(),
    })
}

fn layout(model: Model, period: usize) -> Layout {
    let mut layout = Layout {
        model,
        period,
        seasons: true,
        wide: false,
    };
    layout.seasons = layout.size() <= ets::MOST;
    layout
}

fn bounds(layout: &Layout, region: &Region) -> Vec<(f64, f64)> {
    let mut list = vec![(f64::NEG_INFINITY, f64::INFINITY); layout.size()];
    list[ets::ALPHA] = region.alpha;
    for share in [layout.beta(), layout.gamma()].into_iter().flatten() {
        list[share] = region.share;
    }
    if let Some(i) = layout.phi() {
        list[i] = region.phi;
    }
    list
}
