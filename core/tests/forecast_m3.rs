//! Accuracy on the series of the M3 competition, which are read from `../shared` where that is.
//!
//! The measure is the M4 competition's OWA: the mean of sMAPE and MASE, each over that of Naive2, the last value
//! with the season that a decomposition finds.

use crate::support::forecasting::shared;
use slaops_core::forecast;
use slaops_core::forecast::{Method, decompose};

struct Series {
    period: usize,
    values: Vec<f64>,
    later: Vec<f64>,
}

fn read(group: &str) -> Option<Vec<Series>> {
    let text = shared(&format!("data/m3/m3_{group}.txt.gz"))?;
    let numbers = |t: &str| t.split(',').map(|v| v.parse().expect("a number")).collect();
    let series = |line: &str| {
        let fields: Vec<&str> = line.split(';').collect();
        Series {
            period: fields[1].parse().expect("a period"),
            values: numbers(fields[3]),
            later: numbers(fields[4]),
        }
    };
    Some(text.lines().map(series).collect())
}

/// sMAPE in percent and MASE of a forecast.
fn errors(series: &Series, forecast: &[f64]) -> [f64; 2] {
    let h = series.later.len() as f64;
    let pairs = || series.later.iter().zip(forecast);
    let one = |(y, f): (&f64, &f64)| 200.0 * (y - f).abs() / (y.abs() + f.abs());
    let smape = pairs().map(one).sum::<f64>() / h;
    let steps = series.values.iter().zip(&series.values[series.period..]);
    let scale: f64 = steps.map(|(a, b)| (a - b).abs()).sum::<f64>();
    let scale = scale / (series.values.len() - series.period) as f64;
    let off = pairs().map(|(y, f)| (y - f).abs()).sum::<f64>() / h;
    [smape, off / scale]
}

fn naive2(series: &Series) -> Vec<f64> {
    let (y, m, h) = (&series.values, series.period, series.later.len());
    let last = y[y.len() - 1];
    if !decompose::is_seasonal(y, m) {
        return vec![last; h];
    }
    let s = decompose::indices(y, m, true);
    let plain = last / s[(y.len() - 1) % m];
    (0..h).map(|k| plain * s[(y.len() + k) % m]).collect()
}

fn forecast(series: &Series, method: Method) -> Vec<f64> {
    let fit = forecast::fit(&series.values, method, series.period).expect("a fit");
    fit.forecast(series.later.len(), &[], false, 1)
        .expect("a forecast")
        .mean
}

/// OWA of each method over every `every`th series of a group.
fn owa(group: &str, methods: &[Method], every: usize) -> Option<Vec<f64>> {
    let all = read(group)?;
    let mut sums = vec![[0.0; 2]; methods.len() + 1];
    for series in all.iter().step_by(every) {
        let mut add = |i: usize, forecast: &[f64]| {
            let e = errors(series, forecast);
            sums[i] = [sums[i][0] + e[0], sums[i][1] + e[1]];
        };
        add(0, &naive2(series));
        for (i, method) in methods.iter().enumerate() {
            add(i + 1, &forecast(series, *method));
        }
    }
    let of = |s: &[f64; 2]| (s[0] / sums[0][0] + s[1] / sums[0][1]) / 2.0;
    Some(sums[1..].iter().map(of).collect())
}

/// `auto` is at least as good as R's best on each group. Every fifth series, whose figures are near those of all,
/// unless SLAOPS_M3=all.
#[test]
fn auto_on_m3() {
    let whole = std::env::var("SLAOPS_M3").is_ok_and(|v| v == "all");
    let every = if whole { 1 } else { 5 };
    let started = std::time::Instant::now();
    for (group, most) in [
        ("yearly", 0.878),
        ("quarterly", 0.928),
        ("monthly", 0.838),
        ("other", 0.636),
    ] {
        let mut methods = vec![Method::Auto, Method::SeasonalNaive];
        if whole {
            methods.extend([Method::Theta, Method::DynamicTheta, Method::Ets]);
        }
        let Some(found) = owa(group, &methods, every) else {
            return;
        };
        println!("{group}: {found:.4?} after {:?}", started.elapsed());
        if whole {
            assert!(found[0] <= most, "{group}: OWA {}", found[0]);
        }
        assert!(
            found[0] <= 1.02 * found[1],
            "{group}: worse than seasonal naive"
        );
    }
}
