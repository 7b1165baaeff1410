//! SLA clocks: the signals of one metric of one ticket, and the times computed from them.
//!
//! A clock keeps every distinct signal, sorted, because a signal that arrives late or from another partition may change
//! the meaning of the others. Everything about a clock is computed by a replay of its signals.
//!
//! | signal | not started | running | paused | stopped | cancelled |
//! |---|---|---|---|---|---|
//! | reset  | – | from zero | from zero, paused | not started | not started |
//! | start  | runs, or waits if paused before | – | – | – | – |
//! | reopen | runs | – | runs | runs on | – |
//! | resume | takes back a pause | – | runs on | – | – |
//! | pause  | will start paused | pauses | – | – | – |
//! | stop   | – | stops | stops | – | – |
//! | cancel | cancelled | cancelled | cancelled | cancelled | – |
//!
//! A dash means that the signal changes nothing. Signals at one instant take effect in the order of
//! their `seq` (without one first), then in the order of the table.

mod open_time;
pub mod standing;
pub mod text;

pub use open_time::{CalendarSequence, OpenTime};

use self::standing::{Standing, standing};
use crate::business_time::Timeline;
use crate::error::{Error, Result, SqlState};
use crate::memory;
use crate::sla::status::ClockStatus;
pub use crate::time::NO_SEQ;
use crate::time::Timestamp;

/// The layout of the stored bytes.
pub const VERSION: u8 = 1;
const HEADER: usize = 4;
const HAS_SEQ: u8 = 1;
/// The most signals in one clock: 17 MB of the gigabyte that a value may have.
pub const MAX_SIGNALS: usize = 1_000_000;

/// A signal's kind, in the order in which signals at one instant take effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum SignalKind {
    Reset,
    Start,
    Reopen,
    Resume,
    Pause,
    Stop,
    Cancel,
}

const KINDS: [(&str, SignalKind); 7] = [
    ("reset", SignalKind::Reset),
    ("start", SignalKind::Start),
    ("reopen", SignalKind::Reopen),
    ("resume", SignalKind::Resume),
    ("pause", SignalKind::Pause),
    ("stop", SignalKind::Stop),
    ("cancel", SignalKind::Cancel),
];

impl SignalKind {
    /// Reads a signal's name.
    ///
    /// # Errors
    /// 22023 for any other text.
    pub fn parse(name: &[u8]) -> Result<Self> {
        if let Some((_, kind)) = KINDS.iter().find(|(n, _)| n.as_bytes() == name) {
            return Ok(*kind);
        }
        let shown = String::from_utf8_lossy(name).into_owned();
        let question = crate::error::did_you_mean(&shown, KINDS.iter().map(|k| k.0));
        let question = question.map_or(String::new(), |q| q + " ");
        Err(Error::parameter(
            format!("\"{shown}\" is not a clock signal"),
            format!("{question}Signals are start, pause, resume, stop, reopen, reset and cancel."),
        ))
    }

    /// The word that the text form has for it.
    pub fn name(self) -> &'static str {
        KINDS
            .iter()
            .find(|(_, k)| *k == self)
            .map_or("", |(n, _)| n)
    }

    fn from_byte(byte: u8) -> Option<Self> {
        KINDS.get(usize::from(byte)).map(|k| k.1)
    }
}

/// One signal. The order of fields is the order of effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Signal {
    /// Microseconds since 2000-01-01 00:00 UTC.
    pub at: Timestamp,
    pub seq: i64,
    pub kind: SignalKind,
}

/// Stored bytes of signals, which are sorted first and freed of doubles.
pub fn encode(signals: &mut Vec<Signal>) -> Result<Vec<u8>> {
    if !signals.is_sorted() {
        signals.sort_unstable();
    }
    signals.dedup();
    let with_seq = signals.iter().any(|s| s.seq != NO_SEQ);
    let size = if with_seq { 17 } else { 9 };
    let mut bytes = memory::with_capacity(HEADER + size * signals.len())?;
    bytes.extend_from_slice(&[VERSION, if with_seq { HAS_SEQ } else { 0 }, 0, 0]);
    for s in signals.iter() {
        bytes.push(s.kind as u8);
        bytes.extend_from_slice(&s.at.to_le_bytes());
        if with_seq {
            bytes.extend_from_slice(&s.seq.to_le_bytes());
        }
    }
    Ok(bytes)
}

/// Writes the stored bytes of sorted signals, leaving doubles out, where `place` says.
pub fn encode_sorted<'a>(signals: &[Signal], place: impl FnOnce(usize) -> &'a mut [u8]) {
    let distinct = |i: usize| i == 0 || signals[i] != signals[i - 1];
    let count = (0..signals.len()).filter(|i| distinct(*i)).count();
    let with_seq = signals.iter().any(|s| s.seq != NO_SEQ);
    let size = if with_seq { 17 } else { 9 };
    let (header, entries) = place(HEADER + size * count).split_at_mut(HEADER);
    header.copy_from_slice(&[VERSION, if with_seq { HAS_SEQ } else { 0 }, 0, 0]);
    let kept = (0..signals.len())
        .filter(|i| distinct(*i))
        .map(|i| &signals[i]);
    for (entry, s) in entries.chunks_exact_mut(size).zip(kept) {
        entry[0] = s.kind as u8;
        entry[1..9].copy_from_slice(&s.at.to_le_bytes());
        if with_seq {
            entry[9..17].copy_from_slice(&s.seq.to_le_bytes());
        }
    }
}

/// Stored bytes, read in place.
#[derive(Clone, Copy)]
pub struct Clock<'a> {
    entries: &'a [u8],
    size: usize,
}

impl<'a> Clock<'a> {
    /// Reads bytes that [`encode`] wrote.
    ///
    /// # Errors
    /// 22P03 for another version, unknown flags, a broken length, an unknown signal or an instant out of range.
    pub fn new(bytes: &'a [u8]) -> Result<Self> {
        let (header, entries) = bytes
            .split_at_checked(HEADER)
            .ok_or_else(|| bad("too short"))?;
        if header[0] != VERSION {
            return Err(bad("unknown version"));
        }
        let size = match header[1..] {
            [0, 0, 0] => 9,
            [HAS_SEQ, 0, 0] => 17,
            _ => return Err(bad("unknown flags")),
        };
        if entries.len() % size != 0 {
            return Err(bad("broken length"));
        }
        if !entries
            .chunks_exact(size)
            .all(|e| usize::from(e[0]) < KINDS.len())
        {
            return Err(bad("unknown signal"));
        }
        let clock = Self { entries, size };
        if !clock.signals().all(|s| crate::time::is_finite(s.at)) {
            return Err(bad("an instant before 4713 BC, after 294276 or infinite"));
        }
        Ok(clock)
    }

    /// Reads bytes from anywhere, checking all of them.
    ///
    /// # Errors
    /// 22P03 when they are no clock, 54000 over [`MAX_SIGNALS`].
    pub fn check(bytes: &'a [u8]) -> Result<Self> {
        let clock = Self::new(bytes)?;
        check_size(clock.len())?;
        let mut signals = memory::collect(clock.signals())?;
        if encode(&mut signals)? != bytes {
            return Err(bad("not sorted"));
        }
        Ok(clock)
    }

    /// The number of signals.
    pub fn len(&self) -> usize {
        self.entries.len() / self.size
    }

    /// Whether there is no signal.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The signals in order of effect.
    pub fn signals(&self) -> impl Iterator<Item = Signal> + 'a {
        let number = |b: &[u8]| b.try_into().map_or(0, i64::from_le_bytes);
        let size = self.size;
        self.entries.chunks_exact(size).map(move |e| Signal {
            at: number(&e[1..9]),
            seq: if size == 17 {
                number(&e[9..17])
            } else {
                NO_SEQ
            },
            kind: SignalKind::from_byte(e[0]).unwrap_or(SignalKind::Cancel),
        })
    }
}

fn bad(why: &str) -> Error {
    Error::new(
        SqlState::InvalidBinary,
        format!("invalid binary SLA clock: {why}"),
        "Send what slaops.sla_clock_send gave, or use the text form.",
    )
}

/// # Errors
/// 54000 over [`MAX_SIGNALS`].
pub fn check_size(signals: usize) -> Result<()> {
    if signals <= MAX_SIGNALS {
        return Ok(());
    }
    Err(Error::limit(
        format!("an SLA clock of {signals} signals is too large"),
        format!("It may hold {MAX_SIGNALS}; group by ticket and metric."),
    ))
}

/// The state of a clock after a replay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockState {
    NotStarted,
    Running,
    Paused,
    Stopped,
    Cancelled,
}

/// A step of a replay: a stretch of the clock's history, or a reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplayStep {
    /// It ran; `to` is `i64::MAX` where it still runs and no end was asked for.
    Ran { from: Timestamp, to: Timestamp },
    /// It was paused.
    Paused { from: Timestamp, to: Timestamp },
    /// Time before this step no longer counts.
    Reset,
}

/// Replays the signals up to and at `as_of`: passes each stretch to `give`, and returns the state at the end.
pub fn replay(
    signals: impl Iterator<Item = Signal>,
    as_of: Timestamp,
    mut give: impl FnMut(ReplayStep),
) -> ClockState {
    let mut state = ClockState::NotStarted;
    let mut paused = false;
    let mut since = 0;
    for signal in signals {
        let Signal { at, kind, .. } = signal;
        if at > as_of {
            break;
        }
        let begins = match (kind, state) {
            (SignalKind::Reset, ClockState::Running) => ClockState::Running,
            (SignalKind::Reset, ClockState::Paused) => ClockState::Paused,
            (SignalKind::Reset, _) => {
                paused &= state == ClockState::NotStarted;
                ClockState::NotStarted
            }
            (SignalKind::Start, ClockState::NotStarted) if paused => ClockState::Paused,
            (SignalKind::Start, ClockState::NotStarted) => ClockState::Running,
            (
                SignalKind::Reopen,
                ClockState::NotStarted | ClockState::Paused | ClockState::Stopped,
            ) => ClockState::Running,
            (SignalKind::Resume, ClockState::Paused) => ClockState::Running,
            (SignalKind::Resume, ClockState::NotStarted) => {
                paused = false;
                continue;
            }
            (SignalKind::Pause, ClockState::NotStarted) => {
                paused = true;
                continue;
            }
            (SignalKind::Pause, ClockState::Running) => ClockState::Paused,
            (SignalKind::Stop, ClockState::Running | ClockState::Paused) => ClockState::Stopped,
            (SignalKind::Cancel, _) => ClockState::Cancelled,
            _ => continue,
        };
        end_stretch(state, since, at, &mut give);
        if kind == SignalKind::Reset {
            give(ReplayStep::Reset);
        }
        state = begins;
        since = at;
    }
    end_stretch(state, since, as_of, &mut give);
    state
}

fn end_stretch(
    state: ClockState,
    from: Timestamp,
    to: Timestamp,
    give: &mut impl FnMut(ReplayStep),
) {
    match state {
        ClockState::Running => give(ReplayStep::Ran { from, to }),
        ClockState::Paused => give(ReplayStep::Paused { from, to }),
        _ => {}
    }
}

/// What a clock does at `as_of`.
pub fn state(clock: Clock<'_>, as_of: Timestamp) -> ClockState {
    replay(clock.signals(), as_of, |_| {})
}

/// How a clock stands at `as_of` without a target.
fn without_target(clock: Clock<'_>, open: &impl OpenTime, as_of: Timestamp) -> Standing {
    standing(clock.signals(), open, None, as_of, 1.0)
}

/// Open microseconds that the clock ran up to `as_of`; None when that is unbounded.
pub fn elapsed(clock: Clock<'_>, open: &impl OpenTime, as_of: Timestamp) -> Option<i64> {
    without_target(clock, open, as_of).elapsed
}

/// Open microseconds that the clock was paused up to `as_of`; None when that is unbounded.
pub fn paused(clock: Clock<'_>, open: &impl OpenTime, as_of: Timestamp) -> Option<i64> {
    without_target(clock, open, as_of).paused
}

/// When the target of so many open microseconds runs out: see [`Standing::due_at`].
pub fn due_at(
    clock: Clock<'_>,
    open: &impl OpenTime,
    target: i64,
    as_of: Timestamp,
) -> Option<Timestamp> {
    standing(clock.signals(), open, Some(target), as_of, 1.0).due_at
}

/// When the target ran out, if it was missed: see [`Standing::breached_at`].
pub fn breached_at(
    clock: Clock<'_>,
    open: &impl OpenTime,
    target: i64,
    as_of: Timestamp,
) -> Option<Timestamp> {
    standing(clock.signals(), open, Some(target), as_of, 1.0).breached_at
}

/// How the clock stands against a target; it is at risk once the share `warn` of the target has passed.
pub fn status(
    clock: Clock<'_>,
    open: &impl OpenTime,
    target: i64,
    as_of: Timestamp,
    warn: f64,
) -> ClockStatus {
    standing(clock.signals(), open, Some(target), as_of, warn).status
}

/// An amount of open time from an interval's parts, in microseconds: a day is one working day of the
/// calendar as it holds at `at`. Days of a calendar that has no working day never pass: `i64::MAX`.
///
/// # Errors
/// 22023 for months, which are no fixed number of working days; 22008 when it overflows.
pub fn amount(
    timeline: &Timeline,
    at: Timestamp,
    months: i32,
    days: i32,
    micros: i64,
) -> Result<i64> {
    if months != 0 {
        return Err(Error::parameter(
            format!("working time must be days or hours, not {months} months"),
            "Each day is one working day of the calendar.",
        ));
    }
    if days == 0 {
        return Ok(micros);
    }
    let day = (timeline.day_minutes_at(at) * crate::time::MICROS_PER_MINUTE).round() as i64;
    if day == 0 {
        return Ok(if days > 0 { i64::MAX } else { i64::MIN });
    }
    let total = day
        .checked_mul(i64::from(days))
        .and_then(|d| d.checked_add(micros));
    total.ok_or_else(|| {
        Error::new(
            SqlState::DatetimeOverflow,
            "the interval must be shorter than the range of instants",
            "Write a shorter one.",
        )
    })
}

/// Merges two clocks, whose signals are sorted, into stored bytes.
///
/// # Errors
/// 54000 over [`MAX_SIGNALS`].
pub fn merge(a: Clock<'_>, b: Clock<'_>) -> Result<Vec<Signal>> {
    let mut merged = memory::with_capacity(a.len() + b.len())?;
    let (mut left, mut right) = (a.signals().peekable(), b.signals().peekable());
    while let Some(next) = match (left.peek(), right.peek()) {
        (Some(l), Some(r)) if l == r => {
            right.next();
            left.next()
        }
        (Some(l), Some(r)) if r < l => right.next(),
        (Some(_), _) => left.next(),
        (None, _) => right.next(),
    } {
        merged.push(next);
    }
    check_size(merged.len())?;
    Ok(merged)
}
