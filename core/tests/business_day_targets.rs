//! Targets of business days (`3bd`): the same time of day so many working days later.

use crate::support::{config, instant, shown};

use proptest::prelude::*;
use slaops_core::business_time::{Source, Timeline};
use slaops_core::calendar::Calendar;
use slaops_core::sla::clock::OpenTime;
use slaops_core::sla::policy::Amount;

const MINUTE: i64 = 60_000_000;

fn line(text: &str) -> Timeline {
    let calendar: Calendar = text.parse().expect(text);
    Timeline::new(Source::new(&calendar))
}

fn days(n: i32, business_days: bool) -> Amount {
    Amount {
        days: n,
        business_days,
        ..Amount::default()
    }
}

/// When a target is due for a clock that starts at an instant and never pauses: the instant by which its open time has
/// passed, or the next opening where the calendar is closed then.
fn due(line: &Timeline, start: i64, amount: Amount) -> i64 {
    let open = amount.open_micros(line, start).expect("an amount");
    let due = OpenTime::add(line, start, open);
    match line.is_open(due) {
        true => due,
        false => line.next_open(due).unwrap_or(i64::MAX),
    }
}

#[test]
fn facts() {
    // Monday is short. GLPI's rule counts days; minutes of days are late by the two hours that Monday lacks.
    let short_monday = "Mo 08:00-16:00; Tu-Fr 08:00-18:00 @ UTC";
    // 8:30 to 17:00 in Boston; 2015-03-08 is when its clocks change.
    let boston = "Mo-Fr 08:30-17:00; PH off @ America/New_York, US-MA";
    for (hours, start, amount, expected) in [
        (
            short_monday,
            "2026-03-02T08:46:00Z",
            days(1, false),
            "2026-03-03T10:46:00Z",
        ),
        (
            short_monday,
            "2026-03-02T08:46:00Z",
            days(1, true),
            "2026-03-03T08:46:00Z",
        ),
        (
            short_monday,
            "2026-02-26T08:46:00Z",
            days(3, true),
            "2026-03-03T08:46:00Z",
        ),
        // Monday is over at 17:30: the next opening.
        (
            short_monday,
            "2026-02-27T17:30:00Z",
            days(1, true),
            "2026-03-03T08:00:00Z",
        ),
        // Before hours, after hours and at the weekend the count starts with the next opening.
        (
            boston,
            "2015-03-03T11:00:00Z",
            days(1, true),
            "2015-03-04T13:30:00Z",
        ),
        (
            boston,
            "2015-03-03T23:00:00Z",
            days(1, true),
            "2015-03-05T13:30:00Z",
        ),
        (
            boston,
            "2015-03-07T15:00:00Z",
            days(2, true),
            "2015-03-11T12:30:00Z",
        ),
        // The time of day is local: 10:00 before and after the change of clocks.
        (
            boston,
            "2015-03-06T15:00:00Z",
            days(1, true),
            "2015-03-09T14:00:00Z",
        ),
        // Over a holiday (Presidents' Day).
        (
            boston,
            "2015-02-13T15:00:00Z",
            days(1, true),
            "2015-02-17T15:00:00Z",
        ),
        // And four hours more.
        (
            short_monday,
            "2026-03-02T08:46:00Z",
            Amount {
                micros: 240 * MINUTE,
                ..days(1, true)
            },
            "2026-03-03T12:46:00Z",
        ),
        // A calendar that never opens.
        (
            "off @ UTC",
            "2026-03-02T08:46:00Z",
            days(1, true),
            "infinity",
        ),
        // Around the clock every day is a business day.
        (
            "24/7 @ UTC",
            "2026-03-06T08:46:00Z",
            days(3, true),
            "2026-03-09T08:46:00Z",
        ),
    ] {
        let found = due(&line(hours), instant(start), amount);
        assert_eq!(
            shown(found),
            shown(instant(expected)),
            "{hours}: {start} {amount:?}"
        );
    }
}

proptest! {
    #![proptest_config(config(200))]

    /// Where all working days are alike, days and minutes of days are the same.
    #[test]
    fn equal_days_are_their_minutes(
        hour in 6..10i64, length in 1..10i64, start in 0..20 * 365 * 1_440i64, n in 1..40i32
    ) {
        let text = format!(
            "Mo-Fr {hour:02}:00-{:02}:00; PH off @ Europe/Berlin, DE-BE", hour + length
        );
        let line = line(&text);
        let start = start * MINUTE;
        let (dates, minutes) = (days(n, true), days(n, false));
        prop_assert_eq!(
            dates.open_micros(&line, start), minutes.open_micros(&line, start),
            "{} from {}", text, shown(start)
        );
    }
}
