//! Laws that hold for every calendar and every instant, over random ones.
//!
//! `SLAOPS_CASES=100000` is the long run. A case of the laws of arithmetic is one set of instants; each
//! calendar answers [`SETS`] of them, since laying it out in time costs more than the questions. The
//! laws that need many calendars, or a slow oracle, take the number divided by 5 to 80.

use crate::support::shown;
use slaops_core::business_time;
use slaops_core::calendar;
use slaops_core::error;
use slaops_core::sla::clock;
use slaops_core::time::zone;

use crate::support::spec::{self, Spec, ZONES};
use chrono::{DateTime, Datelike, NaiveTime, Offset, TimeZone};
use chrono_tz::Tz;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use slaops_core::business_time::{BLOCK_DAYS, Source, Timeline};
use slaops_core::calendar::Calendar;
use slaops_core::sla::clock::{Clock, NO_SEQ, Signal, SignalKind};
use slaops_core::time::zone::Spans;
use slaops_core::time::{END, FIRST, SECOND};
use std::sync::OnceLock;

const MINUTE: i64 = 60 * SECOND;
const DAY: i64 = 1_440 * MINUTE;
/// 1900-01-01 and 2200-01-01.
const EARLIEST: i64 = -36_524 * DAY;
const LATEST: i64 = 73_049 * DAY;
/// How many sets of instants each calendar answers.
const SETS: usize = 20;

/// `SLAOPS_CASES` of the environment, or a default, divided by what one calendar answers.
fn config(default: u32, each: u32) -> Config {
    let asked = std::env::var("SLAOPS_CASES")
        .ok()
        .and_then(|n| n.parse().ok());
    Config {
        cases: (asked.unwrap_or(default) / each).max(1),
        failure_persistence: None,
        max_shrink_iters: 2_000,
        // The quick run has the same cases every time; the long run looks for new ones.
        rng_seed: match asked {
            None => RngSeed::Fixed(20_000_101),
            Some(_) => RngSeed::Random,
        },
        ..Config::default()
    }
}

fn line(calendar: &Calendar) -> Timeline {
    Timeline::new(Source::new(calendar))
}

// Instants.

/// Every change of offset of the zones under test from 1900 to 2101, by an hourly probe.
fn changes() -> &'static [i64] {
    static CHANGES: OnceLock<Vec<i64>> = OnceLock::new();
    CHANGES.get_or_init(|| {
        let at = |zone: Tz, second: i64| {
            let utc = DateTime::from_timestamp(second + zone::EPOCH_UNIX, 0).expect("in range");
            zone.offset_from_utc_datetime(&utc.naive_utc())
                .fix()
                .local_minus_utc()
        };
        let mut found = Vec::new();
        for zone in ZONES {
            let mut before = at(zone, EARLIEST / SECOND);
            for hour in EARLIEST / SECOND / 3_600..3_187_296_000 / 3_600 + 24 {
                let now = at(zone, hour * 3_600);
                if now != before {
                    found.push(hour * 3_600 * SECOND);
                    before = now;
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    })
}

fn offset() -> impl Strategy<Value = i64> {
    prop_oneof![
        1 => Just(0),
        2 => -3..=3i64,
        1 => (-3..=3i64).prop_map(|s| s * SECOND),
        3 => (-300..=300i64).prop_map(|m| m * MINUTE),
        1 => (-200..=200i64).prop_map(|h| h * 30 * MINUTE),
        1 => -3 * DAY..3 * DAY,
    ]
}

fn instant() -> impl Strategy<Value = i64> {
    let border = (-7..=13i64).prop_map(|k| k * i64::from(BLOCK_DAYS) * DAY);
    let change = any::<prop::sample::Index>().prop_map(|i| *i.get(changes()));
    // 2100-12-31 and 2101-01-01: the end of chrono-tz's tables.
    let end = prop_oneof![Just(36_889 * DAY), Just(36_890 * DAY)];
    let around = prop_oneof![
        2 => EARLIEST..LATEST,
        2 => (EARLIEST / DAY..LATEST / DAY).prop_map(|d| d * DAY),
        1 => (0..18_000i64).prop_map(|d| d * DAY),
        2 => border,
        4 => change,
        1 => end,
        // Days on which holidays are: around Christmas, 4 July.
        1 => (0..50i64).prop_map(|y| (y * 1_461 / 4 + 359) * DAY),
        1 => (0..50i64).prop_map(|y| (y * 1_461 / 4 + 185) * DAY),
    ];
    (around, offset()).prop_map(|(a, b)| (a + b).clamp(EARLIEST, LATEST))
}

/// A distance, mostly short.
fn step() -> impl Strategy<Value = i64> {
    prop_oneof![
        1 => -10..=10i64,
        3 => (-20_000..=20_000i64).prop_map(|m| m * MINUTE),
        2 => -40 * DAY..40 * DAY,
        1 => (-1_000..=1_000i64).prop_map(|d| d * DAY),
        1 => -60_000 * DAY..60_000 * DAY,
    ]
}

fn center(at: i64) -> i32 {
    at.div_euclid(DAY) as i32
}

type Triple = (i64, i64, i64, i64);

/// Three instants, mostly near the center, and an amount.
fn triples(at: i64) -> impl Strategy<Value = Vec<Triple>> {
    let near = (-12..=12i64, offset()).prop_map(move |(d, o)| (at + d * DAY + o).max(EARLIEST));
    let one = prop_oneof![4 => near, 1 => instant()];
    prop::collection::vec((one, step(), step(), step()), SETS).prop_map(|list| {
        list.into_iter()
            .map(|(a, b, c, n)| (a, a + b, a + b + c, n))
            .collect()
    })
}

fn calendar_and_instants() -> impl Strategy<Value = (Spec, Vec<Triple>)> {
    instant().prop_flat_map(|at| (spec::spec(center(at)), triples(at)))
}

// Arithmetic.

fn arithmetic(line: &Timeline, &(a, b, c, n): &Triple) -> Result<(), TestCaseError> {
    let between = |a, b| line.between(a, b).expect("finite ends");
    prop_assert_eq!(between(a, b) + between(b, c), between(a, c), "additive");
    prop_assert_eq!(between(a, b), -between(b, a), "antisymmetric");
    prop_assert_eq!(between(a, a), 0);
    let (from, to) = (a.min(b), a.max(b));
    prop_assert!(
        (0..=to - from).contains(&between(from, to)),
        "bounded by the wall clock"
    );
    prop_assert_eq!(line.ordinal(b) - line.ordinal(a), between(a, b), "ordinals");
    for t in [a, b, c] {
        prop_assert_eq!(
            line.is_open(t),
            between(t, t + 1) == 1,
            "open at {}",
            shown(t)
        );
    }
    let found = line.add(a, n);
    match (n.signum(), found) {
        (0, _) => prop_assert_eq!(found, a),
        (_, i64::MAX) => {
            prop_assert!(
                n > 0 && between(a, END - 1) < n,
                "never {}",
                between(a, END - 1)
            );
        }
        (_, i64::MIN) => {
            prop_assert!(
                n < 0 && between(a, FIRST) > n,
                "never {}",
                between(a, FIRST)
            );
        }
        (1, _) => {
            prop_assert_eq!(between(a, found), n, "{} is late or early", shown(found));
            prop_assert_eq!(
                between(a, found - 1),
                n - 1,
                "{} is not the earliest",
                shown(found)
            );
        }
        (_, _) => {
            prop_assert_eq!(between(a, found), n, "{} is late or early", shown(found));
            prop_assert_eq!(
                between(a, found + 1),
                n + 1,
                "{} is not the latest",
                shown(found)
            );
        }
    }
    Ok(())
}

fn edges(line: &Timeline, t: i64) -> Result<(), TestCaseError> {
    let between = |a, b| line.between(a, b).expect("finite ends");
    let (before, after) = if line.is_open(t) {
        (line.prev_open(t), line.next_close(t))
    } else {
        (line.prev_close(t), line.next_open(t))
    };
    let state = line.is_open(t);
    if let Some(from) = before {
        prop_assert!(from <= t);
        prop_assert_eq!(line.is_open(from), state);
        prop_assert_eq!(line.is_open(from - 1), !state, "no edge at {}", shown(from));
    }
    if let Some(to) = after {
        prop_assert!(to > t);
        prop_assert_eq!(line.is_open(to), !state, "no edge at {}", shown(to));
        prop_assert_eq!(line.is_open(to - 1), state);
    }
    // Not asked from end to end: Postgres's range has more microseconds than an i64 holds.
    let far = END / 2;
    for (from, to) in [
        (before.unwrap_or(if t < far { FIRST } else { 0 }), t),
        (t, after.unwrap_or(far.max(t))),
    ] {
        prop_assert_eq!(
            between(from, to),
            if state { to - from } else { 0 },
            "one state between edges"
        );
    }
    // The other two edges lie beyond: each is the nearest of its kind.
    let (earlier, later) = if state {
        (line.prev_close(t), line.next_open(t))
    } else {
        (line.prev_open(t), line.next_close(t))
    };
    for (edge, opens) in [(earlier, !state), (later, state)] {
        if let Some(edge) = edge {
            prop_assert_eq!(line.is_open(edge), opens);
            prop_assert_eq!(line.is_open(edge - 1), !opens);
        }
    }
    prop_assert!(earlier.is_none_or(|e| before.is_some_and(|b| e < b)));
    prop_assert!(later.is_none_or(|l| after.is_some_and(|a| a < l)));
    if let (Some(e), Some(b)) = (earlier, before) {
        prop_assert_eq!(between(e, b), if state { 0 } else { b - e });
    }
    if let (Some(a), Some(l)) = (after, later) {
        prop_assert_eq!(between(a, l), if state { 0 } else { l - a });
    }
    Ok(())
}

fn periods(line: &Timeline, from: i64, to: i64) -> Result<(), TestCaseError> {
    let mut last = None;
    let mut sum = 0;
    for (a, b) in line.periods(from, to) {
        prop_assert!(from <= a && a < b && b <= to, "clipped");
        prop_assert!(last.is_none_or(|l| l < a), "sorted, disjoint, merged");
        prop_assert_eq!(line.between(a, b), Some(b - a), "open inside");
        prop_assert!(a == from || !line.is_open(a - 1), "starts at {}", shown(a));
        prop_assert!(b == to || !line.is_open(b), "ends at {}", shown(b));
        last = Some(b);
        sum += b - a;
    }
    prop_assert_eq!(
        line.between(from, to.max(from)),
        Some(sum),
        "periods sum to the open time"
    );
    Ok(())
}

proptest! {
    #![proptest_config(config(4_000, SETS as u32))]

    #[test]
    fn arithmetic_is_exact((spec, sets) in calendar_and_instants()) {
        let line = line(&spec.calendar());
        for set in &sets {
            arithmetic(&line, set).map_err(|e| context(e, &spec, set))?;
        }
    }

}

proptest! {
    // A calendar that rarely opens is searched to the year 9999, which takes a second or more.
    #![proptest_config(config(4_000, 4 * SETS as u32))]

    #[test]
    fn edges_and_periods_agree_with_arithmetic((spec, sets) in calendar_and_instants()) {
        let line = line(&spec.calendar());
        for set in &sets {
            let to = set.1.clamp(set.0 - 60 * DAY, set.0 + 60 * DAY);
            edges(&line, set.0)
                .and_then(|()| edges(&line, set.2))
                .and_then(|()| periods(&line, set.0, to))
                .map_err(|e| context(e, &spec, set))?;
        }
    }

}

proptest! {
    #![proptest_config(config(4_000, 5 * SETS as u32))]

    #[test]
    fn combinations_count_each_instant_once(
        (a, b, sets) in instant().prop_flat_map(|t| (spec::spec(center(t)), spec::spec(center(t)), triples(t)))
    ) {
        let (one, two) = (a.calendar(), b.calendar());
        let make = |c: error::Result<Calendar>| line(&c.expect("within limits"));
        let union = make(one.clone().union(two.clone()));
        let both = make(one.clone().intersection(two.clone()));
        let without = make(one.clone().difference(two.clone()));
        let (first, second) = (line(&one), line(&two));
        for set in &sets {
            let &(from, to, t, _) = set;
            let open = |l: &Timeline| l.between(from, to).expect("finite ends");
            let sum = open(&first) + open(&second);
            let (p, q) = (first.is_open(t), second.is_open(t));
            let all = sum == open(&union) + open(&both)
                && open(&without) == open(&first) - open(&both)
                && union.is_open(t) == (p || q)
                && both.is_open(t) == (p && q)
                && without.is_open(t) == (p && !q);
            prop_assert!(all, "{}\n{}\n{set:?}", a.text(), b.text());
        }
    }

}

proptest! {
    #![proptest_config(config(4_000, 4 * SETS as u32))]

    #[test]
    fn business_days_count((spec, sets) in calendar_and_instants()) {
        let line = line(&spec.calendar());
        for set in &sets {
            let day = center(set.0);
            let n = set.3 % 400;
            business_days(&line, day, n, &spec).map_err(|e| context(e, &spec, set))?;
        }
    }
}

fn context(error: TestCaseError, spec: &Spec, set: &Triple) -> TestCaseError {
    let &(a, b, c, n) = set;
    let named = format!(
        "{}\n  at {}, {}, {} with {n}",
        spec.text(),
        shown(a),
        shown(b),
        shown(c)
    );
    TestCaseError::fail(format!("{error}\n  {named}"))
}

fn business_days(line: &Timeline, day: i32, n: i64, spec: &Spec) -> Result<(), TestCaseError> {
    if let Spec::One(one) = spec {
        prop_assert_eq!(
            line.is_business_day(day),
            one.starts_on(spec::date(day)),
            "day {}",
            day
        );
    }
    let count = |from: i32, to: i32| line.days_before(to) - line.days_before(from);
    prop_assert_eq!(count(day, day + 1), i64::from(line.is_business_day(day)));
    match line.add_days(day, n) {
        Some(found) if n > 0 => {
            prop_assert!(found > day && line.is_business_day(found));
            prop_assert_eq!(count(day + 1, found + 1), n);
        }
        Some(found) if n < 0 => {
            prop_assert!(found < day && line.is_business_day(found));
            prop_assert_eq!(count(found, day), -n);
        }
        Some(found) => prop_assert_eq!(found, day),
        None if n > 0 => prop_assert!(count(day + 1, business_time::LAST_DAY - 1) < n),
        None => prop_assert!(count(business_time::FIRST_DAY, day) < -n),
    }
    Ok(())
}

// What a calendar means, by plain means.

proptest! {
    #![proptest_config(config(2_000, 5))]

    /// Minute by minute over up to 40 days, in years when offsets were whole minutes.
    #[test]
    fn a_minute_scan_agrees(
        (spec, from, minutes) in instant()
            .prop_map(|t| t.clamp(-23_000 * DAY, 36_900 * DAY))
            .prop_flat_map(|t| {
                let from = (-10..=2i64, 0..1_440i64).prop_map(move |(d, m)| {
                    (t + d * DAY).div_euclid(DAY) * 1_440 + m
                });
                let minutes = prop_oneof![3 => 1..10_080usize, 1 => 1..57_600usize];
                (spec::spec(center(t)), from, minutes)
            })
    ) {
        let line = line(&spec.calendar());
        let expected = spec.scan(from + zone::EPOCH_UNIX / 60, minutes);
        let (start, end) = (from * MINUTE, (from + minutes as i64) * MINUTE);
        for (i, open) in expected.iter().enumerate() {
            let at = start + i as i64 * MINUTE;
            let found = line.is_open(at);
            prop_assert_eq!(found, *open, "{} at {}", spec.text(), shown(at));
        }
        let sum = expected.iter().filter(|o| **o).count() as i64 * MINUTE;
        let found = line.between(start, end).expect("finite ends");
        prop_assert_eq!(found, sum, "{} from {} to {}", spec.text(), shown(start), shown(end));
    }

}

proptest! {
    #![proptest_config(config(2_000, 40))]

    /// The crate that parses the grammar also evaluates it, in wall time.
    #[test]
    fn the_crate_opening_hours_agrees(
        (one, day, days) in (-36_000..60_000i32)
            .prop_flat_map(|day| (spec::daytime(day), Just(day), 1..60i32))
    ) {
        let line = line(&Spec::One(one.clone()).calendar());
        let hours: opening_hours::OpeningHours = one.hours().parse().expect("an expression");
        let midnight = |d: i32| spec::date(d).and_time(NaiveTime::MIN);
        let instant = |t: chrono::NaiveDateTime| t.and_utc().timestamp_micros() - crate::support::EPOCH;
        let (from, to) = (midnight(day - 10), midnight(day - 10 + days));
        let mut expected: Vec<(i64, i64)> = Vec::new();
        for range in hours.iter_range(from, to) {
            if range.kind == opening_hours::RuleKind::Open {
                let (a, b) = (instant(range.range.start), instant(range.range.end));
                match expected.last_mut() {
                    Some(last) if last.1 == a => last.1 = b,
                    _ => expected.push((a, b)),
                }
            }
        }
        let found: Vec<_> = line.periods(instant(from), instant(to)).collect();
        prop_assert_eq!(found, expected, "{}", one.hours());
    }
}

// Values.

proptest! {
    #![proptest_config(config(5_000, 1))]

    #[test]
    fn every_form_reads_back(spec in instant().prop_flat_map(|t| spec::spec(center(t)))) {
        let calendar = spec.calendar();
        let text = calendar.to_string();
        let again: Calendar = text.parse().map_err(|e| {
            TestCaseError::fail(format!("{} prints {text}, which does not read: {e:?}", spec.text()))
        })?;
        prop_assert_eq!(&again, &calendar, "{} prints {}", spec.text(), text);
        prop_assert_eq!(&again.to_string(), &text, "printing is idempotent");
        let bytes = calendar.to_bytes();
        prop_assert_eq!(Calendar::from_bytes(&bytes), Ok(calendar.clone()), "{} bytes", text);
        prop_assert_eq!(Calendar::from_own_bytes(&bytes), Ok(calendar.clone()));
        let value = calendar::json::to_json(&calendar);
        let read = calendar::json::from_json(&value);
        prop_assert_eq!(read, Ok(calendar), "{} is {}", text, value);
    }

    /// RFC 5545: a wall time in a gap has the offset before it, a doubled one is the first.
    #[test]
    fn wall_times_become_instants(z in 0..ZONES.len(), at in instant()) {
        let (zone, second) = (ZONES[z], at.div_euclid(SECOND));
        let spans = Spans::over(zone, second - 10 * 86_400, second + 10 * 86_400);
        let wall = DateTime::from_timestamp(second + zone::EPOCH_UNIX, 0).expect("in range").naive_utc();
        // chrono-tz itself is asked only within its tables.
        if wall.year() <= 2100 {
            let expected = spec::unix(zone, wall) - zone::EPOCH_UNIX;
            prop_assert_eq!(spans.instant(second, &mut 0), expected, "{} {}", zone, wall);
        }
        let offset = i64::from(zone::offset(zone, second));
        prop_assert_eq!(spans.wall(second), second + offset);
    }
}

proptest! {
    #![proptest_config(config(5_000, SETS as u32))]

    #[test]
    fn a_calendar_that_never_closes_is_the_wall_clock(
        z in 0..ZONES.len(), (sets, add) in instant().prop_flat_map(|t| (triples(t), Just(t)))
    ) {
        let calendar: Calendar = format!("24/7 @ {}", ZONES[z]).parse().expect("a calendar");
        let line = line(&calendar);
        prop_assert_eq!(line.next_close(add), None);
        prop_assert_eq!(line.prev_open(add), None);
        for (a, b, _, n) in sets {
            prop_assert_eq!(line.between(a, b), Some(b - a));
            prop_assert_eq!(line.add(a, n), a + n);
            prop_assert!(line.is_open(a));
        }
    }
}

// Clocks.

const KINDS: [SignalKind; 7] = [
    SignalKind::Reset,
    SignalKind::Start,
    SignalKind::Reopen,
    SignalKind::Resume,
    SignalKind::Pause,
    SignalKind::Stop,
    SignalKind::Cancel,
];
/// Minutes that the slow machine looks at before it says "never".
const HORIZON: i64 = 4_000;

/// A signal in minutes after a base.
type Raw = (i64, Option<i64>, usize);

fn history() -> impl Strategy<Value = Vec<Raw>> {
    let kind = prop_oneof![2 => Just(1usize), 3 => Just(3), 3 => Just(4), 2 => Just(5), 1 => Just(2), 1 => 0..7usize];
    let at = prop_oneof![2 => 0..200i64, 1 => (0..6i64).prop_map(|q| q * 30)];
    let seq = prop_oneof![3 => Just(None), 1 => (0..3i64).prop_map(Some)];
    prop::collection::vec((at, seq, kind), 0..14)
}

fn signals(base: i64, raw: &[Raw]) -> Vec<Signal> {
    raw.iter()
        .map(|&(at, seq, kind)| Signal {
            at: base + at * MINUTE,
            seq: seq.unwrap_or(NO_SEQ),
            kind: KINDS[kind],
        })
        .collect()
}

/// What the clock says, by stepping through time a minute at a time.
#[derive(Debug, Default)]
struct Slow {
    state: &'static str,
    elapsed: i64,
    paused: i64,
    /// When the target was reached, and whether it was passed.
    reached: Option<i64>,
    missed: bool,
}

fn slow(raw: &[Raw], open: &dyn Fn(i64) -> bool, target: i64, as_of: i64) -> Slow {
    let mut order: Vec<Raw> = raw.to_vec();
    order.sort_by_key(|&(at, seq, kind)| (at, seq.is_some(), seq, kind));
    let mut s = Slow {
        state: "new",
        ..Slow::default()
    };
    // A pause that came before the start.
    let mut held = false;
    let mut last_run = None;
    for minute in 0..=as_of {
        for &(_, _, kind) in order.iter().filter(|r| r.0 == minute) {
            let next = match (KINDS[kind], s.state) {
                (SignalKind::Start, "new") => {
                    if held {
                        "waiting"
                    } else {
                        "running"
                    }
                }
                (SignalKind::Pause, "new") => {
                    held = true;
                    "new"
                }
                (SignalKind::Resume, "new") => {
                    held = false;
                    "new"
                }
                (SignalKind::Pause, "running") => "waiting",
                (SignalKind::Resume, "waiting") => "running",
                (SignalKind::Stop, "running" | "waiting") => "stopped",
                (SignalKind::Reopen, "new" | "waiting" | "stopped") => "running",
                (SignalKind::Reset, "stopped" | "cancelled") => {
                    held = false;
                    "new"
                }
                (SignalKind::Cancel, _) => "cancelled",
                (_, same) => same,
            };
            if KINDS[kind] == SignalKind::Reset {
                let state = s.state;
                s = Slow {
                    state,
                    ..Slow::default()
                };
                last_run = None;
            }
            let begins = next == "running" && (s.state != "running" || last_run.is_none());
            s.state = next;
            if begins {
                last_run = Some((minute, s.elapsed));
                if target == s.elapsed && s.reached.is_none() {
                    s.reached = Some(minute);
                }
            }
        }
        if minute == as_of {
            break;
        }
        let one = i64::from(open(minute));
        match s.state {
            "running" => {
                s.elapsed += one;
                s.missed |= s.elapsed > target;
                if s.elapsed == target && one == 1 && s.reached.is_none() {
                    s.reached = Some(minute + 1);
                }
            }
            "waiting" => s.paused += one,
            _ => {}
        }
    }
    // As if the last run had gone on.
    if let (None, Some((from, used))) = (s.reached, last_run) {
        let mut left = target - used;
        s.reached = Some(i64::MAX);
        for minute in from..HORIZON {
            left -= i64::from(open(minute));
            if left == 0 {
                s.reached = Some(minute + 1);
                break;
            }
        }
    }
    s
}

proptest! {
    #![proptest_config(config(20_000, 1))]

    #[test]
    fn clocks_agree_with_a_slow_machine(
        raw in history(), which in 0..5usize, target in 0..150i64, as_of in 0..220i64
    ) {
        thread_local!(static LINES: Vec<Timeline> = [
            "24/7 @ UTC", "Mo-Su 00:00-01:00,01:30-02:10,03:00-24:00 @ Europe/Berlin",
            "Su 00:30-03:20 @ UTC", "off @ UTC", "Su 01:00-01:01,01:02-01:03; Mo 00:00-24:00 @ UTC",
        ].iter().map(|text| line(&text.parse().expect("a calendar"))).collect());
        // Sunday, 29 March 2026, when Berlin's clocks change at 01:00 UTC.
        let base = crate::support::instant("2026-03-29T00:00:00Z");
        LINES.with(|lines| -> Result<(), TestCaseError> {
            let line = &lines[which];
            let bytes = clock::encode(&mut signals(base, &raw)).expect("memory");
            let clock = Clock::check(&bytes).expect("a clock");
            let open = |minute: i64| line.is_open(base + minute * MINUTE);
            let slow = slow(&raw, &open, target, as_of);
            let (goal, end) = (target * MINUTE, base + as_of * MINUTE);
            prop_assert_eq!(clock::elapsed(clock, line, end), Some(slow.elapsed * MINUTE));
            prop_assert_eq!(clock::paused(clock, line, end), Some(slow.paused * MINUTE));
            let instant = |m: i64| if m == i64::MAX { m } else { base + m * MINUTE };
            let due = clock::due_at(clock, line, goal, end);
            let runs = matches!(slow.state, "running" | "stopped");
            match (due, slow.reached) {
                // Later than the slow machine looks.
                (Some(due), Some(i64::MAX)) if runs => prop_assert!(due > instant(HORIZON - 1)),
                _ => prop_assert_eq!(due, slow.reached.filter(|_| runs).map(instant), "{:?}", slow),
            }
            let breached = clock::breached_at(clock, line, goal, end);
            let counts = slow.missed && slow.state != "cancelled";
            prop_assert_eq!(breached, slow.reached.filter(|_| counts).map(instant));
            let warn = 0.75;
            let status = clock::status(clock, line, goal, end, warn).name();
            let expected = match slow.state {
                "new" => "not_started",
                "cancelled" => "cancelled",
                _ if slow.missed => "breached",
                "stopped" => "met",
                "waiting" => "paused",
                _ if slow.elapsed as f64 >= warn * target as f64 => "at_risk",
                _ => "active",
            };
            prop_assert_eq!(status, expected);
            // Due, breached and status are one answer.
            if status == "breached" {
                prop_assert!(breached.is_some_and(|at| at < end));
                prop_assert!(due.is_none_or(|due| Some(due) == breached));
            }
            if let Some(at) = breached {
                prop_assert_eq!(status, "breached");
                prop_assert!(slow.elapsed > target && at <= end);
            }
            // Running and waiting never overlap.
            let whole = line.between(base, end).unwrap_or(0);
            prop_assert!((slow.elapsed + slow.paused) * MINUTE <= whole);
            Ok(())
        })?;
    }

    #[test]
    fn the_order_of_signals_and_their_split_do_not_matter(
        raw in history(), keys in prop::collection::vec(any::<u32>(), 14), cuts in prop::collection::vec(0..4usize, 14)
    ) {
        let all = signals(0, &raw);
        let bytes = clock::encode(&mut all.clone()).expect("memory");
        let mut shuffled: Vec<_> = all.iter().zip(&keys).map(|(s, k)| (*k, *s)).collect();
        shuffled.sort_by_key(|s| s.0);
        let mut permuted: Vec<_> = shuffled.iter().map(|s| s.1).collect();
        prop_assert_eq!(&clock::encode(&mut permuted).expect("memory"), &bytes, "a permutation");
        // Parts, each encoded, decoded and merged with its neighbors; one part is there twice.
        let part = |p: usize| {
            let of = all.iter().zip(&cuts).filter(|(_, c)| **c == p).map(|(s, _)| *s);
            clock::encode(&mut of.collect()).expect("memory")
        };
        let parts: Vec<_> = [2, 0, 3, 1, 0].into_iter().map(part).collect();
        let mut merged: Vec<Signal> = Vec::new();
        for part in &parts {
            merged.extend(Clock::check(part).expect("a clock").signals());
            // A combine between two parts gives the same in the end.
            let halfway = clock::encode(&mut merged).expect("memory");
            merged = Clock::check(&halfway).expect("a clock").signals().collect();
        }
        prop_assert_eq!(&clock::encode(&mut merged).expect("memory"), &bytes, "split and merge");
        let clock = Clock::check(&bytes).expect("a clock");
        let mut read = clock::text::parse(&clock::text::print(clock).expect("memory")).expect("reads back");
        prop_assert_eq!(&clock::encode(&mut read).expect("memory"), &bytes, "text");
        prop_assert_eq!(clock.len(), read.len());
    }
}

// Cases of their own.

/// What is left of a night after a cut may start after midnight, and still belongs to its evening.
#[test]
fn the_rest_of_a_night_reads_back() {
    for text in [
        "Fr 22:00-06:00; Sa 00:00-02:00 off @ UTC",
        "Mo 22:00-02:00; Mo 20:00-24:00 off @ UTC",
    ] {
        let calendar: Calendar = text.parse().expect("a calendar");
        let printed = calendar.to_string();
        assert_eq!(
            printed.parse().as_ref(),
            Ok(&calendar),
            "{text} prints {printed}"
        );
        assert_eq!(Calendar::from_bytes(&calendar.to_bytes()), Ok(calendar));
    }
}

/// The first and the last years of Postgres's range; a release build would wrap where this panics.
#[test]
fn the_ends_of_time_are_like_any_other() {
    for text in [
        "24/7 @ UTC",
        "off @ UTC",
        "Mo-Fr 09:00-17:00 @ UTC",
        "Mo-Su 22:00-06:00 @ Europe/Berlin",
        "(Mo 09:00-17:00 @ UTC) - (Mo 12:00-13:00 @ UTC)",
        "(off @ UTC) - (off @ UTC)",
    ] {
        let line = line(&text.parse().expect("a calendar"));
        for i in 0..2_000 {
            let back = DAY + i * 3 * DAY + (i % 48) * 30 * MINUTE;
            for t in [END - back, FIRST + back] {
                for n in [1, 480 * MINUTE, -1, -480 * MINUTE] {
                    let set = (t, (t + 5 * DAY).min(END - DAY), t, n);
                    arithmetic(&line, &set).unwrap_or_else(|e| panic!("{text} at {t}: {e}"));
                }
                edges(&line, t).unwrap_or_else(|e| panic!("{text} at {t}: {e}"));
                periods(&line, t, t.saturating_add(20 * DAY).min(END - 1))
                    .unwrap_or_else(|e| panic!("{text} at {t}: {e}"));
            }
        }
        for day in [business_time::FIRST_DAY, 0, business_time::LAST_DAY - 3] {
            for n in [1, -1, 400, -400] {
                let found = line.add_days(day, n);
                assert!(
                    found.is_none_or(|d| line.is_business_day(d)),
                    "{text} {day} {n}"
                );
            }
        }
    }
}

/// More open time than an i64 of microseconds holds is unbounded; it must not turn negative.
#[test]
fn the_whole_range_is_not_negative() {
    let line = line(&"24/7 @ UTC".parse().expect("a calendar"));
    for from in [FIRST, EARLIEST, 0] {
        assert!(
            line.between(from, END - 1).is_none_or(|n| n > 0),
            "from {from}"
        );
        assert!(
            line.between(END - 1, from).is_none_or(|n| n < 0),
            "to {from}"
        );
    }
}

/// Of a calendar that never opens again every question is answered soon, selectors or not.
#[test]
fn never_is_found_soon() {
    for text in [
        "Mo[1] off @ UTC",
        "week 53 Mo 10:00-12:00; Dec-Jan off @ UTC",
        "(Mo[1] 09:00-10:00 @ UTC) & (Tu[1] 09:00-10:00 @ UTC)",
    ] {
        let line = line(&text.parse().expect("a calendar"));
        let start = std::time::Instant::now();
        assert_eq!(line.next_open(822_052_800 * SECOND), None, "{text}");
        assert_eq!(line.add(822_052_800 * SECOND, 1), i64::MAX, "{text}");
        assert_eq!(line.prev_open(822_052_800 * SECOND), None, "{text}");
        let took = start.elapsed();
        assert!(took.as_millis() < 5_000, "{text} took {took:?}");
    }
}
