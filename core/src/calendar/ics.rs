//! Holidays and shifts from iCalendar (RFC 5545) text.
//!
//! Every VEVENT covers dates: those of its start, its rules and RDATEs, less EXDATEs, over its
//! whole length. A date is the wall date as written, in whatever zone: a holiday belongs to a day,
//! not to an instant.
//!
//! Content lines are parsed by `icalendar`, rules are expanded by `rrule`; what each does not do is
//! done here:
//!
//! - `icalendar`'s whole-text parser counts unfolded lines, swallows lines where LF and CRLF are
//!   mixed, takes quadratic time on LF text, and recurses on nesting: so lines are unfolded and
//!   nested here, and it reads one line at a time;
//! - `rrule` reads `BYDAY=XXMO` as `MO`, panics where a multi-byte letter stands in BYDAY, gives
//!   nothing for `INTERVAL=0` and seven days for BYWEEKNO without BYDAY: so rules are checked and
//!   written anew before it sees them;
//! - `rrule` refuses `BYDAY=-5MO` in months: it is written anew;
//! - `rrule` refuses an UNTIL that is a date, or any beside a zone of its own: so UNTIL is applied
//!   here.
//!
//! DTSTART always counts, even where it does not match its rule (which RFC 5545 leaves undefined).
//! Outlook writes events of whole days whose ends RFC 5545 does not allow: a DATE with a DATE-TIME, or the midnights in
//! UTC beside X-MICROSOFT-CDO-ALLDAYEVENT. They are read as the days that are meant, with a note.
//!
//! A TZID that is not an IANA name is kept as an unknown zone: its wall times stand, and UTC times
//! beside it are read as its wall times.

mod event;
mod line;
mod lines;
mod rule;
#[cfg(test)]
mod tests;
mod when;

use std::collections::HashMap;
use std::rc::Rc;

use crate::error::Error;
use crate::memory;
use crate::time::Timestamp;
use crate::time::wall;
use crate::time::zone::EPOCH_UNIX;
use chrono::{Datelike, NaiveDateTime, TimeDelta};
use chrono_tz::Tz;
use thiserror::Error as ThisError;

use when::{When, Zone};

/// Most dates that one text may give, and most steps that its rules may take; 100,000 steps take
/// about 0.1 s.
pub const LIMIT: usize = 100_000;
/// The most bytes of a text. Those that calendars are published in have some 10,000.
pub const MAX_TEXT: usize = 4_000_000;
/// The most bytes of a rule: each day is compared with all of its parts.
const MAX_RULE: usize = 10_000;
/// 2000-01-01 counted from 0001-01-01 as day 1.
const EPOCH_FROM_CE: i32 = 730_120;
/// 0001-01-01 and, exclusive, 9999-12-31: what iCalendar's four digits can write.
const FIRST_DAY: i32 = -730_119;
const LAST_DAY: i32 = 2_921_940;

/// One holiday: a date and its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct IcsHoliday {
    /// Days since 2000-01-01.
    pub day: i32,
    /// The event's SUMMARY, unescaped; empty if it has none.
    pub name: Rc<str>,
}

/// One shift: an event with a start and a length in time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct IcsShift {
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    /// The event's SUMMARY, unescaped; empty if it has none.
    pub name: Rc<str>,
}

/// Why a text cannot be read as iCalendar holidays. Lines count from 1, in the text as given.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
pub enum IcsError {
    /// There is no VCALENDAR.
    #[error("the text holds no BEGIN:VCALENDAR")]
    NoCalendar,
    /// Lines do not nest, or a line is not a content line.
    #[error("line {line}: \"{found}\" {problem}")]
    Structure {
        line: usize,
        found: String,
        problem: String,
    },
    /// A property of an event is missing, wrong or not supported.
    #[error("line {line}: {property} \"{found}\" {problem}")]
    Property {
        line: usize,
        property: &'static str,
        found: String,
        problem: String,
    },
    /// More than [`LIMIT`] dates or steps.
    #[error("line {line}: the events give more than the limit of {LIMIT} dates")]
    Limit { line: usize },
    /// No memory.
    #[error("{0}")]
    Memory(Error),
}

impl IcsError {
    /// What the user can do about it: one sentence, for a HINT.
    pub fn hint(&self) -> String {
        let property = match self {
            Self::NoCalendar => "",
            Self::Structure { .. } => "BEGIN",
            Self::Property { property, .. } => property,
            Self::Limit { .. } => "LIMIT",
            Self::Memory(error) => return error.hint.clone(),
        };
        let hint = match property {
            "" => "Give the whole text of an .ics file, from BEGIN:VCALENDAR to END:VCALENDAR.",
            "BEGIN" => "A line is NAME:VALUE, or begins with a blank; each BEGIN has its END.",
            "LIMIT" => "Ask for fewer years, or end the rules with COUNT or UNTIL.",
            "RRULE" => "Write a rule such as FREQ=YEARLY;BYMONTH=11;BYDAY=4TH.",
            "DURATION" => "Write a duration such as P1D, P2W or PT8H.",
            "EXRULE" => "Write the exceptions as EXDATE.",
            "RECURRENCE-ID" => "Write each changed occurrence as an event, without RANGE.",
            _ => "Write DTSTART;VALUE=DATE:20261225, and DTEND as the day after the last.",
        };
        hint.to_string()
    }
}

/// The dates in [from, to), in days since 2000-01-01, that the VEVENTs of an iCalendar text cover,
/// sorted by day and name, distinct. Cancelled events give none. Dates are those of the years 1 to
/// 9999.
///
/// # Errors
/// [`IcsError`], for text that is not iCalendar, for events that contradict RFC 5545, and beyond
/// [`LIMIT`].
pub fn holidays(text: &str, from: i32, to: i32) -> Result<Vec<IcsHoliday>, IcsError> {
    read(text, from, to).map(|found| found.0)
}

/// The same, and what was read otherwise than written.
///
/// # Errors
/// As [`holidays`].
pub fn read(text: &str, from: i32, to: i32) -> Result<(Vec<IcsHoliday>, Vec<String>), IcsError> {
    let mut out = gather(text, from, to, None)?;
    out.found.sort_unstable();
    out.found.dedup();
    Ok((out.found, out.notes))
}

/// The events that are there at some time in [from, to), sorted, distinct, and what was read otherwise than written.
/// Wall times without a known zone are of `zone`, and so are the midnights of whole days. Cancelled events give none.
///
/// # Errors
/// As [`holidays`].
pub fn shifts(
    text: &str,
    from: Timestamp,
    to: Timestamp,
    zone: Tz,
) -> Result<(Vec<IcsShift>, Vec<String>), IcsError> {
    let day = |at: Timestamp| {
        let day = at.div_euclid(crate::time::DAY);
        day.clamp(i64::from(FIRST_DAY), i64::from(LAST_DAY)) as i32
    };
    // A day more on both sides, since a zone may be that far away.
    let out = gather(text, day(from) - 1, day(to) + 2, Some(zone))?;
    let mut shifts = out.shifts;
    shifts.retain(|s| s.starts_at < to && s.ends_at > from && s.ends_at > s.starts_at);
    shifts.sort_unstable();
    shifts.dedup();
    Ok((shifts, out.notes))
}

fn gather(text: &str, from: i32, to: i32, timed: Option<Tz>) -> Result<Collector, IcsError> {
    // A line of some letters is kept as a value with lists of its own, a date of nine in a table.
    memory::room_for(text.len(), 64).map_err(IcsError::Memory)?;
    let events = lines::events(text)?;
    let mut overridden: HashMap<&str, Vec<When>> = HashMap::new();
    for event in &events {
        if let (Some(uid), Some(id)) = (event.text("UID"), event.recurrence_id()?) {
            overridden.entry(uid).or_default().push(id);
        }
    }
    let mut out = Collector {
        from: from.max(FIRST_DAY),
        to: to.min(LAST_DAY),
        steps: 0,
        found: Vec::new(),
        notes: Vec::new(),
        timed,
        zone: None,
        shifts: Vec::new(),
    };
    for event in &events {
        crate::interrupt::check();
        if !event
            .text("STATUS")
            .is_some_and(|status| status.trim().eq_ignore_ascii_case("CANCELLED"))
        {
            let replaced = match event.first("RECURRENCE-ID") {
                None => event.text("UID").and_then(|uid| overridden.get(uid)),
                Some(_) => None,
            };
            event.collect(replaced.map_or(&[][..], Vec::as_slice), &mut out)?;
        }
    }
    Ok(out)
}

/// Days since 2000-01-01.
fn day_number(at: NaiveDateTime) -> i32 {
    at.date().num_days_from_ce() - EPOCH_FROM_CE
}

/// Gathers dates in [from, to) up to [`LIMIT`].
struct Collector {
    from: i32,
    to: i32,
    steps: usize,
    found: Vec<IcsHoliday>,
    notes: Vec<String>,
    /// For shifts: the zone of wall times that have none.
    timed: Option<Tz>,
    /// That of the event that is read.
    zone: Option<Zone>,
    shifts: Vec<IcsShift>,
}

/// The instant of a wall time, both in microseconds since 2000-01-01.
fn instant(tz: Tz, at: NaiveDateTime) -> Timestamp {
    wall::instant(tz, at.and_utc().timestamp_micros() - EPOCH_UNIX * 1_000_000)
}

impl Collector {
    fn note(&mut self, line: &line::Line, what: &str) {
        let line::Line {
            number,
            property,
            value,
            ..
        } = line;
        let found = line::shorten(value);
        self.notes
            .push(format!("line {number}: {property} \"{found}\" {what}"));
    }

    fn step(&mut self, line: usize, steps: usize) -> Result<(), IcsError> {
        self.steps += steps;
        if self.steps > LIMIT {
            Err(IcsError::Limit { line })
        } else {
            Ok(())
        }
    }

    fn add(
        &mut self,
        line: usize,
        start: NaiveDateTime,
        length: TimeDelta,
        name: &Rc<str>,
    ) -> Result<(), IcsError> {
        if let Some(tz) = self.timed {
            let tz = match self.zone {
                Some(Zone::Named(own)) => own,
                _ => tz,
            };
            if day_number(start) >= self.to || self.shifts.len() >= LIMIT {
                return match self.shifts.len() >= LIMIT {
                    true => Err(IcsError::Limit { line }),
                    false => Ok(()),
                };
            }
            let Some(end) = start.checked_add_signed(length) else {
                return Ok(());
            };
            if day_number(end) < self.from {
                return Ok(());
            }
            let shift = IcsShift {
                starts_at: instant(tz, start),
                ends_at: instant(tz, end),
                name: name.clone(),
            };
            return memory::push(&mut self.shifts, shift).map_err(IcsError::Memory);
        }
        // The end is exclusive: an event that ends at midnight does not cover the date that begins
        // there.
        let last = (length - TimeDelta::nanoseconds(1)).max(TimeDelta::zero());
        let last = start.checked_add_signed(last).map_or(i32::MAX, day_number);
        for day in day_number(start).max(self.from)..=last.min(self.to.saturating_sub(1)) {
            if self.found.len() >= LIMIT {
                return Err(IcsError::Limit { line });
            }
            let name = name.clone();
            memory::push(&mut self.found, IcsHoliday { day, name }).map_err(IcsError::Memory)?;
        }
        Ok(())
    }
}
