//! Configuration as text: read and printed. What is written to tables, and when, is in
//! `sql/functions/config.sql`.

use crate::ffi::report::OrRaise;
use crate::ffi::results::from_text;
use crate::ffi::{json, pg_functions};
use serde_json::json;
use slaops_core::config::MAX_BYTES;
use slaops_core::config::{Format, Known, doubts, print, read, yaml_to_json};
use slaops_core::memory;

pg_functions! {
    fn slaops_read_config(args) {
        let known = Known::from_json(&json::value(args.varlena(1), "what a configuration may refer to"));
        let text = args.limited(0, MAX_BYTES, "a configuration");
        memory::room_for(text.len(), 100).or_raise();
        let mut config = read(&text, &known).or_raise();
        // load_config says them, and takes them out again.
        let warnings = doubts(&text).or_raise();
        if let (Some(map), false) = (config.as_object_mut(), warnings.is_empty()) {
            let told = warnings
                .into_iter()
                .map(|d| json!({ "message": d.message, "hint": d.hint, "likely": d.likely }));
            map.insert("warnings".into(), told.collect());
        }
        args.or_null(json::datum(&config))
    }

    fn slaops_yaml_to_jsonb(args) {
        let text = args.limited(0, MAX_BYTES, "YAML");
        memory::room_for(text.len(), 100).or_raise();
        args.or_null(json::datum(&yaml_to_json(&text).or_raise()))
    }

    fn slaops_print_config(args) {
        let format = Format::parse(&args.word(1, "a format")).or_raise();
        let config = json::value(args.varlena(0), "a configuration");
        from_text(&print(&config, format).or_raise())
    }
}
