//! Classical decomposition: seasonal indices by a centred moving average, and the test for a season.

/// Seasonal figures of a series: to be subtracted, with sum 0, or to be divided by, with mean 1. Missing
/// values are left out. Zero (or one) throughout where the series is shorter than two seasons.
pub fn indices(values: &[f64], period: usize, multiplicative: bool) -> Vec<f64> {
    let neutral = if multiplicative { 1.0 } else { 0.0 };
    if period < 2 || values.len() < 2 * period {
        return vec![neutral; period];
    }
    crate::interrupt::check();
    let smooth = moving_average(values, period);
    crate::interrupt::check();
    let (mut sums, mut counts) = (vec![0.0; period], vec![0usize; period]);
    for (t, (y, m)) in values.iter().zip(&smooth).enumerate() {
        let part = if multiplicative { y / m } else { y - m };
        if part.is_finite() {
            sums[t % period] += part;
            counts[t % period] += 1;
        }
    }
    let mut list: Vec<f64> = sums
        .iter()
        .zip(&counts)
        .map(|(s, n)| if *n == 0 { neutral } else { s / *n as f64 })
        .collect();
    let mean = list.iter().sum::<f64>() / period as f64;
    for v in &mut list {
        if multiplicative {
            *v = (*v / mean).max(0.01);
        } else {
            *v -= mean;
        }
    }
    if multiplicative {
        let mean = list.iter().sum::<f64>() / period as f64;
        list.iter_mut().for_each(|v| *v /= mean);
    }
    list
}

/// The mean over one whole season around each time; NaN at the ends. An even season takes half of the first
/// and half of the last.
fn moving_average(values: &[f64], period: usize) -> Vec<f64> {
    let half = period / 2;
    let mut list = vec![f64::NAN; values.len()];
    // Running sums of values and of counts, so that long seasons cost no more.
    let (mut total, mut known) = (vec![0.0], vec![0.0]);
    for (i, y) in values.iter().enumerate() {
        let (v, n) = if y.is_nan() { (0.0, 0.0) } else { (*y, 1.0) };
        total.push(total[i] + v);
        known.push(known[i] + n);
    }
    let one = |i: usize| {
        let y = values[i];
        if y.is_nan() {
            (0.0, 0.0)
        } else {
            (0.5 * y, 0.5)
        }
    };
    for (from, middle) in list.iter_mut().skip(half).enumerate() {
        let to = from + 2 * half + 1;
        if to > values.len() {
            break;
        }
        let (mut sum, mut count) = (total[to] - total[from], known[to] - known[from]);
        if period.is_multiple_of(2) {
            for i in [from, to - 1] {
                let (v, n) = one(i);
                sum -= v;
                count -= n;
            }
        }
        if count > 0.0 {
            *middle = sum / count;
        }
    }
    list
}

/// Whether a season shows: the autocorrelation at its lag beyond what lower lags and chance (90 %) explain, as
/// the theta method and the M competitions' Naive2 ask.
pub fn is_seasonal(values: &[f64], period: usize) -> bool {
    if period < 2 || values.len() < 3 * period {
        return false;
    }
    let known: Vec<f64> = values.iter().copied().filter(|y| !y.is_nan()).collect();
    let n = known.len() as f64;
    let mean = known.iter().sum::<f64>() / n;
    let off: Vec<f64> = values
        .iter()
        .map(|y| if y.is_nan() { 0.0 } else { y - mean })
        .collect();
    let power: f64 = off.iter().map(|v| v * v).sum();
    if power <= 0.0 {
        return false;
    }
    let correlation = |lag: usize| {
        crate::interrupt::check();
        let sum: f64 = off.iter().zip(&off[lag..]).map(|(a, b)| a * b).sum();
        sum / power
    };
    let lower: f64 = (1..period).map(|lag| correlation(lag).powi(2)).sum();
    let limit = 1.644_853_626_951_472_7 * ((1.0 + 2.0 * lower) / n).sqrt();
    correlation(period).abs() > limit
}

/// The values without their season.
pub fn adjust(values: &[f64], indices: &[f64], multiplicative: bool) -> Vec<f64> {
    let one = |(y, s): (&f64, &f64)| if multiplicative { y / s } else { y - s };
    values.iter().zip(indices.iter().cycle()).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_season_is_found() {
        let season = [4.0, -1.0, 2.0, -5.0];
        let values: Vec<f64> = (0..40).map(|t| 50.0 + t as f64 + season[t % 4]).collect();
        let found = indices(&values, 4, false);
        assert!(
            found.iter().zip(season).all(|(a, b)| (a - b).abs() < 1e-9),
            "{found:?}"
        );
        assert!(is_seasonal(&values[..40], 4));
        let mut gaps = values.clone();
        gaps[9] = f64::NAN;
        let found = indices(&gaps, 4, false);
        assert!(
            found.iter().zip(season).all(|(a, b)| (a - b).abs() < 1.0),
            "{found:?}"
        );
        let ratio = indices(&values, 4, true);
        assert!((ratio.iter().sum::<f64>() - 4.0).abs() < 1e-12);
        assert_eq!(indices(&values[..7], 4, true), [1.0; 4]);
        let flat = adjust(&values, &season, false);
        assert!(flat.windows(2).all(|w| (w[1] - w[0] - 1.0).abs() < 1e-9));
    }
}
