//! Facts, errors, and a walk over all of the data.

use super::*;
use chrono::NaiveDate;
use opening_hours::localization::Country;

fn day(text: &str) -> i32 {
    let epoch = NaiveDate::from_ymd_opt(2000, 1, 1).expect("epoch");
    let date: NaiveDate = text.parse().expect("date");
    i32::try_from((date - epoch).num_days()).expect("in range")
}

fn region(text: &str) -> Region {
    Region::parse(text).expect("region")
}

fn has(text: &str, date: &str) -> bool {
    public_holidays(&region(text))
        .binary_search(&day(date))
        .is_ok()
}

fn label(text: &str, date: &str) -> Option<String> {
    name(&region(text), day(date))
}

#[test]
fn known_facts() {
    assert!(has("US", "2026-07-03"));
    assert_eq!(
        label("US", "2026-07-03").as_deref(),
        Some("Independence Day (observed)")
    );
    assert!(has("DE-BY", "2026-01-06") && !has("DE", "2026-01-06"));
    assert_eq!(label("DE-BY", "2026-01-06").as_deref(), Some("Epiphany"));
    assert_eq!(label("DE", "2026-01-06"), None);
    assert!(has("DE-BY", "2026-12-25") && has("DE", "2026-12-25"));
    assert_eq!(
        label("DE-BY", "2026-12-25").as_deref(),
        Some("Christmas Day")
    );
    assert!(has("GB-SCT", "2026-11-30") && !has("GB-ENG", "2026-11-30"));
    assert!(label("GB-SCT", "2026-11-30").is_some_and(|name| name.contains("Andrew")));
    assert!(has("GB-ENG", "2026-01-01") && has("GB-ENG", "2025-12-26"));
    assert!(has("US-CA", "2026-03-31") && !has("US", "2026-03-31"));
    assert!(has("IN", "2026-01-26") && has("IN", "2026-08-15"));
    for country in ["AE", "SA", "MY", "TH", "TW", "IL"] {
        assert!(public_holidays(&region(country)).len() > 100, "{country}");
    }
}

#[test]
fn parses_any_case_and_prints_upper() {
    let bavaria = region(" de-by ");
    assert_eq!(
        (bavaria.country(), bavaria.subdivision()),
        ("DE", Some("BY"))
    );
    assert_eq!(bavaria.to_string(), "DE-BY");
    assert_eq!(region("us").to_string(), "US");
}

#[test]
fn errors_name_the_value_and_the_remedy() {
    let uk = Region::parse("uk").expect_err("UK is no code");
    assert_eq!(uk.to_string(), "unknown country \"UK\"");
    assert_eq!(uk.hint(), "Did you mean \"GB\"?");
    assert_eq!(
        Region::parse("deu").expect_err("alpha-3").hint(),
        "Did you mean \"DE\"?"
    );
    assert!(
        Region::parse("QQ")
            .expect_err("unassigned")
            .hint()
            .contains("ISO 3166-1")
    );
    let xx = Region::parse("DE-XX").expect_err("no such state");
    assert_eq!(
        xx.to_string(),
        "unknown subdivision \"XX\" of country \"DE\""
    );
    assert!(xx.hint().contains("BW, BY,"), "{}", xx.hint());
    assert_eq!(
        Region::parse("NL-NH").expect_err("no subdivisions").hint(),
        "No subdivisions of \"NL\" are known; write \"NL\"."
    );
    for text in [
        "",
        " ",
        "-",
        "DE-",
        "-BY",
        "DE_BY",
        "DE-BY-X",
        "D\u{c9}",
        "\u{130}\u{131}",
    ] {
        assert_eq!(
            Region::parse(text),
            Err(RegionError::Malformed(text.to_string()))
        );
    }
}

#[test]
fn every_region_loads_sorted_and_named() {
    let all = regions();
    assert!(all.is_sorted() && all.len() > 850, "{}", all.len());
    for (code, is_subdivision) in all {
        let region = region(&code);
        assert_eq!(
            (region.to_string(), region.subdivision().is_some()),
            (code.clone(), is_subdivision)
        );
        let days = load_days(&region).expect("days");
        assert!(days.is_sorted_by(|a, b| a < b), "{code}");
        assert!(days.first().is_none_or(|first| *first >= -1), "{code}");
        assert!(
            days.last().is_none_or(|last| *last < day("2077-01-01")),
            "{code}"
        );
        let names = load_names(&region).expect("names");
        assert!(
            names
                .iter()
                .all(|(day, name)| days.binary_search(day).is_ok() && !name.is_empty()),
            "{code}"
        );
        if is_subdivision {
            let country = load_days(&self::region(region.country())).expect("country");
            assert!(
                country.iter().all(|day| days.binary_search(day).is_ok()),
                "{code}"
            );
        }
    }
}

/// Fails when the crate's table has changed: run `core/data/generate.py` again.
#[test]
fn national_dates_hold_those_of_the_crate() {
    for country in Country::ALL {
        let code = country.iso_code();
        let epoch = NaiveDate::from_ymd_opt(2000, 1, 1).expect("epoch");
        let holidays = country.holidays();
        let ours = public_holidays(&region(code));
        for date in holidays.get_public().iter() {
            let day = (date - epoch).num_days() as i32;
            assert!(ours.binary_search(&day).is_ok(), "{code} {date}");
        }
    }
}
