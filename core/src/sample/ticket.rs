//! The ticket's row: what its events come to.

use super::life::{Actor, Event, NewTicket, Value};
use super::people::{ENGINEERING, GROUPS, TIER_1, TIER_2};
use super::random::Random;
use super::{DAY, Sample};
use crate::sla::status::{TicketState, is_solved};
use crate::time::Timestamp;

/// One row of the table of tickets.
#[derive(Debug)]
pub struct Ticket {
    pub number: u64,
    pub created_at: Timestamp,
    pub subject: &'static str,
    pub requester: String,
    pub organization: String,
    pub brand: &'static str,
    pub region: &'static str,
    pub channel: &'static str,
    pub tier: &'static str,
    pub kind: &'static str,
    pub priority: &'static str,
    pub group: &'static str,
    pub assignee: Option<usize>,
    pub status: &'static str,
    pub solved_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
    pub csat_score: Option<f64>,
    pub cost: f64,
    pub tags: Vec<&'static str>,
    /// A JSON object.
    pub attributes: String,
}

/// The ticket as it stands after all its events.
pub fn replay(sample: &Sample, random: &mut Random, born: NewTicket, events: &[Event]) -> Ticket {
    let organization = &born.organization;
    let mut tags = vec![born.subject.1];
    if organization.tier == "enterprise" {
        tags.push("vip");
    }
    let mut ticket = Ticket {
        number: born.number,
        created_at: born.at,
        subject: born.subject.0,
        requester: format!("user-{}-{}", organization.number + 1, born.requester + 1),
        organization: format!("org-{}", organization.number + 1),
        brand: organization.brand,
        region: sample.year.regions[born.region].name,
        channel: born.channel,
        tier: organization.tier,
        kind: born.kind,
        priority: born.priority,
        group: GROUPS[TIER_1],
        assignee: None,
        status: "new",
        solved_at: None,
        closed_at: None,
        csat_score: None,
        cost: 0.0,
        tags,
        attributes: format!(
            r#"{{"churned": {}, "plan": "{}", "seats": {}}}"#,
            organization.churned, organization.plan, organization.seats
        ),
    };
    let (mut groups, mut reopened) = (0, 0);
    for event in events {
        // Who answers or solves a ticket has it.
        if let (Actor::Agent(agent), "comment" | "status") = (event.by, event.kind) {
            ticket.assignee = Some(agent);
        }
        match (event.kind, event.new) {
            ("group_name", Value::Word(group)) => {
                ticket.group = group;
                groups += 1;
            }
            ("priority", Value::Word(priority)) => ticket.priority = priority,
            ("assignee", Value::Agent(agent)) => ticket.assignee = Some(agent),
            ("status", Value::Word(status)) => {
                let solved = |status: &str| is_solved(TicketState::parse(status));
                reopened += usize::from(solved(ticket.status) && !solved(status));
                ticket.status = status;
                match status {
                    "solved" => ticket.solved_at = Some(event.at),
                    "closed" => ticket.closed_at = Some(event.at),
                    _ => (ticket.solved_at, ticket.closed_at) = (None, None),
                }
            }
            _ => {}
        }
    }
    let escalations = usize::max(groups, 1) - 1;
    if reopened > 0 {
        ticket.tags.push("reopened");
    }
    if escalations > 0 {
        ticket.tags.push("escalated");
    }
    ticket.cost = cost(random, escalations, reopened);
    // Drawn for every ticket: a later end of the year does not change what was drawn before.
    let (rated, mood) = (random.chance(0.3), random.unit() + random.unit() - 1.0);
    if let (true, Some(at)) = (rated, ticket.solved_at) {
        let days = (at - born.at) as f64 / DAY as f64;
        let score = 4.75
            - 0.9 * (reopened.min(2) as f64)
            - 0.4 * escalations as f64
            - (0.14 * days).min(1.4)
            + 1.3 * mood;
        ticket.csat_score = Some(score.round().clamp(1.0, 5.0));
    }
    ticket
}

/// Minutes of work by group, at what an hour costs, in whole cents.
fn cost(random: &mut Random, escalations: usize, reopened: usize) -> f64 {
    let mut cost = random.between(14.0, 40.0) * 35.0 / 60.0;
    let deeper = [
        (TIER_2, random.between(45.0, 110.0) * 52.0 / 60.0),
        (ENGINEERING, random.between(90.0, 210.0) * 79.0 / 60.0),
    ];
    for (group, more) in deeper {
        if escalations >= group {
            cost += more;
        }
    }
    cost += reopened as f64 * random.between(10.0, 30.0) * 35.0 / 60.0;
    (cost * 100.0).round() / 100.0
}
