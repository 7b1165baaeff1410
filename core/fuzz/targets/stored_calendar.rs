//! Bytes of a calendar: those that are accepted have a text that gives the same bytes.
#![no_main]
use libfuzzer_sys::fuzz_target;
use slaops_core::calendar::{Calendar, HEADER, hash};
use slaops_fuzz::{HOURS, seeds};

fn begin() {
    let calendars = HOURS
        .iter()
        .filter_map(|text| text.parse::<Calendar>().ok());
    seeds(calendars.map(|c| c.to_bytes()));
}

fuzz_target!(init: begin(), |data: &[u8]| {
    // As they are, and with the hash that a damaged value would lack.
    for right in [false, true] {
        let mut bytes = data.to_vec();
        if right && bytes.len() >= HEADER {
            let sum = hash(&bytes[HEADER..]).to_le_bytes();
            bytes[4..HEADER].copy_from_slice(&sum);
        }
        if let Ok(calendar) = Calendar::from_own_bytes(&bytes) {
            let _ = calendar.to_string();
        }
        if let Ok(calendar) = Calendar::from_bytes(&bytes) {
            let again: Calendar = calendar.to_string().parse().expect("its own text reads");
            assert_eq!(again.to_bytes(), bytes);
        }
    }
});
