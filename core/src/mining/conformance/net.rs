//! A process model as an automaton: states, and moves between them by a step or silently.

use super::grammar::{self, Definition, Least, Tree};
use crate::error::{Error, Result};
use crate::memory;
use std::collections::HashMap;

/// The states of a model: some one or two for each step that is written.
pub const MAX_STATES: usize = 10_000;
/// Its moves; a chain (a | b) > (c | d) has four. A pair that is written again counts again: 100,000 bytes of text could name
/// 50,000 x 50,000.
pub const MAX_MOVES: usize = 100_000;

/// What a definition is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelKind {
    /// Steps in order, some of them optional or repeated.
    Path,
    /// Which step may follow which, from `start` to `end`.
    Transitions,
}

impl ModelKind {
    /// The kind of a name in SQL.
    ///
    /// # Errors
    /// 22023.
    pub fn parse(name: &str) -> Result<Self> {
        match name {
            "path" => Ok(Self::Path),
            "transitions" => Ok(Self::Transitions),
            _ => Err(Error::parameter(
                format!("kind of process model must be path or transitions, not \"{name}\""),
                "path says the order of whole cases, transitions what may follow what.",
            )),
        }
    }
}

/// What leads out of a state.
#[derive(Debug, Default)]
pub struct Moves {
    /// States that are reached without a step.
    pub silent: Vec<u32>,
    /// Steps, as numbers of names, and the states that they lead to; in the order in which they were written.
    pub steps: Vec<(u32, u32)>,
}

/// A compiled model. State 0 is the beginning; a case may end in [`Net::end`]. Both are on a way from one to the other, as is
/// every state.
#[derive(Debug)]
pub struct Net {
    pub names: Vec<String>,
    pub numbers: HashMap<String, u32>,
    pub states: Vec<Moves>,
    pub end: u32,
    /// The same moves from their ends.
    pub back: Vec<Moves>,
    /// Steps of the shortest case that conforms.
    pub shortest: usize,
}

impl Net {
    /// Compiles a definition; without a kind it is of transitions if it has a comma.
    ///
    /// # Errors
    /// 22P02 for text that does not read, is of the other kind, or lets no case end; 54000 beyond [`MAX_STATES`] and
    /// [`MAX_MOVES`].
    pub fn compile(kind: Option<ModelKind>, text: &str) -> Result<Self> {
        // Some 200 bytes for each state and move, of which a text has fewer than letters.
        memory::room_for(text.len().min(grammar::MAX_TEXT), 400)?;
        let definition = grammar::parse(text)?;
        let chains = match (kind, definition) {
            (Some(ModelKind::Path), Definition::Chains(_)) => {
                return Err(Error::text(
                    "a process model of kind path must not have commas between steps",
                    "Put \">\" between steps, and names with a comma in double quotes; lists of what may follow what are of kind transitions.",
                ));
            }
            (Some(ModelKind::Transitions), Definition::Path(chain)) => vec![chain],
            (_, Definition::Chains(chains)) => chains,
            (_, Definition::Path(tree)) => {
                let mut builder = Builder::default();
                let begin = builder.state()?;
                let end = builder.add(&tree, begin)?;
                return Ok(builder.finish(end));
            }
        };
        transitions(&chains)
    }

    /// How many moves there are.
    pub fn moves(&self) -> usize {
        let each = self.states.iter();
        each.map(|s| s.silent.len() + s.steps.len()).sum()
    }
}

#[derive(Default)]
struct Builder {
    names: Vec<String>,
    numbers: HashMap<String, u32>,
    states: Vec<Moves>,
    moves: usize,
}

impl Builder {
    fn state(&mut self) -> Result<u32> {
        if self.states.len() >= MAX_STATES {
            return Err(too_large(format!("more than {MAX_STATES} states")));
        }
        self.states.push(Moves::default());
        Ok(self.states.len() as u32 - 1)
    }

    fn name(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    fn count(&mut self) -> Result<()> {
        self.moves += 1;
        if self.moves > MAX_MOVES {
            return Err(too_large(format!("more than {MAX_MOVES} moves")));
        }
        Ok(())
    }

    fn silent(&mut self, from: u32, to: u32) -> Result<()> {
        self.count()?;
        self.states[from as usize].silent.push(to);
        Ok(())
    }

    fn step(&mut self, from: u32, name: u32, to: u32) -> Result<()> {
        self.count()?;
        self.states[from as usize].steps.push((name, to));
        Ok(())
    }

    /// Adds what begins at a state, and gives the state at which it ends (Thompson's construction).
    fn add(&mut self, tree: &Tree, from: u32) -> Result<u32> {
        match tree {
            Tree::Step { name, .. } => {
                let (name, to) = (self.name(name), self.state()?);
                self.step(from, name, to)?;
                Ok(to)
            }
            Tree::Sequence(items) => {
                let mut at = from;
                for item in items {
                    at = self.add(item, at)?;
                }
                Ok(at)
            }
            Tree::AnyOf(ways) => {
                let to = self.state()?;
                for way in ways {
                    let begin = self.state()?;
                    self.silent(from, begin)?;
                    let end = self.add(way, begin)?;
                    self.silent(end, to)?;
                }
                Ok(to)
            }
            Tree::Repeat { inner, least, many } => {
                // A state of its own, so that no move leads back to earlier ones.
                let begin = self.state()?;
                self.silent(from, begin)?;
                let end = self.add(inner, begin)?;
                let to = self.state()?;
                self.silent(end, to)?;
                if *many {
                    self.silent(end, begin)?;
                }
                if *least == Least::None {
                    self.silent(begin, to)?;
                }
                Ok(to)
            }
        }
    }

    /// State 0 is the beginning. Moves that lead to no end are left out: no alignment takes them.
    fn finish(mut self, end: u32) -> Net {
        let n = self.states.len();
        let mut back: Vec<Moves> = (0..n).map(|_| Moves::default()).collect();
        for (from, moves) in self.states.iter().enumerate() {
            for to in &moves.silent {
                back[*to as usize].silent.push(from as u32);
            }
            for (name, to) in &moves.steps {
                back[*to as usize].steps.push((*name, from as u32));
            }
        }
        let mut left = distances(&back, end);
        for (from, moves) in self.states.iter_mut().enumerate() {
            if left[from] == NEVER {
                *moves = Moves::default();
            }
            moves.silent.retain(|to| left[*to as usize] != NEVER);
            moves.steps.retain(|(_, to)| left[*to as usize] != NEVER);
        }
        let shortest = left.swap_remove(0) as usize;
        Net {
            names: self.names,
            numbers: self.numbers,
            states: self.states,
            end,
            back,
            shortest,
        }
    }
}

/// The distance in steps of a state from which the end is not reached.
pub const NEVER: u32 = u32::MAX;

/// The fewest steps from each state to `end`.
fn distances(back: &[Moves], end: u32) -> Vec<u32> {
    let mut left = vec![NEVER; back.len()];
    let mut queue = std::collections::VecDeque::from([(end, 0)]);
    while let Some((state, steps)) = queue.pop_front() {
        if left[state as usize] <= steps {
            continue;
        }
        left[state as usize] = steps;
        for from in &back[state as usize].silent {
            queue.push_front((*from, steps));
        }
        for (_, from) in &back[state as usize].steps {
            queue.push_back((*from, steps + 1));
        }
    }
    left
}

/// One state for the beginning, one for each step, one for the end.
fn transitions(chains: &[Tree]) -> Result<Net> {
    let mut builder = Builder::default();
    let begin = builder.state()?;
    let end = builder.state()?;
    let mut states: HashMap<u32, u32> = HashMap::new();
    let mut known = std::collections::HashSet::new();
    let mut pairs = 0_usize;
    for chain in chains {
        let links = match chain {
            Tree::Sequence(links) => links.as_slice(),
            _ => std::slice::from_ref(chain),
        };
        let mut before: Vec<(u32, u32)> = Vec::new();
        for (i, link) in links.iter().enumerate() {
            let steps = match link {
                Tree::AnyOf(steps) if links.len() > 1 => steps.as_slice(),
                _ => std::slice::from_ref(link),
            };
            let mut here = Vec::new();
            let mut listed = std::collections::HashSet::new();
            for step in steps {
                let Tree::Step {
                    name,
                    place,
                    quoted,
                } = step
                else {
                    return Err(not_a_chain());
                };
                let is = |word| !*quoted && name == word;
                let misplaced = (is("start") && i > 0) || (is("end") && i + 1 < links.len());
                if misplaced || links.len() == 1 {
                    return Err(Error::text(
                        if misplaced {
                            format!("\"{name}\" stands inside a chain of a process model")
                        } else {
                            format!("nothing follows \"{name}\" in a process model")
                        },
                        "Write pairs such as: start > created, created > (assigned | solved), solved > end. \"start\" in double quotes is a step that is called so.",
                    )
                    .at(*place));
                }
                let link = if is("start") {
                    (0, begin)
                } else if is("end") {
                    (0, end)
                } else {
                    let name = builder.name(name);
                    let state = match states.get(&name) {
                        Some(state) => *state,
                        None => *states.entry(name).or_insert(builder.state()?),
                    };
                    (name, state)
                };
                if listed.insert(link) {
                    here.push(link);
                }
            }
            pairs = pairs.saturating_add(before.len().saturating_mul(here.len()));
            if pairs > MAX_MOVES {
                return Err(too_large(format!("more than {MAX_MOVES} moves")));
            }
            for (_, from) in &before {
                crate::interrupt::check();
                for (name, to) in &here {
                    if !known.insert((*from, *to)) {
                        continue;
                    }
                    if *to == end {
                        builder.silent(*from, end)?;
                    } else {
                        builder.step(*from, *name, *to)?;
                    }
                }
            }
            before = here;
        }
    }
    let net = builder.finish(end);
    if net.shortest == NEVER as usize {
        return Err(Error::text(
            "a process model must lead from \"start\" to \"end\"",
            "Say what may come first and last: start > created, ..., solved > end.",
        ));
    }
    Ok(net)
}

fn not_a_chain() -> Error {
    Error::text(
        "a list of transitions must not have repeated, optional or nested steps",
        "Write pairs or chains of steps, with alternatives in parentheses: start > created, created > (assigned | solved), solved > end. A step that may follow itself: reply > reply.",
    )
}

fn too_large(what: String) -> Error {
    Error::limit(
        format!("a process model has {what}"),
        "Write it with fewer steps and alternatives.",
    )
}
