//! A table lock that outlives the transaction: what `refresh` holds over its COMMITs.
//!
//! Not an advisory lock, which any role could take, but the lock of VACUUM and its like
//! (`LockRelationIdForSession`). Postgres gives it back when a transaction fails and when the session ends.

use crate::ffi::args::Args;
use crate::ffi::pg_functions;
use pgrx::pg_sys::{self, Datum, Oid};
use pgrx::prelude::*;
use std::cell::RefCell;

const MODE: pg_sys::LOCKMODE = pg_sys::ShareUpdateExclusiveLock as pg_sys::LOCKMODE;
const NO_LOCK: pg_sys::LOCKMODE = pg_sys::NoLock as pg_sys::LOCKMODE;

thread_local! {
    /// The tables whose locks this session keeps. A lock that a failed transaction gave back may still be named.
    static HELD: RefCell<Vec<Oid>> = const { RefCell::new(Vec::new()) };
}

/// The table that argument 0, a regclass, names.
fn table(args: Args<'_>) -> Oid {
    Oid::from(args.datum(0).value() as u32)
}

/// The lock's name of a table of this database.
fn lock_id(relation: Oid) -> pg_sys::LockRelId {
    pg_sys::LockRelId {
        relId: relation,
        // SAFETY: a variable that is set when the session begins.
        dbId: unsafe { pg_sys::MyDatabaseId },
    }
}

/// Whether the transaction has locked the table, and the current user owns it: code of others that runs in a session
/// must not leave a lock in it.
fn may_hold(oid: Oid) -> bool {
    // SAFETY: a relation that is open stays until it is closed.
    unsafe {
        let relation = pg_sys::try_relation_open(oid, NO_LOCK);
        if relation.is_null() {
            return false;
        }
        let may = pg_sys::CheckRelationLockedByMe(relation, MODE, false)
            && (*(*relation).rd_rel).relowner == pg_sys::GetUserId()
            && !pg_sys::InSecurityRestrictedOperation();
        pg_sys::relation_close(relation, NO_LOCK);
        may
    }
}

pg_functions! {
    fn slaops_hold_lock(args) {
        let oid = table(args);
        if !may_hold(oid) {
            ereport!(
                ERROR,
                PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                "the table is not yours, or not locked by this transaction",
                "LOCK TABLE ... IN SHARE UPDATE EXCLUSIVE MODE, as its owner, comes before hold_lock."
            );
        }
        // SAFETY: the transaction has locked the table, so that it is there.
        unsafe { pg_sys::LockRelationIdForSession(&mut lock_id(oid), MODE) };
        HELD.with_borrow_mut(|held| held.push(oid));
        Datum::from(0)
    }

    fn slaops_release_lock(args) {
        let oid = table(args);
        let place = HELD.with_borrow(|held| held.iter().position(|h| *h == oid));
        let Some(place) = place else {
            ereport!(
                ERROR,
                PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                "this session keeps no lock of the table",
                "Only what hold_lock kept is given back."
            );
        };
        HELD.with_borrow_mut(|held| held.swap_remove(place));
        // SAFETY: a lock that is not held is a warning.
        unsafe { pg_sys::UnlockRelationIdForSession(&mut lock_id(oid), MODE) };
        Datum::from(0)
    }
}
