//! A process model, and a case against it: its fitness is 1 exactly when it costs nothing.
#![no_main]
use libfuzzer_sys::fuzz_target;
use slaops_core::mining::conformance::{Net, conformance};
use slaops_fuzz::seeds;

const MODELS: [&str; 6] = [
    "created > (triaged)? > assigned > (reply)+ > solved\ncreated\nassigned",
    "created > triaged, triaged > assigned, assigned > solved\ncreated\nsolved",
    "a > (b | c > d)* > e\na\nb\ne",
    "\"with, comma\" > \"and \"\" quote\"\nx",
    "a > (b & c) > d\na\nc\nb\nd",
    "start > (work > wait)+ > (done | dropped)?\nstart",
];

fuzz_target!(init: seeds(MODELS), |text: &str| {
    // The first line is the model, each other one a step of the case.
    let mut lines = text.lines();
    let Some(Ok(net)) = lines.next().map(|model| Net::compile(None, model)) else {
        return;
    };
    let trace: Vec<&str> = lines.take(50).collect();
    if let Ok(found) = conformance(&net, &trace) {
        assert_eq!(found.fitness == 1.0, found.cost == 0);
        assert_eq!(found.deviations == 0, found.cost == 0);
        assert!((0.0..=1.0).contains(&found.fitness));
    }
});
