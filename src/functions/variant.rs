//! Traces and variants.

use crate::ffi::args::Args;
use crate::ffi::pg_functions;
use crate::ffi::report::OrRaise;
use crate::ffi::results::{from_bytes, from_int8, from_texts};
use crate::ffi::state::{self, Aggregate, Growth, List, ListAggregate};
use slaops_core::memory;
use slaops_core::mining::variant::{self, MAX_TRACE, NO_SEQ, TraceEvent};
use std::borrow::Cow;

/// The first allocation of 256 bytes holds seven events of twelve letters.
const STATES: ListAggregate<u8> = ListAggregate {
    // SAFETY: the states of trace go to this file's functions alone.
    aggregate: unsafe { Aggregate::new("slaops.trace") },
    first: 256 - size_of::<List<u8>>(),
    growth: Growth {
        most: variant::MAX_BYTES,
        check: variant::check_size,
    },
};

/// The activities of a trace, argument 0, that are not null.
fn trace(args: Args<'_>) -> impl Iterator<Item = Cow<'_, str>> {
    let items = args.texts(0, MAX_TRACE, "activities of a trace");
    items.flatten().map(|text| text.text())
}

pg_functions! {
    /// (state, activity, at [, seq])
    fn slaops_trace_transition(args) {
        let state = STATES.of(args);
        let known = !args.is_null(1) && !args.is_null(2);
        let at = if known { args.int8(2) } else { i64::MAX };
        // A row without an activity or a finite instant says nothing.
        if at != i64::MAX && at != i64::MIN {
            let step = TraceEvent {
                at,
                seq: args.opt_int8(3).unwrap_or(NO_SEQ),
                activity: &args.text(1),
            };
            step.write(|part| state.extend(part, &STATES.growth));
        }
        state::datum(state)
    }

    fn slaops_trace_combine(args) {
        args.or_null(STATES.combine(args))
    }

    fn slaops_trace_serialize(args) {
        from_bytes(STATES.aggregate.state(args, 0).map_or(&[], |s| s.entries()))
    }

    fn slaops_trace_deserialize(args) {
        state::datum(state::list_of(args, args.bytes(0)))
    }

    fn slaops_trace_final(args) {
        let trace = variant::trace(STATES.aggregate.state(args, 0).map_or(&[], |s| s.entries())).or_raise();
        args.or_null((!trace.is_empty()).then(|| from_texts(&trace)))
    }

    fn slaops_variant_id(args) {
        from_int8(variant::id(trace(args)))
    }

    fn slaops_collapse(args) {
        let trace = memory::collect(trace(args)).or_raise();
        let trace = variant::collapse(trace.iter().map(AsRef::as_ref)).or_raise();
        from_texts(&trace)
    }
}
