//! Facts of policies: which one applies, since when, and why another does not.

use crate::support::case::{case, hours, policy};
use serde_json::{Value, json};
use slaops_core::sla::attainment::{EffectiveAt, rows};
use slaops_core::sla::condition::{Condition, FieldRef};
use slaops_core::sla::metric::Fields;
use slaops_core::sla::policy::{Amount, MatchReason, Matcher, Policy, Target, TargetCalendar};

fn high() -> Value {
    json!({"priority": "high"})
}

#[test]
fn versions_of_a_policy() {
    let versions = |second: &Value| {
        vec![
            policy(("", "Tu 09:00"), &json!({}), hours(10)),
            policy(("Tu 09:00", ""), second, hours(20)),
        ]
    };
    let mut case = case(versions(&json!({})));
    // What was promised at the start holds, whatever comes later.
    assert_eq!(
        case.one(),
        "breached 600, from Mo 09:00, due Tu 11:00, promised Tu 11:00, desk"
    );
    case.preset.target_at = EffectiveAt::Current;
    assert_eq!(
        case.one(),
        "breached 1200, from Mo 09:00, due We 13:00, promised Tu 11:00, desk"
    );
    case.as_of = "Mo 16:00";
    assert_eq!(
        case.one(),
        "active 600, from Mo 09:00, due Tu 11:00, promised Tu 11:00, desk"
    );
    (case.as_of, case.preset.target_at) = ("Mo2 09:00", EffectiveAt::Event);
    // The version that begins later was not promised: no target.
    case.policies.remove(0);
    assert_eq!(
        case.one(),
        "no_target -, from Mo 09:00, due -, promised -, desk"
    );
    // Nor after something else has happened.
    case.events.push(("We 09:00", "tier", "tin>gold"));
    assert_eq!(
        case.one(),
        "no_target -, from Mo 09:00, due -, promised -, desk"
    );
    case.events.pop();
    // But if the ticket changes so that it applies, it counts from then on.
    case.policies = versions(&high()).split_off(1);
    case.events.push(("We 09:00", "priority", "low>high"));
    assert_eq!(
        case.one(),
        "breached 1200, from Mo 09:00, due We 13:00, promised We 13:00, desk"
    );
    // A clock that stopped before the ticket changed, but after the second version began.
    case.policies = versions(&json!({}));
    case.preset.target_at = EffectiveAt::Current;
    case.events = vec![
        ("Mo 09:00", "created", ""),
        ("Tu 12:00", "status", "open>solved"),
        ("We 09:00", "priority", "low>high"),
    ];
    assert_eq!(
        case.one(),
        "met 1200, from Mo 09:00, due We 13:00, promised Tu 11:00, desk"
    );
    case.preset.target_at = EffectiveAt::Event;
    case.events.remove(1);
    // Another policy ends; this one was valid all along.
    case.policies = vec![
        policy(("", "Tu 09:00"), &json!({}), hours(10)),
        policy(("", ""), &json!({}), hours(20)),
    ];
    case.policies[0].targets.clear();
    assert_eq!(
        case.one(),
        "breached 1200, from Mo 09:00, due We 13:00, promised We 13:00, desk"
    );
}

#[test]
fn policies_by_what_changes() {
    // Each field that a policy tests counts from when it changes.
    for (condition, change, from) in [
        (
            json!({"tier": "gold"}),
            ("Mo 11:00", "tier", "tin>gold"),
            "Mo 11:00",
        ),
        (
            json!({"status": "open"}),
            ("Mo 11:00", "status", "new>open"),
            "Mo 11:00",
        ),
        (
            json!({"state": "open"}),
            ("Mo 11:00", "status", "new>open"),
            "Mo 11:00",
        ),
        (
            json!({"state": ["open"], "tier": "gold"}),
            ("Mo 11:00", "tier", "tin>gold"),
            "",
        ),
        (
            json!({"priority": "high"}),
            ("Mo 11:00", "priority", "low>high"),
            "Mo 11:00",
        ),
        // What an event says of itself is no field of the ticket.
        (
            json!({"customer_asked": "no"}),
            ("Mo 11:00", "customer_asked", "yes>no"),
            "",
        ),
    ] {
        let mut case = case(vec![policy(("", ""), &condition, hours(10))]);
        case.preset.retroactive_start = false;
        case.events.push(change);
        let expected = match from {
            "" => "no_target -, from Mo 09:00, due -, promised -, desk",
            _ => "breached 600, from Mo 11:00, due Tu 13:00, promised Tu 13:00, desk",
        };
        assert_eq!(case.one(), expected, "{condition}");
    }
}

#[test]
fn targets_by_what_no_condition_names() {
    // The policy is the same all along; the priority and the calendar are not.
    let mut case = case(vec![policy(("", ""), &json!({}), hours(10))]);
    let mut high = case.policies[0].targets[0].clone();
    (high.priority, high.amount) = (Some("high".to_owned()), hours(6));
    case.policies[0].targets.push(high);
    case.preset.target_at = EffectiveAt::Current;
    case.priority = Some("high");
    case.events.push(("Mo 11:00", "priority", "low>high"));
    assert_eq!(
        case.one(),
        "breached 360, from Mo 09:00, due Mo 15:00, promised Tu 11:00, desk"
    );
    case.preset.target_at = EffectiveAt::Event;
    assert_eq!(
        case.one(),
        "breached 600, from Mo 09:00, due Tu 11:00, promised Tu 11:00, desk"
    );
    case.events.push(("Mo 12:00", "calendar_name", "desk>24x7"));
    case.preset.calendar_at = EffectiveAt::Current;
    let row = case.one();
    assert!(
        row.starts_with("breached 600, from Mo 09:00, due Mo 19:00"),
        "{row}"
    );
}

#[test]
fn whether_the_customer_has_asked() {
    let asked = json!({"customer_asked": "true"});
    let mut case = case(vec![policy(("", ""), &asked, hours(10))]);
    case.preset.retroactive_start = false;
    let at_once = "breached 600, from Mo 09:00, due Tu 11:00, promised Tu 11:00, desk";
    let later = "breached 600, from Mo 11:00, due Tu 13:00, promised Tu 13:00, desk";
    let never = "no_target -, from Mo 09:00, due -, promised -, desk";
    for (first, second, expected) in [
        // Only an agent's note, written as the ticket is created, makes it one that nobody asked.
        (
            ("Mo 09:00", "comment", "agent note"),
            ("Mo 11:00", "comment", "customer"),
            later,
        ),
        (
            ("Mo 09:00", "comment", "agent note"),
            ("Mo 11:00", "comment", "customer note"),
            never,
        ),
        (
            ("Mo 09:00", "comment", "agent note"),
            ("Mo 11:00", "comment", "agent"),
            never,
        ),
        (
            ("Mo 09:00", "comment", "agent note"),
            ("Mo 11:00", "edit", "customer"),
            never,
        ),
        (
            ("Mo 09:00", "comment", "agent note"),
            ("Mo 11:00", "tier", "tin>gold"),
            never,
        ),
        (
            ("Mo 09:00", "comment", "agent"),
            ("Mo 11:00", "comment", "agent"),
            at_once,
        ),
        (
            ("Mo 09:00", "comment", "customer note"),
            ("Mo 11:00", "comment", "agent"),
            at_once,
        ),
        (
            ("Mo 09:01", "comment", "agent note"),
            ("Mo 11:00", "comment", "agent"),
            at_once,
        ),
        (
            ("Mo 09:00", "edit", "agent note"),
            ("Mo 11:00", "comment", "agent"),
            at_once,
        ),
    ] {
        case.events = vec![("Mo 09:00", "created", ""), first, second];
        assert_eq!(case.one(), expected, "{first:?} {second:?}");
    }
}

#[test]
fn a_list_is_that_of_the_row() {
    let mut case = case(vec![policy(("", ""), &json!({"tags": "vip"}), hours(10))]);
    let found = "breached 600, from Mo 09:00, due Tu 11:00, promised Tu 11:00, desk";
    case.tags = Some("eu vip");
    assert_eq!(case.one(), found);
    // The text of an event cannot be split into elements.
    case.events.push(("Mo 11:00", "tags", "eu vip>eu"));
    assert_eq!(case.one(), found);
    case.tags = Some("eu");
    assert_eq!(
        case.one(),
        "no_target -, from Mo 09:00, due -, promised -, desk"
    );
}

#[test]
fn what_the_row_implies() {
    let mut case = case(vec![policy(("", ""), &json!({}), hours(10))]);
    // The creation comes before what happens in its instant.
    (case.created, case.events) = (Some("Mo 09:00"), vec![("Mo 09:00", "comment", "agent")]);
    case.metric = json!({"start": {"event": "created"}, "stop": {"event": "comment"}});
    assert_eq!(
        case.one(),
        "met 600, from Mo 09:00, due Tu 11:00, promised Tu 11:00, desk"
    );
    // A solution is a change of the status, which comes after what happens in its instant.
    (case.solved, case.events) = (Some("Mo 12:00"), vec![("Mo 12:00", "tier", "tin>gold")]);
    case.metric =
        json!({"start": {"event": "change", "field": "status"}, "stop": {"state": "closed"}});
    assert_eq!(
        case.one(),
        "breached 600, from Mo 12:00, due Tu 14:00, promised Tu 14:00, desk"
    );
    case.ask(|rules, evaluation, ticket, events| {
        let found = rows(rules, evaluation, ticket, events).expect("amounts");
        let numbers: Vec<_> = found[0].signals.iter().map(|s| s.seq).collect();
        assert_eq!(numbers, [2]);
    });
}

fn named(name: &str, valid: (i64, i64), condition: &Value) -> Policy {
    let target = |priority: Option<&str>, hours: i64| Target {
        priority: priority.map(str::to_owned),
        metric: "resolution".to_owned(),
        amount: Amount {
            micros: hours,
            ..Amount::default()
        },
        calendar: TargetCalendar::OfTicket,
        warn: 0.8,
    };
    Policy {
        name: name.to_owned(),
        valid,
        condition: Condition::parse(condition).expect("reads"),
        calendar: TargetCalendar::OfTicket,
        targets: vec![target(None, 8), target(Some("P1"), 1)],
    }
}

#[test]
fn why_a_policy_matches_or_not() {
    let mut fields = Fields::default();
    let condition = json!([
        {"tier": ["gold", 3, null], "brand": {"not": true}},
        {"tags": {"all": ["vip", "eu"]}},
        {"size": {"at_least": 10, "less_than": 20}},
        {"size": {"more_than": 90}, "tier": "tin"},
        {"size": {"at_most": -1}},
    ]);
    let policies = vec![
        named("a", (10, 20), &condition),
        named("b", (i64::MIN, 20), &json!({})),
        named("c", (20, i64::MAX), &json!({})),
    ];
    let metrics = ["first".to_owned(), "resolution".to_owned()];
    let matcher = Matcher::new(policies, &metrics, &mut fields);
    assert_eq!(matcher.version_boundaries, [10, 20]);
    let number = |name: &str| fields.find(name).expect("a field");
    let tags = ["vip".to_owned(), "us".to_owned()];
    let mut values = vec![FieldRef::Unknown; fields.names().len()];
    values[number("tier")] = FieldRef::Text("silver");
    values[number("tags")] = FieldRef::List(&tags);
    let reason = |at, values: &[FieldRef<'_>]| matcher.match_reason(0, at, &fields, values);
    assert_eq!(
        [reason(9, &values), reason(20, &values)],
        [MatchReason::NotYet(10), MatchReason::NoLonger(20)]
    );
    let MatchReason::Differs(list) = reason(10, &values) else {
        panic!("no case holds");
    };
    let said: Vec<_> = list.iter().map(ToString::to_string).collect();
    let expected = [
        "tier is \"silver\", wanted \"gold\" or 3 or not known",
        "tags is [vip, us], wanted all of \"vip\", \"eu\"",
        "size is not known, wanted at least 10 and less than 20",
        "size is not known, wanted more than 90",
        "size is not known, wanted at most -1",
    ];
    assert_eq!(said, expected);
    let at = |at, values: &[FieldRef<'_>]| matcher.policy_at(at, values);
    assert_eq!(
        [
            at(9, &values),
            at(10, &values),
            at(19, &values),
            at(20, &values)
        ],
        [Some(1), Some(1), Some(1), Some(2)]
    );
    values[number("tier")] = FieldRef::Text("gold");
    assert_eq!(reason(19, &values), MatchReason::Matches);
    assert_eq!(
        [at(9, &values), at(10, &values), at(20, &values)],
        [Some(1), Some(0), Some(2)]
    );
    values[number("brand")] = FieldRef::Text("true");
    let MatchReason::Differs(list) = reason(10, &values) else {
        panic!("no case holds");
    };
    assert_eq!(
        list[0].to_string(),
        "brand is \"true\", wanted anything but true"
    );
    // Fields that policies test, and no others.
    let known = fields.names().iter().enumerate();
    let mut tested: Vec<_> = known
        .filter(|(i, _)| matcher.depends_on(*i))
        .map(|(_, name)| name.as_str())
        .collect();
    tested.sort_unstable();
    assert_eq!(tested, ["brand", "size", "tags", "tier"]);
    assert!(!matcher.depends_on(fields.names().len() + 3));
}

#[test]
fn the_target_of_a_priority() {
    let mut fields = Fields::default();
    let metrics = ["first".to_owned(), "resolution".to_owned()];
    let matcher = Matcher::new(
        vec![named("a", (i64::MIN, i64::MAX), &json!({}))],
        &metrics,
        &mut fields,
    );
    let micros = |metric, priority: FieldRef<'_>| {
        matcher
            .target(0, metric, &priority)
            .map(|t| t.amount.micros)
    };
    assert_eq!(micros(1, FieldRef::Text("P1")), Some(1));
    assert_eq!(micros(1, FieldRef::Text("P2")), Some(8));
    assert_eq!(micros(1, FieldRef::Unknown), Some(8));
    assert_eq!(
        [
            micros(0, FieldRef::Text("P1")),
            micros(2, FieldRef::Text("P1"))
        ],
        [None, None]
    );
    assert!(matcher.version_boundaries.is_empty());
}
