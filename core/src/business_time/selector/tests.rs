use super::*;

fn selector(text: &str) -> Selector {
    Selector::new(text, &Rc::from(Vec::new())).expect(text)
}

/// What a selector says of itself: whether it repeats after 400 years, the years in which it may hold with a margin for
/// ranges and offsets, and for years that run on the first and the weekdays, Monday first.
#[test]
fn what_selectors_say_of_themselves() {
    let year = |day: Day| hours::date(day).expect("a date").year();
    let mut wrong = Vec::new();
    for (text, cyclic, within, open) in [
        ("Jan", true, None, None),
        ("Dec 24", true, None, None),
        ("Dec 24-Jan 06", true, None, None),
        ("week 10", true, None, None),
        ("Aug Mo[5]", true, None, None),
        ("easter", false, None, None),
        ("easter-Dec 24", false, None, None),
        ("PH +1 day", false, None, None),
        ("2026", false, Some((2026, 2026)), None),
        ("2026-2030/2", false, Some((2026, 2030)), None),
        ("2026,2030 Jan", false, Some((2026, 2030)), None),
        ("2026 Jan", false, Some((2026, 2026)), None),
        ("2026 Dec 24", false, Some((2024, 2028)), None),
        ("2026 Dec 24-2027 Jan 06", false, Some((2024, 2029)), None),
        ("2026 Dec 24 +730 days", false, Some((2022, 2030)), None),
        (
            "2026+ Mo-We",
            true,
            Some((2026, 9999)),
            Some((2026, Some(0b000_0111))),
        ),
        (
            "2026+ Mo-Tu,Mo-Fr",
            true,
            Some((2026, 9999)),
            Some((2026, Some(0b001_1111))),
        ),
        (
            "2026+ Sa-Mo",
            true,
            Some((2026, 9999)),
            Some((2026, Some(0b110_0001))),
        ),
        ("2026+ Jan", true, Some((2026, 9999)), Some((2026, None))),
        (
            "2026+ easter",
            false,
            Some((2026, 9999)),
            Some((2026, None)),
        ),
    ] {
        let found = selector(text);
        let years = found.within.map(|(first, last)| (year(first), year(last)));
        let runs_on = found.open.map(|open| (year(open.from), open.weekdays));
        let found = (text, found.cyclic, years, runs_on);
        if found != (text, cyclic, within, open) {
            wrong.push(found);
        }
    }
    assert_eq!(wrong, []);
}

/// Day 0 is 2000-01-01, so that an offset from it is the day.
#[test]
fn days_of_selectors() {
    for (text, first, last, days) in [
        ("Jan 01", 0, 0, vec![0]),
        ("Jan 01", 1, 365, vec![]),
        ("Jan 01", 0, 366, vec![0, 366]),
        // Of ranges that overlap or touch each day is given once.
        ("Jan 01-03,Jan 02-04", 0, 300, vec![0, 1, 2, 3]),
        ("Jan 01-02,Jan 03-04", 0, 300, vec![0, 1, 2, 3]),
        ("Jan 01-04,Jan 02", 0, 300, vec![0, 1, 2, 3]),
        // Offsets reach 27 years.
        ("Jan 01 +9999 days", 9_999, 9_999, vec![9_999]),
        ("Jan 01 -9999 days", -9_999, -9_999, vec![-9_999]),
        ("2000 Jan 01 +9999 days", -20_000, 20_000, vec![9_999]),
        ("2000 Jan 01 -9999 days", -20_000, 20_000, vec![-9_999]),
        // 2001-01-06, a Saturday, and 364 days: 5 January 2002, two years after the date.
        ("2000 Dec 31+Sa +364 days", 0, 20_000, vec![735]),
    ] {
        let found = selector_days(text, &[], first, last);
        assert_eq!(found, days, "{text} from {first} to {last}");
    }
}
