//! Gaps at the end, values that models do not allow, bounds without width.

use crate::forecast::{Fit, Method, fit};

const GAP: f64 = f64::NAN;
const VALUES: [f64; 13] = [
    10.0, 12.0, 11.0, 13.0, 15.0, 14.0, 16.0, 18.0, 17.0, 19.0, 21.0, 20.0, 22.0,
];

fn fitted(values: &[f64], method: &str, season: usize) -> Fit {
    let method = Method::parse(method).unwrap_or_else(|e| panic!("{e}"));
    fit(values, method, season).unwrap_or_else(|e| panic!("{e}"))
}

fn bounds(fit: &Fit, step: usize) -> (f64, f64, f64) {
    let found = fit
        .forecast(step, &[0.95], false, 1)
        .unwrap_or_else(|e| panic!("{e}"));
    (
        found.mean[step - 1],
        found.lower[step - 1][0],
        found.upper[step - 1][0],
    )
}

/// What is known of an instant does not depend on how many missing values are written before it.
#[test]
fn missing_values_at_the_end_widen_bounds() {
    for method in [
        "ANN",
        "MAN",
        "auto",
        "theta",
        "naive",
        "seasonal_naive",
        "weekday_mean",
        "drift",
    ] {
        let plain = fitted(&VALUES, method, 3);
        let mut later = plain.clone();
        later.update(&[GAP; 10]).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(bounds(&later, 1), bounds(&plain, 11), "{method}");
        let with_gap = [VALUES.as_slice(), &[GAP; 10]].concat();
        assert_eq!(fitted(&with_gap, method, 3), later, "{method}");
        // A value takes up what was missing, in one call or in several.
        let mut at_once = plain.clone();
        at_once
            .update(&[GAP, GAP, 21.0, GAP])
            .unwrap_or_else(|e| panic!("{e}"));
        let mut one_by_one = plain;
        for y in [GAP, GAP, 21.0, GAP] {
            one_by_one.update(&[y]).unwrap_or_else(|e| panic!("{e}"));
        }
        assert_eq!(at_once, one_by_one, "{method}");
    }
    // Only so many are kept waiting.
    let mut long = fitted(&VALUES, "ANN", 1);
    long.update(&[GAP; 1_500]).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(
        (long.trailing_gaps, long.n, long.missing),
        (1_000, 1_513, 1_500)
    );
    long.update(&[20.0]).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!((long.trailing_gaps, long.n), (0, 1_514));
}

#[test]
fn a_zero_makes_a_model_additive() {
    let mut counts = fitted(&VALUES, "MAM", 3);
    counts
        .update(&[20.0, 0.0, -3.0])
        .unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(
        counts.warnings,
        ["ETS(MAM) goes on as ETS(AAdA): value 0 is not above zero"]
    );
    assert!(counts.method.ends_with(&counts.warnings[0]));
    let (mean, low, high) = bounds(&counts, 1);
    assert!(
        low < mean && mean < high && mean < 22.0,
        "{mean} {low} {high}"
    );
}

/// One zero leaves a model as it is that moves on by some half of an error; a month of them does not.
#[test]
fn one_zero_does_not() {
    let wander = |t: usize| 100.0 + 20.0 * libm::sin(t as f64 / 6.0) + 3.0 * (t * 5 % 11) as f64;
    let values: Vec<f64> = (0..84).map(wander).collect();
    let mut fit = fitted(&values, "MNN", 7);
    let alpha = fit.estimate().map_or(0.0, |e| e.params.alpha);
    assert!((0.2..0.8).contains(&alpha), "{alpha}");
    let before = bounds(&fit, 1).0;
    fit.update(&[0.0]).unwrap_or_else(|e| panic!("{e}"));
    assert!(fit.warnings.is_empty(), "{:?}", fit.warnings);
    assert!((bounds(&fit, 1).0 - (1.0 - alpha) * before).abs() < 1.0);
    fit.update(&[0.0; 30]).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(
        fit.warnings,
        ["ETS(MNN) goes on as ETS(ANN): value 0 is not above zero"]
    );
    let (mean, low, high) = bounds(&fit, 1);
    assert!(
        low < mean && mean < high && mean < 1.0,
        "{mean} {low} {high}"
    );
}

/// Of a value, of three equal ones and of sixty.
#[test]
fn exact_fits_of_few_values_have_no_bounds() {
    let known = |values: &[f64]| !bounds(&fitted(values, "auto", 1), 1).1.is_nan();
    assert!(!known(&[5.0]) && !known(&[0.0; 3]) && !known(&[7.0; 59]));
    assert!(known(&[7.0; 60]) && known(&[5.0, 9.0]));
    let by_chance = [5.0, 9.0, 3.0, 7.0, 1.0, 2.0, 8.0, 5.0, 9.0, 3.0];
    assert!(
        bounds(&fitted(&by_chance, "seasonal_naive", 7), 1)
            .1
            .is_nan()
    );
}

/// Tickets a day that fall to zero: a shorter horizon is the beginning of a longer one, also where a model ends on the way.
#[test]
fn a_longer_horizon_begins_as_a_shorter_one() {
    let share = [1.2, 1.1, 1.0, 1.0, 0.9, 0.3, 0.2];
    let falling: Vec<f64> = (0..84)
        .map(|i| ((60.0 - f64::from(i) * 0.66) * share[i as usize % 7]).round() + 1.0)
        .collect();
    let mut ended = 0;
    for method in ["MAM", "holt_winters_multiplicative", "ets", "auto", "MNM"] {
        let fit = fitted(&falling, method, 7);
        let of = |horizon| {
            fit.forecast(horizon, &[0.8, 0.95], false, 1)
                .unwrap_or_else(|e| panic!("{e}"))
        };
        let long = of(56);
        ended += usize::from(!long.notes.is_empty());
        for horizon in [1, 7, 14, 28] {
            let short = of(horizon);
            assert_eq!(short.mean, long.mean[..horizon], "{method} {horizon}");
            assert_eq!(short.lower, long.lower[..horizon], "{method} {horizon}");
            assert_eq!(short.upper, long.upper[..horizon], "{method} {horizon}");
        }
        // No leap where another model goes on.
        let leap = long
            .mean
            .windows(8)
            .map(|w| (w[7] - w[0]).abs())
            .fold(0.0, f64::max);
        assert!(leap < 15.0, "{method}: {leap} {:?}", long.mean);
    }
    assert!(ended >= 2, "{ended}");
}

#[test]
fn what_cannot_be_read_or_fitted() {
    let mut waiting = fitted(&VALUES, "naive", 1);
    waiting
        .update(&[GAP; 500])
        .unwrap_or_else(|e| panic!("{e}"));
    let text = waiting.to_json().to_string();
    assert_eq!(Fit::from_json(&text), Ok(waiting));
    let changed = |from: &str, to: &str| {
        Fit::from_json(&text.replace(from, to))
            .expect_err("refused")
            .message
    };
    // More than are kept waiting would be simulated one by one.
    let many = text
        .replace("\"pending\":500", "\"pending\":5000000")
        .replace("\"missing\":500", "\"missing\":5000000");
    let many = many
        .replace("\"n\":513", "\"n\":5000013")
        .replace("\"steps\":513", "\"steps\":5000013");
    assert!(Fit::from_json(&many).is_err_and(|e| e.message.contains("contradict each other")));
    assert!(changed("\"version\":3", "\"version\":99").contains("version 99"));
    assert!(changed("\"sse\":", "\"sse\":-").contains("contradict each other"));
    let tiny: Vec<f64> = VALUES.iter().map(|y| y * 1e-200).collect();
    assert!(fit(&tiny, Method::Auto, 1).is_err_and(|e| e.message.contains("1e-140")));
    // A bound below zero is cut to it, and known.
    let falls = fitted(&[10.0, 7.9, 6.1, 4.0, 2.2, 0.1], "drift", 1);
    let found = falls
        .forecast(2, &[0.95], true, 1)
        .unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(
        (found.mean[1], found.lower[1][0], found.upper[1][0]),
        (0.0, 0.0, 0.0)
    );
}
