//! Aggregate states that are values of Rust between rows and stored bytes wherever they are kept: Postgres's
//! expanded objects. An aggregate over them has a state type that a shard or a table can hold, and a row costs
//! what it adds, not a copy of the sum.

use crate::ffi::args::Args;
use crate::ffi::memory::Memory;
use crate::ffi::report::OrRaise;
use crate::ffi::results::from_bytes;
use crate::ffi::varlena::Varlena;
use pgrx::pg_sys::{self, Datum, ExpandedObjectHeader, ExpandedObjectMethods};
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

/// Adds the value in argument 1 to the sum in argument 0, both of variable length; a NULL adds nothing, and nothing
/// at all is NULL.
///
/// In an aggregate the sum is changed in place. Elsewhere it is a new value.
pub fn add<S: Sum>(args: Args<'_>) -> Datum {
    take(args, S::add)
}

/// As [`add`], of the sum in argument 1.
pub fn combine<S: Sum>(args: Args<'_>) -> Datum {
    take(args, S::combine)
}

fn take<S: Sum>(args: Args<'_>, take_in: fn(&mut S, &[u8]) -> Result<()>) -> Datum {
    let state = (!args.is_null(0)).then(|| args.varlena(0));
    if args.is_null(1) {
        return args.or_null(state.map(|_| args.datum(0)));
    }
    let value = args.bytes(1);
    let mut context = std::ptr::null_mut();
    // SAFETY: Postgres passed this call's own information.
    if unsafe { pg_sys::AggCheckCallContext(args.fcinfo(), &mut context) } == 0 {
        let mut sum = S::default();
        if let Some(state) = state {
            sum.combine(state.bytes()).or_raise();
        }
        take_in(&mut sum, value).or_raise();
        return from_bytes(&sum.bytes().or_raise());
    }
    // SAFETY: an aggregate's context lives as long as its states, and nobody else has a state while its step is called.
    unsafe {
        let expanded = match state.and_then(|_| writable::<S>(args.datum(0))) {
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
///
/// # Safety
/// The datum is a value of variable length.
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
///
/// # Safety
/// `parent` is a live memory context.
#[cold]
unsafe fn new<S: Sum>(
    parent: pg_sys::MemoryContext,
    first: Option<Varlena<'_>>,
) -> *mut Expanded<S> {
    // SAFETY: the object and what it holds are allocated in, or dropped with, the context made here.
    unsafe {
        let context = pg_sys::AllocSetContextCreateInternal(
            parent,
            c"slaops sum".as_ptr(),
            0,
            1 << 10,
            8 << 10,
        );
        let memory = Memory::new(context);
        let expanded = memory.room::<Expanded<S>>(0);
        let sum: *mut S = memory.keep(S::default());
        (*expanded).sum = sum;
        (*expanded).flat = memory.keep(Vec::new());
        pg_sys::EOH_init_header(expanded.cast(), S::METHODS, context);
        if let Some(first) = first {
            (*sum).combine(first.bytes()).or_raise();
        }
        expanded
    }
}

/// # Safety
/// Postgres calls it with a header that [`new`] made.
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

/// # Safety
/// Postgres calls it with a header that [`new`] made, and room for as much as [`flat_size`] said.
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
