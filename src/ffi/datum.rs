//! Arguments and results: datums in and out, without a Postgres call where none is needed.

use crate::ffi::report::{OrRaise, raise};
use pgrx::pg_sys::{self, Datum, FunctionCallInfo};
use pgrx::varlena;
use slaops_core::error::Error;
use slaops_core::memory;
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
            return lossy(bytes);
        }
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

/// A text of any size, in place where it can be: for what is not copied.
pub unsafe fn text<'a>(datum: Datum) -> Cow<'a, str> {
    unsafe { to_utf8(bytes(datum)) }
}

/// The most bytes of a name, a method or another word.
pub const MAX_WORD: usize = 10_000;
/// The most bytes of what may be a calendar's name, its text or its JSON.
pub const MAX_CALENDAR: usize = 1_000_000;

/// Argument `i`, a text of `most` bytes at most; a longer one is refused before it is fetched.
pub unsafe fn limited<'a>(
    fcinfo: FunctionCallInfo,
    i: usize,
    most: usize,
    what: &str,
) -> Cow<'a, str> {
    unsafe {
        check_bytes(arg(fcinfo, i), most, what);
        text(arg(fcinfo, i))
    }
}

/// Argument `i`, a word.
pub unsafe fn word<'a>(fcinfo: FunctionCallInfo, i: usize, what: &str) -> Cow<'a, str> {
    unsafe { limited(fcinfo, i, MAX_WORD, what) }
}

/// Refuses a varlena of more than `most` bytes, which is not fetched for it.
pub unsafe fn check_bytes(datum: Datum, most: usize, what: &str) {
    let size = unsafe { pg_sys::toast_raw_datum_size(datum) }.saturating_sub(pg_sys::VARHDRSZ);
    if size > most {
        raise(too_long(size, most, what));
    }
}

/// Error: a text that is too long.
#[cold]
pub fn too_long(size: usize, most: usize, what: &str) -> Error {
    Error::limit(
        format!("{what} of {size} bytes is too long"),
        format!("It may have {most} bytes."),
    )
}

/// The text form of a value that is read: an input function's argument.
pub unsafe fn cstring<'a>(datum: Datum, most: usize, what: &str) -> Cow<'a, str> {
    unsafe {
        let bytes = CStr::from_ptr(datum.cast_mut_ptr()).to_bytes();
        if bytes.len() > most {
            raise(too_long(bytes.len(), most, what));
        }
        to_utf8(bytes)
    }
}

/// What an output function of Postgres gave.
pub unsafe fn output<'a>(datum: Datum) -> Cow<'a, str> {
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

/// A target as an interval.
pub unsafe fn from_amount(amount: slaops_core::sla::policy::Amount) -> Datum {
    unsafe {
        let p = pg_sys::palloc(size_of::<pg_sys::Interval>()).cast::<pg_sys::Interval>();
        *p = pg_sys::Interval {
            time: amount.micros,
            day: amount.days,
            month: amount.months,
        };
        Datum::from(p)
    }
}

pub unsafe fn interval(fcinfo: FunctionCallInfo, i: usize) -> pg_sys::Interval {
    unsafe { *arg(fcinfo, i).cast_mut_ptr::<pg_sys::Interval>() }
}

/// How the elements of an array are stored: type, length, by value, alignment.
pub type Element = (pg_sys::Oid, i16, bool, u8);

pub const DATES: Element = (pg_sys::DATEOID, 4, true, b'i');
pub const INSTANTS: Element = (pg_sys::TIMESTAMPTZOID, 8, true, b'd');
pub const FLOATS: Element = (pg_sys::FLOAT8OID, 8, true, b'd');
pub const TEXTS: Element = (pg_sys::TEXTOID, -1, false, b'i');
pub const INTERVALS: Element = (pg_sys::INTERVALOID, 16, false, b'd');

/// How many elements an array has; of one that is stored out of line only the head is fetched.
pub unsafe fn array_len(datum: Datum) -> usize {
    unsafe {
        // The number of dimensions and at most six of them, with room to spare.
        const HEAD: i32 = 64;
        let p = datum.cast_mut_ptr::<pg_sys::varlena>();
        let head = if varlena::varatt_is_4b_u(p) {
            p
        } else {
            pg_sys::pg_detoast_datum_slice(p, 0, HEAD)
        };
        let array = head.cast::<pg_sys::ArrayType>();
        pg_sys::ArrayGetNItems((*array).ndim, array.add(1).cast::<i32>()) as usize
    }
}

/// Refuses an array of more than `most` elements, which is not fetched for it.
pub unsafe fn check_array(datum: Datum, most: usize, what: &str) {
    let count = unsafe { array_len(datum) };
    if count > most {
        raise(Error::limit(
            format!("{count} {what} are too many"),
            format!("There may be {most}."),
        ));
    }
}

/// Elements between two questions whether the work is still wanted.
const PAUSE: usize = 65_536;

/// The elements of an array of any shape, in order, read in place: Postgres's own way copies them first, which
/// nothing can cancel.
pub struct Elements {
    next: *const u8,
    nulls: *const u8,
    at: usize,
    count: usize,
    element: Element,
}

impl Elements {
    /// The elements of an array of at most so many.
    pub unsafe fn of(datum: Datum, element: Element, most: usize, what: &str) -> Elements {
        unsafe {
            check_array(datum, most, what);
            let datum = detoast(datum);
            let array = datum.cast_mut_ptr::<pg_sys::ArrayType>();
            let bytes = array.cast::<u8>().cast_const();
            let dimensions = 2 * size_of::<i32>() * (*array).ndim as usize;
            let header = size_of::<pg_sys::ArrayType>() + dimensions;
            let (data, nulls) = match (*array).dataoffset {
                0 => (header.next_multiple_of(8), std::ptr::null()),
                offset => (offset as usize, bytes.add(header)),
            };
            Elements {
                next: bytes.add(data),
                nulls,
                at: 0,
                count: array_len(datum),
                element,
            }
        }
    }
}

impl Iterator for Elements {
    type Item = Option<Datum>;

    #[inline]
    fn next(&mut self) -> Option<Option<Datum>> {
        if self.at == self.count {
            return None;
        }
        let n = self.at;
        self.at += 1;
        if n.is_multiple_of(PAUSE) {
            pgrx::check_for_interrupts!();
            // Texts that are converted or fetched are small allocations of Postgres's.
            if n > 0 && !self.element.2 {
                memory::room(memory::HEADROOM).or_raise();
            }
        }
        unsafe {
            if !self.nulls.is_null() && *self.nulls.add(n / 8) & 1 << (n % 8) == 0 {
                return Some(None);
            }
            let (_, length, by_value, align) = self.element;
            let align = if align == b'd' { 8 } else { 4 };
            let aligned = |p: *const u8| p.add(p.addr().next_multiple_of(align) - p.addr());
            if length > 0 {
                let p = aligned(self.next);
                self.next = p.add(length as usize);
                return Some(Some(match (by_value, length) {
                    (true, 4) => Datum::from(p.cast::<i32>().read_unaligned()),
                    (true, _) => Datum::from(p.cast::<i64>().read_unaligned()),
                    (false, _) => Datum::from(p.cast_mut()),
                }));
            }
            // A head of one byte is not zero and may lie anywhere; padding before one of four is zero.
            let p = match *self.next {
                0 => aligned(self.next),
                _ => self.next,
            };
            self.next = p.add(varlena::varsize_any(p.cast()));
            Some(Some(Datum::from(p.cast_mut())))
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.count - self.at;
        (left, Some(left))
    }
}

/// The elements of an array of at most so many, as a list.
pub unsafe fn array(datum: Datum, element: Element, most: usize, what: &str) -> Vec<Option<Datum>> {
    unsafe { memory::collect(Elements::of(datum, element, most, what)).or_raise() }
}

/// The array itself, fetched where it is toasted.
pub unsafe fn detoast(datum: Datum) -> Datum {
    unsafe { Datum::from(pg_sys::pg_detoast_datum(datum.cast_mut_ptr())) }
}

/// A number of an array of numbers.
fn float(datum: Datum) -> f64 {
    f64::from_bits(datum.value() as u64)
}

/// The numbers of an array of at most so many.
pub unsafe fn floats(datum: Datum, most: usize, what: &str) -> Vec<Option<f64>> {
    let elements = unsafe { Elements::of(datum, FLOATS, most, what) };
    memory::collect(elements.map(|e| e.map(float))).or_raise()
}

/// The same with NaN for NULL; the caller has checked how many there are.
pub unsafe fn floats_or_nan(datum: Datum) -> Vec<f64> {
    let elements = unsafe { Elements::of(datum, FLOATS, usize::MAX, "numbers") };
    memory::collect(elements.map(|e| e.map_or(f64::NAN, float))).or_raise()
}

/// An array of texts.
pub unsafe fn from_texts(list: &[&str]) -> Datum {
    // Each is a small allocation of Postgres's, up to twice as large in its encoding, and all once more in the array.
    let bytes = list.iter().map(|t| 3 * t.len() + 64).sum::<usize>();
    memory::room_for(bytes, 1).or_raise();
    // pgrx's own conversion does not heed the server's encoding.
    unsafe {
        from_array(
            memory::collect(list.iter().map(|t| from_text(t))).or_raise(),
            TEXTS,
        )
    }
}

/// An array of instants.
pub unsafe fn from_instants(list: &[i64]) -> Datum {
    unsafe {
        from_array(
            memory::collect(list.iter().map(|at| from_int8(*at))).or_raise(),
            INSTANTS,
        )
    }
}

/// An array of numbers.
pub unsafe fn from_floats(list: &[f64]) -> Datum {
    unsafe {
        from_array(
            memory::collect(list.iter().map(|v| from_float8(*v))).or_raise(),
            FLOATS,
        )
    }
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

/// An array of dates, as days since 2000-01-01.
pub unsafe fn from_dates(list: &[i32]) -> Datum {
    unsafe {
        from_array(
            memory::collect(list.iter().map(|d| Datum::from(*d))).or_raise(),
            DATES,
        )
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
