//! Reading, printing and reading again.

use super::duration::Duration;
use super::{Format, Known, print, read};
use serde_json::{Value, json};

pub fn known() -> Known {
    Known::from_json(&json!({
        "calendars": ["emea"],
        "metrics": ["first_response", "next_response", "resolution"],
        "presets": {"default": {}, "zendesk": {"reopen": "resume", "target_at": "current", "retroactive_start": true, "metrics": {}},
                    "jira": {"reopen": "new_cycle", "metrics": {"next_response": {"after": null}, "resolution": {"pause": {"state": "pending"}}}}},
        "built_in": {"metrics": ["first_response", "next_response", "resolution"], "presets": ["default", "zendesk", "jira"],
                     "states": {"pending": "pending", "on hold": "hold"}}
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
        ("100h 0.5s", "100:00:00.5", "100h 0.5s"),
    ] {
        let duration = Duration::parse(text).expect(text);
        assert_eq!(
            (duration.interval().as_str(), duration.short().as_str()),
            (interval, short)
        );
        assert_eq!(
            Duration::from_interval(interval),
            Some(duration),
            "{interval}"
        );
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
