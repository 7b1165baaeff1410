//! Attainment of a ticket's clocks, and which policy it has.

use super::clock::clock_datum;
use super::history::events;
use crate::args::evaluation::{ReadTicket, as_of, calendar_override, evaluation, policy_set};
use crate::args::row;
use crate::cache::policy_sets::PolicySet;
use crate::ffi::args::Args;
use crate::ffi::report::{self, OrRaise, raise};
use crate::ffi::results::{from_float8, from_int8, from_text};
use crate::ffi::srf::{Column, RowType, Table};
use crate::ffi::{json, pg_functions, srf};
use pgrx::pg_sys::Datum;
use slaops_core::error::Error;
use slaops_core::memory;
use slaops_core::sla::attainment::{self, CycleRow};
use slaops_core::sla::ledger::Versions;
use slaops_core::sla::status::TicketState;
use slaops_core::time::MICROS_PER_MINUTE;
use std::borrow::Cow;
use std::collections::HashMap;

/// (ticket, history, policy_set, as_of, calendar): a row a metric and cycle.
fn rows(args: Args<'_>, read: ReadTicket) -> Datum {
    let policy_set = policy_set(args, 2);
    let ticket = read(args, 0, &policy_set);
    let calendar_override = calendar_override(args, 4, &policy_set);
    let mut evaluation = evaluation(args, 3, &policy_set, calendar_override.as_deref());
    evaluation.targets_only = args.opt_bool(5) == Some(true);
    let found = attainment::rows(&policy_set.rules, &evaluation, &ticket, events(args, 1));
    let mut table = Table::of(args);
    for row in &found.or_raise() {
        put(&mut table, args, &policy_set, row);
    }
    table.done(args)
}

fn put(table: &mut Table<'_>, args: Args<'_>, policy_set: &PolicySet, row: &CycleRow<'_>) {
    let instant = |at: Option<i64>| Column::from(at.map(from_int8));
    let policy = row.policy.map(|p| &policy_set.rules.matcher.policies[p]);
    let now = row.standing.as_ref();
    let minutes =
        |m: Option<i64>| from_float8(m.map_or(f64::INFINITY, |m| m as f64 / MICROS_PER_MINUTE));
    let elapsed = now.and_then(|s| s.elapsed);
    let early = row
        .target_micros
        .zip(now)
        .map(|(target, s)| match s.elapsed {
            _ if target == i64::MAX => f64::INFINITY,
            None => f64::NEG_INFINITY,
            Some(e) => (target - e) as f64 / MICROS_PER_MINUTE,
        });
    let clock = now.map(|_| clock_datum(args, &row.signals));
    let calendars = match row.calendars.as_slice() {
        [] => None,
        [one] => Some(Cow::Borrowed(one.as_str())),
        more => Some(Cow::Owned(more.join(", "))),
    };
    let [by_status, by_group] = [&row.by_status, &row.by_group];
    table.put([
        policy_set.rules.metrics[row.metric].name.as_str().into(),
        Datum::from(row.cycle as i32).into(),
        policy.map(|p| p.name.as_str()).into(),
        row.priority.into(),
        calendars.as_deref().into(),
        row.target
            .map(|t| super::ledger::interval_of(t.amount))
            .into(),
        row.target_micros
            .map(|t| minutes(Some(t).filter(|t| *t != i64::MAX)))
            .into(),
        instant(now.and_then(|s| s.started_at)),
        instant(now.and_then(|s| s.stopped_at)),
        now.map(|_| minutes(elapsed)).into(),
        now.map(|s| minutes(s.paused)).into(),
        early.map(from_float8).into(),
        instant(now.and_then(|s| s.due_at)),
        instant(row.promised_due_at),
        instant(now.and_then(|s| s.breached_at)),
        row.status.name().into(),
        row.group.into(),
        row.last_group.into(),
        by_status.first().and_then(|c| c.0).into(),
        shares(args, by_status).into(),
        by_group.first().and_then(|c| c.0).into(),
        shares(args, by_group).into(),
        clock.into(),
    ]);
}

/// The shares of clocks whose time all went in one status or group, by its name, as a call site has made them: of most
/// clocks it did, and a desk has few names.
type Whole = HashMap<String, Vec<u64>>;

/// How many names a call site keeps.
const MOST_NAMES: usize = 1_000;

/// Shares as a JSON object whose values sum to one; an unknown status or group has the empty name.
fn shares(args: Args<'_>, list: &[(Option<&str>, i64)]) -> Option<Datum> {
    if list.is_empty() {
        return None;
    }
    let [(name, 1..)] = list else {
        return json::from_text(&shares_text(list));
    };
    let (known, name) = (args.keep(Whole::new), name.unwrap_or_default());
    if let Some(found) = known.get(name) {
        return Some(Datum::from(found.as_ptr()));
    }
    let made = json::from_text(&shares_text(list))?;
    // SAFETY: a jsonb value, in line.
    let size = unsafe { pgrx::varlena::varsize_any(made.cast_mut_ptr()) };
    let mut copy = memory::filled(size.div_ceil(8), 0_u64).or_raise();
    // SAFETY: there is room for so many bytes.
    unsafe {
        let to = copy.as_mut_ptr().cast::<u8>();
        std::ptr::copy_nonoverlapping(made.cast_mut_ptr::<u8>().cast_const(), to, size);
    }
    if known.len() >= MOST_NAMES {
        known.clear();
    }
    known.insert(memory::text(name).or_raise(), copy);
    Some(made)
}

fn shares_text(list: &[(Option<&str>, i64)]) -> String {
    let amounts: Vec<_> = list.iter().map(|l| l.1).collect();
    let mut text = String::from("{");
    for ((name, _), share) in list.iter().zip(attainment::shares(&amounts)) {
        if text.len() > 1 {
            text.push_str(", ");
        }
        text.push_str(&serde_json::Value::from(name.unwrap_or_default()).to_string());
        match share {
            1_000_000 => text.push_str(": 1"),
            share => text.push_str(format!(": 0.{share:06}").trim_end_matches('0')),
        }
        if text.ends_with('.') {
            text.push('0');
        }
    }
    text.push('}');
    text
}

/// (ticket, history, calendar, as_of, since, until, policy_set): each stretch of status and group, as far as
/// it is within the window.
fn stretches(args: Args<'_>, read: ReadTicket) -> Datum {
    let policy_set = policy_set(args, 6);
    let ticket = read(args, 0, &policy_set);
    let known_until = as_of(args, 3);
    let since = args.opt_int8(4).unwrap_or(i64::MIN);
    let until = args.instant_or_end(5);
    if since > until {
        raise(Error::parameter(
            format!(
                "the window must end at or after its beginning, not from {} to {}",
                row::instant_text(since),
                row::instant_text(until)
            ),
            "Give the earlier instant as since, the later one as until.",
        ));
    }
    let end = known_until.min(until);
    let open = if args.is_null(2) {
        attainment::Calendars::always(policy_set.as_ref())
    } else {
        // Names are looked up once for a snapshot, not by each call.
        let name = args.calendar_text(2);
        attainment::Calendars::find(policy_set.as_ref(), &name)
            .unwrap_or_else(|| crate::cache::calendars::resolved(&name))
    };
    let life = policy_set
        .rules
        .replay(events(args, 1), &ticket, known_until);
    let mut table = Table::of(args);
    let within = life
        .iter()
        .flat_map(|l| l.stretches_in(l.created_at.max(since), end));
    for (from, to, s) in within.filter(|(from, to, _)| from < to) {
        let state = s.status.and_then(|s| policy_set.rules.states.state_of(s));
        table.put([
            from_int8(from).into(),
            from_int8(to).into(),
            s.status.into(),
            state.map(TicketState::name).into(),
            s.group.into(),
            from_float8(open.minutes(from, to)).into(),
        ]);
    }
    table.done(args)
}

/// (ticket, history, metric, cycle, policy_set, as_of, calendar): the ledger of a cycle.
fn explain_sla(args: Args<'_>, read: ReadTicket) -> Datum {
    srf::rows(args, || {
        let policy_set = policy_set(args, 4);
        let ticket = read(args, 0, &policy_set);
        if args.is_null(2) {
            return Box::new(std::iter::empty());
        }
        let name = args.word(2, "a metric");
        let metrics = &policy_set.rules.metrics;
        let Some(metric) = metrics.iter().position(|m| m.name == name) else {
            raise(unknown_metric(&name, &policy_set))
        };
        let cycle = args.opt_int4(3).unwrap_or(0);
        let calendar_override = calendar_override(args, 6, &policy_set);
        let evaluation = evaluation(args, 5, &policy_set, calendar_override.as_deref());
        let wanted = (metric, u32::try_from(cycle).unwrap_or(0));
        let found = attainment::explain(
            &policy_set.rules,
            &evaluation,
            &ticket,
            events(args, 1),
            wanted,
        );
        let Some((row, told)) = found.or_raise() else {
            return Box::new(std::iter::empty());
        };
        let of = |name: &String| match name.as_str() {
            attainment::ALWAYS => Versions::new(),
            name => crate::cache::calendars::versions(name),
        };
        let mut known: std::collections::HashMap<&String, Versions> = Default::default();
        let mut pieces: Vec<(i64, Versions)> = Vec::new();
        for (name, (from, _)) in row.calendars.iter().zip(&row.open) {
            let versions = known.entry(name).or_insert_with(|| of(name)).clone();
            pieces.push((*from, versions));
        }
        let row_type = RowType::of(args);
        let text = |t: Option<&str>| t.map(from_text);
        let mut tuples = Vec::new();
        for (segment, stretch) in &told {
            let [from, to, doing, open, total, crossed, note] =
                super::ledger::columns(segment, slaops_core::sla::ledger::note(&pieces, segment));
            let (status, group) = (text(stretch.status), text(stretch.group));
            let columns = [from, to, doing, status, group, open, total, crossed, note];
            row_type.push(&mut tuples, &columns);
        }
        Box::new(tuples.into_iter())
    })
}

fn unknown_metric(name: &str, policy_set: &PolicySet) -> Error {
    let names = policy_set.rules.metrics.iter().map(|m| m.name.as_str());
    report::unknown(
        format!("metric \"{name}\" does not exist"),
        name,
        names,
        "slaops.metrics lists them.",
    )
}

fn counts(state: i64) -> (u64, u64) {
    (state as u64 & 0xffff_ffff, state as u64 >> 32)
}

fn add(state: i64, met: u64, breached: u64) -> Datum {
    let (m, b) = counts(state);
    let (m, b) = (m + met, b + breached);
    if m > u64::from(u32::MAX) || b > i32::MAX as u64 {
        raise(Error::limit(
            "attainment must count at most two billion clocks",
            "Group them, and add up met and breached.",
        ));
    }
    from_int8((b << 32 | m) as i64)
}

fn rate(args: Args<'_>, met: u64, breached: u64) -> Datum {
    let all = met.saturating_add(breached);
    let interval = attainment::wilson(met, all);
    let columns = [
        Some(from_int8(met as i64)),
        Some(from_int8(breached as i64)),
        (all > 0).then(|| from_float8(met as f64 / all as f64)),
        interval.map(|i| from_float8(i.0)),
        interval.map(|i| from_float8(i.1)),
    ];
    RowType::of(args).tuple(&columns)
}

pg_functions! {
    fn slaops_attainment_transition(args) {
        let state = args.int8(0);
        if args.is_null(1) {
            return from_int8(state);
        }
        match args.bytes(1) {
            b"met" => add(state, 1, 0),
            b"breached" => add(state, 0, 1),
            _ => from_int8(state),
        }
    }

    fn slaops_attainment_combine(args) {
        let (met, breached) = counts(args.int8(1));
        add(args.int8(0), met, breached)
    }

    fn slaops_attainment_final(args) {
        let (met, breached) = counts(args.int8(0));
        rate(args, met, breached)
    }

    /// (met, breached)
    fn slaops_attainment_rate(args) {
        let count = |i| {
            let count = args.int8(i);
            u64::try_from(count).map_err(|_| {
                Error::parameter(
                    format!("counts of clocks must be 0 or more, not {count}"),
                    "Give how many ended in time, and how many ran past their target.",
                )
            })
        };
        rate(args, count(0).or_raise(), count(1).or_raise())
    }

    fn slaops_sla_attainment(args) {
        rows(args, row::record)
    }

    fn slaops_sla_attainment_json(args) {
        rows(args, row::object)
    }

    fn slaops_explain_sla(args) {
        explain_sla(args, row::record)
    }

    fn slaops_explain_sla_json(args) {
        explain_sla(args, row::object)
    }

    fn slaops_times_in_status(args) {
        stretches(args, row::record)
    }

    fn slaops_times_in_status_json(args) {
        stretches(args, row::object)
    }
}
