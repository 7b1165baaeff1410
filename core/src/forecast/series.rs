//! Values by time as one value: gathered in any order, merged, laid out in regular steps when asked.

pub mod layout;
pub mod rollup;
mod stored;
pub mod sum;
#[cfg(test)]
mod tests;
pub mod text;

pub use stored::{decode, decode_state, encode, encode_state, receive};

use super::time_index::TimeStep;
use crate::error::{Error, Result};
use crate::memory;
use crate::time::{DAY, Timestamp};

/// The most instants of one series: 16 MB.
pub const MAX_POINTS: usize = super::MAX_VALUES;
/// The most points of a state, in which the sum at an instant is kept exactly: in two of them for most values.
const MAX_PARTS: usize = 8 * MAX_POINTS;
/// Points between two questions whether the work is still wanted.
const PAUSE: usize = 65_536;
/// Every zone's offset since 1972 is a whole number of quarters of an hour.
const QUARTER: i64 = DAY / 96;

/// A value at an instant, in microseconds since 2000-01-01 00:00 UTC.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct Point {
    pub at: Timestamp,
    pub value: f64,
}

/// What stands where no value is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Fill {
    /// 0 where all values are whole and none is negative, as counts are; else nothing.
    #[default]
    Auto,
    Zero,
    /// Nothing: a value that is not known, over which the models go on.
    Missing,
}

const FILLS: [(&str, Fill); 3] = [
    ("auto", Fill::Auto),
    ("zero", Fill::Zero),
    ("missing", Fill::Missing),
];

impl Fill {
    /// # Errors
    /// 22023 for another word.
    pub fn parse(text: &str) -> Result<Fill> {
        let found = FILLS.iter().find(|f| f.0.eq_ignore_ascii_case(text));
        let error = || {
            Error::parameter(
                format!("fill must be auto, zero or missing, not \"{text}\""),
                "zero: a step without a row is 0; missing: it is unknown; auto: slaops decides.",
            )
        };
        found.map(|f| f.1).ok_or_else(error)
    }

    /// The word that SQL has for it.
    pub fn name(self) -> &'static str {
        FILLS.iter().find(|f| f.1 == self).map_or("auto", |f| f.0)
    }
}

/// How a series is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// None: found from the instants.
    pub step: Option<TimeStep>,
    pub fill: Fill,
    /// Whether two values of one step are refused rather than summed.
    pub refuse: bool,
}

/// Reads what is done with values of one step: `sum` or `refuse`.
///
/// # Errors
/// 22023 for another word.
pub fn refuses(text: &str) -> Result<bool> {
    match text.to_ascii_lowercase().as_str() {
        "sum" => Ok(false),
        "refuse" => Ok(true),
        _ => Err(Error::parameter(
            format!("duplicates must be sum or refuse, not \"{text}\""),
            "Use sum or refuse.",
        )),
    }
}

impl Rules {
    /// The instant under which a value is kept: the beginning of the longest part of a quarter of an hour that the
    /// step is made of, so that steps of 5 minutes keep one instant each.
    #[inline]
    pub fn kept(&self, at: Timestamp) -> i64 {
        match self.step {
            Some(TimeStep::Micros(m)) => at - at.rem_euclid(layout::gcd(m, QUARTER).max(1)),
            Some(_) => at - at.rem_euclid(QUARTER),
            None => at,
        }
    }

    /// Puts points that were kept under other rules where these keep them.
    pub fn keep(&self, points: &mut [Point]) {
        if self.step.is_some() {
            points.iter_mut().for_each(|p| p.at = self.kept(p.at));
        }
    }

    /// The rules of two series together.
    ///
    /// # Errors
    /// 22023 where both say something and not the same.
    pub fn with(self, other: Rules) -> Result<Rules> {
        let step = match (self.step, other.step) {
            (Some(a), Some(b)) if a != b => {
                return Err(Error::parameter(
                    format!("series to be merged must have the same step, not {a} and {b}"),
                    "Give the same step to both.",
                ));
            }
            (a, b) => a.or(b),
        };
        let fill = match (self.fill, other.fill) {
            (Fill::Auto, b) => b,
            (a, Fill::Auto) => a,
            (a, b) if a == b => a,
            (a, b) => {
                return Err(Error::parameter(
                    format!(
                        "series to be merged must have the same rule for gaps, not {} and {}",
                        a.name(),
                        b.name()
                    ),
                    "Give the same rule to both.",
                ));
            }
        };
        let refuse = self.refuse || other.refuse;
        Ok(Rules { step, fill, refuse })
    }
}

/// A step of an interval's months, days and microseconds.
///
/// # Errors
/// 22023 unless just one of them is above zero.
pub fn step(months: i32, days: i32, micros: i64) -> Result<TimeStep> {
    match (months, days, micros) {
        (m, 0, 0) if m > 0 => Ok(TimeStep::Months(m)),
        (0, d, 0) if d > 0 => Ok(TimeStep::Days(d)),
        (0, 0, t) if t > 0 => Ok(TimeStep::Micros(t)),
        _ => Err(Error::parameter(
            format!(
                "a step must be whole months, whole days or a time, not {months} months, {days} days and {micros} microseconds"
            ),
            "Give one of them, above zero: '1 day', '1 month', '15 minutes'.",
        )),
    }
}

/// Sorts by instant; it may be interrupted, and then some order of the points is left.
fn sort(points: &mut [Point]) {
    if points.is_sorted_by(|a, b| a.at <= b.at) {
        return;
    }
    let mut asked = 0;
    points.sort_unstable_by(|a, b| {
        asked += 1;
        if asked % PAUSE == 0 {
            crate::interrupt::check();
        }
        a.at.cmp(&b.at)
    });
}

/// Sorts points and sums those of one instant, in place and exactly: a sum remains as points of its instant, one or
/// more. What remains is at the front; its number, and that of instants.
pub fn compact(points: &mut [Point]) -> (usize, usize) {
    each_instant(points, |group, parts| {
        // What adds up to an infinity stays as it is: other values may bring it back.
        if !group.iter().all(|p| sum::add(parts, p.value)) {
            parts.clear();
            parts.extend(group.iter().map(|p| p.value));
        } else if parts.is_empty() {
            parts.push(0.0);
        }
    })
}

/// As [`compact`], with sums rounded, once, to a point an instant; infinite where they are beyond the range of
/// numbers.
pub fn total(points: &mut [Point]) -> usize {
    each_instant(points, |group, parts| {
        parts.push(match group {
            // Minus zero is zero.
            [a, b] => a.value + b.value + 0.0,
            _ => sum::rounded(group.iter().map(|p| p.value)),
        });
    })
    .0
}

/// Sorts, and puts what `sum` leaves of each instant's points in their place.
fn each_instant(
    points: &mut [Point],
    mut sum: impl FnMut(&[Point], &mut Vec<f64>),
) -> (usize, usize) {
    sort(points);
    let (mut from, mut kept, mut instants) = (0, 0, 0);
    let mut parts = Vec::new();
    while let Some(&Point { at, value }) = points.get(from) {
        let alike = points[from..].iter().take_while(|p| p.at == at).count();
        parts.clear();
        if alike == 1 {
            // Minus zero is zero, as in sums.
            parts.push(value + 0.0);
        } else {
            sum(&points[from..from + alike], &mut parts);
        }
        for value in &parts {
            points[kept] = Point { at, value: *value };
            kept += 1;
        }
        from += alike;
        instants += 1;
        if instants % PAUSE == 0 {
            crate::interrupt::check();
        }
    }
    (kept, instants)
}

/// # Errors
/// 54000 above [`MAX_POINTS`].
pub fn check_size(points: usize) -> Result<()> {
    if points > MAX_POINTS {
        return Err(Error::limit(
            format!("a series must have at most {MAX_POINTS} instants"),
            "Give the aggregate a step, such as interval '1 day', or group by date_trunc first.",
        ));
    }
    Ok(())
}

/// Whether a state of so many instants, whose sums have so many parts, may grow.
///
/// # Errors
/// 54000 above [`MAX_POINTS`], or eight times as many parts.
pub fn check_state(parts: usize, instants: usize) -> Result<()> {
    check_size(instants.max(parts.saturating_sub(MAX_PARTS - MAX_POINTS)))
}

/// # Errors
/// 22023 for an infinite value.
pub fn check_value(at: Timestamp, value: f64) -> Result<()> {
    if !value.is_infinite() {
        return Ok(());
    }
    Err(Error::parameter(
        format!(
            "the value at {} must be a finite number, not {}infinity",
            crate::time::text::instant(at),
            if value < 0.0 { "-" } else { "" }
        ),
        "Give finite numbers; NULL stands for a value that is missing.",
    ))
}

/// Sorts, and looks for two values of one instant where these are refused.
///
/// # Errors
/// 22023 naming both.
pub fn check_single(rules: Rules, points: &mut [Point]) -> Result<()> {
    if !rules.refuse {
        return Ok(());
    }
    sort(points);
    match points.windows(2).find(|w| w[0].at == w[1].at) {
        Some(two) => Err(doubled(&two[0], two[1].value)),
        None => Ok(()),
    }
}

fn doubled(first: &Point, other: f64) -> Error {
    Error::parameter(
        format!(
            "a step must have one value, but {} has {} and {other}",
            crate::time::text::instant(first.at),
            first.value
        ),
        "Group by the step first, or have them summed: series(at, value, step, fill, 'sum').",
    )
}

/// Both series in one, values of one instant summed, whatever each refuses.
///
/// # Errors
/// As for [`Rules::with`], [`check_size`].
pub fn merge(a: (Rules, Vec<Point>), b: (Rules, Vec<Point>)) -> Result<(Rules, Vec<Point>)> {
    let rules = Rules {
        refuse: false,
        ..a.0.with(b.0)?
    };
    let mut points = a.1;
    memory::extend(&mut points, &b.1)?;
    rules.keep(&mut points);
    let kept = total(&mut points);
    points.truncate(kept);
    check_size(kept)?;
    Ok((rules, points))
}
