//! The text form of a clock: `start 2026-01-05T09:00:00Z, pause 2026-01-05T10:00:00Z #2`, the number
//! being the signal's `seq`.

use super::{Clock, NO_SEQ, Signal, SignalKind};
use crate::error::{Error, Result};
use crate::memory;
use crate::time::text::instant;
use chrono::DateTime;

const EPOCH_MICROS: i64 = crate::time::zone::EPOCH_UNIX * 1_000_000;
/// The most bytes of a text, 100 a signal.
pub const MAX_TEXT: usize = 100 * super::MAX_SIGNALS;
const EXAMPLE: &str = "Write \"start 2026-01-05T09:00:00Z, stop 2026-01-05T17:00:00Z\".";

/// Prints the signals in order of effect; an empty text for none.
pub fn print(clock: Clock<'_>) -> Result<String> {
    let mut text = String::new();
    for Signal { at, seq, kind } in clock.signals() {
        crate::interrupt::check();
        let before = if text.is_empty() { "" } else { ", " };
        let number = match seq {
            NO_SEQ => String::new(),
            seq => format!(" #{seq}"),
        };
        let one = format!("{before}{} {}{number}", kind.name(), instant(at));
        memory::push_str(&mut text, &one)?;
    }
    Ok(text)
}

/// Reads what [`print`] wrote.
///
/// # Errors
/// 22P02 naming the part that does not read.
pub fn parse(text: &str) -> Result<Vec<Signal>> {
    let parts = text.split(',').map(str::trim).filter(|p| !p.is_empty());
    let mut signals = Vec::new();
    for part in parts {
        crate::interrupt::check();
        memory::push(&mut signals, signal(part)?)?;
        super::check_size(signals.len())?;
    }
    Ok(signals)
}

fn signal(part: &str) -> Result<Signal> {
    let bad = || Error::text(format!("invalid SLA clock at \"{part}\""), EXAMPLE);
    let mut words = part.split_whitespace();
    let kind = SignalKind::parse(words.next().unwrap_or("").as_bytes())?;
    let when = words.next().ok_or_else(bad)?;
    let at = match when.strip_prefix('@') {
        Some(micros) => micros.parse().map_err(|_| bad())?,
        None => {
            let instant = DateTime::parse_from_rfc3339(when).map_err(|_| bad())?;
            instant
                .timestamp_micros()
                .checked_sub(EPOCH_MICROS)
                .ok_or_else(bad)?
        }
    };
    let seq = match words.next() {
        None => NO_SEQ,
        Some(word) => word
            .strip_prefix('#')
            .and_then(|n| n.parse().ok())
            .ok_or_else(bad)?,
    };
    if words.next().is_some() || !crate::time::is_finite(at) {
        return Err(bad());
    }
    Ok(Signal { at, seq, kind })
}
