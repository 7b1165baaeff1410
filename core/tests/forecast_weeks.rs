//! Weeks with a season of a year: made-up ones with waves of a year, a level that wanders, and noise.

use crate::forecast_bounds::Numbers;
use slaops_core::forecast::{self, Fit, Forecast, Method};

const LEVELS: [f64; 2] = [0.8, 0.95];
const AHEAD: usize = 26;

fn weeks(seed: u64, n: usize, height: f64, wander: f64) -> Vec<f64> {
    let mut numbers = Numbers(104_729 * seed + 7);
    let begin = 365.0 * numbers.next();
    let mut level = 200.0;
    let one = |t: usize| {
        level += wander * numbers.normal();
        let year = std::f64::consts::TAU * (begin + 7.0 * t as f64) / 365.2425;
        let wave = height * (0.25 * libm::sin(year) + 0.1 * libm::sin(2.0 * year + 1.0));
        (level * (1.0 + wave) + 15.0 * numbers.normal()).max(1.0)
    };
    (0..n).map(one).collect()
}

fn ahead(values: &[f64], method: &str) -> (Fit, Forecast) {
    let method = Method::parse(method).expect("a method");
    let fit = forecast::fit(values, method, 52).expect("a fit");
    let found = fit.forecast(AHEAD, &LEVELS, false, 1).expect("a forecast");
    (fit, found)
}

fn share(fit: &Fit) -> f64 {
    let year = fit.parts.iter().filter(|p| p.1.name() == "yearly_waves");
    year.map(|p| p.0).sum()
}

/// With a year `auto` takes its waves and errs less than the last year again; without one it does not lose by looking.
#[test]
fn a_year_is_found() {
    let off = |found: &[f64], later: &[f64]| -> f64 {
        found.iter().zip(later).map(|(f, y)| (f - y).abs()).sum()
    };
    for (height, wander, most) in [
        (1.0, 0.0, 0.85),
        (1.0, 4.0, 0.9),
        (0.0, 0.0, 0.9),
        (0.0, 4.0, 0.9),
    ] {
        for n in [156, 260] {
            let (mut own, mut last, mut held, mut shares) = (0.0, 0.0, 0, 0.0);
            for seed in 0..8 {
                let values = weeks(seed, n + AHEAD, height, wander);
                let (past, later) = values.split_at(n);
                let (fit, found) = ahead(past, "auto");
                own += off(&found.mean, later);
                last += off(&ahead(past, "seasonal_naive").1.mean, later);
                shares += share(&fit) / 8.0;
                let inside =
                    |(k, y): (usize, &f64)| found.lower[k][0] <= *y && *y <= found.upper[k][0];
                held += later.iter().enumerate().filter(|l| inside(*l)).count();
            }
            let held = held as f64 / (8 * AHEAD) as f64;
            println!(
                "height {height}, wander {wander}, {n} weeks: {:.3}, share {shares:.2}, held {held:.3}",
                own / last
            );
            assert!(own < most * last, "{height} {wander} {n}: {own} {last}");
            assert!(
                height == 0.0 || shares > 0.4,
                "{height} {wander} {n}: {shares}"
            );
            assert!((0.6..0.95).contains(&held), "{height} {wander} {n}: {held}");
        }
    }
}

/// A few large values do not widen the bounds of the others: models of 52 places would take them in.
#[test]
fn outliers_do_not_widen_a_year() {
    let width = |outliers: f64| -> f64 {
        (0..8)
            .map(|seed| {
                let mut values = weeks(seed, 208, 1.0, 0.0);
                values
                    .iter_mut()
                    .skip(5)
                    .step_by(23)
                    .for_each(|y| *y *= outliers);
                let (fit, found) = ahead(&values, "auto");
                assert!(share(&fit) > 0.5, "{}", fit.method);
                (0..AHEAD)
                    .map(|k| found.upper[k][0] - found.lower[k][0])
                    .sum::<f64>()
            })
            .sum()
    };
    let (even, few) = (width(1.0), width(3.0));
    println!("width with outliers over width without: {:.2}", few / even);
    assert!(few < 2.5 * even, "{few} {even}");
}

/// Stored and read it is the same fit; missing weeks at the end are forecast over; weeks that come are taken in.
#[test]
fn a_year_is_kept() {
    let mut values = weeks(3, 234, 1.0, 2.0);
    values[100..109].fill(f64::NAN);
    let (past, later) = values.split_at(208);
    let (fit, found) = ahead(past, "auto");
    assert!(share(&fit) > 0.1, "{}", fit.method);
    let bytes = fit.to_bytes().expect("bytes");
    assert_eq!(Fit::from_bytes(&bytes).as_ref(), Ok(&fit));
    assert_eq!(
        Fit::from_json(&fit.to_json().to_string()).as_ref(),
        Ok(&fit)
    );
    let mut gap = fit.clone();
    gap.update(&[f64::NAN; 3]).expect("an update");
    let next = gap.forecast(AHEAD - 3, &[], false, 1).expect("a forecast");
    for (a, b) in next.mean.iter().zip(&found.mean[3..]) {
        assert!((a - b).abs() < 1e-9, "{a} {b}");
    }
    let mut updated = fit;
    updated.update(later).expect("an update");
    assert_eq!(updated.n, 234);
    let next = updated.forecast(AHEAD, &[], false, 1).expect("a forecast");
    assert!(next.mean.iter().all(|m| m.is_finite() && *m > 0.0));
}
