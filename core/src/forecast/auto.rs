//! Which method serves a series, and what to do where the one that was asked for cannot.

use super::combine;
use super::days::Days;
use super::decompose::{self, Unfit};
use super::estimate::{self, Estimate, Options};
use super::fit::FitPart;
use super::fit::profile::Profile;
use super::fit::year::{self, Year};
use super::method::Method;
use super::model::{Model, Noise, Season, Trend};
use super::simple::{Drift, SeasonalMean, SeasonalNaive};
use super::theta::{Dynamic, Theta};

type Parts = Vec<(f64, FitPart)>;
/// Parts, with what their intervals were found to hold.
type Found = (Parts, Vec<(f64, f64)>);

/// Estimates for combining: a small price on letting trend and season follow the values, which the likelihood
/// alone takes too readily in short series. On the M3 series it lowers the error of every group.
const CAUTIOUS: Options = Options {
    penalty: (2.0, 2.0),
    starts: 3,
    ..Options::LIKELIHOOD
};
/// For choosing a model: fewer starts, then all of them for the best few.
const QUICK: Options = Options {
    starts: 3,
    ..Options::LIKELIHOOD
};
const FINALISTS: usize = 3;
/// Values from which exponential smoothing of a long season is left out beside the profile of its days: it does not lower
/// the error of calls, demand or tickets by the hour and the half hour, and takes half of the time.
const LONG: usize = 2_000;
/// Parts, what was used, and warnings. Some value is known. `days` are those of the season, if it has any.
pub fn fit(
    values: &[f64],
    method: Method,
    season: usize,
    days: Option<&Days>,
) -> (Parts, Vec<(f64, f64)>, String, Vec<String>) {
    // Where a day was given and weeks show, a week.
    let season = days.map_or(season, |d| d.season.max(season));
    let known: Vec<f64> = values.iter().copied().filter(|y| !y.is_nan()).collect();
    let equal = known.windows(2).all(|w| w[0] == w[1]);
    let naive = |why: &str| {
        let parts = vec![(1.0, FitPart::SeasonalNaive(SeasonalNaive::fit(values, 1)))];
        let said = match method {
            Method::Naive => "naive".to_owned(),
            _ => format!("naive ({} was asked: {why})", method.name()),
        };
        (parts, Vec::new(), said, vec![why.to_owned()])
    };
    if known.len() == 1 {
        return naive("only one value is known");
    }
    if equal {
        return naive("all values are equal");
    }
    let series = Series {
        values,
        known: known.len(),
        multiplies: decompose::multiplies(
            values,
            if season > 1 && values.len() >= 2 * season {
                season
            } else {
                1
            },
        ),
        season,
        days,
    };
    let mut warnings = Vec::new();
    if let Some(least) = seasons_needed(method)
        && season > 1
        && values.len() < least * season
    {
        let (needed, given) = (least * season, values.len());
        warnings.push(format!(
            "season {season} needs {needed} values, there are {given}"
        ));
    }
    let found = series.parts(method, &mut warnings);
    let Some((parts, calibration)) = found else {
        return naive("too few values are known");
    };
    let mut said = describe(method, &parts);
    if !warnings.is_empty() {
        let (asked, why) = (method.name(), warnings.join("; "));
        said = if said.starts_with(&asked) {
            format!("{said} ({why})")
        } else {
            format!("{said} ({asked} was asked: {why})")
        };
    }
    (parts, calibration, said, warnings)
}

/// Seasons below which a method, where it does not say so itself, goes without.
fn seasons_needed(method: Method) -> Option<usize> {
    match method {
        Method::Auto | Method::Ets => Some(2),
        Method::Theta | Method::DynamicTheta => Some(3),
        _ => None,
    }
}

fn describe(method: Method, parts: &Parts) -> String {
    match (method, parts.as_slice()) {
        (Method::Auto, [(_, part)]) | (Method::Ets | Method::Model(_), [(_, part)]) => part.name(),
        (Method::LeastSquares(asked), [(_, FitPart::Ets(e))]) => {
            let real = Method::LeastSquares(e.model);
            if e.model == asked {
                method.name()
            } else {
                real.name()
            }
        }
        (_, [(_, part)]) => part.name(),
        _ => {
            let mut list: Vec<&(f64, FitPart)> = parts.iter().collect();
            list.sort_by(|a, b| b.0.total_cmp(&a.0));
            let shown = list
                .iter()
                .take(3)
                .map(|(w, p)| format!("{w:.2} {}", p.name()));
            let more = list.len().saturating_sub(3);
            let tail = if more > 0 {
                format!(" + {more} more")
            } else {
                String::new()
            };
            format!("auto: {}{tail}", shown.collect::<Vec<_>>().join(" + "))
        }
    }
}

/// The family without undamped trends whose noise grows with the level: these run away, into the sky or below
/// zero, and have 9.5 % more error on M3's yearly series.
fn calm() -> impl Iterator<Item = Model> {
    Model::family().filter(|m| m.noise == Noise::Additive || m.trend != Trend::Additive)
}

/// The profile of the days of a season, whose means `auto` forecasts by the season that they have.
fn profile(values: &[f64], days: &Days) -> Option<Profile> {
    let (mut profile, means) = Profile::shaped(values, days)?;
    profile.models = fit(&means, Method::Auto, days.starts.len(), None).0;
    Some(profile)
}

/// The waves of a year in weeks, with models of what is left, and the shape of their errors.
fn yearly(values: &[f64], season: usize) -> Option<(Year, Vec<(f64, f64)>)> {
    if season != year::WEEKS {
        return None;
    }
    let (mut year, rest) = Year::shaped(values)?;
    let (models, shape, ..) = fit(&rest, Method::Auto, 1, None);
    year.models = models;
    Some((year, shape))
}

struct Series<'a> {
    values: &'a [f64],
    known: usize,
    /// Whether it bears noise and a season that multiply.
    multiplies: Result<(), Unfit>,
    season: usize,
    days: Option<&'a Days>,
}

impl Series<'_> {
    fn parts(&self, method: Method, warnings: &mut Vec<String>) -> Option<Found> {
        let one = |part: FitPart| Some((vec![(1.0, part)], Vec::new()));
        match method {
            Method::Auto => {
                let profile = self.days.and_then(|d| profile(self.values, d));
                let models = match profile.is_some() && self.values.len() > LONG {
                    true => Vec::new(),
                    false => self.family(calm(), &CAUTIOUS),
                };
                let year = yearly(self.values, self.season);
                let candidates = combine::Candidates {
                    models,
                    profile,
                    year,
                };
                combine::combined(self.values, self.season, candidates, &CAUTIOUS)
            }
            Method::Ets => {
                let rank = |a: &Estimate, b: &Estimate| a.aicc().total_cmp(&b.aicc());
                let mut all = self.family(calm(), &QUICK);
                all.sort_by(rank);
                let models = all.iter().take(FINALISTS).map(|e| e.model);
                let thorough = |m| estimate::fit(m, self.season, self.values, &Options::LIKELIHOOD);
                one(FitPart::Ets(models.filter_map(thorough).min_by(rank)?))
            }
            Method::Model(model) => one(FitPart::Ets(self.model(
                model,
                &Options::ADMISSIBLE,
                warnings,
            )?)),
            Method::LeastSquares(model) => one(FitPart::Ets(self.model(
                model,
                &Options::LEAST_SQUARES,
                warnings,
            )?)),
            Method::Theta => one(FitPart::Theta(Theta::fit(self.values, self.season)?)),
            Method::DynamicTheta => one(FitPart::DynamicTheta(Dynamic::fit(
                self.values,
                self.season,
            )?)),
            Method::SeasonalNaive | Method::WeekdayMean => {
                let mut period = self.season;
                if period == 1 {
                    warnings.push("there is no season".to_owned());
                } else if self.values.len() < period {
                    warnings.push(format!("season {period} is longer than the series"));
                    period = 1;
                }
                one(if method == Method::SeasonalNaive {
                    FitPart::SeasonalNaive(SeasonalNaive::fit(self.values, period))
                } else {
                    FitPart::SeasonalMean(SeasonalMean::fit(self.values, period))
                })
            }
            Method::Drift => one(FitPart::Drift(Drift::fit(self.values)?)),
            Method::Naive => one(FitPart::SeasonalNaive(SeasonalNaive::fit(self.values, 1))),
        }
    }

    fn has_seasons(&self) -> bool {
        self.season > 1 && self.values.len() >= 2 * self.season
    }

    /// Whether enough values are known for the model's numbers and a variance.
    fn bears(&self, model: Model) -> bool {
        let states = match model.season {
            Season::None => 0,
            _ => self.season,
        };
        let trend = match model.trend {
            Trend::None => 0,
            Trend::Additive => 2,
            Trend::Damped => 3,
        };
        self.known > 2 + trend + states + 1
    }

    /// One model, or the nearest that these values allow.
    fn model(
        &self,
        mut model: Model,
        options: &Options,
        warnings: &mut Vec<String>,
    ) -> Option<Estimate> {
        if model.needs_positive()
            && let Err(unfit) = self.multiplies
        {
            warnings.push(format!("{}, so noise and season are added", unfit.why()));
            model = model.added();
        }
        if model.season != Season::None && !self.has_seasons() {
            warnings.push(match self.season {
                1 => "there is no season".to_owned(),
                s => format!(
                    "season {s} needs {} values, there are {}",
                    2 * s,
                    self.values.len()
                ),
            });
            model.season = Season::None;
        }
        while !self.bears(model) {
            let simpler = match (model.trend, model.season) {
                (Trend::Damped, _) => Model {
                    trend: Trend::Additive,
                    ..model
                },
                (Trend::Additive, _) => Model {
                    trend: Trend::None,
                    ..model
                },
                (Trend::None, Season::None) => return None,
                (Trend::None, _) => Model {
                    season: Season::None,
                    ..model
                },
            };
            warnings.push(format!("{} values are too few for {model}", self.known));
            model = simpler;
        }
        let fit = |model| estimate::fit(model, self.season, self.values, options);
        let found = fit(model);
        if found.is_none() && model.needs_positive() {
            warnings.push(format!(
                "these values lead {model} to zero, so noise and season are added"
            ));
            return fit(model.added());
        }
        found
    }

    /// Every model of a list that these values allow.
    fn family(&self, models: impl Iterator<Item = Model>, options: &Options) -> Vec<Estimate> {
        let mut list: Vec<Estimate> = Vec::new();
        for model in models {
            let apt = (self.multiplies.is_ok() || !model.needs_positive())
                && (model.season == Season::None || self.has_seasons())
                && self.bears(model);
            if !apt {
                continue;
            }
            let undamped = Model {
                trend: Trend::Additive,
                ..model
            };
            let near = list
                .iter()
                .find(|e| model.trend == Trend::Damped && e.model == undamped);
            let found = estimate::fit_from(model, self.season, self.values, options, near);
            list.extend(found.filter(|e| e.aicc().is_finite()));
        }
        list
    }
}
