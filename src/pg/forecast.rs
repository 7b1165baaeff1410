//! Forecasts of series and arrays, fits as values, back-tests.

mod fit;
mod series;

use super::datum::{
    self, arg, from_bool, from_float8, from_floats, from_int8, from_text, int4, int8, is_null,
};
use super::report::{OrRaise, raise};
use super::{cache, pg_functions, srf};
use crate::calendar::Calendar;
use crate::error::Error;
use crate::forecast::backtest::{Plan, Score};
use crate::forecast::grid::Grid;
use crate::forecast::open::Ask;
use crate::forecast::{self, Forecast, Method};
use crate::timeline::Timeline;
use fit::fit_arg;
use pgrx::pg_sys::{self, Datum, FunctionCallInfo};
use series::{regular, session_zone};

/// The numbers of an array, NULL as NaN.
unsafe fn floats(fcinfo: FunctionCallInfo, i: usize) -> Vec<f64> {
    unsafe {
        let array = datum::detoast(arg(fcinfo, i));
        let count = datum::array_len(array);
        if count > forecast::MAX_VALUES {
            raise(Error::limit(
                format!("{count} values are more than {}", forecast::MAX_VALUES),
                "Sum them by a longer step, or take the latest.",
            ));
        }
        datum::floats_or_nan(array)
    }
}

/// Values with what is known of their times.
struct Input {
    values: Vec<f64>,
    grid: Option<Grid>,
    /// Open hours of the steps past and, as asked, to come.
    hours: Option<Vec<f64>>,
}

impl Input {
    unsafe fn array(fcinfo: FunctionCallInfo) -> Input {
        Input {
            values: unsafe { floats(fcinfo, 0) },
            grid: None,
            hours: None,
        }
    }

    unsafe fn series(fcinfo: FunctionCallInfo) -> Input {
        let all = unsafe { regular(fcinfo, 0, session_zone()) };
        Input {
            values: all.values,
            grid: Some(all.grid),
            hours: None,
        }
    }

    /// A series by the days of a calendar's zone, with the open hours of each step and of some to come.
    unsafe fn open(fcinfo: FunctionCallInfo, calendar: usize, ahead: usize) -> Input {
        unsafe {
            let timeline = cache::shared(fcinfo, calendar);
            let value = Calendar::from_bytes(datum::bytes(arg(fcinfo, calendar))).or_raise();
            let tz = crate::zone::find(zone_of(&value)).or_raise();
            let all = regular(fcinfo, 0, tz);
            let hours = hours(&timeline, &all.grid, all.values.len() + ahead);
            Input {
                values: all.values,
                grid: Some(all.grid),
                hours: Some(hours),
            }
        }
    }

    fn season(&self, given: Option<i32>) -> usize {
        match given {
            Some(s) => positive(s, "season"),
            None => self.grid.as_ref().map_or(1, |g| g.step.season()),
        }
    }
}

/// The zone that divides a calendar's days: the first one's where calendars are combined.
fn zone_of(calendar: &Calendar) -> &str {
    match calendar {
        Calendar::Plain(plain) => &plain.zone,
        Calendar::Union(list) | Calendar::Intersection(list) => list.first().map_or("UTC", zone_of),
        Calendar::Difference(pair) => zone_of(&pair.0),
    }
}

fn hours(timeline: &Timeline, grid: &Grid, count: usize) -> Vec<f64> {
    let mut from = grid.at(0);
    let one = |k: usize| {
        crate::interrupt::check();
        let to = grid.at(k + 1);
        let open = match (from, to) {
            (Some(from), Some(to)) => timeline.minutes(from, to) / 60.0,
            _ => 0.0,
        };
        from = to;
        open
    };
    (0..count).map(one).collect()
}

/// A count that has to be 1 or more.
fn positive(value: i32, name: &str) -> usize {
    match usize::try_from(value) {
        Ok(v) if v > 0 => v,
        _ => raise(Error::parameter(
            format!("{name} {value} is below 1"),
            "Give a whole number from 1.",
        )),
    }
}

unsafe fn method(fcinfo: FunctionCallInfo, i: usize) -> Method {
    unsafe {
        if is_null(fcinfo, i) {
            return Method::Auto;
        }
        Method::parse(&datum::text(arg(fcinfo, i))).or_raise()
    }
}

unsafe fn optional(fcinfo: FunctionCallInfo, i: usize) -> Option<i32> {
    unsafe { (!is_null(fcinfo, i)).then(|| int4(fcinfo, i)) }
}

/// Levels, whether negative values are cut off, and the seed, of arguments from `i` on.
unsafe fn levels(fcinfo: FunctionCallInfo, i: usize) -> (Vec<f64>, bool, i64) {
    unsafe {
        let levels = if is_null(fcinfo, i) {
            vec![0.8, 0.95]
        } else {
            floats(fcinfo, i)
        };
        let nonnegative = !is_null(fcinfo, i + 1) && arg(fcinfo, i + 1).value() & 0xff != 0;
        let seed = if is_null(fcinfo, i + 2) {
            1
        } else {
            int8(fcinfo, i + 2)
        };
        (levels, nonnegative, seed)
    }
}

type Rows = Box<dyn Iterator<Item = Datum>>;

/// The forecast as rows: at, step, forecast, lower, upper, method.
unsafe fn rows(
    fcinfo: FunctionCallInfo,
    forecast: Forecast,
    grid: Option<Grid>,
    n: usize,
    said: String,
) -> Rows {
    let descriptor = unsafe { srf::descriptor(fcinfo) };
    Box::new((0..forecast.mean.len()).map(move |k| unsafe {
        let at = grid.as_ref().and_then(|g| g.at(n + k));
        // Bounds that are not known are NULL.
        let bounds = |row: &[f64]| (!row.iter().any(|b| b.is_nan())).then(|| from_floats(row));
        let mut columns = [
            at.map(from_int8),
            Some(Datum::from(k as i32 + 1)),
            Some(from_float8(forecast.mean[k])),
            bounds(&forecast.lower[k]),
            bounds(&forecast.upper[k]),
            Some(from_text(&said)),
        ];
        srf::tuple(descriptor, &mut columns)
    }))
}

/// (what, horizon, [calendar,] method, season, levels, nonnegative, seed); `at` is where the method is.
unsafe fn forecast_rows(
    fcinfo: FunctionCallInfo,
    at: usize,
    read: impl FnOnce(usize) -> Input,
) -> Datum {
    unsafe {
        srf::rows(fcinfo, || {
            if (0..at).any(|i| is_null(fcinfo, i)) {
                return Box::new(std::iter::empty());
            }
            let horizon = positive(int4(fcinfo, 1), "horizon");
            forecast::fit::check_horizon(horizon).or_raise();
            let method = method(fcinfo, at);
            let input = read(horizon);
            let (levels, nonnegative, seed) = levels(fcinfo, at + 2);
            let ask = Ask {
                method,
                season: input.season(optional(fcinfo, at + 1)),
                horizon,
                levels: &levels,
                nonnegative,
                seed,
            };
            let found = match &input.hours {
                Some(hours) => ask.by_hours(&input.values, hours),
                None => ask.of(&input.values),
            };
            let (forecast, said) = found.or_raise();
            rows(fcinfo, forecast, input.grid, input.values.len(), said)
        })
    }
}

/// (what, methods, [calendar,] horizon, folds, season, seed); `at` is where the horizon is.
unsafe fn backtest_rows(
    fcinfo: FunctionCallInfo,
    at: usize,
    read: impl FnOnce() -> Input,
) -> Datum {
    unsafe {
        srf::rows(fcinfo, || {
            if (0..at).any(|i| i != 1 && is_null(fcinfo, i)) {
                return Box::new(std::iter::empty());
            }
            let methods: Vec<Method> = if is_null(fcinfo, 1) {
                vec![Method::Auto]
            } else {
                let list = datum::array(arg(fcinfo, 1), datum::TEXTS);
                let read = |d: Datum| Method::parse(&datum::text(d)).or_raise();
                list.into_iter().flatten().map(read).collect()
            };
            let input = read();
            let number = |i: usize, name: &str, other: usize| match optional(fcinfo, at + i) {
                Some(v) => positive(v, name),
                None => other,
            };
            let plan = Plan {
                season: input.season(optional(fcinfo, at + 2)),
                horizon: number(0, "horizon", 14),
                folds: number(1, "folds", 5),
                hours: input.hours.as_deref(),
                seed: if is_null(fcinfo, at + 3) {
                    1
                } else {
                    int8(fcinfo, at + 3)
                },
            };
            let scores = plan.run(&input.values, &methods).or_raise();
            let descriptor = srf::descriptor(fcinfo);
            Box::new(scores.into_iter().map(move |s| score(descriptor, &s)))
        })
    }
}

unsafe fn score(descriptor: pg_sys::TupleDesc, s: &Score) -> Datum {
    unsafe {
        let mut columns = [
            Some(from_text(&s.method)),
            s.mase.map(from_float8),
            s.smape.map(from_float8),
            s.rmse.map(from_float8),
            s.coverage[0].map(from_float8),
            s.coverage[1].map(from_float8),
            Some(Datum::from(s.folds as i32)),
            Some(from_bool(s.beats_naive)),
            Some(from_text(&s.note)),
        ];
        srf::tuple(descriptor, &mut columns)
    }
}

pg_functions! {
    fn slaops_forecast_series(fcinfo) {
        forecast_rows(fcinfo, 2, |_| Input::series(fcinfo))
    }

    fn slaops_forecast_array(fcinfo) {
        forecast_rows(fcinfo, 2, |_| Input::array(fcinfo))
    }

    fn slaops_forecast_open(fcinfo) {
        forecast_rows(fcinfo, 3, |horizon| Input::open(fcinfo, 2, horizon))
    }

    /// (fit, horizon, levels, nonnegative, seed)
    fn slaops_forecast_fit(fcinfo) {
        srf::rows(fcinfo, || {
            if is_null(fcinfo, 0) || is_null(fcinfo, 1) {
                return Box::new(std::iter::empty());
            }
            let fit = fit_arg(fcinfo, 0);
            let horizon = positive(int4(fcinfo, 1), "horizon");
            let (levels, nonnegative, seed) = levels(fcinfo, 2);
            let found = fit.forecast(horizon, &levels, nonnegative, seed).or_raise();
            let said = fit.said(&found);
            rows(fcinfo, found, fit.grid, fit.n, said)
        })
    }

    fn slaops_backtest_series(fcinfo) {
        backtest_rows(fcinfo, 2, || Input::series(fcinfo))
    }

    fn slaops_backtest_array(fcinfo) {
        backtest_rows(fcinfo, 2, || Input::array(fcinfo))
    }

    fn slaops_backtest_open(fcinfo) {
        backtest_rows(fcinfo, 3, || Input::open(fcinfo, 2, 0))
    }
}
