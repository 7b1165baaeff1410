//! Texts as small numbers, in Postgres's own memory.

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
    /// 0, or the number of an entry and 1.
    slots: *mut u32,
    mask: usize,
    entries: *mut Entry,
    count: usize,
}

impl Dictionary {
    /// `size` is a power of two, twice the entries of the first allocation.
    pub unsafe fn new(context: pg_sys::MemoryContext, size: usize) -> Dictionary {
        unsafe {
            let entries = pg_sys::MemoryContextAlloc(context, size / 2 * size_of::<Entry>());
            Dictionary {
                context,
                slots: zeroed(context, size),
                mask: size - 1,
                entries: entries.cast(),
                count: 0,
            }
        }
    }

    pub fn len(&self) -> usize {
        self.count
    }

    /// The number of a text, a new one if it was not there.
    #[inline]
    pub unsafe fn number(&mut self, text: &[u8]) -> usize {
        unsafe {
            let hash = xxh3_64(text);
            let mut at = hash as usize & self.mask;
            loop {
                let slot = *self.slots.add(at) as usize;
                if slot == 0 {
                    return self.insert(text, hash);
                }
                let entry = &*self.entries.add(slot - 1);
                if entry.hash == hash
                    && entry.len == text.len()
                    && std::slice::from_raw_parts(entry.text, entry.len) == text
                {
                    return slot - 1;
                }
                at = (at + 1) & self.mask;
            }
        }
    }

    #[cold]
    unsafe fn insert(&mut self, text: &[u8], hash: u64) -> usize {
        unsafe {
            if (self.count + 1) * 2 > self.mask + 1 {
                self.grow();
            }
            let copy = pg_sys::MemoryContextAlloc(self.context, text.len().max(1)).cast::<u8>();
            std::ptr::copy_nonoverlapping(text.as_ptr(), copy, text.len());
            self.entries.add(self.count).write(Entry {
                hash,
                text: copy,
                len: text.len(),
            });
            self.count += 1;
            place(self.slots, self.mask, hash, self.count);
            self.count - 1
        }
    }

    unsafe fn grow(&mut self) {
        unsafe {
            let size = (self.mask + 1) * 2;
            let slots = zeroed(self.context, size);
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
    pub unsafe fn texts(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.count).map(|n| unsafe {
            let entry = &*self.entries.add(n);
            std::slice::from_raw_parts(entry.text, entry.len)
        })
    }
}

unsafe fn zeroed(context: pg_sys::MemoryContext, slots: usize) -> *mut u32 {
    unsafe { pg_sys::MemoryContextAllocZero(context, slots * size_of::<u32>()).cast() }
}

unsafe fn place(slots: *mut u32, mask: usize, hash: u64, number: usize) {
    unsafe {
        let mut at = hash as usize & mask;
        while *slots.add(at) != 0 {
            at = (at + 1) & mask;
        }
        *slots.add(at) = number as u32;
    }
}
