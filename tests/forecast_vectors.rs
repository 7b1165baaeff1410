//! Fits and forecasts of other people's tools: read from `../shared`, which a fresh clone has not.

#[path = "support/forecasting.rs"]
mod support;

use forecast::estimate::{self, Options};
use forecast::model::{Model, Noise};
use serde_json::Value;
use support::shared;
use support::slaops::*;

fn vectors() -> Option<Value> {
    shared("vectors/forecast.json.gz").map(|t| serde_json::from_str(&t).expect("JSON"))
}

fn numbers(value: &Value) -> Vec<f64> {
    let list = value
        .as_array()
        .map(|l| l.iter().map(|v| v.as_f64().unwrap_or(f64::NAN)).collect());
    list.unwrap_or_default()
}

/// A model as the vectors write it: `AAAd` is additive noise, trend and season, the trend damped.
fn model(name: &str) -> Model {
    let damped = name.len() == 4;
    let d = if damped { "d" } else { "" };
    Model::parse(&format!("{}{d}{}", &name[..2], &name[2..3])).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn likelihoods() {
    let Some(all) = vectors() else { return };
    let (mut worst, mut short, mut pairs) = (0.0f64, 0, 0);
    for (series, facts) in all["series"].as_object().expect("series") {
        let values = numbers(&facts["data"]);
        let period = facts["m"].as_u64().expect("m") as usize;
        for (name, fit) in facts["ets"].as_object().expect("ets") {
            let best = comparable(fit);
            let start = std::time::Instant::now();
            let found = estimate::fit(model(name), period, &values, &Options::LIKELIHOOD);
            let took = start.elapsed().as_secs_f64() * 1e3;
            if let Some(e) = &found
                && best - e.log_likelihood() > 0.05
            {
                let p = &e.params;
                println!(
                    "   {:.5} {:.5} {:.5} {:.4} {:?}",
                    p.alpha, p.beta, p.gamma, p.phi, p.state
                );
            }
            let found = found.map_or(f64::NEG_INFINITY, |e| e.log_likelihood());
            let lack = best - found;
            println!(
                "{series:14} {name:5} {found:12.4} best {best:12.4} lack {lack:8.4} {took:6.2} ms"
            );
            worst = worst.max(lack);
            short += usize::from(lack > 0.05);
            pairs += 1;
        }
        for (name, fit) in facts["holt_winters_statsmodels"].as_object().expect("hw") {
            let Some(best) = fit["best_known_sse_any_tool"].as_f64() else {
                continue;
            };
            let full = Model {
                noise: Noise::Additive,
                ..Model::parse(&format!("M{name}")).unwrap_or_else(|e| panic!("{name} {e}"))
            };
            let found = estimate::fit(full, period, &values, &Options::LEAST_SQUARES);
            let found = found.map_or(f64::INFINITY, |e| e.sums.sse);
            println!(
                "{series:14} HW {name:5} {found:14.6} best {best:14.6} ratio {:9.6}",
                found / best
            );
        }
    }
    println!("{short} of {pairs} short by more than 0.05, the worst by {worst}");
}

/// The best log-likelihood that a tool reached by the same recursion.
fn comparable(fit: &Value) -> f64 {
    let other = fit["statsmodels"]["recursion"]
        .as_str()
        .is_some_and(|r| r.starts_with("NONSTANDARD"));
    let all = fit["best_known"]["all"].as_object().expect("all");
    let same = all
        .iter()
        .filter(|(tool, _)| !(other && *tool == "statsmodels"));
    same.filter_map(|(_, v)| v.as_f64())
        .fold(f64::NEG_INFINITY, f64::max)
}
