//! Ticket histories: the type and its aggregate.

use super::datum::{self, arg, from_bytes, int8, or_null};
use super::pg_functions;
use super::report::{OrRaise, raise};
use crate::error::Error;
use crate::history::{self, Event, NO_SEQ, Sink};
use pgrx::pg_sys::{self, Datum, FunctionCallInfo};

/// An aggregate state: bytes in Postgres's own memory, so that hash aggregation sees it. The first
/// allocation of 512 bytes holds some ten events.
#[repr(C)]
struct Buffer {
    len: usize,
    capacity: usize,
    bytes: *mut u8,
}

const FIRST_SIZE: usize = 512;

impl Buffer {
    unsafe fn new(context: pg_sys::MemoryContext, capacity: usize) -> *mut Buffer {
        unsafe {
            let size = size_of::<Buffer>() + capacity;
            let buffer = pg_sys::MemoryContextAlloc(context, size).cast::<Buffer>();
            *buffer = Buffer {
                len: 0,
                capacity,
                bytes: buffer.add(1).cast(),
            };
            buffer
        }
    }

    unsafe fn first(fcinfo: FunctionCallInfo) -> *mut Buffer {
        unsafe { Self::new(aggregate_context(fcinfo), FIRST_SIZE - size_of::<Buffer>()) }
    }

    unsafe fn slice<'a>(buffer: *mut Buffer) -> &'a [u8] {
        unsafe {
            if buffer.is_null() {
                return &[];
            }
            std::slice::from_raw_parts((*buffer).bytes, (*buffer).len)
        }
    }

    #[cold]
    unsafe fn grow(buffer: *mut Buffer, more: usize) {
        unsafe {
            let needed = (*buffer).len + more;
            history::check_size(needed).or_raise();
            let capacity = needed.max((*buffer).capacity * 2);
            let context = pg_sys::GetMemoryChunkContext(buffer.cast());
            let bytes = pg_sys::MemoryContextAlloc(context, capacity).cast::<u8>();
            let old = (*buffer).bytes;
            std::ptr::copy_nonoverlapping(old, bytes, (*buffer).len);
            if old != buffer.add(1).cast::<u8>() {
                pg_sys::pfree(old.cast());
            }
            (*buffer).bytes = bytes;
            (*buffer).capacity = capacity;
        }
    }
}

struct Writer(*mut Buffer);

impl Sink for Writer {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        unsafe {
            let buffer = self.0;
            if (*buffer).capacity - (*buffer).len < bytes.len() {
                Buffer::grow(buffer, bytes.len());
            }
            let end = (*buffer).bytes.add((*buffer).len);
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), end, bytes.len());
            (*buffer).len += bytes.len();
        }
    }
}

unsafe fn aggregate_context(fcinfo: FunctionCallInfo) -> pg_sys::MemoryContext {
    unsafe {
        let mut context = std::ptr::null_mut();
        if pg_sys::AggCheckCallContext(fcinfo, &mut context) == 0 {
            raise(Error::parameter(
                "this function works only inside an aggregate",
                "Call slaops.ticket_history.",
            ));
        }
        context
    }
}

unsafe fn state(fcinfo: FunctionCallInfo, i: usize) -> *mut Buffer {
    unsafe {
        if datum::is_null(fcinfo, i) {
            std::ptr::null_mut()
        } else {
            arg(fcinfo, i).cast_mut_ptr()
        }
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
        history::decode(datum::bytes(arg(fcinfo, i))).or_raise()
    }
}

pg_functions! {
    fn slaops_ticket_history_in(fcinfo) {
        from_bytes(&history::text::parse(&datum::cstring(arg(fcinfo, 0))).or_raise())
    }

    fn slaops_ticket_history_out(fcinfo) {
        datum::from_cstring(&history::text::print(&events(fcinfo, 0)))
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
        let mut buffer = state(fcinfo, 0);
        if buffer.is_null() {
            buffer = Buffer::first(fcinfo);
        }
        let known = !datum::is_null(fcinfo, 1) && !datum::is_null(fcinfo, 2);
        let at = if known { int8(fcinfo, 1) } else { i64::MAX };
        // A row without an instant or a type says nothing.
        if at != i64::MAX && at != i64::MIN {
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
        let (mut into, from) = (state(fcinfo, 0), state(fcinfo, 1));
        if into.is_null() {
            if from.is_null() {
                return or_null(fcinfo, None);
            }
            // The other state may live in a shorter context: what is kept is copied.
            into = Buffer::first(fcinfo);
        }
        Writer(into).put(Buffer::slice(from));
        Datum::from(into)
    }

    fn slaops_ticket_history_serialize(fcinfo) {
        from_bytes(Buffer::slice(state(fcinfo, 0)))
    }

    fn slaops_ticket_history_deserialize(fcinfo) {
        let bytes = datum::bytes(arg(fcinfo, 0));
        let buffer = Buffer::new(pg_sys::CurrentMemoryContext, bytes.len().max(1));
        Writer(buffer).put(bytes);
        Datum::from(buffer)
    }

    fn slaops_ticket_history_final(fcinfo) {
        let buffer = state(fcinfo, 0);
        if buffer.is_null() {
            return or_null(fcinfo, None);
        }
        from_bytes(&stored(Buffer::slice(buffer)))
    }

    fn slaops_ticket_history_merge(fcinfo) {
        let (a, b) = (datum::bytes(arg(fcinfo, 0)), datum::bytes(arg(fcinfo, 1)));
        history::check_size(a.len() + b.len()).or_raise();
        let events = [history::decode(a).or_raise(), history::decode(b).or_raise()].concat();
        from_bytes(&history::encode(events).or_raise())
    }
}
