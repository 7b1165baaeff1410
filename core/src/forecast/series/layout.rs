//! From points to regular steps: the step is found or given, what lacks is filled.

#[cfg(test)]
mod tests;

use super::{Fill, Point, Rules};
use crate::error::{Error, Result, SqlState};
use crate::forecast::MAX_VALUES;
use crate::forecast::time_index::{self, TimeIndex, TimeStep};
use crate::memory;
use crate::time::{DAY, HOUR};
use chrono_tz::Tz;

/// Values in regular steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Regular {
    pub index: TimeIndex,
    /// NaN where a value is missing.
    pub values: Vec<f64>,
    /// What was not given.
    pub filled: Vec<bool>,
}

/// Lays points out, the oldest first. Days and months are those of the zone; where no step is given and the instants
/// are not of one time of its days, of UTC.
///
/// # Errors
/// 22023 for no points, and for instants without a step; 54000 for more steps than the limit.
pub fn layout(rules: Rules, points: &[Point], tz: Tz) -> Result<Regular> {
    let (Some(first), Some(_)) = (points.first(), points.last()) else {
        return Err(Error::parameter(
            "a series must have at least one point",
            "The aggregate was given no row with both an instant and a value.",
        ));
    };
    let (tz, time) = match rules.step {
        Some(_) => (tz, None),
        None => match (same_time(points, tz), same_time(points, Tz::UTC)) {
            (None, Some(time)) => (Tz::UTC, Some(time)),
            (time, _) => (tz, time),
        },
    };
    let (step, anchor) = match rules.step {
        Some(step) => (step, beginning(step, time_index::wall(tz, first.at))?),
        None => {
            let (step, month_ends) = found(points, tz, time.is_some())?;
            let mut wall = time_index::wall(tz, first.at);
            if let Some(time) = time {
                wall += time - wall.rem_euclid(DAY);
            }
            // Last days of months stand for their months, which begin on the first.
            let past = if month_ends { month(wall)?.1 } else { 0 };
            (step, wall - past.div_euclid(DAY) * DAY)
        }
    };
    let begins = if rules.step.is_some() || matches!(step, TimeStep::Days(_) | TimeStep::Months(_))
    {
        time_index::instant(tz, anchor)
    } else {
        first.at
    };
    if let (TimeStep::Months(_), Some(last)) = (step, points.last()) {
        month(time_index::wall(tz, last.at))?;
        month(anchor)?;
    }
    let whole = TimeIndex {
        first: begins,
        step,
        zone: tz.name().to_owned(),
    };
    let place = |p: &Point| whole.place(p.at, tz, slack(rules, step));
    let count = points.last().map_or(0, place) + 1;
    check_count(count, step)?;
    let (values, filled) = sums(rules, points, count as usize, |p| place(p) as usize)?;
    Ok(Regular {
        index: whole,
        values,
        filled,
    })
}

/// Values by place, and which were not given.
///
/// # Errors
/// 22023 for two values of one place where these are refused.
fn sums(
    rules: Rules,
    points: &[Point],
    count: usize,
    place: impl Fn(&Point) -> usize,
) -> Result<(Vec<f64>, Vec<bool>)> {
    let mut values = memory::filled(count, f64::NAN)?;
    for p in points {
        if let Some(v) = values.get_mut(place(p)) {
            if rules.refuse && !v.is_nan() {
                return Err(super::doubled(p, *v));
            }
            *v = if v.is_nan() { p.value } else { *v + p.value };
        }
    }
    let filled = memory::collect(values.iter().map(|v: &f64| v.is_nan()))?;
    let counts = || {
        points
            .iter()
            .all(|p| p.value >= 0.0 && p.value.fract() == 0.0)
    };
    if rules.fill == Fill::Zero || rules.fill == Fill::Auto && counts() {
        values
            .iter_mut()
            .filter(|v| v.is_nan())
            .for_each(|v| *v = 0.0);
    }
    Ok((values, filled))
}

/// Whole days that a zone's changes have moved by up to two hours count as days.
fn slack(rules: Rules, step: TimeStep) -> i64 {
    match step {
        TimeStep::Micros(DAY) if rules.step.is_none() => 2 * HOUR,
        _ => 0,
    }
}

/// Values on a grid from its `from`th step to the last point's; steps between without a value are filled as gaps
/// are.
///
/// # Errors
/// 22023 for no points, for a step that is not the grid's, and for a point before the step `from`; 54000 for more
/// steps than the limit.
pub fn onto(rules: Rules, points: &[Point], index: &TimeIndex, from: usize) -> Result<Vec<f64>> {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return Ok(Vec::new());
    };
    if let Some(step) = rules.step.filter(|s| *s != index.step) {
        return Err(Error::parameter(
            format!(
                "the series must have the fit's step of {}, not {step}",
                index.step
            ),
            "Sum the series by the fit's step.",
        ));
    }
    let tz = crate::time::zone::find(&index.zone)?;
    let from = i64::try_from(from).unwrap_or(i64::MAX);
    let slack = slack(rules, index.step);
    let place = |p: &Point| index.place(p.at, tz, slack).saturating_sub(from);
    if let (TimeStep::Months(_), wall) = (index.step, time_index::wall(tz, last.at)) {
        month(wall)?;
    }
    if place(first) < 0 {
        let begins = index.at(from as usize).map(crate::time::text::instant);
        return Err(Error::parameter(
            format!(
                "the value of {} is already in the fit",
                crate::time::text::instant(first.at)
            ),
            format!(
                "Give values from {} on.",
                begins.as_deref().unwrap_or("the next step")
            ),
        ));
    }
    let count = place(last).saturating_add(1);
    check_count(count, index.step)?;
    Ok(sums(rules, points, count as usize, |p| place(p) as usize)?.0)
}

/// # Errors
/// 54000 for more steps than the limit.
fn check_count(count: i64, step: TimeStep) -> Result<()> {
    if count < 1 || count > MAX_VALUES as i64 {
        return Err(Error::limit(
            format!("a series must have at most {MAX_VALUES} steps, not {count} of {step}"),
            "Give the aggregate a longer step, such as interval '1 day'.",
        ));
    }
    Ok(())
}

/// The time of day of all instants, if they have one; of a day that lacks it, by RFC 5545, the time that stands for
/// it: 01:00 for midnight on 4 November 2018 in Sao Paulo.
fn same_time(points: &[Point], tz: Tz) -> Option<i64> {
    let of = |p: &Point| time_index::wall(tz, p.at).rem_euclid(DAY);
    let time = points.iter().map(of).min()?;
    let stands = |p: &Point| {
        let wall = time_index::wall(tz, p.at);
        time_index::instant(tz, wall - wall.rem_euclid(DAY) + time) == p.at
    };
    points
        .iter()
        .all(|p| of(p) == time || stands(p))
        .then_some(time)
}

/// From one instant to another.
fn ahead(to: i64, from: i64) -> i128 {
    i128::from(to) - i128::from(from)
}

/// The wall time at which the step that holds this wall time begins: midnight, Monday for weeks, the first of
/// the month, of the quarter, of the year.
fn beginning(step: TimeStep, wall: i64) -> Result<i64> {
    Ok(match step {
        // 2000-01-03 was a Monday.
        TimeStep::Days(d) if d % 7 == 0 => {
            (wall.div_euclid(DAY) - 2).div_euclid(7) * 7 * DAY + 2 * DAY
        }
        TimeStep::Days(_) => wall - wall.rem_euclid(DAY),
        TimeStep::Months(m) => {
            let months = month(wall)?.0.div_euclid(i64::from(m)) * i64::from(m);
            time_index::month_begins(months).unwrap_or(wall)
        }
        TimeStep::Micros(m) if DAY % m == 0 => wall - wall.rem_euclid(m),
        TimeStep::Micros(_) => wall,
    })
}

/// # Errors
/// 22008 for an instant outside the calendar's years.
fn month(wall: i64) -> Result<(i64, i64)> {
    time_index::month(wall).ok_or_else(|| {
        Error::new(
            SqlState::DatetimeOverflow,
            format!("{} microseconds from 2000 lie outside the calendar", wall),
            "Give instants of the years up to 262142.",
        )
    })
}

/// The step that all instants keep to, and whether they are last days of months.
fn found(points: &[Point], tz: Tz, daily: bool) -> Result<(TimeStep, bool)> {
    if points.len() == 1 {
        return Ok((TimeStep::Days(1), false));
    }
    let gcd_of = |list: &mut dyn Iterator<Item = i64>| list.fold(0, gcd);
    let walls = memory::collect(points.iter().map(|p| time_index::wall(tz, p.at)))?;
    if daily {
        let months = memory::try_collect(walls.iter().map(|w| month(*w)))?;
        let day = |m: &(i64, i64)| m.1.div_euclid(DAY);
        let same_day = months.iter().all(|m| day(m) == day(&months[0]));
        let last_day = |w: &i64| time_index::month(*w + DAY).is_some_and(|m| m.1 < DAY);
        if same_day || walls.iter().all(last_day) {
            let step = gcd_of(&mut months.windows(2).map(|w| w[1].0 - w[0].0));
            return Ok((TimeStep::Months(step as i32), !same_day));
        }
        let days = |from: i64, to: i64| to.div_euclid(DAY) - from.div_euclid(DAY);
        let step = gcd_of(&mut walls.windows(2).map(|w| days(w[0], w[1])));
        let step = TimeStep::Days(step.try_into().unwrap_or(i32::MAX));
        let span = days(walls[0], walls[walls.len() - 1]);
        return keeps(step, span, points.len()).map(|s| (s, false));
    }
    let gap = |from: &Point, to: &Point| ahead(to.at, from.at).min(i64::MAX.into()) as i64;
    let gaps = || points.windows(2).map(|w| gap(&w[0], &w[1]));
    // Days of a zone that is not known here: some are an hour longer or shorter.
    let about_days =
        |gap: i64| (gap.rem_euclid(DAY) + 2 * HOUR) % DAY <= 4 * HOUR && gap >= DAY - 2 * HOUR;
    if gaps().all(about_days) {
        return Ok((TimeStep::Micros(DAY), false));
    }
    let step = gcd_of(&mut gaps());
    let span = points.last().map_or(0, |p| gap(&points[0], p));
    keeps(TimeStep::Micros(step), span, points.len()).map(|s| (s, false))
}

/// A step that leaves few gaps in a span in its unit.
///
/// # Errors
/// 22023 where more than 19 of 20 steps, and of more than 1,000, would be gaps.
fn keeps(step: TimeStep, span: i64, points: usize) -> Result<TimeStep> {
    let unit = match step {
        TimeStep::Micros(m) => m,
        TimeStep::Days(d) => i64::from(d),
        TimeStep::Months(m) => i64::from(m),
    };
    let steps = span / unit.max(1);
    if steps > 20 * points as i64 && steps > 1_000 {
        return Err(Error::parameter(
            format!(
                "the instants of the series keep to no step: {points} of them in {steps} steps of {step}"
            ),
            "Give the aggregate a step, such as interval '1 day'.",
        ));
    }
    Ok(step)
}

pub(super) fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a.abs() } else { gcd(b, a % b) }
}

/// Stretches that were not given: first place and number of steps.
pub fn gaps(filled: &[bool]) -> Vec<(usize, usize)> {
    let mut list: Vec<(usize, usize)> = Vec::new();
    for (i, missing) in filled.iter().enumerate() {
        match list.last_mut() {
            _ if !missing => {}
            Some((from, count)) if *from + *count == i => *count += 1,
            _ => list.push((i, 1)),
        }
    }
    list
}
