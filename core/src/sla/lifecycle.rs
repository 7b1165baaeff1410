//! The lifecycle of a ticket in one row: when it was answered, solved and reopened, its groups and assignee, and the open
//! time in each state.

use crate::sla::attainment::{Calendars, Evaluation, calendar};
use crate::sla::clock::SignalKind;
use crate::sla::history::Event;
use crate::sla::metric::ASSIGNEE;
use crate::sla::status::{States, TicketState, is_solved};
use crate::sla::ticket::{Rules, Ticket, TicketReplay};
use crate::time::Timestamp;
use std::borrow::Cow;
use std::collections::HashMap;

/// A ticket's life up to an instant. Amounts are microseconds, open ones by the ticket's calendar.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lifecycle<'a> {
    pub created_at: Timestamp,
    /// The first event that named an assignee.
    pub first_assigned_at: Option<Timestamp>,
    /// The first public comment of an agent.
    pub first_response_at: Option<Timestamp>,
    pub first_response_by: Option<&'a str>,
    pub first_solved_at: Option<Timestamp>,
    /// When it was last solved; None while it is open, or if the instant is not known.
    pub solved_at: Option<Timestamp>,
    /// When it last became closed; None while it is not.
    pub closed_at: Option<Timestamp>,
    pub open: bool,
    pub status: Option<&'a str>,
    pub state: Option<TicketState>,
    pub group: Option<&'a str>,
    pub assignee: Option<&'a str>,
    pub priority: Option<&'a str>,
    pub policy: Option<usize>,
    pub calendar: Option<String>,
    /// States in their order; a state that follows itself is one.
    pub states: Vec<TicketState>,
    pub groups: Vec<&'a str>,
    /// Open time with each of the groups until it was solved, solved stretches not counted; None when no
    /// calendar is known.
    pub group_open: Option<Vec<i64>>,
    /// How often it left solved or closed for another state.
    pub reopens: u32,
    /// When it began to be open: its creation, and each time it was opened again.
    pub open_from: Vec<i64>,
    /// When each of these periods ended; one fewer while it is open. Both are empty if it is solved at an
    /// unknown instant.
    pub open_to: Vec<i64>,
    /// How often it went from one group to another.
    pub handoffs: u32,
    /// How often it went to a group that had not had it.
    pub escalations: u32,
    pub assignments: u32,
    pub agent_replies: u32,
    pub customer_replies: u32,
    pub internal_notes: u32,
    /// From creation to the solution, or until now; None without a bound.
    pub cycle: Option<i64>,
    pub cycle_open: Option<i64>,
    /// Open time in the states new, open, pending and hold.
    pub in_state: [Option<i64>; 4],
    /// Nothing in it changes as time goes by.
    pub settled: bool,
    pub last_event_at: Option<Timestamp>,
    /// The first event after the instant looked at.
    pub next_event_at: Option<Timestamp>,
}

/// A ticket's life up to `terms.as_of`; None when it was not created by then.
pub fn lifecycle<'a, C: Calendars>(
    rules: &'a Rules,
    evaluation: &Evaluation<'_, C>,
    ticket: &'a Ticket<'_>,
    events: Vec<Event<'a>>,
) -> Option<Lifecycle<'a>> {
    let as_of = evaluation.as_of;
    let happened = events.partition_point(|e| e.at <= as_of);
    let replay = rules.replay(events.clone(), ticket, as_of)?;
    let mut row = Lifecycle {
        created_at: replay.created_at,
        last_event_at: happened.checked_sub(1).map(|i| events[i].at),
        next_event_at: events.get(happened).map(|e| e.at),
        ..Lifecycle::default()
    };
    count(&mut row, &events[..happened]);
    row.assignee = holder(&events, happened, ticket);
    walk(&mut row, rules, &replay);
    let phase = replay.phases.len() - 1;
    row.priority = replay.phases[phase].priority.text();
    row.policy = replay.phases[phase].policy;
    if replay.solved_at_unknown.is_some() {
        row.status = replay.solved_at_unknown;
        row.state = row.status.and_then(|s| rules.states.state_of(s));
        row.states.extend(row.state);
        row.open = false;
        row.open_from.clear();
    }
    let end = match (row.solved_at, row.open) {
        (Some(at), _) => Some(at),
        (None, true) => Some(as_of).filter(|at| *at != i64::MAX),
        (None, false) => None,
    };
    row.cycle = end.and_then(|end| end.checked_sub(replay.created_at));
    let (name, open) = calendar(rules, evaluation, &replay);
    row.calendar = name.map(str::to_owned);
    if let (Some(open), Some(end)) = (open, end) {
        row.cycle_open = open.between(replay.created_at, end);
        row.in_state = [Some(0); 4];
        row.group_open = Some(vec![0; row.groups.len()]);
        let mut turn = None::<usize>;
        for (from, to, stretch) in replay.stretches_in(replay.created_at, end) {
            crate::interrupt::check();
            let state = stretch.status.and_then(|s| rules.states.state_of(s));
            let passed = open.between(from, to);
            if let Some(group) = stretch.group {
                let next = turn.map_or(0, |t| t + usize::from(row.groups[t] != group));
                turn = Some(next);
                if !is_solved(state) {
                    row.group_open = row.group_open.zip(passed).map(|(mut sums, passed)| {
                        sums[next] = sums[next].saturating_add(passed);
                        sums
                    });
                }
            }
            if let Some(i) = TicketState::UNSOLVED.iter().position(|s| Some(*s) == state) {
                let sum = row.in_state[i].zip(passed);
                row.in_state[i] = sum.and_then(|(a, b)| a.checked_add(b));
            }
        }
    }
    let ended = |s: Option<&crate::sla::clock::Signal>| {
        s.is_some_and(|s| matches!(s.kind, SignalKind::Stop | SignalKind::Cancel))
    };
    row.settled = !row.open && replay.cycles.iter().all(|c| ended(c.signals.last()));
    Some(row)
}

/// What an event is called as an activity: `created`, `agent reply`, `internal note`, `status open` by what the status
/// means, `group billing`, or the field that changed.
pub fn activity<'a>(states: &States, event: &Event<'a>) -> Cow<'a, str> {
    let kind = event.kind_as_row();
    match kind {
        // The status of a creation is a part of it.
        "created" => Cow::Borrowed(kind),
        "comment" if event.public == Some(false) => Cow::Borrowed("internal note"),
        "comment" => match event.role.unwrap_or("unknown") {
            "agent" => Cow::Borrowed("agent reply"),
            "customer" => Cow::Borrowed("customer reply"),
            role => Cow::Owned(format!("{role} reply")),
        },
        _ => match event.field.unwrap_or(kind) {
            "status" => match event.new.map(|new| (new, states.state_of(new))) {
                Some((_, Some(state))) => Cow::Owned(format!("status {}", state.name())),
                Some((new, None)) => Cow::Owned(format!("status {new}")),
                None => Cow::Borrowed("status unknown"),
            },
            "group_name" => Cow::Owned(format!("group {}", event.new.unwrap_or("none"))),
            field => Cow::Borrowed(field),
        },
    }
}

/// An event as a step of its ticket.
#[derive(Clone, Debug, PartialEq)]
pub struct Step<'a> {
    pub activity: Cow<'a, str>,
    /// Place of the step that set the state at the time, this one included; None before the first.
    pub state_step: Option<usize>,
    /// How often this has happened by then, while the known state was not solved or closed.
    pub times: u32,
}

impl<'a> Step<'a> {
    /// What a change of status tells: the state, or the status where its meaning is unknown.
    pub fn state(&self) -> Option<&str> {
        self.activity.strip_prefix("status ")
    }
}

/// The activities of events in order.
pub fn steps<'a>(states: &States, events: &[Event<'a>]) -> Vec<Step<'a>> {
    let step = |e| Step {
        activity: activity(states, e),
        state_step: None,
        times: 0,
    };
    let mut steps: Vec<_> = events.iter().map(step).collect();
    let mut places = HashMap::<&str, u32>::new();
    let mut state_step = None;
    let mut solved = false;
    let mut found = Vec::with_capacity(steps.len());
    for (place, step) in steps.iter().enumerate() {
        if let Some(state) = step.state() {
            state_step = Some(place);
            solved = matches!(state, "solved" | "closed");
        }
        let times = places.entry(&step.activity).or_default();
        *times += u32::from(!solved);
        found.push((state_step, *times));
    }
    for (step, (state_step, times)) in steps.iter_mut().zip(found) {
        (step.state_step, step.times) = (state_step, times);
    }
    steps
}

fn count<'a>(row: &mut Lifecycle<'a>, events: &[Event<'a>]) {
    for event in events {
        let public = event.public != Some(false);
        match (event.kind, event.role) {
            ("comment", Some("agent")) if public => {
                row.agent_replies += 1;
                if row.first_response_at.is_none() && event.at >= row.created_at {
                    row.first_response_at = Some(event.at);
                    row.first_response_by = event.actor;
                }
            }
            ("comment", Some("customer")) => row.customer_replies += 1,
            ("comment", _) if !public => row.internal_notes += 1,
            _ => {}
        }
        if event.field == Some("assignee") && event.new.is_some() && event.new != event.old {
            row.assignments += 1;
            row.first_assigned_at = row.first_assigned_at.or(Some(event.at));
        }
    }
}

/// The assignee after the first `happened` events: from the last assignment among them, else the old value of the next
/// one, else from the ticket's row.
pub fn holder<'a>(
    events: &[Event<'a>],
    happened: usize,
    ticket: &'a Ticket<'_>,
) -> Option<&'a str> {
    let named = |e: &&Event<'a>| e.field == Some("assignee");
    if let Some(last) = events[..happened].iter().rev().find(named) {
        return last.new;
    }
    match events[happened..].iter().find(named) {
        Some(next) => next.old,
        None => ticket.field(ASSIGNEE).text(),
    }
}

/// States and groups in their order, and when it was solved.
fn walk<'a>(row: &mut Lifecycle<'a>, rules: &'a Rules, replay: &TicketReplay<'a>) {
    let mut was_solved = false;
    row.open = true;
    row.open_from.push(replay.created_at);
    // Events before the creation do not count.
    for (from, _, stretch) in replay.stretches_in(replay.created_at, i64::MAX) {
        let (status, group) = (stretch.status, stretch.group);
        let state = status.and_then(|s| rules.states.state_of(s));
        if let Some(state) = state
            && row.states.last() != Some(&state)
        {
            row.states.push(state);
        }
        if let Some(group) = group
            && row.groups.last() != Some(&group)
        {
            if !row.groups.is_empty() {
                row.handoffs += 1;
                row.escalations += u32::from(!row.groups.contains(&group));
            }
            row.groups.push(group);
        }
        let now_solved = is_solved(state);
        if now_solved && !was_solved {
            row.first_solved_at = row.first_solved_at.or(Some(from));
            row.solved_at = Some(from);
            row.open_to.push(from);
        }
        if was_solved && !now_solved {
            row.reopens += 1;
            row.open_from.push(from);
            row.solved_at = None;
        }
        row.closed_at = match state {
            Some(TicketState::Closed) => row.closed_at.or(Some(from)),
            _ => None,
        };
        was_solved = now_solved;
        row.open = !now_solved;
        (row.status, row.state, row.group) = (status, state, group);
    }
}
