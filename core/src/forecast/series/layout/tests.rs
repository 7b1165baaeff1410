//! Steps that are found and given, in zones, at the ends of what there is.

use super::*;
use chrono_tz::Europe;

fn points(list: &[(i64, f64)]) -> Vec<Point> {
    list.iter()
        .map(|(at, value)| Point {
            at: *at,
            value: *value,
        })
        .collect()
}

fn laid(step: Option<TimeStep>, list: &[(i64, f64)], tz: Tz) -> Regular {
    let rules = Rules {
        step,
        fill: Fill::Auto,
        refuse: false,
    };
    layout(rules, &points(list), tz).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn steps_are_found() {
    let days = laid(None, &[(0, 1.0), (DAY, 2.0), (4 * DAY, 5.0)], Tz::UTC);
    assert_eq!((days.index.step, days.values.len()), (TimeStep::Days(1), 5));
    assert_eq!(days.values[2..4], [0.0, 0.0]);
    assert_eq!(gaps(&days.filled), [(2, 2)]);
    // Half a ticket is not a count, so a missing step is unknown.
    let halves = laid(None, &[(0, 0.5), (DAY, 2.0), (4 * DAY, 5.0)], Tz::UTC);
    assert!(halves.values[2].is_nan());
    let months = laid(None, &[(0, 1.0), (31 * DAY, 2.0), (60 * DAY, 5.0)], Tz::UTC);
    assert_eq!(
        (months.index.step, months.values.len()),
        (TimeStep::Months(1), 3)
    );
    // Last days of January, February and March of 2000 stand for their months.
    let ends = laid(
        None,
        &[(30 * DAY, 1.0), (59 * DAY, 2.0), (90 * DAY, 5.0)],
        Tz::UTC,
    );
    assert_eq!(
        (ends.index.step, ends.index.first),
        (TimeStep::Months(1), 0)
    );
    assert_eq!(ends.values, [1.0, 2.0, 5.0]);
    let hours = laid(None, &[(0, 1.0), (HOUR, 2.0), (4 * HOUR, 5.0)], Tz::UTC);
    assert_eq!(
        (hours.index.step, hours.values.len()),
        (TimeStep::Micros(HOUR), 5)
    );
}

#[test]
fn a_zone_divides_the_days() {
    // Midnights in Berlin around the change of 2026-03-29.
    let first = (9_582 * 24 - 1) * HOUR;
    let list = [
        (first, 1.0),
        (first + DAY, 2.0),
        (first + 2 * DAY, 3.0),
        (first + 3 * DAY - HOUR, 4.0),
    ];
    let berlin = laid(None, &list, Europe::Berlin);
    assert_eq!(
        (berlin.index.step, berlin.values.len()),
        (TimeStep::Days(1), 4)
    );
    assert_eq!(berlin.index.at(3), Some(first + 3 * DAY - HOUR));
    // A session elsewhere counts days of about 24 hours.
    let tokyo = laid(None, &list, chrono_tz::Asia::Tokyo);
    assert_eq!(
        (tokyo.index.step, tokyo.values),
        (TimeStep::Micros(DAY), vec![1.0, 2.0, 3.0, 4.0])
    );
    // Given a step, instants fall into their day: 23:30 UTC is the next day in Berlin.
    let late = [
        (first + 10 * HOUR, 1.0),
        (first + 23 * HOUR, 1.0),
        (first + DAY, 1.0),
    ];
    let day = laid(Some(TimeStep::Days(1)), &late, Europe::Berlin);
    assert_eq!((day.index.first, day.values), (first, vec![2.0, 1.0]));
    let week = laid(
        Some(TimeStep::Days(7)),
        &[(2 * DAY, 1.0), (8 * DAY, 1.0), (9 * DAY, 5.0)],
        Tz::UTC,
    );
    assert_eq!((week.index.first, week.values), (2 * DAY, vec![2.0, 5.0]));
}

/// From 4713 BC to the last instant of 294276, and one or the other end alone.
#[test]
fn ends_of_the_range() {
    use crate::time::{END, FIRST};
    let steps = [
        None,
        Some(TimeStep::Micros(1)),
        Some(TimeStep::Micros(i64::MAX)),
        Some(TimeStep::Days(1)),
        Some(TimeStep::Days(7)),
        Some(TimeStep::Days(i32::MAX)),
        Some(TimeStep::Months(1)),
        Some(TimeStep::Months(i32::MAX)),
    ];
    let lists = [
        vec![FIRST],
        vec![END - 1],
        vec![FIRST, END - 1],
        vec![FIRST, 0, END - DAY],
        vec![FIRST, FIRST + DAY, FIRST + 2 * DAY],
        vec![END - 2 * DAY, END - DAY],
    ];
    for (step, list) in steps.iter().flat_map(|s| lists.iter().map(move |l| (s, l))) {
        for tz in [Tz::UTC, Tz::Pacific__Kiritimati, Tz::Pacific__Midway] {
            let rules = Rules {
                step: *step,
                fill: Fill::Auto,
                refuse: false,
            };
            let all: Vec<Point> = list
                .iter()
                .map(|at| Point {
                    at: rules.kept(*at),
                    value: 1.0,
                })
                .collect();
            let Ok(found) = layout(rules, &all, tz) else {
                assert!(
                    list.len() != 1 || matches!(step, Some(TimeStep::Months(_))),
                    "{step:?} {list:?}"
                );
                continue;
            };
            assert!(found.index.is_valid(), "{step:?} {list:?}");
            assert_eq!(
                found.values.iter().sum::<f64>(),
                list.len() as f64,
                "{step:?} {list:?}"
            );
            assert!(
                (0..=found.values.len())
                    .filter_map(|k| found.index.at(k))
                    .is_sorted()
            );
        }
    }
}

#[test]
fn values_go_on_along_a_grid() {
    // Midnights in Berlin from the day before a night of 23 hours.
    let first = (9_583 * 24 - 1) * HOUR;
    let index = TimeIndex {
        first,
        step: TimeStep::Days(1),
        zone: "Europe/Berlin".into(),
    };
    let rules = |step| Rules {
        step,
        fill: Fill::Auto,
        refuse: false,
    };
    let later = points(&[(first + 3 * DAY - HOUR, 4.0), (first + 5 * DAY - HOUR, 1.0)]);
    let found = onto(rules(None), &later, &index, 2);
    assert_eq!(found, Ok(vec![0.0, 4.0, 0.0, 1.0]));
    let early = onto(rules(Some(TimeStep::Days(1))), &later, &index, 4);
    assert!(early.is_err_and(|e| e.hint.contains("2026-03-31T22:00:00Z")));
    let hours = onto(rules(Some(TimeStep::Micros(HOUR))), &later, &index, 2);
    assert!(hours.is_err_and(|e| e.message.contains("3600 seconds")));
}

#[test]
fn a_given_step_keeps_to_the_zone() {
    // 2026-03-01 and 06 03:00 UTC are evenings before in New York; one after the change of 8 March changes no day.
    let tz = chrono_tz::America::New_York;
    let list = [(9_556 * DAY + 3 * HOUR, 1.0), (9_561 * DAY + 3 * HOUR, 1.0)];
    let day = Some(TimeStep::Days(1));
    let two = laid(day, &list, tz);
    let three = laid(day, &[list[0], list[1], (9_575 * DAY + 3 * HOUR, 1.0)], tz);
    assert_eq!(two.index.first, 9_555 * DAY + 5 * HOUR);
    assert_eq!(three.index, two.index);
    assert_eq!(three.values[..6], two.values[..]);
}

#[test]
fn a_day_without_midnight() {
    // Midnights in Sao Paulo, 3 to 6 November 2018; clocks went from 00:00 of the 4th to 01:00.
    let tz = chrono_tz::America::Sao_Paulo;
    let third = 6_881 * DAY + 3 * HOUR;
    let all = [0, 24, 47, 71].map(|h| third + h * HOUR);
    let list = all.map(|at| (at, 1.0));
    for from in 0..3 {
        let days = laid(None, &list[from..], tz);
        assert_eq!(
            (days.index.step, days.values.len()),
            (TimeStep::Days(1), 4 - from)
        );
        for (k, at) in all[from..].iter().enumerate() {
            assert_eq!(days.index.at(k), Some(*at));
        }
    }
    // A step given that begins on that day.
    let given = laid(
        Some(TimeStep::Days(1)),
        &[(all[1] + 5 * HOUR, 1.0), (all[2], 2.0)],
        tz,
    );
    assert_eq!(given.index.at(0), Some(all[1]));
    assert_eq!(given.index.at(1), Some(all[2]));
}

#[test]
fn refusals() {
    let at = |list: &[(i64, f64)]| layout(Rules::default(), &points(list), Tz::UTC);
    assert!(at(&[]).is_err());
    let odd = [(0, 1.0), (HOUR + 1, 1.0), (7 * HOUR + 5, 1.0)];
    assert!(at(&odd).is_err_and(|e| e.hint.contains("step")));
    let far = [(0, 1.0), (1_000_000_000, 1.0), (i64::MAX / 2, 1.0)];
    assert!(at(&far).is_err());
    let rare = [(0, 1.0), (1000 * DAY, 1.0), (2001 * DAY, 1.0)];
    assert!(at(&rare).is_err_and(|e| e.message.contains("keep to no step")));
    let beyond = [(9_000_000_000_000_000_000, 1.0)];
    let months = Rules {
        step: Some(TimeStep::Months(1)),
        fill: Fill::Auto,
        refuse: false,
    };
    assert!(layout(months, &points(&beyond), Tz::UTC).is_err());
}
