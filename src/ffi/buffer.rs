//! Aggregate states that are bytes in Postgres's own memory, so that hash aggregation sees them.

use crate::ffi::datum::{self, arg};
use crate::ffi::report::{OrRaise, raise};
use pgrx::pg_sys::{self, Datum, FunctionCallInfo};
use slaops_core::error::{Error, Result};

/// What the buffers of one aggregate have in common.
pub struct Kind {
    /// The first allocation, a power of two.
    pub first_size: usize,
    /// The most bytes that it may hold.
    pub most: usize,
    /// Refuses more than that.
    pub check_size: fn(usize) -> Result<()>,
    /// Its name in SQL.
    pub aggregate: &'static str,
}

#[repr(C)]
pub struct Buffer {
    len: usize,
    capacity: usize,
    bytes: *mut u8,
}

impl Buffer {
    unsafe fn new(context: pg_sys::MemoryContext, capacity: usize) -> *mut Buffer {
        unsafe {
            let size = size_of::<Buffer>() + capacity;
            let buffer = pg_sys::MemoryContextAlloc(context, size).cast::<Buffer>();
            *buffer = Buffer {
                len: 0,
                capacity,
                bytes: buffer.add(1).cast(),
            };
            buffer
        }
    }

    unsafe fn first(fcinfo: FunctionCallInfo, kind: &Kind) -> *mut Buffer {
        unsafe {
            let mut context = std::ptr::null_mut();
            if pg_sys::AggCheckCallContext(fcinfo, &mut context) == 0 {
                raise(Error::parameter(
                    "this function works only inside an aggregate",
                    format!("Call {}.", kind.aggregate),
                ));
            }
            Self::new(context, kind.first_size - size_of::<Buffer>())
        }
    }

    /// Argument `i`, null where it is.
    pub unsafe fn state(fcinfo: FunctionCallInfo, i: usize) -> *mut Buffer {
        unsafe {
            if datum::is_null(fcinfo, i) {
                std::ptr::null_mut()
            } else {
                arg(fcinfo, i).cast_mut_ptr()
            }
        }
    }

    /// The state of a transition function, made by its first call.
    #[inline]
    pub unsafe fn of(fcinfo: FunctionCallInfo, kind: &Kind) -> *mut Buffer {
        unsafe {
            let buffer = Self::state(fcinfo, 0);
            if buffer.is_null() {
                Self::first(fcinfo, kind)
            } else {
                buffer
            }
        }
    }

    pub unsafe fn slice<'a>(buffer: *mut Buffer) -> &'a [u8] {
        unsafe {
            if buffer.is_null() {
                return &[];
            }
            std::slice::from_raw_parts((*buffer).bytes, (*buffer).len)
        }
    }

    #[inline]
    pub unsafe fn put(buffer: *mut Buffer, bytes: &[u8], kind: &Kind) {
        unsafe {
            if (*buffer).capacity - (*buffer).len < bytes.len() {
                Self::grow(buffer, bytes.len(), kind);
            }
            let end = (*buffer).bytes.add((*buffer).len);
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), end, bytes.len());
            (*buffer).len += bytes.len();
        }
    }

    #[cold]
    unsafe fn grow(buffer: *mut Buffer, more: usize, kind: &Kind) {
        unsafe {
            let needed = (*buffer).len + more;
            (kind.check_size)(needed).or_raise();
            let capacity = needed.max(((*buffer).capacity * 2).min(kind.most));
            let context = pg_sys::GetMemoryChunkContext(buffer.cast());
            let bytes = pg_sys::MemoryContextAlloc(context, capacity).cast::<u8>();
            let old = (*buffer).bytes;
            std::ptr::copy_nonoverlapping(old, bytes, (*buffer).len);
            if old != buffer.add(1).cast::<u8>() {
                pg_sys::pfree(old.cast());
            }
            (*buffer).bytes = bytes;
            (*buffer).capacity = capacity;
        }
    }

    /// Appends the state of argument 1 to that of argument 0; None for none at all.
    pub unsafe fn combine(fcinfo: FunctionCallInfo, kind: &Kind) -> Option<Datum> {
        unsafe {
            let (mut into, from) = (Self::state(fcinfo, 0), Self::state(fcinfo, 1));
            if into.is_null() {
                if from.is_null() {
                    return None;
                }
                // The other state may live in a shorter context: what is kept is copied.
                into = Self::first(fcinfo, kind);
            }
            Self::put(into, Self::slice(from), kind);
            Some(Datum::from(into))
        }
    }

    /// A state of the bytes of argument 0.
    pub unsafe fn deserialize(fcinfo: FunctionCallInfo, kind: &Kind) -> Datum {
        unsafe {
            let bytes = datum::bytes(arg(fcinfo, 0));
            let buffer = Self::new(pg_sys::CurrentMemoryContext, bytes.len().max(1));
            Self::put(buffer, bytes, kind);
            Datum::from(buffer)
        }
    }
}
