//! When the backlog will be gone.

use crate::ffi::args::Args;
use crate::ffi::report::{OrRaise, raise};
use crate::ffi::results::from_float8;
use crate::ffi::srf::RowType;
use crate::functions::for_calendars_and_names;
use pgrx::pg_sys::Datum;
use slaops_core::business_time::Timeline;
use slaops_core::error::{Error, SqlState};
use slaops_core::statistics::clearance::{MAX_DAYS, pairs, simulate};

/// Farther than any calendar has business days.
const FAR: f64 = 1e12;

/// (backlog, arrivals, completions, cal, as_of, runs, seed, horizon_days): one row.
fn clearance(timeline: &Timeline, args: Args<'_>) -> Datum {
    let as_of = args.int8(4);
    if matches!(as_of, i64::MIN | i64::MAX) {
        raise(Error::new(
            SqlState::DatetimeOverflow,
            "as_of must be a finite instant",
            "Give an instant such as now().",
        ));
    }
    let past = |i: usize| args.floats(i, MAX_DAYS, "past days");
    let (arrivals, completions) = (past(1), past(2));
    let past = pairs(&arrivals, &completions).or_raise();
    let (runs, seed, horizon) = (args.int4(5), args.int8(6), args.int4(7));
    let there = |most: i64| timeline.count_whole_days(as_of, most);
    let found = simulate(args.int8(0), &past, runs, seed, horizon, there).or_raise();
    let date = |n: i64| timeline.whole_days(as_of, n).map(Datum::from);
    let whole = |days: f64| (days - 1e-9).ceil().clamp(0.0, FAR) as i64;
    let days = |n: Option<u32>| n.map(|n| Datum::from(n as i32));
    let dated = |n: Option<u32>| n.and_then(|n| date(n.into()));
    // A pace that needs more days than the calendar has never gets there.
    let at_pace = found.deterministic.map(|d| (d, date(whole(d))));
    let at_pace = at_pace.filter(|(_, date)| date.is_some());
    let columns = [
        Some(from_float8(found.net_per_day)),
        at_pace.map(|(days, _)| from_float8(days)),
        at_pace.and_then(|(_, date)| date),
        days(found.p50),
        dated(found.p50),
        days(found.p80),
        dated(found.p80),
        days(found.p95),
        dated(found.p95),
        Some(from_float8(found.never)),
        Some(Datum::from(past.len() as i32)),
    ];
    RowType::of(args).tuple(&columns)
}

for_calendars_and_names! {
    backlog_clearance(timeline, args, 3) {
        clearance(timeline, args)
    }
}
