//! The demo's tickets are the same everywhere, consistent, and tell the story.

use super::life::{Actor, Event, Value};
use super::ticket::Ticket;
use super::*;

/// 2026-01-05 08:00 UTC.
const UNTIL: i64 = (9_501 * 24 + 8) * HOUR;

fn demo(tickets: i64) -> Demo {
    Demo::new(tickets, 42, UNTIL).unwrap()
}

/// First response and resolution of a ticket in minutes, if there, and whether each was in time.
struct Promise {
    metric: &'static str,
    group: &'static str,
    minutes: f64,
    met: bool,
}

/// As sql/97_demo.sql has it.
fn targets(priority: &str) -> (f64, f64) {
    match priority {
        "urgent" => (30.0, 480.0),
        "high" => (120.0, 360.0),
        "normal" => (240.0, 480.0),
        _ => (480.0, 960.0),
    }
}

fn promises(demo: &Demo, ticket: &Ticket, events: &[Event]) -> Vec<Promise> {
    let region = demo
        .year
        .regions
        .iter()
        .find(|r| r.name == ticket.region)
        .unwrap();
    let minutes = |from, to| match ticket.priority {
        "urgent" => (to - from) as f64 / MINUTE as f64,
        _ => region.line.minutes(from, to),
    };
    let (first, solution) = targets(ticket.priority);
    let solved = events
        .iter()
        .find(|e| e.new == Value::Word("solved"))
        .map(|e| e.at);
    let reply = events
        .iter()
        .find(|e| e.kind == "comment" && matches!(e.by, Actor::Agent(_)));
    let replied = reply.map(|e| e.at).into_iter().chain(solved).min();
    let mut found = Vec::new();
    for (metric, end, target) in [
        ("first_response", replied, first),
        ("resolution", ticket.solved_at, solution),
    ] {
        let minutes = minutes(ticket.created_at, end.unwrap_or(demo.until));
        if end.is_some() || minutes > target {
            found.push(Promise {
                metric,
                group: ticket.group,
                minutes,
                met: minutes <= target,
            });
        }
    }
    found
}

#[test]
fn story() {
    let n = 50_000;
    let demo = demo(n as i64);
    let (mut events_n, mut happy, mut esc, mut eng, mut reop) = (0, 0, 0, 0, 0);
    let mut status = std::collections::BTreeMap::new();
    let mut att: std::collections::BTreeMap<String, (u32, u32, f64)> = Default::default();
    let mut csat: std::collections::BTreeMap<String, (u32, f64)> = Default::default();
    for i in 1..=n {
        let (t, ev) = demo.ticket(i);
        events_n += ev.len();
        let path: Vec<&str> = ev
            .iter()
            .map(|e| match e.new {
                Value::Word(w) if e.kind == "status" => w,
                _ => e.kind,
            })
            .collect();
        happy += (path == ["created", "group_name", "comment", "solved", "closed"]) as usize;
        let g = ev.iter().filter(|e| e.kind == "group_name").count();
        esc += (g > 1) as usize;
        eng += (g > 2) as usize;
        let r = ev
            .windows(1)
            .filter(|w| w[0].old == Value::Word("solved") && w[0].new == Value::Word("open"))
            .count()
            > 0;
        reop += r as usize;
        *status.entry(t.status).or_insert(0) += 1;
        for p in promises(&demo, &t, &ev) {
            for key in [
                "all".to_owned(),
                p.metric.to_owned(),
                format!("{} {}", p.metric, p.group),
                format!("prio {}", t.priority),
                format!("{} {}", t.kind, t.priority),
                format!("{} prio {}", p.metric, t.priority),
                format!(
                    "{} month {}",
                    p.metric,
                    (t.created_at - demo.year.start) / (30 * DAY)
                ),
            ] {
                let e = att.entry(key).or_default();
                if p.met {
                    e.0 += 1
                } else {
                    e.1 += 1
                }
                e.2 += p.minutes;
            }
        }
        if let Some(s) = t.csat_score {
            for key in [
                "all".to_owned(),
                format!("esc {}", g - 1),
                format!("reopened {r}"),
                t.group.to_owned(),
            ] {
                let e = csat.entry(key).or_default();
                e.0 += 1;
                e.1 += s;
            }
        }
    }
    println!(
        "events {events_n} happy {happy} escalated {esc} engineering {eng} reopened {reop} {status:?}"
    );
    for (k, (m, b, s)) in att {
        println!(
            "{k:40} {m:6} {b:6} {:.3} mean {:.0}",
            m as f64 / (m + b) as f64,
            s / (m + b) as f64
        );
    }
    for (k, (n, s)) in csat {
        println!("csat {k} {n} {:.2}", s / n as f64);
    }
}
