//! Configuration as text: read and printed. What is written to tables, and when, is in
//! `sql/80_config.sql`.

use super::datum::{self, arg, from_text, or_null};
use super::pg_functions;
use super::report::OrRaise;
use crate::config::{Format, Known, print, read};
use pgrx::direct_function_call_as_datum;
use pgrx::pg_sys::{self, Datum, FunctionCallInfo};
use serde_json::Value;

/// Argument `i`, a jsonb, through Postgres's own text form, which is in the database's encoding.
unsafe fn json(fcinfo: FunctionCallInfo, i: usize) -> Value {
    unsafe {
        let text = direct_function_call_as_datum(pg_sys::jsonb_out, &[Some(arg(fcinfo, i))]);
        let value = text.and_then(|t| serde_json::from_str(&datum::cstring(t)).ok());
        value.unwrap_or_default()
    }
}

unsafe fn from_json(value: &Value) -> Option<Datum> {
    unsafe {
        let text = datum::from_cstring(&value.to_string());
        direct_function_call_as_datum(pg_sys::jsonb_in, &[Some(text)])
    }
}

pg_functions! {
    fn slaops_read_config(fcinfo) {
        let known = Known::from_json(&json(fcinfo, 1));
        let config = read(&datum::text(arg(fcinfo, 0)), &known).or_raise();
        or_null(fcinfo, from_json(&config))
    }

    fn slaops_print_config(fcinfo) {
        let format = Format::parse(&datum::text(arg(fcinfo, 1))).or_raise();
        from_text(&print(&json(fcinfo, 0), format).or_raise())
    }
}
