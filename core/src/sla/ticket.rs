//! One ticket through its life: a single pass over its events gives the cycles of all metrics, which
//! policy held when, and the status and group of every stretch.

use crate::sla::condition::FieldRef;
use crate::sla::history::{self, Event, NO_SEQ};
use crate::sla::metric::{
    CALENDAR, CUSTOMER_ASKED, Cycle, CycleTracker, Fields, GROUP, Metric, PRIORITY, STATE, STATUS,
};
use crate::sla::policy::Matcher;
use std::borrow::Cow;
use std::collections::HashMap;

/// Where a source put the words of an event among the fields.
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

/// A ticket's row: its fields by number, as they are now, and its instants; one that cannot be is None.
#[derive(Clone, Debug, Default)]
pub struct Ticket<'a> {
    pub fields: Vec<FieldValue<'a>>,
    pub created_at: Option<i64>,
    pub solved_at: Option<i64>,
    pub closed_at: Option<i64>,
}

impl Ticket<'_> {
    /// Sets the instants that a source gives, leaving out those that cannot be a ticket's.
    pub fn set_instants(
        &mut self,
        created_at: Option<i64>,
        solved_at: Option<i64>,
        closed_at: Option<i64>,
    ) {
        let known = |at: Option<i64>| at.filter(|at| history::is_instant(*at));
        self.created_at = known(created_at);
        self.solved_at = known(solved_at);
        self.closed_at = known(closed_at);
    }

    /// When its row says that it was solved and closed. An instant before its creation is none.
    fn over_at(&self, created_at: i64) -> (Option<i64>, Option<i64>) {
        let known = |at: Option<i64>| at.filter(|at| *at >= created_at);
        (known(self.solved_at), known(self.closed_at))
    }

    pub fn field(&self, field: usize) -> FieldRef<'_> {
        match self.fields.get(field) {
            Some(FieldValue::Text(text)) => FieldRef::Text(text),
            Some(FieldValue::List(list)) => FieldRef::List(list),
            _ => FieldRef::Unknown,
        }
    }
}

/// What statuses mean: which state each is.
#[derive(Default)]
pub struct States(HashMap<String, String>);

impl States {
    pub fn new(rows: impl Iterator<Item = (String, String)>) -> Self {
        Self(rows.collect())
    }

    /// The state of a status; None when it is not known.
    pub fn state_of(&self, status: &str) -> Option<&str> {
        let found = self
            .0
            .get(status)
            .or_else(|| self.0.get(&normalized_status(status)));
        found.map(String::as_str)
    }

    /// A status that means solved here: "solved" itself unless it means another state, else the first by name.
    fn solved(&self) -> &str {
        const SOLVED: &str = "solved";
        if self.state_of(SOLVED).is_none_or(|state| state == SOLVED) {
            return SOLVED;
        }
        let words = self.0.iter().filter(|(_, state)| *state == SOLVED);
        words
            .map(|(status, _)| status.as_str())
            .min()
            .unwrap_or(SOLVED)
    }
}

/// A status as `slaops.states` has it: lower case, a blank for each hyphen and underscore.
pub fn normalized_status(status: &str) -> String {
    let blank = |c| if c == '-' || c == '_' { ' ' } else { c };
    let plain: String = status.to_lowercase().chars().map(blank).collect();
    plain.trim().to_owned()
}

/// What all tickets of a statement are measured by.
pub struct Rules {
    pub fields: Fields,
    pub metrics: Vec<Metric>,
    pub states: States,
    pub matcher: Matcher,
}

/// From an instant on, the policy and what targets depend on.
#[derive(Clone, Debug, PartialEq)]
pub struct Phase<'a> {
    pub from: i64,
    pub policy: Option<usize>,
    pub priority: FieldRef<'a>,
    pub calendar: Option<&'a str>,
    /// It began because a version of a policy did, not because the ticket changed.
    pub from_version_boundary: bool,
}

/// From an instant on, who had the ticket and in which status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch<'a> {
    pub from: i64,
    pub status: Option<&'a str>,
    pub group: Option<&'a str>,
}

/// A ticket's life up to an instant.
pub struct TicketReplay<'a> {
    pub created_at: i64,
    pub cycles: Vec<Cycle>,
    /// In order; the first also holds before its instant.
    pub phases: Vec<Phase<'a>>,
    /// In order; the first begins when the ticket is created.
    pub stretches: Vec<Stretch<'a>>,
    /// Its status, if it is solved and nothing says since when.
    pub solved_at_unknown: Option<&'a str>,
}

/// Completes events by what the ticket's row says: its creation, and its solution where no event tells of
/// a status.
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

/// The changes of the status that a row tells of: to solved, and from there to closed if that came later.
fn implied_solution<'a>(
    ticket: &'a Ticket<'_>,
    states: &'a States,
    created_at: i64,
) -> impl Iterator<Item = (i64, &'a str)> {
    let status = text_of(ticket.field(STATUS));
    let state = status.and_then(|s| states.state_of(s));
    let last = status
        .filter(|_| is_over(state))
        .unwrap_or_else(|| states.solved());
    let changes = match ticket.over_at(created_at) {
        (Some(solved), Some(closed)) if state == Some("closed") && solved < closed => {
            [Some((solved, states.solved())), Some((closed, last))]
        }
        (solved, closed) => [solved.or(closed).map(|at| (at, last)), None],
    };
    changes.into_iter().flatten()
}

/// A field that has one value.
pub fn text_of(held: FieldRef<'_>) -> Option<&str> {
    match held {
        FieldRef::Text(text) => Some(text),
        _ => None,
    }
}

/// Whether a state is one in which nothing is left to do.
pub fn is_over(state: Option<&str>) -> bool {
    matches!(state, Some("solved" | "closed"))
}

fn from_text(text: Option<&str>) -> FieldRef<'_> {
    text.map_or(FieldRef::Unknown, FieldRef::Text)
}

impl Rules {
    /// What each field has before the first event: what the first change says was there, else what the
    /// ticket has.
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
            // A list, such as tags, is what the row says: an event's text does not tell its elements.
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
        if self.over_since_unknown(events, ticket) {
            values[STATUS] = FieldRef::Unknown;
        }
        values
    }

    /// The ticket's life up to an instant; None when it was not created by then.
    pub fn replay<'a>(
        &'a self,
        events: Vec<Event<'a>>,
        ticket: &'a Ticket<'_>,
        as_of: i64,
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
        let mut runs: Vec<_> = self
            .metrics
            .iter()
            .enumerate()
            .map(|(i, m)| CycleTracker::new(m, i))
            .collect();
        let mut phases = vec![self.phase(i64::MIN, created_at, &values)];
        let mut stretches: Vec<Stretch<'a>> = Vec::new();
        let mut turns = self
            .matcher
            .version_boundaries
            .iter()
            .filter(|t| **t > created_at)
            .peekable();
        // A solution logged before the creation is none of this ticket's: nothing tells since when it is solved.
        let mut early: Option<&str> = None;
        let mut i = 0;
        while i < events.len() && events[i].at <= as_of {
            crate::interrupt::check();
            let at = events[i].at;
            while let Some(turn) = turns.next_if(|t| **t <= at) {
                phases.push(Phase {
                    from_version_boundary: true,
                    ..self.phase(*turn, *turn, &values)
                });
            }
            let mut changed = false;
            while i < events.len() && events[i].at == at {
                changed |= self.apply(&events[i], &mut values);
                if events[i].field == Some("status") {
                    early = text_of(values[STATUS])
                        .filter(|_| at < created_at && is_over(text_of(values[STATE])));
                    if early.is_some() {
                        (values[STATUS], values[STATE]) = (FieldRef::Unknown, FieldRef::Unknown);
                    }
                }
                // What was logged before the creation tells how things were; it starts no clock.
                if at >= created_at {
                    runs.iter_mut()
                        .for_each(|r| r.on_event(at, i as i64, &values));
                }
                i += 1;
            }
            values[..=TO].fill(FieldRef::Unknown);
            if at >= created_at {
                let seq = i as i64 - 1;
                runs.iter_mut()
                    .for_each(|r| r.on_instant_end(at, seq, &values));
            }
            if changed {
                let from = if at <= created_at { i64::MIN } else { at };
                push_phase(&mut phases, self.phase(from, at.max(created_at), &values));
            }
            let stretch = Stretch {
                from: at,
                status: text_of(values[STATUS]),
                group: text_of(values[GROUP]),
            };
            let last = stretches.last();
            if last.is_none_or(|l| (l.status, l.group) != (stretch.status, stretch.group)) {
                stretches.push(stretch);
            }
        }
        for turn in turns.take_while(|t| **t <= as_of) {
            phases.push(Phase {
                from_version_boundary: true,
                ..self.phase(*turn, *turn, &values)
            });
        }
        let unknown = i == events.len() && self.over_since_unknown(&events, ticket);
        let lost = match early {
            Some(status) => Some(status),
            None => text_of(ticket.field(STATUS)).filter(|_| unknown),
        };
        if let Some(status) = lost {
            values[STATUS] = FieldRef::Text(status);
            self.set_state(&mut values);
            let at = match early {
                Some(_) => created_at,
                None => events.last().map_or(created_at, |e| e.at.max(created_at)),
            };
            let seq = i as i64;
            runs.iter_mut()
                .for_each(|r| r.cancel_solved_at_unknown(at, seq, &values));
        }
        Some(TicketReplay {
            created_at,
            cycles: runs
                .into_iter()
                .flat_map(CycleTracker::into_cycles)
                .collect(),
            phases,
            stretches,
            solved_at_unknown: lost,
        })
    }

    /// Whether the ticket is solved and nothing tells since when.
    fn over_since_unknown(&self, events: &[Event<'_>], ticket: &Ticket<'_>) -> bool {
        let state = text_of(ticket.field(STATUS)).and_then(|s| self.states.state_of(s));
        let has_status_events = events.iter().any(|e| e.field == Some("status"));
        !has_status_events && is_over(state)
    }

    fn set_state<'a>(&'a self, values: &mut [FieldRef<'a>]) {
        let status = text_of(values[STATUS]);
        values[STATE] = from_text(status.and_then(|s| self.states.state_of(s)));
    }

    /// Changes the fields by an event; tells whether that may change policy, target or calendar.
    fn apply<'a>(&'a self, event: &Event<'a>, values: &mut [FieldRef<'a>]) -> bool {
        values[EVENT] = FieldRef::Text(event.kind);
        values[BY] = from_text(event.role);
        values[ACTOR] = from_text(event.actor);
        // A comment of which nobody says that it is internal counts as public.
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

    fn phase<'a>(&self, from: i64, at: i64, values: &[FieldRef<'a>]) -> Phase<'a> {
        Phase {
            from,
            policy: self.matcher.policy_at(at, values),
            priority: values[PRIORITY],
            calendar: text_of(values[CALENDAR]),
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
/// creation. A later note says nothing of how the ticket was opened, and must not take back what had become of its
/// clocks by then.
fn opened_with_note(events: &[Event<'_>], created_at: i64) -> bool {
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
    pub fn phase_at(&self, at: i64) -> usize {
        self.phases.partition_point(|p| p.from <= at).max(1) - 1
    }

    /// The stretches that overlap a period, clipped to it.
    pub fn stretches_in(
        &self,
        from: i64,
        to: i64,
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
