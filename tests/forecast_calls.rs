//! Rolling back-tests on the calls of a bank's centre in 1999, read from `../shared` where that is.

#[path = "support/forecasting.rs"]
mod support;

use forecast::Method;
use forecast::backtest::Plan;
use support::shared;
use support::slaops::*;

#[test]
fn calls_of_1999() {
    let Some(text) = shared("data/callcenter_1999_daily.csv") else {
        return;
    };
    let calls: Vec<f64> = text
        .lines()
        .skip(1)
        .filter_map(|l| l.split(',').nth(1)?.parse().ok())
        .collect();
    assert_eq!(calls.len(), 365);
    let names = [
        "auto",
        "ets",
        "holt_winters",
        "holt_winters_multiplicative",
        "theta",
        "dynamic_theta",
        "seasonal_naive",
        "weekday_mean",
    ];
    let methods = names.map(|n| Method::parse(n).expect("a method"));
    for (horizon, folds) in [(7, 30), (14, 15), (28, 8)] {
        let plan = Plan {
            season: 7,
            horizon,
            folds,
            hours: None,
            seed: 1,
        };
        for s in plan.run(&calls, &methods).expect("scores") {
            println!(
                "{horizon:3} {:28} mase {:.3} smape {:.2} rmse {:.1} c80 {:.3} c95 {:.3} {}",
                s.method,
                s.mase.unwrap_or(f64::NAN),
                s.smape,
                s.rmse,
                s.coverage[0],
                s.coverage[1],
                s.note
            );
        }
    }
}
