//! The calendar by whose open hours a forecast is made, given by value or by name.

use crate::cache::{calendars, call_site};
use crate::ffi::args::Args;
use crate::ffi::report::OrRaise;
use chrono_tz::Tz;
use slaops_core::business_time::Timeline;
use slaops_core::calendar::Calendar;
use slaops_core::forecast::time_index::TimeIndex;
use slaops_core::time::DAY;
use slaops_core::time::zone;
use std::rc::Rc;

/// Which argument is the calendar.
#[derive(Clone, Copy)]
pub enum CalendarArg {
    None,
    Value(usize),
    /// A name, or NULL for none.
    Name(usize),
}

impl CalendarArg {
    pub fn timeline(self, args: Args<'_>) -> Option<Rc<Timeline>> {
        match self {
            CalendarArg::Value(i) => Some(call_site::shared(args, i)),
            CalendarArg::Name(i) if !args.is_null(i) => Some(calendars::shared(args, i)),
            _ => None,
        }
    }

    /// The calendar with the zone of its days: of versions that one which holds on the day of `at`, by UTC, or
    /// the next to it.
    pub fn calendar(self, args: Args<'_>, at: i64) -> Option<(Rc<Timeline>, Tz)> {
        let timeline = self.timeline(args)?;
        let name = match self {
            CalendarArg::Value(i) => {
                let value = crate::functions::calendar::read(args, i);
                return Some((timeline, zone::find(zone_of(&value)).or_raise()));
            }
            CalendarArg::Name(i) => args.calendar_text(i),
            CalendarArg::None => return None,
        };
        let day = at.div_euclid(DAY);
        let versions = calendars::versions(&name);
        let begun = |v: &&(Calendar, Option<i32>, Option<i32>)| {
            v.1.is_none_or(|from| i64::from(from) <= day)
        };
        let (value, ..) = versions.iter().rfind(begun).or(versions.first())?;
        Some((timeline, zone::find(zone_of(value)).or_raise()))
    }
}

/// Whether a text would be taken for a calendar.
pub fn is_calendar(text: &str) -> bool {
    calendars::find(text).is_some()
}

/// The zone that divides a calendar's days: the first one's where calendars are combined.
fn zone_of(calendar: &Calendar) -> &str {
    match calendar {
        Calendar::Plain(plain) => &plain.zone,
        Calendar::Union(list) | Calendar::Intersection(list) => list.first().map_or("UTC", zone_of),
        Calendar::Difference(pair) => zone_of(&pair.0),
    }
}

/// Open hours of steps from one on.
pub fn hours(timeline: &Timeline, index: &TimeIndex, from: usize, count: usize) -> Vec<f64> {
    let mut begins = index.at(from);
    let one = |k: usize| {
        slaops_core::interrupt::check();
        let ends = index.at(from + k + 1);
        let open = match (begins, ends) {
            (Some(begins), Some(ends)) => timeline.minutes(begins, ends) / 60.0,
            _ => 0.0,
        };
        begins = ends;
        open
    };
    slaops_core::memory::collect((0..count).map(one)).or_raise()
}
