//! The arguments of a call, read one by one. Bad arguments are errors here, before anything is computed.

use crate::ffi::array::{self, DATES, Elements, FLOATS, INSTANTS, INTERVALS, TEXTS};
use crate::ffi::encoding;
use crate::ffi::report::{OrRaise, raise};
use crate::ffi::results;
use crate::ffi::varlena::{Varlena, too_long};
use pgrx::PgMemoryContexts;
use pgrx::pg_sys::{self, Datum, FunctionCallInfo};
use slaops_core::memory;
use std::borrow::Cow;
use std::ffi::CStr;
use std::marker::PhantomData;

/// The most bytes of a name, a method or another word.
pub const MAX_WORD: usize = 10_000;
/// The most bytes of what may be a calendar's name, its text or its JSON.
pub const MAX_CALENDAR: usize = 1_000_000;

/// The arguments of one call of a function, counted from 0, and where its NULL goes. `pg_functions!` makes it; what it
/// reads lives as long as the call.
///
/// Reading is safe because of what [`Args::new`] demands: an argument that is read as a text is declared as one.
/// Without `opt_`, a method is for an argument that is not null: the function is STRICT or has asked.
#[derive(Clone, Copy)]
pub struct Args<'call> {
    fcinfo: FunctionCallInfo,
    call: PhantomData<&'call ()>,
}

impl<'call> Args<'call> {
    /// # Safety
    /// Postgres passed `fcinfo` to a function that `sql/` declares with the argument types that the function reads, and
    /// `'call` ends with the call.
    #[inline]
    pub unsafe fn new(fcinfo: FunctionCallInfo) -> Self {
        Self {
            fcinfo,
            call: PhantomData,
        }
    }

    /// What Postgres passed, for its own functions.
    #[inline]
    pub fn fcinfo(self) -> FunctionCallInfo {
        self.fcinfo
    }

    /// Whether argument `i` is null or not there.
    #[inline]
    pub fn is_null(self, i: usize) -> bool {
        // SAFETY: Postgres passes `nargs` arguments.
        unsafe {
            (*self.fcinfo).nargs as usize <= i || (*(*self.fcinfo).args.as_ptr().add(i)).isnull
        }
    }

    /// Argument `i` as Postgres passes it.
    #[inline]
    pub fn datum(self, i: usize) -> Datum {
        // SAFETY: the function is declared with more than `i` arguments.
        unsafe { (*(*self.fcinfo).args.as_ptr().add(i)).value }
    }

    fn given(self, i: usize) -> Option<usize> {
        (!self.is_null(i)).then_some(i)
    }

    #[inline]
    pub fn int8(self, i: usize) -> i64 {
        self.datum(i).value() as i64
    }

    #[inline]
    pub fn int4(self, i: usize) -> i32 {
        self.datum(i).value() as i32
    }

    #[inline]
    pub fn float8(self, i: usize) -> f64 {
        f64::from_bits(self.datum(i).value() as u64)
    }

    /// As Postgres reads a boolean: by its lowest byte.
    #[inline]
    pub fn bool(self, i: usize) -> bool {
        self.datum(i).value() & 0xff != 0
    }

    pub fn opt_int8(self, i: usize) -> Option<i64> {
        self.given(i).map(|i| self.int8(i))
    }

    pub fn opt_int4(self, i: usize) -> Option<i32> {
        self.given(i).map(|i| self.int4(i))
    }

    pub fn opt_float8(self, i: usize) -> Option<f64> {
        self.given(i).map(|i| self.float8(i))
    }

    pub fn opt_bool(self, i: usize) -> Option<bool> {
        self.given(i).map(|i| self.bool(i))
    }

    /// An instant if it is given, else an infinity.
    pub fn instant_or_end(self, i: usize) -> i64 {
        self.opt_int8(i).unwrap_or(i64::MAX)
    }

    pub fn interval(self, i: usize) -> pg_sys::Interval {
        // SAFETY: the argument is declared as an interval, which is passed by reference.
        unsafe { *self.datum(i).cast_mut_ptr::<pg_sys::Interval>() }
    }

    /// An argument of variable length.
    #[inline]
    pub fn varlena(self, i: usize) -> Varlena<'call> {
        // SAFETY: the argument is declared with a type of variable length and stays in place during the call.
        unsafe { Varlena::new(self.datum(i)) }
    }

    /// The payload of an argument of variable length.
    #[inline]
    pub fn bytes(self, i: usize) -> &'call [u8] {
        self.varlena(i).bytes()
    }

    /// A text of any size, in place where it can be: for what is not copied.
    pub fn text(self, i: usize) -> Cow<'call, str> {
        self.varlena(i).text()
    }

    pub fn opt_text(self, i: usize) -> Option<Cow<'call, str>> {
        self.given(i).map(|i| self.text(i))
    }

    /// A text of `most` bytes at most; a longer one is refused before it is fetched.
    pub fn limited(self, i: usize, most: usize, what: &str) -> Cow<'call, str> {
        self.varlena(i).limited(most, what)
    }

    pub fn word(self, i: usize, what: &str) -> Cow<'call, str> {
        self.limited(i, MAX_WORD, what)
    }

    /// What may be a calendar's name, its text or its JSON.
    pub fn calendar_text(self, i: usize) -> Cow<'call, str> {
        self.limited(i, MAX_CALENDAR, "a calendar")
    }

    /// The text form of a value that is read: an input function's argument.
    pub fn cstring(self, i: usize, most: usize, what: &str) -> Cow<'call, str> {
        // SAFETY: the argument is declared as cstring and stays in place during the call.
        unsafe {
            let bytes = CStr::from_ptr(self.datum(i).cast_mut_ptr()).to_bytes();
            if bytes.len() > most {
                raise(too_long(bytes.len(), most, what));
            }
            encoding::to_utf8(bytes)
        }
    }

    /// The rest of a binary message: a receive function's argument.
    pub fn message(self, i: usize) -> &'call [u8] {
        // SAFETY: the argument is declared as internal in a receive function, to which Postgres passes the message.
        unsafe {
            let buffer = self.datum(i).cast_mut_ptr::<pg_sys::StringInfoData>();
            let rest = (*buffer).len - (*buffer).cursor;
            let p = pg_sys::pq_getmsgbytes(buffer, rest);
            std::slice::from_raw_parts(p.cast::<u8>(), rest as usize)
        }
    }

    /// How many elements an array has; of one that is stored out of line only the head is fetched.
    pub fn array_len(self, i: usize) -> usize {
        // SAFETY: the argument is declared as an array.
        unsafe { array::array_len(self.datum(i)) }
    }

    /// The instants of an array of at most `most`.
    pub fn instants(
        self,
        i: usize,
        most: usize,
        what: &str,
    ) -> impl ExactSizeIterator<Item = Option<i64>> + use<'call> {
        // SAFETY: the argument is declared as an array of timestamptz.
        let items = unsafe { Elements::of(self.datum(i), INSTANTS, most, what) };
        items.map(|item| item.map(|d| d.value() as i64))
    }

    /// The dates of an array of at most `most`, as days since 2000-01-01.
    pub fn dates(
        self,
        i: usize,
        most: usize,
        what: &str,
    ) -> impl ExactSizeIterator<Item = Option<i32>> + use<'call> {
        // SAFETY: the argument is declared as an array of dates.
        let items = unsafe { Elements::of(self.datum(i), DATES, most, what) };
        items.map(|item| item.map(|d| d.value() as i32))
    }

    /// The intervals of an array of at most `most`.
    pub fn intervals(
        self,
        i: usize,
        most: usize,
        what: &str,
    ) -> impl ExactSizeIterator<Item = Option<pg_sys::Interval>> + use<'call> {
        // SAFETY: the argument is declared as an array of intervals.
        let items = unsafe { Elements::of(self.datum(i), INTERVALS, most, what) };
        // SAFETY: an element of such an array points to an interval.
        items.map(|item| item.map(|d| unsafe { *d.cast_mut_ptr::<pg_sys::Interval>() }))
    }

    /// The texts of an array of at most `most`, none of them fetched yet.
    pub fn texts(
        self,
        i: usize,
        most: usize,
        what: &str,
    ) -> impl ExactSizeIterator<Item = Option<Varlena<'call>>> + use<'call> {
        // SAFETY: the argument is declared as an array of texts.
        let items = unsafe { Elements::of(self.datum(i), TEXTS, most, what) };
        // SAFETY: an element of such an array points to a text, which stays in place with the array.
        items.map(|item| item.map(|d| unsafe { Varlena::new(d) }))
    }

    /// The numbers of an array of at most `most`.
    pub fn floats(self, i: usize, most: usize, what: &str) -> Vec<Option<f64>> {
        // SAFETY: the argument is declared as an array of float8.
        let items = unsafe { Elements::of(self.datum(i), FLOATS, most, what) };
        memory::collect(items.map(|item| item.map(array::float))).or_raise()
    }

    /// The same with NaN for NULL; the caller has checked how many there are.
    pub fn floats_or_nan(self, i: usize) -> Vec<f64> {
        // SAFETY: the argument is declared as an array of float8.
        unsafe { array::floats_or_nan(self.datum(i)) }
    }

    /// What this call site keeps, made on its first call and dropped with the plan. A function keeps one type, and asks
    /// for it once a call.
    #[inline]
    pub fn keep<T>(self, make: impl FnOnce() -> T) -> &'call mut T {
        // SAFETY: Postgres sets `fn_extra` to null and then leaves it to the function, which stores nothing else there.
        unsafe {
            let flinfo = (*self.fcinfo).flinfo;
            if (*flinfo).fn_extra.is_null() {
                let value = make();
                let mut context = PgMemoryContexts::For((*flinfo).fn_mcxt);
                (*flinfo).fn_extra = context.leak_and_drop_on_delete(value).cast();
            }
            &mut *(*flinfo).fn_extra.cast::<T>()
        }
    }

    /// A new value of variable length as the result, whose payload of zeros is to be written.
    pub fn new_bytes(self, size: usize) -> (Datum, &'call mut [u8]) {
        // SAFETY: the current memory context outlives the call.
        unsafe { results::new_bytes(size) }
    }

    /// A value as the result, or SQL NULL.
    #[inline]
    pub fn or_null(self, value: Option<Datum>) -> Datum {
        match value {
            Some(datum) => datum,
            None => self.null(),
        }
    }

    /// SQL NULL as the result.
    #[inline]
    pub fn null(self) -> Datum {
        // SAFETY: Postgres looks here for whether the result is null.
        unsafe { (*self.fcinfo).isnull = true };
        Datum::from(0usize)
    }
}
