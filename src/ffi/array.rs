//! Arrays, element by element.

use crate::ffi::report::{OrRaise, raise};
use pgrx::pg_sys::{self, Datum};
use pgrx::varlena;
use slaops_core::error::Error;
use slaops_core::memory;

/// How the elements of an array are stored: type, length, by value, alignment.
pub type Element = (pg_sys::Oid, i16, bool, u8);

pub const DATES: Element = (pg_sys::DATEOID, 4, true, b'i');
pub const INSTANTS: Element = (pg_sys::TIMESTAMPTZOID, 8, true, b'd');
pub const FLOATS: Element = (pg_sys::FLOAT8OID, 8, true, b'd');
pub const TEXTS: Element = (pg_sys::TEXTOID, -1, false, b'i');
pub const INTERVALS: Element = (pg_sys::INTERVALOID, 16, false, b'd');

/// How many elements an array has; of one that is stored out of line only the head is fetched.
///
/// # Safety
/// `datum` points to an array.
pub unsafe fn array_len(datum: Datum) -> usize {
    // The number of dimensions and at most six of them, with room to spare.
    const HEAD: i32 = 64;
    // SAFETY: an array is a varlena that begins with its number of dimensions and, behind the fixed part, their lengths.
    unsafe {
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
    /// The elements of an array of at most so many; a longer one is refused before it is fetched.
    ///
    /// # Safety
    /// `datum` points to an array of such elements, which stays in place while they are read.
    pub unsafe fn of(datum: Datum, element: Element, most: usize, what: &str) -> Elements {
        // SAFETY: as the caller promises.
        let count = unsafe { array_len(datum) };
        if count > most {
            raise(Error::limit(
                format!("there must be at most {most} {what}, not {count}"),
                "Give fewer in one call.",
            ));
        }
        // SAFETY: behind the fixed part of an array come its dimensions, then the bits of what is not null if there is
        // an offset, which is that of the elements.
        unsafe {
            let array = pg_sys::pg_detoast_datum(datum.cast_mut_ptr()).cast::<pg_sys::ArrayType>();
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
                count,
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
        // SAFETY: `of` was given an array of such elements, `next` is the place of element `n` of `count` or of the
        // padding before it, and `nulls` has a bit for each.
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

impl ExactSizeIterator for Elements {}

/// A number of an array of numbers.
pub fn float(datum: Datum) -> f64 {
    f64::from_bits(datum.value() as u64)
}

/// The numbers of an array, NaN for NULL; the caller has checked how many there are.
///
/// # Safety
/// `datum` points to an array of float8.
pub unsafe fn floats_or_nan(datum: Datum) -> Vec<f64> {
    // SAFETY: as the caller promises.
    let elements = unsafe { Elements::of(datum, FLOATS, usize::MAX, "numbers") };
    memory::collect(elements.map(|e| e.map_or(f64::NAN, float))).or_raise()
}

/// A new array of one dimension.
///
/// # Safety
/// The items are such elements; `nulls`, if given, says of each whether it is null.
pub unsafe fn from_array(
    mut items: Vec<Datum>,
    nulls: Option<Vec<bool>>,
    (oid, length, by_value, align): Element,
) -> Datum {
    let (length, align) = (length.into(), align as std::ffi::c_char);
    let mut count = items.len() as i32;
    // SAFETY: as the caller promises; the lists are as long as `count` says.
    unsafe {
        let Some(mut nulls) = nulls else {
            let items = items.as_mut_ptr();
            let array = pg_sys::construct_array(items, count, oid, length, by_value, align);
            return Datum::from(array);
        };
        let mut first = 1;
        Datum::from(pg_sys::construct_md_array(
            items.as_mut_ptr(),
            nulls.as_mut_ptr(),
            1,
            &raw mut count,
            &raw mut first,
            oid,
            length,
            by_value,
            align,
        ))
    }
}
