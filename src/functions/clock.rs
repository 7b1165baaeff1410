//! SLA clocks: the type, its aggregate and what can be asked of a clock.

use crate::ffi::args::Args;
use crate::ffi::pg_functions;
use crate::ffi::report::{OrRaise, raise};
use crate::ffi::results::{from_bytes, from_cstring, from_float8, from_int8, from_text};
use crate::ffi::state::{self, Aggregate, Growth, List, ListAggregate};
use crate::functions::for_calendars_and_names;
use pgrx::pg_sys::Datum;
use slaops_core::business_time::Timeline;
use slaops_core::error::Error;
use slaops_core::memory;
use slaops_core::sla::clock::{self, Clock, ClockState, NO_SEQ, Signal, SignalKind};
use slaops_core::time::MICROS_PER_MINUTE;

/// The first ten signals of a ticket fit in the first allocation of 256 bytes.
const STATES: ListAggregate<Signal> = ListAggregate {
    // SAFETY: the states of sla_clock_agg go to this file's functions alone.
    aggregate: unsafe { Aggregate::new("slaops.sla_clock_agg") },
    first: 10,
    growth: Growth {
        most: clock::MAX_SIGNALS,
        check: clock::check_size,
    },
};

fn transition(args: Args<'_>, seq: i64) -> Datum {
    let signals = STATES.of(args);
    let known = !args.is_null(1) && !args.is_null(2);
    let at = if known { args.int8(1) } else { i64::MAX };
    // A row without an instant or a signal says nothing.
    if at != i64::MAX && at != i64::MIN {
        let kind = SignalKind::parse(args.bytes(2)).or_raise();
        signals.push(Signal { at, seq, kind }, &STATES.growth);
    }
    state::datum(signals)
}

/// A clock of signals in order.
pub fn clock_datum(args: Args<'_>, signals: &[Signal]) -> Datum {
    let mut result = Datum::from(0usize);
    clock::encode_sorted(signals, |size| {
        let (datum, bytes) = args.new_bytes(size);
        result = datum;
        bytes
    });
    result
}

pub fn clock_arg(args: Args<'_>, i: usize) -> Clock<'_> {
    Clock::new(args.bytes(i)).or_raise()
}

/// A target in open microseconds.
pub fn target(timeline: &Timeline, args: Args<'_>, i: usize) -> i64 {
    let interval = args.interval(i);
    // A clock's working day is that of the calendar as it held when the clock began.
    let clock = clock_arg(args, 0);
    let began = clock.signals().next().map_or(0, |s| s.at);
    let amount =
        clock::amount(timeline, began, interval.month, interval.day, interval.time).or_raise();
    if amount < 0 {
        raise(Error::parameter(
            "an SLA target must be 0 or more",
            "Give the time allowed, such as '8 hours'.",
        ));
    }
    amount
}

/// The part of a target after which a clock is at risk.
pub fn warn_fraction(args: Args<'_>, i: usize) -> f64 {
    let warn = args.float8(i);
    if !(0.0..=1.0).contains(&warn) {
        raise(Error::parameter(
            format!("warning fraction must be from 0 to 1, not {warn}"),
            "Give the part of the target after which a ticket is at risk, such as 0.8.",
        ));
    }
    warn
}

fn remaining(target: i64, elapsed: i64) -> f64 {
    if target == i64::MAX {
        return f64::INFINITY;
    }
    target.saturating_sub(elapsed) as f64 / MICROS_PER_MINUTE
}

fn to_minutes(micros: Option<i64>) -> f64 {
    micros.map_or(f64::INFINITY, |m| m as f64 / MICROS_PER_MINUTE)
}

pg_functions! {
    fn slaops_sla_clock_in(args) {
        let text = args.cstring(0, clock::text::MAX_TEXT, "an SLA clock");
        let mut signals = clock::text::parse(&text).or_raise();
        from_bytes(&clock::encode(&mut signals).or_raise())
    }

    fn slaops_sla_clock_out(args) {
        from_cstring(&clock::text::print(clock_arg(args, 0)).or_raise())
    }

    fn slaops_sla_clock_recv(args) {
        let payload = args.message(0);
        Clock::check(payload).or_raise();
        from_bytes(payload)
    }

    fn slaops_sla_clock_send(args) {
        from_bytes(args.bytes(0))
    }

    fn slaops_sla_clock_transition(args) {
        transition(args, NO_SEQ)
    }

    fn slaops_sla_clock_transition_seq(args) {
        let seq = args.opt_int8(3).unwrap_or(NO_SEQ);
        transition(args, seq)
    }

    fn slaops_sla_clock_combine(args) {
        args.or_null(STATES.combine(args))
    }

    fn slaops_sla_clock_serialize(args) {
        let signals = STATES.aggregate.state(args, 0).map_or(&[][..], |s| s.entries());
        let mut signals = memory::collect(signals.iter().copied()).or_raise();
        from_bytes(&clock::encode(&mut signals).or_raise())
    }

    fn slaops_sla_clock_deserialize(args) {
        let clock = clock_arg(args, 0);
        let signals = List::new(state::passing(args), clock.len().max(1), ());
        for signal in clock.signals() {
            signals.push(signal, &STATES.growth);
        }
        state::datum(signals)
    }

    fn slaops_sla_clock_final(args) {
        let Some(signals) = STATES.aggregate.state(args, 0) else {
            return args.null();
        };
        // Sorting in place does not change what the state means, so it may be asked again.
        let list = signals.entries_mut();
        if !list.is_sorted() {
            list.sort_unstable();
        }
        clock_datum(args, list)
    }

    fn slaops_sla_clock_merge(args) {
        let (a, b) = (clock_arg(args, 0), clock_arg(args, 1));
        let mut signals = clock::merge(a, b).or_raise();
        from_bytes(&clock::encode(&mut signals).or_raise())
    }
}

for_calendars_and_names! {
    elapsed_minutes(timeline, args, 1) {
        from_float8(to_minutes(clock::elapsed(clock_arg(args, 0), timeline, args.int8(2))))
    }

    elapsed_minutes_ended(timeline, args, 1) {
        let clock = clock_arg(args, 0);
        let running = clock::state(clock, i64::MAX) == ClockState::Running;
        let minutes = || from_float8(to_minutes(clock::elapsed(clock, timeline, i64::MAX)));
        args.or_null((!running).then(minutes))
    }

    paused_minutes(timeline, args, 1) {
        from_float8(to_minutes(clock::paused(clock_arg(args, 0), timeline, args.int8(2))))
    }

    remaining_minutes(timeline, args, 1) {
        let target = target(timeline, args, 2);
        let elapsed = clock::elapsed(clock_arg(args, 0), timeline, args.int8(3));
        from_float8(elapsed.map_or(f64::NEG_INFINITY, |e| remaining(target, e)))
    }

    due_at(timeline, args, 1) {
        let target = target(timeline, args, 2);
        let as_of = args.instant_or_end(3);
        let due = clock::due_at(clock_arg(args, 0), timeline, target, as_of);
        args.or_null(due.map(from_int8))
    }

    breached_at(timeline, args, 1) {
        let target = target(timeline, args, 2);
        let as_of = args.instant_or_end(3);
        let at = clock::breached_at(clock_arg(args, 0), timeline, target, as_of);
        args.or_null(at.map(from_int8))
    }

    sla_status(timeline, args, 1) {
        let target = target(timeline, args, 2);
        let warn = warn_fraction(args, 4);
        from_text(clock::status(clock_arg(args, 0), timeline, target, args.int8(3), warn).name())
    }
}
