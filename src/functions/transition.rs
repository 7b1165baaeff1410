//! The transition matrix: its type, its aggregate, and how matrices merge. What can be asked of one is in
//! `accessors`.

mod accessors;
mod dictionary;
mod events;
mod key;

use crate::cache::{calendars, call_site};
use crate::ffi::args::Args;
use crate::ffi::encoding::from_utf8;
use crate::ffi::expanded;
use crate::ffi::pg_functions;
use crate::ffi::report::{OrRaise, raise};
use crate::ffi::results::{from_bytes, from_cstring};
use crate::ffi::state::{self, Aggregate};
use events::Events;
use key::Kind;
use pgrx::guc::{GucContext, GucFlags, GucRegistry, GucSetting};
use pgrx::pg_sys::{self, Datum, ExpandedObjectMethods};
use slaops_core::business_time::Timeline;
use slaops_core::error::{Error, Result};
use slaops_core::memory;
use slaops_core::mining::transition::log::{Layout, NO_ORDINAL, NO_SEQ, Record};
use slaops_core::mining::transition::rollup::Rollup;
use slaops_core::mining::transition::stored;
use slaops_core::time::text;

// SAFETY: the states of transition_matrix go to the functions below alone.
const STATES: Aggregate<Events> = unsafe { Aggregate::new("slaops.transition_matrix") };

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

#[cold]
fn first(args: Args<'_>, places: Places) -> &mut Events {
    let memory = STATES.memory(args);
    let kind = Kind::of_argument(args, 1, memory);
    let layout = Layout {
        hashed: !kind.is_integer(),
        seq: places.seq != 0,
        ordinal: places.calendar != 0,
        interval: places.end != 0,
    };
    Events::new(memory, kind, layout, limit())
}

/// Where arguments stand that may follow (state, case_id, activity, at); 0 for those that there are not.
#[derive(Clone, Copy, Default)]
struct Places {
    end: usize,
    calendar: usize,
    seq: usize,
}

/// (state, case_id, activity, at, ...)
const INSTANT: Places = Places {
    end: 0,
    calendar: 0,
    seq: 0,
};

/// (state, case_id, activity, started_at, ended_at, ...)
const INTERVAL: Places = Places { end: 4, ..INSTANT };

/// Adds one row to the state. `timeline` gives that of the calendar in its place.
#[inline(always)]
fn transition<'call>(
    args: Args<'call>,
    places: Places,
    timeline: impl FnOnce() -> &'call Timeline,
) -> Datum {
    let events = match STATES.state(args, 0) {
        Some(events) => events,
        None => first(args, places),
    };
    let Places { end, calendar, seq } = places;
    let known = !args.is_null(1) && !args.is_null(2) && !args.is_null(3);
    let at = if known { args.int8(3) } else { i64::MAX };
    let end_at = match end {
        0 => at,
        end if args.is_null(end) => i64::MAX,
        end => args.int8(end),
    };
    let finite = |at: i64| at != i64::MAX && at != i64::MIN;
    if !finite(at) || !finite(end_at) {
        events.skipped += 1;
        return state::datum(events);
    }
    if end_at < at {
        raise(ends_before_it_starts(&args.text(2), at, end_at));
    }
    let (mut number, mut ordinal, mut end_ordinal) = (0, NO_ORDINAL, NO_ORDINAL);
    if calendar != 0 && !args.is_null(calendar) {
        let timeline = timeline();
        number = events.calendar(timeline.identity());
        ordinal = timeline.ordinal(at);
        end_ordinal = if end_at == at {
            ordinal
        } else {
            timeline.ordinal(end_at)
        };
    }
    // SAFETY: the state's kind was made for this argument, whose type is the same in all rows.
    let case = unsafe { events.kind.case(args.datum(1)) };
    let activity = events.activity(args.bytes(2));
    let seq = if seq == 0 || args.is_null(seq) {
        NO_SEQ
    } else {
        args.int8(seq)
    };
    events.push(&Record {
        case,
        at,
        activity,
        calendar: number,
        seq,
        ordinal,
        end: end_at,
        end_ordinal,
    });
    state::datum(events)
}

#[cold]
fn ends_before_it_starts(activity: &str, start: i64, end: i64) -> Error {
    Error::parameter(
        format!(
            "the event \"{activity}\" ends at {} before it starts at {}",
            text::instant(end),
            text::instant(start)
        ),
        "Give started_at before ended_at, or leave such rows out: WHERE ended_at >= started_at.",
    )
}

#[inline(always)]
fn plain(args: Args<'_>, places: Places) -> Datum {
    transition(args, places, || unreachable!("there is no calendar"))
}

#[inline(always)]
fn with_calendar(args: Args<'_>, places: Places) -> Datum {
    let calendar = places.calendar;
    transition(args, places, || call_site::by_calendar(args, calendar))
}

#[inline(always)]
fn with_name(args: Args<'_>, places: Places) -> Datum {
    let calendar = places.calendar;
    transition(args, places, || calendars::by_name(args, calendar))
}

/// The matrix in argument `i`.
fn matrix(args: Args<'_>, i: usize) -> slaops_core::mining::transition::Matrix {
    let matrix = stored::decode(args.bytes(i)).or_raise();
    // The lists of edges and names that answers are made of.
    let edges = size_of_val(matrix.edges.as_slice()) + 64 * matrix.activities.len();
    memory::room_for(edges, 2).or_raise();
    matrix
}

/// A matrix from outside: its names must have a form in the server's encoding, or it could not be printed.
fn printable(
    matrix: slaops_core::mining::transition::Matrix,
) -> slaops_core::mining::transition::Matrix {
    for activity in &matrix.activities {
        let _ = from_utf8(&activity.name);
    }
    matrix
}

fn from_matrix(matrix: &slaops_core::mining::transition::Matrix) -> Datum {
    from_bytes(&encoded(matrix).or_raise())
}

fn encoded(matrix: &slaops_core::mining::transition::Matrix) -> Result<Vec<u8>> {
    let bytes = stored::encode(matrix)?;
    if bytes.len() > MAX_VALUE {
        return Err(Error::limit(
            format!(
                "a transition matrix must have at most {MAX_VALUE} bytes, not {}",
                bytes.len()
            ),
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

    const METHODS: &'static ExpandedObjectMethods = &SUM;
}

static SUM: ExpandedObjectMethods = expanded::methods::<Sum>();

pg_functions! {
    fn slaops_transition_matrix_in(args) {
        let text = args.cstring(0, MAX_VALUE, "a transition matrix");
        from_matrix(&printable(stored::parse(&text).or_raise()))
    }

    fn slaops_transition_matrix_out(args) {
        from_cstring(&stored::print(&matrix(args, 0)).or_raise())
    }

    fn slaops_transition_matrix_recv(args) {
        let payload = args.message(0);
        printable(stored::receive(payload).or_raise());
        from_bytes(payload)
    }

    fn slaops_transition_matrix_send(args) {
        from_bytes(args.bytes(0))
    }

    /// (state, case_id, activity, at)
    fn slaops_transition_add(args) {
        plain(args, INSTANT)
    }

    /// (state, case_id, activity, at, seq)
    fn slaops_transition_add_seq(args) {
        plain(args, Places { seq: 4, ..INSTANT })
    }

    /// (state, case_id, activity, at, cal)
    fn slaops_transition_add_calendar(args) {
        with_calendar(args, Places { calendar: 4, ..INSTANT })
    }

    /// (state, case_id, activity, at, cal, seq)
    fn slaops_transition_add_calendar_seq(args) {
        with_calendar(args, Places { calendar: 4, seq: 5, ..INSTANT })
    }

    fn slaops_transition_add_name(args) {
        with_name(args, Places { calendar: 4, ..INSTANT })
    }

    fn slaops_transition_add_name_seq(args) {
        with_name(args, Places { calendar: 4, seq: 5, ..INSTANT })
    }

    /// (state, case_id, activity, started_at, ended_at)
    fn slaops_transition_add_interval(args) {
        plain(args, INTERVAL)
    }

    /// (state, case_id, activity, started_at, ended_at, seq)
    fn slaops_transition_add_interval_seq(args) {
        plain(args, Places { seq: 5, ..INTERVAL })
    }

    /// (state, case_id, activity, started_at, ended_at, cal)
    fn slaops_transition_add_interval_calendar(args) {
        with_calendar(args, Places { calendar: 5, ..INTERVAL })
    }

    /// (state, case_id, activity, started_at, ended_at, cal, seq)
    fn slaops_transition_add_interval_calendar_seq(args) {
        with_calendar(args, Places { calendar: 5, seq: 6, ..INTERVAL })
    }

    fn slaops_transition_add_interval_name(args) {
        with_name(args, Places { calendar: 5, ..INTERVAL })
    }

    fn slaops_transition_add_interval_name_seq(args) {
        with_name(args, Places { calendar: 5, seq: 6, ..INTERVAL })
    }

    fn slaops_transition_combine(args) {
        let into = STATES.state(args, 0);
        let Some(from) = STATES.state(args, 1) else {
            return args.or_null(into.map(state::datum));
        };
        // The other state may live in a shorter context: what is kept is copied.
        let into = into.unwrap_or_else(|| {
            Events::new(STATES.memory(args), from.kind, from.layout, limit())
        });
        into.take_in(from);
        state::datum(into)
    }

    fn slaops_transition_serialize(args) {
        let state = STATES.state(args, 0);
        args.or_null(state.map(|events| events.serialize(args)))
    }

    fn slaops_transition_deserialize(args) {
        state::datum(Events::deserialize(args.bytes(0), state::passing(args)))
    }

    fn slaops_transition_final(args) {
        let state = STATES.state(args, 0);
        args.or_null(state.map(|events| from_matrix(&events.fold().or_raise())))
    }

    fn slaops_transition_merge(args) {
        let merged = matrix(args, 0).merge(&matrix(args, 1)).or_raise();
        from_matrix(&merged)
    }

    /// (sum, matrix): the step of slaops.rollup, and its combine function.
    fn slaops_transition_rollup(args) {
        expanded::add::<Sum>(args)
    }
}
