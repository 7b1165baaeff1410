//! Sums over the states of a queue, term by term.

use statrs::function::gamma::ln_gamma;

/// Sums over the queue of the products p(k) = x^k / ((a+1) ... (a+k)), which all are positive: of p(k) and
/// of k p(k), both divided by exp(`scale`). The sum starts at the largest term and goes both ways.
pub struct Sums {
    pub plain: f64,
    pub weighted: f64,
    pub scale: f64,
}

/// Asks now and then whether the work is still wanted.
fn pause(k: f64) {
    if k % 65_536.0 == 0.0 {
        crate::interrupt::check();
    }
}

/// [`Sums`] for `a` and `x`, neither of them negative.
pub fn sums(a: f64, x: f64) -> Sums {
    let peak = (x - a).floor().max(0.0);
    let scale = if peak == 0.0 {
        0.0
    } else {
        peak * x.ln() - (ln_gamma(a + peak + 1.0) - ln_gamma(a + 1.0))
    };
    let (mut plain, mut weighted) = (1.0, peak);
    let (mut k, mut term) = (peak, 1.0);
    loop {
        k += 1.0;
        let ratio = x / (a + k);
        term *= ratio;
        plain += term;
        weighted += k * term;
        // What is left is less than a geometric series.
        let left = 1.0 / (1.0 - ratio);
        if term * left * (k + left) <= 1e-17 * weighted {
            break;
        }
        pause(k);
    }
    (k, term) = (peak, 1.0);
    while k > 0.0 && term * k > 1e-18 {
        term *= (a + k) / x;
        k -= 1.0;
        plain += term;
        weighted += k * term;
        pause(k);
    }
    Sums {
        plain,
        weighted,
        scale,
    }
}
