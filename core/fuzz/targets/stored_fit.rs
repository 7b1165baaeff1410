//! Bytes of a fitted forecast: those that are accepted have a text that gives the same bytes.
#![no_main]
use libfuzzer_sys::fuzz_target;
use slaops_core::forecast::fit::Fit;

fuzz_target!(|data: &[u8]| {
    if let Ok(fit) = Fit::from_bytes(data) {
        let again = Fit::from_json(&fit.to_json().to_string()).expect("its own text reads");
        assert_eq!(again.to_bytes().ok(), fit.to_bytes().ok());
    }
});
