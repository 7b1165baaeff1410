//! Forecasts of series and arrays, fits as values, back-tests.

mod by;
mod fit;
mod series;
mod text;

use crate::ffi::datum::{
    self, Elements, arg, from_bool, from_float8, from_int8, from_text, int4, int8, is_null,
};
use crate::ffi::report::{OrRaise, raise};
use crate::ffi::{pg_functions, srf};
use by::{By, hours};
use fit::fit_arg;
use pgrx::pg_sys::{self, Datum, FunctionCallInfo};
use series::{series_arg, session_zone};
use slaops_core::business_time::Timeline;
use slaops_core::error::Error;
use slaops_core::forecast::backtest::{Plan, Score};
use slaops_core::forecast::detect::Chosen;
use slaops_core::forecast::open::ForecastRequest;
use slaops_core::forecast::series::layout::layout;
use slaops_core::forecast::series::{Point, Rules};
use slaops_core::forecast::time_index::TimeIndex;
use slaops_core::forecast::{self, Fit, Forecast, Method};
use slaops_core::memory;
use std::rc::Rc;

/// The numbers of an array, NULL as NaN.
unsafe fn floats(fcinfo: FunctionCallInfo, i: usize) -> Vec<f64> {
    unsafe { floats_of(arg(fcinfo, i)) }
}

unsafe fn floats_of(array: Datum) -> Vec<f64> {
    unsafe {
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

/// The most methods that one back-test compares.
const MAX_METHODS: usize = 1_000;

/// Bytes that fitting takes for each value, at most: the parts of a decomposition, the states and errors of the
/// models that are compared, a season's open hours.
const BYTES_A_VALUE: usize = 512;

/// Values with what is known of their times.
struct Input {
    values: Vec<f64>,
    index: Option<TimeIndex>,
    /// Whose open hours count.
    timeline: Option<Rc<Timeline>>,
}

impl Input {
    unsafe fn array(fcinfo: FunctionCallInfo) -> Input {
        Self::values(unsafe { floats(fcinfo, 0) })
    }

    fn values(values: Vec<f64>) -> Input {
        Self::room(&values);
        Input {
            values,
            index: None,
            timeline: None,
        }
    }

    /// What follows allocates by itself, a few times as much as there are values.
    fn room(values: &[f64]) {
        memory::room_for(size_of_val(values), BYTES_A_VALUE / size_of::<f64>()).or_raise();
    }

    /// A series by the days of the calendar's zone, or the session's where no calendar is given.
    unsafe fn series(fcinfo: FunctionCallInfo, by: By) -> Input {
        unsafe { Self::points(fcinfo, by, series_arg(fcinfo, 0)) }
    }

    unsafe fn points(
        fcinfo: FunctionCallInfo,
        by: By,
        (rules, points): (Rules, Vec<Point>),
    ) -> Input {
        unsafe {
            let last = points.last().map_or(0, |p| p.at);
            let (timeline, tz) = match by.calendar(fcinfo, last) {
                Some((timeline, tz)) => (Some(timeline), tz),
                None => (None, session_zone()),
            };
            let all = layout(rules, &points, tz).or_raise();
            Self::room(&all.values);
            Input {
                values: all.values,
                index: Some(all.index),
                timeline,
            }
        }
    }

    /// The season given, that of the step, or of values without times the one that they show. None: each origin of a
    /// back-test shows its own.
    fn season_or(&self, given: Option<i32>) -> Option<usize> {
        match (given, &self.index) {
            (Some(s), _) => Some(positive(s, "season")),
            (None, Some(index)) => Some(index.step.season(self.values.len())),
            (None, None) => None,
        }
    }

    fn season(&self, given: Option<i32>, method: Method) -> Chosen {
        match self.season_or(given) {
            Some(season) => Chosen::given(season),
            None => Chosen::of(&self.values, method),
        }
    }

    /// Open hours of each step, of a whole season at least, and of some to come.
    fn hours(&self, season: usize, ahead: usize) -> Option<Vec<f64>> {
        forecast::check_season(season).or_raise();
        let (timeline, index) = (self.timeline.as_ref()?, self.index.as_ref()?);
        let count = (self.values.len() + ahead).max(season);
        Some(hours(timeline, index, 0, count))
    }
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

unsafe fn method(fcinfo: FunctionCallInfo, i: usize, by: By) -> Method {
    unsafe {
        if is_null(fcinfo, i) {
            return Method::Auto;
        }
        let text = datum::limited(fcinfo, i, datum::MAX_CALENDAR, "a method");
        let hinted = |e: Error| match by {
            By::Name(_) if by::is_calendar(&text) => Error::parameter(
                e.message,
                format!("If you mean the calendar: cal => '{text}'."),
            ),
            _ => e,
        };
        Method::parse(&text).map_err(hinted).or_raise()
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
    index: Option<TimeIndex>,
    n: usize,
    said: String,
) -> Rows {
    let descriptor = unsafe { srf::descriptor(fcinfo) };
    Box::new((0..forecast.mean.len()).map(move |k| unsafe {
        let at = index.as_ref().and_then(|g| g.at(n + k));
        // Bounds that are not known are NULL, all of them or those of a level.
        let bounds = |row: &[f64]| {
            let known = row.is_empty() || row.iter().any(|b| !b.is_nan());
            known.then(|| datum::from_known_floats(row))
        };
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

/// (what, horizon, [calendar,] method, season, levels, nonnegative, seed [, calendar]); `at` is where the method is.
unsafe fn forecast_rows(
    fcinfo: FunctionCallInfo,
    at: usize,
    by: By,
    read: impl FnOnce() -> Input,
) -> Datum {
    unsafe {
        srf::rows(fcinfo, || {
            if (0..at).any(|i| is_null(fcinfo, i)) {
                return Box::new(std::iter::empty());
            }
            rows_ahead(fcinfo, at, by, read)
        })
    }
}

unsafe fn rows_ahead(
    fcinfo: FunctionCallInfo,
    at: usize,
    by: By,
    read: impl FnOnce() -> Input,
) -> Rows {
    unsafe {
        let horizon = positive(int4(fcinfo, 1), "horizon");
        forecast::fit::check_horizon(horizon).or_raise();
        let method = method(fcinfo, at, by);
        let input = read();
        let (levels, nonnegative, seed) = levels(fcinfo, at + 2);
        let season = input.season(optional(fcinfo, at + 1), method);
        let ask = ForecastRequest {
            method,
            season: season.steps,
            horizon,
            levels: &levels,
            nonnegative,
            seed,
        };
        let (index, hours) = (input.index.as_ref(), input.hours(ask.season, horizon));
        let (forecast, said) = ask
            .run_on(index, &input.values, hours.as_deref())
            .or_raise();
        let said = season.told(said);
        rows(fcinfo, forecast, input.index, input.values.len(), said)
    }
}

/// (fit, horizon, [calendar,] levels, nonnegative, seed [, calendar]); `at` is where the levels are.
unsafe fn fit_rows(fcinfo: FunctionCallInfo, at: usize, by: By) -> Datum {
    unsafe {
        srf::rows(fcinfo, || {
            if (0..at).any(|i| is_null(fcinfo, i)) {
                return Box::new(std::iter::empty());
            }
            rows_of(fcinfo, fit_arg(fcinfo, 0), at, by)
        })
    }
}

/// The rows of a fit; `at` is where the levels are.
unsafe fn rows_of(fcinfo: FunctionCallInfo, fit: Fit, at: usize, by: By) -> Rows {
    unsafe {
        let horizon = positive(int4(fcinfo, 1), "horizon");
        forecast::fit::check_horizon(horizon).or_raise();
        let (levels, nonnegative, seed) = levels(fcinfo, at);
        let steps = fit.steps;
        let calendar = by.timeline(fcinfo);
        let hours = calendar.map(|c| {
            let of = |index: &TimeIndex| hours(&c, index, steps, horizon);
            fit.index.as_ref().map_or(Vec::new(), of)
        });
        let found = fit.forecast_with_label(horizon, hours.as_deref(), &levels, nonnegative, seed);
        let (found, said) = found.or_raise();
        rows(fcinfo, found, fit.index, steps, said)
    }
}

/// (what, methods, [calendar,] horizon, folds, season, seed [, calendar]); `at` is where the horizon is.
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
                let list = Elements::of(arg(fcinfo, 1), datum::TEXTS, MAX_METHODS, "methods");
                let read = |d: Datum| {
                    datum::check_bytes(d, datum::MAX_WORD, "a method");
                    Method::parse(&datum::text(d))
                };
                memory::try_collect(list.flatten().map(read)).or_raise()
            };
            let input = read();
            let number = |i: usize, name: &str, other: usize| match optional(fcinfo, at + i) {
                Some(v) => positive(v, name),
                None => other,
            };
            let season = input.season_or(optional(fcinfo, at + 2));
            let hours = input.hours(season.unwrap_or(1), 0);
            let plan = Plan {
                season,
                horizon: number(0, "horizon", 14),
                folds: number(1, "folds", 5),
                hours: hours.as_deref(),
                index: input.index.as_ref(),
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
        let by = By::Name(7);
        forecast_rows(fcinfo, 2, by, || Input::series(fcinfo, by))
    }

    fn slaops_forecast_array(fcinfo) {
        forecast_rows(fcinfo, 2, By::Nothing, || Input::array(fcinfo))
    }

    fn slaops_forecast_text(fcinfo) {
        text::forecast_rows(fcinfo)
    }

    fn slaops_forecast_open(fcinfo) {
        let by = By::Value(2);
        forecast_rows(fcinfo, 3, by, || Input::series(fcinfo, by))
    }

    fn slaops_forecast_fit(fcinfo) {
        fit_rows(fcinfo, 2, By::Name(5))
    }

    fn slaops_forecast_fit_open(fcinfo) {
        fit_rows(fcinfo, 3, By::Value(2))
    }

    fn slaops_backtest_series(fcinfo) {
        backtest_rows(fcinfo, 2, || Input::series(fcinfo, By::Name(6)))
    }

    fn slaops_backtest_array(fcinfo) {
        backtest_rows(fcinfo, 2, || Input::array(fcinfo))
    }

    fn slaops_backtest_text(fcinfo) {
        backtest_rows(fcinfo, 2, || text::input(fcinfo, By::Name(6)))
    }

    fn slaops_backtest_open(fcinfo) {
        backtest_rows(fcinfo, 3, || Input::series(fcinfo, By::Value(2)))
    }
}
