#[path = "support/forecasting.rs"]
mod support;
use forecast::estimate::{self, Options};
use forecast::model::{Model, Season, Trend};
use support::shared;
use support::slaops::*;
use std::fmt::Write;

#[test]
#[ignore]
fn dump() {
    let mut out = String::new();
    let pen: f64 = std::env::var("PEN").map_or(0.0, |v| v.parse().unwrap());
    let t0 = std::time::Instant::now();
    for group in ["yearly", "quarterly", "monthly", "other"] {
        let Some(text) = shared(&format!("data/m3/m3_{group}.txt.gz")) else { return };
        for line in text.lines() {
            let f: Vec<&str> = line.split(';').collect();
            let period: usize = f[1].parse().unwrap();
            let h: usize = f[2].parse().unwrap();
            let values: Vec<f64> = f[3].split(',').map(|v| v.parse().unwrap()).collect();
            let opt = Options { penalty: (pen, pen), ..Options::LIKELIHOOD };
            for model in Model::family() {
                if period == 1 && model.season != Season::None { continue }
                let period = if model.season == Season::None { 1 } else { period };
                let Some(e) = estimate::fit(model, period, &values, &opt) else { continue };
                write!(out, "{group} {} {model} {} {}", f[0], e.aicc(), e.log_likelihood()).unwrap();
                for k in 1..=h { write!(out, " {}", e.mean(values.len(), k)).unwrap(); }
                out.push('\n');
            }
        }
    }
    println!("took {:?}", t0.elapsed());
    std::fs::write(std::env::var("OUT").unwrap(), out).unwrap();
}
