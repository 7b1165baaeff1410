//! How a model is fitted: within which limits, at which price, from how many starts.

/// Within which limits the smoothing parameters are searched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Region {
    pub alpha: (f64, f64),
    /// Of the trend's share of alpha, and of the season's share of 1 - alpha.
    pub share: (f64, f64),
    pub phi: (f64, f64),
    /// Whether a season that follows as fast as the usual region lets it is searched beyond, where the region is
    /// admissible.
    pub beyond: bool,
}

impl Region {
    /// The usual region of ETS.
    pub const USUAL: Region = Region {
        alpha: (1e-4, 0.9999),
        share: (0.0, 0.9999),
        phi: (0.8, 0.98),
        beyond: false,
    };
    /// With a season that may follow faster.
    pub const ADMISSIBLE: Region = Region {
        beyond: true,
        ..Region::USUAL
    };
    /// Where Holt-Winters is searched by least squares.
    pub const HOLT_WINTERS: Region = Region {
        alpha: (0.0, 1.0),
        share: (0.0, 1.0),
        phi: (0.8, 0.995),
        beyond: false,
    };
}

/// How a model is fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    pub region: Region,
    /// What is taken from the log-likelihood for each unit of the trend's share and of the season's share.
    pub penalty: (f64, f64),
    /// Starts that are followed, the most likely first.
    pub starts: usize,
}

impl Options {
    /// Options of estimates by maximum likelihood.
    pub const LIKELIHOOD: Options = Options {
        region: Region::USUAL,
        penalty: (0.0, 0.0),
        starts: 10,
    };
    /// The largest likelihood of the admissible region, for a model that was asked for by name.
    pub const ADMISSIBLE: Options = Options {
        region: Region::ADMISSIBLE,
        ..Options::LIKELIHOOD
    };
    /// Options of Holt-Winters, which minimizes squared errors.
    pub const LEAST_SQUARES: Options = Options {
        region: Region::HOLT_WINTERS,
        penalty: (0.0, 0.0),
        starts: 10,
    };
}
