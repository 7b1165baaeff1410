//! Metrics: conditions on a ticket's events and states that start, pause and stop clocks; and the one
//! pass over its events that gives all cycles of all metrics.
//!
//! A case of a condition that tests the event (`event`, `by`, `actor`, `public`, `field`, `from`, `to`) holds at that
//! event. Any other case tests the ticket and holds as long as the ticket passes it. It is evaluated after all events of
//! an instant, so a state of zero length has no effect.

use crate::sla::clock::{Signal, SignalKind};
use crate::sla::condition::{Check, Condition, ConditionError, EVENT_FIELDS, FieldRef, field_name};
use crate::time::Timestamp;
use serde_json::{Map, Value};

/// The effect of leaving the state that stopped a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reopen {
    /// The clock runs on; the time between the two does not count.
    Resume,
    /// The clock runs on; the time between was a pause.
    Pause,
    /// The clock runs on as if it had not stopped: the time between counts, but for what pauses it.
    Count,
    NewCycle,
    Ignore,
}

/// The effect of solving a ticket without the reply that was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SolvedBeforeReply {
    Fulfill,
    Cancel,
    Ignore,
}

/// Fields by number, so that conditions need not compare names.
#[derive(Clone, Debug)]
pub struct Fields {
    names: Vec<String>,
}

/// Numbers of the fields that every ticket has here: the event's own words first.
pub const STATUS: usize = EVENT_FIELDS.len();
/// The field `state`: what the status means.
pub const STATE: usize = STATUS + 1;
/// The field `group_name`.
pub const GROUP: usize = STATUS + 2;
/// The field `priority`.
pub const PRIORITY: usize = STATUS + 3;
/// The field `calendar_name`.
pub const CALENDAR: usize = STATUS + 4;
/// The field `assignee`.
pub const ASSIGNEE: usize = STATUS + 5;
/// Whether the customer has asked anything: false only for a ticket that an agent opened with an internal
/// note, until the customer's first public comment.
pub const CUSTOMER_ASKED: usize = STATUS + 6;

impl Default for Fields {
    fn default() -> Self {
        let own = [
            "status",
            "state",
            "group_name",
            "priority",
            "calendar_name",
            "assignee",
            "customer_asked",
        ];
        let names = EVENT_FIELDS.into_iter().chain(own);
        Self {
            names: names.map(str::to_owned).collect(),
        }
    }
}

impl Fields {
    /// The number of a field, a new one for a new name.
    pub fn number(&mut self, name: &str) -> usize {
        let name = field_name(name);
        self.find(name).unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        })
    }

    /// The number of a field.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|n| n == name)
    }

    /// The names of all fields, by number.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

/// Cases of tests on numbered fields.
pub type Cases = Vec<Vec<(usize, Check)>>;

/// Whether any of the cases holds.
pub fn any_holds(cases: &Cases, values: &[FieldRef<'_>]) -> bool {
    cases
        .iter()
        .any(|tests| tests.iter().all(|(f, check)| check.passes(&values[*f])))
}

/// A condition whose cases are parted into those that hold at an event and those that last.
#[derive(Clone, Debug, Default)]
pub struct CompiledCondition {
    pub at_event: Cases,
    pub lasting: Cases,
}

impl CompiledCondition {
    /// Compiles a condition; fields that it is the first to name get a number.
    pub fn new(condition: &Condition, fields: &mut Fields) -> Self {
        let mut compiled = Self::default();
        for case in &condition.cases {
            let of_event = case
                .iter()
                .any(|t| EVENT_FIELDS.contains(&t.field.as_str()));
            let tests = case
                .iter()
                .map(|t| (fields.number(&t.field), t.check.clone()))
                .collect();
            if of_event {
                compiled.at_event.push(tests);
            } else {
                compiled.lasting.push(tests);
            }
        }
        compiled
    }
}

/// A metric as data: the columns of `slaops.metrics`.
#[derive(Clone, Debug)]
pub struct Metric {
    pub name: String,
    pub start: CompiledCondition,
    pub stop: CompiledCondition,
    pub pause: CompiledCondition,
    pub after: CompiledCondition,
    pub unanswered: CompiledCondition,
    pub cancel: CompiledCondition,
    pub reset: CompiledCondition,
    pub many_cycles: bool,
    pub reopen: Reopen,
    pub solved_before_reply: SolvedBeforeReply,
}

impl Reopen {
    /// The switch of a preset by its name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "resume" => Some(Self::Resume),
            "pause" => Some(Self::Pause),
            "count" => Some(Self::Count),
            "new_cycle" => Some(Self::NewCycle),
            "ignore" => Some(Self::Ignore),
            _ => None,
        }
    }
}

impl SolvedBeforeReply {
    /// The switch of a preset by its name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "fulfill" => Some(Self::Fulfill),
            "cancel" => Some(Self::Cancel),
            "ignore" => Some(Self::Ignore),
            _ => None,
        }
    }
}

impl Metric {
    /// A metric from its columns as JSON, with what a preset has otherwise laid over them.
    ///
    /// # Errors
    /// The column, what is there, what was expected.
    pub fn new(
        columns: &Map<String, Value>,
        changes: Option<&Value>,
        preset: (Reopen, SolvedBeforeReply),
        fields: &mut Fields,
    ) -> Result<Self, ConditionError> {
        let column = |name: &str| {
            let changed = changes.and_then(|c| c.get(name));
            changed
                .or_else(|| columns.get(name))
                .filter(|v| !v.is_null())
        };
        let mut condition = |name: &str| match column(name) {
            None => Ok(CompiledCondition::default()),
            Some(json) => match Condition::parse(json) {
                Ok(condition) => Ok(CompiledCondition::new(&condition, fields)),
                Err(mut fault) => {
                    fault.path.insert(0, name.to_owned());
                    Err(fault)
                }
            },
        };
        let text = |name: &str| column(name).and_then(Value::as_str);
        Ok(Self {
            name: text("name").unwrap_or_default().to_owned(),
            start: condition("start")?,
            stop: condition("stop")?,
            pause: condition("pause")?,
            after: condition("after")?,
            unanswered: condition("unanswered")?,
            cancel: condition("cancel")?,
            reset: condition("reset")?,
            many_cycles: text("cycles") == Some("many"),
            reopen: text("reopen").and_then(Reopen::parse).unwrap_or(preset.0),
            solved_before_reply: preset.1,
        })
    }
}

/// One cycle of a metric: the signals of its clock, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Cycle {
    pub metric: usize,
    /// From 1.
    pub number: u32,
    pub signals: Vec<Signal>,
    /// It began on a solved ticket that has not been reopened since.
    void: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum EndedBy {
    /// By an event: for good.
    Event,
    /// By a state: until the ticket leaves it.
    State,
    /// By a state in which the target no longer applies.
    Void,
}

/// Builds the cycles of one metric while the events of a ticket are replayed.
pub struct CycleTracker<'m> {
    metric: &'m Metric,
    index: usize,
    open: bool,
    ended_by: EndedBy,
    paused: bool,
    /// The condition `after` has held, so that a cycle may start.
    after_seen: bool,
    /// Whether the last instant left the ticket in a state that stops or voids the clock.
    stopped_or_void: bool,
    /// Pauses since a state stopped the clock: they count if the time until a reopening counts.
    pauses_since_stop: Vec<Signal>,
    pub cycles: Vec<Cycle>,
}

impl<'m> CycleTracker<'m> {
    /// The clocks of a metric, before the first event.
    pub fn new(metric: &'m Metric, index: usize) -> Self {
        Self {
            metric,
            index,
            open: false,
            ended_by: EndedBy::Event,
            paused: false,
            after_seen: metric.after.at_event.is_empty() && metric.after.lasting.is_empty(),
            stopped_or_void: false,
            pauses_since_stop: Vec::new(),
            cycles: Vec::new(),
        }
    }

    fn push(&mut self, at: Timestamp, seq: i64, kind: SignalKind) {
        if let Some(cycle) = self.cycles.last_mut() {
            cycle.signals.push(Signal { at, seq, kind });
        }
    }

    fn begin(&mut self, at: Timestamp, seq: i64) {
        // A cycle that began and ended in this instant is replaced by the one that begins now.
        if self.began_at(at) {
            self.cycles.pop();
        }
        let number = self.cycles.len() as u32 + 1;
        let mut signals = Vec::with_capacity(4);
        signals.push(Signal {
            at,
            seq,
            kind: SignalKind::Start,
        });
        self.cycles.push(Cycle {
            metric: self.index,
            number,
            signals,
            void: false,
        });
        self.open = true;
        self.paused = false;
    }

    fn end(&mut self, at: Timestamp, seq: i64, kind: SignalKind, ended: EndedBy) {
        // A reset in the instant of the end does not change the time before it.
        if let Some(cycle) = self.cycles.last_mut() {
            cycle
                .signals
                .retain(|s| s.at < at || s.kind != SignalKind::Reset);
        }
        self.pauses_since_stop.clear();
        self.push(at, seq, kind);
        self.open = false;
        self.ended_by = ended;
    }

    /// Handles one event, after it has changed the ticket's fields.
    pub fn on_event(&mut self, at: Timestamp, seq: i64, values: &[FieldRef<'_>]) {
        let metric = self.metric;
        self.after_seen |= any_holds(&metric.after.at_event, values);
        if self.open {
            if any_holds(&metric.reset.at_event, values) {
                self.push(at, seq, SignalKind::Reset);
            }
            if any_holds(&metric.cancel.at_event, values) {
                self.end(at, seq, SignalKind::Cancel, EndedBy::Event);
            } else if any_holds(&metric.stop.at_event, values) {
                self.end(at, seq, SignalKind::Stop, EndedBy::Event);
            }
        } else if self.ended_by == EndedBy::Void && any_holds(&metric.stop.at_event, values) {
            // An answer given while the ticket is solved is not owed again after a reopening.
            self.ended_by = EndedBy::Event;
        }
        let free = metric.many_cycles || self.cycles.is_empty();
        if !self.open && free && self.after_seen && any_holds(&metric.start.at_event, values) {
            self.begin(at, seq);
        }
    }

    /// Handles the state of the ticket after all events of an instant.
    pub fn on_instant_end(&mut self, at: Timestamp, seq: i64, values: &[FieldRef<'_>]) {
        let metric = self.metric;
        let stopped = any_holds(&metric.stop.lasting, values);
        let void = any_holds(&metric.unanswered.lasting, values);
        self.after_seen |= any_holds(&metric.after.lasting, values);
        if self.open {
            if any_holds(&metric.cancel.lasting, values) {
                self.end(at, seq, SignalKind::Cancel, EndedBy::Event);
            } else if (self.stopped_or_void || metric.many_cycles)
                && (stopped || void)
                && self.began_at(at)
            {
                // A cycle that starts on a solved ticket is void unless the ticket is reopened. A first cycle of zero
                // length counts as met.
                self.end(at, seq, SignalKind::Cancel, EndedBy::Void);
                self.cycles
                    .last_mut()
                    .into_iter()
                    .for_each(|c| c.void = true);
            } else if stopped {
                self.end(at, seq, SignalKind::Stop, EndedBy::State);
            } else if void {
                match metric.solved_before_reply {
                    SolvedBeforeReply::Fulfill => {
                        self.end(at, seq, SignalKind::Stop, EndedBy::Event)
                    }
                    SolvedBeforeReply::Cancel => {
                        self.end(at, seq, SignalKind::Cancel, EndedBy::Void)
                    }
                    SolvedBeforeReply::Ignore => {}
                }
            }
        } else if self.ended_by != EndedBy::Event && !stopped && !void {
            self.reopen(at, seq);
        }
        let free = metric.many_cycles || self.cycles.is_empty();
        if !self.open
            && free
            && self.after_seen
            && !stopped
            && any_holds(&metric.start.lasting, values)
        {
            self.begin(at, seq);
        }
        let counts = self.ended_by != EndedBy::Event && metric.reopen == Reopen::Count;
        let pausing = any_holds(&metric.pause.lasting, values);
        if (self.open || counts) && pausing != self.paused {
            let kind = if pausing {
                SignalKind::Pause
            } else {
                SignalKind::Resume
            };
            if self.open {
                self.push(at, seq, kind);
            } else {
                self.pauses_since_stop.push(Signal { at, seq, kind });
            }
            self.paused = pausing;
        }
        self.stopped_or_void = stopped || void;
    }

    fn reopen(&mut self, at: Timestamp, seq: i64) {
        self.ended_by = EndedBy::Event;
        let Some(cycle) = self.cycles.last_mut() else {
            return;
        };
        // A cycle that is resumed counts; one that is ignored or replaced by a new cycle stays void.
        cycle.void &= matches!(self.metric.reopen, Reopen::NewCycle | Reopen::Ignore);
        let Some(last) = cycle.signals.last_mut() else {
            return;
        };
        match self.metric.reopen {
            Reopen::Ignore => return,
            Reopen::NewCycle => return self.begin(at, seq),
            Reopen::Resume => {
                last.kind = SignalKind::Stop;
                self.push(at, seq, SignalKind::Reopen);
            }
            Reopen::Pause => {
                last.kind = SignalKind::Pause;
                self.push(at, seq, SignalKind::Resume);
            }
            Reopen::Count => {
                cycle.signals.pop();
                cycle.signals.append(&mut self.pauses_since_stop);
                self.open = true;
                return;
            }
        }
        self.open = true;
        self.paused = false;
    }

    /// Cancels a clock that still runs on a ticket that is solved at an unknown instant.
    pub fn cancel_solved_at_unknown(&mut self, at: Timestamp, seq: i64, values: &[FieldRef<'_>]) {
        let over = [&self.metric.stop, &self.metric.unanswered];
        if self.open && over.iter().any(|c| any_holds(&c.lasting, values)) {
            self.end(at, seq, SignalKind::Cancel, EndedBy::Event);
        }
    }

    fn began_at(&self, at: Timestamp) -> bool {
        let first = self.cycles.last().and_then(|c| c.signals.first());
        first.is_some_and(|s| s.at == at)
    }

    /// The cycles, without void ones.
    pub fn into_cycles(self) -> Vec<Cycle> {
        let mut cycles = self.cycles;
        if cycles.iter().any(|c| c.void) {
            cycles.retain(|c| !c.void);
            for (i, cycle) in cycles.iter_mut().enumerate() {
                cycle.number = i as u32 + 1;
            }
        }
        cycles
    }
}
