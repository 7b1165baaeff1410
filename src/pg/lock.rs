//! A table lock that outlives the transaction: what `refresh` holds over its COMMITs.
//!
//! Not an advisory lock, which any role could take, but the lock of VACUUM and its like
//! (`LockRelationIdForSession`). Postgres gives it back when a transaction fails and when the session ends.

use super::{datum, pg_functions};
use pgrx::pg_sys::{self, Datum};
use pgrx::prelude::*;

const MODE: pg_sys::LOCKMODE = pg_sys::ShareUpdateExclusiveLock as pg_sys::LOCKMODE;

/// The lock's name of a table of this database.
fn lock_id(relation: pg_sys::Oid) -> pg_sys::LockRelId {
    pg_sys::LockRelId {
        relId: relation,
        dbId: unsafe { pg_sys::MyDatabaseId },
    }
}

pg_functions! {
    fn slaops_hold_lock(fcinfo) {
        let oid = pg_sys::Oid::from(datum::arg(fcinfo, 0).value() as u32);
        // What the transaction has locked by LOCK TABLE was its right to lock: that alone is kept.
        let relation = pg_sys::relation_open(oid, pg_sys::NoLock as pg_sys::LOCKMODE);
        let locked = pg_sys::CheckRelationLockedByMe(relation, MODE, false);
        pg_sys::relation_close(relation, pg_sys::NoLock as pg_sys::LOCKMODE);
        if !locked {
            ereport!(
                ERROR,
                PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                "the table is not locked by this transaction",
                "LOCK TABLE ... IN SHARE UPDATE EXCLUSIVE MODE comes before hold_lock."
            );
        }
        pg_sys::LockRelationIdForSession(&mut lock_id(oid), MODE);
        Datum::from(0)
    }

    fn slaops_release_lock(fcinfo) {
        let oid = pg_sys::Oid::from(datum::arg(fcinfo, 0).value() as u32);
        pg_sys::UnlockRelationIdForSession(&mut lock_id(oid), MODE);
        Datum::from(0)
    }
}
