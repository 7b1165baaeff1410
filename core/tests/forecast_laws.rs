//! Laws of forecasts: how they follow shifts and scales, what seasons sum to, merging, seeds, stored forms.

use proptest::prelude::*;
use slaops_core::forecast;
use slaops_core::forecast::estimate::{self, Options};
use slaops_core::forecast::model::{Model, Season};
use slaops_core::forecast::open::ForecastRequest;
use slaops_core::forecast::series::{self, Fill, Point, Rules};
use slaops_core::forecast::time_index::{TimeIndex, TimeStep};
use slaops_core::forecast::{Fit, Method};
use slaops_core::time::DAY;

/// Seasonal values above zero with noise, and the period.
fn values() -> impl Strategy<Value = (Vec<f64>, usize)> {
    let noise = prop::collection::vec(-4.0..4.0f64, 24..60);
    (noise, 2..8usize, 20.0..200.0f64, -0.2..0.3f64).prop_map(|(noise, period, level, slope)| {
        let at = |(t, e): (usize, &f64)| {
            let wave = 6.0 * ((t % period) as f64 - (period - 1) as f64 / 2.0) / period as f64;
            level + slope * t as f64 + wave + e
        };
        (noise.iter().enumerate().map(at).collect(), period)
    })
}

fn means(values: &[f64], method: Method, period: usize) -> Vec<f64> {
    let fit = forecast::fit(values, method, period).expect("a fit");
    let bounds = fit.forecast(5, &[0.9], false, 1).expect("a forecast");
    let rows = bounds.lower.iter().chain(&bounds.upper).flatten();
    bounds.mean.iter().chain(rows).copied().collect()
}

fn additive() -> Vec<Method> {
    let names = [
        "ANN",
        "AAN",
        "ANA",
        "holt_winters",
        "seasonal_naive",
        "weekday_mean",
        "drift",
        "naive",
    ];
    names.map(|n| Method::parse(n).expect("a method")).to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Additive methods follow a shift and a scale of the values. What is compared is the forecast; peaks of like
    /// height may be taken in turn, so fitted models have some play.
    #[test]
    fn shift_and_scale((values, period) in values(), shift in -50.0..500.0f64, scale in 0.01..100.0f64) {
        let moved: Vec<f64> = values.iter().map(|y| y * scale + shift).collect();
        for method in additive() {
            let play = match method {
                Method::Model(_) | Method::LeastSquares(_) => 0.02,
                _ => 1e-7,
            };
            let (plain, other) = (means(&values, method, period), means(&moved, method, period));
            for (a, b) in plain.iter().zip(&other) {
                let wanted = a * scale + shift;
                prop_assert!((wanted - b).abs() <= play * 10.0 * scale, "{}: {wanted} {b}", method.name());
            }
        }
    }

    /// Multiplicative noise follows a scale.
    #[test]
    fn scale_of_multiplicative((values, period) in values(), scale in 0.01..100.0f64) {
        let moved: Vec<f64> = values.iter().map(|y| y * scale).collect();
        for name in ["MNN", "MAdN", "MNA", "MNM"] {
            let method = Method::parse(name).expect("a method");
            let (plain, other) = (means(&values, method, period), means(&moved, method, period));
            for (a, b) in plain.iter().zip(&other) {
                prop_assert!((a * scale - b).abs() <= 0.01 * b.abs(), "{name}: {} {b}", a * scale);
            }
        }
    }

    /// Initial seasonal figures sum to 0, or to the period where they multiply.
    #[test]
    fn seasons_sum((values, period) in values()) {
        for model in Model::family() {
            let Some(e) = estimate::fit(model, period, &values, &Options::LIKELIHOOD) else { continue };
            let sum: f64 = e.params.state.season.iter().sum();
            let wanted = match model.season {
                Season::Multiplicative => period as f64,
                _ => 0.0,
            };
            prop_assert!((sum - wanted).abs() < 1e-7 * values[0].abs().max(1.0), "{model}: {sum}");
            let p = &e.params;
            prop_assert!(p.alpha >= 1e-4 && p.beta <= p.alpha && p.gamma <= 1.0 - p.alpha && (0.8..=1.0).contains(&p.phi));
        }
    }

    /// The same seed gives the same intervals, another gives others; levels are nested, and the mean lies within.
    #[test]
    fn seeds((values, period) in values(), seed in any::<i64>()) {
        let fit = forecast::fit(&values, Method::parse("MNA").expect("a method"), period).expect("a fit");
        let ask = |seed| fit.forecast(6, &[0.5, 0.8, 0.95], false, seed).expect("a forecast");
        let (a, b, c) = (ask(seed), ask(seed), ask(seed.wrapping_add(1)));
        prop_assert_eq!(&a, &b);
        prop_assert_ne!(&a.upper, &c.upper);
        for k in 0..6 {
            prop_assert!(a.lower[k].is_sorted_by(|x, y| x >= y) && a.upper[k].is_sorted());
            prop_assert!(a.lower[k][0] <= a.mean[k] && a.mean[k] <= a.upper[k][0]);
        }
    }

    /// A forecast lies within its intervals, and what has only known numbers above zero multiplies to none below,
    /// for every method, over series that fall toward zero or rise tenfold.
    #[test]
    fn within((values, period) in values(), last in 0.02..10.0f64, horizon in 1..40usize) {
        let n = values.len() as f64;
        let bent = |(t, y): (usize, &f64)| (y * last.powf(t as f64 / n)).max(0.5).round();
        let falling: Vec<f64> = values.iter().enumerate().map(bent).collect();
        let names = [
            "auto", "ets", "MAM", "MAN", "MAdM", "MNN", "MNM", "AAA", "holt_winters", "holt_winters_multiplicative",
            "holt_winters_multiplicative_damped", "holt", "theta", "dynamic_theta", "seasonal_naive", "weekday_mean", "drift", "naive",
        ];
        for name in names {
            let fit = forecast::fit(&falling, Method::parse(name).expect("a method"), period).expect("a fit");
            let Ok(found) = fit.forecast(horizon, &[0.3, 0.8, 0.95], false, 1) else { continue };
            let said = fit.label(&found);
            for (k, mean) in found.mean.iter().enumerate() {
                for (low, high) in found.lower[k].iter().zip(&found.upper[k]) {
                    prop_assert!(low <= mean && mean <= high, "{said} {k}: {mean} of {low} {high}");
                }
                let multiplies = fit.estimate().is_some_and(|e| fit.parts.len() == 1 && e.model.needs_positive());
                prop_assert!(!multiplies || *mean > 0.0 || said.contains("stands in"), "{said} {k}: {mean}");
            }
        }
    }

    /// Stored forms give the same fit back, and taking values in is what running on would be.
    #[test]
    fn stored_forms((values, period) in values(), more in prop::collection::vec(1.0..300.0f64, 1..9)) {
        for name in ["auto", "AAdA", "theta", "dynamic_theta", "seasonal_naive", "weekday_mean", "drift"] {
            let mut fit = forecast::fit(&values, Method::parse(name).expect("a method"), period).expect("a fit");
            let again = Fit::from_bytes(&fit.to_bytes().expect("bytes")).expect("a fit");
            prop_assert_eq!(&again, &fit);
            let json = fit.to_json().to_string();
            prop_assert_eq!(&Fit::from_json(&json).expect("a fit"), &fit);
            let mut one_by_one = fit.clone();
            fit.update(&more).expect("updated");
            for y in &more {
                one_by_one.update(&[*y]).expect("updated");
            }
            prop_assert_eq!(&one_by_one, &fit);
            prop_assert!(Fit::from_bytes(&fit.to_bytes().expect("bytes")).is_ok(), "{}", name);
        }
    }

    /// A forecast of a fit by open hours is that of the values, to the bit; it is stored and brought forward as others
    /// are; a longer horizon begins as a shorter one.
    #[test]
    fn open_hours((values, period) in values(), open in prop::collection::vec(0..4usize, 8), odd in prop::collection::vec(0..12usize, 100), later in 0..12usize, nonnegative: bool) {
        let hour = |t: usize| match (open[t % period], odd[t]) {
            (0, _) | (_, 1) => 0.0,
            (h, _) => 3.0 * h as f64 + 0.5,
        };
        let hours: Vec<f64> = (0..100).map(hour).collect();
        let (past, more) = values.split_at(values.len() - later);
        for name in ["auto", "MAM", "AAN", "theta", "seasonal_naive", "weekday_mean", "drift"] {
            let method = Method::parse(name).expect("a method");
            let ask = ForecastRequest { method, season: period, horizon: 9, levels: &[0.5, 0.9], nonnegative, seed: 3 };
            let direct = ask.run_by_hours(past, &hours).expect("a forecast");
            let mut fit = forecast::fit_open(past, &hours, method, period, None).expect("a fit");
            fit.index = Some(TimeIndex { first: 0, step: TimeStep::Days(1), zone: "UTC".into() });
            prop_assert_eq!(&Fit::from_bytes(&fit.to_bytes().expect("bytes")).expect("a fit"), &fit);
            prop_assert_eq!(&Fit::from_json(&fit.to_json().to_string()).expect("a fit"), &fit);
            let ahead = |fit: &Fit, n: usize| fit.forecast_with_label(n, Some(&hours[fit.steps..fit.steps + n]), &[0.5, 0.9], nonnegative, 3).expect("a forecast");
            let found = ahead(&fit, 9);
            prop_assert_eq!(format!("{:?}", found), format!("{:?}", direct));
            let long = ahead(&fit, 20);
            if long.0.notes == found.0.notes && found.1.split("; ").next() == long.1.split("; ").next() && name != "MAM" {
                prop_assert_eq!(format!("{:?}", &long.0.upper[..9]), format!("{:?}", found.0.upper));
            }
            for (k, mean) in found.0.mean.iter().enumerate() {
                prop_assert!(mean.is_finite() && (!nonnegative || *mean >= 0.0), "{name} {k}: {mean}");
            }
            prop_assert!(fit.forecast(3, &[], false, 1).is_err() && fit.clone().update(&[1.0]).is_err());
            // Open steps of places that open, closed ones, and values that lack.
            let mut at_once = fit.clone();
            let taken = at_once.update_by_hours(more, &hours[past.len()..]);
            let one_by_one = more.iter().try_for_each(|y| fit.update_by_hours(&[*y], &hours[fit.steps..=fit.steps]));
            prop_assert_eq!(taken.is_ok(), one_by_one.is_ok());
            if taken.is_ok() {
                prop_assert_eq!(&fit, &at_once);
                prop_assert_eq!(fit.steps, values.len());
                prop_assert!(Fit::from_bytes(&fit.to_bytes().expect("bytes")).is_ok(), "{}", name);
            }
        }
    }

    /// No bytes and no text are taken for a fit or a series that cannot be asked.
    #[test]
    fn broken_bytes(mut bytes in prop::collection::vec(any::<u8>(), 0..80), (values, period) in values(), place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let _ = (Fit::from_bytes(&bytes), series::decode(&bytes));
        if let Some(first) = bytes.first_mut() {
            *first = 1 + *first % 3;
        }
        let _ = (Fit::from_bytes(&bytes), series::decode(&bytes));
        for name in ["auto", "theta", "weekday_mean"] {
            let fit = forecast::fit(&values, Method::parse(name).expect("a method"), period).expect("a fit");
            let mut bytes = fit.to_bytes().expect("bytes");
            // Bytes of the first layout: without open hours, gaps at the end, steps and calibration.
            let mut old = bytes[..bytes.len() - 4].to_vec();
            old[0] = 1;
            if fit.calibration.is_empty() {
                prop_assert_eq!(&Fit::from_bytes(&old).expect("a fit"), &fit);
            }
            let mut open = forecast::fit_open(&values, &[8.0; 100], Method::parse(name).expect("a method"), period, None).expect("a fit");
            open.index = Some(TimeIndex { first: 0, step: TimeStep::Days(1), zone: "UTC".into() });
            let mut changed = open.to_bytes().expect("bytes");
            let i = place.index(changed.len());
            changed[i] = byte;
            if let Ok(mut found) = Fit::from_bytes(&changed) {
                let _ = found.forecast_with_label(3, Some(&[8.0, 0.0, 2.0]), &[0.9], false, 1);
                let _ = found.update_by_hours(&[5.0, 4.0, f64::NAN], &[8.0, 0.0, 2.0]);
            }
            let i = place.index(bytes.len());
            bytes[i] = byte;
            if let Ok(mut found) = Fit::from_bytes(&bytes) {
                let _ = found.forecast(3, &[0.9], false, 1);
                let _ = found.update(&[5.0]);
            }
        }
    }

    /// What is stored can be read: a fit or a series that cannot is refused before.
    #[test]
    fn stored_is_readable((values, period) in values(), power in 0..309i32, late in prop::collection::vec(-1.7e308..1.7e308f64, 1..4)) {
        let large: Vec<f64> = values.iter().map(|y| y / 300.0 * 10f64.powi(power)).collect();
        for name in ["auto", "ses", "AAA", "theta", "dynamic_theta", "seasonal_naive", "weekday_mean", "drift", "naive"] {
            let mut fit = forecast::fit(&large, Method::parse(name).expect("a method"), period).expect("a fit");
            if let Ok(bytes) = fit.to_bytes() {
                prop_assert!(Fit::from_bytes(&bytes).is_ok(), "{}", name);
            }
            if fit.update(&late).is_ok() && let Ok(bytes) = fit.to_bytes() {
                prop_assert!(Fit::from_bytes(&bytes).is_ok(), "{}", name);
            }
        }
        let mut twice: Vec<Point> = late.iter().chain(&late).map(|value| Point { at: 0, value: *value }).collect();
        let kept = series::total(&mut twice);
        if let Ok(bytes) = series::encode(Rules::default(), &twice[..kept]) {
            prop_assert!(series::decode(&bytes).is_ok());
        }
        let two = [Point { at: 0, value: f64::INFINITY }];
        prop_assert!(series::encode(Rules::default(), &two).is_err());
    }

    /// However rows are parted and ordered, the series is the same.
    #[test]
    fn merging(list in prop::collection::vec((0..200i64, -9..30i32), 1..60), parts in prop::collection::vec(0..4usize, 60), step in 0..4usize) {
        let step = [None, Some(TimeStep::Days(1)), Some(TimeStep::Months(1)), Some(TimeStep::Micros(DAY / 24))][step];
        let rules = Rules { step, fill: Fill::Auto, refuse: false };
        let point = |&(hours, value): &(i64, i32)| Point { at: rules.kept(hours * DAY / 24), value: f64::from(value) };
        let of = |rows: Vec<Point>| {
            let mut rows = rows;
            let kept = series::total(&mut rows);
            rows.truncate(kept);
            (rules, rows)
        };
        let whole = of(list.iter().map(point).collect());
        let part = |i: usize| of(list.iter().zip(&parts).rev().filter(|(_, p)| **p == i).map(|(r, _)| point(r)).collect());
        let merged = (1..4).try_fold(part(0), |a, i| series::merge(a, part(i))).expect("merged");
        prop_assert_eq!(&merged, &whole);
        let (mut sum, mut first) = (series::rollup::Rollup::default(), series::rollup::Rollup::default());
        (0..2).for_each(|i| first.add(part(i)).expect("added"));
        (2..4).for_each(|i| sum.add(part(i)).expect("added"));
        sum.combine(&first.bytes().expect("bytes")).expect("combined");
        prop_assert_eq!(&series::rollup::rounded(&sum.bytes().expect("bytes")).expect("rounded"), &whole);
        let bytes = series::encode(whole.0, &whole.1).expect("bytes");
        prop_assert_eq!(series::decode(&bytes).expect("a series"), whole.clone());
        prop_assert_eq!(series::text::parse(&series::text::print(whole.0, &whole.1).expect("memory")).expect("a series"), bytes);
    }

    /// Sums of fractions have the same bits for every order and split, huge and tiny values among them; states
    /// survive their bytes. Roll-ups of series do not depend on order either.
    #[test]
    fn the_same_bits(list in prop::collection::vec((0..9i64, summand()), 1..80).prop_shuffle(), parts in prop::collection::vec(0..5usize, 80), days in any::<bool>()) {
        let rules = Rules { step: days.then_some(TimeStep::Days(1)), fill: Fill::Auto, refuse: false };
        let point = |&(hours, value): &(i64, f64)| Point { at: rules.kept(hours * DAY / 12), value };
        let total = |mut points: Vec<Point>| {
            let kept = series::total(&mut points);
            points[..kept].iter().map(|p| (p.at, p.value.to_bits())).collect::<Vec<_>>()
        };
        let mut rows: Vec<Point> = list.iter().map(point).collect();
        let whole = total(rows.clone());
        rows.reverse();
        prop_assert_eq!(&total(rows), &whole);
        // Each part compacts as it grows, goes through bytes, and is joined to the others, the last first.
        let mut joined: Vec<Point> = Vec::new();
        let mut rolled: Vec<(Rules, Vec<Point>)> = Vec::new();
        for part in (0..5).rev() {
            let mut state: Vec<Point> = Vec::new();
            for (row, _) in list.iter().zip(&parts).filter(|(_, p)| **p == part) {
                state.push(point(row));
                if state.len().is_multiple_of(3) {
                    let (kept, instants) = series::compact(&mut state);
                    state.truncate(kept);
                    prop_assert!(instants <= kept);
                }
            }
            let (kept, _) = series::compact(&mut state);
            state.truncate(kept);
            let bytes = series::encode_state(rules, &state).expect("memory");
            prop_assert!(series::decode(&bytes).is_err());
            joined.extend(series::decode_state(&bytes).expect("a state").1);
            let kept = series::total(&mut state);
            rolled.push((rules, state[..kept].to_vec()));
        }
        prop_assert_eq!(&total(joined), &whole);
        let finite = |s: &(Rules, Vec<Point>)| s.1.iter().all(|p| p.value.is_finite());
        if rolled.iter().all(finite) {
            let forward: Vec<Point> = rolled.iter().flat_map(|s| s.1.clone()).collect();
            let backward: Vec<Point> = rolled.iter().rev().flat_map(|s| s.1.clone()).collect();
            prop_assert_eq!(total(forward), total(backward));
        }
    }
}

/// Tenths, and now and then any double.
fn summand() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => (-500i32..5_000).prop_map(|v| f64::from(v) / 10.0),
        1 => -1.79e308..1.79e308f64,
        1 => prop::sample::select(vec![1e308, -1e308, 5e-324, -0.0, 1e16, -1e16, 1e-9]),
    ]
}

/// Hours from an instant on, with a value by the hour of the day and of the week, and the grid.
fn hourly(
    zone: &str,
    first: i64,
    step: i64,
    n: usize,
) -> (forecast::time_index::TimeIndex, Vec<f64>) {
    let index = forecast::time_index::TimeIndex {
        first,
        step: TimeStep::Micros(step),
        zone: zone.to_owned(),
    };
    let values = (0..n).map(|k| by_the_clock(&index, k)).collect();
    (index, values)
}

/// A value that only the wall clock decides.
fn by_the_clock(index: &forecast::time_index::TimeIndex, k: usize) -> f64 {
    let tz = index.zone.parse().expect("a zone");
    let at = index.at(k).expect("an instant");
    let wall = forecast::time_index::wall(tz, at).div_euclid(DAY / 24);
    let (hour, day) = (wall.rem_euclid(24), wall.div_euclid(24).rem_euclid(7));
    20.0 + ((hour * 7) % 24) as f64 + if hour == 9 { 30.0 } else { 0.0 } + 2.0 * day as f64
}

/// Clock changes of 2026: the first instant is this many hours before.
const CHANGES: [(&str, i64); 6] = [
    ("Europe/Berlin", 9_584 * 24 + 1),
    ("Europe/Berlin", 9_794 * 24 + 1),
    ("America/New_York", 9_563 * 24 + 7),
    ("America/New_York", 9_801 * 24 + 6),
    ("Australia/Sydney", 9_590 * 24 + 16),
    ("Australia/Sydney", 9_772 * 24 + 16),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// What the wall clock decides is forecast by it on both sides of a change, by forecasts, by fits and after updates,
    /// in whatever portions; a back-test finds no error.
    #[test]
    fn nine_o_clock_stays_nine_o_clock(
        change in 0..CHANGES.len(), weeks in any::<bool>(), before in 0..80i64, split in 1..120usize, half in any::<bool>(), recent in any::<bool>(),
    ) {
        let (zone, hour) = CHANGES[change];
        let step = if half { DAY / 48 } else { DAY / 24 };
        let day = (DAY / step) as usize;
        let season = 7 * day;
        let method = if recent { Method::WeekdayMean } else { Method::SeasonalNaive };
        let lead = if weeks { 21 * 24 } else { 14 * 24 };
        let first = (hour - lead - before) * (DAY / 24);
        let (index, values) = hourly(zone, first, step, 24 * day);
        let n = lead as usize * day / 24 + (split * day / 24).min(3 * day);
        let on = Some(index.clone());
        let fit = forecast::fit_on(on, &values[..n], None, method, season).expect("a fit");
        let horizon = 3 * season;
        let right = |found: &forecast::Forecast, from: usize| (0..found.mean.len())
            .find(|k| (found.mean[*k] - by_the_clock(&index, from + k)).abs() > 1e-9);
        let found = fit.forecast(horizon, &[0.9], false, 1).expect("a forecast");
        prop_assert_eq!(right(&found, n), None);
        let mut later = fit.clone();
        let (one, two) = values[n..].split_at((values.len() - n) / 2);
        later.update(one).expect("an update");
        later.update(two).expect("an update");
        prop_assert_eq!(right(&later.forecast(horizon, &[0.9], false, 1).expect("a forecast"), values.len()), None);
        let mut singly = fit;
        for y in &values[n..] {
            singly.update(&[*y]).expect("an update");
        }
        prop_assert_eq!(singly.to_bytes().expect("bytes"), later.to_bytes().expect("bytes"));
        prop_assert_eq!(Fit::from_bytes(&later.to_bytes().expect("bytes")).expect("a fit"), later);
        // By open hours, all of them open.
        let ask = forecast::open::ForecastRequest { method, season, horizon, levels: &[0.9], nonnegative: false, seed: 1 };
        let hours = vec![24.0 / day as f64; n + horizon];
        let (open, _) = ask.run_on(Some(&index), &values[..n], Some(&hours)).expect("a forecast");
        prop_assert_eq!(right(&open, n), None);
        let plan = forecast::backtest::Plan { season: Some(season), horizon: day, folds: 5, hours: None, index: Some(&index), seed: 1 };
        let scores = plan.run(&values, &[method]).expect("scores");
        prop_assert!(scores[0].rmse.is_some_and(|e| e < 1e-9), "{:?}", scores[0]);
    }

    /// A zone whose clocks do not change in that time gives the same to the bit as no grid.
    #[test]
    fn a_zone_without_changes((values, _) in values(), zone in 0..4usize, first in -100_000..300_000i64) {
        // Phoenix has not changed since 1968, Kolkata since 1945, Tokyo since 1951.
        let name = ["UTC", "Asia/Kolkata", "Asia/Tokyo", "America/Phoenix"][zone];
        let index = forecast::time_index::TimeIndex { first: first * (DAY / 24), step: TimeStep::Micros(DAY / 4), zone: name.to_owned() };
        for method in [Method::Auto, Method::SeasonalNaive] {
            let mut plain = forecast::fit(&values, method, 4).expect("a fit");
            let mut on = forecast::fit_on(Some(index.clone()), &values, None, method, 4).expect("a fit");
            plain.update(&[50.0, f64::NAN, 60.0]).expect("an update");
            on.update(&[50.0, f64::NAN, 60.0]).expect("an update");
            prop_assert_eq!(plain.forecast(9, &[0.9], false, 1), on.forecast(9, &[0.9], false, 1));
            on.index = None;
            prop_assert_eq!(plain.to_bytes(), on.to_bytes());
        }
    }
}

/// On short and long series of many shapes `auto` errs less than the last season again.
#[test]
fn auto_beside_the_last_season() {
    let mut state = 7_u64;
    let mut uniform = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / (1_u64 << 31) as f64
    };
    for (season, seasons) in [
        (7, 2),
        (7, 3),
        (7, 4),
        (7, 8),
        (7, 20),
        (12, 2),
        (12, 3),
        (12, 6),
        (4, 3),
        (4, 8),
        (52, 2),
    ] {
        for shape in ["flat", "trend", "walk"] {
            let (mut ours, mut naive) = (0.0, 0.0);
            for _ in 0..30 {
                let (slope, noise) = (
                    if shape == "trend" {
                        60.0 * (uniform() - 0.3) / season as f64
                    } else {
                        0.0
                    },
                    8.0 * uniform(),
                );
                let mut level = 200.0;
                let values: Vec<f64> = (0..season * (seasons + 1))
                    .map(|t| {
                        level += slope
                            + if shape == "walk" {
                                6.0 * (uniform() - 0.5)
                            } else {
                                0.0
                            };
                        let wave = 40.0
                            * (std::f64::consts::TAU * (t % season) as f64 / season as f64).sin();
                        level + wave + noise * (uniform() + uniform() + uniform() - 1.5)
                    })
                    .collect();
                let (past, later) = values.split_at(season * seasons);
                let off = |method: Method| {
                    let fit = forecast::fit(past, method, season).expect("a fit");
                    let found = fit.forecast(season, &[], false, 1).expect("a forecast");
                    found
                        .mean
                        .iter()
                        .zip(later)
                        .map(|(a, b)| (a - b).abs())
                        .sum::<f64>()
                };
                ours += off(Method::Auto);
                naive += off(Method::SeasonalNaive);
            }
            // Of two seasons one origin tells little.
            let most = if seasons == 2 { 1.05 } else { 1.0 };
            assert!(
                ours <= most * naive,
                "{shape}, {seasons} seasons of {season}: {:.3} of seasonal naive's error",
                ours / naive
            );
        }
    }
}

/// Of the two hours of one name in autumn the second is the next place of a method without a season, not one a day on.
#[test]
fn the_second_hour_of_one_name() {
    // 2026-09-20 00:00 in Berlin, hours up to the first 02:00 of 25 October.
    let index = TimeIndex {
        first: (9_759 * 24 - 2) * DAY / 24,
        step: TimeStep::Micros(DAY / 24),
        zone: "Europe/Berlin".into(),
    };
    let values: Vec<f64> = (0..843).map(|i| 1000.0 + f64::from(i)).collect();
    for (method, near) in [("drift", 1843.0), ("holt", 1843.0), ("naive", 1842.0)] {
        let fit = forecast::fit_on(
            Some(index.clone()),
            &values,
            None,
            Method::parse(method).expect("a method"),
            168,
        )
        .expect("a fit");
        let found = fit.forecast(3, &[0.95], false, 1).expect("a forecast");
        assert!(
            found.mean.iter().all(|m| (m - near).abs() < 3.0),
            "{method}: {:?}",
            found.mean
        );
        let width = |k: usize| found.upper[k][0] - found.lower[k][0];
        assert!(width(0) <= width(1) + 1e-9, "{method}");
    }
    // A fit of the first layout, or from before a zone's rules changed, does not have as many places: it goes on.
    let fit = forecast::fit_on(
        Some(index),
        &values,
        None,
        Method::parse("naive").expect("a method"),
        24,
    )
    .expect("a fit");
    let mut old = fit.to_json();
    for (key, value) in [("n", 840), ("steps", 843)] {
        old[key] = value.into();
    }
    old["parts"][0][1]["seasonal_naive"]["n"] = 840.into();
    let mut old = Fit::from_json(&old.to_string()).expect("a fit");
    assert!(old.update(&[1.0, 2.0, 3.0]).is_ok());
    assert_eq!(
        old.forecast(1, &[], false, 1).expect("a forecast").mean,
        [3.0]
    );
}

/// Every method by name that a zero might turn.
const METHODS: [&str; 20] = [
    "auto",
    "ets",
    "MAM",
    "MNA",
    "MAdN",
    "MNN",
    "MNM",
    "AAA",
    "ANN",
    "holt_winters",
    "holt_winters_multiplicative",
    "holt_winters_multiplicative_damped",
    "holt",
    "ses",
    "theta",
    "dynamic_theta",
    "seasonal_naive",
    "weekday_mean",
    "drift",
    "naive",
];

fn ahead(values: &[f64], name: &str, horizon: usize) -> Vec<f64> {
    let method = Method::parse(name).expect("a method");
    let fit = forecast::fit(values, method, 7).expect("a fit");
    fit.forecast(horizon, &[], false, 1)
        .expect("a forecast")
        .mean
}

/// The largest distance of two forecasts.
fn apart(a: &[f64], b: &[f64]) -> f64 {
    a.iter()
        .zip(b)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f64::max)
}

const SHARES: [f64; 7] = [1.6, 1.3, 1.1, 1.0, 0.9, 0.6, 0.5];

/// Twenty weeks of a pattern that is multiplied.
fn multiplied(level: impl Fn(f64) -> f64, n: usize) -> Vec<f64> {
    (0..n).map(|t| level(t as f64) * SHARES[t % 7]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// A value that becomes 0 moves a forecast as one that becomes 0.001 does, for every method, in series with a pattern
    /// that is multiplied or added, with a trend or without, among other zeros, and of a fit that is brought forward.
    #[test]
    fn one_zero(
        noise in prop::collection::vec(-1.0..1.0f64, 84..150), slope in -0.5..1.0f64, spread in 0.01..0.3f64, adds: bool,
        place in any::<prop::sample::Index>(), others in prop::collection::vec(any::<prop::sample::Index>(), 0..3), late: bool,
    ) {
        let mut values: Vec<f64> = noise.iter().enumerate().map(|(t, e)| {
            let level = 100.0 + slope * t as f64;
            let plain = if adds { level + 40.0 * (SHARES[t % 7] - 1.0) } else { level * SHARES[t % 7] };
            plain * (1.0 + spread * e)
        }).collect();
        for other in &others {
            let at = other.index(values.len());
            values[at] = 0.0;
        }
        let at = if late { values.len() - 1 } else { place.index(values.len()) };
        let with = |y: f64| {
            let mut changed = values.clone();
            changed[at] = y;
            changed
        };
        for name in METHODS {
            let plain = ahead(&values, name, 14);
            let (zero, small) = (ahead(&with(0.0), name, 14), ahead(&with(0.001), name, 14));
            // Peaks of like height may be taken in turn: AAA went from 72 to -3 and to -19 for a last value of 0.001 and of 0.
            let most = 1.5 * apart(&small, &plain) + 2.0;
            prop_assert!(apart(&zero, &plain) <= most, "{name}: {zero:?} {small:?} {plain:?}");
            let mut fit = forecast::fit(&values, Method::parse(name).expect("a method"), 7).expect("a fit");
            let mut other = fit.clone();
            fit.update(&[0.0]).expect("an update");
            other.update(&[0.001]).expect("an update");
            let of = |fit: &Fit| fit.forecast(7, &[], false, 1).expect("a forecast").mean;
            prop_assert!(apart(&of(&fit), &of(&other)) <= 2.0, "{name}: {:?} {:?}", of(&fit), of(&other));
        }
    }
}

/// The pattern goes on as 160 to 50 on growing and falling levels, one zero in twenty weeks or none. Limits are those of a
/// zero nine days before the end, which is the latest tried, and of models whose season follows the values: `ets` takes
/// the day of the zero from 57 to 37 there, with 0.001 in its place too.
#[test]
fn one_zero_of_a_multiplied_week() {
    for (what, level) in [
        ("growing", (|t: f64| 30.0 + 0.5 * t) as fn(f64) -> f64),
        ("falling", |t: f64| 240.0 - t),
    ] {
        let values = multiplied(level, 140);
        let wanted = &multiplied(level, 147)[140..];
        for (name, most) in [
            ("theta", 9.0),
            ("dynamic_theta", 9.0),
            ("holt_winters_multiplicative", 15.0),
            ("MAM", 3.0),
            ("ets", 22.0),
            ("auto", 12.0),
        ] {
            let (mut off, mut between) = (0.0, 0.0);
            for at in [3, 70, 100, 120, 131] {
                let mut changed = values.clone();
                changed[at] = 0.0;
                let found = ahead(&changed, name, 7);
                changed[at] = 0.001;
                let small = ahead(&changed, name, 7);
                off = apart(&found, wanted).max(off);
                between = apart(&found, &small).max(between);
                println!("{what} {name} {at}: {found:.1?} of {wanted:.1?}");
            }
            println!("{what} {name}: {off:.2} {between:.4}");
            assert!(between < 0.01, "{what} {name}: {between}");
            assert!(off < most, "{what} {name}: {off}");
        }
    }
}

/// A day of the week on which nothing ever comes, or next to nothing, is closed: forecast as about 0, and without weight on the
/// other days.
#[test]
fn a_closed_weekday() {
    let open = |t: usize| t % 7 != 6;
    let level = |t: f64| 30.0 + 0.5 * t;
    let wanted: Vec<f64> = multiplied(level, 147)[140..]
        .iter()
        .enumerate()
        .map(|(t, y)| if open(t) { *y } else { 0.0 })
        .collect();
    for odd in [None, Some((69, 3.0)), Some((40, 0.0)), Some((69, 0.001))] {
        let mut values: Vec<f64> = multiplied(level, 140)
            .iter()
            .enumerate()
            .map(|(t, y)| if open(t) { *y } else { 0.0 })
            .collect();
        if let Some((at, y)) = odd {
            values[at] = y;
        }
        for name in [
            "theta",
            "dynamic_theta",
            "auto",
            "ets",
            "MAM",
            "holt_winters_multiplicative",
        ] {
            let found = ahead(&values, name, 7);
            println!("{odd:?} {name}: {found:.1?} of {wanted:.1?}");
            assert!(apart(&found, &wanted) < 5.0, "{odd:?} {name}: {found:?}");
            let method = Method::parse(name).expect("a method");
            let mut fit = forecast::fit(&values, method, 7).expect("a fit");
            fit.update(&wanted).expect("an update");
            let mut busy = wanted.clone();
            busy[6] = 80.0;
            fit.update(&busy).expect("an update");
            let next = fit.forecast(7, &[0.9], false, 1).expect("a forecast");
            assert!(
                next.mean.iter().all(|m| (-1.0..200.0).contains(m)),
                "{odd:?} {name}: {:?}",
                next.mean
            );
        }
    }
}

/// Many zeros: what multiplies is not asked for, and the method says why; whichever season fits is taken out.
#[test]
fn many_zeros() {
    let said = |values: &[f64], name: &str| {
        forecast::fit(values, Method::parse(name).expect("a method"), 7)
            .expect("a fit")
            .method
    };
    let mut values = multiplied(|t| 100.0 + t, 140);
    for t in (3..140).step_by(9) {
        values[t] = 0.0;
    }
    assert!(said(&values, "MAM").contains("more than 5 % of the values are 0"));
    let wanted = &multiplied(|t| 100.0 + t, 147)[140..];
    let found = ahead(&values, "theta", 7);
    println!("{found:?} of {wanted:?}");
    assert!(found[0] / found[6] > 2.5, "{found:?}");
    let closed: Vec<f64> = (0..400)
        .map(|t| {
            if t % 24 == 3 {
                0.0
            } else {
                50.0 + (t % 24) as f64 + (t * 7 % 11) as f64
            }
        })
        .collect();
    let fit = forecast::fit(&closed, Method::parse("MAM").expect("a method"), 24).expect("a fit");
    assert!(
        fit.method.contains("a place of the season is always 0"),
        "{}",
        fit.method
    );
    values[5] = -1.0;
    assert!(said(&values, "MAM").contains("not above zero"));
}
