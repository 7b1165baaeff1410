//! What follows what: the directly-follows graph of an event log as one value.
//!
//! A log is rows of case, activity and instant. Within a case events are ordered by instant, then by
//! `seq` (without one first), then by the activity's name, so that the order of rows never matters. Each
//! event and the next of its case make a transition; the first event has one from the artificial start,
//! the last one to the artificial end. Where events last, they are ordered by their start, and by their
//! end before the name; a transition takes from the end of one to the start of the next, which is
//! negative where they overlap. This is the directly-follows graph of process mining (W. van der
//! Aalst, *Process Mining*, 2016, chapter 5.2).

pub mod chart;
pub mod durations;
pub mod fold;
pub mod log;
pub mod remaining;
pub mod rollup;
pub mod stored;

use crate::error::{Error, Result};
use crate::memory;
use durations::{Durations, Spread};
use rollup::Rollup;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The most distinct activities of one matrix. An activity is a kind of step; thousands of them mean that
/// a number or a name got into its text.
pub const MAX_ACTIVITIES: usize = 10_000;
/// The most distinct transitions of one matrix, some 200 bytes each while it is made.
pub const MAX_EDGES: usize = 1 << 18;
/// How many hashes of cases a matrix keeps, the smallest ones, to recognize its cases in another matrix.
pub const SAMPLE: usize = 128;
/// The longest activity, in bytes; with [`MAX_ACTIVITIES`] it bounds a dictionary to 10 MB.
pub const MAX_NAME: usize = 1_000;
/// What the artificial activities are called in results.
pub const START: &str = "(start)";
/// How results name the end of a case.
pub const END: &str = "(end)";

/// One transition and how it went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edge {
    /// Positions in [`Matrix::activities`].
    pub from: u32,
    pub to: u32,
    pub n: u64,
    /// Cases in which it occurs at least once.
    pub cases: u64,
    /// Microseconds by the wall clock, from the end of one to the start of the other.
    pub wall: Durations,
    /// Open microseconds; fewer than `n` where events had no calendar.
    pub open: Durations,
}

/// One activity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activity {
    #[serde(deserialize_with = "memory::string")]
    pub name: String,
    pub visits: u64,
    pub cases: u64,
    /// Cases that begin and end with it.
    pub starts: u64,
    pub ends: u64,
    /// Cases that visit it more than once.
    pub rework_cases: u64,
    /// Microseconds between its first and its last visit of a case, summed.
    pub rework_wall: u128,
    pub rework_open: u128,
    /// How long it was worked on, in microseconds, where events last: from start to end.
    pub work_wall: Durations,
    pub work_open: Durations,
}

/// The matrix. Activities are sorted by name and edges by activity, so that equal logs have equal bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matrix {
    pub cases: u64,
    pub events: u64,
    /// Rows without a case, an activity or a finite instant.
    pub skipped: u64,
    /// The first and the last instant, in microseconds since 2000-01-01 UTC; 0 without events.
    pub first_at: i64,
    pub last_at: i64,
    /// Whether some case had a calendar.
    pub business: bool,
    #[serde(deserialize_with = "memory::list")]
    pub activities: Vec<Activity>,
    #[serde(deserialize_with = "memory::list")]
    pub edges: Vec<Edge>,
    /// From the first event of a case to its last.
    pub case_wall: Durations,
    pub case_open: Durations,
    /// The smallest hashes of its cases, ascending.
    #[serde(deserialize_with = "memory::list")]
    pub sample: Vec<u64>,
}

fn overflow() -> Error {
    Error::limit(
        "a transition matrix must count fewer than 2^64 events",
        "No log has that many events; the value was not made by slaops.transition_matrix.",
    )
}

fn add(a: u64, b: u64) -> Result<u64> {
    a.checked_add(b).ok_or_else(overflow)
}

fn add_wide(a: u128, b: u128) -> Result<u128> {
    a.checked_add(b).ok_or_else(overflow)
}

/// Error: too many distinct activities.
pub fn too_many_activities() -> Error {
    Error::limit(
        format!("there must be at most {MAX_ACTIVITIES} distinct activities"),
        "An activity is a kind of step, such as 'assigned'; take numbers and names out of its text.",
    )
}

/// Error: an activity of so many bytes.
pub fn too_long(bytes: usize) -> Error {
    Error::limit(
        format!("an activity must have at most {MAX_NAME} bytes, not {bytes}"),
        "An activity is a kind of step, such as 'assigned', not what was written.",
    )
}

/// The name of an activity in a matrix: its own name, except that names of the artificial activities get
/// a backslash in front, and one more if they have some, so that no two activities have one name.
pub fn called(name: &str) -> Cow<'_, str> {
    match name.trim_start_matches('\\') {
        START | END => Cow::Owned(format!("\\{name}")),
        _ => Cow::Borrowed(name),
    }
}

/// Whether a text can be the name of an activity in a matrix.
pub fn check_name(name: &str) -> Result<()> {
    if name.len() > MAX_NAME {
        return Err(too_long(name.len()));
    }
    if name == START || name == END {
        return Err(Error::parameter(
            format!("an activity must not be called \"{name}\""),
            "Results call the beginning and the end of a case so; slaops.transition_matrix writes a backslash in front.",
        ));
    }
    if name.contains('\0') {
        return Err(Error::text(
            "an activity must not contain a zero byte",
            "Postgres's texts have none.",
        ));
    }
    Ok(())
}

/// Error: too many distinct transitions.
pub fn too_many_edges() -> Error {
    Error::limit(
        format!("there must be at most {MAX_EDGES} distinct transitions"),
        "Fold rare activities into one, or take numbers and names out of their texts.",
    )
}

impl Matrix {
    /// The matrix of two logs that have no case in common.
    ///
    /// A case that is in both would be cut in two, so common cases are an error. They are known by the
    /// smallest 128 hashes of each log: of two months that share one case in twenty, 999 of 1,000 pairs
    /// are found out.
    pub fn merge(&self, other: &Matrix) -> Result<Matrix> {
        let mut rollup = Rollup::default();
        rollup.add(self)?;
        rollup.add(other)?;
        rollup.matrix()
    }

    /// The bytes that it takes.
    pub fn bytes(&self) -> usize {
        let spread = |d: &Durations| match &d.spread {
            Spread::Each(list) => size_of_val(list.as_slice()),
            Spread::Buckets(list) => size_of_val(list.as_slice()),
        };
        let edges = self.edges.iter().map(|e| spread(&e.wall) + spread(&e.open));
        let names = self
            .activities
            .iter()
            .map(|a| a.name.len() + spread(&a.work_wall) + spread(&a.work_open));
        edges.sum::<usize>()
            + names.sum::<usize>()
            + size_of_val(self.edges.as_slice())
            + size_of_val(self.activities.as_slice())
    }

    /// The edges that leave each activity, as ranges of [`Matrix::edges`].
    pub fn leaving(&self, activity: usize) -> &[Edge] {
        let from = self.edges.partition_point(|e| (e.from as usize) < activity);
        let to = self
            .edges
            .partition_point(|e| (e.from as usize) <= activity);
        &self.edges[from..to]
    }

    /// Whether some event lasts.
    pub fn has_intervals(&self) -> bool {
        self.activities.iter().any(|a| a.work_wall.n > 0)
    }

    /// The position of an activity.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.activities
            .binary_search_by(|a| a.name.as_str().cmp(name))
            .ok()
    }
}

impl Activity {
    /// Adds all but the durations.
    fn add(&mut self, other: &Activity) -> Result<()> {
        self.visits = add(self.visits, other.visits)?;
        self.cases = add(self.cases, other.cases)?;
        self.starts = add(self.starts, other.starts)?;
        self.ends = add(self.ends, other.ends)?;
        self.rework_cases = add(self.rework_cases, other.rework_cases)?;
        self.rework_wall = add_wide(self.rework_wall, other.rework_wall)?;
        self.rework_open = add_wide(self.rework_open, other.rework_open)?;
        Ok(())
    }
}
