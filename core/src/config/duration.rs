//! Lengths of time as people write them: `15m`, `8h`, `3d`, `1h 30m`, `90 minutes`, `PT8H`.
//!
//! A day is a working day of the calendar, so days and time stay apart, as in Postgres's interval. `3d` is the minutes
//! of three of them, `3bd` the same time of day three of them later.

use crate::time::{HOUR, MINUTE, SECOND};

/// Days and microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Duration {
    pub days: i32,
    pub micros: i64,
    /// `3bd`: the same time of day three working days later; `3d` is the minutes of three working days.
    pub business_days: bool,
}

/// What error messages expect in place of a length of time.
pub const EXPECTED: &str = "a time such as 15m, 8h or 3d";

/// Why a text is not a length of time: the remedy.
pub type Remedy = String;

impl Duration {
    /// Reads what people write.
    ///
    /// # Errors
    /// The remedy.
    pub fn parse(text: &str) -> Result<Self, Remedy> {
        let lower = text.trim().to_lowercase();
        let duration = match lower.strip_prefix('p') {
            Some(rest) => Self::iso(rest)?,
            None => Self::parts(&lower)?,
        };
        if duration.days == 0 && (duration.micros == 0 || duration.business_days) {
            return Err("A target is more than no time.".to_owned());
        }
        Ok(duration)
    }

    fn parts(text: &str) -> Result<Self, Remedy> {
        let mut sum = Self::default();
        let mut rest = text.trim_start();
        if rest.is_empty() {
            return Err(examples());
        }
        if rest.starts_with(['-', '+']) {
            return Err("Write a time without a sign.".to_owned());
        }
        while !rest.is_empty() {
            let number = part(&mut rest, |c| c.is_ascii_digit() || c == '.');
            rest = rest.trim_start();
            let unit = part(&mut rest, char::is_alphabetic);
            rest = rest.trim_start();
            if number.is_empty() {
                return Err(examples());
            }
            if unit.is_empty() {
                return Err(if rest.is_empty() {
                    format!("A number needs its unit: minutes are {number}m, hours {number}h.")
                } else {
                    examples()
                });
            }
            sum.add(number, unit)?;
        }
        Ok(sum)
    }

    /// What follows the `P`.
    fn iso(text: &str) -> Result<Self, Remedy> {
        let mut sum = Self::default();
        let (days, time) = match text.split_once('t') {
            Some((_, "")) => return Err(examples()),
            Some((days, time)) => (days, time),
            None => (text, ""),
        };
        if days.is_empty() && time.is_empty() {
            return Err(examples());
        }
        for (part_text, units) in [(days, "dwmy"), (time, "hms")] {
            let mut rest = part_text;
            while !rest.is_empty() {
                let number = part(&mut rest, |c| c.is_ascii_digit() || c == '.');
                let unit = part(&mut rest, char::is_alphabetic);
                if number.is_empty() || unit.len() != 1 || !units.contains(unit) {
                    return Err(examples());
                }
                // P1M is a month, PT1M a minute.
                let unit = if units == "dwmy" && unit == "m" {
                    "mo"
                } else {
                    unit
                };
                sum.add(number, unit)?;
            }
        }
        Ok(sum)
    }

    fn add(&mut self, number: &str, unit: &str) -> Result<(), Remedy> {
        let each = match unit {
            "s" | "sec" | "secs" | "second" | "seconds" => SECOND,
            "m" | "min" | "mins" | "minute" | "minutes" => MINUTE,
            "h" | "hr" | "hrs" | "hour" | "hours" => HOUR,
            "d" | "day" | "days" | "bd" => {
                let business_days = unit == "bd";
                if self.days > 0 && self.business_days != business_days {
                    return Err(
                        "Write either business days (3bd) or minutes of days (3d), not both."
                            .to_owned(),
                    );
                }
                self.business_days = business_days;
                let days: i32 = number.parse().map_err(|_| {
                    if number.contains('.') {
                        "A part of a working day is not plain: write hours.".to_owned()
                    } else {
                        too_long()
                    }
                })?;
                self.days = self.days.checked_add(days).ok_or_else(too_long)?;
                return Ok(());
            }
            "w" | "wk" | "wks" | "week" | "weeks" => {
                return Err(
                    "A week could be 5 days or 7: write days, of which each is a working day."
                        .to_owned(),
                );
            }
            "mo" | "mon" | "month" | "months" | "y" | "yr" | "year" | "years" => {
                return Err(
                    "Months and years have no fixed number of working days: write days.".to_owned(),
                );
            }
            _ => return Err(format!("\"{unit}\" is not a unit. {}", examples())),
        };
        let micros = scaled(number, each)?;
        self.micros = self.micros.checked_add(micros).ok_or_else(too_long)?;
        Ok(())
    }

    /// As Postgres prints an interval: `3 days 04:00:00`.
    pub fn interval(&self) -> String {
        let mut text = match self.days {
            0 => String::new(),
            1 => "1 day".to_owned(),
            n => format!("{n} days"),
        };
        if self.micros > 0 {
            if !text.is_empty() {
                text.push(' ');
            }
            let (h, m) = (self.micros / HOUR, self.micros % HOUR / MINUTE);
            text += &format!("{h:02}:{m:02}:{}", seconds(self.micros % MINUTE, 2));
        }
        text
    }

    /// Reads what [`Duration::interval`] prints; nothing for any other interval.
    pub fn from_interval(text: &str) -> Option<Self> {
        let mut duration = Self::default();
        let mut words = text.split(' ').peekable();
        if text.contains("day") {
            duration.days = words.next()?.parse().ok().filter(|d| *d > 0)?;
            words.next().filter(|w| matches!(*w, "day" | "days"))?;
        }
        if let Some(clock) = words.next() {
            if clock.starts_with('-') {
                return None;
            }
            let mut fields = clock.split(':');
            let mut field = || fields.next()?.parse::<i64>().ok().filter(|n| *n >= 0);
            let (h, m) = (field()?, field()?);
            let s = scaled(clock.rsplit(':').next()?, SECOND).ok()?;
            let hours = h.checked_mul(HOUR)?;
            duration.micros = hours.checked_add(m * MINUTE)?.checked_add(s)?;
        }
        (words.next().is_none() && duration != Self::default()).then_some(duration)
    }

    /// As people write it: `1d 4h 30m`.
    pub fn short(&self) -> String {
        let (h, m) = (self.micros / HOUR, self.micros % HOUR / MINUTE);
        let s = self.micros % MINUTE;
        let mut parts = Vec::new();
        let day = if self.business_days { "bd" } else { "d" };
        for (n, unit) in [(i64::from(self.days), day), (h, "h"), (m, "m")] {
            if n > 0 {
                parts.push(format!("{n}{unit}"));
            }
        }
        if s > 0 {
            parts.push(format!("{}s", seconds(s, 1)));
        }
        parts.join(" ")
    }
}

/// Takes what matches from the front.
fn part<'a>(rest: &mut &'a str, of: impl Fn(char) -> bool) -> &'a str {
    let end = rest.find(|c| !of(c)).unwrap_or(rest.len());
    let (front, tail) = rest.split_at(end);
    *rest = tail;
    front
}

/// A decimal number of units, exactly, to a microsecond.
fn scaled(number: &str, each: i64) -> Result<i64, Remedy> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || whole.len() + fraction.len() == 0 {
        return Err(examples());
    }
    if fraction.len() > 9 {
        return Err("Write a number with fewer decimals.".to_owned());
    }
    let value = |s: &str| -> Result<i128, Remedy> {
        match s {
            "" => Ok(0),
            s => s.parse().map_err(|_| too_long()),
        }
    };
    let scale = 10_i128.pow(fraction.len() as u32);
    let micros = value(whole)?
        .checked_mul(i128::from(each))
        .ok_or_else(too_long)?
        + value(fraction)? * i128::from(each) / scale;
    i64::try_from(micros).map_err(|_| too_long())
}

fn seconds(micros: i64, width: usize) -> String {
    let whole = format!("{:0width$}", micros / SECOND);
    match micros % SECOND {
        0 => whole,
        part => format!("{whole}.{}", format!("{part:06}").trim_end_matches('0')),
    }
}

fn examples() -> Remedy {
    "Write minutes as 15m, hours as 8h, working days as 3d, business days as 3bd, or 1h 30m."
        .to_owned()
}

fn too_long() -> Remedy {
    "The time is longer than an interval can be.".to_owned()
}
