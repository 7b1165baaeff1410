//! Errors of the pure rooms as Postgres error reports.

use crate::error::{Error, State};
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::prelude::*;

/// Raises the error; it does not return.
#[cold]
pub fn raise(error: Error) -> ! {
    let code = match error.state {
        State::InvalidText => PgSqlErrorCode::ERRCODE_INVALID_TEXT_REPRESENTATION,
        State::InvalidBinary => PgSqlErrorCode::ERRCODE_INVALID_BINARY_REPRESENTATION,
        State::InvalidParameter => PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE,
        State::InvalidDatetime => PgSqlErrorCode::ERRCODE_INVALID_DATETIME_FORMAT,
        State::DatetimeOverflow => PgSqlErrorCode::ERRCODE_DATETIME_FIELD_OVERFLOW,
        State::NumberOutOfRange => PgSqlErrorCode::ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE,
        State::LimitExceeded => PgSqlErrorCode::ERRCODE_PROGRAM_LIMIT_EXCEEDED,
        State::UndefinedObject => PgSqlErrorCode::ERRCODE_UNDEFINED_OBJECT,
    };
    let mut report =
        ErrorReport::new(code, short(error.message), "slaops").set_hint(short(error.hint));
    if let Some(position) = error.position {
        report = report.set_detail(format!("At character {position}."));
    }
    report.report(PgLogLevel::ERROR);
    unreachable!("an error report returned")
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

impl<T> OrRaise<T> for crate::error::Result<T> {
    fn or_raise(self) -> T {
        match self {
            Ok(value) => value,
            Err(error) => raise(error),
        }
    }
}
