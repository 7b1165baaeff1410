//! Postgres's side of a call. Input: datums, rows and table contents. Output: Rust values, and results and errors in
//! the form that Postgres wants. Nothing here knows what a function computes.

pub mod args;
pub mod array;
pub mod encoding;
pub mod expanded;
pub mod instant;
pub mod json;
pub mod lock;
pub mod memory;
pub mod report;
pub mod results;
pub mod spi;
pub mod srf;
pub mod state;
pub mod varlena;

/// Declares functions that SQL reaches by name: each becomes a C symbol with Postgres's version-1
/// calling convention. Raw calls cost what they cost in C; `#[pg_extern]` would also generate SQL,
/// which here is written by hand in `sql/`.
macro_rules! pg_functions {
    ($($(#[$doc:meta])* fn $name:ident($args:ident) $body:block)*) => { $(
        ::pastey::paste! {
            #[unsafe(no_mangle)]
            #[doc(hidden)]
            pub extern "C" fn [<pg_finfo_ $name>]() -> &'static ::pgrx::pg_sys::Pg_finfo_record {
                const V1: ::pgrx::pg_sys::Pg_finfo_record =
                    ::pgrx::pg_sys::Pg_finfo_record { api_version: 1 };
                &V1
            }
            $(#[$doc])*
            ///
            /// # Safety
            /// Postgres calls it, with arguments of the types that `sql/` declares.
            #[unsafe(no_mangle)]
            pub unsafe extern "C-unwind" fn $name(
                fcinfo: ::pgrx::pg_sys::FunctionCallInfo,
            ) -> ::pgrx::pg_sys::Datum {
                // Its lifetime is the call's: nothing that is read can outlive it.
                #[inline(always)]
                fn body($args: $crate::ffi::args::Args<'_>) -> ::pgrx::pg_sys::Datum $body
                // SAFETY: `sql/` declares the function with these argument types, and Postgres calls it so.
                // The frame of this function holds nothing that would have to be dropped.
                unsafe {
                    ::pgrx::pg_sys::panic::pgrx_extern_c_guard(move || {
                        body($crate::ffi::args::Args::new(fcinfo))
                    })
                }
            }
        }
    )* };
}
pub(crate) use pg_functions;
