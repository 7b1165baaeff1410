//! Forecasts of series: exponential smoothing, simple methods beside it, intervals, back-tests.

pub mod decompose;
pub mod estimate;
pub mod ets;
pub mod model;
pub mod normal;
pub mod search;
