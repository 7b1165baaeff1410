//! Rolling back-tests on the calls of a bank's center in 1999, read from `../shared` where that is.

use crate::support::forecasting::shared;
use slaops_core::business_time;
use slaops_core::calendar;
use slaops_core::forecast::Method;
use slaops_core::forecast::backtest::{Plan, Score};
use slaops_core::forecast::time_index::{TimeIndex, TimeStep};

/// The center's hours: closed on the year's public holidays, and on their eves open as on Fridays.
const HOURS: &str = "Su-Th 07:00-24:00; Fr 07:00-14:00; Sa 19:00-24:00; \
    1999 Apr 01,1999 Apr 07,1999 Apr 21,1999 May 21,1999 Sep 11,1999 Sep 12,1999 Sep 20,1999 Sep 25,1999 Oct 02 off; \
    1999 Mar 31,1999 Apr 06,1999 May 20,1999 Sep 19 07:00-14:00 @ Asia/Jerusalem";

fn calls() -> Option<Vec<f64>> {
    let text = shared("data/callcenter_1999_daily.csv")?;
    let field = |line: &str| line.split(',').nth(1)?.parse().ok();
    Some(text.lines().skip(1).filter_map(field).collect())
}

/// Open hours of each day of the year.
fn open_hours(days: usize) -> Vec<f64> {
    let calendar: calendar::Calendar = HOURS.parse().expect("a calendar");
    let timeline = business_time::Timeline::new(business_time::Source::new(&calendar));
    // 1999-01-01 00:00 in Jerusalem.
    let index = TimeIndex {
        first: -(365 * 24 + 2) * 3_600_000_000,
        step: TimeStep::Days(1),
        zone: "Asia/Jerusalem".into(),
    };
    let at = |k| index.at(k).expect("an instant");
    (0..days)
        .map(|k| timeline.minutes(at(k), at(k + 1)) / 60.0)
        .collect()
}

fn scores(calls: &[f64], hours: Option<&[f64]>, methods: &[&str], horizon: usize) -> Vec<Score> {
    let plan = Plan {
        season: Some(7),
        horizon,
        folds: 210 / horizon,
        hours,
        index: None,
        seed: 1,
    };
    let methods: Vec<Method> = methods
        .iter()
        .map(|n| Method::parse(n).expect("a method"))
        .collect();
    let scores = plan.run(calls, &methods).expect("scores");
    for s in &scores {
        let by = if hours.is_some() { "by hours" } else { "" };
        let mase = s.mase.unwrap_or(f64::NAN);
        let [c80, c95] = s.coverage.map(|c| c.unwrap_or(f64::NAN));
        let rmse = s.rmse.unwrap_or(f64::NAN);
        println!(
            "{horizon:3} {:16} {by:9} mase {mase:.3} rmse {rmse:.0} coverage {c80:.3} {c95:.3}",
            s.method
        );
    }
    scores
}

#[test]
fn calls_of_1999() {
    let Some(calls) = calls() else { return };
    assert_eq!(calls.len(), 365);
    let hours = open_hours(calls.len());
    for horizon in [7, 14, 28] {
        let plain = scores(
            &calls,
            None,
            &["auto", "holt_winters", "weekday_mean", "seasonal_naive"],
            horizon,
        );
        let open = scores(&calls, Some(&hours), &["auto"], horizon);
        let mase = |s: &Score| s.mase.expect("a scale");
        let rmse = |s: &Score| s.rmse.expect("an error");
        // `auto` errs a sixth less than the last week again; hours take off a tenth of the large errors, which are
        // the holidays'.
        assert!(mase(&plain[0]) < 0.85 * mase(&plain[3]));
        assert!(mase(&open[0]) < mase(&plain[0]) && rmse(&open[0]) < 0.9 * rmse(&plain[0]));
        for s in [&plain[0], &open[0]] {
            let held = s.coverage[1].expect("a coverage");
            assert!((0.9..=0.99).contains(&held), "{}: {held}", s.method);
        }
    }
}

/// Beside the last week again: several horizons over the latest 210 days, and parts of the year by ten days, as one year's
/// back-test may lie where another's does not.
#[test]
fn auto_beside_the_last_week() {
    let Some(calls) = calls() else { return };
    let score = |days: &[f64], folds: usize, horizon: usize| {
        let plan = Plan {
            season: Some(7),
            horizon,
            folds,
            hours: None,
            index: None,
            seed: 1,
        };
        let methods = [Method::Auto, Method::SeasonalNaive];
        let found = plan.run(days, &methods).expect("scores");
        assert_eq!(found[0].folds, folds);
        let [auto, last] = [0, 1].map(|i: usize| found[i].mase.expect("a scale"));
        println!(
            "{:3} days {folds:2}x{horizon:2}: auto {auto:.4}, the last week {last:.4}",
            days.len()
        );
        (auto, last)
    };
    for (folds, horizon) in [(30, 7), (21, 10), (15, 14), (10, 21), (7, 28)] {
        let (auto, last) = score(&calls, folds, horizon);
        assert!(auto < 0.85 * last, "{folds}x{horizon}: {auto} {last}");
    }
    for days in [165, 215, 265, 315, 365] {
        let (auto, last) = score(&calls[..days], 10, 10);
        assert!(auto < last, "{days}: {auto} {last}");
    }
}
