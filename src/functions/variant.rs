//! Traces and variants.

use crate::ffi::buffer::{Buffer, Kind};
use crate::ffi::datum::{self, Elements, TEXTS, arg, from_bytes, from_int8, int8, or_null};
use crate::ffi::pg_functions;
use crate::ffi::report::OrRaise;
use pgrx::pg_sys::Datum;
use slaops_core::memory;
use slaops_core::mining::variant::{self, MAX_TRACE, NO_SEQ, TraceEvent};
use std::borrow::Cow;

/// The first allocation of 256 bytes holds seven events of twelve letters.
const KIND: Kind = Kind {
    first_size: 256,
    most: variant::MAX_BYTES,
    check_size: variant::check_size,
    aggregate: "slaops.trace",
};

/// The activities of a trace that are not null.
unsafe fn trace<'a>(datum: Datum) -> impl Iterator<Item = Cow<'a, str>> {
    unsafe {
        let elements = Elements::of(datum, TEXTS, MAX_TRACE, "activities of a trace");
        elements.flatten().map(|e| datum::text(e))
    }
}

pg_functions! {
    /// (state, activity, at [, seq])
    fn slaops_trace_transition(fcinfo) {
        let buffer = Buffer::of(fcinfo, &KIND);
        let known = !datum::is_null(fcinfo, 1) && !datum::is_null(fcinfo, 2);
        let at = if known { int8(fcinfo, 2) } else { i64::MAX };
        // A row without an activity or a finite instant says nothing.
        if at != i64::MAX && at != i64::MIN {
            let step = TraceEvent {
                at,
                seq: if datum::is_null(fcinfo, 3) { NO_SEQ } else { int8(fcinfo, 3) },
                activity: &datum::text(arg(fcinfo, 1)),
            };
            step.write(|part| Buffer::put(buffer, part, &KIND));
        }
        Datum::from(buffer)
    }

    fn slaops_trace_combine(fcinfo) {
        or_null(fcinfo, Buffer::combine(fcinfo, &KIND))
    }

    fn slaops_trace_serialize(fcinfo) {
        from_bytes(Buffer::slice(Buffer::state(fcinfo, 0)))
    }

    fn slaops_trace_deserialize(fcinfo) {
        Buffer::deserialize(fcinfo, &KIND)
    }

    fn slaops_trace_final(fcinfo) {
        let trace = variant::trace(Buffer::slice(Buffer::state(fcinfo, 0))).or_raise();
        or_null(fcinfo, (!trace.is_empty()).then(|| datum::from_texts(&trace)))
    }

    fn slaops_variant_id(fcinfo) {
        from_int8(variant::id(trace(arg(fcinfo, 0))))
    }

    fn slaops_collapse(fcinfo) {
        let trace = memory::collect(trace(arg(fcinfo, 0))).or_raise();
        let trace = variant::collapse(trace.iter().map(AsRef::as_ref)).or_raise();
        datum::from_texts(&trace)
    }
}
