//! On which days a selector of the opening hours' grammar holds: facts that one can look up in a calendar, and a law
//! that compares random selectors with a plain reading of the calendar over 400 years.
//!
//! The plain reading shares nothing with the library: a table of days, counted one by one from a known Saturday, and a
//! walk along it.

use crate::support::shown;
use slaops_core::calendar::holidays;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use slaops_core::business_time::{Source, Timeline};
use slaops_core::calendar::Calendar;
use slaops_core::time::SECOND;
use std::collections::BTreeSet;
use std::sync::OnceLock;

const DAY: i64 = 86_400 * SECOND;
/// 2000-01-01 to 2399-12-31: a whole cycle of the Gregorian calendar.
const DAYS: i32 = 146_097;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const WEEKDAYS: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

fn config(default: u32) -> Config {
    let asked = std::env::var("SLAOPS_CASES")
        .ok()
        .and_then(|n| n.parse::<u32>().ok());
    Config {
        cases: asked.map_or(default, |n| (n / 100).max(1)),
        failure_persistence: None,
        max_shrink_iters: 500,
        rng_seed: match asked {
            None => RngSeed::Fixed(20_000_101),
            Some(_) => RngSeed::Random,
        },
        ..Config::default()
    }
}

fn line(text: &str) -> Timeline {
    let calendar: Calendar = text
        .parse()
        .unwrap_or_else(|e| panic!("{text} does not read: {e:?}"));
    Timeline::new(Source::new(&calendar))
}

/// The days of 2000 to 2399 on which the library says that a selector holds.
fn found(selector: &str, region: &str) -> BTreeSet<i32> {
    let line = line(&format!("{selector} 00:00-24:00 @ UTC{region}"));
    let periods = line.periods(0, i64::from(DAYS) * DAY);
    periods
        .flat_map(|(from, to)| (from / DAY) as i32..(to / DAY) as i32)
        .collect()
}

// The plain calendar.

#[derive(Clone, Copy, Debug)]
struct Date {
    year: i32,
    month: usize,
    day: i32,
    /// Days in the month.
    length: i32,
    /// Monday is 0.
    weekday: usize,
    week: i32,
    easter: bool,
}

/// Years that the table has before 2000 and after 2399, since a range may begin or end there.
const MARGIN: i32 = 12;

fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn length(year: i32, month: usize) -> i32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days after 21 March of the paschal full moon, by the golden number and the epact of Clavius.
fn paschal_moon(year: i32) -> i32 {
    let golden = year % 19 + 1;
    let century = year / 100 + 1;
    let (solar, lunar) = (3 * century / 4 - 12, (8 * century + 5) / 25 - 5);
    let mut epact = (11 * golden + 20 + lunar - solar) % 30;
    if (epact == 25 && golden > 11) || epact == 24 {
        epact += 1;
    }
    let moon = 44 - epact;
    if moon < 21 { moon + 9 } else { moon - 21 }
}

/// The table, and the place of 2000-01-01 in it.
fn table() -> &'static (Vec<Date>, i32) {
    static TABLE: OnceLock<(Vec<Date>, i32)> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Vec::new();
        let mut epoch = 0;
        for year in 2000 - MARGIN..2400 + MARGIN {
            if year == 2000 {
                epoch = table.len() as i32;
            }
            for month in 1..=12 {
                for day in 1..=length(year, month) {
                    table.push(Date {
                        year,
                        month,
                        day,
                        length: length(year, month),
                        weekday: 0,
                        week: 0,
                        easter: false,
                    });
                }
            }
        }
        // 2000-01-01 was a Saturday.
        for (i, date) in table.iter_mut().enumerate() {
            date.weekday = (i as i32 - epoch + 5).rem_euclid(7) as usize;
        }
        // A week belongs to the year of its Thursday, and the first Thursday is in week 1.
        let mut thursdays = 0;
        for i in 3..table.len() {
            let date = table[i];
            if date.weekday != 3 {
                continue;
            }
            thursdays = if date.month == 1 && date.day <= 7 {
                1
            } else {
                thursdays + 1
            };
            for j in i - 3..(i + 4).min(table.len()) {
                table[j].week = thursdays;
            }
        }
        // Easter is the Sunday after the paschal full moon.
        for i in 0..table.len() {
            if (table[i].month, table[i].day) == (3, 21) {
                let mut at = i + paschal_moon(table[i].year) as usize + 1;
                while table[at].weekday != 6 {
                    at += 1;
                }
                table[at].easter = true;
            }
        }
        (table, epoch)
    })
}

fn is_nth(date: &Date, weekday: usize, nth: i32) -> bool {
    let place = if nth > 0 {
        (date.day - 1) / 7 + 1
    } else {
        -((date.length - date.day) / 7 + 1)
    };
    date.weekday == weekday && place == nth
}

// Selectors, apart from the parser.

#[derive(Clone, Debug)]
enum Base {
    Fixed(usize, i32),
    Nth(usize, usize, i32),
    Easter,
}

/// A date of every year or of one, the weekday on or after (or before) it, and days added.
#[derive(Clone, Debug)]
struct Point {
    year: Option<i32>,
    base: Base,
    to_weekday: Option<(bool, usize)>,
    days: i32,
}

#[derive(Clone, Debug)]
enum Monthday {
    Months(usize, usize),
    Single(Point),
    Range(Point, Point),
    /// The 3rd, the 5th to the 7th, ...: one month named once.
    Days(usize, Vec<(i32, i32)>),
}

#[derive(Clone, Debug)]
enum Narrow {
    Weekdays(usize, usize),
    /// Counted from the month's start or end, and moved by days.
    Nth(usize, Vec<(i32, i32)>, i32),
    Holiday(i32),
}

#[derive(Clone, Debug)]
struct Selector {
    years: Vec<(i32, i32, i32)>,
    monthdays: Vec<Monthday>,
    weeks: Vec<(i32, i32, i32)>,
    narrow: Vec<Narrow>,
    /// The holiday and the weekday must both hold.
    both: bool,
    colon: bool,
}

fn offset(days: i32) -> String {
    match days {
        0 => String::new(),
        1 | -1 => format!(" {days:+} day"),
        _ => format!(" {days:+} days"),
    }
}

fn list(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(",")
}

impl Point {
    fn text(&self) -> String {
        let year = self.year.map_or(String::new(), |y| format!("{y} "));
        let base = match self.base {
            Base::Fixed(month, day) => format!("{} {day:02}", MONTHS[month - 1]),
            Base::Nth(month, weekday, nth) => {
                format!("{} {}[{nth}]", MONTHS[month - 1], WEEKDAYS[weekday])
            }
            Base::Easter => "easter".to_owned(),
        };
        let weekday = self.to_weekday.map_or(String::new(), |(after, d)| {
            format!("{}{}", if after { '+' } else { '-' }, WEEKDAYS[d])
        });
        format!("{year}{base}{weekday}{}", offset(self.days))
    }

    fn is_leap_day(&self) -> bool {
        matches!(self.base, Base::Fixed(2, 29))
    }

    /// The places in the table where it stands, and where a year that lacks it has its substitute.
    fn marks(&self, start: bool, alone: bool) -> (Vec<bool>, Vec<bool>) {
        let (table, _) = table();
        let (mut real, mut void) = (vec![false; table.len()], vec![false; table.len()]);
        for (i, date) in table.iter().enumerate() {
            if self.year.is_some_and(|year| year != date.year) {
                continue;
            }
            let (month, day) = (date.month, date.day);
            let (is, lacks) = match self.base {
                Base::Easter => (date.easter, false),
                Base::Fixed(2, 29) if !is_leap(date.year) => match (alone, start) {
                    (true, _) => (false, (month, day) == (2, 28)),
                    (_, true) => ((month, day) == (3, 1), false),
                    _ => ((month, day) == (2, 28), false),
                },
                Base::Fixed(m, d) => ((month, day) == (m, d), false),
                Base::Nth(m, weekday, nth) => {
                    let first = i - (day - 1) as usize;
                    let all = &table[first..first + date.length as usize];
                    let lacks = month == m && !all.iter().any(|d| is_nth(d, weekday, nth));
                    let edge = if nth > 0 { date.length } else { 1 };
                    (
                        month == m && is_nth(date, weekday, nth),
                        lacks && day == edge,
                    )
                }
            };
            if !is && !lacks {
                continue;
            }
            let mut at = i as i32;
            if let Some((after, weekday)) = self.to_weekday {
                while table.get(at as usize).is_some_and(|d| d.weekday != weekday) {
                    at += if after { 1 } else { -1 };
                }
            }
            at += self.days;
            if let Some(mark) = real.get_mut(at as usize).filter(|_| is) {
                *mark = true;
            }
            if let Some(mark) = void.get_mut(at as usize).filter(|_| lacks) {
                *mark = true;
            }
        }
        (real, void)
    }
}

/// A walk along the calendar: a start opens, an end closes, and an end that the year lacks takes back what was open.
fn walk(start: &Point, end: &Point) -> Vec<bool> {
    let alone = start.is_leap_day() && end.is_leap_day();
    let (starts, no_starts) = start.marks(true, alone);
    let (ends, no_ends) = end.marks(false, alone);
    let mut covered = vec![false; starts.len()];
    if start.year.is_none() && end.year.is_some() {
        // Backward from the one end.
        for at in (0..ends.len()).filter(|i| ends[*i]) {
            let from = (0..=at).rev().find(|i| starts[*i] || no_starts[*i]);
            if let Some(from) = from.filter(|i| starts[*i]) {
                covered[from..=at].fill(true);
            }
        }
        return covered;
    }
    let mut since = None;
    for at in 0..starts.len() {
        if starts[at] {
            since = since.or(Some(at));
        }
        if (ends[at] || no_ends[at])
            && let Some(from) = since.take()
        {
            covered[from..=at].fill(ends[at]);
        }
    }
    covered
}

impl Monthday {
    fn text(&self) -> String {
        let month = |m: usize| MONTHS[m - 1];
        match self {
            Self::Months(a, b) if a == b => month(*a).to_owned(),
            Self::Months(a, b) => format!("{}-{}", month(*a), month(*b)),
            Self::Single(point) => point.text(),
            Self::Range(a, b) => format!("{}-{}", a.text(), b.text()),
            Self::Days(m, days) => {
                let day = |(a, b): &(i32, i32)| match a == b {
                    true => format!("{a:02}"),
                    false => format!("{a:02}-{b:02}"),
                };
                format!("{} {}", month(*m), list(days.iter().map(day)))
            }
        }
    }

    fn days(&self) -> Vec<bool> {
        let (table, _) = table();
        let each = |holds: &dyn Fn(&Date) -> bool| table.iter().map(holds).collect();
        match self {
            Self::Months(a, b) if a <= b => each(&|d| (*a..=*b).contains(&d.month)),
            Self::Months(a, b) => each(&|d| d.month >= *a || d.month <= *b),
            Self::Single(point) => point.marks(true, true).0,
            Self::Range(a, b) => walk(a, b),
            Self::Days(m, days) => {
                each(&|d| d.month == *m && days.iter().any(|(a, b)| (*a..=*b).contains(&d.day)))
            }
        }
    }
}

impl Narrow {
    fn text(&self) -> String {
        match self {
            Self::Weekdays(a, b) if a == b => WEEKDAYS[*a].to_owned(),
            Self::Weekdays(a, b) => format!("{}-{}", WEEKDAYS[*a], WEEKDAYS[*b]),
            Self::Nth(d, places, days) => {
                let place = |(a, b): &(i32, i32)| match a == b {
                    true => a.to_string(),
                    false => format!("{a}-{b}"),
                };
                let places = list(places.iter().map(place));
                format!("{}[{places}]{}", WEEKDAYS[*d], offset(*days))
            }
            Self::Holiday(days) => format!("PH{}", offset(*days)),
        }
    }

    fn holds(&self, at: i32, public: &BTreeSet<i32>) -> bool {
        let (table, epoch) = table();
        let date = &table[at as usize];
        match self {
            Self::Weekdays(a, b) if a <= b => (*a..=*b).contains(&date.weekday),
            Self::Weekdays(a, b) => date.weekday >= *a || date.weekday <= *b,
            Self::Nth(d, places, days) => {
                let meant = &table[(at - days) as usize];
                let mut places = places.iter().flat_map(|(a, b)| *a..=*b);
                places.any(|nth| is_nth(meant, *d, nth))
            }
            Self::Holiday(days) => public.contains(&(at - epoch - days)),
        }
    }
}

impl Selector {
    fn text(&self) -> String {
        let one = self.years.len() == 1;
        let year = |&(a, b, step): &(i32, i32, i32)| match (a == b, step) {
            // A single year before a date would be the date's own.
            (true, _) if one && !self.monthdays.is_empty() => format!("{a}-{a}"),
            (true, _) => a.to_string(),
            (_, 0) => format!("{a}-{b}"),
            _ => format!("{a}-{b}/{step}"),
        };
        let week = |&(a, b, step): &(i32, i32, i32)| match (a == b, step) {
            (true, _) => format!("{a:02}"),
            (_, 0) => format!("{a:02}-{b:02}"),
            _ => format!("{a:02}-{b:02}/{step}"),
        };
        // Months before a counted weekday would be its months: "Jan,Aug Mo[5]".
        let months = |months: bool| {
            let of_kind = move |m: &&Monthday| matches!(m, Monthday::Months(..)) == months;
            self.monthdays.iter().filter(of_kind).map(Monthday::text)
        };
        let mut wide = vec![
            list(self.years.iter().map(year)),
            list(months(false).chain(months(true))),
        ];
        if !self.weeks.is_empty() {
            wide.push(format!("week {}", list(self.weeks.iter().map(week))));
        }
        wide.retain(|part| !part.is_empty());
        let wide = wide.join(" ");
        let narrow = list(self.narrow.iter().map(Narrow::text));
        let narrow = match (self.both, narrow.split_once(',')) {
            (true, Some((holiday, rest))) => format!("{holiday} {rest}"),
            _ => narrow,
        };
        // "Aug Mo[5] +1 day" is the day after that Monday, "Aug: Mo[5] +1 day" must itself be in August.
        let month = months(true).next().is_some();
        let counted = matches!(self.narrow.first(), Some(Narrow::Nth(..)));
        match (wide.is_empty(), narrow.is_empty()) {
            (true, _) => narrow,
            (_, true) => wide,
            _ if self.colon || (month && counted && self.weeks.is_empty()) => {
                format!("{wide}: {narrow}")
            }
            _ => format!("{wide} {narrow}"),
        }
    }

    fn expected(&self, public: &BTreeSet<i32>) -> BTreeSet<i32> {
        let (table, epoch) = table();
        let in_steps = |n: i32, (a, b, step): (i32, i32, i32)| {
            (a..=b).contains(&n) && (step == 0 || (n - a) % step == 0)
        };
        let in_weeks = |n: i32, range: (i32, i32, i32)| match range {
            (a, b, _) if a > b => n >= a || n <= b,
            _ => in_steps(n, range),
        };
        let monthdays: Vec<Vec<bool>> = self.monthdays.iter().map(Monthday::days).collect();
        let holds = |day: &i32| {
            let at = epoch + day;
            let date = &table[at as usize];
            let narrow = |holiday: bool| {
                let of_kind = |n: &&Narrow| matches!(n, Narrow::Holiday(_)) == holiday;
                self.narrow
                    .iter()
                    .filter(of_kind)
                    .any(|n| n.holds(at, public))
            };
            (self.years.is_empty() || self.years.iter().any(|r| in_steps(date.year, *r)))
                && (monthdays.is_empty() || monthdays.iter().any(|m| m[at as usize]))
                && (self.weeks.is_empty() || self.weeks.iter().any(|r| in_weeks(date.week, *r)))
                && match self.both {
                    true => narrow(true) && narrow(false),
                    false => self.narrow.is_empty() || narrow(true) || narrow(false),
                }
        };
        (0..DAYS).filter(holds).collect()
    }
}

// Random selectors.

fn weekday() -> impl Strategy<Value = usize> {
    0..7usize
}

fn nth() -> impl Strategy<Value = i32> {
    prop_oneof![2 => prop_oneof![Just(5), Just(-5)], 3 => 1..=4i32, 2 => -4..=-1i32]
}

fn year() -> impl Strategy<Value = i32> + Clone {
    prop_oneof![3 => 2000..2060i32, 1 => 2000..2399i32]
}

fn base() -> impl Strategy<Value = Base> {
    let fixed = (1..=12usize, 1..=31i32).prop_map(|(m, d)| Base::Fixed(m, d.min(length(2000, m))));
    prop_oneof![
        4 => fixed,
        1 => Just(Base::Fixed(2, 29)),
        5 => (1..=12usize, weekday(), nth()).prop_map(|(m, d, n)| Base::Nth(m, d, n)),
        2 => Just(Base::Easter),
    ]
}

fn point() -> impl Strategy<Value = Point> {
    let to_weekday = prop_oneof![4 => Just(None), 1 => (any::<bool>(), weekday()).prop_map(Some)];
    let days = prop_oneof![4 => Just(0), 1 => -10..=10i32, 1 => -400..=400i32];
    (base(), to_weekday, days).prop_map(|(base, to_weekday, days)| Point {
        year: None,
        base,
        to_weekday,
        days,
    })
}

/// A date of one year: 29 February only of a leap year, since others are refused.
fn of_year(mut point: Point, year: i32) -> Point {
    let leap_day = point.is_leap_day();
    point.year = Some(if leap_day { year / 4 * 4 } else { year });
    if leap_day && !is_leap(year / 4 * 4) {
        point.base = Base::Fixed(3, 1);
    }
    point
}

fn monthday() -> impl Strategy<Value = Monthday> {
    let single = (
        point(),
        prop_oneof![2 => Just(None), 1 => year().prop_map(Some)],
    );
    let range = (point(), point(), 0..6usize, year(), 0..2i32);
    let days = (
        1..=12usize,
        prop::collection::vec((1..=28i32, 0..=3i32), 2..4),
    );
    prop_oneof![
        2 => (1..=12usize, 1..=12usize).prop_map(|(a, b)| Monthday::Months(a, b)),
        1 => (1..=12usize).prop_map(|a| Monthday::Months(a, a)),
        3 => single.prop_map(|(point, year)| Monthday::Single(match year {
            Some(year) => of_year(point, year),
            None => point,
        })),
        4 => range.prop_map(|(a, b, years, year, more)| match years {
            0 => Monthday::Range(of_year(a, year), b),
            1 => Monthday::Range(of_year(a, year), of_year(b, year + more)),
            2 => Monthday::Range(a, of_year(b, year)),
            _ => Monthday::Range(a, b),
        }),
        1 => days.prop_map(|(month, days)| {
            Monthday::Days(month, days.iter().map(|(a, more)| (*a, (a + more).min(28))).collect())
        }),
    ]
}

fn narrow() -> impl Strategy<Value = Narrow> {
    let places = prop::collection::vec(
        prop_oneof![3 => nth().prop_map(|n| (n, n)), 1 => (1..=5i32, 0..=4i32).prop_map(|(a, more)| (a, (a + more).min(5)))],
        1..3,
    );
    let days = prop_oneof![3 => Just(0), 1 => -9..=9i32];
    prop_oneof![
        2 => (weekday(), weekday()).prop_map(|(a, b)| Narrow::Weekdays(a, b)),
        4 => (weekday(), places, days).prop_map(|(d, places, days)| Narrow::Nth(d, places, days)),
    ]
}

fn selector() -> impl Strategy<Value = Selector> {
    let years = (year(), 0..40i32, 0..6i32).prop_map(|(a, more, step)| (a, a + more, step));
    let weeks = (1..=53i32, 1..=53i32, 0..12i32)
        .prop_map(|(a, b, step)| (a, b, if a > b { 0 } else { step }));
    let holiday = prop_oneof![2 => Just(0), 1 => -3..=3i32].prop_map(Narrow::Holiday);
    let holidays = prop_oneof![4 => Just(None), 1 => holiday.prop_map(Some)];
    let some = |often: u32| prop_oneof![often => 0..1usize, 2 => 1..2usize, 1 => 2..3usize];
    (
        some(6).prop_flat_map(move |n| prop::collection::vec(years.clone(), n)),
        some(1).prop_flat_map(|n| prop::collection::vec(monthday(), n)),
        some(6).prop_flat_map(move |n| prop::collection::vec(weeks.clone(), n)),
        some(2).prop_flat_map(|n| prop::collection::vec(narrow(), n)),
        holidays,
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(
            |(years, monthdays, weeks, mut narrow, holiday, both, colon)| {
                let both = both && holiday.is_some() && !narrow.is_empty();
                if let Some(holiday) = holiday {
                    narrow.insert(0, holiday);
                }
                Selector {
                    years,
                    monthdays,
                    weeks,
                    narrow,
                    both,
                    colon,
                }
            },
        )
        .prop_filter("a selector", |s| !s.text().is_empty())
}

/// Months, or ranges of them, before counted weekdays: those weekdays of each of the months.
#[derive(Clone, Debug)]
struct Each {
    /// A year of the list's own, or years in front of it.
    year: Option<(i32, i32)>,
    /// A date in front of the months, and one behind the weekdays.
    dates: [Option<i32>; 2],
    months: Vec<(usize, usize)>,
    weekdays: Vec<Counted>,
}

/// The weekday, the places in its month, and by how many days it is moved.
type Counted = (usize, Vec<(i32, i32)>, i32);

impl Each {
    fn text(&self) -> String {
        let year = match self.year {
            None => String::new(),
            Some((a, b)) if a == b => format!("{a} "),
            Some((a, b)) => format!("{a}-{b} "),
        };
        let date = |day: Option<i32>, text: &dyn Fn(i32) -> String| day.map_or(String::new(), text);
        let months = self
            .months
            .iter()
            .map(|(a, b)| Monthday::Months(*a, *b).text());
        let weekdays = self.weekdays.iter();
        format!(
            "{year}{}{} {}{}",
            date(self.dates[0], &|day| format!("Dec {day:02},")),
            list(months),
            list(weekdays.map(|(d, n, days)| Narrow::Nth(*d, n.clone(), *days).text())),
            date(self.dates[1], &|day| format!(",Dec {day:02}")),
        )
    }

    fn expected(&self) -> BTreeSet<i32> {
        let (table, epoch) = table();
        let in_years = |date: &Date| self.year.is_none_or(|(a, b)| (a..=b).contains(&date.year));
        let of_months = |date: &Date| {
            let mut months = self.months.iter();
            months.any(|(a, b)| match a <= b {
                true => (*a..=*b).contains(&date.month),
                false => date.month >= *a || date.month <= *b,
            })
        };
        let mut days = BTreeSet::new();
        for (at, date) in table.iter().enumerate() {
            let at = at as i32 - epoch;
            // A year of the list's own is that of the weekday; years in front of it are those of the day itself.
            let own = self.year.is_some_and(|(a, b)| a == b);
            if self.dates.contains(&Some(date.day)) && date.month == 12 && in_years(date) {
                days.insert(at);
            }
            for (weekday, nth, offset) in &self.weekdays {
                let mut nth = nth.iter().flat_map(|(a, b)| *a..=*b);
                if of_months(date) && nth.any(|n| is_nth(date, *weekday, n)) {
                    let day = at + offset;
                    let meant = if own {
                        Some(date)
                    } else {
                        table.get((day + epoch) as usize)
                    };
                    if meant.is_some_and(in_years) {
                        days.insert(day);
                    }
                }
            }
        }
        days.retain(|day| (0..DAYS).contains(day));
        days
    }
}

fn each() -> impl Strategy<Value = Each> {
    let month = prop_oneof![
        3 => (1..=12usize).prop_map(|m| (m, m)),
        1 => (1..=12usize, 1..=12usize),
    ];
    let place = prop_oneof![3 => nth().prop_map(|n| (n, n)), 1 => (1..=3i32, 0..=2i32).prop_map(|(a, more)| (a, a + more))];
    let days = prop_oneof![3 => Just(0), 1 => -9..=9i32];
    let weekday = (weekday(), prop::collection::vec(place, 1..3), days);
    let date = || prop_oneof![3 => Just(None), 1 => (1..=31i32).prop_map(Some)];
    (
        prop_oneof![3 => Just(None), 1 => year().prop_map(|y| Some((y, y))), 1 => year().prop_map(|y| Some((y, y + 9)))],
        date(),
        date(),
        prop::collection::vec(month, 1..4),
        prop::collection::vec(weekday, 1..3),
    )
        .prop_map(|(year, before, after, months, weekdays)| {
            // A year in front of a list that begins with a date is the date's own.
            let before = before.filter(|_| year.is_none_or(|(a, b)| a < b));
            let after = after.filter(|_| year.is_none_or(|(a, b)| a < b));
            Each { year, dates: [before, after], months, weekdays }
        })
}

fn shown_days(days: impl Iterator<Item = i32>) -> String {
    let shown = |day: i32| shown(i64::from(day) * DAY);
    days.take(5).map(shown).collect::<Vec<_>>().join(", ")
}

proptest! {
    #![proptest_config(config(150))]

    #[test]
    fn selectors_hold_when_the_calendar_says_so(selector in selector()) {
        let text = selector.text();
        let region = holidays::Region::parse("US").expect("a country");
        let public: BTreeSet<i32> = holidays::public_holidays(&region).iter().copied().collect();
        let expected = selector.expected(&public);
        let found = found(&text, ", US");
        prop_assert!(
            found == expected,
            "{text}: missing {}; too many {}",
            shown_days(expected.difference(&found).copied()),
            shown_days(found.difference(&expected).copied())
        );
        // What is printed means the same.
        let calendar: Calendar = format!("{text} off; {text} 00:00-24:00 @ UTC, US").parse().expect("read above");
        let again: Calendar = calendar.to_string().parse().expect("what is printed reads");
        prop_assert_eq!(again, calendar);
    }
}

proptest! {
    #![proptest_config(config(150))]

    #[test]
    fn counted_weekdays_are_those_of_every_month_before_them(each in each()) {
        let text = each.text();
        let (found, expected) = (found(&text, ""), each.expected());
        prop_assert!(
            found == expected,
            "{text}: missing {}; too many {}",
            shown_days(expected.difference(&found).copied()),
            shown_days(found.difference(&expected).copied())
        );
        let calendar: Calendar = format!("{text} off; {text} 00:00-24:00 @ UTC").parse().expect("read above");
        let again: Calendar = calendar.to_string().parse().expect("what is printed reads");
        prop_assert_eq!(again, calendar);
    }
}

#[test]
fn months_before_one_counted_weekday() {
    let year = |hours: &str| {
        let line = line(&format!("{hours} @ UTC"));
        line.minutes(at("2026-01-01"), at("2027-01-01"))
    };
    let off = "Mo-Fr 09:00-17:00; Jan,Apr,Jul,Oct";
    assert_eq!(year(&format!("{off} Mo[1] off")), 123_360.0);
    assert_eq!(year(&format!("{off}: Mo[1] off")), 123_360.0);
    assert_eq!(
        year("Mo 09:00-10:00, Jan,Apr Tu[1] 09:00-10:00"),
        54.0 * 60.0
    );
    // Wednesdays that are not counted, and the holiday behind a comma, are no dates.
    assert_eq!(year("Jan,Aug Mo[1],We 09:00-10:00"), 10.0 * 60.0);
    for (hours, days) in [
        (
            "Jan,Aug Mo[5]",
            "2024-01-29 2026-08-31 2027-08-30 2028-01-31 2029-01-29",
        ),
        (
            "Jan-Mar,Aug Mo[5]",
            "2024-01-29 2025-03-31 2026-03-30 2026-08-31 2027-03-29 2027-08-30 2028-01-31 2029-01-29",
        ),
        ("2026 Jan,Aug Mo[5]", "2026-08-31"),
        ("2028 Jan,2027 Aug Mo[5]", "2027-08-30 2028-01-31"),
        ("Feb,Mar Fr[5] -2 days", "2024-03-27 2028-03-29 2029-03-28"),
        (
            "2026-2027 Apr Fr[-2] -2 days,Th[1]",
            "2026-04-02 2026-04-15 2027-04-01 2027-04-21",
        ),
        ("2026 Apr Fr[-2] -2 days,Th[1]", "2026-04-02 2026-04-15"),
        ("2027 Mar,Jun Su[1] -7 days", "2027-02-28 2027-05-30"),
        // A range that ends in a counted weekday is no list.
        (
            "2027 Oct Su[5]-Nov 02,2028 Jan 01",
            "2027-10-31 2027-11-01 2027-11-02 2028-01-01",
        ),
        (
            "2028-2028 Jan 05,Feb Mo[1] - Feb 08",
            "2028-01-05 2028-02-07 2028-02-08",
        ),
    ] {
        let line = line(&format!("{hours} 10:00-12:00 @ UTC"));
        let found = line.periods(at("2024-01-01"), at("2030-01-01"));
        let found: Vec<String> = found.map(|p| shown(p.0)[..10].to_owned()).collect();
        assert_eq!(found.join(" "), days, "{hours}");
    }
    // Lists of dates cost no more than their length; the crate takes ten seconds for thirteen of them.
    let many = format!(
        "{}Jan Tu[2] off @ UTC",
        (2000..7000)
            .map(|y| format!("{y} Jan Mo[1],"))
            .collect::<String>()
    );
    assert!(
        many.parse::<Calendar>()
            .is_ok_and(|c| c.to_string() == many)
    );
    let many = format!("{}Jan Mo[1] off @ UTC", "Jan,".repeat(40_000));
    let error = many.parse::<Calendar>().map(|c| c.to_string().len());
    assert!(error.is_ok(), "{error:?}");
    let many = format!("{}Jan Mo[1] -1 day off @ UTC", "Jan,".repeat(1_000));
    let error = many.parse::<Calendar>().expect_err("too many");
    assert!(
        error.message.contains("gives more than 420 dates"),
        "{error:?}"
    );
}

/// What is taken is printed as text that is taken again.
#[test]
fn long_lists_read_again() {
    let again = |text: &str| {
        let calendar: Calendar = text.parse().unwrap_or_else(|e| panic!("{e:?}"));
        assert_eq!(
            calendar.to_string().parse::<Calendar>().as_ref(),
            Ok(&calendar)
        );
        calendar.to_string().len()
    };
    assert_eq!(
        again(&format!("Dec {}1 off @ UTC", "1,".repeat(60_000))),
        "Dec 1 off @ UTC".len()
    );
    // Every second day: the most dates, and one rule of as many in few bytes.
    let alternate = |days: i32| -> Vec<i32> { (0..days).map(|day| 2 * day).collect() };
    let own = Calendar::from_parts(
        "24/7",
        "UTC",
        None,
        &alternate(slaops_core::calendar::hours::MAX_DAYS as i32),
    )
    .expect("it fits");
    assert_eq!(own.to_string().parse(), Ok(own));
    let days =
        |month: &str, days: usize| list((1..=days).map(|d| format!("{month} {d:02} -{d} days")));
    assert!(again(&format!("{} off @ UTC", days("Jan", 31))) > 400);
    let long: String = (1000..9999)
        .map(|d| format!("Jan 1+Mo +{d} days,Jan 1,"))
        .collect();
    assert!(again(&format!("{long}Jan 1 off @ UTC")) < 300_000);
    let days = ",3,5,7,9,11,13,15,17,19,21,23,25,27,29,31";
    let short: String = (2000..4_000)
        .map(|y| format!("{y} easter,{y} Dec 1{days},"))
        .collect();
    assert!(short.len() < 150_000);
    let error = format!("{short}easter off @ UTC")
        .parse::<Calendar>()
        .expect_err("too long");
    assert_eq!(
        error.state,
        slaops_core::error::SqlState::LimitExceeded,
        "{error:?}"
    );
    assert!(
        error.message.ends_with("in their own form are too long"),
        "{error:?}"
    );
    let half = Calendar::from_parts("24/7", "UTC", None, &alternate(19_000)).expect("it fits");
    let mut joined = half.clone();
    let error = (1..9).find_map(|day| {
        let mut days = alternate(19_000);
        days.push(100_000 + day);
        let next = Calendar::from_parts("24/7", "UTC", None, &days).expect("it fits");
        match joined.clone().union(next) {
            Ok(more) => {
                joined = more;
                None
            }
            Err(error) => Some(error),
        }
    });
    assert_eq!(
        error.map(|e| e.state),
        Some(slaops_core::error::SqlState::LimitExceeded)
    );
    assert_eq!(joined.to_string().parse(), Ok(joined));
}

/// Years that run on have no end, and cost what rules without years do.
#[test]
fn open_years_have_no_end() {
    for hours in [
        "Mo-Fr 09:00-17:00; 2026+ off",
        "Mo-Fr 09:00-17:00; 2020,2026+ Mo-We,Th-Fr off",
        "Mo-Fr 09:00-17:00; 2026 Jan 01+ off",
        "Mo-Fr 09:00-17:00; 2025-2025 off; 2025+ 2026 Jan 01+ Mo-Sa off",
    ] {
        let line = line(&format!("{hours} @ UTC"));
        let from = at("2026-01-01");
        assert_eq!(line.next_open(from), None, "{hours}");
        assert_eq!(line.add(from, 60 * 60 * SECOND), i64::MAX, "{hours}");
        assert_eq!(line.minutes(from, i64::MAX), 0.0, "{hours}");
        assert_eq!(
            line.days_before(slaops_core::business_time::LAST_DAY),
            line.days_before((from / DAY) as i32),
            "{hours}"
        );
    }
    let open = line("2026+ Mo-Fr 09:00-17:00 @ UTC");
    assert_eq!(
        open.next_open(at("2020-01-01")).map(shown),
        Some(shown(at("2026-01-01 09:00")))
    );
    // Saturday, 1 January 10000, the Monday after it, and far beyond.
    let late = i64::from(slaops_core::calendar::hours::LAST_DATE + 1) * DAY;
    assert_eq!(
        open.next_open(late),
        Some(late + 2 * DAY + 9 * 3_600 * SECOND)
    );
    let far = 13_337 * 7 * 1_000 * DAY;
    assert_eq!(open.minutes(far, far + 7 * DAY), 5.0 * 480.0);
    // Every second year, and a last year that is written, end in 9999 and before.
    assert!(
        line("24/7; 2026-9998 off @ UTC")
            .next_open(at("2026-01-01"))
            .is_some()
    );
    assert!(
        line("24/7; 2026-9999/2 off @ UTC")
            .next_open(at("2026-01-01"))
            .is_some()
    );
}

// Facts that one can look up.

/// `2022-08-29` or `2022-08-29 10:00`, in UTC.
fn at(text: &str) -> i64 {
    let (date, time) = text.split_once(' ').unwrap_or((text, "00:00"));
    crate::support::instant(&format!("{date}T{time}:00Z"))
}

#[test]
fn fifth_weekdays_and_leap_days() {
    let mo5 = line("Aug Mo[5] 09:00-17:00 @ UTC");
    assert!(mo5.is_open(at("2022-08-29 10:00")));
    assert!(!mo5.is_open(at("2023-08-28 10:00")));
    let off = line("Mo-Fr 09:00-17:00; Aug Mo[5] off @ UTC");
    assert_eq!(off.minutes(at("2022-08-29"), at("2022-08-30")), 0.0);
    assert_eq!(off.minutes(at("2022-08-30"), at("2022-08-31")), 480.0);
    for (hours, after, opens) in [
        ("Feb Su[5] 12:00-22:00", "2020-01-01", "2032-02-29 12:00"),
        ("Feb Su[-5] 12:00-22:00", "2020-01-01", "2032-02-01 12:00"),
        ("Feb Su[5] 12:00-22:00", "2032-03-01", "2060-02-29 12:00"),
        (
            "Aug Mo[5],Sep 15 10:00-12:00",
            "2023-01-01",
            "2023-09-15 10:00",
        ),
        (
            "2026 Aug Mo[5] 10:00-12:00",
            "2020-01-01",
            "2026-08-31 10:00",
        ),
        (
            "Oct Su[5]-Nov 02 10:00-12:00",
            "2024-01-01",
            "2027-10-31 10:00",
        ),
        (
            "Oct Su[5]-Nov 02 10:00-12:00",
            "2027-10-31 23:00",
            "2027-11-01 10:00",
        ),
        (
            "Oct Su[5]-Nov 02 10:00-12:00",
            "2027-11-02 12:00",
            "2028-10-29 10:00",
        ),
        (
            "Jan 05-Feb Su[5] 10:00-12:00",
            "2020-01-01",
            "2032-01-05 10:00",
        ),
        ("Feb 29 10:00-12:00", "2196-03-01", "2204-02-29 10:00"),
        ("week 53 Mo 10:00-12:00", "2021-01-15", "2026-12-28 10:00"),
        (
            "week 41-05 Mo 10:00-12:00",
            "2026-02-01",
            "2026-10-05 10:00",
        ),
        (
            "week 41-05 Mo 10:00-12:00",
            "2026-12-29",
            "2027-01-04 10:00",
        ),
        (
            "week 41-05 Mo 10:00-12:00",
            "2020-12-27",
            "2020-12-28 10:00",
        ),
    ] {
        let found = line(&format!("{hours} @ UTC")).next_open(at(after));
        assert_eq!(
            found.map(shown),
            Some(shown(at(opens))),
            "{hours} after {after}"
        );
    }
}

/// Of the 84 pairs of a month and a weekday each has its fifth in every year that the calendar gives one, 2000 to 2099.
#[test]
fn every_fifth_weekday_of_a_century() {
    let (table, epoch) = table();
    for month in 1..=12 {
        for (weekday, named) in WEEKDAYS.iter().enumerate() {
            for nth in [5, -5] {
                let days = (0..36_525).filter(|day| {
                    let date = &table[(epoch + day) as usize];
                    date.month == month && is_nth(date, weekday, nth)
                });
                let selector = format!("{} {named}[{nth}]", MONTHS[month - 1]);
                let line = line(&format!("{selector} 00:00-24:00 @ UTC"));
                let found = line.periods(0, 36_525 * DAY).map(|p| (p.0 / DAY) as i32);
                assert_eq!(
                    found.collect::<Vec<_>>(),
                    days.collect::<Vec<_>>(),
                    "{selector}"
                );
            }
        }
    }
}

/// The lines of a table of the page on opening hours, as cells.
fn lines_of(heading: &str) -> Vec<Vec<String>> {
    let page = include_str!("../../docs/guides/opening-hours.md");
    let part = page
        .split("\n## ")
        .find(|part| part.starts_with(heading))
        .expect(heading);
    let rows = part.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let row = row.replace("\\|", "\u{1}");
        let cells = row.trim_matches('|').split('|');
        cells
            .map(|cell| cell.trim().trim_matches('`').replace('\u{1}', "|"))
            .collect()
    })
    .collect()
}

#[test]
fn the_page_on_opening_hours_says_what_is() {
    let accepted = lines_of("Accepted");
    assert!(accepted.len() > 50, "{} lines", accepted.len());
    for row in &accepted {
        let line = line(&format!("{} @ UTC, US", row[0]));
        for (day, open) in [(&row[2], true), (&row[3], false)] {
            if !day.is_empty() {
                let open_minutes = line.minutes(at(day), at(day) + DAY);
                assert_eq!(open_minutes > 0.0, open, "{} on {day}", row[0]);
            }
        }
    }
    let refused = lines_of("Refused");
    assert!(refused.len() > 30, "{} lines", refused.len());
    for row in &refused {
        let read = |hours: &str| format!("{hours} @ UTC, US").parse::<Calendar>();
        let error = read(&row[0]).expect_err(&row[0]);
        assert!(!error.hint.is_empty(), "{}", row[0]);
        if !row[2].is_empty() {
            read(&row[2]).unwrap_or_else(|e| panic!("{}: {e:?}", row[2]));
        }
    }
}
