//! A ticket's life in one row, and its events as rows again.

use super::history::events;
use crate::args::evaluation::{ReadTicket, evaluation, policy_set};
use crate::args::row;
use crate::ffi::args::Args;
use crate::ffi::report::OrRaise;
use crate::ffi::results::{
    from_bool, from_float8, from_instants, from_int8, from_text, from_texts,
};
use crate::ffi::srf::RowType;
use crate::ffi::{pg_functions, srf};
use pgrx::IntoDatum;
use pgrx::pg_sys::Datum;
use slaops_core::sla::history::{self, NO_SEQ};
use slaops_core::sla::lifecycle;
use slaops_core::sla::status::TicketState;
use slaops_core::time::MICROS_PER_MINUTE;

/// (ticket, history, policy_set, as_of): one row, none for a ticket that did not exist yet.
fn lifecycle_row(args: Args<'_>, read: ReadTicket) -> Datum {
    srf::rows(args, || {
        let policy_set = policy_set(args, 2);
        let ticket = read(args, 0, &policy_set);
        let evaluation = evaluation(args, 3, &policy_set, None);
        let found = lifecycle::lifecycle(&policy_set.rules, &evaluation, &ticket, events(args, 1));
        let Some(life) = found else {
            return Box::new(std::iter::empty());
        };
        let text = |t: Option<&str>| t.map(from_text);
        let count = |n: u32| Some(Datum::from(n as i32));
        let minutes = |m: Option<i64>| m.map(|m| from_float8(m as f64 / MICROS_PER_MINUTE));
        let policy = life.policy.map(|p| &policy_set.rules.matcher.policies[p]);
        let group_minutes = life.group_open.as_ref();
        let group_minutes: Option<Vec<f64>> =
            group_minutes.map(|list| list.iter().map(|m| *m as f64 / MICROS_PER_MINUTE).collect());
        let states: Vec<_> = life.states.iter().map(|s| s.name()).collect();
        let columns = [
            Some(from_int8(life.created_at)),
            life.first_assigned_at.map(from_int8),
            life.first_response_at.map(from_int8),
            text(life.first_response_by),
            life.first_solved_at.map(from_int8),
            life.solved_at.map(from_int8),
            life.closed_at.map(from_int8),
            Some(from_bool(life.open)),
            text(life.status),
            text(life.state.map(TicketState::name)),
            text(life.group),
            text(life.assignee),
            text(life.priority),
            text(policy.map(|p| p.name.as_str())),
            text(life.calendar.as_deref()),
            Some(from_texts(&states)),
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
        let tuple = RowType::of(args).tuple(&columns);
        Box::new(std::iter::once(tuple))
    })
}

pg_functions! {
    fn slaops_ticket_lifecycle(args) {
        lifecycle_row(args, row::record)
    }

    fn slaops_ticket_lifecycle_json(args) {
        lifecycle_row(args, row::object)
    }

    /// (history): its events, in order.
    fn slaops_history_events(args) {
        srf::rows(args, || {
            if args.is_null(0) {
                return Box::new(std::iter::empty());
            }
            // The rows outlive this call; what the argument points to may not.
            // SAFETY: the rows that are made here are all that uses it.
            let list = history::decode(unsafe { srf::lasting_bytes(args, 0) }).or_raise();
            let row_type = RowType::of(args);
            Box::new(list.into_iter().map(move |e| {
                let text = |t: Option<&str>| t.map(from_text);
                // A change is named by its field, as a row of ticket_events is.
                let kind = match (e.kind, e.field) {
                    ("change", Some(field)) => field,
                    (kind, _) => kind,
                };
                let columns = [
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
                row_type.tuple(&columns)
            }))
        })
    }
}
