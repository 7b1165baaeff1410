//! Facts of the ledger's notes, and of clocks whose calendar or target changes while they run.

use slaops_core::business_time::{Source, Timeline};
use slaops_core::calendar::Calendar;
use slaops_core::error::SqlState;
use slaops_core::sla::attainment::EffectiveAt;
use slaops_core::sla::clock::{self, Clock, NO_SEQ, Signal, SignalKind};
use slaops_core::sla::ledger::{Segment, SegmentState, Versions, ledger, note};
use slaops_core::sla::policy::Amount;
use slaops_core::sla::terms::{SlaVersion, outcome, sorted};
use slaops_core::time::{DAY, HOUR};
use std::rc::Rc;

/// Monday 2026-05-25 00:00 UTC.
const MONDAY: i64 = 9_641 * DAY;

fn calendar(text: &str) -> Calendar {
    text.parse().expect("a calendar")
}

fn segment(from: i64, to: i64) -> Segment {
    Segment {
        from: MONDAY + from * HOUR,
        to: MONDAY + to * HOUR,
        state: SegmentState::Running,
        open: Some(0),
        total: Some(0),
        crossed: None,
        reset: false,
    }
}

#[test]
fn notes_of_segments() {
    let days = "2026 May 25 off \"A\"; 2026 May 26 off \"B\"; 2026 May 27 off \"C\"; 2026 May 28 off \"D\"; 2026 May 29 off \"E\"";
    let week = || {
        vec![(
            calendar(&format!("Mo-Fr 09:00-17:00; {days} @ UTC")),
            None,
            None,
        )]
    };
    let plain = || vec![(calendar("Mo-Fr 09:00-17:00 @ UTC"), None, None)];
    let said =
        |pieces: &[(i64, Versions)], segment: Segment| note(pieces, &segment).unwrap_or_default();
    let one = [(i64::MIN, week())];
    assert_eq!(said(&one, segment(9, 17)), "holiday: 2026-05-25 A");
    assert_eq!(said(&one, segment(9, 24)), "holiday: 2026-05-25 A");
    assert_eq!(
        said(&one, segment(9, 25)),
        "holidays: 2026-05-25 A, 2026-05-26 B"
    );
    assert_eq!(
        said(&one, segment(23, 72)),
        "holidays: 2026-05-25 A, 2026-05-26 B, 2026-05-27 C"
    );
    assert_eq!(
        said(&one, segment(0, 120)),
        "holidays: 2026-05-25 A, 2026-05-26 B, 2026-05-27 C and 2 more"
    );
    // Saturday: no holiday, and closed.
    assert_eq!(
        said(&one, segment(121, 122)),
        "closed: outside opening hours"
    );
    assert_eq!(
        said(
            &one,
            Segment {
                open: Some(1),
                ..segment(121, 122)
            }
        ),
        ""
    );
    assert_eq!(
        said(
            &one,
            Segment {
                open: None,
                ..segment(121, 122)
            }
        ),
        ""
    );
    assert_eq!(said(&one, segment(121, 121)), "");
    let reset = |segment| Segment {
        reset: true,
        ..segment
    };
    assert_eq!(
        said(&one, reset(segment(9, 17))),
        "counted from zero; holiday: 2026-05-25 A"
    );
    assert_eq!(
        said(&one, reset(segment(121, 122))),
        "counted from zero; closed: outside opening hours"
    );
    let stopped = Segment {
        state: SegmentState::Stopped,
        ..segment(9, 17)
    };
    assert_eq!(
        [said(&one, stopped), said(&one, reset(stopped))],
        ["", "counted from zero"]
    );
    // Holidays of a calendar only while it counts.
    let two = |at: i64, first: Versions, second: Versions| {
        [(i64::MIN, first), (MONDAY + at * HOUR, second)]
    };
    assert_eq!(
        said(&two(24, plain(), week()), segment(9, 48)),
        "holiday: 2026-05-26 B"
    );
    assert_eq!(
        said(&two(24, week(), plain()), segment(9, 48)),
        "holiday: 2026-05-25 A"
    );
    assert_eq!(
        said(&two(48, week(), week()), segment(9, 48)),
        "holidays: 2026-05-25 A, 2026-05-26 B"
    );
    assert_eq!(
        said(&two(12, week(), week()), segment(9, 17)),
        "holiday: 2026-05-25 A"
    );
    // The first also before its instant.
    let late = [(MONDAY + 500 * HOUR, week())];
    assert_eq!(said(&late, segment(9, 17)), "holiday: 2026-05-25 A");
    // Versions from a day on and up to one.
    let bounds = |from: Option<i32>, to: Option<i32>| {
        [(
            i64::MIN,
            vec![(
                calendar(&format!("Mo-Fr 09:00-17:00; {days} @ UTC")),
                from,
                to,
            )],
        )]
    };
    assert_eq!(
        said(&bounds(Some(9_642), None), segment(9, 30)),
        "holiday: 2026-05-26 B"
    );
    assert_eq!(
        said(&bounds(None, Some(9_642)), segment(9, 30)),
        "holiday: 2026-05-25 A"
    );
    assert_eq!(
        said(&bounds(Some(9_641), Some(9_641)), segment(9, 30)),
        "closed: outside opening hours"
    );
    // Days are local: 22:00 UTC is the next day in Berlin.
    let berlin = [(
        i64::MIN,
        vec![(
            calendar("Mo-Fr 09:00-17:00; 2026 May 25 off \"A\" @ Europe/Berlin"),
            None,
            None,
        )],
    )];
    assert_eq!(
        said(&berlin, segment(-3, -2)),
        "closed: outside opening hours"
    );
    assert_eq!(said(&berlin, segment(-2, -1)), "holiday: 2026-05-25 A");
    assert_eq!(said(&berlin, segment(21, 22)), "holiday: 2026-05-25 A");
    assert_eq!(
        said(&berlin, segment(22, 23)),
        "closed: outside opening hours"
    );
    // At most ten years of them.
    let yearly = [(
        i64::MIN,
        vec![(
            calendar("Mo-Su 09:00-17:00; Dec 25 off \"X\" @ UTC"),
            None,
            None,
        )],
    )];
    assert!(said(&yearly, segment(0, 24 * 366 * 40)).ends_with("and 7 more"));
    let names = [
        SegmentState::Running,
        SegmentState::Paused,
        SegmentState::Stopped,
    ]
    .map(SegmentState::name);
    assert_eq!(names, ["running", "paused", "stopped"]);
}

fn signals(list: &[(i64, SignalKind)]) -> Vec<Signal> {
    list.iter()
        .map(|(h, kind)| Signal {
            at: MONDAY + h * HOUR,
            seq: NO_SEQ,
            kind: *kind,
        })
        .collect()
}

fn line(text: &str) -> Rc<Timeline> {
    Rc::new(Timeline::new(Source::new(&calendar(text))))
}

#[test]
fn a_ledger_of_stops_and_crossings() {
    use SignalKind::{Pause, Reopen, Reset, Resume, Start, Stop};
    let always = line("24/7 @ UTC");
    let book = |list: &[(i64, SignalKind)], target: i64, cuts: &[i64]| -> Vec<String> {
        let cuts: Vec<_> = cuts.iter().map(|c| MONDAY + c * HOUR).collect();
        let list = ledger(
            signals(list).into_iter(),
            always.as_ref(),
            Some(target * HOUR),
            MONDAY + 30 * HOUR,
            &cuts,
        );
        let hour = |at: i64| (at - MONDAY) / HOUR;
        let one = |s: &Segment| {
            let crossed = s
                .crossed
                .map_or(String::new(), |at| format!(" crossed {}", hour(at)));
            let reset = if s.reset { " from zero" } else { "" };
            format!(
                "{} {}-{} {}{crossed}{reset}",
                s.state.name(),
                hour(s.from),
                hour(s.to),
                s.total.expect("bounded") / HOUR
            )
        };
        list.iter().map(one).collect()
    };
    assert_eq!(
        book(&[(0, Start), (8, Stop), (10, Reopen)], 99, &[]),
        ["running 0-8 8", "stopped 8-10 8", "running 10-30 28"]
    );
    assert_eq!(
        book(&[(0, Start)], 10, &[]),
        ["running 0-10 10 crossed 10", "running 10-30 30"]
    );
    assert_eq!(book(&[(0, Start)], 30, &[]), ["running 0-30 30"]);
    assert_eq!(
        book(&[(0, Start), (4, Pause), (6, Resume)], 10, &[]),
        [
            "running 0-4 4",
            "paused 4-6 4",
            "running 6-12 10 crossed 12",
            "running 12-30 28"
        ]
    );
    // No time at all is allowed: it ran out as the clock started.
    assert_eq!(
        book(&[(0, Start), (4, Pause), (6, Resume)], 0, &[]),
        ["running 0-4 4 crossed 0", "paused 4-6 4", "running 6-30 28"]
    );
    // The target would have run out during a pause.
    assert_eq!(
        book(&[(0, Start), (4, Pause), (14, Resume)], 10, &[]),
        [
            "running 0-4 4",
            "paused 4-14 4",
            "running 14-20 10 crossed 20",
            "running 20-30 20"
        ]
    );
    // On the target when it paused: it ran out there.
    assert_eq!(
        book(&[(0, Start), (4, Pause), (6, Resume)], 4, &[]),
        ["running 0-4 4 crossed 4", "paused 4-6 4", "running 6-30 28"]
    );
    assert_eq!(
        book(&[(0, Start), (10, Reset), (12, Stop)], 4, &[]),
        [
            "running 0-4 4 crossed 4",
            "running 4-10 10",
            "running 10-12 2 from zero"
        ]
    );
    // Cuts inside of a stretch, and none at its ends or in a stop.
    assert_eq!(
        book(
            &[(0, Start), (8, Stop), (10, Reopen), (12, Stop)],
            99,
            &[0, 3, 8, 9, 11, 12, 13]
        ),
        [
            "running 0-3 3",
            "running 3-8 8",
            "stopped 8-10 8",
            "running 10-11 9",
            "running 11-12 10"
        ]
    );
    assert_eq!(
        book(&[(0, Start), (8, Stop)], 3, &[3]),
        ["running 0-3 3 crossed 3", "running 3-8 8"]
    );
}

fn terms() -> Vec<SlaVersion> {
    let (desk, always) = (line("Mo-Fr 09:00-17:00 @ UTC"), line("24/7 @ UTC"));
    let hours = |n: i64| Amount {
        micros: n * HOUR,
        ..Amount::default()
    };
    let days = |days: i32| Amount {
        days,
        ..Amount::default()
    };
    let one = |from: i64, timeline: &Rc<Timeline>, target| SlaVersion {
        from,
        timeline: timeline.clone(),
        target,
    };
    vec![
        one(MONDAY + 34 * HOUR, &always, hours(20)),
        one(i64::MIN, &desk, days(1)),
    ]
}

#[test]
fn terms_are_sorted_and_distinct() {
    let list = sorted(terms()).expect("terms");
    assert!(list.is_sorted_by_key(|t| t.from) && list.len() == 2);
    let error = sorted(Vec::new()).err().expect("none");
    assert_eq!(error.state, SqlState::InvalidParameter);
    let twice = terms().into_iter().chain(terms()).collect();
    let error = sorted(twice).err().expect("twice");
    assert!(error.message.contains("different instants"), "{error}");
}

#[test]
fn clocks_under_terms_that_change() {
    use EffectiveAt::{Current, Each, Event, First};
    use SignalKind::{Pause, Reset, Start, Stop};
    // One day of the desk, eight hours, until Tuesday 10:00; then twenty hours around the clock.
    let terms = sorted(terms()).expect("terms");
    let said = |list: &[(i64, SignalKind)], as_of: i64, target_at, calendar_at| {
        let bytes = clock::encode(&mut signals(list)).expect("small");
        let clock = Clock::new(&bytes).expect("own");
        let found = outcome(
            clock,
            &terms,
            MONDAY + as_of * HOUR,
            (target_at, calendar_at),
            1.0,
        )
        .expect("amounts");
        let hour =
            |at: Option<i64>| at.map_or("-".to_owned(), |at| ((at - MONDAY) / HOUR).to_string());
        let now = found.standing;
        let elapsed = now.elapsed.expect("bounded") / HOUR;
        format!(
            "{} {elapsed} of {}, due {}, promised {}",
            now.status,
            found.target_micros / HOUR,
            hour(now.due_at),
            hour(found.promised_due_at)
        )
    };
    let runs = [(9, Start)];
    // Tuesday 20:00: nine hours of the desk before the change, ten after.
    assert_eq!(
        said(&runs, 44, Event, Each),
        "breached 19 of 8, due 17, promised 17"
    );
    assert_eq!(
        said(&runs, 44, Current, Each),
        "active 19 of 20, due 45, promised 17"
    );
    assert_eq!(
        said(&runs, 44, First, First),
        "breached 16 of 8, due 17, promised 17"
    );
    assert_eq!(
        said(&runs, 44, Current, Event),
        "active 16 of 20, due 61, promised 17"
    );
    assert_eq!(
        said(&runs, 44, Current, Current),
        "breached 35 of 20, due 29, promised 17"
    );
    // What comes later applies to a clock that runs, where each counts in its time.
    assert_eq!(
        said(&runs, 16, Event, Each),
        "active 7 of 8, due 17, promised 17"
    );
    assert_eq!(
        said(&[(10, Start)], 12, Event, Each),
        "active 2 of 8, due 34, promised 34"
    );
    // It ended with the change, or before: the first holds.
    assert_eq!(
        said(&[(9, Start), (34, Stop)], 44, Current, Current),
        "breached 9 of 8, due 17, promised 17"
    );
    assert_eq!(
        said(&[(9, Start), (35, Stop)], 44, Current, Each),
        "met 10 of 20, due 45, promised 17"
    );
    assert_eq!(
        said(&[(9, Start), (33, Stop)], 44, Current, Each),
        "met 8 of 8, due 17, promised 17"
    );
    // Started after the change.
    assert_eq!(
        said(&[(35, Start)], 44, Event, Event),
        "active 9 of 20, due 55, promised 55"
    );
    assert_eq!(
        said(&[(35, Start)], 44, First, Event),
        "active 9 of 24, due 59, promised 55"
    );
    assert_eq!(
        said(&[(35, Start), (36, Pause), (40, Reset)], 44, Event, Each),
        "paused 0 of 20, due -, promised 60"
    );
    // A clock that has ended is due by the terms until then.
    let mut closes = sorted(self::terms()).expect("terms");
    closes[1].timeline = line("off @ UTC");
    let due = |list: &[(i64, SignalKind)]| {
        let bytes = clock::encode(&mut signals(list)).expect("small");
        let clock = Clock::new(&bytes).expect("own");
        let found = outcome(clock, &closes, MONDAY + 44 * HOUR, (Event, Each), 1.0);
        found.expect("amounts").standing.due_at
    };
    assert_eq!(due(&[(11, Start), (13, Stop)]), Some(MONDAY + 35 * HOUR));
    assert_eq!(due(&[(11, Start)]), Some(i64::MAX));
    // Terms to come, however many.
    let mut more = sorted(self::terms()).expect("terms");
    let end = MONDAY + 50 * HOUR;
    more.push(SlaVersion {
        from: end,
        timeline: line("off @ UTC"),
        target: more[1].target,
    });
    let bytes = clock::encode(&mut signals(&runs)).expect("small");
    let clock = Clock::new(&bytes).expect("own");
    let due = |target| {
        outcome(clock, &more, MONDAY + 44 * HOUR, (target, Each), 1.0)
            .expect("amounts")
            .standing
            .due_at
    };
    assert_eq!(due(Current), Some(MONDAY + 45 * HOUR));
    more[1].target.micros = 40 * HOUR;
    let due = outcome(clock, &more, MONDAY + 44 * HOUR, (Current, Each), 1.0)
        .expect("amounts")
        .standing
        .due_at;
    assert_eq!(due, Some(i64::MAX));
    assert_eq!(
        said(&[], 44, Event, Each),
        "not_started 0 of 20, due -, promised -"
    );
}
