//! Laws of the ledger, of a clock's standing, and of calendars that follow one another.
//!
//! `SLAOPS_CASES=100000` is the long run.

use crate::support::config;
use slaops_core::sla::clock;

use proptest::prelude::*;
use slaops_core::business_time::{Source, Timeline};
use slaops_core::sla::clock::standing::standing;
use slaops_core::sla::clock::{CalendarSequence, Clock, NO_SEQ, OpenTime, Signal, SignalKind};
use slaops_core::sla::ledger::{SegmentState, ledger};
use slaops_core::sla::status::ClockStatus;
use std::rc::Rc;

const MINUTE: i64 = 60_000_000;
const KINDS: [SignalKind; 7] = [
    SignalKind::Reset,
    SignalKind::Start,
    SignalKind::Reopen,
    SignalKind::Resume,
    SignalKind::Pause,
    SignalKind::Stop,
    SignalKind::Cancel,
];
const CALENDARS: [&str; 4] = [
    "24/7 @ UTC",
    "Mo-Su 00:00-01:00,01:30-02:10,03:00-24:00 @ Europe/Berlin",
    "Su 00:30-03:20 @ UTC",
    "off @ UTC",
];

thread_local! {
    static LINES: Vec<Rc<Timeline>> = CALENDARS
        .iter()
        .map(|text| Rc::new(Timeline::new(Source::new(&text.parse().expect("a calendar")))))
        .collect();
}

fn line(which: usize) -> Rc<Timeline> {
    LINES.with(|lines| lines[which].clone())
}

/// Around Sunday, 29 March 2026, when Berlin's clocks change at 01:00 UTC.
fn minute() -> impl Strategy<Value = i64> {
    let base = crate::support::instant("2026-03-29T00:00:00Z");
    prop_oneof![2 => 0..200i64, 1 => (0..6i64).prop_map(|q| q * 30)]
        .prop_map(move |m| base + m * MINUTE)
}

fn history() -> impl Strategy<Value = Vec<u8>> {
    let kind = prop_oneof![2 => Just(1usize), 3 => Just(3), 3 => Just(4), 2 => Just(5), 1 => Just(2), 1 => 0..7usize];
    let signal = (minute(), kind).prop_map(|(at, kind)| Signal {
        at,
        seq: NO_SEQ,
        kind: KINDS[kind],
    });
    prop::collection::vec(signal, 0..14)
        .prop_map(|mut signals| clock::encode(&mut signals).expect("memory"))
}

/// Calendars that follow one another, by their numbers.
fn plan() -> impl Strategy<Value = Vec<(i64, usize)>> {
    let map = prop::collection::btree_map(minute(), 0..CALENDARS.len(), 1..5);
    map.prop_map(|map| map.into_iter().collect())
}

fn with_pieces<T>(plan: &[(i64, usize)], ask: impl FnOnce(&CalendarSequence<'_>) -> T) -> T {
    let held: Vec<_> = plan.iter().map(|(at, i)| (*at, line(*i))).collect();
    let list = held.iter().map(|(at, line)| (*at, &**line)).collect();
    ask(&CalendarSequence { calendars: list })
}

proptest! {
    #![proptest_config(config(4_000))]

    /// The ledger is whole, adds up to the clock, and crosses where the clock was breached; what one
    /// replay says is what the single questions say.
    #[test]
    fn the_ledger_is_the_clock(bytes in history(), plan in plan(), target in 0..150i64, as_of in minute(), cuts in prop::collection::vec(minute(), 0..4)) {
        let clock = Clock::check(&bytes).expect("own bytes");
        let (target, mut cuts) = (target * MINUTE, cuts);
        cuts.sort_unstable();
        with_pieces(&plan, |open| {
            let list = ledger(clock.signals(), open, Some(target), as_of, &cuts);
            prop_assert!(list.windows(2).all(|w| w[0].to == w[1].from || w[1].reset));
            prop_assert!(list.iter().all(|s| s.from <= s.to && s.to <= as_of));
            let counted = || list[list.iter().rposition(|s| s.reset).unwrap_or(0)..].iter();
            let sum = |doing| counted().filter(|s| s.state == doing).map(|s| s.open.expect("bounded")).sum::<i64>();
            let now = standing(clock.signals(), open, Some(target), as_of, 0.8);
            // A reset that no segment follows leaves nothing.
            if now.started_at.is_some() {
                prop_assert_eq!(Some(sum(SegmentState::Running)), now.elapsed);
                prop_assert_eq!(Some(sum(SegmentState::Paused)), now.paused);
                let crossed: Vec<_> = counted().filter_map(|s| s.crossed).collect();
                if now.status != ClockStatus::Cancelled {
                    prop_assert_eq!(crossed.first().copied(), now.breached_at);
                }
                prop_assert!(crossed.len() <= 1);
            }
            prop_assert!(cuts.iter().all(|c| list.iter().all(|s| s.state == SegmentState::Stopped || *c <= s.from || s.to <= *c)));
            prop_assert_eq!(now.elapsed, clock::elapsed(clock, open, as_of));
            prop_assert_eq!(now.paused, clock::paused(clock, open, as_of));
            prop_assert_eq!(now.due_at, clock::due_at(clock, open, target, as_of));
            prop_assert_eq!(now.breached_at, clock::breached_at(clock, open, target, as_of));
            prop_assert_eq!(now.status, clock::status(clock, open, target, as_of, 0.8));
            Ok(())
        })?;
    }

    /// A calendar cut into pieces anywhere is the calendar, forwards and backwards.
    #[test]
    fn pieces_of_one_calendar_are_the_calendar(which in 0..CALENDARS.len(), cuts in plan(), a in minute(), b in minute(), amount in -300..300i64) {
        let same: Vec<_> = cuts.iter().map(|(at, _)| (*at, which)).collect();
        let whole = line(which);
        with_pieces(&same, |pieces| {
            prop_assert_eq!(OpenTime::between(pieces, a, b), whole.between(a, b));
            prop_assert_eq!(OpenTime::add(pieces, a, amount * MINUTE), whole.add(a, amount * MINUTE));
            prop_assert_eq!(OpenTime::between(pieces, a, i64::MAX), whole.between(a, i64::MAX));
            Ok(())
        })?;
    }

    /// Where an amount is added, that much has passed, and not a minute before.
    #[test]
    fn adding_over_pieces_is_the_inverse(plan in plan(), a in minute(), amount in 1..300i64) {
        with_pieces(&plan, |open| {
            let due = open.add(a, amount * MINUTE);
            if due == i64::MAX {
                let all = open.between(a, i64::MAX);
                prop_assert!(all.is_some_and(|all| all < amount * MINUTE));
            } else {
                prop_assert_eq!(open.between(a, due), Some(amount * MINUTE));
                prop_assert!(open.between(a, due - 1).is_some_and(|n| n < amount * MINUTE));
            }
            Ok(())
        })?;
    }
}
