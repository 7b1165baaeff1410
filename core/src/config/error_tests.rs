//! Errors of faulty configurations: the whole message, and a part of the hint.

mod parameters;

use super::read;
use super::tests::known;
use crate::error::SqlState;
use parameters::PARAMETERS;

/// Texts that are not YAML, or have values that no table stores: SQLSTATE class, configuration, message.
const OTHERS: [(SqlState, &str, &str); 20] = [
    (
        SqlState::InvalidText,
        "policies: [",
        "configuration at line 1: while parsing a node, did not find expected node content",
    ),
    (
        SqlState::InvalidText,
        "a: b: c",
        "configuration at line 1: mapping values are not allowed in this context",
    ),
    (
        SqlState::InvalidText,
        "a: 1\n---\nb: 1",
        "configuration at line 2: a second document begins",
    ),
    (
        SqlState::InvalidText,
        "{\"a\": 1, \"a\": 2}",
        "configuration at line 1: the key \"a\" stands twice",
    ),
    (
        SqlState::InvalidText,
        "policies: []\npolicies: []",
        "configuration at line 2: the key \"policies\" stands twice",
    ),
    (
        SqlState::InvalidText,
        "1: a\n'1': b",
        "configuration at line 2: the key \"1\" stands twice",
    ),
    (
        SqlState::InvalidText,
        "[a]: b",
        "configuration at line 1: a key is a list or an object",
    ),
    (
        SqlState::InvalidText,
        "? {a: b}\n: c",
        "configuration at line 1: a key is a list or an object",
    ),
    (
        SqlState::InvalidText,
        "a: *b",
        "configuration at line 1: while parsing node, found unknown anchor",
    ),
    (
        SqlState::InvalidText,
        "a: &a [*a]",
        "configuration at line 1: an alias stands inside what it names",
    ),
    (
        SqlState::InvalidText,
        "a: !foo b",
        "configuration at line 1: the tag !foo means nothing here",
    ),
    (
        SqlState::InvalidText,
        "a: !!set {b}",
        "configuration at line 1: the tag tag:yaml.org,2002:!set means nothing here",
    ),
    (
        SqlState::InvalidText,
        "a: \"\\0\"",
        "configuration at line 1: a text has the character U+0000",
    ),
    (
        SqlState::InvalidText,
        "a: \"\\ud83d\"",
        "configuration at line 1: while parsing a quoted scalar, found invalid Unicode character escape code",
    ),
    (
        SqlState::InvalidText,
        "preset:\n\tzendesk",
        "configuration at line 2: tabs disallowed within this context (block indentation)",
    ),
    (
        SqlState::InvalidText,
        "a: 'b",
        "configuration at line 1: while scanning a quoted scalar, found unexpected end of stream",
    ),
    (
        SqlState::InvalidText,
        "<<: 3",
        "configuration at line 1: the merge key << has no object to merge",
    ),
    (
        SqlState::InvalidText,
        "~: 3",
        "configuration at line 1: a key is missing",
    ),
    (
        SqlState::InvalidText,
        "{\"preset\": \"zen\\0\"}",
        "configuration at line 1: a text has the character U+0000",
    ),
    (
        SqlState::InvalidText,
        "presets: {a: &a {reopen: resume}, b: {<<: *a, reopen: pause, <<: *a, reopen: pause}}",
        "configuration at line 1: the key \"reopen\" stands twice",
    ),
];

#[test]
fn lines_are_those_of_the_text() {
    let text = "# a comment\npolicies:\n  - name: a\n    targets:\n      P1:\n        resolution: >\n          soon\n";
    let message = read(text, &known()).map_err(|e| e.message);
    let expected = "policies[0].targets.P1.resolution at line 6: found \"soon\n\", expected a time such as 15m, 8h or 3d";
    assert_eq!(message, Err(expected.to_owned()));
    let json = "{\r\n\t\"preset\": \"zendesk\",\r\n\t\"policies\": [\r\n\t\t{\"name\": 1}]}";
    let message = read(json, &known()).map_err(|e| e.message);
    assert_eq!(
        message,
        Err("policies[0] at line 4: the policy has no targets".to_owned())
    );
}

#[test]
fn other_refusals() {
    let mut wrong = 0;
    for (state, text, message) in OTHERS {
        match read(text, &known()) {
            Err(e) if e.message == message && e.state == state && !e.hint.is_empty() => {}
            Err(e) => {
                wrong += 1;
                println!("(State::{:?}, {text:?}, {:?}),", e.state, e.message);
            }
            Ok(_) => {
                wrong += 1;
                println!("READS: {text}");
            }
        }
    }
    assert_eq!(wrong, 0);
}

#[test]
fn too_large() {
    let bombs = [
        " ".repeat(1_000_001),
        format!("a: {}", "[".repeat(70) + &"]".repeat(70)),
        "- ".repeat(100),
        format!("{}: 1", "k".repeat(1_001)),
        (1..9).fold("a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n".to_owned(), |text, i| {
            let alias = format!("*a{},", i - 1).repeat(10);
            format!("{text}a{i}: &a{i} [{alias}]\n")
        }),
        (1..70).fold("a0: &a0 []\n".to_owned(), |text, i| {
            format!("{text}a{i}: &a{i} [*a{}]\n", i - 1)
        }),
    ];
    for text in bombs {
        assert_eq!(
            read(&text, &known()).map_err(|e| e.state),
            Err(SqlState::LimitExceeded),
            "{text:.60}"
        );
    }
}

#[test]
fn refusals() {
    let mut wrong = Vec::new();
    for (text, message, hint) in PARAMETERS {
        match read(text, &known()) {
            Err(e)
                if e.message == message
                    && e.hint.contains(hint)
                    && e.state == SqlState::InvalidParameter => {}
            other => wrong.push((text, other)),
        }
    }
    for (text, result) in &wrong {
        match result {
            Err(e) => println!(
                "        (\n            {text:?},\n            {:?},\n            {:?},\n        ),",
                e.message, e.hint
            ),
            Ok(_) => println!("READS: {text}"),
        }
    }
    assert!(wrong.is_empty(), "{} differ", wrong.len());
}
