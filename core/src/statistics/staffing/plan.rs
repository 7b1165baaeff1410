//! Who works when: the fewest people in given patterns of shifts who cover what is needed, and of these plans the one
//! with the least paid time.
//!
//! A person works one pattern with one start, on at most so many days of any seven. A team of N can do so with x shifts
//! on each day exactly if N is at least each x and k N at least the x of any seven days: shifts are given to the people in
//! turn. So the plan is a linear program over whole numbers ([`model`]), solved by the crate microlp ([`solve`]).

mod model;
pub mod patterns;
mod refused;
mod solve;
mod start;

use crate::error::{Error, Result};
use crate::{interrupt, memory};
use patterns::Pattern;
use std::time::{Duration, Instant};

/// The most periods, people and columns of the program.
pub const MAX_PERIODS: usize = 5_000;
pub const MAX_PEOPLE: i32 = 100_000;
const MAX_COLUMNS: usize = 20_000;
const MAX_ENTRIES: usize = 1_000_000;
const MAX_SECONDS: f64 = 3_600.0;

/// What is asked for.
pub struct Task<'a> {
    /// The first period's start, in microseconds since 2000-01-01 UTC.
    pub from: i64,
    pub period_minutes: i32,
    /// People for each period.
    pub needed: &'a [f64],
    pub patterns: &'a [Pattern],
    pub zone: chrono_tz::Tz,
    pub max_people: i32,
    pub max_seconds: f64,
}

/// Shifts that begin and end alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Shift {
    /// The number of the pattern.
    pub pattern: usize,
    /// Local day, since 2000-01-01.
    pub day: i32,
    pub starts_at: i64,
    pub ends_at: i64,
    /// From, to.
    pub breaks: Vec<(i64, i64)>,
    pub people: u32,
    /// People of this pattern and start.
    pub team: u32,
    /// Paid minutes of one of them.
    pub paid_minutes: f64,
}

/// A plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub shifts: Vec<Shift>,
    pub people: u32,
    /// No plan has fewer; less than `people` where the time was too short to prove it.
    pub fewest_people: u32,
    pub paid_minutes: f64,
    /// No plan with as few people is paid less.
    pub least_paid_minutes: f64,
}

/// # Errors
/// 22023 for numbers out of range, and where no plan covers what is needed; 54000 for what is too large or found
/// no plan in time.
pub fn plan(task: &Task) -> Result<Plan> {
    check(task)?;
    let end = Instant::now() + Duration::from_secs_f64(task.max_seconds);
    let mut model = model::Model::new(task)?;
    if model.is_idle() {
        return Ok(Plan {
            shifts: Vec::new(),
            people: 0,
            fewest_people: 0,
            paid_minutes: 0.0,
            least_paid_minutes: 0.0,
        });
    }
    refused::uncovered(task, &model)?;
    let Some(first) = solve::fewest(&mut model, end)? else {
        return Err(refused::bounds(task, &model, end)?);
    };
    let least = solve::least_paid(&mut model, &first, end)?;
    let shifts = model.shifts(task, &least.values)?;
    let people = model.people(&least.values);
    Ok(Plan {
        people,
        fewest_people: first.bound_whole().min(people),
        paid_minutes: shifts
            .iter()
            .map(|s| s.paid_minutes * f64::from(s.people))
            .sum(),
        least_paid_minutes: least.bound,
        shifts,
    })
}

fn check(task: &Task) -> Result<()> {
    if task.needed.is_empty() || task.needed.len() > MAX_PERIODS {
        return Err(Error::limit(
            format!(
                "there must be 1 to {MAX_PERIODS} periods, not {}",
                task.needed.len()
            ),
            "Give the people needed in each period of a week or some weeks.",
        ));
    }
    if !(1..=1_440).contains(&task.period_minutes) {
        return Err(Error::parameter(
            format!(
                "period_minutes must be from 1 to 1440, not {}",
                task.period_minutes
            ),
            "Give the length of a period, such as 30.",
        ));
    }
    if !(1..=MAX_PEOPLE).contains(&task.max_people) {
        return Err(Error::parameter(
            format!(
                "max_people must be from 1 to {MAX_PEOPLE}, not {}",
                task.max_people
            ),
            "Give the most people that there may be.",
        ));
    }
    if !(task.max_seconds > 0.0 && task.max_seconds <= MAX_SECONDS) {
        return Err(Error::parameter(
            format!(
                "max_seconds must be above 0 and at most {MAX_SECONDS}, not {}",
                task.max_seconds
            ),
            "Give the seconds after which the best plan so far is good enough, such as 10.",
        ));
    }
    let wrong = |n: &f64| !(0.0..=f64::from(MAX_PEOPLE)).contains(n);
    if let Some(i) = task.needed.iter().position(wrong) {
        return Err(Error::parameter(
            format!("people needed in period {} are {}", i + 1, task.needed[i]),
            format!("Give a number from 0 to {MAX_PEOPLE} for each period."),
        ));
    }
    const ENDS: std::ops::Range<i64> = -3_000_000_000_000_000..3_000_000_000_000_000;
    if !ENDS.contains(&task.from) {
        return Err(Error::parameter(
            "the first period must begin in the years 1905 to 2095",
            "Give the start of the week to plan.",
        ));
    }
    interrupt::check();
    memory::room_for(task.needed.len() * 8, 8)
}

#[cfg(test)]
mod tests;
