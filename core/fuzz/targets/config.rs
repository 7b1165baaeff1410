//! A configuration in YAML: what is read prints as YAML and JSON that read as the same. Any YAML as JSON, which reads
//! as itself.
#![no_main]
use libfuzzer_sys::fuzz_target;
use slaops_core::config::{Format, Known, doubts, print, read, yaml_to_json};
use slaops_fuzz::seeds;

const TEXTS: [&str; 5] = [
    include_str!("../../src/config/canonical.yml"),
    include_str!("../../../config/sla_policies.yml"),
    include_str!("../../../config/calendars.yml"),
    "policies: [{name: All, when: {priority: [high, {not: low}]}, targets: {all: {first_response: 1h}}}]",
    "--- !ruby/hash:ActiveSupport::HashWithIndifferentAccess\nmon: &1 !ruby/hash:X\n  active: true\n  at: [['09:00', '17:00']]\ntue: *1\n",
];

fuzz_target!(init: seeds(TEXTS), |text: &str| {
    let known = Known::default();
    let _ = doubts(text);
    if let Ok(value) = yaml_to_json(text) {
        if let Ok(again) = yaml_to_json(&value.to_string()) {
            assert_eq!(again, value);
        }
    }
    let Ok(config) = read(text, &known) else {
        return;
    };
    for format in [Format::Yaml, Format::Json] {
        if let Ok(printed) = print(&config, format) {
            assert_eq!(read(&printed, &known).expect("its own text reads"), config);
        }
    }
});
