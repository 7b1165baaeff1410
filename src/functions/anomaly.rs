//! Anomalies: scores of rows in frames, and of whole series.

use crate::ffi::args::Args;
use crate::ffi::report::{OrRaise, raise};
use crate::ffi::results::{from_bool, from_float8};
use crate::ffi::srf::RowType;
use crate::ffi::state::{self, Aggregate};
use crate::ffi::{pg_functions, srf};
use pgrx::pg_sys::Datum;
use slaops_core::error::Error;
use slaops_core::statistics::anomaly::{Forward, Moving, Robust, Series};

// SAFETY: the states of rolling_zscore over frames that only grow go to this file's functions alone.
const GROWING: Aggregate<Forward> = unsafe { Aggregate::new(ROLLING) };
// SAFETY: the states of rolling_zscore over frames that move go to this file's functions alone.
const MOVING: Aggregate<Moving> = unsafe { Aggregate::new(ROLLING) };
// SAFETY: the states of robust_zscore go to this file's functions alone.
const ROBUST: Aggregate<Robust> = unsafe { Aggregate::new("slaops.robust_zscore") };

const ROLLING: &str = "slaops.rolling_zscore";

/// The value of a row.
fn value(args: Args<'_>) -> Option<f64> {
    args.opt_float8(1)
}

/// The state, or a new one that is dropped with its group's or frame's memory.
fn of<'call, T: Default>(args: Args<'call>, aggregate: &Aggregate<T>) -> &'call mut T {
    let found = aggregate.state(args, 0);
    found.unwrap_or_else(|| aggregate.memory(args).keep(T::default()))
}

pg_functions! {
    /// (state, value), for a frame that only grows.
    fn slaops_rolling_zscore_add(args) {
        let state = GROWING.state(args, 0);
        let forward = state.unwrap_or_else(|| GROWING.memory(args).put(Forward::default()));
        forward.push(value(args));
        state::datum(forward)
    }

    fn slaops_rolling_zscore_final(args) {
        let score = GROWING.state(args, 0).and_then(|s| s.score());
        args.or_null(score.map(from_float8))
    }

    fn slaops_rolling_zscore_enter(args) {
        let moving = of(args, &MOVING);
        moving.push(value(args)).or_raise();
        state::datum(moving)
    }

    fn slaops_rolling_zscore_leave(args) {
        let moving = of(args, &MOVING);
        moving.pop().or_raise();
        state::datum(moving)
    }

    fn slaops_rolling_zscore_score(args) {
        let score = MOVING.state(args, 0).and_then(|s| s.score());
        args.or_null(score.map(from_float8))
    }

    fn slaops_robust_zscore_enter(args) {
        let robust = of(args, &ROBUST);
        robust.push(value(args)).or_raise();
        state::datum(robust)
    }

    fn slaops_robust_zscore_leave(args) {
        let robust = of(args, &ROBUST);
        robust.pop(value(args));
        state::datum(robust)
    }

    fn slaops_robust_zscore_score(args) {
        let score = ROBUST.state(args, 0).and_then(Robust::score);
        args.or_null(score.map(from_float8))
    }

    /// (values, season, window, threshold): a row a value.
    fn slaops_anomalies(args) {
        srf::rows(args, || {
            let threshold = args.float8(3);
            if threshold.is_nan() || threshold <= 0.0 {
                raise(Error::parameter(
                    format!("threshold must be above 0, not {threshold}"),
                    "Give the robust deviations from which a value is an anomaly, such as 3.5.",
                ));
            }
            Series::check_size(args.array_len(0)).or_raise();
            let series = Series::new(args.floats_or_nan(0), args.int4(1), args.int4(2)).or_raise();
            let row_type = RowType::of(args);
            Box::new(series.enumerate().map(move |(i, point)| {
                let columns = [
                    Some(Datum::from(i as i32 + 1)),
                    point.value.map(from_float8),
                    point.expected.map(from_float8),
                    point.z.map(from_float8),
                    point.robust_z.map(from_float8),
                    point.robust_z.map(|z| from_bool(z.abs() > threshold)),
                ];
                row_type.tuple(&columns)
            }))
        })
    }
}
