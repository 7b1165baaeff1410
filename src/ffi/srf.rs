//! Rows: of set-returning functions, a value a call, so that a long result streams and can be interrupted, or all at
//! once, which costs a call least; and single ones.

use crate::ffi::args::Args;
use crate::ffi::encoding::from_utf8;
use crate::ffi::report::{OrRaise, raise};
use pgrx::PgMemoryContexts;
use pgrx::pg_sys::{self, Datum};
use pgrx::varlena;
use slaops_core::error::Error;
use slaops_core::memory;
use std::marker::PhantomData;

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

/// A column of a row.
#[derive(Clone, Copy)]
pub enum Column<'a> {
    Null,
    Value(Datum),
    Text(&'a str),
}

impl From<Datum> for Column<'_> {
    fn from(value: Datum) -> Self {
        Self::Value(value)
    }
}

impl From<Option<Datum>> for Column<'_> {
    fn from(value: Option<Datum>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

impl<'a> From<&'a str> for Column<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<Option<&'a str>> for Column<'a> {
    fn from(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, Self::Text)
    }
}

/// The whole result of a set-returning function, written row by row into a store of the executor's.
///
/// For functions that are called once a ticket and give some rows: [`rows`] makes a memory context, a row type from the
/// catalog and two copies of each row for every call, here none of them. The executor passes the row type that it
/// expects; texts go from Rust's memory into the row.
pub struct Table<'call> {
    store: *mut pg_sys::Tuplestorestate,
    row_type: pg_sys::TupleDesc,
    columns: usize,
    /// The texts of a row, as values of variable length.
    texts: Vec<u32>,
    count: usize,
    call: PhantomData<&'call ()>,
}

impl<'call> Table<'call> {
    /// The result of this call, empty.
    pub fn of(args: Args<'call>) -> Self {
        // SAFETY: the function is declared as returning a set, so Postgres passes a ReturnSetInfo.
        let info = unsafe { &mut *(*args.fcinfo()).resultinfo.cast::<pg_sys::ReturnSetInfo>() };
        let modes = info.allowedModes as u32;
        if modes & pg_sys::SetFunctionReturnMode::SFRM_Materialize == 0 {
            raise(Error::parameter(
                "rows of this function cannot be given one by one",
                "Call it in FROM or in the list of SELECT.",
            ));
        }
        let random = modes & pg_sys::SetFunctionReturnMode::SFRM_Materialize_Random != 0;
        // SAFETY: the store lives in the context of the query, as the executor wants it, which frees it. The row type is
        // the one that the executor reads the rows by, or that of the declaration.
        unsafe {
            let mut memory = PgMemoryContexts::For((*info.econtext).ecxt_per_query_memory);
            let store = memory
                .switch_to(|_| pg_sys::tuplestore_begin_heap(random, false, pg_sys::work_mem));
            info.returnMode = pg_sys::SetFunctionReturnMode::SFRM_Materialize;
            info.setResult = store;
            info.setDesc = std::ptr::null_mut();
            let row_type = match info.expectedDesc.is_null() {
                true => RowType::of(args).0,
                false => info.expectedDesc,
            };
            Self {
                store,
                row_type,
                columns: (*row_type).natts as usize,
                texts: Vec::new(),
                count: 0,
                call: PhantomData,
            }
        }
    }

    /// Adds a row: as many columns, of the same types, as `sql/` declares.
    pub fn put<const N: usize>(&mut self, columns: [Column<'_>; N]) {
        if self.columns != N {
            raise(Error::parameter(
                format!("a row must have {} columns, not {N}", self.columns),
                "Library and install script are of different builds: make install.",
            ));
        }
        if self.count % PAUSE == PAUSE - 1 {
            pgrx::check_for_interrupts!();
            memory::room(memory::HEADROOM).or_raise();
        }
        self.count += 1;
        let mut values = [Datum::from(0usize); N];
        let mut nulls = [false; N];
        self.texts.clear();
        for (i, column) in columns.iter().enumerate() {
            match column {
                Column::Null => nulls[i] = true,
                Column::Value(datum) => values[i] = *datum,
                // Its place for now: the list may move while it grows.
                Column::Text(text) => {
                    values[i] = Datum::from(self.texts.len());
                    self.text(&from_utf8(text));
                }
            }
        }
        let base = self.texts.as_mut_ptr();
        for (value, column) in values.iter_mut().zip(&columns) {
            if matches!(column, Column::Text(_)) {
                // SAFETY: it is the place of a text in the list.
                *value = Datum::from(unsafe { base.add(value.value()) });
            }
        }
        // SAFETY: the lists have a value for each column, of its type; the row is copied.
        unsafe {
            let (values, nulls) = (values.as_mut_ptr(), nulls.as_mut_ptr());
            pg_sys::tuplestore_putvalues(self.store, self.row_type, values, nulls);
        }
    }

    /// Appends a text with its head.
    fn text(&mut self, bytes: &[u8]) {
        let size = bytes.len() + pg_sys::VARHDRSZ;
        let (begin, words) = (self.texts.len(), size.div_ceil(4));
        memory::reserve(&mut self.texts, words).or_raise();
        // SAFETY: there is room for so many words, and all of them are written.
        unsafe {
            let place = self.texts.as_mut_ptr().add(begin);
            place.add(words - 1).write(0);
            varlena::set_varsize_4b(place.cast(), size as i32);
            let data = place.add(1).cast::<u8>();
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), data, bytes.len());
            self.texts.set_len(begin + words);
        }
    }

    /// What the function returns: the rows are in the store.
    pub fn done(self, args: Args<'_>) -> Datum {
        args.null()
    }
}
