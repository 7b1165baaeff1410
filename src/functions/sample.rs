//! The sample's tickets, events and agents as rows, made as they are asked for.

use crate::ffi::args::Args;
use crate::ffi::report::OrRaise;
use crate::ffi::results::{from_bool, from_float8, from_int8, from_text};
use crate::ffi::srf::RowType;
use crate::ffi::{json, pg_functions, srf};
use pgrx::IntoDatum;
use pgrx::pg_sys::Datum;
use slaops_core::sample::people::GROUPS;
use slaops_core::sample::{Actor, Event, Sample, Ticket, Value};
use slaops_core::time::DAY;

/// (tickets integer, seed bigint, until timestamptz)
fn sample(args: Args<'_>) -> Sample {
    let (tickets, seed, until) = (args.int4(0), args.int8(1), args.int8(2));
    Sample::new(i64::from(tickets), seed, until).or_raise()
}

fn agent(sample: &Sample, number: usize) -> Datum {
    from_text(&sample.people.agents[number].name())
}

fn ticket(row_type: RowType, sample: &Sample, ticket: Ticket) -> Datum {
    let text = |t: &str| Some(from_text(t));
    let columns = [
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
        json::from_text(&ticket.attributes),
    ];
    row_type.tuple(&columns)
}

fn event(
    row_type: RowType,
    sample: &Sample,
    ticket: &Ticket,
    place: usize,
    event: &Event,
) -> Datum {
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
    let columns = [
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
    row_type.tuple(&columns)
}

pg_functions! {
    fn slaops_sample_tickets(args) {
        srf::rows(args, || {
            let (row_type, sample) = (RowType::of(args), sample(args));
            Box::new((1..=sample.tickets).map(move |number| ticket(row_type, &sample, sample.ticket(number).0)))
        })
    }

    fn slaops_sample_events(args) {
        srf::rows(args, || {
            let (row_type, sample) = (RowType::of(args), sample(args));
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
                Some(event(row_type, &sample, &now.0, place - 1, &now.1[place - 1]))
            }))
        })
    }

    fn slaops_sample_agents(args) {
        srf::rows(args, || {
            let (row_type, sample) = (RowType::of(args), sample(args));
            Box::new((0..sample.people.agents.len()).map(move |number| {
                let agent = &sample.people.agents[number];
                let columns = [
                    Some(from_text(&agent.name())),
                    Some(from_text(GROUPS[agent.group])),
                    Some(from_float8(agent.fte)),
                    Some(from_float8(agent.cost_per_hour)),
                    Some(Datum::from((sample.until.div_euclid(DAY) - agent.days) as i32)),
                ];
                row_type.tuple(&columns)
            }))
        })
    }
}
