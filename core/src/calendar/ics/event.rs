//! Events: what one VEVENT says, and the dates it covers.

use std::collections::HashSet;
use std::rc::Rc;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

use super::line::Line;
use super::rule::Rule;
use super::when::{When, Zone, parse_duration, parse_period, parse_when};
use super::{Collector, IcsError, MAX_RULE, day_number};
use crate::interrupt;

/// The cost in steps of a rule that ends before its COUNT or UNTIL: `rrule` has searched up to
/// 100,000 periods for it, which takes 5 to 17 ms.
const DRY_RULE: usize = 2_000;

/// One VEVENT: the properties that matter, as lines.
pub(super) struct Event {
    pub(super) line: usize,
    pub(super) lines: Vec<Line>,
}

impl Event {
    fn all(&self, property: &'static str) -> impl Iterator<Item = &Line> {
        self.lines
            .iter()
            .filter(move |line| line.property == property)
    }

    pub(super) fn first(&self, property: &'static str) -> Option<&Line> {
        self.all(property).next()
    }

    pub(super) fn text(&self, property: &'static str) -> Option<&str> {
        self.first(property).map(|line| line.value.as_str())
    }

    /// A property that may stand once.
    fn once(&self, property: &'static str) -> Result<Option<&Line>, IcsError> {
        match self.all(property).nth(1) {
            Some(second) => Err(second.error("stands twice in one VEVENT")),
            None => Ok(self.first(property)),
        }
    }

    pub(super) fn recurrence_id(&self) -> Result<Option<When>, IcsError> {
        let Some(line) = self.once("RECURRENCE-ID")? else {
            return Ok(None);
        };
        match line.parameter("RANGE") {
            Some(range) => Err(line.error(format!("has the unsupported RANGE={range}"))),
            None => self.when(line, &line.value).map(Some),
        }
    }

    /// Whether Outlook says that the event takes whole days. It writes their midnights in UTC.
    fn takes_whole_days(&self) -> bool {
        self.text("X-MICROSOFT-CDO-ALLDAYEVENT")
            .is_some_and(|value| value.trim().eq_ignore_ascii_case("TRUE"))
    }

    fn when(&self, line: &Line, text: &str) -> Result<When, IcsError> {
        when(line, text, self.takes_whole_days())
    }

    /// The start and the duration (zero if not given).
    fn start(&self, out: &mut Collector) -> Result<(&Line, When, TimeDelta), IcsError> {
        let Some(line) = self.once("DTSTART")? else {
            return Err(IcsError::Structure {
                line: self.line,
                found: "BEGIN:VEVENT".into(),
                problem: "begins an event without DTSTART".into(),
            });
        };
        let start = self.when(line, &line.value)?;
        if parse_when(line, &line.value)?.wall != start.wall {
            out.note(
                line,
                "is a whole day of Outlook: the nearest midnight is meant",
            );
        }
        let length = match (self.once("DTEND")?, self.once("DURATION")?) {
            (Some(_), Some(duration)) => return Err(duration.error("stands beside DTEND")),
            (None, Some(duration)) => parse_duration(duration, &duration.value)?,
            (Some(dtend), None) => {
                let end = self.when(dtend, &dtend.value)?;
                let before = || dtend.error(format!("is before DTSTART \"{}\"", line.value));
                match (start.zone.is_some(), end.zone.is_some()) {
                    // The days from a date to an instant: the last is that of the instant, unless it is a midnight.
                    (false, true) => {
                        out.note(
                            dtend,
                            "has a time and DTSTART has none: whole days are meant",
                        );
                        let end = end.midnight();
                        if end.wall.date() < start.wall.date() {
                            return Err(before());
                        }
                        end.wall - start.wall
                    }
                    // The end date is not covered; an event that starts and ends on one date covers it.
                    (true, false) => {
                        out.note(
                            dtend,
                            "has no time and DTSTART has one: whole days are meant",
                        );
                        if end.wall.date() < start.wall.date() {
                            return Err(before());
                        }
                        (end.wall - start.wall).max(TimeDelta::zero())
                    }
                    _ => {
                        let length = end.wall_in(start.zone) - start.wall;
                        if length < TimeDelta::zero() {
                            return Err(before());
                        }
                        length
                    }
                }
            }
            (None, None) => TimeDelta::zero(),
        };
        Ok((line, start, length))
    }

    /// Adds the dates that this event covers, without the occurrences that other events replace.
    pub(super) fn collect(&self, replaced: &[When], out: &mut Collector) -> Result<(), IcsError> {
        let (dtstart, start, length) = self.start(out)?;
        out.zone = start.zone;
        if let Some(line) = self.first("EXRULE") {
            return Err(line.error("is obsolete and not supported"));
        }
        let mut without = Exceptions::default();
        for when in replaced {
            interrupt::check();
            without.insert(*when, start.zone);
        }
        // Asked once: an event may have a million lines.
        let whole_days = self.takes_whole_days();
        for line in self.all("EXDATE") {
            for text in line.value.split(',') {
                interrupt::check();
                without.insert(when(line, text, whole_days)?, start.zone);
            }
        }
        let name: Rc<str> = self.text("SUMMARY").unwrap_or_default().into();
        let add = |out: &mut Collector, line: &Line, at, length| match without.contains(at) {
            true => Ok(()),
            false => out.add(line.number, at, length, &name),
        };
        let mut rules = Vec::new();
        for line in self.all("RRULE") {
            if line.value.len() > MAX_RULE {
                return Err(line.error(format!("has more than {MAX_RULE} bytes")));
            }
            interrupt::check();
            let rule = Rule::parse(line, start, whole_days)?;
            let over = rule.until.is_some_and(|until| until < start.wall);
            if over {
                out.note(line, "ends before DTSTART: it gives no dates");
            }
            rules.push((line, rule, over));
        }
        // An event that ended before it began covers nothing.
        if rules.is_empty() || rules.iter().any(|(_, _, over)| !over) {
            add(out, dtstart, start.wall, length)?;
        }
        for line in self.all("RDATE") {
            for text in line.value.split(',') {
                interrupt::check();
                let (at, length) = match text.split_once('/') {
                    None => (when(line, text, whole_days)?, length),
                    Some((begin, end)) => parse_period(line, begin, end)?,
                };
                add(out, line, at.wall_in(start.zone), length)?;
            }
        }
        for (line, rule, _) in rules.into_iter().filter(|(_, _, over)| !over) {
            let (mut steps, mut dry) = (0, true);
            for at in &rule.set {
                interrupt::check();
                let at = at.naive_utc();
                if rule.until.is_some_and(|until| at > until) || day_number(at) >= out.to {
                    dry = false;
                    break;
                }
                steps += 1;
                out.step(line.number, 1)?;
                add(out, line, at, length)?;
            }
            if dry && rule.count.is_none_or(|count| steps < count) {
                out.step(line.number, DRY_RULE)?;
            }
        }
        Ok(())
    }
}

/// The occurrences that EXDATE and RECURRENCE-ID take out. If they or the event are DATEs, dates
/// decide.
#[derive(Default)]
struct Exceptions {
    dates: HashSet<NaiveDate>,
    times: HashSet<NaiveDateTime>,
}

impl Exceptions {
    fn insert(&mut self, when: When, zone: Option<Zone>) {
        if when.zone.is_some() && zone.is_some() {
            self.times.insert(when.wall_in(zone));
        } else {
            self.dates.insert(when.wall.date());
        }
    }

    fn contains(&self, at: NaiveDateTime) -> bool {
        self.times.contains(&at) || self.dates.contains(&at.date())
    }
}

/// An instant as written, or its day where the event takes whole days.
fn when(line: &Line, text: &str, whole_days: bool) -> Result<When, IcsError> {
    let when = parse_when(line, text)?;
    Ok(if whole_days { when.midnight() } else { when })
}
