//! Minimizing within bounds: Levenberg and Marquardt's damped steps on an expected Hessian.
//!
//! In an innovations model the second derivatives of an error have mean zero against the error itself, so
//! the Hessian without them is Fisher's information, and steps converge in some ten passes where a
//! quasi-Newton method takes a hundred.

/// What is minimized.
pub trait Target {
    /// Infinite outside the domain.
    fn value(&self, x: &[f64]) -> f64;
    /// Value, gradient and Hessian by rows; None outside the domain.
    fn derivatives(&self, x: &[f64]) -> Option<(f64, Vec<f64>, Vec<f64>)>;
}

/// Lowers the target from `x` in at most `passes` evaluations of derivatives, until a step promises less
/// than `enough`. Returns the value reached; infinite if `x` is outside the domain.
pub fn minimize(
    target: &impl Target,
    x: &mut [f64],
    bounds: &[(f64, f64)],
    passes: usize,
    enough: f64,
) -> f64 {
    let n = x.len();
    let clamp = |v: f64, i: usize| v.max(bounds[i].0).min(bounds[i].1);
    for (i, v) in x.iter_mut().enumerate() {
        *v = clamp(*v, i);
    }
    let Some((mut f, mut g, mut h)) = target.derivatives(x) else {
        return f64::INFINITY;
    };
    let mut damping = 1e-3;
    let mut used = 1;
    'passes: while used < passes {
        // A number at its bound that wants to go beyond stays there.
        let free: Vec<usize> = (0..n)
            .filter(|&i| {
                let (low, high) = bounds[i];
                h[i * n + i] > 0.0 && !(x[i] <= low && g[i] > 0.0 || x[i] >= high && g[i] < 0.0)
            })
            .collect();
        loop {
            let Some(step) = solve(&free, &g, &h, n, damping) else {
                damping = (damping * 10.0).max(1e-6);
                if damping > 1e12 {
                    break 'passes;
                }
                continue;
            };
            let mut trial = x.to_vec();
            for (d, &i) in step.iter().zip(&free) {
                trial[i] = clamp(x[i] + d, i);
            }
            let moved: Vec<f64> = trial.iter().zip(x.iter()).map(|(a, b)| a - b).collect();
            // What the quadratic model promises.
            let mut promise = 0.0;
            for i in 0..n {
                let row: f64 = (0..n).map(|j| h[i * n + j] * moved[j]).sum();
                promise -= moved[i] * (g[i] + 0.5 * row);
            }
            let small = promise.abs() < enough;
            let reached = target.value(&trial);
            if reached < f && !(promise <= 0.0 && small) {
                let gain = f - reached;
                if gain > 0.75 * promise {
                    damping = (damping * 0.1).max(1e-9);
                } else if gain < 0.25 * promise {
                    damping *= 4.0;
                } else {
                    damping *= 0.5;
                }
                let Some(next) = target.derivatives(&trial) else {
                    break 'passes;
                };
                x.copy_from_slice(&trial);
                (f, g, h) = next;
                used += 1;
                if small && gain < enough {
                    break 'passes;
                }
                continue 'passes;
            }
            if small || damping > 1e12 {
                break 'passes;
            }
            damping = (damping * 5.0).max(1e-4);
        }
    }
    f
}

/// The damped step for the free numbers; None if the matrix is not positive definite.
pub fn solve(free: &[usize], g: &[f64], h: &[f64], n: usize, damping: f64) -> Option<Vec<f64>> {
    let m = free.len();
    // Scaled to a unit diagonal, so that the units of values and shares do not matter.
    let scale: Vec<f64> = free.iter().map(|&i| h[i * n + i].sqrt().recip()).collect();
    let mut l = vec![0.0; m * m];
    for i in 0..m {
        for j in 0..=i {
            let mut sum = h[free[i] * n + free[j]] * scale[i] * scale[j];
            if i == j {
                sum += damping;
            }
            for k in 0..j {
                sum -= l[i * m + k] * l[j * m + k];
            }
            if i == j {
                if sum <= 1e-13 || sum.is_nan() {
                    return None;
                }
                l[i * m + i] = sum.sqrt();
            } else {
                l[i * m + j] = sum / l[j * m + j];
            }
        }
    }
    let mut v: Vec<f64> = (0..m).map(|i| -g[free[i]] * scale[i]).collect();
    for i in 0..m {
        for k in 0..i {
            v[i] -= l[i * m + k] * v[k];
        }
        v[i] /= l[i * m + i];
    }
    for i in (0..m).rev() {
        for k in i + 1..m {
            v[i] -= l[k * m + i] * v[k];
        }
        v[i] /= l[i * m + i];
    }
    for (step, s) in v.iter_mut().zip(&scale) {
        *step *= s;
    }
    Some(v)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Valley;

    impl Target for Valley {
        fn value(&self, x: &[f64]) -> f64 {
            100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2)
        }

        fn derivatives(&self, x: &[f64]) -> Option<(f64, Vec<f64>, Vec<f64>)> {
            let (r, s) = (10.0 * (x[1] - x[0] * x[0]), 1.0 - x[0]);
            let g = vec![2.0 * (-20.0 * x[0] * r - s), 20.0 * r];
            let h = vec![
                800.0 * x[0] * x[0] + 2.0,
                -400.0 * x[0],
                -400.0 * x[0],
                200.0,
            ];
            Some((self.value(x), g, h))
        }
    }

    #[test]
    fn valley() {
        let mut x = [-1.2, 1.0];
        let f = minimize(&Valley, &mut x, &[(-9.0, 9.0); 2], 100, 1e-12);
        assert!(f < 1e-10 && (x[0] - 1.0).abs() < 1e-4, "{x:?} {f}");
        // The bound holds, and is reached.
        let mut x = [-1.2, 1.0];
        minimize(&Valley, &mut x, &[(-9.0, 0.5), (-9.0, 9.0)], 100, 1e-12);
        assert!(
            (x[0] - 0.5).abs() < 1e-9 && (x[1] - 0.25).abs() < 1e-6,
            "{x:?}"
        );
    }
}
