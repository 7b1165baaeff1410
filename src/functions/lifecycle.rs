//! A ticket's life in one row, and its events as rows again.

use super::history::events;
use crate::args::evaluation::{ReadTicket, as_of, evaluation, policy_set};
use crate::args::row;
use crate::ffi::args::Args;
use crate::ffi::pg_functions;
use crate::ffi::results::{
    from_bool, from_float8, from_floats, from_instants, from_int8, from_texts,
};
use crate::ffi::srf::{Column, Table};
use pgrx::pg_sys::Datum;
use slaops_core::sla::history::NO_SEQ;
use slaops_core::sla::lifecycle;
use slaops_core::sla::status::TicketState;
use slaops_core::time::{MICROS_PER_MINUTE, SECOND};

/// (ticket, history, policy_set, as_of): one row, none for a ticket that did not exist yet.
fn lifecycle_row(args: Args<'_>, read: ReadTicket) -> Datum {
    let policy_set = policy_set(args, 2);
    let ticket = read(args, 0, &policy_set);
    let evaluation = evaluation(args, 3, &policy_set, None);
    let found = lifecycle::lifecycle(&policy_set.rules, &evaluation, &ticket, events(args, 1));
    let mut table = Table::of(args);
    let Some(life) = found else {
        return table.done(args);
    };
    let instant = |at: Option<i64>| Column::from(at.map(from_int8));
    let count = |n: u32| Column::Value(Datum::from(n as i32));
    let minutes =
        |m: Option<i64>| Column::from(m.map(|m| from_float8(m as f64 / MICROS_PER_MINUTE)));
    let policy = life.policy.map(|p| &policy_set.rules.matcher.policies[p]);
    let group_minutes = life.group_open.as_ref();
    let group_minutes: Option<Vec<f64>> =
        group_minutes.map(|list| list.iter().map(|m| *m as f64 / MICROS_PER_MINUTE).collect());
    let states: Vec<_> = life.states.iter().map(|s| s.name()).collect();
    table.put([
        from_int8(life.created_at).into(),
        instant(life.first_assigned_at),
        instant(life.first_response_at),
        life.first_response_by.into(),
        instant(life.first_solved_at),
        instant(life.solved_at),
        instant(life.closed_at),
        from_bool(life.open).into(),
        life.status.into(),
        life.state.map(TicketState::name).into(),
        life.group.into(),
        life.assignee.into(),
        life.priority.into(),
        policy.map(|p| p.name.as_str()).into(),
        life.calendar.as_deref().into(),
        from_texts(&states).into(),
        from_texts(&life.groups).into(),
        group_minutes.map(|list| from_floats(&list)).into(),
        count(life.reopens),
        from_instants(&life.open_from).into(),
        from_instants(&life.open_to).into(),
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
        from_bool(life.settled).into(),
        instant(life.last_event_at),
        instant(life.next_event_at),
    ]);
    table.done(args)
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
        let mut table = Table::of(args);
        for e in events(args, 0) {
            table.put([
                from_int8(e.at).into(),
                e.kind_as_row().into(),
                e.role.into(),
                e.actor.into(),
                e.field.into(),
                e.old.into(),
                e.new.into(),
                e.public.map(from_bool).into(),
                (e.seq != NO_SEQ).then(|| from_int8(e.seq)).into(),
            ]);
        }
        table.done(args)
    }

    /// (history, policy_set, as_of): each event until then, and the one that follows it.
    fn slaops_event_transitions(args) {
        let policy_set = policy_set(args, 1);
        let as_of = as_of(args, 2);
        let events = events(args, 0);
        let happened = events.partition_point(|e| e.at <= as_of);
        let mut table = Table::of(args);
        let steps = lifecycle::steps(&policy_set.rules.states, &events[..happened]);
        for (number, (e, step)) in events.iter().zip(&steps).enumerate() {
            let next = events[..happened].get(number + 1);
            let minutes = next.map(|n| (n.at - e.at) as f64 / SECOND as f64 / 60.0);
            table.put([
                from_int8(number as i64 + 1).into(),
                step.activity.as_ref().into(),
                from_int8(e.at).into(),
                e.role.into(),
                e.actor.into(),
                steps.get(number + 1).map(|s| s.activity.as_ref()).into(),
                next.map(|n| from_int8(n.at)).into(),
                minutes.map(from_float8).into(),
                (e.seq != NO_SEQ).then(|| from_int8(e.seq)).into(),
                e.old.into(),
                e.new.into(),
                step.state_step.and_then(|place| steps[place].state()).into(),
                from_int8(step.times.into()).into(),
            ]);
        }
        table.done(args)
    }
}
