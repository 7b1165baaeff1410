//! A configuration in YAML: what is read prints as YAML and JSON that read as the same.
#![no_main]
use libfuzzer_sys::fuzz_target;
use slaops_core::config::{Format, Known, doubts, print, read};
use slaops_fuzz::seeds;

const TEXTS: [&str; 4] = [
    include_str!("../../src/config/canonical.yml"),
    include_str!("../../../config/sla_policies.yml"),
    include_str!("../../../config/calendars.yml"),
    "policies: [{name: All, when: {priority: [high, {not: low}]}, targets: {all: {first_response: 1h}}}]",
];

fuzz_target!(init: seeds(TEXTS), |text: &str| {
    let known = Known::default();
    let _ = doubts(text);
    let Ok(config) = read(text, &known) else {
        return;
    };
    for format in [Format::Yaml, Format::Json] {
        if let Ok(printed) = print(&config, format) {
            assert_eq!(read(&printed, &known).expect("its own text reads"), config);
        }
    }
});
