//! Arguments and results: datums in and out, without a Postgres call where none is needed.

use pgrx::pg_sys::{self, Datum, FunctionCallInfo};
use pgrx::varlena;
use std::borrow::Cow;
use std::ffi::CStr;

/// Argument `i`, which is not null.
#[inline]
pub unsafe fn arg(fcinfo: FunctionCallInfo, i: usize) -> Datum {
    unsafe { (*(*fcinfo).args.as_ptr().add(i)).value }
}

#[inline]
pub unsafe fn is_null(fcinfo: FunctionCallInfo, i: usize) -> bool {
    unsafe { (*fcinfo).nargs as usize <= i || (*(*fcinfo).args.as_ptr().add(i)).isnull }
}

#[inline]
pub unsafe fn int8(fcinfo: FunctionCallInfo, i: usize) -> i64 {
    unsafe { arg(fcinfo, i).value() as i64 }
}

#[inline]
pub unsafe fn int4(fcinfo: FunctionCallInfo, i: usize) -> i32 {
    unsafe { arg(fcinfo, i).value() as i32 }
}

#[inline]
pub unsafe fn float8(fcinfo: FunctionCallInfo, i: usize) -> f64 {
    unsafe { f64::from_bits(arg(fcinfo, i).value() as u64) }
}

/// Argument `i` if it is there and not null, else an infinity.
pub unsafe fn instant_or_end(fcinfo: FunctionCallInfo, i: usize) -> i64 {
    unsafe {
        if is_null(fcinfo, i) {
            i64::MAX
        } else {
            int8(fcinfo, i)
        }
    }
}

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

/// A value, or SQL NULL.
#[inline]
pub unsafe fn or_null(fcinfo: FunctionCallInfo, value: Option<Datum>) -> Datum {
    match value {
        Some(datum) => datum,
        None => {
            unsafe { (*fcinfo).isnull = true };
            Datum::from(0usize)
        }
    }
}

/// The payload of a varlena that is stored in line and not compressed, without a call; else None.
#[inline]
pub unsafe fn inline_bytes<'a>(datum: Datum) -> Option<&'a [u8]> {
    unsafe {
        let p = datum.cast_mut_ptr::<pg_sys::varlena>();
        if varlena::varatt_is_4b_u(p) || (varlena::varatt_is_1b(p) && !varlena::varatt_is_1b_e(p)) {
            let size = varlena::varsize_any_exhdr(p);
            Some(std::slice::from_raw_parts(
                varlena::vardata_any(p).cast::<u8>(),
                size,
            ))
        } else {
            None
        }
    }
}

/// The TOAST pointer of a value that is stored out of line on disk, by which it is known without a fetch.
pub unsafe fn toast_pointer<'a>(datum: Datum) -> Option<&'a [u8]> {
    unsafe {
        let p = datum.cast_mut_ptr::<pg_sys::varlena>();
        let on_disk = varlena::varatt_is_1b_e(p)
            && *p.cast::<u8>().add(1) == pg_sys::vartag_external::VARTAG_ONDISK as u8;
        on_disk.then(|| std::slice::from_raw_parts(p.cast::<u8>(), varlena::varsize_any(p)))
    }
}

/// The payload of any varlena; a toasted one is fetched into the current memory context.
pub unsafe fn bytes<'a>(datum: Datum) -> &'a [u8] {
    unsafe {
        match inline_bytes(datum) {
            Some(bytes) => bytes,
            None => {
                let p = pg_sys::pg_detoast_datum_packed(datum.cast_mut_ptr());
                inline_bytes(Datum::from(p)).unwrap_or_default()
            }
        }
    }
}

/// Text of the server's encoding as UTF-8.
pub unsafe fn to_utf8<'a>(bytes: &'a [u8]) -> Cow<'a, str> {
    unsafe {
        if bytes.is_ascii() || pg_sys::GetDatabaseEncoding() == UTF8 {
            return String::from_utf8_lossy(bytes);
        }
        let p = pg_sys::pg_server_to_any(bytes.as_ptr().cast(), bytes.len() as i32, UTF8);
        // SQL_ASCII knows no conversion: what comes back is what went in, without a zero at its end.
        if p.cast_const().cast() == bytes.as_ptr() {
            return String::from_utf8_lossy(bytes);
        }
        CStr::from_ptr(p).to_string_lossy()
    }
}

/// UTF-8 in the server's encoding; an ERROR where that has no such character.
pub unsafe fn from_utf8(text: &str) -> Cow<'_, [u8]> {
    unsafe {
        if text.is_ascii() || pg_sys::GetDatabaseEncoding() == UTF8 {
            return Cow::Borrowed(text.as_bytes());
        }
        let p = pg_sys::pg_any_to_server(text.as_ptr().cast(), text.len() as i32, UTF8);
        if p.cast_const().cast() == text.as_ptr() {
            return Cow::Borrowed(text.as_bytes());
        }
        Cow::Borrowed(CStr::from_ptr(p).to_bytes())
    }
}

/// Postgres's number for UTF-8.
const UTF8: i32 = pg_sys::pg_enc::PG_UTF8 as i32;

pub unsafe fn text<'a>(datum: Datum) -> Cow<'a, str> {
    unsafe { to_utf8(bytes(datum)) }
}

pub unsafe fn cstring<'a>(datum: Datum) -> Cow<'a, str> {
    unsafe { to_utf8(CStr::from_ptr(datum.cast_mut_ptr()).to_bytes()) }
}

/// A new varlena in the current memory context.
pub unsafe fn from_bytes(payload: &[u8]) -> Datum {
    unsafe {
        let size = payload.len() + pg_sys::VARHDRSZ;
        let p = pg_sys::palloc(size).cast::<pg_sys::varlena>();
        varlena::set_varsize_4b(p, size as i32);
        let data = varlena::vardata_4b(p).cast_mut().cast::<u8>();
        std::ptr::copy_nonoverlapping(payload.as_ptr(), data, payload.len());
        Datum::from(p)
    }
}

/// A new varlena in the current memory context, and its payload to be written.
pub unsafe fn new_bytes<'a>(size: usize) -> (Datum, &'a mut [u8]) {
    unsafe {
        let p = pg_sys::palloc(size + pg_sys::VARHDRSZ).cast::<pg_sys::varlena>();
        varlena::set_varsize_4b(p, (size + pg_sys::VARHDRSZ) as i32);
        let data = varlena::vardata_4b(p).cast_mut().cast::<u8>();
        (Datum::from(p), std::slice::from_raw_parts_mut(data, size))
    }
}

pub unsafe fn from_text(text: &str) -> Datum {
    unsafe { from_bytes(&from_utf8(text)) }
}

pub unsafe fn from_cstring(text: &str) -> Datum {
    unsafe {
        let text = from_utf8(text);
        let p = pg_sys::palloc(text.len() + 1).cast::<u8>();
        std::ptr::copy_nonoverlapping(text.as_ptr(), p, text.len());
        *p.add(text.len()) = 0;
        Datum::from(p)
    }
}

/// An interval of hours, minutes and seconds.
pub unsafe fn from_interval(micros: i64) -> Datum {
    unsafe {
        let p = pg_sys::palloc(size_of::<pg_sys::Interval>()).cast::<pg_sys::Interval>();
        *p = pg_sys::Interval {
            time: micros,
            day: 0,
            month: 0,
        };
        Datum::from(p)
    }
}

pub unsafe fn interval(fcinfo: FunctionCallInfo, i: usize) -> pg_sys::Interval {
    unsafe { *arg(fcinfo, i).cast_mut_ptr::<pg_sys::Interval>() }
}

/// How the elements of an array are stored: type, length, by value, alignment.
pub type Element = (pg_sys::Oid, i16, bool, u8);

pub const INSTANTS: Element = (pg_sys::TIMESTAMPTZOID, 8, true, b'd');
pub const FLOATS: Element = (pg_sys::FLOAT8OID, 8, true, b'd');
pub const TEXTS: Element = (pg_sys::TEXTOID, -1, false, b'i');
pub const INTERVALS: Element = (pg_sys::INTERVALOID, 16, false, b'd');

/// The elements of an array of any shape, in order.
pub unsafe fn array(datum: Datum, element: Element) -> Vec<Option<Datum>> {
    unsafe {
        let array = pg_sys::pg_detoast_datum(datum.cast_mut_ptr());
        let (mut items, mut nulls, mut count) = (std::ptr::null_mut(), std::ptr::null_mut(), 0);
        pg_sys::deconstruct_array(
            array.cast(),
            element.0,
            element.1.into(),
            element.2,
            element.3 as std::ffi::c_char,
            &mut items,
            &mut nulls,
            &mut count,
        );
        let one = |n: usize| (!*nulls.add(n)).then(|| *items.add(n));
        (0..count as usize).map(one).collect()
    }
}

/// How many elements an array has; `datum` is not toasted.
pub unsafe fn array_len(datum: Datum) -> usize {
    unsafe {
        let array = datum.cast_mut_ptr::<pg_sys::ArrayType>();
        pg_sys::ArrayGetNItems((*array).ndim, array.add(1).cast::<i32>()) as usize
    }
}

/// The array itself, fetched where it is toasted.
pub unsafe fn detoast(datum: Datum) -> Datum {
    unsafe { Datum::from(pg_sys::pg_detoast_datum(datum.cast_mut_ptr())) }
}

/// Elements between two questions whether the work is still wanted.
const PAUSE: usize = 65_536;

/// The numbers of an array, which are told in place, as ten million of them would be copied twice by Postgres.
unsafe fn each_float(datum: Datum, mut each: impl FnMut(Option<f64>)) {
    unsafe {
        let datum = detoast(datum);
        let array = datum.cast_mut_ptr::<pg_sys::ArrayType>();
        let count = array_len(datum);
        let bytes = array.cast::<u8>();
        let header = size_of::<pg_sys::ArrayType>() + 2 * size_of::<i32>() * (*array).ndim as usize;
        let (data, nulls) = match (*array).dataoffset {
            0 => (header.next_multiple_of(8), None),
            offset => (offset as usize, Some(bytes.add(header))),
        };
        let mut next = bytes.add(data).cast::<f64>();
        for n in 0..count {
            if n % PAUSE == 0 {
                pgrx::check_for_interrupts!();
            }
            let known = nulls.is_none_or(|b| *b.add(n / 8) & 1 << (n % 8) != 0);
            each(known.then(|| next.read_unaligned()));
            next = next.add(usize::from(known));
        }
    }
}

/// The numbers of an array argument.
pub unsafe fn floats(datum: Datum) -> Vec<Option<f64>> {
    let mut list = Vec::new();
    unsafe { each_float(datum, |v| list.push(v)) };
    list
}

/// The same with NaN for NULL.
pub unsafe fn floats_or_nan(datum: Datum) -> Vec<f64> {
    let mut list = Vec::new();
    unsafe { each_float(datum, |v| list.push(v.unwrap_or(f64::NAN))) };
    list
}

/// An array of texts.
pub unsafe fn from_texts(list: &[&str]) -> Datum {
    // pgrx's own conversion does not heed the server's encoding.
    unsafe { from_array(list.iter().map(|t| from_text(t)).collect(), TEXTS) }
}

/// An array of instants.
pub unsafe fn from_instants(list: &[i64]) -> Datum {
    unsafe { from_array(list.iter().map(|at| from_int8(*at)).collect(), INSTANTS) }
}

/// An array of numbers.
pub unsafe fn from_floats(list: &[f64]) -> Datum {
    unsafe { from_array(list.iter().map(|v| from_float8(*v)).collect(), FLOATS) }
}

/// The same, NaN as NULL.
pub unsafe fn from_known_floats(list: &[f64]) -> Datum {
    unsafe {
        let mut items: Vec<Datum> = list.iter().map(|v| from_float8(*v)).collect();
        let mut nulls: Vec<bool> = list.iter().map(|v| v.is_nan()).collect();
        let (mut count, mut first) = (list.len() as i32, 1);
        let array = pg_sys::construct_md_array(
            items.as_mut_ptr(),
            nulls.as_mut_ptr(),
            1,
            &raw mut count,
            &raw mut first,
            FLOATS.0,
            FLOATS.1.into(),
            FLOATS.2,
            FLOATS.3 as std::ffi::c_char,
        );
        Datum::from(array)
    }
}

unsafe fn from_array(mut items: Vec<Datum>, element: Element) -> Datum {
    unsafe {
        let array = pg_sys::construct_array(
            items.as_mut_ptr(),
            items.len() as i32,
            element.0,
            element.1.into(),
            element.2,
            element.3 as std::ffi::c_char,
        );
        Datum::from(array)
    }
}

/// The rest of a binary message.
pub unsafe fn message<'a>(datum: Datum) -> &'a [u8] {
    unsafe {
        let buffer = datum.cast_mut_ptr::<pg_sys::StringInfoData>();
        let rest = (*buffer).len - (*buffer).cursor;
        let p = pg_sys::pq_getmsgbytes(buffer, rest);
        std::slice::from_raw_parts(p.cast::<u8>(), rest as usize)
    }
}
