//! The methods by name.

use super::model::{Model, Noise, Season, Trend};
use crate::error::{Error, Result, did_you_mean};

/// A forecasting method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The family of exponential smoothing weighted by AICc, with the dynamic theta method.
    Auto,
    /// The model with the least AICc.
    Ets,
    Model(Model),
    /// By least squares in the wider region that Holt-Winters software searches.
    LeastSquares(Model),
    Theta,
    DynamicTheta,
    SeasonalNaive,
    WeekdayMean,
    Drift,
    Naive,
}

const fn squares(trend: Trend, season: Season) -> Method {
    Method::LeastSquares(Model::new(Noise::Additive, trend, season))
}

const NAMES: [(&str, Method); 15] = [
    ("auto", Method::Auto),
    ("ets", Method::Ets),
    ("holt_winters", squares(Trend::Additive, Season::Additive)),
    (
        "holt_winters_multiplicative",
        squares(Trend::Additive, Season::Multiplicative),
    ),
    (
        "holt_winters_damped",
        squares(Trend::Damped, Season::Additive),
    ),
    (
        "holt_winters_multiplicative_damped",
        squares(Trend::Damped, Season::Multiplicative),
    ),
    ("holt", squares(Trend::Additive, Season::None)),
    ("holt_damped", squares(Trend::Damped, Season::None)),
    ("ses", squares(Trend::None, Season::None)),
    ("theta", Method::Theta),
    ("dynamic_theta", Method::DynamicTheta),
    ("seasonal_naive", Method::SeasonalNaive),
    ("weekday_mean", Method::WeekdayMean),
    ("drift", Method::Drift),
    ("naive", Method::Naive),
];

impl Method {
    /// Reads a name, in any case, or an ETS model such as `AAdA`.
    ///
    /// # Errors
    /// 22023 for an unknown name.
    pub fn parse(text: &str) -> Result<Method> {
        let wanted = text.trim().to_lowercase();
        if let Some((_, method)) = NAMES.iter().find(|(name, _)| *name == wanted) {
            return Ok(*method);
        }
        if let Ok(model) = Model::parse(text) {
            let odd = model.noise == Noise::Additive && model.season == Season::Multiplicative;
            if odd {
                return Err(Error::parameter(
                    format!(
                        "ETS model \"{text}\" must not have additive noise with a multiplicative season"
                    ),
                    "Its likelihood breaks down near zero; use 'holt_winters_multiplicative', or multiplicative noise such as 'MAM'.",
                ));
            }
            return Ok(Method::Model(model));
        }
        let names = NAMES.iter().map(|(name, _)| *name);
        let hint = did_you_mean(&wanted, names.clone()).unwrap_or_else(|| {
            let names: Vec<_> = names.collect();
            format!("Use {}, or an ETS model such as 'AAdA'.", names.join(", "))
        });
        Err(Error::parameter(
            format!("\"{text}\" is not a forecasting method"),
            hint,
        ))
    }

    /// Whether it can follow a season.
    pub fn is_seasonal(self) -> bool {
        match self {
            Method::Model(m) | Method::LeastSquares(m) => m.season != Season::None,
            Method::Drift | Method::Naive => false,
            _ => true,
        }
    }

    /// The name that [`Method::parse`] reads.
    pub fn name(self) -> String {
        match NAMES.iter().find(|(_, method)| *method == self) {
            Some((name, _)) => (*name).to_owned(),
            None => match self {
                Method::Model(m) | Method::LeastSquares(m) => m.to_string(),
                _ => String::new(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (name, method) in NAMES {
            assert_eq!(Method::parse(&name.to_uppercase()), Ok(method));
            assert_eq!(method.name(), name);
        }
        let aada = Method::parse("ETS(A,Ad,A)").map(Method::name);
        assert_eq!(aada, Ok("AAdA".to_owned()));
        let hint = |t: &str| {
            Method::parse(t)
                .map_err(|e| e.hint)
                .err()
                .unwrap_or_default()
        };
        assert_eq!(hint("holt_winter"), "Did you mean \"holt_winters\"?");
        assert!(hint("prophet").contains("seasonal_naive"));
        assert!(hint("AAM").contains("MAM"));
    }
}
