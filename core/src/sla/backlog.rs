//! The backlog: how each open ticket stood at past instants, and a sweep that counts open tickets.

use crate::error::{Error, Result};
use crate::memory;
use crate::sla::attainment::{Calendars, Evaluation, calendar, cycle_row};
use crate::sla::clock::SignalKind;
use crate::sla::condition::FieldRef;
use crate::sla::history::Event;
use crate::sla::lifecycle::holder;
use crate::sla::metric::STATUS;
use crate::sla::status::{ClockStatus, TicketState, is_solved};
use crate::sla::ticket::{Rules, Ticket, TicketReplay};
use crate::time::Timestamp;

/// The most instants that are looked at.
pub const MAX_INSTANTS: usize = 1_000_000;
/// The most periods that are counted.
pub const MAX_PERIODS: usize = 10_000_000;

/// How an open ticket stood at an instant. Amounts are microseconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot<'a> {
    pub at: Timestamp,
    pub status: Option<&'a str>,
    pub state: Option<TicketState>,
    pub group: Option<&'a str>,
    pub assignee: Option<&'a str>,
    pub priority: Option<&'a str>,
    pub policy: Option<usize>,
    /// Since its creation, by the wall clock.
    pub age: i64,
    /// Since its creation, in open time of its calendar; None when that is not known.
    pub age_open: Option<i64>,
    /// Past target, summed over its open breached clocks.
    pub debt: i64,
    pub breached: u32,
    /// The gravest of its open clocks.
    pub risk: Risk,
    /// The first target that runs out.
    pub next_due_at: Option<Timestamp>,
}

/// What an open ticket's clocks say, the gravest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Risk {
    NoTarget,
    OnTrack,
    Near,
    Breached,
}

impl Risk {
    /// The word that results have for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoTarget => "no_target",
            Self::OnTrack => "on_track",
            Self::Near => "at_risk",
            Self::Breached => "breached",
        }
    }
}

/// How a ticket stood at each of the instants, which are in order, at which it was open. What it had then
/// comes from its events; `terms.as_of` is not asked.
///
/// # Errors
/// Those of [`crate::sla::clock::amount`].
pub fn snapshots<'a, C: Calendars>(
    rules: &'a Rules,
    evaluation: &Evaluation<'_, C>,
    ticket: &'a Ticket<'_>,
    events: Vec<Event<'a>>,
    instants: &[i64],
) -> Result<Vec<Snapshot<'a>>> {
    let mut snapshots = Vec::new();
    // The life until some instant is that until the next if nothing happens between.
    let mut latest_replay: Option<(usize, usize, TicketReplay<'a>)> = None;
    let first = match (events.first(), ticket.created_at) {
        (Some(e), Some(at)) => e.at.min(at),
        (Some(e), None) => e.at,
        (None, Some(at)) => at,
        (None, None) => return Ok(snapshots),
    };
    let begin = instants.partition_point(|at| *at < first);
    let row_event = [ticket.created_at, ticket.solved_at, ticket.closed_at];
    for at in instants[begin..].iter().copied() {
        crate::interrupt::check();
        if is_plainly_solved(rules, ticket, &events, at) {
            // Nothing more can happen to a ticket that is over after its last event.
            if is_past(&events, &row_event, at) {
                break;
            }
            continue;
        }
        let happened = events.partition_point(|e| e.at <= at)
            + row_event.iter().flatten().filter(|r| **r <= at).count();
        let turned = rules
            .matcher
            .version_boundaries
            .partition_point(|t| *t <= at);
        if latest_replay
            .as_ref()
            .is_none_or(|k| (k.0, k.1) != (happened, turned))
        {
            let Some(replay) = rules.replay(events.clone(), ticket, at) else {
                continue;
            };
            latest_replay = Some((happened, turned, replay));
        }
        let Some((_, _, replay)) = &latest_replay else {
            continue;
        };
        let Some(stretch) = replay.stretches.last() else {
            continue;
        };
        let state = stretch.status.and_then(|s| rules.states.state_of(s));
        if replay.solved_at_unknown.is_some() || is_solved(state) {
            if is_past(&events, &row_event, at) {
                break;
            }
            continue;
        }
        let here = Evaluation {
            as_of: at,
            summary_only: true,
            targets_only: true,
            ..*evaluation
        };
        let mut snapshot = standing(rules, &here, replay)?;
        let past = events.partition_point(|e| e.at <= at);
        snapshot.assignee = holder(&events, past, ticket);
        (snapshot.status, snapshot.state, snapshot.group) = (stretch.status, state, stretch.group);
        memory::push(&mut snapshots, snapshot)?;
    }
    Ok(snapshots)
}

/// Whether nothing of a ticket happens after an instant.
fn is_past(events: &[Event<'_>], row_event: &[Option<i64>], at: Timestamp) -> bool {
    events.last().is_none_or(|e| e.at <= at) && row_event.iter().flatten().all(|r| *r <= at)
}

/// Whether the last status of a ticket by an instant, given after its creation, means solved: no replay is needed to see
/// that. Where statuses share an instant, their order is the replay's to find.
fn is_plainly_solved(
    rules: &Rules,
    ticket: &Ticket<'_>,
    events: &[Event<'_>],
    at: Timestamp,
) -> bool {
    let past = &events[..events.partition_point(|e| e.at <= at)];
    let mut statuses = past.iter().rev().filter(|e| e.field == Some("status"));
    let Some(last) = statuses.next() else {
        return false;
    };
    // A list in the row is what counts, whatever events say.
    !matches!(ticket.field(STATUS), FieldRef::List(_))
        && statuses.next().is_none_or(|before| before.at < last.at)
        && past
            .iter()
            .find(|e| e.kind == "created")
            .is_some_and(|created| created.at <= last.at)
        && is_solved(last.new.and_then(|s| rules.states.state_of(s)))
}

/// What the clocks that are open at `terms.as_of` say together.
fn standing<'a, C: Calendars>(
    rules: &'a Rules,
    evaluation: &Evaluation<'_, C>,
    replay: &TicketReplay<'a>,
) -> Result<Snapshot<'a>> {
    let phase = replay.phases.len() - 1;
    let (_, open) = calendar(rules, evaluation, replay);
    let age_open = open.and_then(|open| open.between(replay.created_at, evaluation.as_of));
    let mut snapshot = Snapshot {
        at: evaluation.as_of,
        status: None,
        state: None,
        group: None,
        assignee: None,
        priority: replay.phases[phase].priority.text(),
        policy: replay.phases[phase].policy,
        age: evaluation.as_of.saturating_sub(replay.created_at),
        age_open,
        debt: 0,
        breached: 0,
        risk: Risk::NoTarget,
        next_due_at: None,
    };
    for cycle in &replay.cycles {
        let last = cycle.signals.last();
        if last.is_none_or(|s| matches!(s.kind, SignalKind::Stop | SignalKind::Cancel)) {
            continue;
        }
        let row = cycle_row(rules, evaluation, replay, cycle.clone())?;
        let (Some(target), Some(now)) = (row.target_micros, row.standing) else {
            continue;
        };
        let risk = match now.status {
            ClockStatus::Breached => {
                let late = now.elapsed.unwrap_or(i64::MAX).saturating_sub(target);
                snapshot.debt = snapshot.debt.saturating_add(late);
                snapshot.breached += 1;
                Risk::Breached
            }
            ClockStatus::AtRisk => Risk::Near,
            ClockStatus::Active | ClockStatus::Paused => Risk::OnTrack,
            _ => continue,
        };
        snapshot.risk = snapshot.risk.max(risk);
        if risk != Risk::Breached {
            let due = now.due_at.filter(|at| *at != i64::MAX);
            snapshot.next_due_at = [snapshot.next_due_at, due].into_iter().flatten().min();
        }
    }
    Ok(snapshot)
}

/// How many were open at an instant, and how many opened and closed since the instant before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    pub at: Timestamp,
    pub opened: i64,
    pub closed: i64,
    pub open: i64,
}

/// The number that are open at each instant: one sweep over the sorted ends of periods, `n log n` for `n`
/// periods, whatever the number of instants. A period is open from its first instant to before its last; one
/// without an end is open still; one that ends as it begins opens and closes and is never open; one without a
/// beginning or that ends before it begins does not count.
/// What opened or closed before the first instant is part of `open` only.
///
/// # Errors
/// Arrays of unequal length.
pub fn levels(
    opened: &[Option<i64>],
    closed: &[Option<i64>],
    instants: &[i64],
) -> Result<Vec<Level>> {
    if opened.len() != closed.len() {
        return Err(Error::parameter(
            format!(
                "opening and closing instants must be of equal number, not {} and {}",
                opened.len(),
                closed.len()
            ),
            "Give one of each for every ticket, NULL for one that is open: array_agg(opened_at), array_agg(closed_at).",
        ));
    }
    let mut up = memory::with_capacity(opened.len())?;
    let mut down = memory::with_capacity(closed.len())?;
    for (from, to) in opened.iter().zip(closed) {
        crate::interrupt::check();
        let Some(from) = *from else { continue };
        if to.is_some_and(|to| to < from) {
            continue;
        }
        up.push(from);
        down.extend(*to);
    }
    crate::interrupt::check();
    up.sort_unstable();
    crate::interrupt::check();
    down.sort_unstable();
    let mut instants = memory::collect(instants.iter().copied())?;
    instants.sort_unstable();
    instants.dedup();
    let (mut i, mut j) = (0, 0);
    let mut levels = memory::with_capacity(instants.len())?;
    for at in instants {
        crate::interrupt::check();
        let (before_up, before_down) = (i, j);
        while i < up.len() && up[i] <= at {
            i += 1;
        }
        while j < down.len() && down[j] <= at {
            j += 1;
        }
        let first = levels.is_empty();
        let since = |now: usize, before: usize| if first { 0 } else { (now - before) as i64 };
        levels.push(Level {
            at,
            opened: since(i, before_up),
            closed: since(j, before_down),
            open: i as i64 - j as i64,
        });
    }
    Ok(levels)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sla::metric::Fields;
    use crate::sla::policy::Matcher;
    use crate::sla::status::States;
    use crate::sla::ticket::FieldValue;
    use proptest::prelude::*;

    proptest! {
        /// The sweep says what counting each period at each instant says.
        #[test]
        fn a_sweep_is_a_count(
            periods in prop::collection::vec((prop::option::of(0i64..40), prop::option::of(0i64..40)), 0..30),
            instants in prop::collection::vec(-5i64..45, 0..12),
        ) {
            let (opened, closed): (Vec<_>, Vec<_>) = periods.iter().copied().unzip();
            let found = levels(&opened, &closed, &instants).expect("equal lengths");
            let real = |p: &&(Option<i64>, Option<i64>)| p.0.is_some_and(|from| p.1.is_none_or(|to| from <= to));
            let real: Vec<_> = periods.iter().filter(real).collect();
            let by = |ends: &[Option<i64>], at: i64| {
                ends.iter().flatten().filter(|e| **e <= at).count() as i64
            };
            let (starts, ends): (Vec<_>, Vec<_>) = real.iter().map(|p| **p).unzip();
            for (i, level) in found.iter().enumerate() {
                let open = real.iter().filter(|p| p.0 <= Some(level.at) && p.1.is_none_or(|to| to > level.at));
                prop_assert_eq!(level.open, open.count() as i64);
                if let Some(before) = i.checked_sub(1).map(|i| found[i]) {
                    prop_assert_eq!(level.opened, by(&starts, level.at) - by(&starts, before.at));
                    prop_assert_eq!(level.closed, by(&ends, level.at) - by(&ends, before.at));
                }
            }
        }
    }

    fn change(at: i64, field: &'static str, new: &'static str) -> Event<'static> {
        Event {
            at,
            seq: crate::time::NO_SEQ,
            kind: if field.is_empty() {
                "created"
            } else {
                "change"
            },
            role: None,
            actor: None,
            field: Some(field).filter(|f| !f.is_empty()),
            old: None,
            new: Some(new),
            public: None,
        }
    }

    /// The shortcut says so only of a status that nothing can change.
    #[test]
    fn solved_without_a_replay() {
        let mut fields = Fields::default();
        let states = ["open", "solved", "closed"].map(|s| (s.to_owned(), s.to_owned()));
        let rules = Rules {
            matcher: Matcher::new(Vec::new(), &[], &mut fields),
            states: States::new(states.into_iter()),
            metrics: Vec::new(),
            fields,
        };
        let created = change(10, "", "");
        let (open, solved) = (change(20, "status", "open"), change(20, "status", "solved"));
        let at = |at, event: Event<'static>| Event { at, ..event };
        let tier = change(30, "tier", "gold");
        for (events, expected) in [
            (vec![], false),
            (vec![created], false),
            (vec![created, open], false),
            (vec![created, solved], true),
            (vec![created, solved, tier], true),
            (vec![created, change(20, "status", "closed")], true),
            (vec![created, change(20, "status", "lost")], false),
            (vec![created, at(15, open), solved], true),
            (vec![created, at(15, solved), open], false),
            // Not known yet.
            (vec![created, at(31, solved)], false),
            (vec![created, at(30, solved)], true),
            // Two at one instant, whose order the replay finds.
            (vec![created, open, solved], false),
            // With the creation, before it, and without one.
            (vec![at(20, created), solved], true),
            (vec![solved, at(21, created)], false),
            (vec![solved], false),
        ] {
            let found = is_plainly_solved(&rules, &Ticket::default(), &events, 30);
            assert_eq!(found, expected, "{events:?}");
        }
        let list = Ticket {
            fields: vec![FieldValue::List(Vec::new()); STATUS + 1],
            ..Ticket::default()
        };
        assert!(!is_plainly_solved(&rules, &list, &[created, solved], 30));
    }

    #[test]
    fn nothing_happens_after() {
        let events = [change(10, "", ""), change(20, "tier", "gold")];
        for (events, row, at, expected) in [
            (&events[..], [None, None, None], 20, true),
            (&events[..], [None, None, None], 19, false),
            (&[][..], [None, None, None], 0, true),
            (&events[..], [Some(20), None, Some(20)], 20, true),
            (&events[..], [Some(10), None, Some(21)], 20, false),
            (&events[..], [Some(21), None, None], 21, true),
        ] {
            assert_eq!(is_past(events, &row, at), expected, "{row:?} {at}");
        }
    }

    #[test]
    fn a_sweep_counts_what_is_open() {
        let level = |at, opened, closed, open| Level {
            at,
            opened,
            closed,
            open,
        };
        let opened = [Some(1), Some(2), Some(5), None, Some(9), Some(7)];
        let closed = [Some(4), None, Some(5), Some(3), Some(8), Some(8)];
        let found = levels(&opened, &closed, &[8, 2, 4, 7, 7]).expect("equal lengths");
        let expected = [
            level(2, 0, 0, 2),
            level(4, 0, 1, 1),
            level(7, 2, 1, 2),
            level(8, 0, 1, 1),
        ];
        assert_eq!(found, expected);
        assert_eq!(levels(&[], &[], &[]), Ok(Vec::new()));
        let error = levels(&opened, &[], &[1]).expect_err("unequal lengths");
        assert!(error.message.contains('6'), "{error}");
    }
}
