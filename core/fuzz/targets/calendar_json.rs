//! A calendar in JSON: what is read prints as JSON that reads as the same value.
#![no_main]
use libfuzzer_sys::fuzz_target;
use slaops_core::calendar::{Calendar, json};
use slaops_fuzz::{HOURS, seeds};

fn begin() {
    let calendars = HOURS
        .iter()
        .filter_map(|text| text.parse::<Calendar>().ok());
    seeds(calendars.map(|c| json::to_json(&c).to_string()));
}

fuzz_target!(init: begin(), |text: &str| {
    let Ok(value) = serde_json::from_str(text) else {
        return;
    };
    if let Ok(calendar) = json::from_json(&value) {
        let again = json::from_json(&json::to_json(&calendar)).expect("its own JSON reads");
        assert_eq!(again.to_bytes(), calendar.to_bytes());
        assert!(Calendar::from_bytes(&again.to_bytes()).is_ok(), "what text gives is received");
    }
});
