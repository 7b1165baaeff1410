//! What tickets are judged by: a policy set, an instant, a calendar in the place of others.

use crate::cache::registry;
use crate::cache::rules::{self, Loaded};
use crate::ffi::datum;
use crate::ffi::report::raise;
use pgrx::pg_sys::FunctionCallInfo;
use slaops_core::error::Error;
use slaops_core::sla::attainment::{self, Evaluation};
use slaops_core::sla::ticket::Ticket;
use std::rc::Rc;

/// Reads a ticket from an argument: a row of any type, or jsonb.
pub type ReadTicket<'a> = unsafe fn(FunctionCallInfo, usize, &Rc<Loaded>) -> Ticket<'a>;

pub unsafe fn loaded(fcinfo: FunctionCallInfo, i: usize) -> Rc<Loaded> {
    unsafe {
        if datum::is_null(fcinfo, i) {
            return rules::of("current");
        }
        rules::of(&datum::word(fcinfo, i, "a policy set"))
    }
}

/// An instant argument; what lies at or beyond the end of time is the end.
pub unsafe fn as_of(fcinfo: FunctionCallInfo, i: usize) -> i64 {
    unsafe {
        if datum::is_null(fcinfo, i) {
            raise(Error::parameter(
                "as_of is not known",
                "Give the instant, or leave it out for slaops.as_of().",
            ));
        }
        datum::int8(fcinfo, i)
    }
}

/// A calendar argument that takes the place of others; an error for one that is not registered.
pub unsafe fn instead<'a>(
    fcinfo: FunctionCallInfo,
    i: usize,
    loaded: &Loaded,
) -> Option<std::borrow::Cow<'a, str>> {
    unsafe {
        if datum::is_null(fcinfo, i) {
            return None;
        }
        let name = datum::limited(fcinfo, i, datum::MAX_CALENDAR, "a calendar");
        if attainment::Calendars::find(loaded, &name).is_none() {
            registry::resolved(&name);
        }
        Some(name)
    }
}

pub unsafe fn terms<'a>(
    fcinfo: FunctionCallInfo,
    i: usize,
    loaded: &'a Loaded,
    instead: Option<&'a str>,
) -> Evaluation<'a, Loaded> {
    Evaluation {
        preset: &loaded.preset,
        calendars: loaded,
        default_calendar: loaded.default_calendar.as_deref(),
        calendar_override: instead,
        as_of: unsafe { as_of(fcinfo, i) },
        summary_only: false,
        targets_only: false,
    }
}
