//! Staffing: queues of calls, and work that may wait.

use crate::ffi::args::Args;
use crate::ffi::report::{OrRaise, raise};
use crate::ffi::results::{from_float8, from_int8};
use crate::ffi::srf::{Column, RowType, Table};
use crate::ffi::{json, pg_functions, srf};
use crate::functions::for_calendars_and_names;
use pgrx::pg_sys::Datum;
use slaops_core::business_time::{FIRST_DAY, LAST_DAY, Timeline};
use slaops_core::calendar::ics;
use slaops_core::error::Error;
use slaops_core::memory;
use slaops_core::statistics::staffing;
use slaops_core::statistics::staffing::attain::{self, Target};
use slaops_core::statistics::staffing::deferred::{self, Work};
use slaops_core::statistics::staffing::due::{self, MAX_PERIODS};
use slaops_core::statistics::staffing::outlook::{self, Outlook};
use slaops_core::statistics::staffing::plan::{self, Shift, Task, patterns};
use slaops_core::statistics::staffing::queue::{self, Outcome, Queue};
use slaops_core::time::{self, MICROS_PER_MINUTE, MINUTE, SECOND, zone};

/// (calls_per_hour, handle_seconds, agents, ...): the queue, whose callers' patience is argument `at`.
fn queue(args: Args<'_>, patience_at: usize) -> Queue {
    let agents = queue::agents(args.int4(2)).or_raise();
    let (calls, handle) = (args.float8(0), args.float8(1));
    Queue::new(calls, handle, agents, Some(args.float8(patience_at))).or_raise()
}

fn outcome(args: Args<'_>) -> Outcome {
    queue(args, 4).outcome(args.float8(3)).or_raise()
}

/// The work of arguments (..., arrivals, handle_minutes, ...) and (..., hours, occupancy, shrinkage).
fn work(args: Args<'_>, first: usize, hours: usize) -> Work {
    Work::new(
        args.float8(first),
        args.float8(first + 1),
        args.float8(hours),
        args.float8(hours + 1),
        args.float8(hours + 2),
    )
    .or_raise()
}

/// Working days from a date to before another.
fn working_days(timeline: &Timeline, from: i32, until: i32) -> f64 {
    let known = FIRST_DAY..LAST_DAY;
    let days = match known.contains(&from) && known.contains(&until) {
        true => timeline.days_before(until) - timeline.days_before(from),
        false => 0,
    };
    if days < 1 {
        let shown = |day: i32| match slaops_core::calendar::hours::date(day) {
            Some(date) if known.contains(&day) => date.to_string(),
            _ => "infinity".to_owned(),
        };
        raise(Error::parameter(
            format!(
                "there must be a working day from {} to before {}",
                shown(from),
                shown(until)
            ),
            "Give finite dates with a working day of the calendar from the first to before the second.",
        ));
    }
    days as f64
}

/// The numbers of an array, one for each period; NULL is none.
fn numbers(args: Args<'_>, i: usize, what: &str) -> Vec<f64> {
    let list = args.floats(i, MAX_PERIODS, what);
    memory::collect(list.into_iter().map(|n| n.unwrap_or(0.0))).or_raise()
}

/// The minutes of a period, of argument `i`.
fn period_minutes(args: Args<'_>, i: usize) -> i64 {
    let minutes = args.int4(i);
    if !(1..=1_440).contains(&minutes) {
        raise(Error::parameter(
            format!("period_minutes must be from 1 to 1440, not {minutes}"),
            "Give the length of a period, such as 30.",
        ));
    }
    i64::from(minutes)
}

/// The edges of periods from argument `i` on, of whose calendar days are known.
fn edges(args: Args<'_>, i: usize, minutes: i64, count: usize) -> impl Fn(usize) -> i64 + use<> {
    let from = args.int8(i);
    let end = from.checked_add(minutes * MINUTE * count as i64);
    let known = (i64::from(FIRST_DAY)..i64::from(LAST_DAY)).contains(&from.div_euclid(time::DAY));
    if !known || end.is_none() {
        raise(Error::parameter(
            "start_at must be a finite instant that calendars know",
            "Give the start of the first period, such as the next Monday.",
        ));
    }
    move |period| from + minutes * MINUTE * period as i64
}

/// Microseconds of open time in minutes.
fn due_time(args: Args<'_>, i: usize, what: &str) -> i64 {
    let minutes = args.float8(i);
    if !(0.0..=1e8).contains(&minutes) {
        raise(Error::parameter(
            format!("{what} must be from 0 to 1e8, not {minutes}"),
            "Give the open minutes within which work is to begin, such as 480.",
        ));
    }
    (minutes * MICROS_PER_MINUTE) as i64
}

fn as_many(arrivals: &[f64], people: &[f64]) {
    if arrivals.len() != people.len() {
        raise(Error::parameter(
            format!(
                "arrivals and people must be of as many periods, not {} and {}",
                arrivals.len(),
                people.len()
            ),
            "Give one of each for every period: array_agg(... ORDER BY from_at).",
        ));
    }
}

/// A row for each period: its number, what comes, who is there, and the outlook.
fn outlook_rows(args: Args<'_>, periods: &[outlook::Period], found: Vec<Outlook>) -> Datum {
    let mut table = Table::of(args);
    for (i, (period, outlook)) in periods.iter().zip(found).enumerate() {
        let number = |n: f64| Column::Value(from_float8(n));
        table.put([
            Column::Value(Datum::from(i as i32 + 1)),
            number(period.arrivals),
            number(period.people),
            outlook.attainment.map_or(Column::Null, number),
            number(outlook.abandonment),
            outlook.occupancy.map_or(Column::Null, number),
            number(outlook.waiting),
        ]);
    }
    table.done(args)
}

/// The local time of day of an instant.
fn clock(zone: chrono_tz::Tz, at: i64) -> String {
    let minute = time::wall::wall(zone, at)
        .div_euclid(60 * SECOND)
        .rem_euclid(1_440);
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn breaks_text(zone: chrono_tz::Tz, shift: &Shift) -> String {
    let one = |b: &(i64, i64)| format!("{}-{}", clock(zone, b.0), clock(zone, b.1));
    shift.breaks.iter().map(one).collect::<Vec<_>>().join(", ")
}

pg_functions! {
    /// (erlangs, agents)
    fn slaops_erlang_b(args) {
        let agents = queue::agents(args.int4(1)).or_raise();
        from_float8(queue::erlang_b(queue::load(args.float8(0)).or_raise(), agents))
    }

    /// (erlangs, agents)
    fn slaops_erlang_c(args) {
        let agents = queue::agents(args.int4(1)).or_raise();
        from_float8(queue::erlang_c(queue::load(args.float8(0)).or_raise(), agents))
    }

    /// (erlangs, agents, handle_seconds, patience_seconds): one row.
    fn slaops_erlang_a(args) {
        let agents = queue::agents(args.int4(1)).or_raise();
        let (load, handle, patience) = (args.float8(0), args.float8(2), args.float8(3));
        let queue = Queue::of_load(load, agents, handle, patience).or_raise();
        let found = queue.outcome(0.0).or_raise();
        let columns = [
            found.wait_probability,
            found.abandon_probability,
            found.speed_of_answer,
            found.occupancy,
            found.queue_length,
        ];
        RowType::of(args).tuple(&columns.map(|c| Some(from_float8(c))))
    }

    /// (calls_per_hour, handle_seconds, agents, threshold_seconds, patience_seconds)
    fn slaops_service_level(args) {
        from_float8(outcome(args).service_level)
    }

    /// (calls_per_hour, handle_seconds, agents, patience_seconds)
    fn slaops_speed_of_answer(args) {
        from_float8(queue(args, 3).outcome(0.0).or_raise().speed_of_answer)
    }

    /// (calls_per_hour, handle_seconds, service_level, threshold_seconds, max_occupancy, shrinkage, patience_seconds)
    fn slaops_agents_required(args) {
        let queue = Queue::new(args.float8(0), args.float8(1), 0, Some(args.float8(6))).or_raise();
        let found = queue.required(args.float8(2), args.float8(3), args.float8(4), args.float8(5));
        from_int8(found.or_raise())
    }

    /// (arrivals_per_day, handle_minutes, hours_per_day, occupancy, shrinkage)
    fn slaops_fte_to_hold(args) {
        from_float8(work(args, 0, 2).hold().or_raise())
    }

    /// (backlog, arrivals_per_day, handle_minutes, working_days, hours_per_day, occupancy, shrinkage)
    fn slaops_fte_to_clear(args) {
        let found = work(args, 1, 4).clear(args.float8(0), args.float8(3));
        from_float8(found.or_raise())
    }

    /// (arrivals_per_day, handle_minutes, target_minutes, attainment, hours_per_day, occupancy, shrinkage, target_metric)
    fn slaops_fte_to_attain(args) {
        let target_metric = args.word(7, "target_metric");
        let target = Target {
            minutes: args.float8(2),
            attainment: args.float8(3),
            begin: attain::begins(&target_metric).or_raise(),
        };
        let (hours, occupied, shrunk) = (args.float8(4), args.float8(5), args.float8(6));
        let found = attain::people(args.float8(0), args.float8(1), target, hours, occupied, shrunk);
        from_float8(found.or_raise())
    }

    /// (backlog, arrivals_per_day, handle_minutes, fte_from, fte_to, fte_step, working_days, hours_per_day, occupancy, shrinkage)
    fn slaops_capacity_simulator(args) {
        srf::rows(args, || {
            let work = work(args, 1, 7);
            let (backlog, days) = (args.float8(0), args.float8(6));
            let list = deferred::alternatives(args.float8(3), args.float8(4), args.float8(5));
            // What is wrong with the rest is said even where there is no row.
            Work::check(backlog, days).or_raise();
            let row_type = RowType::of(args);
            Box::new(list.or_raise().map(move |fte| {
                let plan = work.plan(backlog, days, fte).or_raise();
                let columns = [
                    Some(plan.fte),
                    Some(plan.capacity),
                    plan.utilization,
                    Some(plan.net_flow),
                    Some(plan.backlog_after),
                    plan.clear_days,
                    plan.wait_days,
                ];
                row_type.tuple(&columns.map(|c| c.map(from_float8)))
            }))
        })
    }

    /// (arrivals, people, handle_seconds, threshold_seconds, patience_seconds, backlog, period_minutes)
    fn slaops_outlook_of_calls(args) {
        let (arrivals, people) = (numbers(args, 0, "periods"), numbers(args, 1, "periods"));
        as_many(&arrivals, &people);
        let minutes = period_minutes(args, 6) as f64;
        let due = args.float8(3) / 60.0;
        let periods = arrivals.iter().zip(&people).map(|(arrivals, people)| outlook::Period {
            minutes,
            arrivals: *arrivals,
            people: *people,
            due,
        });
        let periods = memory::collect(periods).or_raise();
        let (handle, patience) = (args.float8(2) / 60.0, args.float8(4) / 60.0);
        let found = outlook::outlook(&periods, handle, patience, args.float8(5)).or_raise();
        outlook_rows(args, &periods, found)
    }

    /// (ics, from_at, to_at, time_zone)
    fn slaops_shifts_from_ics(args) {
        let text = args.limited(0, ics::MAX_TEXT, "an iCalendar text");
        let zone = zone::find(&args.word(3, "time_zone")).or_raise();
        let (from, to) = (args.int8(1), args.int8(2));
        let (found, notes) = ics::shifts(&text, from, to, zone)
            .map_err(super::holidays::ics_error)
            .or_raise();
        super::holidays::tell(&notes);
        let mut table = Table::of(args);
        for shift in &found {
            table.put([
                Column::Text(&shift.name),
                Column::Value(from_int8(shift.starts_at)),
                Column::Value(from_int8(shift.ends_at)),
            ]);
        }
        table.done(args)
    }

    /// (start_at, needed, patterns, time_zone, period_minutes, max_people, max_seconds)
    fn slaops_shift_plan(args) {
        let needed = numbers(args, 1, "periods");
        let patterns = patterns::read(&json::value(args.varlena(2), "patterns")).or_raise();
        let zone = zone::find(&args.word(3, "time_zone")).or_raise();
        let task = Task {
            from: args.int8(0),
            period_minutes: args.int4(4),
            needed: &needed,
            patterns: &patterns,
            zone,
            max_people: args.int4(5),
            max_seconds: args.float8(6),
        };
        let found = plan::plan(&task).or_raise();
        let mut table = Table::of(args);
        let whole = |n: u32| Column::Value(Datum::from(n as i32));
        let number = |n: f64| Column::Value(from_float8(n));
        for shift in &found.shifts {
            let breaks = breaks_text(zone, shift);
            table.put([
                Column::Text(&patterns[shift.pattern].name),
                Column::Value(Datum::from(shift.day)),
                Column::Value(from_int8(shift.starts_at)),
                Column::Value(from_int8(shift.ends_at)),
                whole(shift.people),
                Column::Text(&breaks),
                number(shift.paid_minutes),
                whole(shift.team),
                whole(found.people),
                whole(found.fewest_people),
                number(found.paid_minutes),
                number(found.least_paid_minutes),
            ]);
        }
        table.done(args)
    }
}

for_calendars_and_names! {
    // (backlog, arrivals_per_day, handle_minutes, cal, from, until, hours_per_day, occupancy, shrinkage)
    fte_to_clear_by(timeline, args, 3) {
        let days = working_days(timeline, args.int4(4), args.int4(5));
        let found = work(args, 1, 6).clear(args.float8(0), days);
        from_float8(found.or_raise())
    }

    // (cal, start_at, arrivals, handle_minutes, due_minutes, backlog, occupancy, period_minutes, backlog_minutes)
    staffing_of_due_work(timeline, args, 0) {
        let arrivals = numbers(args, 2, "periods");
        let minutes = period_minutes(args, 7);
        let edge = edges(args, 1, minutes, arrivals.len());
        let late = due_time(args, 4, "due_minutes");
        let due_within = |i: usize, late: i64| {
            let periods = timeline.add(edge(i), late).saturating_sub(edge(0)) / (minutes * MINUTE);
            usize::try_from(periods).unwrap_or(0)
        };
        let periods = arrivals.iter().enumerate().map(|(i, arrivals)| due::Period {
            open: timeline.minutes(edge(i), edge(i + 1)),
            arrivals: *arrivals,
            due: due_within(i, late),
        });
        let periods = memory::collect(periods).or_raise();
        let (handle, backlog, occupied) = (args.float8(3), args.float8(5), args.float8(6));
        let backlog_due = match args.float8(8) == f64::INFINITY {
            true => periods.len(),
            false => due_within(0, due_time(args, 8, "backlog_minutes")).min(periods.len()),
        };
        let needs = due::people(&periods, handle, backlog, backlog_due, occupied).or_raise();
        let mut table = Table::of(args);
        for (i, (period, need)) in periods.iter().zip(needs).enumerate() {
            table.put([
                Column::Value(Datum::from(i as i32 + 1)),
                Column::Value(from_int8(edge(i))),
                Column::Value(from_int8(edge(i + 1))),
                Column::Value(from_float8(period.open)),
                Column::Value(from_float8(period.arrivals)),
                Column::Value(from_float8(need.people)),
                Column::Value(from_float8(need.waiting)),
            ]);
        }
        table.done(args)
    }

    // (cal, start_at, arrivals, people, handle_minutes, due_minutes, backlog, occupancy, period_minutes)
    outlook_of_due_work(timeline, args, 0) {
        let (arrivals, people) = (numbers(args, 2, "periods"), numbers(args, 3, "periods"));
        as_many(&arrivals, &people);
        let minutes = period_minutes(args, 8);
        let edge = edges(args, 1, minutes, arrivals.len());
        let late = due_time(args, 5, "due_minutes");
        let occupied = staffing::occupancy(args.float8(7)).or_raise();
        let periods = arrivals.iter().zip(&people).enumerate().map(|(i, (arrivals, people))| {
            let middle = edge(i) + minutes * MINUTE / 2;
            let due = timeline.add(middle, late).saturating_sub(middle);
            outlook::Period {
                minutes: minutes as f64,
                arrivals: *arrivals,
                people: *people,
                due: due as f64 / MICROS_PER_MINUTE,
            }
        });
        let periods = memory::collect(periods).or_raise();
        let handle = args.float8(4) / occupied;
        let found = outlook::outlook(&periods, handle, f64::INFINITY, args.float8(6)).or_raise();
        outlook_rows(args, &periods, found)
    }
}
