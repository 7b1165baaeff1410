//! Facts of conditions: what reads, what passes, and metrics made of them.

use serde_json::{Value, json};
use slaops_core::sla::condition::{Condition, FieldRef, field_name, truth};
use slaops_core::sla::metric::{
    CompiledCondition, Fields, Metric, Reopen, SolvedBeforeReply, any_holds,
};

#[test]
fn conditions_that_do_not_read() {
    for (text, path, expected) in [
        (
            json!(3),
            "",
            "an object of fields and tests, or a list of them",
        ),
        (json!([]), "", "at least one object, or {} for every ticket"),
        (json!([{}, 3]), "1", "an object of fields and tests"),
        (
            json!({"x": []}),
            "x",
            "at least one value; an empty list never matches",
        ),
        (
            json!({"x": ["a", {}]}),
            "x 1",
            "a text, a number, true or false",
        ),
        (json!({"x": {}}), "x", "a test such as {\"at_least\": 10}"),
        (json!({"x": {"all": 3}}), "x all", "a list of values"),
        (json!({"x": {"all": []}}), "x all", "at least one value"),
        (
            json!({"x": {"all": ["a"], "at_least": 1}}),
            "x all",
            "no other key beside it",
        ),
        (
            json!({"x": {"at_least": 1, "not": 2}}),
            "x not",
            "no other key beside it",
        ),
        (
            json!({"x": {"not": {"at_least": []}}}),
            "x not at_least",
            "a text, a number, true or false",
        ),
        (
            json!({"x": {"at_least": 1, "more_than": 2}}),
            "x more_than",
            "one lower and one upper bound at most",
        ),
        (
            json!({"x": {"at_most": 1, "less_than": 2}}),
            "x less_than",
            "one lower and one upper bound at most",
        ),
        (
            json!({"x": {"at_least": 2, "at_most": 1}}),
            "x",
            "a range that something can be in",
        ),
        (
            json!({"x": {"at_least": 2, "less_than": 2}}),
            "x",
            "a range that something can be in",
        ),
        (
            json!({"x": {"more_than": 2, "at_most": 2}}),
            "x",
            "a range that something can be in",
        ),
        (json!({"x": {"at_leats": 2}}), "x at_leats", "\"at_least\""),
        (
            json!({"x": {"zzzzzzzzz": 2}}),
            "x zzzzzzzzz",
            "one of not, at_least, more_than, at_most, less_than, all",
        ),
        (
            json!({"state": "reopened"}),
            "state",
            "new, open, pending, hold, solved, closed; or the field status for a source's own word",
        ),
        (
            json!({"state": ["open", 3]}),
            "state",
            "new, open, pending, hold, solved, closed; or the field status for a source's own word",
        ),
        (
            json!({"state": {"not": "gone"}}),
            "state",
            "new, open, pending, hold, solved, closed; or the field status for a source's own word",
        ),
        (
            json!({"state": {"all": ["gone"]}}),
            "state",
            "new, open, pending, hold, solved, closed; or the field status for a source's own word",
        ),
        (
            json!({"state": {"at_least": 3}}),
            "state",
            "states, which have no order",
        ),
    ] {
        let error = Condition::parse(&text).expect_err("does not read");
        assert_eq!(
            (error.path.join(" ").as_str(), error.expected.as_str()),
            (path, expected),
            "{text}"
        );
        assert!(!error.found.is_empty());
    }
    for text in [
        json!({"state": ["open", "hold"]}),
        json!({"state": {"not": "closed"}}),
        json!({"x": {"at_least": 2, "at_most": 2}}),
        json!({"x": {"at_least": 1, "less_than": 2}}),
        json!({"x": {"at_least": "b", "less_than": "a"}}),
        json!([{"x": [null]}, {}]),
    ] {
        assert!(Condition::parse(&text).is_ok(), "{text}");
    }
}

/// Whether a test passes for a value of a field; `?` is a value that is not known, `a+b` a list.
fn passes(test: &Value, held: &str) -> bool {
    let condition = Condition::parse(&json!({"x": test})).expect("reads");
    assert_eq!(condition.fields().collect::<Vec<_>>(), ["x"]);
    let list: Vec<String> = held.split('+').map(str::to_owned).collect();
    let value = match held {
        "?" => FieldRef::Unknown,
        _ if list.len() > 1 => FieldRef::List(&list),
        text => FieldRef::Text(text),
    };
    condition.holds(|_| value)
}

#[test]
fn what_passes() {
    for (test, yes, no) in [
        (json!("P1"), "P1|P1+P2", "p1|P2|?"),
        (json!(3), "3|3.0| 3 |4+3", "4|x|?"),
        (json!(true), "true|t|1|on|yes|TRUE", "false|0|2|?"),
        (json!(false), "false|f|0|off|no|False", "true|1|?"),
        (json!(null), "?", "a"),
        (json!(["a", null]), "a|?|b+a", "b"),
        (json!({"not": "a"}), "b|?", "a|a+b"),
        (json!({"not": null}), "a", "?"),
        (json!({"all": ["a", "b"]}), "a+b|b+c+a", "a|a+c|?"),
        (json!({"at_least": 10}), "10|11|9+12", "9|x|?"),
        (json!({"more_than": 10}), "10.5|11", "10|9"),
        (json!({"at_most": 10}), "10|9|-3", "11|?"),
        (json!({"less_than": 10}), "9|-1", "10|11"),
        (
            json!({"at_least": 10, "less_than": 20}),
            "10|19.9",
            "20|9|9+21",
        ),
        (json!({"at_least": "b"}), "b|c", "a|?"),
        (json!({"at_least": "10"}), "10|9e1", "9|2"),
        (json!({"less_than": "b"}), "a|10", "b|c"),
        (json!({"at_least": true}), "", "true|false"),
    ] {
        for held in yes.split('|').filter(|h| !h.is_empty()) {
            assert!(passes(&test, held), "{held} is {test}");
        }
        for held in no.split('|') {
            assert!(!passes(&test, held), "{held} is not {test}");
        }
    }
    assert_eq!(
        ["t", "f", "maybe"].map(truth),
        [Some(true), Some(false), None]
    );
}

#[test]
fn implications_that_are_seen() {
    let reads = |text: &Value| Condition::parse(text).expect("reads");
    for (narrow, wide, expected) in [
        (json!({"x": "a"}), json!({}), true),
        (json!({}), json!({"x": "a"}), false),
        (json!({"x": "a"}), json!({"x": ["a", "b"]}), true),
        (json!({"x": ["a", "b"]}), json!({"x": "a"}), false),
        (json!({"x": "a", "y": "b"}), json!({"y": "b"}), true),
        (json!({"x": "a"}), json!({"y": "a"}), false),
        (
            json!([{"x": "a"}, {"x": "b"}]),
            json!({"x": ["a", "b"]}),
            true,
        ),
        (
            json!([{"x": "a"}, {"y": "b"}]),
            json!({"x": ["a", "b"]}),
            false,
        ),
        (json!({"x": "a"}), json!([{"y": "b"}, {"x": "a"}]), true),
        (json!({"x": ["a", null]}), json!({"x": ["a", "b"]}), false),
        (
            json!({"x": ["a", null]}),
            json!({"x": ["a", "b", null]}),
            true,
        ),
        (json!({"x": ["a"]}), json!({"x": ["a", null]}), true),
        (
            json!({"x": {"at_least": 3}}),
            json!({"x": {"at_least": 3}}),
            true,
        ),
        (
            json!({"x": {"at_least": 3}}),
            json!({"x": {"at_least": 2}}),
            false,
        ),
    ] {
        assert_eq!(
            reads(&narrow).implies(&reads(&wide)),
            expected,
            "{narrow} {wide}"
        );
    }
}

#[test]
fn names_of_switches_and_fields() {
    let names = ["resume", "pause", "count", "new_cycle", "ignore", "other"];
    let reopen = [
        Some(Reopen::Resume),
        Some(Reopen::Pause),
        Some(Reopen::Count),
        Some(Reopen::NewCycle),
        Some(Reopen::Ignore),
        None,
    ];
    assert_eq!(names.map(Reopen::parse), reopen);
    use SolvedBeforeReply::{Cancel, Fulfill, Ignore};
    let solved = ["fulfill", "cancel", "ignore", ""].map(SolvedBeforeReply::parse);
    assert_eq!(solved, [Some(Fulfill), Some(Cancel), Some(Ignore), None]);
    let own = ["group", "calendar", "organization", "requester", "tier"].map(field_name);
    assert_eq!(
        own,
        [
            "group_name",
            "calendar_name",
            "organization_id",
            "requester_id",
            "tier"
        ]
    );
    let mut fields = Fields::default();
    let known = fields.names().len();
    assert_eq!(
        (
            fields.number("tier"),
            fields.number("brand"),
            fields.number("tier")
        ),
        (known, known + 1, known)
    );
    assert_eq!(fields.number("group"), slaops_core::sla::metric::GROUP);
    assert_eq!(
        (fields.find("brand"), fields.find("none")),
        (Some(known + 1), None)
    );
}

#[test]
fn a_condition_of_events_and_of_tickets() {
    let mut fields = Fields::default();
    let text = json!([{"event": "comment", "tier": "gold"}, {"tier": "tin"}, {"to": "x"}]);
    let compiled = CompiledCondition::new(&Condition::parse(&text).expect("reads"), &mut fields);
    assert_eq!((compiled.at_event.len(), compiled.lasting.len()), (2, 1));
    let mut values = vec![FieldRef::Unknown; fields.names().len()];
    values[fields.find("tier").expect("a field")] = FieldRef::Text("tin");
    assert!(any_holds(&compiled.lasting, &values) && !any_holds(&compiled.at_event, &values));
}

#[test]
fn a_metric_from_its_columns() {
    let columns = json!({"name": "first", "start": {"event": "created"}, "stop": {"state": "solved"}, "cycles": "many", "reopen": "count"});
    let preset = (Reopen::Ignore, SolvedBeforeReply::Cancel);
    let map = columns.as_object().expect("an object");
    let read = |changes: Option<&Value>| Metric::new(map, changes, preset, &mut Fields::default());
    let metric = read(None).expect("reads");
    assert_eq!(
        (metric.name.as_str(), metric.many_cycles, metric.reopen),
        ("first", true, Reopen::Count)
    );
    assert_eq!(metric.solved_before_reply, SolvedBeforeReply::Cancel);
    assert_eq!(
        (
            metric.start.at_event.len(),
            metric.stop.lasting.len(),
            metric.pause.lasting.len()
        ),
        (1, 1, 0)
    );
    // A preset lays its own over them; what it has as null is not there.
    let changes =
        json!({"cycles": "one", "reopen": null, "pause": {"state": "hold"}, "stop": null});
    let metric = read(Some(&changes)).expect("reads");
    assert_eq!((metric.many_cycles, metric.reopen), (false, Reopen::Ignore));
    assert_eq!(
        (metric.stop.lasting.len(), metric.pause.lasting.len()),
        (0, 1)
    );
    let error = read(Some(&json!({"cancel": {"state": 3}}))).expect_err("does not read");
    assert_eq!(error.path, ["cancel", "state"]);
}
