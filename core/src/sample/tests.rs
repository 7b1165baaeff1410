//! The sample's tickets are the same everywhere, consistent, and tell the story.

use super::*;
use crate::time::MINUTE;
use std::collections::BTreeMap;
use year::REGIONS;

/// 2026-01-05 08:00 UTC.
const UNTIL: i64 = (9_501 * 24 + 8) * HOUR;

fn sample(tickets: i64) -> Sample {
    Sample::new(tickets, 42, UNTIL).unwrap()
}

fn word(value: Value) -> Option<&'static str> {
    match value {
        Value::Word(word) => Some(word),
        _ => None,
    }
}

fn by_agent(event: &Event) -> Option<usize> {
    match event.by {
        Actor::Agent(agent) => Some(agent),
        _ => None,
    }
}

/// A change of this number is a change of everybody's sample: say so in the change log.
#[test]
fn the_same_rows_everywhere() {
    let sample = sample(1_000);
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for number in 1..=1_000 {
        for byte in format!("{:?}", sample.ticket(number)).bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    assert_eq!(format!("{hash:016x}"), "789dfea23b39c6e2");
    let other = Sample::new(1_000, 43, UNTIL).unwrap();
    assert_ne!(
        format!("{:?}", sample.ticket(7)),
        format!("{:?}", other.ticket(7))
    );
}

#[test]
fn rows_are_what_events_say() {
    let sample = sample(20_000);
    let mut before = sample.year.start;
    for number in 1..=sample.tickets {
        let (ticket, events) = sample.ticket(number);
        assert!(before <= ticket.created_at && ticket.created_at <= UNTIL);
        before = ticket.created_at;
        let first = &events[0];
        assert!(
            first.kind == "created" && first.at == ticket.created_at && first.new == Value::None
        );
        assert!(events.iter().skip(1).all(|e| e.kind != "created"));
        assert!(events.is_sorted_by_key(|e| e.at) && events.iter().all(|e| e.at <= UNTIL));
        let (mut status, mut group, mut priority, mut assignee) = (Some("new"), None, None, None);
        let (mut solved_at, mut closed_at) = (None, None);
        for event in &events {
            if let (Some(agent), "comment" | "status") = (by_agent(event), event.kind) {
                assignee = Some(agent);
            }
            match event.kind {
                "status" => {
                    assert_eq!(word(event.old), status);
                    status = word(event.new);
                    match word(event.new) {
                        Some("solved") => solved_at = Some(event.at),
                        Some("closed") => closed_at = Some(event.at),
                        _ => {}
                    }
                }
                "group_name" => {
                    assert_eq!(word(event.old), group);
                    group = word(event.new);
                }
                "priority" => {
                    assert!(priority.is_none() || word(event.old) == priority);
                    priority = word(event.new);
                }
                "assignee" => {
                    assert_eq!(
                        Some(event.old),
                        assignee.map(Value::Agent),
                        "ticket {number}"
                    );
                    let Value::Agent(agent) = event.new else {
                        panic!()
                    };
                    assignee = Some(agent);
                }
                _ => {}
            }
        }
        let done = matches!(ticket.status, "solved" | "closed");
        assert_eq!(status, Some(ticket.status));
        assert_eq!(group, Some(ticket.group));
        assert!(priority.is_none_or(|p| p == ticket.priority));
        assert_eq!(assignee, ticket.assignee);
        assert_eq!(ticket.solved_at, solved_at.filter(|_| done));
        assert_eq!(ticket.closed_at, closed_at);
        assert!(ticket.closed_at.is_none() || ticket.solved_at < ticket.closed_at);
        assert!(
            ticket
                .csat_score
                .is_none_or(|s| done && (1.0..=5.0).contains(&s))
        );
    }
}

/// As sql/functions/sample.sql has it: minutes to the first response and to the solution.
fn targets(priority: &str) -> (f64, f64) {
    match priority {
        "urgent" => (30.0, 480.0),
        "high" => (120.0, 360.0),
        "normal" => (240.0, 480.0),
        _ => (480.0, 960.0),
    }
}

/// How often a target was met, and the minutes taken.
#[derive(Default)]
struct Kept {
    met: f64,
    breached: f64,
    minutes: f64,
}

impl Kept {
    fn add(&mut self, minutes: f64, target: f64) {
        match minutes <= target {
            true => self.met += 1.0,
            false => self.breached += 1.0,
        }
        self.minutes += minutes;
    }

    fn attainment(&self) -> f64 {
        self.met / (self.met + self.breached)
    }

    fn mean(&self) -> f64 {
        self.minutes / (self.met + self.breached)
    }

    /// Volume x cycle time x breach rate.
    fn bottleneck(&self) -> f64 {
        self.minutes * (1.0 - self.attainment())
    }
}

#[derive(Default)]
struct Story {
    events: f64,
    happy: f64,
    escalated: f64,
    engineering: f64,
    reopened: f64,
    open: BTreeMap<&'static str, u32>,
    all: Kept,
    by_kind: BTreeMap<(&'static str, &'static str), Kept>,
    by_group: BTreeMap<&'static str, Kept>,
    /// Of Tier 2: each escalation to the next step.
    queue: BTreeMap<i64, Kept>,
    csat: BTreeMap<(usize, bool), (f64, f64)>,
}

impl Story {
    fn add(&mut self, sample: &Sample, ticket: &Ticket, events: &[Event]) {
        let path: Vec<&str> = events
            .iter()
            .map(|e| {
                if e.kind == "status" {
                    word(e.new).unwrap()
                } else {
                    e.kind
                }
            })
            .collect();
        self.events += events.len() as f64;
        if path == ["created", "group_name", "comment", "solved", "closed"] {
            self.happy += 1.0;
        }
        let groups = events.iter().filter(|e| e.kind == "group_name").count();
        let reopened = events
            .iter()
            .any(|e| word(e.old) == Some("solved") && word(e.new) == Some("open"));
        self.escalated += f64::from(u8::from(groups > 1));
        self.engineering += f64::from(u8::from(groups > 2));
        self.reopened += f64::from(u8::from(reopened));
        if ticket.solved_at.is_none() {
            *self.open.entry(ticket.status).or_default() += 1;
        }
        if let Some(score) = ticket.csat_score {
            let rated = self.csat.entry((groups - 1, reopened)).or_default();
            *rated = (rated.0 + 1.0, rated.1 + score);
        }
        let region = sample
            .year
            .regions
            .iter()
            .find(|r| r.name == ticket.region)
            .unwrap();
        let line = &region.line;
        let minutes = |from: i64, to: i64| match ticket.priority {
            "urgent" => (to - from) as f64 / MINUTE as f64,
            _ => line.minutes(from, to),
        };
        let (first, solution) = targets(ticket.priority);
        let responded = events.iter().find(|e| {
            (e.kind == "comment" && by_agent(e).is_some()) || word(e.new) == Some("solved")
        });
        let responded = responded.map(|e| e.at);
        // While it is solved the clock stands.
        let mut cycle = minutes(ticket.created_at, ticket.solved_at.unwrap_or(sample.until));
        for pair in events
            .windows(2)
            .filter(|p| word(p[0].new) == Some("solved"))
        {
            let next = events
                .iter()
                .find(|e| e.at > pair[0].at && word(e.old) == Some("solved"));
            if let Some(opened) = next.filter(|e| word(e.new) == Some("open")) {
                cycle -= minutes(pair[0].at, opened.at);
            }
        }
        let first_response = minutes(ticket.created_at, responded.unwrap_or(sample.until));
        for (taken, target, done) in [
            (first_response, first, responded.is_some()),
            (cycle, solution, ticket.solved_at.is_some()),
        ] {
            if done || taken > target {
                self.all.add(taken, target);
                let kind = self.by_kind.entry((ticket.kind, ticket.priority));
                kind.or_default().add(taken, target);
            }
        }
        if ticket.solved_at.is_some() || cycle > solution {
            self.by_group
                .entry(ticket.group)
                .or_default()
                .add(cycle, solution);
        }
        if let Some(came) = events.iter().find(|e| word(e.new) == Some("Tier 2")) {
            let next = events.iter().find(|e| e.at > came.at);
            let taken = line.minutes(came.at, next.map_or(sample.until, |e| e.at));
            let month = (came.at - sample.year.start) / (30 * DAY);
            self.queue.entry(month).or_default().add(taken, 480.0);
        }
    }

    fn csat(&self, wanted: impl Fn(&(usize, bool)) -> bool) -> f64 {
        let rated = self.csat.iter().filter(|c| wanted(c.0));
        let (n, sum) = rated.fold((0.0, 0.0), |a, c| (a.0 + c.1.0, a.1 + c.1.1));
        sum / n
    }
}

#[test]
fn the_story() {
    for (seed, until) in [(42, UNTIL), (7, UNTIL - 100 * DAY)] {
        let sample = Sample::new(50_000, seed, until).unwrap();
        let mut story = Story::default();
        for number in 1..=sample.tickets {
            let (ticket, events) = sample.ticket(number);
            story.add(&sample, &ticket, &events);
        }
        check(&story, sample.tickets as f64);
        assert!(story.open.len() == 4 || until != UNTIL, "{:?}", story.open);
    }
}

fn check(story: &Story, tickets: f64) {
    let part = |n: f64| n / tickets;
    assert!((235_000.0..=265_000.0).contains(&story.events));
    assert!((0.60..0.70).contains(&part(story.happy)));
    assert!((0.15..0.20).contains(&part(story.escalated)));
    assert!((0.17..0.23).contains(&(story.engineering / story.escalated)));
    assert!((0.06..0.08).contains(&part(story.reopened)));
    let open: u32 = story.open.values().sum();
    assert!((0.01..0.03).contains(&part(f64::from(open))));
    assert!(
        (0.86..0.895).contains(&story.all.attainment()),
        "{}",
        story.all.attainment()
    );
    let worst = story
        .by_kind
        .iter()
        .min_by(|a, b| a.1.attainment().total_cmp(&b.1.attainment()));
    assert_eq!(*worst.unwrap().0, ("incident", "urgent"));

    let group = |name| &story.by_group[name];
    for other in ["Tier 1", "Engineering"] {
        assert!(group("Tier 2").bottleneck() > 1.5 * group(other).bottleneck());
    }
    assert!(group("Tier 1").mean() + 180.0 < group("Tier 2").mean());
    let early = &story.queue[&6];
    assert!((180.0..330.0).contains(&early.mean()));
    assert!(story.queue[&11].mean() > 4.0 * early.mean());

    assert!(story.csat(|c| c.0 == 0) > story.csat(|c| c.0 == 1) + 0.3);
    assert!(story.csat(|c| c.0 == 1) > story.csat(|c| c.0 == 2) + 0.3);
    assert!(story.csat(|c| !c.1) > story.csat(|c| c.1) + 0.6);
}

#[test]
fn the_year_has_seasons() {
    let sample = sample(50_000);
    let mut by_day = vec![[0_u32; 3]; year::DAYS];
    for number in 1..=sample.tickets {
        let mut random = random::Random::new(42, number);
        let arrival = sample.year.arrival(&mut random, number - 1, sample.tickets);
        by_day[((arrival.at - sample.year.start) / DAY) as usize][arrival.region] += 1;
    }
    let total = |day: usize| by_day[day].iter().sum::<u32>();
    // The first day is a Sunday's from 08:00 on, nearly; the second a Monday's.
    let week = |from: usize| {
        (0..7)
            .map(|d| (0..50).map(|w| total(from + w * 7 + d)).sum::<u32>())
            .collect::<Vec<_>>()
    };
    let week = week(1);
    assert!(
        week[0] > week[1] && week[1] > week[4] && week[4] > 3 * week[5],
        "{week:?}"
    );
    // 4 July 2025 is a Friday: closed in New York alone.
    let july = by_day[180];
    assert!(
        july[0] * 4 < by_day[173][0] && july[1] * 2 > by_day[173][1],
        "{july:?}"
    );
    let outages = (0..year::DAYS).filter(|d| total(*d) > 330).count();
    assert!((2..=3).contains(&outages), "{outages}");
    let half = |from: usize| (from..from + 175).map(total).sum::<u32>();
    assert!(half(0) * 104 < half(182) * 100);
}

#[test]
fn ends_when_it_should() {
    let fault = |tickets, until| Sample::new(tickets, 1, until).err().unwrap().to_string();
    assert_eq!(fault(0, UNTIL), "0 tickets cannot be made");
    assert_eq!(fault(MOST + 1, UNTIL), "10000001 tickets cannot be made");
    assert_eq!(
        fault(1, i64::MAX),
        "the year of tickets cannot end at infinity"
    );
    assert_eq!(
        fault(1, 0),
        "the year of tickets cannot end at 2000-01-01 00:00Z"
    );
    for until in [EARLIEST, LATEST] {
        let sample = Sample::new(300, -5, until).unwrap();
        assert!(
            (1..=300)
                .flat_map(|n| sample.ticket(n).1)
                .all(|e| e.at <= until)
        );
    }
    let names: std::collections::BTreeSet<_> = (0..5_000).map(words::person).collect();
    assert_eq!(names.len(), 5_000);
}

#[test]
fn the_calendars_that_are_registered() {
    let sql = include_str!("../../../sql/functions/sample.sql");
    for (name, _, hours) in REGIONS {
        assert!(sql.contains(&format!("{{calendar: \"{hours}\"")), "{name}");
    }
    for target in [
        "{first_response: 30m, ",
        "{first_response: 2h, ",
        "{first_response: 4h, ",
        "{first_response: 8h, ",
    ] {
        assert!(sql.contains(target), "{target}");
    }
}
