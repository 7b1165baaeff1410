//! Errors of the library as Postgres error reports.

use pgrx::pg_sys::panic::{CaughtError, ErrorReport};
use pgrx::prelude::*;
use slaops_core::error::{Error, SqlState, did_you_mean};
use std::panic::AssertUnwindSafe;

/// Raises the error; it does not return.
#[cold]
pub fn raise(error: Error) -> ! {
    let code = match error.state {
        SqlState::InvalidText => PgSqlErrorCode::ERRCODE_INVALID_TEXT_REPRESENTATION,
        SqlState::InvalidBinary => PgSqlErrorCode::ERRCODE_INVALID_BINARY_REPRESENTATION,
        SqlState::InvalidParameter => PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE,
        SqlState::InvalidDatetime => PgSqlErrorCode::ERRCODE_INVALID_DATETIME_FORMAT,
        SqlState::DatetimeOverflow => PgSqlErrorCode::ERRCODE_DATETIME_FIELD_OVERFLOW,
        SqlState::NumberOutOfRange => PgSqlErrorCode::ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE,
        SqlState::LimitExceeded => PgSqlErrorCode::ERRCODE_PROGRAM_LIMIT_EXCEEDED,
        SqlState::UndefinedObject => PgSqlErrorCode::ERRCODE_UNDEFINED_OBJECT,
        SqlState::OutOfMemory => PgSqlErrorCode::ERRCODE_OUT_OF_MEMORY,
    };
    let mut report =
        ErrorReport::new(code, short(error.message), "slaops").set_hint(short(error.hint));
    if let Some(position) = error.position {
        report = report.set_detail(format!("At character {position}."));
    }
    report.report(PgLogLevel::ERROR);
    unreachable!("an error report returned")
}

/// Runs a function of the server's, or of a type, that looks into a value. Of a SQLSTATE that pgrx does not know, such as 22P07
/// for a row type that was altered under a value, pgrx makes an internal error: it is reported as the value's.
pub fn looking_into<R>(look: impl FnOnce() -> R) -> R {
    let look = AssertUnwindSafe(look);
    PgTryBuilder::new(look)
        .catch_when(PgSqlErrorCode::ERRCODE_INTERNAL_ERROR, |cause| {
            match cause {
                CaughtError::PostgresError(report) => raise(Error::parameter(
                    report.message(),
                    "If the type of a row was altered, read the row again from its table, or store it anew.",
                )),
                other => other.rethrow(),
            }
        })
        .execute()
}

/// Error: no object of that name, though one of the known ones may be meant.
pub fn unknown<'a>(
    message: String,
    name: &str,
    known: impl Iterator<Item = &'a str>,
    remedy: &str,
) -> Error {
    let hint = did_you_mean(name, known).unwrap_or_else(|| remedy.to_owned());
    Error::new(SqlState::UndefinedObject, message, hint)
}

/// Says something that is not an error.
pub fn notice(message: String) {
    let code = PgSqlErrorCode::ERRCODE_SUCCESSFUL_COMPLETION;
    ErrorReport::new(code, short(message), "slaops").report(PgLogLevel::NOTICE);
}

/// A message that quotes a long input keeps its beginning and its end.
fn short(text: String) -> String {
    const MOST: usize = 600;
    let count = text.chars().count();
    if count <= MOST {
        return text;
    }
    let head: String = text.chars().take(MOST / 2).collect();
    let tail: String = text.chars().skip(count - MOST / 2).collect();
    format!("{head} ... {tail}")
}

/// The value, or the error raised.
pub trait OrRaise<T> {
    fn or_raise(self) -> T;
}

impl<T> OrRaise<T> for slaops_core::error::Result<T> {
    fn or_raise(self) -> T {
        match self {
            Ok(value) => value,
            Err(error) => raise(error),
        }
    }
}
