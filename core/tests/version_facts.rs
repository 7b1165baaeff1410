//! Facts of calendars that change, of zones, and of days far away.

use crate::support::instant;
use slaops_core::business_time::{Source, Timeline};
use slaops_core::calendar::Calendar;
use slaops_core::calendar::hours::Day;
use slaops_core::time::{DAY, HOUR};

fn calendar(text: &str) -> Calendar {
    text.parse().expect("a calendar")
}

fn line(text: &str) -> Timeline {
    Timeline::new(Source::new(&calendar(text)))
}

fn versions(list: &[(&str, Option<Day>, Option<Day>)]) -> Timeline {
    let list: Vec<_> = list
        .iter()
        .map(|(text, from, to)| (calendar(text), *from, *to))
        .collect();
    Timeline::new(Source::versions(&list))
}

/// Monday 2026-01-05.
const MONDAY: Day = 9_501;

#[test]
fn a_version_begins_and_ends_at_local_midnight() {
    let line = versions(&[
        ("24/7 @ Europe/Berlin", None, Some(MONDAY)),
        ("24/7 @ Europe/Berlin", Some(MONDAY + 7), Some(MONDAY + 200)),
    ]);
    let (end, again) = (
        instant("2026-01-04T23:00:00Z"),
        instant("2026-01-11T23:00:00Z"),
    );
    // In July it is two hours before that of UTC.
    let last = instant("2026-07-23T22:00:00Z");
    assert_eq!(line.next_close(0), Some(end));
    assert_eq!(line.next_open(end), Some(again));
    assert_eq!(line.next_close(again), Some(last));
    assert_eq!(
        (line.next_open(last), line.prev_close(last - 1)),
        (None, Some(end))
    );
    assert_eq!(line.between(end - HOUR, again + HOUR), Some(2 * HOUR));
    assert_eq!(line.between(end, i64::MAX), Some(last - again));
    let open: Vec<_> = (-2..10)
        .filter(|d| line.is_business_day(MONDAY + d))
        .collect();
    assert_eq!(open, [-2, -1, 7, 8, 9]);
    assert!(!line.is_business_day(MONDAY + 200) && line.is_business_day(MONDAY + 199));
    assert_eq!(line.add_days(MONDAY - 1, 1), Some(MONDAY + 7));
    // One that holds all along beside one that holds in the middle.
    let both = versions(&[
        ("Mo 09:00-17:00 @ UTC", None, None),
        ("Tu 09:00-17:00 @ UTC", Some(MONDAY), Some(MONDAY + 7)),
    ]);
    let monday = i64::from(MONDAY) * DAY;
    assert_eq!(
        both.between(monday - 7 * DAY, monday + 14 * DAY),
        Some(4 * 8 * HOUR)
    );
}

/// Versions from the day on which summer time begins, and from the day after. Sydney puts its clocks forward at 02:00 of
/// winter, which is 16:00 UTC of the day before.
#[test]
fn a_version_begins_as_the_clocks_change() {
    for (day, midnight) in [
        ("1985-10-27", "1985-10-26T14:00:00Z"),
        ("1985-10-28", "1985-10-27T13:00:00Z"),
        ("2026-10-04", "2026-10-03T14:00:00Z"),
        ("2026-10-05", "2026-10-04T13:00:00Z"),
    ] {
        let date = instant(&format!("{day}T00:00:00Z")).div_euclid(DAY) as Day;
        let line = versions(&[
            ("off @ Australia/Sydney", None, Some(date)),
            ("24/7 @ Australia/Sydney", Some(date), None),
        ]);
        let midnight = instant(midnight);
        assert_eq!(line.next_open(midnight - DAY), Some(midnight), "{day}");
    }
}

#[test]
fn a_working_day_of_each_version() {
    let line = versions(&[
        ("Mo-Fr 09:00-17:00 @ UTC", None, Some(MONDAY)),
        ("Mo-Fr 09:00-15:00 @ UTC", Some(MONDAY), Some(MONDAY + 30)),
        ("Mo-Fr 09:00-12:00 @ UTC", Some(MONDAY + 30), None),
    ]);
    let change = i64::from(MONDAY) * DAY;
    for (at, minutes) in [
        (i64::MIN, 480.0),
        (change - 1, 480.0),
        (change, 360.0),
        (change + 30 * DAY - 1, 360.0),
        (change + 30 * DAY, 180.0),
        (i64::MAX, 180.0),
    ] {
        assert_eq!(line.day_minutes_at(at), minutes, "{at}");
        // And when it is asked again.
        assert_eq!(line.day_minutes_at(at), minutes, "{at}");
    }
    assert_eq!(line.day_minutes(), 180.0);
    // After the last has ended it is that of the last.
    let ended = versions(&[
        ("Mo-Fr 09:00-17:00 @ UTC", None, Some(MONDAY)),
        ("Mo-Fr 09:00-15:00 @ UTC", Some(MONDAY), Some(MONDAY + 30)),
    ]);
    assert_eq!(ended.day_minutes_at(change + 90 * DAY), 360.0);
    assert_eq!(versions(&[]).day_minutes(), 0.0);
}

#[test]
fn whole_days_of_versions() {
    let line = versions(&[
        ("Mo-Su 08:00-16:00 @ UTC", None, Some(MONDAY)),
        ("Mo-Su 10:00-18:00 @ UTC", Some(MONDAY), None),
    ]);
    let at = |hour: i64| i64::from(MONDAY) * DAY + hour * HOUR;
    assert_eq!(line.whole_days(at(-15), 1), Some(MONDAY));
    assert_eq!(line.whole_days(at(-16), 1), Some(MONDAY - 1));
    assert_eq!(line.whole_days(at(10), 1), Some(MONDAY));
    assert_eq!(line.whole_days(at(10) + 1, 1), Some(MONDAY + 1));
    assert_eq!(line.same_time(at(-12), 1), Some(at(12)));
    assert_eq!(line.same_time(at(-15), 1), Some(at(10)));
}

#[test]
fn local_hours_of_a_century() {
    let berlin = line("Mo-Fr 09:00-17:00 @ Europe/Berlin");
    for (from, opens) in [
        // No summer time yet; summers and winters before and after the epoch.
        ("1970-07-01T00:00:00Z", "1970-07-01T08:00:00Z"),
        ("1985-01-02T00:00:00Z", "1985-01-02T08:00:00Z"),
        ("1985-07-01T00:00:00Z", "1985-07-01T07:00:00Z"),
        ("1999-07-01T00:00:00Z", "1999-07-01T07:00:00Z"),
        ("2026-01-05T00:00:00Z", "2026-01-05T08:00:00Z"),
        ("2026-07-01T00:00:00Z", "2026-07-01T07:00:00Z"),
        ("2055-07-01T00:00:00Z", "2055-07-01T07:00:00Z"),
    ] {
        assert_eq!(
            berlin.next_open(instant(from)),
            Some(instant(opens)),
            "{from}"
        );
    }
    // On the day of the change the hours begin by the new time.
    let sunday = line("Su 09:00-17:00 @ Europe/Berlin");
    let change = sunday.day_of(instant("2026-03-29T12:00:00Z"));
    let whole = |at: &str| sunday.whole_days(instant(at), 1).map(|d| d - change);
    assert_eq!(whole("2026-03-29T07:00:00Z"), Some(0));
    assert_eq!(whole("2026-03-29T07:00:01Z"), Some(7));
    let autumn = sunday.day_of(instant("2026-10-25T12:00:00Z"));
    let whole = |at: &str| sunday.whole_days(instant(at), 1).map(|d| d - autumn);
    assert_eq!(whole("2026-10-25T08:00:00Z"), Some(0));
    assert_eq!(whole("2026-10-25T08:00:01Z"), Some(7));
    let early = sunday.day_of(instant("1985-03-31T12:00:00Z"));
    let whole = |at: &str| sunday.whole_days(instant(at), 1).map(|d| d - early);
    assert_eq!(whole("1985-03-31T07:00:00Z"), Some(0));
    assert_eq!(whole("1985-03-31T07:00:01Z"), Some(7));
    // A day by the zone that stands first.
    let day = |text: &str| line(text).day_of(instant("2026-01-05T23:30:00Z"));
    assert_eq!(day("24/7 @ UTC"), MONDAY);
    assert_eq!(day("24/7 @ Europe/Berlin"), MONDAY + 1);
    assert_eq!(day("(24/7 @ Europe/Berlin) | (24/7 @ UTC)"), MONDAY + 1);
    assert_eq!(day("(24/7 @ UTC) - (off @ Europe/Berlin)"), MONDAY);
}

/// The dates of a combination are those of the zone that stands first, in summer and in winter.
#[test]
fn local_dates_of_a_combination() {
    let line = line("(Tu 00:00-01:00 @ Europe/Berlin) | (off @ UTC)");
    // Tuesdays at 00:00 in Berlin.
    for text in [
        "1986-07-07T22:00:00Z",
        "2026-01-05T23:00:00Z",
        "2026-07-06T22:00:00Z",
        "2040-07-02T22:00:00Z",
    ] {
        let midnight = instant(text);
        let tuesday = line.day_of(midnight);
        let open: Vec<_> = (-2..3)
            .filter(|d| line.is_business_day(tuesday + d))
            .collect();
        assert_eq!(open, [0], "{text}");
        let whole = |at: i64| line.whole_days(at, 1).map(|d| d - tuesday);
        assert_eq!(whole(midnight), Some(0), "{text}");
        assert_eq!(whole(midnight + 1), Some(7), "{text}");
        assert_eq!(whole(midnight - 1), Some(0), "{text}");
    }
}

/// A day of a combination begins at its own midnight, also where the clocks change on it; and ends there.
#[test]
fn midnights_of_a_combination() {
    let always = line("(24/7 @ Australia/Sydney) | (off @ UTC)");
    for text in [
        "1985-10-26T14:00:00Z",
        "1985-10-27T13:00:00Z",
        "2026-10-03T14:00:00Z",
        "2026-10-04T13:00:00Z",
    ] {
        let midnight = instant(text);
        let day = always.day_of(midnight);
        assert_eq!(always.whole_days(midnight, 1), Some(day), "{text}");
        assert_eq!(always.whole_days(midnight + 1, 1), Some(day + 1), "{text}");
    }
    // The last hour of a Monday, in winter and in summer.
    let late = line("(Mo 23:00-24:00 @ Europe/Berlin) | (off @ UTC)");
    for day in [MONDAY, MONDAY + 26 * 7] {
        let open: Vec<_> = (-2..3).filter(|d| late.is_business_day(day + d)).collect();
        assert_eq!(open, [0], "{day}");
    }
}

/// 02:30 of the night in which the clocks go from 02:00 to 03:00 is read by the old time, as 03:30: after 03:00.
#[test]
fn hours_in_the_gap_of_a_change() {
    let night = line("Su 02:30-02:45,03:00-04:00 @ Europe/Berlin");
    let at = |hour: i64| instant("2026-03-29T00:00:00Z") + hour * HOUR;
    let open: Vec<_> = night.periods(at(0), at(12)).collect();
    assert_eq!(open, [(at(1), at(2))]);
}

/// The grammar's dates end in 9999; weekdays alone go on.
#[test]
fn after_the_last_date() {
    // A Monday of 10050, in January or February, at 10:00.
    let open = |text: &str, month: i64| {
        let january = 8_050 * 1_461 / 4 - 60;
        let day = january + 45 * month;
        let monday = day + (2 - day).rem_euclid(7);
        line(text).is_open(monday * DAY + 10 * HOUR)
    };
    for month in 0..8 {
        assert!(open("Mo 09:00-17:00 @ UTC", month));
        assert!(open("2026+ Mo 09:00-17:00 @ UTC", month));
        assert!(open("2026+ 09:00-17:00 @ UTC", month));
        assert!(open("2026 Dec 24+ Mo 09:00-17:00 @ UTC", month));
        for text in [
            "2026+ Tu 09:00-17:00 @ UTC",
            "2026+ Jan-Dec Mo 09:00-17:00 @ UTC",
            "2026+ week 1-53 Mo 09:00-17:00 @ UTC",
            "2026+ Mo[1] 09:00-17:00 @ UTC",
            "Jan-Dec 09:00-17:00 @ UTC",
            "2026 Jan 1-2030 Dec 31 Mo 09:00-17:00 @ UTC",
            "2026-2030 Mo 09:00-17:00 @ UTC",
        ] {
            assert!(!open(text, month), "{text}");
        }
    }
}

/// Sums over thousands of years, of days that repeat after 400 years or do not.
#[test]
fn sums_of_thousands_of_years() {
    let (from, to) = (
        instant("2000-01-01T00:00:00Z"),
        instant("9000-01-01T00:00:00Z"),
    );
    for (text, hours) in [
        ("easter 09:00-17:00 @ UTC", 7_000 * 8),
        ("Dec 24 09:00-17:00 @ UTC", 7_000 * 8),
        ("Jan Mo[1] 09:00-17:00 @ UTC", 7_000 * 8),
        ("2026+ Dec 24 09:00-17:00 @ UTC", 6_974 * 8),
        ("2026-2030 easter 09:00-17:00 @ UTC", 5 * 8),
        ("2000-9999/2 Dec 24 09:00-17:00 @ UTC", 3_500 * 8),
        ("Jan 1-31 00:00-24:00 @ UTC", 7_000 * 31 * 24),
        // 2,555,... days: 17.5 times 400 years of 146,097 days.
        ("24/7 @ UTC", (7_000 * 365 + 1_697 + 1) * 24),
    ] {
        let found = line(text).between(from, to).map(|micros| micros / HOUR);
        assert_eq!(found, Some(hours), "{text}");
    }
    // A combination is as particular as its parts.
    let both = line("(easter 09:00-17:00 @ UTC) | (Dec 24 09:00-17:00 @ UTC)");
    assert_eq!(both.between(from, to), Some(14_000 * 8 * HOUR));
}
