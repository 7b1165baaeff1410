//! Holidays from iCalendar text: sorted, distinct, and of the days that were asked for.
#![no_main]
use libfuzzer_sys::fuzz_target;
use slaops_core::calendar::ics;
use slaops_fuzz::seeds;

const EVENTS: [&str; 3] = [
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20260101\r\nSUMMARY:New Year\r\nRRULE:FREQ=YEARLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:2\r\nDTSTART;TZID=Europe/Berlin:20260305T090000\r\nDURATION:P2DT3H\r\nRRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=9\r\nEXDATE;TZID=Europe/Berlin:20260327T090000\r\nRDATE;VALUE=DATE:20260401\r\nSUMMARY:Stock\\, taking\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:2\r\nRECURRENCE-ID;TZID=Europe/Berlin:20260424T090000\r\nDTSTART:20260425T090000Z\r\nSTATUS:CANCELLED\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260105\nDTEND;VALUE=DATE:20260107\nRRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20270101;WKST=SU\nSUMMARY;LANGUAGE=de:Z\n folded\nEND:VEVENT\nEND:VCALENDAR\n",
];

fuzz_target!(init: seeds(EVENTS), |text: &str| {
    let (from, to) = (9_000, 11_000);
    if let Ok((days, _)) = ics::read(text, from, to) {
        assert!(days.iter().all(|d| (from..to).contains(&d.day)));
        assert!(days.is_sorted_by(|a, b| (a.day, &a.name) < (b.day, &b.name)));
    }
});
