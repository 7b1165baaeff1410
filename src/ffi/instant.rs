//! Instants in a ticket's JSON, in every form that Postgres reads as timestamptz.

use pgrx::pg_sys;
use pgrx::prelude::*;
use slaops_core::error::{Error, Result, SqlState};
use std::ffi::{CStr, CString};

const F_TIMESTAMPTZ_IN: u32 = 1150;
/// The words by which Postgres means an instant of today.
const RELATIVE: [&str; 4] = ["now", "today", "tomorrow", "yesterday"];

/// The instant that a text names; none for an infinite one. A text without a time zone is refused, since the
/// session's would decide, and so is one that means another instant tomorrow.
///
/// # Errors
/// 22007 when it does not read, has no time zone or depends on when it is read.
pub fn read(name: &str, text: &str) -> Result<Option<i64>> {
    // As JSON mostly has it, without a call of Postgres.
    if slaops_core::time::text::is_plain(text)
        && let Ok(at) = slaops_core::time::text::micros(text)
    {
        return Ok(Some(at));
    }
    let mut words = text.split(|c: char| !c.is_ascii_alphabetic());
    if words.any(|word| RELATIVE.iter().any(|w| word.eq_ignore_ascii_case(w))) {
        return Err(Error::new(
            SqlState::InvalidDatetime,
            format!("the ticket's {name} must be a fixed instant, not \"{text}\""),
            "Write the instant itself, as 2026-01-05T09:00:00Z.",
        ));
    }
    let bad = || {
        Error::new(
            SqlState::InvalidDatetime,
            format!("the ticket's {name} must be an instant, not \"{text}\""),
            "Write it as 2026-01-05T09:00:00Z, or in another form that Postgres reads as timestamptz.",
        )
    };
    let written = CString::new(text).map_err(|_| bad())?;
    let at = in_zone(&written, 0).ok_or_else(bad)?;
    // A text with a zone of its own is the same instant wherever it is read.
    if in_zone(&written, 12 * 3600) != Some(at) {
        return Err(Error::new(
            SqlState::InvalidDatetime,
            format!("the ticket's {name} must have a time zone, not \"{text}\""),
            "Write it with its zone, as 2026-01-05T09:00:00Z or 2026-01-05 10:00+01:00.",
        ));
    }
    Ok(Some(at).filter(|at| *at != i64::MIN && *at != i64::MAX))
}

/// What Postgres reads where the session's time zone is so many seconds from UTC; none if it does not read.
fn in_zone(text: &CStr, seconds: i64) -> Option<i64> {
    // SAFETY: the text ends in a zero. The session's zone is set back whatever happens, so that no other code sees the one
    // that is set here.
    unsafe {
        let session = pg_sys::session_timezone;
        pg_sys::session_timezone = pg_sys::pg_tzset_offset(seconds);
        let (function, text) = (
            pg_sys::Oid::from(F_TIMESTAMPTZ_IN),
            text.as_ptr().cast_mut(),
        );
        PgTryBuilder::new(|| {
            let read = pg_sys::OidInputFunctionCall(function, text, pg_sys::InvalidOid, -1);
            Some(read.value() as i64)
        })
        .catch_when(PgSqlErrorCode::ERRCODE_INVALID_DATETIME_FORMAT, |_| None)
        .catch_when(PgSqlErrorCode::ERRCODE_DATETIME_FIELD_OVERFLOW, |_| None)
        .catch_when(
            PgSqlErrorCode::ERRCODE_INVALID_TIME_ZONE_DISPLACEMENT_VALUE,
            |_| None,
        )
        .catch_when(PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE, |_| None)
        .finally(move || pg_sys::session_timezone = session)
        .execute()
    }
}
