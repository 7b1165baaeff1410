//! Reading, printing and reading again.

use super::duration::Duration;
use super::{Format, Known, doubts, print, read};
use serde_json::{Value, json};

pub fn known() -> Known {
    Known::from_json(&json!({
        "calendars": ["emea"],
        "metrics": ["first_response", "next_response", "resolution"],
        "presets": {"default": {}, "zendesk": {"reopen": "resume", "target_at": "current", "retroactive_start": true, "metrics": {}},
                    "jira": {"reopen": "new_cycle", "metrics": {"next_response": {"after": null}, "resolution": {"pause": {"state": "pending"}}}}},
        "built_in": {"presets": {"zendesk": {"reopen": "pause", "target_at": "first", "retroactive_start": true, "metrics": {}}}}
    }))
}

const WHOLE: &str = "
preset: zendesk
default_calendar: amer
calendars:
  amer: Mo-Fr 08:00-18:00; PH off @ America/New_York, US
  desk:
    hours: Mo-Fr 09:00-17:30; PH off
    time_zone: Europe/Berlin
    country: DE
    holidays: [2026-12-24, 2026-12-31]
    description: Berlin desk
  apac:
    - {valid_to: 2026-07-01, hours: 'Mo-Fr 09:00-18:00', time_zone: Asia/Singapore, country: SG}
    - {valid_from: 2026-07-01, calendar: \"Mo-Fr 08:00-17:00; PH off @ Asia/Singapore, SG\"}
states:
  pending: [Awaiting customer, Awaiting_Approval]
  hold: [On-Hold, 7]
metrics:
  triage:
    start: {event: created}
    stop: {field: priority}
    pause: {state: pending}
    description: 'Until someone looks: how bad is it?'
presets:
  ours: {like: jira, target_at: first, metrics: {resolution: {reopen: pause}}}
policies:
  - name: Gold P1
    when: {tier: gold, brand: [acme, beta], note: 'a, b', code: '007', cost: {at_least: 1.5}}
    hours: 24x7
    calendar: amer
    warn: 0.75
    valid_from: 2026-01-01
    valid_to: 2026-07-01 08:00+02
    description: no
    targets: &gold
      P1: {first_response: 15m, resolution: 2h}
      P3: {hours: business, first_response: 8h, resolution: 3d}
      '*': {first_response: {target: 1d 4h, warn: 0.5}, triage: 1.5h}
  - name: Gold P1
    when: {tier: gold}
    valid_from: 2026-07-01T06:00:00Z
    targets:
      <<: *gold
      P1: {first_response: PT10M}
  - name: everyone
    targets: *gold
";

fn yaml(config: &Value) -> String {
    print(config, Format::Yaml).expect("prints")
}

/// What is built in may have another meaning, in the set that the text is loaded into.
#[test]
fn over_what_is_built_in() {
    let text = "
states: {solved: [pending]}
metrics: {resolution: {start: {event: created}, stop: {field: priority}}}
presets: {zendesk: {like: zendesk, target_at: event}, ours: {like: zendesk}}";
    let config = read(text, &known()).expect("reads");
    assert_eq!(
        config["states"],
        json!([{"status": "pending", "state": "solved"}])
    );
    assert_eq!(config["metrics"][0]["name"], "resolution");
    // As the built-in one, not as the set's own of before; and another preset is like the new one.
    for preset in [&config["presets"][0], &config["presets"][1]] {
        assert_eq!(
            (&preset["reopen"], &preset["target_at"]),
            (&json!("pause"), &json!("event"))
        );
    }
}

/// Words that nothing may ever have are said, with their place; the more likely a slip, the louder.
#[test]
fn doubtful_words() {
    let text = "
metrics:
  loop: {start: {event: created}, stop: {event: never_happens}}
  slip: {start: [{event: comments}, {event: status}], stop: {field: prority}, pause: {event: {not: x}}}
  fine: {start: {event: [created, comment], by: agent, public: true}, stop: {field: group, to: x}, pause: {contract: gold, custom: x}}
  never: {start: {event: comment, by: Agent}, stop: {event: comment, public: \"yes\"}, cancel: {fieldd: priority}}
presets:
  ours: {metrics: {resolution: {cancel: {field: severity}}}}
policies:
  - {name: a, when: [{teir: gold}, {contract: gold, tier: x}], targets: {P1: {resolution: 1h}}}";
    let found = doubts(text).expect("reads");
    let found: Vec<_> = found
        .iter()
        .map(|d| {
            (
                d.likely,
                d.message.as_str(),
                d.hint.split_once([',', ' ']).map_or("", |h| h.0),
            )
        })
        .collect();
    let model = "is not one of the ticket model";
    let expected = [
        (false, "metrics.loop.stop at line 3: the event \"never_happens\" is not one of created, comment, change".to_owned(), "It"),
        (true, "metrics.slip.start at line 4: the event \"comments\" is not one of created, comment, change".to_owned(), "Did"),
        (true, "metrics.slip.start at line 4: no event is \"status\", as a change of it is called \"change\"".to_owned(), "Write"),
        (true, format!("metrics.slip.stop at line 4: the field \"prority\" {model}"), "Did"),
        (true, "metrics.never.start at line 6: by is never \"Agent\", only one of agent, customer, system".to_owned(), "Did"),
        (true, "metrics.never.stop at line 6: public is never \"yes\", only one of true, false".to_owned(), "Write"),
        (true, format!("metrics.never.cancel at line 6: the field \"fieldd\" {model}"), "Did"),
        (false, format!("presets.ours.metrics.resolution.cancel at line 8: the field \"severity\" {model}"), "It"),
        (true, format!("policies[0].when at line 10: the field \"teir\" {model}"), "Did"),
    ];
    let expected: Vec<_> = expected
        .iter()
        .map(|(l, m, h)| (*l, m.as_str(), *h))
        .collect();
    assert_eq!(found, expected);
    assert_eq!(doubts(WHOLE), Ok(vec![]));
}

#[test]
fn reads_and_prints() {
    let config = read(WHOLE, &known()).expect("reads");
    let text = yaml(&config);
    assert_eq!(text, include_str!("canonical.yml"));
    let again = Known::default();
    assert_ne!(read(&text, &again).err(), None, "names are looked up");
    assert_eq!(read(&text, &known()), Ok(config.clone()));
    let json = print(&config, Format::Json).expect("prints");
    assert!(serde_json::from_str::<Value>(&json).is_ok());
    assert_eq!(read(&json, &known()), Ok(config));
}

#[test]
fn no_default_calendar_is_printed_as_null() {
    let config = read("default_calendar: ~", &known()).expect("reads");
    assert_eq!(yaml(&config), "default_calendar: null\n");
    let json = print(&config, Format::Json).expect("prints");
    assert_eq!(read(&yaml(&config), &known()), Ok(config.clone()));
    assert_eq!(read(&json, &known()), Ok(config));
    let silent = read("preset: zendesk", &known()).expect("reads");
    assert_eq!(yaml(&silent), "preset: zendesk\n");
}

#[test]
fn lengths_of_time() {
    for (text, interval, short) in [
        ("15m", "00:15:00", "15m"),
        ("90 minutes", "01:30:00", "1h 30m"),
        ("1.5h", "01:30:00", "1h 30m"),
        ("1h 30m", "01:30:00", "1h 30m"),
        ("1h30m", "01:30:00", "1h 30m"),
        ("PT8H", "08:00:00", "8h"),
        ("P1DT2H", "1 day 02:00:00", "1d 2h"),
        ("3 Days", "3 days", "3d"),
        ("1d 4h", "1 day 04:00:00", "1d 4h"),
        ("30s", "00:00:30", "30s"),
        ("0.25s", "00:00:00.25", "0.25s"),
        ("36h", "36:00:00", "36h"),
        ("3bd", "3 days", "3bd"),
        ("1BD 4h", "1 day 04:00:00", "1bd 4h"),
        ("100h 0.5s", "100:00:00.5", "100h 0.5s"),
    ] {
        let duration = Duration::parse(text).expect(text);
        assert_eq!(
            (duration.interval().as_str(), duration.short().as_str()),
            (interval, short)
        );
        let business_days = duration.business_days;
        let read = Duration::from_interval(interval).map(|d| Duration { business_days, ..d });
        assert_eq!(read, Some(duration), "{interval}");
    }
    for text in [
        "",
        "90",
        "m",
        "1w",
        "2 fortnights",
        "1 month",
        "P1M",
        "PT",
        "P",
        "PT1D",
        "0h",
        "-1h",
        "+1h",
        "1.5d",
        "0bd",
        "1.5bd",
        "0bd 4h",
        "1d 2bd",
        "2bd 1d",
        "P3BD",
        "1..5h",
        ".h",
        "8:00",
        "1h 30",
        "9999999999d",
        "9999999999999999h",
        "1.0000000001h",
        "1h, 3m",
        "999999999999999999999999999999999999999999h",
    ] {
        assert!(Duration::parse(text).is_err(), "{text}");
    }
    for text in [
        "1 mon",
        "-00:01:00",
        "00:00:00",
        "1 day -01:00:00",
        "x",
        "1 year 2 days",
        "P1D",
        "9999999999999999:00:00",
    ] {
        assert_eq!(Duration::from_interval(text), None, "{text}");
    }
}

/// Calendars, metrics and presets as the database has them are `known`; these are the example files.
#[test]
fn the_examples_read() {
    let calendars =
        read(include_str!("../../../config/calendars.yml"), &known()).expect("calendars.yml");
    let policies = read(
        include_str!("../../../config/sla_policies.yml"),
        &Known {
            calendars: vec!["amer".into(), "emea".into(), "apac".into()],
            ..known()
        },
    );
    let policies = policies.expect("sla_policies.yml");
    assert_eq!(calendars["calendars"].as_array().map(Vec::len), Some(5));
    assert_eq!(policies["policies"].as_array().map(Vec::len), Some(5));
}

#[test]
fn json_reads_as_json() {
    let text = "{\n\t\"states\": {\"hold\": [\"a\\/b\", \"\\ud83d\\ude00\", \"\\\\ud83d\\\\ude00\", \"\\u00fc\\t\\\"x\"]}}";
    let config = read(text, &known()).expect("reads");
    let statuses: Vec<_> = config["states"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|s| s["status"].clone())
        .collect();
    assert_eq!(statuses, ["\\ud83d\\ude00", "a/b", "ü\t\"x", "😀"]);
}

#[test]
fn yaml_is_that_of_version_1_2() {
    let text = "policies: [{name: no, when: {a: no, b: 24:00, c: 0o17, d: 0x1F, e: 1e3, f: ~, g: True, h: 012, i: .5, j: .inf, \
                k: 12345678901234567890, l: !!str 5, m: 2026-01-01, n: +7}, targets: {1: {resolution: 1h}}}]";
    let config = read(text, &known()).expect("reads");
    let expected = json!({"a": "no", "b": "24:00", "c": 15, "d": 31, "e": 1000.0, "f": null, "g": true, "h": 12, "i": 0.5, "j": ".inf",
        "k": "12345678901234567890", "l": "5", "m": "2026-01-01", "n": 7});
    assert_eq!(config["policies"][0]["conditions"], expected);
    assert_eq!(config["policies"][0]["targets"][0]["priority"], "1");
    let again = read(&yaml(&config), &known()).expect("reads again");
    assert_eq!(again, config);
}

mod laws {
    use super::*;
    use proptest::prelude::*;

    /// Texts that are hard to quote.
    fn awkward() -> impl Strategy<Value = String> {
        prop_oneof![
            "\\PC{1,12}",
            "[a-z0-9 :#,'\"{}\\[\\]&*!|>%@`?~^.\\\\\\-=]{1,10}",
            proptest::sample::select(vec![
                "no",
                "~",
                "null",
                "1",
                "1.0",
                "0x1",
                "1e3",
                ".5",
                "- a",
                "a: b",
                "a #b",
                "<<",
                "---",
                "...",
                "?",
                "=",
                "a\nb",
                " a ",
                "\t",
                "\u{85}",
                "\u{feff}",
                "\u{7f}",
                "true",
                "24:00",
                "a:",
                "'",
                "\"",
                "\\",
                "%a",
                "@a",
                "2026-01-01",
                "é",
                "😀",
                "\u{2028}",
            ])
            .prop_map(str::to_owned),
        ]
        .prop_filter("a configuration cannot hold it", |t| !t.contains('\0'))
    }

    fn scalar() -> impl Strategy<Value = Value> {
        prop_oneof![
            awkward().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            (-1e12..1e12).prop_map(|n: f64| Value::from(n)),
            any::<bool>().prop_map(Value::from),
        ]
    }

    fn test() -> impl Strategy<Value = Value> {
        prop_oneof![
            scalar(),
            proptest::collection::vec(scalar(), 1..4).prop_map(Value::from),
            scalar().prop_map(|v| json!({ "not": v })),
            awkward().prop_map(|v| json!({ "at_least": v })),
            Just(Value::Null),
        ]
    }

    fn condition() -> impl Strategy<Value = Value> {
        proptest::collection::btree_map(awkward(), test(), 0..4).prop_map(|map| json!(map))
    }

    fn name() -> impl Strategy<Value = String> {
        awkward()
            .prop_map(|t| t.trim().to_owned())
            .prop_filter("empty", |t| !t.is_empty())
    }

    fn time() -> impl Strategy<Value = String> {
        (0..500i32, 0..200_000u32)
            .prop_filter("no time", |(d, s)| *d > 0 || *s > 0)
            .prop_map(|(d, s)| match (d, s) {
                (0, s) => format!("{s}s"),
                (d, 0) => format!("{d}d"),
                (d, s) => format!("{d}d {s} s"),
            })
    }

    fn policy() -> impl Strategy<Value = Value> {
        let target = (time(), proptest::option::of(0.0..1.0f64)).prop_map(|(t, warn)| match warn {
            None => json!(t),
            Some(warn) => json!({"target": t, "warn": warn}),
        });
        let metrics = proptest::collection::btree_map(
            prop_oneof![Just("resolution"), Just("next_response")],
            target,
            1..3,
        );
        (name(), condition(), proptest::collection::btree_map(name(), metrics, 1..4), proptest::option::of(name()))
            .prop_map(|(name, when, targets, description)| json!({"name": name, "when": when, "targets": targets, "description": description}))
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

        #[test]
        fn what_is_printed_reads_as_the_same(policies in proptest::collection::vec(policy(), 1..4), states in proptest::collection::btree_set(name(), 0..4)) {
            let text = json!({"policies": policies, "states": {"hold": states}}).to_string();
            // Most of them are good; a condition that includes one before it is refused.
            if let Ok(config) = read(&text, &known()) {
                let yaml = yaml(&config);
                prop_assert_eq!(read(&yaml, &known()).map_err(|e| format!("{e} in\n{yaml}")), Ok(config.clone()));
                let json = print(&config, Format::Json).expect("prints");
                prop_assert_eq!(read(&json, &known()).map_err(|e| format!("{e} in\n{json}")), Ok(config));
            }
        }

        #[test]
        fn no_text_panics(text in "[\\PC\\n\\t]{0,60}") {
            _ = read(&text, &known());
        }

        #[test]
        fn nor_does_a_text_that_is_nearly_yaml(text in "([a-z]{1,3}|: |- |\\n|  |\\[|\\]|\\{|\\}|, |&a |\\*a|<<: |!|'|\"|\\\\u|#|\\||>|\\? |policies:\\n|targets: |1h|~|%|---|\\.\\.\\.){0,40}") {
            _ = read(&text, &known());
        }

        #[test]
        fn nor_does_a_file_with_a_part_changed(at in 0..WHOLE.len(), cut in 0..30usize, put in "[a-z0-9:\\-\\[\\]{}&*!'\" \\n,~]{0,4}") {
            let end = (at + cut).min(WHOLE.len());
            let text = format!("{}{put}{}", WHOLE.get(..at).unwrap_or_default(), WHOLE.get(end..).unwrap_or_default());
            if let Ok(config) = read(&text, &known()) {
                prop_assert_eq!(read(&yaml(&config), &known()), Ok(config));
            }
        }
    }
}
