//! How a clock stands at an instant: the one fold over its signals from which every figure about a clock is read.

use super::{ClockState, OpenTime, ReplayStep, Signal, replay};
use crate::sla::status::ClockStatus;
use crate::time::Timestamp;

/// How a clock stands at an instant. Amounts are open microseconds, None when unbounded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// What the clock does.
    pub state: ClockState,
    /// How it stands against its target; `NoTarget` for a started clock without one.
    pub status: ClockStatus,
    /// When it first ran or was paused since the last reset.
    pub started_at: Option<Timestamp>,
    /// When it stopped or was cancelled, if it did.
    pub stopped_at: Option<Timestamp>,
    /// How long it ran.
    pub elapsed: Option<i64>,
    /// How long it was paused.
    pub paused: Option<i64>,
    /// When the target runs out: the earliest instant, as if the clock ran on. None while the clock is paused, before
    /// it starts and when it is cancelled; an infinity if the calendar never has that much open time.
    pub due_at: Option<Timestamp>,
    /// When the target ran out, if more open time than that has passed. A clock that stops exactly on its target has
    /// met it; a cancelled clock has no breach.
    pub breached_at: Option<Timestamp>,
}

/// The time that a clock has run since its last reset, against its target.
#[derive(Clone, Copy, Debug)]
pub struct TargetTracker {
    target: Option<i64>,
    /// Open microseconds that the clock ran; None when unbounded.
    pub elapsed: Option<i64>,
    /// When the target runs out, by the latest stretch that began before it did.
    pub due_at: Option<Timestamp>,
    /// `due_at`, once more than the target has passed.
    pub crossed_at: Option<Timestamp>,
}

impl TargetTracker {
    /// A clock that has not run, with a target in open microseconds or none.
    pub fn new(target: Option<i64>) -> Self {
        Self {
            target,
            elapsed: Some(0),
            due_at: None,
            crossed_at: None,
        }
    }

    /// Forgets what has run.
    pub fn reset(&mut self) {
        *self = Self::new(self.target);
    }

    /// The clock begins to run at an instant. Once the target has run out, the due instant stands.
    pub fn begin(&mut self, open: &impl OpenTime, at: Timestamp) {
        let used = self.elapsed.unwrap_or(i64::MAX);
        if let Some(target) = self.target
            && (self.due_at.is_none() || target > used)
        {
            self.due_at = Some(open.add(at, target.saturating_sub(used)));
        }
    }

    /// The clock has run for an amount of open time.
    pub fn run(&mut self, open: Option<i64>) {
        self.elapsed = plus(self.elapsed, open);
        if self.is_missed() && self.crossed_at.is_none() {
            self.crossed_at = self.due_at;
        }
    }

    /// Whether more than the target has passed.
    pub fn is_missed(&self) -> bool {
        let used = self.elapsed.unwrap_or(i64::MAX);
        self.target.is_some_and(|target| used > target)
    }

    fn status(&self, state: ClockState, warn: f64) -> ClockStatus {
        let used = self.elapsed.unwrap_or(i64::MAX);
        match (state, self.target) {
            (ClockState::NotStarted, _) => ClockStatus::NotStarted,
            (ClockState::Cancelled, _) => ClockStatus::Cancelled,
            (_, None) => ClockStatus::NoTarget,
            _ if self.is_missed() => ClockStatus::Breached,
            (ClockState::Stopped, _) => ClockStatus::Met,
            (ClockState::Paused, _) => ClockStatus::Paused,
            (ClockState::Running, Some(target)) if used as f64 >= warn * target as f64 => {
                ClockStatus::AtRisk
            }
            (ClockState::Running, _) => ClockStatus::Active,
        }
    }
}

/// The sum of two amounts; None when either is unbounded or the sum overflows.
fn plus(sum: Option<i64>, more: Option<i64>) -> Option<i64> {
    sum?.checked_add(more?)
}

/// How a clock stands at `as_of` against a target in open microseconds, if it has one. It is at risk once the share
/// `warn` of the target has passed.
pub fn standing(
    signals: impl Iterator<Item = Signal>,
    open: &impl OpenTime,
    target: Option<i64>,
    as_of: Timestamp,
    warn: f64,
) -> Standing {
    let mut tracker = TargetTracker::new(target);
    let mut paused = Some(0i64);
    let (mut started_at, mut ended_at) = (None, None);
    let state = replay(signals, as_of, |step| match step {
        ReplayStep::Reset => {
            tracker.reset();
            (paused, started_at) = (Some(0), None);
        }
        ReplayStep::Paused { from, to } => {
            started_at = started_at.or(Some(from));
            ended_at = Some(to);
            paused = plus(paused, open.between(from, to));
        }
        ReplayStep::Ran { from, to } => {
            started_at = started_at.or(Some(from));
            ended_at = Some(to);
            tracker.begin(open, from);
            tracker.run(open.between(from, to));
        }
    });
    let ended = matches!(state, ClockState::Stopped | ClockState::Cancelled);
    let has_due = matches!(state, ClockState::Running | ClockState::Stopped);
    let can_breach = state != ClockState::Cancelled;
    Standing {
        state,
        status: tracker.status(state, warn),
        started_at,
        stopped_at: ended_at.filter(|_| ended),
        elapsed: tracker.elapsed,
        paused,
        due_at: tracker.due_at.filter(|_| has_due),
        breached_at: tracker
            .crossed_at
            .filter(|at| *at != i64::MAX && can_breach),
    }
}
