//! Series: the type, its aggregate and its accessors.

use crate::ffi::args::Args;
use crate::ffi::expanded::{Held, State};
use crate::ffi::memory::Memory;
use crate::ffi::report::OrRaise;
use crate::ffi::results::{
    from_bool, from_bytes, from_cstring, from_float8, from_int8, from_interval,
};
use crate::ffi::srf::RowType;
use crate::ffi::state::{Growth, List};
use crate::ffi::{expanded, pg_functions, srf};
use chrono_tz::Tz;
use pgrx::pg_sys::{self, Datum, ExpandedObjectMethods};
use slaops_core::error::Result;
use slaops_core::forecast::series::layout::{self, Regular};
use slaops_core::forecast::series::rollup::{self, Rollup};
use slaops_core::forecast::series::{self, Fill, Point, Rules};
use slaops_core::forecast::time_index::TimeStep;
use slaops_core::memory;
use slaops_core::time::zone;
use std::ffi::CStr;

const STATES: expanded::Aggregate<Points> = expanded::Aggregate::new("slaops.series");

type Points = List<Point, Rules>;

/// The first allocation of 512 bytes holds a month of days.
const FIRST_CAPACITY: usize = 28;

const GROWTH: Growth = Growth {
    most: usize::MAX,
    check: |_| Ok(()),
};

fn fresh<'call>(memory: Memory<'call>, capacity: usize, rules: Rules) -> &'call mut Points {
    List::new(memory, capacity.max(FIRST_CAPACITY), rules)
}

/// Sorts and sums in place, exactly, which does not change what the state means; the number of instants.
fn compact(points: &mut Points) -> usize {
    series::check_single(points.head, points.entries_mut()).or_raise();
    let (kept, instants) = series::compact(points.entries_mut());
    points.truncate(kept);
    instants
}

/// Takes over what other rules say.
fn agree(points: &mut Points, rules: Rules) {
    if points.head == rules {
        return;
    }
    let (before, both) = (points.head, points.head.with(rules).or_raise());
    points.head = both;
    if before.step != both.step {
        both.keep(points.entries_mut());
    }
}

#[inline]
fn push(points: &mut Points, point: Point) {
    if points.is_full() {
        make_room(points);
    }
    points.push(point, &GROWTH);
}

/// Adds points that other rules, which these agree with, may have kept.
fn append(points: &mut Points, more: &[Point]) {
    let rules = points.head;
    for p in more {
        let at = rules.kept(p.at);
        push(points, Point { at, ..*p });
    }
}

/// Makes room: first by summing what shares an instant, and if that leaves more than half, by doubling.
#[cold]
fn make_room(points: &mut Points) {
    pgrx::check_for_interrupts!();
    let instants = compact(points);
    let len = points.entries().len();
    series::check_state(len, instants).or_raise();
    if len > points.capacity() / 2 {
        points.reserve(2 * points.capacity() - len, &GROWTH);
    }
}

/// Step, rule for gaps and rule for values of one step of arguments 3 to 5, where they are.
fn rules(args: Args<'_>) -> Rules {
    let step = (!args.is_null(3)).then(|| {
        let i = args.interval(3);
        series::step(i.month, i.day, i.time).or_raise()
    });
    let fill = (!args.is_null(4)).then(|| Fill::parse(&args.word(4, "a rule for gaps")).or_raise());
    let refuse = !args.is_null(5)
        && series::refuses(&args.word(5, "a rule for values of one step")).or_raise();
    Rules {
        step,
        fill: fill.unwrap_or_default(),
        refuse,
    }
}

fn transition(args: Args<'_>, rules: impl Fn() -> Rules) -> Datum {
    let points = STATES.state(args);
    let known = !args.is_null(1) && !args.is_null(2);
    let at = if known { args.int8(1) } else { i64::MAX };
    let value = if known { args.float8(2) } else { f64::NAN };
    // A row without an instant or a value says nothing.
    if at == i64::MAX || at == i64::MIN || value.is_nan() {
        return args.or_null(points.map(Held::datum));
    }
    let mut points = match points {
        None => STATES.fresh(args, |memory| fresh(memory, 0, rules())),
        Some(mut points) => {
            agree(&mut points, rules());
            points
        }
    };
    series::check_value(at, value).or_raise();
    let at = points.head.kept(at);
    push(&mut points, Point { at, value });
    points.datum()
}

/// The state of series.
impl State for Points {
    const METHODS: &'static ExpandedObjectMethods = &POINTS;

    fn read<'a>(bytes: &[u8], memory: Memory<'a>) -> Result<&'a mut Self> {
        let (rules, points) = series::decode_state(bytes)?;
        let state = fresh(memory, points.len(), rules);
        append(state, &points);
        Ok(state)
    }

    fn take_in(&mut self, bytes: &[u8]) -> Result<()> {
        let (rules, points) = series::decode_state(bytes)?;
        agree(self, rules);
        append(self, &points);
        Ok(())
    }

    fn flat(&mut self) -> Result<Vec<u8>> {
        compact(self);
        series::encode_state(self.head, self.entries())
    }
}

static POINTS: ExpandedObjectMethods = expanded::methods::<Points>();

/// The state of slaops.rollup(series).
#[derive(Default)]
struct Sum(Rollup);

impl expanded::Sum for Sum {
    fn add(&mut self, bytes: &[u8]) -> Result<()> {
        self.0.add(series::decode(bytes)?)
    }

    fn combine(&mut self, bytes: &[u8]) -> Result<()> {
        self.0.combine(bytes)
    }

    fn bytes(&mut self) -> Result<Vec<u8>> {
        self.0.bytes()
    }

    const METHODS: &'static ExpandedObjectMethods = &SUM;
}

static SUM: ExpandedObjectMethods = expanded::methods::<Sum>();

pub fn series_arg(args: Args<'_>, i: usize) -> (Rules, Vec<Point>) {
    series::decode(args.bytes(i)).or_raise()
}

/// The session's time zone; an ERROR where it is no zone of the database.
pub fn session_zone() -> Tz {
    // SAFETY: the session's zone is a variable of the backend, and its name a string that stays.
    let name = unsafe {
        let name = pg_sys::pg_get_timezone_name(pg_sys::session_timezone);
        if name.is_null() {
            return Tz::UTC;
        }
        CStr::from_ptr(name)
    };
    zone::of_session(&name.to_string_lossy()).or_raise()
}

/// Argument `i` laid out in the days of a zone.
pub fn regular(args: Args<'_>, i: usize, tz: Tz) -> Regular {
    let (rules, points) = series_arg(args, i);
    layout::layout(rules, &points, tz).or_raise()
}

fn known(value: f64) -> Option<Datum> {
    (!value.is_nan()).then(|| from_float8(value))
}

pg_functions! {
    fn slaops_series_in(args) {
        let text = args.cstring(0, series::text::MAX_TEXT, "a series");
        from_bytes(&series::text::parse(&text).or_raise())
    }

    fn slaops_series_out(args) {
        let (rules, points) = series_arg(args, 0);
        from_cstring(&series::text::print(rules, &points).or_raise())
    }

    fn slaops_series_recv(args) {
        let payload = args.message(0);
        series::receive(payload).or_raise();
        from_bytes(payload)
    }

    fn slaops_series_send(args) {
        from_bytes(args.bytes(0))
    }

    fn slaops_series_transition(args) {
        transition(args, Rules::default)
    }

    fn slaops_series_transition_step(args) {
        transition(args, || rules(args))
    }

    fn slaops_series_combine(args) {
        STATES.combine(args)
    }

    fn slaops_series_final(args) {
        let Some(points) = STATES.done(args) else {
            return args.null();
        };
        // A copy, as a window asks again after the next row.
        let mut list = memory::collect(points.entries().iter().copied()).or_raise();
        series::check_single(points.head, &mut list).or_raise();
        let kept = series::total(&mut list);
        series::check_size(kept).or_raise();
        from_bytes(&series::encode(points.head, &list[..kept]).or_raise())
    }

    /// (sum, series): the step of slaops.rollup.
    fn slaops_series_rollup(args) {
        expanded::add::<Sum>(args)
    }

    fn slaops_series_rollup_combine(args) {
        expanded::combine::<Sum>(args)
    }

    fn slaops_series_rollup_final(args) {
        let (rules, points) = rollup::rounded(args.bytes(0)).or_raise();
        from_bytes(&series::encode(rules, &points).or_raise())
    }

    fn slaops_series_merge(args) {
        let (rules, points) = series::merge(series_arg(args, 0), series_arg(args, 1)).or_raise();
        from_bytes(&series::encode(rules, &points).or_raise())
    }

    fn slaops_series_values(args) {
        srf::rows(args, || {
            let row_type = RowType::of(args);
            let all = regular(args, 0, session_zone());
            Box::new((0..all.values.len()).map(move |k| {
                let columns = [
                    all.index.at(k).map(from_int8),
                    known(all.values[k]),
                    Some(from_bool(all.filled[k])),
                ];
                row_type.tuple(&columns)
            }))
        })
    }

    fn slaops_gaps(args) {
        srf::rows(args, || {
            let row_type = RowType::of(args);
            let all = regular(args, 0, session_zone());
            Box::new(layout::gaps(&all.filled).into_iter().map(move |(from, count)| {
                let columns = [
                    all.index.at(from).map(from_int8),
                    all.index.at(from + count).map(from_int8),
                    Some(Datum::from(count as i32)),
                    known(all.values[from]),
                ];
                row_type.tuple(&columns)
            }))
        })
    }

    fn slaops_series_step(args) {
        let all = regular(args, 0, session_zone());
        match all.index.step {
            TimeStep::Micros(m) => from_interval(0, 0, m),
            TimeStep::Days(d) => from_interval(0, d, 0),
            TimeStep::Months(m) => from_interval(m, 0, 0),
        }
    }
}
