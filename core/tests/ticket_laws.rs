//! Laws of tickets: clocks of random histories against a slow scan by minutes, and laws of the value.
//!
//! `SLAOPS_CASES=100000` is the long run.

use crate::support::config;
use slaops_core::calendar;
use slaops_core::sla::attainment;
use slaops_core::sla::clock;
use slaops_core::sla::history;
use slaops_core::sla::lifecycle;
use slaops_core::sla::metric;

use crate::support::slow::{self, Cycle, Minute, Reopen, Story, Unanswered, What};
use proptest::prelude::*;
use serde_json::{Value, json};
use slaops_core::business_time::{Source, Timeline};
use slaops_core::sla::attainment::{ALWAYS, Calendars, CycleRow, EffectiveAt, Evaluation, Preset};
use slaops_core::sla::condition::{Condition, FieldRef};
use slaops_core::sla::history::{Event, NO_SEQ};
use slaops_core::sla::metric::{Fields, Metric};
use slaops_core::sla::policy::{Amount, Matcher, Policy, Target, TargetCalendar};
use slaops_core::sla::status::{ClockStatus, States};
use slaops_core::sla::ticket::{FieldValue, Rules, Ticket};
use slaops_core::time::SECOND;
use std::borrow::Cow;
use std::rc::Rc;

const MINUTE: i64 = 60 * SECOND;
/// Monday 2026-01-05 00:00 UTC.
const MONDAY: i64 = 9_501 * 1_440 * MINUTE;
const STATUSES: [&str; 7] = ["new", "open", "pending", "hold", "solved", "closed", "odd"];

fn at(m: Minute) -> i64 {
    MONDAY + m * MINUTE
}

// Histories.

fn what() -> impl Strategy<Value = What> {
    prop_oneof![
        6 => prop::sample::select(&STATUSES[..]).prop_map(What::Status),
        3 => Just(What::Reply),
        1 => Just(What::Note),
        3 => Just(What::Ask),
        2 => prop::sample::select(vec!["low", "high"]).prop_map(What::Priority),
        2 => prop::sample::select(vec!["a", "b"]).prop_map(What::Group),
        1 => prop::sample::select(vec!["desk", "late", "never"]).prop_map(What::Calendar),
    ]
}

prop_compose! {
    fn story()(
        created in 0i64..1_440,
        status in prop::sample::select(&STATUSES[..4]),
        priority in prop::sample::select(vec!["low", "high"]),
        group in prop::sample::select(vec!["a", "b"]),
        calendar in prop::sample::select(vec!["desk", "late"]),
        tier in prop::sample::select(vec!["gold", "team", "tin"]),
        mut events in prop::collection::vec((prop_oneof![Just(0i64), 0i64..4_000, (0i64..60).prop_map(|h| h * 60)], what()), 0..14),
    ) -> Story {
        events.sort_by_key(|e| e.0);
        for event in &mut events {
            event.0 += created;
        }
        Story { created, status, priority, group, calendar, tier, events }
    }
}

/// The story as a source has it: numbered changes with old and new values.
fn events(story: &Story) -> Vec<Event<'static>> {
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
            What::Reply => comment("agent", Some(i % 2 == 0).filter(|p| *p)),
            What::Note => comment("agent", Some(false)),
            What::Ask => comment("customer", Some(true)),
        });
    }
    list
}

/// The row of the story's ticket, as it is in the end.
fn ticket(rules: &Rules, story: &Story) -> Ticket<'static> {
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
    for (name, value) in all {
        if let Some(field) = rules.fields.find(name) {
            ticket.fields[field] = FieldValue::Text(Cow::Borrowed(value));
        }
    }
    ticket
}

// Rules.

#[derive(Clone, Copy, Debug)]
struct Switches {
    reopen: Reopen,
    solved: Unanswered,
    target_at: EffectiveAt,
    calendar_at: EffectiveAt,
    retroactive: bool,
    /// The first response waits for the customer where an agent opened the ticket with a note.
    asked: bool,
}

fn switches() -> impl Strategy<Value = Switches> {
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

fn metric(name: &str, columns: Value, s: Switches, fields: &mut Fields) -> Metric {
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

const NAMES: [&str; 6] = [
    "first_response",
    "next_response",
    "requester_wait",
    "agent_work",
    "resolution",
    "group_ownership",
];

/// Minutes of each policy by priority: gold first, then a team's tickets while group a has them, then
/// everybody with the priority high.
const TARGETS: [[i64; 2]; 3] = [[600, 120], [400, 90], [0, 300]];

fn rules(s: Switches) -> Rules {
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
        warn: 1.0,
    };
    let policy = |name: &str, condition: Value, minutes: [i64; 2], high: TargetCalendar| Policy {
        name: name.to_owned(),
        valid: (i64::MIN, i64::MAX),
        condition: Condition::parse(&condition).expect("a condition"),
        calendar: TargetCalendar::OfTicket,
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

struct Known(Vec<(&'static str, Rc<Timeline>)>);

impl Known {
    fn new() -> Self {
        let line = |text: &str| {
            let calendar: calendar::Calendar = text.parse().expect("a calendar");
            Rc::new(Timeline::new(Source::new(&calendar)))
        };
        Self(vec![
            (ALWAYS, line("24/7 @ UTC")),
            ("desk", line("Mo-Fr 09:00-17:00 @ UTC")),
            ("late", line("12:00-20:00 @ UTC")),
            ("never", line("off @ UTC")),
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

fn preset(s: Switches, rules: &Rules) -> Preset {
    Preset {
        reopen: rules.metrics[0].reopen,
        solved_before_reply: rules.metrics[0].solved_before_reply,
        target_at: s.target_at,
        calendar_at: s.calendar_at,
        retroactive_start: s.retroactive,
        due_at_next_open: false,
    }
}

// What rows should say.

/// Policy and target of a story at an instant: its name, minutes, and the calendar if it is not the ticket's.
fn promised(story: &Story, m: Minute) -> Option<(&'static str, i64, Option<&'static str>)> {
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

/// What is compared of a row.
#[derive(Debug, PartialEq)]
struct Says {
    metric: usize,
    policy: Option<&'static str>,
    target: Option<i64>,
    started: Option<Minute>,
    stopped: Option<Minute>,
    elapsed: i64,
    paused: i64,
    status: &'static str,
    breached: Option<Minute>,
    due: Option<Minute>,
    promised: Option<Minute>,
    by_status: Vec<(&'static str, i64)>,
    by_group: Vec<(&'static str, i64)>,
}

/// The first minute at the start of which a target has passed, as if the clock ran on from `from`.
fn pass(mut left: i64, from: Minute, open: &dyn Fn(Minute) -> bool) -> Option<Minute> {
    for m in from..from + 60 * 1_440 {
        if left == 0 {
            return Some(m);
        }
        left -= i64::from(open(m));
    }
    None
}

fn judge(story: &Story, s: Switches, metric: usize, cycle: &Cycle, as_of: Minute) -> Says {
    // What ends a cycle, and all else of that minute, is not part of it.
    let end = cycle.end.map_or(as_of, |m| (m - 1).max(cycle.start));
    // From where the chosen target is looked for, and until when.
    let from = match s.target_at {
        EffectiveAt::First => story.created,
        EffectiveAt::Current => end,
        _ => cycle.start,
    };
    let when = (from..=end).find(|m| promised(story, *m).is_some());
    let chosen = when.and_then(|m| promised(story, m));
    // Without retroactive start only what comes after the target began to hold counts.
    let zero = match when {
        Some(w) if !s.retroactive => (story.created..w)
            .rev()
            .find(|m| promised(story, *m) != chosen)
            .map_or(cycle.start, |m| m + 1)
            .max(cycle.start),
        _ => cycle.start,
    };
    let policy_without_target = || Some("high").filter(|_| false);
    let calendar = |m: Minute| match chosen {
        Some((_, _, Some(own))) => own,
        _ => match s.calendar_at {
            EffectiveAt::Each => story.calendar_at(m.min(as_of)),
            EffectiveAt::Event => story.calendar_at(cycle.start),
            EffectiveAt::First => story.calendar_at(story.created),
            EffectiveAt::Current => story.calendar_at(end),
        },
    };
    let open = |m: Minute| slow::open(calendar(m), m);
    let mut says = Says {
        metric,
        policy: chosen.map(|c| c.0).or_else(policy_without_target),
        target: chosen.map(|c| c.1),
        started: None,
        stopped: None,
        elapsed: 0,
        paused: 0,
        status: "",
        breached: None,
        due: None,
        promised: None,
        by_status: Vec::new(),
        by_group: Vec::new(),
    };
    let goal = says.target.unwrap_or(i64::MAX);
    let (mut crossing, mut last_ran) = (None, None);
    let mut ran: Vec<_> = cycle.ran.iter().filter(|r| r.0 >= zero).collect();
    ran.sort();
    for (m, next) in ran {
        if says.elapsed == goal && crossing.is_none() {
            crossing = last_ran;
        }
        if open(*m) {
            says.elapsed += 1;
            last_ran = Some(*next);
            count(&mut says.by_status, story.status_at(*m));
            count(&mut says.by_group, story.group_at(*m));
        }
    }
    if says.elapsed >= goal && crossing.is_none() {
        crossing = last_ran;
    }
    says.paused = cycle
        .waited
        .iter()
        .filter(|w| w.0 >= zero && open(w.0))
        .count() as i64;
    for list in [&mut says.by_status, &mut says.by_group] {
        list.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    }
    says.stopped = cycle.end;
    says.breached = crossing.filter(|_| says.elapsed > goal && !cycle.cancelled);
    let waiting = cycle.end.is_none() && waits(story, s, metric, as_of);
    says.status = match () {
        () if cycle.cancelled => "cancelled",
        () if says.target.is_none() => "no_target",
        () if says.elapsed > goal => "breached",
        () if cycle.end.is_some() => "met",
        () if waiting => "paused",
        () if says.elapsed >= goal => "at_risk",
        () => "active",
    };
    // A clock that was stopped when it was set to zero starts when it runs again.
    let active = cycle
        .ran
        .iter()
        .chain(&cycle.waited)
        .filter(|r| r.0 >= zero)
        .map(|r| r.0)
        .min();
    says.started = match active {
        Some(m) if zero > cycle.start => Some(m),
        _ => Some(zero),
    };
    if says.target.is_some() && !waiting && !cycle.cancelled && cycle.end.is_none() {
        says.due = if says.elapsed >= goal {
            crossing
        } else {
            pass(goal - says.elapsed, as_of, &open)
        };
    }
    if let Some((_, minutes, hours)) = promised(story, cycle.start) {
        let own = story.calendar_at(cycle.start);
        let then = |m: Minute| slow::open(hours.unwrap_or(own), m);
        says.promised = pass(minutes, cycle.start, &then);
    } else if let (Some(minutes), Some(since)) = (says.target, says.started) {
        let first = calendar(cycle.start);
        says.promised = pass(minutes, since, &|m| slow::open(first, m));
    }
    says
}

fn count(list: &mut Vec<(&'static str, i64)>, key: &'static str) {
    match list.iter_mut().find(|l| l.0 == key) {
        Some(l) => l.1 += 1,
        None => list.push((key, 1)),
    }
}

fn waits(story: &Story, _: Switches, metric: usize, m: Minute) -> bool {
    match NAMES[metric] {
        "requester_wait" => story.status_at(m) == "pending",
        "agent_work" => matches!(story.status_at(m), "pending" | "hold"),
        _ => false,
    }
}

/// A row in the same words. Dues are compared where the clock still runs.
fn said(rules: &Rules, row: &CycleRow<'_>, expected: &Says) -> Says {
    let minute = |at: i64| (at - MONDAY).div_euclid(MINUTE);
    let finite = |at: Option<i64>| at.filter(|a| *a != i64::MAX && *a < at_end()).map(minute);
    let now = row.standing.expect("a calendar");
    let own = |list: &[(Option<&str>, i64)]| {
        let known = |(key, micros): &(Option<&str>, i64)| {
            let all = STATUSES.iter().chain(&["a", "b"]);
            let key = all.copied().find(|s| Some(*s) == *key).expect("a name");
            (key, micros / MINUTE)
        };
        list.iter().map(known).collect()
    };
    let policy =
        row.target
            .and(row.policy)
            .map(|p| match rules.matcher.policies[p].name.as_str() {
                "gold" => "gold",
                "team" => "team",
                _ => "high",
            });
    Says {
        metric: row.metric,
        policy,
        target: row.target_micros.map(|t| t / MINUTE),
        // A clock that waited or stopped when it was set to zero has not run since.
        started: now.started_at.map(minute).or(expected.started),
        stopped: now.stopped_at.map(minute).or(expected.stopped),
        elapsed: now.elapsed.expect("bounded") / MINUTE,
        paused: now.paused.expect("bounded") / MINUTE,
        status: now.status.name(),
        breached: finite(now.breached_at),
        due: finite(now.due_at).filter(|_| expected.due.is_some()),
        promised: finite(row.promised_due_at),
        by_status: own(&row.by_status),
        by_group: own(&row.by_group),
    }
}

/// Beyond what the slow scan looks at.
fn at_end() -> i64 {
    at(50 * 1_440)
}

thread_local! {
    static KNOWN: Known = Known::new();
}

fn with_terms<R>(
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

fn rows_of<R>(
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

proptest! {
    #![proptest_config(config(1_500))]

    /// Every metric, cycle, target, due time and share is what a scan by minutes says.
    #[test]
    fn rows_agree_with_a_scan_by_minutes(story in story(), s in switches(), after in 0i64..6_000) {
        let as_of = story.created + after;
        let cycles = [
            story.replies(as_of, false, s.asked, s.reopen, s.solved),
            story.replies(as_of, true, s.asked, s.reopen, s.solved),
            story.until_solved(as_of, s.reopen, &["pending"]),
            story.until_solved(as_of, s.reopen, &["pending", "hold"]),
            story.until_solved(as_of, s.reopen, &[]),
            story.ownership(as_of),
        ];
        let expected: Vec<_> = cycles.iter().enumerate()
            .flat_map(|(m, list)| list.iter().map(move |c| (m, c)))
            .map(|(m, c)| judge(&story, s, m, c, as_of))
            .collect();
        rows_of(&story, s, events(&story), at(as_of), |rules, rows| {
            let rows: Vec<_> = rows.iter().filter(|r| r.status != ClockStatus::NotStarted || r.standing.is_some()).collect();
            let found: Vec<_> = rows.iter().zip(&expected).map(|(r, e)| said(rules, r, e)).collect();
            prop_assert_eq!(rows.len(), expected.len(), "{:#?}\n{:#?}", cycles, rows.iter().map(|r| (r.metric, &r.signals)).collect::<Vec<_>>());
            for (f, e) in found.iter().zip(&expected) {
                prop_assert_eq!(f, e);
            }
            Ok(())
        })?;
    }

    /// Order, doubles and parts never matter; bytes and text round trip.
    #[test]
    fn histories_are_sets((list, shuffled) in story().prop_flat_map(|s| {
        let list = events(&s);
        (Just(list.clone()), Just(list).prop_shuffle())
    }), cut in 0usize..15, bare in any::<bool>()) {
        let plain = |list: &[Event<'static>]| -> Vec<Event<'static>> {
            list.iter().map(|e| Event { seq: if bare { NO_SEQ } else { e.seq }, ..*e }).collect()
        };
        let bytes = history::encode(plain(&list)).expect("small");
        let doubled = [plain(&shuffled), plain(&list)].concat();
        prop_assert_eq!(&history::encode(doubled).expect("small"), &bytes);
        let (a, b) = shuffled.split_at(cut.min(shuffled.len()));
        let (a, b) = (history::encode(plain(a)).expect("small"), history::encode(plain(b)).expect("small"));
        let merged = [history::decode(&a).expect("own"), history::decode(&b).expect("own")].concat();
        prop_assert_eq!(&history::encode(merged).expect("small"), &bytes);
        prop_assert!(history::check(&bytes).is_ok());
        let text = history::text::print(&history::decode(&bytes).expect("own")).expect("memory");
        prop_assert_eq!(&history::text::parse(&text).expect("own text"), &bytes);
    }

    /// What happens later changes nothing of what was known before.
    #[test]
    fn the_future_is_not_known(story in story(), s in switches(), after in 0i64..4_500) {
        let as_of = story.created + after;
        let all = events(&story);
        let past: Vec<_> = all.iter().copied().filter(|e| e.at <= at(as_of)).collect();
        let mut then = story.clone();
        then.events.retain(|e| e.0 <= as_of);
        let print = |rows: Vec<CycleRow<'_>>| rows.iter().map(|r| format!("{:?} {:?} {} {:?} {:?}", r.metric, r.signals, r.status, r.standing, r.promised_due_at)).collect::<Vec<_>>();
        let known = rows_of(&then, s, past, at(as_of), |_, rows| print(rows));
        let asked = rows_of(&story, s, all, at(as_of), |_, rows| print(rows));
        prop_assert_eq!(known, asked);
    }

    /// Nothing after a cycle has stopped changes its row, unless the preset has a reopening take the stop back.
    #[test]
    fn what_follows_a_stop_changes_nothing(story in story(), s in switches(), after in 0i64..6_000) {
        let as_of = at(story.created + after);
        let all = events(&story);
        let full = rows_of(&story, s, all.clone(), as_of, |_, rows| stopped(&rows));
        for m in story.events.iter().map(|e| e.0).filter(|m| at(*m) <= as_of) {
            let mut then = story.clone();
            then.events.retain(|e| e.0 <= m);
            let past: Vec<_> = all.iter().copied().filter(|e| e.at <= at(m)).collect();
            let known = rows_of(&then, s, past, as_of, |_, rows| stopped(&rows));
            for row in full.iter().filter(|r| r.1 <= at(m)) {
                prop_assert!(known.contains(row), "{:#?}\n{:#?}", row, known);
            }
            let takes_back = matches!(s.reopen, Reopen::Resume | Reopen::Pause | Reopen::Count);
            for row in known.iter().filter(|r| !takes_back || NAMES[r.0] == "group_ownership") {
                prop_assert!(full.contains(row), "{:#?}\n{:#?}", row, full);
            }
        }
    }

    /// Nothing else that happens in the instant of a stop changes the row.
    #[test]
    fn what_comes_with_a_stop_changes_nothing(
        story in story(), s in switches(), after in 0i64..6_000, more in prop::collection::vec(beside(), 1..4), first in any::<bool>(),
    ) {
        let as_of = at(story.created + after);
        let before = rows_of(&story, s, events(&story), as_of, |_, rows| stopped(&rows));
        for row in before.iter().filter(|r| r.2 < r.1) {
            let m = (row.1 - MONDAY) / MINUTE;
            let mut then = story.clone();
            let place = then.events.partition_point(|e| if first { e.0 < m } else { e.0 <= m });
            then.events.splice(place..place, more.iter().map(|w| (m, w.clone())));
            let known = rows_of(&then, s, events(&then), as_of, |_, rows| stopped(&rows));
            prop_assert!(known.contains(row), "{:#?}\n{:#?}", row, known);
        }
    }

    /// What a source writes for an instant that it does not know is none.
    #[test]
    fn no_instant_is_none(
        story in story(), s in switches(), after in 0i64..6_000, solved in no_instant(), closed in no_instant(), event in no_instant(),
    ) {
        let as_of = at(story.created + after);
        let mut story = story;
        story.events.retain(|e| !matches!(e.1, What::Status(_)));
        let list = events(&story);
        let junk = Event { at: event.min(history::FIRST_INSTANT - 1), kind: "created", seq: NO_SEQ, ..list[0] };
        let with = [list.clone(), vec![junk], vec![Event { at: i64::MAX, ..junk }]].concat();
        prop_assert_eq!(history::encode(with).expect("small"), history::encode(list.clone()).expect("small"));
        let rules = rules(s);
        let plain = ticket(&rules, &story);
        let mut odd = plain.clone();
        odd.set_instants(plain.created_at, Some(solved), Some(closed));
        let of = |ticket: &Ticket<'_>| with_terms(s, &rules, as_of, |terms| {
            let rows = attainment::rows(&rules, terms, ticket, list.clone()).expect("rows");
            let life = lifecycle::lifecycle(&rules, terms, ticket, list.clone());
            format!("{:?} {life:?}", rows.iter().map(print).collect::<Vec<_>>())
        });
        prop_assert_eq!(of(&odd), of(&plain));
    }

    /// A ticket is closed since it last became so.
    #[test]
    fn closed_since_the_last_time(story in story(), s in switches(), after in 0i64..6_000) {
        let as_of = story.created + after;
        let rules = rules(s);
        let ticket = ticket(&rules, &story);
        let found = with_terms(s, &rules, at(as_of), |terms| {
            let life = lifecycle::lifecycle(&rules, terms, &ticket, events(&story)).expect("created");
            life.closed_at
        });
        prop_assert_eq!(found, story.closed(as_of).map(at));
    }

    /// Bent bytes are refused or mean a history; nothing panics.
    #[test]
    fn bent_bytes_do_not_panic(story in story(), bends in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4), cut in any::<prop::sample::Index>()) {
        let mut bytes = history::encode(events(&story)).expect("small");
        for (place, to) in &bends {
            let place = place.index(bytes.len());
            bytes[place] = *to;
        }
        let _ = history::check(&bytes);
        let _ = history::check(&bytes[..cut.index(bytes.len())]);
    }

    /// Shares sum to a million; Wilson's interval holds the rate.
    #[test]
    fn shares_and_intervals(amounts in prop::collection::vec(0i64..1 << 50, 1..9), met in 0u64..500, more in 0u64..500) {
        let shares = attainment::shares(&amounts);
        let whole = if amounts.iter().all(|a| *a == 0) { 0 } else { 1_000_000 };
        prop_assert_eq!(shares.iter().sum::<u32>(), whole);
        if let Some((low, high)) = attainment::wilson(met, met + more) {
            let rate = met as f64 / (met + more) as f64;
            prop_assert!(0.0 <= low && low <= rate && rate <= high && high <= 1.0);
        }
    }

    /// A condition that implies another never holds without it.
    #[test]
    fn implication_is_sound(a in condition(), b in condition(), x in value(), y in value()) {
        let (a, b) = (Condition::parse(&a).expect("reads"), Condition::parse(&b).expect("reads"));
        let held = |field: &str| match (field, &x, &y) {
            ("x", Some(v), _) | ("y", _, Some(v)) => FieldRef::Text(v),
            _ => FieldRef::Unknown,
        };
        prop_assert!(!a.implies(&b) || !a.holds(held) || b.holds(held));
    }
}

/// The signals of a metric of its own: each event is an instant and what it changes.
fn signals(columns: &Value, list: &[(i64, &str, &'static str)]) -> Vec<(i64, clock::SignalKind)> {
    let mut fields = Fields::default();
    let map = columns.as_object().expect("an object");
    let preset = (metric::Reopen::Resume, metric::SolvedBeforeReply::Fulfill);
    let metric = Metric::new(map, None, preset, &mut fields).expect("a metric");
    let mut run = metric::CycleTracker::new(&metric, 0);
    let mut values = vec![FieldRef::Unknown; fields.names().len()];
    for (i, (at, field, new)) in list.iter().enumerate() {
        values[fields.find(field).expect("a field")] = FieldRef::Text(new);
        run.on_event(*at, i as i64, &values);
        values[0] = FieldRef::Unknown;
        if list.get(i + 1).is_none_or(|next| next.0 > *at) {
            run.on_instant_end(*at, i as i64, &values);
        }
    }
    let cycles = run.into_cycles();
    assert_eq!(cycles.len(), 1);
    cycles[0].signals.iter().map(|s| (s.at, s.kind)).collect()
}

#[test]
fn a_reset_with_the_stop_is_no_part_of_it() {
    use slaops_core::sla::clock::SignalKind::{Reset, Start, Stop};
    let columns = json!({"start": {"event": "created"}, "stop": {"event": "done"}, "reset": {"event": "again"}});
    let list = [
        (0, "event", "created"),
        (30, "event", "again"),
        (60, "event", "again"),
        (60, "event", "done"),
    ];
    let expected = vec![(0, Start), (30, Reset), (60, Stop)];
    assert_eq!(signals(&columns, &list), expected);
}

#[test]
fn time_that_counts_waits_as_any_other() {
    use slaops_core::sla::clock::SignalKind::{Pause, Resume, Start, Stop};
    let mut columns = json!({
        "start": {"event": "created"}, "stop": {"state": "solved"}, "reopen": "count",
        "pause": [{"group_name": "vendor"}, {"state": "pending"}],
    });
    let list = [
        (0, "event", "created"),
        (10, "state", "pending"),
        (20, "state", "solved"),
        (30, "group_name", "vendor"),
        (50, "group_name", "desk"),
        (60, "state", "open"),
        (80, "state", "solved"),
    ];
    // It waits from 10 to 20 and, solved and with the vendor, from 30 to 50.
    let expected = [
        (0, Start),
        (10, Pause),
        (20, Resume),
        (30, Pause),
        (50, Resume),
        (80, Stop),
    ];
    assert_eq!(signals(&columns, &list), expected);
    // While it is solved it has stopped; opened for the vendor it waits on.
    assert_eq!(signals(&columns, &list[..4]).last(), Some(&(20, Stop)));
    let opened = [&list[..4], &[(40, "state", "open")]].concat();
    assert_eq!(signals(&columns, &opened).last(), Some(&(30, Pause)));
    columns["reopen"] = "resume".into();
    let kinds: Vec<_> = signals(&columns, &list[..6]);
    assert_eq!(kinds.last(), Some(&(60, clock::SignalKind::Reopen)));
}

/// What may happen beside the end of a cycle without being what ends it.
fn beside() -> impl Strategy<Value = What> {
    prop_oneof![
        Just(What::Note),
        Just(What::Ask),
        prop::sample::select(vec!["low", "high"]).prop_map(What::Priority),
        prop::sample::select(vec!["a", "b"]).prop_map(What::Group),
        prop::sample::select(vec!["desk", "late", "never"]).prop_map(What::Calendar),
    ]
}

/// Before the creation, in the years of "unset", or without end.
fn no_instant() -> impl Strategy<Value = i64> {
    prop_oneof![
        Just(-10_957 * 1_440 * MINUTE),
        Just(history::FIRST_INSTANT - 1),
        Just(i64::MIN),
        Just(i64::MAX),
        (1i64..10_000).prop_map(|m| MONDAY - m * MINUTE),
        Just(MONDAY - 1),
    ]
}

/// Everything that a row says; the place of a signal's event among the others is none of it.
fn print(row: &CycleRow<'_>) -> String {
    let signals: Vec<_> = row.signals.iter().map(|s| (s.at, s.kind)).collect();
    format!(
        "{:?}",
        (
            (row.metric, row.cycle, row.policy, row.priority, row.target),
            (
                &row.calendars,
                row.target_micros,
                row.status.name(),
                row.standing
            ),
            (row.promised_due_at, row.group, row.last_group),
            (&row.by_status, &row.by_group, signals),
        )
    )
}

/// The rows of clocks that have stopped: the metric, when, when they began, and what they say.
fn stopped(rows: &[CycleRow<'_>]) -> Vec<(usize, i64, i64, String)> {
    let end = |r: &CycleRow<'_>| {
        let (first, last) = (r.signals.first()?, r.signals.last()?);
        let over = matches!(
            last.kind,
            clock::SignalKind::Stop | clock::SignalKind::Cancel
        );
        over.then(|| (r.metric, last.at, first.at, print(r)))
    };
    rows.iter().filter_map(end).collect()
}

fn value() -> impl Strategy<Value = Option<String>> {
    prop::option::of(
        prop::sample::select(vec!["1", "2", "p", "true", "1.0"]).prop_map(str::to_owned),
    )
}

fn condition() -> impl Strategy<Value = Value> {
    let one = prop::sample::select(vec![
        json!("1"),
        json!(1),
        json!(2),
        json!("p"),
        json!(true),
        json!(null),
    ]);
    let test = prop_oneof![
        one.clone(),
        prop::collection::vec(one.clone(), 1..3).prop_map(Value::from),
        one.prop_map(|v| json!({"not": v})),
        (1..3).prop_map(|n| json!({"at_least": n})),
    ];
    let case = prop::collection::btree_map(prop::sample::select(vec!["x", "y"]), test, 0..3)
        .prop_map(|m| json!(m));
    prop_oneof![
        case.clone(),
        prop::collection::vec(case, 1..3).prop_map(Value::from)
    ]
}
