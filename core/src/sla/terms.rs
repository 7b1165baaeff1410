//! Clocks whose calendar or target changes while they run: a list of SLA versions (`sla_term` in SQL), each valid from an
//! instant on.

use crate::business_time::Timeline;
use crate::error::{Error, Result};
use crate::sla::attainment::EffectiveAt;
use crate::sla::clock::standing::{Standing, standing};
use crate::sla::clock::{self, CalendarSequence, Clock, ClockState, ReplayStep, SignalKind};
use crate::sla::policy::Amount;
use crate::time::Timestamp;
use std::rc::Rc;

/// The most terms of one clock.
pub const MAX_VERSIONS: usize = 1_000;

/// The calendar and target from an instant on.
pub struct SlaVersion {
    pub from: Timestamp,
    pub timeline: Rc<Timeline>,
    pub target: Amount,
}

/// How a clock stands under versions that change.
pub struct VersionedStanding {
    pub standing: Standing,
    pub target: Amount,
    pub target_micros: i64,
    /// The due time known at the start: by the version of that instant, without pauses.
    pub promised_due_at: Option<Timestamp>,
}

/// Sorts terms and checks them.
///
/// # Errors
/// 22023 for none, and for two that begin at one instant.
pub fn sorted(mut terms: Vec<SlaVersion>) -> Result<Vec<SlaVersion>> {
    if terms.is_empty() {
        return Err(Error::parameter(
            "a clock must have at least one term",
            "Write ARRAY[('-infinity', 'desk', '8 hours')]::slaops.sla_term[].",
        ));
    }
    terms.sort_by_key(|t| t.from);
    if let Some(pair) = terms.windows(2).find(|w| w[0].from == w[1].from) {
        return Err(Error::parameter(
            format!(
                "terms must begin at different instants, but two begin at {}",
                crate::time::text::instant(pair[0].from)
            ),
            "Of each instant give one calendar and one target.",
        ));
    }
    Ok(terms)
}

/// The terms that hold at an instant; the first also before its own.
fn at(terms: &[SlaVersion], at: Timestamp) -> usize {
    terms.partition_point(|t| t.from <= at).max(1) - 1
}

/// When a clock first started, and until when terms count: `as_of`, or just before its end, as what comes
/// with the end or after it changes nothing of it.
fn span(clock: Clock<'_>, as_of: Timestamp) -> (i64, i64) {
    let start = clock
        .signals()
        .find(|s| matches!(s.kind, SignalKind::Start | SignalKind::Reopen));
    let start = start.map_or(as_of, |s| s.at);
    let mut end = None;
    let state = clock::replay(clock.signals(), as_of, |step| match step {
        ReplayStep::Ran { to, .. } | ReplayStep::Paused { to, .. } => end = Some(to),
        ReplayStep::Reset => {}
    });
    let over = matches!(state, ClockState::Stopped | ClockState::Cancelled);
    let until = end.filter(|_| over).map(|at| (at - 1).max(start));
    (start, until.unwrap_or(as_of))
}

fn pick(which: EffectiveAt, terms: &[SlaVersion], (start, until): (i64, i64)) -> usize {
    match which {
        EffectiveAt::First => 0,
        EffectiveAt::Event | EffectiveAt::Each => at(terms, start),
        EffectiveAt::Current => at(terms, until),
    }
}

/// The last term that counts where each does in its time.
fn last(clock: Clock<'_>, terms: &[SlaVersion], as_of: Timestamp, until: Timestamp) -> usize {
    match clock::state(clock, as_of) {
        ClockState::Stopped | ClockState::Cancelled => at(terms, until),
        _ => terms.len() - 1,
    }
}

/// Calls `give` with the open time that counts and the target in it.
///
/// # Errors
/// Those of [`clock::amount`].
pub fn with_open_time<R>(
    clock: Clock<'_>,
    terms: &[SlaVersion],
    as_of: Timestamp,
    (target_at, calendar_at): (EffectiveAt, EffectiveAt),
    give: impl FnOnce(&CalendarSequence<'_>, i64) -> R,
) -> Result<R> {
    let span = span(clock, as_of);
    let timelines: Vec<_> = match calendar_at {
        // Future versions apply to a clock that still runs; not to one that has ended.
        EffectiveAt::Each => terms[..=last(clock, terms, as_of, span.1)]
            .iter()
            .map(|t| (t.from, t.timeline.as_ref()))
            .collect(),
        which => vec![(i64::MIN, terms[pick(which, terms, span)].timeline.as_ref())],
    };
    let open = CalendarSequence {
        calendars: timelines,
    };
    let amount = terms[pick(target_at, terms, span)].target;
    let day_of = match calendar_at {
        EffectiveAt::Each => terms[at(terms, span.0)].timeline.as_ref(),
        which => terms[pick(which, terms, span)].timeline.as_ref(),
    };
    let target = amount.open_micros(day_of, span.0)?;
    Ok(give(&open, target))
}

/// How a clock stands at an instant.
///
/// # Errors
/// Those of [`clock::amount`].
pub fn outcome(
    clock: Clock<'_>,
    terms: &[SlaVersion],
    as_of: Timestamp,
    switches: (EffectiveAt, EffectiveAt),
    warn: f64,
) -> Result<VersionedStanding> {
    let span = span(clock, as_of);
    let then = &terms[at(terms, span.0)];
    let promised = then.target.open_micros(&then.timeline, span.0)?;
    let chosen = terms[pick(switches.0, terms, span)].target;
    with_open_time(clock, terms, as_of, switches, |open, target| {
        let now = standing(clock.signals(), open, Some(target), as_of, warn);
        VersionedStanding {
            promised_due_at: now
                .started_at
                .map(|at| then.timeline.as_ref().add(at, promised)),
            standing: now,
            target: chosen,
            target_micros: target,
        }
    })
}
