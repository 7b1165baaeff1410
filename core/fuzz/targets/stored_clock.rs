//! Bytes of a clock: those that are accepted have a text that gives the same bytes.
#![no_main]
use libfuzzer_sys::fuzz_target;
use slaops_core::sla::clock::{Clock, encode, state, text};
use slaops_fuzz::seeds;

fn begin() {
    let clocks = [
        "",
        "start 2026-01-05T09:00:00Z, pause 2026-01-05T10:00:00Z #2, resume 2026-01-05T11:00:00Z",
        "start 2026-01-05T09:00:00Z, stop 2026-01-06T09:00:00Z, reopen 2026-01-07T09:00:00Z",
    ];
    let bytes = |t: &&str| {
        text::parse(t)
            .and_then(|mut signals| encode(&mut signals))
            .ok()
    };
    let texts = clocks.iter().map(|t| t.as_bytes().to_vec());
    seeds(texts.chain(clocks.iter().filter_map(bytes)));
}

fuzz_target!(init: begin(), |data: &[u8]| {
    if let Ok(clock) = Clock::new(data) {
        let _ = state(clock, 0);
        let _ = text::print(clock);
    }
    if let Ok(clock) = Clock::check(data) {
        let printed = text::print(clock).expect("a clock prints");
        let mut again = text::parse(&printed).expect("its own text reads");
        assert_eq!(encode(&mut again).expect("signals are stored"), data);
    }
    if let Ok(mut signals) = std::str::from_utf8(data).map_or(Ok(vec![]), text::parse) {
        let bytes = encode(&mut signals).expect("signals are stored");
        assert!(Clock::check(&bytes).is_ok(), "what text gives is received");
    }
});
