//! Texts as small numbers, in Postgres's own memory.

use crate::ffi::memory::Memory;
use pgrx::pg_sys;
use xxhash_rust::xxh3::xxh3_64;

#[repr(C)]
struct Entry {
    hash: u64,
    text: *const u8,
    len: usize,
}

/// Distinct texts, numbered as they come. An open hash table, at most half full.
#[repr(C)]
pub struct Dictionary {
    context: pg_sys::MemoryContext,
    /// As many as `mask` and 1: 0, or the number of an entry and 1.
    slots: *mut u32,
    mask: usize,
    entries: *mut Entry,
    count: usize,
}

impl Dictionary {
    /// `size` is a power of two, twice the entries of the first allocation.
    pub fn new(memory: Memory<'_>, size: usize) -> Dictionary {
        Dictionary {
            context: memory.context(),
            slots: zeroed(memory.context(), size),
            mask: size - 1,
            entries: memory.array(size / 2),
            count: 0,
        }
    }

    pub fn len(&self) -> usize {
        self.count
    }

    /// The number of a text, a new one if it was not there.
    #[inline]
    pub fn number(&mut self, text: &[u8]) -> usize {
        let hash = xxh3_64(text);
        let mut at = hash as usize & self.mask;
        loop {
            // SAFETY: `at` is below the number of slots.
            let slot = unsafe { *self.slots.add(at) } as usize;
            if slot == 0 {
                return self.insert(text, hash);
            }
            // SAFETY: a slot has 0, or the number of an entry and 1.
            let entry = unsafe { &*self.entries.add(slot - 1) };
            if entry.hash == hash && entry.text() == text {
                return slot - 1;
            }
            at = (at + 1) & self.mask;
        }
    }

    #[cold]
    fn insert(&mut self, text: &[u8], hash: u64) -> usize {
        if (self.count + 1) * 2 > self.mask + 1 {
            self.grow();
        }
        // SAFETY: the context lives as long as the dictionary. There is room for the text, and for one entry more.
        unsafe {
            let copy = pg_sys::MemoryContextAlloc(self.context, text.len().max(1)).cast::<u8>();
            std::ptr::copy_nonoverlapping(text.as_ptr(), copy, text.len());
            self.entries.add(self.count).write(Entry {
                hash,
                text: copy,
                len: text.len(),
            });
            self.count += 1;
            place(self.slots, self.mask, hash, self.count);
        }
        self.count - 1
    }

    fn grow(&mut self) {
        let size = (self.mask + 1) * 2;
        let slots = zeroed(self.context, size);
        // SAFETY: the new slots are twice the old, all of them 0; slots and entries are chunks of their own.
        unsafe {
            for n in 0..self.count {
                place(slots, size - 1, (*self.entries.add(n)).hash, n + 1);
            }
            pg_sys::pfree(self.slots.cast());
            self.slots = slots;
            self.mask = size - 1;
            let bytes = size / 2 * size_of::<Entry>();
            self.entries = pg_sys::repalloc(self.entries.cast(), bytes).cast();
        }
    }

    /// The texts in the order of their numbers.
    pub fn texts(&self) -> impl Iterator<Item = &[u8]> {
        // SAFETY: `count` entries have been written.
        let entries = unsafe { std::slice::from_raw_parts(self.entries, self.count) };
        entries.iter().map(Entry::text)
    }
}

impl Entry {
    #[inline]
    fn text(&self) -> &[u8] {
        // SAFETY: `insert` has copied so many bytes there.
        unsafe { std::slice::from_raw_parts(self.text, self.len) }
    }
}

fn zeroed(context: pg_sys::MemoryContext, slots: usize) -> *mut u32 {
    // SAFETY: the context is that of the dictionary.
    unsafe { pg_sys::MemoryContextAllocZero(context, slots * size_of::<u32>()).cast() }
}

/// # Safety
/// There are `mask + 1` slots, not all of them used.
unsafe fn place(slots: *mut u32, mask: usize, hash: u64, number: usize) {
    let mut at = hash as usize & mask;
    // SAFETY: as the caller promises.
    unsafe {
        while *slots.add(at) != 0 {
            at = (at + 1) & mask;
        }
        *slots.add(at) = number as u32;
    }
}
