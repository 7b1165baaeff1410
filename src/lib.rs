//! slaops: SLA analytics inside Postgres. This crate is the glue, the only one that says pgrx; what is computed is in
//! `slaops_core`.
//!
//! | module | what it holds |
//! |---|---|
//! | [`ffi`] | Postgres's values, errors, memory, result rows and reads of tables |
//! | [`cache`] | what is kept between calls: timelines, registered calendars, compiled policies |
//! | [`args`] | arguments that several functions read: tickets, and what they are judged by |
//! | [`interface`] | that library and install script are of one build |
//! | [`functions`] | the functions that SQL calls, one file a topic of `sql/` |

mod args;
mod cache;
mod ffi;
mod functions;
mod interface;
#[cfg(any(test, feature = "pg_test"))]
mod tests;

::pgrx::pg_module_magic!();

/// Postgres calls this when it loads the library.
#[pgrx::pg_guard]
pub extern "C-unwind" fn _PG_init() {
    // Before anything is registered: after an error here Postgres loads the library again at the next call.
    interface::check();
    slaops_core::interrupt::install(|| {
        ::pgrx::check_for_interrupts!();
    });
    functions::transition::init();
    without_backtraces();
}

/// Keeps backtraces out of errors, where RUST_BACKTRACE is set in the server's environment: pgrx captures one
/// with each and puts it into DETAIL, where users would read it. The standard library asks the environment
/// once; what it is told then holds for this library alone.
fn without_backtraces() {
    const NAME: &str = "RUST_LIB_BACKTRACE";
    let before = std::env::var_os(NAME);
    // SAFETY: a server process has one thread, and so has the postmaster that preloads a library.
    unsafe {
        std::env::set_var(NAME, "0");
        let _ = std::backtrace::Backtrace::capture();
        match before {
            Some(value) => std::env::set_var(NAME, value),
            None => std::env::remove_var(NAME),
        }
    }
}

/// What pgrx's tests ask of a crate.
#[cfg(test)]
pub mod pg_test {
    pub fn setup(_options: Vec<&str>) {}

    pub fn postgresql_conf_options() -> Vec<&'static str> {
        Vec::new()
    }
}
