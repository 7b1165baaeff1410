//! Where a clock's time went: by status and group, and segment by segment.

use super::{Calendars, CycleRow, Evaluation, rows};
use crate::error::Result;
use crate::sla::clock::{self, CalendarSequence, OpenTime, ReplayStep};
use crate::sla::history::Event;
use crate::sla::ledger::{Segment, ledger};
use crate::sla::ticket::{Rules, Stretch, Ticket, TicketReplay};

/// A segment of a clock's ledger, with the ticket's status and group in it.
pub type ExplainedSegment<'a> = (Segment, Stretch<'a>);

/// The ledger of one cycle of one metric, and its row; None when there is no such cycle, or no calendar.
///
/// # Errors
/// Those of [`clock::amount`].
pub fn explain<'a, C: Calendars>(
    rules: &'a Rules,
    terms: &Evaluation<'_, C>,
    ticket: &'a Ticket<'_>,
    events: Vec<Event<'a>>,
    (metric, cycle): (usize, u32),
) -> Result<Option<(CycleRow<'a>, Vec<ExplainedSegment<'a>>)>> {
    let Some(life) = rules.replay(events.clone(), ticket, terms.as_of) else {
        return Ok(None);
    };
    let rows = rows(rules, terms, ticket, events)?;
    let mut rows = rows.into_iter();
    let Some(row) = rows.find(|r| r.metric == metric && r.cycle == cycle && !r.open.is_empty())
    else {
        return Ok(None);
    };
    let list = row
        .open
        .iter()
        .map(|(from, t)| (*from, t.as_ref()))
        .collect();
    let cuts: Vec<_> = life.stretches.iter().map(|s| s.from).collect();
    let signals = row.signals.iter().copied();
    let book = ledger(
        signals,
        &CalendarSequence { calendars: list },
        row.target_micros,
        terms.as_of,
        &cuts,
    );
    let told = |segment: Segment| {
        let found = life
            .stretches_in(segment.from, segment.from.saturating_add(1))
            .next();
        let stretch = found.map_or(
            Stretch {
                from: segment.from,
                status: None,
                group: None,
            },
            |f| f.2,
        );
        (segment, stretch)
    };
    let told = book.into_iter().map(told).collect();
    Ok(Some((row, told)))
}

/// Adds up the open time that the clock ran by status and by group.
pub fn add_time_shares<'a>(
    row: &mut CycleRow<'a>,
    open: &impl OpenTime,
    as_of: i64,
    life: &TicketReplay<'a>,
) {
    let (mut status, mut group) = (Vec::new(), Vec::new());
    clock::replay(row.signals.iter().copied(), as_of, |step| match step {
        ReplayStep::Paused { .. } => {}
        ReplayStep::Reset => {
            status.clear();
            group.clear();
        }
        ReplayStep::Ran { from, to } => {
            for (from, to, stretch) in life.stretches_in(from, to) {
                crate::interrupt::check();
                let passed = open.between(from, to).unwrap_or(0);
                if passed > 0 {
                    add(&mut status, stretch.status, passed);
                    add(&mut group, stretch.group, passed);
                }
            }
        }
    });
    for list in [&mut status, &mut group] {
        list.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    }
    (row.by_status, row.by_group) = (status, group);
}

fn add<'a>(list: &mut Vec<(Option<&'a str>, i64)>, key: Option<&'a str>, passed: i64) {
    match list.iter_mut().find(|(k, _)| *k == key) {
        Some((_, sum)) => *sum = sum.saturating_add(passed),
        None => list.push((key, passed)),
    }
}
