//! Bytes of a ticket's history: those that are accepted have a text that gives the same bytes.
#![no_main]
use libfuzzer_sys::fuzz_target;
use slaops_core::sla::history::{chain, check, decode, text};
use slaops_fuzz::seeds;

fn begin() {
    let histories = [
        r#"[]"#,
        r#"[{"event_at": "2026-01-05T10:00:00Z", "event_type": "created"}, {"event_at": "2026-01-05T10:30:00Z", "event_type": "status", "old_value": "new", "new_value": "open", "actor": "Ada", "actor_role": "agent", "public": true, "seq": 4}]"#,
        r#"[{"event_at": "2026-01-05T10:00:00Z", "event_type": "field", "field": "tier", "old_value": "gold", "new_value": "silver"}]"#,
    ];
    let texts = histories.iter().map(|t| t.as_bytes().to_vec());
    seeds(texts.chain(histories.iter().filter_map(|t| text::parse(t).ok())));
}

fuzz_target!(init: begin(), |data: &[u8]| {
    if let Ok(mut events) = decode(data) {
        chain(&mut events);
    }
    if check(data).is_ok() {
        let printed = text::print(&decode(data).expect("checked bytes read")).expect("events print");
        assert_eq!(text::parse(&printed).expect("its own text reads"), data);
    }
    if let Ok(bytes) = text::parse(std::str::from_utf8(data).unwrap_or_default()) {
        assert!(check(&bytes).is_ok(), "what text gives is received");
    }
});
