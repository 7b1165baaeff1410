//! Set-returning functions, a value a call, so that a long result streams and can be interrupted.

use crate::ffi::report::OrRaise;
use pgrx::PgMemoryContexts;
use pgrx::pg_sys::{self, Datum, FunctionCallInfo};
use slaops_core::memory;

type Rows = Box<dyn Iterator<Item = Datum>>;

/// Gives the next row. `make` builds the iterator on the first call; what it allocates from Postgres
/// there lives until the last.
pub unsafe fn rows(fcinfo: FunctionCallInfo, make: impl FnOnce() -> Rows) -> Datum {
    unsafe {
        if (*(*fcinfo).flinfo).fn_extra.is_null() {
            let context = pg_sys::init_MultiFuncCall(fcinfo);
            let mut memory = PgMemoryContexts::For((*context).multi_call_memory_ctx);
            let rows = memory.switch_to(|_| make());
            (*context).user_fctx = memory.leak_and_drop_on_delete(rows).cast();
        }
        let context = pg_sys::per_MultiFuncCall(fcinfo);
        let rows = &mut *(*context).user_fctx.cast::<Rows>();
        pgrx::check_for_interrupts!();
        let info = (*fcinfo).resultinfo.cast::<pg_sys::ReturnSetInfo>();
        match rows.next() {
            Some(row) => {
                (*context).call_cntr += 1;
                (*info).isDone = pg_sys::ExprDoneCond::ExprMultipleResult;
                row
            }
            None => {
                pg_sys::end_MultiFuncCall(fcinfo, context);
                (*info).isDone = pg_sys::ExprDoneCond::ExprEndResult;
                crate::ffi::datum::or_null(fcinfo, None)
            }
        }
    }
}

/// A row type's descriptor, which lives as long as the rows; call it inside `make`.
pub unsafe fn descriptor(fcinfo: FunctionCallInfo) -> pg_sys::TupleDesc {
    unsafe {
        let mut descriptor = std::ptr::null_mut();
        pg_sys::get_call_result_type(fcinfo, std::ptr::null_mut(), &mut descriptor);
        pg_sys::BlessTupleDesc(descriptor)
    }
}

/// Rows between two questions whether there is memory for the next.
const PAUSE: usize = 256;

/// Adds a row to those of a result that is made whole; asks for memory before Postgres does.
pub unsafe fn push(
    rows: &mut Vec<Datum>,
    descriptor: pg_sys::TupleDesc,
    columns: &mut [Option<Datum>],
) {
    if rows.len() % PAUSE == PAUSE - 1 {
        pgrx::check_for_interrupts!();
        memory::room(memory::HEADROOM).or_raise();
    }
    memory::push(rows, unsafe { tuple(descriptor, columns) }).or_raise();
}

/// One row of a row type.
pub unsafe fn tuple(descriptor: pg_sys::TupleDesc, columns: &mut [Option<Datum>]) -> Datum {
    unsafe {
        let mut nulls: Vec<bool> = columns.iter().map(Option::is_none).collect();
        let mut values: Vec<Datum> = columns
            .iter()
            .map(|c| c.unwrap_or(Datum::from(0usize)))
            .collect();
        let tuple = pg_sys::heap_form_tuple(descriptor, values.as_mut_ptr(), nulls.as_mut_ptr());
        pg_sys::HeapTupleHeaderGetDatum((*tuple).t_data)
    }
}
