//! Configuration as text: read and printed. What is written to tables, and when, is in
//! `sql/80_config.sql`.

use super::datum::{self, arg, from_text, or_null};
use super::pg_functions;
use super::report::OrRaise;
use crate::config::{Format, Known, doubts, print, read};
use pgrx::direct_function_call_as_datum;
use pgrx::pg_sys::{self, Datum, FunctionCallInfo};
use serde_json::{Value, json};

/// Argument `i`, a jsonb, through Postgres's own text form, which is in the database's encoding.
unsafe fn jsonb(fcinfo: FunctionCallInfo, i: usize) -> Value {
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
        let known = Known::from_json(&jsonb(fcinfo, 1));
        let text = datum::text(arg(fcinfo, 0));
        let mut config = read(&text, &known).or_raise();
        // load_config says them, and takes them out again.
        let warnings = doubts(&text).or_raise();
        if let (Some(map), false) = (config.as_object_mut(), warnings.is_empty()) {
            let told = warnings
                .into_iter()
                .map(|d| json!({ "message": d.message, "hint": d.hint, "likely": d.likely }));
            map.insert("warnings".into(), told.collect());
        }
        or_null(fcinfo, from_json(&config))
    }

    fn slaops_print_config(fcinfo) {
        let format = Format::parse(&datum::text(arg(fcinfo, 1))).or_raise();
        from_text(&print(&jsonb(fcinfo, 0), format).or_raise())
    }
}
