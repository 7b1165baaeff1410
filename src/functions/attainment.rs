//! Attainment of a ticket's clocks, and which policy it has.

use super::history::events;
use crate::args::evaluation::{ReadTicket, as_of, instead, loaded, terms};
use crate::args::row;
use crate::cache::rules::Loaded;
use crate::ffi::datum::{self, arg, from_amount, from_float8, from_int8, from_text};
use crate::ffi::report::{OrRaise, raise};
use crate::ffi::{pg_functions, srf};
use pgrx::pg_sys::{Datum, FunctionCallInfo};
use slaops_core::error::Error;
use slaops_core::sla::attainment::{self, CycleRow};
use slaops_core::sla::clock::{self, Signal};
use slaops_core::sla::ledger::Versions;
use slaops_core::time::MINUTE;

/// (ticket, history, policy_set, as_of, calendar): a row a metric and cycle.
unsafe fn rows(fcinfo: FunctionCallInfo, read: ReadTicket<'_>) -> Datum {
    unsafe {
        srf::rows(fcinfo, || {
            let loaded = loaded(fcinfo, 2);
            let ticket = read(fcinfo, 0, &loaded);
            let instead = instead(fcinfo, 4, &loaded);
            let mut terms = terms(fcinfo, 3, &loaded, instead.as_deref());
            terms.targets_only = !datum::is_null(fcinfo, 5) && arg(fcinfo, 5).value() & 0xff != 0;
            let found = attainment::rows(&loaded.rules, &terms, &ticket, events(fcinfo, 1));
            let descriptor = srf::descriptor(fcinfo);
            let found = found.or_raise();
            let mut tuples = Vec::new();
            for row in &found {
                srf::push(&mut tuples, descriptor, &mut columns(&loaded, row));
            }
            Box::new(tuples.into_iter())
        })
    }
}

unsafe fn columns(loaded: &Loaded, row: &CycleRow<'_>) -> [Option<Datum>; 23] {
    unsafe {
        let text = |t: Option<&str>| t.map(|t| from_text(t));
        let policy = row.policy.map(|p| &loaded.rules.matcher.policies[p]);
        let now = row.standing.as_ref();
        let minutes = |m: Option<i64>| from_float8(m.map_or(f64::INFINITY, |m| m as f64 / MINUTE));
        let elapsed = now.and_then(|s| s.elapsed);
        let early = row
            .target_micros
            .zip(now)
            .map(|(target, s)| match s.elapsed {
                _ if target == i64::MAX => f64::INFINITY,
                None => f64::NEG_INFINITY,
                Some(e) => (target - e) as f64 / MINUTE,
            });
        let cause =
            |list: &[(Option<&str>, i64)]| list.first().and_then(|c| c.0).map(|c| from_text(c));
        let clock = now.map(|_| clock_datum(&row.signals));
        [
            text(Some(&loaded.rules.metrics[row.metric].name)),
            Some(Datum::from(row.cycle as i32)),
            text(policy.map(|p| p.name.as_str())),
            text(row.priority),
            (!row.calendars.is_empty()).then(|| from_text(&row.calendars.join(", "))),
            row.target.map(|t| from_amount(t.amount)),
            row.target_micros
                .map(|t| minutes(Some(t).filter(|t| *t != i64::MAX))),
            now.and_then(|s| s.started_at).map(from_int8),
            now.and_then(|s| s.stopped_at).map(from_int8),
            now.map(|_| minutes(elapsed)),
            now.map(|s| minutes(s.paused)),
            early.map(from_float8),
            now.and_then(|s| s.due_at).map(from_int8),
            row.promised_due_at.map(from_int8),
            now.and_then(|s| s.breached_at).map(from_int8),
            text(Some(row.status)),
            text(row.group),
            text(row.last_group),
            cause(&row.by_status),
            shares(&row.by_status),
            cause(&row.by_group),
            shares(&row.by_group),
            clock,
        ]
    }
}

unsafe fn clock_datum(signals: &[Signal]) -> Datum {
    unsafe {
        let mut result = Datum::from(0usize);
        clock::encode_sorted(signals, |size| {
            let (datum, bytes) = datum::new_bytes(size);
            result = datum;
            bytes
        });
        result
    }
}

/// Shares as a JSON object whose values sum to one; an unknown status or group has the empty name.
unsafe fn shares(list: &[(Option<&str>, i64)]) -> Option<Datum> {
    let amounts: Vec<_> = list.iter().map(|l| l.1).collect();
    if amounts.is_empty() {
        return None;
    }
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
    unsafe { Some(from_text(&text)) }
}

/// (ticket, history, calendar, as_of, since, until, policy_set): each stretch of status and group, as far as
/// it is within the window.
unsafe fn stretches(fcinfo: FunctionCallInfo, read: ReadTicket<'_>) -> Datum {
    unsafe {
        srf::rows(fcinfo, || {
            let loaded = loaded(fcinfo, 6);
            let ticket = read(fcinfo, 0, &loaded);
            let known_until = as_of(fcinfo, 3);
            let since = if datum::is_null(fcinfo, 4) {
                i64::MIN
            } else {
                datum::int8(fcinfo, 4)
            };
            let until = datum::instant_or_end(fcinfo, 5);
            if since > until {
                raise(Error::parameter(
                    format!(
                        "the window from {} to {} ends before it begins",
                        row::instant_text(since),
                        row::instant_text(until)
                    ),
                    "Give the earlier instant as since, the later one as until.",
                ));
            }
            let end = known_until.min(until);
            let open = if datum::is_null(fcinfo, 2) {
                attainment::Calendars::always(loaded.as_ref())
            } else {
                // Names are looked up once for a snapshot, not by each call.
                let name = datum::limited(fcinfo, 2, datum::MAX_CALENDAR, "a calendar");
                attainment::Calendars::find(loaded.as_ref(), &name)
                    .unwrap_or_else(|| crate::cache::registry::resolved(&name))
            };
            let descriptor = srf::descriptor(fcinfo);
            let text = |t: Option<&str>| t.map(|t| from_text(t));
            let life = loaded.rules.replay(events(fcinfo, 1), &ticket, known_until);
            let mut tuples = Vec::new();
            let within = life
                .iter()
                .flat_map(|l| l.stretches_in(l.created_at.max(since), end));
            for (from, to, s) in within.filter(|(from, to, _)| from < to) {
                let state = s.status.and_then(|s| loaded.rules.states.state_of(s));
                let mut columns = [
                    Some(from_int8(from)),
                    Some(from_int8(to)),
                    text(s.status),
                    text(state),
                    text(s.group),
                    Some(from_float8(open.minutes(from, to))),
                ];
                srf::push(&mut tuples, descriptor, &mut columns);
            }
            Box::new(tuples.into_iter())
        })
    }
}

/// (ticket, history, metric, cycle, policy_set, as_of, calendar): the ledger of a cycle.
unsafe fn explain_sla(fcinfo: FunctionCallInfo, read: ReadTicket<'_>) -> Datum {
    unsafe {
        srf::rows(fcinfo, || {
            let loaded = loaded(fcinfo, 4);
            let ticket = read(fcinfo, 0, &loaded);
            if datum::is_null(fcinfo, 2) {
                return Box::new(std::iter::empty());
            }
            let name = datum::word(fcinfo, 2, "a metric");
            let metrics = &loaded.rules.metrics;
            let Some(metric) = metrics.iter().position(|m| m.name == name) else {
                raise(unknown_metric(&name, &loaded))
            };
            let cycle = if datum::is_null(fcinfo, 3) {
                0
            } else {
                datum::int4(fcinfo, 3)
            };
            let instead = instead(fcinfo, 6, &loaded);
            let terms = terms(fcinfo, 5, &loaded, instead.as_deref());
            let wanted = (metric, u32::try_from(cycle).unwrap_or(0));
            let found =
                attainment::explain(&loaded.rules, &terms, &ticket, events(fcinfo, 1), wanted);
            let Some((row, told)) = found.or_raise() else {
                return Box::new(std::iter::empty());
            };
            let of = |name: &String| match name.as_str() {
                attainment::ALWAYS => Versions::new(),
                name => crate::cache::registry::calendars(name),
            };
            let mut known: std::collections::HashMap<&String, Versions> = Default::default();
            let mut pieces: Vec<(i64, Versions)> = Vec::new();
            for (name, (from, _)) in row.calendars.iter().zip(&row.open) {
                let versions = known.entry(name).or_insert_with(|| of(name)).clone();
                pieces.push((*from, versions));
            }
            let descriptor = srf::descriptor(fcinfo);
            let text = |t: Option<&str>| t.map(|t| from_text(t));
            let mut tuples = Vec::new();
            for (segment, stretch) in &told {
                let [from, to, doing, open, total, crossed, note] = super::ledger::columns(
                    segment,
                    slaops_core::sla::ledger::note(&pieces, segment),
                );
                let (status, group) = (text(stretch.status), text(stretch.group));
                let mut columns = [from, to, doing, status, group, open, total, crossed, note];
                srf::push(&mut tuples, descriptor, &mut columns);
            }
            Box::new(tuples.into_iter())
        })
    }
}

fn unknown_metric(name: &str, loaded: &Loaded) -> Error {
    let names = loaded.rules.metrics.iter().map(|m| m.name.as_str());
    let hint = match slaops_core::error::suggestion(name, names) {
        Some(near) => format!("Did you mean \"{near}\"?"),
        None => "slaops.metrics lists them.".to_owned(),
    };
    Error::new(
        slaops_core::error::SqlState::UndefinedObject,
        format!("metric \"{name}\" does not exist"),
        hint,
    )
}

fn counts(state: i64) -> (u64, u64) {
    (state as u64 & 0xffff_ffff, state as u64 >> 32)
}

unsafe fn add(state: i64, met: u64, breached: u64) -> Datum {
    let (m, b) = counts(state);
    let (m, b) = (m + met, b + breached);
    if m > u64::from(u32::MAX) || b > i32::MAX as u64 {
        raise(Error::limit(
            "attainment counts more than two billion clocks",
            "Group them, and add up met and breached.",
        ));
    }
    from_int8((b << 32 | m) as i64)
}

pg_functions! {
    fn slaops_attainment_transition(fcinfo) {
        let state = datum::int8(fcinfo, 0);
        if datum::is_null(fcinfo, 1) {
            return from_int8(state);
        }
        match datum::bytes(arg(fcinfo, 1)) {
            b"met" => add(state, 1, 0),
            b"breached" => add(state, 0, 1),
            _ => from_int8(state),
        }
    }

    fn slaops_attainment_combine(fcinfo) {
        let (met, breached) = counts(datum::int8(fcinfo, 1));
        add(datum::int8(fcinfo, 0), met, breached)
    }

    fn slaops_attainment_final(fcinfo) {
        let (met, breached) = counts(datum::int8(fcinfo, 0));
        let all = met + breached;
        let interval = attainment::wilson(met, all);
        let mut columns = [
            Some(from_int8(met as i64)),
            Some(from_int8(breached as i64)),
            (all > 0).then(|| from_float8(met as f64 / all as f64)),
            interval.map(|i| from_float8(i.0)),
            interval.map(|i| from_float8(i.1)),
        ];
        srf::tuple(srf::descriptor(fcinfo), &mut columns)
    }

    fn slaops_sla_attainment(fcinfo) {
        rows(fcinfo, row::record)
    }

    fn slaops_sla_attainment_json(fcinfo) {
        rows(fcinfo, row::object)
    }

    fn slaops_explain_sla(fcinfo) {
        explain_sla(fcinfo, row::record)
    }

    fn slaops_explain_sla_json(fcinfo) {
        explain_sla(fcinfo, row::object)
    }

    fn slaops_times_in_status(fcinfo) {
        stretches(fcinfo, row::record)
    }

    fn slaops_times_in_status_json(fcinfo) {
        stretches(fcinfo, row::object)
    }
}
