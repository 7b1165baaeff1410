//! Bytes of a series: those that are accepted have a text that gives the same bytes, and a layout in time.
#![no_main]
use libfuzzer_sys::fuzz_target;
use slaops_core::forecast::series::layout::layout;
use slaops_core::forecast::series::{decode, decode_state, receive, text};
use slaops_fuzz::seeds;

fn begin() {
    let series = [
        r#"{"step": {"days": 1}, "points": [["2026-01-05T00:00:00Z", 3], ["2026-01-06T00:00:00Z", 4.5]]}"#,
        r#"{"step": {"micros": 300000000}, "fill": "zero", "points": []}"#,
        r#"{"step": {"months": 1}, "fill": "missing", "duplicates": "refuse", "points": [["2026-01-01T00:00:00Z", -1e-7]]}"#,
        r#"{"points": [["2026-01-01T00:00:00.000001Z", 0], ["@-1", 1e300]]}"#,
    ];
    let texts = series.iter().map(|t| t.as_bytes().to_vec());
    seeds(texts.chain(series.iter().filter_map(|t| text::parse(t).ok())));
}

fuzz_target!(init: begin(), |data: &[u8]| {
    let _ = decode_state(data);
    if let Ok((rules, points)) = decode(data) {
        let _ = layout(rules, &points, chrono_tz::Europe::Berlin);
    }
    if let Ok((rules, points)) = receive(data) {
        let printed = text::print(rules, &points).expect("a series prints");
        assert_eq!(text::parse(&printed).expect("its own text reads"), data);
    }
    if let Ok(bytes) = text::parse(std::str::from_utf8(data).unwrap_or_default()) {
        assert!(receive(&bytes).is_ok(), "what text gives is received");
    }
});
