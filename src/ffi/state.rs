//! Aggregate states: lists in Postgres's own memory, which hash aggregation counts, and values of Rust
//! that are dropped with the memory of the group.

use crate::ffi::datum;
use crate::ffi::report::raise;
use pgrx::PgMemoryContexts;
use pgrx::pg_sys::{self, Datum, FunctionCallInfo};
use slaops_core::error::{Error, Result};

/// The context in which an aggregate's states live.
///
/// # Errors
/// 22023 outside an aggregate; the hint names the one to call.
pub unsafe fn context(fcinfo: FunctionCallInfo, aggregate: &str) -> pg_sys::MemoryContext {
    unsafe {
        let mut context = std::ptr::null_mut();
        if pg_sys::AggCheckCallContext(fcinfo, &mut context) == 0 {
            raise(Error::parameter(
                "this function works only inside an aggregate",
                format!("Call {aggregate}."),
            ));
        }
        context
    }
}

/// The state in argument `i`, which no SQL can make; null for none.
pub unsafe fn arg<T>(fcinfo: FunctionCallInfo, i: usize) -> *mut T {
    unsafe {
        if datum::is_null(fcinfo, i) {
            std::ptr::null_mut()
        } else {
            datum::arg(fcinfo, i).cast_mut_ptr()
        }
    }
}

/// A value of Rust that is dropped with a context.
pub unsafe fn boxed<T>(context: pg_sys::MemoryContext, value: T) -> *mut T {
    PgMemoryContexts::For(context).leak_and_drop_on_delete(value)
}

/// A list that grows by doubling. It lives in the context of its first allocation.
#[repr(C)]
pub struct List<T> {
    len: usize,
    capacity: usize,
    entries: *mut T,
}

impl<T: Copy> List<T> {
    pub unsafe fn new(context: pg_sys::MemoryContext, capacity: usize) -> *mut Self {
        unsafe {
            let size = size_of::<Self>() + capacity * size_of::<T>();
            let list = pg_sys::MemoryContextAllocHuge(context, size).cast::<Self>();
            *list = List {
                len: 0,
                capacity,
                entries: list.add(1).cast(),
            };
            list
        }
    }

    pub unsafe fn slice<'a>(list: *mut Self) -> &'a mut [T] {
        unsafe {
            if list.is_null() {
                return &mut [];
            }
            std::slice::from_raw_parts_mut((*list).entries, (*list).len)
        }
    }

    #[inline]
    pub unsafe fn is_full(list: *mut Self) -> bool {
        unsafe { (*list).len == (*list).capacity }
    }

    pub unsafe fn capacity(list: *mut Self) -> usize {
        unsafe { (*list).capacity }
    }

    /// Keeps the first so many.
    pub unsafe fn truncate(list: *mut Self, len: usize) {
        unsafe { (*list).len = len.min((*list).len) }
    }

    /// Adds one to a list that is not full.
    #[inline]
    pub unsafe fn push(list: *mut Self, entry: T) {
        unsafe {
            (*list).entries.add((*list).len).write(entry);
            (*list).len += 1;
        }
    }

    /// Makes room for more; `check` refuses what is too much.
    #[cold]
    pub unsafe fn reserve(list: *mut Self, more: usize, check: fn(usize) -> Result<()>) {
        unsafe {
            let needed = (*list).len + more;
            if needed <= (*list).capacity {
                return;
            }
            if let Err(error) = check(needed) {
                raise(error);
            }
            let capacity = needed.max((*list).capacity * 2);
            let context = pg_sys::GetMemoryChunkContext(list.cast());
            let size = capacity * size_of::<T>();
            let entries = pg_sys::MemoryContextAllocHuge(context, size).cast::<T>();
            let old = (*list).entries;
            std::ptr::copy_nonoverlapping(old, entries, (*list).len);
            if old != list.add(1).cast::<T>() {
                pg_sys::pfree(old.cast());
            }
            (*list).entries = entries;
            (*list).capacity = capacity;
        }
    }

    pub fn datum(list: *mut Self) -> Datum {
        Datum::from(list)
    }
}
