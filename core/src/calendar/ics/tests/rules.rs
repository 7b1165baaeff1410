//! Recurrence rules of RFC 5545 against dates written out by hand.

use super::{calendar, dates, dates_in};
use crate::calendar::ics::read;

#[test]
fn rules_of_rfc_5545() {
    let from_1997 = |start: &str, rule: &str| {
        dates(&format!(
            "DTSTART;TZID=America/New_York:{start}T090000|RRULE:{rule}"
        ))
    };
    for (start, rule, expected) in [
        (
            "19970902",
            "FREQ=DAILY;INTERVAL=10;COUNT=5",
            "19970902 19970912 19970922 19971002 19971012",
        ),
        (
            "19970902",
            "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971013T130000Z;WKST=SU",
            "19970902 19970916 19970930",
        ),
        (
            "19970905",
            "FREQ=MONTHLY;COUNT=3;BYDAY=1FR",
            "19970905 19971003 19971107",
        ),
        (
            "19970922",
            "FREQ=MONTHLY;COUNT=3;BYDAY=-2MO",
            "19970922 19971020 19971117",
        ),
        (
            "19970928",
            "FREQ=MONTHLY;BYMONTHDAY=-3;COUNT=3",
            "19970928 19971029 19971128",
        ),
        (
            "19970610",
            "FREQ=YEARLY;COUNT=4;BYMONTH=6,7",
            "19970610 19970710 19980610 19980710",
        ),
        (
            "19970310",
            "FREQ=YEARLY;INTERVAL=2;COUNT=4;BYMONTH=1,2,3",
            "19970310 19990110 19990210 19990310",
        ),
        (
            "19970101",
            "FREQ=YEARLY;INTERVAL=3;COUNT=4;BYYEARDAY=1,100,200",
            "19970101 19970410 19970719 20000101",
        ),
        (
            "19970519",
            "FREQ=YEARLY;BYDAY=20MO;COUNT=3",
            "19970519 19980518 19990517",
        ),
        (
            "19970512",
            "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=3",
            "19970512 19980511 19990517",
        ),
        (
            "19970512",
            "FREQ=YEARLY;BYWEEKNO=20;COUNT=3",
            "19970512 19980511 19990517",
        ),
        (
            "19970313",
            "FREQ=YEARLY;BYMONTH=3;BYDAY=TH;COUNT=4",
            "19970313 19970320 19970327 19980305",
        ),
        (
            "19980213",
            "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=4",
            "19980213 19980313 19981113 19990813",
        ),
        (
            "19961105",
            "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=3",
            "20001107 20041102",
        ),
        (
            "19970904",
            "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3",
            "19970904 19971007 19971106",
        ),
        (
            "19970929",
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2;COUNT=3",
            "19970929 19971030 19971127",
        ),
        (
            "19970902",
            "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z",
            "19970902",
        ),
        (
            "19970805",
            "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
            "19970805 19970810 19970819 19970824",
        ),
        (
            "19970805",
            "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
            "19970805 19970817 19970819 19970831",
        ),
    ] {
        assert_eq!(from_1997(start, rule), expected, "{rule}");
    }
}

#[test]
fn rules_of_dates() {
    let leap = "DTSTART;VALUE=DATE:20200229|RRULE:FREQ=YEARLY";
    assert_eq!(dates(leap), "20200229 20240229 20280229");
    for until in ["20280704", "20280704T000000Z", "20290703T235959Z"] {
        let fourth = format!("DTSTART;VALUE=DATE:20270704|RRULE:FREQ=YEARLY;UNTIL={until}");
        assert_eq!(dates(&fourth), "20270704 20280704", "{until}");
    }
    assert_eq!(
        dates("DTSTART:20270704T090000|RRULE:FREQ=YEARLY;UNTIL=20280704"),
        "20270704 20280704"
    );
    assert_eq!(
        dates("DTSTART;TZID=Asia/Tokyo:20270705T050000|RRULE:FREQ=DAILY;UNTIL=20270705T200000Z"),
        "20270705 20270706",
        "UNTIL is 05:00 of the 6th in Tokyo"
    );
    assert_eq!(
        dates_in(
            "20260101",
            "20270101",
            &["DTSTART:16010101|RRULE:FREQ=YEARLY"]
        ),
        "20260101"
    );
    assert_eq!(
        dates_in(
            "20260101",
            "20270101",
            &["DTSTART:20201231|DURATION:P2D|RRULE:FREQ=YEARLY"]
        ),
        "20260101 20261231"
    );
    assert_eq!(dates("DTSTART:20250230|STATUS:CANCELLED"), "");
    assert_eq!(
        dates("DTSTART:20250228|RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
        "20250228"
    );
}

/// Calendars hold series that were ended before their first day, and their other events still count.
#[test]
fn rules_that_end_before_they_start() {
    let other = "SUMMARY:other|DTSTART;VALUE=DATE:20260501";
    for (event, expected) in [
        (
            "DTSTART;VALUE=DATE:20260601|RRULE:FREQ=YEARLY;UNTIL=20260531",
            "20260501",
        ),
        (
            "DTSTART;VALUE=DATE:20260601|RRULE:FREQ=YEARLY;UNTIL=20260531T235959Z",
            "20260501",
        ),
        (
            "DTSTART;VALUE=DATE:20260601|RRULE:FREQ=DAILY;UNTIL=20260601",
            "20260501 20260601",
        ),
        (
            "DTSTART;VALUE=DATE:20260601|RRULE:FREQ=DAILY;UNTIL=20260601T000000Z",
            "20260501 20260601",
        ),
        (
            "DTSTART:20260601T090000|RRULE:FREQ=DAILY;UNTIL=20260531",
            "20260501",
        ),
        (
            "DTSTART:20260601T090000|RRULE:FREQ=DAILY;UNTIL=20260601",
            "20260501 20260601",
        ),
        (
            "DTSTART:20260601T090000|RRULE:FREQ=DAILY;UNTIL=20260601T080000",
            "20260501",
        ),
        (
            "DTSTART;VALUE=DATE:20260601|RRULE:FREQ=YEARLY;UNTIL=20260101|RDATE;VALUE=DATE:20260701",
            "20260501 20260701",
        ),
    ] {
        let found = dates_in("20260101", "20300101", &[event, other]);
        assert_eq!(found, expected, "{event}");
    }
    let ended = calendar(&["DTSTART;VALUE=DATE:20260601|RRULE:FREQ=YEARLY;UNTIL=20260531"]);
    let (_, notes) = read(&ended, 0, 20_000).expect("it reads");
    assert!(
        notes[0].ends_with("ends before DTSTART: it gives no dates"),
        "{notes:?}"
    );
}

/// `rrule` takes -4 to 5 in months. The fifth weekday from the end is the first of a month that has five.
#[test]
fn the_fifth_weekday_from_the_end() {
    for (start, rule, expected) in [
        (
            "20260601",
            "FREQ=MONTHLY;BYDAY=-5MO;COUNT=5",
            "20260601 20260803 20261102 20270301 20270503",
        ),
        (
            "20260601",
            "FREQ=MONTHLY;BYDAY=-5MO;UNTIL=20261201",
            "20260601 20260803 20261102",
        ),
        (
            "20260601",
            "FREQ=MONTHLY;INTERVAL=2;BYDAY=-5MO;COUNT=3",
            "20260601 20260803 20270802",
        ),
        (
            "20260601",
            "FREQ=MONTHLY;BYMONTH=3,6;BYDAY=-5MO;COUNT=3",
            "20260601 20270301 20310303",
        ),
        (
            "20260601",
            "FREQ=MONTHLY;BYDAY=-5MO,-5TU;BYSETPOS=-1;COUNT=3",
            "20260601 20260602 20260803 20260901",
        ),
        (
            "20260601",
            "FREQ=MONTHLY;BYDAY=-5MO,-1TU;COUNT=5",
            "20260601 20260630 20260728 20260803 20260825",
        ),
        (
            "20260601",
            "FREQ=MONTHLY;BYDAY=-5MO;BYMONTHDAY=1,2;COUNT=3",
            "20260601 20261102 20270301",
        ),
        (
            "20260601",
            "FREQ=YEARLY;BYMONTH=3,6,8;BYDAY=-5MO;COUNT=4",
            "20260601 20260803 20270301 20270802",
        ),
    ] {
        let event = format!("DTSTART;VALUE=DATE:{start}|RRULE:{rule}");
        assert_eq!(
            dates_in("20260101", "20350101", &[&event]),
            expected,
            "{rule}"
        );
    }
}
