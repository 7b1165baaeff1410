//! Forecasts of series and arrays, fits as values, back-tests.

mod calendar_arg;
mod fit;
mod series;
mod text;

use crate::ffi::args::{Args, MAX_CALENDAR, MAX_WORD};
use crate::ffi::report::{OrRaise, raise};
use crate::ffi::results::{from_bool, from_float8, from_int8, from_known_floats, from_text};
use crate::ffi::srf::{RowType, Rows};
use crate::ffi::varlena::Varlena;
use crate::ffi::{pg_functions, srf};
use calendar_arg::{CalendarArg, hours};
use fit::fit_arg;
use pgrx::pg_sys::Datum;
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

/// The numbers of argument `i`, an array; NULL as NaN.
fn floats(args: Args<'_>, i: usize) -> Vec<f64> {
    check_count(args.array_len(i));
    args.floats_or_nan(i)
}

fn check_count(count: usize) {
    if count > forecast::MAX_VALUES {
        raise(Error::limit(
            format!(
                "there must be at most {} values, not {count}",
                forecast::MAX_VALUES
            ),
            "Sum them by a longer step, or take the latest.",
        ));
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
    fn array(args: Args<'_>) -> Input {
        Self::values(floats(args, 0))
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
    fn series(args: Args<'_>, by: CalendarArg) -> Input {
        Self::points(args, by, series_arg(args, 0))
    }

    fn points(args: Args<'_>, by: CalendarArg, (rules, points): (Rules, Vec<Point>)) -> Input {
        let last = points.last().map_or(0, |p| p.at);
        let (timeline, tz) = match by.calendar(args, last) {
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
            format!("{name} must be at least 1, not {value}"),
            "Give a number of steps.",
        )),
    }
}

fn method(args: Args<'_>, i: usize, by: CalendarArg) -> Method {
    if args.is_null(i) {
        return Method::Auto;
    }
    let text = args.limited(i, MAX_CALENDAR, "a method");
    let hinted = |e: Error| match by {
        CalendarArg::Name(_) if calendar_arg::is_calendar(&text) => Error::parameter(
            e.message,
            format!("If you mean the calendar: cal => '{text}'."),
        ),
        _ => e,
    };
    Method::parse(&text).map_err(hinted).or_raise()
}

/// Levels, whether negative values are cut off, and the seed, of arguments from `i` on.
fn levels(args: Args<'_>, i: usize) -> (Vec<f64>, bool, i64) {
    let levels = if args.is_null(i) {
        vec![0.8, 0.95]
    } else {
        floats(args, i)
    };
    let nonnegative = args.opt_bool(i + 1) == Some(true);
    let seed = args.opt_int8(i + 2).unwrap_or(1);
    (levels, nonnegative, seed)
}

/// The forecast as rows: at, step, forecast, lower, upper, method.
fn rows(
    args: Args<'_>,
    forecast: Forecast,
    index: Option<TimeIndex>,
    n: usize,
    said: String,
) -> Rows {
    let row_type = RowType::of(args);
    Box::new((0..forecast.mean.len()).map(move |k| {
        let at = index.as_ref().and_then(|g| g.at(n + k));
        // Bounds that are not known are NULL, all of them or those of a level.
        let bounds = |row: &[f64]| {
            let known = row.is_empty() || row.iter().any(|b| !b.is_nan());
            known.then(|| from_known_floats(row))
        };
        let columns = [
            at.map(from_int8),
            Some(Datum::from(k as i32 + 1)),
            Some(from_float8(forecast.mean[k])),
            bounds(&forecast.lower[k]),
            bounds(&forecast.upper[k]),
            Some(from_text(&said)),
        ];
        row_type.tuple(&columns)
    }))
}

/// (what, horizon, [calendar,] method, season, levels, nonnegative, seed [, calendar]); `at` is where the method is.
fn forecast_rows(
    args: Args<'_>,
    at: usize,
    by: CalendarArg,
    read: impl FnOnce() -> Input,
) -> Datum {
    srf::rows(args, || {
        if (0..at).any(|i| args.is_null(i)) {
            return Box::new(std::iter::empty());
        }
        rows_ahead(args, at, by, read)
    })
}

fn rows_ahead(args: Args<'_>, at: usize, by: CalendarArg, read: impl FnOnce() -> Input) -> Rows {
    let horizon = positive(args.int4(1), "horizon");
    forecast::fit::check_horizon(horizon).or_raise();
    let method = method(args, at, by);
    let input = read();
    let (levels, nonnegative, seed) = levels(args, at + 2);
    let season = input.season(args.opt_int4(at + 1), method);
    let request = ForecastRequest {
        method,
        season: season.steps,
        horizon,
        levels: &levels,
        nonnegative,
        seed,
    };
    let (index, hours) = (input.index.as_ref(), input.hours(request.season, horizon));
    let (forecast, said) = request
        .run_on(index, &input.values, hours.as_deref())
        .or_raise();
    let said = season.label(said);
    rows(args, forecast, input.index, input.values.len(), said)
}

/// (fit, horizon, [calendar,] levels, nonnegative, seed [, calendar]); `at` is where the levels are.
fn fit_rows(args: Args<'_>, at: usize, by: CalendarArg) -> Datum {
    srf::rows(args, || {
        if (0..at).any(|i| args.is_null(i)) {
            return Box::new(std::iter::empty());
        }
        rows_of(args, fit_arg(args, 0), at, by)
    })
}

/// The rows of a fit; `at` is where the levels are.
fn rows_of(args: Args<'_>, fit: Fit, at: usize, by: CalendarArg) -> Rows {
    let horizon = positive(args.int4(1), "horizon");
    forecast::fit::check_horizon(horizon).or_raise();
    let (levels, nonnegative, seed) = levels(args, at);
    let steps = fit.steps;
    let calendar = by.timeline(args);
    let hours = calendar.map(|c| {
        let of = |index: &TimeIndex| hours(&c, index, steps, horizon);
        fit.index.as_ref().map_or(Vec::new(), of)
    });
    let found = fit.forecast_with_label(horizon, hours.as_deref(), &levels, nonnegative, seed);
    let (found, said) = found.or_raise();
    rows(args, found, fit.index, steps, said)
}

/// (what, methods, [calendar,] horizon, folds, season, seed [, calendar]); `at` is where the horizon is.
fn backtest_rows(args: Args<'_>, at: usize, read: impl FnOnce() -> Input) -> Datum {
    srf::rows(args, || {
        if (0..at).any(|i| i != 1 && args.is_null(i)) {
            return Box::new(std::iter::empty());
        }
        let methods: Vec<Method> = if args.is_null(1) {
            vec![Method::Auto]
        } else {
            let list = args.texts(1, MAX_METHODS, "methods").flatten();
            let read = |text: Varlena<'_>| Method::parse(&text.limited(MAX_WORD, "a method"));
            memory::try_collect(list.map(read)).or_raise()
        };
        let input = read();
        let number = |i: usize, name: &str, other: usize| match args.opt_int4(at + i) {
            Some(v) => positive(v, name),
            None => other,
        };
        let season = input.season_or(args.opt_int4(at + 2));
        let hours = input.hours(season.unwrap_or(1), 0);
        let plan = Plan {
            season,
            horizon: number(0, "horizon", 14),
            folds: number(1, "folds", 5),
            hours: hours.as_deref(),
            index: input.index.as_ref(),
            seed: args.opt_int8(at + 3).unwrap_or(1),
        };
        let scores = plan.run(&input.values, &methods).or_raise();
        let row_type = RowType::of(args);
        Box::new(scores.into_iter().map(move |s| score(row_type, &s)))
    })
}

fn score(row_type: RowType, s: &Score) -> Datum {
    let columns = [
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
    row_type.tuple(&columns)
}

pg_functions! {
    fn slaops_forecast_series(args) {
        let by = CalendarArg::Name(7);
        forecast_rows(args, 2, by, || Input::series(args, by))
    }

    fn slaops_forecast_array(args) {
        forecast_rows(args, 2, CalendarArg::None, || Input::array(args))
    }

    fn slaops_forecast_text(args) {
        text::forecast_rows(args)
    }

    fn slaops_forecast_open(args) {
        let by = CalendarArg::Value(2);
        forecast_rows(args, 3, by, || Input::series(args, by))
    }

    fn slaops_forecast_fit(args) {
        fit_rows(args, 2, CalendarArg::Name(5))
    }

    fn slaops_forecast_fit_open(args) {
        fit_rows(args, 3, CalendarArg::Value(2))
    }

    fn slaops_backtest_series(args) {
        backtest_rows(args, 2, || Input::series(args, CalendarArg::Name(6)))
    }

    fn slaops_backtest_array(args) {
        backtest_rows(args, 2, || Input::array(args))
    }

    fn slaops_backtest_text(args) {
        backtest_rows(args, 2, || text::input(args, CalendarArg::Name(6)))
    }

    fn slaops_backtest_open(args) {
        backtest_rows(args, 3, || Input::series(args, CalendarArg::Value(2)))
    }
}
