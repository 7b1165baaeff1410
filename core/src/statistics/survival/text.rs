//! The text form of a summary: `30 x2, 45, 60+ x3` is two that finished after 30 minutes, one after 45,
//! and three that were still running after 60. The plus sign is the usual mark of a censored time.

use super::{Survival, Tally, check_size};
use crate::error::{Error, Result};
use crate::memory;

const EXAMPLE: &str = "Write \"30 x2, 45, 60+ x3\": two finished after 30 minutes, one after 45, three still ran after 60.";

/// Prints the times in order; an empty text for none.
pub fn print(survival: Survival<'_>) -> Result<String> {
    let mut text = String::new();
    for (k, (minutes, events, censored)) in survival.times().enumerate() {
        if k % 65_536 == 0 {
            crate::interrupt::check();
        }
        for (mark, count) in [("", events), ("+", censored)] {
            if count == 0 {
                continue;
            }
            let before = if text.is_empty() { "" } else { ", " };
            // Debug is the shortest text that reads as the same number, with an exponent where it is long.
            let number = if minutes.is_infinite() {
                "Infinity".to_owned()
            } else {
                let number = format!("{minutes:?}");
                number.strip_suffix(".0").unwrap_or(&number).to_owned()
            };
            let times = match count {
                1 => String::new(),
                count => format!(" x{count}"),
            };
            memory::push_str(&mut text, &format!("{before}{number}{mark}{times}"))?;
        }
    }
    Ok(text)
}

/// Reads what [`print`] wrote, in any order.
///
/// # Errors
/// 22P02 naming the part that does not read.
pub fn parse(text: &str) -> Result<Vec<Tally>> {
    let mut tallies = Vec::new();
    let mut total = 0u64;
    for part in text.split(',').map(str::trim).filter(|p| !p.is_empty()) {
        let bad = || Error::text(format!("invalid survival summary at \"{part}\""), EXAMPLE);
        let (time, count) = part.split_once('x').unwrap_or((part, "1"));
        let count = count.trim().parse::<u64>().map_err(|_| bad())?;
        let time = time.trim_end();
        let (number, finished) = match time.strip_suffix('+') {
            Some(number) => (number, false),
            None => (time, true),
        };
        let minutes = number.trim_end().parse::<f64>().map_err(|_| bad())?;
        let endless = minutes.is_infinite() && finished;
        if minutes.is_nan()
            || minutes < 0.0
            || endless
            || count == 0
            || count > super::MAX_ROWS - total
        {
            return Err(bad());
        }
        if tallies.len() % 65_536 == 0 {
            crate::interrupt::check();
        }
        total += count;
        memory::push(&mut tallies, Tally::new(minutes, finished, count))?;
        check_size(tallies.len())?;
    }
    Ok(tallies)
}
