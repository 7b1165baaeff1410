//! Holidays: of a calendar, by name, and from iCalendar text.

use crate::ffi::datum::{self, from_text, int4};
use crate::ffi::report::OrRaise;
use crate::ffi::{pg_functions, srf};
use pgrx::pg_sys::{Datum, FunctionCallInfo};
use slaops_core::calendar::ics;
use slaops_core::error::{Error, SqlState};
use slaops_core::memory;

/// The holidays of argument 0, a text.
unsafe fn from_ics(fcinfo: FunctionCallInfo) -> Vec<ics::IcsHoliday> {
    let text = unsafe { datum::limited(fcinfo, 0, ics::MAX_TEXT, "an iCalendar text") };
    let (from, to) = unsafe { (int4(fcinfo, 1), int4(fcinfo, 2)) };
    let error = |e: ics::IcsError| match e {
        ics::IcsError::Memory(error) => error,
        e => Error::new(SqlState::InvalidText, e.to_string(), e.hint()),
    };
    let (found, notes) = ics::read(&text, from, to).map_err(error).or_raise();
    if let Some(first) = notes.first() {
        let more = match notes.len() {
            1 => String::new(),
            n => format!(" (and {} more)", n - 1),
        };
        crate::ffi::report::notice(format!("{first}{more}"));
    }
    found
}

pg_functions! {
    fn slaops_holidays(fcinfo) {
        srf::rows(fcinfo, || {
            let descriptor = srf::descriptor(fcinfo);
            let calendar = super::calendar::read(fcinfo, 0);
            let (from, to) = (int4(fcinfo, 1), int4(fcinfo, 2));
            let found = calendar.holidays(from, to);
            Box::new(found.into_iter().map(move |(day, name)| {
                srf::tuple(descriptor, &mut [Some(Datum::from(day)), Some(from_text(&name))])
            }))
        })
    }

    fn slaops_holidays_from_ics(fcinfo) {
        let found = from_ics(fcinfo);
        let mut days = memory::collect(found.iter().map(|h| h.day)).or_raise();
        days.dedup();
        datum::from_dates(&days)
    }

    fn slaops_ics_holidays(fcinfo) {
        srf::rows(fcinfo, || {
            let descriptor = srf::descriptor(fcinfo);
            let found = from_ics(fcinfo);
            Box::new(found.into_iter().map(move |h| {
                srf::tuple(descriptor, &mut [Some(Datum::from(h.day)), Some(from_text(&h.name))])
            }))
        })
    }
}
