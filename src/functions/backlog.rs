//! The backlog at past instants.

use super::history::events;
use crate::args::evaluation::{ReadTicket, loaded};
use crate::args::row;
use crate::ffi::datum::{self, Elements, arg, from_float8, from_int8, from_text, is_null};
use crate::ffi::report::{OrRaise, raise};
use crate::ffi::{pg_functions, srf};
use pgrx::pg_sys::{Datum, FunctionCallInfo};
use slaops_core::error::Error;
use slaops_core::memory;
use slaops_core::sla::attainment::Evaluation;
use slaops_core::sla::backlog::{MAX_INSTANTS, MAX_PERIODS, levels, snapshots};
use slaops_core::time::MINUTE;

/// Argument `i`, an array of instants.
unsafe fn instants(fcinfo: FunctionCallInfo, i: usize, most: usize) -> Vec<Option<i64>> {
    unsafe {
        if is_null(fcinfo, i) {
            return Vec::new();
        }
        let items = Elements::of(arg(fcinfo, i), datum::INSTANTS, most, "instants");
        memory::collect(items.map(|d| d.map(|d| d.value() as i64))).or_raise()
    }
}

/// Instants to be looked at, in order; the ends of time are none.
unsafe fn looked_at(fcinfo: FunctionCallInfo, i: usize) -> Vec<i64> {
    unsafe {
        let found = instants(fcinfo, i, MAX_INSTANTS);
        let mut list = memory::collect(found.into_iter().flatten()).or_raise();
        if let Some(end) = list.iter().find(|at| matches!(**at, i64::MAX | i64::MIN)) {
            raise(Error::parameter(
                format!(
                    "the backlog at {}infinity is not known",
                    if *end == i64::MIN { "-" } else { "" }
                ),
                "Give finite instants.",
            ));
        }
        list.sort_unstable();
        list.dedup();
        list
    }
}

/// (ticket, history, instants, policy_set): a row for each instant at which the ticket was open.
unsafe fn snapshot_rows(fcinfo: FunctionCallInfo, read: ReadTicket<'_>) -> Datum {
    unsafe {
        srf::rows(fcinfo, || {
            let loaded = loaded(fcinfo, 3);
            let ticket = read(fcinfo, 0, &loaded);
            let list = looked_at(fcinfo, 2);
            let terms = Evaluation {
                preset: &loaded.preset,
                calendars: loaded.as_ref(),
                default_calendar: loaded.default_calendar.as_deref(),
                calendar_override: None,
                as_of: i64::MAX,
                summary_only: true,
                targets_only: true,
            };
            let found = snapshots(&loaded.rules, &terms, &ticket, events(fcinfo, 1), &list);
            let descriptor = srf::descriptor(fcinfo);
            let text = |t: Option<&str>| t.map(|t| from_text(t));
            // Sums stop at the largest number.
            let minutes = |m: i64| match m {
                i64::MAX => Some(from_float8(f64::INFINITY)),
                m => Some(from_float8(m as f64 / MINUTE)),
            };
            let mut tuples = Vec::new();
            for s in found.or_raise() {
                let policy = s.policy.map(|p| &loaded.rules.matcher.policies[p]);
                let mut columns = [
                    Some(from_int8(s.at)),
                    text(s.status),
                    text(s.state),
                    text(s.group),
                    text(s.assignee),
                    text(s.priority),
                    text(policy.map(|p| p.name.as_str())),
                    minutes(s.age),
                    s.age_open.and_then(minutes),
                    minutes(s.debt),
                    Some(Datum::from(s.breached as i32)),
                    text(Some(s.risk.name())),
                    s.next_due_at.map(from_int8),
                ];
                srf::push(&mut tuples, descriptor, &mut columns);
            }
            Box::new(tuples.into_iter())
        })
    }
}

pg_functions! {
    fn slaops_backlog_snapshots(fcinfo) {
        snapshot_rows(fcinfo, row::record)
    }

    fn slaops_backlog_snapshots_json(fcinfo) {
        snapshot_rows(fcinfo, row::object)
    }

    /// (opened, closed, instants): how many are open at each instant.
    fn slaops_backlog_at(fcinfo) {
        srf::rows(fcinfo, || {
            let opened = instants(fcinfo, 0, MAX_PERIODS);
            let closed = instants(fcinfo, 1, MAX_PERIODS);
            let found = levels(&opened, &closed, &looked_at(fcinfo, 2)).or_raise();
            let descriptor = srf::descriptor(fcinfo);
            Box::new(found.into_iter().map(move |l| {
                let columns = [l.at, l.opened, l.closed, l.open];
                srf::tuple(descriptor, &mut columns.map(|c| Some(from_int8(c))))
            }))
        })
    }
}
