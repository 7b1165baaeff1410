//! The program solved: first by fewest people, then by least paid time.
//!
//! The crate microlp works in slices, between which a cancelled call ends. A slice ends after some nodes of its search
//! and, should these take long, after a quarter of a second. People are whole numbers, so a plan with less than one person
//! more than the bound is the best.

use super::model::{Model, Values};
use crate::error::{Error, Result, SqlState};
use crate::{interrupt, memory};
use microlp::{
    ComparisonOp, LinearExpr, OptimizationDirection, Problem, ResumeOptions, SolveOptions,
    SolveOutcome, Variable,
};
use std::time::{Duration, Instant};

/// Nodes and time of a slice.
const NODES: u64 = 64;
const SLICE: Duration = Duration::from_millis(250);
/// Of the objective in units: less is a rounding error.
const EXACT: f64 = 1e-6;

/// A plan and how good any can be.
pub struct Found {
    pub values: Values,
    /// People, or paid minutes: no plan has less.
    pub bound: f64,
}

impl Found {
    pub fn bound_whole(&self) -> u32 {
        (self.bound - EXACT).ceil().max(0.0) as u32
    }
}

/// What is made least.
#[derive(Clone, Copy, PartialEq)]
pub enum Goal {
    People,
    /// With so many people.
    Paid(u32),
    /// People that are missing, over periods.
    Missing,
}

pub struct Program {
    problem: Problem,
    ways: Vec<Variable>,
    teams: Vec<Variable>,
    pub missing: Vec<Option<Variable>>,
    /// What a step of the objective is: all plans differ by whole steps.
    unit: f64,
}

fn greatest_divisor(a: i64, b: i64) -> i64 {
    if b == 0 {
        a
    } else {
        greatest_divisor(b, a % b)
    }
}

impl Program {
    pub fn new(model: &Model, goal: Goal, whole: bool, least_people: u32) -> Self {
        Self::with(model, goal, (whole, whole), least_people, None)
    }

    /// The same, `whole` for ways and for teams, and with the people of all teams if they are given.
    fn with(
        model: &Model,
        goal: Goal,
        whole: (bool, bool),
        least_people: u32,
        given: Option<&[u32]>,
    ) -> Self {
        let mut problem = Problem::new(OptimizationDirection::Minimize);
        let paid = model
            .paid
            .iter()
            .fold(0, |a, b| greatest_divisor(a, *b))
            .max(1) as f64;
        let variable = |problem: &mut Problem, cost: f64, most: u32, whole: bool| match whole {
            true => problem.add_integer_var(cost, (0, most as i32)),
            false => problem.add_var(cost, (0.0, f64::from(most))),
        };
        let most_of = |team: usize| {
            model.bounds[model.teams[team].pattern]
                .1
                .min(model.max_people)
        };
        let ways: Vec<Variable> = model
            .ways
            .iter()
            .map(|way| {
                let pattern = model.teams[way.team].pattern;
                let cost = match goal {
                    Goal::Paid(_) => model.paid[pattern] as f64 / paid,
                    _ => 0.0,
                };
                variable(&mut problem, cost, most_of(way.team), whole.0)
            })
            .collect();
        let teams: Vec<Variable> = (0..model.teams.len())
            .map(|team| {
                let cost = if goal == Goal::People { 1.0 } else { 0.0 };
                match given {
                    Some(teams) => {
                        problem.add_integer_var(cost, (teams[team] as i32, teams[team] as i32))
                    }
                    None => variable(&mut problem, cost, most_of(team), whole.1),
                }
            })
            .collect();
        let mut missing = vec![None; model.needed.len()];
        for (period, need) in model.needed.iter().enumerate() {
            if *need <= 0.0 {
                continue;
            }
            let mut sum = LinearExpr::empty();
            for way in &model.cover[period] {
                sum.add(ways[*way], 1.0);
            }
            if goal == Goal::Missing {
                let short = problem.add_var(1.0, (0.0, *need));
                sum.add(short, 1.0);
                missing[period] = Some(short);
            }
            problem.add_constraint(sum, ComparisonOp::Ge, *need);
        }
        for (team, people) in teams.iter().enumerate() {
            model.team_rows(team, |times, list| {
                let mut sum = LinearExpr::empty();
                for way in list {
                    sum.add(ways[*way], -1.0);
                }
                sum.add(*people, f64::from(times));
                problem.add_constraint(sum, ComparisonOp::Ge, 0.0);
            });
        }
        for (pattern, (least, most)) in model.bounds.iter().enumerate() {
            let mut sum = LinearExpr::empty();
            for (team, people) in teams.iter().enumerate() {
                if model.teams[team].pattern == pattern {
                    sum.add(*people, 1.0);
                }
            }
            if *least > 0 {
                problem.add_constraint(sum.clone(), ComparisonOp::Ge, f64::from(*least));
            }
            problem.add_constraint(sum, ComparisonOp::Le, f64::from(*most));
        }
        let mut all = LinearExpr::empty();
        for people in &teams {
            all.add(*people, 1.0);
        }
        let most = match goal {
            Goal::Paid(people) => people,
            _ => model.max_people,
        };
        if least_people > 0 {
            problem.add_constraint(all.clone(), ComparisonOp::Ge, f64::from(least_people));
        }
        problem.add_constraint(all, ComparisonOp::Le, f64::from(most));
        Self {
            problem,
            ways,
            teams,
            missing,
            unit: if matches!(goal, Goal::Paid(_)) {
                paid
            } else {
                1.0
            },
        }
    }

    fn values(&self, value: impl Fn(Variable) -> f64) -> Values {
        let whole = |list: &[Variable]| {
            list.iter()
                .map(|v| value(*v).round().max(0.0) as u32)
                .collect()
        };
        Values {
            ways: whole(&self.ways),
            teams: whole(&self.teams),
        }
    }

    /// Solves it in slices until `enough` says so of (objective, bound) or time is up; None for infeasible.
    pub fn run(
        &self,
        start: Option<&Values>,
        end: Instant,
        enough: impl Fn(f64, f64) -> bool,
    ) -> Result<Option<(Option<SolveOutcome>, f64)>> {
        let mut options = SolveOptions::default();
        options.time_limit = Some(SLICE);
        options.node_limit = Some(NODES);
        options.warm_start = start.map(|values| {
            let ways = self.ways.iter().copied().zip(&values.ways);
            let teams = self.teams.iter().copied().zip(&values.teams);
            ways.chain(teams).map(|(v, n)| (v, f64::from(*n))).collect()
        });
        let mut again = ResumeOptions::default();
        again.time_limit = Some(SLICE);
        again.node_limit = Some(NODES);
        interrupt::check();
        let mut outcome = match self.problem.solve_with(options) {
            Err(microlp::Error::Infeasible) => return Ok(None),
            found => found.map_err(failed)?,
        };
        loop {
            interrupt::check();
            memory::room(16 << 20)?;
            let bound = outcome.stats().best_bound.unwrap_or(f64::NEG_INFINITY);
            let best = outcome.solution().map(|s| s.objective());
            if outcome.is_optimal() {
                let best = best.unwrap_or(bound);
                return Ok(Some((Some(outcome), best)));
            }
            if best.is_some_and(|best| enough(best, bound)) || Instant::now() >= end {
                return Ok(Some((Some(outcome), bound)));
            }
            outcome = match outcome.resume_with(again.clone()) {
                Err(microlp::Error::Infeasible) => return Ok(None),
                found => found.map_err(failed)?,
            };
        }
    }
}

fn failed(error: microlp::Error) -> Error {
    Error::new(
        SqlState::NumberOutOfRange,
        format!("the plan could not be computed: {error}"),
        "Give people needed in whole numbers, or fewer patterns.",
    )
}

fn too_long() -> Error {
    Error::limit(
        "no plan was found in max_seconds",
        "Allow more seconds, or give fewer starts, fewer alternatives for breaks, or larger bounds.",
    )
}

/// The plan with the fewest people; None where the bounds allow none.
pub fn fewest(model: &mut Model, end: Instant) -> Result<Option<Found>> {
    // Without whole numbers: a bound, and where to begin.
    let loose = Program::new(model, Goal::People, false, 0);
    let Some((outcome, bound)) = loose.run(None, end, |_, _| false)? else {
        return Ok(None);
    };
    let solution = outcome.as_ref().and_then(SolveOutcome::solution);
    let parts = solution.map(|s| {
        loose
            .ways
            .iter()
            .map(|v| s.var_value(*v))
            .collect::<Vec<f64>>()
    });
    let mut start = super::start::from(model, &parts.unwrap_or_default())?;
    let mut least = (bound - EXACT).ceil().max(0.0);
    let is_best = |values: &Values, least: f64| f64::from(model.people(values)) <= least;
    if !start.as_ref().is_some_and(|values| is_best(values, least)) {
        let (other, bound) = by_teams(model, Goal::People, end)?;
        least = least.max((bound - EXACT).ceil());
        if let Some(other) = other
            && start
                .as_ref()
                .is_none_or(|values| model.people(&other) < model.people(values))
        {
            start = Some(other);
        }
    }
    if let Some(values) = &start
        && is_best(values, least)
    {
        return Ok(Some(Found {
            values: values.clone(),
            bound: least,
        }));
    }
    let program = Program::new(model, Goal::People, true, least as u32);
    // The rest of the time is for the least paid.
    let half = Instant::now() + end.saturating_duration_since(Instant::now()).mul_f64(0.7);
    let found = program.run(start.as_ref(), half, |best, bound| {
        best - bound < 1.0 - EXACT
    })?;
    let Some((outcome, bound)) = found else {
        return Ok(None);
    };
    best_of(model, &program, outcome, start, bound.max(least))
}

fn best_of(
    model: &Model,
    program: &Program,
    outcome: Option<SolveOutcome>,
    start: Option<Values>,
    bound: f64,
) -> Result<Option<Found>> {
    let solution = outcome.as_ref().and_then(SolveOutcome::solution);
    let values = solution.map(|s| program.values(|v| s.var_value(v)));
    // What is given back keeps the rules in whole numbers.
    let values = values.filter(|v| model.keeps(v)).or(start);
    match values {
        Some(values) => Ok(Some(Found { values, bound })),
        None => Err(too_long()),
    }
}

/// A plan in two steps: whole people of teams with parts of shifts, then whole shifts of these people. Gives the plan, if
/// there is one, and what no plan can go below.
fn by_teams(model: &Model, goal: Goal, end: Instant) -> Result<(Option<Values>, f64)> {
    let left = end.saturating_duration_since(Instant::now());
    let enough = |best: f64, bound: f64| best - bound < 1.0 - EXACT;
    let parts = Program::with(model, goal, (false, true), 0, None);
    let until = Instant::now() + left.mul_f64(0.3);
    let Some((Some(outcome), bound)) = parts.run(None, until, enough)? else {
        return Ok((None, 0.0));
    };
    let Some(solution) = outcome.solution() else {
        return Ok((None, bound));
    };
    let teams = parts.values(|v| solution.var_value(v)).teams;
    let whole = Program::with(model, goal, (true, true), 0, Some(&teams));
    let until = Instant::now() + left.mul_f64(0.3);
    let Some((Some(outcome), _)) = whole.run(None, until, enough)? else {
        return Ok((None, bound));
    };
    let values = outcome.solution().map(|s| whole.values(|v| s.var_value(v)));
    let values = values.filter(|v| model.keeps(v));
    Ok((values.map(|v| super::start::trimmed(model, v)), bound))
}

/// Of the plans with as few people one with the least paid time.
pub fn least_paid(model: &mut Model, first: &Found, end: Instant) -> Result<Found> {
    let people = model.people(&first.values);
    let mut start = super::start::trimmed(model, first.values.clone());
    let paid = |values: &Values| model.paid_minutes(&values.ways) as f64;
    let program = Program::new(model, Goal::Paid(people), true, 0);
    let unit = program.unit;
    let (other, least) = by_teams(model, Goal::Paid(people), end)?;
    if let Some(other) = other.filter(|o| paid(o) < paid(&start)) {
        start = other;
    }
    let bound = (least - EXACT).ceil().max(0.0) * unit;
    if paid(&start) <= bound || Instant::now() >= end {
        return Ok(Found {
            values: start,
            bound,
        });
    }
    let found = program.run(Some(&start), end, |best, bound| best - bound < 1.0 - EXACT)?;
    let (outcome, least) = found.unwrap_or((None, 0.0));
    let bound = ((least - EXACT).ceil().max(0.0) * unit).max(bound);
    let before = paid(&start);
    let Some(mut best) = best_of(model, &program, outcome, Some(start.clone()), bound)? else {
        return Err(too_long());
    };
    best.values = super::start::trimmed(model, best.values);
    if paid(&best.values) > before {
        best.values = start;
    }
    best.bound = best.bound.min(paid(&best.values));
    Ok(best)
}
