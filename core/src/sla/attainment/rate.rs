//! Shares that sum to one, and the interval of a rate.

/// Shares of amounts in millionths, which sum to a million exactly: by the largest remainder.
pub fn shares(amounts: &[i64]) -> Vec<u32> {
    let total: i128 = amounts.iter().map(|a| i128::from(*a)).sum();
    if total <= 0 {
        return vec![0; amounts.len()];
    }
    let scaled = |a: &i64| i128::from(*a) * 1_000_000;
    let mut parts: Vec<u32> = amounts.iter().map(|a| (scaled(a) / total) as u32).collect();
    let missing = 1_000_000 - parts.iter().sum::<u32>();
    let mut order: Vec<_> = (0..amounts.len()).collect();
    order.sort_by_key(|i| std::cmp::Reverse(scaled(&amounts[*i]) % total));
    for i in order.into_iter().take(missing as usize) {
        parts[i] += 1;
    }
    parts
}

/// The normal quantile of 0.975.
const Z: f64 = 1.959_963_984_540_054;

/// The 95 % interval of a rate by Wilson's score: E. B. Wilson, "Probable inference, the law of succession,
/// and statistical inference", JASA 22 (1927). None without observations.
///
/// `wilson(8, 10)` is (0.4902, 0.9433).
pub fn wilson(met: u64, all: u64) -> Option<(f64, f64)> {
    if all == 0 {
        return None;
    }
    let (n, p) = (all as f64, met as f64 / all as f64);
    let z2 = Z * Z;
    let center = p + z2 / (2.0 * n);
    let half = Z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z2 / n;
    let low = if met == 0 {
        0.0
    } else {
        (center - half) / scale
    };
    let high = if met == all {
        1.0
    } else {
        (center + half) / scale
    };
    Some((low, high))
}
