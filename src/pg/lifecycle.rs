//! A ticket's life in one row, and its events as rows again.

use super::attainment::{ReadTicket, loaded, terms};
use super::datum::{arg, from_bool, from_float8, from_int8, from_text, is_null};
use super::history::events;
use super::{pg_functions, row, srf};
use crate::history::NO_SEQ;
use crate::lifecycle;
use crate::timeline::MINUTE;
use pgrx::pg_sys::{self, Datum, FunctionCallInfo};

/// An array of texts.
unsafe fn texts(list: &[&str]) -> Datum {
    unsafe {
        let mut items: Vec<Datum> = list.iter().map(|t| from_text(t)).collect();
        let array = pg_sys::construct_array(
            items.as_mut_ptr(),
            items.len() as i32,
            pg_sys::TEXTOID,
            -1,
            false,
            b'i' as std::ffi::c_char,
        );
        Datum::from(array)
    }
}

/// An array of numbers.
unsafe fn numbers(list: impl Iterator<Item = f64>) -> Datum {
    unsafe {
        let mut items: Vec<Datum> = list.map(from_float8).collect();
        let array = pg_sys::construct_array(
            items.as_mut_ptr(),
            items.len() as i32,
            pg_sys::FLOAT8OID,
            8,
            true,
            b'd' as std::ffi::c_char,
        );
        Datum::from(array)
    }
}

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
                Some(texts(&life.states)),
                Some(texts(&life.groups)),
                (life.group_open.len() == life.groups.len())
                    .then(|| numbers(life.group_open.iter().map(|m| *m as f64 / MINUTE))),
                count(life.reopens),
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
            (*(*fcinfo).args.as_mut_ptr()).value = Datum::from(copy);
            let list = events(fcinfo, 0);
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
