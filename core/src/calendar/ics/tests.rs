//! Facts of RFC 5545, errors, and arbitrary input.

mod rules;

use super::rule::FREQUENCIES;
use super::*;
use chrono::NaiveDate;
use proptest::prelude::*;

fn day(text: &str) -> i32 {
    let date = NaiveDate::parse_from_str(text, "%Y%m%d").expect("date");
    date.num_days_from_ce() - EPOCH_FROM_CE
}

fn calendar(events: &[&str]) -> String {
    let events: String = events
        .iter()
        .map(|body| format!("BEGIN:VEVENT\r\n{body}\r\nEND:VEVENT\r\n"))
        .collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n").replace('|', "\r\n")
}

/// Dates as text in [from, to) of events whose lines are divided by `|`.
fn dates_in(from: &str, to: &str, events: &[&str]) -> String {
    let found = holidays(&calendar(events), day(from), day(to)).expect("valid");
    let mut days: Vec<i32> = found.iter().map(|holiday| holiday.day).collect();
    days.dedup();
    let text = days
        .iter()
        .filter_map(|day| NaiveDate::from_num_days_from_ce_opt(day + EPOCH_FROM_CE));
    text.map(|date| date.format("%Y%m%d").to_string())
        .collect::<Vec<_>>()
        .join(" ")
}

fn dates(event: &str) -> String {
    dates_in("19970101", "20300101", &[event])
}

fn error(event: &str) -> String {
    holidays(&calendar(&[event]), day("20260101"), day("20270101"))
        .expect_err(event)
        .to_string()
}

#[test]
fn starts_and_ends() {
    assert_eq!(dates("DTSTART;VALUE=DATE:20261225"), "20261225");
    assert_eq!(dates("DTSTART:20261225"), "20261225");
    assert_eq!(
        dates("DTSTART;VALUE=DATE:20261224|DTEND;VALUE=DATE:20261227"),
        "20261224 20261225 20261226"
    );
    assert_eq!(
        dates("DTSTART;VALUE=DATE:20261224|DTEND;VALUE=DATE:20261224"),
        "20261224"
    );
    assert_eq!(
        dates("DTSTART;VALUE=DATE:20261224|DURATION:P2D"),
        "20261224 20261225"
    );
    assert_eq!(
        dates("DTSTART:20261224T220000|DTEND:20261226T000000"),
        "20261224 20261225"
    );
    assert_eq!(
        dates("DTSTART:20261224T220000|DURATION:PT2H1S"),
        "20261224 20261225"
    );
    assert_eq!(dates("DTSTART:20261224T233000Z"), "20261224");
    assert_eq!(dates("DTSTART;TZID=Asia/Tokyo:20261225T003000"), "20261225");
    assert_eq!(
        dates("DTSTART;TZID=\"America/New_York\":20261224T200000|DTEND:20261225T045959Z"),
        "20261224",
        "the end is 23:59:59 in New York"
    );
    assert_eq!(
        dates_in("20261225", "20261226", &["DTSTART:20200101|DTEND:99991231"]),
        "20261225"
    );
}

/// The examples of RFC 5545 section 3.8.5.3, by date.
#[test]
fn added_and_removed_dates() {
    let rule = "UID:1|DTSTART;VALUE=DATE:20260101|RRULE:FREQ=DAILY;COUNT=5";
    assert_eq!(
        dates(&format!(
            "{rule}|EXDATE;VALUE=DATE:20260102,20260103|EXDATE:20260105T000000Z"
        )),
        "20260101 20260104"
    );
    assert_eq!(
        dates(&format!("{rule}|EXDATE:20260101")),
        "20260102 20260103 20260104 20260105"
    );
    assert_eq!(
        dates("DTSTART;VALUE=DATE:20260101|RDATE;VALUE=DATE:20260301,20260201|RDATE:20260401"),
        "20260101 20260201 20260301 20260401"
    );
    assert_eq!(
        dates(
            "DTSTART:20260101T100000Z|RDATE;VALUE=PERIOD:20260201T230000Z/PT2H,20260301T100000Z/20260301T110000Z"
        ),
        "20260101 20260201 20260202 20260301"
    );
    let zoned = "DTSTART;TZID=Asia/Tokyo:20260101T080000|RRULE:FREQ=DAILY;COUNT=2";
    assert_eq!(
        dates(&format!("{zoned}|EXDATE:20251231T230000Z")),
        "20260102"
    );
    assert_eq!(
        dates(&format!("{zoned}|EXDATE;TZID=Asia/Tokyo:20260101T090000")),
        "20260101 20260102"
    );
    let moved = "UID:1|RECURRENCE-ID;VALUE=DATE:20260102|DTSTART;VALUE=DATE:20260110";
    let cancelled =
        "UID:1|RECURRENCE-ID;VALUE=DATE:20260103|STATUS:CANCELLED|DTSTART;VALUE=DATE:20260103";
    let other = "UID:2|RECURRENCE-ID;VALUE=DATE:20260104|DTSTART;VALUE=DATE:20260111";
    assert_eq!(
        dates_in("20260101", "20270101", &[moved, rule, cancelled, other]),
        "20260101 20260104 20260105 20260110 20260111"
    );
}

#[test]
fn text_folding_case_and_other_components() {
    let text = "\u{feff}begin:vcalendar\nBEGIN:VTIMEZONE\nTZID:X\nBEGIN:STANDARD\nDTSTART:19701025T030000\n\
        RRULE:FREQ=YEARLY\nEND:STANDARD\nEND:VTIMEZONE\r\nBEGIN:VTODO\nDTSTART:nonsense\nEND:VTODO\n\
        BEGIN:VEVENT\r\nsummary;ALTREP=\"http://x/:y\";language=en:St\\, Andrew\\;\n  and \\\\ N\r\n\tew\\nYear\n\
        BEGIN:VALARM\nDURATION:-PT5M\nEND:VALARM\ndtst\n art;value=date:2026\n 0101\nEND:VEVENT\n\nEND:VCALENDAR";
    let expected = IcsHoliday {
        day: day("20260101"),
        name: "St, Andrew; and \\ New\nYear".into(),
    };
    assert_eq!(holidays(text, 0, 100_000), Ok(vec![expected]));
    assert_eq!(
        holidays("BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR", 0, 9),
        Ok(vec![])
    );
}

/// Events of whole days as Outlook writes them.
#[test]
fn whole_days_of_outlook() {
    let noted = |event: &str| {
        let found = read(&calendar(&[event]), day("20260101"), day("20280101"));
        let (found, notes) = found.unwrap_or_else(|e| panic!("{event}: {e}"));
        let days = found.iter().map(|holiday| holiday.day).collect::<Vec<_>>();
        (days, notes.join("; "))
    };
    let christmas = day("20261225");
    let date = "DTSTART;VALUE=DATE:20261225";
    let mixed = "has a time and DTSTART has none: whole days are meant";
    let utc = "is a whole day of Outlook: the nearest midnight is meant";
    let all_day = "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE";
    for (event, days, note) in [
        // A date to a time: until midnight, and until a time within a day.
        (format!("{date}|DTEND:20261226T000000"), 1, mixed),
        (
            format!("{date}|DTEND;TZID=Europe/Berlin:20261226T000000"),
            1,
            mixed,
        ),
        (format!("{date}|DTEND:20261225T235900"), 1, mixed),
        (format!("{date}|DTEND:20261225T000000"), 1, mixed),
        (format!("{date}|DTEND:20261226T090000"), 2, mixed),
        // The same midnight in UTC, as Berlin and New York write it.
        (format!("{date}|DTEND:20261225T230000Z"), 1, mixed),
        (format!("{date}|DTEND:20261226T050000Z"), 1, mixed),
        (format!("{date}|DTEND:20261227T050000Z"), 2, mixed),
        // A time to a date, which is not covered.
        (
            "DTSTART:20261225T090000|DTEND;VALUE=DATE:20261226".to_owned(),
            1,
            "has no time and DTSTART has one: whole days are meant",
        ),
        (
            "DTSTART:20261225T090000|DTEND;VALUE=DATE:20261225".to_owned(),
            1,
            "has no time and DTSTART has one: whole days are meant",
        ),
        // Both ends as midnights in UTC.
        (
            format!("DTSTART:20261224T230000Z|DTEND:20261225T230000Z|{all_day}"),
            1,
            utc,
        ),
        (
            format!("DTSTART:20261225T050000Z|DTEND:20261226T050000Z|{all_day}"),
            1,
            utc,
        ),
        (
            format!("DTSTART:20261224T230000Z|DTEND:20261226T230000Z|{all_day}"),
            2,
            utc,
        ),
        // What needs no note.
        (
            format!("DTSTART:20261225T000000|DTEND:20261226T000000|{all_day}"),
            1,
            "",
        ),
        (format!("{date}|{all_day}"), 1, ""),
        (date.to_owned(), 1, ""),
        ("DTSTART:20261225T090000".to_owned(), 1, ""),
    ] {
        let (found, notes) = noted(&event);
        assert_eq!(
            found,
            (christmas..christmas + days).collect::<Vec<_>>(),
            "{event}"
        );
        assert_eq!(notes.is_empty(), note.is_empty(), "{event}: {notes}");
        assert!(notes.contains(note), "{event}: {notes}");
    }
    // Every year, without the second, to the end that the rule names in UTC.
    let yearly =
        "DTSTART:20251224T230000Z|DTEND:20251225T230000Z|RRULE:FREQ=YEARLY;UNTIL=20271224T230000Z";
    let (found, _) = noted(&format!("{yearly}|{all_day}|EXDATE:20261224T230000Z"));
    assert_eq!(found, [day("20271225")]);
}

#[test]
fn errors_name_line_and_value() {
    let date = "DTSTART;VALUE=DATE:20260101";
    for (event, expected) in [
        (
            "DTSTART;VALUE=DATE:20260230",
            "line 4: DTSTART \"20260230\" is not a date",
        ),
        (
            "SUMMARY:x|DTSTART:2026-01-01",
            "line 5: DTSTART \"2026-01-01\" is not a date",
        ),
        (
            "SUMMARY:x",
            "line 3: \"BEGIN:VEVENT\" begins an event without DTSTART",
        ),
        (
            &format!("{date}|DTEND:20251231"),
            "line 5: DTEND \"20251231\" is before DTSTART \"20260101\"",
        ),
        (
            &format!("{date}|DTEND:20251231T120000"),
            "line 5: DTEND \"20251231T120000\" is before DTSTART \"20260101\"",
        ),
        (
            "DTSTART:20260101T090000|DTEND;VALUE=DATE:20251231",
            "line 5: DTEND \"20251231\" is before DTSTART \"20260101T090000\"",
        ),
        (
            &format!("{date}|DURATION:-P1D"),
            "line 5: DURATION \"-P1D\" is negative",
        ),
        (
            &format!("{date}|DURATION:1D"),
            "line 5: DURATION \"1D\" is not a duration",
        ),
        (
            &format!("{date}|RRULE:FREQ=YEARLY;BYDAY=XXMO"),
            "is not a valid rule at \"BYDAY=XXMO\"",
        ),
        (
            &format!("{date}|RRULE:FREQ=YEARLY;BYDAY=1\u{20ac}"),
            "line 5: RRULE",
        ),
        (
            &format!("{date}|RRULE:FREQ=YEARLY;INTERVAL=0"),
            "is not a valid rule at \"INTERVAL=0\"",
        ),
        (
            &format!("{date}|RRULE:FREQ=YEARLY;BYMONTH=13"),
            "line 5: RRULE",
        ),
        (
            &format!("{date}|RRULE:FREQ=YEARLY;COUNT=2;UNTIL=20270101"),
            "both COUNT and UNTIL",
        ),
        (
            &format!("{date}|RRULE:FREQ=MONTHLY;INTERVAL=2;BYDAY=-5MO,1TU"),
            "has -5 in BYDAY together with other days and INTERVAL or BYSETPOS",
        ),
        (
            &format!("{date}|RRULE:FREQ=MONTHLY;BYSETPOS=1;BYDAY=-5MO,1TU"),
            "has -5 in BYDAY together with other days and INTERVAL or BYSETPOS",
        ),
        (&format!("{date}|RRULE:COUNT=2"), "has no FREQ"),
        (&format!("{date}|RRULE:"), "is not a valid rule"),
        (
            &format!("{date}|nonsense"),
            "line 5: \"nonsense\" is not NAME:VALUE",
        ),
        (
            &format!("{date}|BEGIN:VEVENT"),
            "line 5: \"BEGIN:VEVENT\" stands inside the VEVENT of line 3",
        ),
        (
            &format!("{date}|END:VALARM"),
            "line 5: \"END:VALARM\" does not end the VEVENT of line 3",
        ),
        (
            &format!("{date}|RRULE:FREQ=SECONDLY"),
            "line 5: the events give more than the limit of 100000 dates",
        ),
        (
            "DTSTART:00010101|DTEND:99991231|RRULE:FREQ=DAILY",
            "limit of 100000",
        ),
    ] {
        let found = error(event);
        assert!(found.contains(expected), "{event}: {found}");
    }
    assert_eq!(holidays("", 0, 1), Err(IcsError::NoCalendar));
    assert_eq!(
        holidays("day,name\n2026-01-01,x", 0, 1),
        Err(IcsError::NoCalendar)
    );
    for text in [
        "BEGIN:VCALENDAR",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT",
        "BEGIN:VEVENT\nEND:VEVENT",
    ] {
        let error = holidays(text, 0, 1).expect_err(text);
        assert!(
            matches!(error, IcsError::Structure { .. }) && !error.hint().is_empty(),
            "{text}: {error}"
        );
    }
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in "\\PC*", from in any::<i32>(), to in any::<i32>()) {
        let _ = holidays(&text, from, to);
        let _ = holidays(&calendar(&[&text]), from, to);
        let _ = holidays(&calendar(&[&format!("DTSTART:{text}|RRULE:{text}|DURATION:{text}")]), 0, 9_000);
    }

    #[test]
    fn arbitrary_rules_never_panic(
        start in "(0001|1899|2000|2024|9999)(0101|0229|1231)(T(000000|235960)Z?)?",
        freq in prop::sample::select(FREQUENCIES.to_vec()),
        parts in prop::collection::vec(
            "(INTERVAL|COUNT|BYMONTH|BYMONTHDAY|BYYEARDAY|BYWEEKNO|BYSETPOS|BYHOUR|BYMINUTE|BYSECOND)=\
             -?([0-9]{1,3}|[1-9]|65535|999999999)(,-?[0-9]{1,2})?|WKST=(SU|TU)|BYDAY=(-?[1-6])?(MO|SU)(,FR)?|\
             UNTIL=(20300101|99991231T235959Z)", 0..4),
    ) {
        let rule = format!("DTSTART:{start}|RRULE:FREQ={freq};{}", parts.join(";"));
        let _ = holidays(&calendar(&[&rule]), 0, 20_000);
    }
}
