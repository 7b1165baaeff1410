//! Values, a series or a fit in text form: what a literal is, or a parameter that a driver sends as text.

use super::by::By;
use super::{Input, Rows, floats_of, optional, rows_ahead, rows_of};
use crate::ffi::datum::{self, is_null};
use crate::ffi::report::{OrRaise, raise};
use crate::ffi::srf;
use pgrx::pg_sys::{self, Datum, FunctionCallInfo};
use slaops_core::error::Error;
use slaops_core::forecast::form::Form;
use slaops_core::forecast::series;
use slaops_core::forecast::{Fit, Method};
use std::borrow::Cow;

/// Postgres's `array_in`.
const F_ARRAY_IN: u32 = 750;

unsafe fn read<'a>(fcinfo: FunctionCallInfo) -> (Form, Cow<'a, str>) {
    unsafe {
        let text = datum::limited(
            fcinfo,
            0,
            series::text::MAX_TEXT,
            "values, a series or a fit",
        );
        (Form::of(&text).or_raise(), text)
    }
}

/// The numbers of an array in text form, as Postgres reads it.
unsafe fn array(fcinfo: FunctionCallInfo) -> Vec<f64> {
    unsafe {
        let text = pg_sys::text_to_cstring(datum::arg(fcinfo, 0).cast_mut_ptr());
        floats_of(pg_sys::OidInputFunctionCall(
            pg_sys::Oid::from(F_ARRAY_IN),
            text,
            pg_sys::FLOAT8OID,
            -1,
        ))
    }
}

unsafe fn values_or_series(fcinfo: FunctionCallInfo, by: By, form: Form, text: &str) -> Input {
    unsafe {
        if form == Form::Series {
            let bytes = series::text::parse(text).or_raise();
            return Input::points(fcinfo, by, series::decode(&bytes).or_raise());
        }
        if matches!(by, By::Name(i) if !is_null(fcinfo, i)) {
            raise(Error::parameter(
                "values without times have no open hours",
                "Give a series with cal, or leave cal out.",
            ));
        }
        Input::values(array(fcinfo))
    }
}

/// Values or a series.
pub unsafe fn input(fcinfo: FunctionCallInfo, by: By) -> Input {
    unsafe {
        let (form, text) = read(fcinfo);
        if form == Form::Fit {
            raise(Error::text(
                "a JSON object without points is no series",
                "Write values as '{1,2,3}', a series as slaops prints it.",
            ));
        }
        values_or_series(fcinfo, by, form, &text)
    }
}

/// (text, horizon, method, season, levels, nonnegative, seed, calendar)
pub unsafe fn forecast_rows(fcinfo: FunctionCallInfo) -> Datum {
    let by = By::Name(7);
    unsafe {
        srf::rows(fcinfo, || -> Rows {
            if is_null(fcinfo, 0) || is_null(fcinfo, 1) {
                return Box::new(std::iter::empty());
            }
            let (form, text) = read(fcinfo);
            if form != Form::Fit {
                return rows_ahead(fcinfo, 2, by, || values_or_series(fcinfo, by, form, &text));
            }
            let fit = Fit::from_json(&text).or_raise();
            if super::method(fcinfo, 2, by) != Method::Auto || optional(fcinfo, 3).is_some() {
                raise(Error::parameter(
                    "a fit has its method and its season",
                    "Leave them out, or give the values.",
                ));
            }
            rows_of(fcinfo, fit, 4, by)
        })
    }
}
