//! Queues of calls: Poisson arrivals, exponential handling times, agents alike, first come first served.
//! Erlang B loses those who cannot be served at once, C lets all wait, A lets each wait as long as an
//! exponential patience.
//!
//! Sources: A. K. Erlang (1917); C. Palm (1957); O. Garnett, A. Mandelbaum, M. Reiman, "Designing a call
//! center with impatient customers", M&SOM 4 (2002); A. Mandelbaum, S. Zeltyn, "Service engineering in
//! action: the Palm/Erlang-A queue" (2007).

mod patience;
mod states;

use super::{amount, occupancy, result, shown, shrinkage};
use crate::error::{Error, Result, SqlState};
use patience::Waits;
use states::sums;

/// The most agents, and the most erlangs, of one queue. Recursions over so many take some 5 ms.
pub const MAX_AGENTS: u32 = 1_000_000;

/// The most people on a payroll.
const MOST_PAID: f64 = 1e12;
/// Patience of more handling times than this counts as unlimited.
const LONGEST: f64 = 1e300;
/// Agents times patience in handling times from which integrals are used: below, sums have at most some hundred
/// terms a root of it.
const LONG: f64 = 1_000.0;

/// What comes in and who answers.
#[derive(Clone, Copy, Debug)]
pub struct Queue {
    /// Calls a second.
    rate: f64,
    handle_seconds: f64,
    agents: u32,
    /// Mean seconds until a caller gives up; infinite for callers who never do.
    patience_seconds: f64,
}

/// How a queue does in the long run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// The part of calls that are not answered at once.
    pub wait_probability: f64,
    /// The part of calls that give up.
    pub abandon_probability: f64,
    /// The mean wait in seconds over all calls, those that give up included.
    pub speed_of_answer: f64,
    /// The part of agents' time spent on calls.
    pub occupancy: f64,
    /// The mean number of calls that wait.
    pub queue_length: f64,
    /// The part of all calls that are answered within the threshold.
    pub service_level: f64,
}

/// # Errors
/// 22023 when not 0 to [`MAX_AGENTS`].
pub fn agents(n: i32) -> Result<u32> {
    match u32::try_from(n) {
        Ok(n) if n <= MAX_AGENTS => Ok(n),
        _ => Err(Error::parameter(
            format!("agents must be from 0 to {MAX_AGENTS}, not {n}"),
            "Give the number of agents at work.",
        )),
    }
}

/// # Errors
/// 22023 for a load that is negative, not a number, or over [`MAX_AGENTS`] erlangs.
pub fn load(erlangs: f64) -> Result<f64> {
    if (0.0..=f64::from(MAX_AGENTS)).contains(&erlangs) {
        return Ok(erlangs);
    }
    Err(Error::parameter(
        format!("load must be from 0 to {MAX_AGENTS} erlangs, not {erlangs}"),
        "Give calls an hour times handling time in hours.",
    ))
}

/// Erlang B: the share of calls that find all of `n` agents busy, in a system without a queue.
///
/// By B(n) = a B(n-1) / (n + a B(n-1)), which loses no digits at any size.
pub fn erlang_b(a: f64, n: u32) -> f64 {
    let mut b = 1.0;
    for k in 1..=n {
        b = a * b / (f64::from(k) + a * b);
        if b == 0.0 {
            break;
        }
    }
    b
}

/// The part of calls that wait where everybody waits: Erlang's C. 1 once the load reaches the agents.
pub fn erlang_c(a: f64, n: u32) -> f64 {
    c_of_b(a, f64::from(n), || erlang_b(a, n))
}

fn c_of_b(a: f64, n: f64, b: impl FnOnce() -> f64) -> f64 {
    if a >= n {
        return 1.0;
    }
    let b = b();
    (n * b / (n - a * (1.0 - b))).min(1.0)
}

impl Queue {
    /// A queue of so many calls an hour.
    ///
    /// # Errors
    /// 22023 for times that are not above 0, negative calls, and a load over [`MAX_AGENTS`] erlangs.
    pub fn new(
        calls_per_hour: f64,
        handle_seconds: f64,
        agents: u32,
        patience_seconds: Option<f64>,
    ) -> Result<Self> {
        let rate = amount("calls an hour", calls_per_hour, false)? / 3_600.0;
        let handle_seconds = amount("a handling time", handle_seconds, true)?;
        load(rate * handle_seconds)?;
        let patience_seconds = patience_seconds.unwrap_or(f64::INFINITY);
        // Below, the answer is that of no patience.
        let least = handle_seconds / 1e6;
        if patience_seconds.is_nan() || patience_seconds < least {
            return Err(Error::parameter(
                format!(
                    "patience must be at least a millionth of the handling time, not {patience_seconds} seconds"
                ),
                "Give the mean seconds until a caller gives up, or infinity for callers who never do.",
            ));
        }
        Ok(Self {
            rate,
            handle_seconds,
            agents,
            patience_seconds,
        })
    }

    /// The same with the load in erlangs.
    ///
    /// # Errors
    /// As [`Queue::new`].
    pub fn of_load(erlangs: f64, agents: u32, handle: f64, patience: f64) -> Result<Self> {
        let erlangs = load(erlangs)?;
        let handle_seconds = amount("a handling time", handle, true)?;
        let rate = erlangs / handle_seconds;
        if !rate.is_finite() {
            return Err(Error::parameter(
                format!(
                    "a handling time of {handle:e} seconds is too short for a load of {erlangs} erlangs"
                ),
                "Give the mean seconds of a call.",
            ));
        }
        Ok(Self {
            rate,
            ..Self::new(0.0, handle, agents, Some(patience))?
        })
    }

    fn erlangs(&self) -> f64 {
        self.rate * self.handle_seconds
    }

    /// Calls answered within so many seconds, and everything else of the queue.
    ///
    /// # Errors
    /// 22023 for a negative threshold, 22003 for a wait that no number holds though callers give up.
    pub fn outcome(&self, threshold_seconds: f64) -> Result<Outcome> {
        if threshold_seconds.is_nan() || threshold_seconds < 0.0 {
            return Err(Error::parameter(
                format!("threshold must be 0 seconds or more, not {threshold_seconds}"),
                "Give the seconds within which calls are to be answered.",
            ));
        }
        let before = erlang_b(self.erlangs(), self.agents.saturating_sub(1));
        let found = self.with_b(before, threshold_seconds);
        if self.patience_seconds.is_finite() {
            for number in [found.speed_of_answer, found.queue_length] {
                result("the wait", number, || {
                    format!(
                        "{} calls a second of {} seconds and a patience of {} seconds",
                        shown(self.rate),
                        shown(self.handle_seconds),
                        shown(self.patience_seconds)
                    )
                })?;
            }
        }
        Ok(found)
    }

    /// The outcome from Erlang's B of one agent less.
    fn with_b(&self, before: f64, threshold: f64) -> Outcome {
        if self.rate == 0.0 || self.erlangs() == 0.0 && self.agents > 0 {
            return Outcome {
                wait_probability: if self.agents == 0 { 1.0 } else { 0.0 },
                abandon_probability: if self.agents == 0 && self.patience_seconds.is_finite() {
                    1.0
                } else {
                    0.0
                },
                speed_of_answer: match self.agents {
                    0 => self.patience_seconds,
                    _ => 0.0,
                },
                occupancy: 0.0,
                queue_length: 0.0,
                service_level: if self.agents == 0 { 0.0 } else { 1.0 },
            };
        }
        if self.patience_seconds.is_infinite() {
            return self.all_wait(before, threshold);
        }
        if self.agents == 0 {
            return Outcome {
                wait_probability: 1.0,
                abandon_probability: 1.0,
                speed_of_answer: self.patience_seconds,
                occupancy: 0.0,
                queue_length: self.rate * self.patience_seconds,
                service_level: 0.0,
            };
        }
        self.some_leave(before, threshold)
    }

    fn all_wait(&self, before: f64, threshold: f64) -> Outcome {
        let (a, n) = (self.erlangs(), f64::from(self.agents));
        let wait = c_of_b(a, n, || a * before / (n + a * before));
        // The mean number of free agents; with none the queue grows without end.
        let free = n - a;
        let (speed, late) = if free > 0.0 {
            let late = wait * (-free * threshold / self.handle_seconds).exp();
            (wait * self.handle_seconds / free, late)
        } else {
            (f64::INFINITY, 1.0)
        };
        Outcome {
            wait_probability: wait,
            abandon_probability: 0.0,
            speed_of_answer: speed,
            occupancy: if n > 0.0 { (a / n).min(1.0) } else { 0.0 },
            queue_length: self.rate * speed,
            service_level: 1.0 - late,
        }
    }

    /// Erlang A. With r = load / agents and S(t) the sum over states of the queue after an age t, the
    /// normal constant is D = 1 / B(n-1) + r S(0); P(wait) = r S(0) / D; the mean queue is r K / D with K
    /// the weighted sum; Little's law gives the rest. No term is negative, so no digits cancel.
    fn some_leave(&self, before: f64, threshold: f64) -> Outcome {
        let times = (self.patience_seconds / self.handle_seconds).min(LONGEST);
        let age = threshold / self.handle_seconds / times;
        let found = if f64::from(self.agents) * times < LONG {
            self.by_sums(before, times, age)
        } else {
            self.by_integrals(before, times, age)
        };
        let (wait, queue_length, late) = found;
        let (load, n) = (self.erlangs(), f64::from(self.agents));
        let abandon = (queue_length / times / load).min(1.0);
        // Calls beyond the agents' capacity give up, so the wait is a part of the patience, however long that is.
        let (speed, queue_length) = if load > n && times == LONGEST {
            let speed = abandon * self.patience_seconds;
            (speed, self.rate * speed)
        } else {
            (queue_length / self.rate, queue_length)
        };
        Outcome {
            wait_probability: wait,
            abandon_probability: abandon,
            speed_of_answer: speed,
            occupancy: (load / n * (1.0 - abandon)).min(1.0),
            queue_length,
            service_level: (1.0 - abandon - late).clamp(0.0, 1.0),
        }
    }

    /// The part that waits, the mean queue, and the part answered after an age, which is in patiences; `times` is the
    /// patience in handling times.
    fn by_sums(&self, before: f64, times: f64, age: f64) -> (f64, f64, f64) {
        let (load, n) = (self.erlangs(), f64::from(self.agents));
        let (states, x, r) = (n * times, load * times, load / n);
        let all = sums(states, x);
        let idle = (-all.scale).exp() / before;
        if !idle.is_finite() {
            return (0.0, 0.0, 0.0);
        }
        let d = idle + r * all.plain;
        // Answered, but late: the same sum with one more in the denominators, of those who would still be waiting.
        let late = if age.is_finite() {
            let after = sums(states + 1.0, x * (-age).exp());
            let scale = x * -(-age).exp_m1() - (states + 1.0) * age;
            x / (states + 1.0) * after.plain * (scale + after.scale - all.scale).exp() / d
        } else {
            0.0
        };
        (r * all.plain / d, r * all.weighted / d, late)
    }

    /// The same by integrals.
    fn by_integrals(&self, before: f64, times: f64, age: f64) -> (f64, f64, f64) {
        let load = self.erlangs();
        let waits = Waits::new(f64::from(self.agents), load, times);
        let idle = (-waits.scale).exp() / before;
        if !idle.is_finite() {
            return (0.0, 0.0, 0.0);
        }
        let all = waits.from(0.0);
        // r a is the load in patiences.
        let x = load * times;
        let d = idle + x * all.plain;
        let late = waits.from(age).served / d;
        (x * all.plain / d, x / d * all.queue, late)
    }

    /// The fewest people on the payroll: agents enough for the service level at an occupancy of at most
    /// `max_occupancy`, divided by 1 - `shrunk` and rounded up.
    ///
    /// # Errors
    /// 22023 for parts out of range, 54000 when [`MAX_AGENTS`] are too few, 22003 for more than [`MOST_PAID`].
    pub fn required(
        &self,
        service_level: f64,
        threshold: f64,
        max_occupancy: f64,
        shrunk: f64,
    ) -> Result<i64> {
        if !(0.0..1.0).contains(&service_level) {
            return Err(Error::parameter(
                format!("service level must be from 0 to below 1, not {service_level}"),
                "Give the part of calls to be answered within the threshold, such as 0.8.",
            ));
        }
        let (max_occupancy, shrunk) = (occupancy(max_occupancy)?, shrinkage(shrunk)?);
        self.outcome(threshold)?;
        if self.rate == 0.0 {
            return Ok(0);
        }
        let a = self.erlangs();
        let enough = |n: u32, before: f64| {
            let queue = Self { agents: n, ..*self };
            let found = queue.with_b(before, threshold);
            let stable = self.patience_seconds.is_finite() || a < f64::from(n);
            stable && found.service_level >= service_level && found.occupancy <= max_occupancy
        };
        // More agents never answer fewer calls in time: the number doubles until it is enough, then bisection finds the fewest. `base` is B for fewer agents than `fails`.
        let climb = |base: (u32, f64), to: u32| {
            (base.0 + 1..=to).fold(base.1, |b, k| a * b / (f64::from(k) + a * b))
        };
        let (mut fails, mut base, mut high) = (0, (0, 1.0), 1);
        loop {
            crate::interrupt::check();
            let before = climb(base, high - 1);
            if enough(high, before) {
                break;
            }
            if high == MAX_AGENTS {
                return Err(Error::limit(
                    format!(
                        "{MAX_AGENTS} agents, the most allowed, do not reach the service level"
                    ),
                    "Ask for a lower service level, or split the queue.",
                ));
            }
            (fails, base) = (high, (high - 1, before));
            high = (high * 2).min(MAX_AGENTS);
        }
        while high - fails > 1 {
            crate::interrupt::check();
            let middle = fails + (high - fails) / 2;
            let before = climb(base, middle - 1);
            if enough(middle, before) {
                high = middle;
            } else {
                (fails, base) = (middle, (middle - 1, before));
            }
        }
        // Rounded up, except for a rounding error: 8 / (1 - 0.2) is 10.
        let paid = f64::from(high) / (1.0 - shrunk);
        if paid > MOST_PAID {
            return Err(Error::new(
                SqlState::NumberOutOfRange,
                format!(
                    "the number of people must be at most {MOST_PAID:e}, not {paid:e}: {high} agents at a shrinkage of {shrunk}"
                ),
                "Give the part of paid time away from work, such as 0.3.",
            ));
        }
        Ok((paid - 1e-9 * paid).ceil() as i64)
    }
}

#[cfg(test)]
mod tests;
