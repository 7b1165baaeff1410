//! Fits as values: made, brought forward, looked into, stored.

use super::calendar_arg::{CalendarArg, hours};
use super::series::series_arg;
use super::{Input, floats, method, text};
use crate::ffi::args::Args;
use crate::ffi::report::OrRaise;
use crate::ffi::results::{
    from_bool, from_bytes, from_cstring, from_float8, from_floats, from_int8, from_text, from_texts,
};
use crate::ffi::srf::RowType;
use crate::ffi::{json, pg_functions};
use pgrx::pg_sys::Datum;
use slaops_core::forecast::estimate::Estimate;
use slaops_core::forecast::series::layout;
use slaops_core::forecast::{self, Fit, FitPart};

pub fn fit_arg(args: Args<'_>, i: usize) -> Fit {
    Fit::from_bytes(args.bytes(i)).or_raise()
}

/// (what, method, season [, calendar]) or (what, calendar, season, method); `at` is where the method is.
fn fitted(args: Args<'_>, at: usize, by: CalendarArg, read: impl FnOnce() -> Input) -> Datum {
    if args.is_null(0) || matches!(by, CalendarArg::Value(i) if args.is_null(i)) {
        return args.null();
    }
    let method = method(args, at, by);
    let input = read();
    let season = input.season(args.opt_int4(2), method);
    let (steps, hours) = (season.steps, input.hours(season.steps, 0));
    let fit = forecast::fit_on(input.index, &input.values, hours.as_deref(), method, steps);
    let mut fit = fit.or_raise();
    fit.method = season.label(fit.method);
    from_bytes(&fit.to_bytes().or_raise())
}

/// (fit, series, calendar)
fn updated(args: Args<'_>, by: CalendarArg) -> Datum {
    let mut fit = fit_arg(args, 0);
    let (rules, points) = series_arg(args, 1);
    let timeline = by.timeline(args);
    // A fit without a grid is not by open hours, and says so.
    let (mut values, mut open) = (Vec::new(), Vec::new());
    if let (Some(grid), Some(timeline), true) = (&fit.index, timeline, fit.open_hours.is_some()) {
        values = layout::onto(rules, &points, grid, fit.steps).or_raise();
        open = hours(&timeline, grid, fit.steps, values.len());
    }
    fit.update_by_hours(&values, &open).or_raise();
    from_bytes(&fit.to_bytes().or_raise())
}

pg_functions! {
    fn slaops_fit_series(args) {
        let by = CalendarArg::Name(3);
        fitted(args, 1, by, || Input::series(args, by))
    }

    fn slaops_fit_open(args) {
        let by = CalendarArg::Value(1);
        fitted(args, 3, by, || Input::series(args, by))
    }

    fn slaops_fit_array(args) {
        fitted(args, 1, CalendarArg::None, || Input::array(args))
    }

    fn slaops_fit_text(args) {
        let by = CalendarArg::Name(3);
        fitted(args, 1, by, || text::input(args, by))
    }

    fn slaops_update_fit(args) {
        let mut fit = fit_arg(args, 0);
        fit.update(&floats(args, 1)).or_raise();
        from_bytes(&fit.to_bytes().or_raise())
    }

    fn slaops_update_fit_open(args) {
        updated(args, CalendarArg::Value(2))
    }

    fn slaops_update_fit_open_by_name(args) {
        updated(args, CalendarArg::Name(2))
    }

    fn slaops_forecast_fit_in(args) {
        let fit = Fit::from_json(&args.cstring(0, forecast::fit::stored::MAX_BYTES, "a forecast fit")).or_raise();
        from_bytes(&fit.to_bytes().or_raise())
    }

    fn slaops_forecast_fit_out(args) {
        from_cstring(&fit_arg(args, 0).to_json().to_string())
    }

    fn slaops_forecast_fit_recv(args) {
        from_bytes(&Fit::receive(args.message(0)).or_raise())
    }

    fn slaops_forecast_fit_send(args) {
        from_bytes(args.bytes(0))
    }

    fn slaops_forecast_fit_to_jsonb(args) {
        args.or_null(json::from_text(&fit_arg(args, 0).to_json().to_string()))
    }

    /// One row: method, season, n, missing, parts, alpha, beta, gamma, phi, level, trend, seasonal, sse, sigma,
    /// log_likelihood, aic, aicc, bic, warnings, by_open_hours.
    fn slaops_fit_info(args) {
        let fit = fit_arg(args, 0);
        let row_type = RowType::of(args);
        let estimate = fit.estimate();
        let number = |f: &dyn Fn(&Estimate) -> f64| {
            estimate.map(f).filter(|v| v.is_finite()).map(from_float8)
        };
        let names: Vec<String> = fit.parts.iter().map(|(w, p): &(f64, FitPart)| format!("{w:.4} {}", p.name())).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let warnings: Vec<&str> = fit.warnings.iter().map(String::as_str).collect();
        let columns = [
            Some(from_text(&fit.method)),
            Some(Datum::from(fit.used_season() as i32)),
            Some(from_int8(fit.n as i64)),
            Some(from_int8(fit.missing as i64)),
            Some(from_texts(&names)),
            number(&|e| e.params.alpha),
            number(&|e| e.params.beta),
            number(&|e| e.params.gamma),
            number(&|e| e.params.phi),
            number(&|e| e.last.level),
            number(&|e| e.last.trend),
            estimate.map(|e| from_floats(&e.last.season)),
            number(&|e| e.sums.sse),
            number(&|e| e.variance().sqrt()),
            number(&|e| e.log_likelihood()),
            number(&|e| e.aic()),
            number(&|e| e.aicc()),
            number(&|e| e.bic()),
            Some(from_texts(&warnings)),
            Some(from_bool(fit.open_hours.is_some())),
        ];
        row_type.tuple(&columns)
    }
}
