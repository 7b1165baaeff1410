//! Laws of conditions and of shares, and facts of the signals that single metrics give.

use crate::support::config;
use proptest::prelude::*;
use serde_json::{Value, json};
use slaops_core::sla::attainment::{shares, wilson};
use slaops_core::sla::clock;
use slaops_core::sla::condition::{Condition, FieldRef};
use slaops_core::sla::metric::{self, Fields, Metric};

proptest! {
    #![proptest_config(config(1_500))]

    /// Shares sum to a million; Wilson's interval holds the rate.
    #[test]
    fn shares_and_intervals(amounts in prop::collection::vec(0i64..1 << 50, 1..9), met in 0u64..500, more in 0u64..500) {
        let parts = shares(&amounts);
        let whole = if amounts.iter().all(|a| *a == 0) { 0 } else { 1_000_000 };
        prop_assert_eq!(parts.iter().sum::<u32>(), whole);
        if let Some((low, high)) = wilson(met, met + more) {
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

/// The signals of each cycle of a metric of its own: each event is an instant and what it changes.
fn cycles(
    columns: &Value,
    list: &[(i64, &str, &'static str)],
) -> Vec<Vec<(i64, clock::SignalKind)>> {
    let mut fields = Fields::default();
    let map = columns.as_object().expect("an object");
    let preset = (
        metric::Reopen::Resume,
        match columns["unanswered"] {
            Value::Null => metric::SolvedBeforeReply::Fulfill,
            _ => metric::SolvedBeforeReply::Cancel,
        },
    );
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
    let of = |c: &metric::Cycle| c.signals.iter().map(|s| (s.at, s.kind)).collect();
    let numbers: Vec<_> = cycles.iter().map(|c| c.number as usize).collect();
    assert_eq!(numbers, (1..=cycles.len()).collect::<Vec<_>>());
    cycles.iter().map(of).collect()
}

/// Those of its only cycle.
fn signals(columns: &Value, list: &[(i64, &str, &'static str)]) -> Vec<(i64, clock::SignalKind)> {
    let mut cycles = cycles(columns, list);
    assert_eq!(cycles.len(), 1);
    cycles.remove(0)
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

/// A first cycle that starts on a ticket that is solved or over already owes nothing, unless the ticket is reopened.
#[test]
fn a_first_cycle_on_a_solved_ticket() {
    use slaops_core::sla::clock::SignalKind::{Start, Stop};
    let columns = json!({
        "start": {"event": "assigned"}, "stop": {"state": "solved"}, "unanswered": {"state": "closed"},
    });
    for state in ["solved", "closed"] {
        let list = [(0, "state", state), (10, "event", "assigned")];
        assert_eq!(cycles(&columns, &list), Vec::<Vec<_>>::new(), "{state}");
    }
    // One that is solved in the instant of its assignment was not solved before.
    let list = [
        (0, "state", "open"),
        (10, "event", "assigned"),
        (10, "state", "solved"),
    ];
    assert_eq!(signals(&columns, &list), [(10, Start), (10, Stop)]);
}

/// A ticket is found solved at an unknown instant: a clock that runs is cancelled, one that has ended stays as it is.
#[test]
fn solved_at_an_unknown_instant() {
    use slaops_core::sla::clock::SignalKind::{Cancel, Start, Stop};
    let columns = json!({
        "start": {"event": "created"}, "stop": [{"event": "done"}, {"state": "solved"}],
    });
    let map = columns.as_object().expect("an object");
    let mut fields = Fields::default();
    let preset = (metric::Reopen::Resume, metric::SolvedBeforeReply::Fulfill);
    let metric = Metric::new(map, None, preset, &mut fields).expect("a metric");
    let state = fields.find("state").expect("a field");
    for (events, found, expected) in [
        (&["created"][..], "solved", &[(0, Start), (90, Cancel)][..]),
        (&["created"], "open", &[(0, Start)]),
        (&["created", "done"], "solved", &[(0, Start), (10, Stop)]),
        (&["created", "done"], "open", &[(0, Start), (10, Stop)]),
    ] {
        let mut run = metric::CycleTracker::new(&metric, 0);
        let mut values = vec![FieldRef::Unknown; fields.names().len()];
        for (i, event) in (0..).zip(events) {
            values[0] = FieldRef::Text(event);
            run.on_event(10 * i, i, &values);
            values[0] = FieldRef::Unknown;
            run.on_instant_end(10 * i, i, &values);
        }
        values[state] = FieldRef::Text(found);
        run.cancel_solved_at_unknown(90, 9, &values);
        let cycles = run.into_cycles();
        let signals = cycles
            .iter()
            .flat_map(|c| c.signals.iter().map(|s| (s.at, s.kind)));
        assert_eq!(
            signals.collect::<Vec<_>>(),
            expected,
            "{events:?}, then {found}"
        );
    }
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

#[test]
fn an_answer_to_a_solved_ticket_is_an_answer() {
    use slaops_core::sla::clock::SignalKind::{Cancel, Reopen, Start, Stop};
    let columns = json!({
        "start": {"event": "created"}, "stop": {"event": "reply"}, "unanswered": {"state": "solved"},
    });
    let (made, solved, opened) = (
        (0, "event", "created"),
        (10, "state", "solved"),
        (30, "state", "open"),
    );
    let silent = signals(&columns, &[made, solved, opened]);
    assert_eq!(silent, [(0, Start), (10, Stop), (30, Reopen)]);
    let answered = signals(&columns, &[made, solved, (20, "event", "reply"), opened]);
    assert_eq!(answered, [(0, Start), (10, Cancel)]);
}

#[test]
fn a_clock_that_runs_while_a_ticket_is_so() {
    use slaops_core::sla::clock::SignalKind::{Start, Stop};
    let mut columns =
        json!({"start": {"tier": "gold"}, "stop": [{"state": "solved"}, {"event": "reply"}]});
    let gold = (5, "tier", "gold");
    assert_eq!(signals(&columns, &[gold]), [(5, Start)]);
    // Not while it is solved, nor a second time.
    let solved = [(1, "state", "solved"), gold];
    assert_eq!(cycles(&columns, &solved), Vec::<Vec<_>>::new());
    let opened = [&solved[..], &[(8, "state", "open")]].concat();
    assert_eq!(signals(&columns, &opened), [(8, Start)]);
    let answered = [gold, (9, "event", "reply"), (12, "tier", "gold")];
    assert_eq!(signals(&columns, &answered[..2]), [(5, Start), (9, Stop)]);
    // As long as it is so the next one begins as the last one ends.
    columns["cycles"] = "many".into();
    let again = cycles(&columns, &answered[..2]);
    assert_eq!(again, [vec![(5, Start), (9, Stop)], vec![(9, Start)]]);
    // Not before what has to come first.
    columns["cycles"] = "one".into();
    columns["after"] = json!({"state": "hold"});
    assert_eq!(cycles(&columns, &[gold]), Vec::<Vec<_>>::new());
    let held = [gold, (7, "state", "hold"), (8, "state", "open")];
    assert_eq!(signals(&columns, &held), [(7, Start)]);
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

#[test]
fn shares_sum_to_a_million() {
    assert_eq!(shares(&[]), Vec::<u32>::new());
    assert_eq!(shares(&[0, 0]), [0, 0]);
    assert_eq!(shares(&[5]), [1_000_000]);
    assert_eq!(shares(&[1, 5]), [166_667, 833_333]);
    assert_eq!(shares(&[1, 1, 1]), [333_334, 333_333, 333_333]);
    assert_eq!(shares(&[1, 2, 4]), [142_857, 285_714, 571_429]);
    assert_eq!(shares(&[i64::MAX, i64::MAX]), [500_000, 500_000]);
}

#[test]
fn intervals_of_rates() {
    // By Wilson's formula with z = 1.959964, to four digits.
    for (met, all, low, high) in [
        (8, 10, 0.4902, 0.9433),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (1, 2, 0.0945, 0.9055),
        (50, 200, 0.1951, 0.3143),
    ] {
        let (a, b) = wilson(met, all).expect("observations");
        assert!(
            (a - low).abs() < 5e-5 && (b - high).abs() < 5e-5,
            "{met} of {all}: {a} {b}"
        );
    }
    assert_eq!(wilson(0, 0), None);
    let ends = |met, all| wilson(met, all).expect("observations");
    assert!(ends(0, 7).0.to_bits() == 0 && ends(7, 7).1.to_bits() == 1f64.to_bits());
}
