//! Conformance: how far a case is from a process model, and where it goes astray.

mod align;
mod grammar;
mod net;

pub use grammar::MAX_TEXT;
pub use net::{ModelKind, Net};

use crate::error::Result;
use crate::memory;
use align::Move;

/// How a trace fares under a model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conformance {
    /// 1 - cost / (events + steps of the model's shortest case): 1 for traces that conform, and only for these; 0 where
    /// nothing matches and the model has no shorter way than its shortest.
    pub fitness: f64,
    /// Inserted events and skipped steps of a cheapest alignment: 0 when the trace conforms.
    pub cost: usize,
    /// Deviations: an event out of order costs 2, every other deviation 1.
    pub deviations: usize,
}

/// How a case departs from its process model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kinds {
    /// The model has a step that did not happen.
    Skipped,
    /// An event that the model does not have there.
    Inserted,
    /// An event that the model has at another place, where the event is missing.
    OutOfOrder,
    /// An inserted event of the same activity as the last that matched.
    Repeated,
}

impl Kinds {
    /// The word that results have for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Skipped => "skipped",
            Self::Inserted => "inserted",
            Self::OutOfOrder => "out of order",
            Self::Repeated => "repeated",
        }
    }
}

/// A place where a trace goes astray.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deviation<'a> {
    /// The event, from 0; for a skipped step the event before which it is missing, which may be one after the last.
    pub event: usize,
    pub activity: &'a str,
    pub kind: Kinds,
    /// The model's next step there; None at the model's end.
    pub expected: Option<&'a str>,
}

/// How a trace fares under a model.
///
/// # Errors
/// 54000 for a trace that does not conform and is too long for the model: more than 16,777,216 events x states.
pub fn conformance(net: &Net, trace: &[&str]) -> Result<Conformance> {
    let numbers = numbers(net, trace)?;
    if align::conforms(net, &numbers) {
        return Ok(Conformance {
            fitness: 1.0,
            cost: 0,
            deviations: 0,
        });
    }
    let moves = align::align(net, &numbers)?;
    let cost = cost(&moves);
    Ok(Conformance {
        fitness: 1.0 - cost as f64 / (trace.len() + net.shortest) as f64,
        cost,
        deviations: named(net, trace, &moves)?.len(),
    })
}

/// Deviations of a trace in order; at one event missing steps come before inserted ones, as in the alignment.
///
/// # Errors
/// Those of [`conformance`].
pub fn deviations<'a>(net: &'a Net, trace: &[&'a str]) -> Result<Vec<Deviation<'a>>> {
    let numbers = numbers(net, trace)?;
    if align::conforms(net, &numbers) {
        return Ok(Vec::new());
    }
    named(net, trace, &align::align(net, &numbers)?)
}

fn numbers(net: &Net, trace: &[&str]) -> Result<Vec<Option<u32>>> {
    memory::collect(trace.iter().map(|a| net.numbers.get(*a).copied()))
}

fn cost(moves: &[Move]) -> usize {
    let paid = moves.iter().filter(|m| !matches!(m, Move::Matched(_)));
    paid.count()
}

/// Names the moves that cost. An activity that is missing in one place and extra in another is out of order there: the first
/// missing goes with the first extra.
fn named<'a>(net: &'a Net, trace: &[&'a str], moves: &[Move]) -> Result<Vec<Deviation<'a>>> {
    let step = |number: u32| net.names[number as usize].as_str();
    let mut missing = vec![0_usize; net.names.len()];
    let mut extra = missing.clone();
    for one in moves {
        match one {
            Move::Missing(name) => missing[*name as usize] += 1,
            Move::Extra(i) => {
                if let Some(name) = net.numbers.get(trace[*i]) {
                    extra[*name as usize] += 1;
                }
            }
            Move::Matched(_) => {}
        }
    }
    let pairs: Vec<usize> = std::iter::zip(missing, extra)
        .map(|(m, e)| m.min(e))
        .collect();
    let (mut moved, mut put) = (pairs.clone(), pairs);
    // What the model has next, from the end.
    let mut expected = memory::filled(moves.len(), None)?;
    let mut next = None;
    for (place, one) in moves.iter().enumerate().rev() {
        match one {
            Move::Matched(i) => next = Some(trace[*i]),
            Move::Missing(name) => next = Some(step(*name)),
            Move::Extra(_) => {}
        }
        expected[place] = next;
    }
    let mut found = memory::with_capacity(cost(moves))?;
    let (mut event, mut last) = (0, None);
    for (one, expected) in moves.iter().zip(expected) {
        match one {
            Move::Matched(i) => (event, last) = (i + 1, Some(trace[*i])),
            Move::Missing(name) => {
                let left = &mut put[*name as usize];
                if *left > 0 {
                    *left -= 1;
                    continue;
                }
                found.push(Deviation {
                    event,
                    activity: step(*name),
                    kind: Kinds::Skipped,
                    expected,
                });
            }
            Move::Extra(i) => {
                let left = net.numbers.get(trace[*i]);
                let kind = match left.map(|name| &mut moved[*name as usize]) {
                    Some(left) if *left > 0 => {
                        *left -= 1;
                        Kinds::OutOfOrder
                    }
                    _ if last == Some(trace[*i]) => Kinds::Repeated,
                    _ => Kinds::Inserted,
                };
                event = i + 1;
                found.push(Deviation {
                    event: *i,
                    activity: trace[*i],
                    kind,
                    expected,
                });
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
