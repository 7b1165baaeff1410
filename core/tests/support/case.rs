//! One ticket of one metric, to be looked at: policies, switches, events, and its rows as text.

use super::desk::{KNOWN, MINUTE, MONDAY};
use serde_json::{Value, json};
use slaops_core::sla::attainment::{CycleRow, EffectiveAt, Evaluation, Preset, rows};
use slaops_core::sla::condition::Condition;
use slaops_core::sla::history::{Event, NO_SEQ};
use slaops_core::sla::metric::{CALENDAR, Fields, Metric, PRIORITY, Reopen, SolvedBeforeReply};
use slaops_core::sla::policy::{Amount, Matcher, Policy, Target, TargetCalendar};
use slaops_core::sla::status::States;
use slaops_core::sla::ticket::{FieldValue, Rules, Ticket};

/// An instant such as `Tu 09:30` of the first week, or `Mo2 09:00` of the second.
pub fn when(text: &str) -> i64 {
    let (day, time) = text.split_once(' ').expect("a time");
    let (hour, minute) = time.split_once(':').expect("minutes");
    let days = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
    let week = i64::from(day.ends_with('2')) * 7;
    let day = days.iter().position(|d| day.starts_with(d)).expect("a day") as i64 + week;
    let number = |n: &str| n.parse::<i64>().expect("a number");
    MONDAY + (day * 1_440 + number(hour) * 60 + number(minute)) * MINUTE
}

pub fn shown(at: Option<i64>) -> String {
    let Some(at) = at.filter(|at| *at != i64::MAX) else {
        return at.map_or("-", |_| "never").to_owned();
    };
    let minute = (at - MONDAY) / MINUTE;
    let days = [
        "Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "Mo2", "Tu2", "We2",
    ];
    let (day, of_day) = (minute / 1_440, minute % 1_440);
    format!(
        "{} {:02}:{:02}",
        days[day as usize],
        of_day / 60,
        of_day % 60
    )
}

pub fn hours(n: i64) -> Amount {
    Amount {
        micros: n * 60 * MINUTE,
        ..Amount::default()
    }
}

pub fn business_days(days: i32, hours: i64) -> Amount {
    Amount {
        days,
        micros: hours * 60 * MINUTE,
        business_days: true,
        ..Amount::default()
    }
}

pub fn policy(valid: (&str, &str), condition: &Value, amount: Amount) -> Policy {
    let bound = |text: &str, open: i64| if text.is_empty() { open } else { when(text) };
    Policy {
        name: "p".to_owned(),
        valid: (bound(valid.0, i64::MIN), bound(valid.1, i64::MAX)),
        condition: Condition::parse(condition).expect("reads"),
        calendar: TargetCalendar::OfTicket,
        targets: vec![Target {
            priority: None,
            metric: "resolution".to_owned(),
            amount,
            calendar: TargetCalendar::OfTicket,
            warn: 0.8,
        }],
    }
}

/// How one ticket is looked at.
pub struct Case {
    pub policies: Vec<Policy>,
    pub preset: Preset,
    pub default_calendar: Option<&'static str>,
    pub calendar_override: Option<&'static str>,
    /// The priority and calendar of its row.
    pub priority: Option<&'static str>,
    pub calendar: Option<&'static str>,
    /// When, what, and its value: `old>new` or `new` of a field; who wrote a comment, `a note` if it is internal.
    pub events: Vec<(&'static str, &'static str, &'static str)>,
    /// The instants and the list of its row.
    pub created: Option<&'static str>,
    pub solved: Option<&'static str>,
    pub tags: Option<&'static str>,
    pub as_of: &'static str,
    pub metric: Value,
    pub targets_only: bool,
}

/// Created on Monday at 09:00, in the calendar desk: open on working days from 09:00 to 17:00.
pub fn case(policies: Vec<Policy>) -> Case {
    Case {
        policies,
        preset: Preset {
            reopen: Reopen::Resume,
            solved_before_reply: SolvedBeforeReply::Fulfill,
            target_at: EffectiveAt::Event,
            calendar_at: EffectiveAt::Event,
            retroactive_start: true,
            due_at_next_open: false,
        },
        default_calendar: None,
        calendar_override: None,
        priority: None,
        calendar: Some("desk"),
        events: vec![("Mo 09:00", "created", "")],
        created: None,
        solved: None,
        tags: None,
        as_of: "Mo2 09:00",
        metric: json!({"start": {"event": "created"}, "stop": {"state": "solved"}, "cycles": "many", "reset": {"event": "again"}}),
        targets_only: false,
    }
}

impl Case {
    pub fn ask<R>(
        &self,
        give: impl FnOnce(
            &Rules,
            &Evaluation<'_, super::desk::Known>,
            &Ticket<'_>,
            Vec<Event<'static>>,
        ) -> R,
    ) -> R {
        let mut fields = Fields::default();
        let mut columns = self.metric.as_object().expect("an object").clone();
        columns.insert("name".into(), "resolution".into());
        let switches = (self.preset.reopen, self.preset.solved_before_reply);
        let metric = Metric::new(&columns, None, switches, &mut fields).expect("reads");
        let states = ["open", "solved"].map(|s| (s.to_owned(), s.to_owned()));
        let rules = Rules {
            matcher: Matcher::new(
                self.policies.clone(),
                &["resolution".to_owned()],
                &mut fields,
            ),
            states: States::new(states.into_iter()),
            metrics: vec![metric],
            fields,
        };
        let mut ticket = Ticket {
            fields: vec![FieldValue::Unknown; rules.fields.names().len()],
            created_at: self.created.map(when),
            solved_at: self.solved.map(when),
            closed_at: None,
        };
        if let (Some(field), Some(tags)) = (rules.fields.find("tags"), self.tags) {
            ticket.fields[field] = FieldValue::List(tags.split(' ').map(str::to_owned).collect());
        }
        for (field, value) in [(PRIORITY, self.priority), (CALENDAR, self.calendar)] {
            ticket.fields[field] =
                value.map_or(FieldValue::Unknown, |v| FieldValue::Text(v.into()));
        }
        let event = |(at, kind, new): &(&'static str, &'static str, &'static str)| {
            let blank = Event {
                at: when(at),
                seq: NO_SEQ,
                kind,
                role: None,
                actor: None,
                field: None,
                old: None,
                new: None,
                public: None,
            };
            if ["comment", "edit"].contains(kind) {
                let who = new.trim_end_matches(" note");
                return Event {
                    role: Some(who),
                    public: Some(false).filter(|_| who != *new),
                    ..blank
                };
            }
            if new.is_empty() {
                return blank;
            }
            let (old, new) = match new.split_once('>') {
                Some((old, new)) => (Some(old), new),
                None => (None, *new),
            };
            Event {
                kind: "change",
                field: Some(kind),
                old,
                new: Some(new),
                ..blank
            }
        };
        let events = self.events.iter().map(event).collect();
        KNOWN.with(|calendars| {
            let evaluation = Evaluation {
                preset: &self.preset,
                calendars,
                default_calendar: self.default_calendar,
                calendar_override: self.calendar_override,
                as_of: when(self.as_of),
                summary_only: false,
                targets_only: self.targets_only,
            };
            give(&rules, &evaluation, &ticket, events)
        })
    }

    /// Each row: status, target in minutes, start, due and promised instant, calendars.
    pub fn rows(&self) -> Vec<String> {
        self.ask(|rules, evaluation, ticket, events| {
            let found = rows(rules, evaluation, ticket, events).expect("amounts");
            found.iter().map(Self::row).collect()
        })
    }

    fn row(row: &CycleRow<'_>) -> String {
        let now = row.standing;
        let target = row
            .target_micros
            .map_or("-".to_owned(), |t| (t / MINUTE).to_string());
        let at = |of: Option<i64>| shown(of);
        format!(
            "{} {target}, from {}, due {}, promised {}, {}",
            row.status,
            at(now.and_then(|n| n.started_at)),
            at(now.and_then(|n| n.due_at)),
            at(row.promised_due_at),
            row.calendars.join("+"),
        )
    }

    pub fn one(&self) -> String {
        let mut rows = self.rows();
        assert_eq!(rows.len(), 1, "{rows:?}");
        rows.remove(0)
    }
}
