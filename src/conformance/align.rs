//! Optimal alignments: the cheapest way to make a trace of a model by leaving events out and putting steps in.
//!
//! A shortest path in the product of model and trace, worked out from the end: `left[i][state]` is what the events from i on
//! cost there. The way forward then takes, of all cheapest ones, the one that matches an event as soon as it can, else
//! leaves an event out, else puts a step in, and of several moves the one that was written first. So it depends on nothing
//! else.

use super::net::{NEVER, Net};
use crate::error::{Error, Result};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Events x states: `left` has 4 bytes for each, 64 MB.
pub const MAX_CELLS: usize = 16 << 20;

/// One move of an alignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// The event is what the model has next.
    Matched(usize),
    /// The event is left out: cost 1.
    Extra(usize),
    /// The step, a number of [`Net::names`], is put in: cost 1.
    Missing(u32),
}

/// Whether the model has the trace, given as numbers of steps, None for what the model does not know. Takes no memory
/// to speak of, for any length.
pub fn conforms(net: &Net, trace: &[Option<u32>]) -> bool {
    let mut here = Reached::new(net.states.len());
    here.add(net, 0);
    for (i, event) in trace.iter().enumerate() {
        if i % 256 == 0 {
            crate::interrupt::check();
        }
        let mut next = Reached::new(net.states.len());
        let Some(event) = event else { return false };
        for state in &here.list {
            for (name, to) in &net.states[*state as usize].steps {
                if name == event {
                    next.add(net, *to);
                }
            }
        }
        if next.list.is_empty() {
            return false;
        }
        here = next;
    }
    here.seen[net.end as usize]
}

struct Reached {
    seen: Vec<bool>,
    list: Vec<u32>,
}

impl Reached {
    fn new(states: usize) -> Self {
        Self {
            seen: vec![false; states],
            list: Vec::new(),
        }
    }

    /// Adds a state and those that are silently reached from it.
    fn add(&mut self, net: &Net, state: u32) {
        let mut left = vec![state];
        while let Some(state) = left.pop() {
            if !std::mem::replace(&mut self.seen[state as usize], true) {
                self.list.push(state);
                left.extend(&net.states[state as usize].silent);
            }
        }
    }
}

/// The cheapest alignment; its cost is the number of moves that are not [`Move::Matched`].
///
/// # Errors
/// 54000 beyond [`MAX_CELLS`].
pub fn align(net: &Net, trace: &[Option<u32>]) -> Result<Vec<Move>> {
    let left = costs(net, trace)?;
    let states = net.states.len();
    let cost = |i: usize, state: u32| left[i * states + state as usize];
    let mut moves = Vec::with_capacity(trace.len());
    let (mut i, mut state) = (0, 0);
    loop {
        if moves.len() % 256 == 0 {
            crate::interrupt::check();
        }
        let remains = cost(i, state);
        if i == trace.len() && remains == 0 {
            return Ok(moves);
        }
        // Where one gets silently, at no cost, the nearest first.
        let mut here = vec![state];
        let mut at = 0;
        while let Some(from) = here.get(at).copied() {
            for to in &net.states[from as usize].silent {
                if cost(i, *to) == remains && !here.contains(to) {
                    here.push(*to);
                }
            }
            at += 1;
        }
        let event = trace.get(i).copied().flatten();
        let matched = here.iter().find_map(|from| {
            let mut steps = net.states[*from as usize].steps.iter();
            steps.find(|(name, to)| Some(*name) == event && cost(i + 1, *to) == remains)
        });
        let extra = |from: &&u32| i < trace.len() && cost(i + 1, **from) + 1 == remains;
        let missing = |from: &u32| {
            let mut steps = net.states[*from as usize].steps.iter();
            steps.find(|(_, to)| cost(i, *to) + 1 == remains)
        };
        if let Some((_, to)) = matched {
            moves.push(Move::Matched(i));
            (i, state) = (i + 1, *to);
        } else if let Some(from) = here.iter().find(extra) {
            moves.push(Move::Extra(i));
            (i, state) = (i + 1, *from);
        } else if let Some((name, to)) = here.iter().find_map(missing) {
            moves.push(Move::Missing(*name));
            state = *to;
        } else {
            return Err(Error::limit(
                "an alignment lost its way",
                "Report this with the trace and the model.",
            ));
        }
    }
}

/// What is left to pay at each event and state: rows of events, the last for the end.
fn costs(net: &Net, trace: &[Option<u32>]) -> Result<Vec<u32>> {
    let states = net.states.len();
    let cells = (trace.len() + 1).saturating_mul(states);
    if cells > MAX_CELLS {
        return Err(Error::limit(
            format!(
                "a trace of {} activities is too long for a process model of {states} states",
                trace.len()
            ),
            format!(
                "Their product may be {MAX_CELLS}; slaops.collapse folds activities that repeat."
            ),
        ));
    }
    let mut left = vec![NEVER; cells];
    let mut heap = Heap::new();
    for i in (0..=trace.len()).rev() {
        crate::interrupt::check();
        let (rest, after) = left.split_at_mut((i + 1) * states);
        let row = &mut rest[i * states..];
        match trace.get(i) {
            None => row[net.end as usize] = 0,
            Some(event) => {
                for (state, cost) in row.iter_mut().enumerate() {
                    let matched = net.states[state].steps.iter();
                    let matched = matched
                        .filter(|(name, _)| Some(*name) == *event)
                        .map(|(_, to)| after[*to as usize]);
                    *cost = matched.fold(after[state].saturating_add(1), u32::min);
                }
            }
        }
        spread(net, row, &mut heap);
    }
    Ok(left)
}

/// States whose cost has just become less, the least first.
type Heap = BinaryHeap<Reverse<(u32, u32)>>;

/// Makes of each cost the least that silent moves, and steps put in, lead to. What the row after it gave is settled but for
/// matched events, so few states have anything to tell.
fn spread(net: &Net, row: &mut [u32], heap: &mut Heap) {
    for state in 0..row.len() {
        tell(net, row, state as u32, heap);
    }
    while let Some(Reverse((cost, state))) = heap.pop() {
        if cost == row[state as usize] {
            tell(net, row, state, heap);
        }
    }
}

fn tell(net: &Net, row: &mut [u32], state: u32, heap: &mut Heap) {
    let cost = row[state as usize];
    if cost == NEVER {
        return;
    }
    let back = &net.back[state as usize];
    let silent = back.silent.iter().map(|from| (*from, cost));
    let steps = back.steps.iter().map(|(_, from)| (*from, cost + 1));
    for (from, cost) in silent.chain(steps) {
        if cost < row[from as usize] {
            row[from as usize] = cost;
            heap.push(Reverse((cost, from)));
        }
    }
}
