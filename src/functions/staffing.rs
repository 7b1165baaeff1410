//! Staffing: queues of calls, and work that may wait.

use crate::ffi::datum::{self, float8, from_float8, from_int8, int4};
use crate::ffi::report::{OrRaise, raise};
use crate::ffi::{pg_functions, srf};
use crate::functions::for_calendars_and_names;
use pgrx::pg_sys::FunctionCallInfo;
use slaops_core::business_time::{FIRST_DAY, LAST_DAY, Timeline};
use slaops_core::error::Error;
use slaops_core::statistics::staffing::attain::{self, Target};
use slaops_core::statistics::staffing::deferred::{self, Work};
use slaops_core::statistics::staffing::queue::{self, Outcome, Queue};

/// (calls_per_hour, handle_seconds, agents, ...): the queue, whose callers' patience is argument `at`.
unsafe fn queue(fcinfo: FunctionCallInfo, patience_at: usize) -> Queue {
    unsafe {
        let agents = queue::agents(int4(fcinfo, 2)).or_raise();
        let (calls, handle) = (float8(fcinfo, 0), float8(fcinfo, 1));
        Queue::new(calls, handle, agents, Some(float8(fcinfo, patience_at))).or_raise()
    }
}

unsafe fn outcome(fcinfo: FunctionCallInfo) -> Outcome {
    unsafe { queue(fcinfo, 4).outcome(float8(fcinfo, 3)).or_raise() }
}

/// The work of arguments (..., arrivals, handle_minutes, ...) and (..., hours, occupancy, shrinkage).
unsafe fn work(fcinfo: FunctionCallInfo, first: usize, hours: usize) -> Work {
    unsafe {
        Work::new(
            float8(fcinfo, first),
            float8(fcinfo, first + 1),
            float8(fcinfo, hours),
            float8(fcinfo, hours + 1),
            float8(fcinfo, hours + 2),
        )
        .or_raise()
    }
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
                "there is no working day from {} to before {}",
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
    fn slaops_erlang_b(fcinfo) {
        let agents = queue::agents(int4(fcinfo, 1)).or_raise();
        from_float8(queue::erlang_b(queue::load(float8(fcinfo, 0)).or_raise(), agents))
    }

    /// (erlangs, agents)
    fn slaops_erlang_c(fcinfo) {
        let agents = queue::agents(int4(fcinfo, 1)).or_raise();
        from_float8(queue::erlang_c(queue::load(float8(fcinfo, 0)).or_raise(), agents))
    }

    /// (erlangs, agents, handle_seconds, patience_seconds): one row.
    fn slaops_erlang_a(fcinfo) {
        let agents = queue::agents(int4(fcinfo, 1)).or_raise();
        let (load, handle, patience) = (float8(fcinfo, 0), float8(fcinfo, 2), float8(fcinfo, 3));
        let queue = Queue::of_load(load, agents, handle, patience).or_raise();
        let found = queue.outcome(0.0).or_raise();
        let columns = [
            found.wait_probability,
            found.abandon_probability,
            found.speed_of_answer,
            found.occupancy,
            found.queue_length,
        ];
        srf::tuple(srf::descriptor(fcinfo), &mut columns.map(|c| Some(from_float8(c))))
    }

    /// (calls_per_hour, handle_seconds, agents, threshold_seconds, patience_seconds)
    fn slaops_service_level(fcinfo) {
        from_float8(outcome(fcinfo).service_level)
    }

    /// (calls_per_hour, handle_seconds, agents, patience_seconds)
    fn slaops_speed_of_answer(fcinfo) {
        from_float8(queue(fcinfo, 3).outcome(0.0).or_raise().speed_of_answer)
    }

    /// (calls_per_hour, handle_seconds, service_level, threshold_seconds, max_occupancy, shrinkage, patience_seconds)
    fn slaops_agents_required(fcinfo) {
        let queue = Queue::new(float8(fcinfo, 0), float8(fcinfo, 1), 0, Some(float8(fcinfo, 6))).or_raise();
        let found = queue.required(float8(fcinfo, 2), float8(fcinfo, 3), float8(fcinfo, 4), float8(fcinfo, 5));
        from_int8(found.or_raise())
    }

    /// (arrivals_per_day, handle_minutes, hours_per_day, occupancy, shrinkage)
    fn slaops_fte_to_hold(fcinfo) {
        from_float8(work(fcinfo, 0, 2).hold().or_raise())
    }

    /// (backlog, arrivals_per_day, handle_minutes, working_days, hours_per_day, occupancy, shrinkage)
    fn slaops_fte_to_clear(fcinfo) {
        let found = work(fcinfo, 1, 4).clear(float8(fcinfo, 0), float8(fcinfo, 3));
        from_float8(found.or_raise())
    }

    /// (arrivals_per_day, handle_minutes, target_minutes, attainment, hours_per_day, occupancy, shrinkage, target_metric)
    fn slaops_fte_to_attain(fcinfo) {
        let target_metric = datum::word(fcinfo, 7, "target_metric");
        let target = Target {
            minutes: float8(fcinfo, 2),
            attainment: float8(fcinfo, 3),
            begin: attain::begins(&target_metric).or_raise(),
        };
        let (hours, occupied, shrunk) = (float8(fcinfo, 4), float8(fcinfo, 5), float8(fcinfo, 6));
        let found = attain::people(float8(fcinfo, 0), float8(fcinfo, 1), target, hours, occupied, shrunk);
        from_float8(found.or_raise())
    }

    /// (backlog, arrivals_per_day, handle_minutes, fte_from, fte_to, fte_step, working_days, hours_per_day, occupancy, shrinkage)
    fn slaops_capacity_simulator(fcinfo) {
        srf::rows(fcinfo, || {
            let work = work(fcinfo, 1, 7);
            let (backlog, days) = (float8(fcinfo, 0), float8(fcinfo, 6));
            let list = deferred::alternatives(float8(fcinfo, 3), float8(fcinfo, 4), float8(fcinfo, 5));
            // What is wrong with the rest is said even where there is no row.
            Work::check(backlog, days).or_raise();
            let descriptor = srf::descriptor(fcinfo);
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
                srf::tuple(descriptor, &mut columns.map(|c| c.map(from_float8)))
            }))
        })
    }
}

for_calendars_and_names! {
    // (backlog, arrivals_per_day, handle_minutes, cal, from, until, hours_per_day, occupancy, shrinkage)
    fte_to_clear_by(timeline, fcinfo, 3) {
        let days = working_days(timeline, int4(fcinfo, 4), int4(fcinfo, 5));
        let found = work(fcinfo, 1, 6).clear(float8(fcinfo, 0), days);
        from_float8(found.or_raise())
    }
}
