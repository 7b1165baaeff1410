//! A calendar in text or JSON: what is read prints as text that reads as the same value.
#![no_main]
use libfuzzer_sys::fuzz_target;
use slaops_core::calendar::Calendar;
use slaops_fuzz::{HOURS, seeds};

fuzz_target!(init: seeds(HOURS), |text: &str| {
    if let Ok(calendar) = text.parse::<Calendar>() {
        let again: Calendar = calendar.to_string().parse().expect("its own text reads");
        assert_eq!(again.to_bytes(), calendar.to_bytes());
        assert!(Calendar::from_bytes(&again.to_bytes()).is_ok(), "what text gives is received");
    }
});
