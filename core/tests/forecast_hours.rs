//! Hours and half hours, which have two seasons: made-up ones, and the calls of a bank's center in 1999, read from
//! `../shared` where that is.

use crate::support::forecasting::shared;
use slaops_core::forecast::time_index::{TimeIndex, TimeStep};
use slaops_core::forecast::{self, Fit, Forecast, Method};
use slaops_core::time::HOUR;

const LEVELS: [f64; 2] = [0.8, 0.95];

/// Counts with a shape of the day that differs between workdays and weekends, a level that wanders by the day, and noise.
fn made(weeks: usize, day: usize) -> Vec<f64> {
    let mut state = 7_u64;
    let mut noise = || {
        let mut one = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / (1_u64 << 31) as f64 - 0.5
        };
        one() + one() + one()
    };
    let mut level = 1.0;
    let mut values = Vec::new();
    for d in 0..7 * weeks {
        level += 0.2 * (1.0 - level) + 0.15 * noise();
        for k in 0..day {
            let hour = 24.0 * k as f64 / day as f64;
            let open = (7.0..19.0).contains(&hour);
            let peak = if d % 7 < 5 { 11.0 } else { 15.0 };
            let height = if d % 7 < 5 { 60.0 } else { 20.0 };
            let off = (hour - peak) / 3.0;
            let mean = if open {
                level * height * libm::exp(-0.5 * off * off)
            } else {
                0.0
            };
            values.push((mean + mean.sqrt() * noise()).round().max(0.0));
        }
    }
    values
}

fn ahead(values: &[f64], method: &str, season: usize, horizon: usize) -> (Fit, Forecast) {
    let method = Method::parse(method).expect("a method");
    let fit = forecast::fit(values, method, season).expect("a fit");
    let found = fit.forecast(horizon, &LEVELS, true, 1).expect("a forecast");
    (fit, found)
}

fn mean_error(found: &[f64], later: &[f64]) -> f64 {
    let off = later.iter().zip(found).map(|(y, f)| (y - f).abs());
    off.sum::<f64>() / later.len() as f64
}

/// Mean errors of `auto`, of the last week again and of the mean of four weeks, and the shares that the intervals held, of a
/// week ahead from each of the last weeks.
fn weeks(values: &[f64], season: usize, week: usize, origins: usize) -> ([f64; 3], [f64; 2]) {
    let (mut errors, mut held) = ([0.0; 3], [0.0; 2]);
    for back in 1..=origins {
        let (past, later) = values.split_at(values.len() - back * week);
        let later = &later[..week];
        let (_, found) = ahead(past, "auto", season, week);
        let four = |k: usize| {
            (1..=4)
                .map(|w| past[past.len() - w * week + k])
                .sum::<f64>()
                / 4.0
        };
        let four: Vec<f64> = (0..week).map(four).collect();
        let last = &past[past.len() - week..];
        for (sum, list) in errors.iter_mut().zip([&found.mean, last, &four]) {
            *sum += mean_error(list, later) / origins as f64;
        }
        for (k, y) in later.iter().enumerate() {
            for (level, share) in held.iter_mut().enumerate() {
                let inside = (found.lower[k][level]..=found.upper[k][level]).contains(y);
                *share += f64::from(u8::from(inside)) / (week * origins) as f64;
            }
        }
    }
    (errors, held)
}

#[test]
fn two_seasons_are_found() {
    for day in [24, 48] {
        let values = made(12, day);
        // Given the week or the day, it is the days' profile; so too beside a model without days.
        for season in [7 * day, day] {
            let (fit, _) = ahead(&values, "auto", season, 1);
            assert!(
                fit.method.contains("daily_profile"),
                "{season}: {}",
                fit.method
            );
            assert_eq!(fit.used_season(), 7 * day, "{}", fit.method);
            let (errors, held) = weeks(&values, season, 7 * day, 4);
            println!("{day} steps a day, season {season}: {errors:.3?}, held {held:.3?}");
            assert!(
                errors[0] < 0.9 * errors[1] && errors[0] < errors[2],
                "{errors:?}"
            );
            assert!((0.7..0.92).contains(&held[0]), "{held:?}");
            assert!((0.88..=0.995).contains(&held[1]), "{held:?}");
        }
    }
}

/// Closed hours that are missing, a day of outage, and a series that ends within a day.
#[test]
fn gaps_at_closed_hours() {
    let day = 48;
    let whole = made(12, day);
    let closed = |t: usize| !(14..38).contains(&(t % day));
    let mut values: Vec<f64> = whole
        .iter()
        .enumerate()
        .map(|(t, y)| {
            if closed(t) || t / day == 40 {
                f64::NAN
            } else {
                *y
            }
        })
        .collect();
    let later = values.split_off(values.len() - 7 * day);
    for cut in [0, 5, 30, day] {
        let past = &values[..values.len() - cut];
        let (fit, found) = ahead(past, "auto", 7 * day, 7 * day + cut);
        assert!(fit.method.contains("daily_profile"), "{}", fit.method);
        let pairs = later
            .iter()
            .zip(&found.mean[cut..])
            .filter(|(y, _)| !y.is_nan());
        let (sum, n) = pairs.fold((0.0, 0.0), |(s, n), (y, f)| (s + (y - f).abs(), n + 1.0));
        let last = later.iter().zip(&values[values.len() - 7 * day..]);
        let last: f64 = last
            .map(|(y, f)| (y - f).abs())
            .filter(|e| !e.is_nan())
            .sum();
        println!(
            "{cut} before the end of the day: {:.3}, the last week {:.3}",
            sum / n,
            last / n
        );
        assert!(sum < 1.05 * last, "{cut}: {sum} {last}");
        // Stored, read and updated it is the same fit.
        let bytes = fit.to_bytes().expect("bytes");
        assert_eq!(Fit::from_bytes(&bytes).as_ref(), Ok(&fit));
        assert_eq!(
            Fit::from_json(&fit.to_json().to_string()).as_ref(),
            Ok(&fit)
        );
        let mut updated = fit;
        updated.update(&later[..day]).expect("an update");
        let next = updated.forecast(day, &LEVELS, true, 1).expect("a forecast");
        assert!(next.mean.iter().all(|m| m.is_finite()));
    }
}

/// A desk that opens on five days has a week of days of unlike length.
#[test]
fn days_of_open_hours() {
    let day = 24;
    let values = made(10, day);
    let hours: Vec<f64> = (0..values.len() + 7 * day)
        .map(|t| {
            f64::from(u8::from(
                t / day % 7 < 5 && (7..19 - 3 * usize::from(t / day % 7 == 4)).contains(&(t % day)),
            ))
        })
        .collect();
    let index = TimeIndex {
        first: 9 * HOUR,
        step: TimeStep::Micros(HOUR),
        zone: "UTC".into(),
    };
    // The series begins at nine.
    let fit = forecast::fit_on(
        Some(index),
        &values[9..],
        Some(&hours[9..]),
        Method::Auto,
        7 * day,
    )
    .expect("a fit");
    let names: Vec<String> = fit
        .parts
        .iter()
        .map(|p| format!("{:.2} {}", p.0, p.1.name()))
        .collect();
    assert!(
        names.iter().any(|n| n.ends_with("daily_profile")),
        "{names:?}"
    );
    assert_eq!(fit.season, 4 * 12 + 9);
    let (found, _) = fit
        .forecast_with_label(7 * day, Some(&hours[values.len()..]), &LEVELS, true, 1)
        .expect("a forecast");
    let peak = |d: usize| found.mean[d * day + 11];
    assert!(
        peak(0) > 30.0 && found.mean[3] < 5.0 && peak(5) < 30.0,
        "{:?}",
        found.mean
    );
}

/// Half hours of 1999, a week ahead: less error than the mean of the last four weeks, and intervals that hold what they say.
#[test]
fn calls_by_the_half_hour() {
    let Some(text) = shared("data/callcenter_1999_6min.csv.gz") else {
        return;
    };
    let calls: Vec<f64> = text
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').nth(1)?.parse().ok())
        .collect();
    let halves: Vec<f64> = calls.chunks(5).map(|c| c.iter().sum()).collect();
    assert_eq!(halves.len(), 365 * 48);
    let (errors, held) = weeks(&halves, 336, 336, 12);
    println!("half hours: {errors:.3?}, held {held:.3?}");
    assert!(errors[0] < errors[1] && errors[0] < errors[2], "{errors:?}");
    assert!((0.9..=0.99).contains(&held[1]), "{held:?}");
}
