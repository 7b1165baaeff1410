//! Days that the crate opening-hours knows: months, ISO weeks, the second Monday, Easter.

use crate::holidays::Region;
use crate::hours::{self, Day, FIRST_DATE, LAST_DATE};
use chrono::{Days, NaiveDate, NaiveTime};
use compact_calendar::CompactCalendar;
use opening_hours::localization::Country;
use opening_hours::{Context, ContextHolidays, OpeningHours};
use opening_hours_syntax::rules::day::MonthdayRange;
use std::sync::Arc;

/// A day selector of the grammar, with the holidays that it may mean.
pub struct Selector {
    days: OpeningHours,
    /// Easter does not repeat after 400 years; everything else in the grammar does.
    pub cyclic: bool,
    /// The days outside of which it never holds, where it names its years.
    pub within: Option<(Day, Day)>,
}

impl Selector {
    /// The selector of a rule's text; None if the crate does not read it, which parsing has ruled out.
    pub fn new(text: &str, region: Option<&Region>, holidays: &[Day]) -> Option<Self> {
        let mut public = CompactCalendar::default();
        for day in holidays {
            if let Some(date) = hours::date(*day) {
                public.insert(date);
            }
        }
        let school = match region.and_then(|r| r.country().parse::<Country>().ok()) {
            Some(country) if text.contains("SH") => country.holidays().get_school().clone(),
            _ => CompactCalendar::default(),
        };
        let context = Context::default()
            .with_holidays(ContextHolidays::new(Arc::new(public), Arc::new(school)));
        let days = format!("{text} 00:00-24:00").parse::<OpeningHours>().ok()?;
        let moves = ["easter", "PH", "SH"]
            .iter()
            .any(|word| text.contains(word));
        let mut numbers = text.split(|c: char| !c.is_ascii_digit());
        let cyclic = !moves && numbers.all(|n| n.len() != 4);
        Some(Selector {
            days: days.with_context(context),
            cyclic,
            within: years(text).map(|(first, last)| {
                // A range may run into the next year, and a weekday offset moves a day by up to six.
                let day = |year| NaiveDate::from_ymd_opt(year, 1, 1).and_then(hours::number);
                let first = day(first - 1).unwrap_or(FIRST_DATE);
                (first, day(last + 3).unwrap_or(LAST_DATE))
            }),
        })
    }

    /// The days from `first` to `last` on which it holds. The crate skips along its own hints of change.
    pub fn days(&self, first: Day, last: Day) -> Vec<Day> {
        let (first, last) = (first.max(FIRST_DATE), last.min(LAST_DATE));
        let (Some(from), Some(to)) = (hours::date(first), hours::date(last)) else {
            return Vec::new();
        };
        if first > last {
            return Vec::new();
        }
        let midnight = |d: NaiveDate| d.and_time(NaiveTime::MIN);
        let end = to.checked_add_days(Days::new(1)).unwrap_or(to);
        let mut days = Vec::new();
        for range in self.days.iter_range(midnight(from), midnight(end)) {
            crate::interrupt::check();
            if range.kind == opening_hours::RuleKind::Open {
                let epoch = |d: NaiveDate| hours::number(d).unwrap_or(LAST_DATE + 1);
                let a = epoch(range.range.start.date());
                let b = epoch(range.range.end.date());
                days.extend(a..b);
            }
        }
        days
    }
}

/// The days from `first` to `last` on which a selector's text holds, from 1900 to 9999.
pub fn selector_days(
    text: &str,
    region: Option<&str>,
    holidays: &[Day],
    first: Day,
    last: Day,
) -> Vec<Day> {
    let region = region.and_then(|r| Region::parse(r).ok());
    let selector = Selector::new(text, region.as_ref(), holidays);
    selector.map_or(Vec::new(), |s| s.days(first, last))
}

/// The first and the last year that a selector names, if it holds in no others. An offset in days may
/// be as long as 27 years.
fn years(text: &str) -> Option<(i32, i32)> {
    if text.contains(" day") {
        return None;
    }
    let expression = opening_hours_syntax::parse(&format!("{text} off")).ok()?;
    let selector = &expression.rules.first()?.day_selector;
    let mut years: Vec<i32> = Vec::new();
    for range in &selector.year {
        let (range, _) = range.into_parts();
        years.extend([range.start().0, range.end().0]);
    }
    if years.is_empty() {
        for range in &selector.monthday {
            let year = match range {
                MonthdayRange::Month { year, .. } => *year,
                MonthdayRange::Date { start, end } => end.0.year().or(start.0.year()),
            };
            years.push(year?.0);
            if let MonthdayRange::Date { start, .. } = range {
                years.extend(start.0.year().map(|y| y.0));
            }
        }
    }
    Some((*years.iter().min()?, *years.iter().max()?))
}
