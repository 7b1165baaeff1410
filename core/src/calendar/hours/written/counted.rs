//! Months before counted weekdays, such as `Jan,Apr Mo[1]`, written as the crate reads them.

use super::{MAX_DATES, MONTHS, Reader, own_year};
use crate::error::Result;

/// Months and the counted weekdays behind them: `2026 Jan-Mar,Aug Mo[5] -1 day,Th[1]`.
#[derive(Default)]
struct Counted<'a> {
    /// The year of its own, the first month and the last.
    months: Vec<(Option<&'a str>, usize, usize)>,
    /// Behind the months.
    blank: usize,
    /// The weekday, its numbers and what moves it.
    weekdays: Vec<(&'a str, Vec<i8>, &'a str)>,
    /// A weekday that is not counted.
    plain: bool,
    /// Other dates, weeks or holidays follow.
    more: bool,
}

impl<'a> Reader<'a> {
    /// Months before counted weekdays: the weekdays are those of each month. True if the text was rewritten.
    pub(super) fn counted(&mut self, from: usize) -> Result<bool> {
        let after = self.at;
        if from < self.listed {
            return Ok(false);
        }
        self.at = from;
        let found = self.read_counted();
        let end = self.at;
        self.at = after;
        let before = self.text.get(..from).unwrap_or_default();
        let (Some(found), Some(year)) = (found, own_year(before)) else {
            return Ok(false);
        };
        let one = match found.months.as_slice() {
            [(_, first, last)] => first == last,
            _ => false,
        };
        let single = one && matches!(found.weekdays.as_slice(), [(_, nth, _)] if nth.len() == 1);
        if single && !found.plain {
            // A date to the crate, too.
            return Ok(false);
        }
        // Before the months and their year. A comma there, without a blank, goes on with a list of dates.
        let head = match year {
            Some(year) => {
                let dated = before.strip_suffix(' ').unwrap_or(before);
                &dated[..dated.len() - year.len()]
            }
            None => before,
        };
        let moved = found.weekdays.iter().any(|w| !w.2.is_empty());
        let dated = year.is_some() || found.months.iter().any(|m| m.0.is_some());
        if !(moved || dated || found.more || head.ends_with(',')) {
            self.edits
                .push((found.blank..found.blank + 1, ": ".to_owned()));
            self.at = found.blank + 1;
            return Ok(true);
        }
        if found.plain {
            // A weekday of the month that is not counted is not a date.
            return Ok(false);
        }
        let mut dates: Vec<String> = Vec::new();
        for (own, first, last) in &found.months {
            let year = own
                .or(year)
                .map_or(String::new(), |year| format!("{year} "));
            for month in 0..=(last + 12 - first) % 12 {
                let named = MONTHS[(first + month) % 12];
                for (weekday, nth, offset) in &found.weekdays {
                    for nth in nth {
                        if dates.len() == MAX_DATES {
                            self.at = end;
                            return Err(self.refuse(
                                from,
                                &format!("gives more than {MAX_DATES} dates"),
                                "Write fewer months or weekdays in one rule.",
                            ));
                        }
                        let same = if offset.is_empty() {
                            format!("+{weekday}")
                        } else {
                            String::new()
                        };
                        dates.push(format!("{year}{named} {weekday}[{nth}]{same}{offset}"));
                    }
                }
            }
        }
        self.edits.push((head.len()..end, dates.join(",")));
        self.at = end;
        Ok(true)
    }

    fn read_counted(&mut self) -> Option<Counted<'a>> {
        let text = self.text;
        let mut found = Counted::default();
        loop {
            let at = self.at;
            let year = match self.byte(at).is_ascii_digit() && !found.months.is_empty() {
                true => {
                    self.number(4..=4)?;
                    self.skip(" ");
                    text.get(at..at + 4)
                }
                false => None,
            };
            let first = self.month()?;
            let last = if self.skip("-") { self.month()? } else { first };
            // A later year holds for the months behind it: `2026 Jan,2027 Aug,Sep`.
            let before = found.months.last().and_then(|m| m.0);
            found.months.push((year.or(before), first, last));
            self.listed = self.at;
            if !self.skip(",") {
                break;
            }
        }
        found.blank = self.at;
        let counted = self.skip(" ") && self.is_weekday();
        if !counted || self.byte(self.at + 2) != b'[' {
            return None;
        }
        loop {
            let weekday = self.word();
            self.at += weekday.len();
            if self.skip("[") {
                let inside = &self.rest()[..self.rest().find(']')?];
                self.at += inside.len() + 1;
                let nth = numbers(inside)?;
                let moved = self.at;
                if self.skip("+") || self.skip("-") {
                    // With an end that is not a weekday, as in `Oct Su[5]-Nov 02`, it is a range.
                    if !self.is_weekday() {
                        return None;
                    }
                    self.at += 2;
                }
                self.offset();
                let moved = text.get(moved..self.at)?;
                // `Oct Su[5] +1 day-Nov 02`, `Aug Mo[5]+`.
                if self.rest().trim_start_matches(' ').starts_with(['-', '+']) {
                    return None;
                }
                found.weekdays.push((weekday, nth, moved));
            } else {
                found.plain = true;
                if self.skip("-") {
                    self.is_weekday().then_some(())?;
                    self.at += 2;
                }
            }
            let comma = self.at;
            if !self.skip(",") {
                let rest = self.rest();
                found.more = [" week", " PH", " SH"].iter().any(|w| rest.starts_with(w));
                return Some(found);
            }
            if !self.is_weekday() {
                self.at = comma;
                found.more = self.byte(comma + 1) != b' ';
                return Some(found);
            }
        }
    }
}

/// The numbers of `1,3-4,-1`; None if it is not such a list or a range counts backward.
fn numbers(text: &str) -> Option<Vec<i8>> {
    let mut found = Vec::new();
    for entry in text.split(',') {
        let number = |text: &str| {
            let one = text.len() == 1;
            text.parse::<i8>()
                .ok()
                .filter(|n| one && (1..=5).contains(n))
        };
        match (entry.strip_prefix('-'), entry.split_once('-')) {
            (Some(last), _) => found.push(-number(last)?),
            (None, Some((a, b))) => {
                let (a, b) = (number(a)?, number(b)?);
                (a <= b).then(|| found.extend(a..=b))?;
            }
            (None, None) => found.push(number(entry)?),
        }
        if found.len() > MAX_DATES {
            return None;
        }
    }
    Some(found)
}
