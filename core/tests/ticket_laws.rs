//! Laws of tickets: clocks of random histories against a slow scan by minutes, and laws of the value.
//!
//! `SLAOPS_CASES=100000` is the long run.

use crate::support::config;
use crate::support::desk::{
    MINUTE, MONDAY, NAMES, STATUSES, Switches, at, events, promised, rows_of, rules, story,
    switches, ticket, with_terms,
};
use crate::support::slow::{self, Cycle, Minute, Reopen, Story, What};
use proptest::prelude::*;
use slaops_core::sla::attainment::{self, CycleRow, EffectiveAt};
use slaops_core::sla::clock;
use slaops_core::sla::history::{self, Event, NO_SEQ};
use slaops_core::sla::lifecycle;
use slaops_core::sla::status::ClockStatus;
use slaops_core::sla::ticket::{Rules, Ticket};

// What rows should say.

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
        () if says.elapsed * 4 >= goal * 3 => "at_risk",
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
