//! The sample's tickets, events and agents as rows, made as they are asked for.

use crate::ffi::datum::{from_bool, from_float8, from_int8, from_text, int4, int8};
use crate::ffi::report::OrRaise;
use crate::ffi::{pg_functions, srf};
use pgrx::pg_sys::{self, Datum, FunctionCallInfo};
use pgrx::{IntoDatum, direct_function_call_as_datum};
use slaops_core::sample::people::GROUPS;
use slaops_core::sample::{Actor, DAY, Event, Sample, Ticket, Value};

/// (tickets integer, seed bigint, until timestamptz)
unsafe fn sample(fcinfo: FunctionCallInfo) -> Sample {
    unsafe {
        let (tickets, seed, until) = (int4(fcinfo, 0), int8(fcinfo, 1), int8(fcinfo, 2));
        Sample::new(i64::from(tickets), seed, until).or_raise()
    }
}

unsafe fn agent(sample: &Sample, number: usize) -> Datum {
    unsafe { from_text(&sample.people.agents[number].name()) }
}

unsafe fn ticket(descriptor: pg_sys::TupleDesc, sample: &Sample, ticket: Ticket) -> Datum {
    unsafe {
        let text = |t: &str| Some(from_text(t));
        let json = std::ffi::CString::new(ticket.attributes).unwrap_or_default();
        let json = Datum::from(json.as_ptr());
        let mut columns = [
            Some(from_int8(ticket.number as i64)),
            Some(from_int8(ticket.created_at)),
            text(ticket.subject),
            text(&ticket.requester),
            text(&ticket.organization),
            text(ticket.brand),
            text(ticket.region),
            text(ticket.channel),
            text(ticket.tier),
            text(ticket.kind),
            text(ticket.priority),
            text(ticket.group),
            ticket.assignee.map(|a| agent(sample, a)),
            text(ticket.status),
            ticket.solved_at.map(from_int8),
            ticket.closed_at.map(from_int8),
            ticket.csat_score.map(from_float8),
            Some(from_float8(ticket.cost)),
            text(&ticket.region.to_lowercase()),
            ticket.tags.into_datum(),
            direct_function_call_as_datum(pg_sys::jsonb_in, &[Some(json)]),
        ];
        srf::tuple(descriptor, &mut columns)
    }
}

unsafe fn event(
    descriptor: pg_sys::TupleDesc,
    sample: &Sample,
    ticket: &Ticket,
    place: usize,
    event: &Event,
) -> Datum {
    unsafe {
        let value = |v| match v {
            Value::None => None,
            Value::Word(word) => Some(from_text(word)),
            Value::Agent(number) => Some(agent(sample, number)),
        };
        let (role, actor) = match event.by {
            Actor::System => ("system", from_text("automation")),
            Actor::Customer => ("customer", from_text(&ticket.requester)),
            Actor::Agent(number) => ("agent", agent(sample, number)),
        };
        let mut columns = [
            Some(from_int8(ticket.number as i64)),
            Some(from_int8(event.at)),
            Some(from_text(event.kind)),
            Some(from_text(role)),
            Some(actor),
            value(event.old),
            value(event.new),
            matches!(event.kind, "created" | "comment").then(|| from_bool(true)),
            Some(from_int8(place as i64 + 1)),
        ];
        srf::tuple(descriptor, &mut columns)
    }
}

pg_functions! {
    fn slaops_sample_tickets(fcinfo) {
        srf::rows(fcinfo, || {
            let (descriptor, sample) = (srf::descriptor(fcinfo), sample(fcinfo));
            Box::new((1..=sample.tickets).map(move |number| ticket(descriptor, &sample, sample.ticket(number).0)))
        })
    }

    fn slaops_sample_events(fcinfo) {
        srf::rows(fcinfo, || {
            let (descriptor, sample) = (srf::descriptor(fcinfo), sample(fcinfo));
            let (mut number, mut place) = (1, 0);
            let mut now = sample.ticket(1);
            Box::new(std::iter::from_fn(move || {
                while place == now.1.len() {
                    if number == sample.tickets {
                        return None;
                    }
                    number += 1;
                    place = 0;
                    now = sample.ticket(number);
                }
                place += 1;
                Some(event(descriptor, &sample, &now.0, place - 1, &now.1[place - 1]))
            }))
        })
    }

    fn slaops_sample_agents(fcinfo) {
        srf::rows(fcinfo, || {
            let (descriptor, sample) = (srf::descriptor(fcinfo), sample(fcinfo));
            Box::new((0..sample.people.agents.len()).map(move |number| {
                let agent = &sample.people.agents[number];
                let mut columns = [
                    Some(from_text(&agent.name())),
                    Some(from_text(GROUPS[agent.group])),
                    Some(from_float8(agent.fte)),
                    Some(from_float8(agent.cost_per_hour)),
                    Some(Datum::from((sample.until.div_euclid(DAY) - agent.days) as i32)),
                ];
                srf::tuple(descriptor, &mut columns)
            }))
        })
    }
}
