//! Facts of attainment: which target and calendar count, from when, and what a due time is.

use crate::support::case::{Case, business_days, case, hours, policy, shown, when};
use crate::support::desk::MINUTE;
use serde_json::{Value, json};
use slaops_core::sla::attainment::{EffectiveAt, Evaluation, explain, rows};
use slaops_core::sla::policy::TargetCalendar;

fn high() -> Value {
    json!({"priority": "high"})
}

#[test]
fn names_of_switches() {
    use EffectiveAt::{Current, Each, Event, First};
    let found = ["each", "event", "first", "current", "last"].map(EffectiveAt::parse);
    assert_eq!(
        found,
        [Some(Each), Some(Event), Some(First), Some(Current), None]
    );
}

#[test]
fn a_target_counts_in_the_calendar_of_the_ticket() {
    let mut case = case(vec![policy(("", ""), &json!({}), hours(10))]);
    assert_eq!(
        case.one(),
        "breached 600, from Mo 09:00, due Tu 11:00, promised Tu 11:00, desk"
    );
    case.as_of = "Tu 10:00";
    assert_eq!(
        case.one(),
        "at_risk 600, from Mo 09:00, due Tu 11:00, promised Tu 11:00, desk"
    );
    case.calendar_override = Some("24x7");
    assert_eq!(
        case.one(),
        "breached 600, from Mo 09:00, due Mo 19:00, promised Mo 19:00, 24x7"
    );
    case.calendar_override = Some("late");
    assert_eq!(
        case.one(),
        "at_risk 600, from Mo 09:00, due Tu 14:00, promised Tu 14:00, late"
    );
    case.policies[0].targets[0].calendar = TargetCalendar::Always;
    assert_eq!(
        case.one(),
        "breached 600, from Mo 09:00, due Mo 19:00, promised Mo 19:00, 24x7"
    );
    case.policies[0].targets[0].calendar = TargetCalendar::Named("desk".to_owned());
    (case.calendar, case.calendar_override) = (None, None);
    assert_eq!(
        case.one(),
        "at_risk 600, from Mo 09:00, due Tu 11:00, promised Tu 11:00, desk"
    );
    // The ticket has none: that of the set; without one nothing can be measured.
    case.policies[0].targets[0].calendar = TargetCalendar::OfTicket;
    assert_eq!(case.one(), "no_calendar -, from -, due -, promised -, ");
    case.default_calendar = Some("late");
    assert_eq!(
        case.one(),
        "at_risk 600, from Mo 09:00, due Tu 14:00, promised Tu 14:00, late"
    );
    case.calendar = Some("nowhere");
    assert_eq!(
        case.one(),
        "no_calendar -, from -, due -, promised -, nowhere"
    );
}

#[test]
fn a_clock_without_a_target() {
    let mut case = case(vec![policy(("", ""), &high(), hours(10))]);
    assert_eq!(
        case.one(),
        "no_target -, from Mo 09:00, due -, promised -, desk"
    );
    case.calendar = None;
    assert_eq!(
        case.one(),
        "no_target -, from Mo 09:00, due -, promised -, 24x7"
    );
    case.targets_only = true;
    assert_eq!(case.rows(), Vec::<String>::new());
    // A policy without this metric has hours of its own.
    (case.priority, case.targets_only) = (Some("high"), false);
    case.policies[0].targets[0].metric = "other".to_owned();
    case.policies[0].calendar = TargetCalendar::Named("late".to_owned());
    assert_eq!(
        case.one(),
        "no_target -, from Mo 09:00, due -, promised -, late"
    );
}

#[test]
fn a_clock_that_has_not_started() {
    let mut case = case(vec![policy(
        ("", ""),
        &json!({"group_name": "a"}),
        hours(10),
    )]);
    case.metric = json!({"start": {"event": "asked"}, "stop": {"state": "solved"}});
    case.events = vec![
        ("Mo 09:00", "created", ""),
        ("Mo 10:00", "group_name", "b>a"),
        ("Mo 11:00", "group_name", "a>c"),
    ];
    // The policy holds from 10 to 11.
    assert_eq!(case.rows(), Vec::<String>::new());
    case.as_of = "Mo 10:30";
    assert_eq!(case.one(), "not_started -, from -, due -, promised -, ");
    case.preset.target_at = EffectiveAt::First;
    assert_eq!(case.rows(), Vec::<String>::new());
    case.events[1].2 = "a>b";
    case.priority = Some("low");
    case.ask(|rules, evaluation, ticket, events| {
        let found = rows(rules, evaluation, ticket, events).expect("amounts");
        let row = &found[0];
        assert_eq!(
            (row.metric, row.cycle, row.policy, row.priority),
            (0, 1, Some(0), Some("low"))
        );
        assert_eq!(
            (row.group, row.last_group, row.target.is_some()),
            (None, Some("b"), true)
        );
    });
}

#[test]
fn counted_from_where_the_target_came_to_apply() {
    let mut case = case(vec![policy(("", ""), &high(), hours(10))]);
    case.preset.retroactive_start = false;
    case.events.push(("Mo 11:00", "priority", "low>high"));
    assert_eq!(
        case.one(),
        "breached 600, from Mo 11:00, due Tu 13:00, promised Tu 13:00, desk"
    );
    case.preset.retroactive_start = true;
    assert_eq!(
        case.one(),
        "breached 600, from Mo 09:00, due Tu 11:00, promised Tu 11:00, desk"
    );
    case.preset.retroactive_start = false;
    // A change that leaves target and policy alone does not begin anew.
    case.events.extend([
        ("Mo 12:00", "calendar_name", "desk>desk"),
        ("Mo 13:00", "priority", "high>high"),
    ]);
    case.preset.target_at = EffectiveAt::Current;
    assert_eq!(
        case.one(),
        "breached 600, from Mo 11:00, due Tu 13:00, promised Tu 13:00, desk"
    );
    // From the start on it is the start.
    case.events = vec![
        ("Mo 09:00", "created", ""),
        ("Mo 12:00", "calendar_name", "desk>desk"),
    ];
    case.priority = Some("high");
    assert_eq!(
        case.one(),
        "breached 600, from Mo 09:00, due Tu 11:00, promised Tu 11:00, desk"
    );
    // It left and came back: from when it came back.
    case.events = vec![
        ("Mo 09:00", "created", ""),
        ("Mo 10:00", "priority", "high>low"),
        ("Mo 11:00", "priority", "low>high"),
    ];
    assert_eq!(
        case.one(),
        "breached 600, from Mo 11:00, due Tu 13:00, promised Tu 11:00, desk"
    );
    // Another policy with the same target is another promise.
    let other = policy(("", ""), &json!({"priority": "low"}), hours(10));
    case.policies.push(other);
    assert_eq!(
        case.one(),
        "breached 600, from Mo 11:00, due Tu 13:00, promised Tu 11:00, desk"
    );
    // A clock that waits or is set to zero in that instant.
    case.policies.pop();
    case.metric["pause"] = json!({"group_name": "vendor"});
    case.events = vec![
        ("Mo 09:00", "created", ""),
        ("Mo 11:00", "group_name", "a>vendor"),
        ("Mo 11:00", "priority", "low>high"),
        ("Mo 12:00", "group_name", "vendor>a"),
    ];
    assert_eq!(
        case.one(),
        "breached 600, from Mo 11:00, due Tu 14:00, promised Tu 13:00, desk"
    );
}

#[test]
fn working_days_count_from_where_the_clock_counts() {
    let mut case = case(vec![policy(("", ""), &json!({}), business_days(1, 0))]);
    case.events[0].0 = "Mo 10:30";
    assert_eq!(
        case.one(),
        "breached 480, from Mo 10:30, due Tu 10:30, promised Tu 10:30, desk"
    );
    // From the last reset on.
    case.events
        .extend([("Mo 11:00", "again", ""), ("Mo 12:00", "again", "")]);
    assert_eq!(
        case.one(),
        "breached 480, from Mo 12:00, due Tu 12:00, promised Tu 10:30, desk"
    );
    // The day of the reset is longer than that of the start.
    case.calendar = Some("short Monday");
    assert_eq!(
        case.one(),
        "breached 240, from Mo 12:00, due Tu 12:00, promised Tu 10:30, short Monday"
    );
    case.events.push(("Tu 10:00", "again", ""));
    assert_eq!(
        case.one(),
        "breached 480, from Tu 10:00, due We 10:00, promised Tu 10:30, short Monday"
    );
    // In the calendar that holds there.
    case.preset.calendar_at = EffectiveAt::Each;
    case.events = vec![
        ("Mo 10:30", "created", ""),
        ("Mo 12:00", "again", ""),
        ("Tu 09:30", "calendar_name", "short Monday>desk"),
    ];
    let row = case.one();
    assert!(
        row.starts_with("breached 240, from Mo 12:00, due Tu 12:00"),
        "{row}"
    );
    case.calendar = Some("desk");
    case.preset.calendar_at = EffectiveAt::Each;
    case.events = vec![
        ("Mo 10:30", "created", ""),
        ("Mo 11:00", "calendar_name", "desk>late"),
        ("Mo 13:00", "again", ""),
    ];
    let row = case.one();
    assert!(
        row.starts_with("breached 480, from Mo 13:00, due Tu 13:00"),
        "{row}"
    );
    case.events.truncate(2);
    // Eight hours of desk, counted in the late calendar from 12:00 on.
    let row = case.one();
    assert!(
        row.starts_with("breached 480, from Mo 10:30, due Mo 19:30"),
        "{row}"
    );
}

#[test]
fn days_of_minutes_are_those_of_the_start() {
    let mut case = case(vec![policy(("", ""), &json!({}), hours(0))]);
    case.policies[0].targets[0].amount.days = 1;
    case.preset.calendar_at = EffectiveAt::Each;
    case.events.extend([
        ("Mo 11:00", "calendar_name", "desk>24x7"),
        ("Mo 13:00", "again", ""),
    ]);
    let row = case.one();
    assert!(
        row.starts_with("breached 480, from Mo 13:00, due Mo 21:00"),
        "{row}"
    );
}

#[test]
fn due_when_the_calendar_is_closed() {
    // Eight hours from Monday 09:00 are over as Monday is.
    let mut case = case(vec![policy(("", ""), &json!({}), hours(8))]);
    assert_eq!(
        case.one(),
        "breached 480, from Mo 09:00, due Mo 17:00, promised Mo 17:00, desk"
    );
    case.preset.due_at_next_open = true;
    assert_eq!(
        case.one(),
        "breached 480, from Mo 09:00, due Tu 09:00, promised Tu 09:00, desk"
    );
    let breached = |case: &Case| {
        case.ask(|rules, evaluation, ticket, events| {
            shown(
                rows(rules, evaluation, ticket, events).expect("amounts")[0]
                    .standing
                    .and_then(|s| s.breached_at),
            )
        })
    };
    assert_eq!(breached(&case), "Tu 09:00");
    // One that falls into open time stays.
    case.policies[0].targets[0].amount = hours(7);
    assert_eq!(
        case.one(),
        "breached 420, from Mo 09:00, due Mo 16:00, promised Mo 16:00, desk"
    );
    // A calendar that never opens again.
    (case.calendar, case.policies[0].targets[0].amount) = (Some("never"), hours(1));
    assert_eq!(
        case.one(),
        "active 60, from Mo 09:00, due never, promised never, never"
    );
    // Days are times of day, which move to the opening; hours beside them are none.
    (case.calendar, case.preset.due_at_next_open) = (Some("desk"), false);
    case.events[0].0 = "Mo 18:00";
    case.policies[0].targets[0].amount = business_days(1, 0);
    assert_eq!(
        case.one(),
        "breached 480, from Mo 18:00, due We 09:00, promised We 09:00, desk"
    );
    case.events[0].0 = "Mo 09:00";
    case.policies[0].targets[0].amount = business_days(1, 8);
    assert_eq!(
        case.one(),
        "breached 960, from Mo 09:00, due Tu 17:00, promised Tu 17:00, desk"
    );
    // In the calendar that counts last.
    case.policies[0].targets[0].amount = hours(8);
    (case.preset.due_at_next_open, case.preset.calendar_at) = (true, EffectiveAt::Each);
    case.events.push(("Mo 18:00", "calendar_name", "desk>late"));
    assert_eq!(
        case.one(),
        "breached 480, from Mo 09:00, due Mo 17:00, promised Mo 17:00, desk+late"
    );
}

#[test]
fn the_end_is_no_part_of_a_cycle() {
    let mut case = case(vec![policy(("", ""), &high(), hours(10))]);
    case.preset.target_at = EffectiveAt::Current;
    case.priority = Some("high");
    case.events.extend([
        ("Mo 12:00", "status", "open>solved"),
        ("Mo 12:00", "priority", "high>low"),
    ]);
    assert_eq!(
        case.one(),
        "met 600, from Mo 09:00, due Tu 11:00, promised Tu 11:00, desk"
    );
    // A cycle of no length has what its start has.
    case.events = vec![
        ("Mo 09:00", "created", ""),
        ("Mo 09:00", "priority", "low>high"),
        ("Mo 09:00", "done", ""),
    ];
    case.metric["stop"] = json!({"event": "done"});
    assert_eq!(
        case.one(),
        "met 600, from Mo 09:00, due Tu 11:00, promised Tu 11:00, desk"
    );
}

#[test]
fn a_clock_explained() {
    let mut case = case(vec![policy(("", ""), &json!({}), hours(2))]);
    case.metric["pause"] = json!({"group_name": "vendor"});
    case.events.extend([
        ("Mo 10:00", "group_name", "a>vendor"),
        ("Mo 11:00", "group_name", "vendor>b"),
        ("Mo 13:00", "status", "open>solved"),
    ]);
    case.ask(|rules, evaluation, ticket, events| {
        let found = explain(rules, evaluation, ticket, events.clone(), (0, 1)).expect("amounts");
        let (row, list) = found.expect("a cycle");
        assert_eq!(
            row.by_group,
            [(Some("b"), 120 * MINUTE), (Some("a"), 60 * MINUTE)]
        );
        assert_eq!(row.by_status, [(Some("open"), 180 * MINUTE)]);
        let said: Vec<_> = list
            .iter()
            .map(|(segment, stretch)| {
                let open = segment.open.map(|o| o / MINUTE);
                (
                    segment.state.name(),
                    shown(Some(segment.to)),
                    open,
                    stretch.group,
                    stretch.status,
                    segment.crossed.is_some(),
                )
            })
            .collect();
        let expected = [
            ("running", "Mo 10:00", Some(60), Some("a"), false),
            ("paused", "Mo 11:00", Some(60), Some("vendor"), false),
            ("running", "Mo 12:00", Some(60), Some("b"), true),
            ("running", "Mo 13:00", Some(60), Some("b"), false),
        ];
        let expected: Vec<_> = expected
            .iter()
            .map(|e| (e.0, e.1.to_owned(), e.2, e.3, Some("open"), e.4))
            .collect();
        assert_eq!(said, expected);
        for (metric, cycle) in [(0, 2), (1, 1)] {
            assert!(
                explain(rules, evaluation, ticket, events.clone(), (metric, cycle))
                    .expect("amounts")
                    .is_none()
            );
        }
        let early = Evaluation {
            as_of: when("Mo 08:59"),
            ..*evaluation
        };
        assert!(
            explain(rules, &early, ticket, events.clone(), (0, 1))
                .expect("amounts")
                .is_none()
        );
        assert!(
            rows(rules, &early, ticket, events)
                .expect("amounts")
                .is_empty()
        );
    });
}

#[test]
fn signals_have_the_numbers_of_their_events() {
    let mut case = case(vec![policy(("", ""), &json!({}), hours(10))]);
    case.metric["pause"] = json!({"state": "hold"});
    case.events.extend([
        ("Mo 10:00", "tier", "a>b"),
        ("Mo 10:00", "again", ""),
        ("Mo 11:00", "brand", "a>b"),
        ("Mo 12:00", "status", "open>solved"),
        ("Mo 12:00", "tier", "b>a"),
    ]);
    case.ask(|rules, evaluation, ticket, events| {
        let found = rows(rules, evaluation, ticket, events).expect("amounts");
        let numbers: Vec<_> = found[0]
            .signals
            .iter()
            .map(|s| (s.kind.name(), s.seq))
            .collect();
        assert_eq!(numbers, [("start", 0), ("reset", 2), ("stop", 5)]);
    });
}
