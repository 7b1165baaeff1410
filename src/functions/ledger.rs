//! Clocks and tickets explained segment by segment, and clocks under terms that change.

use super::{calendar, clock};
use crate::cache::{call_site, registry};
use crate::ffi::datum::{self, Elements, arg, from_float8, from_int8, from_text};
use crate::ffi::report::{OrRaise, raise};
use crate::ffi::{pg_functions, srf};
use pgrx::pg_sys::{self, Datum, FunctionCallInfo};
use slaops_core::business_time::Timeline;
use slaops_core::error::Error;
use slaops_core::memory;
use slaops_core::sla::attainment::EffectiveAt;
use slaops_core::sla::clock::Clock;
use slaops_core::sla::ledger::{self, Segment, Versions};
use slaops_core::sla::policy::Amount;
use slaops_core::sla::terms::{self, MAX_VERSIONS, SlaVersion};
use slaops_core::time::MINUTE;

unsafe fn minutes(micros: Option<i64>) -> Datum {
    from_float8(micros.map_or(f64::INFINITY, |m| m as f64 / MINUTE))
}

/// The columns of a segment.
pub unsafe fn columns(segment: &Segment, note: Option<String>) -> [Option<Datum>; 7] {
    unsafe {
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
}

unsafe fn tuples(
    fcinfo: FunctionCallInfo,
    book: &[Segment],
    pieces: &[(i64, Versions)],
) -> Vec<Datum> {
    unsafe {
        let descriptor = srf::descriptor(fcinfo);
        let mut rows = Vec::new();
        for s in book {
            srf::push(
                &mut rows,
                descriptor,
                &mut columns(s, ledger::note(pieces, s)),
            );
        }
        rows
    }
}

/// (clock, calendar, target, as_of)
unsafe fn explain(fcinfo: FunctionCallInfo, timeline: &Timeline, versions: Versions) -> Vec<Datum> {
    unsafe {
        let clock = clock::clock_arg(fcinfo, 0);
        let target = clock::target(timeline, fcinfo, 2);
        let as_of = datum::int8(fcinfo, 3);
        let book = ledger::ledger(clock.signals(), timeline, Some(target), as_of, &[]);
        tuples(fcinfo, &book, &[(i64::MIN, versions)])
    }
}

/// An argument that is an array without nulls.
unsafe fn array(fcinfo: FunctionCallInfo, i: usize, element: datum::Element) -> Vec<Datum> {
    unsafe {
        let items = Elements::of(arg(fcinfo, i), element, MAX_VERSIONS, "terms");
        let known = items.map(|item| {
            item.ok_or_else(|| {
                Error::parameter(
                    "a term has no instant, calendar or target",
                    "Give all three; '-infinity' for terms that held from the beginning.",
                )
            })
        });
        memory::try_collect(known).or_raise()
    }
}

/// Arguments `i` to `i + 2`: instants, calendars and targets.
unsafe fn terms_arg(fcinfo: FunctionCallInfo, i: usize) -> (Vec<SlaVersion>, Vec<(i64, Versions)>) {
    unsafe {
        let from = array(fcinfo, i, datum::INSTANTS);
        let names = array(fcinfo, i + 1, datum::TEXTS);
        let targets = array(fcinfo, i + 2, datum::INTERVALS);
        let mut list = Vec::with_capacity(from.len());
        let mut pieces = Vec::with_capacity(from.len());
        for ((from, name), target) in from.iter().zip(names).zip(targets) {
            let interval = *target.cast_mut_ptr::<pg_sys::Interval>();
            let target = Amount {
                months: interval.month,
                days: interval.day,
                micros: interval.time,
                business_days: false,
            };
            if target.days < 0
                || target.micros < 0
                || interval.month | interval.day == 0 && target.micros == 0
            {
                raise(Error::parameter(
                    "a target of zero or less",
                    "Give the time allowed, such as '8 hours' or '2 days'.",
                ));
            }
            datum::check_bytes(name, datum::MAX_CALENDAR, "a calendar");
            let name = datum::text(name);
            pieces.push((from.value() as i64, registry::calendars(&name)));
            list.push(SlaVersion {
                from: from.value() as i64,
                timeline: registry::resolved(&name),
                target,
            });
        }
        pieces.sort_by_key(|p: &(i64, Versions)| p.0);
        (terms::sorted(list).or_raise(), pieces)
    }
}

unsafe fn which(
    fcinfo: FunctionCallInfo,
    i: usize,
    name: &str,
    known: &[&'static str],
) -> EffectiveAt {
    unsafe {
        let text = datum::word(fcinfo, i, name);
        let found = EffectiveAt::parse(&text).filter(|_| known.contains(&text.as_ref()));
        found.unwrap_or_else(|| {
            raise(Error::parameter(
                format!("{name} is \"{text}\""),
                format!("It is one of {}.", known.join(", ")),
            ))
        })
    }
}

/// Arguments `i` and `i + 1`: which target and which calendar count.
unsafe fn switches(fcinfo: FunctionCallInfo, i: usize) -> (EffectiveAt, EffectiveAt) {
    unsafe {
        let target = which(fcinfo, i, "target_at", &["event", "current", "first"]);
        let calendar = which(
            fcinfo,
            i + 1,
            "calendar_at",
            &["each", "event", "current", "first"],
        );
        (target, calendar)
    }
}

unsafe fn clock_of<'a>(fcinfo: FunctionCallInfo) -> Clock<'a> {
    unsafe { clock::clock_arg(fcinfo, 0) }
}

pg_functions! {
    fn slaops_explain(fcinfo) {
        srf::rows(fcinfo, || {
            let versions = vec![(calendar::read(fcinfo, 1), None, None)];
            let timeline = call_site::shared(fcinfo, 1);
            Box::new(explain(fcinfo, &timeline, versions).into_iter())
        })
    }

    fn slaops_explain_by_name(fcinfo) {
        srf::rows(fcinfo, || {
            let timeline = registry::shared(fcinfo, 1);
            let versions = registry::calendars(&datum::text(arg(fcinfo, 1)));
            Box::new(explain(fcinfo, &timeline, versions).into_iter())
        })
    }

    /// (clock, instants, calendars, targets, as_of, target_at, calendar_at)
    fn slaops_explain_terms(fcinfo) {
        srf::rows(fcinfo, || {
            let (list, pieces) = terms_arg(fcinfo, 1);
            let clock = clock_of(fcinfo);
            let as_of = datum::int8(fcinfo, 4);
            let switches = switches(fcinfo, 5);
            let book = terms::with_open_time(clock, &list, as_of, switches, |open, target| {
                ledger::ledger(clock.signals(), open, Some(target), as_of, &[])
            });
            Box::new(tuples(fcinfo, &book.or_raise(), &pieces).into_iter())
        })
    }

    /// (clock, instants, calendars, targets, as_of, target_at, calendar_at, warn_fraction)
    fn slaops_standing_terms(fcinfo) {
        let (list, _) = terms_arg(fcinfo, 1);
        let as_of = datum::int8(fcinfo, 4);
        let warn = clock::warn_fraction(fcinfo, 7);
        let found = terms::outcome(clock_of(fcinfo), &list, as_of, switches(fcinfo, 5), warn).or_raise();
        let now = &found.standing;
        let left = match (found.target_micros, now.elapsed) {
            (i64::MAX, _) => f64::INFINITY,
            (_, None) => f64::NEG_INFINITY,
            (target, Some(e)) => target.saturating_sub(e) as f64 / MINUTE,
        };
        let mut columns = [
            Some(from_text(now.status)),
            now.started_at.map(from_int8),
            now.stopped_at.map(from_int8),
            Some(minutes(now.elapsed)),
            Some(minutes(now.paused)),
            Some(datum::from_amount(found.target)),
            Some(from_float8(left)),
            now.due_at.map(from_int8),
            found.promised_due_at.map(from_int8),
            now.breached_at.map(from_int8),
        ];
        srf::tuple(srf::descriptor(fcinfo), &mut columns)
    }
}
