//! Holidays: of a calendar, by name, and from iCalendar text.

use crate::ffi::args::Args;
use crate::ffi::report::OrRaise;
use crate::ffi::results::{from_dates, from_text};
use crate::ffi::srf::RowType;
use crate::ffi::{pg_functions, srf};
use pgrx::pg_sys::Datum;
use slaops_core::calendar::ics;
use slaops_core::error::{Error, SqlState};
use slaops_core::memory;

/// Why a text is not iCalendar, as an error.
pub fn ics_error(error: ics::IcsError) -> Error {
    match error {
        ics::IcsError::Memory(error) => error,
        e => Error::new(SqlState::InvalidText, e.to_string(), e.hint()),
    }
}

/// Says what was read otherwise than written.
pub fn tell(notes: &[String]) {
    if let Some(first) = notes.first() {
        let more = match notes.len() {
            1 => String::new(),
            n => format!(" (and {} more)", n - 1),
        };
        crate::ffi::report::notice(format!("{first}{more}"));
    }
}

/// The holidays of argument 0, a text.
fn from_ics(args: Args<'_>) -> Vec<ics::IcsHoliday> {
    let text = args.limited(0, ics::MAX_TEXT, "an iCalendar text");
    let (from, to) = (args.int4(1), args.int4(2));
    let (found, notes) = ics::read(&text, from, to).map_err(ics_error).or_raise();
    tell(&notes);
    found
}

pg_functions! {
    fn slaops_holidays(args) {
        srf::rows(args, || {
            let row_type = RowType::of(args);
            let calendar = super::calendar::read(args, 0);
            let (from, to) = (args.int4(1), args.int4(2));
            let found = calendar.holidays(from, to);
            Box::new(found.into_iter().map(move |(day, name)| {
                row_type.tuple(&[Some(Datum::from(day)), Some(from_text(&name))])
            }))
        })
    }

    fn slaops_holidays_from_ics(args) {
        let found = from_ics(args);
        let mut days = memory::collect(found.iter().map(|h| h.day)).or_raise();
        days.dedup();
        from_dates(&days)
    }

    fn slaops_ics_holidays(args) {
        srf::rows(args, || {
            let row_type = RowType::of(args);
            let found = from_ics(args);
            Box::new(found.into_iter().map(move |h| {
                row_type.tuple(&[Some(Datum::from(h.day)), Some(from_text(&h.name))])
            }))
        })
    }
}
