//! Anomalies: scores of rows in frames, and of whole series.

use crate::ffi::datum::{self, arg, float8, from_bool, from_float8, int4, is_null, or_null};
use crate::ffi::report::{OrRaise, raise};
use crate::ffi::{pg_functions, srf, state};
use pgrx::pg_sys::{self, FunctionCallInfo};
use slaops_core::error::Error;
use slaops_core::statistics::anomaly::{Forward, Moving, Robust, Series};

const ROLLING: &str = "slaops.rolling_zscore";
const ROBUST: &str = "slaops.robust_zscore";

/// The value of a row.
unsafe fn value(fcinfo: FunctionCallInfo) -> Option<f64> {
    unsafe { (!is_null(fcinfo, 1)).then(|| float8(fcinfo, 1)) }
}

/// The state, or a new one that is dropped with its group's or frame's memory.
unsafe fn of<'a, T: Default>(fcinfo: FunctionCallInfo, aggregate: &str) -> &'a mut T {
    unsafe {
        let mut found = state::arg::<T>(fcinfo, 0);
        if found.is_null() {
            found = state::boxed(state::context(fcinfo, aggregate), T::default());
        }
        &mut *found
    }
}

pg_functions! {
    /// (state, value), for a frame that only grows.
    fn slaops_rolling_zscore_add(fcinfo) {
        let mut forward = state::arg::<Forward>(fcinfo, 0);
        if forward.is_null() {
            let context = state::context(fcinfo, ROLLING);
            forward = pg_sys::MemoryContextAlloc(context, size_of::<Forward>()).cast();
            forward.write(Forward::default());
        }
        (*forward).push(value(fcinfo));
        pg_sys::Datum::from(forward)
    }

    fn slaops_rolling_zscore_final(fcinfo) {
        let forward = state::arg::<Forward>(fcinfo, 0);
        or_null(fcinfo, forward.as_ref().and_then(Forward::score).map(from_float8))
    }

    fn slaops_rolling_zscore_enter(fcinfo) {
        let moving = of::<Moving>(fcinfo, ROLLING);
        moving.push(value(fcinfo)).or_raise();
        pg_sys::Datum::from(&raw mut *moving)
    }

    fn slaops_rolling_zscore_leave(fcinfo) {
        let moving = of::<Moving>(fcinfo, ROLLING);
        moving.pop().or_raise();
        pg_sys::Datum::from(&raw mut *moving)
    }

    fn slaops_rolling_zscore_score(fcinfo) {
        let moving = state::arg::<Moving>(fcinfo, 0);
        or_null(fcinfo, moving.as_ref().and_then(Moving::score).map(from_float8))
    }

    fn slaops_robust_zscore_enter(fcinfo) {
        let robust = of::<Robust>(fcinfo, ROBUST);
        robust.push(value(fcinfo)).or_raise();
        pg_sys::Datum::from(&raw mut *robust)
    }

    fn slaops_robust_zscore_leave(fcinfo) {
        let robust = of::<Robust>(fcinfo, ROBUST);
        robust.pop(value(fcinfo));
        pg_sys::Datum::from(&raw mut *robust)
    }

    fn slaops_robust_zscore_score(fcinfo) {
        let robust = state::arg::<Robust>(fcinfo, 0);
        or_null(fcinfo, robust.as_mut().and_then(Robust::score).map(from_float8))
    }

    /// (values, season, window, threshold): a row a value.
    fn slaops_anomalies(fcinfo) {
        srf::rows(fcinfo, || {
            let threshold = float8(fcinfo, 3);
            if threshold.is_nan() || threshold <= 0.0 {
                raise(Error::parameter(
                    format!("a threshold of {threshold} is out of range"),
                    "Give the robust deviations from which a value is an anomaly, above 0, such as 3.5.",
                ));
            }
            let array = arg(fcinfo, 0);
            Series::check_size(datum::array_len(array)).or_raise();
            let values = datum::floats_or_nan(array);
            let series = Series::new(values, int4(fcinfo, 1), int4(fcinfo, 2)).or_raise();
            let descriptor = srf::descriptor(fcinfo);
            Box::new(series.enumerate().map(move |(i, point)| {
                let mut columns = [
                    Some(pg_sys::Datum::from(i as i32 + 1)),
                    point.value.map(from_float8),
                    point.expected.map(from_float8),
                    point.z.map(from_float8),
                    point.robust_z.map(from_float8),
                    point.robust_z.map(|z| from_bool(z.abs() > threshold)),
                ];
                srf::tuple(descriptor, &mut columns)
            }))
        })
    }
}
