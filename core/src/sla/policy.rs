//! SLA policies: which one applies to a ticket, and its targets.

use crate::business_time::Timeline;
use crate::error::Result;
use crate::sla::clock;
use crate::sla::condition::{Check, Condition, FieldRef, Scalar};
use crate::sla::metric::{Cases, CompiledCondition, Fields};
use crate::time::Timestamp;

/// A target's time: days are working days of the calendar, the rest is open time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    pub months: i32,
    pub days: i32,
    pub micros: i64,
    /// Days are dates: the same time of day so many working days later. Else each is the minutes of a working day.
    pub business_days: bool,
}

impl Amount {
    /// Open microseconds that a clock may run which starts at an instant.
    ///
    /// # Errors
    /// Those of [`clock::amount`].
    pub fn open_micros(&self, timeline: &Timeline, at: Timestamp) -> Result<i64> {
        if !self.business_days {
            return clock::amount(timeline, at, self.months, self.days, self.micros);
        }
        let rest = clock::amount(timeline, at, self.months, 0, self.micros)?;
        let later = timeline.same_time(at, i64::from(self.days));
        let open = later.and_then(|later| timeline.between(at, later));
        Ok(open.map_or(i64::MAX, |open| open.saturating_add(rest)))
    }
}

/// Which calendar a target counts in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetCalendar {
    /// Around the clock.
    Always,
    /// The calendar of this name.
    Named(String),
    /// The ticket's own, else the set's default.
    OfTicket,
}

/// The time that a policy allows for a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// None for every priority without a target of its own.
    pub priority: Option<String>,
    pub metric: String,
    pub amount: Amount,
    pub calendar: TargetCalendar,
    pub warn: f64,
}

/// One version of a policy.
#[derive(Clone, Debug)]
pub struct Policy {
    pub name: String,
    /// The first instant at which it is valid, and the first at which it no longer is.
    pub valid: (Timestamp, Timestamp),
    pub condition: Condition,
    pub calendar: TargetCalendar,
    pub targets: Vec<Target>,
}

/// The policies of a set, in order, compiled: the first that matches wins.
#[derive(Default)]
pub struct Matcher {
    pub policies: Vec<Policy>,
    cases: Vec<Cases>,
    /// By policy and metric number, its targets.
    targets: Vec<Vec<Vec<usize>>>,
    /// Whether a condition of a policy tests a field, by number.
    tested_fields: Vec<bool>,
    /// Instants at which a version of a policy begins or ends, in order.
    pub version_boundaries: Vec<Timestamp>,
}

impl Matcher {
    /// Compiles policies in their order; `metrics` are the names of the clocks.
    pub fn new(policies: Vec<Policy>, metrics: &[String], fields: &mut Fields) -> Self {
        let mut cases = Vec::with_capacity(policies.len());
        let mut turns = Vec::new();
        for policy in &policies {
            let compiled = CompiledCondition::new(&policy.condition, fields);
            cases.push([compiled.lasting, compiled.at_event].concat());
            turns.extend([policy.valid.0, policy.valid.1]);
        }
        turns.retain(|t| *t != i64::MIN && *t != i64::MAX);
        turns.sort_unstable();
        turns.dedup();
        let of_metric = |policy: &Policy, metric: &String| {
            let targets = policy.targets.iter().enumerate();
            targets
                .filter(|(_, t)| t.metric == *metric)
                .map(|(i, _)| i)
                .collect()
        };
        let targets = policies
            .iter()
            .map(|p| metrics.iter().map(|m| of_metric(p, m)).collect())
            .collect();
        let mut asked = vec![false; fields.names().len()];
        for (field, _) in cases.iter().flatten().flatten() {
            asked[*field] = true;
        }
        Self {
            policies,
            cases,
            targets,
            tested_fields: asked,
            version_boundaries: turns,
        }
    }

    /// Whether the matching policy can depend on a field.
    pub fn depends_on(&self, field: usize) -> bool {
        self.tested_fields.get(field).copied().unwrap_or(false)
    }

    /// The first policy that holds at an instant for a ticket with these values.
    pub fn policy_at(&self, at: Timestamp, values: &[FieldRef<'_>]) -> Option<usize> {
        self.policies
            .iter()
            .zip(&self.cases)
            .position(|(p, cases)| {
                p.valid.0 <= at && at < p.valid.1 && crate::sla::metric::any_holds(cases, values)
            })
    }

    /// The target of a policy for a metric, by number, and a priority.
    pub fn target(&self, policy: usize, metric: usize, priority: &FieldRef<'_>) -> Option<&Target> {
        let all = &self.policies[policy].targets;
        let own = self.targets[policy].get(metric)?;
        let is = |i: &&usize| match (&all[**i].priority, priority) {
            (Some(p), FieldRef::Text(own)) => p == own,
            _ => false,
        };
        let any = || own.iter().find(|i| all[**i].priority.is_none());
        own.iter().find(is).or_else(any).map(|i| &all[*i])
    }

    /// Why a policy does or does not match a ticket with these values at an instant.
    pub fn match_reason(
        &self,
        policy: usize,
        at: Timestamp,
        fields: &Fields,
        values: &[FieldRef<'_>],
    ) -> MatchReason {
        let p = &self.policies[policy];
        if at < p.valid.0 {
            return MatchReason::NotYet(p.valid.0);
        }
        if at >= p.valid.1 {
            return MatchReason::NoLonger(p.valid.1);
        }
        let failed = |tests: &Vec<(usize, Check)>| {
            tests
                .iter()
                .find(|(f, check)| !check.passes(&values[*f]))
                .map(|(f, check)| Mismatch {
                    field: fields.names()[*f].clone(),
                    found: shown(&values[*f]),
                    wanted: wanted(check),
                })
        };
        let mismatches: Vec<_> = self.cases[policy].iter().map(failed).collect();
        if mismatches.iter().any(Option::is_none) {
            return MatchReason::Matches;
        }
        MatchReason::Differs(mismatches.into_iter().flatten().collect())
    }
}

/// Why a policy does or does not match.
#[derive(Clone, Debug, PartialEq)]
pub enum MatchReason {
    Matches,
    NotYet(Timestamp),
    NoLonger(Timestamp),
    /// The first test that fails of each case.
    Differs(Vec<Mismatch>),
}

/// A field that keeps a policy from applying: what the ticket has, and what is wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct Mismatch {
    pub field: String,
    pub found: String,
    pub wanted: String,
}

fn shown(held: &FieldRef<'_>) -> String {
    match held {
        FieldRef::Unknown => "not known".to_owned(),
        FieldRef::Text(text) => format!("\"{text}\""),
        FieldRef::List(list) => format!("[{}]", list.join(", ")),
    }
}

fn scalar(value: &Scalar) -> String {
    match value {
        Scalar::Text(text) => format!("\"{text}\""),
        Scalar::Number(n) => n.to_string(),
        Scalar::Bool(b) => b.to_string(),
    }
}

fn wanted(check: &Check) -> String {
    match check {
        Check::In { values, null } => {
            let mut shown_values: Vec<_> = values.iter().map(scalar).collect();
            shown_values.extend(null.then(|| "not known".to_owned()));
            shown_values.join(" or ")
        }
        Check::Not(check) => format!("anything but {}", wanted(check)),
        Check::All(values) => {
            let shown_values: Vec<_> = values.iter().map(scalar).collect();
            format!("all of {}", shown_values.join(", "))
        }
        Check::Range { low, high } => {
            let bound = |b: &Option<(Scalar, bool)>, with: &str, without: &str| {
                let word = |on: bool| if on { with } else { without }.to_owned();
                b.as_ref()
                    .map(|(v, on)| format!("{} {}", word(*on), scalar(v)))
            };
            let low = bound(low, "at least", "more than");
            let parts = low.into_iter().chain(bound(high, "at most", "less than"));
            parts.collect::<Vec<_>>().join(" and ")
        }
    }
}

impl std::fmt::Display for Mismatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            field,
            found,
            wanted,
        } = self;
        write!(f, "{field} is {found}, wanted {wanted}")
    }
}
