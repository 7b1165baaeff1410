//! Where a clock's time went: by status and group, and segment by segment.

use super::{Calendars, CycleRow, Evaluation, rows_of};
use crate::error::Result;
use crate::sla::clock::{self, CalendarSequence, OpenTime, ReplayStep};
use crate::sla::history::Event;
use crate::sla::ledger::{Segment, ledger};
use crate::sla::ticket::{Rules, Stretch, Ticket, TicketReplay};
use crate::time::Timestamp;

/// A segment of a clock's ledger, with the ticket's status and group in it.
pub type ExplainedSegment<'a> = (Segment, Stretch<'a>);

/// The ledger of one cycle of one metric, and its row; None when there is no such cycle, or no calendar.
///
/// # Errors
/// Those of [`clock::amount`].
pub fn explain<'a, C: Calendars>(
    rules: &'a Rules,
    evaluation: &Evaluation<'_, C>,
    ticket: &'a Ticket<'_>,
    events: Vec<Event<'a>>,
    (metric, cycle): (usize, u32),
) -> Result<Option<(CycleRow<'a>, Vec<ExplainedSegment<'a>>)>> {
    let Some(mut replay) = rules.replay(events, ticket, evaluation.as_of) else {
        return Ok(None);
    };
    let rows = rows_of(rules, evaluation, &mut replay)?;
    let is_asked =
        |row: &CycleRow<'_>| row.metric == metric && row.cycle == cycle && !row.open.is_empty();
    let Some(row) = rows.into_iter().find(is_asked) else {
        return Ok(None);
    };
    let calendars = row
        .open
        .iter()
        .map(|(from, t)| (*from, t.as_ref()))
        .collect();
    let cuts: Vec<_> = replay.stretches.iter().map(|s| s.from).collect();
    let signals = row.signals.iter().copied();
    let segments = ledger(
        signals,
        &CalendarSequence { calendars },
        row.target_micros,
        evaluation.as_of,
        &cuts,
    );
    let with_stretch = |segment: Segment| {
        let (from, to) = (segment.from, segment.from.saturating_add(1));
        let stretch = replay.stretches_in(from, to).next().map(|(_, _, s)| s);
        let unknown = Stretch {
            from,
            status: None,
            group: None,
        };
        (segment, stretch.unwrap_or(unknown))
    };
    let explained = segments.into_iter().map(with_stretch).collect();
    Ok(Some((row, explained)))
}

/// Adds up the open time that the clock ran by status and by group.
pub fn add_time_shares<'a>(
    row: &mut CycleRow<'a>,
    open: &impl OpenTime,
    as_of: Timestamp,
    replay: &TicketReplay<'a>,
) {
    let (mut status, mut group) = (Vec::new(), Vec::new());
    clock::replay(row.signals.iter().copied(), as_of, |step| match step {
        ReplayStep::Paused { .. } => {}
        ReplayStep::Reset => {
            status.clear();
            group.clear();
        }
        ReplayStep::Ran { from, to } => {
            for (from, to, stretch) in replay.stretches_in(from, to) {
                crate::interrupt::check();
                let passed = open.between(from, to).unwrap_or(0);
                if passed > 0 {
                    add(&mut status, stretch.status, passed);
                    add(&mut group, stretch.group, passed);
                }
            }
        }
    });
    for shares in [&mut status, &mut group] {
        shares.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    }
    (row.by_status, row.by_group) = (status, group);
}

fn add<'a>(list: &mut Vec<(Option<&'a str>, i64)>, key: Option<&'a str>, passed: i64) {
    match list.iter_mut().find(|(k, _)| *k == key) {
        Some((_, sum)) => *sum = sum.saturating_add(passed),
        None => list.push((key, passed)),
    }
}
