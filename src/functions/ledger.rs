//! Clocks and tickets explained segment by segment, and clocks under terms that change.

use super::{calendar, clock};
use crate::cache::{calendars, call_site};
use crate::ffi::args::{Args, MAX_CALENDAR};
use crate::ffi::report::{OrRaise, raise};
use crate::ffi::results::{from_float8, from_int8, from_interval, from_text};
use crate::ffi::srf::RowType;
use crate::ffi::{pg_functions, srf};
use pgrx::pg_sys::Datum;
use slaops_core::business_time::Timeline;
use slaops_core::error::Error;
use slaops_core::memory;
use slaops_core::sla::attainment::EffectiveAt;
use slaops_core::sla::clock::Clock;
use slaops_core::sla::ledger::{self, Segment, Versions};
use slaops_core::sla::policy::Amount;
use slaops_core::sla::terms::{self, MAX_VERSIONS, SlaVersion};
use slaops_core::time::MICROS_PER_MINUTE;

fn minutes(micros: Option<i64>) -> Datum {
    from_float8(micros.map_or(f64::INFINITY, |m| m as f64 / MICROS_PER_MINUTE))
}

/// A target as an interval.
pub fn interval_of(amount: Amount) -> Datum {
    from_interval(amount.months, amount.days, amount.micros)
}

/// The columns of a segment.
pub fn columns(segment: &Segment, note: Option<String>) -> [Option<Datum>; 7] {
    [
        Some(from_int8(segment.from)),
        Some(from_int8(segment.to)),
        Some(from_text(segment.state.name())),
        Some(minutes(segment.open)),
        Some(minutes(segment.total)),
        segment.crossed.map(from_int8),
        note.map(|n| from_text(&n)),
    ]
}

fn tuples(args: Args<'_>, book: &[Segment], pieces: &[(i64, Versions)]) -> Vec<Datum> {
    let row_type = RowType::of(args);
    let mut rows = Vec::new();
    for s in book {
        row_type.push(&mut rows, &columns(s, ledger::note(pieces, s)));
    }
    rows
}

/// (clock, calendar, target, as_of)
fn explain(args: Args<'_>, timeline: &Timeline, versions: Versions) -> Vec<Datum> {
    let clock = clock::clock_arg(args, 0);
    let target = clock::target(timeline, args, 2);
    let as_of = args.int8(3);
    let book = ledger::ledger(clock.signals(), timeline, Some(target), as_of, &[]);
    tuples(args, &book, &[(i64::MIN, versions)])
}

/// What each term has, none of it null.
fn known<T>(items: impl Iterator<Item = Option<T>>) -> Vec<T> {
    let known = items.map(|item| {
        item.ok_or_else(|| {
            Error::parameter(
                "a term must have an instant, a calendar and a target",
                "Give all three; '-infinity' for terms that held from the beginning.",
            )
        })
    });
    memory::try_collect(known).or_raise()
}

/// Arguments `i` to `i + 2`: instants, calendars and targets.
fn terms_arg(args: Args<'_>, i: usize) -> (Vec<SlaVersion>, Vec<(i64, Versions)>) {
    let from = known(args.instants(i, MAX_VERSIONS, "terms"));
    let names = known(args.texts(i + 1, MAX_VERSIONS, "terms"));
    let targets = known(args.intervals(i + 2, MAX_VERSIONS, "terms"));
    let mut list = Vec::with_capacity(from.len());
    let mut pieces = Vec::with_capacity(from.len());
    for ((from, name), target) in from.into_iter().zip(names).zip(targets) {
        let target = Amount {
            months: target.month,
            days: target.day,
            micros: target.time,
            business_days: false,
        };
        if target.days < 0
            || target.micros < 0
            || target.months | target.days == 0 && target.micros == 0
        {
            raise(Error::parameter(
                "a target must be above zero",
                "Give the time allowed, such as '8 hours' or '2 days'.",
            ));
        }
        let name = name.limited(MAX_CALENDAR, "a calendar");
        pieces.push((from, calendars::versions(&name)));
        list.push(SlaVersion {
            from,
            timeline: calendars::resolved(&name),
            target,
        });
    }
    pieces.sort_by_key(|p: &(i64, Versions)| p.0);
    (terms::sorted(list).or_raise(), pieces)
}

fn which(args: Args<'_>, i: usize, name: &str, known: &[&'static str]) -> EffectiveAt {
    let text = args.word(i, name);
    let found = EffectiveAt::parse(&text).filter(|_| known.contains(&text.as_ref()));
    found.unwrap_or_else(|| {
        raise(Error::parameter(
            format!("{name} must be one of {}, not \"{text}\"", known.join(", ")),
            format!("It is one of {}.", known.join(", ")),
        ))
    })
}

/// Arguments `i` and `i + 1`: which target and which calendar count.
fn switches(args: Args<'_>, i: usize) -> (EffectiveAt, EffectiveAt) {
    let target = which(args, i, "target_at", &["event", "current", "first"]);
    let calendar = which(
        args,
        i + 1,
        "calendar_at",
        &["each", "event", "current", "first"],
    );
    (target, calendar)
}

fn clock_of(args: Args<'_>) -> Clock<'_> {
    clock::clock_arg(args, 0)
}

pg_functions! {
    fn slaops_explain(args) {
        srf::rows(args, || {
            let versions = vec![(calendar::read(args, 1), None, None)];
            let timeline = call_site::shared(args, 1);
            Box::new(explain(args, &timeline, versions).into_iter())
        })
    }

    fn slaops_explain_by_name(args) {
        srf::rows(args, || {
            let timeline = calendars::shared(args, 1);
            let versions = calendars::versions(&args.text(1));
            Box::new(explain(args, &timeline, versions).into_iter())
        })
    }

    /// (clock, instants, calendars, targets, as_of, target_at, calendar_at)
    fn slaops_explain_terms(args) {
        srf::rows(args, || {
            let (list, pieces) = terms_arg(args, 1);
            let clock = clock_of(args);
            let as_of = args.int8(4);
            let switches = switches(args, 5);
            let book = terms::with_open_time(clock, &list, as_of, switches, |open, target| {
                ledger::ledger(clock.signals(), open, Some(target), as_of, &[])
            });
            Box::new(tuples(args, &book.or_raise(), &pieces).into_iter())
        })
    }

    /// (clock, instants, calendars, targets, as_of, target_at, calendar_at, warn_fraction)
    fn slaops_standing_terms(args) {
        let (list, _) = terms_arg(args, 1);
        let as_of = args.int8(4);
        let warn = clock::warn_fraction(args, 7);
        let found = terms::outcome(clock_of(args), &list, as_of, switches(args, 5), warn).or_raise();
        let now = &found.standing;
        let left = match (found.target_micros, now.elapsed) {
            (i64::MAX, _) => f64::INFINITY,
            (_, None) => f64::NEG_INFINITY,
            (target, Some(e)) => target.saturating_sub(e) as f64 / MICROS_PER_MINUTE,
        };
        let columns = [
            Some(from_text(now.status.name())),
            now.started_at.map(from_int8),
            now.stopped_at.map(from_int8),
            Some(minutes(now.elapsed)),
            Some(minutes(now.paused)),
            Some(interval_of(found.target)),
            Some(from_float8(left)),
            now.due_at.map(from_int8),
            found.promised_due_at.map(from_int8),
            now.breached_at.map(from_int8),
        ];
        RowType::of(args).tuple(&columns)
    }
}
