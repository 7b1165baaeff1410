//! Aggregate states that are values of Rust between rows and stored bytes wherever they are kept: Postgres's
//! expanded objects. An aggregate over them has a state type that a shard or a table can hold, and a row costs
//! what it adds, not a copy of the sum.

use crate::ffi::datum::{self, arg};
use crate::ffi::report::OrRaise;
use pgrx::PgMemoryContexts;
use pgrx::pg_sys::{self, Datum, ExpandedObjectHeader, ExpandedObjectMethods, FunctionCallInfo};
use pgrx::varlena;
use slaops_core::error::Result;

/// What is summed.
pub trait Sum: Default + 'static {
    /// Adds a value, given as its stored bytes.
    ///
    /// # Errors
    /// For bytes that are no value, and for what cannot be added.
    fn add(&mut self, bytes: &[u8]) -> Result<()>;

    /// Adds another sum, given as its bytes.
    ///
    /// # Errors
    /// As [`Sum::add`].
    fn combine(&mut self, bytes: &[u8]) -> Result<()> {
        self.add(bytes)
    }

    /// The bytes of the sum: those of a value, unless `combine` reads others.
    ///
    /// # Errors
    /// For a sum that is too large.
    fn bytes(&mut self) -> Result<Vec<u8>>;

    /// The functions by which Postgres asks for the bytes; by their address a sum is known again.
    const METHODS: &'static ExpandedObjectMethods;
}

/// [`Sum::METHODS`] of a type.
pub const fn methods<S: Sum>() -> ExpandedObjectMethods {
    ExpandedObjectMethods {
        get_flat_size: Some(flat_size::<S>),
        flatten_into: Some(flatten_into::<S>),
    }
}

/// A sum in its own memory context; Postgres knows it by its head.
#[repr(C)]
struct Expanded<S> {
    header: ExpandedObjectHeader,
    /// Dropped with the context.
    sum: *mut S,
    /// The bytes of the sum, until it changes.
    flat: *mut Vec<u8>,
}

/// Adds the value in argument 1 to the sum in argument 0; a NULL adds nothing, and nothing at all is NULL.
///
/// In an aggregate the sum is changed in place. Elsewhere it is a new value.
pub unsafe fn add<S: Sum>(fcinfo: FunctionCallInfo) -> Datum {
    // SAFETY: as this function's.
    unsafe { take::<S>(fcinfo, S::add) }
}

/// As [`add`], of the sum in argument 1.
pub unsafe fn combine<S: Sum>(fcinfo: FunctionCallInfo) -> Datum {
    // SAFETY: as this function's.
    unsafe { take::<S>(fcinfo, S::combine) }
}

unsafe fn take<S: Sum>(
    fcinfo: FunctionCallInfo,
    take_in: fn(&mut S, &[u8]) -> Result<()>,
) -> Datum {
    // SAFETY: both arguments are varlenas of the types that the SQL declares.
    unsafe {
        let state = (!datum::is_null(fcinfo, 0)).then(|| arg(fcinfo, 0));
        if datum::is_null(fcinfo, 1) {
            return datum::or_null(fcinfo, state);
        }
        let value = datum::bytes(arg(fcinfo, 1));
        let mut context = std::ptr::null_mut();
        if pg_sys::AggCheckCallContext(fcinfo, &mut context) == 0 {
            let mut sum = S::default();
            if let Some(state) = state {
                sum.combine(datum::bytes(state)).or_raise();
            }
            take_in(&mut sum, value).or_raise();
            return datum::from_bytes(&sum.bytes().or_raise());
        }
        let expanded = match state.and_then(|state| writable::<S>(state)) {
            Some(expanded) => expanded,
            None => new::<S>(context, state),
        };
        let expanded = &mut *expanded;
        (*expanded.flat).clear();
        take_in(&mut *expanded.sum, value).or_raise();
        Datum::from(expanded.header.eoh_rw_ptr.as_mut_ptr())
    }
}

/// The sum that a datum points to, if it may be changed and is one of these.
unsafe fn writable<S: Sum>(datum: Datum) -> Option<*mut Expanded<S>> {
    // SAFETY: a varlena's first two bytes tell whether it points to an expanded object, and the methods' address
    // whose that is.
    unsafe {
        let p = datum.cast_mut_ptr::<pg_sys::varlena>();
        let tag = pg_sys::vartag_external::VARTAG_EXPANDED_RW as u8;
        if !varlena::varatt_is_1b_e(p) || *p.cast::<u8>().add(1) != tag {
            return None;
        }
        let header = pg_sys::DatumGetEOHP(datum);
        std::ptr::eq((*header).eoh_methods, S::METHODS).then_some(header.cast())
    }
}

/// The sum that a datum holds, or an empty one, in a context below `parent`.
#[cold]
unsafe fn new<S: Sum>(parent: pg_sys::MemoryContext, first: Option<Datum>) -> *mut Expanded<S> {
    // SAFETY: the object and what it holds are allocated in, or dropped with, the context made here.
    unsafe {
        let context = pg_sys::AllocSetContextCreateInternal(
            parent,
            c"slaops sum".as_ptr(),
            0,
            1 << 10,
            8 << 10,
        );
        let mut owner = PgMemoryContexts::For(context);
        let sum = owner.leak_and_drop_on_delete(S::default());
        let flat = owner.leak_and_drop_on_delete(Vec::<u8>::new());
        let expanded =
            pg_sys::MemoryContextAlloc(context, size_of::<Expanded<S>>()).cast::<Expanded<S>>();
        (*expanded).sum = sum;
        (*expanded).flat = flat;
        pg_sys::EOH_init_header(expanded.cast(), S::METHODS, context);
        if let Some(first) = first {
            (*sum).combine(datum::bytes(first)).or_raise();
        }
        expanded
    }
}

unsafe extern "C-unwind" fn flat_size<S: Sum>(object: *mut ExpandedObjectHeader) -> pg_sys::Size {
    // SAFETY: Postgres calls the methods of a header with that header, which `new` made.
    unsafe {
        pg_sys::panic::pgrx_extern_c_guard(move || {
            let object = &mut *object.cast::<Expanded<S>>();
            let flat = &mut *object.flat;
            if flat.is_empty() {
                *flat = (*object.sum).bytes().or_raise();
            }
            flat.len() + pg_sys::VARHDRSZ
        })
    }
}

unsafe extern "C-unwind" fn flatten_into<S: Sum>(
    object: *mut ExpandedObjectHeader,
    result: *mut std::ffi::c_void,
    size: pg_sys::Size,
) {
    // SAFETY: `result` has room for what `flat_size` said, which made the bytes.
    unsafe {
        let flat = &*(*object.cast::<Expanded<S>>()).flat;
        let p = result.cast::<pg_sys::varlena>();
        varlena::set_varsize_4b(p, size as i32);
        let data = varlena::vardata_4b(p).cast_mut().cast::<u8>();
        std::ptr::copy_nonoverlapping(flat.as_ptr(), data, size - pg_sys::VARHDRSZ);
    }
}
