//! What tickets are judged by: a policy set, an instant, a calendar in the place of others.

use crate::cache::calendars;
use crate::cache::policy_sets::{self, PolicySet};
use crate::ffi::args::Args;
use crate::ffi::report::raise;
use slaops_core::error::Error;
use slaops_core::sla::attainment::{self, Evaluation};
use slaops_core::sla::ticket::Ticket;
use std::borrow::Cow;
use std::rc::Rc;

/// Reads a ticket from an argument: a row of any type, or jsonb.
pub type ReadTicket = for<'call> fn(Args<'call>, usize, &Rc<PolicySet>) -> Ticket<'call>;

pub fn policy_set(args: Args<'_>, i: usize) -> Rc<PolicySet> {
    if args.is_null(i) {
        return policy_sets::policy_set("current");
    }
    policy_sets::policy_set(&args.word(i, "a policy set"))
}

/// An instant argument; what lies at or beyond the end of time is the end.
pub fn as_of(args: Args<'_>, i: usize) -> i64 {
    if args.is_null(i) {
        raise(Error::parameter(
            "as_of must not be NULL",
            "Give the instant, or leave it out for slaops.as_of().",
        ));
    }
    args.int8(i)
}

/// A calendar argument that takes the place of others; an error for one that is not registered.
pub fn calendar_override<'call>(
    args: Args<'call>,
    i: usize,
    policy_set: &PolicySet,
) -> Option<Cow<'call, str>> {
    if args.is_null(i) {
        return None;
    }
    let name = args.calendar_text(i);
    if attainment::Calendars::find(policy_set, &name).is_none() {
        calendars::resolved(&name);
    }
    Some(name)
}

pub fn evaluation<'a>(
    args: Args<'_>,
    i: usize,
    policy_set: &'a PolicySet,
    calendar_override: Option<&'a str>,
) -> Evaluation<'a, PolicySet> {
    Evaluation {
        preset: &policy_set.preset,
        calendars: policy_set,
        default_calendar: policy_set.default_calendar.as_deref(),
        calendar_override,
        as_of: as_of(args, i),
        summary_only: false,
        targets_only: false,
    }
}
