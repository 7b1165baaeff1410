//! Back-tests: forecasts from past origins against what came, beside the seasonal naive method.

use super::detect::{self, Chosen};
use super::dst_slots::DstSlots;
use super::method::Method;
use super::open::ForecastRequest;
use super::time_index::TimeIndex;
use crate::error::{Error, Result};

/// The most origins.
pub const MAX_FOLDS: usize = 1_000;
/// Errors below this share of the largest value count as rounding: a forecast of 1e-14 for a closed day would otherwise
/// be an error of 200 %.
const ROUNDING: f64 = 1e-11;
const LEVELS: [f64; 2] = [0.8, 0.95];

/// How one method did.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    pub method: String,
    /// Mean absolute error over that of the seasonal naive method within the values fitted.
    pub mase: Option<f64>,
    /// Percent, from 0 to 200.
    pub smape: Option<f64>,
    /// In the values' unit.
    pub rmse: Option<f64>,
    /// Shares of values within the 80 % and the 95 % interval.
    pub coverage: [Option<f64>; 2],
    pub folds: usize,
    /// Whether it errs less than the seasonal naive method did.
    pub beats_naive: bool,
    pub note: String,
}

#[derive(Default)]
struct Sums {
    scaled: f64,
    scales: usize,
    absolute: f64,
    percent: f64,
    squares: f64,
    inside: [usize; 2],
    /// Values that had bounds of each level, values in all, origins with some, origins passed over.
    bounded: [usize; 2],
    n: usize,
    folds: usize,
    passed: usize,
    said: String,
}

/// How the test is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    /// None: at each origin the one that the values before it show.
    pub season: Option<usize>,
    pub horizon: usize,
    /// Origins, each a horizon before the next; the last horizon ends with the values.
    pub folds: usize,
    /// Open hours of each step, if the forecasts are made by them.
    pub hours: Option<&'a [f64]>,
    /// When the values were, if that is known.
    pub index: Option<&'a TimeIndex>,
    pub seed: i64,
}

impl Plan<'_> {
    /// Scores of the methods, in their order.
    ///
    /// # Errors
    /// 22023 where the values leave no origin with something to fit before it; those of forecasting.
    pub fn run(&self, values: &[f64], methods: &[Method]) -> Result<Vec<Score>> {
        super::check_values(values)?;
        super::check_season(self.season.unwrap_or(1))?;
        super::fit::check_horizon(self.horizon)?;
        if self.folds < 1 || self.folds > MAX_FOLDS {
            return Err(Error::parameter(
                format!("folds must be from 1 to {MAX_FOLDS}, not {}", self.folds),
                "Give the number of origins to forecast from.",
            ));
        }
        let least = (2 * self.season.unwrap_or(1)).max(3);
        let folds = self
            .folds
            .min(values.len().saturating_sub(least) / self.horizon);
        if folds == 0 {
            return Err(Error::parameter(
                format!(
                    "{} values are too few to test a forecast {} steps ahead",
                    values.len(),
                    self.horizon
                ),
                format!(
                    "Give at least {} values, or a shorter horizon.",
                    least + self.horizon
                ),
            ));
        }
        let chosen = |fold: usize| match self.season {
            Some(season) => Chosen::given(season),
            None => Chosen::found(detect::season(&values[..self.origin(values, folds, fold)])),
        };
        let seasons: Vec<Chosen> = (0..folds).map(chosen).collect();
        let naive = self.sums(values, Method::SeasonalNaive, &seasons)?;
        methods
            .iter()
            .map(|m| Ok(self.score(*m, self.sums(values, *m, &seasons)?, &naive, folds)))
            .collect()
    }

    fn origin(&self, values: &[f64], folds: usize, fold: usize) -> usize {
        values.len() - self.horizon * (folds - fold)
    }

    /// By the season of each origin.
    fn sums(&self, values: &[f64], method: Method, seasons: &[Chosen]) -> Result<Sums> {
        let mut sums = Sums::default();
        let tiny = ROUNDING * values.iter().fold(0.0, |a: f64, y| a.max(y.abs()));
        for (fold, season) in seasons.iter().enumerate() {
            crate::interrupt::check();
            let origin = self.origin(values, seasons.len(), fold);
            let (past, later) = values.split_at(origin);
            let later = &later[..self.horizon];
            let ask = ForecastRequest {
                method,
                season: season.steps,
                horizon: self.horizon,
                levels: &LEVELS,
                nonnegative: false,
                seed: self.seed,
            };
            let open = |t: usize| {
                self.hours
                    .is_none_or(|h| h.get(t).is_some_and(|h| *h > 0.0))
            };
            if !past.iter().enumerate().any(|(t, y)| open(t) && !y.is_nan()) {
                sums.passed += 1;
                continue;
            }
            let (forecast, said) = ask.run_on(self.index, past, self.hours)?;
            sums.said = if method.is_seasonal() {
                season.label(said)
            } else {
                said
            };
            let (mut off, mut n) = (0.0, 0);
            for (k, y) in later.iter().enumerate().filter(|(_, y)| !y.is_nan()) {
                let e = y - forecast.mean[k];
                off += e.abs();
                n += 1;
                sums.squares += e * e;
                let size = y.abs() + forecast.mean[k].abs();
                sums.percent += if e.abs() > tiny {
                    200.0 * e.abs() / size
                } else {
                    0.0
                };
                for level in 0..LEVELS.len() {
                    let (low, high) = (forecast.lower[k][level], forecast.upper[k][level]);
                    sums.bounded[level] += usize::from(!low.is_nan());
                    sums.inside[level] += usize::from((low..=high).contains(y));
                }
            }
            sums.n += n;
            sums.folds += usize::from(n > 0);
            sums.absolute += off;
            let scale = match DstSlots::of(self.index, season.steps) {
                Some(wall) => scale(&wall.values_by_slot(past), season.steps),
                None => scale(past, season.steps),
            };
            if let Some(scale) = scale
                && n > 0
            {
                sums.scaled += off / n as f64 / scale;
                sums.scales += 1;
            }
        }
        Ok(sums)
    }

    fn score(&self, method: Method, sums: Sums, naive: &Sums, folds: usize) -> Score {
        let over = |sum: f64, n: usize| (n > 0).then(|| sum / n as f64);
        let mean = |s: &Sums| s.absolute / s.n.max(1) as f64;
        let (own, plain) = (mean(&sums), mean(naive));
        let beats = sums.n > 0 && own < plain;
        let mut notes = Vec::new();
        if folds < self.folds {
            notes.push(format!(
                "{folds} folds instead of {}, as the series is short",
                self.folds
            ));
        }
        if sums.passed > 0 {
            notes.push(format!(
                "{} folds passed over: no value in open time before them",
                sums.passed
            ));
        }
        if sums.n == 0 {
            notes.push("no value to score".to_owned());
        } else if method != Method::SeasonalNaive && !beats {
            notes.push(if own > plain && plain > 0.0 {
                let by = 100.0 * (own / plain - 1.0);
                format!("seasonal_naive errs less: this one {by:.0} % more")
            } else {
                "no better than seasonal_naive".to_owned()
            });
        }
        let plainly = format!("{}, by open hours", method.name());
        if self.hours.is_some() && sums.said == plainly {
            notes.push("by open hours".to_owned());
        } else if !sums.said.is_empty() && sums.said != method.name() {
            notes.push(format!("used at the last origin: {}", sums.said));
        }
        Score {
            method: method.name(),
            mase: (sums.scales > 0).then(|| sums.scaled / sums.scales as f64),
            smape: over(sums.percent, sums.n),
            rmse: over(sums.squares, sums.n).map(f64::sqrt),
            coverage: [0, 1].map(|l| over(sums.inside[l] as f64, sums.bounded[l])),
            folds: sums.folds,
            beats_naive: beats,
            note: notes.join("; "),
        }
    }
}

/// The mean absolute difference over one season; None if there is no such pair or it is 0.
fn scale(values: &[f64], season: usize) -> Option<f64> {
    let season = if values.len() > season { season } else { 1 };
    let steps = values
        .iter()
        .zip(values.get(season..)?)
        .map(|(a, b)| (a - b).abs());
    let (sum, n) = steps
        .filter(|d| !d.is_nan())
        .fold((0.0, 0), |(s, n), d| (s + d, n + 1));
    (n > 0 && sum > 0.0).then(|| sum / f64::from(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores() {
        let values: Vec<f64> = (0..60)
            .map(|t| 50.0 + f64::from(t) + [5.0, -5.0, 0.0][t as usize % 3])
            .collect();
        let plan = Plan {
            season: Some(3),
            horizon: 6,
            folds: 4,
            hours: None,
            index: None,
            seed: 1,
        };
        let methods = [Method::SeasonalNaive, Method::Drift, Method::Auto];
        let scores = plan
            .run(&values, &methods)
            .unwrap_or_else(|e| panic!("{e}"));
        // Three steps up a season: the last season is 3 short, then 6.
        assert_eq!(scores[0].mase, Some(1.5));
        let rmse = scores[0].rmse.unwrap_or_default();
        assert!((rmse - 22.5f64.sqrt()).abs() < 1e-12 && !scores[0].beats_naive);
        // Nothing known at the end: nothing is scored.
        let mut gaps = values[..36].to_vec();
        gaps.resize(60, f64::NAN);
        let none = plan.run(&gaps, &methods).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(
            (
                none[1].smape,
                none[1].rmse,
                none[1].coverage[1],
                none[1].folds
            ),
            (None, None, None, 0)
        );
        // Open at the last origin only.
        let hours: Vec<f64> = (0..60).map(|t| if t < 50 { 0.0 } else { 8.0 }).collect();
        let late = Plan {
            hours: Some(&hours),
            ..plan
        };
        let late = late
            .run(&values, &methods)
            .unwrap_or_else(|e| panic!("{e}"));
        assert!(
            late[1].folds == 1 && late[1].note.contains("3 folds passed over"),
            "{:?}",
            late[1]
        );
        assert!(
            scores[2].beats_naive && scores[2].mase.is_some_and(|m| m < 0.5),
            "{:?}",
            scores[2]
        );
        assert!(
            plan.run(&values[..11], &methods)
                .is_err_and(|e| e.hint.contains("12 values"))
        );
        let short = plan
            .run(&values[..20], &methods)
            .unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(short[1].folds, 2);
    }

    fn naive(values: &[f64], hours: Option<&[f64]>, horizon: usize) -> Score {
        let plan = Plan {
            season: Some(1),
            horizon,
            folds: 1,
            hours,
            index: None,
            seed: 1,
        };
        let scores = plan.run(values, &[Method::Naive]);
        scores.unwrap_or_else(|e| panic!("{e}")).swap_remove(0)
    }

    /// A forecast of 0 with an actual value of 0 is an error of 0, not 0 / 0. If only one of them is 0, the error is the whole.
    #[test]
    fn zeros() {
        let all = naive(&[0.0; 12], None, 4);
        assert_eq!(
            (all.smape, all.rmse, all.mase),
            (Some(0.0), Some(0.0), None)
        );
        // Exact fits of so few have no bounds.
        assert_eq!(all.coverage, [None; 2]);
        let mut one = [0.0; 12];
        one[9] = 5.0;
        // Of 0, 5, 0, 0 against 0 one is off by 200 %.
        assert_eq!(naive(&one, None, 4).smape, Some(50.0));
        one[7] = 5.0;
        // Of 0, 5, 0, 0 against 5 three are.
        assert_eq!(naive(&one, None, 4).smape, Some(150.0));
    }

    /// What is missing is in no score, and what has no bounds is in no coverage.
    #[test]
    fn missing_values() {
        let gap = f64::NAN;
        let mut values = [9.0, 10.0].repeat(6);
        values.extend([10.0, gap, 20.0, gap]);
        let found = naive(&values, None, 4);
        assert_eq!(found.coverage, [Some(0.5); 2]);
        assert_eq!(found.rmse, Some(50f64.sqrt()));
        assert_eq!(found.smape, Some(2000.0 / 30.0 / 2.0));
        assert_eq!((found.folds, found.mase), (1, Some(5.0)));
        // One closed step in the past tells no spread: the closed one to come is scored and has no bounds.
        let mut values = [16.0, 24.0].repeat(8);
        let mut hours = vec![8.0; 16];
        for (t, value) in [(5, 0.0), (13, 4.0)] {
            (values[t], hours[t]) = (value, 0.0);
        }
        let found = naive(&values, Some(&hours), 4);
        assert_eq!((found.coverage, found.rmse), ([Some(1.0); 2], Some(6.0)));
        values[12] = gap;
        values[14] = gap;
        values[15] = gap;
        let found = naive(&values, Some(&hours), 4);
        assert_eq!((found.coverage, found.rmse), ([None; 2], Some(4.0)));
    }
}
