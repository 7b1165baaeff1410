//! The season of values that come without one.
//!
//! Candidates are the peaks of the autocorrelation function, of the values without their line and of their steps.
//! Each is judged by an F test of seasonal means, on the values and on their ranks (Kruskal and Wallis), after what
//! an autoregression says of the values without that season is taken out of them.

use super::method::Method;
use super::normal;
use crate::interrupt;
use std::collections::BTreeSet;

/// The longest season that is looked for: a week of half hours has 336, a year of days 365.
pub const LONGEST: usize = 400;
/// The latest values, which are looked at: 18 weeks of hours.
const LATEST: usize = 3_000;
/// The highest peaks of each autocorrelation function, which are looked at. A season of 7 has 57 of them, of which the
/// first are the highest.
const PEAKS: usize = 40;
/// Seasons that have to be there.
const SEASONS: usize = 3;
/// The most terms of the autoregression.
const ORDER: usize = 6;
/// The chance that noise has a season, by the tests. As order and coefficients of the autoregression are estimates it
/// is more: over 500 seeds a kind of noise and length 1.6 % of white noise and random walks at most, 3.2 % of
/// autoregressions, 3.6 % of moving averages and 4 % of an autoregression that itself goes in cycles (6 % with
/// other seeds).
const CHANCE: f64 = 0.001;
/// The chance that a season is taken for one of its multiples.
const MULTIPLE: f64 = 0.05;
/// Beside values of 1, all of what is smaller is rounding.
const ROUNDING: f64 = 1e-9;

/// A season, and whether it was found rather than given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chosen {
    pub steps: usize,
    pub found: bool,
}

impl Chosen {
    /// A season of so many steps that the caller gave.
    pub fn given(steps: usize) -> Self {
        let found = false;
        Chosen { steps, found }
    }

    /// The season of values, where the method can follow one.
    pub fn of(values: &[f64], method: Method) -> Self {
        if method.is_seasonal() {
            Self::found(season(values))
        } else {
            Self::given(1)
        }
    }

    /// A season that was detected; 1 means no season.
    pub fn found(steps: usize) -> Self {
        let found = steps > 1;
        Chosen { steps, found }
    }

    /// What was used, with the season if it was found.
    pub fn label(self, method: String) -> String {
        if self.found {
            format!("{method} (season {} found)", self.steps)
        } else {
            method
        }
    }
}

/// The number of steps after which values, the oldest first, repeat; 1 where no season shows. NaN are missing ones.
pub fn season(values: &[f64]) -> usize {
    let first = values.iter().position(|y| !y.is_nan()).unwrap_or(0);
    let end = values
        .iter()
        .rposition(|y| !y.is_nan())
        .map_or(0, |i| i + 1);
    let latest = &values[first.max(end.saturating_sub(LATEST))..end];
    let longest = (latest.len() / SEASONS).min(LONGEST);
    let largest = latest.iter().fold(0.0, |a: f64, y| a.max(y.abs()));
    if longest < 2 || largest == 0.0 {
        return 1;
    }
    let y: Vec<f64> = latest.iter().map(|y| y / largest).collect();
    let (candidates, peaks) = candidates(&y, longest);
    let limit = normal::quantile(1.0 - CHANCE / peaks.max(1) as f64);
    let mut best: Option<(usize, f64)> = None;
    for period in candidates {
        let better = |t: &Test| t.score > limit && best.is_none_or(|b| t.information < b.1);
        if let Some(found) = test(&y, period, 1).filter(better) {
            best = Some((period, found.information));
        }
    }
    let Some((period, _)) = best else { return 1 };
    // What explains no more than a part of it does is a multiple of a season.
    let own = normal::quantile(1.0 - CHANCE);
    let is_all = |part: &usize| {
        let more = normal::quantile(1.0 - MULTIPLE / (longest / part) as f64);
        period.is_multiple_of(*part)
            && test(&y, period, *part).is_none_or(|t| t.score <= more)
            && test(&y, *part, 1).is_some_and(|t| t.score > own)
    };
    (2..period).find(is_all).unwrap_or(period)
}

/// Whether values repeat after `period` steps beyond what a part of it explains.
pub fn repeats(values: &[f64], period: usize, part: usize) -> bool {
    let latest = &values[values.len().saturating_sub(LATEST.max(3 * period))..];
    let largest = latest.iter().fold(0.0, |a: f64, y| a.max(y.abs()));
    let y: Vec<f64> = latest.iter().map(|y| y / largest).collect();
    largest > 0.0
        && test(&y, period, part).is_some_and(|t| t.score > normal::quantile(1.0 - CHANCE))
}

/// Whether the autocorrelation at this lag is positive and above that of half as many steps more or less.
pub fn is_peak(values: &[f64], lag: usize) -> bool {
    let latest = &values[values.len().saturating_sub(LATEST)..];
    let zero = |v: f64| if v.is_nan() { 0.0 } else { v };
    let largest = latest.iter().fold(0.0, |a: f64, y| a.max(y.abs()));
    if largest == 0.0 || latest.len() < 2 * lag {
        return false;
    }
    let y: Vec<f64> = latest.iter().map(|y| y / largest).collect();
    let off: Vec<f64> = without(&y, 1).values.into_iter().map(zero).collect();
    let at = |lag: usize| -> f64 {
        let pairs = off.iter().zip(off.get(lag..).unwrap_or_default());
        pairs.map(|(a, b)| a * b).sum()
    };
    let own = at(lag);
    own > 0.0 && own > at(lag - lag / 2) && own > at(lag + lag / 2)
}

/// Lags whose autocorrelation is above those of its neighbors, the highest of them, and how many there are.
fn candidates(y: &[f64], longest: usize) -> (BTreeSet<usize>, usize) {
    let zeroed = |list: Vec<f64>| -> Vec<f64> {
        let zero = |v: f64| if v.is_nan() { 0.0 } else { v };
        list.into_iter().map(zero).collect()
    };
    let off = zeroed(without(y, 1).values);
    if off.iter().all(|v| v.abs() < ROUNDING) {
        return (BTreeSet::new(), 0);
    }
    // A slow wave hides a season, which shows in steps; noise hides a long season's steps.
    let steps = zeroed(without(&steps(y), 1).values);
    let (mut list, mut every) = (BTreeSet::new(), BTreeSet::new());
    for off in [off, steps] {
        let one = |lag: usize| -> f64 {
            interrupt::check();
            off.iter()
                .zip(off.get(lag..).unwrap_or_default())
                .map(|(a, b)| a * b)
                .sum()
        };
        let all: Vec<f64> = (1..=longest + 1).map(one).collect();
        let is_peak = |w: &[f64]| w[1] > 0.0 && w[1] > w[0] && w[1] >= w[2];
        let peaks = all.windows(3).enumerate().filter(|(_, w)| is_peak(w));
        let mut peaks: Vec<(usize, f64)> = peaks.map(|(i, w)| (i + 2, w[1])).collect();
        peaks.sort_by(|a, b| b.1.total_cmp(&a.1));
        every.extend(peaks.iter().map(|p| p.0));
        list.extend(peaks.iter().take(PEAKS).map(|p| p.0));
    }
    (list, every.len())
}

fn steps(y: &[f64]) -> Vec<f64> {
    y.windows(2).map(|w| w[1] - w[0]).collect()
}

struct Rest {
    values: Vec<f64>,
    /// What was taken out of each.
    fitted: Vec<f64>,
    /// Means and slope that were taken out.
    taken: usize,
}

/// Values without the mean of each place of a season and one line.
fn without(y: &[f64], period: usize) -> Rest {
    let middle = (y.len() as f64 - 1.0) / 2.0;
    let known = || y.iter().enumerate().filter(|(_, v)| !v.is_nan());
    let (mut means, mut times, mut counts) =
        (vec![0.0; period], vec![0.0; period], vec![0.0; period]);
    for (t, v) in known() {
        means[t % period] += v;
        times[t % period] += t as f64 - middle;
        counts[t % period] += 1.0;
    }
    for (place, count) in counts.iter().enumerate().filter(|(_, n)| **n > 0.0) {
        means[place] /= count;
        times[place] /= count;
    }
    let time = |t: usize| t as f64 - middle - times[t % period];
    let (mut product, mut square) = (0.0, 0.0);
    for (t, v) in known() {
        product += time(t) * (v - means[t % period]);
        square += time(t) * time(t);
    }
    let slope = if square > 0.0 { product / square } else { 0.0 };
    let one = |t: usize| means[t % period] + slope * time(t);
    let fitted: Vec<f64> = (0..y.len()).map(one).collect();
    Rest {
        values: y.iter().zip(&fitted).map(|(v, f)| v - f).collect(),
        fitted,
        taken: counts.iter().filter(|n| **n > 0.0).count() + 1,
    }
}

/// The sum of squares of known values, and their number.
fn squares(values: &[f64]) -> (f64, usize) {
    let known = values.iter().filter(|v| !v.is_nan());
    known.fold((0.0, 0), |(sum, n), v| (sum + v * v, n + 1))
}

/// Coefficients of the autoregression of least AIC, by Burg's recursion.
fn autoregression(rest: &[f64]) -> Vec<f64> {
    let zero = |v: &f64| if v.is_nan() { 0.0 } else { *v };
    let mut forward: Vec<f64> = rest.iter().map(zero).collect();
    let mut backward = forward.clone();
    let n = rest.len();
    let (mut list, mut best): (Vec<f64>, Vec<f64>) = (Vec::new(), Vec::new());
    // The logarithm of the share of variance that is left, and the least AIC, both from none at order 0.
    let (mut left, mut least) = (0.0, 0.0);
    for order in 1..=ORDER.min(n / 4) {
        let (mut product, mut square) = (0.0, 0.0);
        for t in order..n {
            product += forward[t] * backward[t - 1];
            square += forward[t] * forward[t] + backward[t - 1] * backward[t - 1];
        }
        let k = 2.0 * product / square;
        if k.is_nan() || k.abs() >= 1.0 {
            break;
        }
        let lower = list.clone();
        for (own, other) in list.iter_mut().zip(lower.iter().rev()) {
            *own -= k * other;
        }
        list.push(k);
        for t in (order..n).rev() {
            let (f, b) = (forward[t], backward[t - 1]);
            forward[t] = f - k * b;
            backward[t] = b - k * f;
        }
        left += libm::log(1.0 - k * k);
        let aic = n as f64 * left + 2.0 * order as f64;
        if aic < least {
            (least, best) = (aic, list.clone());
        }
    }
    best
}

/// The one-step errors of the autoregression; `filled` has estimates for missing values. A season of the values is one of
/// these.
fn surprises(y: &[f64], filled: &[f64], coefficients: &[f64]) -> Vec<f64> {
    let order = coefficients.len();
    let one = |t: usize| {
        let past = filled[..t].iter().rev().zip(coefficients);
        y[t] - past.map(|(v, c)| v * c).sum::<f64>()
    };
    (order..y.len()).map(one).collect()
}

struct Test {
    /// How much the season explains, as a standard normal value if there is no season.
    score: f64,
    /// AICc over the number of values.
    information: f64,
}

/// Whether a season explains more than a part of it does; a part of 1 is no season. None where too little is known.
fn test(y: &[f64], period: usize, part: usize) -> Option<Test> {
    interrupt::check();
    let rest = without(y, period);
    let (left, all) = (squares(&rest.values).0, squares(&without(y, part).values).0);
    let rounding = ROUNDING * ROUNDING * y.len() as f64;
    if left <= rounding {
        return (all > rounding).then_some(Test {
            score: f64::INFINITY,
            information: f64::NEG_INFINITY,
        });
    }
    // One missing value should not cost the six that follow it.
    let fill = |(v, f): (&f64, &f64)| if v.is_nan() { *f } else { *v };
    let filled: Vec<f64> = y.iter().zip(&rest.fitted).map(fill).collect();
    let plain = judge(y, &filled, &rest.values, period, part)?;
    // A walk's season of a few turns deceives the first, as what is left of it looks tamer than it is; the steps of
    // stationary values the second. A season has to pass both. Ranks of steps would miss what jumps twice a season.
    let (y, filled, rest) = (steps(y), steps(&filled), steps(&rest.values));
    let differenced = judge(&y, &filled, &rest, period, part)?;
    let scores = [plain.score, plain.by_ranks, differenced.score];
    scores.iter().all(|s| !s.is_nan()).then_some(Test {
        score: scores.into_iter().fold(f64::INFINITY, f64::min),
        information: plain.information,
    })
}

struct Judged {
    score: f64,
    by_ranks: f64,
    information: f64,
}

fn judge(y: &[f64], filled: &[f64], rest: &[f64], period: usize, part: usize) -> Option<Judged> {
    let coefficients = autoregression(rest);
    let white = surprises(y, filled, &coefficients);
    let (with, less) = (without(&white, period), without(&white, part));
    let ((own, n), (all, _)) = (squares(&with.values), squares(&less.values));
    let more = with.taken.checked_sub(less.taken).filter(|d| *d > 0)? as f64;
    let used = with.taken + coefficients.len();
    let free = n.checked_sub(used).filter(|d| *d > 2)? as f64;
    let ranks = ranks(&less.values);
    let ranked = |period: usize| squares(&without(&ranks, period).values).0;
    let by = |all: f64, own: f64| score((all - own) / more / (own / free), more, free);
    let (n, taken) = (n as f64, with.taken as f64);
    Some(Judged {
        score: by(all, own),
        by_ranks: by(ranked(part), ranked(period)),
        information: libm::log(own / n) + 2.0 * taken / (n - taken - 1.0),
    })
}

/// The standard normal value that is as rare as a value of the F distribution: Paulson's approximation (Annals of
/// Mathematical Statistics 13, 1942).
fn score(f: f64, more: f64, free: f64) -> f64 {
    if f == f64::INFINITY {
        return f;
    }
    let (a, b) = (2.0 / (9.0 * more), 2.0 / (9.0 * free));
    let root = libm::cbrt(f);
    ((1.0 - b) * root - (1.0 - a)) / libm::sqrt(b * root * root + a)
}

/// Places by size, those of equal values their mean; NaN stay.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).filter(|i| !values[*i].is_nan()).collect();
    order.sort_unstable_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut list = vec![f64::NAN; values.len()];
    let mut before = 0.0;
    for equal in order.chunk_by(|a, b| values[*a] == values[*b]) {
        let count = equal.len() as f64;
        for i in equal {
            list[*i] = before + count / 2.0;
        }
        before += count;
    }
    list
}

#[cfg(test)]
mod tests;
