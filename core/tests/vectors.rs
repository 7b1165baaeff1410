//! Facts from other people's suites: inputs and what must come out. `core/tests/vectors/README.md` names
//! the sources.

use crate::support::{csv, instant, shown};
use slaops_core::calendar::hours;
use slaops_core::sla::clock;

use serde_json::{Value, json};
use slaops_core::business_time::{Source, Timeline};
use slaops_core::calendar::Calendar;
use slaops_core::calendar::json::from_json;
use slaops_core::sla::clock::{Clock, NO_SEQ, Signal, SignalKind};
use slaops_core::time::{MICROS_PER_MINUTE, SECOND};

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A calendar as the vectors write it: weekdays beside holidays, the zone apart.
fn calendar(vector: &Value, zone: &str) -> Calendar {
    let object = vector.as_object().expect("an object");
    let mut value = json!({ "time_zone": zone, "hours": {} });
    for (key, part) in object {
        if WEEKDAYS.contains(&key.as_str()) {
            value["hours"][key] = part.clone();
        } else {
            value[key] = part.clone();
        }
    }
    from_json(&value).unwrap_or_else(|e| panic!("{value}: {e} {}", e.hint))
}

fn timeline(vector: &Value, zone: &str) -> Timeline {
    Timeline::new(Source::new(&calendar(vector, zone)))
}

/// An amount of minutes; one with six places is a number of seconds that was rounded.
fn microseconds(minutes: &str) -> i64 {
    let amount = number(minutes) * MICROS_PER_MINUTE;
    match minutes.split_once('.') {
        Some((_, places)) if places.len() == 6 => (amount / 1e6).round() as i64 * SECOND,
        _ => amount.round() as i64,
    }
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// 1e-6 minutes, or 0.01 where a fraction was visibly rounded to six or fewer places.
fn same_minutes(found: f64, expected: &str) -> bool {
    let rounded = expected.split_once('.').is_some_and(|(_, f)| f.len() > 2);
    (found - number(expected)).abs() <= if rounded { 0.01 } else { 1e-6 }
}

/// Asks one question; `Err` tells what was wrong.
fn ask(
    line: &Timeline,
    op: &str,
    start: &str,
    argument: &str,
    expected: &str,
) -> Result<(), String> {
    let from = instant(start);
    let found = match op {
        "minutes_between" => {
            let between = line.between(from, instant(argument));
            let minutes = between.expect("bounded") as f64 / MICROS_PER_MINUTE;
            if same_minutes(minutes, expected) {
                return Ok(());
            }
            minutes.to_string()
        }
        "add_minutes" | "sub_minutes" => {
            let amount = microseconds(argument) * if op == "add_minutes" { 1 } else { -1 };
            let found = line.add(from, amount);
            if found == instant(expected) {
                return Ok(());
            }
            shown(found)
        }
        "is_open" => {
            let found = line.is_open(from);
            if expected.eq_ignore_ascii_case(&found.to_string()) {
                return Ok(());
            }
            found.to_string()
        }
        other => panic!("no such operation: {other}"),
    };
    Err(format!(
        "{op}({start}, {argument}) = {found}, expected {expected}"
    ))
}

#[test]
fn business_time_agrees_with_every_library() {
    let rows = csv(include_str!("vectors/business_time.csv"));
    let mut wrong = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        let [source, hours, zone, op, start, argument, expected, _] = row.as_slice() else {
            panic!("row {i} has {} fields", row.len());
        };
        let value = serde_json::from_str(hours).expect("JSON");
        if let Err(e) = ask(&timeline(&value, zone), op, start, argument, expected) {
            wrong.push(format!("line {} ({source}, {zone}): {e}\n  {hours}", i + 2));
        }
    }
    assert_eq!(rows.len(), 361);
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn edges_follow_rfc_5545() {
    let rows = csv(include_str!("vectors/policy_edges.csv"));
    let mut wrong = Vec::new();
    for row in &rows {
        let [case, hours, zone, op, start, argument, expected] = row.as_slice() else {
            panic!("{row:?}");
        };
        let mut value: Value = serde_json::from_str(hours).expect("JSON");
        let mut expected = expected.as_str();
        match case.as_str() {
            // The file's reference gives 0 for a reversed range. Here open time is additive,
            // m(a,b) + m(b,a) = 0, so a reversed range is negative.
            "reversed range" => {
                assert_eq!(expected, "0.0");
                expected = "-480";
            }
            // The libraries give up, or find the first Monday after the list ends, which is 1,600
            // Mondays long. A search here has no limit, so it finds that Monday.
            "no open time at all (holiday every day)" => {
                assert_eq!(expected, "NULL/error");
                let first = hours::number("2006-01-02".parse().expect("a date")).expect("in range");
                let monday = |i| hours::date(first + 7 * i).map(|d| d.to_string());
                value["holidays"] = json!((0..1_600).map(monday).collect::<Vec<_>>());
                expected = "2036-09-01T10:00:00Z";
            }
            _ => {}
        }
        if let Err(e) = ask(&timeline(&value, zone), op, start, argument, expected) {
            wrong.push(format!("{case} ({zone}): {e}\n  {hours}"));
        }
    }
    assert_eq!(rows.len(), 32);
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// A calendar that never opens again is no error and no endless search.
#[test]
fn a_calendar_that_never_opens_gives_infinity() {
    let line = timeline(&json!({}), "Europe/Berlin");
    let at = instant("2006-01-02T09:00:00Z");
    assert_eq!(line.add(at, 1), i64::MAX);
    assert_eq!(line.add(at, -1), i64::MIN);
    assert_eq!(line.add(at, 0), at);
    assert_eq!(line.next_open(at), None);
    assert_eq!(line.between(at, i64::MAX), Some(0));
}

/// A clock's bytes from the start, the stop, the pauses and a cancellation of one metric.
fn bytes(metric: &Value) -> Vec<u8> {
    let mut signals = Vec::new();
    let mut push = |at: &Value, kind| {
        if let Some(at) = at.as_str() {
            signals.push(Signal {
                at: instant(at),
                seq: NO_SEQ,
                kind,
            });
        }
    };
    push(&metric["start"], SignalKind::Start);
    push(&metric["stop"], SignalKind::Stop);
    push(&metric["cancel"], SignalKind::Cancel);
    for pause in metric["pauses"].as_array().expect("pauses") {
        push(&pause[0], SignalKind::Pause);
        push(&pause[1], SignalKind::Resume);
    }
    clock::encode(&mut signals).expect("memory")
}

/// What one metric says that the file does not; None when all agree.
fn differences(line: &Timeline, metric: &Value) -> (f64, Vec<String>) {
    let bytes = bytes(metric);
    let clock = Clock::check(&bytes).expect("a clock");
    let as_of = metric["as_of"].as_str().map_or(i64::MAX, instant);
    let target = metric["target"]
        .as_f64()
        .map(|m| (m * MICROS_PER_MINUTE) as i64);
    let mut wrong = Vec::new();
    let mut elapsed = f64::NAN;
    if let Some(expected) = metric["elapsed"].as_f64() {
        elapsed = clock::elapsed(clock, line, as_of).expect("bounded") as f64 / MICROS_PER_MINUTE;
        if (elapsed - expected).abs() > if expected.fract() == 0.0 { 1e-6 } else { 0.01 } {
            wrong.push(format!("elapsed {elapsed}, expected {expected}"));
        }
    }
    let Some(target) = target else {
        return (elapsed, wrong);
    };
    if let Some(expected) = metric.get("due") {
        let due = clock::due_at(clock, line, target, as_of);
        if due != expected.as_str().map(instant) {
            wrong.push(format!("due {:?}, expected {expected}", due.map(shown)));
        }
    }
    let crossed = clock::breached_at(clock, line, target, as_of);
    let status = clock::status(clock, line, target, as_of, 2.0).name();
    if let Some(expected) = metric["breached"].as_bool() {
        if crossed.is_some() != expected || (status == "breached") != expected {
            wrong.push(format!(
                "breached at {crossed:?}, {status}, expected {expected}"
            ));
        }
        // Where both are known, the breach happened when the target was due.
        if let (Some(at), Some(due)) = (crossed, metric["due"].as_str())
            && at != instant(due)
        {
            wrong.push(format!("breached at {}, due {due}", shown(at)));
        }
    }
    if let Some(expected) = metric["status"].as_str()
        && status != expected
    {
        wrong.push(format!("status {status}, expected {expected}"));
    }
    (elapsed, wrong)
}

#[test]
fn clocks_agree_with_ticket_histories() {
    let all: Value = serde_json::from_str(include_str!("vectors/sla_clocks.json")).expect("JSON");
    let histories = all.as_array().expect("an array");
    let (mut metrics, mut wrong) = (0, Vec::new());
    for history in histories {
        let zone = history["timezone"].as_str().expect("a zone");
        let mut parts = 0.0;
        let list = history["metrics"].as_array().expect("metrics");
        assert!(!list.is_empty(), "{}", history["id"]);
        for metric in list {
            let own = metric.get("calendar").unwrap_or(&history["calendar"]);
            let (elapsed, found) = differences(&timeline(own, zone), metric);
            let name = metric["name"].as_str().unwrap_or_default();
            if name.starts_with("part_") {
                parts += elapsed;
            }
            wrong.extend(
                found
                    .iter()
                    .map(|w| format!("{} {name}: {w}", history["id"])),
            );
            metrics += 1;
        }
        // A schedule that changed half-way: each part of the clock in the calendar of its time.
        if let Some(sum) = history["sum_of_parts"].as_f64()
            && (parts - sum).abs() > 0.01
        {
            wrong.push(format!(
                "{}: parts sum to {parts}, expected {sum}",
                history["id"]
            ));
        }
    }
    assert_eq!((histories.len(), metrics), (31, 50));
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Every queue, to the 12 digits that the vectors have.
#[test]
fn queues_of_calls() {
    use slaops_core::statistics::staffing::queue::{Queue, erlang_b, erlang_c};
    let (mut wrong, mut count) = (Vec::new(), 0);
    for row in csv(include_str!("vectors/erlang.csv")) {
        let get = |i: usize| (!row[i].is_empty()).then(|| number(&row[i]));
        let must = |i: usize| get(i).expect("a number");
        let (calls, handle, threshold, agents) = (must(1), must(2), must(4), must(8) as u32);
        let queue = Queue::new(calls, handle, agents, get(5)).expect("in range");
        let found = queue.outcome(threshold).expect("in range");
        let pairs = [
            (found.wait_probability, get(9)),
            (found.service_level, get(10)),
            (found.speed_of_answer, get(11)),
            (found.occupancy, get(12)),
            (found.queue_length, get(13)),
            (found.abandon_probability, get(14)),
            (calls * handle / 3_600.0, get(7)),
        ];
        let far = |(found, expected): &(f64, Option<f64>)| {
            expected.is_some_and(|e| (found - e).abs() > 1e-9 * e.abs())
        };
        if pairs.iter().any(far) {
            wrong.push(format!("{row:?}: {found:?}"));
        }
        if get(5).is_none() && erlang_c(must(7), agents) < erlang_b(must(7), agents) {
            wrong.push(format!("{row:?}: C below B"));
        }
        if let Some(level) = get(3) {
            let occupied = get(6).unwrap_or(1.0);
            let needed = queue.required(level, threshold, occupied, 0.0);
            if needed != Ok(i64::from(agents)) {
                wrong.push(format!("{row:?}: {needed:?} agents"));
            }
        }
        count += 1;
    }
    assert_eq!(count, 36);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
