//! Ticket histories: the type and its aggregate.

use crate::ffi::args::Args;
use crate::ffi::pg_functions;
use crate::ffi::report::OrRaise;
use crate::ffi::results::{from_bytes, from_cstring};
use crate::ffi::state::{self, Aggregate, Growth, List, ListAggregate};
use slaops_core::memory;
use slaops_core::sla::history::{self, Event, NO_SEQ, Sink};

/// The first allocation of 512 bytes holds some ten events.
const STATES: ListAggregate<u8> = ListAggregate {
    // SAFETY: the states of ticket_history go to this file's functions alone.
    aggregate: unsafe { Aggregate::new("slaops.ticket_history") },
    first: 512 - size_of::<List<u8>>(),
    growth: Growth {
        most: history::MAX_BYTES,
        check: history::check_size,
    },
};

struct Writer<'a>(&'a mut List<u8>);

impl Sink for Writer<'_> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        self.0.extend(bytes, &STATES.growth);
    }
}

/// The stored bytes of unsorted ones.
fn stored(bytes: &[u8]) -> Vec<u8> {
    history::encode(history::read(bytes).or_raise()).or_raise()
}

/// The events of a history, NULL for none.
pub fn events(args: Args<'_>, i: usize) -> Vec<Event<'_>> {
    if args.is_null(i) {
        return Vec::new();
    }
    let bytes = args.bytes(i);
    let events = history::decode(bytes).or_raise();
    // What is made of them: each metric's signals, stretches, phases, and the events again.
    memory::room_for(bytes.len(), 32).or_raise();
    events
}

pg_functions! {
    fn slaops_ticket_history_in(args) {
        let text = args.cstring(0, history::text::MAX_TEXT, "a ticket history");
        from_bytes(&history::text::parse(&text).or_raise())
    }

    fn slaops_ticket_history_out(args) {
        from_cstring(&history::text::print(&events(args, 0)).or_raise())
    }

    fn slaops_ticket_history_recv(args) {
        let payload = args.message(0);
        history::check(payload).or_raise();
        from_bytes(payload)
    }

    fn slaops_ticket_history_send(args) {
        from_bytes(args.bytes(0))
    }

    /// (state, event_at, event_type, actor_role, actor, field, old_value, new_value, public, seq)
    fn slaops_ticket_history_transition(args) {
        let state = STATES.of(args);
        let known = !args.is_null(1) && !args.is_null(2);
        let at = if known { args.int8(1) } else { i64::MAX };
        // A row without an instant or a type says nothing.
        if history::is_instant(at) {
            let text = |i: usize| args.opt_text(i);
            let (kind, role, actor) = (text(2), text(3), text(4));
            let (field, old, new) = (text(5), text(6), text(7));
            let event = Event {
                at,
                seq: args.opt_int8(9).unwrap_or(NO_SEQ),
                kind: kind.as_deref().unwrap_or_default(),
                role: role.as_deref(),
                actor: actor.as_deref(),
                field: field.as_deref(),
                old: old.as_deref(),
                new: new.as_deref(),
                public: args.opt_bool(8),
            };
            event.settled().write(&mut Writer(state));
        }
        state::datum(state)
    }

    fn slaops_ticket_history_combine(args) {
        args.or_null(STATES.combine(args))
    }

    fn slaops_ticket_history_serialize(args) {
        from_bytes(STATES.aggregate.state(args, 0).map_or(&[], |s| s.entries()))
    }

    fn slaops_ticket_history_deserialize(args) {
        state::datum(state::list_of(args, args.bytes(0)))
    }

    fn slaops_ticket_history_final(args) {
        let state = STATES.aggregate.state(args, 0);
        args.or_null(state.map(|s| from_bytes(&stored(s.entries()))))
    }

    fn slaops_ticket_history_merge(args) {
        let (a, b) = (args.bytes(0), args.bytes(1));
        history::check_size(a.len() + b.len()).or_raise();
        let mut events = history::decode(a).or_raise();
        memory::extend(&mut events, &history::decode(b).or_raise()).or_raise();
        from_bytes(&history::encode(events).or_raise())
    }
}
