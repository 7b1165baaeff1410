//! Ticket histories: the type and its aggregate.

use crate::ffi::buffer::{Buffer, Kind};
use crate::ffi::datum::{self, arg, from_bytes, int8, or_null};
use crate::ffi::pg_functions;
use crate::ffi::report::OrRaise;
use pgrx::pg_sys::{Datum, FunctionCallInfo};
use slaops_core::memory;
use slaops_core::sla::history::{self, Event, NO_SEQ, Sink};

/// The first allocation of 512 bytes holds some ten events.
const KIND: Kind = Kind {
    first_size: 512,
    most: history::MAX_BYTES,
    check_size: history::check_size,
    aggregate: "slaops.ticket_history",
};

struct Writer(*mut Buffer);

impl Sink for Writer {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        unsafe { Buffer::put(self.0, bytes, &KIND) }
    }
}

/// The stored bytes of unsorted ones.
fn stored(bytes: &[u8]) -> Vec<u8> {
    history::encode(history::read(bytes).or_raise()).or_raise()
}

/// The events of a history, NULL for none.
pub unsafe fn events<'a>(fcinfo: FunctionCallInfo, i: usize) -> Vec<Event<'a>> {
    unsafe {
        if datum::is_null(fcinfo, i) {
            return Vec::new();
        }
        let bytes = datum::bytes(arg(fcinfo, i));
        let events = history::decode(bytes).or_raise();
        // What is made of them: each metric's signals, stretches, phases, and the events again.
        memory::room_for(bytes.len(), 32).or_raise();
        events
    }
}

pg_functions! {
    fn slaops_ticket_history_in(fcinfo) {
        let text = datum::cstring(arg(fcinfo, 0), history::text::MAX_TEXT, "a ticket history");
        from_bytes(&history::text::parse(&text).or_raise())
    }

    fn slaops_ticket_history_out(fcinfo) {
        datum::from_cstring(&history::text::print(&events(fcinfo, 0)).or_raise())
    }

    fn slaops_ticket_history_recv(fcinfo) {
        let payload = datum::message(arg(fcinfo, 0));
        history::check(payload).or_raise();
        from_bytes(payload)
    }

    fn slaops_ticket_history_send(fcinfo) {
        from_bytes(datum::bytes(arg(fcinfo, 0)))
    }

    /// (state, event_at, event_type, actor_role, actor, field, old_value, new_value, public, seq)
    fn slaops_ticket_history_transition(fcinfo) {
        let buffer = Buffer::of(fcinfo, &KIND);
        let known = !datum::is_null(fcinfo, 1) && !datum::is_null(fcinfo, 2);
        let at = if known { int8(fcinfo, 1) } else { i64::MAX };
        // A row without an instant or a type says nothing.
        if history::is_instant(at) {
            let text = |i: usize| (!datum::is_null(fcinfo, i)).then(|| datum::text(arg(fcinfo, i)));
            let (kind, role, actor) = (text(2), text(3), text(4));
            let (field, old, new) = (text(5), text(6), text(7));
            let event = Event {
                at,
                seq: if datum::is_null(fcinfo, 9) { NO_SEQ } else { int8(fcinfo, 9) },
                kind: kind.as_deref().unwrap_or_default(),
                role: role.as_deref(),
                actor: actor.as_deref(),
                field: field.as_deref(),
                old: old.as_deref(),
                new: new.as_deref(),
                public: (!datum::is_null(fcinfo, 8)).then(|| arg(fcinfo, 8).value() & 0xff != 0),
            };
            event.settled().write(&mut Writer(buffer));
        }
        Datum::from(buffer)
    }

    fn slaops_ticket_history_combine(fcinfo) {
        or_null(fcinfo, Buffer::combine(fcinfo, &KIND))
    }

    fn slaops_ticket_history_serialize(fcinfo) {
        from_bytes(Buffer::slice(Buffer::state(fcinfo, 0)))
    }

    fn slaops_ticket_history_deserialize(fcinfo) {
        Buffer::deserialize(fcinfo, &KIND)
    }

    fn slaops_ticket_history_final(fcinfo) {
        let buffer = Buffer::state(fcinfo, 0);
        if buffer.is_null() {
            return or_null(fcinfo, None);
        }
        from_bytes(&stored(Buffer::slice(buffer)))
    }

    fn slaops_ticket_history_merge(fcinfo) {
        let (a, b) = (datum::bytes(arg(fcinfo, 0)), datum::bytes(arg(fcinfo, 1)));
        history::check_size(a.len() + b.len()).or_raise();
        let mut events = history::decode(a).or_raise();
        memory::extend(&mut events, &history::decode(b).or_raise()).or_raise();
        from_bytes(&history::encode(events).or_raise())
    }
}
