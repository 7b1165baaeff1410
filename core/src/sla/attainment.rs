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
use crate::sla::ticket::{Rules, Ticket, TicketReplay, text_of};
use std::rc::Rc;

/// Which of several targets or calendars counts when they change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EffectiveAt {
    /// Each in its time; for calendars only.
    Each,
    /// The one in force when the cycle began.
    Event,
    /// The one in force when the ticket was created.
    First,
    /// The latest one while the cycle ran, before what ended it.
    Current,
}

impl EffectiveAt {
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

/// A metric's cycle against its target.
pub struct CycleRow<'a> {
    pub metric: usize,
    pub cycle: u32,
    pub policy: Option<usize>,
    pub priority: Option<&'a str>,
    /// Names of the calendars that counted, in their order.
    pub calendars: Vec<String>,
    pub target: Option<&'a Target>,
    pub target_micros: Option<i64>,
    pub status: &'static str,
    /// What the clock says; None when no calendar is known.
    pub standing: Option<Standing>,
    pub promised_due_at: Option<i64>,
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

/// What rows are made with, beside the rules.
pub struct Evaluation<'a, C> {
    pub preset: &'a Preset,
    pub calendars: &'a C,
    pub default_calendar: Option<&'a str>,
    /// Takes the place of every calendar but 24x7.
    pub calendar_override: Option<&'a str>,
    pub as_of: i64,
    /// Only how clocks stand: no shares of the time, no promised due times.
    pub summary_only: bool,
    /// Only clocks that have a target.
    pub targets_only: bool,
}

/// All rows of one ticket: metrics in their order, cycles in theirs. A metric that has a target but has
/// not started has a row too. None for a ticket that did not exist yet.
///
/// # Errors
/// Those of [`clock::amount`].
pub fn rows<'a, C: Calendars>(
    rules: &'a Rules,
    terms: &Evaluation<'_, C>,
    ticket: &'a Ticket<'_>,
    events: Vec<Event<'a>>,
) -> Result<Vec<CycleRow<'a>>> {
    let Some(mut life) = rules.replay(events, ticket, terms.as_of) else {
        return Ok(Vec::new());
    };
    let cycles = std::mem::take(&mut life.cycles);
    let mut rows = Vec::with_capacity(cycles.len() + 2);
    let mut cycles = cycles.into_iter().peekable();
    for metric in 0..rules.metrics.len() {
        if cycles.peek().is_none_or(|c| c.metric != metric) {
            rows.extend(not_started(rules, terms, &life, metric));
        }
        while let Some(cycle) = cycles.next_if(|c| c.metric == metric) {
            let row = cycle_row(rules, terms, &life, cycle)?;
            if row.target.is_some() || !terms.targets_only {
                rows.push(row);
            }
        }
    }
    Ok(rows)
}

fn target_in<'a>(
    rules: &'a Rules,
    life: &TicketReplay<'a>,
    phase: usize,
    metric: usize,
) -> Option<&'a Target> {
    let p = &life.phases[phase];
    rules.matcher.target(p.policy?, metric, &p.priority)
}

fn not_started<'a, C>(
    rules: &'a Rules,
    terms: &Evaluation<'_, C>,
    life: &TicketReplay<'a>,
    metric: usize,
) -> Option<CycleRow<'a>> {
    let phase = match terms.preset.target_at {
        EffectiveAt::First => life.phase_at(life.created_at),
        _ => life.phases.len() - 1,
    };
    let target = target_in(rules, life, phase, metric)?;
    Some(CycleRow {
        metric,
        cycle: 1,
        policy: life.phases[phase].policy,
        priority: priority(life, phase),
        calendars: Vec::new(),
        target: Some(target),
        target_micros: None,
        status: "not_started",
        standing: None,
        promised_due_at: None,
        group: None,
        last_group: life.stretches.last().and_then(|s| s.group),
        by_status: Vec::new(),
        by_group: Vec::new(),
        signals: Vec::new(),
        open: Vec::new(),
    })
}

fn priority<'a>(life: &TicketReplay<'a>, phase: usize) -> Option<&'a str> {
    text_of(life.phases[phase].priority)
}

/// Which phase's target counts for a cycle from `start`, seen until `until`. A policy that comes to apply only later,
/// since the ticket has changed, counts from when it does; a version of a policy that begins later does
/// not, as nobody had promised it.
fn target_phase(
    rules: &Rules,
    which: EffectiveAt,
    life: &TicketReplay<'_>,
    metric: usize,
    start: i64,
    until: i64,
) -> usize {
    let last = life.phase_at(until);
    let known = |p: usize| {
        let policy = life.phases[p].policy.map(|p| &rules.matcher.policies[p]);
        policy
            .is_some_and(|policy| !life.phases[p].from_version_boundary || policy.valid.0 <= start)
    };
    let has = |p: usize| known(p) && target_in(rules, life, p, metric).is_some();
    let from = match which {
        EffectiveAt::Current => return last,
        EffectiveAt::First => life.phase_at(life.created_at),
        EffectiveAt::Event | EffectiveAt::Each => life.phase_at(start),
    };
    (from..=last).find(|p| has(*p)).unwrap_or(from)
}

/// The name of the calendar in which a target, else a policy, counts during a phase.
fn calendar_name<'x, C>(
    rules: &'x Rules,
    terms: &'x Evaluation<'_, C>,
    life: &'x TicketReplay<'_>,
    (target, policy): (Option<&'x Target>, Option<usize>),
    phase: usize,
) -> Option<&'x str> {
    let own = || life.phases[phase].calendar.or(terms.default_calendar);
    let hours = match (target, policy) {
        (Some(t), _) => Some(&t.calendar),
        (None, Some(p)) => Some(&rules.matcher.policies[p].calendar),
        (None, None) => None,
    };
    let name = match hours {
        Some(TargetCalendar::Always) => Some(ALWAYS),
        Some(TargetCalendar::Named(name)) => Some(name.as_str()),
        Some(TargetCalendar::OfTicket) => own(),
        // Nobody promised anything: the ticket's own hours, or the wall clock.
        None => own().or(Some(ALWAYS)),
    };
    match (name, terms.calendar_override) {
        (Some(ALWAYS), _) | (_, None) => name,
        (_, instead) => instead,
    }
}

/// The timeline of a calendar that counts.
fn timeline<C: Calendars>(terms: &Evaluation<'_, C>, name: &str) -> Option<Rc<Timeline>> {
    match name {
        ALWAYS => Some(terms.calendars.always()),
        name => terms.calendars.find(name),
    }
}

/// The calendar of a ticket's business hours at the end of its life, by name and laid out.
pub fn calendar<'x, C: Calendars>(
    rules: &'x Rules,
    terms: &'x Evaluation<'_, C>,
    life: &'x TicketReplay<'_>,
) -> (Option<&'x str>, Option<Rc<Timeline>>) {
    let phase = life.phases.len() - 1;
    let policy = life.phases[phase].policy;
    let name = calendar_name(rules, terms, life, (None, policy), phase);
    (name, name.and_then(|name| timeline(terms, name)))
}

/// A cycle against its target.
///
/// # Errors
/// Those of [`clock::amount`].
pub fn cycle_row<'a, C: Calendars>(
    rules: &'a Rules,
    terms: &Evaluation<'_, C>,
    life: &TicketReplay<'a>,
    cycle: Cycle,
) -> Result<CycleRow<'a>> {
    crate::interrupt::check();
    let Cycle {
        metric,
        number,
        mut signals,
        ..
    } = cycle;
    let start = signals.first().map_or(life.created_at, |s| s.at);
    // What ends a cycle is not part of it, nor is anything else of that instant: it is judged by what held
    // just before. One that lasts no time is judged by what held when it began.
    let until = match signals.last() {
        Some(s) if matches!(s.kind, SignalKind::Stop | SignalKind::Cancel) => (s.at - 1).max(start),
        _ => terms.as_of,
    };
    let preset = terms.preset;
    let phase = target_phase(rules, preset.target_at, life, metric, start, until);
    let target = target_in(rules, life, phase, metric);
    let policy = life.phases[phase].policy;
    if !preset.retroactive_start && target.is_some() {
        restart_at_target(rules, life, metric, phase, start, &mut signals);
    }
    let group_at = |at: i64| life.stretches_in(at, i64::MAX).next();
    let mut row = CycleRow {
        metric,
        cycle: number,
        policy,
        priority: priority(life, phase),
        calendars: Vec::new(),
        target,
        target_micros: None,
        status: "no_calendar",
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
    if terms.targets_only && target.is_none() {
        return Ok(row);
    }
    let terms_of = (target, policy);
    let mut names: Vec<&str> = Vec::new();
    let mut list: Vec<(i64, Rc<Timeline>)> = Vec::new();
    for (from, p) in calendar_phases(preset.calendar_at, life, span) {
        let found = calendar_name(rules, terms, life, terms_of, p);
        let Some(name) = found else { return Ok(row) };
        let Some(timeline) = timeline(terms, name) else {
            row.calendars = vec![name.to_owned()];
            return Ok(row);
        };
        if list
            .last()
            .is_none_or(|(_, last)| !Rc::ptr_eq(last, &timeline))
        {
            list.push((from, timeline));
            names.push(name);
        }
    }
    let Some((_, first)) = list.first() else {
        return Ok(row);
    };
    // Working days are counted from where the clock counts: from its last beginning anew.
    let resets = row.signals.iter().rev();
    let from = resets
        .filter(|s| s.at <= until)
        .find(|s| s.kind == SignalKind::Reset)
        .map_or(start, |s| s.at);
    let there = list.iter().rev().find(|(since, _)| *since <= from);
    let amount = |t: &Target| match there {
        Some((_, open)) if t.amount.business_days => t.amount.open_micros(open, from),
        _ => t.amount.open_micros(first, start),
    };
    row.target_micros = target.map(amount).transpose()?;
    row.calendars = names.into_iter().map(str::to_owned).collect();
    if let [(_, only)] = list.as_slice() {
        measure(&mut row, only.as_ref(), terms, life);
    } else {
        let list = list.iter().map(|(from, t)| (*from, t.as_ref())).collect();
        measure(&mut row, &CalendarSequence { calendars: list }, terms, life);
    }
    row.open = list;
    if terms.summary_only {
        return Ok(row);
    }
    row.promised_due_at = promised_due_at(rules, terms, life, &row, start)?;
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
    terms: &Evaluation<'_, C>,
    life: &TicketReplay<'_>,
    row: &CycleRow<'_>,
    start: i64,
) -> Result<Option<i64>> {
    let phase = life.phase_at(start);
    let Some(target) = target_in(rules, life, phase, row.metric) else {
        let began = row.standing.and_then(|s| s.started_at);
        let open = row.open.first().map(|o| o.1.as_ref());
        let parts = row.target_micros.zip(began).zip(open);
        return Ok(parts.map(|((amount, at), open)| open.add(at, amount)));
    };
    let name = calendar_name(rules, terms, life, (Some(target), None), phase);
    let Some(timeline) = name.and_then(|name| timeline(terms, name)) else {
        return Ok(None);
    };
    let amount = target.amount.open_micros(&timeline, start)?;
    Ok(Some(timeline.as_ref().add(start, amount)))
}

/// The phases whose calendars count for a cycle, each with the instant from which it does.
fn calendar_phases(
    which: EffectiveAt,
    life: &TicketReplay<'_>,
    (start, until): (i64, i64),
) -> impl Iterator<Item = (i64, usize)> {
    let (first, last) = match which {
        EffectiveAt::Each => (life.phase_at(start), life.phase_at(until)),
        EffectiveAt::Event => (life.phase_at(start), life.phase_at(start)),
        EffectiveAt::First => (
            life.phase_at(life.created_at),
            life.phase_at(life.created_at),
        ),
        EffectiveAt::Current => (life.phase_at(until), life.phase_at(until)),
    };
    (first..=last).map(|p| (life.phases[p].from, p))
}

/// Makes a clock whose target came to apply only after it had begun count from then.
fn restart_at_target(
    rules: &Rules,
    life: &TicketReplay<'_>,
    metric: usize,
    phase: usize,
    start: i64,
    signals: &mut Vec<Signal>,
) {
    let same = |p: usize| {
        life.phases[p].policy == life.phases[phase].policy
            && target_in(rules, life, p, metric) == target_in(rules, life, phase, metric)
    };
    let first = (0..phase)
        .rev()
        .take_while(|p| same(*p))
        .last()
        .unwrap_or(phase);
    let at = life.phases[first].from;
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
    terms: &Evaluation<'_, C>,
    life: &TicketReplay<'a>,
) {
    let warn = row.target.map_or(1.0, |t| t.warn);
    let signals = row.signals.iter().copied();
    let now = standing(signals, open, row.target_micros, terms.as_of, warn);
    row.status = now.status;
    row.standing = Some(now);
    if terms.summary_only {
        return;
    }
    cause::add_time_shares(row, open, terms.as_of, life);
}

fn next_opening(timeline: Option<&Timeline>, at: i64) -> i64 {
    match timeline {
        Some(t) if at != i64::MAX && !t.is_open(at) => t.next_open(at).unwrap_or(at),
        _ => at,
    }
}
