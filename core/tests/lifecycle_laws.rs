//! Laws of the life of a ticket in one row, and of its steps, against a plain reading of random stories.
//!
//! `SLAOPS_CASES=100000` is the long run.

use crate::support::config;
use crate::support::desk::{
    AUTHORS, MINUTE, at, events, hours_at, open_minutes, plain_switches, promised, rows_of, rules,
    story, switches, ticket, with_terms,
};
use crate::support::slow::{self, Minute, Story, What};
use proptest::prelude::*;
use slaops_core::sla::clock::SignalKind;
use slaops_core::sla::lifecycle::{Lifecycle, lifecycle, steps};
use slaops_core::sla::status::TicketState;
use slaops_core::sla::ticket::Rules;

/// What can be told of a story at an instant by looking at each of its minutes.
fn told(story: &Story, rules: &Rules, m: Minute) -> Lifecycle<'static> {
    let past: Vec<_> = story.events.iter().filter(|e| e.0 <= m).collect();
    let first = |of: &dyn Fn(&What) -> bool| past.iter().position(|e| of(&e.1));
    let number = |of: &dyn Fn(&What) -> bool| past.iter().filter(|e| of(&e.1)).count() as u32;
    let reply = first(&|w| *w == What::Reply);
    let mut life = Lifecycle {
        created_at: at(story.created),
        first_response_at: reply.map(|i| at(past[i].0)),
        first_response_by: reply.map(|i| AUTHORS[i % 3]),
        closed_at: story.closed(m).map(at),
        open: !story.over_at(m),
        status: Some(story.status_at(m)),
        state: TicketState::parse(story.status_at(m)),
        group: Some(story.group_at(m)),
        assignee: story.assignee_at(m),
        priority: Some(story.priority_at(m)),
        calendar: Some(hours_at(story, m).to_owned()),
        agent_replies: number(&|w| *w == What::Reply),
        customer_replies: number(&|w| *w == What::Ask),
        internal_notes: number(&|w| *w == What::Note),
        last_event_at: Some(at(past.last().map_or(story.created, |e| e.0))),
        next_event_at: story.events.get(past.len()).map(|e| at(e.0)),
        ..Lifecycle::default()
    };
    let policy = promised(story, m).map(|p| p.0);
    life.policy = rules
        .matcher
        .policies
        .iter()
        .position(|p| Some(p.name.as_str()) == policy);
    let mut had = story.assignee;
    for (minute, what) in &past {
        if let What::Assignee(new) = what {
            if new.is_some() && *new != had {
                life.assignments += 1;
                life.first_assigned_at = life.first_assigned_at.or(Some(at(*minute)));
            }
            had = *new;
        }
    }
    // Minute by minute: the states and groups that it goes through, and when it is solved and opened.
    life.open_from.push(at(story.created));
    for k in story.created..=m {
        if let Some(state) = TicketState::parse(story.status_at(k))
            && life.states.last() != Some(&state)
        {
            life.states.push(state);
        }
        let group = story.group_at(k);
        if life.groups.last() != Some(&group) {
            let known = life.groups.contains(&group);
            life.handoffs += u32::from(!life.groups.is_empty());
            life.escalations += u32::from(!life.groups.is_empty() && !known);
            life.groups.push(group);
        }
        match (k > story.created && story.over_at(k - 1), story.over_at(k)) {
            (false, true) => {
                life.open_to.push(at(k));
                life.first_solved_at = life.first_solved_at.or(Some(at(k)));
                life.solved_at = Some(at(k));
            }
            (true, false) => {
                life.reopens += 1;
                life.open_from.push(at(k));
                life.solved_at = None;
            }
            _ => {}
        }
    }
    // Open time, until it was solved or until now.
    let end = life.solved_at.map_or(m, |s| (s - at(0)) / MINUTE);
    let hours = hours_at(story, m);
    life.cycle = Some((end - story.created) * MINUTE);
    life.cycle_open = Some(open_minutes(hours, story.created, end) * MINUTE);
    let mut in_state = [0; 4];
    let mut by_group = vec![0; life.groups.len()];
    let mut turn = 0;
    for k in story.created..end {
        turn += usize::from(k > story.created && story.group_at(k) != story.group_at(k - 1));
        let passed = i64::from(slow::open(hours, k)) * MINUTE;
        let state = TicketState::parse(story.status_at(k));
        if let Some(i) = TicketState::UNSOLVED.iter().position(|s| Some(*s) == state) {
            in_state[i] += passed;
        }
        if !story.over_at(k) {
            by_group[turn] += passed;
        }
    }
    life.in_state = in_state.map(Some);
    life.group_open = Some(by_group);
    life
}

proptest! {
    #![proptest_config(config(1_000))]

    /// Every column of a life is what its minutes tell.
    #[test]
    fn a_life_is_what_its_minutes_tell(story in story(), s in switches(), after in -20i64..6_000, from_row in any::<bool>()) {
        let m = story.created + after;
        let rules = rules(s);
        let mut list = events(&story);
        list.retain(|e| !from_row || e.kind != "created");
        let row = ticket(&rules, &story);
        let mut expected = told(&story, &rules, m.max(story.created));
        if from_row && story.events.first().is_none_or(|e| e.0 > m) {
            // No event says that it was created.
            expected.last_event_at = None;
        }
        let ended = |row: &slaops_core::sla::attainment::CycleRow<'_>| {
            row.signals.last().is_none_or(|last| matches!(last.kind, SignalKind::Stop | SignalKind::Cancel))
        };
        expected.settled = !expected.open && rows_of(&story, s, events(&story), at(m), |_, rows| rows.iter().all(ended));
        let found = with_terms(s, &rules, at(m), |terms| lifecycle(&rules, terms, &row, list.clone()));
        prop_assert_eq!(found, Some(expected).filter(|_| m >= story.created));
    }

    /// A step is what happened, with the step that last set the state and how often it has happened while unsolved.
    #[test]
    fn steps_are_what_happened(story in story()) {
        let rules = rules(plain_switches());
        let list = events(&story);
        let found = steps(&rules.states, &list);
        let words: Vec<String> = std::iter::once("created".to_owned()).chain(story.events.iter().map(|e| match e.1 {
            What::Status(s) => format!("status {s}"),
            What::Group(g) => format!("group {g}"),
            What::Reply => "agent reply".to_owned(),
            What::Note => "internal note".to_owned(),
            What::Ask => "customer reply".to_owned(),
            What::Priority(_) => "priority".to_owned(),
            What::Calendar(_) => "calendar_name".to_owned(),
            What::Assignee(_) => "assignee".to_owned(),
        })).collect();
        prop_assert_eq!(found.len(), words.len());
        let is_state = |i: &usize| words[*i].starts_with("status ");
        let solved = |i: usize| (0..=i).rev().find(is_state).is_some_and(|k| ["status solved", "status closed"].contains(&words[k].as_str()));
        for (i, step) in found.iter().enumerate() {
            prop_assert_eq!(&step.activity, &words[i]);
            prop_assert_eq!(step.state_step, (0..=i).rev().find(is_state));
            let times = (0..=i).filter(|k| words[*k] == words[i] && !solved(*k)).count();
            prop_assert_eq!(step.times, times as u32, "{} of {:?}", i, words);
            prop_assert_eq!(step.state(), words[i].strip_prefix("status "));
        }
    }
}
