//! Bytes of a risk model: those that are accepted answer any question, and have a text that gives the same bytes.
#![no_main]
use libfuzzer_sys::fuzz_target;
use slaops_core::statistics::risk::questions::{Head, Questions};
use slaops_core::statistics::risk::{RiskModel, Value, fit};
use slaops_fuzz::seeds;

fn begin() {
    let mut questions = Questions::default();
    for i in 0..400_u64 {
        let head = Head {
            ticket: i,
            asked_at: (i / 20) as i64 * 1_000_000,
            known_at: 0,
            breached: i * 7919 % 100 < i % 2 * 60 + 20,
            curve: if i % 3 == 0 { f64::NAN } else { 0.5 },
        };
        let fields = [
            ("kind", Value::Text(["a", "b"][(i % 2) as usize])),
            ("elapsed", Value::Number((i * 104_729 % 50) as f64)),
        ];
        questions.push(head, fields.into_iter()).expect("a question");
    }
    let mut model = fit::fit(&questions, 1).expect("a fit").expect("a model");
    // A mutation of few bytes reaches more of a small one.
    model.trees.truncate(2);
    let bytes = model.to_bytes().expect("bytes");
    seeds([bytes, model.to_json().expect("a text").into_bytes()]);
}

fuzz_target!(init: begin(), |data: &[u8]| {
    if let Ok(model) = RiskModel::from_bytes(data) {
        for kind in [None, Some(Value::Text("a")), Some(Value::Number(-1.5))] {
            let row = model.row(|_| kind).expect("a row");
            let probability = model.probability(&row);
            assert!((0.0..=1.0).contains(&probability));
            model.reasons(&row, 3).expect("reasons");
        }
        assert!(model.bytes() < 1_000_000);
    }
    if let Ok(own) = RiskModel::receive(data) {
        let printed = RiskModel::from_bytes(&own).and_then(|m| m.to_json()).expect("a model prints");
        let again = RiskModel::from_json(&printed).and_then(|m| m.to_bytes()).expect("its own text reads");
        assert_eq!(again, own);
    }
    if let Ok(model) = RiskModel::from_json(std::str::from_utf8(data).unwrap_or_default()) {
        let bytes = model.to_bytes().expect("bytes");
        assert!(RiskModel::receive(&bytes).is_ok(), "what text gives is received");
    }
});
