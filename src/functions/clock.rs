//! SLA clocks: the type, its aggregate and what can be asked of a clock.

use crate::ffi::datum::{self, arg, from_bytes, from_float8, from_int8, from_text, int8, or_null};
use crate::ffi::pg_functions;
use crate::ffi::report::{OrRaise, raise};
use crate::functions::for_calendars_and_names;
use pgrx::pg_sys::{self, Datum, FunctionCallInfo};
use slaops_core::business_time::Timeline;
use slaops_core::error::Error;
use slaops_core::memory;
use slaops_core::sla::clock::{self, Clock, ClockState, NO_SEQ, Signal, SignalKind};
use slaops_core::time::MINUTE;

/// An aggregate state: a counted array in Postgres's own memory, so that hash aggregation sees it.
/// The first ten signals of a ticket fit in the first allocation of 256 bytes.
#[repr(C)]
struct Signals {
    len: u32,
    capacity: u32,
    entries: *mut Signal,
}

const FIRST_CAPACITY: u32 = 10;

impl Signals {
    unsafe fn new(context: pg_sys::MemoryContext, capacity: u32) -> *mut Signals {
        unsafe {
            let size = size_of::<Signals>() + capacity as usize * size_of::<Signal>();
            let state = pg_sys::MemoryContextAlloc(context, size).cast::<Signals>();
            let entries = state.add(1).cast::<Signal>();
            *state = Signals {
                len: 0,
                capacity,
                entries,
            };
            state
        }
    }

    unsafe fn slice<'a>(state: *mut Signals) -> &'a [Signal] {
        unsafe {
            if state.is_null() {
                return &[];
            }
            std::slice::from_raw_parts((*state).entries, (*state).len as usize)
        }
    }

    /// Adds a signal; the state lives in the memory context of its first allocation.
    #[inline]
    unsafe fn push(state: *mut Signals, signal: Signal) {
        unsafe {
            if (*state).len == (*state).capacity {
                Self::grow(state, 1);
            }
            (*state).entries.add((*state).len as usize).write(signal);
            (*state).len += 1;
        }
    }

    #[cold]
    unsafe fn grow(state: *mut Signals, more: usize) {
        unsafe {
            let needed = (*state).len as usize + more;
            clock::check_size(needed).or_raise();
            let capacity = needed.max(((*state).capacity as usize * 2).min(clock::MAX_SIGNALS));
            let size = capacity * size_of::<Signal>();
            let context = pg_sys::GetMemoryChunkContext(state.cast());
            let entries = pg_sys::MemoryContextAlloc(context, size).cast::<Signal>();
            let old = (*state).entries;
            std::ptr::copy_nonoverlapping(old, entries, (*state).len as usize);
            if old != state.add(1).cast::<Signal>() {
                pg_sys::pfree(old.cast());
            }
            (*state).entries = entries;
            (*state).capacity = capacity as u32;
        }
    }
}

/// The context in which an aggregate's states live.
unsafe fn aggregate_context(fcinfo: FunctionCallInfo) -> pg_sys::MemoryContext {
    unsafe {
        let mut context = std::ptr::null_mut();
        if pg_sys::AggCheckCallContext(fcinfo, &mut context) == 0 {
            raise(Error::parameter(
                "this function works only inside an aggregate",
                "Call slaops.sla_clock_agg.",
            ));
        }
        context
    }
}

unsafe fn state(fcinfo: FunctionCallInfo, i: usize) -> *mut Signals {
    unsafe {
        if datum::is_null(fcinfo, i) {
            std::ptr::null_mut()
        } else {
            arg(fcinfo, i).cast_mut_ptr()
        }
    }
}

unsafe fn transition(fcinfo: FunctionCallInfo, seq: i64) -> Datum {
    unsafe {
        let mut signals = state(fcinfo, 0);
        if signals.is_null() {
            signals = Signals::new(aggregate_context(fcinfo), FIRST_CAPACITY);
        }
        let known = !datum::is_null(fcinfo, 1) && !datum::is_null(fcinfo, 2);
        let at = if known { int8(fcinfo, 1) } else { i64::MAX };
        // A row without an instant or a signal says nothing.
        if at != i64::MAX && at != i64::MIN {
            let kind = SignalKind::parse(datum::bytes(arg(fcinfo, 2))).or_raise();
            Signals::push(signals, Signal { at, seq, kind });
        }
        Datum::from(signals)
    }
}

pub unsafe fn clock_arg<'a>(fcinfo: FunctionCallInfo, i: usize) -> Clock<'a> {
    unsafe { Clock::new(datum::bytes(arg(fcinfo, i))).or_raise() }
}

/// A target in open microseconds.
pub unsafe fn target(timeline: &Timeline, fcinfo: FunctionCallInfo, i: usize) -> i64 {
    let interval = unsafe { datum::interval(fcinfo, i) };
    // A clock's working day is that of the calendar as it held when the clock began.
    let clock = unsafe { clock_arg(fcinfo, 0) };
    let began = clock.signals().next().map_or(0, |s| s.at);
    let amount =
        clock::amount(timeline, began, interval.month, interval.day, interval.time).or_raise();
    if amount < 0 {
        raise(Error::parameter(
            "an SLA target is negative",
            "Give the time allowed, 0 or more.",
        ));
    }
    amount
}

/// The part of a target after which a clock is at risk.
pub unsafe fn warn_fraction(fcinfo: FunctionCallInfo, i: usize) -> f64 {
    let warn = unsafe { datum::float8(fcinfo, i) };
    if !(0.0..=1.0).contains(&warn) {
        raise(Error::parameter(
            format!("warning fraction {warn} is out of range"),
            "Give the part of the target after which a ticket is at risk, from 0 to 1.",
        ));
    }
    warn
}

fn remaining(target: i64, elapsed: i64) -> f64 {
    if target == i64::MAX {
        return f64::INFINITY;
    }
    target.saturating_sub(elapsed) as f64 / MINUTE
}

fn to_minutes(micros: Option<i64>) -> f64 {
    micros.map_or(f64::INFINITY, |m| m as f64 / MINUTE)
}

pg_functions! {
    fn slaops_sla_clock_in(fcinfo) {
        let text = datum::cstring(arg(fcinfo, 0), clock::text::MAX_TEXT, "an SLA clock");
        let mut signals = clock::text::parse(&text).or_raise();
        from_bytes(&clock::encode(&mut signals).or_raise())
    }

    fn slaops_sla_clock_out(fcinfo) {
        datum::from_cstring(&clock::text::print(clock_arg(fcinfo, 0)).or_raise())
    }

    fn slaops_sla_clock_recv(fcinfo) {
        let payload = datum::message(arg(fcinfo, 0));
        Clock::check(payload).or_raise();
        from_bytes(payload)
    }

    fn slaops_sla_clock_send(fcinfo) {
        from_bytes(datum::bytes(arg(fcinfo, 0)))
    }

    fn slaops_sla_clock_transition(fcinfo) {
        transition(fcinfo, NO_SEQ)
    }

    fn slaops_sla_clock_transition_seq(fcinfo) {
        let seq = if datum::is_null(fcinfo, 3) { NO_SEQ } else { int8(fcinfo, 3) };
        transition(fcinfo, seq)
    }

    fn slaops_sla_clock_combine(fcinfo) {
        let (mut into, from) = (state(fcinfo, 0), state(fcinfo, 1));
        let added = Signals::slice(from);
        if into.is_null() {
            if from.is_null() {
                return or_null(fcinfo, None);
            }
            // The other state may live in a shorter context: what is kept is copied.
            let capacity = (added.len() as u32).max(FIRST_CAPACITY);
            into = Signals::new(aggregate_context(fcinfo), capacity);
        }
        if ((*into).capacity as usize) < (*into).len as usize + added.len() {
            Signals::grow(into, added.len());
        }
        for signal in added {
            Signals::push(into, *signal);
        }
        Datum::from(into)
    }

    fn slaops_sla_clock_serialize(fcinfo) {
        let signals = Signals::slice(state(fcinfo, 0)).iter().copied();
        let mut signals = memory::collect(signals).or_raise();
        from_bytes(&clock::encode(&mut signals).or_raise())
    }

    fn slaops_sla_clock_deserialize(fcinfo) {
        let clock = clock_arg(fcinfo, 0);
        let signals = Signals::new(pg_sys::CurrentMemoryContext, (clock.len() as u32).max(1));
        for signal in clock.signals() {
            Signals::push(signals, signal);
        }
        Datum::from(signals)
    }

    fn slaops_sla_clock_final(fcinfo) {
        let signals = state(fcinfo, 0);
        if signals.is_null() {
            return or_null(fcinfo, None);
        }
        // Sorting in place does not change what the state means, so it may be asked again.
        let list = std::slice::from_raw_parts_mut((*signals).entries, (*signals).len as usize);
        if !list.is_sorted() {
            list.sort_unstable();
        }
        let mut result = None;
        clock::encode_sorted(list, |size| {
            let datum = datum::new_bytes(size);
            result = Some(datum.0);
            datum.1
        });
        or_null(fcinfo, result)
    }

    fn slaops_sla_clock_merge(fcinfo) {
        let (a, b) = (clock_arg(fcinfo, 0), clock_arg(fcinfo, 1));
        let mut signals = clock::merge(a, b).or_raise();
        from_bytes(&clock::encode(&mut signals).or_raise())
    }
}

for_calendars_and_names! {
    elapsed_minutes(timeline, fcinfo, 1) {
        from_float8(to_minutes(clock::elapsed(clock_arg(fcinfo, 0), timeline, int8(fcinfo, 2))))
    }

    elapsed_minutes_ended(timeline, fcinfo, 1) {
        let clock = clock_arg(fcinfo, 0);
        let running = clock::state(clock, i64::MAX) == ClockState::Running;
        let minutes = || from_float8(to_minutes(clock::elapsed(clock, timeline, i64::MAX)));
        or_null(fcinfo, (!running).then(minutes))
    }

    paused_minutes(timeline, fcinfo, 1) {
        from_float8(to_minutes(clock::paused(clock_arg(fcinfo, 0), timeline, int8(fcinfo, 2))))
    }

    remaining_minutes(timeline, fcinfo, 1) {
        let target = target(timeline, fcinfo, 2);
        let elapsed = clock::elapsed(clock_arg(fcinfo, 0), timeline, int8(fcinfo, 3));
        from_float8(elapsed.map_or(f64::NEG_INFINITY, |e| remaining(target, e)))
    }

    due_at(timeline, fcinfo, 1) {
        let target = target(timeline, fcinfo, 2);
        let as_of = datum::instant_or_end(fcinfo, 3);
        let due = clock::due_at(clock_arg(fcinfo, 0), timeline, target, as_of);
        or_null(fcinfo, due.map(from_int8))
    }

    breached_at(timeline, fcinfo, 1) {
        let target = target(timeline, fcinfo, 2);
        let as_of = datum::instant_or_end(fcinfo, 3);
        let at = clock::breached_at(clock_arg(fcinfo, 0), timeline, target, as_of);
        or_null(fcinfo, at.map(from_int8))
    }

    sla_status(timeline, fcinfo, 1) {
        let target = target(timeline, fcinfo, 2);
        let warn = warn_fraction(fcinfo, 4);
        from_text(clock::status(clock_arg(fcinfo, 0), timeline, target, int8(fcinfo, 3), warn))
    }
}
