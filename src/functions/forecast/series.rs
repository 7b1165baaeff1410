//! Series: the type, its aggregate and its accessors.

use crate::ffi::datum::{self, arg, float8, from_bytes, from_float8, from_int8, int8, or_null};
use crate::ffi::report::OrRaise;
use crate::ffi::{pg_functions, srf, state};
use chrono_tz::Tz;
use pgrx::pg_sys::{self, Datum, FunctionCallInfo};
use slaops_core::forecast::series::layout::{self, Regular};
use slaops_core::forecast::series::{self, Fill, Point, Rules};
use slaops_core::forecast::time_index::TimeStep;
use slaops_core::memory;
use slaops_core::time::zone;
use std::ffi::CStr;

const AGGREGATE: &str = "slaops.series";

/// An aggregate state in Postgres's own memory, so that hash aggregation sees it. The first allocation of 512
/// bytes holds a month of days.
#[repr(C)]
struct Points {
    len: usize,
    capacity: usize,
    entries: *mut Point,
    rules: Rules,
}

const FIRST_CAPACITY: usize = 28;

impl Points {
    unsafe fn new(context: pg_sys::MemoryContext, capacity: usize, rules: Rules) -> *mut Points {
        unsafe {
            let size = size_of::<Points>() + capacity * size_of::<Point>();
            let state = pg_sys::MemoryContextAlloc(context, size).cast::<Points>();
            let entries = state.add(1).cast::<Point>();
            state.write(Points {
                len: 0,
                capacity,
                entries,
                rules,
            });
            state
        }
    }

    unsafe fn slice<'a>(state: *mut Points) -> &'a mut [Point] {
        unsafe { std::slice::from_raw_parts_mut((*state).entries, (*state).len) }
    }

    /// Sorts and sums in place, exactly, which does not change what the state means; the number of instants.
    unsafe fn compact(state: *mut Points) -> usize {
        unsafe {
            series::check_single((*state).rules, Self::slice(state)).or_raise();
            let (kept, instants) = series::compact(Self::slice(state));
            (*state).len = kept;
            instants
        }
    }

    /// Takes over what other rules say.
    unsafe fn agree(state: *mut Points, rules: Rules) {
        unsafe {
            if (*state).rules == rules {
                return;
            }
            let (before, both) = ((*state).rules, (*state).rules.with(rules).or_raise());
            (*state).rules = both;
            if before.step != both.step {
                both.keep(Self::slice(state));
            }
        }
    }

    #[inline]
    unsafe fn push(state: *mut Points, point: Point) {
        unsafe {
            if (*state).len == (*state).capacity {
                Self::grow(state);
            }
            (*state).entries.add((*state).len).write(point);
            (*state).len += 1;
        }
    }

    /// Adds points that other rules, which these agree with, may have kept.
    unsafe fn append(state: *mut Points, points: &[Point]) {
        unsafe {
            let rules = (*state).rules;
            for p in points {
                let at = rules.kept(p.at);
                Self::push(state, Point { at, ..*p });
            }
        }
    }

    /// Makes room: first by summing what shares an instant, and if that leaves more than half, by doubling.
    #[cold]
    unsafe fn grow(state: *mut Points) {
        unsafe {
            pgrx::check_for_interrupts!();
            let instants = Self::compact(state);
            let len = (*state).len;
            series::check_state(len, instants).or_raise();
            if len <= (*state).capacity / 2 {
                return;
            }
            let capacity = (*state).capacity * 2;
            let context = pg_sys::GetMemoryChunkContext(state.cast());
            let size = capacity * size_of::<Point>();
            let entries = pg_sys::MemoryContextAlloc(context, size).cast::<Point>();
            let old = (*state).entries;
            std::ptr::copy_nonoverlapping(old, entries, len);
            if old != state.add(1).cast::<Point>() {
                pg_sys::pfree(old.cast());
            }
            (*state).entries = entries;
            (*state).capacity = capacity;
        }
    }
}

unsafe fn state(fcinfo: FunctionCallInfo, i: usize) -> *mut Points {
    unsafe { state::arg(fcinfo, i) }
}

/// Step, rule for gaps and rule for values of one step of arguments 3 to 5, where they are.
unsafe fn rules(fcinfo: FunctionCallInfo) -> Rules {
    unsafe {
        let step = (!datum::is_null(fcinfo, 3)).then(|| {
            let i = datum::interval(fcinfo, 3);
            series::step(i.month, i.day, i.time).or_raise()
        });
        let fill = (!datum::is_null(fcinfo, 4))
            .then(|| Fill::parse(&datum::word(fcinfo, 4, "a rule for gaps")).or_raise());
        let refuse = !datum::is_null(fcinfo, 5)
            && series::refuses(&datum::word(fcinfo, 5, "a rule for values of one step")).or_raise();
        Rules {
            step,
            fill: fill.unwrap_or_default(),
            refuse,
        }
    }
}

unsafe fn transition(fcinfo: FunctionCallInfo, rules: impl Fn() -> Rules) -> Datum {
    unsafe {
        let mut points = state(fcinfo, 0);
        let known = !datum::is_null(fcinfo, 1) && !datum::is_null(fcinfo, 2);
        let at = if known { int8(fcinfo, 1) } else { i64::MAX };
        let value = if known { float8(fcinfo, 2) } else { f64::NAN };
        // A row without an instant or a value says nothing.
        if at == i64::MAX || at == i64::MIN || value.is_nan() {
            return or_null(fcinfo, (!points.is_null()).then(|| Datum::from(points)));
        }
        if points.is_null() {
            points = Points::new(state::context(fcinfo, AGGREGATE), FIRST_CAPACITY, rules());
        } else {
            Points::agree(points, rules());
        }
        series::check_value(at, value).or_raise();
        let at = (*points).rules.kept(at);
        Points::push(points, Point { at, value });
        Datum::from(points)
    }
}

pub unsafe fn series_arg(fcinfo: FunctionCallInfo, i: usize) -> (Rules, Vec<Point>) {
    unsafe { series::decode(datum::bytes(arg(fcinfo, i))).or_raise() }
}

/// The session's time zone; an ERROR where it is no zone of the database.
pub fn session_zone() -> Tz {
    unsafe {
        let name = pg_sys::pg_get_timezone_name(pg_sys::session_timezone);
        if name.is_null() {
            return Tz::UTC;
        }
        zone::of_session(&CStr::from_ptr(name).to_string_lossy()).or_raise()
    }
}

/// Argument `i` laid out in the days of a zone.
pub unsafe fn regular(fcinfo: FunctionCallInfo, i: usize, tz: Tz) -> Regular {
    unsafe {
        let (rules, points) = series_arg(fcinfo, i);
        layout::layout(rules, &points, tz).or_raise()
    }
}

fn known(value: f64) -> Option<Datum> {
    (!value.is_nan()).then(|| from_float8(value))
}

pg_functions! {
    fn slaops_series_in(fcinfo) {
        let text = datum::cstring(arg(fcinfo, 0), series::text::MAX_TEXT, "a series");
        from_bytes(&series::text::parse(&text).or_raise())
    }

    fn slaops_series_out(fcinfo) {
        let (rules, points) = series_arg(fcinfo, 0);
        datum::from_cstring(&series::text::print(rules, &points).or_raise())
    }

    fn slaops_series_recv(fcinfo) {
        let payload = datum::message(arg(fcinfo, 0));
        series::decode(payload).or_raise();
        from_bytes(payload)
    }

    fn slaops_series_send(fcinfo) {
        from_bytes(datum::bytes(arg(fcinfo, 0)))
    }

    fn slaops_series_transition(fcinfo) {
        transition(fcinfo, Rules::default)
    }

    fn slaops_series_transition_step(fcinfo) {
        transition(fcinfo, || rules(fcinfo))
    }

    fn slaops_series_combine(fcinfo) {
        let (mut into, from) = (state(fcinfo, 0), state(fcinfo, 1));
        if from.is_null() {
            return or_null(fcinfo, (!into.is_null()).then(|| Datum::from(into)));
        }
        if into.is_null() {
            // The other state may live in a shorter context: what is kept is copied.
            let capacity = (*from).len.max(FIRST_CAPACITY);
            into = Points::new(state::context(fcinfo, AGGREGATE), capacity, (*from).rules);
        }
        Points::agree(into, (*from).rules);
        Points::append(into, Points::slice(from));
        Datum::from(into)
    }

    fn slaops_series_serialize(fcinfo) {
        let points = state(fcinfo, 0);
        Points::compact(points);
        from_bytes(&series::encode_state((*points).rules, Points::slice(points)).or_raise())
    }

    fn slaops_series_deserialize(fcinfo) {
        let (rules, points) = series::decode_state(datum::bytes(arg(fcinfo, 0))).or_raise();
        let state = Points::new(pg_sys::CurrentMemoryContext, points.len().max(1), rules);
        Points::append(state, &points);
        Datum::from(state)
    }

    fn slaops_series_final(fcinfo) {
        let points = state(fcinfo, 0);
        if points.is_null() {
            return or_null(fcinfo, None);
        }
        // A copy, as a window asks again after the next row.
        let mut list = memory::collect(Points::slice(points).iter().copied()).or_raise();
        series::check_single((*points).rules, &mut list).or_raise();
        let kept = series::total(&mut list);
        series::check_size(kept).or_raise();
        from_bytes(&series::encode((*points).rules, &list[..kept]).or_raise())
    }

    /// (state, series): its points as rows of the state.
    fn slaops_series_rollup(fcinfo) {
        let mut into = state(fcinfo, 0);
        if datum::is_null(fcinfo, 1) {
            return or_null(fcinfo, (!into.is_null()).then(|| Datum::from(into)));
        }
        let (rules, points) = series_arg(fcinfo, 1);
        // Of two series each may have a value of a step.
        let rules = Rules { refuse: false, ..rules };
        if into.is_null() {
            let context = state::context(fcinfo, "slaops.rollup");
            into = Points::new(context, points.len().max(FIRST_CAPACITY), rules);
        }
        Points::agree(into, rules);
        Points::append(into, &points);
        Datum::from(into)
    }

    fn slaops_series_merge(fcinfo) {
        let (rules, points) = series::merge(series_arg(fcinfo, 0), series_arg(fcinfo, 1)).or_raise();
        from_bytes(&series::encode(rules, &points).or_raise())
    }

    fn slaops_series_values(fcinfo) {
        srf::rows(fcinfo, || {
            let descriptor = srf::descriptor(fcinfo);
            let all = regular(fcinfo, 0, session_zone());
            Box::new((0..all.values.len()).map(move |k| {
                let mut columns = [
                    all.index.at(k).map(from_int8),
                    known(all.values[k]),
                    Some(datum::from_bool(all.filled[k])),
                ];
                srf::tuple(descriptor, &mut columns)
            }))
        })
    }

    fn slaops_gaps(fcinfo) {
        srf::rows(fcinfo, || {
            let descriptor = srf::descriptor(fcinfo);
            let all = regular(fcinfo, 0, session_zone());
            Box::new(layout::gaps(&all.filled).into_iter().map(move |(from, count)| {
                let mut columns = [
                    all.index.at(from).map(from_int8),
                    all.index.at(from + count).map(from_int8),
                    Some(Datum::from(count as i32)),
                    known(all.values[from]),
                ];
                srf::tuple(descriptor, &mut columns)
            }))
        })
    }

    fn slaops_series_step(fcinfo) {
        let all = regular(fcinfo, 0, session_zone());
        let mut interval = pg_sys::Interval { time: 0, day: 0, month: 0 };
        match all.index.step {
            TimeStep::Micros(m) => interval.time = m,
            TimeStep::Days(d) => interval.day = d,
            TimeStep::Months(m) => interval.month = m,
        }
        let place = pg_sys::palloc(size_of::<pg_sys::Interval>()).cast::<pg_sys::Interval>();
        *place = interval;
        Datum::from(place)
    }
}
