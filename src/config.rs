//! Configuration as text: calendars, states, metrics, presets and policies, in YAML or JSON.
//!
//! ```text
//! text --tree--> nodes with their lines --read--> normalised JSON --print--> canonical text
//! ```
//!
//! The normalised JSON has the rows of the tables that configuration fills, every column of each, so
//! that it can be compared with the tables; a section that the text does not have is absent. [`print()`]
//! gives a text whose normalised JSON is the same.

mod duration;
mod emit;
mod metrics;
mod policies;
mod print;
mod reach;
mod read;
mod scalar;
mod spot;
mod tree;
mod when;

#[cfg(test)]
mod faults;
#[cfg(test)]
mod tests;

pub use print::{Format, print};
pub use read::read;
pub use tree::MAX_BYTES;

use serde_json::{Map, Value};

/// What the database has already: names that a configuration may refer to, and those it may not change.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub calendars: Vec<String>,
    pub metrics: Vec<String>,
    /// Presets by name, each an object of its switches.
    pub presets: Map<String, Value>,
    pub built_in_metrics: Vec<String>,
    pub built_in_presets: Vec<String>,
    /// The states of the statuses that slaops brought.
    pub built_in_states: Map<String, Value>,
}

impl Known {
    /// From `{"calendars": [..], "metrics": [..], "presets": {..}, "built_in": {"metrics": [..],
    /// "presets": [..], "states": {..}}}`; what is missing is empty.
    pub fn from_json(json: &Value) -> Self {
        let names = |json: &Value| -> Vec<String> {
            let list = json.as_array().into_iter().flatten();
            list.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let object = |json: &Value| json.as_object().cloned().unwrap_or_default();
        let own = &json["built_in"];
        Self {
            calendars: names(&json["calendars"]),
            metrics: names(&json["metrics"]),
            presets: object(&json["presets"]),
            built_in_metrics: names(&own["metrics"]),
            built_in_presets: names(&own["presets"]),
            built_in_states: object(&own["states"]),
        }
    }
}
