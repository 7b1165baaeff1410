//! Staffing: queues of calls, and work that may wait.

use crate::ffi::args::Args;
use crate::ffi::report::{OrRaise, raise};
use crate::ffi::results::{from_float8, from_int8};
use crate::ffi::srf::RowType;
use crate::ffi::{pg_functions, srf};
use crate::functions::for_calendars_and_names;
use slaops_core::business_time::{FIRST_DAY, LAST_DAY, Timeline};
use slaops_core::error::Error;
use slaops_core::statistics::staffing::attain::{self, Target};
use slaops_core::statistics::staffing::deferred::{self, Work};
use slaops_core::statistics::staffing::queue::{self, Outcome, Queue};

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
}

for_calendars_and_names! {
    // (backlog, arrivals_per_day, handle_minutes, cal, from, until, hours_per_day, occupancy, shrinkage)
    fte_to_clear_by(timeline, args, 3) {
        let days = working_days(timeline, args.int4(4), args.int4(5));
        let found = work(args, 1, 6).clear(args.float8(0), days);
        from_float8(found.or_raise())
    }
}
