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

    /// One that was looked for; 1 is none.
    pub fn found(steps: usize) -> Self {
        let found = steps > 1;
        Chosen { steps, found }
    }

    /// What was used, with the season if it was found.
    pub fn told(self, method: String) -> String {
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

/// What the values before do not foretell, of which `filled` has the missing ones too. A season of the values is one of
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
    /// What the season explains, as a value of the standard normal distribution if there is none.
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
mod tests {
    use super::super::normal::Random;
    use super::*;

    fn noise(seed: i64, n: usize) -> Vec<f64> {
        let mut random = Random::new(seed);
        (0..n).map(|_| random.normal()).collect()
    }

    /// `shape` repeated, with noise of a deviation and a line.
    fn made(shape: &[f64], n: usize, deviation: f64, slope: f64) -> Vec<f64> {
        let one = |(t, e): (usize, f64)| {
            100.0 + shape[t % shape.len()] + slope * t as f64 + deviation * e
        };
        noise(7, n).into_iter().enumerate().map(one).collect()
    }

    #[test]
    fn seasons() {
        let week = [26.0, 24.0, 22.0, 21.0, 20.0, 4.0, 3.0];
        let day: Vec<f64> = (0..24)
            .map(|h| {
                if (9..17).contains(&h) {
                    20.0
                } else {
                    f64::from(h) / 4.0
                }
            })
            .collect();
        let hours: Vec<f64> = (0..168)
            .map(|h| if h < 120 { day[h % 24] } else { 2.0 })
            .collect();
        let year: Vec<f64> = (0..12)
            .map(|m| 10.0 * libm::sin(f64::from(m) * std::f64::consts::TAU / 12.0))
            .collect();
        for (shape, n, deviation, slope) in [
            (&week[..], 28, 2.0, 0.0),
            (&week, 56, 5.0, 0.5),
            (&day, 24 * 14, 3.0, 0.05),
            (&hours, 168 * 4, 2.0, 0.0),
            (&year, 60, 4.0, 1.0),
            (&[3.0, -3.0], 40, 1.0, 0.1),
        ] {
            let mut y = made(shape, n, deviation, slope);
            assert_eq!(season(&y), shape.len(), "{n} values");
            // In any unit, with a gap and missing values at either end; four weeks are too few for these.
            for (place, value) in y.iter_mut().enumerate() {
                *value *= 1e200;
                if n > 28 && [0, 1, 11, n - 1].contains(&place) {
                    *value = f64::NAN;
                }
            }
            assert_eq!(season(&y), shape.len(), "{n} values with gaps");
        }
        // Exact ones, of a few values too.
        assert_eq!(season(&[1.0, 2.0, 3.0].repeat(3)), 3);
        assert_eq!(season(&made(&week, 21, 0.0, 1.0)), 7);
        // The longest, and what is longer; the season of the latest values.
        let wave = |period: usize| (0..period).map(move |t| if t < period / 3 { 9.0 } else { 0.0 });
        let long: Vec<f64> = wave(LONGEST).collect();
        assert_eq!(season(&made(&long, 3 * LONGEST, 0.5, 0.0)), LONGEST);
        let longer: Vec<f64> = wave(LONGEST + 1).collect();
        assert_ne!(season(&made(&longer, 4 * LONGEST, 0.5, 0.0)), LONGEST + 1);
        let change = [made(&day, 2_000, 1.0, 0.0), made(&week, LATEST, 1.0, 0.0)].concat();
        assert_eq!(season(&change), 7);
    }

    /// A season of two weeks is no multiple of one by chance, and a day among weeks no part of it.
    #[test]
    fn a_multiple_explains_more() {
        let week = [26.0, 24.0, 22.0, 21.0, 20.0, 4.0, 3.0];
        let multiples = (0..200).filter(|seed| {
            let y: Vec<f64> = noise(*seed, 140)
                .iter()
                .enumerate()
                .map(|(t, e)| week[t % 7] + 6.0 * e)
                .collect();
            season(&y) != 7
        });
        let multiples = multiples.count();
        assert!(multiples <= 10, "{multiples} of 200");
        let fortnight: Vec<f64> = week.iter().copied().chain(week.map(|v| 0.6 * v)).collect();
        assert_eq!(season(&made(&fortnight, 140, 2.0, 0.0)), 14);
    }

    #[test]
    fn nothing_to_find() {
        for none in [
            &[][..],
            &[f64::NAN; 40],
            &[5.0; 40],
            &[0.0; 40],
            &[1.0, 2.0, 1.0, 2.0],
        ] {
            assert_eq!(season(none), 1);
        }
        for slope in [0.1, 1e-9, 1e9] {
            let line: Vec<f64> = (0..100).map(|t| 0.3 + slope * f64::from(t)).collect();
            assert_eq!(season(&line), 1);
        }
        let square: Vec<f64> = (0..100).map(|t| f64::from(t * t)).collect();
        let growth: Vec<f64> = (0..100).map(|t| libm::exp(f64::from(t) / 20.0)).collect();
        let mut jump = vec![3.0; 100];
        jump[60..].fill(9.0);
        let mut one = vec![0.0; 100];
        one[50] = 1.0;
        for none in [square, growth, jump, one] {
            assert_eq!(season(&none), 1, "{none:?}");
        }
    }

    /// Of 500 seeds each of noise and lengths at most 5 % have a season, of white noise and walks 2 %, of what goes in
    /// cycles itself 8 %.
    #[test]
    fn noise_has_none() {
        type Make = fn(&[f64]) -> Vec<f64>;
        fn sums(e: &[f64]) -> Vec<f64> {
            let sum = |s: &mut f64, v: &f64| {
                *s += v;
                Some(*s)
            };
            e.iter().scan(0.0, sum).collect()
        }
        fn regression(e: &[f64], list: &[f64]) -> Vec<f64> {
            let mut y: Vec<f64> = Vec::new();
            for v in e {
                let past: f64 = y.iter().rev().zip(list).map(|(y, c)| y * c).sum();
                y.push(v + past);
            }
            y.split_off(e.len() / 5)
        }
        fn average(e: &[f64], list: &[f64]) -> Vec<f64> {
            let one = |w: &[f64]| {
                w[list.len()]
                    + w.iter()
                        .rev()
                        .skip(1)
                        .zip(list)
                        .map(|(e, c)| e * c)
                        .sum::<f64>()
            };
            e.windows(list.len() + 1).map(one).collect()
        }
        let kinds: [(&str, f64, Make); 14] = [
            ("white", 0.02, <[f64]>::to_vec),
            ("walk", 0.02, sums),
            ("walk with drift", 0.02, |e| {
                sums(&e.iter().map(|v| v + 0.3).collect::<Vec<_>>())
            }),
            ("AR 0.5", 0.05, |e| regression(e, &[0.5])),
            ("AR 0.9", 0.05, |e| regression(e, &[0.9])),
            ("AR -0.7", 0.05, |e| regression(e, &[-0.7])),
            ("AR 1.2, -0.5", 0.05, |e| regression(e, &[1.2, -0.5])),
            ("AR of cycles of 13", 0.08, |e| regression(e, &[1.6, -0.81])),
            ("MA 0.8", 0.05, |e| average(e, &[0.8])),
            ("MA -0.8", 0.05, |e| average(e, &[-0.8])),
            ("MA of five", 0.05, |e| average(e, &[1.0; 5])),
            ("steps of AR 0.5", 0.05, |e| sums(&regression(e, &[0.5]))),
            ("skewed", 0.05, |e| {
                e.iter().map(|v| libm::exp(*v)).collect()
            }),
            ("rare", 0.05, |e| {
                e.iter().map(|v| libm::floor(v.max(1.0) * 3.0)).collect()
            }),
        ];
        let mut over = Vec::new();
        for (name, most, make) in kinds {
            for n in [24, 60, 120] {
                let found = (0..500).filter(|seed| season(&make(&noise(*seed, n))) > 1);
                let share = found.count() as f64 / 500.0;
                println!("{name} of {n}: {:.1} %", 100.0 * share);
                if share > most {
                    over.push((name, n, share));
                }
            }
        }
        assert!(over.is_empty(), "{over:?}");
    }

    /// A value of F and its normal score: of 1 and 5 % points of tables.
    #[test]
    fn scores() {
        for (f, more, free, wanted) in [
            (4.351, 1.0, 20.0, 1.645),
            (2.711, 5.0, 20.0, 1.645),
            (2.979, 10.0, 30.0, 2.326),
            (1.0, 50.0, 50.0, 0.0),
        ] {
            let found = score(f, more, free);
            assert!(
                (found - wanted).abs() < 0.03,
                "F({more}, {free}) {f}: {found}"
            );
        }
        assert_eq!(ranks(&[3.0, f64::NAN, 1.0, 3.0])[2..], [0.5, 2.0]);
    }

    #[test]
    fn told() {
        let week = [26.0, 24.0, 22.0, 21.0, 20.0, 4.0, 3.0].repeat(4);
        let chosen = Chosen::of(&week, Method::Auto);
        assert_eq!(chosen.told("theta".to_owned()), "theta (season 7 found)");
        for method in ["naive", "drift", "ses", "holt_damped", "AAN"] {
            let method = Method::parse(method).unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(Chosen::of(&week, method), Chosen::given(1));
        }
        assert_eq!(Chosen::given(7).told("theta".to_owned()), "theta");
    }
}
