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
    assert_eq!((long.pending, long.n, long.missing), (1_000, 1_513, 1_500));
    long.update(&[20.0]).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!((long.pending, long.n), (0, 1_514));
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
