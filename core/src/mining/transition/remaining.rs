//! What is still to come after each activity, by the absorbing Markov chain of the matrix.

use super::durations::Durations;
use super::{Activity, END, Edge, Matrix, START, called};
use crate::error::{Error, Result, did_you_mean};
use crate::memory;
use crate::mining::markov::{self, Graph, Remaining};
use crate::time::MICROS_PER_MINUTE;

/// What is to come after one activity, or from the start of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct RemainingRow {
    pub activity: String,
    /// Steps and minutes by the wall clock.
    pub wall: Remaining,
    /// Open minutes, where every case had a calendar.
    pub open: Option<f64>,
}

/// The probability that an activity's case comes to an outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct OutcomeRow {
    pub activity: String,
    pub outcome: String,
    pub probability: f64,
}

impl Matrix {
    /// Transitions with the time that they take: until the next activity begins, and its own.
    fn graph_edges(
        &self,
        wait: impl Fn(&Edge) -> &Durations,
        work: impl Fn(&Activity) -> &Durations,
    ) -> Vec<markov::Edge> {
        let edge = |e: &Edge| {
            let own = work(&self.activities[e.to as usize]).mean();
            let micros = wait(e).mean().unwrap_or(0.0) + own.unwrap_or(0.0);
            markov::Edge {
                from: e.from as usize,
                to: e.to as usize,
                count: e.n,
                minutes: micros / MICROS_PER_MINUTE,
            }
        };
        self.edges.iter().map(edge).collect()
    }

    /// The mean minutes that cases work on their first activity.
    fn first_work(&self, work: impl Fn(&Activity) -> &Durations) -> f64 {
        let sum = |a: &Activity| a.starts as f64 * work(a).mean().unwrap_or(0.0);
        let sum: f64 = self.activities.iter().map(sum).sum();
        sum / self.cases.max(1) as f64 / MICROS_PER_MINUTE
    }

    /// The positions of final activities. A name that does not occur is passed over, as a month may lack
    /// a rare one; if none occurs, that is an error.
    pub fn finals(&self, names: &[&str]) -> Result<Vec<usize>> {
        let mut found: Vec<usize> = names
            .iter()
            .filter_map(|n| self.find(n).or_else(|| self.find(&called(n))))
            .collect();
        found.sort_unstable();
        found.dedup();
        if let (true, Some(first), false) =
            (found.is_empty(), names.first(), self.activities.is_empty())
        {
            let names = self.activities.iter().map(|a| a.name.as_str());
            return Err(Error::parameter(
                format!("no case has the activity \"{first}\""),
                did_you_mean(first, names).unwrap_or_else(|| {
                    "slaops.activity_stats lists the activities of a matrix.".to_owned()
                }),
            ));
        }
        Ok(found)
    }

    /// Expected steps and minutes until a final activity is over, or the case, from the case's start and from
    /// the end of each activity: see [`markov::remaining`].
    pub fn remaining(&self, finals: &[usize]) -> Result<Vec<RemainingRow>> {
        let starts: Vec<u64> = self.activities.iter().map(|a| a.starts).collect();
        let ends: Vec<u64> = self.activities.iter().map(|a| a.ends).collect();
        let answer = |edges: &[markov::Edge]| {
            let graph = Graph {
                edges,
                starts: &starts,
                ends: &ends,
            };
            markov::remaining(&graph, finals)
        };
        let wall = answer(&self.graph_edges(|e| &e.wall, |a| &a.work_wall))?;
        let open = if self.business && self.case_open.n == self.cases {
            Some(answer(&self.graph_edges(|e| &e.open, |a| &a.work_open))?)
        } else {
            None
        };
        let open_start = open.as_ref().and_then(|o| o.start);
        let start = wall.start.map(|wall| RemainingRow {
            activity: START.to_owned(),
            wall: Remaining {
                minutes: wall.minutes + self.first_work(|a| &a.work_wall),
                ..wall
            },
            open: open_start.map(|o| o.minutes + self.first_work(|a| &a.work_open)),
        });
        let after =
            self.activities
                .iter()
                .zip(wall.activities)
                .enumerate()
                .map(|(i, (a, wall))| RemainingRow {
                    activity: a.name.clone(),
                    wall,
                    open: open
                        .as_ref()
                        .and_then(|o| o.activities.get(i))
                        .map(|o| o.minutes),
                });
        Ok(start.into_iter().chain(after).collect())
    }

    /// The outcomes of cases after each activity: the final activity that is reached first, or the
    /// activity that they end with before one is.
    pub fn outcomes(&self, finals: &[usize]) -> Result<Vec<OutcomeRow>> {
        let starts: Vec<u64> = self.activities.iter().map(|a| a.starts).collect();
        let ends: Vec<u64> = self.activities.iter().map(|a| a.ends).collect();
        let edges = self.graph_edges(|e| &e.wall, |a| &a.work_wall);
        let last: Vec<usize> = (0..ends.len())
            .filter(|a| ends[*a] > 0 && !finals.contains(a))
            .collect();
        let graph = Graph {
            edges: &edges,
            starts: &starts,
            ends: &ends,
        };
        let table = markov::outcomes(&graph, finals, &last)?;
        let mut list = Vec::new();
        for (a, row) in self.activities.iter().zip(&table) {
            crate::interrupt::check();
            for (i, probability) in row.iter().enumerate().filter(|(_, p)| **p > 0.0) {
                let outcome = match i.checked_sub(finals.len()) {
                    None => memory::text(&self.activities[finals[i]].name)?,
                    Some(i) => format!("{} {END}", self.activities[last[i]].name),
                };
                let found = OutcomeRow {
                    activity: memory::text(&a.name)?,
                    outcome,
                    probability: *probability,
                };
                memory::push(&mut list, found)?;
            }
        }
        Ok(list)
    }
}
