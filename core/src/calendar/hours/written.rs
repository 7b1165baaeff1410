//! Rewrites opening hours so that the crate opening-hours-syntax reads them as intended.
//!
//! The crate (2.1.4) refuses some of what the OpenStreetMap specification allows, and reads some of it as something
//! else. Such parts are written anew before it parses the text:
//!
//! | written | the crate | handed to it |
//! |---|---|---|
//! | `week 41-05` | refuses it | `week 41-53,01-05` |
//! | `Dec 25,26` | refuses it | `Dec 25,Dec 26` |
//! | `Jan,Apr Mo[1]` | all of January, and the first Monday of April | `Jan,Apr: Mo[1]` |
//! | `Jan,Apr Su[1] -1 day` | the same | `Jan Su[1] -1 day,Apr Su[1] -1 day` |
//! | `Jan Mo[1],Feb Mo[1]` | takes time that grows threefold with each | `Jan Mo[1]+Mo,Feb Mo[1]`, the Monday on or after it |
//! | `PH Mo-Fr` | the holidays, and Monday to Friday | [`BOTH`] before it, which [`super::DaySet`] takes off |
//! | `week 10-12/5`, `2020-2022/5` | drops the step | `week 10`, `2020-2020` |
//! | <code>\|\| "call us"</code> | open all day | <code>\|\| unknown "call us"</code> |
//!
//! `Mo[3-1]` is every Monday to the crate, `Dec 24th` a Thursday, `Mo-Fr 09:00-17:00 "call us"` open: all are refused here.

mod counted;

use crate::error::{Error, Result};
use std::ops::Range;

/// Marks that a holiday must fall on the weekdays behind it. Its offset is the longest that the crate reads.
pub const BOTH: &str = "PH +9999 days,";
/// The days of [`BOTH`], an offset that no opening hours write themselves.
pub const BOTH_DAYS: i16 = 9_999;

/// The most dates that months and counted weekdays are written out as; a year has 12 * 7 * 5 fifth and other weekdays.
const MAX_DATES: usize = 420;

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const WEEKDAYS: [&str; 7] = ["mo", "tu", "we", "th", "fr", "sa", "su"];

/// A text as it is handed to the crate.
pub struct Written {
    pub text: String,
    /// Which bytes of the original were replaced, and by how many; in order.
    edits: Vec<(Range<usize>, usize)>,
}

impl Written {
    /// The place in the original of a byte of the text.
    pub fn original(&self, at: usize) -> usize {
        let mut shift = 0isize;
        for (range, length) in &self.edits {
            let start = range.start.wrapping_add_signed(shift);
            if at < start {
                break;
            }
            if at < start + length {
                return range.start;
            }
            shift += *length as isize - range.len() as isize;
        }
        at.wrapping_add_signed(-shift)
    }

    /// Reads opening hours as they are written, with the position of every part.
    pub fn new(original: &str) -> Result<Self> {
        let mut reader = Reader {
            text: original,
            at: 0,
            edits: Vec::new(),
            listed: 0,
        };
        reader.all()?;
        let mut text = String::with_capacity(original.len() + 64);
        let mut done = 0;
        for (range, with) in &reader.edits {
            text.push_str(original.get(done..range.start).unwrap_or_default());
            text.push_str(with);
            done = range.end;
        }
        text.push_str(original.get(done..).unwrap_or_default());
        let edits = reader.edits.into_iter();
        Ok(Self {
            text,
            edits: edits.map(|(range, with)| (range, with.len())).collect(),
        })
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    edits: Vec<(Range<usize>, String)>,
    /// Months before it belong to lists that were looked at.
    listed: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    /// Letters from here on.
    fn word(&self) -> &'a str {
        let end = self.rest().find(|c: char| !c.is_ascii_alphabetic());
        &self.rest()[..end.unwrap_or(self.rest().len())]
    }

    /// Reads the digits from here on, if there are at least so many, and moves behind them.
    fn number(&mut self, digits: std::ops::RangeInclusive<usize>) -> Option<u32> {
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_ascii_digit());
        let found = &rest[..end.unwrap_or(rest.len())];
        if !digits.contains(&found.len()) {
            return None;
        }
        self.at += found.len();
        found.parse().ok()
    }

    fn skip(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    fn insert(&mut self, at: usize, text: String) {
        self.edits.push((at..at, text));
    }

    fn refuse(&self, from: usize, why: &str, hint: &str) -> Error {
        let part = self.text.get(from..self.at).unwrap_or_default();
        let before = self.text.get(..from).unwrap_or_default();
        Error::parameter(format!("\"{part}\" {why}"), hint).at(before.chars().count() + 1)
    }

    fn all(&mut self) -> Result<()> {
        while self.at < self.text.len() {
            crate::interrupt::check();
            let before = if self.at == 0 {
                0
            } else {
                self.byte(self.at - 1)
            };
            match self.byte(self.at) {
                b'"' => self.comment()?,
                b'[' => self.nth()?,
                c if c.is_ascii_digit() && !before.is_ascii_digit() => self.years(),
                c if c.is_ascii_alphabetic() => self.name()?,
                c if c.is_ascii() => self.at += 1,
                _ => self.at += self.rest().chars().next().map_or(1, char::len_utf8),
            }
        }
        Ok(())
    }

    /// A comment alone says `unknown` in the grammar, and the crate takes it for `open`.
    fn comment(&mut self) -> Result<()> {
        let from = self.at;
        let end = self.rest()[1..].find('"');
        self.at += end.map_or(self.rest().len(), |end| end + 2);
        let before = self
            .text
            .get(..from)
            .unwrap_or_default()
            .trim_end_matches(' ');
        let word = before.rsplit(|c: char| !c.is_ascii_alphabetic()).next();
        let states = ["open", "closed", "off", "unknown"];
        if states.contains(&word.unwrap_or_default().to_ascii_lowercase().as_str()) {
            return Ok(());
        }
        if before.is_empty() || before.ends_with([';', ',', '|']) {
            // The crate refuses a comment that names what follows it, as in `"by appointment": Mo`.
            if self.byte(self.at) != b':' {
                self.insert(from, "unknown ".to_owned());
            }
            return Ok(());
        }
        Err(self.refuse(
            from,
            "does not say whether it is open",
            "Write open, off or unknown before the comment; a comment alone means unknown.",
        ))
    }

    /// `[1,3-4,-1]`: a range that runs backward holds no weekday, which nobody means.
    fn nth(&mut self) -> Result<()> {
        self.at += 1;
        let end = self.rest().find(']').unwrap_or(self.rest().len());
        let inside = &self.rest()[..end];
        for entry in inside.split(',') {
            let from = self.at;
            self.at += entry.len();
            if let Some((a, b)) = entry.split_once('-')
                && let (Ok(a), Ok(b)) = (a.parse::<u8>(), b.parse::<u8>())
                && a > b
            {
                return Err(self.refuse(
                    from,
                    "counts backward",
                    "Write the smaller number first, such as Mo[1-3]; Mo[-1] is the last Monday.",
                ));
            }
            self.at += 1;
        }
        // The comma that does not follow the last entry.
        self.at -= 1;
        Ok(())
    }

    /// `2020-2022/5`: the first year alone.
    fn years(&mut self) {
        let from = self.at;
        let first = self.number(4..=4);
        if let Some(a) = first
            && self.skip("-")
        {
            let second = self.at;
            if let Some(b) = self.number(4..=4)
                && self.skip("/")
                && let Some(step) = self.number(1..=4)
                && b >= a
                && b - a < step
            {
                self.edits.push((second..self.at, a.to_string()));
            }
        } else if first.is_none() {
            let digits = self.rest().find(|c: char| !c.is_ascii_digit());
            self.at = from + digits.unwrap_or(self.rest().len());
        }
    }

    fn name(&mut self) -> Result<()> {
        let (from, word) = (self.at, self.word());
        self.at += word.len();
        let lower = word.to_ascii_lowercase();
        match lower.as_str() {
            "week" => self.weeks()?,
            "ph" | "sh" => self.holiday(from),
            month if MONTHS.contains(&month) => self.months(from, word)?,
            day if WEEKDAYS.contains(&day) => return self.weekday(from),
            _ => {}
        }
        Ok(())
    }

    /// `week 41-05,10-12/5`.
    fn weeks(&mut self) -> Result<()> {
        self.skip(" ");
        loop {
            let from = self.at;
            let Some(a) = self.number(1..=2) else {
                return Ok(());
            };
            if self.skip("-") {
                let second = self.at;
                let Some(b) = self.number(1..=2) else {
                    return Ok(());
                };
                let step = if self.skip("/") {
                    self.number(1..=4)
                } else {
                    None
                };
                match step {
                    None if a > b => self.insert(second, "53,01-".to_owned()),
                    Some(_) if a > b => {
                        return Err(self.refuse(
                            from,
                            "counts weeks over New Year",
                            "A year has 52 or 53 weeks, so the count would differ from year to year; \
                             write the weeks out, such as week 41,43,45,47,49,51,02,04.",
                        ));
                    }
                    Some(step) if b - a < step => {
                        self.edits.push((second - 1..self.at, String::new()));
                    }
                    _ => {}
                }
            }
            if !self.skip(",") {
                return Ok(());
            }
        }
    }

    /// Reads a day number that is not the hour of a time, and moves behind it.
    fn day(&mut self) -> Option<u32> {
        let from = self.at;
        let day = self.number(1..=2);
        let colon = self.byte(self.at) == b':'
            && self.byte(self.at + 1).is_ascii_digit()
            && self.byte(self.at + 2).is_ascii_digit();
        if day.is_none() || colon {
            self.at = from;
            return None;
        }
        day
    }

    /// `Dec 25,26` and `2026 Dec 24-26,31`: the days after the first have its month and year.
    fn days(&mut self, from: usize, month: &str) {
        let before = self.text.get(..from).unwrap_or_default();
        let Some(year) = own_year(before) else {
            return;
        };
        let named = year.map_or(month.to_owned(), |year| format!("{year} {month}"));
        self.skip(" ");
        let Some(mut last) = self.day() else {
            return;
        };
        loop {
            crate::interrupt::check();
            let dash = self.at;
            if self.skip("-") {
                match self.day() {
                    // After a range that runs into the next month it is unclear which month a day belongs to.
                    Some(to) if to >= last => {}
                    _ => {
                        self.at = dash;
                        return;
                    }
                }
            }
            let comma = self.at;
            if !self.skip(",") {
                return;
            }
            match self.day() {
                Some(day) => {
                    self.insert(comma + 1, format!("{named} "));
                    last = day;
                }
                None => {
                    self.at = comma;
                    return;
                }
            }
        }
    }

    /// Reads the month from here on, January being 0, and moves behind it.
    fn month(&mut self) -> Option<usize> {
        let word = self.word();
        let found = MONTHS.iter().position(|m| word.eq_ignore_ascii_case(m))?;
        self.at += word.len();
        Some(found)
    }

    fn months(&mut self, from: usize, month: &str) -> Result<()> {
        if !self.counted(from)? {
            self.days(from, month);
        }
        Ok(())
    }

    fn is_weekday(&self) -> bool {
        WEEKDAYS.contains(&self.word().to_ascii_lowercase().as_str())
    }

    /// ` +1 day`, if that follows.
    fn offset(&mut self) {
        let from = self.at;
        let sign = self.skip(" +") || self.skip(" -");
        let number = sign && self.number(1..=9).is_some();
        if !number || !(self.skip(" days") || self.skip(" day")) {
            self.at = from;
        }
    }

    /// `PH Mo-Fr` and `PH +1 day Mo`: both must hold.
    fn holiday(&mut self, from: usize) {
        self.offset();
        let end = self.at;
        if self.skip(" ") && self.is_weekday() {
            self.insert(from, BOTH.to_owned());
        }
        self.at = end;
    }

    /// Whether the weekday that begins here belongs to a date: `Jan Mo[5]`, `Dec 25-Su`.
    fn in_date(&self, from: usize) -> bool {
        let before = self.text.get(..from).unwrap_or_default();
        let ends_with = |text: &str, words: &[&str], length: usize| {
            let word = text.len().checked_sub(length).and_then(|at| text.get(at..));
            word.is_some_and(|w| words.contains(&w.to_ascii_lowercase().as_str()))
        };
        match before.strip_suffix('-') {
            Some(head) => !ends_with(head, &WEEKDAYS, 2),
            None => {
                before.ends_with('+')
                    || before
                        .strip_suffix(' ')
                        .is_some_and(|head| ends_with(head, &MONTHS, 3))
            }
        }
    }

    /// `Mo-Fr PH`: the crate takes it for either, the specification has no such order.
    fn weekday(&mut self, from: usize) -> Result<()> {
        if from > 0 && self.byte(from - 1).is_ascii_digit() {
            return Err(self.refuse(
                from,
                "follows a number without a blank",
                "Write \"Dec 24\" for the day, \"Dec 24 Th\" where it must also be a Thursday.",
            ));
        }
        if self.byte(self.at) == b'[' {
            let weekday = self.text.get(from..self.at).unwrap_or_default();
            self.nth()?;
            self.skip("]");
            // Before a comma the crate reads all the dates behind it, three times for each.
            let comma = self.at;
            let dates = self.skip(",") && !self.is_weekday() && self.byte(self.at) != b' ';
            self.at = comma;
            if dates && self.in_date(from) {
                self.insert(self.at, format!("+{weekday}"));
            }
            self.offset();
        }
        let end = self.at;
        if self.skip(" ") && matches!(self.word(), "PH" | "SH") && !self.in_date(from) {
            self.at += 2;
            return Err(self.refuse(
                from,
                "leaves open whether the day must be both",
                "Write \"Mo-Fr,PH\" for either, \"PH Mo-Fr\" for holidays that fall on these weekdays.",
            ));
        }
        self.at = end;
        Ok(())
    }
}

/// The year written before a month, as the text before the month ends with it. None where a day after the month's
/// first cannot take over month and year: `2026 Dec 25-Jan 2,4` means a year that is not written.
fn own_year(before: &str) -> Option<Option<&str>> {
    let head = before.strip_suffix(' ').unwrap_or(before);
    let start = head.len().saturating_sub(4);
    let year = head
        .get(start..)
        .filter(|y| y.len() == 4 && y.bytes().all(|b| b.is_ascii_digit()));
    let Some(year) = year else {
        return (!head.ends_with('-')).then_some(None);
    };
    // A year that follows other years belongs to a selector of years, which holds for the whole list.
    let years = head.get(..start).unwrap_or_default();
    let digits =
        |text: &str| text.len() - text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let of_years = years.ends_with('/')
        || years.strip_suffix(['-', ',']).is_some_and(|listed| {
            let number = digits(listed);
            number == 4 || listed.ends_with('+') || listed[..listed.len() - number].ends_with('/')
        });
    Some((!of_years).then_some(year))
}
