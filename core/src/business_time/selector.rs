//! On which days a selector of the grammar holds: months, ISO weeks, the second Monday, Easter.
//!
//! Every day is decided from the calendar. The crate opening-hours (2.1.4) is not asked: it goes from one change to the
//! next, looks a year ahead for it and then says "never", so that it loses the fifth weekday of a month.
//!
//! The parts of a selector (years, dates, weeks, weekdays) must all hold on the day itself; of a part's list one must.

use crate::calendar::hours::{self, Day, DaySet, FIRST_DATE, LAST_DATE};
use chrono::{Datelike, Days, NaiveDate, TimeDelta, Weekday};
use opening_hours_syntax::rules::day::{
    Date, DateOffset, DaySelector, Month, MonthdayRange, WeekDayOffset, WeekDayRange, Year,
    YearRange,
};
use std::rc::Rc;

/// A day selector of the grammar, with the holidays that it may mean.
pub struct Selector {
    set: DaySet,
    public: Rc<[Day]>,
    /// Easter does not repeat after 400 years; everything else in the grammar does.
    pub cyclic: bool,
    /// The days outside of which it never holds, where it names its years.
    pub within: Option<(Day, Day)>,
    /// For `2026+` and `2026 Dec 24+`, which have no end.
    pub open: Option<Open>,
}

/// A selector whose years run on.
pub struct Open {
    /// From this day on it holds as without years.
    pub from: Day,
    /// The weekdays on which it holds from then on, if it says nothing else; they need no dates, which end in 9999.
    pub weekdays: Option<u8>,
}

impl Selector {
    /// The selector of a rule's text; None if it does not read, which parsing has ruled out.
    pub fn new(text: &str, public: &Rc<[Day]>) -> Option<Self> {
        let set = DaySet::read(text)?;
        let open = open(&set.selector);
        Some(Selector {
            public: public.clone(),
            cyclic: is_cyclic(&set.selector, open.is_some()),
            within: within(&set.selector),
            open,
            set,
        })
    }

    /// The days from `first` to `last` on which it holds.
    pub fn days(&self, first: Day, last: Day) -> Vec<Day> {
        let mut days = self.dated_days(first, last);
        if let Some(weekdays) = self.open.as_ref().and_then(|open| open.weekdays) {
            let on = |day: &Day| weekdays & (1 << hours::weekday(*day)) != 0;
            days.extend((first.max(LAST_DATE + 1)..=last).filter(on));
        }
        days
    }

    fn dated_days(&self, first: Day, last: Day) -> Vec<Day> {
        let (first, last) = (first.max(FIRST_DATE), last.min(LAST_DATE));
        let (first, last) = match self.within {
            Some((from, to)) => (first.max(from), last.min(to)),
            None => (first, last),
        };
        if first > last {
            return Vec::new();
        }
        let spans = match self.set.selector.monthday.as_slice() {
            [] => vec![(first, last)],
            ranges => spans(ranges, first, last),
        };
        let mut days = Vec::new();
        for (from, to) in spans {
            crate::interrupt::check();
            days.extend((from..=to).filter(|day| self.holds(*day)));
        }
        days
    }

    /// Whether the parts other than dates hold.
    fn holds(&self, day: Day) -> bool {
        let selector = &self.set.selector;
        let Some(date) = NaiveDate::from_num_days_from_ce_opt(day + hours::EPOCH_FROM_CE) else {
            return false;
        };
        let year = || {
            selector.year.iter().any(|range| {
                let (range, step) = range.into_parts();
                let (first, last) = (**range.start(), **range.end());
                (first..=last).contains(&date.year())
                    && (date.year() - first) % i32::from(step.max(1)) == 0
            })
        };
        let week = || {
            let week = date.iso_week().week();
            selector.week.iter().any(|range| {
                let (range, step) = range.into_parts();
                let (first, last) = (u32::from(**range.start()), u32::from(**range.end()));
                (first..=last).contains(&week) && (week - first) % u32::from(step.max(1)) == 0
            })
        };
        (selector.year.is_empty() || year())
            && (selector.weekday.is_empty() || self.weekday(day, date))
            && (selector.week.is_empty() || week())
    }

    fn weekday(&self, day: Day, date: NaiveDate) -> bool {
        let (mut on_holiday, mut on_weekday) = (false, false);
        for range in &self.set.selector.weekday {
            match range {
                WeekDayRange::Holiday { offset, .. } => {
                    let meant = day - Day::from(*offset);
                    on_holiday |= self.public.binary_search(&meant).is_ok();
                }
                WeekDayRange::Fixed {
                    range,
                    offset,
                    nth_from_start,
                    nth_from_end,
                } => {
                    let nth = (nth_from_start, nth_from_end);
                    on_weekday |= is_weekday(date, (*range.start(), *range.end()), *offset, nth);
                }
            }
        }
        match self.set.both {
            true => on_holiday && on_weekday,
            false => on_holiday || on_weekday,
        }
    }
}

/// Whether a date less an offset is one of the weekdays, and the first, second, ... or last, ... of its month.
fn is_weekday(
    date: NaiveDate,
    (first, last): (Weekday, Weekday),
    offset: i16,
    (from_start, from_end): (&[bool; 5], &[bool; 5]),
) -> bool {
    let Some(date) = date.checked_sub_signed(TimeDelta::days(offset.into())) else {
        return false;
    };
    if date.weekday().days_since(first) > last.days_since(first) {
        return false;
    }
    let place = |days: u32| (days / 7) as usize;
    from_start[place(date.day0())]
        || from_end[place(u32::from(date.num_days_in_month()) - date.day())]
}

/// Merged spans of days from `first` to `last` that the ranges cover.
fn spans(ranges: &[MonthdayRange], first: Day, last: Day) -> Vec<(Day, Day)> {
    let year = |day: Day| hours::date(day).map_or(2000, |date| date.year());
    let (first_year, last_year) = (year(first), year(last));
    let mut periods = Vec::new();
    for range in ranges {
        // A range may start in the year before, and an offset may move it by 27 years more.
        let reach = 2 + reach(range);
        let years = (first_year - reach, last_year + reach);
        match range {
            MonthdayRange::Month { range, year } => {
                let (from, to) = (*range.start() as u32, *range.end() as u32);
                let years = year.map_or(years, |year| (*year, *year));
                for year in years.0..=years.1 {
                    let start = NaiveDate::from_ymd_opt(year, from, 1);
                    let end = NaiveDate::from_ymd_opt(year + i32::from(to < from), to, 1);
                    if let (Some(start), Some(end)) = (start, end) {
                        let length = u64::from(end.num_days_in_month()) - 1;
                        periods.push((start, end + Days::new(length)));
                    }
                }
            }
            MonthdayRange::Date { start, end } => periods.extend(dates(*start, *end, years)),
        }
    }
    let clipped = periods.into_iter().map(|(from, to)| {
        let day = |date: NaiveDate| date.num_days_from_ce() - hours::EPOCH_FROM_CE;
        (day(from).max(first), day(to).min(last))
    });
    let mut clipped: Vec<(Day, Day)> = clipped.filter(|(from, to)| from <= to).collect();
    clipped.sort_unstable();
    let mut merged: Vec<(Day, Day)> = Vec::with_capacity(clipped.len());
    for (from, to) in clipped {
        match merged.last_mut() {
            Some(before) if from <= before.1 + 1 => before.1 = before.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}

/// By how many years an offset may move a range.
fn reach(range: &MonthdayRange) -> i32 {
    match range {
        MonthdayRange::Month { .. } => 0,
        MonthdayRange::Date { start, end } => {
            let days = |offset: &DateOffset| i32::from(offset.day_offset.unsigned_abs());
            days(&start.1).max(days(&end.1)) / 365 + 1
        }
    }
}

/// An end of a range in one year: a date, and whether the year has it.
type Candidate = (NaiveDate, bool);

/// A range of dates in each of the years from the first to the last.
///
/// From each of its starts it goes to the next of its ends. A year may have no start or no end, as most years have no
/// fifth Monday of August; an end that is missing stands at the edge of its month and ends what would have reached it
/// before it began.
fn dates(
    start: (Date, DateOffset),
    end: (Date, DateOffset),
    years: (i32, i32),
) -> Vec<(NaiveDate, NaiveDate)> {
    // 29 February alone is of leap years; a range that starts or ends with it does so on a neighbor in other years.
    let leap_day =
        |date: Date| matches!(date, Date::Fixed { month, day: 29, .. } if month as u8 == 2);
    let alone = leap_day(start.0) && leap_day(end.0);
    let candidates = |(date, offset): (Date, DateOffset), is_start: bool| -> Vec<Candidate> {
        let (first, last) = date.year().map_or(years, |year| (*year, *year));
        let in_year = |year| candidate(date, year, is_start, alone);
        let moved = |(date, real)| Some((apply(offset, date)?, real));
        let mut sorted: Vec<Candidate> = (first..=last)
            .filter_map(in_year)
            .filter_map(moved)
            .collect();
        sorted.sort_unstable();
        sorted
    };
    let (starts, ends) = (candidates(start, true), candidates(end, false));
    let real = |nearest: Option<&Candidate>| nearest.filter(|c| c.1).map(|c| c.0);
    if start.0.year().is_none() && end.0.year().is_some() {
        // The range ends in one year: it starts with the last of its starts before.
        let of = |end: &NaiveDate| real(starts.iter().rfind(|s| s.0 <= *end));
        let ends = ends.iter().filter(|c| c.1);
        return ends.filter_map(|end| Some((of(&end.0)?, end.0))).collect();
    }
    let mut ranges = Vec::with_capacity(starts.len());
    let mut next = 0;
    for (start, _) in starts.iter().filter(|c| c.1) {
        while ends.get(next).is_some_and(|end| end.0 < *start) {
            next += 1;
        }
        if let Some(end) = real(ends.get(next)) {
            ranges.push((*start, end));
        }
    }
    ranges
}

fn candidate(date: Date, year: i32, is_start: bool, alone: bool) -> Option<Candidate> {
    match date {
        Date::Easter { .. } => Some((easter(year)?, true)),
        Date::Fixed { month, day, .. } => {
            let exact = NaiveDate::from_ymd_opt(year, month as u32, day.into());
            if let Some(exact) = exact {
                return Some((exact, true));
            }
            // Only 29 February is missing.
            let before = NaiveDate::from_ymd_opt(year, month as u32, 28)?;
            match (alone, is_start) {
                (true, _) => Some((before, false)),
                (_, true) => Some((before.succ_opt()?, true)),
                (_, false) => Some((before, true)),
            }
        }
        Date::Weekday {
            month, wday, nth, ..
        } => {
            let first = NaiveDate::from_ymd_opt(year, month as u32, 1)?;
            let length = u32::from(first.num_days_in_month());
            let weeks = 7 * (u32::from(nth.unsigned_abs()).max(1) - 1);
            let (day, edge) = if nth < 0 {
                let last = first.with_day(length)?;
                let back = last.weekday().days_since(wday) + weeks;
                (length.checked_sub(back), first)
            } else {
                let day = 1 + wday.days_since(first.weekday()) + weeks;
                ((day <= length).then_some(day), first.with_day(length)?)
            };
            let exact = day.and_then(|day| first.with_day(day));
            Some((exact.unwrap_or(edge), exact.is_some()))
        }
    }
}

/// The weekday on or after, or on or before, and then the days: as they are written.
fn apply(offset: DateOffset, date: NaiveDate) -> Option<NaiveDate> {
    let date = match offset.wday_offset {
        WeekDayOffset::None => date,
        WeekDayOffset::Next(day) => {
            date.checked_add_days(Days::new(day.days_since(date.weekday()).into()))?
        }
        WeekDayOffset::Prev(day) => {
            date.checked_sub_days(Days::new(date.weekday().days_since(day).into()))?
        }
    };
    date.checked_add_signed(TimeDelta::days(offset.day_offset.into()))
}

/// Easter Sunday of the Gregorian calendar, by the anonymous algorithm of Meeus.
fn easter(year: i32) -> Option<NaiveDate> {
    let (a, century, of_century) = (
        year.rem_euclid(19),
        year.div_euclid(100),
        year.rem_euclid(100),
    );
    let skipped = century - century / 4 - (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * a + skipped + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    let late = (a + 11 * epact + 22 * weekday) / 451;
    let day = epact + weekday - 7 * late + 114;
    NaiveDate::from_ymd_opt(
        year,
        (day / 31).try_into().ok()?,
        (day % 31 + 1).try_into().ok()?,
    )
}

/// A range of dates that has a first day and no end; the crate ends it with the year 9999.
fn endless(range: &MonthdayRange) -> Option<Day> {
    let MonthdayRange::Date { start, end } = range else {
        return None;
    };
    let plain = start.1 == DateOffset::default() && end.1 == DateOffset::default();
    match (start.0, end.0) {
        (
            Date::Fixed {
                year: Some(year),
                month,
                day,
            },
            end,
        ) if plain && end == Date::ymd(31, Month::December, Year(9999)) => {
            hours::number(NaiveDate::from_ymd_opt(*year, month as u32, day.into())?)
        }
        _ => None,
    }
}

/// Whether years run on, and from when.
fn open(selector: &DaySelector) -> Option<Open> {
    let endless_years = |range: &YearRange| {
        let (range, step) = range.into_parts();
        (**range.end() == 9999 && step <= 1).then_some(**range.start())
    };
    let first_year = selector.year.iter().filter_map(endless_years).min();
    let first_day = selector.monthday.iter().filter_map(endless).min();
    if selector.year.is_empty() == first_year.is_some() || (first_year, first_day) == (None, None) {
        return None;
    }
    let year = match first_year {
        Some(year) => NaiveDate::from_ymd_opt(year, 1, 1).and_then(hours::number)?,
        None => FIRST_DATE,
    };
    let plain = |range: &WeekDayRange| match range {
        WeekDayRange::Fixed {
            range,
            offset: 0,
            nth_from_start,
            nth_from_end,
        } if nth_from_start.iter().chain(nth_from_end).all(|x| *x) => {
            let last = *range.end();
            let days = 0..=last.days_since(*range.start());
            let first = range.start().num_days_from_monday();
            Some(days.fold(0, |set, day| set | 1 << ((first + day) % 7)))
        }
        _ => None,
    };
    let everywhere =
        selector.week.is_empty() && (selector.monthday.is_empty() || first_day.is_some());
    let weekdays = match selector.weekday.as_slice() {
        _ if !everywhere => None,
        [] => Some(127),
        ranges => ranges
            .iter()
            .map(plain)
            .try_fold(0, |set, days| Some(set | days?)),
    };
    Some(Open {
        from: year.max(first_day.unwrap_or(FIRST_DATE)),
        weekdays,
    })
}

/// Whether it repeats after 400 years; of one whose years run on, as it is then.
fn is_cyclic(selector: &DaySelector, open: bool) -> bool {
    let fixed = |date: &Date| !matches!(date, Date::Easter { .. }) && date.year().is_none();
    let always = open
        && selector
            .monthday
            .iter()
            .any(|range| endless(range).is_some());
    (open || selector.year.is_empty())
        && (always
            || selector.monthday.iter().all(|range| match range {
                MonthdayRange::Month { year, .. } => year.is_none(),
                MonthdayRange::Date { start, end } => fixed(&start.0) && fixed(&end.0),
            }))
        && selector
            .weekday
            .iter()
            .all(|range| matches!(range, WeekDayRange::Fixed { .. }))
}

/// The days between which a selector that names its years can hold.
fn within(selector: &DaySelector) -> Option<(Day, Day)> {
    let mut years: Option<(i32, i32)> = None;
    let mut add = |first: i32, last: i32| {
        let (from, to) = years.unwrap_or((first, last));
        years = Some((from.min(first), to.max(last)));
    };
    if selector.year.is_empty() {
        for range in &selector.monthday {
            // A range may start in the year before its end, or end in the year after its start.
            let margin = 1 + reach(range);
            let (first, last) = match range {
                MonthdayRange::Month { year, .. } => (*year, *year),
                MonthdayRange::Date { start, end } => {
                    let (start, end) = (start.0.year(), end.0.year());
                    (start.or(end), end.or(start))
                }
            };
            add(*first? - margin, *last? + margin);
        }
    }
    for range in &selector.year {
        let (range, _) = range.into_parts();
        add(**range.start(), **range.end());
    }
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).and_then(hours::number);
    let (first, last) = years?;
    Some((
        day(first, 1, 1).unwrap_or(FIRST_DATE),
        day(last, 12, 31).unwrap_or(LAST_DATE),
    ))
}

/// The days from `first` to `last` on which a selector's text holds, from 1900 to 9999.
pub fn selector_days(text: &str, public: &[Day], first: Day, last: Day) -> Vec<Day> {
    let selector = Selector::new(text, &Rc::from(public));
    selector.map_or(Vec::new(), |s| s.days(first, last))
}

#[cfg(test)]
mod tests;
