//! The sum of many matrices. Time and memory grow with what is added, not with the sum.

use super::durations::Gathered;
use super::{
    Activity, Edge, MAX_ACTIVITIES, MAX_EDGES, Matrix, SAMPLE, add, too_many_activities,
    too_many_edges,
};
use crate::error::{Error, Result};
use crate::memory;
use std::collections::HashMap;

/// Matrices of logs that have no case in common, while they are added up.
///
/// [`Rollup::matrix`] gives the same matrix for every order in which they come and for every division into
/// partial sums, since counts are integers and durations have one canonical form.
#[derive(Default)]
pub struct Rollup {
    /// Everything but the parts below; here these stay empty.
    counts: Matrix,
    /// The place of an activity's name.
    places: HashMap<String, u32>,
    /// In the order in which they came.
    activities: Vec<ActivitySum>,
    /// By the places of their two activities.
    edges: HashMap<(u32, u32), EdgeSum>,
    case_wall: Gathered,
    case_open: Gathered,
}

/// An activity; its durations stay apart while they are gathered.
#[derive(Default)]
struct ActivitySum {
    counts: Activity,
    work_wall: Gathered,
    work_open: Gathered,
}

#[derive(Default)]
struct EdgeSum {
    n: u64,
    cases: u64,
    wall: Gathered,
    open: Gathered,
}

impl Rollup {
    /// Adds a matrix. A case that is in both would be cut in two, so common cases are an error. They are known
    /// by the smallest 128 hashes of each log: of two months that share one case in twenty, 999 of 1,000 pairs
    /// are found out.
    ///
    /// # Errors
    /// 22023 for a case that an earlier matrix has; 54000 for too many activities or transitions; 53200.
    pub fn add(&mut self, other: &Matrix) -> Result<()> {
        let sample = &mut self.counts.sample;
        if other.sample.iter().any(|h| sample.binary_search(h).is_ok()) {
            return Err(same_case());
        }
        memory::room_for(other.bytes(), 3)?;
        memory::extend(sample, &other.sample)?;
        sample.sort_unstable();
        sample.truncate(SAMPLE);
        let mut places = memory::with_capacity(other.activities.len())?;
        for activity in &other.activities {
            places.push(self.activity(activity)?);
        }
        for edge in &other.edges {
            let (from, to) = (places[edge.from as usize], places[edge.to as usize]);
            self.edge(from, to, edge)?;
        }
        let counts = &mut self.counts;
        (counts.first_at, counts.last_at) = match (counts.events, other.events) {
            (_, 0) => (counts.first_at, counts.last_at),
            (0, _) => (other.first_at, other.last_at),
            _ => (
                counts.first_at.min(other.first_at),
                counts.last_at.max(other.last_at),
            ),
        };
        counts.cases = add(counts.cases, other.cases)?;
        counts.events = add(counts.events, other.events)?;
        counts.skipped = add(counts.skipped, other.skipped)?;
        counts.business |= other.business;
        self.case_wall.merge(&other.case_wall)?;
        self.case_open.merge(&other.case_open)
    }

    fn activity(&mut self, other: &Activity) -> Result<u32> {
        if let Some(place) = self.places.get(&other.name) {
            self.activities[*place as usize].add(other)?;
            return Ok(*place);
        }
        if self.activities.len() == MAX_ACTIVITIES {
            return Err(too_many_activities());
        }
        let place = self.activities.len() as u32;
        room(&mut self.places)?;
        self.places.insert(memory::text(&other.name)?, place);
        let mut sum = ActivitySum::default();
        sum.counts.name = memory::text(&other.name)?;
        sum.add(other)?;
        memory::push(&mut self.activities, sum)?;
        Ok(place)
    }

    fn edge(&mut self, from: u32, to: u32, other: &Edge) -> Result<()> {
        if self.edges.len() == MAX_EDGES && !self.edges.contains_key(&(from, to)) {
            return Err(too_many_edges());
        }
        room(&mut self.edges)?;
        let sum = self.edges.entry((from, to)).or_default();
        sum.n = add(sum.n, other.n)?;
        sum.cases = add(sum.cases, other.cases)?;
        sum.wall.merge(&other.wall)?;
        sum.open.merge(&other.open)
    }

    /// The matrix of all logs together.
    ///
    /// # Errors
    /// 53200 where memory lacks.
    pub fn matrix(&self) -> Result<Matrix> {
        let mut order: Vec<u32> = memory::collect(0..self.activities.len() as u32)?;
        order.sort_unstable_by(|a, b| {
            let name = |place: &u32| &self.activities[*place as usize].counts.name;
            name(a).cmp(name(b))
        });
        let mut places = memory::filled(order.len(), 0_u32)?;
        for (sorted, place) in order.iter().enumerate() {
            places[*place as usize] = sorted as u32;
        }
        let mut edges = memory::with_capacity(self.edges.len())?;
        for ((from, to), sum) in &self.edges {
            edges.push(Edge {
                from: places[*from as usize],
                to: places[*to as usize],
                n: sum.n,
                cases: sum.cases,
                wall: sum.wall.done()?,
                open: sum.open.done()?,
            });
        }
        edges.sort_unstable_by_key(|edge| (edge.from, edge.to));
        let by_name = order.iter().map(|place| &self.activities[*place as usize]);
        Ok(Matrix {
            activities: memory::try_collect(by_name.map(ActivitySum::activity))?,
            edges,
            case_wall: self.case_wall.done()?,
            case_open: self.case_open.done()?,
            sample: memory::collect(self.counts.sample.iter().copied())?,
            ..self.counts
        })
    }
}

impl ActivitySum {
    fn add(&mut self, other: &Activity) -> Result<()> {
        self.counts.add(other)?;
        self.work_wall.merge(&other.work_wall)?;
        self.work_open.merge(&other.work_open)
    }

    fn activity(&self) -> Result<Activity> {
        Ok(Activity {
            work_wall: self.work_wall.done()?,
            work_open: self.work_open.done()?,
            ..self.counts.clone()
        })
    }
}

/// Room for one more entry of a map that grows by doubling.
fn room<K: Eq + std::hash::Hash, V>(map: &mut HashMap<K, V>) -> Result<()> {
    map.try_reserve(1)
        .map_err(|_| memory::none(map.len().saturating_mul(2 * size_of::<(K, V)>())))
}

#[cold]
fn same_case() -> Error {
    Error::parameter(
        "a case must be in only one of two transition matrices to be merged",
        "Each case must be whole in one of them: divide a log by cases, such as the month in which they began, not by events.",
    )
}
