//! Optimal alignments: the cheapest way to make a trace of a model by leaving events out and putting steps in.
//!
//! A shortest path in the product of model and trace, computed from the end: `left[i][state]` is what the events from i on
//! cost there. The way forward then takes, of all cheapest ones, the one that matches an event as soon as it can, else
//! leaves an event out, else puts a step in, and of several moves the one that was written first. So it depends on nothing
//! else.

use super::net::{NEVER, Net};
use crate::error::{Error, Result};
use crate::memory;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Events x states: `left` has 4 bytes for each, 64 MB.
pub const MAX_CELLS: usize = 16 << 20;
/// Events x (states + moves): half a second. A path has some two moves a state, so only transitions come here first: all
/// pairs of 100 activities above 13,000 events.
pub const MAX_STEPS: usize = 128 << 20;

/// One move of an alignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// The event is the model's next step.
    Matched(usize),
    /// The event is left out: cost 1.
    Extra(usize),
    /// The step, a number of [`Net::names`], is put in: cost 1.
    Missing(u32),
}

/// Whether the model has the trace, given as numbers of steps, None for what the model does not know. Takes no memory
/// to speak of, for any length.
pub fn conforms(net: &Net, trace: &[Option<u32>]) -> bool {
    let mut seen = Seen::new(net.states.len());
    let mut here = Vec::new();
    let mut next = Vec::new();
    reach(net, 0, &mut seen, &mut here, |_| true);
    for (i, event) in trace.iter().enumerate() {
        if i % 64 == 0 {
            crate::interrupt::check();
        }
        let Some(event) = event else { return false };
        seen.forget();
        next.clear();
        for state in &here {
            for (name, to) in &net.states[*state as usize].steps {
                if name == event {
                    reach(net, *to, &mut seen, &mut next, |_| true);
                }
            }
        }
        if next.is_empty() {
            return false;
        }
        std::mem::swap(&mut here, &mut next);
    }
    here.contains(&net.end)
}

/// Adds a state and all that silent moves through allowed states reach from it.
fn reach(
    net: &Net,
    state: u32,
    seen: &mut Seen,
    list: &mut Vec<u32>,
    through: impl Fn(u32) -> bool,
) {
    let mut at = list.len();
    if seen.first(state) {
        list.push(state);
    }
    while let Some(from) = list.get(at).copied() {
        let silent = net.states[from as usize].silent.iter();
        list.extend(silent.filter(|to| through(**to) && seen.first(**to)));
        at += 1;
    }
}

/// Which states have been seen since the last `forget`, which costs nothing: a move that reaches two states of 10,000 does
/// not clear 10,000.
struct Seen {
    turn: u32,
    at: Vec<u32>,
}

impl Seen {
    fn new(states: usize) -> Self {
        Self {
            turn: 1,
            at: vec![0; states],
        }
    }

    fn forget(&mut self) {
        if self.turn == u32::MAX {
            self.at.fill(0);
            self.turn = 0;
        }
        self.turn += 1;
    }

    /// Whether it had not been seen.
    fn first(&mut self, state: u32) -> bool {
        std::mem::replace(&mut self.at[state as usize], self.turn) != self.turn
    }
}

/// The cheapest alignment; its cost is the number of moves that are not [`Move::Matched`].
///
/// # Errors
/// 54000 beyond [`MAX_CELLS`] and [`MAX_STEPS`], 53200 where there is no memory.
pub fn align(net: &Net, trace: &[Option<u32>]) -> Result<Vec<Move>> {
    let left = costs(net, trace)?;
    let states = net.states.len();
    let cost = |i: usize, state: u32| left[i * states + state as usize];
    let mut moves = memory::with_capacity(trace.len())?;
    let mut seen = Seen::new(states);
    // States that silent moves reach at no cost, the nearest first.
    let mut here = Vec::new();
    let (mut i, mut state) = (0, 0);
    loop {
        crate::interrupt::check();
        let remains = cost(i, state);
        if i == trace.len() && remains == 0 {
            return Ok(moves);
        }
        seen.forget();
        here.clear();
        reach(net, state, &mut seen, &mut here, |to| {
            cost(i, to) == remains
        });
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
            memory::push(&mut moves, Move::Matched(i))?;
            (i, state) = (i + 1, *to);
        } else if let Some(from) = here.iter().find(extra) {
            memory::push(&mut moves, Move::Extra(i))?;
            (i, state) = (i + 1, *from);
        } else if let Some((name, to)) = here.iter().find_map(missing) {
            memory::push(&mut moves, Move::Missing(*name))?;
            state = *to;
        } else {
            return Err(Error::limit(
                "an alignment lost its way",
                "Report this with the trace and the model.",
            ));
        }
    }
}

/// The cost from each event and state to the end: a row for each event, the last for the end.
fn costs(net: &Net, trace: &[Option<u32>]) -> Result<Vec<u32>> {
    let states = net.states.len();
    let events = trace.len();
    let cells = (events + 1).saturating_mul(states);
    if cells > MAX_CELLS {
        return Err(Error::limit(
            format!(
                "a trace of {events} activities is too long for a process model of {states} states"
            ),
            format!(
                "Their product may be {MAX_CELLS}; slaops.collapse folds activities that repeat."
            ),
        ));
    }
    let each = states + net.moves();
    if (events + 1).saturating_mul(each) > MAX_STEPS {
        return Err(Error::limit(
            format!(
                "a trace of {events} activities is too long for a process model of {each} states and moves"
            ),
            format!(
                "Their product may be {MAX_STEPS}; allow fewer pairs of activities, or fold activities that repeat with slaops.collapse."
            ),
        ));
    }
    let mut left = memory::filled(cells, NEVER)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The way forward is no dearer than the costs before it, whatever the machine has to do besides.
    #[test]
    fn many_silent_ways() {
        let steps: Vec<String> = (0..1_900).map(|i| format!("a{i}?")).collect();
        let net = Net::compile(None, &format!("({})* > z", steps.join("|"))).unwrap();
        let trace = [None; 800];
        let timed = |work: &dyn Fn() -> usize| {
            let begun = std::time::Instant::now();
            assert!(work() > 800);
            begun.elapsed()
        };
        let before = timed(&|| costs(&net, &trace).unwrap().len());
        let all = timed(&|| align(&net, &trace).unwrap().len());
        assert!(all < before * 10, "{all:?}, and {before:?} before");
    }
}
