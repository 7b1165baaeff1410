//! Random calendars, described apart from the parser, and what they mean by plain means: chrono and
//! chrono-tz alone say when a described calendar is open.

use chrono::{
    DateTime, Datelike, Days, LocalResult, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone,
};
use chrono_tz::Tz;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use slaops_core::calendar::Calendar;
use slaops_core::calendar::holidays::{Region, public_holidays};
use std::collections::BTreeMap;

pub const ZONES: [Tz; 12] = [
    Tz::UTC,
    Tz::Europe__Berlin,
    Tz::America__New_York,
    Tz::Australia__Lord_Howe,
    Tz::Pacific__Apia,
    Tz::America__Sao_Paulo,
    Tz::Asia__Kolkata,
    Tz::Africa__Casablanca,
    Tz::Asia__Kathmandu,
    Tz::Antarctica__Troll,
    Tz::Europe__Dublin,
    Tz::America__St_Johns,
];
const WEEKDAYS: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
const KEYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const DAY: usize = 1440;

/// Minutes after midnight; a window may end on the next day, up to 48:00.
pub type Windows = Vec<(usize, usize)>;

#[derive(Clone, Debug)]
pub enum Spec {
    One(One),
    Union(Vec<Spec>),
    Intersection(Vec<Spec>),
    Difference(Box<(Spec, Spec)>),
}

/// A week and rules in order, in one zone.
#[derive(Clone, Debug)]
pub struct One {
    pub zone: Tz,
    pub region: Option<&'static str>,
    pub week: Vec<Windows>,
    pub rules: Vec<Rule>,
    /// Written as JSON: shifts, breaks and holidays by date.
    pub json: bool,
}

#[derive(Clone, Debug)]
pub struct Rule {
    pub on: On,
    pub act: Act,
    pub windows: Windows,
}

#[derive(Clone, Debug)]
pub enum On {
    Dates(Vec<NaiveDate>),
    Weekdays(u8),
    /// Public holidays, and weekdays beside them.
    Holidays(u8),
    /// First and last month, and weekdays within.
    Months(u32, u32, u8),
    /// The first, second, ... of a weekday in a month.
    Nth(usize, u32),
    /// The last of a weekday in a month.
    Last(usize),
    /// ISO weeks, and weekdays within.
    Weeks(u32, u32, u8),
    /// A month and a day of every year.
    Yearly(u32, u32),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Act {
    Replace,
    Add,
    /// Cut out; the whole day where the rule has no windows.
    Remove,
    Otherwise,
}

fn mask(bits: u8) -> String {
    let named = (0..7).filter(|d| bits & (1 << d) != 0);
    named.map(|d| WEEKDAYS[d]).collect::<Vec<_>>().join(",")
}

fn close(from: usize, to: usize) -> usize {
    if to > DAY && to - DAY <= from {
        to - DAY
    } else {
        to
    }
}

fn clock(minute: usize) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn windows_text(windows: &Windows) -> String {
    let one = |&(a, b): &(usize, usize)| format!("{}-{}", clock(a), clock(close(a, b)));
    windows.iter().map(one).collect::<Vec<_>>().join(",")
}

fn windows_json(windows: &Windows) -> Value {
    windows
        .iter()
        .map(|&(a, b)| json!([clock(a), clock(close(a, b))]))
        .collect()
}

impl On {
    fn text(&self) -> String {
        match self {
            Self::Dates(dates) => {
                let date = |d: &NaiveDate| {
                    format!(
                        "{} {} {:02}",
                        d.year(),
                        MONTHS[d.month0() as usize],
                        d.day()
                    )
                };
                dates.iter().map(date).collect::<Vec<_>>().join(",")
            }
            Self::Weekdays(bits) => mask(*bits),
            Self::Holidays(0) => "PH".to_owned(),
            Self::Holidays(bits) => format!("PH,{}", mask(*bits)),
            Self::Months(a, b, bits) => format!(
                "{}-{} {}",
                MONTHS[*a as usize - 1],
                MONTHS[*b as usize - 1],
                mask(*bits)
            ),
            Self::Nth(d, n) => format!("{}[{n}]", WEEKDAYS[*d]),
            Self::Last(d) => format!("{}[-1]", WEEKDAYS[*d]),
            Self::Weeks(a, b, bits) => format!("week {a:02}-{b:02} {}", mask(*bits)),
            Self::Yearly(m, d) => format!("{} {d:02}", MONTHS[*m as usize - 1]),
        }
    }

    fn holds(&self, day: NaiveDate, public: &dyn Fn(NaiveDate) -> bool) -> bool {
        let on = |bits: u8| bits & (1 << day.weekday().num_days_from_monday()) != 0;
        let is = |d: usize| day.weekday().num_days_from_monday() as usize == d;
        match self {
            Self::Dates(dates) => dates.contains(&day),
            Self::Weekdays(bits) => on(*bits),
            Self::Holidays(bits) => on(*bits) || public(day),
            Self::Months(a, b, bits) => {
                let m = day.month();
                let inside = if a <= b {
                    (*a..=*b).contains(&m)
                } else {
                    m >= *a || m <= *b
                };
                inside && on(*bits)
            }
            Self::Nth(d, n) => is(*d) && (day.day() - 1) / 7 + 1 == *n,
            Self::Last(d) => is(*d) && (day + Days::new(7)).month() != day.month(),
            Self::Weeks(a, b, bits) => (*a..=*b).contains(&day.iso_week().week()) && on(*bits),
            Self::Yearly(m, d) => (day.month(), day.day()) == (*m, *d),
        }
    }
}

impl Rule {
    fn body(&self) -> String {
        let off = if self.act == Act::Remove { " off" } else { "" };
        match self.windows.is_empty() {
            true => format!("{}{off}", self.on.text()),
            false => format!("{} {}{off}", self.on.text(), windows_text(&self.windows)),
        }
    }
}

impl One {
    pub fn hours(&self) -> String {
        let mut text = String::new();
        for (d, windows) in self.week.iter().enumerate().filter(|(_, w)| !w.is_empty()) {
            let before = if text.is_empty() { "" } else { "; " };
            text += &format!("{before}{} {}", WEEKDAYS[d], windows_text(windows));
        }
        for rule in &self.rules {
            let before = match rule.act {
                _ if text.is_empty() => "",
                Act::Replace | Act::Remove => "; ",
                Act::Add => ", ",
                Act::Otherwise => " || ",
            };
            text += &format!("{before}{}", rule.body());
        }
        if text.is_empty() {
            "off".to_owned()
        } else {
            text
        }
    }

    fn as_json(&self) -> Value {
        let week = self.week.iter().enumerate().filter(|(_, w)| !w.is_empty());
        let hours: Map<_, _> = week
            .map(|(d, w)| (KEYS[d].to_owned(), windows_json(w)))
            .collect();
        let mut value = json!({ "time_zone": self.zone.name(), "hours": hours });
        if let Some(region) = self.region {
            value["country"] = json!(region);
        }
        for rule in &self.rules {
            let On::Dates(dates) = &rule.on else { continue };
            for date in dates {
                let date = date.to_string();
                match rule.act {
                    Act::Remove if rule.windows.is_empty() => {
                        let mut list = value["holidays"].as_array().cloned().unwrap_or_default();
                        list.push(json!(date));
                        value["holidays"] = Value::Array(list);
                    }
                    Act::Remove => value["breaks"][date] = windows_json(&rule.windows),
                    _ => value["shifts"][date] = windows_json(&rule.windows),
                }
            }
        }
        value
    }

    pub fn text(&self) -> String {
        if self.json {
            return self.as_json().to_string();
        }
        let region = self.region.map_or(String::new(), |r| format!(", {r}"));
        format!("{} @ {}{region}", self.hours(), self.zone.name())
    }

    /// Whether each minute of two days from a date's midnight on is open by a window of that date.
    fn minutes(&self, day: NaiveDate, public: &dyn Fn(NaiveDate) -> bool) -> [bool; 2 * DAY] {
        let mut open = [false; 2 * DAY];
        let paint = |open: &mut [bool; 2 * DAY], windows: &Windows, shift: isize, state: bool| {
            for &(a, b) in windows {
                for minute in a..b {
                    let at = minute as isize + shift * DAY as isize;
                    if let Some(cell) = usize::try_from(at).ok().and_then(|i| open.get_mut(i)) {
                        *cell = state;
                    }
                }
            }
        };
        let of_week = &self.week[day.weekday().num_days_from_monday() as usize];
        paint(&mut open, of_week, 0, true);
        for rule in &self.rules {
            let today = rule.on.holds(day, public);
            let mut covered = [false; 2 * DAY];
            paint(&mut covered, &rule.windows, 0, true);
            let (this_day, next_day) = covered.split_at(DAY);
            let whole = !this_day.contains(&false) && !next_day.contains(&true);
            match rule.act {
                // A holiday takes the windows that start on it, and a break of the whole day is one.
                Act::Remove if today && (whole || rule.windows.is_empty()) => {
                    open = [false; 2 * DAY];
                }
                Act::Remove if whole => {}
                // A break cuts a stretch of wall time, whosever window runs through it.
                Act::Remove => {
                    for shift in -1..=1 {
                        if rule.on.holds(day + TimeDelta::days(shift), public) {
                            paint(&mut open, &rule.windows, shift as isize, false);
                        }
                    }
                }
                Act::Replace if today => {
                    open = [false; 2 * DAY];
                    paint(&mut open, &rule.windows, 0, true);
                }
                Act::Add if today => paint(&mut open, &rule.windows, 0, true),
                Act::Otherwise if today && !open.contains(&true) => {
                    paint(&mut open, &rule.windows, 0, true);
                }
                _ => {}
            }
        }
        open
    }

    fn public(&self) -> impl Fn(NaiveDate) -> bool + use<> {
        let region = self.region.map(|r| Region::parse(r).expect("a region"));
        let days = region.map(|r| public_holidays(&r));
        move |day| {
            days.as_ref()
                .is_some_and(|d| d.binary_search(&number(day)).is_ok())
        }
    }

    pub fn starts_on(&self, day: NaiveDate) -> bool {
        self.minutes(day, &self.public()).contains(&true)
    }
}

/// Days since 2000-01-01.
pub fn number(day: NaiveDate) -> i32 {
    day.signed_duration_since(date(0)).num_days() as i32
}

pub fn date(number: i32) -> NaiveDate {
    let epoch = NaiveDate::from_ymd_opt(2000, 1, 1).expect("a date");
    epoch + TimeDelta::days(number.into())
}

/// RFC 5545, 3.3.5: the offset before the gap; the first of a doubled pair. Unix seconds.
pub fn unix(zone: Tz, wall: NaiveDateTime) -> i64 {
    match zone.from_local_datetime(&wall) {
        LocalResult::Single(t) => t.timestamp(),
        LocalResult::Ambiguous(first, second) => first.min(second).timestamp(),
        LocalResult::None => {
            let mut before = wall;
            loop {
                before -= TimeDelta::seconds(if before.and_utc().timestamp() % 60 == 0 {
                    60
                } else {
                    1
                });
                let offset = match zone.from_local_datetime(&before) {
                    LocalResult::Single(t) => t.offset().fix(),
                    LocalResult::Ambiguous(a, b) => a.max(b).offset().fix(),
                    LocalResult::None => continue,
                };
                return wall.and_utc().timestamp() - i64::from(offset.local_minus_utc());
            }
        }
    }
}

impl Spec {
    pub fn text(&self) -> String {
        let join = |list: &[Spec], operator: &str| {
            let parts: Vec<_> = list.iter().map(|s| format!("({})", s.text())).collect();
            parts.join(operator)
        };
        match self {
            Self::One(one) => one.text(),
            Self::Union(list) => join(list, " | "),
            Self::Intersection(list) => join(list, " & "),
            Self::Difference(pair) => join(&[pair.0.clone(), pair.1.clone()], "-"),
        }
    }

    pub fn calendar(&self) -> Calendar {
        let text = self.text();
        text.parse().unwrap_or_else(|e| panic!("{text}\n{e:?}"))
    }

    /// Each minute from `from` (Unix minutes) on: open or not. Offsets must be whole minutes.
    pub fn scan(&self, from: i64, minutes: usize) -> Vec<bool> {
        let fold = |list: &[Spec], with: fn(bool, bool) -> bool| {
            let mut all = list.iter().map(|s| s.scan(from, minutes));
            let first = all.next().expect("a part");
            all.fold(first, |a, b| {
                a.iter().zip(b).map(|(a, b)| with(*a, b)).collect()
            })
        };
        let one = match self {
            Self::One(one) => one,
            Self::Union(list) => return fold(list, |a, b| a || b),
            Self::Intersection(list) => return fold(list, |a, b| a && b),
            Self::Difference(pair) => {
                return fold(&[pair.0.clone(), pair.1.clone()], |a, b| a && !b);
            }
        };
        let mut open = vec![false; minutes];
        let public = one.public();
        let utc = |minute: i64| DateTime::from_timestamp(minute * 60, 0).expect("in range");
        let mut day = utc(from).date_naive() - Days::new(4);
        let last = utc(from + minutes as i64).date_naive() + Days::new(2);
        while day <= last {
            let of_day = one.minutes(day, &public);
            let wall = |m: usize| day.and_time(Default::default()) + TimeDelta::minutes(m as i64);
            let mut minute = 0;
            while minute < 2 * DAY {
                let run = of_day[minute..].iter().take_while(|o| **o).count();
                if run > 0 {
                    let a = unix(one.zone, wall(minute)).div_euclid(60) - from;
                    let b = unix(one.zone, wall(minute + run)).div_euclid(60) - from;
                    let (a, b) = (a.clamp(0, minutes as i64), b.clamp(0, minutes as i64));
                    (a..b).for_each(|m| open[m as usize] = true);
                }
                minute += run.max(1);
            }
            day = day + Days::new(1);
        }
        open
    }
}

// Generators. Dates are drawn near a center, so that instants near it meet them.

fn windows(most: usize, overnight: bool) -> impl Strategy<Value = Windows> {
    let start = prop_oneof![(0..96usize).prop_map(|q| q * 15), 0..DAY];
    let length = prop_oneof![4 => (1..48usize).prop_map(|q| q * 15), 1 => 1..=DAY, 1 => Just(DAY)];
    prop::collection::vec((start, length), 1..=most).prop_map(move |list| {
        let end = |a: usize, n: usize| if overnight { a + n } else { (a + n).min(DAY) };
        list.into_iter().map(|(a, n)| (a, end(a, n))).collect()
    })
}

fn week(overnight: bool) -> impl Strategy<Value = Vec<Windows>> {
    let day = prop_oneof![
        1 => Just(vec![]),
        1 => Just(vec![(0, DAY)]),
        2 => Just(vec![(540, 1020)]),
        3 => windows(3, overnight),
    ];
    prop_oneof![
        // One pattern on some weekdays, or each day its own.
        (day.clone().boxed(), any::<u8>()).prop_map(|(w, bits)| {
            (0..7)
                .map(|d| {
                    if bits & (1 << d) != 0 {
                        w.clone()
                    } else {
                        vec![]
                    }
                })
                .collect()
        }),
        prop::collection::vec(day, 7),
        Just(vec![vec![(0, DAY)]; 7]),
    ]
}

fn near(center: i32) -> impl Strategy<Value = Vec<NaiveDate>> {
    prop::collection::btree_set(-12..13i32, 1..4).prop_map(move |set| {
        set.into_iter()
            .map(|d| date((center + d).max(-36_524)))
            .collect()
    })
}

fn weekdays() -> impl Strategy<Value = u8> {
    1..128u8
}

fn on(center: i32, region: bool, selectors: bool) -> BoxedStrategy<On> {
    let mut all = vec![
        (4, near(center).prop_map(On::Dates).boxed()),
        (1, weekdays().prop_map(On::Weekdays).boxed()),
    ];
    if region {
        all.push((
            2,
            prop_oneof![Just(0), 0..127u8]
                .prop_map(On::Holidays)
                .boxed(),
        ));
    }
    if selectors {
        let month = 1..13u32;
        all.extend([
            (
                1,
                (month.clone(), month.clone(), weekdays())
                    .prop_map(|(a, b, w)| On::Months(a, b, w))
                    .boxed(),
            ),
            (
                1,
                (0..7usize, 1..6u32)
                    .prop_map(|(d, n)| On::Nth(d, n))
                    .boxed(),
            ),
            (1, (0..7usize).prop_map(On::Last).boxed()),
            (
                1,
                (1..54u32, 1..54u32, weekdays())
                    .prop_map(|(a, b, w)| On::Weeks(a.min(b), a.max(b), w))
                    .boxed(),
            ),
            (
                1,
                (month, 1..29u32)
                    .prop_map(|(m, d)| On::Yearly(m, d))
                    .boxed(),
            ),
        ]);
    }
    prop::strategy::Union::new_weighted(all).boxed()
}

fn rule(center: i32, region: bool, selectors: bool, plain: bool) -> impl Strategy<Value = Rule> {
    let act = if plain {
        prop_oneof![Just(Act::Replace), Just(Act::Add), Just(Act::Otherwise)].boxed()
    } else {
        prop_oneof![1 => Just(Act::Replace), 1 => Just(Act::Add), 2 => Just(Act::Remove), 1 => Just(Act::Otherwise)]
            .boxed()
    };
    (
        on(center, region, selectors),
        act,
        windows(3, !plain),
        any::<bool>(),
    )
        .prop_map(move |(on, act, windows, whole)| {
            let act = if plain && whole { Act::Remove } else { act };
            let whole = act == Act::Remove && (whole || plain);
            Rule {
                on,
                act,
                windows: if whole { vec![] } else { windows },
            }
        })
}

fn region() -> impl Strategy<Value = Option<&'static str>> {
    prop_oneof![3 => Just(None), 1 => Just(Some("US")), 1 => Just(Some("DE-BY"))]
}

fn zone() -> impl Strategy<Value = Tz> {
    (0..ZONES.len()).prop_map(|i| ZONES[i])
}

fn one_text(center: i32) -> impl Strategy<Value = One> {
    let selectors = prop_oneof![3 => Just(false), 1 => Just(true)];
    (zone(), region(), week(true), selectors).prop_flat_map(
        move |(zone, region, week, selectors)| {
            let rules =
                prop::collection::vec(rule(center, region.is_some(), selectors, false), 0..5);
            rules.prop_map(move |mut rules| {
                // The text of a first rule has no operator.
                if week.iter().all(Vec::is_empty)
                    && let Some(first) = rules.first_mut()
                    && first.act != Act::Remove
                {
                    first.act = Act::Replace;
                }
                One {
                    zone,
                    region,
                    week: week.clone(),
                    rules,
                    json: false,
                }
            })
        },
    )
}

fn one_json(center: i32) -> impl Strategy<Value = One> {
    let dated = || prop::collection::btree_map(-12..13i32, windows(2, true), 0..3);
    let off = prop::collection::btree_set(-12..13i32, 0..3);
    (zone(), region(), week(true), dated(), dated(), off).prop_map(
        move |(zone, region, week, shifts, breaks, off)| {
            let on = |d: i32| On::Dates(vec![date((center + d).max(-36_524))]);
            let mut rules = Vec::new();
            if region.is_some() {
                rules.push(Rule {
                    on: On::Holidays(0),
                    act: Act::Remove,
                    windows: vec![],
                });
            }
            for (map, act) in [(shifts, Act::Replace), (breaks, Act::Remove)] {
                let unique: BTreeMap<_, _> = map.into_iter().collect();
                rules.extend(unique.into_iter().map(|(d, windows)| Rule {
                    on: on(d),
                    act,
                    windows,
                }));
            }
            rules.extend(off.into_iter().map(|d| Rule {
                on: on(d),
                act: Act::Remove,
                windows: vec![],
            }));
            One {
                zone,
                region,
                week,
                rules,
                json: true,
            }
        },
    )
}

/// One calendar in one zone.
pub fn one(center: i32) -> BoxedStrategy<One> {
    prop_oneof![2 => one_text(center), 1 => one_json(center)].boxed()
}

/// One without overnight windows or breaks, in UTC.
pub fn daytime(center: i32) -> BoxedStrategy<One> {
    (
        week(false),
        prop::collection::vec(rule(center, false, true, true), 0..4),
    )
        .prop_map(|(week, mut rules)| {
            if week.iter().all(Vec::is_empty)
                && let Some(first) = rules.first_mut()
                && first.act != Act::Remove
            {
                first.act = Act::Replace;
            }
            One {
                zone: Tz::UTC,
                region: None,
                week,
                rules,
                json: false,
            }
        })
        .boxed()
}

/// Any calendar, combinations included.
pub fn spec(center: i32) -> BoxedStrategy<Spec> {
    let text = one_text(center).prop_map(Spec::One).boxed();
    let pair = (text.clone(), text.clone());
    prop_oneof![
        6 => one(center).prop_map(Spec::One),
        1 => prop::collection::vec(text.clone(), 2..4).prop_map(Spec::Union),
        1 => prop::collection::vec(text, 2..4).prop_map(Spec::Intersection),
        1 => pair.prop_map(|p| Spec::Difference(Box::new(p))),
    ]
    .boxed()
}
