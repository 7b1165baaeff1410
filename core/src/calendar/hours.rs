//! Opening hours: the rules of one calendar, apart from its zone and its country.
//!
//! The text form is the OpenStreetMap `opening_hours` grammar. The crate opening-hours-syntax parses
//! it; this module keeps what was parsed in a small canonical form: a week, then rules in order.
//!
//! Times are minutes after local midnight. A window that runs overnight ends after 1440 and belongs
//! to the day on which it starts.

mod parse;
mod print;
mod select;
mod written;

pub use parse::{FIRST_DATE, LAST_DATE, MAX_TEXT, number, parse};
pub use print::{date, text_length, window};
pub use select::DaySet;

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// Minutes after local midnight, up to 48 hours.
pub type Minute = u16;
/// Open windows of one day, half-open, sorted, disjoint and not touching.
pub type Windows = Vec<(Minute, Minute)>;
/// Days since 2000-01-01, which was a Saturday.
pub type Day = i32;

/// 2000-01-01 counted from 0001-01-01 as day 1.
pub const EPOCH_FROM_CE: i32 = 730_120;
/// The minutes of a day.
pub const DAY: Minute = 1440;
/// The windows of a day that never closes.
pub const WHOLE_DAY: (Minute, Minute) = (0, DAY);
/// The most rules, and dated days, that one calendar may hold.
pub const MAX_RULES: usize = 1_000;
/// The most dates of a calendar.
pub const MAX_DAYS: usize = 20_000;
/// The most windows of a weekday or a rule: one every quarter of an hour.
pub const MAX_WINDOWS: usize = 96;

/// Opening hours in canonical form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// What holds on each weekday, Monday first, unless a rule says otherwise.
    pub week: [Windows; 7],
    /// Rules in order; a later one sees what the earlier ones left.
    pub rules: Vec<Rule>,
}

/// One rule: on which days, and what it does to them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    pub when: When,
    pub action: Action,
    pub windows: Windows,
    /// The quoted comment, used to name a holiday.
    pub comment: String,
}

/// The days on which a rule applies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum When {
    /// Dates, sorted and distinct.
    Days(Vec<Day>),
    /// Weekdays (bit 0 is Monday) and, if `holidays`, public holidays.
    Weekly { weekdays: u8, holidays: bool },
    /// Any other day selector of the grammar (months, ISO weeks, the second Monday, Easter), in
    /// canonical text, which a [`DaySet`] reads. `timeline::Selector` says on which days it holds, from 1900 to 9999.
    Selector(String),
}

/// What a rule does to a day on which it applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// The windows replace the day's windows.
    Replace,
    /// The windows are added to the day's.
    Add,
    /// The windows are cut out. A whole day takes away the windows that start on it; a part of a day
    /// is also cut out of what runs over from the evening before.
    Remove,
    /// The windows hold if the day has none so far.
    Otherwise,
}

impl Rule {
    /// Whether the rule closes the whole day.
    pub fn closes_day(&self) -> bool {
        self.action == Action::Remove && self.windows.as_slice() == [WHOLE_DAY]
    }

    /// Whether the rule cuts a part of the day, and so reaches into its neighbors.
    pub fn is_break(&self) -> bool {
        self.action == Action::Remove && !self.closes_day()
    }
}

/// Monday is 0.
pub fn weekday(day: Day) -> usize {
    (day.rem_euclid(7) as usize + 5) % 7
}

/// Sorts windows and merges those that overlap or touch.
pub fn normalize(mut windows: Windows) -> Windows {
    windows.retain(|w| w.0 < w.1);
    windows.sort_unstable();
    let mut merged: Windows = Vec::with_capacity(windows.len());
    for (from, to) in windows {
        match merged.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}

/// Cuts `[from, to)` out of the windows; the bounds may lie outside the day.
fn cut(windows: &mut Windows, from: i32, to: i32) {
    let mut left: Windows = Vec::with_capacity(windows.len() + 1);
    for &(open, close) in windows.iter() {
        let (open_at, close_at) = (i32::from(open), i32::from(close));
        if to <= open_at || from >= close_at {
            left.push((open, close));
            continue;
        }
        if from > open_at {
            left.push((open, from as Minute));
        }
        if to < close_at {
            left.push((to as Minute, close));
        }
    }
    *windows = left;
}

/// Applies one rule that holds on the day itself (`shift` 0), on the day after (1) or before (-1).
/// Only breaks reach from one day into another.
pub fn apply(rule: &Rule, shift: i32, windows: &mut Windows) {
    match rule.action {
        Action::Remove if rule.closes_day() => {
            if shift == 0 {
                windows.clear();
            }
        }
        Action::Remove => {
            let offset = shift * i32::from(DAY);
            for &(from, to) in &rule.windows {
                cut(windows, i32::from(from) + offset, i32::from(to) + offset);
            }
        }
        _ if shift != 0 => {}
        Action::Replace => windows.clone_from(&rule.windows),
        Action::Add => {
            windows.extend_from_slice(&rule.windows);
            *windows = normalize(std::mem::take(windows));
        }
        Action::Otherwise => {
            if windows.is_empty() {
                windows.clone_from(&rule.windows);
            }
        }
    }
}

impl Hours {
    /// Builds the canonical form: leading weekday rules become the week, neighboring rules that
    /// differ only in their dates become one.
    ///
    /// # Errors
    /// 54000 when there are more rules or dates than the limits, or the text would be too long to read again.
    pub fn new(rules: Vec<Rule>) -> Result<Self> {
        let mut hours = Hours::default();
        let mut leading = true;
        for rule in rules {
            match rule.when {
                When::Weekly {
                    weekdays,
                    holidays: false,
                } if leading && rule.comment.is_empty() && hours.can_fold(&rule) => {
                    hours.apply_weekly(&rule, weekdays);
                }
                _ => leading &= !hours.push(rule),
            }
        }
        hours.check_limits()?;
        Ok(hours)
    }

    /// A break that meets the tail of a night could leave hours that start after 24:00, for which
    /// there is no text; it stays a rule.
    fn can_fold(&self, rule: &Rule) -> bool {
        let within_day = |w: &Windows| w.iter().all(|w| w.1 <= DAY);
        !rule.is_break() || self.week.iter().chain([&rule.windows]).all(within_day)
    }

    /// The windows of a weekday (Monday is 0) by the week and every weekday rule, apart from
    /// holidays and dates.
    pub fn ordinary_day(&self, weekday: usize) -> Windows {
        let mut windows = self.week[weekday].clone();
        for rule in &self.rules {
            let When::Weekly { weekdays, .. } = rule.when else {
                continue;
            };
            for (shift, day) in [(0, weekday), (1, weekday + 1), (-1, weekday + 6)] {
                if weekdays & (1 << (day % 7)) != 0 && (shift == 0 || rule.is_break()) {
                    apply(rule, shift, &mut windows);
                }
            }
        }
        windows
    }

    fn apply_weekly(&mut self, rule: &Rule, weekdays: u8) {
        for (d, windows) in self.week.iter_mut().enumerate() {
            if weekdays & (1 << d) != 0 {
                apply(rule, 0, windows);
            }
        }
    }

    /// Adds a rule; true if it has an effect.
    fn push(&mut self, mut rule: Rule) -> bool {
        if let When::Days(days) = &mut rule.when {
            days.sort_unstable();
            days.dedup();
            if days.is_empty() {
                return false;
            }
        }
        // "|| off" and "|| unknown" leave a closed day closed.
        if rule.windows.is_empty() && matches!(rule.action, Action::Add | Action::Otherwise) {
            return false;
        }
        // Before the first rule of an empty week there are no hours to add to, or to be a fallback of.
        let first = self.rules.is_empty() && self.week.iter().all(Vec::is_empty);
        if first && matches!(rule.action, Action::Add | Action::Otherwise) {
            rule.action = Action::Replace;
        }
        // A day without hours is closed, however that was written.
        if rule.action == Action::Replace && rule.windows.is_empty() {
            rule.action = Action::Remove;
            rule.windows = vec![WHOLE_DAY];
        }
        if let Some(last) = self.rules.last_mut()
            && last.action == rule.action
            && last.windows == rule.windows
            && last.comment == rule.comment
            && let (When::Days(into), When::Days(days)) = (&mut last.when, &rule.when)
        {
            into.extend_from_slice(days);
            into.sort_unstable();
            into.dedup();
            return true;
        }
        self.rules.push(rule);
        true
    }

    fn check_limits(&self) -> Result<()> {
        let days: usize = self
            .rules
            .iter()
            .map(|r| {
                if let When::Days(d) = &r.when {
                    d.len()
                } else {
                    0
                }
            })
            .sum();
        let rules = self.rules.iter().map(|r| &r.windows);
        if let Some(windows) = self
            .week
            .iter()
            .chain(rules)
            .find(|w| w.len() > MAX_WINDOWS)
        {
            return Err(Error::limit(
                format!(
                    "a day must have at most {MAX_WINDOWS} windows, not {}",
                    windows.len()
                ),
                "Join windows that follow one another.",
            ));
        }
        if self.rules.len() > MAX_RULES || days > MAX_DAYS {
            return Err(Error::limit(
                format!(
                    "a calendar with {} rules and {days} dates is too large",
                    self.rules.len()
                ),
                format!("A calendar may hold {MAX_RULES} rules and {MAX_DAYS} dates."),
            ));
        }
        // Lists of days or months may be longer in the stored form, which must be readable again.
        let length = text_length(self);
        if length > MAX_TEXT {
            return Err(Error::limit(
                format!("opening hours that take {length} bytes in their own form are too long"),
                format!("They may have {MAX_TEXT} bytes; write fewer dates, or a range."),
            ));
        }
        Ok(())
    }

    /// Whether any rule asks for public holidays.
    pub fn mentions_holidays(&self) -> bool {
        self.rules.iter().any(|r| match &r.when {
            When::Weekly { holidays, .. } => *holidays,
            When::Selector(text) => text.contains("PH"),
            When::Days(_) => false,
        })
    }

    /// Whether the hours were built by [`Hours::new`]; binary input is checked with it.
    pub fn is_canonical(&self) -> bool {
        let windows_ok = |w: &Windows| {
            normalize(w.clone()) == *w && w.iter().all(|&(a, b)| a < DAY && b <= 2 * DAY)
        };
        let rules_ok = self.rules.iter().all(|r| {
            let when_ok = match &r.when {
                When::Days(days) => {
                    days.windows(2).all(|p| p[0] < p[1])
                        && days.first().is_some_and(|d| *d >= parse::FIRST_DATE)
                        && days.last().is_some_and(|d| *d <= parse::LAST_DATE)
                }
                When::Weekly { weekdays, holidays } => {
                    *weekdays < 128 && (*weekdays > 0 || *holidays)
                }
                When::Selector(text) => {
                    DaySet::read(text).and_then(|s| s.text()).as_ref() == Some(text)
                }
            };
            when_ok && windows_ok(&r.windows) && !r.windows.is_empty() && !r.comment.contains('"')
        });
        self.week.iter().all(windows_ok) && rules_ok && self.check_limits().is_ok()
    }
}
