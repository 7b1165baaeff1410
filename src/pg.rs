//! The glue between Postgres and the pure rooms, one file a topic. Nothing else says pgrx.

mod anomaly;
mod attainment;
mod backlog;
mod buffer;
mod business_time;
mod cache;
mod calendar;
mod clearance;
mod clock;
mod config;
mod conformance;
mod datum;
mod demo;
mod forecast;
mod history;
mod holidays;
mod instant;
mod json;
mod ledger;
mod lifecycle;
mod lock;
mod policy;
mod registry;
mod report;
mod row;
mod rules;
mod spi;
mod srf;
mod staffing;
mod state;
mod survival;
mod transition;
mod variant;

::pgrx::pg_module_magic!();

/// Postgres calls this when it loads the library.
#[unsafe(no_mangle)]
pub extern "C-unwind" fn _PG_init() {
    crate::interrupt::install(|| {
        ::pgrx::check_for_interrupts!();
    });
    transition::init();
    without_backtraces();
}

/// Keeps backtraces out of errors, where RUST_BACKTRACE is set in the server's environment: pgrx captures one
/// with each and puts it into DETAIL, where users would read it. The standard library asks the environment
/// once; what it is told then holds for this library alone.
fn without_backtraces() {
    const NAME: &str = "RUST_LIB_BACKTRACE";
    let before = std::env::var_os(NAME);
    // A server process has one thread, and so has the postmaster that preloads a library.
    unsafe {
        std::env::set_var(NAME, "0");
        let _ = std::backtrace::Backtrace::capture();
        match before {
            Some(value) => std::env::set_var(NAME, value),
            None => std::env::remove_var(NAME),
        }
    }
}

/// Declares functions that SQL reaches by name: each becomes a C symbol with Postgres's version-1
/// calling convention. Raw calls cost what they cost in C; `#[pg_extern]` would also generate SQL,
/// which here is written by hand in `sql/`.
macro_rules! pg_functions {
    ($($(#[$doc:meta])* fn $name:ident($fcinfo:ident) $body:block)*) => { $(
        ::pastey::paste! {
            #[unsafe(no_mangle)]
            #[doc(hidden)]
            pub extern "C" fn [<pg_finfo_ $name>]() -> &'static ::pgrx::pg_sys::Pg_finfo_record {
                const V1: ::pgrx::pg_sys::Pg_finfo_record =
                    ::pgrx::pg_sys::Pg_finfo_record { api_version: 1 };
                &V1
            }
            $(#[$doc])*
            #[unsafe(no_mangle)]
            pub unsafe extern "C-unwind" fn $name(
                $fcinfo: ::pgrx::pg_sys::FunctionCallInfo,
            ) -> ::pgrx::pg_sys::Datum {
                unsafe { ::pgrx::pg_sys::panic::pgrx_extern_c_guard(move || $body) }
            }
        }
    )* };
}
pub(crate) use pg_functions;

/// Declares functions of a calendar, or of the name of one, which is argument `at`: each twice, with
/// one body that is given the timeline.
macro_rules! for_calendars_and_names {
    ($($name:ident($timeline:ident, $fcinfo:ident, $at:literal) $body:block)*) => {
        ::pastey::paste! { $crate::pg::pg_functions! { $(
            fn [<slaops_ $name>]($fcinfo) {
                let $timeline = $crate::pg::cache::by_calendar($fcinfo, $at);
                $body
            }
            fn [<slaops_ $name _by_name>]($fcinfo) {
                let $timeline = $crate::pg::registry::by_name($fcinfo, $at);
                $body
            }
        )* } }
    };
}
pub(crate) use for_calendars_and_names;
