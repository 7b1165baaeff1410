//! The rules of a policy set: metrics, preset, states and policies, read from their tables and compiled.
//!
//! They are kept for as long as the snapshot is the same, so a statement reads them once and sees what its
//! snapshot sees; statements of a quiet database share them.

use crate::cache::calendars;
use crate::ffi::report::{self, OrRaise, raise};
use crate::ffi::spi;
use pgrx::pg_sys;
use serde_json::{Map, Value};
use slaops_core::business_time::Timeline;
use slaops_core::error::{Error, Result, SqlState};
use slaops_core::sla::attainment::{Calendars, EffectiveAt, Preset};
use slaops_core::sla::condition::{Condition, ConditionError};
use slaops_core::sla::metric::{Fields, Metric, Reopen, SolvedBeforeReply};
use slaops_core::sla::policy::{Amount, Matcher, Policy, Target, TargetCalendar};
use slaops_core::sla::status::States;
use slaops_core::sla::ticket::Rules;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// How many calendars the rules themselves hold on to.
const MOST_CALENDARS: usize = 256;

/// Everything that a policy set's tickets are measured by.
pub struct PolicySet {
    pub rules: Rules,
    pub preset: Preset,
    pub default_calendar: Option<String>,
    calendars: RefCell<HashMap<String, Option<Rc<Timeline>>>>,
}

impl Calendars for PolicySet {
    fn find(&self, name: &str) -> Option<Rc<Timeline>> {
        if let Some(found) = self.calendars.borrow().get(name) {
            return found.clone();
        }
        let found = calendars::find(name);
        let mut known = self.calendars.borrow_mut();
        // The backend's own cache is the one that keeps many.
        if known.len() >= MOST_CALENDARS {
            known.clear();
        }
        known.insert(name.to_owned(), found.clone());
        found
    }

    fn always(&self) -> Rc<Timeline> {
        let found = self.find("24/7 @ UTC");
        found.unwrap_or_else(|| {
            raise(Error::parameter(
                "the built-in calendar 24/7 is missing",
                "Report this.",
            ))
        })
    }
}

/// What tells one snapshot from another.
#[derive(Clone, PartialEq)]
pub struct Snapshot {
    ends: (u32, u32),
    running: Vec<u32>,
    command: u32,
    own: u32,
    aborted: u64,
}

impl Snapshot {
    fn now() -> Option<Self> {
        // SAFETY: the active snapshot stays while it is looked at; its lists are as long as it says.
        unsafe {
            if !pg_sys::ActiveSnapshotSet() {
                return None;
            }
            let s = &*pg_sys::GetActiveSnapshot();
            let mut running: Vec<u32> = if s.xcnt == 0 || s.xip.is_null() {
                Vec::new()
            } else {
                let list = std::slice::from_raw_parts(s.xip, s.xcnt as usize);
                list.iter().map(|x| x.into_inner()).collect()
            };
            // In recovery the running transactions are among the subtransactions.
            if s.subxcnt > 0 && !s.subxip.is_null() {
                let list = std::slice::from_raw_parts(s.subxip, s.subxcnt as usize);
                running.extend(list.iter().map(|x| x.into_inner()));
            }
            Some(Self {
                ends: (s.xmin.into_inner(), s.xmax.into_inner()),
                running,
                command: s.curcid,
                own: pg_sys::GetTopTransactionIdIfAny().into_inner(),
                aborted: ABORTED.get(),
            })
        }
    }
}

struct Kept {
    set: String,
    snapshot: Snapshot,
    policy_set: Rc<PolicySet>,
}

/// Once a backend: what a subtransaction wrote and rolled back leaves no trace in a snapshot.
fn watch_subtransactions() {
    use std::cell::Cell;
    thread_local! {
        static WATCHED: Cell<bool> = const { Cell::new(false) };
    }
    if !WATCHED.replace(true) {
        // SAFETY: the callback stays in the library.
        unsafe { pg_sys::RegisterSubXactCallback(Some(forget), std::ptr::null_mut()) };
    }
}

/// A callback must neither raise nor free what a statement may still use.
extern "C-unwind" fn forget(
    event: pg_sys::SubXactEvent::Type,
    _: pg_sys::SubTransactionId,
    _: pg_sys::SubTransactionId,
    _: *mut std::ffi::c_void,
) {
    if event == pg_sys::SubXactEvent::SUBXACT_EVENT_ABORT_SUB {
        ABORTED.set(ABORTED.get() + 1);
    }
}

/// How many sets are kept.
const KEEP: usize = 8;

thread_local! {
    /// Subtransactions that were rolled back, counted.
    static ABORTED: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
    static KEPT: RefCell<Vec<Kept>> = const { RefCell::new(Vec::new()) };
}

/// What a statement sees now; None where it sees nothing.
pub fn snapshot() -> Option<Snapshot> {
    watch_subtransactions();
    Snapshot::now()
}

/// The rules of a policy set, by its name; or by an object that names it and changes its preset:
/// `{"policy_set": "support", "reopen": "pause"}`.
pub fn policy_set(set: &str) -> Rc<PolicySet> {
    let now = snapshot();
    let found = KEPT.with_borrow(|kept| {
        kept.iter()
            .find(|k| k.set == set && Some(&k.snapshot) == now.as_ref())
            .map(|k| k.policy_set.clone())
    });
    if let Some(policy_set) = found {
        return policy_set;
    }
    let policy_set = Rc::new(load(set));
    if let Some(snapshot) = now {
        KEPT.with_borrow_mut(|kept| {
            kept.retain(|k| k.set != set);
            if kept.len() >= KEEP {
                kept.remove(0);
            }
            kept.push(Kept {
                set: set.to_owned(),
                snapshot,
                policy_set: policy_set.clone(),
            });
        });
    }
    policy_set
}

type Row = Map<String, Value>;

/// The rows of a query as JSON objects.
fn rows(query: &str, set: &str) -> Vec<Row> {
    let parse = |row: &spi::Row| serde_json::from_str(&row.text(1)?).ok();
    let rows = spi::select(query, set, parse);
    rows.into_iter().flatten().collect()
}

const MICROS: &str = "1000000)::pg_catalog.int8 operator(pg_catalog.-) 946684800000000";

/// The switches of a preset, which an object may change.
const SWITCHES: [&str; 7] = [
    "reopen",
    "solved_before_reply",
    "target_at",
    "calendar_at",
    "retroactive_start",
    "due_at_close",
    "metrics",
];

/// The name of a set, and what is to be otherwise in its preset.
fn changed_preset(text: &str) -> Result<(String, Row)> {
    if !text.trim_start().starts_with('{') {
        return Ok((text.to_owned(), Row::new()));
    }
    const HINT: &str = "Give the name of a set, or an object such as {\"policy_set\": \"current\", \
                        \"reopen\": \"pause\"}.";
    let mut changes: Row = serde_json::from_str(text)
        .map_err(|e| Error::parameter(format!("invalid changes of a policy set: {e}"), HINT))?;
    let name = match changes.remove("policy_set") {
        None => "current".to_owned(),
        Some(Value::String(name)) if !name.trim_start().starts_with('{') => name,
        Some(other) => {
            return Err(Error::parameter(
                format!("policy_set must be the name of a set, not {other}"),
                HINT,
            ));
        }
    };
    if let Some(key) = changes.keys().find(|k| !SWITCHES.contains(&k.as_str())) {
        return Err(report::unknown(
            format!("a preset has no switch \"{key}\""),
            key,
            SWITCHES.into_iter(),
            "\\d+ slaops.presets describes them.",
        ));
    }
    let is_object = |v: &Value| v.is_object();
    if let Some(metrics) = changes.get("metrics")
        && !metrics
            .as_object()
            .is_some_and(|m| m.values().all(is_object))
    {
        return Err(Error::parameter(
            format!("metrics must be an object with an object for each metric, not {metrics}"),
            "For example {\"metrics\": {\"resolution\": {\"pause\": null}}}.",
        ));
    }
    Ok((name, changes))
}

/// Puts changes into the row of a preset; of a metric, only the conditions that they name.
fn change(switches: &mut Row, changes: Row) {
    for (key, value) in changes {
        match (switches.get_mut(&key), value) {
            (Some(Value::Object(metrics)), Value::Object(changed)) => {
                for (metric, conditions) in changed {
                    match (metrics.get_mut(&metric), conditions) {
                        (Some(Value::Object(own)), Value::Object(other)) => own.extend(other),
                        (_, conditions) => {
                            metrics.insert(metric, conditions);
                        }
                    }
                }
            }
            (_, value) => {
                switches.insert(key, value);
            }
        }
    }
}

fn load(set: &str) -> PolicySet {
    let (name, changes) = changed_preset(set).or_raise();
    let set = name.as_str();
    let settings = rows(
        "select pg_catalog.to_jsonb(s)::pg_catalog.text from slaops.policy_sets as s \
         where s.name operator(pg_catalog.=) $1",
        set,
    );
    let settings = settings.into_iter().next();
    let policies = policies(set).or_raise();
    let presets = of_set("presets", "p.name", set);
    let metrics = of_set("metrics", "p.position, p.name", set);
    let states = of_set("states", "p.status", set);
    let text = |row: &Row, name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
    let own = |row: &Row| text(row, "policy_set").as_deref() == Some(set);
    let empty = settings.is_none() && policies.is_empty();
    if empty
        && set != "current"
        && ![&presets, &metrics, &states]
            .iter()
            .any(|l| l.iter().any(own))
    {
        raise(unknown_set(set));
    }
    let settings = settings.unwrap_or_default();
    let name = text(&settings, "preset").unwrap_or_else(|| "default".to_owned());
    let wanted = |row: &Row| text(row, "name").as_deref() == Some(&name);
    let Some(mut switches) = presets.into_iter().find(wanted) else {
        raise(Error::new(
            SqlState::UndefinedObject,
            format!("preset \"{name}\" does not exist"),
            "slaops.presets lists them: those of the policy set and the built-in ones.",
        ));
    };
    if let Some(metric) = changes
        .get("metrics")
        .and_then(Value::as_object)
        .and_then(|changed| {
            let known = |name: &String| {
                metrics
                    .iter()
                    .any(|m| text(m, "name").as_ref() == Some(name))
            };
            changed.keys().find(|name| !known(name))
        })
    {
        let names: Vec<_> = metrics.iter().filter_map(|m| text(m, "name")).collect();
        raise(report::unknown(
            format!("metric \"{metric}\" does not exist"),
            metric,
            names.iter().map(String::as_str),
            "slaops.metrics lists them.",
        ));
    }
    change(&mut switches, changes);
    let preset = preset(&switches).or_raise();
    let mut fields = Fields::default();
    let metrics: Vec<_> = metrics
        .iter()
        .map(|row| {
            let own = text(row, "name").unwrap_or_default();
            let changes = switches.get("metrics").and_then(|m| m.get(&own));
            let pair = (preset.reopen, preset.solved_before_reply);
            Metric::new(row, changes, pair, &mut fields)
                .map_err(|fault| unreadable(&format!("of metric \"{own}\""), &fault))
                .or_raise()
        })
        .collect();
    let states = states
        .iter()
        .filter_map(|row| text(row, "status").zip(text(row, "state")));
    let names: Vec<_> = metrics.iter().map(|m| m.name.clone()).collect();
    PolicySet {
        rules: Rules {
            states: States::new(states),
            matcher: Matcher::new(policies, &names, &mut fields),
            fields,
            metrics,
        },
        preset,
        default_calendar: text(&settings, "default_calendar"),
        calendars: RefCell::default(),
    }
}

/// The rows of a set, its own over the built-in ones: `presets`, `metrics` or `states`.
fn of_set(table: &str, order: &str, set: &str) -> Vec<Row> {
    let query = format!(
        "select pg_catalog.to_jsonb(p)::pg_catalog.text from slaops.{table}_of($1) as p order by {order}"
    );
    rows(&query, set)
}

fn unknown_set(set: &str) -> Error {
    let names = rows(
        "select pg_catalog.jsonb_build_object('name', s.name)::pg_catalog.text from \
         slaops.policy_set_names() as s (name) where $1 operator(pg_catalog.=) $1",
        set,
    );
    let names = names.iter().filter_map(|n| n.get("name")?.as_str());
    report::unknown(
        format!("policy set \"{set}\" does not exist"),
        set,
        names,
        "Load it by slaops.load_config(..., policy_set => ...), or insert into slaops.sla_policies.",
    )
}

pub fn unreadable(what: &str, fault: &ConditionError) -> Error {
    let place = match fault.path.as_slice() {
        [] => String::new(),
        path => format!(" at {}", path.join(".")),
    };
    Error::parameter(
        format!("invalid condition {what}{place}: found {}", fault.found),
        format!("Expected {}.", fault.expected),
    )
}

fn preset(row: &Row) -> Result<Preset> {
    let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
    let bad = |name: &str| {
        Error::parameter(
            format!(
                "preset switch {name} must be one of its documented values, not \"{}\"",
                text(name)
            ),
            "\\d+ slaops.presets tells the values.",
        )
    };
    let which = |name: &str| EffectiveAt::parse(text(name)).ok_or_else(|| bad(name));
    let Some(retroactive_start) = row.get("retroactive_start").and_then(Value::as_bool) else {
        return Err(bad("retroactive_start"));
    };
    if !["close", "next_open"].contains(&text("due_at_close")) {
        return Err(bad("due_at_close"));
    }
    Ok(Preset {
        reopen: Reopen::parse(text("reopen")).ok_or_else(|| bad("reopen"))?,
        solved_before_reply: SolvedBeforeReply::parse(text("solved_before_reply"))
            .ok_or_else(|| bad("solved_before_reply"))?,
        target_at: which("target_at")?,
        calendar_at: which("calendar_at")?,
        retroactive_start,
        due_at_next_open: text("due_at_close") == "next_open",
    })
}

fn policies(set: &str) -> Result<Vec<Policy>> {
    // Instants as microseconds, null for an infinite one; intervals by their parts.
    let instant = |column: &str| {
        format!(
            "case when pg_catalog.isfinite(p.{column}) then (extract(epoch from p.{column}) \
             operator(pg_catalog.*) {MICROS} end"
        )
    };
    let query = format!(
        "select pg_catalog.jsonb_build_object('name', p.name, 'from', {}, 'to', {}, \
         'conditions', p.conditions, 'hours', p.hours, 'calendar_name', p.calendar_name, \
         'warn_fraction', p.warn_fraction, 'targets', (select pg_catalog.jsonb_agg( \
            pg_catalog.jsonb_build_object('priority', t.priority, 'metric', t.metric, 'hours', t.hours, \
              'calendar_name', t.calendar_name, 'warn_fraction', t.warn_fraction, 'business_days', t.business_days, \
              'months', extract(year from t.target) operator(pg_catalog.*) 12 operator(pg_catalog.+) extract(month from t.target), \
              'days', extract(day from t.target), \
              'micros', (extract(epoch from t.target operator(pg_catalog.-) pg_catalog.date_trunc('day', t.target)) \
                 operator(pg_catalog.*) 1000000)::pg_catalog.int8)) \
            from slaops.sla_targets as t where t.policy_set operator(pg_catalog.=) p.policy_set \
              and t.policy operator(pg_catalog.=) p.name and t.valid_from operator(pg_catalog.=) p.valid_from))::pg_catalog.text \
         from slaops.sla_policies as p where p.policy_set operator(pg_catalog.=) $1 \
         order by p.position, p.name, p.valid_from",
        instant("valid_from"),
        instant("valid_to")
    );
    rows(&query, set).iter().map(policy).collect()
}

fn policy(row: &Row) -> Result<Policy> {
    let text = |row: &Row, name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
    let number = |row: &Row, name: &str| row.get(name).and_then(Value::as_f64);
    let name = text(row, "name").unwrap_or_default();
    let everything = Value::Object(Map::new());
    let condition = Condition::parse(row.get("conditions").unwrap_or(&everything))
        .map_err(|fault| unreadable(&format!("of policy \"{name}\""), &fault))?;
    let hours = |row: &Row| -> Option<TargetCalendar> {
        match (text(row, "hours").as_deref(), text(row, "calendar_name")) {
            (Some("24x7"), _) => Some(TargetCalendar::Always),
            (_, Some(calendar)) => Some(TargetCalendar::Named(calendar)),
            (Some(_), None) => Some(TargetCalendar::OfTicket),
            (None, None) => None,
        }
    };
    let own_hours = hours(row).unwrap_or(TargetCalendar::OfTicket);
    // `hours: business` of a target means the policy's calendar, unless that is 24x7.
    let business =
        text(row, "calendar_name").map_or(TargetCalendar::OfTicket, TargetCalendar::Named);
    let own_warn = number(row, "warn_fraction").unwrap_or(0.8);
    let target = |t: &Row| Target {
        priority: text(t, "priority").filter(|p| p != "*"),
        metric: text(t, "metric").unwrap_or_default(),
        amount: Amount {
            months: number(t, "months").unwrap_or(0.0) as i32,
            days: number(t, "days").unwrap_or(0.0) as i32,
            micros: number(t, "micros").unwrap_or(0.0) as i64,
            business_days: t.get("business_days").and_then(Value::as_bool) == Some(true),
        },
        calendar: match hours(t) {
            None => own_hours.clone(),
            Some(TargetCalendar::OfTicket) => business.clone(),
            Some(other) => other,
        },
        warn: number(t, "warn_fraction").unwrap_or(own_warn),
    };
    let targets = row.get("targets").and_then(Value::as_array);
    let targets = targets.into_iter().flatten().filter_map(Value::as_object);
    let end = |name: &str, infinite: i64| {
        let given = row.get(name).and_then(Value::as_i64);
        given.unwrap_or(infinite)
    };
    Ok(Policy {
        name,
        valid: (end("from", i64::MIN), end("to", i64::MAX)),
        condition,
        targets: targets.map(target).collect(),
        calendar: own_hours,
    })
}
