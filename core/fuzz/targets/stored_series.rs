//! Bytes of a series: those that are accepted have a text that gives the same bytes, and a layout in time.
#![no_main]
use libfuzzer_sys::fuzz_target;
use slaops_core::forecast::series::layout::layout;
use slaops_core::forecast::series::{decode, decode_state, encode, text};
use slaops_fuzz::seeds;

fn begin() {
    let series = [
        r#"{"step": "1 day", "points": [["2026-01-05T00:00:00Z", 3], ["2026-01-06T00:00:00Z", 4.5]]}"#,
        r#"{"step": "1 hour", "fill": "zero", "points": []}"#,
        r#"{"step": "1 mon", "fill": "carry", "points": [["2026-01-01T00:00:00Z", null]]}"#,
    ];
    seeds(series.iter().filter_map(|t| text::parse(t).ok()));
}

fuzz_target!(init: begin(), |data: &[u8]| {
    let _ = decode_state(data);
    if let Ok((rules, points)) = decode(data) {
        let _ = layout(rules, &points, chrono_tz::Europe::Berlin);
        if encode(rules, &points).is_ok_and(|bytes| bytes == data) {
            let printed = text::print(rules, &points).expect("a series prints");
            assert_eq!(text::parse(&printed).expect("its own text reads"), data);
        }
    }
});
