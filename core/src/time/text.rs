//! The text form of an instant.

use super::zone::EPOCH_UNIX;
use super::{END, FIRST};
use crate::error::{Error, Result};
use chrono::{DateTime, Datelike, SecondsFormat};

const EPOCH_MICROS: i64 = EPOCH_UNIX * 1_000_000;

/// An instant as RFC 3339; outside its years, 1 to 9999, as microseconds since 2000-01-01 UTC.
pub fn instant(at: i64) -> String {
    let instant = at
        .checked_add(EPOCH_MICROS)
        .and_then(DateTime::from_timestamp_micros)
        .filter(|t| (1..=9999).contains(&t.year()));
    match instant {
        Some(t) => t.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        None => format!("@{at}"),
    }
}

/// Reads an instant as [`instant`] writes it.
///
/// # Errors
/// 22P02 when it does not read or is infinite.
pub fn micros(text: &str) -> Result<i64> {
    let bad = || {
        Error::text(
            format!("\"{text}\" is no instant"),
            "Write it as 2026-01-05T09:00:00Z, or with an offset as 2026-01-05T10:00:00+01:00.",
        )
    };
    let at = match text.strip_prefix('@') {
        Some(micros) => micros.parse().map_err(|_| bad())?,
        // As Postgres prints it, too: a blank for the T, an offset of hours alone.
        None => DateTime::parse_from_rfc3339(text)
            .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%#z"))
            .map_err(|_| bad())?
            .timestamp_micros()
            .checked_sub(EPOCH_MICROS)
            .ok_or_else(bad)?,
    };
    if (FIRST..END).contains(&at) {
        return Ok(at);
    }
    Err(bad())
}
