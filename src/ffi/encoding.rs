//! Texts between the server's encoding and UTF-8.

use crate::ffi::report::OrRaise;
use pgrx::pg_sys::{self, Datum};
use slaops_core::memory;
use std::borrow::Cow;
use std::ffi::CStr;

/// Postgres's number for UTF-8.
const UTF8: i32 = pg_sys::pg_enc::PG_UTF8 as i32;

fn server_has_utf8() -> bool {
    // SAFETY: it reads a variable of the backend.
    unsafe { pg_sys::GetDatabaseEncoding() == UTF8 }
}

/// Text of the server's encoding as UTF-8. What is converted lies in the current memory context, as what was given does
/// or in one that lives longer.
pub fn to_utf8(bytes: &[u8]) -> Cow<'_, str> {
    if bytes.is_ascii() || server_has_utf8() {
        return lossy(bytes);
    }
    // SAFETY: so many bytes are there, and what comes back is them or a new string that ends in a zero.
    unsafe {
        let p = pg_sys::pg_server_to_any(bytes.as_ptr().cast(), bytes.len() as i32, UTF8);
        // SQL_ASCII knows no conversion: what comes back is what went in, without a zero at its end.
        if p.cast_const().cast() == bytes.as_ptr() {
            return lossy(bytes);
        }
        lossy(CStr::from_ptr(p).to_bytes())
    }
}

/// What is no UTF-8, which only SQL_ASCII lets in, is replaced.
fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        memory::push_str(&mut text, chunk.valid()).or_raise();
        if !chunk.invalid().is_empty() {
            memory::push_str(&mut text, "\u{fffd}").or_raise();
        }
    }
    Cow::Owned(text)
}

/// UTF-8 in the server's encoding; an ERROR where that has no such character.
pub fn from_utf8(text: &str) -> Cow<'_, [u8]> {
    if text.is_ascii() || server_has_utf8() {
        return Cow::Borrowed(text.as_bytes());
    }
    // SAFETY: so many bytes are there, and what comes back is them or a new string that ends in a zero.
    unsafe {
        let p = pg_sys::pg_any_to_server(text.as_ptr().cast(), text.len() as i32, UTF8);
        if p.cast_const().cast() == text.as_ptr() {
            return Cow::Borrowed(text.as_bytes());
        }
        Cow::Borrowed(CStr::from_ptr(p).to_bytes())
    }
}

/// What an output function of Postgres gave.
///
/// # Safety
/// `datum` points to a string that ends in a zero and stays in place for `'a`.
pub unsafe fn output<'a>(datum: Datum) -> Cow<'a, str> {
    // SAFETY: as the caller promises.
    to_utf8(unsafe { CStr::from_ptr(datum.cast_mut_ptr()) }.to_bytes())
}
