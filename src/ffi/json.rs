//! JSON of an argument or a column, by the crate serde_json, through Postgres's own text form, which is in the
//! database's encoding.

use crate::ffi::encoding;
use crate::ffi::report::{OrRaise, raise};
use crate::ffi::results::from_cstring;
use crate::ffi::varlena::{Varlena, too_long};
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
pub fn text<'a>(value: Varlena<'a>, what: &str) -> Cow<'a, str> {
    value.check_size(MAX_BYTES, what);
    memory::room_for(value.size(), 16).or_raise();
    // SAFETY: the value is declared as jsonb; the text is made in the current memory context.
    unsafe {
        let text = pg_sys::OidOutputFunctionCall(pg_sys::Oid::from(F_JSONB_OUT), value.datum());
        encoding::output(Datum::from(text))
    }
}

/// Reads a text; None where it is not JSON.
pub fn read(text: &str, what: &str) -> Option<Value> {
    // A number of a jsonb value of some bytes may have 100,000 digits.
    if text.len() > MAX_BYTES {
        raise(too_long(text.len(), MAX_BYTES, what));
    }
    memory::room_for(text.len(), TIMES).or_raise();
    serde_json::from_str(text).ok()
}

/// A jsonb value.
pub fn value(value: Varlena<'_>, what: &str) -> Value {
    read(&text(value, what), what).unwrap_or_default()
}

/// A value as jsonb.
pub fn datum(value: &Value) -> Option<Datum> {
    let text = memory::json(value).or_raise();
    // Postgres reads it into small pieces.
    memory::room_for(text.len(), 32).or_raise();
    from_text(&text)
}

/// JSON text as jsonb.
pub fn from_text(text: &str) -> Option<Datum> {
    let text = from_cstring(text);
    // SAFETY: jsonb_in takes a string that ends in a zero.
    unsafe { pgrx::direct_function_call_as_datum(pg_sys::jsonb_in, &[Some(text)]) }
}
