//! A support desk: random stories of tickets as events and rows, with rules, calendars and switches, beside the slow scan
//! of [`super::slow`].

use super::slow::{Minute, Reopen, Story, Unanswered, What};
use proptest::prelude::*;
use serde_json::{Value, json};
use slaops_core::business_time::{Source, Timeline};
use slaops_core::calendar;
use slaops_core::sla::attainment::{
    self, ALWAYS, Calendars, CycleRow, EffectiveAt, Evaluation, Preset,
};
use slaops_core::sla::condition::Condition;
use slaops_core::sla::history::Event;
use slaops_core::sla::metric::{self, Fields, Metric};
use slaops_core::sla::policy::{Amount, Matcher, Policy, Target, TargetCalendar};
use slaops_core::sla::status::States;
use slaops_core::sla::ticket::{FieldValue, Rules, Ticket};
use slaops_core::time::SECOND;
use std::borrow::Cow;
use std::rc::Rc;

pub const MINUTE: i64 = 60 * SECOND;
/// Monday 2026-01-05 00:00 UTC.
pub const MONDAY: i64 = 9_501 * 1_440 * MINUTE;
pub const STATUSES: [&str; 7] = ["new", "open", "pending", "hold", "solved", "closed", "odd"];

pub fn at(m: Minute) -> i64 {
    MONDAY + m * MINUTE
}

// Histories.

pub fn what() -> impl Strategy<Value = What> {
    prop_oneof![
        6 => prop::sample::select(&STATUSES[..]).prop_map(What::Status),
        3 => Just(What::Reply),
        1 => Just(What::Note),
        3 => Just(What::Ask),
        2 => prop::sample::select(vec!["low", "high"]).prop_map(What::Priority),
        2 => prop::sample::select(vec!["a", "b"]).prop_map(What::Group),
        1 => prop::sample::select(vec!["desk", "late", "never"]).prop_map(What::Calendar),
        1 => assignee().prop_map(What::Assignee),
    ]
}

fn assignee() -> impl Strategy<Value = Option<&'static str>> {
    prop::option::of(prop::sample::select(vec!["ann", "bob"]))
}

prop_compose! {
    pub fn story()(
        created in 0i64..1_440,
        status in prop::sample::select(&STATUSES[..4]),
        priority in prop::sample::select(vec!["low", "high"]),
        group in prop::sample::select(vec!["a", "b"]),
        calendar in prop::sample::select(vec!["desk", "late"]),
        tier in prop::sample::select(vec!["gold", "team", "tin"]),
        assignee in assignee(),
        mut events in prop::collection::vec((prop_oneof![Just(0i64), 0i64..4_000, (0i64..60).prop_map(|h| h * 60)], what()), 0..14),
    ) -> Story {
        events.sort_by_key(|e| e.0);
        for event in &mut events {
            event.0 += created;
        }
        Story { created, status, priority, group, calendar, tier, assignee, events }
    }
}

/// Who writes comments, in turn.
pub const AUTHORS: [&str; 3] = ["ann", "bob", "cy"];

/// The story as a source has it: numbered changes with old and new values.
pub fn events(story: &Story) -> Vec<Event<'static>> {
    let blank = Event {
        at: at(story.created),
        seq: -1,
        kind: "created",
        role: Some("customer"),
        actor: None,
        field: None,
        old: None,
        new: None,
        public: None,
    };
    let mut list = vec![blank];
    let (mut status, mut priority) = (story.status, story.priority);
    let (mut group, mut calendar) = (story.group, story.calendar);
    let mut assignee = story.assignee;
    for (i, (m, what)) in story.events.iter().enumerate() {
        let event = Event {
            at: at(*m),
            seq: i as i64,
            kind: "change",
            role: None,
            ..blank
        };
        let change = |field, old, new| Event {
            field: Some(field),
            old: Some(old),
            new: Some(new),
            ..event
        };
        let comment = |role, public| Event {
            kind: "comment",
            role: Some(role),
            actor: Some(AUTHORS[i % 3]),
            public,
            ..event
        };
        list.push(match what {
            What::Status(new) => change("status", std::mem::replace(&mut status, *new), *new),
            What::Priority(new) => change("priority", std::mem::replace(&mut priority, *new), *new),
            What::Group(new) => change("group_name", std::mem::replace(&mut group, *new), *new),
            What::Calendar(new) => change(
                "calendar_name",
                std::mem::replace(&mut calendar, *new),
                *new,
            ),
            What::Assignee(new) => Event {
                field: Some("assignee"),
                old: std::mem::replace(&mut assignee, *new),
                new: *new,
                ..event
            },
            What::Reply => comment("agent", Some(i % 2 == 0).filter(|p| *p)),
            What::Note => comment("agent", Some(false)),
            What::Ask => comment("customer", Some(true)),
        });
    }
    list
}

/// The row of the story's ticket, as it is in the end.
pub fn ticket(rules: &Rules, story: &Story) -> Ticket<'static> {
    let end = Minute::MAX / 4;
    let mut ticket = Ticket {
        fields: vec![FieldValue::Unknown; rules.fields.names().len()],
        created_at: Some(at(story.created)),
        solved_at: None,
        closed_at: None,
    };
    let all = [
        ("status", story.status_at(end)),
        ("priority", story.priority_at(end)),
        ("group_name", story.group_at(end)),
        ("calendar_name", story.calendar_at(end)),
        ("tier", story.tier),
    ];
    let assignee = story.assignee_at(end).map(|a| ("assignee", a));
    for (name, value) in all.into_iter().chain(assignee) {
        if let Some(field) = rules.fields.find(name) {
            ticket.fields[field] = FieldValue::Text(Cow::Borrowed(value));
        }
    }
    ticket
}

// Rules.

#[derive(Clone, Copy, Debug)]
pub struct Switches {
    pub reopen: Reopen,
    pub solved: Unanswered,
    pub target_at: EffectiveAt,
    pub calendar_at: EffectiveAt,
    pub retroactive: bool,
    /// The first response waits for the customer where an agent opened the ticket with a note.
    pub asked: bool,
}

pub fn switches() -> impl Strategy<Value = Switches> {
    let reopen = vec![
        Reopen::Resume,
        Reopen::Pause,
        Reopen::Count,
        Reopen::NewCycle,
        Reopen::Ignore,
    ];
    let solved = vec![Unanswered::Fulfill, Unanswered::Cancel, Unanswered::Ignore];
    let which = vec![EffectiveAt::Event, EffectiveAt::Current, EffectiveAt::First];
    let each = vec![
        EffectiveAt::Each,
        EffectiveAt::Event,
        EffectiveAt::Current,
        EffectiveAt::First,
    ];
    let parts = (
        prop::sample::select(reopen),
        prop::sample::select(solved),
        prop::sample::select(which),
        prop::sample::select(each),
        prop::bool::weighted(0.7),
        any::<bool>(),
    );
    parts.prop_map(
        |(reopen, solved, target_at, calendar_at, retroactive, asked)| Switches {
            reopen,
            solved,
            target_at,
            calendar_at,
            retroactive,
            asked,
        },
    )
}

pub fn metric(name: &str, columns: Value, s: Switches, fields: &mut Fields) -> Metric {
    let mut map = columns.as_object().expect("an object").clone();
    map.insert("name".into(), name.into());
    let reopen = match s.reopen {
        Reopen::Resume => metric::Reopen::Resume,
        Reopen::Pause => metric::Reopen::Pause,
        Reopen::Count => metric::Reopen::Count,
        Reopen::NewCycle => metric::Reopen::NewCycle,
        Reopen::Ignore => metric::Reopen::Ignore,
    };
    let solved = match s.solved {
        Unanswered::Fulfill => metric::SolvedBeforeReply::Fulfill,
        Unanswered::Cancel => metric::SolvedBeforeReply::Cancel,
        Unanswered::Ignore => metric::SolvedBeforeReply::Ignore,
    };
    Metric::new(&map, None, (reopen, solved), fields).expect("a metric")
}

pub const NAMES: [&str; 6] = [
    "first_response",
    "next_response",
    "requester_wait",
    "agent_work",
    "resolution",
    "group_ownership",
];

/// Minutes of each policy by priority: gold first, then a team's tickets while group a has them, then
/// everybody with the priority high.
pub const TARGETS: [[i64; 2]; 3] = [[600, 120], [400, 90], [0, 300]];

pub fn rules(s: Switches) -> Rules {
    let mut fields = Fields::default();
    let reply = json!({"event": "comment", "by": "agent", "public": true});
    let ask = json!({"event": "comment", "by": "customer", "public": true});
    let (made, over) = (
        json!({"event": "created"}),
        json!({"state": ["solved", "closed"]}),
    );
    let (mut first, mut answer) = (made.clone(), reply.clone());
    if s.asked {
        first = json!([{"event": "created", "customer_asked": true}, ask]);
        answer["customer_asked"] = true.into();
    }
    let columns = [
        json!({"start": first, "stop": reply, "unanswered": over}),
        json!({"start": ask, "stop": reply, "after": answer, "unanswered": over, "cycles": "many"}),
        json!({"start": made, "stop": over, "pause": {"state": "pending"}}),
        json!({"start": made, "stop": over, "pause": {"state": ["pending", "hold"]}}),
        json!({"start": made, "stop": over}),
        json!({"start": [made, {"field": "group_name"}], "stop": [{"field": "group_name"}, over], "cycles": "many", "reopen": "new_cycle"}),
    ];
    let metrics: Vec<_> = NAMES
        .iter()
        .zip(columns)
        .map(|(name, c)| metric(name, c, s, &mut fields))
        .collect();
    let states = STATUSES[..6]
        .iter()
        .map(|s| ((*s).to_owned(), (*s).to_owned()));
    let target = |priority: &str, metric: &str, minutes: i64, hours: TargetCalendar| Target {
        priority: Some(priority.to_owned()),
        metric: metric.to_owned(),
        amount: Amount {
            months: 0,
            days: 0,
            micros: minutes * MINUTE,
            business_days: false,
        },
        calendar: hours,
        warn: 0.75,
    };
    let policy = |name: &str, condition: Value, minutes: [i64; 2], high: TargetCalendar| Policy {
        name: name.to_owned(),
        valid: (i64::MIN, i64::MAX),
        condition: Condition::parse(&condition).expect("a condition"),
        calendar: match name {
            "gold" => TargetCalendar::Named("late".to_owned()),
            _ => TargetCalendar::OfTicket,
        },
        targets: NAMES
            .iter()
            .flat_map(|m| {
                let low = target("low", m, minutes[0], TargetCalendar::OfTicket);
                let high = target("high", m, minutes[1], high.clone());
                [low, high]
            })
            .filter(|t| t.amount.micros > 0)
            .collect(),
    };
    let policies = vec![
        policy(
            "gold",
            json!({"tier": "gold"}),
            TARGETS[0],
            TargetCalendar::Always,
        ),
        policy(
            "team",
            json!({"tier": "team", "group_name": "a"}),
            TARGETS[1],
            TargetCalendar::Named("late".to_owned()),
        ),
        policy(
            "high",
            json!({"priority": {"not": "low"}}),
            TARGETS[2],
            TargetCalendar::OfTicket,
        ),
    ];
    let names: Vec<_> = NAMES.iter().map(|n| (*n).to_owned()).collect();
    Rules {
        matcher: Matcher::new(policies, &names, &mut fields),
        states: States::new(states),
        fields,
        metrics,
    }
}

pub struct Known(Vec<(&'static str, Rc<Timeline>)>);

impl Known {
    pub fn new() -> Self {
        let line = |text: &str| {
            let calendar: calendar::Calendar = text.parse().expect("a calendar");
            Rc::new(Timeline::new(Source::new(&calendar)))
        };
        Self(vec![
            (ALWAYS, line("24/7 @ UTC")),
            ("desk", line("Mo-Fr 09:00-17:00 @ UTC")),
            ("late", line("12:00-20:00 @ UTC")),
            ("never", line("off @ UTC")),
            (
                "short Monday",
                line("Mo 09:00-13:00; Tu-Fr 09:00-17:00 @ UTC"),
            ),
        ])
    }
}

impl Calendars for Known {
    fn find(&self, name: &str) -> Option<Rc<Timeline>> {
        self.0.iter().find(|k| k.0 == name).map(|k| k.1.clone())
    }
    fn always(&self) -> Rc<Timeline> {
        self.0[0].1.clone()
    }
}

pub fn preset(s: Switches, rules: &Rules) -> Preset {
    Preset {
        reopen: rules.metrics[0].reopen,
        solved_before_reply: rules.metrics[0].solved_before_reply,
        target_at: s.target_at,
        calendar_at: s.calendar_at,
        retroactive_start: s.retroactive,
        due_at_next_open: false,
    }
}

thread_local! {
    pub static KNOWN: Known = Known::new();
}

pub fn with_terms<R>(
    s: Switches,
    rules: &Rules,
    as_of: i64,
    give: impl FnOnce(&Evaluation<'_, Known>) -> R,
) -> R {
    let preset = preset(s, rules);
    KNOWN.with(|known| {
        give(&Evaluation {
            preset: &preset,
            calendars: known,
            default_calendar: None,
            calendar_override: None,
            as_of,
            summary_only: false,
            targets_only: false,
        })
    })
}

pub fn rows_of<R>(
    story: &Story,
    s: Switches,
    list: Vec<Event<'static>>,
    as_of: i64,
    give: impl FnOnce(&Rules, Vec<CycleRow<'_>>) -> R,
) -> R {
    let rules = rules(s);
    let ticket = ticket(&rules, story);
    with_terms(s, &rules, as_of, |terms| {
        let rows = attainment::rows(&rules, terms, &ticket, list).expect("rows");
        give(&rules, rows)
    })
}

/// Policy and target of a story at an instant: its name, minutes, and the calendar if it is not the ticket's.
pub fn promised(story: &Story, m: Minute) -> Option<(&'static str, i64, Option<&'static str>)> {
    let priority = story.priority_at(m);
    let column = usize::from(priority == "high");
    let (name, row) = match (story.tier, story.group_at(m), priority) {
        ("gold", _, _) => ("gold", 0),
        ("team", "a", _) => ("team", 1),
        (_, _, "low") => return None,
        _ => ("high", 2),
    };
    let hours = match (name, column) {
        ("gold", 1) => Some(ALWAYS),
        ("team", 1) => Some("late"),
        _ => None,
    };
    let minutes = TARGETS[row][column];
    (minutes > 0).then_some((name, minutes, hours))
}

/// The calendar of a ticket's business hours as it is at an instant.
pub fn hours_at(story: &Story, m: Minute) -> &'static str {
    match story.tier {
        "gold" => "late",
        _ => story.calendar_at(m),
    }
}

/// Minutes from one to another in which a calendar is open.
pub fn open_minutes(calendar: &str, from: Minute, to: Minute) -> i64 {
    (from..to)
        .filter(|m| super::slow::open(calendar, *m))
        .count() as i64
}

/// Switches of no particular product.
pub fn plain_switches() -> Switches {
    Switches {
        reopen: Reopen::Resume,
        solved: Unanswered::Fulfill,
        target_at: EffectiveAt::Event,
        calendar_at: EffectiveAt::Event,
        retroactive: true,
        asked: false,
    }
}
