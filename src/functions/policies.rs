//! Which policy a ticket has, and why.

use crate::args::evaluation::{ReadTicket, as_of, policy_set};
use crate::args::row;
use crate::cache::policy_sets::{self, PolicySet};
use crate::ffi::args::Args;
use crate::ffi::report::OrRaise;
use crate::ffi::results::{from_bool, from_text};
use crate::ffi::srf::RowType;
use crate::ffi::{json, pg_functions, srf};
use pgrx::pg_sys::Datum;
use slaops_core::sla::policy::MatchReason;
use slaops_core::sla::ticket::Ticket;
use slaops_core::time::text::instant;

/// What each field of a ticket has now, its state by its status.
fn values<'a>(
    policy_set: &'a PolicySet,
    ticket: &'a Ticket<'_>,
) -> Vec<slaops_core::sla::condition::FieldRef<'a>> {
    use slaops_core::sla::condition::FieldRef;
    use slaops_core::sla::metric::{CUSTOMER_ASKED, STATE, STATUS};
    let count = policy_set.rules.fields.names().len();
    let mut values: Vec<_> = (0..count).map(|f| ticket.field(f)).collect();
    if let FieldRef::Text(status) = values[STATUS]
        && let Some(state) = policy_set.rules.states.state_of(status)
    {
        values[STATE] = FieldRef::Text(state.name());
    }
    // A row does not tell how the ticket was opened; of nearly all the customer has asked.
    if matches!(values[CUSTOMER_ASKED], FieldRef::Unknown) {
        values[CUSTOMER_ASKED] = FieldRef::Text("true");
    }
    values
}

/// (ticket, policy_set, at): the name of the policy.
fn match_policy(args: Args<'_>, read: ReadTicket) -> Datum {
    let policy_set = policy_set(args, 1);
    let ticket = read(args, 0, &policy_set);
    let matcher = &policy_set.rules.matcher;
    let found = matcher.policy_at(as_of(args, 2), &values(&policy_set, &ticket));
    args.or_null(found.map(|p| from_text(&matcher.policies[p].name)))
}

/// (ticket, policy_set, at): every policy in order, with why it does or does not match.
fn explain_policy(args: Args<'_>, read: ReadTicket) -> Datum {
    srf::rows(args, || {
        let policy_set = policy_set(args, 1);
        let ticket = read(args, 0, &policy_set);
        let at = as_of(args, 2);
        let values = values(&policy_set, &ticket);
        let rules = &policy_set.rules;
        let first = rules.matcher.policy_at(at, &values);
        let row_type = RowType::of(args);
        let mut tuples = Vec::new();
        for (i, policy) in rules.matcher.policies.iter().enumerate() {
            let why = match (
                rules.matcher.match_reason(i, at, &rules.fields, &values),
                first,
            ) {
                (MatchReason::Matches, Some(f)) if f < i => {
                    format!(
                        "matches too, but \"{}\" comes first",
                        rules.matcher.policies[f].name
                    )
                }
                (MatchReason::Matches, _) => "matches".to_owned(),
                (MatchReason::NotYet(from), _) => {
                    format!("holds only from {}", instant(from))
                }
                (MatchReason::NoLonger(to), _) => {
                    format!("held only until {}", instant(to))
                }
                (MatchReason::Differs(list), _) => {
                    let list: Vec<_> = list.iter().map(ToString::to_string).collect();
                    list.join("; or ")
                }
            };
            row_type.push(
                &mut tuples,
                &[
                    Some(Datum::from(i as i32 + 1)),
                    Some(from_text(&policy.name)),
                    Some(from_bool(first == Some(i))),
                    Some(from_text(&why)),
                ],
            );
        }
        Box::new(tuples.into_iter())
    })
}

pg_functions! {
    /// (condition): true, or an error that says where it does not read.
    fn slaops_check_condition(args) {
        let text = json::text(args.varlena(0), "a condition");
        let json = json::read(&text, "a condition").unwrap_or_default();
        slaops_core::sla::condition::Condition::parse(&json)
            .map_err(|fault| policy_sets::unreadable(&text, &fault))
            .or_raise();
        from_bool(true)
    }

    fn slaops_match_policy(args) {
        match_policy(args, row::whole_record)
    }

    fn slaops_match_policy_json(args) {
        match_policy(args, row::object)
    }

    fn slaops_explain_policy(args) {
        explain_policy(args, row::whole_record)
    }

    fn slaops_explain_policy_json(args) {
        explain_policy(args, row::object)
    }
}
