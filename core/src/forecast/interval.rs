//! How far off a forecast may be: by formula where there is one, else by simulated paths.

use super::estimate::Estimate;
use super::ets::State;
use super::model::{Noise, Season, Trend};
use super::normal::{Random, quantile};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Means, and for each level the lower and upper bounds, a row a step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Forecast {
    pub mean: Vec<f64>,
    pub lower: Vec<Vec<f64>>,
    pub upper: Vec<Vec<f64>>,
    /// What stood in for a part of the fit, and why.
    pub notes: Vec<String>,
    /// The first steps, which are of a model that stays above zero.
    pub positive: usize,
}

/// Paths that are simulated for a quantile: that of 97.5 % has a standard error of 0.05 of the noise's.
pub const PATHS: usize = 3_000;
/// If more paths than this have to be held above zero at one step, the model does not serve.
const HELD: usize = PATHS / 100;
/// Fewer paths than this outside of the bounds do not place them.
const FEWEST_OUTSIDE: f64 = 3.0;
/// Degrees of freedom from which the normal distribution serves: the 97.5 % quantile is 0.2 % off.
const NORMAL: usize = 1_000;
/// The level of an interval that reaches one standard deviation to each side.
pub const ONE_DEVIATION: f64 = 0.682_689_492_137_085_9;
/// The damping of what stands in for a model without damping.
const DAMPING: f64 = 0.9;

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

    /// Puts 0 for what is below it.
    pub fn cut(&mut self) {
        let bounds = self.lower.iter_mut().chain(&mut self.upper).flatten();
        let below = |v: &&mut f64| **v < 0.0;
        self.mean
            .iter_mut()
            .chain(bounds)
            .filter(below)
            .for_each(|v| *v = 0.0);
    }

    /// Bounds of Student's distribution in place of the normal one: wider by the quotient of their quantiles, as
    /// the deviation is an estimate with so many degrees of freedom. What is positive stays at or above 0.
    pub fn widen(&mut self, freedom: usize, levels: &[f64]) {
        if freedom >= NORMAL {
            return;
        }
        let Ok(student) = StudentsT::new(0.0, 1.0, freedom.max(1) as f64) else {
            return;
        };
        let quotient = |l: &f64| {
            let share = 0.5 + l / 2.0;
            (student.inverse_cdf(share) / quantile(share)).max(1.0)
        };
        let quotients: Vec<f64> = levels.iter().map(quotient).collect();
        for (k, mean) in self.mean.iter().enumerate() {
            for (i, q) in quotients.iter().enumerate() {
                let (low, high) = (&mut self.lower[k][i], &mut self.upper[k][i]);
                let least = least(k < self.positive, *low);
                *low = (mean - (mean - *low) * q).max(least);
                *high = mean + (*high - mean) * q;
            }
        }
    }

    /// Bounds that hold what their level says by past errors: `multiples` are deviations by the normal distribution's
    /// quantile, in ascending order.
    pub fn calibrate(&mut self, levels: &[f64], multiples: &[(f64, f64)]) {
        let Some(last) = multiples.last() else { return };
        let wanted = |z: f64| {
            let mut low = (0.0, 0.0);
            for high in multiples {
                if z <= high.0 {
                    return low.1 + (high.1 - low.1) * (z - low.0) / (high.0 - low.0);
                }
                low = *high;
            }
            z * last.1 / last.0
        };
        for (i, level) in levels.iter().enumerate() {
            let z = quantile(0.5 + level / 2.0);
            let times = wanted(z) / z;
            for (k, mean) in self.mean.iter().enumerate() {
                let (low, high) = (&mut self.lower[k][i], &mut self.upper[k][i]);
                let least = least(k < self.positive, *low);
                *low = (mean - (mean - *low) * times).max(least);
                *high = mean + (*high - mean) * times;
            }
        }
    }

    /// Leaves out the first steps.
    pub fn skip(&mut self, steps: usize) {
        self.mean.drain(..steps);
        self.lower.drain(..steps);
        self.upper.drain(..steps);
        self.positive = self.positive.saturating_sub(steps);
    }

    /// The weighted mean of some forecasts of the same steps. Where these differ, bounds are wider by the deviation of
    /// their means.
    pub fn combined(parts: impl Iterator<Item = (f64, Forecast)>, levels: &[f64]) -> Forecast {
        let mut all = Forecast::default();
        let mut means = Vec::new();
        let mut positive = usize::MAX;
        for (weight, one) in parts {
            all.add(&one, weight);
            positive = positive.min(one.positive);
            means.push((weight, one.mean));
        }
        all.positive = positive.min(all.mean.len());
        let positive = all.positive;
        let widths: Vec<f64> = levels.iter().map(|l| quantile(0.5 + l / 2.0)).collect();
        for (k, mean) in all.mean.iter().enumerate() {
            let off = means.iter().map(|(w, m)| w * (m[k] - mean) * (m[k] - mean));
            let variance: f64 = off.sum();
            for (i, z) in widths.iter().enumerate() {
                let (low, high) = (&mut all.lower[k][i], &mut all.upper[k][i]);
                let wider = |half: f64| (half * half + z * z * variance).sqrt();
                let least = least(k < positive, *low);
                *low = (mean - wider(mean - *low)).max(least);
                *high = mean + wider(*high - mean);
            }
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
        self.notes.extend(other.notes.iter().cloned());
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

/// How low a widened bound may go: what is positive stays at or above 0.
fn least(positive: bool, bound: f64) -> f64 {
    if positive {
        bound.min(0.0)
    } else {
        f64::NEG_INFINITY
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
    let means: Vec<f64> = means.collect();
    let mut found = simulate(e, n, &means, levels, seed);
    if let Some(level) = levels
        .iter()
        .find(|l| (1.0 - **l) * (PATHS as f64) < FEWEST_OUTSIDE)
    {
        found.notes.push(format!(
            "bounds of level {level} are those of the outermost of {PATHS} paths"
        ));
    }
    // From where the model does not serve, an additive one goes on from the states that it would have by then. So a
    // longer horizon begins as a shorter one.
    let done = found.mean.len();
    if e.model.needs_positive() {
        found.positive = done;
    }
    if done < horizon {
        let mut there = e.clone();
        there.last = e.last.clone().ahead(e.model, &e.params, n, done, e.period);
        let other = additive(&there);
        let means = (1..=horizon - done).map(|h| other.mean(n + done, h));
        let sd = variances(&other, horizon).split_off(done);
        let rest = Forecast::normal(means.zip(sd.into_iter().map(f64::sqrt)), levels);
        found.mean.extend(rest.mean);
        found.lower.extend(rest.lower);
        found.upper.extend(rest.upper);
        found.notes.push(format!(
            "ETS({}) nears zero {} steps ahead, ETS({}) stands in from there",
            e.model,
            done + 1,
            other.model
        ));
    }
    found
}

/// The additive damped model that goes on from the same states with the same parameters. Its errors are those
/// that the model made, in the unit of the values.
pub fn additive(e: &Estimate) -> Estimate {
    let mut other = e.clone();
    other.model.noise = Noise::Additive;
    if e.model.trend == Trend::Additive {
        other.model.trend = Trend::Damped;
        other.params.phi = DAMPING;
    }
    if e.model.season == Season::Multiplicative {
        other.model.season = Season::Additive;
        let level = e.last.level;
        let season = &mut other.last.season;
        season.iter_mut().for_each(|s| *s = level * (*s - 1.0));
    }
    other.sums.noise = e.sums.sse;
    other.sums.logs = 0.0;
    other
}

/// The means, held within the middle half of simulated paths, and the paths' quantiles. All paths go a step at a
/// time, so that memory does not grow with the horizon. It ends before the step at which a mean or more than one path
/// in a hundred leaves what a multiplicative part allows.
fn simulate(e: &Estimate, n: usize, means: &[f64], levels: &[f64], seed: i64) -> Forecast {
    let mut all = Forecast::default();
    let mut random = Random::new(seed);
    let sigma = e.variance().sqrt();
    let mut paths: Vec<State> = vec![e.last.clone(); PATHS];
    let mut values = vec![0.0; PATHS];
    // A path that would leave what a multiplicative part allows is held just inside.
    let least = 1e-6 * e.last.level.abs();
    for (h, mean) in means.iter().enumerate() {
        crate::interrupt::check();
        let mut held = 0;
        let at = (n + h) % e.period;
        for (path, value) in paths.iter_mut().zip(&mut values) {
            let mut low = false;
            if e.model.needs_positive() {
                let floor = least - e.params.phi * path.trend;
                low = path.level < floor;
                path.level = path.level.max(floor);
            }
            if e.model.season == Season::Multiplicative {
                low |= path.season[at] < 1e-6;
                path.season[at] = path.season[at].max(1e-6);
            }
            held += usize::from(low);
            let mu = path.mean(e.model, e.params.phi, at, 1);
            let noise = sigma * random.normal();
            *value = match e.model.noise {
                Noise::Additive => mu + noise,
                Noise::Multiplicative => mu * (1.0 + noise),
            };
            path.step(e.model, &e.params, at, *value);
        }
        if held > HELD || (e.model.needs_positive() && *mean < least) {
            break;
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
        // Growing noise makes paths so skewed that a mean of few large ones lies above nearly all of them.
        let mean = mean.min(bound(0.75)).max(bound(0.25));
        all.mean.push(mean);
        let low = |l: &f64| bound(0.5 - l / 2.0).min(mean);
        all.lower.push(levels.iter().map(low).collect());
        let high = |l: &f64| bound(0.5 + l / 2.0).max(mean);
        all.upper.push(levels.iter().map(high).collect());
    }
    all
}

#[cfg(test)]
mod tests {
    use crate::forecast::{Method, fit};

    /// Falls to zero within the horizon, and noise that swallows its own mean.
    #[test]
    fn a_mean_lies_among_its_paths() {
        let share = [1.2, 1.1, 1.0, 1.0, 0.9, 0.3, 0.2];
        let to_zero = |i: usize| ((60.0 - i as f64 * 0.66) * share[i % 7]).round() + 1.0;
        let steep = |i: usize| f64::max(100.0 - i as f64 * 5.0, 1.0) + (i % 4) as f64;
        let fast = |i: usize| libm::exp(i as f64 / 2.0);
        let cases: [(Vec<f64>, &str, usize, usize); 5] = [
            ((0..84).map(to_zero).collect(), "MAM", 7, 28),
            ((0..84).map(to_zero).collect(), "ets", 7, 28),
            ((0..84).map(to_zero).collect(), "auto", 7, 28),
            (
                (1..=20).map(steep).collect(),
                "holt_winters_multiplicative",
                4,
                8,
            ),
            ((1..=20).map(fast).collect(), "MAM", 4, 30),
        ];
        for (values, name, season, horizon) in cases {
            let fit = Method::parse(name).and_then(|m| fit(&values, m, season));
            let fit = fit.unwrap_or_else(|e| panic!("{e}"));
            let found = fit.forecast(horizon, &[0.8, 0.95], false, 1);
            let found = found.unwrap_or_else(|e| panic!("{e}"));
            let said = fit.label(&found);
            for k in 0..horizon {
                let (low, high, mean) = (&found.lower[k], &found.upper[k], found.mean[k]);
                let inside = low.iter().all(|l| *l <= mean) && high.iter().all(|h| *h >= mean);
                assert!(inside, "{said} {k}: {mean} of {low:?} {high:?}");
                assert!(
                    mean > 0.0 || said.contains("stands in"),
                    "{said} {k}: {mean}"
                );
            }
            println!("{said}: {:?}", found.mean);
        }
    }
}
