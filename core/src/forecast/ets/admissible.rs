//! The admissible region: where the influence of past values on a forecast fades.

use super::Params;
use crate::forecast::model::Season;

/// Whether forecasts of a seasonal model depend less and less on values of the distant past.
///
/// With B for a step back, (1 - phi B)(1 - B^m) y = theta(B) e, where theta = (1 - phi B)(1 - B^m) + (alpha (1 - phi B)
/// B + phi beta B) (1 + B + ... + B^(m-1)) + gamma B^m (1 - phi B); past values fade where its roots lie outside the
/// unit circle. That is the polynomial of Hyndman, Akram and Archibald ("The admissible parameter space for
/// exponential smoothing models", 2008) for the recursion used here, whose trend is damped before it is added: phi beta
/// stands where they, and R, have beta. Decided by the step-down recursion of Schur and Cohn, which finds no roots.
/// Taken for multiplicative seasons too, as R does. Models without a season have none of it here.
pub fn is_admissible(p: &Params, trend: bool, season: Season) -> bool {
    let m = p.state.season.len();
    if season == Season::None || m < 2 {
        return true;
    }
    // Without a trend nothing is carried on, which is the same polynomial with phi and beta 0.
    let (phi, beta) = if trend { (p.phi, p.beta) } else { (0.0, 0.0) };
    let (alpha, gamma) = (p.alpha, p.gamma);
    let middle = alpha + phi * beta - alpha * phi;
    let mut c = vec![middle; m + 2];
    c[0] = phi * (1.0 - alpha - gamma);
    c[1] = middle + gamma - 1.0;
    c[m] = alpha + phi * beta - phi;
    c[m + 1] = 1.0;
    while c.len() > 1 {
        let last = c.len() - 1;
        let k = c[0] / c[last];
        if k.is_nan() || k.abs() >= 1.0 {
            return false;
        }
        let lower: Vec<f64> = (0..last).map(|i| c[i + 1] - k * c[last - 1 - i]).collect();
        c = lower;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    fn params(alpha: f64, beta: f64, gamma: f64, phi: f64, m: usize) -> Params {
        Params {
            alpha,
            beta,
            gamma,
            phi,
            state: State {
                level: 0.0,
                trend: 0.0,
                season: vec![0.0; m],
            },
        }
    }

    /// How much of a shock is left of the mean of the next value, after many values of zero.
    fn left(p: &Params, steps: usize) -> f64 {
        let m = p.state.season.len();
        let (mut l, mut b, mut s) = (1.0, 0.3, p.state.season.clone());
        s[0] = -0.7;
        let mut largest = 0.0f64;
        for t in 0..steps {
            let q = l + p.phi * b;
            let mu = q + s[t % m];
            (l, b) = (q - p.alpha * mu, p.phi * b - p.beta * mu);
            s[t % m] -= p.gamma * mu;
            if !mu.is_finite() {
                return f64::INFINITY;
            }
            if t + 2 * m >= steps {
                largest = largest.max(mu.abs());
            }
        }
        largest
    }

    #[test]
    fn shocks_fade_within_the_region_only() {
        let (mut inside, mut outside) = (0, 0);
        for m in [2, 4, 7, 12] {
            for alpha in [0.05, 0.4, 0.8, 1.2, 1.7] {
                for gamma in [0.0001, 0.1, 0.55, 0.9, 1.3, 1.8] {
                    for (beta, phi, trend) in
                        [(0.0, 0.0, false), (0.03, 1.0, true), (0.3, 0.9, true)]
                    {
                        let p = params(alpha, beta, gamma, phi, m);
                        let found = is_admissible(&p, trend, Season::Additive);
                        let kept = left(&p, 200 * m) / left(&p, 20 * m).clamp(1e-300, 1e300);
                        if kept < 1e-3 {
                            assert!(found, "{p:?} {kept}");
                            inside += 1;
                        } else if kept > 10.0 {
                            assert!(!found, "{p:?} {kept}");
                            outside += 1;
                        }
                    }
                }
            }
        }
        assert!(inside > 80 && outside > 80, "{inside} {outside}");
    }
}
