//! Queries on the extension's own tables, under the snapshot of the statement that asks.
//!
//! They are read-only in SPI's sense even where the transaction has written, since anything else would
//! start a command, which a parallel plan must not.

use crate::ffi::report::OrRaise;
use crate::ffi::results::from_text;
use crate::ffi::varlena::Varlena;
use pgrx::pg_sys::{self, Datum};
use slaops_core::memory;
use std::ffi::CString;

/// One row of a result, while it is read. Columns are counted from 1.
pub struct Row {
    tuple: pg_sys::HeapTuple,
    desc: pg_sys::TupleDesc,
}

impl Row {
    fn value(&self, column: i32) -> Option<Datum> {
        let mut null = false;
        // SAFETY: the row is one of the result that `select` is reading.
        let value = unsafe { pg_sys::SPI_getbinval(self.tuple, self.desc, column, &mut null) };
        (!null).then_some(value)
    }

    /// A column of variable length, as the queries of this library have where they ask for one.
    fn varlena(&self, column: i32) -> Option<Varlena<'_>> {
        // SAFETY: the value lies in the row, and the memory of SPI is the current one while rows are read.
        self.value(column).map(|v| unsafe { Varlena::new(v) })
    }

    pub fn text(&self, column: i32) -> Option<String> {
        self.varlena(column).map(|v| v.text().into_owned())
    }

    pub fn bytes(&self, column: i32) -> Option<Vec<u8>> {
        self.varlena(column).map(|v| v.bytes().to_vec())
    }

    pub fn int4(&self, column: i32) -> Option<i32> {
        self.value(column).map(|v| v.value() as i32)
    }
}

/// The rows of a query with one text as `$1`, each as `read` makes it; an error is Postgres's own.
pub fn select<R>(query: &str, argument: &str, read: impl Fn(&Row) -> R) -> Vec<R> {
    // A query is a constant of this library, without a zero byte.
    let Ok(query) = CString::new(query) else {
        return Vec::new();
    };
    let mut value = from_text(argument);
    // SAFETY: the query ends in a zero and has one argument, a text; the table of the result stays until SPI_finish.
    unsafe {
        let mut kind = pg_sys::TEXTOID;
        pg_sys::SPI_connect();
        pg_sys::SPI_execute_with_args(
            query.as_ptr(),
            1,
            &mut kind,
            &mut value,
            std::ptr::null(),
            true,
            0,
        );
        let mut rows = Vec::new();
        let table = pg_sys::SPI_tuptable;
        if !table.is_null() {
            // Rows are read into values of Rust, JSON among them.
            let lengths = (0..pg_sys::SPI_processed as usize)
                .map(|i| (**(*table).vals.add(i)).t_len as usize);
            memory::room_for(lengths.sum(), 32).or_raise();
            for i in 0..pg_sys::SPI_processed as usize {
                let tuple = *(*table).vals.add(i);
                rows.push(read(&Row {
                    tuple,
                    desc: (*table).tupdesc,
                }));
            }
        }
        pg_sys::SPI_finish();
        rows
    }
}
