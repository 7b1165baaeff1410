//! Bytes from anywhere: what is accepted has a text that gives the same bytes, and what a text gives is accepted.

use slaops_core::error::{Result, SqlState};
use slaops_core::forecast::series::{self, Fill, Point, Rules};
use slaops_core::forecast::time_index::TimeStep;
use slaops_core::forecast::{self, Fit, Method};
use slaops_core::mining::transition;
use slaops_core::sla::clock::{self, Clock, NO_SEQ, Signal, SignalKind};
use slaops_core::sla::history::{self, Event};
use slaops_core::statistics::survival::{self, Survival};
use slaops_core::time::{DAY, END, FIRST, HOUR};

fn refused<T>(what: Result<T>, because: &str) {
    let error = what.err().expect("refused");
    assert_eq!(error.state, SqlState::InvalidBinary, "{error}");
    assert!(error.message.contains(because), "{error}");
    assert!(!error.hint.is_empty());
}

fn clock_at(at: i64) -> Vec<u8> {
    let kind = SignalKind::Start;
    clock::encode(&mut vec![Signal {
        at,
        seq: NO_SEQ,
        kind,
    }])
    .expect("memory")
}

#[test]
fn a_clock_keeps_to_instants_that_print() {
    for at in [FIRST - 1, END, i64::MIN, i64::MAX] {
        refused(Clock::check(&clock_at(at)), "an instant before");
        refused(Clock::new(&clock_at(at)), "an instant before");
    }
    // Found by random bytes.
    let found = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x8c, 0xd3];
    refused(Clock::check(&found), "an instant before");
    for at in [FIRST, END - 1] {
        let bytes = clock_at(at);
        let text = clock::text::print(Clock::check(&bytes).expect("a clock")).expect("memory");
        let mut again = clock::text::parse(&text).expect("its own text");
        assert_eq!(clock::encode(&mut again), Ok(bytes));
    }
}

#[test]
fn a_clock_has_no_flags_but_one() {
    for (place, flag) in [(1, 2), (1, 0x81), (2, 1), (3, 1)] {
        let mut bytes = clock_at(0);
        bytes[place] = flag;
        refused(Clock::new(&bytes).map(|c| c.len()), "unknown flags");
    }
}

fn event<'a>(kind: &'a str, field: Option<&'a str>, new: Option<&'a str>) -> Event<'a> {
    Event {
        at: DAY,
        seq: NO_SEQ,
        kind,
        role: None,
        actor: None,
        field,
        old: None,
        new,
        public: None,
    }
}

fn bytes_of(event: Event<'_>) -> Vec<u8> {
    history::encode(vec![event]).expect("small")
}

#[test]
fn a_history_has_settled_events() {
    for event in [
        event("status", None, Some("open")),
        event("created", None, Some("new")),
        event("change", Some("group"), Some("first line")),
        Event {
            old: Some("gold"),
            ..event("tier", None, None)
        },
    ] {
        refused(history::check(&bytes_of(event)), "without its field");
        let settled = bytes_of(event.settled());
        assert_eq!(history::check(&settled), Ok(()), "{event:?}");
        let events = history::decode(&settled).expect("own");
        let text = history::text::print(&events).expect("memory");
        assert_eq!(history::text::parse(&text), Ok(settled));
    }
    // Found by random bytes: the second event is a change of no field.
    let found = b"\x01\0\0\0\0\x48\xa7\x93\0\0\x02\0\0\0\0\0\0\0\0\x80\x01\0\0\0\x80\x1a\x54\x4f\x80\x01\x3c\0\0\x03\0\0\0Ada\x03\x3c\0\0\x03\0\0\0Ada\x03\0\0\0new\x04\0\0\0open";
    refused(history::check(found), "without its field");
}

#[test]
fn a_history_has_instants_of_tickets() {
    for at in [history::FIRST_INSTANT - 1, END, i64::MIN, i64::MAX] {
        let mut bytes = bytes_of(event("created", None, None));
        bytes[4..12].copy_from_slice(&at.to_le_bytes());
        refused(history::check(&bytes), "an instant before 1972");
        refused(history::decode(&bytes), "an instant before 1972");
    }
}

#[test]
fn a_history_has_no_zero_bytes() {
    let event = event("field", Some("tier"), Some("a\0b"));
    refused(history::check(&bytes_of(event)), "zero byte");
    for (key, word) in [
        ("event_type", "a\\u0000"),
        ("actor", "\\u0000"),
        ("new_value", "\\u0000b"),
    ] {
        let rest = if key == "event_type" {
            ""
        } else {
            "\"event_type\": \"note\", "
        };
        let text =
            format!("[{{\"event_at\": \"2026-01-05T09:00:00Z\", {rest}\"{key}\": \"{word}\"}}]");
        let error = history::text::parse(&text).expect_err("refused");
        assert_eq!(error.state, SqlState::InvalidText);
        assert!(error.message.contains("zero byte"), "{error}");
    }
}

fn series_of(step: Option<TimeStep>, at: i64, value: f64) -> Vec<u8> {
    let rules = Rules {
        step,
        fill: Fill::Auto,
        refuse: false,
    };
    series::encode(rules, &[Point { at, value }]).expect("a number")
}

#[test]
fn a_series_keeps_instants_of_its_step() {
    let five = TimeStep::Micros(HOUR / 12);
    for (step, at) in [
        (TimeStep::Days(10), 191),
        (TimeStep::Months(1), HOUR / 4 - 1),
        (TimeStep::Micros(HOUR), 1),
        (five, HOUR / 4 + 1),
    ] {
        let bytes = series_of(Some(step), at, 1.0);
        refused(series::receive(&bytes), "its step does not keep");
    }
    for (step, at) in [
        (None, 191),
        (None, FIRST),
        (None, END - 1),
        (Some(TimeStep::Days(10)), HOUR / 4),
        (Some(five), HOUR / 12),
        (Some(five), -HOUR / 6),
    ] {
        let bytes = series_of(step, at, 1.0);
        let (rules, points) = series::receive(&bytes).expect("a series");
        let text = series::text::print(rules, &points).expect("memory");
        assert_eq!(series::text::parse(&text), Ok(bytes));
    }
    // Found by random bytes.
    let mut found = [0; 32];
    (found[0], found[2], found[8], found[16], found[24]) = (1, 2, 10, 191, 68);
    refused(series::receive(&found), "its step does not keep");
}

#[test]
fn a_series_has_no_minus_zero() {
    refused(series::receive(&series_of(None, 0, -0.0)), "minus zero");
    // Nor does a sum of them make one.
    for count in 1..4 {
        let mut points = vec![Point { at: 0, value: -0.0 }; count];
        assert_eq!(series::total(&mut points), 1);
        assert!(points[0].value.is_sign_positive(), "{count}");
    }
}

#[test]
fn a_fit_is_received_in_todays_layout() {
    let values: Vec<f64> = (0..20).map(|i| f64::from(10 + i % 7)).collect();
    let fit = forecast::fit(&values, Method::parse("drift").expect("a method"), 1).expect("a fit");
    let bytes = fit.to_bytes().expect("small");
    assert_eq!(Fit::receive(&bytes).as_ref(), Ok(&bytes));
    // The first layout lacks the last four bytes.
    let mut first = bytes[..bytes.len() - 4].to_vec();
    first[0] = 1;
    let expected = Fit::from_bytes(&first).and_then(|f| f.to_bytes());
    assert_eq!(Fit::receive(&first), expected);
    assert!(expected.is_ok());
    // A number in more bytes than it takes: the length of the method's name.
    let mut longer = bytes;
    longer.splice(1..2, [0x85, 0]);
    assert_eq!(
        Fit::from_bytes(&longer).map(|f| f.method),
        Ok("drift".into())
    );
    refused(Fit::receive(&longer), "is damaged");
    // A fit of no steps prints those it has.
    let none = Fit { steps: 0, ..fit };
    refused(none.to_bytes().and_then(|b| Fit::receive(&b)), "is damaged");
}

#[test]
fn a_matrix_and_a_summary_are_canonical() {
    let matrix = transition::Matrix::default();
    let bytes = transition::stored::encode(&matrix).expect("memory");
    assert!(transition::stored::receive(&bytes).is_ok());
    let mut longer = bytes;
    let last = longer.len() - 1;
    longer.splice(last.., [longer[last] | 0x80, 0]);
    refused(
        transition::stored::receive(&longer).map(|_| ()),
        "canonical",
    );

    let bytes = survival::text::parse("30 x2, 45, 60+ x3")
        .and_then(survival::encode)
        .expect("a summary");
    assert!(Survival::check(&bytes).is_ok());
    for place in 1..4 {
        let mut bent = bytes.clone();
        bent[place] = 1;
        refused(Survival::new(&bent).map(|_| ()), "unknown version");
    }
}
