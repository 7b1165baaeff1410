//! Seasons found in the hourly series of the M4 competition, and accuracy with them: read from `data/m4` of the shared
//! directory, `Hourly-train.csv` and `Hourly-test.csv` of github.com/Mcompetitions/M4-methods, where they are.

use crate::support::forecasting::{errors, naive2, shared};
use slaops_core::forecast::{self, Method, detect};

fn read(name: &str) -> Option<Vec<Vec<f64>>> {
    let text = shared(&format!("data/m4/Hourly-{name}.csv"))?;
    let number = |f: &str| f.trim_matches('"').parse::<f64>().ok();
    let row = |line: &str| line.split(',').skip(1).map_while(number).collect();
    Some(text.lines().skip(1).map(row).collect())
}

/// Every sixth series, or all with SLAOPS_M4=all: OWA with the season found, with a day and with none.
#[test]
fn seasons_of_m4_hours() {
    let (Some(train), Some(later)) = (read("train"), read("test")) else {
        return;
    };
    let whole = std::env::var("SLAOPS_M4").is_ok_and(|v| v == "all");
    let found: Vec<usize> = train.iter().map(|y| detect::season(y)).collect();
    let count = |wanted: usize| found.iter().filter(|s| **s == wanted).count();
    println!(
        "{} of a day, {} of a week, {} of none, of {}",
        count(24),
        count(168),
        count(1),
        found.len()
    );
    assert!(count(24) + count(168) >= 380);
    let mut sums = [[0.0; 2]; 4];
    for i in (0..train.len()).step_by(if whole { 1 } else { 6 }) {
        let mut add = |k: usize, list: &[f64]| {
            let e = errors(&train[i], &later[i], 24, list);
            sums[k] = [sums[k][0] + e[0], sums[k][1] + e[1]];
        };
        add(0, &naive2(&train[i], 24, later[i].len()));
        for (k, season) in [found[i], 24, 1].into_iter().enumerate() {
            let fit = forecast::fit(&train[i], Method::Auto, season).expect("a fit");
            let list = fit
                .forecast(later[i].len(), &[], false, 1)
                .expect("a forecast");
            add(k + 1, &list.mean);
        }
    }
    let owa = |s: &[f64; 2]| (s[0] / sums[0][0] + s[1] / sums[0][1]) / 2.0;
    let owa: Vec<f64> = sums[1..].iter().map(owa).collect();
    println!(
        "OWA with the season found {:.3}, of a day {:.3}, none {:.3}",
        owa[0], owa[1], owa[2]
    );
    assert!(owa[0] <= owa[1]);
}
