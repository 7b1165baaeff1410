//! Facts of the life of a ticket in one row, and names of activities.

use crate::support::desk::{MINUTE, Switches, at, plain_switches, rules, with_terms};
use crate::support::slow::{Minute, Unanswered};
use slaops_core::sla::history::{Event, NO_SEQ};
use slaops_core::sla::lifecycle::{Lifecycle, activity, lifecycle};
use slaops_core::sla::status::{States, TicketState};
use slaops_core::sla::ticket::{FieldValue, Ticket};

const BLANK: Event<'_> = Event {
    at: 0,
    seq: NO_SEQ,
    kind: "change",
    role: None,
    actor: None,
    field: None,
    old: None,
    new: None,
    public: None,
};

#[test]
fn names_of_activities() {
    let rows = [("waiting", "pending"), ("open", "open")];
    let states = States::new(rows.map(|(a, b)| (a.to_owned(), b.to_owned())).into_iter());
    let change = |field, new| Event {
        field: Some(field),
        new,
        ..BLANK
    };
    let comment = |role, public| Event {
        kind: "comment",
        role,
        public,
        ..BLANK
    };
    for (event, name) in [
        (
            Event {
                kind: "created",
                ..change("status", Some("open"))
            },
            "created",
        ),
        (comment(Some("agent"), None), "agent reply"),
        (comment(Some("agent"), Some(true)), "agent reply"),
        (comment(Some("agent"), Some(false)), "internal note"),
        (comment(Some("customer"), Some(false)), "internal note"),
        (comment(Some("customer"), None), "customer reply"),
        (comment(Some("bot"), None), "bot reply"),
        (comment(None, None), "unknown reply"),
        (change("status", Some("waiting")), "status pending"),
        (change("status", Some("lost")), "status lost"),
        (change("status", None), "status unknown"),
        (change("group_name", Some("billing")), "group billing"),
        (change("group_name", None), "group none"),
        (change("tier", Some("gold")), "tier"),
        (
            Event {
                kind: "merged",
                ..BLANK
            },
            "merged",
        ),
        (
            Event {
                kind: "merged",
                field: Some("tier"),
                ..BLANK
            },
            "tier",
        ),
    ] {
        assert_eq!(activity(&states, &event), name, "{event:?}");
    }
}

/// The life of a ticket with these events and this status in its row, by the plain desk.
fn life<R>(
    list: &[(i64, Event<'static>)],
    status: &'static str,
    m: Minute,
    give: impl FnOnce(&Lifecycle<'_>) -> R,
) -> R {
    let s = plain_switches();
    let rules = rules(s);
    let mut row = Ticket {
        fields: vec![FieldValue::Unknown; rules.fields.names().len()],
        created_at: Some(at(10)),
        ..Ticket::default()
    };
    // Of a low priority, so that no policy applies.
    row.fields[slaops_core::sla::metric::STATUS] = FieldValue::Text(status.into());
    row.fields[slaops_core::sla::metric::PRIORITY] = FieldValue::Text("low".into());
    let list = list
        .iter()
        .map(|(m, e)| Event { at: at(*m), ..*e })
        .collect();
    with_terms(
        s,
        &rules,
        if m == Minute::MAX { i64::MAX } else { at(m) },
        |terms| give(&lifecycle(&rules, terms, &row, list).expect("created")),
    )
}

#[test]
fn what_happened_before_the_creation() {
    let change = |field, new| Event {
        field: Some(field),
        new: Some(new),
        ..BLANK
    };
    let reply = Event {
        kind: "comment",
        role: Some("agent"),
        actor: Some("ann"),
        ..BLANK
    };
    let list = [
        (0, change("group_name", "a")),
        (1, change("status", "solved")),
        (2, reply),
        (5, change("group_name", "b")),
        (6, change("status", "open")),
        (
            20,
            Event {
                actor: Some("bob"),
                ..reply
            },
        ),
        (30, change("group_name", "a")),
    ];
    life(&list, "open", 40, |life| {
        // They set fields: the group is b, the status open. They are no part of its way.
        assert_eq!(
            (life.groups.as_slice(), life.handoffs, life.escalations),
            (&["b", "a"][..], 1, 1)
        );
        assert_eq!(
            (life.states.as_slice(), life.reopens),
            (&[TicketState::Open][..], 0)
        );
        assert_eq!((life.first_solved_at, life.open), (None, true));
        assert_eq!(
            life.first_response_at.zip(life.first_response_by),
            Some((at(20), "bob"))
        );
        assert_eq!(life.agent_replies, 2);
        assert_eq!(
            (life.open_from.as_slice(), life.open_to.as_slice()),
            (&[at(10)][..], &[][..])
        );
    });
}

#[test]
fn solved_at_an_instant_that_is_not_known() {
    let note = Event {
        kind: "comment",
        public: Some(false),
        ..BLANK
    };
    life(&[(20, note)], "solved", 30, |life| {
        assert_eq!(
            (life.status, life.state),
            (Some("solved"), Some(TicketState::Solved))
        );
        assert_eq!((life.open, life.solved_at, life.cycle), (false, None, None));
        assert_eq!((life.open_from.len(), life.open_to.len()), (0, 0));
        assert_eq!((life.cycle_open, life.in_state), (None, [None; 4]));
        assert_eq!(life.states, [TicketState::Solved]);
        assert!(life.settled);
    });
    // Until its last event nothing says that it is.
    life(&[(20, note)], "solved", 15, |life| {
        assert_eq!((life.status, life.open, life.settled), (None, true, false));
        assert_eq!((life.internal_notes, life.next_event_at), (0, Some(at(20))));
    });
}

#[test]
fn a_life_without_end_has_no_length() {
    life(&[], "open", Minute::MAX, |life| {
        assert_eq!((life.open, life.cycle, life.cycle_open), (true, None, None));
        assert_eq!(life.group_open, None);
    });
    life(&[], "open", 40, |life| {
        assert_eq!(
            (life.cycle, life.cycle_open),
            (Some(30 * MINUTE), Some(30 * MINUTE))
        );
        assert_eq!(
            (life.calendar.as_deref(), life.group_open.as_deref()),
            (Some("24x7"), Some(&[][..]))
        );
    });
}

#[test]
fn comments_of_neither_side() {
    let bot = Event {
        kind: "comment",
        role: Some("bot"),
        ..BLANK
    };
    let note = Event {
        public: Some(false),
        ..bot
    };
    life(
        &[(20, bot), (21, Event { role: None, ..bot }), (22, note)],
        "open",
        40,
        |life| {
            let replies = (
                life.agent_replies,
                life.customer_replies,
                life.internal_notes,
            );
            assert_eq!(replies, (0, 0, 1));
            assert_eq!(life.first_response_at, None);
        },
    );
}

#[test]
fn a_solution_before_the_creation_has_no_instant() {
    let change = |field, new| Event {
        field: Some(field),
        new: Some(new),
        ..BLANK
    };
    let list = [(0, change("status", "solved")), (5, change("tier", "gold"))];
    life(&list, "solved", 40, |life| {
        assert_eq!((life.status, life.open), (Some("solved"), false));
        assert_eq!(
            (life.solved_at, life.first_solved_at, life.cycle),
            (None, None, None)
        );
    });
    // Opened again before it was created: open.
    life(
        &[list[0], (6, change("status", "open"))],
        "open",
        40,
        |life| {
            assert_eq!(
                (life.status, life.open, life.reopens),
                (Some("open"), true, 0)
            );
        },
    );
}

/// The states and the last instants of a ticket whose row alone tells when it was solved and closed.
fn ended(
    status: &'static str,
    solved: Option<Minute>,
    closed: Option<Minute>,
) -> (Vec<TicketState>, Option<i64>, Option<i64>) {
    let s = plain_switches();
    let rules = rules(s);
    let mut row = Ticket {
        fields: vec![FieldValue::Unknown; rules.fields.names().len()],
        ..Ticket::default()
    };
    row.fields[slaops_core::sla::metric::STATUS] = FieldValue::Text(status.into());
    row.set_instants(Some(at(10)), solved.map(at), closed.map(at));
    with_terms(s, &rules, at(100), |terms| {
        let life = lifecycle(&rules, terms, &row, Vec::new()).expect("created");
        let minute = |at_: Option<i64>| at_.map(|t| (t - at(0)) / MINUTE);
        (
            life.states.clone(),
            minute(life.solved_at),
            minute(life.closed_at),
        )
    })
}

#[test]
fn an_end_in_the_row() {
    use TicketState::{Closed, Solved};
    assert_eq!(
        ended("closed", Some(20), Some(40)),
        (vec![Solved, Closed], Some(20), Some(40))
    );
    assert_eq!(
        ended("closed", Some(20), Some(20)),
        (vec![Closed], Some(20), Some(20))
    );
    assert_eq!(
        ended("closed", Some(40), Some(20)),
        (vec![Closed], Some(40), Some(40))
    );
    assert_eq!(
        ended("closed", None, Some(30)),
        (vec![Closed], Some(30), Some(30))
    );
    assert_eq!(
        ended("closed", Some(5), Some(30)),
        (vec![Closed], Some(30), Some(30))
    );
    assert_eq!(
        ended("solved", Some(20), Some(40)),
        (vec![Solved], Some(20), None)
    );
    // The row says that it is open, its instants that it is solved.
    assert_eq!(
        ended("open", Some(20), None),
        (vec![Solved], Some(20), None)
    );
    // With the creation.
    assert_eq!(
        ended("solved", Some(10), None),
        (vec![Solved], Some(10), None)
    );
}

#[test]
fn a_solved_ticket_that_still_owes_a_reply() {
    let solved = Event {
        at: at(20),
        field: Some("status"),
        new: Some("solved"),
        ..BLANK
    };
    let settled = |unanswered| {
        let s = Switches {
            solved: unanswered,
            ..plain_switches()
        };
        let rules = rules(s);
        let row = Ticket {
            created_at: Some(at(10)),
            ..Ticket::default()
        };
        with_terms(s, &rules, at(40), |terms| {
            let life = lifecycle(&rules, terms, &row, vec![solved]).expect("created");
            (life.open, life.settled)
        })
    };
    assert_eq!(settled(Unanswered::Fulfill), (false, true));
    assert_eq!(settled(Unanswered::Ignore), (false, false));
}
