//! Laws of the backlog: how random tickets stand at instants, against a plain reading of their stories.
//!
//! `SLAOPS_CASES=100000` is the long run.

use crate::support::case::{case, hours, policy, shown, when};
use crate::support::config;
use crate::support::desk::{
    MINUTE, at, events, hours_at, open_minutes, promised, rows_of, rules, story, switches, ticket,
    with_terms,
};
use proptest::prelude::*;
use serde_json::json;
use slaops_core::sla::attainment::EffectiveAt;
use slaops_core::sla::backlog::{Risk, Snapshot, snapshots};
use slaops_core::sla::clock::SignalKind;
use slaops_core::sla::history::Event;
use slaops_core::sla::status::{ClockStatus, TicketState};
use slaops_core::sla::ticket::{Rules, Ticket};

/// What the clocks that are open at an instant say together: late by, breached, risk, next due.
fn clocks(rows: &[slaops_core::sla::attainment::CycleRow<'_>]) -> (i64, u32, Risk, Option<i64>) {
    let (mut debt, mut breached, mut risk, mut due) = (0, 0, Risk::NoTarget, Vec::new());
    for row in rows {
        let ends = [SignalKind::Stop, SignalKind::Cancel];
        let (Some(last), Some(target)) = (row.signals.last(), row.target_micros) else {
            continue;
        };
        if ends.contains(&last.kind) {
            continue;
        }
        let now = row.standing.expect("a calendar");
        let this = match row.status {
            ClockStatus::Breached => {
                debt += now.elapsed.expect("bounded") - target;
                breached += 1;
                Risk::Breached
            }
            ClockStatus::AtRisk => Risk::Near,
            _ => Risk::OnTrack,
        };
        if this != Risk::Breached {
            due.extend(now.due_at.filter(|d| *d != i64::MAX));
        }
        risk = risk.max(this);
    }
    (debt, breached, risk, due.into_iter().min())
}

/// What a source leaves out: the event of the creation, or its instant in the row.
#[derive(Clone, Copy, Debug)]
enum Lacks {
    Nothing,
    Event,
    Instant,
}

fn lacks() -> impl Strategy<Value = Lacks> {
    prop::sample::select(vec![Lacks::Nothing, Lacks::Event, Lacks::Instant])
}

fn without(lacks: Lacks, list: &mut Vec<Event<'static>>, ticket: &mut Ticket<'static>) {
    match lacks {
        Lacks::Nothing => {}
        Lacks::Event => list.retain(|e| e.kind != "created"),
        Lacks::Instant => ticket.created_at = None,
    }
}

proptest! {
    #![proptest_config(config(1_000))]

    /// A ticket is in the backlog at each instant at which it is neither solved nor closed, as it is then.
    #[test]
    fn open_tickets_are_as_they_were(
        story in story(), s in switches(), lacks in lacks(), mut minutes in prop::collection::vec(-200i64..6_000, 0..8), more in 0usize..9,
    ) {
        // Instants of events, and those just before them.
        minutes.extend(story.events.iter().take(more).flat_map(|e| [e.0 - story.created, e.0 - story.created - 1]));
        minutes.extend([0, -1]);
        minutes.sort_unstable();
        let minutes: Vec<_> = minutes.into_iter().map(|m| m + story.created).collect();
        let instants: Vec<_> = minutes.iter().map(|m| at(*m)).collect();
        let rules = rules(s);
        let (mut list, mut row) = (events(&story), ticket(&rules, &story));
        without(lacks, &mut list, &mut row);
        let found = with_terms(s, &rules, 0, |terms| snapshots(&rules, terms, &row, list.clone(), &instants).expect("amounts"));
        let is_open = |m: &&i64| **m >= story.created && !story.over_at(**m);
        let mut expected = Vec::new();
        for m in minutes.iter().filter(is_open) {
            let (debt, breached, risk, next_due_at) = rows_of(&story, s, events(&story), at(*m), |_, rows| clocks(&rows));
            let policy = promised(&story, *m).map(|p| p.0);
            expected.push(Snapshot {
                at: at(*m),
                status: Some(story.status_at(*m)),
                state: TicketState::parse(story.status_at(*m)),
                group: Some(story.group_at(*m)),
                assignee: story.assignee_at(*m),
                priority: Some(story.priority_at(*m)),
                policy: rules.matcher.policies.iter().position(|p| Some(p.name.as_str()) == policy),
                age: (m - story.created) * MINUTE,
                age_open: Some(open_minutes(hours_at(&story, *m), story.created, *m) * MINUTE),
                debt, breached, risk, next_due_at,
            });
        }
        prop_assert_eq!(found.len(), expected.len());
        for (f, e) in found.iter().zip(&expected) {
            prop_assert_eq!(f, e);
        }
    }

    /// A ticket of which the row alone tells the solution is open until then.
    #[test]
    fn a_solution_in_the_row_ends_it(
        mut story in story(), s in switches(), lacks in lacks(), solved in prop::option::of(-50i64..3_000), closed in prop::option::of(-50i64..3_000),
        word in prop::sample::select(vec!["open", "solved", "closed"]), mut minutes in prop::collection::vec(-200i64..6_000, 0..8),
    ) {
        story.events.retain(|e| !matches!(e.1, crate::support::slow::What::Status(_)));
        story.status = word;
        let over: Vec<_> = [solved, closed].into_iter().flatten().filter(|m| *m >= 0).map(|m| m + story.created).collect();
        minutes.extend(over.iter().flat_map(|m| [m - story.created, m - story.created - 1]));
        minutes.sort_unstable();
        let minutes: Vec<_> = minutes.into_iter().map(|m| m + story.created).collect();
        let rules = rules(s);
        let (mut list, mut row) = (events(&story), ticket(&rules, &story));
        let since = |m: Option<i64>| m.map(|m| at(m + story.created));
        row.set_instants(row.created_at, since(solved), since(closed));
        without(lacks, &mut list, &mut row);
        let instants: Vec<_> = minutes.iter().map(|m| at(*m)).collect();
        let found = with_terms(s, &rules, 0, |terms| snapshots(&rules, terms, &row, list.clone(), &instants).expect("amounts"));
        let found: Vec<_> = found.iter().map(|f| f.at).collect();
        // Solved at an instant that nobody wrote down: it is taken for open until its last event.
        let known = solved.filter(|m| *m >= 0).or(closed.filter(|m| *m >= 0)).map(|m| m + story.created);
        let last = story.events.last().map_or(story.created, |e| e.0);
        let end = match (known, word) {
            (Some(m), _) => m,
            (None, "open") => i64::MAX,
            (None, _) => last,
        };
        let expected: Vec<_> = minutes.iter().filter(|m| **m >= story.created && **m < end).map(|m| at(*m)).collect();
        prop_assert_eq!(found, expected, "{:?} {:?}", row, list);
    }
}

#[test]
fn risks_have_names_and_an_order() {
    let all = [Risk::NoTarget, Risk::OnTrack, Risk::Near, Risk::Breached];
    let names = ["no_target", "on_track", "at_risk", "breached"];
    assert_eq!(all.map(Risk::name), names);
    assert!(all.is_sorted());
}

/// A bare ticket: events of its status, and its row.
fn statuses(rules: &Rules, list: &[(i64, i64, &'static str)], row: Ticket<'static>) -> Vec<i64> {
    let change = |(m, seq, new): &(i64, i64, &'static str)| Event {
        at: at(*m),
        seq: *seq,
        kind: if *seq < 0 { "created" } else { "change" },
        role: None,
        actor: None,
        field: Some("status").filter(|_| !new.is_empty()),
        old: None,
        new: Some(*new).filter(|n| !n.is_empty()),
        public: None,
    };
    let events: Vec<_> = list.iter().map(change).collect();
    let instants: Vec<_> = (0..100).step_by(5).map(at).collect();
    let s = crate::support::desk::plain_switches();
    let found = with_terms(s, rules, 0, |terms| {
        snapshots(rules, terms, &row, events, &instants).expect("amounts")
    });
    let minute = |f: &Snapshot<'_>| (f.at - at(0)) / MINUTE;
    found.iter().map(minute).collect()
}

#[test]
fn where_a_ticket_begins_and_ends() {
    let rules = rules(crate::support::desk::plain_switches());
    let row = |created: Option<i64>| Ticket {
        created_at: created.map(at),
        ..Ticket::default()
    };
    // Nothing is known of it.
    assert_eq!(statuses(&rules, &[], row(None)), Vec::<i64>::new());
    // A row alone is open from its creation on.
    let all: Vec<_> = (10..100).step_by(5).collect();
    assert_eq!(statuses(&rules, &[], row(Some(10))), all);
    // Events before the creation set fields.
    let solved = [(0, 1, "open"), (10, -1, ""), (20, 2, "solved")];
    assert_eq!(statuses(&rules, &solved, row(Some(10))), [10, 15]);
    // Without an instant of creation the first event is one.
    let first = [
        (10, 1, "open"),
        (20, 2, "solved"),
        (40, 3, "open"),
        (45, 4, "closed"),
    ];
    assert_eq!(statuses(&rules, &first, row(None)), [10, 15, 40]);
    // A solution before the creation is none of an instant that is known.
    let early = [(0, 1, "solved"), (10, -1, "")];
    assert_eq!(statuses(&rules, &early, row(Some(10))), Vec::<i64>::new());
    // Of two statuses at one instant the later counts, by their numbers.
    let both = [(10, -1, ""), (20, 1, "open"), (20, 2, "solved")];
    assert_eq!(statuses(&rules, &both, row(Some(10))), [10, 15]);
    let both = [(10, -1, ""), (20, 1, "solved"), (20, 2, "open")];
    assert_eq!(statuses(&rules, &both, row(Some(10))), all);
}

/// Between two events a policy may end and another begin.
#[test]
fn a_version_of_a_policy_begins() {
    let late = json!({"priority": "high"});
    let policies = vec![
        policy(("", "Tu 09:00"), &json!({}), hours(9)),
        policy(("Tu 09:00", ""), &late, hours(20)),
        policy(("We 09:00", ""), &json!({}), hours(30)),
    ];
    let mut case = case(policies);
    case.preset.target_at = EffectiveAt::Current;
    let instants = [
        "Mo 16:00", "Mo 17:00", "Tu 08:59", "Tu 09:00", "Tu 17:00", "We 09:00", "We 17:00",
    ];
    let found: Vec<_> = case.ask(|rules, evaluation, ticket, events| {
        let instants = instants.map(when);
        let list = snapshots(rules, evaluation, ticket, events, &instants).expect("amounts");
        let one =
            |s: &Snapshot<'_>| format!("{:?} {} {}", s.policy, s.risk.name(), shown(s.next_due_at));
        list.iter().map(one).collect()
    });
    let expected = [
        "Some(0) on_track Tu 10:00",
        "Some(0) at_risk Tu 10:00",
        "Some(0) at_risk Tu 10:00",
        "None no_target -",
        "None no_target -",
        "Some(2) on_track Th 15:00",
        "Some(2) at_risk Th 15:00",
    ];
    assert_eq!(found, expected);
}
