//! Forecasts by open time: what is modeled is the value an open hour, so that holidays and half days do not bend
//! the season, and the forecast is that times the hours of each step to come.

use super::interval::Forecast;
use super::method::Method;
use super::time_index::TimeIndex;
use crate::error::Result;

/// What to forecast with: method, season, horizon, interval levels.
#[derive(Clone, Copy, Debug)]
pub struct ForecastRequest<'a> {
    pub method: Method,
    pub season: usize,
    pub horizon: usize,
    pub levels: &'a [f64],
    pub nonnegative: bool,
    pub seed: i64,
}

impl ForecastRequest<'_> {
    /// The forecast, and a label of the method that was used.
    ///
    /// # Errors
    /// Those of [`super::fit`] and of [`super::Fit::forecast`].
    pub fn run(&self, values: &[f64]) -> Result<(Forecast, String)> {
        self.run_on(None, values, None)
    }

    /// The same by open hours: `hours` are those of each step, past and to come, a season in all at least.
    ///
    /// # Errors
    /// As above.
    pub fn run_by_hours(&self, values: &[f64], hours: &[f64]) -> Result<(Forecast, String)> {
        self.run_on(None, values, Some(hours))
    }

    /// The same of values in the steps of a grid, by open hours where those of each step are given.
    ///
    /// # Errors
    /// As above.
    pub fn run_on(
        &self,
        index: Option<&TimeIndex>,
        values: &[f64],
        hours: Option<&[f64]>,
    ) -> Result<(Forecast, String)> {
        // Before the work of fitting rather than after it.
        super::fit::check_horizon(self.horizon)?;
        super::fit::check_levels(self.levels)?;
        let fit = super::fit_on(index.cloned(), values, hours, self.method, self.season)?;
        let ahead = hours.map(|h| h.get(values.len()..).unwrap_or_default());
        let ahead = ahead.map(|h| &h[..h.len().min(self.horizon)]);
        let (levels, nonnegative) = (self.levels, self.nonnegative);
        fit.forecast_with_label(self.horizon, ahead, levels, nonnegative, self.seed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Five weekdays and a calendar of weekends; then open days with the first closed one to come.
    #[test]
    fn nothing_to_go_by() {
        let ask = ForecastRequest {
            method: Method::Naive,
            season: 7,
            horizon: 2,
            levels: &[0.95],
            nonnegative: false,
            seed: 1,
        };
        let values = [5.0, 6.0, 4.0, 7.0, 8.0];
        let found = ask.run_by_hours(&values, &[0.0, 0.0, 0.0, 0.0, 0.0, 3.0, 3.0]);
        let (found, said) = found.unwrap_or_else(|e| panic!("{e}"));
        assert!(said.contains("closed in all of the past"), "{said}");
        assert_eq!(found.mean, [8.0, 8.0]);
        let found = ask.run_by_hours(&values, &[8.0, 8.0, 8.0, 8.0, 8.0, 0.0, 8.0]);
        let (found, said) = found.unwrap_or_else(|e| panic!("{e}"));
        assert!(
            found.mean[0] == 0.0 && found.mean[0].is_sign_positive() && found.lower[0][0].is_nan()
        );
        assert!(said.contains("no step of the past was closed"), "{said}");
    }

    /// Rates that hours multiply beyond the range of numbers are no forecast.
    #[test]
    fn beyond_the_range() {
        let ask = ForecastRequest {
            method: Method::Drift,
            season: 1,
            horizon: 1,
            levels: &[0.95],
            nonnegative: false,
            seed: 1,
        };
        let values = [1e153, 1e153, 1.1e153, 1e153];
        let found = ask.run_by_hours(&values, &[8.0, 8.0, 8.0, 8.0, 1e158]);
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
            let ask = ForecastRequest {
                method,
                season: 7,
                horizon: 7,
                levels: &[0.95],
                nonnegative: true,
                seed: 1,
            };
            let (found, said) = ask
                .run_by_hours(&values, &hours)
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
