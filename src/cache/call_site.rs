//! Compiled calendars, found fast.
//!
//! A call site (one function call in one plan) remembers which stored bytes gave which timeline, so
//! that a row costs a comparison of some 60 bytes (about 4 ns), or none for a constant of the plan, and
//! no Postgres call; a calendar kept out of line is known by its 18-byte TOAST pointer and is not fetched
//! again. Behind it a cache for the whole backend, keyed by content, keeps timelines between statements
//! and forgets the least recently used over [`LIMIT`].

use crate::ffi::datum;
use crate::ffi::report::OrRaise;
use pgrx::pg_sys::{self, Datum, FunctionCallInfo};
use pgrx::{PgMemoryContexts, varlena};
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
    /// The call site of a function call whose calendar is argument `i`, made on the first and dropped
    /// with the plan.
    #[inline]
    pub unsafe fn of<'a>(fcinfo: FunctionCallInfo, i: usize) -> &'a mut CallSite {
        unsafe {
            let flinfo = (*fcinfo).flinfo;
            if (*flinfo).fn_extra.is_null() {
                Self::attach(flinfo, i);
            }
            &mut *(*flinfo).fn_extra.cast::<CallSite>()
        }
    }

    #[cold]
    unsafe fn attach(flinfo: *mut pg_sys::FmgrInfo, i: usize) {
        unsafe {
            let site = CallSite {
                constant: None,
                is_constant: is_constant(flinfo, i),
                slots: Vec::new(),
                turn: 0,
                generation: 0,
            };
            let mut context = PgMemoryContexts::For((*flinfo).fn_mcxt);
            (*flinfo).fn_extra = context.leak_and_drop_on_delete(site).cast();
        }
    }

    /// The timeline for a key, from memory or by `resolve`. The reference lives as long as the plan,
    /// or until this call site is asked for another key.
    #[inline]
    pub fn find(
        &mut self,
        key: impl FnOnce() -> (u64, &'static [u8]),
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
unsafe fn is_constant(flinfo: *mut pg_sys::FmgrInfo, i: usize) -> bool {
    unsafe {
        let call = (*flinfo).fn_expr.cast::<pg_sys::FuncExpr>();
        if call.is_null() || (*call).xpr.type_ != pg_sys::NodeTag::T_FuncExpr {
            return false;
        }
        let args = (*call).args;
        if args.is_null() || (*args).length as usize <= i {
            return false;
        }
        let node = (*(*args).elements.add(i)).ptr_value.cast::<pg_sys::Node>();
        (*node).type_ == pg_sys::NodeTag::T_Const
    }
}

/// The timeline of argument `i`, a calendar.
#[inline]
pub unsafe fn by_calendar<'a>(fcinfo: FunctionCallInfo, i: usize) -> &'a Timeline {
    unsafe {
        let datum = datum::arg(fcinfo, i);
        let site = CallSite::of(fcinfo, i);
        site.find(|| key(datum), || timeline(datum::bytes(datum)))
    }
}

/// What a calendar is known by: its bytes, a compressed one its compressed bytes, one out of line its
/// TOAST pointer; and a hash of that.
#[inline]
unsafe fn key<'a>(datum: Datum) -> (u64, &'a [u8]) {
    unsafe {
        match datum::inline_bytes(datum) {
            Some(bytes) => (calendar::stored_hash(bytes), bytes),
            None => stored_key(datum),
        }
    }
}

unsafe fn stored_key<'a>(datum: Datum) -> (u64, &'a [u8]) {
    unsafe {
        let p = datum.cast_mut_ptr::<pg_sys::varlena>();
        let external = varlena::varatt_is_1b_e(p);
        let on_disk =
            external && *p.cast::<u8>().add(1) == pg_sys::vartag_external::VARTAG_ONDISK as u8;
        if external && !on_disk {
            let bytes = datum::bytes(datum);
            return (calendar::stored_hash(bytes), bytes);
        }
        let bytes = std::slice::from_raw_parts(p.cast::<u8>(), varlena::varsize_any(p));
        (quick_hash(bytes), bytes)
    }
}

/// The timeline of argument `i` for a set-returning function, whose call site is taken.
pub unsafe fn shared(fcinfo: FunctionCallInfo, i: usize) -> Rc<Timeline> {
    unsafe { timeline(datum::bytes(datum::arg(fcinfo, i))) }
}
