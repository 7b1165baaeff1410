//! Values of variable length: in place where they can be, fetched where they are toasted.

use crate::ffi::encoding;
use crate::ffi::report::raise;
use pgrx::pg_sys::{self, Datum};
use pgrx::varlena as head;
use slaops_core::error::Error;
use std::borrow::Cow;
use std::marker::PhantomData;

/// A value of variable length that stays in place for `'a`. A toasted one is fetched into the current memory context.
#[derive(Clone, Copy)]
pub struct Varlena<'a> {
    at: *mut pg_sys::varlena,
    lives: PhantomData<&'a [u8]>,
}

impl<'a> Varlena<'a> {
    /// # Safety
    /// `datum` points to a value of variable length that is neither moved nor freed during `'a`, nor is the memory
    /// context that is then the current one.
    #[inline]
    pub unsafe fn new(datum: Datum) -> Self {
        Self {
            at: datum.cast_mut_ptr(),
            lives: PhantomData,
        }
    }

    pub fn datum(self) -> Datum {
        Datum::from(self.at)
    }

    /// The payload of a value that is stored in line and not compressed, without a call of Postgres; else None.
    #[inline]
    pub fn inline(self) -> Option<&'a [u8]> {
        let p = self.at;
        // SAFETY: `new` was given a valid varlena; its head says how long it is.
        unsafe {
            if head::varatt_is_4b_u(p) || (head::varatt_is_1b(p) && !head::varatt_is_1b_e(p)) {
                let size = head::varsize_any_exhdr(p);
                let data = head::vardata_any(p).cast::<u8>();
                Some(std::slice::from_raw_parts(data, size))
            } else {
                None
            }
        }
    }

    /// The payload.
    #[inline]
    pub fn bytes(self) -> &'a [u8] {
        match self.inline() {
            Some(bytes) => bytes,
            None => self.fetched(),
        }
    }

    #[cold]
    fn fetched(self) -> &'a [u8] {
        // SAFETY: `new` was given a valid varlena; the copy is one too, in the current memory context.
        let copy = unsafe { Self::new(Datum::from(pg_sys::pg_detoast_datum_packed(self.at))) };
        copy.inline().unwrap_or_default()
    }

    /// What is stored of a value that is kept out of line on disk, its TOAST pointer, by which it is known without a
    /// fetch.
    pub fn toast_pointer(self) -> Option<&'a [u8]> {
        // SAFETY: `new` was given a valid varlena; one out of line says in its second byte of which kind it is.
        unsafe {
            let on_disk = head::varatt_is_1b_e(self.at)
                && *self.at.cast::<u8>().add(1) == pg_sys::vartag_external::VARTAG_ONDISK as u8;
            on_disk.then(|| self.stored())
        }
    }

    /// The bytes of a value that is compressed in line, as they are; else None.
    pub fn compressed(self) -> Option<&'a [u8]> {
        // SAFETY: `new` was given a valid varlena.
        unsafe {
            let elsewhere = head::varatt_is_1b_e(self.at);
            (!elsewhere && self.inline().is_none()).then(|| self.stored())
        }
    }

    /// # Safety
    /// The value is in line, or a TOAST pointer to disk, of which the head says how long it is.
    unsafe fn stored(self) -> &'a [u8] {
        // SAFETY: as the caller promises.
        unsafe { std::slice::from_raw_parts(self.at.cast::<u8>(), head::varsize_any(self.at)) }
    }

    /// How many bytes the payload has, without fetching it.
    pub fn size(self) -> usize {
        // SAFETY: `new` was given a valid varlena.
        unsafe { pg_sys::toast_raw_datum_size(self.datum()) }.saturating_sub(pg_sys::VARHDRSZ)
    }

    /// Refuses a payload of more than `most` bytes, which is not fetched for it.
    pub fn check_size(self, most: usize, what: &str) {
        let size = self.size();
        if size > most {
            raise(too_long(size, most, what));
        }
    }

    /// A text of any size.
    pub fn text(self) -> Cow<'a, str> {
        encoding::to_utf8(self.bytes())
    }

    /// A text of `most` bytes at most; a longer one is refused before it is fetched.
    pub fn limited(self, most: usize, what: &str) -> Cow<'a, str> {
        self.check_size(most, what);
        self.text()
    }
}

/// Error: a text that is too long.
#[cold]
pub fn too_long(size: usize, most: usize, what: &str) -> Error {
    Error::limit(
        format!("{what} must have at most {most} bytes, not {size}"),
        "Give a shorter text.",
    )
}
