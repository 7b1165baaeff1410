//! How wide intervals have to be by the errors at past origins, or by those of the models.

use super::{Forecasts, Parts, Shares};
use crate::forecast::estimate::Estimate;
use crate::forecast::fit;
use crate::forecast::interval::ONE_DEVIATION;
use crate::forecast::model::Noise;
use crate::forecast::normal::quantile;

/// Levels at which the errors are looked at.
const LEVELS: [f64; 5] = [0.5, 0.8, 0.9, 0.95, 0.99];
/// Fewer errors do not tell how wide intervals have to be.
const LEAST: usize = 40;
/// Fewer do not tell the shape of their distribution.
const LEAST_SHAPE: usize = 8;
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
    let ahead = fit::combined(parts, values.len(), longest, &[ONE_DEVIATION], 1);
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
    by_sizes(sizes)
}

/// The same for intervals as wide as the models say, of the shape that their errors one step ahead have: a few outliers
/// widen the deviation, but not the middle of the distribution.
pub fn shape(values: &[f64], models: &[(f64, Estimate)]) -> Vec<(f64, f64)> {
    // Weighted sums of errors and of deviations.
    let mut sums = vec![(0.0, 0.0); values.len()];
    for (weight, model) in models {
        let relative = model.model.noise == Noise::Multiplicative;
        let sigma = model.variance().sqrt();
        for (sum, (mean, error)) in sums.iter_mut().zip(model.errors(values)) {
            sum.0 += weight * error;
            sum.1 += weight * if relative { sigma * mean } else { sigma };
        }
    }
    let sizes = sums.iter().map(|(error, sd)| (error / sd).abs());
    let mut sizes: Vec<f64> = sizes.filter(|s| s.is_finite()).collect();
    let squares: f64 = sizes.iter().map(|s| s * s).sum();
    let typical = (squares / sizes.len() as f64).sqrt();
    if sizes.len() < LEAST_SHAPE || typical <= 0.0 {
        return Vec::new();
    }
    sizes.iter_mut().for_each(|s| *s /= typical);
    by_sizes(sizes)
}

/// Quantiles of errors in deviations, the normal distribution's the more the fewer these are.
fn by_sizes(mut sizes: Vec<f64>) -> Vec<(f64, f64)> {
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
    use crate::forecast::estimate::{self, Options};
    use crate::forecast::fit::FitPart;
    use crate::forecast::model::Model;
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
        let made = vec![(0, [None, None, None, Some(vec![0.0; 400]), None, None])];
        let found = multiples(&values, 400, &parts, &[0.0, 0.0, 0.0, 1.0, 0.0, 0.0], &made);
        // The deviation of the last value again grows with the root of the steps.
        assert_eq!(found.len(), LEVELS.len());
        assert!(
            found
                .windows(2)
                .all(|w| w[0].0 < w[1].0 && w[0].1 <= w[1].1),
            "{found:?}"
        );
        assert!(found[1].1 < 0.2 * found[1].0, "{found:?}");
        assert!(
            multiples(
                &values[..39],
                39,
                &parts,
                &[0.0, 0.0, 0.0, 1.0, 0.0, 0.0],
                &made
            )
            .is_empty()
        );
    }

    /// Of noise with a few large errors, the middle is narrower than the deviation says; of even noise it is wider.
    #[test]
    fn shapes_of_errors() {
        let shape_of = |error: &dyn Fn(usize) -> f64| {
            let values: Vec<f64> = (0..300).map(|t| 50.0 + error(t)).collect();
            let model = Model::parse("ANN").expect("a model");
            let fit = estimate::fit(model, 1, &values, &Options::LIKELIHOOD).expect("a fit");
            shape(&values, &[(1.0, fit)])
        };
        let waves = |t: usize| libm::sin(t as f64 * 2.4);
        let peaks = |t: usize| waves(t) + if t % 20 == 7 { 15.0 } else { 0.0 };
        let (even, few) = (shape_of(&waves), shape_of(&peaks));
        // At 80 %: 1.28 deviations of the normal distribution.
        assert!(even[1].1 > 1.3, "{even:?}");
        assert!(few[1].1 < 0.6, "{few:?}");
        assert!(few.windows(2).all(|w| w[0].1 <= w[1].1), "{few:?}");
        assert!(shape(&[1.0; 9], &[]).is_empty());
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
        let made = vec![(
            origin,
            [None, None, None, Some(vec![0.0; season]), None, None],
        )];
        let trust = season as f64 / (season as f64 + NORMAL);
        for (z, multiple) in multiples(
            &values,
            season,
            &parts,
            &[0.0, 0.0, 0.0, 1.0, 0.0, 0.0],
            &made,
        ) {
            let expected = (1.0 - trust) * z + trust;
            assert!((multiple - expected).abs() < 1e-9, "{multiple} {expected}");
        }
    }
}
