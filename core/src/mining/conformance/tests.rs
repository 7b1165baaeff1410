//! Models that read and those that do not; deviations computed by hand.

use super::*;
use crate::error::SqlState;

const HAPPY: &str = "created > (triaged)? > assigned > (reply)+ > solved";
const PAIRS: &str = "start > created, created > assigned, assigned > (pending | solved), pending > assigned, solved > assigned, solved > end";

fn net(text: &str) -> Net {
    Net::compile(None, text).unwrap()
}

fn asked(model: &str, trace: &str) -> (usize, String) {
    let net = net(model);
    let trace: Vec<&str> = trace.split_terminator(' ').collect();
    let fit = conformance(&net, &trace).unwrap();
    let list = deviations(&net, &trace).unwrap();
    assert_eq!(fit.deviations, list.len());
    assert_eq!(fit.fitness == 1.0, fit.cost == 0);
    let texts: Vec<String> = list
        .iter()
        .map(|d| {
            format!(
                "{} {} {} ({})",
                d.event + 1,
                d.kind.name(),
                d.activity,
                d.expected.unwrap_or("end")
            )
        })
        .collect();
    (fit.cost, texts.join("; "))
}

fn says(model: &str, trace: &str, cost: usize, deviations: &str) {
    assert_eq!(
        asked(model, trace),
        (cost, deviations.to_owned()),
        "{trace}"
    );
}

#[test]
fn a_happy_path() {
    says(HAPPY, "created assigned reply solved", 0, "");
    says(HAPPY, "created triaged assigned reply reply solved", 0, "");
    says(
        HAPPY,
        "created assigned solved",
        1,
        "3 skipped reply (reply)",
    );
    says(
        HAPPY,
        "created assigned assigned reply solved",
        1,
        "3 repeated assigned (reply)",
    );
    says(
        HAPPY,
        "created assigned called reply solved",
        1,
        "3 inserted called (reply)",
    );
    says(
        HAPPY,
        "created assigned reply",
        1,
        "4 skipped solved (solved)",
    );
    says(
        HAPPY,
        "created assigned reply solved reply solved",
        1,
        "4 inserted solved (reply)",
    );
    // Two that changed places: one of them is out of order, which costs two.
    says(
        HAPPY,
        "created reply assigned solved",
        2,
        "2 out of order reply (assigned)",
    );
    says(
        HAPPY,
        "assigned created reply solved",
        2,
        "1 out of order assigned (created)",
    );
    says(
        HAPPY,
        "",
        4,
        "1 skipped created (created); 1 skipped assigned (assigned); 1 skipped reply (reply); 1 skipped solved (solved)",
    );
    says(
        HAPPY,
        "x y",
        6,
        "1 inserted x (created); 2 inserted y (created); 3 skipped created (created); 3 skipped assigned (assigned); 3 skipped reply (reply); 3 skipped solved (solved)",
    );
}

#[test]
fn fitness() {
    let net = net(HAPPY);
    let of = |trace: &[&str]| conformance(&net, trace).unwrap().fitness;
    assert_eq!(of(&["created", "assigned", "solved"]), 1.0 - 1.0 / 7.0);
    assert_eq!(of(&["x"]), 0.0);
    assert_eq!(of(&[]), 0.0);
    assert_eq!(conformance(&self::net("(a)?"), &[]).unwrap().fitness, 1.0);
}

#[test]
fn allowed_transitions() {
    says(PAIRS, "created assigned pending assigned solved", 0, "");
    says(PAIRS, "created assigned solved assigned solved", 0, "");
    says(PAIRS, "created solved", 1, "2 skipped assigned (assigned)");
    // Matched as long as it can be.
    says(
        PAIRS,
        "created assigned pending",
        2,
        "4 skipped assigned (assigned); 4 skipped solved (solved)",
    );
    says("start > a > b > end,", "a b", 0, "");
    says("start > a > a, a > end", "a a a", 0, "");
    says("start > a > end, start > end,", "", 0, "");
    says("start > \"start\" > \"end\" > end,", "start end", 0, "");
    // What leads nowhere is not in the way.
    says("start > a > end, a > b, c > a", "a", 0, "");
    says(
        "start > a > end, a > b, c > a",
        "a b",
        1,
        "2 inserted b (end)",
    );
}

#[test]
fn the_grammar() {
    says("a | b > c", "a", 0, "");
    says("a | b > c", "b c", 0, "");
    says("(a | b) > c", "b c", 0, "");
    says("a*", "", 0, "");
    says("(a > b)* > c", "a b a b c", 0, "");
    says("((a?)*)+ > b", "b", 0, "");
    says(
        "\"a > b\" > \"say \"\"no\"\"\"",
        "x",
        3,
        "1 inserted x (a > b); 2 skipped a > b (a > b); 2 skipped say \"no\" (say \"no\")",
    );
    let fit = conformance(
        &net("status solved >\n group Tier 1"),
        &["status solved", "group Tier 1"],
    );
    assert_eq!(fit.unwrap().cost, 0);
}

#[test]
fn what_is_refused() {
    let says = |kind, text: &str| {
        let error = Net::compile(kind, text).unwrap_err();
        assert_eq!(error.state, SqlState::InvalidText, "{}", error.message);
        let place = error.position.map(|p| format!("{p}: ")).unwrap_or_default();
        format!("{place}{}", error.message)
    };
    assert_eq!(
        says(None, ""),
        "1: the process model ends where a step or \"(\" is expected"
    );
    assert_eq!(
        says(None, "a >"),
        "4: the process model ends where a step or \"(\" is expected"
    );
    assert_eq!(
        says(None, "a > (b"),
        "7: the process model ends where \">\", \"|\" or \")\" is expected"
    );
    assert_eq!(
        says(None, "a > é)"),
        "6: found \")\" in a process model where \">\", \"|\" or \",\" is expected"
    );
    assert_eq!(
        says(None, "a?? > b"),
        "3: found \"?\" in a process model where \">\", \"|\" or \",\" is expected"
    );
    assert_eq!(
        says(None, "a \"b\""),
        "3: found \"b\" in a process model where \">\", \"|\" or \",\" is expected"
    );
    assert_eq!(
        says(None, "\"a"),
        "1: a quoted step of a process model must end with a double quote"
    );
    assert_eq!(
        says(None, "a > \"\""),
        "5: a step of a process model must have a name"
    );
    assert_eq!(
        says(None, "a > b\nc > d"),
        "5: the step \"b\nc\" of a process model must be on one line"
    );
    assert_eq!(
        says(Some(ModelKind::Path), "a > b, c"),
        "a process model of kind path must not have commas between steps"
    );
    assert_eq!(
        says(None, "start > a, b"),
        "12: nothing follows \"b\" in a process model"
    );
    assert_eq!(
        says(None, "start > a, b > start > c"),
        "16: \"start\" stands inside a chain of a process model"
    );
    assert_eq!(
        says(None, "start > a?, a > end"),
        "a list of transitions must not have repeated, optional or nested steps"
    );
    assert_eq!(
        says(Some(ModelKind::Transitions), "a > b"),
        "a process model must lead from \"start\" to \"end\""
    );
    let limit = |text: &str| Net::compile(None, text).unwrap_err().state;
    assert_eq!(limit(&"a".repeat(100_001)), SqlState::LimitExceeded);
    assert_eq!(
        limit(&("(".repeat(200) + "a" + &")".repeat(200))),
        SqlState::LimitExceeded
    );
    assert_eq!(
        limit(&("a".to_owned() + &" > a".repeat(10_000))),
        SqlState::LimitExceeded
    );
    let many: Vec<String> = (0..1_000).map(|i| i.to_string()).collect();
    let wide = format!("start > ({0}), ({0}) > ({0})", many.join("|"));
    assert_eq!(limit(&wide), SqlState::LimitExceeded);
    let again = format!("start > a > end, {}", "a > a, ".repeat(14_000));
    assert!(Net::compile(None, &again).is_ok());
    assert_eq!(
        limit(&format!(
            "start > a > end, ({0}) > ({0}), ({0}) > ({0})",
            many[..250].join("|")
        )),
        SqlState::LimitExceeded
    );
    assert_eq!(
        ModelKind::parse("graph").unwrap_err().state,
        SqlState::InvalidParameter
    );
}

#[test]
fn alternatives_that_repeat_are_one() {
    let wide = "a|".repeat(15_000);
    says(
        &format!("start > ({wide}a) > ({wide}a), a > end"),
        "a a a",
        0,
        "",
    );
    // The order in which they were written holds.
    says("start > (b | a | b) > c > end,", "c", 1, "1 skipped b (b)");
}

/// A model in which each of so many activities may follow each.
fn all_pairs(n: usize) -> Net {
    let all: Vec<String> = (0..n).map(|i| i.to_string()).collect();
    let all = all.join("|");
    net(&format!("start > ({all}) > ({all}) > end,"))
}

#[test]
fn moves_are_bounded_too() {
    let net = all_pairs(310);
    assert_eq!(conformance(&net, &["x"; 1_300]).unwrap().cost, 1_301);
    let error = conformance(&net, &["x"; 6_000]).unwrap_err();
    assert_eq!(error.state, SqlState::LimitExceeded);
    assert!(
        error.message.contains("states and moves"),
        "{}",
        error.message
    );
    // One that conforms is no matter of limits.
    assert_eq!(conformance(&net, &["7"; 6_000]).unwrap().cost, 0);
}

#[test]
fn long_traces() {
    let net = net(HAPPY);
    let mut trace = vec!["created", "assigned"];
    trace.resize(1_000_000, "reply");
    assert_eq!(conformance(&net, &trace).unwrap().cost, 1);
    trace.push("solved");
    assert_eq!(conformance(&net, &trace).unwrap().cost, 0);
    trace.resize(3_000_000, "reply");
    let error = conformance(&net, &trace).unwrap_err();
    assert_eq!(error.state, SqlState::LimitExceeded);
}
