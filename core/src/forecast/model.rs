//! Names and shapes of exponential smoothing models.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How the noise enters: added to the mean, or in proportion to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Noise {
    Additive,
    Multiplicative,
}

/// The trend of an ETS model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trend {
    None,
    Additive,
    Damped,
}

/// The season of an ETS model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Season {
    None,
    Additive,
    Multiplicative,
}

/// One model of the ETS family, written as `AAdM`: noise, trend, season.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Model {
    pub noise: Noise,
    pub trend: Trend,
    pub season: Season,
}

impl Model {
    /// The model of these three parts.
    pub const fn new(noise: Noise, trend: Trend, season: Season) -> Self {
        Self {
            noise,
            trend,
            season,
        }
    }

    /// The fifteen models of the family: additive noise with a multiplicative season is left out, as its
    /// likelihood breaks down where the season nears zero.
    pub fn family() -> impl Iterator<Item = Model> {
        use {Noise::*, Season as S, Trend as T};
        let noises = [Additive, Multiplicative];
        let trends = [T::None, T::Additive, T::Damped];
        let seasons = [S::None, S::Additive, S::Multiplicative];
        noises
            .into_iter()
            .flat_map(move |n| trends.map(|t| (n, t)))
            .flat_map(move |(n, t)| seasons.map(|s| Model::new(n, t, s)))
            .filter(|m| m.noise != Additive || m.season != S::Multiplicative)
    }

    /// The same with noise and season that are added.
    pub fn added(self) -> Model {
        let season = match self.season {
            Season::None => Season::None,
            _ => Season::Additive,
        };
        Model::new(Noise::Additive, self.trend, season)
    }

    /// Whether means have to be above zero, and values but for a few zeros.
    pub fn needs_positive(self) -> bool {
        self.noise == Noise::Multiplicative || self.season == Season::Multiplicative
    }

    /// Reads `AAdA`, `A,Ad,A` or `ETS(A,Ad,A)`.
    ///
    /// # Errors
    /// 22023 for anything that is not such a name.
    pub fn parse(text: &str) -> Result<Model> {
        let upper = text.trim().to_uppercase();
        let inner = upper.strip_prefix("ETS(").and_then(|t| t.strip_suffix(')'));
        let plain: String = inner
            .unwrap_or(&upper)
            .chars()
            .filter(|c| !matches!(c, ',' | ' '))
            .collect();
        let noise = match plain.chars().next() {
            Some('A') => Some(Noise::Additive),
            Some('M') => Some(Noise::Multiplicative),
            _ => None,
        };
        let rest = plain.get(1..).unwrap_or_default();
        let (trend, rest) = if let Some(rest) = rest.strip_prefix("AD") {
            (Some(Trend::Damped), rest)
        } else if let Some(rest) = rest.strip_prefix('A') {
            (Some(Trend::Additive), rest)
        } else if let Some(rest) = rest.strip_prefix('N') {
            (Some(Trend::None), rest)
        } else {
            (None, rest)
        };
        let season = match rest {
            "N" => Some(Season::None),
            "A" => Some(Season::Additive),
            "M" => Some(Season::Multiplicative),
            _ => None,
        };
        match (noise, trend, season) {
            (Some(n), Some(t), Some(s)) => Ok(Model::new(n, t, s)),
            _ => Err(Error::parameter(
                format!("\"{text}\" is not an ETS model"),
                "Write noise (A, M), trend (N, A, Ad) and season (N, A, M), such as 'AAdA'.",
            )),
        }
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let noise = match self.noise {
            Noise::Additive => "A",
            Noise::Multiplicative => "M",
        };
        let trend = match self.trend {
            Trend::None => "N",
            Trend::Additive => "A",
            Trend::Damped => "Ad",
        };
        let season = match self.season {
            Season::None => "N",
            Season::Additive => "A",
            Season::Multiplicative => "M",
        };
        write!(f, "{noise}{trend}{season}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let all: Vec<String> = Model::family().map(|m| m.to_string()).collect();
        assert_eq!(all.len(), 15);
        for name in &all {
            assert_eq!(Model::parse(name).map(|m| m.to_string()), Ok(name.clone()));
        }
        assert_eq!(
            Model::parse("ets(m,ad,m)").map(|m| m.to_string()),
            Ok("MAdM".into())
        );
        for bad in ["", "AA", "XAA", "AAX", "AAAA", "ü", "AMM"] {
            assert!(Model::parse(bad).is_err(), "{bad}");
        }
    }
}
