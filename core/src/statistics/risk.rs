//! Whether a running clock will breach, learned from questions of the past.
//!
//! A question is a clock that ran within its target at an instant, with what was known of it then, and whether it
//! breached. [`fit::fit`] makes a [`RiskModel`] of them: trees, boosted in rounds, over numbers and encoded texts. The
//! model says a probability, which fields it rests on, and how well it foretold questions that it had not seen.

mod boost;
mod encode;
pub mod fit;
pub mod questions;
pub mod stored;
#[cfg(test)]
mod tests;

use crate::error::Result;
use crate::memory;
use serde::{Deserialize, Serialize};

/// What is known of a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    Number(f64),
    Text(&'a str),
}

/// How a field's values become numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Encoding {
    Number,
    /// The share of questions that breached, by text; sorted by text. An absent value is the empty text.
    Shares {
        #[serde(deserialize_with = "memory::list")]
        shares: Vec<(String, f64)>,
        /// Of any other text.
        other: f64,
    },
}

/// A field of the questions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    pub name: String,
    pub encoding: Encoding,
    /// Its share of what the trees' splits gained.
    pub importance: f64,
}

/// A node of a tree. Children stand behind their parent, so that each walk ends.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// The field that splits; a leaf has [`LEAF`].
    pub field: u16,
    /// Smaller values go left.
    pub threshold: f64,
    /// Places of the children in the tree.
    pub left: u16,
    pub right: u16,
    /// Where a missing value goes.
    pub missing_left: bool,
    /// What a row adds to the log-odds that ends here; of an inner node, what it would add.
    pub value: f32,
}

/// The field of a leaf.
pub const LEAF: u16 = u16::MAX;

/// A tree, its root first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tree {
    #[serde(deserialize_with = "memory::list")]
    pub nodes: Vec<Node>,
}

/// Expected and observed breaches of the held-out questions whose estimate lies in one tenth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tenth {
    pub cases: u64,
    /// Sum of the probabilities.
    pub expected: f64,
    pub observed: u64,
}

/// How the model was made, and how it fared on the latest questions, which it had not seen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub questions: u64,
    pub breached: u64,
    /// Distinct instants at which the questions were asked.
    pub instants: u64,
    pub first_asked: i64,
    pub last_asked: i64,
    /// The questions held out, and the first instant of them.
    pub held_out: u64,
    pub held_out_from: i64,
    /// Mean squared error of the probabilities: of the model, of the base rate, of the curve if there was one, and of
    /// the estimate by both.
    pub brier: f64,
    pub brier_base: f64,
    pub brier_curve: Option<f64>,
    pub brier_estimate: f64,
    pub tenths: [Tenth; 10],
}

/// A fitted model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RiskModel {
    #[serde(deserialize_with = "memory::list")]
    pub fields: Vec<Field>,
    /// Log-odds before the first tree.
    pub base: f64,
    #[serde(deserialize_with = "memory::list")]
    pub trees: Vec<Tree>,
    /// The probability's log-odds are `offset + slope` times those of the trees.
    pub offset: f64,
    pub slope: f64,
    pub seed: u64,
    pub report: Report,
}

/// A field that a probability rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason<'a> {
    pub field: &'a str,
    /// By how much the field's value changes the probability.
    pub effect: f64,
}

/// The probability of some log-odds.
pub fn probability_of(log_odds: f64) -> f64 {
    // libm, so that builds agree.
    1.0 / (1.0 + libm::exp(-log_odds))
}

/// How much the model counts beside the curve: two thirds came truer than a half on the cases of a city, where a curve
/// may be far off for weeks.
const OF_MODEL: f64 = 2.0 / 3.0;

/// The probability by model and curve, which know different things; by the model alone where there is no curve (NaN).
pub fn estimate(probability: f64, curve: f64) -> f64 {
    if curve.is_nan() {
        return probability;
    }
    OF_MODEL * probability + (1.0 - OF_MODEL) * curve
}

impl Node {
    /// The place of the child that a row goes to.
    #[inline]
    fn next(&self, row: &[f64]) -> usize {
        let value = row[usize::from(self.field)];
        let left = match value.is_nan() {
            true => self.missing_left,
            false => value < self.threshold,
        };
        usize::from(if left { self.left } else { self.right })
    }
}

impl Tree {
    /// What the tree adds to the log-odds of a row.
    #[inline]
    fn value(&self, row: &[f64]) -> f64 {
        let mut node = &self.nodes[0];
        while node.field != LEAF {
            node = &self.nodes[node.next(row)];
        }
        f64::from(node.value)
    }

    /// Adds what each step of a row's way changes to the field of that step.
    fn add_steps(&self, row: &[f64], to: &mut [f64]) {
        let mut node = &self.nodes[0];
        while node.field != LEAF {
            let next = &self.nodes[node.next(row)];
            to[usize::from(node.field)] += f64::from(next.value) - f64::from(node.value);
            node = next;
        }
    }
}

impl Field {
    /// The number of a value; NaN where there is none.
    fn number(&self, value: Option<Value<'_>>) -> f64 {
        match (&self.encoding, value) {
            (Encoding::Number, Some(Value::Number(number))) => number,
            // A text that is a number, as sources write them.
            (Encoding::Number, Some(Value::Text(text))) => text.trim().parse().unwrap_or(f64::NAN),
            (Encoding::Number, None) => f64::NAN,
            (Encoding::Shares { shares, other }, value) => {
                let number;
                let text = match value {
                    Some(Value::Text(text)) => text,
                    Some(Value::Number(n)) => {
                        number = n.to_string();
                        &number
                    }
                    None => "",
                };
                let found = shares.binary_search_by(|s| s.0.as_str().cmp(text));
                found.map_or(*other, |i| shares[i].1)
            }
        }
    }
}

impl RiskModel {
    /// The row that the trees read.
    ///
    /// # Errors
    /// 53200 where there is no memory.
    pub fn row<'a>(&self, value: impl Fn(&str) -> Option<Value<'a>>) -> Result<Vec<f64>> {
        memory::collect(self.fields.iter().map(|f| f.number(value(&f.name))))
    }

    fn log_odds(&self, row: &[f64]) -> f64 {
        let sum: f64 = self.trees.iter().map(|t| t.value(row)).sum();
        self.offset + self.slope * (self.base + sum)
    }

    /// The probability of a breach, for a row of [`RiskModel::row`].
    pub fn probability(&self, row: &[f64]) -> f64 {
        probability_of(self.log_odds(row))
    }

    /// The fields that change the probability most, at most so many.
    ///
    /// # Errors
    /// 53200 where there is no memory.
    pub fn reasons(&self, row: &[f64], most: usize) -> Result<Vec<Reason<'_>>> {
        let mut steps = memory::filled(self.fields.len(), 0.0)?;
        for tree in &self.trees {
            tree.add_steps(row, &mut steps);
        }
        let log_odds = self.log_odds(row);
        let mut reasons =
            memory::collect(self.fields.iter().zip(&steps).map(|(field, step)| Reason {
                field: &field.name,
                effect: probability_of(log_odds) - probability_of(log_odds - self.slope * step),
            }))?;
        reasons.retain(|r| r.effect != 0.0);
        reasons.sort_by(|a, b| b.effect.abs().total_cmp(&a.effect.abs()));
        reasons.truncate(most);
        Ok(reasons)
    }

    /// Bytes in memory, about.
    pub fn bytes(&self) -> usize {
        let nodes: usize = self.trees.iter().map(|t| t.nodes.len()).sum();
        let texts = self.fields.iter().map(|f| match &f.encoding {
            Encoding::Number => 0,
            Encoding::Shares { shares, .. } => shares.iter().map(|s| s.0.len() + 40).sum(),
        });
        nodes * size_of::<Node>() + texts.sum::<usize>()
    }
}
