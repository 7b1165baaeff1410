//! Aggregate states: which aggregate they belong to, and lists in Postgres's own memory, so that hash aggregation counts
//! them and an error frees them.

use crate::ffi::args::Args;
use crate::ffi::memory::Memory;
use crate::ffi::report::{OrRaise, raise};
use pgrx::pg_sys::{self, Datum};
use slaops_core::error::{Error, Result};
use std::marker::PhantomData;

/// An aggregate whose state is an `S`.
pub struct Aggregate<S> {
    /// Its name in SQL.
    name: &'static str,
    state: PhantomData<fn() -> S>,
}

impl<S> Aggregate<S> {
    /// # Safety
    /// A function that asks for states of this aggregate is declared in `sql/` as taking `internal` there, and Postgres
    /// gives it what a function of the same aggregate has returned, an `S`. SQL cannot make a value of that type.
    pub const unsafe fn new(name: &'static str) -> Self {
        Self {
            name,
            state: PhantomData,
        }
    }

    /// The context in which the states live; an error outside the aggregate.
    pub fn memory<'call>(&self, args: Args<'call>) -> Memory<'call> {
        let mut context = std::ptr::null_mut();
        // SAFETY: Postgres passed the call's information.
        if unsafe { pg_sys::AggCheckCallContext(args.fcinfo(), &mut context) } == 0 {
            raise(Error::parameter(
                "this function works only inside an aggregate",
                format!("Call {}.", self.name),
            ));
        }
        // SAFETY: the context of a group lives longer than a call for one of its rows.
        unsafe { Memory::new(context) }
    }

    /// The state in argument `i`, asked for once a call; None for none yet.
    #[inline]
    pub fn state<'call>(&self, args: Args<'call>, i: usize) -> Option<&'call mut S> {
        if args.is_null(i) {
            return None;
        }
        // SAFETY: `new` was promised that it is a state of this aggregate, which nobody else uses during the call.
        unsafe { args.datum(i).cast_mut_ptr::<S>().as_mut() }
    }
}

/// A state as a result.
#[inline]
pub fn datum<S>(state: &mut S) -> Datum {
    Datum::from(&raw mut *state)
}

/// The memory of a deserialized state, which the caller copies.
pub fn passing<'call>(_: Args<'call>) -> Memory<'call> {
    // SAFETY: the memory context of a call outlives it.
    unsafe { Memory::new(pg_sys::CurrentMemoryContext) }
}

/// A deserialized state of bytes.
pub fn list_of<'call>(args: Args<'call>, bytes: &[u8]) -> &'call mut List<u8> {
    let list = List::new(passing(args), bytes.len().max(1), ());
    list.extend(
        bytes,
        &Growth {
            most: bytes.len(),
            check: |_| Ok(()),
        },
    );
    list
}

/// How long a list may get.
pub struct Growth {
    /// It doubles up to so many entries.
    pub most: usize,
    /// Refuses more than there may be.
    pub check: fn(usize) -> Result<()>,
}

/// A list with a head, which grows by doubling. It lives in the context of its first allocation.
#[repr(C)]
pub struct List<T, H = ()> {
    len: u32,
    capacity: u32,
    entries: *mut T,
    pub head: H,
}

impl<T: Copy, H: Copy> List<T, H> {
    pub fn new(memory: Memory<'_>, capacity: usize, head: H) -> &mut Self {
        const { assert!(align_of::<T>() <= 8 && size_of::<Self>().is_multiple_of(8)) };
        let list = memory.room::<Self>(capacity * size_of::<T>());
        // SAFETY: there is room for the list and its first entries behind it, and nobody else knows the place.
        unsafe {
            list.write(List {
                len: 0,
                capacity: capacity as u32,
                entries: list.add(1).cast(),
                head,
            });
            &mut *list
        }
    }

    #[inline]
    pub fn entries(&self) -> &[T] {
        // SAFETY: the first `len` entries have been written.
        unsafe { std::slice::from_raw_parts(self.entries, self.len as usize) }
    }

    #[inline]
    pub fn entries_mut(&mut self) -> &mut [T] {
        // SAFETY: the first `len` entries have been written.
        unsafe { std::slice::from_raw_parts_mut(self.entries, self.len as usize) }
    }

    pub fn capacity(&self) -> usize {
        self.capacity as usize
    }

    #[inline]
    pub fn is_full(&self) -> bool {
        self.len == self.capacity
    }

    /// Keeps the first so many.
    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(u32::try_from(len).unwrap_or(u32::MAX));
    }

    #[inline]
    pub fn push(&mut self, entry: T, growth: &Growth) {
        if self.is_full() {
            self.reserve(1, growth);
        }
        // SAFETY: there is room for one more.
        unsafe { self.entries.add(self.len as usize).write(entry) };
        self.len += 1;
    }

    #[inline]
    pub fn extend(&mut self, more: &[T], growth: &Growth) {
        if ((self.capacity - self.len) as usize) < more.len() {
            self.reserve(more.len(), growth);
        }
        // SAFETY: there is room for so many more, which lie elsewhere.
        unsafe {
            let end = self.entries.add(self.len as usize);
            std::ptr::copy_nonoverlapping(more.as_ptr(), end, more.len());
        }
        self.len += more.len() as u32;
    }

    /// Makes room for so many more.
    #[cold]
    pub fn reserve(&mut self, more: usize, growth: &Growth) {
        let needed = self.len as usize + more;
        if needed <= self.capacity() {
            return;
        }
        (growth.check)(needed).or_raise();
        let capacity = needed.max((self.capacity() * 2).min(growth.most));
        let first = (&raw mut *self).wrapping_add(1).cast::<T>();
        // SAFETY: the list is a chunk of its own; entries that are not behind it are one too. Only then is the list
        // changed, so that it stays whole where there is no memory.
        unsafe {
            let context = pg_sys::GetMemoryChunkContext((&raw mut *self).cast());
            let size = capacity * size_of::<T>();
            let entries = pg_sys::MemoryContextAllocHuge(context, size).cast::<T>();
            std::ptr::copy_nonoverlapping(self.entries, entries, self.len as usize);
            if self.entries != first {
                pg_sys::pfree(self.entries.cast());
            }
            self.entries = entries;
        }
        self.capacity = capacity as u32;
    }
}

/// An aggregate whose state is a plain list.
pub struct ListAggregate<T> {
    pub aggregate: Aggregate<List<T>>,
    /// Entries of the first allocation.
    pub first: usize,
    pub growth: Growth,
}

impl<T: Copy> ListAggregate<T> {
    #[cold]
    fn fresh<'call>(&self, args: Args<'call>) -> &'call mut List<T> {
        List::new(self.aggregate.memory(args), self.first, ())
    }

    /// The state of a transition function, made by its first call.
    #[inline]
    pub fn of<'call>(&self, args: Args<'call>) -> &'call mut List<T> {
        match self.aggregate.state(args, 0) {
            Some(list) => list,
            None => self.fresh(args),
        }
    }

    /// Appends the state of argument 1 to that of argument 0; None for none at all.
    pub fn combine(&self, args: Args<'_>) -> Option<Datum> {
        let into = self.aggregate.state(args, 0);
        let Some(from) = self.aggregate.state(args, 1) else {
            return into.map(datum);
        };
        // The other state may live in a shorter context: what is kept is copied.
        let into = into.unwrap_or_else(|| self.fresh(args));
        into.extend(from.entries(), &self.growth);
        Some(datum(into))
    }
}
