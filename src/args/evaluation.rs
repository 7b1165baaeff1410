//! What tickets are judged by: a policy set, an instant, a calendar in the place of others.

use crate::args::Args;
use crate::cache::registry;
use crate::cache::rules::{self, Loaded};
use crate::ffi::report::raise;
use slaops_core::error::Error;
use slaops_core::sla::attainment::{self, Evaluation};
use slaops_core::sla::ticket::Ticket;
use std::borrow::Cow;
use std::rc::Rc;

/// Reads a ticket from an argument: a row of any type, or jsonb.
pub type ReadTicket = for<'call> fn(Args<'call>, usize, &Rc<Loaded>) -> Ticket<'call>;

pub fn loaded(args: Args<'_>, i: usize) -> Rc<Loaded> {
    if args.is_null(i) {
        return rules::of("current");
    }
    rules::of(&args.word(i, "a policy set"))
}

/// An instant argument; what lies at or beyond the end of time is the end.
pub fn as_of(args: Args<'_>, i: usize) -> i64 {
    if args.is_null(i) {
        raise(Error::parameter(
            "as_of is not known",
            "Give the instant, or leave it out for slaops.as_of().",
        ));
    }
    args.int8(i)
}

/// A calendar argument that takes the place of others; an error for one that is not registered.
pub fn instead<'call>(args: Args<'call>, i: usize, loaded: &Loaded) -> Option<Cow<'call, str>> {
    if args.is_null(i) {
        return None;
    }
    let name = args.calendar_text(i);
    if attainment::Calendars::find(loaded, &name).is_none() {
        registry::resolved(&name);
    }
    Some(name)
}

pub fn terms<'a>(
    args: Args<'_>,
    i: usize,
    loaded: &'a Loaded,
    instead: Option<&'a str>,
) -> Evaluation<'a, Loaded> {
    Evaluation {
        preset: &loaded.preset,
        calendars: loaded,
        default_calendar: loaded.default_calendar.as_deref(),
        calendar_override: instead,
        as_of: (as_of(args, i)),
        summary_only: false,
        targets_only: false,
    }
}
