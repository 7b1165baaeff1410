//! Facts of histories: the order of events, what is a change, and bytes that are none.

use slaops_core::error::SqlState;
use slaops_core::sla::history::{
    self, Event, FIRST_INSTANT, HEADER, MAX_BYTES, NO_SEQ, VERSION, chain, check_size, is_instant,
};
use slaops_core::time::{DAY, END};

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

fn change<'a>(field: &'a str, old: &'a str, new: &'a str) -> Event<'a> {
    let text = |t: &'a str| Some(t).filter(|t| !t.is_empty());
    Event {
        field: Some(field),
        old: text(old),
        new: text(new),
        ..BLANK
    }
}

fn comment(role: Option<&str>) -> Event<'_> {
    Event {
        kind: "comment",
        role,
        ..BLANK
    }
}

#[test]
fn the_instants_of_tickets() {
    // 1972-01-01 is 28 years of 365 days and 7 leap days before 2000-01-01.
    assert_eq!(FIRST_INSTANT, -(28 * 365 + 7) * DAY);
    let known = [FIRST_INSTANT, 0, END - 1];
    let unknown = [FIRST_INSTANT - 1, END, i64::MIN, i64::MAX];
    assert!(known.iter().all(|at| is_instant(*at)) && !unknown.iter().any(|at| is_instant(*at)));
}

/// Of one instant and number: the creation, the customer's words, others' words, changes, all else.
#[test]
fn the_order_of_one_instant() {
    let other = Event {
        kind: "a merger",
        ..BLANK
    };
    let created = Event {
        kind: "created",
        ..BLANK
    };
    let sorted = vec![
        created,
        comment(Some("customer")),
        comment(Some("agent")),
        change("status", "a", "b"),
        other,
        Event { seq: 1, ..created },
        Event {
            seq: 1,
            ..comment(None)
        },
        Event { at: 1, ..other },
    ];
    let mut list = sorted.clone();
    list.reverse();
    list.extend(sorted.clone());
    history::sort(&mut list);
    assert_eq!(list, sorted);
    let mut two = vec![other, created];
    history::sort(&mut two);
    assert_eq!(two, [created, other]);
    // Already in order by instant and number: left as it is.
    let mut list = vec![
        Event { seq: 1, ..BLANK },
        Event { seq: 2, ..created },
        Event { at: 1, ..other },
    ];
    let before = list.clone();
    history::sort(&mut list);
    assert_eq!(list, before);
}

#[test]
fn a_word_with_a_value_is_a_change() {
    let word = |kind, field, old, new| {
        let event = Event {
            kind,
            field,
            old,
            new,
            ..BLANK
        };
        let settled = event.settled();
        assert_eq!(settled.settled(), settled);
        (settled.kind.to_owned(), settled.field.map(str::to_owned))
    };
    let is = |kind: &str, field: Option<&str>| (kind.to_owned(), field.map(str::to_owned));
    assert_eq!(
        word("status", None, None, Some("open")),
        is("change", Some("status"))
    );
    assert_eq!(
        word("status", None, Some("open"), None),
        is("change", Some("status"))
    );
    assert_eq!(word("merged", None, None, None), is("merged", None));
    assert_eq!(
        word("group", None, None, Some("a")),
        is("change", Some("group_name"))
    );
    assert_eq!(
        word("merged", Some("group"), None, None),
        is("merged", Some("group_name"))
    );
    assert_eq!(
        word("created", None, None, Some("new")),
        is("created", Some("status"))
    );
    assert_eq!(
        word("created", None, Some("new"), None),
        is("created", None)
    );
    assert_eq!(
        word("created", Some("tier"), None, Some("x")),
        is("created", Some("tier"))
    );
    assert_eq!(word("comment", None, None, Some("x")), is("comment", None));
    assert_eq!(change("tier", "a", "b").kind_as_row(), "tier");
    assert_eq!(
        Event {
            kind: "merged",
            ..change("tier", "a", "b")
        }
        .kind_as_row(),
        "merged"
    );
    assert_eq!(BLANK.kind_as_row(), "change");
}

/// The new values of changes in the order in which they are chained.
fn chained(list: &[Event<'_>]) -> String {
    let mut list = list.to_vec();
    chain(&mut list);
    let new: Vec<_> = list.iter().map(|e| e.new.unwrap_or("-")).collect();
    new.join(" ")
}

#[test]
fn changes_of_one_instant_are_chained() {
    let at = |at, event| Event { at, ..event };
    let (ab, bc, cd) = (
        change("status", "a", "b"),
        change("status", "b", "c"),
        change("status", "c", "d"),
    );
    assert_eq!(chained(&[bc, ab]), "b c");
    assert_eq!(chained(&[cd, bc, ab]), "b c d");
    assert_eq!(chained(&[ab, cd, bc]), "b c d");
    // From the value before, not from the one that nobody made.
    let zb = change("status", "z", "b");
    assert_eq!(
        chained(&[change("status", "", "b"), at(1, cd), at(1, bc)]),
        "b c d"
    );
    assert_eq!(
        chained(&[change("status", "", "c"), at(1, zb), at(1, cd)]),
        "c d b"
    );
    // What another field had before is nothing to it.
    assert_eq!(
        chained(&[change("tier", "", "c"), at(1, cd), at(1, bc)]),
        "c c d"
    );
    // A circle begins where the value before is, or where it lies.
    let (da, ad) = (change("status", "d", "a"), change("status", "a", "d"));
    assert_eq!(
        chained(&[change("status", "", "d"), at(1, ad), at(1, da)]),
        "d a d"
    );
    assert_eq!(chained(&[ad, da]), "d a");
    // From no value on.
    assert_eq!(chained(&[ab, change("status", "", "a")]), "a b");
    // Different instants, numbers and fields are not chained.
    assert_eq!(chained(&[bc, at(1, ab)]), "c b");
    assert_eq!(chained(&[bc, Event { seq: 1, ..ab }]), "c b");
    assert_eq!(chained(&[bc, change("tier", "a", "b")]), "c b");
    assert_eq!(
        chained(&[
            bc,
            Event {
                kind: "comment",
                ..ab
            }
        ]),
        "c b"
    );
    let none = |old, new| Event {
        field: None,
        ..change("x", old, new)
    };
    assert_eq!(chained(&[none("b", "c"), none("a", "b")]), "c b");
    // Two groups of ties, one after the other.
    assert_eq!(
        chained(&[bc, ab, at(1, change("status", "d", "e")), at(1, cd)]),
        "b c d e"
    );
    // A broken chain goes on as it lies.
    assert_eq!(chained(&[ab, change("status", "x", "y"), bc]), "b c y");
    assert_eq!(chained(&[]), "");
}

#[test]
fn a_chain_has_a_longest() {
    let words: Vec<String> = (0..=1_001).map(|i| i.to_string()).collect();
    let list = |n: usize| -> Vec<Event<'_>> {
        (0..n)
            .rev()
            .map(|i| change("status", &words[i], &words[i + 1]))
            .collect()
    };
    let mut most = list(1_000);
    chain(&mut most);
    assert_eq!(most.first().and_then(|e| e.new), Some("1"));
    // However far down they are.
    let mut far: Vec<_> = (0..1_000).map(|_| Event { at: -1, ..BLANK }).collect();
    far.extend([change("status", "b", "c"), change("status", "a", "b")]);
    chain(&mut far);
    assert_eq!(far.last().and_then(|e| e.new), Some("c"));
    let mut more = list(1_001);
    chain(&mut more);
    assert_eq!(more, list(1_001));
}

#[test]
fn events_are_written_in_so_many_bytes() {
    let size = |event: Event<'_>| {
        let bytes = history::encode(vec![event]).expect("small");
        assert_eq!(history::decode(&bytes), Ok(vec![event]));
        assert_eq!(bytes[..HEADER], [VERSION, 0, 0, 0]);
        bytes.len() - HEADER
    };
    // Instant, number and head; each text that is spelled out has four bytes of length before it.
    assert_eq!(size(BLANK), 20);
    assert_eq!(
        size(Event {
            kind: "merged",
            ..BLANK
        }),
        20 + 4 + 6
    );
    for kind in ["created", "comment", "change"] {
        assert_eq!(size(Event { kind, ..BLANK }), 20);
    }
    for role in ["agent", "customer", "system"] {
        assert_eq!(size(comment(Some(role))), 20);
    }
    assert_eq!(size(comment(Some("bot"))), 20 + 4 + 3);
    for field in [
        "status",
        "priority",
        "group_name",
        "assignee",
        "calendar_name",
    ] {
        assert_eq!(size(change(field, "", "")), 20);
    }
    assert_eq!(size(change("tier", "", "")), 20 + 4 + 4);
    assert_eq!(size(change("status", "a", "")), 25);
    assert_eq!(size(change("status", "", "ab")), 26);
    assert_eq!(
        size(Event {
            actor: Some("ann"),
            ..BLANK
        }),
        27
    );
    for public in [Some(true), Some(false), None] {
        assert_eq!(
            size(Event {
                public,
                ..comment(None)
            }),
            20
        );
    }
    let all = Event {
        actor: Some("ann"),
        role: Some("bot"),
        public: Some(true),
        seq: 7,
        ..change("tier", "gold", "tin")
    };
    assert_eq!(size(all), 20 + 7 + 8 + 7 + 8 + 7);
    // Events without an instant are left out.
    assert_eq!(
        history::encode(vec![Event {
            at: i64::MAX,
            ..BLANK
        }])
        .expect("small")
        .len(),
        HEADER
    );
}

/// What is done to good bytes, and the fault that is found.
type Bend<'a> = (&'a dyn Fn(&mut Vec<u8>), &'a str);

#[test]
fn bytes_that_are_no_history() {
    let good = history::encode(vec![
        change("status", "a", "b"),
        Event {
            at: 1,
            ..comment(Some("bot"))
        },
    ])
    .expect("small");
    assert_eq!(history::check(&good), Ok(()));
    let bent = |bend: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = good.clone();
        bend(&mut bytes);
        history::check(&bytes).err().map(|e| (e.state, e.message))
    };
    let cases: [Bend<'_>; 8] = [
        (&|b| b.truncate(3), "too short"),
        (&|b| b[0] = 2, "unknown version"),
        (&|b| b[1] = 1, "not sorted"),
        (&|b| b.truncate(b.len() - 1), "broken event"),
        (&|b| b.truncate(HEADER + 7), "broken event"),
        // No such kind, no kind at all, no such word for public.
        (&|b| b[HEADER + 16] = 0b0100_0100 | 3, "broken event"),
        (&|b| b[HEADER + 16] &= !7, "broken event"),
        (&|b| b[HEADER + 17] |= 6, "broken event"),
    ];
    for (bend, why) in cases {
        let found = bent(bend);
        let is = |(state, message): &(SqlState, String)| {
            *state == SqlState::InvalidBinary && message.ends_with(why)
        };
        assert!(found.as_ref().is_some_and(is), "{why}: {found:?}");
    }
    // Not UTF-8.
    let last = good.len() - 1;
    assert!(bent(&|b| b[last] = 0xff).is_some());
    // In the wrong order.
    let (a, b) = (&good[HEADER..HEADER + 30], &good[HEADER + 30..]);
    let turned = [&good[..HEADER], b, a].concat();
    assert!(history::check(&turned).is_err_and(|e| e.message.ends_with("not sorted")));
}

#[test]
fn a_history_has_a_largest_size() {
    assert_eq!(check_size(MAX_BYTES), Ok(()));
    let error = check_size(MAX_BYTES + 1).expect_err("too large");
    assert_eq!(error.state, SqlState::LimitExceeded);
    assert!(
        error.message.contains("16777217") && error.hint.contains("16777216"),
        "{error}"
    );
}

#[test]
fn texts_of_histories() {
    let list = vec![
        Event {
            kind: "created",
            role: Some("customer"),
            actor: Some("cy"),
            ..BLANK
        },
        Event {
            at: DAY,
            seq: 3,
            public: Some(false),
            ..comment(None)
        },
        Event {
            at: DAY,
            seq: 4,
            ..change("status", "a", "b")
        },
    ];
    let text = history::text::print(&list).expect("small");
    let expected = concat!(
        r#"[{"event_at":"2000-01-01T00:00:00Z","event_type":"created","actor_role":"customer","actor":"cy"},"#,
        r#"{"event_at":"2000-01-02T00:00:00Z","event_type":"comment","public":false,"seq":3},"#,
        r#"{"event_at":"2000-01-02T00:00:00Z","event_type":"change","field":"status","old_value":"a","new_value":"b","seq":4}]"#,
    );
    assert_eq!(text, expected);
    assert_eq!(history::text::parse(&text), history::encode(list));
    assert_eq!(history::text::print(&[]).as_deref(), Ok("[]"));
    for (text, why) in [
        ("{", "invalid ticket history"),
        ("[{\"event_at\": \"2026-01-05T09:00:00Z\"}]", "event_type"),
        (
            "[{\"event_at\": \"2026-01-05T09:00:00Z\", \"event_type\": \"a\", \"other\": 1}]",
            "other",
        ),
    ] {
        let error = history::text::parse(text).expect_err("does not read");
        assert_eq!(error.state, SqlState::InvalidText);
        assert!(error.message.contains(why), "{error}");
    }
}
