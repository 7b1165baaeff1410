//! Compiled calendars, found fast.
//!
//! A call site (one function call in one plan) remembers which stored bytes gave which timeline, so
//! that a row costs a comparison of some 60 bytes (about 4 ns), or none for a constant of the plan, and
//! no Postgres call; a calendar kept out of line is known by its 18-byte TOAST pointer and is not fetched
//! again. Behind it a cache for the whole backend, keyed by content, keeps timelines between statements
//! and forgets the least recently used over [`LIMIT`].

use crate::ffi::args::Args;
use crate::ffi::report::OrRaise;
use crate::ffi::varlena::Varlena;
use pgrx::pg_sys;
use slaops_core::business_time::{Source, Timeline};
use slaops_core::calendar::{self, Calendar};
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
    grown: usize,
}

thread_local! {
    static BACKEND: RefCell<Backend> = RefCell::default();
}

/// The timeline of a stored calendar's payload, compiled or found.
pub fn timeline(payload: &[u8]) -> Rc<Timeline> {
    timeline_of(payload, || {
        Source::new(&Calendar::from_own_bytes(payload).or_raise())
    })
}

/// The timeline that is known by a key, or a new one.
pub fn timeline_of(key: &[u8], make: impl FnOnce() -> Source) -> Rc<Timeline> {
    let found = BACKEND.with_borrow_mut(|backend| {
        backend.clock += 1;
        let clock = backend.clock;
        backend.entries.get_mut(key).map(|entry| {
            entry.used = clock;
            entry.timeline.clone()
        })
    });
    let timeline = found.unwrap_or_else(|| {
        let timeline = Rc::new(Timeline::new(make()).identified(quick_hash(key)));
        BACKEND.with_borrow_mut(|backend| {
            let used = backend.clock;
            let entry = Entry {
                timeline: timeline.clone(),
                used,
            };
            backend.entries.insert(key.into(), entry);
        });
        timeline
    });
    BACKEND.with_borrow_mut(Backend::trim);
    timeline
}

impl Backend {
    /// Forgets the least recently used down to three quarters of the limit.
    fn trim(&mut self) {
        // Timelines grow while they are used; counting them is worth it after some growth only.
        self.grown += slaops_core::business_time::take_growth();
        if self.grown < LIMIT / 16 {
            return;
        }
        self.grown = 0;
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
    /// The timeline of a calendar that is a constant of the plan.
    constant: Option<Rc<Timeline>>,
    is_constant: bool,
    slots: Vec<Option<Slot>>,
    turn: usize,
    /// For names: the state of the registry that the slots were read from.
    pub generation: u64,
}

impl CallSite {
    /// The call site of a function call whose calendar is argument `i`.
    #[inline]
    pub fn of(args: Args<'_>, i: usize) -> &mut CallSite {
        args.keep(|| Self::new(is_constant(args, i)))
    }

    #[cold]
    fn new(is_constant: bool) -> CallSite {
        CallSite {
            constant: None,
            is_constant,
            slots: Vec::new(),
            turn: 0,
            generation: 0,
        }
    }

    /// The timeline for a key, from memory or by `resolve`. The reference lives as long as the plan,
    /// or until this call site is asked for another key.
    #[inline]
    pub fn find<'key>(
        &mut self,
        key: impl FnOnce() -> (u64, &'key [u8]),
        resolve: impl FnOnce() -> Rc<Timeline>,
    ) -> &Timeline {
        if self.is_constant {
            return self.constant.get_or_insert_with(resolve);
        }
        let (hash, key) = key();
        let set = (hash >> 32) as usize % SETS * WAYS;
        if self.slots.is_empty() {
            self.slots.resize_with(SETS * WAYS, || None);
        }
        let hit = (set..set + WAYS).find(
            |i| matches!(&self.slots[*i], Some(slot) if slot.hash == hash && *slot.key == *key),
        );
        let i = match hit {
            Some(i) => i,
            None => self.remember(set, hash, key, resolve()),
        };
        match &self.slots[i] {
            Some(slot) => &slot.timeline,
            None => unreachable!("it was found or filled"),
        }
    }

    #[cold]
    fn remember(&mut self, set: usize, hash: u64, key: &[u8], timeline: Rc<Timeline>) -> usize {
        self.turn = (self.turn + 1) % WAYS;
        let free = (set..set + WAYS).find(|i| self.slots[*i].is_none());
        let i = free.unwrap_or(set + self.turn);
        self.slots[i] = Some(Slot {
            hash,
            key: key.into(),
            timeline,
        });
        i
    }

    /// Forgets everything, as when the registry has changed.
    pub fn clear(&mut self) {
        self.constant = None;
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

/// Whether argument `i` is a constant of the plan, as opposed to a column or a parameter.
fn is_constant(args: Args<'_>, i: usize) -> bool {
    // SAFETY: Postgres passed the call's information; its expression, if there is one, has the type that its tag says.
    unsafe {
        let call = (*(*args.fcinfo()).flinfo)
            .fn_expr
            .cast::<pg_sys::FuncExpr>();
        if call.is_null() || (*call).xpr.type_ != pg_sys::NodeTag::T_FuncExpr {
            return false;
        }
        let list = (*call).args;
        if list.is_null() || (*list).length as usize <= i {
            return false;
        }
        let node = (*(*list).elements.add(i)).ptr_value.cast::<pg_sys::Node>();
        (*node).type_ == pg_sys::NodeTag::T_Const
    }
}

/// The timeline of argument `i`, a calendar.
#[inline]
pub fn by_calendar(args: Args<'_>, i: usize) -> &Timeline {
    let value = args.varlena(i);
    CallSite::of(args, i).find(|| key(value), || timeline(value.bytes()))
}

/// What a calendar is known by: its bytes, a compressed one its compressed bytes, one out of line its
/// TOAST pointer; and a hash of that.
#[inline]
fn key(value: Varlena<'_>) -> (u64, &[u8]) {
    match value.inline() {
        Some(bytes) => (calendar::stored_hash(bytes), bytes),
        None => stored_key(value),
    }
}

fn stored_key(value: Varlena<'_>) -> (u64, &[u8]) {
    match value.compressed().or_else(|| value.toast_pointer()) {
        Some(bytes) => (quick_hash(bytes), bytes),
        None => (calendar::stored_hash(value.bytes()), value.bytes()),
    }
}

/// The timeline of argument `i` for a set-returning function, whose call site is taken.
pub fn shared(args: Args<'_>, i: usize) -> Rc<Timeline> {
    timeline(args.bytes(i))
}
