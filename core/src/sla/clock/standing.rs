//! Everything that a clock says at an instant, in one pass over its signals.

use super::{ClockState, OpenTime, ReplayStep, Signal, replay};

/// How a clock stands at an instant. Amounts are open microseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    pub state: ClockState,
    /// As [`super::status`] has it; `no_target` for a started clock without a target.
    pub status: &'static str,
    /// When it first ran or waited, counted from the last reset.
    pub started_at: Option<i64>,
    /// When it last stopped or was cancelled, if it does not run.
    pub stopped_at: Option<i64>,
    /// None when unbounded.
    pub elapsed: Option<i64>,
    pub paused: Option<i64>,
    pub due_at: Option<i64>,
    pub breached_at: Option<i64>,
}

/// How a clock stands against a target, if it has one.
pub fn standing(
    signals: impl Iterator<Item = Signal>,
    open: &impl OpenTime,
    target: Option<i64>,
    as_of: i64,
    warn: f64,
) -> Standing {
    let goal = target.unwrap_or(i64::MAX);
    let (mut elapsed, mut paused) = (Some(0i64), Some(0i64));
    let (mut due, mut crossed) = (None, None);
    let (mut started_at, mut ended_at) = (None, None);
    let plus = |sum: Option<i64>, more: Option<i64>| sum?.checked_add(more?);
    let state = replay(signals, as_of, |step| match step {
        ReplayStep::Reset => {
            (elapsed, paused) = (Some(0), Some(0));
            (due, crossed, started_at) = (None, None, None);
        }
        ReplayStep::Paused { from, to } => {
            started_at = started_at.or(Some(from));
            ended_at = Some(to);
            paused = plus(paused, open.between(from, to));
        }
        ReplayStep::Ran { from, to } => {
            started_at = started_at.or(Some(from));
            ended_at = Some(to);
            let used = elapsed.unwrap_or(i64::MAX);
            let left = goal - used;
            // Once the target has run out, the instant stands.
            if target.is_some() && due.is_none_or(|_| left > 0) {
                due = Some(open.add(from, left));
            }
            elapsed = plus(elapsed, open.between(from, to));
            if elapsed.unwrap_or(i64::MAX) > goal && crossed.is_none() {
                crossed = due;
            }
        }
    });
    let missed = elapsed.unwrap_or(i64::MAX) > goal;
    let status = match state {
        ClockState::NotStarted => "not_started",
        ClockState::Cancelled => "cancelled",
        _ if target.is_none() => "no_target",
        _ if missed => "breached",
        ClockState::Stopped => "met",
        ClockState::Paused => "paused",
        ClockState::Running if elapsed.unwrap_or(i64::MAX) as f64 >= warn * goal as f64 => {
            "at_risk"
        }
        ClockState::Running => "active",
    };
    let over = matches!(state, ClockState::Stopped | ClockState::Cancelled);
    Standing {
        state,
        status,
        started_at,
        stopped_at: ended_at.filter(|_| over),
        elapsed,
        paused,
        due_at: due.filter(|_| matches!(state, ClockState::Running | ClockState::Stopped)),
        breached_at: crossed.filter(|at| *at != i64::MAX && state != ClockState::Cancelled),
    }
}
