//! The backlog at past instants.

use super::history::events;
use crate::args::evaluation::{ReadTicket, policy_set};
use crate::args::row;
use crate::ffi::args::Args;
use crate::ffi::report::{OrRaise, raise};
use crate::ffi::results::{from_float8, from_int8};
use crate::ffi::srf::{RowType, Table};
use crate::ffi::{pg_functions, srf};
use pgrx::pg_sys::Datum;
use slaops_core::error::Error;
use slaops_core::memory;
use slaops_core::sla::attainment::Evaluation;
use slaops_core::sla::backlog::{MAX_INSTANTS, MAX_PERIODS, levels, snapshots};
use slaops_core::sla::status::TicketState;
use slaops_core::time::MICROS_PER_MINUTE;

/// Argument `i`, an array of instants.
fn instants(args: Args<'_>, i: usize, most: usize) -> Vec<Option<i64>> {
    if args.is_null(i) {
        return Vec::new();
    }
    memory::collect(args.instants(i, most, "instants")).or_raise()
}

/// Instants to be looked at, in order; the ends of time are none.
fn looked_at(args: Args<'_>, i: usize) -> Vec<i64> {
    let found = instants(args, i, MAX_INSTANTS);
    let mut list = memory::collect(found.into_iter().flatten()).or_raise();
    if let Some(end) = list.iter().find(|at| matches!(**at, i64::MAX | i64::MIN)) {
        raise(Error::parameter(
            format!(
                "instants must be finite, not {}infinity",
                if *end == i64::MIN { "-" } else { "" }
            ),
            "Give instants such as now().",
        ));
    }
    list.sort_unstable();
    list.dedup();
    list
}

/// The instants of an array, as a call site has looked at it last: mostly it is a constant of the query, and some hundred
/// instants a ticket cost more to read than its life.
#[derive(Default)]
struct Looked {
    array: Vec<u8>,
    instants: Vec<i64>,
}

/// As [`looked_at`], read again only where the array is another one.
fn kept_instants(args: Args<'_>, i: usize) -> &[i64] {
    let kept = args.keep(Looked::default);
    let array = match args.is_null(i) {
        true => None,
        false => args.varlena(i).inline(),
    };
    if array.is_none_or(|array| *array != *kept.array) {
        kept.array.clear();
        kept.instants = looked_at(args, i);
        memory::extend(&mut kept.array, array.unwrap_or_default()).or_raise();
    }
    &kept.instants
}

/// (ticket, history, instants, policy_set): a row for each instant at which the ticket was open.
fn snapshot_rows(args: Args<'_>, read: ReadTicket) -> Datum {
    let policy_set = policy_set(args, 3);
    let ticket = read(args, 0, &policy_set);
    let list = kept_instants(args, 2);
    let terms = Evaluation {
        preset: &policy_set.preset,
        calendars: policy_set.as_ref(),
        default_calendar: policy_set.default_calendar.as_deref(),
        calendar_override: None,
        as_of: i64::MAX,
        summary_only: true,
        targets_only: true,
    };
    let found = snapshots(&policy_set.rules, &terms, &ticket, events(args, 1), list);
    // Sums stop at the largest number.
    let minutes = |m: i64| match m {
        i64::MAX => from_float8(f64::INFINITY),
        m => from_float8(m as f64 / MICROS_PER_MINUTE),
    };
    let mut table = Table::of(args);
    for s in found.or_raise() {
        let policy = s.policy.map(|p| &policy_set.rules.matcher.policies[p]);
        table.put([
            from_int8(s.at).into(),
            s.status.into(),
            s.state.map(TicketState::name).into(),
            s.group.into(),
            s.assignee.into(),
            s.priority.into(),
            policy.map(|p| p.name.as_str()).into(),
            minutes(s.age).into(),
            s.age_open.map(minutes).into(),
            minutes(s.debt).into(),
            Datum::from(s.breached as i32).into(),
            s.risk.name().into(),
            s.next_due_at.map(from_int8).into(),
        ]);
    }
    table.done(args)
}

pg_functions! {
    fn slaops_backlog_snapshots(args) {
        snapshot_rows(args, row::record)
    }

    fn slaops_backlog_snapshots_json(args) {
        snapshot_rows(args, row::object)
    }

    /// (opened, closed, instants): how many are open at each instant.
    fn slaops_backlog_at(args) {
        srf::rows(args, || {
            let opened = instants(args, 0, MAX_PERIODS);
            let closed = instants(args, 1, MAX_PERIODS);
            let found = levels(&opened, &closed, &looked_at(args, 2)).or_raise();
            let row_type = RowType::of(args);
            Box::new(found.into_iter().map(move |l| {
                let columns = [l.at, l.opened, l.closed, l.open];
                row_type.tuple(&columns.map(|c| Some(from_int8(c))))
            }))
        })
    }
}
