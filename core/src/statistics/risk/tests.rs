use super::questions::{Head, MAX_FIELDS, Questions};
use super::{RiskModel, Value, boost, fit, stored};
use crate::error::SqlState;
use crate::interrupt;

/// The generator of SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

const KINDS: [&str; 4] = ["billing", "login", "outage", "question"];

struct Case {
    head: Head,
    kind: &'static str,
    elapsed: f64,
    organization: String,
}

/// The probability by which cases are drawn.
fn truth(kind: usize, elapsed: f64) -> f64 {
    (0.1 + 0.2 * kind as f64 + 0.3 * elapsed / 1_000.0).min(1.0)
}

fn cases(n: u64, seed: u64) -> Vec<Case> {
    let mut random = Random(seed);
    let case = |i: u64| {
        let kind = (random.next() * 4.0) as usize;
        let elapsed = (random.next() * 1_000.0).floor();
        let asked_at = (i * 20 / n) as i64 * 604_800_000_000;
        Case {
            head: Head {
                ticket: i,
                asked_at,
                known_at: asked_at + 1_000,
                breached: random.next() < truth(kind, elapsed),
                curve: 0.5,
            },
            kind: KINDS[kind],
            elapsed,
            organization: format!("organization {i}"),
        }
    };
    (0..n).map(case).collect()
}

fn gathered<'a>(cases: impl IntoIterator<Item = &'a Case>) -> Questions {
    let mut questions = Questions::default();
    for case in cases {
        let fields = [
            ("kind", Value::Text(case.kind)),
            ("elapsed", Value::Number(case.elapsed)),
            ("organization", Value::Text(&case.organization)),
        ];
        questions.push(case.head, fields.into_iter()).unwrap();
    }
    questions
}

fn model(n: u64) -> RiskModel {
    fit::fit(&gathered(&cases(n, 7)), 1)
        .unwrap()
        .expect("a model")
}

fn asked(model: &RiskModel, kind: &str, elapsed: f64) -> f64 {
    let row = model.row(|field| match field {
        "kind" => Some(Value::Text(kind)),
        "elapsed" => Some(Value::Number(elapsed)),
        _ => None,
    });
    model.probability(&row.unwrap())
}

#[test]
fn probabilities_are_those_that_cases_were_drawn_by() {
    let model = model(20_000);
    let mut gaps = Vec::new();
    for (i, kind) in KINDS.iter().enumerate() {
        for elapsed in [100.0, 300.0, 500.0, 700.0, 900.0] {
            let (found, wanted) = (asked(&model, kind, elapsed), truth(i, elapsed));
            gaps.push((found - wanted).abs());
            assert!(
                (found - wanted).abs() < 0.1,
                "{kind} {elapsed}: {found}, {wanted}"
            );
        }
    }
    assert!(
        gaps.iter().sum::<f64>() / (gaps.len() as f64) < 0.04,
        "{gaps:?}"
    );
    let r = &model.report;
    assert!(r.brier < 0.9 * r.brier_base && r.brier_curve == Some(0.25));
    // A text that each ticket has for itself tells nothing: trained on its own answers, it would weigh most.
    let weight = |name| {
        model
            .fields
            .iter()
            .find(|f| f.name == name)
            .unwrap()
            .importance
    };
    assert_eq!(weight("organization"), 0.0);
    assert!(weight("kind") > 0.4);
}

/// What is reported of the estimate is of the model and the curve, and of the model where there is no curve.
#[test]
fn the_report_is_of_the_estimate_by_model_and_curve() {
    let report = |curve: f64| {
        let mut cases = cases(20_000, 7);
        cases.iter_mut().for_each(|c| c.head.curve = curve);
        fit::fit(&gathered(&cases), 1).unwrap().unwrap().report
    };
    let alone = report(f64::NAN);
    assert_eq!(
        (alone.brier_curve, alone.brier_estimate),
        (None, alone.brier)
    );
    for tenth in alone.tenths.iter().filter(|t| t.cases >= 100) {
        let gap = (tenth.expected - tenth.observed as f64) / tenth.cases as f64;
        assert!(gap.abs() < 0.06, "{tenth:?}");
    }
    assert!(
        alone.tenths[0].cases + alone.tenths[9].cases > 100,
        "{alone:?}"
    );
    // A third by a curve that always says 0.5: from a sixth to five sixths.
    let even = report(0.5);
    assert_eq!((even.brier, even.held_out), (alone.brier, alone.held_out));
    assert_eq!(even.tenths[0].cases + even.tenths[9].cases, 0);
    let expected: f64 = even.tenths.iter().map(|t| t.expected).sum();
    let of_model: f64 = alone.tenths.iter().map(|t| t.expected).sum();
    assert!((expected - (2.0 * of_model + 0.5 * even.held_out as f64) / 3.0).abs() < 1e-6);
    // Squares of means are at most the mean of squares.
    assert!(
        even.brier < even.brier_estimate && even.brier_estimate < (2.0 * even.brier + 0.25) / 3.0
    );
}

#[test]
fn the_order_of_questions_changes_no_bit() {
    let cases = cases(2_000, 3);
    let bytes = |questions: &Questions| {
        fit::fit(questions, 1)
            .unwrap()
            .expect("a model")
            .to_bytes()
            .unwrap()
    };
    let one = bytes(&gathered(&cases));
    assert!(one == bytes(&gathered(cases.iter().rev())));
    let (odd, even): (Vec<_>, Vec<_>) = cases.iter().partition(|c| c.head.ticket % 2 == 1);
    assert!(one == bytes(&gathered(odd.into_iter().chain(even))));
}

#[test]
fn reasons_name_what_weighs_most() {
    let model = model(5_000);
    let row = model.row(|field| match field {
        "kind" => Some(Value::Text("question")),
        "elapsed" => Some(Value::Number(500.0)),
        _ => None,
    });
    let row = row.unwrap();
    let reasons = model.reasons(&row, 2).unwrap();
    assert_eq!(reasons[0].field, "kind");
    assert!(reasons[0].effect > 0.1, "{reasons:?}");
    assert!(reasons.len() <= 2 && model.reasons(&row, 0).unwrap().is_empty());
}

#[test]
fn where_there_is_little_there_is_no_model() {
    assert_eq!(fit::fit(&Questions::default(), 1), Ok(None));
    assert_eq!(fit::fit(&gathered(&cases(199, 1)), 1), Ok(None));
    let mut all_met = cases(2_000, 1);
    all_met.iter_mut().for_each(|c| c.head.breached = false);
    assert_eq!(fit::fit(&gathered(&all_met), 1), Ok(None));
    // Of one instant nothing can be held out.
    let mut at_once = cases(2_000, 1);
    at_once.iter_mut().for_each(|c| c.head.asked_at = 0);
    assert_eq!(fit::fit(&gathered(&at_once), 1), Ok(None));
}

/// What was sure only after the later questions were asked does not judge them.
#[test]
fn the_trial_knows_no_answer_of_later() {
    let mut cases = cases(4_000, 5);
    for case in &mut cases {
        case.head.known_at = i64::MAX;
    }
    assert_eq!(fit::fit(&gathered(&cases), 1), Ok(None));
}

#[test]
fn values_that_are_missing_have_their_own_way() {
    let mut random = Random(11);
    let mut questions = Questions::default();
    for i in 0..4_000_u64 {
        let known = random.next() < 0.5;
        let head = Head {
            ticket: i,
            asked_at: (i / 200) as i64 * 1_000_000,
            known_at: 0,
            breached: random.next() < if known { 0.2 } else { 0.8 },
            curve: f64::NAN,
        };
        let fields = [
            ("nothing", Value::Number(f64::NAN)),
            ("same", Value::Number(4.0)),
            (
                "level",
                Value::Number(if known { random.next() } else { f64::NAN }),
            ),
        ];
        questions.push(head, fields.into_iter()).unwrap();
    }
    let model = fit::fit(&questions, 1).unwrap().expect("a model");
    let p = |level: Option<f64>| {
        let row = model.row(|f| level.filter(|_| f == "level").map(Value::Number));
        model.probability(&row.unwrap())
    };
    assert!((p(Some(0.5)) - 0.2).abs() < 0.06 && (p(None) - 0.8).abs() < 0.06);
    assert_eq!(model.report.brier_curve, None);
}

#[test]
fn questions_that_contradict_are_errors() {
    let head = cases(1, 1)[0].head;
    let mut questions = Questions::default();
    let text = [("a", Value::Text("x"))];
    questions.push(head, text.into_iter()).unwrap();
    let number = [("a", Value::Number(1.0))];
    let error = questions.push(head, number.into_iter()).unwrap_err();
    assert_eq!(error.state, SqlState::InvalidParameter);
    assert!(error.message.contains("\"a\""));
    let names: Vec<String> = (0..=MAX_FIELDS).map(|i| format!("f{i}")).collect();
    let many = names.iter().map(|n| (n.as_str(), Value::Number(1.0)));
    let error = Questions::default().push(head, many).unwrap_err();
    assert_eq!(error.state, SqlState::LimitExceeded);
}

#[test]
fn damaged_bytes_are_refused() {
    let model = model(1_000);
    let bytes = model.to_bytes().unwrap();
    assert_eq!(RiskModel::from_bytes(&bytes).unwrap(), model);
    assert_eq!(RiskModel::receive(&bytes).unwrap(), bytes);
    for end in [0, 1, 2, bytes.len() / 2, bytes.len() - 1] {
        assert!(RiskModel::from_bytes(&bytes[..end]).is_err(), "{end}");
    }
    assert!(RiskModel::from_bytes(&[&bytes[..], &[0]].concat()).is_err());
    let newer = [&[stored::VERSION + 1], &bytes[1..]].concat();
    assert_eq!(
        RiskModel::from_bytes(&newer).unwrap_err().state,
        SqlState::InvalidBinary
    );
    // Whatever is read can be asked without a panic or a walk without end.
    for i in 0..bytes.len() {
        let mut other = bytes.clone();
        other[i] ^= 1 << (i % 8);
        if let Ok(read) = RiskModel::from_bytes(&other) {
            asked(&read, "login", 30.0);
            read.reasons(&read.row(|_| None).unwrap(), 3).unwrap();
        }
    }
}

#[test]
fn json_says_the_same() {
    let model = model(1_000);
    let text = model.to_json().unwrap();
    assert_eq!(RiskModel::from_json(&text).unwrap(), model);
    let newer = text.replace("\"version\":1", "\"version\":9");
    let error = RiskModel::from_json(&newer).unwrap_err();
    assert!(error.message.contains("newer"), "{error}");
    let backward = text.replacen("\"left\":1", "\"left\":0", 1);
    assert!(RiskModel::from_json(&backward).is_err());
    assert_eq!(
        RiskModel::from_json("{}").unwrap_err().state,
        SqlState::InvalidText
    );
}

/// The hook is asked in every round.
#[test]
fn a_fit_can_be_interrupted_between_rounds() {
    thread_local! {
        static ASKED: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
    }
    interrupt::install(|| ASKED.set(ASKED.get() + 1));
    let model = model(1_000);
    interrupt::install(|| {});
    assert!(ASKED.get() as usize > 2 * model.trees.len());
}

/// Nothing in a backend may start a thread.
#[cfg(target_os = "linux")]
#[test]
fn a_fit_starts_no_thread() {
    let threads = || {
        let tasks = std::fs::read_dir("/proc/self/task").unwrap().flatten();
        let name = |t: std::fs::DirEntry| std::fs::read_to_string(t.path().join("comm"));
        tasks.flat_map(name).collect::<Vec<_>>()
    };
    model(3_000);
    // Tests run in threads that have their names; the crate's pool would have threads like the process.
    let process = std::fs::read_to_string("/proc/self/comm").unwrap();
    let like_it = threads().iter().filter(|n| **n == process).count();
    assert!(like_it <= 1, "{:?}", threads());
}

#[test]
fn what_a_fit_takes_is_estimated() {
    // 100,000 questions of 15 fields took 51 MB.
    let bytes = boost::bytes(100_000, 15);
    assert!((20 << 20..100 << 20).contains(&bytes), "{bytes}");
}
