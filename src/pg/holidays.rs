//! Holidays: of a calendar, by name, and from iCalendar text.

use super::datum::{self, arg, from_text, int4};
use super::report::OrRaise;
use super::{pg_functions, srf};
use crate::error::{Error, State};
use crate::ics;
use pgrx::IntoDatum;
use pgrx::pg_sys::Datum;

fn from_ics(text: &str, from: i32, to: i32) -> Vec<ics::IcsHoliday> {
    let (found, notes) = ics::read(text, from, to)
        .map_err(|e| Error::new(State::InvalidText, e.to_string(), e.hint()))
        .or_raise();
    if let Some(first) = notes.first() {
        let more = match notes.len() {
            1 => String::new(),
            n => format!(" (and {} more)", n - 1),
        };
        super::report::notice(format!("{first}{more}"));
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
        let text = datum::text(arg(fcinfo, 0));
        let mut days: Vec<i32> =
            from_ics(&text, int4(fcinfo, 1), int4(fcinfo, 2)).iter().map(|h| h.day).collect();
        days.dedup();
        let dates: Vec<_> = days
            .into_iter()
            .map(|d| pgrx::datum::Date::from_pg_epoch_days(d))
            .collect();
        let array = dates.into_datum();
        datum::or_null(fcinfo, array)
    }

    fn slaops_ics_holidays(fcinfo) {
        srf::rows(fcinfo, || {
            let descriptor = srf::descriptor(fcinfo);
            let found = from_ics(&datum::text(arg(fcinfo, 0)), int4(fcinfo, 1), int4(fcinfo, 2));
            Box::new(found.into_iter().map(move |h| {
                srf::tuple(descriptor, &mut [Some(Datum::from(h.day)), Some(from_text(&h.name))])
            }))
        })
    }
}
