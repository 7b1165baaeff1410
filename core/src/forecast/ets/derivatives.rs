//! The likelihood's exact derivatives: those of every state are carried forward with the states.

use super::{ALPHA, LEVEL, Layout, Params, Problem, Sums};
use crate::forecast::model::{Noise, Season};

/// Value, gradient and an approximate Hessian (the expected information) of minus the log-likelihood.
pub struct Derivatives {
    pub value: f64,
    pub gradient: Vec<f64>,
    /// Rows of `gradient.len()`.
    pub hessian: Vec<f64>,
}

/// Minus the log-likelihood with its derivatives, by carrying the derivatives of all states forward.
pub fn derivatives(
    problem: &Problem,
    layout: &Layout,
    p: &Params,
    floor: f64,
) -> Option<Derivatives> {
    // A row's length is fixed when compiled, so that its loops become straight vector code.
    match layout.size() {
        0..=4 => pass::<4>(problem, layout, p, floor),
        5..=8 => pass::<8>(problem, layout, p, floor),
        9..=12 => pass::<12>(problem, layout, p, floor),
        13..=16 => pass::<16>(problem, layout, p, floor),
        17..=20 => pass::<20>(problem, layout, p, floor),
        21..=32 => pass::<32>(problem, layout, p, floor),
        _ => pass::<MOST>(problem, layout, p, floor),
    }
}

/// The most numbers that are searched; longer seasons keep their first estimates.
pub const MOST: usize = 64;
/// Rows of derivatives that are multiplied at a time.
const BATCH: usize = 4;

fn pass<const P: usize>(
    problem: &Problem,
    layout: &Layout,
    p: &Params,
    floor: f64,
) -> Option<Derivatives> {
    let (model, period) = (problem.model, problem.period);
    let relative = model.noise == Noise::Multiplicative;
    let (trend, beta, phi, gamma) = (layout.trend(), layout.beta(), layout.phi(), layout.gamma());
    let share = |part: f64, of: f64| if of > 0.0 { part / of } else { 0.0 };
    let beta_share = share(p.beta, p.alpha);
    let room = layout.room(p.alpha);
    // What gamma loses as alpha grows.
    let gamma_share = if layout.wide {
        0.0
    } else {
        share(p.gamma, room)
    };

    // Derivatives of level, trend and seasons by each number.
    let (mut dl, mut db) = ([0.0; P], [0.0; P]);
    let mut ds = vec![[0.0; P]; if gamma.is_some() { period } else { 1 }];
    dl[LEVEL] = 1.0;
    if let Some(t) = trend {
        db[t] = 1.0;
    }
    if layout.seasons && gamma.is_some() {
        let first = layout.first_season();
        for i in 0..period - 1 {
            ds[i][first + i] = 1.0;
            ds[period - 1][first + i] = -1.0;
        }
    }
    let mut state = p.state.clone();
    let mut sums = Sums::default();
    let (mut by_error, mut by_mean) = ([0.0; P], [0.0; P]);
    let mut hessian = [[0.0; P]; P];
    let mut rows = [[0.0; P]; BATCH];
    let mut held = 0;
    let mut at = 0;
    for (t, y) in problem.values.iter().enumerate() {
        // A step with 64 numbers takes some 2 microseconds.
        if t % 4_096 == 0 {
            crate::interrupt::check();
        }
        let (level, slope) = (state.level, state.trend);
        let q = level + p.phi * slope;
        let s = if gamma.is_some() {
            state.season[at]
        } else {
            0.0
        };
        if model.season == Season::Multiplicative && !(s > 0.0 && q > 0.0) {
            return None;
        }
        let (mu, e) = state.step(model, p, at, *y);
        if relative && (mu <= 0.0 || mu.is_nan()) {
            return None;
        }
        let known = !y.is_nan();
        let on = if known { 1.0 } else { 0.0 };
        let (a, b, g) = (on * p.alpha, on * p.beta, on * p.gamma);
        if let Some(f) = phi {
            // So that phi * db is the derivative of phi * trend.
            db[f] += slope / p.phi;
        }
        let mut dmu = [0.0; P];
        let ds_at = &mut ds[if gamma.is_some() { at } else { 0 }];
        let (mut w, mut u) = (e, e);
        if model.season == Season::Multiplicative {
            (w, u) = (e / s, e / q);
            let (is, iq) = (1.0 / s, 1.0 / q);
            let (ws, uq) = (w * is, u * iq);
            for k in 0..P {
                let carried = p.phi * db[k];
                let dq = dl[k] + carried;
                dmu[k] = dq * s + q * ds_at[k];
                let dw = -dmu[k] * is - ws * ds_at[k];
                let du = -dmu[k] * iq - uq * dq;
                dl[k] = dq + a * dw;
                db[k] = carried + b * dw;
                ds_at[k] += g * du;
            }
        } else {
            for k in 0..P {
                let carried = p.phi * db[k];
                let dq = dl[k] + carried;
                dmu[k] = dq + ds_at[k];
                dl[k] = dq - a * dmu[k];
                db[k] = carried - b * dmu[k];
                ds_at[k] -= g * dmu[k];
            }
        }
        dl[ALPHA] += w;
        if let Some(i) = beta {
            db[ALPHA] += w * beta_share;
            db[i] += w * p.alpha;
        }
        if let Some(i) = gamma {
            ds_at[ALPHA] -= u * gamma_share;
            ds_at[i] += u * room;
        }
        at += 1;
        if at == period {
            at = 0;
        }
        if !known {
            continue;
        }
        sums.n += 1;
        sums.sse += e * e;
        let (mut r, mut scale) = (e, 1.0);
        if relative {
            let inverse = 1.0 / mu;
            r = e * inverse;
            scale = (1.0 + r) * inverse;
            sums.noise += r * r;
            sums.logs += mu.ln();
            for k in 0..P {
                by_mean[k] += inverse * dmu[k];
            }
        }
        for k in 0..P {
            dmu[k] *= scale;
            by_error[k] -= r * dmu[k];
        }
        rows[held] = dmu;
        held += 1;
        if held == BATCH {
            multiply(&mut hessian, &rows);
            held = 0;
        }
    }
    if held > 0 {
        rows[held..].iter_mut().for_each(|r| *r = [0.0; P]);
        multiply(&mut hessian, &rows);
    }
    if !relative {
        sums.noise = sums.sse;
    }
    let (n, count) = (sums.n as f64, layout.size());
    let squares = sums.noise.max(floor);
    let value = 0.5 * n * squares.ln() + sums.logs;
    let weight = n / squares;
    // Expected information a value: 1 / sigma^2, and 2 more where sigma is in proportion to the mean.
    let information = weight + if relative { 2.0 } else { 0.0 };
    let gradient: Vec<f64> = (0..count)
        .map(|k| weight * by_error[k] + by_mean[k])
        .collect();
    let hessian = (0..count)
        .flat_map(|i| (0..count).map(move |j| (i, j)))
        .map(|(i, j)| information * hessian[i][j])
        .collect::<Vec<f64>>();
    let finite = value.is_finite() && gradient.iter().chain(&hessian).all(|v| v.is_finite());
    finite.then_some(Derivatives {
        value,
        gradient,
        hessian,
    })
}

#[inline(always)]
fn multiply<const P: usize>(into: &mut [[f64; P]; P], rows: &[[f64; P]; BATCH]) {
    for i in 0..P {
        let (a, b, c, d) = (rows[0][i], rows[1][i], rows[2][i], rows[3][i]);
        for j in 0..P {
            into[i][j] += a * rows[0][j] + b * rows[1][j] + (c * rows[2][j] + d * rows[3][j]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{State, value};
    use super::*;
    use crate::forecast::model::Model;

    fn values() -> Vec<f64> {
        let wave = |t: usize| 30.0 + 0.3 * t as f64 + [4.0, -1.0, 2.0, -5.0][t % 4];
        let bent = |t: usize| wave(t) + 1.5 * ((t * t) as f64).sin();
        let mut list: Vec<f64> = (0..40).map(bent).collect();
        list[11] = f64::NAN;
        list
    }

    /// The gradient is that of finite differences, for every model, with a value missing.
    #[test]
    fn gradient() {
        let values = values();
        let mut models: Vec<Model> = Model::family().collect();
        models.extend(["AAM", "AAdM", "ANM"].map(|n| {
            let m = Model::parse(&format!("M{}", &n[1..]));
            Model {
                noise: Noise::Additive,
                ..m.unwrap_or_else(|e| panic!("{e}"))
            }
        }));
        for (model, wide) in models.into_iter().flat_map(|m| [(m, false), (m, true)]) {
            let period = if model.season == Season::None { 1 } else { 4 };
            let problem = Problem {
                model,
                period,
                values: &values,
            };
            let layout = Layout {
                model,
                period,
                seasons: true,
                wide,
            };
            let season = match model.season {
                Season::None => vec![],
                Season::Additive => vec![3.0, -1.0, 2.0, -4.0],
                Season::Multiplicative => vec![1.1, 0.98, 1.05, 0.87],
            };
            let start = Params {
                alpha: 0.3,
                beta: 0.3 * 0.2,
                gamma: 0.7 * 0.15,
                phi: 0.93,
                state: State {
                    level: 29.0,
                    trend: 0.5,
                    season,
                },
            };
            let x = layout.numbers(&start);
            let f = |x: &[f64]| value(&problem, &layout.params(x, &[]), 1e-20);
            let d = derivatives(&problem, &layout, &layout.params(&x, &[]), 1e-20);
            let d = d.unwrap_or_else(|| panic!("{model}"));
            assert!((d.value - f(&x)).abs() < 1e-9);
            for i in 0..x.len() {
                let h = 1e-5 * x[i].abs().max(0.1);
                let (mut up, mut down) = (x.clone(), x.clone());
                up[i] += h;
                down[i] -= h;
                let slope = (f(&up) - f(&down)) / (2.0 * h);
                let off = (slope - d.gradient[i]).abs();
                assert!(
                    off < 1e-4 * slope.abs().max(1.0),
                    "{model} {i}: {slope} {}",
                    d.gradient[i]
                );
            }
        }
    }
}
