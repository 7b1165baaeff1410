//! Postgres's memory contexts, for what must be counted by them or live as long as they do.

use pgrx::PgMemoryContexts;
use pgrx::pg_sys::{self, MemoryContext};
use std::marker::PhantomData;

/// A memory context that outlives `'a`.
#[derive(Clone, Copy)]
pub struct Memory<'a> {
    context: MemoryContext,
    lives: PhantomData<&'a ()>,
}

impl<'a> Memory<'a> {
    /// # Safety
    /// The context is neither reset nor deleted during `'a`.
    pub unsafe fn new(context: MemoryContext) -> Self {
        Self {
            context,
            lives: PhantomData,
        }
    }

    pub fn context(self) -> MemoryContext {
        self.context
    }

    /// Room for a value and `extra` bytes behind it, aligned to 8 bytes.
    #[inline]
    pub fn room<T>(self, extra: usize) -> *mut T {
        const { assert!(align_of::<T>() <= 8) };
        // SAFETY: the context is alive. Callers limit sizes themselves.
        unsafe { pg_sys::MemoryContextAllocHuge(self.context, size_of::<T>() + extra).cast() }
    }

    /// Room for so many values.
    pub fn array<T>(self, count: usize) -> *mut T {
        const { assert!(align_of::<T>() <= 8) };
        // SAFETY: the context is alive.
        unsafe { pg_sys::MemoryContextAlloc(self.context, count * size_of::<T>()).cast() }
    }

    /// A value that has nothing to drop and is freed with the context.
    pub fn put<T>(self, value: T) -> &'a mut T {
        const { assert!(!std::mem::needs_drop::<T>()) };
        let place = self.room::<T>(0);
        // SAFETY: there is room for it, and nobody else knows the place.
        unsafe {
            place.write(value);
            &mut *place
        }
    }

    /// A value of Rust that is dropped with the context.
    pub fn keep<T>(self, value: T) -> &'a mut T {
        let mut context = PgMemoryContexts::For(self.context);
        // SAFETY: it lives until the context is reset or deleted.
        unsafe { &mut *context.leak_and_drop_on_delete(value) }
    }
}
