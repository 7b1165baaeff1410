//! What a queue will do under a plan: arrivals and people that change by the half hour.
//!
//! Poisson arrivals, exponential handling times, first come first served. The probabilities of each number of tickets or
//! calls in the system are carried from period to period by uniformization (A. Jensen, 1953), so a queue that
//! grows in one half hour, or over a closed night, is there in the next. Formulas of the long run, such as Erlang's, take each
//! period by itself.

mod states;

use super::amount;
use super::due::check_count;
use super::queue::MAX_AGENTS;
use crate::error::{Error, Result};
use crate::memory;
use states::States;

/// The most steps of the whole computation, some 10 s.
const MAX_STEPS: f64 = 5e9;

/// A stretch of time.
#[derive(Clone, Copy, Debug)]
pub struct Period {
    pub minutes: f64,
    /// Calls or tickets that come.
    pub arrivals: f64,
    /// People at work; a part of one is there for a part of the period.
    pub people: f64,
    /// Minutes from the middle of the period until what comes now is due.
    pub due: f64,
}

/// What happens in a period; parts of what comes in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outlook {
    /// The part that is begun by its due time; None if nothing comes.
    pub attainment: Option<f64>,
    /// The part of those in the system in the period that give up in it, over arrivals.
    pub abandonment: f64,
    /// The part of people's time that they work; None without people.
    pub occupancy: Option<f64>,
    /// The mean number that wait at its end.
    pub waiting: f64,
}

/// The outlook of each period, with `backlog` in the system at first; patience is infinite where nobody gives up.
///
/// # Errors
/// 22023 for what is negative or out of range, 54000 for what would take too long.
pub fn outlook(
    periods: &[Period],
    handle_minutes: f64,
    patience_minutes: f64,
    backlog: f64,
) -> Result<Vec<Outlook>> {
    check_count(periods.len())?;
    let service = 1.0 / amount("a handling time", handle_minutes, true)?;
    if patience_minutes.is_nan() || patience_minutes < handle_minutes / 1e6 {
        return Err(Error::parameter(
            format!(
                "patience must be at least a millionth of the handling time, not {patience_minutes} minutes"
            ),
            "Give the mean time until a caller gives up, or infinity for callers who never do.",
        ));
    }
    let leave = 1.0 / patience_minutes;
    let backlog = amount("a backlog", backlog, false)?;
    if backlog > f64::from(MAX_AGENTS) {
        return Err(Error::limit(
            format!("a backlog must be at most {MAX_AGENTS}, not {backlog}"),
            "Split the queue.",
        ));
    }
    for period in periods {
        amount("arrivals", period.arrivals, false)?;
        amount("minutes of a period", period.minutes, true)?;
        if !(0.0..=f64::from(MAX_AGENTS)).contains(&period.people) {
            return Err(Error::parameter(
                format!(
                    "people must be from 0 to {MAX_AGENTS}, not {}",
                    period.people
                ),
                "Give the people at work in each period.",
            ));
        }
        if period.due.is_nan() || period.due < 0.0 {
            return Err(Error::parameter(
                format!(
                    "a due time must be 0 or more minutes away, not {}",
                    period.due
                ),
                "Give the time within which work is to begin.",
            ));
        }
    }
    let minutes: f64 = periods.iter().map(|p| p.minutes).sum();
    let mean_people = periods.iter().map(|p| p.people * p.minutes).sum::<f64>() / minutes;
    let mut states = States::of(backlog)?;
    let mut found = memory::with_capacity(periods.len())?;
    let mut steps = 0.0;
    for (i, period) in periods.iter().enumerate() {
        let rate = period.arrivals / period.minutes;
        let mean = states.pass(rate, period.people * service, service, leave, period)?;
        steps += mean.steps;
        if steps > MAX_STEPS {
            return Err(Error::limit(
                "so many arrivals and people over so many periods would take too long",
                "Give fewer periods, or split the queue.",
            ));
        }
        let n = period.people;
        let attainment = match leave > 0.0 {
            true => mean.in_time_if_they_leave(n, service, leave, period.due)?,
            false => mean.in_time(&chances(&periods[i..], service, mean_people)),
        };
        let (busy, waits) = mean.busy_and_waiting(period.people);
        found.push(Outlook {
            attainment: (period.arrivals > 0.0).then_some(attainment.clamp(0.0, 1.0)),
            abandonment: match period.arrivals > 0.0 && leave > 0.0 {
                true => waits * leave * period.minutes / period.arrivals,
                false => 0.0,
            },
            occupancy: (period.people > 0.0).then(|| (busy / n).clamp(0.0, 1.0)),
            waiting: states.busy_and_waiting(period.people).1,
        });
    }
    Ok(found)
}

/// When someone who finds k in the system is begun by his due time: (people at work, mean number done by then while all
/// are busy) at his arrival, at the end and when most are there. At one of them enough must have been done.
fn chances(periods: &[Period], service: f64, mean_people: f64) -> Vec<(f64, f64)> {
    let Some(first) = periods.first() else {
        return Vec::new();
    };
    let mut rest = first.due;
    let mut done = 0.0;
    let mut found = vec![(first.people.floor(), 0.0)];
    for (i, period) in periods.iter().enumerate() {
        let there = match i {
            0 => period.minutes / 2.0,
            _ => period.minutes,
        };
        let n = period.people;
        let part = rest.min(there);
        // When more come, what has been done before is enough; before some leave, it is enough for as many.
        if i > 0 {
            found.push((n.max(periods[i - 1].people).floor(), done));
        }
        done += n * service * part;
        rest -= part;
        if rest <= 0.0 || i + 1 == periods.len() {
            // Beyond the last period there are as many as in the mean.
            done += mean_people * service * rest.max(0.0);
            found.push((
                if rest > 0.0 { n.max(mean_people) } else { n }.floor(),
                done,
            ));
            break;
        }
    }
    // Of two chances the one that has both more people and more done is the better; few remain.
    let mut kept: Vec<(f64, f64)> = Vec::new();
    for chance in found.into_iter().rev() {
        if kept.iter().all(|k| chance.0 > k.0) {
            kept.push(chance);
        }
    }
    kept
}

#[cfg(test)]
pub mod tests;
