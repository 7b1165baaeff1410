//! What is in the way of a plan, said in half hours and bounds.

use super::Task;
use super::model::Model;
use super::solve::{Goal, Program};
use crate::error::{Error, Result};
use crate::time::{DAY_SECONDS, MINUTE, SECOND, wall};
use std::time::Instant;

/// The most stretches that a message names.
const MOST: usize = 5;

/// Local times of stretches of periods, with what `said` says of the first of each.
fn stretches(task: &Task, periods: &[usize], said: impl Fn(usize) -> String) -> String {
    let period = i64::from(task.period_minutes) * MINUTE;
    let at = |i: usize| {
        let wall = wall::wall(task.zone, task.from + period * i as i64);
        let seconds = wall.div_euclid(SECOND);
        let day = seconds.div_euclid(DAY_SECONDS);
        let minute = seconds.rem_euclid(DAY_SECONDS) / 60;
        let date =
            crate::calendar::hours::date(day as i32).map_or_else(String::new, |d| d.to_string());
        format!("{date} {:02}:{:02}", minute / 60, minute % 60)
    };
    let mut found = Vec::new();
    let mut i = 0;
    let mut more = 0;
    while i < periods.len() {
        let first = i;
        while i + 1 < periods.len()
            && periods[i + 1] == periods[i] + 1
            && said(periods[i + 1]) == said(periods[first])
        {
            i += 1;
        }
        if found.len() < MOST {
            let said = said(periods[first]);
            let to = at(periods[i] + 1);
            let from = at(periods[first]);
            // The day is said once.
            let to = match from.split_once(' ').zip(to.split_once(' ')) {
                Some((a, b)) if a.0 == b.0 => b.1.to_owned(),
                _ => to,
            };
            found.push(format!("{from} to {to}{said}"));
        } else {
            more += 1;
        }
        i += 1;
    }
    if more > 0 {
        found.push(format!("and {more} more"));
    }
    found.join(", ")
}

/// # Errors
/// 22023 where somebody is needed and no pattern can be at work.
pub fn uncovered(task: &Task, model: &Model) -> Result<()> {
    let bare: Vec<usize> = (0..model.needed.len())
        .filter(|i| model.needed[*i] > 0.0 && model.cover[*i].is_empty())
        .collect();
    if bare.is_empty() {
        return Ok(());
    }
    Err(Error::parameter(
        format!(
            "no pattern covers {} of {} periods in which people are needed: {}",
            bare.len(),
            model.needed.iter().filter(|n| **n > 0.0).count(),
            stretches(task, &bare, |_| String::new())
        ),
        "Add starts or patterns that are at work then, or need nobody there.",
    ))
}

/// The error for bounds that allow no plan: what is missing under them, and what would be enough.
pub fn bounds(task: &Task, model: &Model, end: Instant) -> Result<Error> {
    let program = Program::new(model, Goal::Missing, true, 0);
    let found = program.run(None, end, |best, bound| best - bound < 0.5)?;
    let limits: Vec<String> = task
        .patterns
        .iter()
        .filter_map(|p| {
            p.max_people
                .map(|m| format!("{m} of pattern \"{}\"", p.name))
        })
        .chain((task.max_people < super::MAX_PEOPLE).then(|| format!("{} in all", task.max_people)))
        .collect();
    let limits = match limits.is_empty() {
        true => format!("{} people in all", super::MAX_PEOPLE),
        false => limits.join(", "),
    };
    let Some((Some(outcome), _)) = found else {
        // The least numbers of people are more than the most.
        let least: u32 = task.patterns.iter().map(|p| p.min_people).sum();
        return Ok(Error::parameter(
            format!(
                "the patterns' min_people are {least} in all, more than the most allowed: {limits}"
            ),
            "Raise max_people, or lower min_people.",
        ));
    };
    let Some(solution) = outcome.solution() else {
        return Ok(Error::parameter(
            format!("no plan covers what is needed with at most {limits}"),
            "Raise max_people, or add patterns.",
        ));
    };
    let short = |i: usize| program.missing[i].map_or(0.0, |v| solution.var_value(v));
    let missing: Vec<usize> = (0..model.needed.len())
        .filter(|i| short(*i) > 1e-6)
        .collect();
    let sum: f64 = missing.iter().map(|i| short(*i)).sum();
    let shown = |n: f64| super::super::shown((n * 100.0).round() / 100.0);
    let said = |i: usize| format!(" ({} missing)", shown(short(i)));
    Ok(Error::parameter(
        format!(
            "people are missing with at most {limits}: {} over {} periods, {}",
            shown(sum),
            missing.len(),
            stretches(task, &missing, said)
        ),
        "Raise max_people or shifts_per_week, add starts, or need fewer people there.",
    ))
}
