//! Business-time arithmetic. Each function exists for a calendar and for the name of one; both find
//! a timeline and do the same.

use crate::cache::{calendars, call_site};
use crate::ffi::args::Args;
use crate::ffi::report::{OrRaise, raise};
use crate::ffi::results::{from_bool, from_float8, from_int8, from_interval};
use crate::ffi::{pg_functions, srf};
use crate::functions::for_calendars_and_names;
use pgrx::pg_sys::{self, Datum};
use slaops_core::business_time::Timeline;
use slaops_core::error::{Error, SqlState};
use slaops_core::time::{END, FIRST, MICROS_PER_MINUTE};
use std::rc::Rc;

/// # Errors
/// 22008 for an amount that no 64-bit count of microseconds holds.
fn micros(minutes: f64) -> i64 {
    let micros = (minutes * MICROS_PER_MINUTE).round();
    if micros.is_nan() || micros.abs() >= 9.2e18 {
        raise(Error::new(
            SqlState::DatetimeOverflow,
            format!("minutes must be finite and below 150 billion, not {minutes}"),
            "Give open minutes of the calendar.",
        ));
    }
    micros as i64
}

#[inline]
fn add(timeline: &Timeline, at: i64, minutes: f64) -> i64 {
    timeline.add(at, micros(minutes))
}

fn interval(timeline: &Timeline, at: i64, args: Args<'_>, i: usize) -> i64 {
    let interval = args.interval(i);
    slaops_core::sla::clock::amount(timeline, at, interval.month, interval.day, interval.time)
        .or_raise()
}

/// What Postgres knows of the type tstzrange.
fn range_type() -> *mut pg_sys::TypeCacheEntry {
    // SAFETY: the type is built in; its entry stays for the session.
    unsafe { pg_sys::lookup_type_cache(pg_sys::TSTZRANGEOID, pg_sys::TYPECACHE_RANGE_INFO as i32) }
}

/// The bounds of a range argument; None for an empty one.
fn range(args: Args<'_>, i: usize) -> Option<(i64, i64)> {
    let mut lower = pg_sys::RangeBound::default();
    let mut upper = pg_sys::RangeBound::default();
    let mut empty = false;
    // SAFETY: the argument is declared as tstzrange.
    unsafe {
        let range = pg_sys::pg_detoast_datum(args.datum(i).cast_mut_ptr());
        let range = range.cast();
        pg_sys::range_deserialize(range_type(), range, &mut lower, &mut upper, &mut empty);
    }
    let bound = |b: &pg_sys::RangeBound, open: i64| {
        if b.infinite {
            open
        } else {
            b.val.value() as i64
        }
    };
    (!empty).then(|| (bound(&lower, i64::MIN), bound(&upper, i64::MAX)))
}

fn new_range(from: i64, to: i64) -> Datum {
    let mut bounds =
        [(from, true, true), (to, false, false)].map(|(at, inclusive, lower)| pg_sys::RangeBound {
            val: from_int8(at),
            infinite: false,
            inclusive,
            lower,
        });
    let [lower, upper] = &mut bounds;
    // SAFETY: the bounds are timestamptz, in order.
    unsafe {
        #[cfg(feature = "pg15")]
        let range = pg_sys::make_range(range_type(), lower, upper, false);
        #[cfg(not(feature = "pg15"))]
        let range = pg_sys::make_range(range_type(), lower, upper, false, std::ptr::null_mut());
        Datum::from(range)
    }
}

/// # Errors
/// 22008 for infinite dates, as in Postgres's own date arithmetic.
fn day(day: i32) -> i32 {
    use slaops_core::business_time::{FIRST_DAY, LAST_DAY};
    if (FIRST_DAY..LAST_DAY).contains(&day) {
        return day;
    }
    raise(Error::new(
        SqlState::DatetimeOverflow,
        "a date of business days must be finite and from 4713 BC to 294275 AD",
        "Give a date such as DATE '2026-01-05'.",
    ))
}

fn business_days(timeline: &Timeline, from: i32, to: i32) -> Datum {
    let days = timeline.days_before(day(to)) - timeline.days_before(day(from));
    Datum::from(i32::try_from(days).unwrap_or(i32::MAX))
}

fn business_day_add(timeline: &Timeline, date: i32, n: i32) -> Datum {
    // Postgres's date infinities are the ends of int4.
    let end = if n > 0 { i32::MAX } else { i32::MIN };
    Datum::from(timeline.add_days(day(date), n.into()).unwrap_or(end))
}

/// numpy's rolls: a date that is no business day moves to the next (forward, following) or the last
/// one (backward, preceding), unless that leaves the month (modified), or is NULL (nat), or an error
/// (raise).
fn roll(timeline: &Timeline, date: i32, how: &str) -> Option<Datum> {
    const ROLLS: [&str; 8] = [
        "forward",
        "following",
        "backward",
        "preceding",
        "modifiedfollowing",
        "modifiedpreceding",
        "nat",
        "raise",
    ];
    if !ROLLS.contains(&how) {
        raise(Error::parameter(
            format!("roll must be one of {}, not \"{how}\"", ROLLS.join(", ")),
            format!("Rolls are {}.", ROLLS.join(", ")),
        ));
    }
    let date = day(date);
    if timeline.is_business_day(date) {
        return Some(Datum::from(date));
    }
    let step = |n: i64| timeline.add_days(date, n);
    let month = |d: i32| slaops_core::calendar::hours::date(d).map(|d| chrono::Datelike::month(&d));
    let modified = |n: i64| {
        step(n)
            .filter(|d| month(*d) == month(date))
            .or_else(|| step(-n))
    };
    let rolled = match how {
        "forward" | "following" => step(1),
        "backward" | "preceding" => step(-1),
        "modifiedfollowing" => modified(1),
        "modifiedpreceding" => modified(-1),
        "raise" => raise(Error::parameter(
            "the date is not a business day",
            "Roll \"forward\" or \"backward\" to take the next or the last one.",
        )),
        _ => None,
    };
    rolled.map(Datum::from)
}

fn open_periods(timeline: Rc<Timeline>, from: i64, to: i64) -> Box<dyn Iterator<Item = Datum>> {
    let mut at = from;
    Box::new(std::iter::from_fn(move || {
        let (opens, closes) = timeline.period(at, to)?;
        at = closes;
        // Where an infinite bound cut it, the range has that bound and not the end of Postgres's time.
        let lower = if from == i64::MIN && opens == FIRST {
            from
        } else {
            opens
        };
        let upper = if to == i64::MAX && closes == END {
            to
        } else {
            closes
        };
        Some(new_range(lower, upper))
    }))
}

for_calendars_and_names! {
    business_minutes(timeline, args, 0) {
        from_float8(timeline.minutes(args.int8(1), args.int8(2)))
    }

    business_minutes_range(timeline, args, 0) {
        let (from, to) = range(args, 1).unwrap_or((0, 0));
        from_float8(timeline.minutes(from, to))
    }

    business_interval(timeline, args, 0) {
        match timeline.between(args.int8(1), args.int8(2)) {
            Some(micros) => from_interval(0, 0, micros),
            None => raise(Error::new(
                SqlState::DatetimeOverflow,
                "the open time between these instants is infinite or longer than an interval",
                "Use business_minutes, which gives Infinity, or a finite instant.",
            )),
        }
    }

    business_add(timeline, args, 0) {
        from_int8(add(timeline, args.int8(1), args.float8(2)))
    }

    business_add_interval(timeline, args, 0) {
        let at = args.int8(1);
        from_int8(timeline.add(at, interval(timeline, at, args, 2)))
    }

    is_open(timeline, args, 0) {
        from_bool(timeline.is_open(args.int8(1)))
    }

    next_open(timeline, args, 0) {
        args.or_null(timeline.next_open(args.int8(1)).map(from_int8))
    }

    next_close(timeline, args, 0) {
        args.or_null(timeline.next_close(args.int8(1)).map(from_int8))
    }

    prev_open(timeline, args, 0) {
        args.or_null(timeline.prev_open(args.int8(1)).map(from_int8))
    }

    prev_close(timeline, args, 0) {
        args.or_null(timeline.prev_close(args.int8(1)).map(from_int8))
    }

    business_ordinal(timeline, args, 0) {
        from_int8(timeline.ordinal(args.int8(1)))
    }

    business_days(timeline, args, 0) {
        business_days(timeline, args.int4(1), args.int4(2))
    }

    business_day_add(timeline, args, 0) {
        business_day_add(timeline, args.int4(1), args.int4(2))
    }

    roll(timeline, args, 0) {
        let rolled = roll(timeline, args.int4(1), &args.word(2, "a roll"));
        args.or_null(rolled)
    }
}

pg_functions! {
    fn slaops_open_periods(args) {
        srf::rows(args, || {
            open_periods(call_site::shared(args, 0), args.int8(1), args.int8(2))
        })
    }

    fn slaops_open_periods_by_name(args) {
        srf::rows(args, || {
            open_periods(calendars::shared(args, 0), args.int8(1), args.int8(2))
        })
    }
}
