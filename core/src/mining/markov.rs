//! The absorbing Markov chain of a directly-follows graph: what is still to come after an activity.
//!
//! Elimination is that of Grassmann, Taksar and Heyman (Operations Research 33, 1985), which only adds, multiplies
//! and divides numbers that are not negative: the pivot of a state is the sum of its ways out, never one less its
//! loops. So no digits cancel: each result has an error of a few units in its last place, however rarely the chain
//! is left, where elimination of `1 - p` loses all digits at p = 1 - 1e-16.

use crate::error::{Error, Result};
use crate::memory;

/// Elimination takes n^3 / 3 multiplications and n^2 doubles: 2,000 activities are 32 MB and some seconds.
pub const MAX_ACTIVITIES: usize = 2_000;

/// How often one activity followed another at once, and the mean minutes between them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    pub from: usize,
    pub to: usize,
    pub count: u64,
    pub minutes: f64,
}

/// A directly-follows graph: its activities are numbered from 0.
#[derive(Clone, Copy, Debug)]
pub struct Graph<'a> {
    /// Edges that are given twice add up.
    pub edges: &'a [Edge],
    /// How many cases begin with each activity.
    pub starts: &'a [u64],
    /// How many cases end with each activity; as long as `starts`.
    pub ends: &'a [u64],
}

/// What is still to come, on average.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Remaining {
    /// Activities that still follow, a final one included; infinite where some way never ends.
    pub steps: f64,
    /// Minutes until the last of them; infinite as above.
    pub minutes: f64,
    /// The probability that a final activity is reached before the case ends; without final activities, that it ends.
    pub probability: f64,
}

/// What is to come after each activity, and from the beginning of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub activities: Vec<Remaining>,
    /// Of a case that has not begun: its first activity is a step too. Without final activities these are the mean
    /// number of activities of a case and its mean duration. None where no case begins.
    pub start: Option<Remaining>,
}

/// What is to come after each activity until a final one, or until the end of its case. After a final activity nothing
/// is. Where neither is within reach, steps and minutes are infinite and the probability is 0; where a way that
/// never ends may be taken, steps and minutes are infinite.
///
/// # Errors
/// 54000 for more than [`MAX_ACTIVITIES`], or results beyond a double; 22023 for a number that is not an activity, or minutes
/// that are negative or not finite.
pub fn remaining(graph: &Graph, finals: &[usize]) -> Result<Answer> {
    let chain = Chain::new(graph, finals)?;
    let reached = if finals.is_empty() {
        &chain.ends
    } else {
        &chain.finals
    };
    let sides = [chain.steps.clone(), chain.minutes.clone(), reached.clone()];
    let solved = chain.solve(&sides)?;
    let one = |kind: &ActivityKind| match *kind {
        ActivityKind::Final => Remaining {
            steps: 0.0,
            minutes: 0.0,
            probability: 1.0,
        },
        ActivityKind::Endless => Remaining {
            steps: f64::INFINITY,
            minutes: f64::INFINITY,
            probability: 0.0,
        },
        ActivityKind::Passing { place, endless } => Remaining {
            steps: if endless {
                f64::INFINITY
            } else {
                solved[place][0]
            },
            minutes: if endless {
                f64::INFINITY
            } else {
                solved[place][1]
            },
            // Rounding must not lead to a probability above 1.
            probability: solved[place][2].min(1.0),
        },
    };
    let activities: Vec<Remaining> = chain.kinds.iter().map(one).collect();
    let cases: f64 = graph.starts.iter().map(|n| *n as f64).sum();
    let mean = |of: fn(&Remaining) -> f64| {
        let begun = graph.starts.iter().zip(&activities).filter(|s| *s.0 > 0);
        begun.map(|(n, r)| *n as f64 * of(r)).sum::<f64>() / cases
    };
    let start = (cases > 0.0).then(|| Remaining {
        steps: 1.0 + mean(|r| r.steps),
        minutes: mean(|r| r.minutes),
        probability: mean(|r| r.probability).min(1.0),
    });
    Ok(Answer { activities, start })
}

/// For each activity the probability of each way to be over: that each of `finals` is the first to be reached, in their
/// order, then that the case ends after each activity of `last`. A final activity is reached for certain after itself.
///
/// # Errors
/// Those of [`remaining`]; 54000 for more than [`MAX_ACTIVITIES`] ways.
pub fn outcomes(graph: &Graph, finals: &[usize], last: &[usize]) -> Result<Vec<Vec<f64>>> {
    let chain = Chain::new(graph, finals)?;
    check_size(finals.len() + last.len())?;
    if let Some(wrong) = last.iter().find(|l| **l >= graph.starts.len()) {
        return Err(no_activity(*wrong));
    }
    let weights: Vec<Vec<f64>> = (finals.iter().map(|f| chain.to(*f)))
        .chain(last.iter().map(|l| chain.end_after(*l)))
        .collect();
    let solved = chain.solve(&weights)?;
    let row = |(activity, kind): (usize, &ActivityKind)| -> Vec<f64> {
        match *kind {
            ActivityKind::Passing { place, .. } => {
                solved[place].iter().map(|p| p.min(1.0)).collect()
            }
            _ => {
                let certain = finals.iter().map(|f| f64::from(u8::from(*f == activity)));
                certain.chain(last.iter().map(|_| 0.0)).collect()
            }
        }
    };
    let rows = chain.kinds.iter().enumerate().map(row).collect();
    Ok(rows)
}

fn check_size(n: usize) -> Result<()> {
    if n > MAX_ACTIVITIES {
        return Err(Error::limit(
            format!("a chain must have at most {MAX_ACTIVITIES} activities, not {n}"),
            "Give fewer kinds of activities: leave out of their names what only one case has, such as its number.",
        ));
    }
    // The equations, the weights of every final activity, and the answers.
    memory::room_for(n * n * size_of::<f64>(), 8)
}

fn no_activity(number: usize) -> Error {
    Error::parameter(
        format!("activity {number} is out of range: activities are numbered from 0"),
        "Give a number below the number of activities.",
    )
}

#[derive(Clone, Copy)]
enum ActivityKind {
    Final,
    /// No end and no final activity is within reach.
    Endless,
    /// Its row of the chain, and whether an endless one is within reach.
    Passing {
        place: usize,
        endless: bool,
    },
}

/// The passing activities, with numbers of cases rather than shares: only their ratios matter. Vectors have a row each.
struct Chain<'a> {
    graph: &'a Graph<'a>,
    kinds: Vec<ActivityKind>,
    /// How often the case ends next.
    ends: Vec<f64>,
    /// How often a final activity is next.
    finals: Vec<f64>,
    /// How often an endless one is.
    lost: Vec<f64>,
    /// How many activities come next, the ends not among them.
    steps: Vec<f64>,
    /// The minutes until they are, summed.
    minutes: Vec<f64>,
}

impl<'a> Chain<'a> {
    fn new(graph: &'a Graph, finals: &[usize]) -> Result<Self> {
        let n = graph.starts.len();
        check_size(n)?;
        if graph.ends.len() != n {
            return Err(Error::parameter(
                format!(
                    "starts and ends must be of equal number, not {n} and {}",
                    graph.ends.len()
                ),
                "Give both for each activity.",
            ));
        }
        let kinds = kinds(graph, finals)?;
        let mut ends = Vec::with_capacity(n);
        for (kind, end) in kinds.iter().zip(graph.ends) {
            if let ActivityKind::Passing { .. } = kind {
                ends.push(*end as f64);
            }
        }
        let zeros = vec![0.0; ends.len()];
        let mut chain = Chain {
            graph,
            kinds,
            ends,
            finals: zeros.clone(),
            lost: zeros.clone(),
            steps: zeros.clone(),
            minutes: zeros,
        };
        for edge in graph.edges {
            // Negative ones are those of events that overlap.
            if !edge.minutes.is_finite() {
                return Err(Error::parameter(
                    format!("an edge's minutes must be finite, not {}", edge.minutes),
                    "Give the sum of the minutes of all cases on the edge.",
                ));
            }
            if let ActivityKind::Passing { place, .. } = chain.kinds[edge.from] {
                let count = edge.count as f64;
                chain.steps[place] += count;
                chain.minutes[place] += count * edge.minutes;
                match chain.kinds[edge.to] {
                    ActivityKind::Final => chain.finals[place] += count,
                    ActivityKind::Endless => chain.lost[place] += count,
                    ActivityKind::Passing { .. } => {}
                }
            }
        }
        Ok(chain)
    }

    fn to(&self, target: usize) -> Vec<f64> {
        let mut weights = vec![0.0; self.ends.len()];
        for edge in self.graph.edges.iter().filter(|e| e.to == target) {
            if let ActivityKind::Passing { place, .. } = self.kinds[edge.from] {
                weights[place] += edge.count as f64;
            }
        }
        weights
    }

    fn end_after(&self, activity: usize) -> Vec<f64> {
        let mut weights = vec![0.0; self.ends.len()];
        if let ActivityKind::Passing { place, .. } = self.kinds[activity] {
            weights[place] = self.ends[place];
        }
        weights
    }

    /// For each right side c the x of x_i = (c_i + sum over j of w_ij x_j) / (sum over j of w_ij + what leaves i): a row
    /// for each i, with a column for each side.
    fn solve(&self, sides: &[Vec<f64>]) -> Result<Vec<Vec<f64>>> {
        let n = self.ends.len();
        let mut rows = vec![vec![0.0; n]; n];
        for edge in self.graph.edges {
            if let (
                ActivityKind::Passing { place: from, .. },
                ActivityKind::Passing { place: to, .. },
            ) = (self.kinds[edge.from], self.kinds[edge.to])
            {
                rows[from][to] += edge.count as f64;
            }
        }
        let mut leaves: Vec<f64> = (0..n)
            .map(|i| self.ends[i] + self.finals[i] + self.lost[i])
            .collect();
        let mut x: Vec<Vec<f64>> = (0..n)
            .map(|i| sides.iter().map(|s| s[i]).collect())
            .collect();
        let mut pivots = vec![0.0; n];
        for k in (0..n).rev() {
            crate::interrupt::check();
            let (before, rest) = rows.split_at_mut(k);
            let row = &rest[0][..k];
            let (x_before, x_rest) = x.split_at_mut(k);
            // Loops are left out: after a loop the shares of the other ways are the same.
            let pivot = leaves[k] + row.iter().sum::<f64>();
            pivots[k] = pivot;
            for (i, other) in before.iter_mut().enumerate() {
                if other[k] == 0.0 {
                    continue;
                }
                let share = other[k] / pivot;
                add(&mut other[..k], share, row);
                leaves[i] += share * leaves[k];
                add(&mut x_before[i], share, &x_rest[0]);
            }
        }
        for k in 0..n {
            crate::interrupt::check();
            let (known, rest) = x.split_at_mut(k);
            for (weight, before) in rows[k].iter().zip(known.iter()) {
                if *weight != 0.0 {
                    add(&mut rest[0], *weight, before);
                }
            }
            for value in &mut rest[0] {
                *value /= pivots[k];
                if !value.is_finite() {
                    return Err(Error::limit(
                        "the remaining steps or minutes exceed the range of double precision",
                        "The counts differ by too many powers of ten.",
                    ));
                }
            }
        }
        Ok(x)
    }
}

fn add(to: &mut [f64], share: f64, from: &[f64]) {
    for (sum, term) in to.iter_mut().zip(from) {
        *sum += share * term;
    }
}

fn kinds(graph: &Graph, finals: &[usize]) -> Result<Vec<ActivityKind>> {
    let n = graph.starts.len();
    let mut is_final = vec![false; n];
    for number in finals {
        *is_final
            .get_mut(*number)
            .ok_or_else(|| no_activity(*number))? = true;
    }
    let mut before = vec![Vec::new(); n];
    for edge in graph.edges {
        if let Some(wrong) = [edge.from, edge.to].into_iter().find(|a| *a >= n) {
            return Err(no_activity(wrong));
        }
        if edge.count > 0 && !is_final[edge.from] {
            before[edge.to].push(edge.from);
        }
    }
    let over = |a: &usize| is_final[*a] || graph.ends[*a] > 0;
    let ends = leading_to((0..n).filter(over), &before);
    let endless = leading_to((0..n).filter(|a| !ends[*a]), &before);
    let mut places = 0..;
    let one = |a: usize| match (is_final[a], ends[a]) {
        (true, _) => ActivityKind::Final,
        (false, false) => ActivityKind::Endless,
        (false, true) => ActivityKind::Passing {
            place: places.next().unwrap_or(n),
            endless: endless[a],
        },
    };
    Ok((0..n).map(one).collect())
}

/// Which activities have a way to one of `targets`.
fn leading_to(targets: impl Iterator<Item = usize>, before: &[Vec<usize>]) -> Vec<bool> {
    let mut found = vec![false; before.len()];
    let mut left: Vec<usize> = targets.collect();
    while let Some(activity) = left.pop() {
        if !std::mem::replace(&mut found[activity], true) {
            left.extend(&before[activity]);
        }
    }
    found
}

#[cfg(test)]
mod tests;
