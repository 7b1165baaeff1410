//! Series and states of series as bytes.

use super::{FILLS, MAX_PARTS, MAX_POINTS, Point, Rules};
use crate::error::{Error, Result, SqlState};
use crate::forecast::time_index::TimeStep;
use crate::memory;
use crate::time::{is_finite, text};

/// The layout of the stored bytes, their first byte.
pub const VERSION: u8 = 1;
/// The same of an aggregate's state, in which an instant may have several points.
const STATE_VERSION: u8 = 129;
const HEADER: usize = 16;
const POINT: usize = 16;

/// The bytes of points that are sorted and of one instant each: version, fill, kind of the step, whether doubles are
/// refused, and amount of the step, then instants and values.
///
/// # Errors
/// 54000 for a sum that is not finite.
pub fn encode(rules: Rules, points: &[Point]) -> Result<Vec<u8>> {
    if let Some(p) = points.iter().find(|p| !p.value.is_finite()) {
        return Err(Error::limit(
            format!(
                "the values at {} sum to {}, beyond the range of numbers",
                text::instant(p.at),
                p.value
            ),
            "Scale the values, for example to thousands.",
        ));
    }
    write(VERSION, rules, points)
}

/// The bytes of a state that is compact.
///
/// # Errors
/// 53200 where there is no memory.
pub fn encode_state(rules: Rules, points: &[Point]) -> Result<Vec<u8>> {
    write(STATE_VERSION, rules, points)
}

fn write(version: u8, rules: Rules, points: &[Point]) -> Result<Vec<u8>> {
    let (kind, amount) = match rules.step {
        None => (0, 0),
        Some(TimeStep::Micros(m)) => (1, m),
        Some(TimeStep::Days(d)) => (2, i64::from(d)),
        Some(TimeStep::Months(m)) => (3, i64::from(m)),
    };
    let mut bytes = memory::with_capacity(HEADER + points.len() * POINT)?;
    bytes.extend([
        version,
        rules.fill as u8,
        kind,
        rules.refuse.into(),
        0,
        0,
        0,
        0,
    ]);
    bytes.extend(amount.to_le_bytes());
    for p in points {
        bytes.extend(p.at.to_le_bytes());
        bytes.extend(p.value.to_le_bytes());
    }
    Ok(bytes)
}

/// Rules and points of stored bytes.
///
/// # Errors
/// 22P03 for bytes that are not a series; all of it is checked.
pub fn decode(bytes: &[u8]) -> Result<(Rules, Vec<Point>)> {
    read(VERSION, bytes)
}

/// Reads bytes from anywhere: each instant is one under which the series' step keeps values, and no value is minus zero.
///
/// # Errors
/// 22P03 for bytes that are not what [`encode`] gives for a series.
pub fn receive(bytes: &[u8]) -> Result<(Rules, Vec<Point>)> {
    let bad = |why: &str| {
        Error::new(
            SqlState::InvalidBinary,
            format!("binary series does not read: {why}"),
            "Send what slaops.series_send gave, or use the text form.",
        )
    };
    let (rules, points) = decode(bytes)?;
    if points.iter().any(|p| rules.kept(p.at) != p.at) {
        return Err(bad("an instant that its step does not keep"));
    }
    if points
        .iter()
        .any(|p| p.value == 0.0 && p.value.is_sign_negative())
    {
        return Err(bad("a minus zero"));
    }
    Ok((rules, points))
}

/// Rules and points of a state's bytes.
///
/// # Errors
/// As for [`decode`].
pub fn decode_state(bytes: &[u8]) -> Result<(Rules, Vec<Point>)> {
    read(STATE_VERSION, bytes)
}

fn read(wanted: u8, bytes: &[u8]) -> Result<(Rules, Vec<Point>)> {
    let broken = || {
        Error::new(
            SqlState::InvalidBinary,
            "a stored series is damaged or of a newer version",
            "It is damaged, or was written by a newer slaops.",
        )
    };
    let (header, rest) = bytes.split_at_checked(HEADER).ok_or_else(broken)?;
    let [version, fill, kind, refuse @ 0..=1, 0, 0, 0, 0, ..] = *header else {
        return Err(broken());
    };
    let word = |b: &[u8]| b.try_into().map(i64::from_le_bytes).map_err(|_| broken());
    let amount = word(&header[8..])?;
    let small = i32::try_from(amount).ok();
    let step = match (kind, small) {
        (0, Some(0)) => None,
        (1, _) if amount > 0 => Some(TimeStep::Micros(amount)),
        (2, Some(d)) if d > 0 => Some(TimeStep::Days(d)),
        (3, Some(m)) if m > 0 => Some(TimeStep::Months(m)),
        _ => return Err(broken()),
    };
    let fill = FILLS.get(usize::from(fill)).ok_or_else(broken)?.1;
    let (most, alike) = match wanted {
        VERSION => (MAX_POINTS, false),
        _ => (2 * MAX_PARTS, true),
    };
    if version != wanted || rest.len() % POINT != 0 || rest.len() / POINT > most {
        return Err(broken());
    }
    let mut points: Vec<Point> = memory::with_capacity(rest.len() / POINT)?;
    for chunk in rest.chunks_exact(POINT) {
        let (at, value) = (
            word(&chunk[..8])?,
            f64::from_bits(word(&chunk[8..])? as u64),
        );
        let after = |p: &Point| p.at < at || alike && p.at == at;
        let later = points.last().is_none_or(after);
        if !later || !value.is_finite() || !is_finite(at) {
            return Err(broken());
        }
        points.push(Point { at, value });
    }
    let refuse = refuse == 1;
    Ok((Rules { step, fill, refuse }, points))
}
