//! Forecasts by open time: what is modelled is the value an open hour, so that holidays and half days do not bend
//! the season, and what is foretold is that times the hours of each step to come.

use super::interval::Forecast;
use super::method::Method;
use crate::error::Result;

/// How a forecast is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    pub method: Method,
    pub season: usize,
    pub horizon: usize,
    pub levels: &'a [f64],
    pub nonnegative: bool,
    pub seed: i64,
}

impl Ask<'_> {
    /// The forecast, and what it was really made with.
    ///
    /// # Errors
    /// Those of [`super::fit`] and of [`super::Fit::forecast`].
    pub fn of(&self, values: &[f64]) -> Result<(Forecast, String)> {
        self.checked()?;
        let fit = super::fit(values, self.method, self.season)?;
        let forecast = fit.forecast(self.horizon, self.levels, self.nonnegative, self.seed)?;
        let said = fit.said(&forecast);
        Ok((forecast, said))
    }

    /// A refusal before the work of fitting rather than after it.
    fn checked(&self) -> Result<()> {
        super::fit::check_horizon(self.horizon)?;
        super::fit::check_levels(self.levels)
    }

    /// The same by open hours: `hours` are those of each step, past and to come. Steps at a place of the season
    /// that never opens are left out, others without open time are missing values. A closed step is foretold the
    /// mean of past closed ones, with their spread; 0 where there were none, and bounds of NaN where fewer than two.
    /// Where no value of the past lies in open time, the forecast is the plain one and says so.
    ///
    /// # Errors
    /// As above.
    pub fn by_hours(&self, values: &[f64], hours: &[f64]) -> Result<(Forecast, String)> {
        self.checked()?;
        super::check_season(self.season)?;
        let n = values.len();
        let all = n + self.horizon;
        let hour = |t: usize| hours.get(t).copied().unwrap_or(0.0);
        let mut opens = vec![false; self.season];
        (0..all)
            .filter(|t| hour(*t) > 0.0)
            .for_each(|t| opens[t % self.season] = true);
        let kept: Vec<usize> = if self.season == 1 {
            (0..all).filter(|t| hour(*t) > 0.0).collect()
        } else {
            (0..all).filter(|t| opens[t % self.season]).collect()
        };
        let past = kept.partition_point(|t| *t < n);
        let rate = |t: &usize| {
            if hour(*t) > 0.0 {
                values[*t] / hour(*t)
            } else {
                f64::NAN
            }
        };
        let rates: Vec<f64> = kept[..past].iter().map(rate).collect();
        let known = |t: usize| hour(t) > 0.0 && !values[t].is_nan();
        if !(0..n).any(known) {
            let (found, said) = self.of(values)?;
            return Ok((
                found,
                format!("{said}, not by open hours: closed in all of the past"),
            ));
        }
        let ahead = kept.len() - past;
        let season = match self.season {
            1 => 1,
            _ => opens.iter().filter(|o| **o).count().max(1),
        };
        let mut said = "closed throughout".to_owned();
        let mut open = Forecast::default();
        if ahead > 0 {
            let ask = Ask {
                season,
                horizon: ahead,
                ..*self
            };
            (open, said) = ask.of(&rates)?;
        }
        let closed = self.closed(values, hour);
        let mut result = Forecast::default();
        let mut next = 0;
        for t in n..all {
            let is_kept = kept.get(past + next) == Some(&t);
            let (mean, lower, upper) = if hour(t) > 0.0 {
                let by = |row: &[f64]| row.iter().map(|v| v * hour(t)).collect();
                let (low, high) = (by(&open.lower[next]), by(&open.upper[next]));
                (open.mean[next] * hour(t), low, high)
            } else {
                (
                    closed.mean[0],
                    closed.lower[0].clone(),
                    closed.upper[0].clone(),
                )
            };
            next += usize::from(is_kept);
            result.mean.push(mean);
            result.lower.push(lower);
            result.upper.push(upper);
        }
        let unknown = closed.mean.iter().any(|m| m.is_nan());
        let unbounded = closed.lower.iter().flatten().any(|b| b.is_nan());
        let foretells_closed = (n..all).any(|t| hour(t) <= 0.0);
        let tail = match (foretells_closed, unknown, unbounded) {
            (true, true, _) => {
                ", by open hours; no step of the past was closed, so closed ones are 0"
            }
            (true, _, true) => {
                ", by open hours; one step of the past was closed, so closed ones have no bounds"
            }
            _ => ", by open hours",
        };
        let bounds = result.lower.iter().chain(&result.upper).flatten();
        if result.mean.iter().chain(bounds).any(|v| v.is_infinite()) {
            return Err(super::fit::out_of_range(self.horizon));
        }
        for v in result.mean.iter_mut().filter(|v| v.is_nan()) {
            *v = 0.0;
        }
        Ok((result, format!("{said}{tail}")))
    }

    fn closed(&self, values: &[f64], hour: impl Fn(usize) -> f64) -> Forecast {
        let past = (0..values.len()).filter(|t| hour(*t) <= 0.0 && !values[*t].is_nan());
        let list: Vec<f64> = past.map(|t| values[t]).collect();
        if list.len() < 2 {
            let unknown = vec![vec![f64::NAN; self.levels.len()]];
            let mean = list.first().copied().unwrap_or(f64::NAN);
            return Forecast {
                mean: vec![if self.nonnegative && mean < 0.0 {
                    0.0
                } else {
                    mean
                }],
                lower: unknown.clone(),
                upper: unknown,
                notes: Vec::new(),
            };
        }
        let n = list.len() as f64;
        let mean = list.iter().sum::<f64>() / n;
        let spread = list.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0).max(1.0);
        let mut one = Forecast::normal(std::iter::once((mean, spread.sqrt())), self.levels);
        if self.nonnegative {
            let bounds = one.lower.iter_mut().chain(&mut one.upper).flatten();
            one.mean
                .iter_mut()
                .chain(bounds)
                .for_each(|v| *v = v.max(0.0));
        }
        one
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Five weekdays and a calendar of weekends; then open days with the first closed one to come.
    #[test]
    fn nothing_to_go_by() {
        let ask = Ask {
            method: Method::Naive,
            season: 7,
            horizon: 2,
            levels: &[0.95],
            nonnegative: false,
            seed: 1,
        };
        let values = [5.0, 6.0, 4.0, 7.0, 8.0];
        let found = ask.by_hours(&values, &[0.0, 0.0, 0.0, 0.0, 0.0, 3.0, 3.0]);
        let (found, said) = found.unwrap_or_else(|e| panic!("{e}"));
        assert!(said.contains("closed in all of the past"), "{said}");
        assert_eq!(found.mean, [8.0, 8.0]);
        let found = ask.by_hours(&values, &[8.0, 8.0, 8.0, 8.0, 8.0, 0.0, 8.0]);
        let (found, said) = found.unwrap_or_else(|e| panic!("{e}"));
        assert!(
            found.mean[0] == 0.0 && found.mean[0].is_sign_positive() && found.lower[0][0].is_nan()
        );
        assert!(said.contains("no step of the past was closed"), "{said}");
    }

    /// Rates that hours multiply beyond the range of numbers are no forecast.
    #[test]
    fn beyond_the_range() {
        let ask = Ask {
            method: Method::Drift,
            season: 1,
            horizon: 1,
            levels: &[0.95],
            nonnegative: false,
            seed: 1,
        };
        let values = [1e153, 1e153, 1.1e153, 1e153];
        let found = ask.by_hours(&values, &[8.0, 8.0, 8.0, 8.0, 1e158]);
        assert!(found.is_err_and(|e| e.message.contains("range of numbers")));
    }

    /// Seven to a working hour, Saturdays by half days, closed on Sundays and one holiday.
    #[test]
    fn rates_an_open_hour() {
        let hours: Vec<f64> = (0..42)
            .map(|t| match t % 7 {
                6 => 0.0,
                5 => 4.0,
                _ if t == 16 || t == 37 => 0.0,
                _ => 8.0,
            })
            .collect();
        let level = |t: usize| 7.0 + [0.0, 1.0, -1.0, 2.0, 0.0, 3.0, 0.0][t % 7];
        let values: Vec<f64> = (0..35).map(|t| level(t) * hours[t]).collect();
        for (method, close) in [(Method::SeasonalNaive, 1e-9), (Method::Auto, 1.0)] {
            let ask = Ask {
                method,
                season: 7,
                horizon: 7,
                levels: &[0.95],
                nonnegative: true,
                seed: 1,
            };
            let (found, said) = ask
                .by_hours(&values, &hours)
                .unwrap_or_else(|e| panic!("{e}"));
            for k in 0..7 {
                let wanted = level(35 + k) * hours[35 + k];
                assert!(
                    (found.mean[k] - wanted).abs() <= close,
                    "{said} {k}: {} {wanted}",
                    found.mean[k]
                );
            }
            assert_eq!(
                (found.mean[2], found.upper[2][0], found.mean[6]),
                (0.0, 0.0, 0.0)
            );
            assert!(said.ends_with(", by open hours"));
        }
    }
}
