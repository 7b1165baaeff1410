//! Configuration as text: calendars, states, metrics, presets and policies, in YAML or JSON.
//! Input: a text, and the names that the database has. Output: rows for its tables, or an error with path and line.
//!
//! ```text
//! text --tree--> nodes with their lines --read--> normalized JSON --print--> canonical text
//! ```
//!
//! The normalized JSON has the rows of the tables that configuration fills, every column of each, so
//! that it can be compared with the tables; a section that the text does not have is absent. [`print()`]
//! gives a text whose normalized JSON is the same.

mod doubts;
mod duration;
mod emit;
mod metrics;
mod names;
mod node;
mod node_ref;
mod policies;
mod print;
mod read;
mod scalar;
mod text_kind;
mod tree;
mod unreachable;
mod when;
mod yaml;

#[cfg(test)]
mod error_tests;
#[cfg(test)]
mod tests;

pub use doubts::doubts;
pub use print::{Format, print};
pub use read::read;
pub use tree::MAX_BYTES;
pub use yaml::yaml_to_json;

use serde_json::{Map, Value};

/// What the database has already: names that a configuration may refer to.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub calendars: Vec<String>,
    pub metrics: Vec<String>,
    /// Presets by name, each an object of its switches.
    pub presets: Map<String, Value>,
    /// The presets that slaops brought, which a preset of the same name may be like.
    pub built_in_presets: Map<String, Value>,
}

impl Known {
    /// From `{"calendars": [..], "metrics": [..], "presets": {..}, "built_in": {"presets": {..}}}`; what is
    /// missing is empty.
    pub fn from_json(json: &Value) -> Self {
        let names = |json: &Value| -> Vec<String> {
            let list = json.as_array().into_iter().flatten();
            list.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let object = |json: &Value| json.as_object().cloned().unwrap_or_default();
        Self {
            calendars: names(&json["calendars"]),
            metrics: names(&json["metrics"]),
            presets: object(&json["presets"]),
            built_in_presets: object(&json["built_in"]["presets"]),
        }
    }
}
