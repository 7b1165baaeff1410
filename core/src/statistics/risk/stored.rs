//! Risk models as bytes and as JSON.

use super::questions::MAX_FIELDS;
use super::{Encoding, LEAF, RiskModel, Tree};
use crate::error::{Error, Result, SqlState};
use crate::memory;
use serde_json::{Value, json};

/// The layout of the stored bytes, their first byte.
pub const VERSION: u8 = 1;

/// The most bytes of a model, and of its text.
pub const MAX_BYTES: usize = 64_000_000;

const MOST_TREES: usize = 10_000;

fn too_large(bytes: usize) -> Error {
    Error::limit(
        format!("a risk model of {bytes} bytes is too large"),
        format!("It may have {MAX_BYTES} bytes."),
    )
}

fn broken() -> Error {
    Error::new(
        SqlState::InvalidBinary,
        "a stored risk model is damaged or of a newer version",
        "Fit it again with slaops.risk_model_agg; in a schema of create_marts, refresh does.",
    )
}

impl RiskModel {
    /// # Errors
    /// 53200 where there is no memory.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let bytes = memory::postcard(self, vec![VERSION])?;
        match bytes.len() > MAX_BYTES {
            true => Err(too_large(bytes.len())),
            false => Ok(bytes),
        }
    }

    /// # Errors
    /// 22P03 for bytes that are not a model; all of it is checked.
    pub fn from_bytes(bytes: &[u8]) -> Result<RiskModel> {
        if bytes.len() > MAX_BYTES {
            return Err(too_large(bytes.len()));
        }
        let Some((&VERSION, rest)) = bytes.split_first() else {
            return Err(broken());
        };
        memory::room_for(bytes.len(), 4)?;
        let (model, left): (RiskModel, _) =
            postcard::take_from_bytes(rest).map_err(|_| memory::unread(broken))?;
        if !left.is_empty() || !model.holds() {
            return Err(broken());
        }
        Ok(model)
    }

    /// Reads bytes from anywhere.
    ///
    /// # Errors
    /// 22P03 for bytes that are not what [`RiskModel::to_bytes`] gave.
    pub fn receive(bytes: &[u8]) -> Result<Vec<u8>> {
        let own = RiskModel::from_bytes(bytes)?.to_bytes()?;
        if own != bytes {
            return Err(broken());
        }
        Ok(own)
    }

    /// # Errors
    /// 53200 where there is no memory.
    pub fn to_json(&self) -> Result<String> {
        let nodes: usize = self.trees.iter().map(|t| t.nodes.len()).sum();
        memory::room_for(nodes, 1_000)?;
        let mut value = serde_json::to_value(self).unwrap_or_default();
        value["version"] = json!(VERSION);
        memory::json(&value)
    }

    /// # Errors
    /// 22P02 for text that is not a model.
    pub fn from_json(text: &str) -> Result<RiskModel> {
        let hint =
            "Write a risk model as slaops prints it, or make one with slaops.risk_model_agg.";
        if text.len() > MAX_BYTES {
            return Err(too_large(text.len()));
        }
        memory::room_for(text.len(), 32)?;
        let unread = |e: serde_json::Error| {
            memory::unread(|| Error::text(format!("invalid risk model: {e}"), hint))
        };
        let value: Value = serde_json::from_str(text).map_err(unread)?;
        if value["version"]
            .as_u64()
            .is_some_and(|v| v > u64::from(VERSION))
        {
            return Err(Error::text(
                format!(
                    "a risk model of version {} is newer than this slaops",
                    value["version"]
                ),
                "Update slaops, or fit it again.",
            ));
        }
        let model: RiskModel = serde_json::from_value(value).map_err(unread)?;
        match model.holds() {
            true => Ok(model),
            false => Err(Error::text(
                "invalid risk model: its numbers contradict each other",
                hint,
            )),
        }
    }

    /// Whether everything is as the code that asks a model relies on.
    fn holds(&self) -> bool {
        let share = |v: f64| (0.0..=1.0).contains(&v);
        let fields = self.fields.iter().all(|f| {
            share(f.importance)
                // Postgres's texts have no zero bytes.
                && !f.name.contains('\0')
                && match &f.encoding {
                    Encoding::Number => true,
                    Encoding::Shares { shares, other } => {
                        share(*other)
                            && shares.iter().all(|s| share(s.1) && !s.0.contains('\0'))
                            && shares.is_sorted_by(|a, b| a.0 < b.0)
                    }
                }
        });
        let r = &self.report;
        let tenths: u64 = r.tenths.iter().map(|t| t.cases.min(1 << 40)).sum();
        fields
            && self.fields.len() <= MAX_FIELDS
            && self.fields.is_sorted_by(|a, b| a.name < b.name)
            && self.trees.len() <= MOST_TREES
            && self.trees.iter().all(|t| t.holds(self.fields.len()))
            && [self.base, self.offset, self.slope]
                .iter()
                .all(|v| v.is_finite())
            && [r.brier, r.brier_base, r.brier_estimate]
                .iter()
                .chain(&r.brier_curve)
                .all(|v| share(*v))
            && r.breached <= r.questions
            && r.held_out <= r.questions
            && r.questions <= 1 << 40
            && tenths == r.held_out
            && r.tenths.iter().all(|t| {
                t.observed <= t.cases && t.expected >= 0.0 && t.expected <= t.cases as f64 + 1e-6
            })
    }
}

impl Tree {
    /// Children stand behind their parents, and inside.
    fn holds(&self, fields: usize) -> bool {
        !self.nodes.is_empty()
            && self.nodes.iter().enumerate().all(|(i, n)| {
                let child = |c: u16| usize::from(c) > i && usize::from(c) < self.nodes.len();
                n.value.is_finite()
                    && n.threshold.is_finite()
                    && (n.field == LEAF
                        || usize::from(n.field) < fields && child(n.left) && child(n.right))
            })
    }
}
