//! People for a target: tickets as a queue of many agents in open time.
//!
//! Poisson arrivals, exponential work, first come first served, everybody alike (M/M/n). The part of tickets that wait
//! longer than t is C e^(-(n - a) t / s), with Erlang's C, n people, a load of a erlangs and s minutes of work. The
//! part that are not done after t is e^(-t/s) (1 + C (1 - e^(-(n - 1 - a) t / s)) / (n - 1 - a)), where the fraction is
//! t / s if n - 1 = a (D. Gross, C. M. Harris, "Fundamentals of Queueing Theory", section 2.3).

use super::queue::{MAX_AGENTS, load};
use super::{amount, occupancy, result, shown, shrinkage};
use crate::error::{Error, Result};

/// What is promised, and of whom.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Open minutes.
    pub minutes: f64,
    /// The part of tickets that are to keep it, from 0 to below 1.
    pub attainment: f64,
    /// Whether work has to begin within them, or to be done.
    pub begin: bool,
}

/// Reads what has to happen within the target, `resolution` or `response`: true for `response`, the beginning of work.
///
/// # Errors
/// 22023 for another word.
pub fn begins(within: &str) -> Result<bool> {
    match within.to_ascii_lowercase().as_str() {
        "resolution" => Ok(false),
        "response" => Ok(true),
        _ => Err(Error::parameter(
            format!("target metric must be resolution or response, not \"{within}\""),
            "Write resolution, for work that is to be done, or response, for work that is to begin.",
        )),
    }
}

/// The part of tickets that miss the target with `n` people; `c` is Erlang's C of `n`.
fn missed(target: &Target, n: f64, load: f64, c: f64, handle: f64) -> f64 {
    let t = target.minutes / handle;
    if target.begin {
        return c * libm::exp(-(n - load) * t);
    }
    let rest = n - 1.0 - load;
    let mean = if rest * t == 0.0 {
        t
    } else {
        -libm::expm1(-rest * t) / rest
    };
    (libm::exp(-t) * (1.0 + c * mean)).min(1.0)
}

/// Full-time people on the payroll whose work, `handle` minutes a ticket that a person gives `occupied` of his time to,
/// keeps the target: the fewest at work at once, divided by 1 - `shrunk`.
///
/// Tickets come evenly over the open hours of a day, and somebody is always there while it is open.
///
/// # Errors
/// 22023 for what is out of range, and for a target that tickets miss even without any wait; 54000 where
/// [`MAX_AGENTS`] are too few.
pub fn people(
    arrivals_per_day: f64,
    handle_minutes: f64,
    target: Target,
    hours_per_day: f64,
    occupied: f64,
    shrunk: f64,
) -> Result<f64> {
    let arrivals = amount("arrivals a day", arrivals_per_day, false)?;
    // A person who gives half of his time to tickets takes twice as long.
    let handle = amount("a handling time", handle_minutes, true)? / occupancy(occupied)?;
    amount("a target", target.minutes, false)?;
    if !(0.0..1.0).contains(&target.attainment) {
        return Err(Error::parameter(
            format!(
                "attainment must be from 0 to below 1, not {}",
                target.attainment
            ),
            "Give the part of tickets that are to keep the target, such as 0.95.",
        ));
    }
    if !(hours_per_day > 0.0 && hours_per_day <= 24.0) {
        return Err(Error::parameter(
            format!("hours per day must be above 0 and at most 24, not {hours_per_day}"),
            "Give the open hours of a day.",
        ));
    }
    let shrunk = shrinkage(shrunk)?;
    if arrivals == 0.0 {
        return Ok(0.0);
    }
    let load = load(arrivals / (hours_per_day * 60.0) * handle)?;
    let most = 1.0 - target.attainment;
    let alone = missed(&target, f64::INFINITY, load, 0.0, handle);
    if alone > most {
        return Err(Error::parameter(
            format!(
                "the target cannot be met: {:.1} % of tickets take longer than {} minutes even if none waits, and at most {:.1} % may",
                100.0 * alone,
                shown(target.minutes),
                100.0 * most
            ),
            "Ask for less, or for the beginning of work: target_metric => 'response'.",
        ));
    }
    // B(n) by recursion, and C from B. More people never miss more targets, so the first success is the fewest.
    let mut b = 1.0;
    for k in 1..=MAX_AGENTS {
        if k % 65_536 == 0 {
            crate::interrupt::check();
        }
        let n = f64::from(k);
        b = load * b / (n + load * b);
        if n <= load {
            continue;
        }
        let c = (n * b / (n - load * (1.0 - b))).min(1.0);
        if missed(&target, n, load, c, handle) <= most {
            return result("the number of people", n / (1.0 - shrunk), || {
                format!("{k} at work and a shrinkage of {}", shown(shrunk))
            });
        }
    }
    Err(Error::limit(
        format!("{MAX_AGENTS} people, the most allowed, do not meet the target"),
        "Ask for a lower attainment, or split the queue.",
    ))
}

#[cfg(test)]
mod tests {
    use super::super::queue::{Queue, erlang_c};
    use super::*;
    use proptest::prelude::*;

    fn target(minutes: f64, attainment: f64, begin: bool) -> Target {
        Target {
            minutes,
            attainment,
            begin,
        }
    }

    fn people_of(arrivals: f64, handle: f64, t: Target) -> f64 {
        people(arrivals, handle, t, 8.0, 1.0, 0.0).unwrap_or_else(|e| panic!("{e}"))
    }

    #[test]
    fn worked_figures() {
        // One person, 6 tickets of 40 minutes in 480: a load of a half, and a time of mean 80 minutes, exponential.
        let alone = missed(&target(80.0, 0.0, false), 1.0, 0.5, erlang_c(0.5, 1), 40.0);
        assert!((alone - libm::exp(-1.0)).abs() < 1e-12, "{alone}");
        assert_eq!(people_of(6.0, 40.0, target(80.0, 0.63, false)), 1.0);
        assert_eq!(people_of(6.0, 40.0, target(80.0, 0.64, false)), 2.0);
        // n - 1 = a: 12 such tickets and two people.
        let even = missed(&target(80.0, 0.0, false), 2.0, 1.0, erlang_c(1.0, 2), 40.0);
        assert!(
            (even - libm::exp(-2.0) * (1.0 + 2.0 / 3.0)).abs() < 1e-12,
            "{even}"
        );
        // Half of the time on tickets and 20 % away.
        let half = people(6.0, 20.0, target(80.0, 0.64, false), 8.0, 0.5, 0.2);
        assert_eq!(half, Ok(2.5));
        assert_eq!(
            people(0.0, 20.0, target(1.0, 0.9, false), 8.0, 1.0, 0.0),
            Ok(0.0)
        );
    }

    #[test]
    fn refused() {
        let of = |m, a, h| {
            people(6.0, 40.0, target(m, a, false), h, 1.0, 0.0)
                .expect_err("an error")
                .message
        };
        assert!(of(40.0, 0.9, 8.0).contains("36.8 % of tickets take longer than 40 minutes"));
        assert!(of(40.0, 1.0, 8.0).contains("below 1, not 1"));
        assert!(of(f64::NAN, 0.5, 8.0).contains("NaN"));
        assert!(of(80.0, 0.5, 25.0).contains("at most 24, not 25"));
        assert!(begins("reply").is_err() && begins("Response") == Ok(true));
        assert!(people(1e300, 40.0, target(80.0, 0.5, true), 8.0, 1.0, 0.0).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

        /// Enough, one less is not; more is asked for more; beginnings are those of the queue of calls; the part not
        /// done is the integral of the part that waits over the work's time.
        #[test]
        fn fewest(arrivals in 1.0..400.0f64, handle in 5.0..90.0f64, times in 1.0..20.0f64, share in 0.0..0.99f64, begin: bool) {
            let minutes = times * handle;
            let most = if begin { 1.0 } else { 1.0 - libm::exp(-times) };
            let t = target(minutes, share * most, begin);
            let n = people_of(arrivals, handle, t);
            let load = arrivals / 480.0 * handle;
            prop_assert!(n > load);
            let at = |n: f64, t: &Target| missed(t, n, load, erlang_c(load, n as u32), handle);
            prop_assert!(at(n, &t) <= 1.0 - t.attainment);
            if n - 1.0 > load {
                prop_assert!(at(n - 1.0, &t) > 1.0 - t.attainment);
            }
            prop_assert!(people_of(arrivals, handle, target(minutes, 0.5 * t.attainment, begin)) <= n);
            prop_assert!(people_of(1.1 * arrivals, handle, t) >= n);
            let calls = Queue::new(arrivals / 8.0, handle * 60.0, n as u32, None).expect("a queue");
            let begun = 1.0 - at(n, &target(minutes, 0.0, true));
            let answered = calls.outcome(minutes * 60.0).expect("an outcome").service_level;
            prop_assert!((begun - answered).abs() < 1e-9, "{begun} {answered}");
            // Simpson's rule over work of u minutes.
            let steps = 4_000;
            let late = |u: f64| libm::exp(-u / handle) / handle * at(n, &target(minutes - u, 0.0, true));
            let h = minutes / f64::from(steps);
            let sum: f64 = (0..=steps).map(|i| {
                let weight = match i { 0 => 1.0, i if i == steps => 1.0, i if i % 2 == 1 => 4.0, _ => 2.0 };
                weight * late(f64::from(i) * h)
            }).sum();
            let whole = sum * h / 3.0 + libm::exp(-times);
            let found = at(n, &target(minutes, 0.0, false));
            prop_assert!((whole - found).abs() < 1e-6, "{whole} {found}");
        }
    }
}
