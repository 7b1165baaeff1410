//! Classical decomposition: seasonal indices by a centered moving average, and the test for a season.

/// Seasonal figures of a series: to be subtracted, with sum 0, or to be divided by, with mean 1. Missing
/// values are left out. Zero (or one) throughout where the series is shorter than two seasons.
pub fn indices(values: &[f64], period: usize, multiplicative: bool) -> Vec<f64> {
    let mut list = whole_indices(values, period, multiplicative);
    if multiplicative {
        list.iter_mut().for_each(|v| *v = v.max(CLOSED));
        let mean = list.iter().sum::<f64>() / period as f64;
        list.iter_mut().for_each(|v| *v /= mean);
    }
    list
}

/// An index below this is that of a place where next to nothing comes, such as a closed Sunday.
pub const CLOSED: f64 = 0.01;

/// The same, where an index of a place that is closed may be 0.
pub fn whole_indices(values: &[f64], period: usize, multiplicative: bool) -> Vec<f64> {
    let neutral = if multiplicative { 1.0 } else { 0.0 };
    if period < 2 || values.len() < 2 * period {
        return vec![neutral; period];
    }
    crate::interrupt::check();
    let smooth = moving_average(values, period);
    crate::interrupt::check();
    let mut places = vec![Place::default(); period];
    for (t, (y, m)) in values.iter().zip(&smooth).enumerate() {
        let part = if multiplicative { y / m } else { y - m };
        if part.is_finite() {
            places[t % period].add(part, multiplicative && part < CLOSED);
        }
    }
    let mut list: Vec<f64> = places.iter().map(|p| p.mean().unwrap_or(neutral)).collect();
    let mean = list.iter().sum::<f64>() / period as f64;
    if multiplicative && (mean <= 0.0 || mean.is_nan()) {
        return vec![neutral; period];
    }
    for v in &mut list {
        if multiplicative {
            *v /= mean;
        } else {
            *v -= mean;
        }
    }
    list
}

/// The share of zeros up to which a series is treated as one without.
const FEW_ZEROS: f64 = 0.05;

/// Why a series does not bear noise and a season that multiply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    Negative,
    ManyZeros,
    /// A place of the season has nothing but zeros.
    ZeroPlace,
}

impl Unfit {
    /// The reason, for a warning.
    pub fn why(self) -> &'static str {
        match self {
            Unfit::Negative => "a value is not above zero",
            Unfit::ManyZeros => "more than 5 % of the values are 0",
            Unfit::ZeroPlace => "a place of the season is always 0",
        }
    }
}

/// Whether a likelihood with what multiplies exists: nothing is negative, zeros are few, and no place of the season has
/// nothing else, as a mean that goes to 0 there with its errors would make any value likely. `period` is 1 without a
/// season. A few zeros do no harm: only means have to be above zero, and 0 does to them what 0.001 does.
pub fn multiplies(values: &[f64], period: usize) -> Result<(), Unfit> {
    let known = || values.iter().filter(|y| !y.is_nan());
    if known().any(|y| *y < 0.0) {
        return Err(Unfit::Negative);
    }
    let zeros = known().filter(|y| **y == 0.0).count();
    if zeros as f64 > FEW_ZEROS * known().count() as f64 {
        return Err(Unfit::ManyZeros);
    }
    if zeros > 0 && period > 1 {
        let mut largest = vec![f64::NAN; period];
        for (t, y) in values.iter().enumerate() {
            largest[t % period] = y.max(largest[t % period]);
        }
        if largest.contains(&0.0) {
            return Err(Unfit::ZeroPlace);
        }
    }
    Ok(())
}

/// The season that is taken out of a series, and whether it is divided by. It is where nothing is negative and zeros are
/// few but for closed places; where they are not, if that leaves less of the values than subtracting does.
pub fn season(values: &[f64], period: usize) -> (Vec<f64>, bool) {
    if values.iter().any(|y| *y < 0.0) {
        return (whole_indices(values, period, false), false);
    }
    let ratios = whole_indices(values, period, true);
    let open = || {
        let pairs = values.iter().zip(ratios.iter().cycle());
        pairs.filter(|(y, s)| !y.is_nan() && **s >= CLOSED)
    };
    let zeros = open().filter(|(y, _)| **y == 0.0).count();
    if zeros as f64 <= FEW_ZEROS * open().count() as f64 {
        return (ratios, true);
    }
    let differences = whole_indices(values, period, false);
    let smooth = moving_average(values, period);
    let left = |of: &dyn Fn(f64, usize) -> f64| {
        let all = values.iter().zip(&smooth).enumerate();
        let off = all.map(|(t, (y, m))| (y - of(*m, t % period)).abs());
        off.filter(|e| e.is_finite()).sum::<f64>()
    };
    if left(&|m, at| m * ratios[at]) < left(&|m, at| m + differences[at]) {
        (ratios, true)
    } else {
        (differences, false)
    }
}

/// What one place of the season shows.
#[derive(Clone, Copy, Default)]
struct Place {
    sum: f64,
    squares: f64,
    n: usize,
    /// Zeros and what is next to them, if the season is divided by.
    zeros: usize,
}

impl Place {
    fn add(&mut self, part: f64, is_zero: bool) {
        self.sum += part;
        self.squares += part * part;
        self.n += usize::from(!is_zero);
        self.zeros += usize::from(is_zero);
    }

    /// The mean; of the other values alone where a zero is a rare stranger, one in ten at most and four deviations off: an
    /// outage is not a part of the season, but days of two tickets have some without.
    fn mean(&self) -> Option<f64> {
        let (n, zeros) = (self.n as f64, self.zeros as f64);
        if self.n + self.zeros == 0 {
            return None;
        }
        if self.n > 2 && 9.0 * zeros <= n && self.zeros > 0 {
            let mean = self.sum / n;
            if mean * mean > 16.0 * (self.squares / n - mean * mean) {
                return Some(mean);
            }
        }
        Some(self.sum / (n + zeros))
    }
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
    let pairs = values.iter().zip(indices.iter().cycle());
    pairs
        .map(|(y, s)| without(*y, *s, multiplicative))
        .collect()
}

/// One value without its season. What comes at a closed place says nothing of the level: it is missing.
pub fn without(y: f64, index: f64, multiplicative: bool) -> f64 {
    match multiplicative {
        true if index < CLOSED => f64::NAN,
        true => y / index,
        false => y - index,
    }
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
