//! Library and install script must be of one build: a function that is called with other arguments than it reads, or
//! whose rows have other columns, crashes the server. `sql/assemble.sh` hashes what the script declares of the library;
//! the Makefile builds the library with that hash. Input: the hash that the script left in the database. Output:
//! nothing, or an error with a hint. It is checked once a session, when the library is loaded.

use crate::ffi::pg_functions;
use crate::ffi::results::from_text;
use pgrx::pg_sys;
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::prelude::*;

/// None where make did not build the library.
const OWN: Option<&str> = option_env!("SLAOPS_INTERFACE");

/// An error where the extension of this database was made by the script of another build.
///
/// Nothing is checked outside a transaction, as in a server that preloads the library, and while CREATE EXTENSION or
/// ALTER EXTENSION runs, which must be able to load it.
pub fn check() {
    let Some(own) = OWN else { return };
    // SAFETY: variables of the backend.
    let checkable = unsafe {
        pg_sys::IsTransactionState() && !pg_sys::IsBinaryUpgrade && !pg_sys::creating_extension
    };
    if !checkable {
        return;
    }
    // SAFETY: the name ends in a zero; a transaction is open, so that the catalog can be read.
    let installed = unsafe { pg_sys::get_extension_oid(c"slaops".as_ptr(), true) };
    if installed == pg_sys::InvalidOid {
        return;
    }
    let script = of_script();
    if script.as_deref().is_some_and(|body| body.contains(own)) {
        return;
    }
    ErrorReport::new(
        PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
        "the library of slaops and the extension in this database are of different builds",
        "slaops",
    )
    .set_detail(format!(
        "The library was built for interface {own}; the script that made the extension has another one."
    ))
    .set_hint(
        "After an upgrade run ALTER EXTENSION slaops UPDATE. If there is no newer version, install library and script \
         together (make install), then DROP EXTENSION slaops CASCADE and CREATE EXTENSION slaops.",
    )
    .report(PgLogLevel::ERROR);
}

/// The body of `slaops.interface_of_script()`; None where there is no such function.
fn of_script() -> Option<String> {
    // SAFETY: names end in a zero, and the catalog's row is released after it was read.
    unsafe {
        let schema = pg_sys::get_namespace_oid(c"slaops".as_ptr(), true);
        let row = pg_sys::SearchSysCache3(
            pg_sys::SysCacheIdentifier::PROCNAMEARGSNSP as i32,
            pg_sys::Datum::from(c"interface_of_script".as_ptr()),
            pg_sys::Datum::from(pg_sys::buildoidvector(std::ptr::null(), 0)),
            pg_sys::Datum::from(schema),
        );
        if row.is_null() {
            return None;
        }
        let mut null = false;
        let body = pg_sys::SysCacheGetAttr(
            pg_sys::SysCacheIdentifier::PROCNAMEARGSNSP as i32,
            row,
            pg_sys::Anum_pg_proc_prosrc as i16,
            &mut null,
        );
        let body = (!null).then(|| crate::ffi::varlena::Varlena::new(body).text().into_owned());
        pg_sys::ReleaseSysCache(row);
        body
    }
}

pg_functions! {
    /// The hash for which the library was built.
    fn slaops_interface_of_library(args) {
        args.or_null(OWN.map(from_text))
    }
}
