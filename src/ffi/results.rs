//! Results: values of Rust as datums. What is passed by reference is made in the current memory context.

use crate::ffi::array::from_array;
use crate::ffi::array::{DATES, FLOATS, INSTANTS, TEXTS};
use crate::ffi::encoding::from_utf8;
use crate::ffi::report::OrRaise;
use pgrx::pg_sys::{self, Datum};
use pgrx::varlena;
use slaops_core::memory;

#[inline]
pub fn from_int8(value: i64) -> Datum {
    Datum::from(value)
}

#[inline]
pub fn from_float8(value: f64) -> Datum {
    Datum::from(value.to_bits() as usize)
}

#[inline]
pub fn from_bool(value: bool) -> Datum {
    Datum::from(value)
}

/// A new value of variable length.
pub fn from_bytes(payload: &[u8]) -> Datum {
    let size = payload.len() + pg_sys::VARHDRSZ;
    // SAFETY: there is room for the head and the payload.
    unsafe {
        let p = pg_sys::palloc(size).cast::<pg_sys::varlena>();
        varlena::set_varsize_4b(p, size as i32);
        let data = varlena::vardata_4b(p).cast_mut().cast::<u8>();
        std::ptr::copy_nonoverlapping(payload.as_ptr(), data, payload.len());
        Datum::from(p)
    }
}

/// A new value of variable length, whose payload of zeros is to be written.
///
/// # Safety
/// The current memory context outlives `'a`.
pub unsafe fn new_bytes<'a>(size: usize) -> (Datum, &'a mut [u8]) {
    // SAFETY: there is room for the head and the payload, and nobody else knows the place.
    unsafe {
        let p = pg_sys::palloc0(size + pg_sys::VARHDRSZ).cast::<pg_sys::varlena>();
        varlena::set_varsize_4b(p, (size + pg_sys::VARHDRSZ) as i32);
        let data = varlena::vardata_4b(p).cast_mut().cast::<u8>();
        (Datum::from(p), std::slice::from_raw_parts_mut(data, size))
    }
}

pub fn from_text(text: &str) -> Datum {
    from_bytes(&from_utf8(text))
}

pub fn from_cstring(text: &str) -> Datum {
    let text = from_utf8(text);
    // SAFETY: there is room for the text and the zero.
    unsafe {
        let p = pg_sys::palloc(text.len() + 1).cast::<u8>();
        std::ptr::copy_nonoverlapping(text.as_ptr(), p, text.len());
        *p.add(text.len()) = 0;
        Datum::from(p)
    }
}

pub fn from_interval(month: i32, day: i32, time: i64) -> Datum {
    // SAFETY: there is room for an interval.
    unsafe {
        let p = pg_sys::palloc(size_of::<pg_sys::Interval>()).cast::<pg_sys::Interval>();
        p.write(pg_sys::Interval { time, day, month });
        Datum::from(p)
    }
}

/// An array of texts.
pub fn from_texts(list: &[&str]) -> Datum {
    // Each is a small allocation of Postgres's, up to twice as large in its encoding, and all once more in the array.
    let bytes = list.iter().map(|t| 3 * t.len() + 64).sum::<usize>();
    memory::room_for(bytes, 1).or_raise();
    // pgrx's own conversion does not heed the server's encoding.
    let items = memory::collect(list.iter().map(|t| from_text(t))).or_raise();
    // SAFETY: the items are texts.
    unsafe { from_array(items, None, TEXTS) }
}

/// An array of instants.
pub fn from_instants(list: &[i64]) -> Datum {
    let items = memory::collect(list.iter().map(|at| from_int8(*at))).or_raise();
    // SAFETY: the items are instants.
    unsafe { from_array(items, None, INSTANTS) }
}

/// An array of numbers.
pub fn from_floats(list: &[f64]) -> Datum {
    let items = memory::collect(list.iter().map(|v| from_float8(*v))).or_raise();
    // SAFETY: the items are numbers.
    unsafe { from_array(items, None, FLOATS) }
}

/// The same, NaN as NULL.
pub fn from_known_floats(list: &[f64]) -> Datum {
    let items = list.iter().map(|v| from_float8(*v)).collect();
    let nulls = list.iter().map(|v| v.is_nan()).collect();
    // SAFETY: the items are numbers.
    unsafe { from_array(items, Some(nulls), FLOATS) }
}

/// An array of dates, as days since 2000-01-01.
pub fn from_dates(list: &[i32]) -> Datum {
    let items = memory::collect(list.iter().map(|d| Datum::from(*d))).or_raise();
    // SAFETY: the items are dates.
    unsafe { from_array(items, None, DATES) }
}
