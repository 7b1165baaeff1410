//! Long work can be interrupted: this crate asks here, the glue says what asking means.

use std::cell::Cell;

thread_local! {
    static HOOK: Cell<fn()> = const { Cell::new(|| {}) };
}

/// Sets what [`check`] calls; it may unwind.
pub fn install(hook: fn()) {
    HOOK.set(hook);
}

/// To be called in loops that may take longer than some milliseconds.
#[inline]
pub fn check() {
    HOOK.get()();
}
