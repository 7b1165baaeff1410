//! The canonical text of opening hours. Reading it gives equal opening hours.

use super::{Action, DAY, Day, Hours, Minute, Rule, WHOLE_DAY, When, Windows};
use chrono::{Datelike, NaiveDate};
use std::fmt::{self, Display, Formatter};

const WEEKDAYS: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// The calendar date of a day number, for days that chrono can hold.
pub fn date(day: Day) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2000, 1, 1)?.checked_add_signed(chrono::TimeDelta::days(day.into()))
}

impl Display for Hours {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut first = true;
        let mut printed = 0u8;
        for d in 0..7 {
            if self.week[d].is_empty() || printed & (1 << d) != 0 {
                continue;
            }
            let same = (d..7).filter(|&e| self.week[e] == self.week[d]);
            let mask = same.fold(0u8, |m, e| m | (1 << e));
            printed |= mask;
            f.write_str(if first { "" } else { "; " })?;
            first = false;
            if mask == 127 && self.week[d].as_slice() == [WHOLE_DAY] {
                f.write_str("24/7")?;
            } else {
                write!(f, "{} {}", weekdays(mask), windows(&self.week[d]))?;
            }
        }
        for rule in &self.rules {
            f.write_str(match (first, rule.action) {
                (true, _) => "",
                (_, Action::Replace | Action::Remove) => "; ",
                (_, Action::Add) => ", ",
                (_, Action::Otherwise) => " || ",
            })?;
            first = false;
            write!(f, "{rule}")?;
        }
        if first {
            f.write_str("off")?;
        }
        Ok(())
    }
}

impl Display for Rule {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.when {
            When::Days(list) => f.write_str(&days(list))?,
            When::Weekly { weekdays: 0, .. } => f.write_str("PH")?,
            When::Weekly {
                weekdays: mask,
                holidays: true,
            } => write!(f, "PH,{}", weekdays(*mask))?,
            When::Weekly { weekdays: mask, .. } => f.write_str(&weekdays(*mask))?,
            When::Selector(text) => f.write_str(text)?,
        }
        if !self.closes_day() {
            write!(f, " {}", windows(&self.windows))?;
        }
        if self.action == Action::Remove {
            f.write_str(" off")?;
        }
        if !self.comment.is_empty() {
            write!(f, " \"{}\"", self.comment)?;
        }
        Ok(())
    }
}

fn weekdays(mask: u8) -> String {
    let mut parts = Vec::new();
    let mut d = 0;
    while d < 7 {
        if mask & (1 << d) == 0 {
            d += 1;
            continue;
        }
        let run = (d..7).take_while(|&e| mask & (1 << e) != 0).count();
        if run >= 3 {
            parts.push(format!("{}-{}", WEEKDAYS[d], WEEKDAYS[d + run - 1]));
            d += run;
        } else {
            parts.push(WEEKDAYS[d].to_owned());
            d += 1;
        }
    }
    parts.join(",")
}

/// A window as `09:00-17:00`; one that ends tomorrow as `22:00-06:00`, or `10:00-40:00` where it is
/// longer than a day.
pub fn window(&(from, to): &(Minute, Minute)) -> String {
    let to = if to > DAY && to - DAY <= from {
        to - DAY
    } else {
        to
    };
    format!(
        "{:02}:{:02}-{:02}:{:02}",
        from / 60,
        from % 60,
        to / 60,
        to % 60
    )
}

fn windows(list: &Windows) -> String {
    list.iter().map(window).collect::<Vec<_>>().join(",")
}

fn days(list: &[Day]) -> String {
    let mut parts = Vec::new();
    let mut i = 0;
    while i < list.len() {
        let run = (i..list.len())
            .take_while(|&j| list[j] - list[i] == (j - i) as Day)
            .count();
        if run >= 3 {
            parts.push(format!("{}-{}", day(list[i]), day(list[i + run - 1])));
            i += run;
        } else {
            parts.push(day(list[i]));
            i += 1;
        }
    }
    parts.join(",")
}

fn day(day: Day) -> String {
    date(day).map_or_else(String::new, |d| {
        format!(
            "{} {} {:02}",
            d.year(),
            MONTHS[d.month0() as usize],
            d.day()
        )
    })
}

/// The bytes that something takes as text.
pub fn text_length(value: &impl Display) -> usize {
    struct Counter(usize);
    impl fmt::Write for Counter {
        fn write_str(&mut self, part: &str) -> fmt::Result {
            crate::interrupt::check();
            self.0 += part.len();
            Ok(())
        }
    }
    let mut counter = Counter(0);
    // A counter takes all that it is given.
    let _ = fmt::write(&mut counter, format_args!("{value}"));
    counter.0
}
