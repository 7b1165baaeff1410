//! The text form of an instant.

use super::Timestamp;
use super::zone::EPOCH_UNIX;
use crate::error::{Error, Result};
use chrono::{DateTime, Datelike, SecondsFormat};

const EPOCH_MICROS: i64 = EPOCH_UNIX * 1_000_000;

/// An instant as RFC 3339; outside its years, 1 to 9999, as microseconds since 2000-01-01 UTC.
pub fn instant(at: Timestamp) -> String {
    let instant = at
        .checked_add(EPOCH_MICROS)
        .and_then(DateTime::from_timestamp_micros)
        .filter(|t| (1..=9999).contains(&t.year()));
    match instant {
        Some(t) => t.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        None => format!("@{at}"),
    }
}

/// Whether an instant is written so that [`micros`] and Postgres read the same: `2026-01-05T09:00:00.123456+01:00`.
/// Postgres rounds further digits and [`micros`] does not, and refuses the year 0, longer offsets and other signs.
pub fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let shape = |text: &[u8], shape: &[u8]| {
        let same = |(found, meant): (&u8, &u8)| match meant {
            b'0' => found.is_ascii_digit(),
            b'T' => matches!(found, b'T' | b' '),
            b'+' => matches!(found, b'+' | b'-'),
            other => found == other,
        };
        text.len() == shape.len() && text.iter().zip(shape).all(same)
    };
    let Some((start, rest)) = bytes.split_at_checked(19) else {
        return false;
    };
    if !shape(start, b"0000-00-00T00:00:00") || start.starts_with(b"0000") || start[17] > b'5' {
        return false;
    }
    let zone = match rest.split_first() {
        Some((b'.', fraction)) => {
            let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
            if !(1..=6).contains(&digits) {
                return false;
            }
            &fraction[digits..]
        }
        _ => rest,
    };
    zone == b"Z" || (shape(zone, b"+00:00") && &zone[1..3] < b"16" && zone[4] < b'6')
}

/// Reads an instant as [`instant`] writes it.
///
/// # Errors
/// 22P02 when it does not read or is infinite.
pub fn micros(text: &str) -> Result<Timestamp> {
    let bad = || {
        Error::text(
            format!("\"{text}\" is not an instant"),
            "Write it as 2026-01-05T09:00:00Z, or with an offset as 2026-01-05T10:00:00+01:00.",
        )
    };
    let at = match text.strip_prefix('@') {
        Some(micros) => micros.parse().map_err(|_| bad())?,
        // As Postgres prints it, too: a blank for the T, an offset of hours alone, no seconds.
        None => DateTime::parse_from_rfc3339(text)
            .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%#z"))
            .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%#z"))
            .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M%#z"))
            .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%#z"))
            .map_err(|_| bad())?
            .timestamp_micros()
            .checked_sub(EPOCH_MICROS)
            .ok_or_else(bad)?,
    };
    if super::is_finite(at) {
        return Ok(at);
    }
    Err(bad())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_that_postgres_reads_alike() {
        for text in [
            "2026-03-02T09:00:00Z",
            "2026-03-02 09:00:00.1Z",
            "2026-03-02T09:00:59.123456-15:59",
            "0001-01-01T00:00:00+00:00",
        ] {
            assert!(is_plain(text) && micros(text).is_ok(), "{text}");
        }
        for text in [
            "2026-03-02T09:00:00.1234567Z",
            "2026-03-02T09:00:00.9999999Z",
            "2026-03-02T09:00:00.Z",
            "2026-03-02T09:00:60Z",
            "2026-03-02T09:00:00+16:00",
            "2026-03-02T09:00:00+01:60",
            "2026-03-02T09:00:00\u{2212}01:00",
            "2026-03-02T09:00:00+01",
            "2026-03-02t09:00:00z",
            "0000-03-02T09:00:00Z",
            "2026-03-02T09:00:00",
            "2026-03-02",
            "now",
            "",
        ] {
            assert!(!is_plain(text), "{text}");
        }
    }
}
