//! Fits as values: made, brought forward, looked into, stored.

use super::by::{By, hours};
use super::series::series_arg;
use super::{Input, floats, method, optional, text};
use crate::ffi::datum::{
    self, arg, from_bool, from_bytes, from_float8, from_floats, from_int8, from_text, is_null,
    or_null,
};
use crate::ffi::report::OrRaise;
use crate::ffi::{pg_functions, srf};
use pgrx::direct_function_call_as_datum;
use pgrx::pg_sys::{self, Datum, FunctionCallInfo};
use slaops_core::forecast::estimate::Estimate;
use slaops_core::forecast::series::layout;
use slaops_core::forecast::{self, Fit, FitPart};

pub unsafe fn fit_arg(fcinfo: FunctionCallInfo, i: usize) -> Fit {
    unsafe { Fit::from_bytes(datum::bytes(arg(fcinfo, i))).or_raise() }
}

/// (what, method, season [, calendar]) or (what, calendar, season, method); `at` is where the method is.
unsafe fn fitted(
    fcinfo: FunctionCallInfo,
    at: usize,
    by: By,
    read: impl FnOnce() -> Input,
) -> Datum {
    unsafe {
        if is_null(fcinfo, 0) || matches!(by, By::Value(i) if is_null(fcinfo, i)) {
            return or_null(fcinfo, None);
        }
        let method = method(fcinfo, at, by);
        let input = read();
        let season = input.season(optional(fcinfo, 2), method);
        let (steps, hours) = (season.steps, input.hours(season.steps, 0));
        let fit = forecast::fit_on(input.index, &input.values, hours.as_deref(), method, steps);
        let mut fit = fit.or_raise();
        fit.method = season.told(fit.method);
        from_bytes(&fit.to_bytes().or_raise())
    }
}

/// (fit, series, calendar)
unsafe fn updated(fcinfo: FunctionCallInfo, by: By) -> Datum {
    unsafe {
        let mut fit = fit_arg(fcinfo, 0);
        let (rules, points) = series_arg(fcinfo, 1);
        let timeline = by.timeline(fcinfo);
        // A fit without a grid is not by open hours, and says so.
        let (mut values, mut open) = (Vec::new(), Vec::new());
        if let (Some(index), Some(timeline), true) =
            (&fit.index, timeline, fit.open_hours.is_some())
        {
            values = layout::onto(rules, &points, index, fit.steps).or_raise();
            open = hours(&timeline, index, fit.steps, values.len());
        }
        fit.update_by_hours(&values, &open).or_raise();
        from_bytes(&fit.to_bytes().or_raise())
    }
}

pg_functions! {
    fn slaops_fit_series(fcinfo) {
        let by = By::Name(3);
        fitted(fcinfo, 1, by, || Input::series(fcinfo, by))
    }

    fn slaops_fit_open(fcinfo) {
        let by = By::Value(1);
        fitted(fcinfo, 3, by, || Input::series(fcinfo, by))
    }

    fn slaops_fit_array(fcinfo) {
        fitted(fcinfo, 1, By::Nothing, || Input::array(fcinfo))
    }

    fn slaops_fit_text(fcinfo) {
        let by = By::Name(3);
        fitted(fcinfo, 1, by, || text::input(fcinfo, by))
    }

    fn slaops_update_fit(fcinfo) {
        let mut fit = fit_arg(fcinfo, 0);
        fit.update(&floats(fcinfo, 1)).or_raise();
        from_bytes(&fit.to_bytes().or_raise())
    }

    fn slaops_update_fit_open(fcinfo) {
        updated(fcinfo, By::Value(2))
    }

    fn slaops_update_fit_open_by_name(fcinfo) {
        updated(fcinfo, By::Name(2))
    }

    fn slaops_forecast_fit_in(fcinfo) {
        let fit = Fit::from_json(&datum::cstring(arg(fcinfo, 0), forecast::fit::stored::MAX_BYTES, "a forecast fit")).or_raise();
        from_bytes(&fit.to_bytes().or_raise())
    }

    fn slaops_forecast_fit_out(fcinfo) {
        datum::from_cstring(&fit_arg(fcinfo, 0).to_json().to_string())
    }

    fn slaops_forecast_fit_recv(fcinfo) {
        let payload = datum::message(arg(fcinfo, 0));
        Fit::from_bytes(payload).or_raise();
        from_bytes(payload)
    }

    fn slaops_forecast_fit_send(fcinfo) {
        from_bytes(datum::bytes(arg(fcinfo, 0)))
    }

    fn slaops_forecast_fit_to_jsonb(fcinfo) {
        let json = fit_arg(fcinfo, 0).to_json().to_string();
        let text = std::ffi::CString::new(json).unwrap_or_default();
        let read = direct_function_call_as_datum(pg_sys::jsonb_in, &[Some(Datum::from(text.as_ptr()))]);
        or_null(fcinfo, read)
    }

    /// One row: method, season, n, missing, parts, alpha, beta, gamma, phi, level, trend, seasonal, sse, sigma,
    /// log_likelihood, aic, aicc, bic, warnings, by_open_hours.
    fn slaops_fit_info(fcinfo) {
        let fit = fit_arg(fcinfo, 0);
        let descriptor = srf::descriptor(fcinfo);
        let estimate = fit.estimate();
        let number = |f: &dyn Fn(&Estimate) -> f64| {
            estimate.map(f).filter(|v| v.is_finite()).map(from_float8)
        };
        let names: Vec<String> = fit.parts.iter().map(|(w, p): &(f64, FitPart)| format!("{w:.4} {}", p.name())).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let warnings: Vec<&str> = fit.warnings.iter().map(String::as_str).collect();
        let mut columns = [
            Some(from_text(&fit.method)),
            Some(Datum::from(fit.used_season() as i32)),
            Some(from_int8(fit.n as i64)),
            Some(from_int8(fit.missing as i64)),
            Some(datum::from_texts(&names)),
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
            Some(datum::from_texts(&warnings)),
            Some(from_bool(fit.open_hours.is_some())),
        ];
        srf::tuple(descriptor, &mut columns)
    }
}
