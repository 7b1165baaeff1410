//! Bytes of a survival summary: those that are accepted have a text that gives the same bytes, and
//! merge with themselves.
#![no_main]
use libfuzzer_sys::fuzz_target;
use slaops_core::statistics::survival::{Survival, Tally, encode, merge, text};
use slaops_fuzz::seeds;

fn begin() {
    let rows = [(1.0, true), (2.5, false), (2.5, true), (1e6, true)];
    let tallies = rows
        .iter()
        .filter_map(|(m, f)| Tally::row(*m, *f).ok().flatten());
    seeds(
        [encode(Vec::new()), encode(tallies.collect())]
            .into_iter()
            .flatten(),
    );
}

fuzz_target!(init: begin(), |data: &[u8]| {
    if let Ok(survival) = Survival::whole(data) {
        let _ = merge(survival, survival);
    }
    if let Ok(survival) = Survival::check(data) {
        let printed = text::print(survival).expect("a summary prints");
        let again = text::parse(&printed).and_then(encode).expect("its own text reads");
        assert_eq!(again, data);
    }
    let text = std::str::from_utf8(data).unwrap_or_default();
    if let Ok(bytes) = text::parse(text).and_then(encode) {
        assert!(Survival::check(&bytes).is_ok(), "what text gives is received");
    }
});
