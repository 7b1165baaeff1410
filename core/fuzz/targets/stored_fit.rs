//! Bytes of a fitted forecast: those that are accepted have a text that gives the same bytes.
#![no_main]
use libfuzzer_sys::fuzz_target;
use slaops_core::forecast::{Fit, Method, fit};
use slaops_fuzz::seeds;

fn begin() {
    let values: Vec<f64> = (0..30).map(|i| f64::from(10 + i % 7 * 3 + i / 5)).collect();
    let methods = [
        "ANN",
        "MAdM",
        "theta",
        "dynamic_theta",
        "seasonal_naive",
        "weekday_mean",
        "drift",
    ];
    let fits = methods
        .iter()
        .filter_map(|name| fit(&values, Method::parse(name).ok()?, 7).ok());
    let both = |fit: Fit| [fit.to_bytes().ok(), Some(fit.to_json().to_string().into())];
    seeds(fits.flat_map(both).flatten());
}

fuzz_target!(init: begin(), |data: &[u8]| {
    if let Ok(fit) = Fit::from_bytes(data) {
        let again = Fit::from_json(&fit.to_json().to_string()).expect("its own text reads");
        if let Ok(bytes) = Fit::receive(data) {
            assert_eq!(again.to_bytes(), Ok(bytes));
        }
    }
    if let Ok(fit) = Fit::from_json(std::str::from_utf8(data).unwrap_or_default()) {
        let bytes = fit.to_bytes().expect("a fit is stored");
        assert_eq!(Fit::receive(&bytes).as_ref(), Ok(&bytes));
    }
});
