//! How many values bounds of `auto` hold: made-up days with outliers and gaps, and the series of the M3 competition.

use crate::support::forecasting::shared;
use slaops_core::forecast::{self, Method};

const LEVELS: [f64; 2] = [0.8, 0.95];

/// A fixed stream of numbers between 0 and 1.
pub struct Numbers(pub u64);

impl Numbers {
    pub fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let mixed = (self.0 ^ (self.0 >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        ((mixed >> 33) as f64 + 0.5) / (1_u64 << 31) as f64
    }

    pub fn normal(&mut self) -> f64 {
        let size = (-2.0 * libm::log(self.next())).sqrt();
        size * libm::cos(std::f64::consts::TAU * self.next())
    }
}

/// Days with the shape of a week, noise, and what the kind names.
fn days(seed: u64, n: usize, kind: &str) -> Vec<f64> {
    let mut numbers = Numbers(7_919 * seed + 13);
    let week = [20.0, 15.0, 8.0, 5.0, 0.0, -25.0, -30.0];
    let one = |t: usize| {
        let mut y = 100.0 + week[t % 7] + 8.0 * numbers.normal();
        let (chance, size, gap) = (numbers.next(), numbers.normal(), numbers.next());
        if kind.contains("peaks") && chance < 0.05 {
            y += 60.0 + 20.0 * size;
        }
        if kind.contains("both sides") && chance < 0.05 {
            y += 60.0 * size;
        }
        if kind.contains("holidays") && chance < 0.03 {
            y = 3.0;
        }
        let missing = (kind.contains("gaps") && gap < 0.15)
            || (kind.contains("outage") && (n / 2..n / 2 + 20).contains(&t));
        if missing { f64::NAN } else { y }
    };
    (0..n).map(one).collect()
}

/// The shares of values that the bounds held.
fn held(series: impl Iterator<Item = (Vec<f64>, Vec<f64>, usize)>) -> [f64; 2] {
    let (mut inside, mut n) = ([0.0; 2], 0.0);
    for (past, later, season) in series {
        let fit = forecast::fit(&past, Method::Auto, season).expect("a fit");
        let found = fit
            .forecast(later.len(), &LEVELS, false, 1)
            .expect("a forecast");
        for (k, y) in later.iter().enumerate().filter(|(_, y)| !y.is_nan()) {
            n += 1.0;
            for (level, sum) in inside.iter_mut().enumerate() {
                let within = found.lower[k][level] <= *y && *y <= found.upper[k][level];
                *sum += f64::from(u8::from(within));
            }
        }
    }
    inside.map(|sum| sum / n)
}

/// Outliers widen neither the bounds of 80 % nor those after gaps, and bounds of 95 % hold what they did.
#[test]
fn outliers_and_gaps() {
    for kind in [
        "nothing",
        "peaks",
        "both sides",
        "holidays",
        "gaps",
        "gaps and peaks",
        "outage and peaks",
        "gaps at the end and peaks",
    ] {
        for n in [182, 365] {
            let one = |seed| {
                let mut past = days(seed, n + 14, kind);
                let later = past.split_off(n);
                if kind.contains("at the end") {
                    past[n - 10..].fill(f64::NAN);
                }
                (past, later, 7)
            };
            let found = held((0..20).map(one));
            println!("{kind}, {n} days: held {found:.3?}");
            assert!((0.75..0.89).contains(&found[0]), "{kind} {n}: {found:?}");
            assert!((0.9..=0.99).contains(&found[1]), "{kind} {n}: {found:?}");
        }
    }
}

/// Short series, of which the models say different things.
#[test]
fn series_of_m3() {
    for (group, least) in [
        ("yearly", [0.7, 0.85]),
        ("quarterly", [0.73, 0.88]),
        ("monthly", [0.78, 0.92]),
        ("other", [0.78, 0.93]),
    ] {
        let Some(text) = shared(&format!("data/m3/m3_{group}.txt.gz")) else {
            return;
        };
        let numbers = |t: &str| t.split(',').map(|v| v.parse().expect("a number")).collect();
        let series = text.lines().step_by(3).map(|line| {
            let fields: Vec<&str> = line.split(';').collect();
            let season = fields[1].parse().expect("a period");
            (numbers(fields[3]), numbers(fields[4]), season)
        });
        let found = held(series);
        println!("{group}: held {found:.3?}");
        for (level, share) in found.iter().enumerate() {
            assert!(*share > least[level] && *share < 0.97, "{group}: {found:?}");
        }
    }
}
