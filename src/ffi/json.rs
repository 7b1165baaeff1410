//! JSON of an argument or a column, by the crate serde_json, through Postgres's own text form, which is in the
//! database's encoding.

use crate::ffi::datum;
use crate::ffi::report::{OrRaise, raise};
use pgrx::pg_sys::{self, Datum};
use serde_json::Value;
use slaops_core::memory;
use std::borrow::Cow;

/// The most bytes of a JSON value, and of its text.
pub const MAX_BYTES: usize = 16_000_000;
/// Bytes that a value of serde_json takes for each byte of text, at most: an object of one empty name.
const TIMES: usize = 96;
const F_JSONB_OUT: u32 = 3804;

/// The text of a jsonb value.
pub unsafe fn text<'a>(value: Datum, what: &str) -> Cow<'a, str> {
    unsafe {
        datum::check_bytes(value, MAX_BYTES, what);
        memory::room_for(pg_sys::toast_raw_datum_size(value), 16).or_raise();
        let text = pg_sys::OidOutputFunctionCall(pg_sys::Oid::from(F_JSONB_OUT), value);
        datum::output(Datum::from(text))
    }
}

/// Reads a text; None where it is not JSON.
pub fn read(text: &str, what: &str) -> Option<Value> {
    // A number of a jsonb value of some bytes may have 100,000 digits.
    if text.len() > MAX_BYTES {
        raise(datum::too_long(text.len(), MAX_BYTES, what));
    }
    memory::room_for(text.len(), TIMES).or_raise();
    serde_json::from_str(text).ok()
}

/// A jsonb value.
pub unsafe fn value(value: Datum, what: &str) -> Value {
    unsafe { read(&text(value, what), what).unwrap_or_default() }
}

/// A value as jsonb.
pub unsafe fn datum(value: &Value) -> Option<Datum> {
    unsafe {
        let text = memory::json(value).or_raise();
        // Postgres reads it into small pieces.
        memory::room_for(text.len(), 32).or_raise();
        let text = datum::from_cstring(&text);
        pgrx::direct_function_call_as_datum(pg_sys::jsonb_in, &[Some(text)])
    }
}
