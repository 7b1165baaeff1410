//! Rows: of set-returning functions, a value a call, so that a long result streams and can be interrupted; and single
//! ones.

use crate::ffi::args::Args;
use crate::ffi::report::OrRaise;
use pgrx::PgMemoryContexts;
use pgrx::pg_sys::{self, Datum};
use slaops_core::memory;

pub type Rows = Box<dyn Iterator<Item = Datum>>;

/// Gives the next row. `make` builds the iterator on the first call; what it allocates from Postgres
/// there lives until the last.
pub fn rows(args: Args<'_>, make: impl FnOnce() -> Rows) -> Datum {
    let fcinfo = args.fcinfo();
    // SAFETY: the function is declared as returning a set, so Postgres passes a ReturnSetInfo and leaves `fn_extra` to
    // these calls of its own; `user_fctx` is what the first call has put there, dropped with the context.
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
                args.null()
            }
        }
    }
}

/// A copy of argument `i`, of variable length, for rows that are made later.
///
/// # Safety
/// It is called while `rows` makes the iterator, and used by nothing but that iterator, which is dropped before the
/// memory is freed.
pub unsafe fn lasting_bytes(args: Args<'_>, i: usize) -> &'static [u8] {
    // SAFETY: the argument is a varlena; the copy is made in the context that lives until the last row.
    unsafe {
        let copy = pg_sys::pg_detoast_datum_copy(args.datum(i).cast_mut_ptr());
        crate::ffi::varlena::Varlena::new(Datum::from(copy)).bytes()
    }
}

/// The row type that a function is declared to return.
#[derive(Clone, Copy)]
pub struct RowType(pg_sys::TupleDesc);

/// Rows between two questions whether there is memory for the next.
const PAUSE: usize = 256;

impl RowType {
    /// It lives as long as the rows if it is asked for while `rows` makes the iterator.
    pub fn of(args: Args<'_>) -> Self {
        let mut descriptor = std::ptr::null_mut();
        // SAFETY: Postgres passed the call's information; the function is declared as returning rows.
        unsafe {
            pg_sys::get_call_result_type(args.fcinfo(), std::ptr::null_mut(), &mut descriptor);
            Self(pg_sys::BlessTupleDesc(descriptor))
        }
    }

    /// The same, looked up once for a call site of a function that returns one row.
    pub fn kept(args: Args<'_>) -> Self {
        *args.keep(|| {
            // SAFETY: Postgres passed the call's information.
            let context = unsafe { (*(*args.fcinfo()).flinfo).fn_mcxt };
            // SAFETY: the context is that of the call site, alive and not one of Rust's.
            unsafe { PgMemoryContexts::For(context).switch_to(|_| Self::of(args)) }
        })
    }

    /// A row: as many columns, of the same types, as `sql/` declares.
    pub fn tuple(self, columns: &[Option<Datum>]) -> Datum {
        let mut nulls: Vec<bool> = columns.iter().map(Option::is_none).collect();
        let value = |c: &Option<Datum>| c.unwrap_or(Datum::from(0usize));
        let mut values: Vec<Datum> = columns.iter().map(value).collect();
        // SAFETY: the lists have a value for each column. The version check keeps other declarations away.
        unsafe {
            let tuple = pg_sys::heap_form_tuple(self.0, values.as_mut_ptr(), nulls.as_mut_ptr());
            pg_sys::HeapTupleHeaderGetDatum((*tuple).t_data)
        }
    }

    /// Adds a row to those of a result that is made whole; asks for memory before Postgres does.
    pub fn push(self, rows: &mut Vec<Datum>, columns: &[Option<Datum>]) {
        if rows.len() % PAUSE == PAUSE - 1 {
            pgrx::check_for_interrupts!();
            memory::room(memory::HEADROOM).or_raise();
        }
        memory::push(rows, self.tuple(columns)).or_raise();
    }
}
