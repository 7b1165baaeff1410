//! The transition matrix: its type, its aggregate, and how matrices merge. What can be asked of one is in
//! `accessors`.

mod accessors;
mod dictionary;
mod events;
mod key;

use crate::cache::{call_site, registry};
use crate::ffi::datum::{self, arg, from_bytes, int8, is_null, or_null};
use crate::ffi::report::OrRaise;
use crate::ffi::{expanded, pg_functions, state};
use events::Events;
use key::Kind;
use pgrx::guc::{GucContext, GucFlags, GucRegistry, GucSetting};
use pgrx::pg_sys::{self, Datum, ExpandedObjectMethods, FunctionCallInfo};
use slaops_core::business_time::Timeline;
use slaops_core::error::{Error, Result};
use slaops_core::memory;
use slaops_core::mining::transition::log::{Layout, NO_ORDINAL, NO_SEQ, Record};
use slaops_core::mining::transition::rollup::Rollup;
use slaops_core::mining::transition::stored;

const AGGREGATE: &str = "slaops.transition_matrix";

/// What one state may hold, in kB. A gigabyte holds some 50 million events, and is also the most that
/// Postgres sends between parallel workers as one value.
static MEMORY: GucSetting<i32> = GucSetting::<i32>::new(1 << 20);

/// The most bytes of one value: Postgres's MaxAllocSize less a header.
const MAX_VALUE: usize = 0x3fff_ffff - pg_sys::VARHDRSZ;

/// Declares the topic's settings.
pub fn init() {
    GucRegistry::define_int_guc(
        c"slaops.transition_memory",
        c"The most memory for the events of one slaops.transition_matrix.",
        c"Beyond it the aggregate stops with an error. An event takes 20 to 40 bytes.",
        &MEMORY,
        64,
        i32::MAX,
        GucContext::Userset,
        GucFlags::UNIT_KB,
    );
}

/// The most bytes of one state.
fn limit() -> usize {
    MEMORY.get().max(64) as usize * 1024
}

unsafe fn state(fcinfo: FunctionCallInfo, i: usize) -> *mut Events {
    unsafe { state::arg(fcinfo, i) }
}

#[cold]
unsafe fn first(fcinfo: FunctionCallInfo, seq: bool, ordinal: bool) -> *mut Events {
    unsafe {
        let context = state::context(fcinfo, AGGREGATE);
        let kind = Kind::of_argument(fcinfo, 1, context);
        let layout = Layout {
            hashed: !kind.is_integer(),
            seq,
            ordinal,
        };
        Events::new(context, kind, layout, limit())
    }
}

/// Which arguments follow (state, case_id, activity, at): the calendar's place and the `seq`'s, 0 for none.
type Places = (usize, usize);

/// Adds one row to the state. `timeline` gives that of the calendar in its place.
#[inline(always)]
unsafe fn transition(
    fcinfo: FunctionCallInfo,
    (calendar, seq): Places,
    timeline: impl FnOnce() -> &'static Timeline,
) -> Datum {
    unsafe {
        let mut events = state(fcinfo, 0);
        if events.is_null() {
            events = first(fcinfo, seq != 0, calendar != 0);
        }
        let events = &mut *events;
        let known = !is_null(fcinfo, 1) && !is_null(fcinfo, 2) && !is_null(fcinfo, 3);
        let at = if known { int8(fcinfo, 3) } else { i64::MAX };
        if at == i64::MAX || at == i64::MIN {
            events.skipped += 1;
            return Datum::from(events as *mut Events);
        }
        let (mut number, mut ordinal) = (0, NO_ORDINAL);
        if calendar != 0 && !is_null(fcinfo, calendar) {
            let timeline = timeline();
            number = events.calendar(timeline.identity());
            ordinal = timeline.ordinal(at);
        }
        let case = events.kind.case(arg(fcinfo, 1));
        let text = match datum::inline_bytes(arg(fcinfo, 2)) {
            Some(bytes) => bytes,
            None => datum::bytes(arg(fcinfo, 2)),
        };
        let activity = events.activity(text);
        let seq = if seq == 0 || is_null(fcinfo, seq) {
            NO_SEQ
        } else {
            int8(fcinfo, seq)
        };
        events.push(&Record {
            case,
            at,
            activity,
            calendar: number,
            seq,
            ordinal,
        });
        Datum::from(events as *mut Events)
    }
}

unsafe fn plain(fcinfo: FunctionCallInfo, seq: usize) -> Datum {
    unsafe { transition(fcinfo, (0, seq), || unreachable!("there is no calendar")) }
}

unsafe fn with_calendar(fcinfo: FunctionCallInfo, seq: usize) -> Datum {
    unsafe { transition(fcinfo, (4, seq), || call_site::by_calendar(fcinfo, 4)) }
}

unsafe fn with_name(fcinfo: FunctionCallInfo, seq: usize) -> Datum {
    unsafe { transition(fcinfo, (4, seq), || registry::by_name(fcinfo, 4)) }
}

/// The matrix in argument `i`.
unsafe fn matrix(fcinfo: FunctionCallInfo, i: usize) -> slaops_core::mining::transition::Matrix {
    let matrix = unsafe { stored::decode(datum::bytes(arg(fcinfo, i))).or_raise() };
    // The lists of edges and names that answers are made of.
    let edges = size_of_val(matrix.edges.as_slice()) + 64 * matrix.activities.len();
    memory::room_for(edges, 2).or_raise();
    matrix
}

/// A matrix from outside: its names must have a form in the server's encoding, or it could not be printed.
unsafe fn printable(
    matrix: slaops_core::mining::transition::Matrix,
) -> slaops_core::mining::transition::Matrix {
    for activity in &matrix.activities {
        let _ = unsafe { datum::from_utf8(&activity.name) };
    }
    matrix
}

unsafe fn from_matrix(matrix: &slaops_core::mining::transition::Matrix) -> Datum {
    unsafe { from_bytes(&encoded(matrix).or_raise()) }
}

fn encoded(matrix: &slaops_core::mining::transition::Matrix) -> Result<Vec<u8>> {
    let bytes = stored::encode(matrix)?;
    if bytes.len() > MAX_VALUE {
        return Err(Error::limit(
            format!("a transition matrix of {} bytes is too large", bytes.len()),
            "Fold rare activities into one.",
        ));
    }
    Ok(bytes)
}

/// The state of slaops.rollup(transition_matrix).
#[derive(Default)]
struct Sum(Rollup);

impl expanded::Sum for Sum {
    fn add(&mut self, bytes: &[u8]) -> Result<()> {
        self.0.add(&stored::decode(bytes)?)
    }

    fn bytes(&mut self) -> Result<Vec<u8>> {
        encoded(&self.0.matrix()?)
    }

    const METHODS: &'static ExpandedObjectMethods = &expanded::methods::<Sum>();
}

pg_functions! {
    fn slaops_transition_matrix_in(fcinfo) {
        let text = datum::cstring(arg(fcinfo, 0), MAX_VALUE, "a transition matrix");
        from_matrix(&printable(stored::parse(&text).or_raise()))
    }

    fn slaops_transition_matrix_out(fcinfo) {
        datum::from_cstring(&stored::print(&matrix(fcinfo, 0)).or_raise())
    }

    fn slaops_transition_matrix_recv(fcinfo) {
        let payload = datum::message(arg(fcinfo, 0));
        printable(stored::receive(payload).or_raise());
        from_bytes(payload)
    }

    fn slaops_transition_matrix_send(fcinfo) {
        from_bytes(datum::bytes(arg(fcinfo, 0)))
    }

    /// (state, case_id, activity, at)
    fn slaops_transition_add(fcinfo) {
        plain(fcinfo, 0)
    }

    /// (state, case_id, activity, at, seq)
    fn slaops_transition_add_seq(fcinfo) {
        plain(fcinfo, 4)
    }

    /// (state, case_id, activity, at, cal)
    fn slaops_transition_add_calendar(fcinfo) {
        with_calendar(fcinfo, 0)
    }

    /// (state, case_id, activity, at, cal, seq)
    fn slaops_transition_add_calendar_seq(fcinfo) {
        with_calendar(fcinfo, 5)
    }

    fn slaops_transition_add_name(fcinfo) {
        with_name(fcinfo, 0)
    }

    fn slaops_transition_add_name_seq(fcinfo) {
        with_name(fcinfo, 5)
    }

    fn slaops_transition_combine(fcinfo) {
        let (mut into, from) = (state(fcinfo, 0), state(fcinfo, 1));
        if from.is_null() {
            if into.is_null() {
                return or_null(fcinfo, None);
            }
            return Datum::from(into);
        }
        if into.is_null() {
            // The other state may live in a shorter context: what is kept is copied.
            let from = &*from;
            into = Events::new(state::context(fcinfo, AGGREGATE), from.kind, from.layout, limit());
        }
        (*into).take_in(&*from);
        Datum::from(into)
    }

    fn slaops_transition_serialize(fcinfo) {
        (*state(fcinfo, 0)).serialize()
    }

    fn slaops_transition_deserialize(fcinfo) {
        let events = Events::deserialize(datum::bytes(arg(fcinfo, 0)), pg_sys::CurrentMemoryContext);
        Datum::from(events)
    }

    fn slaops_transition_final(fcinfo) {
        let events = state(fcinfo, 0);
        if events.is_null() {
            return or_null(fcinfo, None);
        }
        from_matrix(&(*events).fold().or_raise())
    }

    fn slaops_transition_merge(fcinfo) {
        let merged = matrix(fcinfo, 0).merge(&matrix(fcinfo, 1)).or_raise();
        from_matrix(&merged)
    }
    /// (sum, matrix): the step of slaops.rollup, and its combine function.
    fn slaops_transition_rollup(fcinfo) {
        expanded::add::<Sum>(fcinfo)
    }
}
