use super::*;
use proptest::prelude::*;

fn stored(text: &str) -> Vec<u8> {
    encode(text::parse(text).expect("a summary")).expect("small")
}

fn curve(text: &str) -> Curve {
    Curve::new(Survival::new(&stored(text)).expect("own bytes")).expect("memory")
}

fn near(a: f64, b: f64, by: f64) -> bool {
    (a - b).abs() <= by
}

/// Remission of 21 children on 6-mercaptopurine, in weeks: Freireich et al., Blood 21 (1963), with the
/// estimates and Greenwood errors that textbooks print.
const REMISSION: &str =
    "6 x3, 6+, 7, 9+, 10, 10+, 11+, 13, 16, 17+, 19+, 20+, 22, 23, 25+, 32+ x2, 34+, 35+";

#[test]
fn the_textbook_curve() {
    let bytes = stored(REMISSION);
    let survival = Survival::check(&bytes).expect("canonical");
    let steps: Vec<_> = survival.steps().filter(|s| s.events > 0).collect();
    let printed = [
        (6.0, 21, 3, 0.857, 0.0764),
        (7.0, 17, 1, 0.807, 0.0869),
        (10.0, 15, 1, 0.753, 0.0963),
        (13.0, 12, 1, 0.690, 0.1068),
        (16.0, 11, 1, 0.627, 0.1141),
        (22.0, 7, 1, 0.538, 0.1282),
        (23.0, 6, 1, 0.448, 0.1346),
    ];
    assert_eq!(steps.len(), printed.len());
    for (step, (minutes, at_risk, events, share, error)) in steps.iter().zip(printed) {
        assert_eq!(
            (step.minutes, step.at_risk, step.events),
            (minutes, at_risk, events)
        );
        assert!(near(step.survival, share, 5e-4), "{step:?}");
        assert!(
            near(step.std_error().expect("some left"), error, 5e-5),
            "{step:?}"
        );
    }
    // lifelines 0.30, exponential Greenwood: 0.807 has the interval 0.5631 to 0.9228.
    let (low, high) = interval(&steps[1], 1.959_963_984_540_054).expect("inside");
    assert!(
        near(low, 0.5631, 1e-4) && near(high, 0.9228, 1e-4),
        "{low} {high}"
    );
    let curve = Curve::new(survival).expect("memory");
    assert_eq!(curve.quantile(0.5), Some(23.0));
    assert_eq!(curve.quantile(0.6), None);
}

#[test]
fn edges_of_the_curve() {
    let all = curve("10, 20, 30, 40");
    assert_eq!(all.at(-1.0), Some(1.0));
    assert_eq!(all.at(20.0), Some(0.5));
    assert_eq!(all.at(1e9), Some(0.0));
    assert_eq!(
        (all.at_risk(20.0), all.at_risk(20.5), all.at_risk(41.0)),
        (Some(3), Some(2), Some(0))
    );
    assert_eq!(all.quantile(0.5), Some(20.0));
    assert_eq!(
        (all.quantile(0.0), all.quantile(1.0)),
        (Some(0.0), Some(40.0))
    );
    let running = curve("5+, 10, 20+");
    assert_eq!(
        (running.quantile(1e-300), running.quantile(0.6)),
        (Some(10.0), None)
    );
    assert_eq!(curve("5+, 9+").quantile(1e-300), None);
    // Three of four take longer than 10, one longer than 30.
    assert_eq!(all.breach_probability(10.0, 30.0), Some(1.0 / 3.0));
    assert_eq!(all.breach_probability(0.0, 10.0), Some(0.75));
    assert_eq!(all.breach_probability(30.0, 30.0), Some(1.0));
    assert_eq!(all.breach_probability(50.0, 30.0), Some(1.0));
    assert_eq!(all.breach_probability(10.0, 100.0), Some(0.0));
    assert_eq!(all.breach_probability(40.0, 100.0), None);
    assert_eq!(all.breach_probability(f64::NAN, 1.0), None);
    // The last one still ran: beyond it the last share is a bound.
    let open = curve("10, 20+ x2, 30, 40+");
    assert_eq!(open.at(1e9), Some(0.4));
    assert_eq!(open.breach_probability(35.0, 100.0), Some(1.0));
    assert_eq!(open.breach_probability(20.0, 100.0), Some(0.5));
    assert_eq!(open.breach_probability(40.0, 100.0), None);
    let none = curve("");
    assert_eq!(
        (none.at(1.0), none.at_risk(1.0), none.quantile(0.5)),
        (None, Some(0), None)
    );
    assert_eq!(none.breach_probability(1.0, 2.0), None);
    // What never ends is at risk at all times.
    assert_eq!(curve("10, Infinity+").at(1e300), Some(0.5));
}

#[test]
fn rows_that_do_not_count_and_texts_that_do_not_read() {
    assert_eq!(Tally::row(f64::NAN, true), Ok(None));
    assert!(
        Tally::row(-1.0, true)
            .expect_err("negative")
            .message
            .contains("-1")
    );
    assert_eq!(Tally::row(-0.0, true), Tally::row(0.0, true));
    assert_eq!(
        Tally::row(f64::INFINITY, true),
        Tally::row(f64::INFINITY, false)
    );
    for text in [
        "x",
        "5 x",
        "-5",
        "NaN",
        "5 x0",
        "Infinity",
        "5++",
        "5 x-1",
        "1e999",
        "5 x9007199254740993",
        "5 y2",
    ] {
        let error = text::parse(text).expect_err(text);
        assert_eq!(error.state, SqlState::InvalidText, "{text}");
        assert!(error.message.contains(text), "{error}");
    }
    assert_eq!(
        text::print(Survival::new(&stored("60+x3,45 , 30 x 2,1e300,0.5,45+")).expect("own"))
            .expect("memory"),
        "0.5, 30 x2, 45, 45+, 60+ x3, 1e300"
    );
}

#[test]
fn sums_too_large_to_count() {
    // 1,024 of these are 2^63 rows, of which twice as many are 0 in 64 bits.
    for text in ["1 x9007199254740992", "1+ x9007199254740992"] {
        let most = stored(text);
        let most = Survival::new(&most).expect("own bytes");
        for summaries in [2, 1_023, 1_024, 1_025, 2_048, 4_096] {
            let mut sum = Rollup::default();
            for _ in 0..summaries {
                sum.add(most).expect("memory");
            }
            let error = sum.bytes().expect_err("too many rows");
            assert_eq!(error.state, SqlState::LimitExceeded, "{summaries}: {error}");
        }
    }
}

#[test]
fn bytes_from_anywhere() {
    let good = stored(REMISSION);
    for i in 0..good.len() {
        assert!(
            Survival::check(&good[..i]).is_err() || i == good.len(),
            "cut at {i}"
        );
        for change in [1, 0x80, 0xff] {
            let mut bad = good.clone();
            bad[i] ^= change;
            assert!(Survival::check(&bad).is_err(), "byte {i}");
            // What the accessors may meet in a damaged table does not panic.
            if let Ok(survival) = Survival::new(&bad) {
                Curve::new(survival)
                    .expect("memory")
                    .breach_probability(7.0, 20.0);
            }
        }
    }
}

#[test]
fn percentiles_and_rows_taken_away() {
    let at =
        |text: &str, fraction| percentile(Survival::new(&stored(text)).expect("own"), fraction);
    assert_eq!(at("", 0.5), None);
    assert_eq!(at("7+", 0.3), Some(7.0));
    assert_eq!(at("10, 20, 30, 40", 0.5), Some(25.0));
    assert_eq!(at("10 x3, 20+", 0.9), Some(10.0 + 0.7 * 10.0));
    assert_eq!(at("10 x3, 20+", 1.0), Some(20.0));
    let left = |whole: &str, part: &str| {
        let (whole, part) = (stored(whole), stored(part));
        let both = (
            Survival::new(&whole).expect("own"),
            Survival::new(&part).expect("own"),
        );
        subtract(both.0, both.1)
    };
    assert_eq!(left("5 x2, 5+, 9", "5, 9"), Ok(stored("5, 5+")));
    for part in ["5 x3", "5+ x2", "4", "10"] {
        let error = left("5 x2, 5+, 9", part).expect_err(part);
        assert!(error.message.contains("minutes to take away"), "{error}");
    }
}

fn rows() -> impl Strategy<Value = Vec<(f64, bool)>> {
    let minutes =
        prop_oneof![4 => (0u8..12).prop_map(f64::from), 1 => 0.0..12.0, 1 => Just(f64::INFINITY)];
    prop::collection::vec((minutes, any::<bool>()), 0..60)
}

fn tallies(rows: &[(f64, bool)]) -> Vec<Tally> {
    rows.iter()
        .filter_map(|(m, f)| Tally::row(*m, *f).expect("not negative"))
        .collect()
}

/// The definition, one factor a time at which somebody finished.
fn brute(rows: &[(f64, bool)], minutes: f64) -> f64 {
    let mut ends: Vec<f64> = rows
        .iter()
        .filter(|r| r.1 && r.0 <= minutes && r.0.is_finite())
        .map(|r| r.0)
        .collect();
    ends.sort_by(f64::total_cmp);
    ends.dedup();
    ends.iter().fold(1.0, |s, t| {
        let n = rows.iter().filter(|r| r.0 >= *t).count() as f64;
        let d = rows.iter().filter(|r| r.0 == *t && r.1).count() as f64;
        s * (1.0 - d / n)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn the_curve_is_the_definition(rows in rows(), minutes in -1.0..14.0, more in 0.0..10.0) {
        let bytes = encode(tallies(&rows)).expect("small");
        let survival = Survival::check(&bytes).expect("canonical");
        prop_assert_eq!(survival.rows(), rows.len() as u64);
        let curve = Curve::new(survival).expect("memory");
        if rows.is_empty() {
            return Ok(());
        }
        prop_assert!(near(curve.at(minutes).expect("rows"), brute(&rows, minutes), 1e-12));
        prop_assert_eq!(curve.at_risk(minutes), Some(rows.iter().filter(|r| r.0 >= minutes).count() as u64));
        let followed = rows.iter().any(|r| r.0 > minutes);
        let still = brute(&rows, minutes);
        match curve.breach_probability(minutes, minutes + more) {
            Some(p) if more > 0.0 => prop_assert!(near(p, brute(&rows, minutes + more) / still, 1e-9)),
            Some(p) => prop_assert_eq!(p, 1.0),
            None => prop_assert!(!followed || still == 0.0),
        }
        // Shares fall, errors and intervals hold the share.
        let steps: Vec<_> = survival.steps().collect();
        prop_assert!(steps.windows(2).all(|w| w[0].survival >= w[1].survival && w[0].at_risk > w[1].at_risk));
        for step in &steps {
            if let Some((low, high)) = interval(step, 1.96) {
                prop_assert!(0.0 <= low && low <= step.survival && step.survival <= high && high <= 1.0);
            }
        }
        let finished = rows.iter().filter(|r| r.1 && r.0.is_finite()).map(|r| r.0);
        let median = finished.filter(|m| brute(&rows, *m) <= 0.5 + 1e-9).min_by(f64::total_cmp);
        prop_assert_eq!(curve.quantile(0.5), median);
    }

    #[test]
    fn percentiles_are_those_of_the_rows(rows in rows(), fraction in 0.0..=1.0) {
        let mut minutes: Vec<f64> = rows.iter().map(|r| r.0).filter(|m| m.is_finite()).collect();
        minutes.sort_by(f64::total_cmp);
        let finite: Vec<_> = rows.iter().copied().filter(|r| r.0.is_finite()).collect();
        let bytes = encode(tallies(&finite)).expect("small");
        let found = percentile(Survival::new(&bytes).expect("own"), fraction);
        let expected = minutes.len().checked_sub(1).map(|last| {
            let place = fraction * last as f64;
            let (low, high) = (minutes[place.floor() as usize], minutes[place.ceil() as usize]);
            low + (place - place.floor()) * (high - low)
        });
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn every_split_and_order_gives_the_same_bytes(rows in rows(), parts in prop::collection::vec(0usize..4, 60), order in any::<prop::sample::Index>()) {
        let whole = encode(tallies(&rows)).expect("small");
        let mut turned = rows.clone();
        turned.rotate_left(order.index(rows.len().max(1)) % rows.len().max(1));
        prop_assert_eq!(&encode(tallies(&turned)).expect("small"), &whole);
        let part = |p: usize| -> Vec<u8> {
            let some: Vec<_> = rows.iter().zip(&parts).filter(|(_, q)| **q == p).map(|(r, _)| *r).collect();
            encode(tallies(&some)).expect("small")
        };
        let merged = (1..4).map(part).fold(part(0), |a, b| {
            merge(Survival::new(&a).expect("own"), Survival::new(&b).expect("own")).expect("small")
        });
        prop_assert_eq!(&merged, &whole);
        let mut sum = Rollup::default();
        (0..4).for_each(|p| sum.add(Survival::new(&part(p)).expect("own")).expect("small"));
        prop_assert_eq!(&sum.bytes().expect("small"), &whole);
        // Taken away again, in any order.
        let summaries: Vec<_> = (0..4).map(part).collect();
        let less = |left: Vec<u8>, part: &Vec<u8>| {
            let (left, part) = (Survival::new(&left).expect("own"), Survival::new(part).expect("own"));
            subtract(left, part).expect("a part")
        };
        let rest = summaries[1..].iter().fold(whole.clone(), less);
        prop_assert_eq!(&rest, &summaries[0]);
        // Text and back, compacting twice.
        let survival = Survival::new(&whole).expect("own");
        prop_assert_eq!(&stored(&text::print(survival).expect("memory")), &whole);
        let mut list: Vec<_> = survival.tallies().collect();
        let before = list.clone();
        prop_assert_eq!(compact(&mut list), before.len());
        prop_assert_eq!(list, before);
    }
}
