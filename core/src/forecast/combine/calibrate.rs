//! How wide intervals have to be by the errors at past origins.

use super::{Forecasts, Parts, Shares};
use crate::forecast::interval::{Forecast, ONE_DEVIATION};
use crate::forecast::normal::quantile;

/// Levels at which the errors are looked at.
const LEVELS: [f64; 5] = [0.5, 0.8, 0.9, 0.95, 0.99];
/// Fewer errors do not tell.
const LEAST: usize = 40;
/// So many errors count as much as the normal distribution does.
const NORMAL: f64 = 20.0;

/// For each level, as a quantile of the normal distribution, how many deviations hold so many of the errors that the
/// combination made one season ahead. None where too few were made.
pub fn multiples(
    values: &[f64],
    season: usize,
    parts: &Parts,
    shares: &Shares,
    made: &Forecasts,
) -> Vec<(f64, f64)> {
    // The deviation is that of the same place in the longest season.
    let longest = parts.iter().map(|p| p.1.period()).max().unwrap_or(1);
    let longest = longest.max(season).next_multiple_of(season);
    let mut ahead = Forecast::default();
    for (weight, part) in parts {
        let one = part.forecast(values.len(), longest, &[ONE_DEVIATION], 1);
        ahead.add(&one, *weight);
    }
    let sd = |k: usize| (ahead.upper[k][0] - ahead.lower[k][0]) / 2.0;
    let mut sizes = Vec::new();
    for (origin, means) in made {
        for (k, y) in values[*origin..].iter().take(season).enumerate() {
            let mean: f64 = shares
                .iter()
                .zip(means)
                .filter(|(share, _)| **share > 0.0)
                .map(|(share, m)| share * m.as_ref().map_or(f64::NAN, |m| m[k]))
                .sum();
            let back = (values.len() - origin) % longest;
            let size = (y - mean).abs() / sd((longest - back + k) % longest);
            if size.is_finite() {
                sizes.push(size);
            }
        }
    }
    if sizes.len() < LEAST {
        return Vec::new();
    }
    sizes.sort_by(f64::total_cmp);
    let trust = sizes.len() as f64 / (sizes.len() as f64 + NORMAL);
    let multiple = |level: f64| {
        let (z, place) = (
            quantile(0.5 + level / 2.0),
            level * (sizes.len() - 1) as f64,
        );
        let (below, rest) = (place.floor() as usize, place.fract());
        let above = sizes[(below + 1).min(sizes.len() - 1)];
        (
            z,
            (1.0 - trust) * z + trust * (sizes[below] + rest * (above - sizes[below])),
        )
    };
    LEVELS.map(multiple).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::fit::FitPart;
    use crate::forecast::simple::SeasonalNaive;

    /// Errors of which nine in ten are 1 and one is 10, beside a deviation of 2.
    #[test]
    fn multiples_of_a_deviation() {
        let values: Vec<f64> = (0..400)
            .map(|t| if t % 10 == 0 { 10.0 } else { 1.0 })
            .collect();
        let mut part = SeasonalNaive::fit(&[0.0; 2], 1);
        (part.errors.sse, part.errors.n) = (4e6, 1_000_000);
        let parts = vec![(1.0, FitPart::SeasonalNaive(part))];
        let made = vec![(0, [None, None, None, Some(vec![0.0; 400]), None])];
        let found = multiples(&values, 400, &parts, &[0.0, 0.0, 0.0, 1.0, 0.0], &made);
        // The deviation of the last value again grows with the root of the steps.
        assert_eq!(found.len(), LEVELS.len());
        assert!(
            found
                .windows(2)
                .all(|w| w[0].0 < w[1].0 && w[0].1 <= w[1].1),
            "{found:?}"
        );
        assert!(found[1].1 < 0.2 * found[1].0, "{found:?}");
        assert!(multiples(&values[..39], 39, &parts, &[0.0, 0.0, 0.0, 1.0, 0.0], &made).is_empty());
    }

    /// An origin 450 values back, with a season of 400: errors as large as the deviation of their own place are one
    /// deviation each.
    #[test]
    fn errors_meet_the_deviation_of_their_place() {
        let (n, season, origin) = (500, 400, 50);
        let mut part = SeasonalNaive::fit(&[0.0; 2], 1);
        (part.errors.sse, part.errors.n) = (4e6, 1_000_000);
        let parts = vec![(1.0, FitPart::SeasonalNaive(part))];
        let place = |t: usize| (t + 2 * season - n) % season;
        let values: Vec<f64> = (0..n)
            .map(|t| 2.0 * ((place(t) + 1) as f64).sqrt())
            .collect();
        let made = vec![(origin, [None, None, None, Some(vec![0.0; season]), None])];
        let trust = season as f64 / (season as f64 + NORMAL);
        for (z, multiple) in multiples(&values, season, &parts, &[0.0, 0.0, 0.0, 1.0, 0.0], &made) {
            let expected = (1.0 - trust) * z + trust;
            assert!((multiple - expected).abs() < 1e-9, "{multiple} {expected}");
        }
    }
}
