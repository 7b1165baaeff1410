//! The aggregate's state: events in Postgres's own memory, so that hash aggregation sees them and an
//! error frees them.
//!
//! A small state is one list of chunks; from 4,096 events on there are 256, by the case's hash, so that
//! the fold sorts each within cache and nothing is moved again.

use super::MAX_VALUE;
use super::dictionary::Dictionary;
use super::key::Kind;
use crate::ffi::args::Args;
use crate::ffi::encoding::to_utf8;
use crate::ffi::memory::Memory;
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

// The pointers of a state are its own: chunks and parts are made in its context, which lives as long as it does, and
// nobody else has them. A part is a list of chunks, each with `capacity` bytes of room, the first `len` of them whole
// records.
impl Events {
    pub fn new(memory: Memory<'_>, kind: Kind, layout: Layout, limit: usize) -> &mut Events {
        memory.put(Events {
            context: memory.context(),
            kind,
            layout,
            size: layout.size(),
            count: 0,
            skipped: 0,
            held: 0,
            limit,
            names: Dictionary::new(memory, 64),
            calendars: Dictionary::new(memory, 2),
            last_calendar: 0,
            last_number: 0,
            parts: memory.put(EMPTY),
            part_count: 1,
        })
    }

    /// The number of an activity.
    #[inline]
    pub fn activity(&mut self, text: &[u8]) -> u16 {
        if text.len() > MAX_NAME {
            raise(too_long(text.len()));
        }
        let number = self.names.number(text);
        if number >= MAX_ACTIVITIES {
            raise(too_many_activities());
        }
        number as u16
    }

    /// The number of a calendar that is known by a hash, from 1.
    #[inline]
    pub fn calendar(&mut self, id: u64) -> u16 {
        if id == self.last_calendar && self.calendars.len() > 0 {
            return self.last_number;
        }
        let number = self.calendars.number(&id.to_le_bytes());
        if number >= usize::from(u16::MAX) {
            raise(Error::limit(
                "a transition matrix must have at most 65,535 distinct calendars",
                "Make a matrix for each group of tickets and merge them with slaops.rollup.",
            ));
        }
        (self.last_calendar, self.last_number) = (id, number as u16 + 1);
        self.last_number
    }

    #[inline]
    pub fn push(&mut self, record: &Record) {
        if self.part_count == 1 && self.count == SMALL {
            self.split();
        }
        let part = if self.part_count == 1 {
            0
        } else {
            record.case.part()
        };
        let layout = self.layout;
        layout.write(record, self.room(part));
        self.count += 1;
    }

    /// Room for one more record of a part.
    #[inline]
    fn room(&mut self, part: usize) -> &mut [u8] {
        let mut chunk = self.part(part).last;
        // SAFETY: a chunk that is not full has room for a record.
        unsafe {
            if chunk.is_null() || (*chunk).len == (*chunk).capacity {
                chunk = self.extend(part);
            }
            let to = (*chunk).data.add((*chunk).len);
            (*chunk).len += self.size;
            std::slice::from_raw_parts_mut(to, self.size)
        }
    }

    #[inline]
    fn part(&mut self, part: usize) -> &mut Part {
        debug_assert!(part < self.part_count);
        // SAFETY: callers ask for one of `part_count`.
        unsafe { &mut *self.parts.add(part) }
    }

    #[cold]
    fn extend(&mut self, part: usize) -> *mut Chunk {
        let last = self.part(part).last;
        // SAFETY: a part without chunks has none that is last.
        let before = unsafe { last.as_ref() }.map_or(0, |chunk| chunk.capacity);
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
        // SAFETY: there is room for the chunk and its records behind it.
        let chunk = unsafe {
            let chunk = pg_sys::MemoryContextAlloc(self.context, bytes).cast::<Chunk>();
            chunk.write(Chunk {
                next: std::ptr::null_mut(),
                data: chunk.add(1).cast(),
                len: 0,
                capacity,
            });
            chunk
        };
        let part = self.part(part);
        // SAFETY: a part without chunks has none that is last.
        match unsafe { part.last.as_mut() } {
            Some(last) => last.next = chunk,
            None => part.first = chunk,
        }
        part.last = chunk;
        chunk
    }

    /// From one list to 256.
    #[cold]
    fn split(&mut self) {
        let mut chunk = self.part(0).first;
        // SAFETY: there is room for so many parts; the old ones are a chunk of memory of their own.
        unsafe {
            let bytes = PARTS * size_of::<Part>();
            let parts = pg_sys::MemoryContextAlloc(self.context, bytes).cast::<Part>();
            for i in 0..PARTS {
                parts.add(i).write(EMPTY);
            }
            pg_sys::pfree(self.parts.cast());
            self.parts = parts;
        }
        self.part_count = PARTS;
        // SAFETY: a list of chunks, which are not those that the records are copied to.
        while let Some(old) = unsafe { chunk.as_ref() } {
            for bytes in old.bytes().chunks_exact(self.size) {
                let part = self.layout.read(bytes).case.part();
                self.room(part).copy_from_slice(bytes);
            }
            let next = old.next;
            self.held -= size_of::<Chunk>() + old.capacity;
            // SAFETY: nobody has it any more.
            unsafe { pg_sys::pfree(chunk.cast()) };
            chunk = next;
        }
    }

    /// The chunks of a part.
    fn chunks(&self, part: usize) -> impl Iterator<Item = &[u8]> {
        debug_assert!(part < self.part_count);
        // SAFETY: callers ask for one of `part_count`.
        let mut chunk = unsafe { (*self.parts.add(part)).first };
        std::iter::from_fn(move || {
            // SAFETY: a list of chunks, none of which changes while the state is borrowed.
            let now = unsafe { chunk.as_ref() }?;
            chunk = now.next;
            Some(now.bytes())
        })
    }

    /// Adds the events of another state, which may number activities and calendars in another order.
    pub fn take_in(&mut self, from: &Events) {
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
        let ordinal = self.layout.ordinal;
        for from_part in 0..from.part_count {
            for chunk in from.chunks(from_part) {
                for bytes in chunk.chunks_exact(self.size) {
                    let part = match (self.part_count, from.part_count) {
                        (1, _) => 0,
                        (_, 1) => self.layout.read(bytes).case.part(),
                        _ => from_part,
                    };
                    let to = self.room(part);
                    to.copy_from_slice(bytes);
                    to[16..18].copy_from_slice(&number(&activities, &bytes[16..18]));
                    if ordinal {
                        to[18..20].copy_from_slice(&number(&calendars, &bytes[18..20]));
                    }
                }
            }
            pgrx::check_for_interrupts!();
        }
        self.count += from.count;
    }

    /// The matrix of the events.
    pub fn fold(&self) -> Result<Matrix> {
        let names: Vec<_> = self.names.texts().map(to_utf8).collect();
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

    /// Layout, numbers, dictionaries, then each part's records; only ever read by the same library.
    pub fn serialize(&self, args: Args<'_>) -> Datum {
        let texts = |d: &Dictionary| -> usize { 8 + d.texts().map(|t| 8 + t.len()).sum::<usize>() };
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
        let (datum, to) = args.new_bytes(size);
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

    /// A state whose records stay where the bytes are: it lives as long as they do.
    pub fn deserialize<'a>(bytes: &'a [u8], memory: Memory<'a>) -> &'a mut Events {
        let mut rest = bytes;
        let layout = Layout::from_byte(word(&mut rest) as u8);
        let events = Events::new(memory, Kind::Gathered, layout, usize::MAX);
        events.count = word(&mut rest);
        events.skipped = word(&mut rest);
        let parts = word(&mut rest).clamp(1, PARTS as u64) as usize;
        for d in [&mut events.names, &mut events.calendars] {
            for _ in 0..word(&mut rest) {
                let len = word(&mut rest) as usize;
                d.number(take(&mut rest, len));
            }
        }
        let list = memory.array::<Part>(parts);
        for part in 0..parts {
            let len = word(&mut rest) as usize;
            if !len.is_multiple_of(events.size) {
                raise(cut_off());
            }
            let data = take(&mut rest, len);
            let chunk: *mut Chunk = memory.put(Chunk {
                next: std::ptr::null_mut(),
                // It is full, so that nothing is written there.
                data: data.as_ptr().cast_mut(),
                len,
                capacity: len,
            });
            let whole = Part {
                first: chunk,
                last: chunk,
            };
            // SAFETY: there is room for so many.
            unsafe { list.add(part).write(whole) };
        }
        (events.parts, events.part_count) = (list, parts);
        events
    }
}

impl Chunk {
    fn bytes(&self) -> &[u8] {
        // SAFETY: the first `len` bytes of a chunk have been written.
        unsafe { std::slice::from_raw_parts(self.data, self.len) }
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
        "an intermediate state of transition_matrix is incomplete",
        "It is only passed between parallel workers.",
    )
}

fn word(rest: &mut &[u8]) -> u64 {
    take(rest, 8).try_into().map_or(0, u64::from_le_bytes)
}
