//! The registry of calendars: its trigger. How names are looked up is in `cache::calendars`.

use crate::ffi::pg_functions;
use pgrx::pg_sys::{self, Datum};

pg_functions! {
    /// The trigger on `slaops.calendars`: every backend forgets what it has read.
    fn slaops_calendars_changed(args) {
        // SAFETY: the context of a call, if there is one, has the type that its tag says.
        unsafe {
            let trigger = (*args.fcinfo()).context.cast::<pg_sys::TriggerData>();
            if !trigger.is_null() && (*trigger).type_ == pg_sys::NodeTag::T_TriggerData {
                pg_sys::CacheInvalidateRelcache((*trigger).tg_relation);
            }
        }
        // A trigger's result is a null pointer that is not SQL NULL.
        Datum::from(0usize)
    }
}
