//! The replay of a ticket: one pass over its events gives the cycles of all metrics, the policy in force at each instant,
//! and the status and group of every stretch.

use crate::sla::condition::FieldRef;
use crate::sla::history::{self, Event, NO_SEQ};
use crate::sla::metric::{
    CALENDAR, CUSTOMER_ASKED, Cycle, CycleTracker, Fields, GROUP, Metric, PRIORITY, STATE, STATUS,
};
use crate::sla::policy::Matcher;
use crate::sla::status::{States, TicketState, is_solved};
use crate::time::Timestamp;
use std::borrow::Cow;

/// Field numbers of the columns of the current event.
const EVENT: usize = 0;
const BY: usize = 1;
const ACTOR: usize = 2;
const PUBLIC: usize = 3;
const FIELD: usize = 4;
const FROM: usize = 5;
const TO: usize = 6;

/// A field of a ticket's row.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum FieldValue<'a> {
    #[default]
    Unknown,
    Text(Cow<'a, str>),
    List(Vec<String>),
}

/// A ticket's row: its current fields by number, and its instants; an instant that is not valid is None.
#[derive(Clone, Debug, Default)]
pub struct Ticket<'a> {
    pub fields: Vec<FieldValue<'a>>,
    pub created_at: Option<Timestamp>,
    pub solved_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
}

impl Ticket<'_> {
    /// Sets the instants, leaving out those that are not valid for a ticket.
    pub fn set_instants(
        &mut self,
        created_at: Option<Timestamp>,
        solved_at: Option<Timestamp>,
        closed_at: Option<Timestamp>,
    ) {
        let known = |at: Option<Timestamp>| at.filter(|at| history::is_instant(*at));
        self.created_at = known(created_at);
        self.solved_at = known(solved_at);
        self.closed_at = known(closed_at);
    }

    /// The instants of solving and closing in the row, without those before the creation.
    fn over_at(&self, created_at: Timestamp) -> (Option<i64>, Option<i64>) {
        let known = |at: Option<Timestamp>| at.filter(|at| *at >= created_at);
        (known(self.solved_at), known(self.closed_at))
    }

    /// The value of a field by its number.
    pub fn field(&self, field: usize) -> FieldRef<'_> {
        match self.fields.get(field) {
            Some(FieldValue::Text(text)) => FieldRef::Text(text),
            Some(FieldValue::List(list)) => FieldRef::List(list),
            _ => FieldRef::Unknown,
        }
    }
}

/// The compiled rules of a policy set.
pub struct Rules {
    pub fields: Fields,
    pub metrics: Vec<Metric>,
    pub states: States,
    pub matcher: Matcher,
}

/// A stretch of the ticket's life with one policy, priority and calendar.
#[derive(Clone, Debug, PartialEq)]
pub struct Phase<'a> {
    pub from: Timestamp,
    pub policy: Option<usize>,
    pub priority: FieldRef<'a>,
    pub calendar: Option<&'a str>,
    /// It begins with a version of a policy, not with a change of the ticket.
    pub from_version_boundary: bool,
}

/// A stretch of the ticket's life with one status and group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch<'a> {
    pub from: Timestamp,
    pub status: Option<&'a str>,
    pub group: Option<&'a str>,
}

/// A ticket replayed up to an instant.
pub struct TicketReplay<'a> {
    pub created_at: Timestamp,
    pub cycles: Vec<Cycle>,
    /// In order; the first also holds before its instant.
    pub phases: Vec<Phase<'a>>,
    /// In order; the first begins when the ticket is created.
    pub stretches: Vec<Stretch<'a>>,
    /// The status of a ticket that is solved at an unknown instant.
    pub solved_at_unknown: Option<&'a str>,
}

/// Adds events that the row implies: the creation, and the solution if there are no status events.
fn with_implied_events<'a>(
    events: Vec<Event<'a>>,
    ticket: &'a Ticket<'_>,
    states: &'a States,
) -> Vec<Event<'a>> {
    let mut events = events;
    let blank = Event {
        at: 0,
        seq: NO_SEQ,
        kind: "created",
        role: None,
        actor: None,
        field: None,
        old: None,
        new: None,
        public: None,
    };
    if !events.iter().any(|e| e.kind == "created") {
        let first = events.first().map(|e| e.at);
        if let Some(at) = ticket.created_at.or(first) {
            let place = events.partition_point(|e| e.at < at);
            events.insert(place, Event { at, ..blank });
        }
    }
    let has_status_events = events.iter().any(|e| e.field == Some("status"));
    let created = events.iter().find(|e| e.kind == "created").map(|c| c.at);
    if let (false, Some(created_at)) = (has_status_events, created) {
        for (at, status) in implied_solution(ticket, states, created_at) {
            let place = events.partition_point(|e| e.at <= at);
            let change = Event {
                at,
                kind: "change",
                field: Some("status"),
                new: Some(status),
                ..blank
            };
            events.insert(place, change);
        }
    }
    history::chain(&mut events);
    events
}

/// Status changes that the row implies: to solved, and from there to closed if that came later.
fn implied_solution<'a>(
    ticket: &'a Ticket<'_>,
    states: &'a States,
    created_at: Timestamp,
) -> impl Iterator<Item = (i64, &'a str)> {
    let status = ticket.field(STATUS).text();
    let state = status.and_then(|s| states.state_of(s));
    let last = status
        .filter(|_| is_solved(state))
        .unwrap_or_else(|| states.solved());
    let changes = match ticket.over_at(created_at) {
        (Some(solved), Some(closed)) if state == Some(TicketState::Closed) && solved < closed => {
            [Some((solved, states.solved())), Some((closed, last))]
        }
        (solved, closed) => [solved.or(closed).map(|at| (at, last)), None],
    };
    changes.into_iter().flatten()
}

fn from_text(text: Option<&str>) -> FieldRef<'_> {
    text.map_or(FieldRef::Unknown, FieldRef::Text)
}

impl Rules {
    /// The value of each field before the first event: the old value of its first change, else the value of the row.
    fn initial_values<'a>(
        &self,
        events: &[Event<'a>],
        ticket: &'a Ticket<'_>,
    ) -> Vec<FieldRef<'a>> {
        let count = self.fields.names().len();
        let mut values: Vec<_> = (0..count).map(|f| ticket.field(f)).collect();
        let mut seen = vec![false; count];
        for event in events {
            let Some(field) = event.field.and_then(|f| self.fields.find(f)) else {
                continue;
            };
            // A list, such as tags, keeps the value of the row: an event's text cannot be split into elements.
            if matches!(values[field], FieldRef::List(_)) {
                continue;
            }
            if !std::mem::replace(&mut seen[field], true) {
                values[field] = if event.kind == "created" {
                    FieldRef::Unknown
                } else {
                    from_text(event.old)
                };
            }
        }
        values[STATE] = FieldRef::Unknown;
        if self.is_solved_at_unknown(events, ticket) {
            values[STATUS] = FieldRef::Unknown;
        }
        values
    }

    /// Replays the ticket up to an instant; None if it was created later.
    pub fn replay<'a>(
        &'a self,
        events: Vec<Event<'a>>,
        ticket: &'a Ticket<'_>,
        as_of: Timestamp,
    ) -> Option<TicketReplay<'a>> {
        let events = with_implied_events(events, ticket, &self.states);
        let created_at = events.iter().find(|e| e.kind == "created")?.at;
        if created_at > as_of {
            return None;
        }
        let mut values = self.initial_values(&events, ticket);
        let asked = !opened_with_note(&events, created_at);
        values[CUSTOMER_ASKED] = FieldRef::Text(if asked { "true" } else { "false" });
        self.set_state(&mut values);
        let mut trackers: Vec<_> = self
            .metrics
            .iter()
            .enumerate()
            .map(|(i, m)| CycleTracker::new(m, i))
            .collect();
        let mut phases = vec![self.phase(i64::MIN, created_at, &values)];
        let mut stretches: Vec<Stretch<'a>> = Vec::new();
        let mut boundaries = self
            .matcher
            .version_boundaries
            .iter()
            .filter(|t| **t > created_at)
            .peekable();
        // A solution logged before the creation does not count: the ticket is solved at an unknown instant.
        let mut solved_before_creation: Option<&str> = None;
        let mut i = 0;
        while i < events.len() && events[i].at <= as_of {
            crate::interrupt::check();
            let at = events[i].at;
            while let Some(boundary) = boundaries.next_if(|t| **t <= at) {
                phases.push(Phase {
                    from_version_boundary: true,
                    ..self.phase(*boundary, *boundary, &values)
                });
            }
            let mut changed = false;
            while i < events.len() && events[i].at == at {
                changed |= self.apply(&events[i], &mut values);
                if events[i].field == Some("status") {
                    solved_before_creation = values[STATUS]
                        .text()
                        .filter(|_| at < created_at && self.is_solved(&values));
                    if solved_before_creation.is_some() {
                        (values[STATUS], values[STATE]) = (FieldRef::Unknown, FieldRef::Unknown);
                    }
                }
                // Events before the creation set fields, but start no clock.
                if at >= created_at {
                    trackers
                        .iter_mut()
                        .for_each(|r| r.on_event(at, i as i64, &values));
                }
                i += 1;
            }
            values[..=TO].fill(FieldRef::Unknown);
            if at >= created_at {
                let seq = i as i64 - 1;
                trackers
                    .iter_mut()
                    .for_each(|r| r.on_instant_end(at, seq, &values));
            }
            if changed {
                let from = if at <= created_at { i64::MIN } else { at };
                push_phase(&mut phases, self.phase(from, at.max(created_at), &values));
            }
            let stretch = Stretch {
                from: at,
                status: values[STATUS].text(),
                group: values[GROUP].text(),
            };
            let last = stretches.last();
            if last.is_none_or(|l| (l.status, l.group) != (stretch.status, stretch.group)) {
                stretches.push(stretch);
            }
        }
        for boundary in boundaries.take_while(|t| **t <= as_of) {
            phases.push(Phase {
                from_version_boundary: true,
                ..self.phase(*boundary, *boundary, &values)
            });
        }
        let unknown = i == events.len() && self.is_solved_at_unknown(&events, ticket);
        let solved_at_unknown = match solved_before_creation {
            Some(status) => Some(status),
            None => ticket.field(STATUS).text().filter(|_| unknown),
        };
        if let Some(status) = solved_at_unknown {
            values[STATUS] = FieldRef::Text(status);
            self.set_state(&mut values);
            let at = match solved_before_creation {
                Some(_) => created_at,
                None => events.last().map_or(created_at, |e| e.at.max(created_at)),
            };
            let seq = i as i64;
            trackers
                .iter_mut()
                .for_each(|r| r.cancel_solved_at_unknown(at, seq, &values));
        }
        Some(TicketReplay {
            created_at,
            cycles: trackers
                .into_iter()
                .flat_map(CycleTracker::into_cycles)
                .collect(),
            phases,
            stretches,
            solved_at_unknown,
        })
    }

    /// Whether the ticket is solved without a status event or instant.
    fn is_solved_at_unknown(&self, events: &[Event<'_>], ticket: &Ticket<'_>) -> bool {
        let state = ticket
            .field(STATUS)
            .text()
            .and_then(|s| self.states.state_of(s));
        let has_status_events = events.iter().any(|e| e.field == Some("status"));
        !has_status_events && is_solved(state)
    }

    /// Whether the current status means solved or closed.
    fn is_solved(&self, values: &[FieldRef<'_>]) -> bool {
        is_solved(values[STATUS].text().and_then(|s| self.states.state_of(s)))
    }

    fn set_state<'a>(&'a self, values: &mut [FieldRef<'a>]) {
        let status = values[STATUS].text();
        let state = status.and_then(|s| self.states.state_of(s));
        values[STATE] = from_text(state.map(TicketState::name));
    }

    /// Applies an event to the fields; true if that may change policy, target or calendar.
    fn apply<'a>(&'a self, event: &Event<'a>, values: &mut [FieldRef<'a>]) -> bool {
        values[EVENT] = FieldRef::Text(event.kind);
        values[BY] = from_text(event.role);
        values[ACTOR] = from_text(event.actor);
        // A comment that is not marked counts as public.
        values[PUBLIC] = match (event.public, event.kind) {
            (Some(true), _) | (None, "comment") => FieldRef::Text("true"),
            (Some(false), _) => FieldRef::Text("false"),
            (None, _) => FieldRef::Unknown,
        };
        values[FIELD] = from_text(event.field);
        values[FROM] = from_text(event.old);
        values[TO] = from_text(event.new);
        let mut changed = false;
        if is_question(event) && values[CUSTOMER_ASKED] != FieldRef::Text("true") {
            values[CUSTOMER_ASKED] = FieldRef::Text("true");
            changed = self.matcher.depends_on(CUSTOMER_ASKED);
        }
        let Some(field) = event.field.and_then(|f| self.fields.find(f)) else {
            return changed;
        };
        if field <= TO || field == CUSTOMER_ASKED || matches!(values[field], FieldRef::List(_)) {
            return changed;
        }
        values[field] = from_text(event.new);
        if field == STATUS {
            self.set_state(values);
            return changed || self.matcher.depends_on(STATUS) || self.matcher.depends_on(STATE);
        }
        changed || field == PRIORITY || field == CALENDAR || self.matcher.depends_on(field)
    }

    fn phase<'a>(&self, from: Timestamp, at: Timestamp, values: &[FieldRef<'a>]) -> Phase<'a> {
        Phase {
            from,
            policy: self.matcher.policy_at(at, values),
            priority: values[PRIORITY],
            calendar: values[CALENDAR].text(),
            from_version_boundary: false,
        }
    }
}

/// A public comment of the customer.
fn is_question(event: &Event<'_>) -> bool {
    let comment = event.kind == "comment" && event.public != Some(false);
    comment && event.role == Some("customer")
}

/// Whether an agent opened the ticket with an internal note: its first comment is one, written in the instant of the
/// creation. A later note does not count: it must not change clocks that have started by then.
fn opened_with_note(events: &[Event<'_>], created_at: Timestamp) -> bool {
    let at_creation = events.iter().filter(|e| e.at == created_at);
    let first = at_creation.clone().find(|e| e.kind == "comment");
    first.is_some_and(|e| e.role == Some("agent") && e.public == Some(false))
}

/// Adds a phase; of two that begin at one instant the later counts.
fn push_phase<'a>(phases: &mut Vec<Phase<'a>>, phase: Phase<'a>) {
    match phases.last_mut() {
        Some(last) if last.from == phase.from => *last = phase,
        _ => phases.push(phase),
    }
}

impl<'a> TicketReplay<'a> {
    /// Number of the phase at an instant.
    pub fn phase_at(&self, at: Timestamp) -> usize {
        self.phases.partition_point(|p| p.from <= at).max(1) - 1
    }

    /// The stretches that overlap a period, clipped to it.
    pub fn stretches_in(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> impl Iterator<Item = (i64, i64, Stretch<'a>)> {
        let first = self.stretches.partition_point(|s| s.from <= from).max(1) - 1;
        let list = self.stretches.get(first..).unwrap_or_default();
        list.iter()
            .enumerate()
            .take_while(move |(_, s)| s.from < to)
            .map(move |(i, s)| {
                let end = list.get(i + 1).map_or(i64::MAX, |next| next.from);
                let begin = if i == 0 { from } else { s.from };
                (begin, end.min(to), *s)
            })
    }
}
