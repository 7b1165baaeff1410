//! Facts of clocks: what each signal does in each state, and the stored form.

use crate::support::config;
use proptest::prelude::*;
use slaops_core::business_time::{Source, Timeline};
use slaops_core::error::SqlState;
use slaops_core::sla::clock::standing::standing;
use slaops_core::sla::clock::{
    self, CalendarSequence, Clock, MAX_SIGNALS, NO_SEQ, OpenTime, Signal, SignalKind,
};
use slaops_core::sla::status::ClockStatus;
use slaops_core::time::{HOUR, MINUTE};

fn line(text: &str) -> Timeline {
    Timeline::new(Source::new(&text.parse().expect("a calendar")))
}

/// Signals such as `start 0, pause 10`, in minutes from 2000-01-01.
fn signals(text: &str) -> Vec<Signal> {
    let one = |part: &str| {
        let (kind, minute) = part.split_once(' ').expect("a minute");
        Signal {
            at: minute.parse::<i64>().expect("a number") * MINUTE,
            seq: NO_SEQ,
            kind: SignalKind::parse(kind.as_bytes()).expect("a signal"),
        }
    };
    text.split(", ")
        .filter(|p| !p.is_empty())
        .map(one)
        .collect()
}

/// At minute 30, around the clock, against a target of 25 minutes: state and status, when it began and ended, how long it
/// ran and was paused, when the target runs out and ran out; `-` for none.
fn stands(text: &str) -> String {
    let now = standing(
        signals(text).into_iter(),
        &line("24/7 @ UTC"),
        Some(25 * MINUTE),
        30 * MINUTE,
        0.5,
    );
    let minute = |at: Option<i64>| at.map_or("-".to_owned(), |at| (at / MINUTE).to_string());
    let all = [
        now.started_at,
        now.stopped_at,
        now.elapsed,
        now.paused,
        now.due_at,
        now.breached_at,
    ];
    format!(
        "{:?} {} {}",
        now.state,
        now.status,
        all.map(minute).join(" ")
    )
}

/// Each signal in each state: the table at the head of the module.
#[test]
fn every_signal_in_every_state() {
    let states = [
        "",
        "start 0",
        "start 0, pause 10",
        "start 0, stop 10",
        "start 0, cancel 10",
    ];
    let none = "NotStarted not_started - - 0 0 - -";
    let on = "Running breached 0 - 30 0 25 25";
    let waits = "Paused paused 0 - 10 20 - -";
    let done = "Stopped met 0 10 10 0 25 -";
    let gone = "Cancelled cancelled 0 10 10 0 - -";
    for (signal, expected) in [
        (
            "reset",
            [
                none,
                "Running active 20 - 10 0 45 -",
                "Paused paused 20 - 0 10 - -",
                none,
                none,
            ],
        ),
        (
            "start",
            ["Running active 20 - 10 0 45 -", on, waits, done, gone],
        ),
        (
            "reopen",
            [
                "Running active 20 - 10 0 45 -",
                on,
                "Running at_risk 0 - 20 10 35 -",
                "Running at_risk 0 - 20 0 35 -",
                gone,
            ],
        ),
        (
            "resume",
            [none, on, "Running at_risk 0 - 20 10 35 -", done, gone],
        ),
        (
            "pause",
            [none, "Paused paused 0 - 20 10 - -", waits, done, gone],
        ),
        (
            "stop",
            [
                none,
                "Stopped met 0 20 20 0 25 -",
                "Stopped met 0 20 10 10 25 -",
                done,
                gone,
            ],
        ),
        (
            "cancel",
            [
                "Cancelled cancelled - - 0 0 - -",
                "Cancelled cancelled 0 20 20 0 - -",
                "Cancelled cancelled 0 20 10 10 - -",
                "Cancelled cancelled 0 10 10 0 - -",
                gone,
            ],
        ),
    ] {
        for (before, expected) in states.iter().zip(expected) {
            assert_eq!(
                stands(&format!("{before}, {signal} 20")),
                expected,
                "{signal} after \"{before}\""
            );
        }
    }
}

#[test]
fn a_pause_before_the_start() {
    for (text, expected) in [
        ("pause 5, start 20", "Paused paused 20 - 0 10 - -"),
        (
            "pause 5, resume 6, start 20",
            "Running active 20 - 10 0 45 -",
        ),
        // A reset forgets no pause of a clock that has not started, but one of a clock that has ended.
        ("pause 5, reset 6, start 20", "Paused paused 20 - 0 10 - -"),
        (
            "pause 5, start 6, stop 7, reset 8, start 20",
            "Running active 20 - 10 0 45 -",
        ),
        (
            "pause 5, start 6, cancel 7, reset 8, start 20",
            "Running active 20 - 10 0 45 -",
        ),
        ("reset 5, start 20", "Running active 20 - 10 0 45 -"),
        ("pause 5, reopen 20", "Running active 20 - 10 0 45 -"),
    ] {
        assert_eq!(stands(text), expected, "{text}");
    }
}

#[test]
fn how_a_target_is_met_or_missed() {
    for (text, expected) in [
        // To the minute: met when stopped, at risk while it runs.
        ("start 0, stop 25", "Stopped met 0 25 25 0 25 -"),
        ("start 0, stop 26", "Stopped breached 0 26 26 0 25 25"),
        ("start 5", "Running at_risk 5 - 25 0 30 -"),
        ("start 4", "Running breached 4 - 26 0 29 29"),
        // Half of the target is the warning.
        ("start 18", "Running active 18 - 12 0 43 -"),
        ("start 17", "Running at_risk 17 - 13 0 42 -"),
        // Missed while paused; a stop does not mend it, a reset does, a cancellation hides it.
        ("start 0, pause 28", "Paused breached 0 - 28 2 - 25"),
        (
            "start 0, pause 28, stop 29",
            "Stopped breached 0 29 28 1 25 25",
        ),
        ("start 0, reset 28", "Running active 28 - 2 0 53 -"),
        ("start 0, cancel 28", "Cancelled cancelled 0 28 28 0 - -"),
        // What comes after the instant is not known; what comes with it is.
        ("start 0, pause 10, stop 31", "Paused paused 0 - 10 20 - -"),
        ("start 0, pause 10, stop 30", "Stopped met 0 30 10 20 25 -"),
        // Stopped on the target and opened again: it ran out then.
        (
            "start 0, stop 25, reopen 28",
            "Running breached 0 - 27 0 25 25",
        ),
    ] {
        assert_eq!(stands(text), expected, "{text}");
    }
}

#[test]
fn a_target_that_never_passes() {
    let never = line("off @ UTC");
    let now = standing(
        signals("start 0").into_iter(),
        &never,
        Some(HOUR),
        HOUR,
        1.0,
    );
    assert_eq!((now.due_at, now.breached_at), (Some(i64::MAX), None));
    // Without end every target of an open calendar is missed, and there is no sum.
    let now = standing(
        signals("start 0").into_iter(),
        &line("24/7 @ UTC"),
        Some(HOUR),
        i64::MAX,
        1.0,
    );
    assert_eq!((now.elapsed, now.breached_at), (None, Some(HOUR)));
    assert_eq!(now.status, ClockStatus::Breached);
    let paused = standing(
        signals("start 0, pause 1").into_iter(),
        &line("24/7 @ UTC"),
        None,
        i64::MAX,
        1.0,
    );
    assert_eq!((paused.elapsed, paused.paused), (Some(MINUTE), None));
    assert_eq!(paused.status, ClockStatus::NoTarget);
}

#[test]
fn names_of_signals() {
    let names = [
        "reset", "start", "reopen", "resume", "pause", "stop", "cancel",
    ];
    for (i, name) in names.iter().enumerate() {
        let kind = SignalKind::parse(name.as_bytes()).expect("a signal");
        assert_eq!((kind.name(), kind as usize), (*name, i));
    }
    let error = SignalKind::parse(b"stpo").expect_err("no signal");
    assert_eq!(error.state, SqlState::InvalidParameter);
    assert!(
        error.message.contains("\"stpo\"") && error.hint.contains("\"stop\""),
        "{error}"
    );
}

proptest! {
    #![proptest_config(config(1_000))]

    /// Both ways to write signals give the same bytes, which read as the distinct signals in order; merging two clocks is
    /// writing the signals of both.
    #[test]
    fn the_stored_form(list in prop::collection::vec((0i64..6, prop_oneof![Just(NO_SEQ), -2i64..3], 0usize..7), 0..12), cut in 0usize..12, numbered in any::<bool>()) {
        let names = ["reset", "start", "reopen", "resume", "pause", "stop", "cancel"];
        let signal = |(at, seq, kind): &(i64, i64, usize)| Signal {
            at: *at,
            seq: if numbered { *seq } else { NO_SEQ },
            kind: SignalKind::parse(names[*kind].as_bytes()).expect("a signal"),
        };
        let list: Vec<_> = list.iter().map(signal).collect();
        let mut sorted = list.clone();
        sorted.sort();
        let bytes = clock::encode(&mut list.clone()).expect("small");
        let mut place = Vec::new();
        clock::encode_sorted(&sorted, |size| { place.resize(size, 0); &mut place });
        prop_assert_eq!(&place, &bytes);
        sorted.dedup();
        let read = Clock::check(&bytes).expect("own bytes");
        prop_assert_eq!(read.signals().collect::<Vec<_>>(), sorted.clone());
        prop_assert_eq!((read.len(), read.is_empty()), (sorted.len(), sorted.is_empty()));
        let with_seq = sorted.iter().any(|s| s.seq != NO_SEQ);
        prop_assert_eq!(bytes.len(), 4 + sorted.len() * if with_seq { 17 } else { 9 });
        let text = clock::text::print(read).expect("small");
        let mut again = clock::text::parse(&text).expect("own text");
        prop_assert_eq!(&clock::encode(&mut again).expect("small"), &bytes);
        let (a, b) = list.split_at(cut.min(list.len()));
        let (a, b) = (clock::encode(&mut a.to_vec()).expect("small"), clock::encode(&mut b.to_vec()).expect("small"));
        let merged = clock::merge(Clock::new(&a).expect("own"), Clock::new(&b).expect("own")).expect("small");
        prop_assert_eq!(merged, sorted);
    }
}

/// What is done to good bytes, and the fault that is found.
type Bend<'a> = (&'a dyn Fn(&mut Vec<u8>), &'a str);

#[test]
fn bytes_that_are_no_clock() {
    let good = clock::encode(&mut signals("start 0, stop 10")).expect("small");
    let bent = |bend: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = good.clone();
        bend(&mut bytes);
        Clock::check(&bytes).err().map(|e| e.message)
    };
    let cases: [Bend<'_>; 7] = [
        (&|b| b.truncate(3), "too short"),
        (&|b| b[0] = 2, "unknown version"),
        (&|b| b[1] = 2, "unknown flags"),
        (&|b| b[3] = 1, "unknown flags"),
        (&|b| b.truncate(21), "broken length"),
        (&|b| b[4] = 7, "unknown signal"),
        (&|b| b[4..].rotate_left(9), "not sorted"),
    ];
    for (bend, why) in cases {
        assert!(
            bent(bend).is_some_and(|m| m.ends_with(why)),
            "{why}: {:?}",
            bent(bend)
        );
    }
    assert_eq!(bent(&|_| ()), None);
}

#[test]
fn a_clock_has_a_largest_size() {
    assert!(clock::check_size(MAX_SIGNALS).is_ok());
    let error = clock::check_size(MAX_SIGNALS + 1).expect_err("too large");
    assert_eq!(error.state, SqlState::LimitExceeded);
    assert!(
        error.message.contains("1000001") && error.hint.contains("1000000"),
        "{error}"
    );
}

#[test]
fn amounts_of_days_and_hours() {
    let desk = line("Mo-Fr 09:00-17:00 @ UTC");
    let amount = |months, days, micros| clock::amount(&desk, 0, months, days, micros);
    assert_eq!(amount(0, 0, 90 * MINUTE), Ok(90 * MINUTE));
    assert_eq!(amount(0, 3, 30 * MINUTE), Ok(24 * HOUR + 30 * MINUTE));
    assert_eq!(amount(0, -1, HOUR), Ok(-7 * HOUR));
    let error = amount(2, 0, 0).expect_err("months");
    assert_eq!(error.state, SqlState::InvalidParameter);
    assert!(error.message.contains("2 months"), "{error}");
    for (days, micros) in [(1, i64::MAX), (i32::MIN, -i64::MAX)] {
        let error = amount(0, days, micros).expect_err("too long");
        assert_eq!(error.state, SqlState::DatetimeOverflow);
    }
    let never = line("off @ UTC");
    let amount = |days| clock::amount(&never, 0, 0, days, HOUR);
    assert_eq!(
        [amount(1), amount(-1), amount(0)],
        [Ok(i64::MAX), Ok(i64::MIN), Ok(HOUR)]
    );
}

#[test]
fn calendars_that_follow_one_another() {
    let (day, night) = (line("24/7 @ UTC"), line("off @ UTC"));
    let both = CalendarSequence {
        calendars: vec![(0, &day), (10 * HOUR, &night), (20 * HOUR, &day)],
    };
    assert_eq!(both.between(-HOUR, 30 * HOUR), Some(21 * HOUR));
    assert_eq!(both.between(30 * HOUR, -HOUR), Some(-21 * HOUR));
    assert_eq!(both.between(5 * HOUR, i64::MAX), None);
    // Open until 10:00 and from 20:00 on.
    for (at, amount, found) in [
        (0, 10, 10),
        (0, 11, 21),
        (12, 1, 21),
        (21, -1, 20),
        (21, -2, 9),
        (15, -1, 9),
        (12, 0, 12),
        (10, -10, 0),
        (10, -11, -1),
    ] {
        assert_eq!(
            both.add(at * HOUR, amount * HOUR) / HOUR,
            found,
            "{amount} from {at}"
        );
    }
    let ends = CalendarSequence {
        calendars: vec![(0, &night), (0, &day), (10 * HOUR, &night)],
    };
    assert_eq!(
        (ends.add(9 * HOUR, 2 * HOUR), ends.add(HOUR, -2 * HOUR)),
        (i64::MAX, i64::MIN)
    );
}

#[test]
fn texts_that_are_no_clock() {
    let good = "start 2026-01-05T09:00:00Z #2, stop @0";
    let list = clock::text::parse(good).expect("reads");
    assert_eq!(
        (list.len(), list[0].seq, list[1].at, list[1].seq),
        (2, 2, 0, NO_SEQ)
    );
    assert_eq!(clock::text::parse(" , ").map(|l| l.len()), Ok(0));
    for text in [
        "start",
        "start Monday",
        "start 2026-01-05T09:00:00Z 2",
        "start 2026-01-05T09:00:00Z #x",
        "start 2026-01-05T09:00:00Z #2 more",
        "start @x",
        "start @9223372036854775807",
        "stop @0, start @-9223372036854775808",
    ] {
        let error = clock::text::parse(text).expect_err("does not read");
        assert_eq!(error.state, SqlState::InvalidText, "{text}");
        assert!(error.message.contains("start"), "{error}");
    }
    assert!(clock::text::parse("begin @0").is_err());
}
