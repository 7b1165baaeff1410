//! Attainment: each cycle of each metric of a ticket against its target, and where the time went.

mod cause;
mod rate;

pub use cause::{ExplainedSegment, explain};
pub use rate::{shares, wilson};

use crate::business_time::Timeline;
use crate::error::Result;
use crate::sla::clock::standing::{Standing, standing};
use crate::sla::clock::{self, CalendarSequence, OpenTime, Signal, SignalKind};
use crate::sla::history::Event;
use crate::sla::metric::{Cycle, Reopen, SolvedBeforeReply};
use crate::sla::policy::{Target, TargetCalendar};
use crate::sla::status::ClockStatus;
use crate::sla::ticket::{Rules, Ticket, TicketReplay};
use crate::time::Timestamp;
use std::rc::Rc;

/// Which target or calendar applies if it changes during a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EffectiveAt {
    /// Each during its own time; for calendars only.
    Each,
    /// The one in force when the cycle began.
    Event,
    /// The one in force when the ticket was created.
    First,
    /// The latest one while the cycle ran, before what ended it.
    Current,
}

impl EffectiveAt {
    /// The switch of a preset by its name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "each" => Some(Self::Each),
            "event" => Some(Self::Event),
            "first" => Some(Self::First),
            "current" => Some(Self::Current),
            _ => None,
        }
    }
}

/// The switches on which products differ: the columns of `slaops.presets`.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    pub reopen: Reopen,
    pub solved_before_reply: SolvedBeforeReply,
    pub target_at: EffectiveAt,
    pub calendar_at: EffectiveAt,
    pub retroactive_start: bool,
    /// A due time that falls on closing time is the next opening.
    pub due_at_next_open: bool,
}

/// Finds calendars by name, and the one that is always open.
pub trait Calendars {
    /// None for a name that is not registered.
    fn find(&self, name: &str) -> Option<Rc<Timeline>>;
    fn always(&self) -> Rc<Timeline>;
}

/// The name by which rows call the calendar that is always open.
pub const ALWAYS: &str = "24x7";

/// A cycle of a metric against its target.
pub struct CycleRow<'a> {
    pub metric: usize,
    pub cycle: u32,
    pub policy: Option<usize>,
    pub priority: Option<&'a str>,
    /// Names of the calendars that counted, in their order.
    pub calendars: Vec<String>,
    pub target: Option<&'a Target>,
    pub target_micros: Option<i64>,
    pub status: ClockStatus,
    /// How the clock stands; None if the calendar is not known.
    pub standing: Option<Standing>,
    pub promised_due_at: Option<Timestamp>,
    /// The group when the cycle began.
    pub group: Option<&'a str>,
    /// The group that had it last while the cycle went on.
    pub last_group: Option<&'a str>,
    /// Open microseconds that the clock ran, by status and by group, the largest first.
    pub by_status: Vec<(Option<&'a str>, i64)>,
    pub by_group: Vec<(Option<&'a str>, i64)>,
    pub signals: Vec<Signal>,
    /// The calendars that counted, each from its instant on.
    pub open: Vec<(i64, Rc<Timeline>)>,
}

/// How to evaluate tickets, beside the rules: preset, calendars and instant.
pub struct Evaluation<'a, C> {
    pub preset: &'a Preset,
    pub calendars: &'a C,
    pub default_calendar: Option<&'a str>,
    /// Replaces every calendar except 24x7.
    pub calendar_override: Option<&'a str>,
    pub as_of: Timestamp,
    /// Leave out the shares of time by status and group, and promised due times.
    pub summary_only: bool,
    /// Only clocks that have a target.
    pub targets_only: bool,
}

/// All rows of one ticket: metrics in their order, cycles in theirs. A metric that has a target but has not started has
/// a row too. None for a ticket that did not exist at `evaluation.as_of`.
///
/// # Errors
/// Those of [`clock::amount`].
pub fn rows<'a, C: Calendars>(
    rules: &'a Rules,
    evaluation: &Evaluation<'_, C>,
    ticket: &'a Ticket<'_>,
    events: Vec<Event<'a>>,
) -> Result<Vec<CycleRow<'a>>> {
    match rules.replay(events, ticket, evaluation.as_of) {
        Some(mut replay) => rows_of(rules, evaluation, &mut replay),
        None => Ok(Vec::new()),
    }
}

/// The rows of a ticket that has been replayed; takes the cycles out of the replay.
fn rows_of<'a, C: Calendars>(
    rules: &'a Rules,
    evaluation: &Evaluation<'_, C>,
    replay: &mut TicketReplay<'a>,
) -> Result<Vec<CycleRow<'a>>> {
    let cycles = std::mem::take(&mut replay.cycles);
    let mut rows = Vec::with_capacity(cycles.len() + 2);
    let mut cycles = cycles.into_iter().peekable();
    for metric in 0..rules.metrics.len() {
        if cycles.peek().is_none_or(|c| c.metric != metric) {
            rows.extend(not_started(rules, evaluation, replay, metric));
        }
        while let Some(cycle) = cycles.next_if(|c| c.metric == metric) {
            let row = cycle_row(rules, evaluation, replay, cycle)?;
            if row.target.is_some() || !evaluation.targets_only {
                rows.push(row);
            }
        }
    }
    Ok(rows)
}

fn target_in<'a>(
    rules: &'a Rules,
    replay: &TicketReplay<'a>,
    phase: usize,
    metric: usize,
) -> Option<&'a Target> {
    let p = &replay.phases[phase];
    rules.matcher.target(p.policy?, metric, &p.priority)
}

fn not_started<'a, C>(
    rules: &'a Rules,
    evaluation: &Evaluation<'_, C>,
    replay: &TicketReplay<'a>,
    metric: usize,
) -> Option<CycleRow<'a>> {
    let phase = match evaluation.preset.target_at {
        EffectiveAt::First => replay.phase_at(replay.created_at),
        _ => replay.phases.len() - 1,
    };
    let target = target_in(rules, replay, phase, metric)?;
    Some(CycleRow {
        metric,
        cycle: 1,
        policy: replay.phases[phase].policy,
        priority: priority(replay, phase),
        calendars: Vec::new(),
        target: Some(target),
        target_micros: None,
        status: ClockStatus::NotStarted,
        standing: None,
        promised_due_at: None,
        group: None,
        last_group: replay.stretches.last().and_then(|s| s.group),
        by_status: Vec::new(),
        by_group: Vec::new(),
        signals: Vec::new(),
        open: Vec::new(),
    })
}

fn priority<'a>(replay: &TicketReplay<'a>, phase: usize) -> Option<&'a str> {
    replay.phases[phase].priority.text()
}

/// Which phase's target counts for a cycle from `start`, seen until `until`. A policy that comes to apply only later,
/// since the ticket has changed, counts from when it does; a version of a policy that begins later does
/// not, since it was not promised at the start.
fn target_phase(
    rules: &Rules,
    which: EffectiveAt,
    replay: &TicketReplay<'_>,
    metric: usize,
    start: Timestamp,
    until: Timestamp,
) -> usize {
    let last = replay.phase_at(until);
    let in_force = |p: usize| {
        let policy = replay.phases[p].policy.map(|p| &rules.matcher.policies[p]);
        policy.is_some_and(|policy| {
            !replay.phases[p].from_version_boundary || policy.valid.0 <= start
        })
    };
    let has = |p: usize| in_force(p) && target_in(rules, replay, p, metric).is_some();
    let from = match which {
        EffectiveAt::Current => return last,
        EffectiveAt::First => replay.phase_at(replay.created_at),
        EffectiveAt::Event | EffectiveAt::Each => replay.phase_at(start),
    };
    (from..=last).find(|p| has(*p)).unwrap_or(from)
}

/// The name of the calendar in which a target, else a policy, counts during a phase.
fn calendar_name<'x, C>(
    rules: &'x Rules,
    evaluation: &'x Evaluation<'_, C>,
    replay: &'x TicketReplay<'_>,
    (target, policy): (Option<&'x Target>, Option<usize>),
    phase: usize,
) -> Option<&'x str> {
    let of_ticket = || {
        replay.phases[phase]
            .calendar
            .or(evaluation.default_calendar)
    };
    let hours = match (target, policy) {
        (Some(t), _) => Some(&t.calendar),
        (None, Some(p)) => Some(&rules.matcher.policies[p].calendar),
        (None, None) => None,
    };
    let name = match hours {
        Some(TargetCalendar::Always) => Some(ALWAYS),
        Some(TargetCalendar::Named(name)) => Some(name.as_str()),
        Some(TargetCalendar::OfTicket) => of_ticket(),
        // Without a policy: the ticket's calendar, or the wall clock.
        None => of_ticket().or(Some(ALWAYS)),
    };
    match (name, evaluation.calendar_override) {
        (Some(ALWAYS), _) | (_, None) => name,
        (_, instead) => instead,
    }
}

/// The timeline of a calendar that counts.
fn timeline<C: Calendars>(evaluation: &Evaluation<'_, C>, name: &str) -> Option<Rc<Timeline>> {
    match name {
        ALWAYS => Some(evaluation.calendars.always()),
        name => evaluation.calendars.find(name),
    }
}

/// The calendar of a ticket's business hours at the end of its life, by name and laid out.
pub fn calendar<'x, C: Calendars>(
    rules: &'x Rules,
    evaluation: &'x Evaluation<'_, C>,
    replay: &'x TicketReplay<'_>,
) -> (Option<&'x str>, Option<Rc<Timeline>>) {
    let phase = replay.phases.len() - 1;
    let policy = replay.phases[phase].policy;
    let name = calendar_name(rules, evaluation, replay, (None, policy), phase);
    (name, name.and_then(|name| timeline(evaluation, name)))
}

/// A cycle against its target.
///
/// # Errors
/// Those of [`clock::amount`].
pub fn cycle_row<'a, C: Calendars>(
    rules: &'a Rules,
    evaluation: &Evaluation<'_, C>,
    replay: &TicketReplay<'a>,
    cycle: Cycle,
) -> Result<CycleRow<'a>> {
    crate::interrupt::check();
    let Cycle {
        metric,
        number,
        mut signals,
        ..
    } = cycle;
    let start = signals.first().map_or(replay.created_at, |s| s.at);
    // The instant that ends a cycle is not part of it: policy and target are those just before. For a cycle of zero
    // length they are those of its start.
    let until = match signals.last() {
        Some(s) if matches!(s.kind, SignalKind::Stop | SignalKind::Cancel) => (s.at - 1).max(start),
        _ => evaluation.as_of,
    };
    let preset = evaluation.preset;
    let phase = target_phase(rules, preset.target_at, replay, metric, start, until);
    let target = target_in(rules, replay, phase, metric);
    let policy = replay.phases[phase].policy;
    if !preset.retroactive_start && target.is_some() {
        restart_at_target(rules, replay, metric, phase, start, &mut signals);
    }
    let group_at = |at: Timestamp| replay.stretches_in(at, i64::MAX).next();
    let mut row = CycleRow {
        metric,
        cycle: number,
        policy,
        priority: priority(replay, phase),
        calendars: Vec::new(),
        target,
        target_micros: None,
        status: ClockStatus::NoCalendar,
        standing: None,
        promised_due_at: None,
        group: group_at(start).and_then(|(_, _, s)| s.group),
        last_group: group_at(until).and_then(|(_, _, s)| s.group),
        by_status: Vec::new(),
        by_group: Vec::new(),
        signals,
        open: Vec::new(),
    };
    let span = (start, until);
    if evaluation.targets_only && target.is_none() {
        return Ok(row);
    }
    let terms_of = (target, policy);
    let mut names: Vec<&str> = Vec::new();
    let mut timelines: Vec<(i64, Rc<Timeline>)> = Vec::new();
    for (from, p) in calendar_phases(preset.calendar_at, replay, span) {
        let calendar = calendar_name(rules, evaluation, replay, terms_of, p);
        let Some(name) = calendar else { return Ok(row) };
        let Some(timeline) = timeline(evaluation, name) else {
            row.calendars = vec![name.to_owned()];
            return Ok(row);
        };
        if timelines
            .last()
            .is_none_or(|(_, last)| !Rc::ptr_eq(last, &timeline))
        {
            timelines.push((from, timeline));
            names.push(name);
        }
    }
    let Some((_, first)) = timelines.first() else {
        return Ok(row);
    };
    // Working days are counted from where the clock counts: from its last beginning anew.
    let mut signals = row.signals.iter().rev();
    let from = signals
        .find(|s| s.kind == SignalKind::Reset)
        .map_or(start, |s| s.at);
    let there = timelines.iter().rev().find(|(since, _)| *since <= from);
    let amount = |t: &Target| match there {
        Some((_, open)) if t.amount.business_days => t.amount.open_micros(open, from),
        _ => t.amount.open_micros(first, start),
    };
    row.target_micros = target.map(amount).transpose()?;
    row.calendars = names.into_iter().map(str::to_owned).collect();
    if let [(_, only)] = timelines.as_slice() {
        measure(&mut row, only.as_ref(), evaluation, replay);
    } else {
        let timelines = timelines
            .iter()
            .map(|(from, t)| (*from, t.as_ref()))
            .collect();
        measure(
            &mut row,
            &CalendarSequence {
                calendars: timelines,
            },
            evaluation,
            replay,
        );
    }
    row.open = timelines;
    if evaluation.summary_only {
        return Ok(row);
    }
    row.promised_due_at = promised_due_at(rules, evaluation, replay, &row, start)?;
    // A time of day at which the calendar is closed is moved to the next opening, as GLPI and Boston do. Hours on top of
    // days are no time of day: the preset says what closing time means for them.
    let of_day = |t: &Target| t.amount.business_days && t.amount.micros == 0;
    if preset.due_at_next_open || target.is_some_and(of_day) {
        let last = row.open.last().map(|l| l.1.as_ref());
        let later = |due: Option<i64>| due.map(|at| next_opening(last, at));
        row.promised_due_at = later(row.promised_due_at);
        if let Some(standing) = &mut row.standing {
            standing.due_at = later(standing.due_at);
            standing.breached_at = later(standing.breached_at);
        }
    }
    Ok(row)
}

/// When a target was due as known when the cycle began: by the target and calendar in force then, and
/// without pauses. Where none was in force, as known when the one that counts came to be.
fn promised_due_at<C: Calendars>(
    rules: &Rules,
    evaluation: &Evaluation<'_, C>,
    replay: &TicketReplay<'_>,
    row: &CycleRow<'_>,
    start: Timestamp,
) -> Result<Option<i64>> {
    let phase = replay.phase_at(start);
    let Some(target) = target_in(rules, replay, phase, row.metric) else {
        let began = row.standing.and_then(|s| s.started_at);
        let open = row.open.first().map(|o| o.1.as_ref());
        let parts = row.target_micros.zip(began).zip(open);
        return Ok(parts.map(|((amount, at), open)| open.add(at, amount)));
    };
    let name = calendar_name(rules, evaluation, replay, (Some(target), None), phase);
    let Some(timeline) = name.and_then(|name| timeline(evaluation, name)) else {
        return Ok(None);
    };
    let amount = target.amount.open_micros(&timeline, start)?;
    Ok(Some(timeline.as_ref().add(start, amount)))
}

/// The phases whose calendars count for a cycle, each with the instant from which it does.
fn calendar_phases(
    which: EffectiveAt,
    replay: &TicketReplay<'_>,
    (start, until): (i64, i64),
) -> impl Iterator<Item = (i64, usize)> {
    let (first, last) = match which {
        EffectiveAt::Each => (replay.phase_at(start), replay.phase_at(until)),
        EffectiveAt::Event => (replay.phase_at(start), replay.phase_at(start)),
        EffectiveAt::First => (
            replay.phase_at(replay.created_at),
            replay.phase_at(replay.created_at),
        ),
        EffectiveAt::Current => (replay.phase_at(until), replay.phase_at(until)),
    };
    (first..=last).map(|p| (replay.phases[p].from, p))
}

/// Resets a clock at the instant at which its target came to apply, if that is after the start.
fn restart_at_target(
    rules: &Rules,
    replay: &TicketReplay<'_>,
    metric: usize,
    phase: usize,
    start: Timestamp,
    signals: &mut Vec<Signal>,
) {
    let same = |p: usize| {
        replay.phases[p].policy == replay.phases[phase].policy
            && target_in(rules, replay, p, metric) == target_in(rules, replay, phase, metric)
    };
    let first = (0..phase)
        .rev()
        .take_while(|p| same(*p))
        .last()
        .unwrap_or(phase);
    let at = replay.phases[first].from;
    if at > start {
        let place = signals.partition_point(|s| s.at < at);
        let reset = Signal {
            at,
            seq: clock::NO_SEQ,
            kind: SignalKind::Reset,
        };
        signals.insert(place, reset);
    }
}

fn measure<'a, C>(
    row: &mut CycleRow<'a>,
    open: &impl OpenTime,
    evaluation: &Evaluation<'_, C>,
    replay: &TicketReplay<'a>,
) {
    let warn = row.target.map_or(1.0, |t| t.warn);
    let signals = row.signals.iter().copied();
    let now = standing(signals, open, row.target_micros, evaluation.as_of, warn);
    row.status = now.status;
    row.standing = Some(now);
    if evaluation.summary_only {
        return;
    }
    cause::add_time_shares(row, open, evaluation.as_of, replay);
}

fn next_opening(timeline: Option<&Timeline>, at: Timestamp) -> i64 {
    match timeline {
        Some(t) if at != i64::MAX && !t.is_open(at) => t.next_open(at).unwrap_or(at),
        _ => at,
    }
}
