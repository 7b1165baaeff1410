//! Parameters as the vector that is searched.

use super::{Params, State};
use crate::forecast::model::{Model, Season, Trend};

/// Where each parameter stands in the vector that is searched.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    pub model: Model,
    pub period: usize,
    /// Whether the states before the first value are searched too, or stay as given.
    pub seasons: bool,
    /// Whether gamma is searched as it is, up to 2 - alpha and more, instead of as a share of 1 - alpha.
    pub wide: bool,
}

/// The place of alpha, the smoothing of the level.
pub const ALPHA: usize = 0;
/// The place of the first level.
pub const LEVEL: usize = 1;

impl Layout {
    fn has_trend(&self) -> bool {
        self.model.trend != Trend::None
    }

    fn has_season(&self) -> bool {
        self.model.season != Season::None
    }

    /// Place of the initial trend; that of its share of alpha follows.
    pub fn trend(&self) -> Option<usize> {
        self.has_trend().then_some(2)
    }

    /// The place of beta, the smoothing of the trend, if there is one.
    pub fn beta(&self) -> Option<usize> {
        self.has_trend().then_some(3)
    }

    /// The place of phi, the damping of the trend, if it is damped.
    pub fn phi(&self) -> Option<usize> {
        (self.model.trend == Trend::Damped).then_some(4)
    }

    /// The place of gamma, the smoothing of the season, if there is one.
    pub fn gamma(&self) -> Option<usize> {
        let before = match self.model.trend {
            Trend::None => 2,
            Trend::Additive => 4,
            Trend::Damped => 5,
        };
        self.has_season().then_some(before)
    }

    /// The first of the `period - 1` free seasonal states, which are always counted.
    pub fn first_season(&self) -> usize {
        self.gamma().map_or(usize::MAX, |g| g + 1)
    }

    /// How many numbers are searched.
    pub fn size(&self) -> usize {
        let plain = match self.model.trend {
            Trend::None => 2,
            Trend::Additive => 4,
            Trend::Damped => 5,
        };
        let season = if self.seasons { self.period - 1 } else { 0 };
        plain + if self.has_season() { 1 + season } else { 0 }
    }

    /// Smoothing parameters and initial states of the model, searched or not; the variance not among them.
    pub fn parameters(&self) -> usize {
        let fixed = self.has_season() && !self.seasons;
        self.size() + if fixed { self.period - 1 } else { 0 }
    }

    /// What gamma is a share of.
    pub fn room(&self, alpha: f64) -> f64 {
        if self.wide { 1.0 } else { 1.0 - alpha }
    }

    /// The numbers as parameters; `fixed` are the seasonal states where they are not searched.
    pub fn params(&self, x: &[f64], fixed: &[f64]) -> Params {
        let get = |place: Option<usize>, other: f64| place.map_or(other, |p| x[p]);
        let alpha = x[ALPHA];
        let mut season = Vec::new();
        if self.has_season() && self.seasons {
            let first = self.first_season();
            season = x[first..first + self.period - 1].to_vec();
            let sum: f64 = season.iter().sum();
            season.push(match self.model.season {
                Season::Multiplicative => self.period as f64 - sum,
                _ => -sum,
            });
        } else if self.has_season() {
            season = fixed.to_vec();
        }
        Params {
            alpha,
            beta: alpha * get(self.beta(), 0.0),
            gamma: self.room(alpha) * get(self.gamma(), 0.0),
            phi: get(self.phi(), 1.0),
            state: State {
                level: x[LEVEL],
                trend: get(self.trend(), 0.0),
                season,
            },
        }
    }

    /// The inverse of [`Layout::params`]; the seasonal states are brought to their norm, sum 0 or mean 1.
    pub fn numbers(&self, p: &Params) -> Vec<f64> {
        let mut x = vec![0.0; self.size()];
        let (mut level, mut trend, mut season) =
            (p.state.level, p.state.trend, p.state.season.clone());
        let mean = season.iter().sum::<f64>() / season.len().max(1) as f64;
        match self.model.season {
            Season::None => {}
            Season::Additive => {
                level += mean;
                season.iter_mut().for_each(|s| *s -= mean);
            }
            Season::Multiplicative => {
                level *= mean;
                trend *= mean;
                season.iter_mut().for_each(|s| *s /= mean);
            }
        }
        x[ALPHA] = p.alpha;
        x[LEVEL] = level;
        if let (Some(t), Some(b)) = (self.trend(), self.beta()) {
            x[t] = trend;
            x[b] = p.beta / p.alpha;
        }
        if let Some(f) = self.phi() {
            x[f] = p.phi;
        }
        if let Some(g) = self.gamma() {
            x[g] = p.gamma / self.room(p.alpha);
            if self.seasons {
                x[g + 1..].copy_from_slice(&season[..self.period - 1]);
            }
        }
        x
    }
}
