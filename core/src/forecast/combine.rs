//! The combination that `auto` makes: exponential smoothing, dynamic theta, the mean of recent seasons and the last
//! season again, each with the share that it has earned in a rolling back-test.

use super::estimate::{Estimate, Options};
use super::fit::FitPart;
use super::fit::profile::Profile;
use super::fit::year::{self, Year};
use super::simple::{SeasonalMean, SeasonalNaive};
use super::theta::Dynamic;

mod calibrate;

type Parts = Vec<(f64, FitPart)>;

/// Shares of ETS models together, dynamic theta, recent seasons' mean, the last season, the days' profile and the year's
/// waves, where a series is too short to tell. Tuned on M3, as are the weights below.
const UNTESTED: Shares = [0.6, 0.4, 0.0, 0.0, 0.0, 0.0];
/// What they begin with where it is not.
const PRIOR: Shares = [0.45, 0.25, 0.2, 0.1, 0.5, 0.5];
const PROFILE: usize = 4;
/// How many kinds are combined, and a share for each.
const KINDS: usize = 6;
pub type Shares = [f64; KINDS];
/// Short series are back-tested one season ahead from at most three origins, for seasons of seven and
/// more values, or fewer than four of them. Quarters of four years keep the shares above.
const LONG_SEASON: usize = 7;
const FEW_SEASONS: usize = 4;
const LOOKED_AT: usize = 3;
const SHORT_POWER: f64 = 6.0;
/// Weights are exp(-difference of AICc / 4), flatter than Akaike's exp(-difference / 2).
const FLATNESS: f64 = 4.0;
/// Parts of less weight are left out.
const LEAST_WEIGHT: f64 = 0.02;
/// The most origins, each a season before the next; two seasons are forecast from each.
const ORIGINS: usize = 14;
const AHEAD: usize = 2;
/// Weeks of a year are forecast half a year ahead, from origins a quarter apart that leave two years before them.
const QUARTER: usize = 13;
const HALF_YEAR: usize = 26;
const MOST_QUARTERS: usize = 12;
/// What an origin weighs of the one a season later.
const FADING: f64 = 0.9;
/// Values tested for each unit of the power, and the most.
const PER_POWER: f64 = 12.0;
const MOST_POWER: f64 = 21.0;
/// Values that the origins must cover. Back-tests of less mislead: with seven origins on M3's quarterly series MASE is
/// 1.093 rather than 1.080.
const LEAST_TESTED: usize = 40;

/// What is combined beside the simple methods and theta.
pub struct Candidates {
    pub models: Vec<Estimate>,
    pub profile: Option<Profile>,
    /// With the shape of its models' errors.
    pub year: Option<(Year, Vec<(f64, f64)>)>,
}

/// Weights of the models by AICc, and theta where there is one.
pub fn combined(
    values: &[f64],
    season: usize,
    candidates: Candidates,
    options: &Options,
) -> Option<(Parts, Vec<(f64, f64)>)> {
    let Candidates {
        models,
        mut profile,
        year,
    } = candidates;
    let (year, year_shape) = year.map_or((None, Vec::new()), |(y, shape)| (Some(y), shape));
    let least = models
        .iter()
        .map(Estimate::aicc)
        .fold(f64::INFINITY, f64::min);
    let weigh = |e: Estimate| ((-(e.aicc() - least) / FLATNESS).exp(), e);
    let mut list: Vec<(f64, Estimate)> = models.into_iter().map(weigh).collect();
    let total: f64 = list.iter().map(|e| e.0).sum();
    list.retain(|e| e.0 >= LEAST_WEIGHT * total);
    let total: f64 = list.iter().map(|e| e.0).sum();
    list.iter_mut().for_each(|e| e.0 /= total);
    let theta = Dynamic::fit(values, season);

    let tried = Tried {
        values,
        season,
        models: &list,
        theta: theta.as_ref(),
        profile: profile.as_ref(),
        year: year.as_ref(),
        options,
    };
    let (mut shares, errors) = tried.earned().unwrap_or_else(|| tried.untested());
    if let Some(profile) = &mut profile {
        for (origin, means) in &errors {
            if let Some(means) = &means[PROFILE] {
                profile.learn(*origin, &values[*origin..], means);
            }
        }
    }
    if list.is_empty() {
        shares[0] = 0.0;
    }
    if theta.is_none() {
        shares[1] = 0.0;
    }
    let most: f64 = shares.iter().sum();
    shares
        .iter_mut()
        .filter(|s| **s < LEAST_WEIGHT * most)
        .for_each(|s| *s = 0.0);
    let sum: f64 = shares.iter().sum();
    if sum <= 0.0 {
        return None;
    }
    shares.iter_mut().for_each(|s| *s /= sum);
    let [ets, theta_share, recent, repeat, daily, yearly] = shares;
    let mut parts = Parts::new();
    // Models of 52 places follow outliers, and few known values, too closely.
    let shape = if yearly > 0.5 {
        year_shape
    } else {
        calibrate::shape(values, &list)
    };
    if ets > 0.0 {
        parts.extend(list.into_iter().map(|(w, e)| (ets * w, FitPart::Ets(e))));
    }
    if let Some(theta) = theta.filter(|_| theta_share > 0.0) {
        parts.push((theta_share, FitPart::DynamicTheta(theta)));
    }
    if recent > 0.0 {
        parts.push((
            recent,
            FitPart::SeasonalMean(SeasonalMean::fit(values, season)),
        ));
    }
    if repeat > 0.0 {
        parts.push((
            repeat,
            FitPart::SeasonalNaive(SeasonalNaive::fit(values, season)),
        ));
    }
    if let Some(year) = year.filter(|_| yearly > 0.0) {
        parts.push((yearly, FitPart::Year(Box::new(year))));
    }
    if let Some(profile) = profile.filter(|_| daily > 0.0) {
        parts.push((daily, FitPart::Profile(Box::new(profile))));
        let calibration = calibrate::multiples(values, season, &parts, &shares, &errors);
        return Some((parts, calibration));
    }
    Some((parts, shape))
}

/// Past origins, with what each kind forecast there.
pub type Forecasts = Vec<(usize, [Option<Vec<f64>>; KINDS])>;

/// What is weighed by a back-test.
struct Tried<'a> {
    values: &'a [f64],
    season: usize,
    models: &'a [(f64, Estimate)],
    theta: Option<&'a Dynamic>,
    profile: Option<&'a Profile>,
    year: Option<&'a Year>,
    /// How the models were fitted.
    options: &'a Options,
}

/// Whether the last season lies above or below the one before by more than twice what their differences' spread says.
/// With two seasons, their mean and the last one forecast equally well, since there was one season to forecast from.
fn has_moved(values: &[f64], season: usize) -> bool {
    let (past, last) = values.split_at(values.len() - season);
    let pairs = last.iter().zip(&past[past.len() - season..]);
    let steps: Vec<f64> = pairs.map(|(a, b)| a - b).filter(|d| !d.is_nan()).collect();
    let n = steps.len() as f64;
    let mean = steps.iter().sum::<f64>() / n;
    let squares: f64 = steps.iter().map(|d| (d - mean) * (d - mean)).sum();
    mean * mean * n * (n - 1.0) > 4.0 * squares
}

/// Priors times (error / least error)^-power.
fn shares(sums: &Shares, power: f64, prior: Shares) -> Option<Shares> {
    let least = sums.iter().copied().fold(f64::INFINITY, f64::min);
    if !least.is_finite() {
        return None;
    }
    // A method without errors takes all of it.
    let floor = least.max(f64::MIN_POSITIVE);
    let share = |i: usize| prior[i] * libm::pow(sums[i].max(floor) / floor, -power);
    Some(std::array::from_fn(share))
}

impl Tried<'_> {
    /// Shares where a series is too short for a back-test from many origins: by the errors of one season ahead from the
    /// last few, as below.
    fn untested(&self) -> (Shares, Forecasts) {
        let season = self.season;
        let seasons = self.values.len() / season;
        if season < 2 || seasons < 2 || (season < LONG_SEASON && seasons >= FEW_SEASONS) {
            return (UNTESTED, Forecasts::new());
        }
        let origins = LOOKED_AT.min(seasons - 1);
        let (sums, _, made) = self.errors(origins, season, season);
        let mut prior = PRIOR;
        if origins == 1 && has_moved(self.values, season) {
            (prior[2], prior[3]) = (0.0, prior[2] + prior[3]);
        }
        (shares(&sums, SHORT_POWER, prior).unwrap_or(UNTESTED), made)
    }

    /// Shares by the mean absolute errors of two seasons ahead from past origins: prior x (error / least error)^-power,
    /// with a power that grows with what was tested, up to 21. None where a series has no season or too few of them.
    fn earned(&self) -> Option<(Shares, Forecasts)> {
        // Three seasons and a few values stay before the first origin.
        let seasons = (self.values.len().saturating_sub(4) / self.season).saturating_sub(3);
        let (mut origins, mut apart) = (seasons.min(ORIGINS), self.season);
        let mut ahead = AHEAD * self.season;
        if self.season == year::WEEKS {
            let quarters = self.values.len().saturating_sub(2 * self.season) / QUARTER;
            (origins, apart, ahead) = (quarters.min(MOST_QUARTERS), QUARTER, HALF_YEAR);
        }
        if self.season < 2 || origins * apart < LEAST_TESTED {
            return None;
        }
        let (sums, tested, made) = self.errors(origins, apart, ahead);
        let power = (tested as f64 * apart as f64 / PER_POWER).min(MOST_POWER);
        Some((shares(&sums, power, PRIOR)?, made))
    }

    /// Mean absolute errors of all kinds from origins so many steps apart, summed with less weight the farther back, and how
    /// many origins had values to compare. ETS and theta are fitted anew at each, from where the fit of the origin after
    /// it was: parameters that know what came make ETS look better than it will be.
    fn errors(&self, origins: usize, apart: usize, ahead: usize) -> (Shares, usize, Forecasts) {
        let (values, season) = (self.values, self.season);
        let mut models = self.models.to_vec();
        let mut profile = self.profile.cloned();
        let mut year = self.year.cloned();
        let (mut sums, mut tested, mut made) = ([0.0; KINDS], 0, Forecasts::new());
        for back in 1..=origins {
            crate::interrupt::check();
            let (past, later) = values.split_at(values.len() - back * apart);
            let later = &later[..later.len().min(ahead)];
            let n = later.iter().filter(|y| !y.is_nan()).count();
            if n == 0 || past.iter().all(|y| y.is_nan()) {
                continue;
            }
            tested += 1;
            let weight = libm::pow(FADING, (back - 1) as f64);
            let off = |means: &[f64]| {
                let pairs = later.iter().zip(means).filter(|(y, _)| !y.is_nan());
                weight * pairs.map(|(y, f)| (y - f).abs()).sum::<f64>() / n as f64
            };
            let steps = || 1..=later.len();
            let smoothed = smoothed(&mut models, past, later.len(), self.options);
            let refit = self.theta.and_then(|t| t.refit(past, season));
            let theta = refit.map(|t| t.forecast(later.len()).iter().map(|f| f.0).collect());
            let recent = SeasonalMean::fit(past, season);
            let recent = steps().map(|k| recent.forecast(k).0).collect();
            let repeat = SeasonalNaive::fit(past, season);
            let repeat = steps().map(|k| repeat.forecast(k).0).collect();
            profile = profile.and_then(|p| p.refit(past, self.options));
            let daily = profile.as_ref().map(|p| p.means(later.len()));
            year = year.and_then(|y| y.refit(past, self.options));
            let yearly = year.as_ref().map(|y| y.means(later.len()));
            let all = [smoothed, theta, Some(recent), Some(repeat), daily, yearly];
            for (sum, means) in sums.iter_mut().zip(&all) {
                *sum += means.as_ref().map_or(f64::INFINITY, |m: &Vec<f64>| off(m));
            }
            if profile.is_some() {
                made.push((past.len(), all));
            }
        }
        if tested == 0 {
            sums = [f64::INFINITY; KINDS];
        }
        sums.iter_mut()
            .filter(|s| s.is_nan())
            .for_each(|s| *s = f64::INFINITY);
        (sums, tested, made)
    }
}

/// The weighted means of models fitted anew to `past`; where it is too short for that, with the parameters they have.
fn smoothed(
    models: &mut [(f64, Estimate)],
    past: &[f64],
    ahead: usize,
    options: &Options,
) -> Option<Vec<f64>> {
    if models.is_empty() {
        return None;
    }
    let mut mean = vec![0.0; ahead];
    for (weight, model) in models {
        *model = match model.refit(past, options) {
            Some(anew) => anew,
            None => model.at_origin(past)?,
        };
        for (k, m) in mean.iter_mut().enumerate() {
            *m += *weight * model.mean(past.len(), k + 1);
        }
    }
    Some(mean)
}

#[cfg(test)]
mod tests {
    use super::super::auto;
    use super::super::estimate;
    use super::super::method::Method;
    use super::super::model::Model;
    use super::*;

    fn share_of(parts: &Parts, name: &str) -> f64 {
        let of = parts.iter().filter(|p| p.1.name() == name);
        of.map(|p| p.0).sum()
    }

    /// A week's pattern and noise, with a level that does not move.
    fn noisy(n: usize) -> Vec<f64> {
        let mut state = 1_u64;
        let mut noise = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) as f64 / (1_u64 << 31) as f64 - 0.5
        };
        (0..n)
            .map(|t| [90.0, 20.0, 40.0, 10.0, 70.0, 15.0, 30.0][t % 7] + 30.0 * noise())
            .collect()
    }

    #[test]
    fn shares_are_earned() {
        // Fewer than 40 values to test. A line without a season does not get one; weeks that repeat are kept.
        let line: Vec<f64> = (0..60)
            .map(|t| 50.0 + 0.5 * t as f64 + [0.0, 7.0, -7.0, 1.0][t % 4])
            .collect();
        let (parts, _, _, _) = auto::fit(&line, Method::Auto, 7, None);
        let seasonal = share_of(&parts, "weekday_mean") + share_of(&parts, "seasonal_naive");
        assert!(seasonal < 0.05, "{parts:?}");
        for n in [14, 21, 28, 56] {
            let fit =
                crate::forecast::fit(&noisy(n), Method::Auto, 7).unwrap_or_else(|e| panic!("{e}"));
            let next = fit
                .forecast(7, &[], false, 1)
                .unwrap_or_else(|e| panic!("{e}"))
                .mean;
            assert!(
                next[0] > 65.0 && next[3] < 35.0 && next[4] > 50.0,
                "{n}: {next:?}"
            );
        }
        // Of two seasons, one above the other, the last goes on.
        let risen: Vec<f64> = noisy(14)
            .iter()
            .enumerate()
            .map(|(t, y)| y + if t < 7 { 0.0 } else { 20.0 })
            .collect();
        let (parts, _, _, _) = auto::fit(&risen, Method::Auto, 7, None);
        assert!(
            share_of(&parts, "weekday_mean") == 0.0 && share_of(&parts, "seasonal_naive") > 0.4,
            "{parts:?}"
        );
        // Noise about a fixed pattern: the mean of eight weeks is good, the last week again is bad.
        let (parts, _, _, _) = auto::fit(&noisy(200), Method::Auto, 7, None);
        let sum: f64 = parts.iter().map(|p| p.0).sum();
        assert!((sum - 1.0).abs() < 1e-12);
        assert!(share_of(&parts, "seasonal_naive") == 0.0, "{parts:?}");
        assert!(share_of(&parts, "weekday_mean") > 0.05, "{parts:?}");
        // What grows leaves the mean of eight weeks behind.
        let growing: Vec<f64> = noisy(200)
            .iter()
            .enumerate()
            .map(|(t, y)| y + 5.0 * t as f64)
            .collect();
        let (parts, _, _, _) = auto::fit(&growing, Method::Auto, 7, None);
        assert!(share_of(&parts, "weekday_mean") == 0.0, "{parts:?}");
    }

    /// The sums of [`Tried::errors`] with one model, and that model.
    fn tried(values: &[f64], model: &str) -> (Shares, Estimate) {
        let model = Model::parse(model).unwrap_or_else(|e| panic!("{e}"));
        let options = &Options::LIKELIHOOD;
        let all = estimate::fit(model, 7, values, options).unwrap_or_else(|| panic!("no fit"));
        let tried = Tried {
            values,
            season: 7,
            models: &[(1.0, all.clone())],
            theta: None,
            profile: None,
            year: None,
            options,
        };
        (tried.errors(ORIGINS, 7, 7 * AHEAD).0, all)
    }

    /// What the back-test finds of ETS is what a fit from nothing would have done at each origin. With the parameters
    /// of all values it errs less, as these have seen what came.
    #[test]
    fn a_back_test_does_not_know_what_came() {
        let values = noisy(130);
        let (sums, all) = tried(&values, "AAA");
        let of = |at: &dyn Fn(&[f64]) -> Option<Estimate>| {
            let origin = |back: usize| {
                let (past, later) = values.split_at(values.len() - 7 * back);
                let later = &later[..later.len().min(14)];
                let fit = at(past).unwrap_or_else(|| panic!("no fit"));
                let off = later.iter().enumerate();
                let off = off.map(|(k, y)| (y - fit.mean(past.len(), k + 1)).abs());
                libm::pow(FADING, (back - 1) as f64) * off.sum::<f64>() / later.len() as f64
            };
            (1..=ORIGINS).map(origin).sum::<f64>()
        };
        let honest = of(&|past| estimate::fit(all.model, 7, past, &Options::LIKELIHOOD));
        let kept = of(&|past| all.at_origin(past));
        println!("{:?} {honest} {kept}", sums[0]);
        assert!((sums[0] / honest - 1.0).abs() < 0.02, "{sums:?} {honest}");
        assert!(kept < 0.95 * honest, "{kept} {honest}");
    }

    /// Weeks of one value, which rises once: the last week again errs at the two origins before, ten and eleven weeks
    /// from the end.
    #[test]
    fn recent_origins_weigh_more() {
        let values: Vec<f64> = noisy(7)
            .iter()
            .cycle()
            .take(140)
            .enumerate()
            .map(|(t, y)| y + if t < 70 { 0.0 } else { 10.0 })
            .collect();
        let (sums, _) = tried(&values, "ANA");
        let wanted = libm::pow(0.9, 9.0) * 10.0 + libm::pow(0.9, 10.0) * 5.0;
        assert!((sums[3] - wanted).abs() < 1e-9, "{sums:?} {wanted}");
    }

    /// Values that are missing at an origin, or throughout the tested ones, leave shares that sum to one.
    #[test]
    fn gaps() {
        for gap in [100..107, 60..200, 0..150] {
            let mut values = noisy(200);
            values[gap].fill(f64::NAN);
            let (parts, _, _, _) = auto::fit(&values, Method::Auto, 7, None);
            let sum: f64 = parts.iter().map(|p| p.0).sum();
            assert!((sum - 1.0).abs() < 1e-12, "{parts:?}");
        }
    }
}
