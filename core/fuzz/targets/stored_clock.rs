//! Bytes of a clock: those that are accepted have a text that gives the same bytes.
#![no_main]
use libfuzzer_sys::fuzz_target;
use slaops_core::sla::clock::{Clock, encode, state, text};
use slaops_fuzz::seeds;

fn begin() {
    let clocks = [
        r#"[]"#,
        r#"[{"at": "2026-01-05T09:00:00Z", "signal": "start"}, {"at": "2026-01-05T10:00:00Z", "signal": "pause", "seq": 2}, {"at": "2026-01-05T11:00:00Z", "signal": "resume"}]"#,
        r#"[{"at": "2026-01-05T09:00:00Z", "signal": "start"}, {"at": "2026-01-06T09:00:00Z", "signal": "stop"}, {"at": "2026-01-07T09:00:00Z", "signal": "reopen"}]"#,
    ];
    let bytes = |t: &&str| {
        text::parse(t)
            .and_then(|mut signals| encode(&mut signals))
            .ok()
    };
    seeds(clocks.iter().filter_map(bytes));
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
});
