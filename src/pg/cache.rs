//! Compiled calendars, found fast.
//!
//! A call site (one function call in one plan) remembers which stored bytes gave which timeline, so
//! that a row costs a comparison of some 60 bytes (about 4 ns) and no Postgres call; a calendar kept
//! out of line is known by its 18-byte TOAST pointer and is not fetched again. Behind it a cache for
//! the whole backend, keyed by content, keeps timelines between statements and forgets the least
//! recently used over [`LIMIT`].

use super::datum;
use crate::calendar::{self, Calendar};
use crate::error::Error;
use crate::timeline::{Source, Timeline};
use pgrx::pg_sys::{self, Datum, FunctionCallInfo};
use pgrx::{PgMemoryContexts, varlena};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// The backend's cache holds at most this many bytes of timelines that no statement is using.
const LIMIT: usize = 48 << 20;
/// A call site remembers 128 x 4 keys.
const SETS: usize = 128;
const WAYS: usize = 4;

struct Entry {
    timeline: Rc<Timeline>,
    used: u64,
}

#[derive(Default)]
struct Backend {
    entries: HashMap<Box<[u8]>, Entry>,
    clock: u64,
}

thread_local! {
    static BACKEND: RefCell<Backend> = RefCell::default();
}

/// The timeline of a stored calendar's payload, compiled or found.
pub fn timeline(payload: &[u8]) -> Rc<Timeline> {
    let found = BACKEND.with_borrow_mut(|backend| {
        backend.clock += 1;
        let clock = backend.clock;
        backend.entries.get_mut(payload).map(|entry| {
            entry.used = clock;
            entry.timeline.clone()
        })
    });
    if let Some(timeline) = found {
        return timeline;
    }
    let Some(calendar) = Calendar::from_own_bytes(payload) else {
        super::report::raise(Error::new(
            crate::error::State::InvalidBinary,
            "a stored calendar does not read",
            "It was written by a newer slaops; run ALTER EXTENSION slaops UPDATE with the matching library.",
        ));
    };
    let timeline = Rc::new(Timeline::new(Source::new(&calendar)));
    BACKEND.with_borrow_mut(|backend| {
        let used = backend.clock;
        backend.entries.insert(
            payload.into(),
            Entry {
                timeline: timeline.clone(),
                used,
            },
        );
        backend.trim();
    });
    timeline
}

impl Backend {
    /// Forgets the least recently used down to three quarters of the limit.
    fn trim(&mut self) {
        let mut held: usize = self.entries.values().map(|e| e.timeline.bytes()).sum();
        if held <= LIMIT {
            return;
        }
        let mut order: Vec<(u64, usize, Box<[u8]>)> = self
            .entries
            .iter()
            .map(|(key, e)| (e.used, e.timeline.bytes(), key.clone()))
            .collect();
        order.sort_unstable_by_key(|(used, ..)| *used);
        for (_, bytes, key) in order {
            if held <= LIMIT / 4 * 3 {
                break;
            }
            self.entries.remove(&key);
            held -= bytes;
        }
    }
}

/// Calendars in the backend's cache and the bytes they hold.
pub fn usage() -> (usize, usize) {
    BACKEND.with_borrow(|b| {
        (
            b.entries.len(),
            b.entries.values().map(|e| e.timeline.bytes()).sum(),
        )
    })
}

struct Slot {
    hash: u64,
    key: Box<[u8]>,
    timeline: Rc<Timeline>,
}

/// What one call site remembers.
pub struct CallSite {
    last_key: Vec<u8>,
    last: Option<Rc<Timeline>>,
    slots: Vec<Option<Slot>>,
    turn: usize,
    /// For names: the state of the registry that the slots were read from.
    pub generation: u64,
}

impl CallSite {
    /// The call site of a function call, made on the first and dropped with the plan.
    #[inline]
    pub unsafe fn of<'a>(fcinfo: FunctionCallInfo) -> &'a mut CallSite {
        unsafe {
            let flinfo = (*fcinfo).flinfo;
            if (*flinfo).fn_extra.is_null() {
                Self::attach(flinfo);
            }
            &mut *(*flinfo).fn_extra.cast::<CallSite>()
        }
    }

    #[cold]
    unsafe fn attach(flinfo: *mut pg_sys::FmgrInfo) {
        let site = CallSite {
            last_key: Vec::new(),
            last: None,
            slots: Vec::new(),
            turn: 0,
            generation: 0,
        };
        unsafe {
            let mut context = PgMemoryContexts::For((*flinfo).fn_mcxt);
            (*flinfo).fn_extra = context.leak_and_drop_on_delete(site).cast();
        }
    }

    /// The timeline for a key, from memory or by `resolve`. The reference lives as long as the plan,
    /// or until this call site is asked for another key.
    #[inline]
    pub fn find(
        &mut self,
        key: &[u8],
        hash: impl FnOnce() -> u64,
        resolve: impl FnOnce() -> Rc<Timeline>,
    ) -> &Timeline {
        if self.last.is_none() || self.last_key != key {
            self.find_slot(key, hash(), resolve);
        }
        match &self.last {
            Some(timeline) => timeline,
            None => unreachable!("find_slot sets it"),
        }
    }

    fn find_slot(&mut self, key: &[u8], hash: u64, resolve: impl FnOnce() -> Rc<Timeline>) {
        let set = (hash >> 32) as usize % SETS * WAYS;
        // A constant calendar needs no table; it is made for the second key.
        if self.slots.is_empty() && self.last.is_some() {
            self.slots = (0..SETS * WAYS).map(|_| None).collect();
        }
        let ways = self.slots.get_mut(set..set + WAYS).unwrap_or_default();
        let hit = ways
            .iter()
            .flatten()
            .find(|s| s.hash == hash && *s.key == *key);
        let timeline = match hit {
            Some(slot) => slot.timeline.clone(),
            None => {
                let timeline = resolve();
                self.turn = (self.turn + 1) % WAYS;
                let free = ways.iter().position(Option::is_none).unwrap_or(self.turn);
                if let Some(way) = ways.get_mut(free) {
                    *way = Some(Slot {
                        hash,
                        key: key.into(),
                        timeline: timeline.clone(),
                    });
                }
                timeline
            }
        };
        self.last_key.clear();
        self.last_key.extend_from_slice(key);
        self.last = Some(timeline);
    }

    /// Forgets everything, as when the registry has changed.
    pub fn clear(&mut self) {
        self.last = None;
        self.slots.clear();
    }
}

/// A hash for keys in memory; it is not stored.
pub fn quick_hash(bytes: &[u8]) -> u64 {
    let mut h = bytes.len() as u64;
    let mut mix = |word: u64| h = (h.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        mix(chunk.try_into().map_or(0, u64::from_le_bytes));
    }
    mix(chunks
        .remainder()
        .iter()
        .fold(1, |w, b| w << 8 | u64::from(*b)));
    h
}

/// The timeline of argument `i`, a calendar.
#[inline]
pub unsafe fn by_calendar<'a>(fcinfo: FunctionCallInfo, i: usize) -> &'a Timeline {
    unsafe {
        let datum = datum::arg(fcinfo, i);
        let site = CallSite::of(fcinfo);
        match datum::inline_bytes(datum) {
            Some(key) => site.find(key, || calendar::stored_hash(key), || timeline(key)),
            None => by_stored(site, datum),
        }
    }
}

/// A compressed calendar is known by its compressed bytes, one out of line by its TOAST pointer.
unsafe fn by_stored(site: &mut CallSite, datum: Datum) -> &Timeline {
    unsafe {
        let p = datum.cast_mut_ptr::<pg_sys::varlena>();
        let external = varlena::varatt_is_1b_e(p);
        let on_disk =
            external && *p.cast::<u8>().add(1) == pg_sys::vartag_external::VARTAG_ONDISK as u8;
        if external && !on_disk {
            let key = datum::bytes(datum);
            return site.find(key, || calendar::stored_hash(key), || timeline(key));
        }
        let key = std::slice::from_raw_parts(p.cast::<u8>(), varlena::varsize_any(p));
        site.find(key, || quick_hash(key), || timeline(datum::bytes(datum)))
    }
}

/// The timeline of argument `i` for a set-returning function, whose call site is taken.
pub unsafe fn shared(fcinfo: FunctionCallInfo, i: usize) -> Rc<Timeline> {
    unsafe { timeline(datum::bytes(datum::arg(fcinfo, i))) }
}
