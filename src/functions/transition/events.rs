//! The aggregate's state: events in Postgres's own memory, so that hash aggregation sees them and an
//! error frees them.
//!
//! A small state is one list of chunks; from 4,096 events on there are 256, by the case's hash, so that
//! the fold sorts each within cache and nothing is moved again.

use super::MAX_VALUE;
use super::dictionary::Dictionary;
use super::key::Kind;
use crate::ffi::datum::{self, new_bytes};
use crate::ffi::report::raise;
use pgrx::pg_sys::{self, Datum};
use slaops_core::error::{Error, Result, SqlState};
use slaops_core::memory;
use slaops_core::mining::transition::fold::Fold;
use slaops_core::mining::transition::log::{Layout, PARTS, Record};
use slaops_core::mining::transition::{
    MAX_ACTIVITIES, MAX_NAME, Matrix, called, check_name, too_long, too_many_activities,
};

const SMALL: u64 = 4_096;
/// The first chunk of a part, and the largest: they double. With 256 parts at most 2 MB stay unused.
const FIRST_CHUNK: usize = 640;
const LAST_CHUNK: usize = 16 << 10;

#[repr(C)]
struct Chunk {
    next: *mut Chunk,
    data: *mut u8,
    len: usize,
    capacity: usize,
}

#[repr(C)]
#[derive(Clone, Copy)]
struct Part {
    first: *mut Chunk,
    last: *mut Chunk,
}

const EMPTY: Part = Part {
    first: std::ptr::null_mut(),
    last: std::ptr::null_mut(),
};

#[repr(C)]
pub struct Events {
    context: pg_sys::MemoryContext,
    pub kind: Kind,
    pub layout: Layout,
    size: usize,
    count: u64,
    pub skipped: u64,
    held: usize,
    limit: usize,
    names: Dictionary,
    calendars: Dictionary,
    last_calendar: u64,
    last_number: u16,
    parts: *mut Part,
    part_count: usize,
}

impl Events {
    pub unsafe fn new(
        context: pg_sys::MemoryContext,
        kind: Kind,
        layout: Layout,
        limit: usize,
    ) -> *mut Events {
        unsafe {
            let parts = pg_sys::MemoryContextAlloc(context, size_of::<Part>()).cast::<Part>();
            *parts = EMPTY;
            let events = pg_sys::MemoryContextAlloc(context, size_of::<Events>()).cast::<Events>();
            events.write(Events {
                context,
                kind,
                layout,
                size: layout.size(),
                count: 0,
                skipped: 0,
                held: 0,
                limit,
                names: Dictionary::new(context, 64),
                calendars: Dictionary::new(context, 2),
                last_calendar: 0,
                last_number: 0,
                parts,
                part_count: 1,
            });
            events
        }
    }

    /// The number of an activity.
    #[inline]
    pub unsafe fn activity(&mut self, text: &[u8]) -> u16 {
        if text.len() > MAX_NAME {
            raise(too_long(text.len()));
        }
        let number = unsafe { self.names.number(text) };
        if number >= MAX_ACTIVITIES {
            raise(too_many_activities());
        }
        number as u16
    }

    /// The number of a calendar that is known by a hash, from 1.
    #[inline]
    pub unsafe fn calendar(&mut self, id: u64) -> u16 {
        if id == self.last_calendar && self.calendars.len() > 0 {
            return self.last_number;
        }
        let number = unsafe { self.calendars.number(&id.to_le_bytes()) };
        if number >= usize::from(u16::MAX) {
            raise(Error::limit(
                "more than 65,535 distinct calendars in one transition matrix",
                "Make a matrix for each group of tickets and merge them with slaops.rollup.",
            ));
        }
        (self.last_calendar, self.last_number) = (id, number as u16 + 1);
        self.last_number
    }

    #[inline]
    pub unsafe fn push(&mut self, record: &Record) {
        unsafe {
            if self.part_count == 1 && self.count == SMALL {
                self.split();
            }
            let part = if self.part_count == 1 {
                0
            } else {
                record.case.part()
            };
            let to = self.room(part);
            self.layout
                .write(record, std::slice::from_raw_parts_mut(to, self.size));
            self.count += 1;
        }
    }

    /// Room for one more record of a part.
    #[inline]
    unsafe fn room(&mut self, part: usize) -> *mut u8 {
        unsafe {
            let mut chunk = (*self.parts.add(part)).last;
            if chunk.is_null() || (*chunk).len == (*chunk).capacity {
                chunk = self.extend(part);
            }
            let to = (*chunk).data.add((*chunk).len);
            (*chunk).len += self.size;
            to
        }
    }

    #[cold]
    unsafe fn extend(&mut self, part: usize) -> *mut Chunk {
        unsafe {
            let part = &mut *self.parts.add(part);
            let before = if part.last.is_null() {
                0
            } else {
                (*part.last).capacity
            };
            let wanted = (before * 2).clamp(FIRST_CHUNK, LAST_CHUNK);
            let capacity = wanted / self.size * self.size;
            let bytes = size_of::<Chunk>() + capacity;
            self.held += bytes;
            if self.held > self.limit {
                raise(Error::limit(
                    format!(
                        "the {} events of one transition matrix take more than slaops.transition_memory ({} kB)",
                        self.count,
                        self.limit >> 10
                    ),
                    "Raise slaops.transition_memory, or make a matrix for each part of the cases (GROUP BY the month in which they began) and merge them with slaops.rollup.",
                ));
            }
            let chunk = pg_sys::MemoryContextAlloc(self.context, bytes).cast::<Chunk>();
            *chunk = Chunk {
                next: std::ptr::null_mut(),
                data: chunk.add(1).cast(),
                len: 0,
                capacity,
            };
            if part.last.is_null() {
                part.first = chunk;
            } else {
                (*part.last).next = chunk;
            }
            part.last = chunk;
            chunk
        }
    }

    /// From one list to 256.
    #[cold]
    unsafe fn split(&mut self) {
        unsafe {
            let mut chunk = (*self.parts).first;
            let parts =
                pg_sys::MemoryContextAlloc(self.context, PARTS * size_of::<Part>()).cast::<Part>();
            std::slice::from_raw_parts_mut(parts, PARTS).fill(EMPTY);
            pg_sys::pfree(self.parts.cast());
            self.parts = parts;
            self.part_count = PARTS;
            while !chunk.is_null() {
                for bytes in self.records(&*chunk) {
                    let to = self.room(self.layout.read(bytes).case.part());
                    std::ptr::copy_nonoverlapping(bytes.as_ptr(), to, self.size);
                }
                let next = (*chunk).next;
                self.held -= size_of::<Chunk>() + (*chunk).capacity;
                pg_sys::pfree(chunk.cast());
                chunk = next;
            }
        }
    }

    fn records<'a>(&self, chunk: &'a Chunk) -> std::slice::ChunksExact<'a, u8> {
        unsafe { std::slice::from_raw_parts(chunk.data, chunk.len) }.chunks_exact(self.size)
    }

    /// The chunks of a part.
    unsafe fn chunks(&self, part: usize) -> impl Iterator<Item = &[u8]> {
        let mut chunk = unsafe { (*self.parts.add(part)).first };
        std::iter::from_fn(move || unsafe {
            if chunk.is_null() {
                return None;
            }
            let now = &*chunk;
            chunk = now.next;
            Some(std::slice::from_raw_parts(now.data, now.len))
        })
    }

    /// Adds the events of another state, which may number activities and calendars in another order.
    pub unsafe fn take_in(&mut self, from: &Events) {
        unsafe {
            let activities: Vec<u16> = from.names.texts().map(|t| self.activity(t)).collect();
            let known = from
                .calendars
                .texts()
                .map(|t| self.calendar(t.try_into().map_or(0, u64::from_le_bytes)));
            let calendars: Vec<u16> = std::iter::once(0).chain(known).collect();
            self.skipped += from.skipped;
            if self.part_count == 1 && self.count + from.count > SMALL {
                self.split();
            }
            let number = |map: &[u16], bytes: &[u8]| {
                let n = u16::from_le_bytes([bytes[0], bytes[1]]);
                map.get(usize::from(n)).copied().unwrap_or(0).to_le_bytes()
            };
            for from_part in 0..from.part_count {
                for chunk in from.chunks(from_part) {
                    for bytes in chunk.chunks_exact(self.size) {
                        let part = match (self.part_count, from.part_count) {
                            (1, _) => 0,
                            (_, 1) => self.layout.read(bytes).case.part(),
                            _ => from_part,
                        };
                        let to = std::slice::from_raw_parts_mut(self.room(part), self.size);
                        to.copy_from_slice(bytes);
                        to[16..18].copy_from_slice(&number(&activities, &bytes[16..18]));
                        if self.layout.ordinal {
                            to[18..20].copy_from_slice(&number(&calendars, &bytes[18..20]));
                        }
                    }
                }
                pgrx::check_for_interrupts!();
            }
            self.count += from.count;
        }
    }

    /// The matrix of the events.
    pub unsafe fn fold(&self) -> Result<Matrix> {
        unsafe {
            let names: Vec<_> = self.names.texts().map(|t| datum::to_utf8(t)).collect();
            let names: Vec<_> = names.iter().map(|name| called(name)).collect();
            let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
            names.iter().try_for_each(|name| check_name(name))?;
            // A case is sorted whole: one of nearly all events needs them in memory a second time.
            let part = (0..self.part_count).map(|p| self.chunks(p).map(<[u8]>::len).sum::<usize>());
            let largest = part.max().unwrap_or(0) / self.size * size_of::<Record>();
            if largest > self.limit {
                raise(Error::limit(
                    format!(
                        "few cases have so many events that sorting them takes {} kB, more than slaops.transition_memory ({} kB)",
                        largest >> 10,
                        self.limit >> 10
                    ),
                    "Raise slaops.transition_memory, or check that the case is what tells the cases apart.",
                ));
            }
            let mut fold = Fold::new(self.layout, &names)?;
            for part in 0..self.part_count {
                let chunks = memory::collect(self.chunks(part))?;
                fold.part(&chunks)?;
            }
            fold.done(self.skipped)
        }
    }

    /// Layout, numbers, dictionaries, then each part's records; only ever read by the same library.
    pub unsafe fn serialize(&self) -> Datum {
        unsafe {
            let texts =
                |d: &Dictionary| -> usize { 8 + d.texts().map(|t| 8 + t.len()).sum::<usize>() };
            let head = 8 * 4 + texts(&self.names) + texts(&self.calendars) + 8 * self.part_count;
            let size = head + self.count as usize * self.size;
            if size > MAX_VALUE {
                raise(Error::limit(
                    format!(
                        "a parallel worker has {} events, more than can be sent as one value",
                        self.count
                    ),
                    "SET max_parallel_workers_per_gather = 0 for this query.",
                ));
            }
            let (datum, to) = new_bytes(size);
            let mut at = 0;
            let mut put = |bytes: &[u8]| {
                to[at..at + bytes.len()].copy_from_slice(bytes);
                at += bytes.len();
            };
            for number in [
                u64::from(self.layout.to_byte()),
                self.count,
                self.skipped,
                self.part_count as u64,
            ] {
                put(&number.to_le_bytes());
            }
            for d in [&self.names, &self.calendars] {
                put(&(d.len() as u64).to_le_bytes());
                for text in d.texts() {
                    put(&(text.len() as u64).to_le_bytes());
                    put(text);
                }
            }
            for part in 0..self.part_count {
                let len: usize = self.chunks(part).map(<[u8]>::len).sum();
                put(&(len as u64).to_le_bytes());
                self.chunks(part).for_each(&mut put);
            }
            datum
        }
    }

    /// A state whose records stay where the bytes are: it lives as long as they do.
    pub unsafe fn deserialize(bytes: &[u8], context: pg_sys::MemoryContext) -> *mut Events {
        unsafe {
            let mut rest = bytes;
            let layout = Layout::from_byte(word(&mut rest) as u8);
            let events = Events::new(context, Kind::Gathered, layout, usize::MAX);
            (*events).count = word(&mut rest);
            (*events).skipped = word(&mut rest);
            (*events).part_count = word(&mut rest).clamp(1, PARTS as u64) as usize;
            for d in [&mut (*events).names, &mut (*events).calendars] {
                for _ in 0..word(&mut rest) {
                    let len = word(&mut rest) as usize;
                    d.number(take(&mut rest, len));
                }
            }
            let parts = (*events).part_count;
            (*events).parts = pg_sys::MemoryContextAlloc(context, parts * size_of::<Part>()).cast();
            for part in 0..parts {
                let len = word(&mut rest) as usize;
                if !len.is_multiple_of((*events).size) {
                    raise(cut_off());
                }
                let data = take(&mut rest, len);
                let chunk = pg_sys::MemoryContextAlloc(context, size_of::<Chunk>()).cast::<Chunk>();
                *chunk = Chunk {
                    next: std::ptr::null_mut(),
                    data: data.as_ptr().cast_mut(),
                    len,
                    capacity: len,
                };
                *(*events).parts.add(part) = Part {
                    first: chunk,
                    last: chunk,
                };
            }
            events
        }
    }
}

fn take<'a>(rest: &mut &'a [u8], len: usize) -> &'a [u8] {
    match rest.split_at_checked(len) {
        Some((now, later)) => {
            *rest = later;
            now
        }
        None => raise(cut_off()),
    }
}

fn cut_off() -> Error {
    Error::new(
        SqlState::InvalidBinary,
        "a state of transition_matrix is cut off",
        "It is only passed between parallel workers.",
    )
}

fn word(rest: &mut &[u8]) -> u64 {
    take(rest, 8).try_into().map_or(0, u64::from_le_bytes)
}
