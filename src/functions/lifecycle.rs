//! A ticket's life in one row, and its events as rows again.

use super::history::events;
use crate::args::evaluation::{ReadTicket, loaded, terms};
use crate::args::row;
use crate::ffi::datum::{
    self, arg, from_bool, from_float8, from_instants, from_int8, from_text, from_texts, is_null,
};
use crate::ffi::report::OrRaise;
use crate::ffi::{pg_functions, srf};
use pgrx::IntoDatum;
use pgrx::pg_sys::{self, Datum, FunctionCallInfo};
use slaops_core::sla::history::{self, NO_SEQ};
use slaops_core::sla::lifecycle;
use slaops_core::time::MINUTE;

/// (ticket, history, policy_set, as_of): one row, none for a ticket that did not exist yet.
unsafe fn lifecycle_row(fcinfo: FunctionCallInfo, read: ReadTicket<'_>) -> Datum {
    unsafe {
        srf::rows(fcinfo, || {
            let loaded = loaded(fcinfo, 2);
            let ticket = read(fcinfo, 0, &loaded);
            let terms = terms(fcinfo, 3, &loaded, None);
            let found = lifecycle::lifecycle(&loaded.rules, &terms, &ticket, events(fcinfo, 1));
            let Some(life) = found else {
                return Box::new(std::iter::empty());
            };
            let text = |t: Option<&str>| t.map(|t| from_text(t));
            let count = |n: u32| Some(Datum::from(n as i32));
            let minutes = |m: Option<i64>| m.map(|m| from_float8(m as f64 / MINUTE));
            let policy = life.policy.map(|p| &loaded.rules.matcher.policies[p]);
            let group_minutes = life.group_open.as_ref();
            let group_minutes: Option<Vec<f64>> =
                group_minutes.map(|list| list.iter().map(|m| *m as f64 / MINUTE).collect());
            let mut columns = [
                Some(from_int8(life.created_at)),
                life.first_assigned_at.map(from_int8),
                life.first_response_at.map(from_int8),
                text(life.first_response_by),
                life.first_solved_at.map(from_int8),
                life.solved_at.map(from_int8),
                life.closed_at.map(from_int8),
                Some(from_bool(life.open)),
                text(life.status),
                text(life.state),
                text(life.group),
                text(life.assignee),
                text(life.priority),
                text(policy.map(|p| p.name.as_str())),
                text(life.calendar.as_deref()),
                Some(from_texts(&life.states)),
                Some(from_texts(&life.groups)),
                group_minutes.into_datum(),
                count(life.reopens),
                Some(from_instants(&life.open_from)),
                Some(from_instants(&life.open_to)),
                count(life.handoffs),
                count(life.escalations),
                count(life.assignments),
                count(life.agent_replies),
                count(life.customer_replies),
                count(life.internal_notes),
                minutes(life.cycle),
                minutes(life.cycle_open),
                minutes(life.in_state[0]),
                minutes(life.in_state[1]),
                minutes(life.in_state[2]),
                minutes(life.in_state[3]),
                Some(from_bool(life.settled)),
                life.last_event_at.map(from_int8),
                life.next_event_at.map(from_int8),
            ];
            let tuple = srf::tuple(srf::descriptor(fcinfo), &mut columns);
            Box::new(std::iter::once(tuple))
        })
    }
}

pg_functions! {
    fn slaops_ticket_lifecycle(fcinfo) {
        lifecycle_row(fcinfo, row::record)
    }

    fn slaops_ticket_lifecycle_json(fcinfo) {
        lifecycle_row(fcinfo, row::object)
    }

    /// (history): its events, in order.
    fn slaops_history_events(fcinfo) {
        srf::rows(fcinfo, || {
            if is_null(fcinfo, 0) {
                return Box::new(std::iter::empty());
            }
            // The rows outlive this call; what the argument points to may not.
            let copy = pg_sys::pg_detoast_datum_copy(arg(fcinfo, 0).cast_mut_ptr());
            let list = history::decode(datum::bytes(Datum::from(copy))).or_raise();
            let descriptor = srf::descriptor(fcinfo);
            Box::new(list.into_iter().map(move |e| {
                let text = |t: Option<&str>| t.map(|t| from_text(t));
                // A change is named by its field, as a row of ticket_events is.
                let kind = match (e.kind, e.field) {
                    ("change", Some(field)) => field,
                    (kind, _) => kind,
                };
                let mut columns = [
                    Some(from_int8(e.at)),
                    text(Some(kind)),
                    text(e.role),
                    text(e.actor),
                    text(e.field),
                    text(e.old),
                    text(e.new),
                    e.public.map(from_bool),
                    (e.seq != NO_SEQ).then(|| from_int8(e.seq)),
                ];
                srf::tuple(descriptor, &mut columns)
            }))
        })
    }
}
