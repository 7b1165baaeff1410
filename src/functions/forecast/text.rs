//! Values, a series or a fit in text form: what a literal is, or a parameter that a driver sends as text.

use super::calendar_arg::CalendarArg;
use super::{Input, check_count, rows_ahead, rows_of};
use crate::ffi::args::Args;
use crate::ffi::array::{array_len, floats_or_nan};
use crate::ffi::report::{OrRaise, raise};
use crate::ffi::srf::{self, Rows};
use pgrx::pg_sys::{self, Datum};
use slaops_core::error::Error;
use slaops_core::forecast::form::Form;
use slaops_core::forecast::series;
use slaops_core::forecast::{Fit, Method};
use std::borrow::Cow;

/// Postgres's `array_in`.
const F_ARRAY_IN: u32 = 750;

fn read(args: Args<'_>) -> (Form, Cow<'_, str>) {
    let text = args.limited(0, series::text::MAX_TEXT, "values, a series or a fit");
    (Form::of(&text).or_raise(), text)
}

/// The numbers of an array in text form, as Postgres reads it.
fn array(args: Args<'_>) -> Vec<f64> {
    // SAFETY: the argument is declared as text, and what array_in reads for float8 is an array of that.
    unsafe {
        let text = pg_sys::text_to_cstring(args.datum(0).cast_mut_ptr());
        let (array_in, float8) = (pg_sys::Oid::from(F_ARRAY_IN), pg_sys::FLOAT8OID);
        let array = pg_sys::OidInputFunctionCall(array_in, text, float8, -1);
        check_count(array_len(array));
        floats_or_nan(array)
    }
}

fn values_or_series(args: Args<'_>, by: CalendarArg, form: Form, text: &str) -> Input {
    if form == Form::Series {
        let bytes = series::text::parse(text).or_raise();
        return Input::points(args, by, series::decode(&bytes).or_raise());
    }
    if matches!(by, CalendarArg::Name(i) if !args.is_null(i)) {
        raise(Error::parameter(
            "values with a calendar must have times",
            "Give a series with cal, or leave cal out.",
        ));
    }
    Input::values(array(args))
}

/// Values or a series.
pub fn input(args: Args<'_>, by: CalendarArg) -> Input {
    let (form, text) = read(args);
    if form == Form::Fit {
        raise(Error::text(
            "a JSON object must have \"points\" to be a series",
            "Write values as '{1,2,3}', a series as slaops prints it.",
        ));
    }
    values_or_series(args, by, form, &text)
}

/// (text, horizon, method, season, levels, nonnegative, seed, calendar)
pub fn forecast_rows(args: Args<'_>) -> Datum {
    let by = CalendarArg::Name(7);
    srf::rows(args, || -> Rows {
        if args.is_null(0) || args.is_null(1) {
            return Box::new(std::iter::empty());
        }
        let (form, text) = read(args);
        if form != Form::Fit {
            return rows_ahead(args, 2, by, || values_or_series(args, by, form, &text));
        }
        let fit = Fit::from_json(&text).or_raise();
        if super::method(args, 2, by) != Method::Auto || args.opt_int4(3).is_some() {
            raise(Error::parameter(
                "method and season must not be given with a fit, which has its own",
                "Leave them out, or give the values.",
            ));
        }
        rows_of(args, fit, 4, by)
    })
}
