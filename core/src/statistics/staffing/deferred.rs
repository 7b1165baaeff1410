//! Work that may wait, such as tickets: people by the day, in the mean.
//!
//! One full-time person does hours x 60 x occupancy x (1 - shrinkage) / handling minutes tickets a day.

use super::{amount, occupancy, result, shown, shrinkage};
use crate::error::{Error, Result};

/// The most rows of a table of alternatives.
pub const MAX_ROWS: f64 = 10_000.0;

/// What comes in, and what one person does.
#[derive(Clone, Copy, Debug)]
pub struct Work {
    arrivals: f64,
    /// Minutes of a ticket.
    handle: f64,
    /// Tickets that one full-time person does in a working day.
    pace: f64,
}

/// How a backlog fares with so many people.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    pub fte: f64,
    /// Tickets a day that they can do.
    pub capacity: f64,
    /// The part of capacity that arrivals take; None without capacity.
    pub utilization: Option<f64>,
    /// By how much the backlog shrinks a day while there is one; negative when it grows.
    pub net_flow: f64,
    pub backlog_after: f64,
    /// Working days until there is none; None for never.
    pub clear_days: Option<f64>,
    /// The mean wait in working days of the tickets that come in meanwhile, first in first out; None without
    /// capacity.
    pub wait_days: Option<f64>,
}

impl Work {
    /// # Errors
    /// 22023 for what is negative or out of range, 22003 for a pace that no number holds.
    pub fn new(
        arrivals_per_day: f64,
        handle_minutes: f64,
        hours_per_day: f64,
        occupied: f64,
        shrunk: f64,
    ) -> Result<Self> {
        let arrivals = amount("arrivals a day", arrivals_per_day, false)?;
        let handle = amount("a handling time", handle_minutes, true)?;
        if !(hours_per_day > 0.0 && hours_per_day <= 24.0) {
            return Err(Error::parameter(
                format!("hours per day must be above 0 and at most 24, not {hours_per_day}"),
                "Give the paid hours of a full-time person's day.",
            ));
        }
        let worked = hours_per_day * 60.0 * occupancy(occupied)? * (1.0 - shrinkage(shrunk)?);
        let of = || {
            format!(
                "{} minutes of work at {} a ticket",
                shown(worked),
                shown(handle)
            )
        };
        Ok(Self {
            arrivals,
            handle,
            pace: result("a day's work", worked / handle, of)?,
        })
    }

    /// Full-time people that keep a backlog as it is.
    ///
    /// # Errors
    /// 22003 where no number holds them.
    pub fn hold(&self) -> Result<f64> {
        self.people(self.arrivals, "")
    }

    /// Full-time people that do so many tickets a day.
    fn people(&self, tickets: f64, rest: &str) -> Result<f64> {
        // No tickets need nobody, however long one takes.
        let people = if tickets == 0.0 {
            0.0
        } else {
            tickets / self.pace
        };
        result("the number of people", people, || {
            format!(
                "{} arrivals a day at {} minutes each{rest}",
                shown(self.arrivals),
                shown(self.handle)
            )
        })
    }

    /// A backlog, and the days in which it is to be done.
    ///
    /// # Errors
    /// 22023 for a negative backlog, and for no days.
    pub fn check(backlog: f64, working_days: f64) -> Result<(f64, f64)> {
        Ok((
            amount("a backlog", backlog, false)?,
            amount("a number of working days", working_days, true)?,
        ))
    }

    /// Full-time people that do all arrivals and a backlog within so many working days.
    ///
    /// # Errors
    /// 22023 for a negative backlog, and for no days; 22003 where no number holds the people.
    pub fn clear(&self, backlog: f64, working_days: f64) -> Result<f64> {
        let (backlog, days) = Self::check(backlog, working_days)?;
        let rest = format!(
            " and a backlog of {} in {} days",
            shown(backlog),
            shown(days)
        );
        self.people(self.arrivals + backlog / days, &rest)
    }

    /// The backlog, wait and clearance after so many working days.
    ///
    /// # Errors
    /// As [`Work::clear`], and 22023 for negative people.
    pub fn plan(&self, backlog: f64, working_days: f64, fte: f64) -> Result<Plan> {
        let (backlog, days) = Self::check(backlog, working_days)?;
        let capacity = amount("a number of people", fte, false)? * self.pace;
        let net_flow = capacity - self.arrivals;
        let backlog_after = (backlog - net_flow * days).max(0.0);
        let clear_days = if backlog == 0.0 && net_flow >= 0.0 {
            Some(0.0)
        } else {
            (net_flow > 0.0).then(|| backlog / net_flow)
        };
        // The backlog falls or rises in a line, and stays at 0 once it is there.
        let busy = clear_days.map_or(days, |d| d.min(days));
        let mean = (backlog / 2.0 + backlog_after / 2.0) * (busy / days);
        let plan = Plan {
            fte,
            capacity,
            utilization: (capacity > 0.0).then(|| self.arrivals / capacity),
            net_flow,
            backlog_after,
            clear_days,
            wait_days: (capacity > 0.0).then(|| mean / capacity),
        };
        let numbers = [
            Some(capacity),
            plan.utilization,
            Some(net_flow),
            Some(backlog_after),
            clear_days,
            plan.wait_days,
        ];
        for number in numbers.into_iter().flatten() {
            result("the work", number, || {
                format!(
                    "{} people, {} arrivals a day at {} minutes each and a backlog of {} in {} days",
                    shown(fte),
                    shown(self.arrivals),
                    shown(self.handle),
                    shown(backlog),
                    shown(days)
                )
            })?;
        }
        Ok(plan)
    }
}

/// The numbers of people from one to another, by steps.
///
/// # Errors
/// 22023 for what is negative or backward, 54000 for more than [`MAX_ROWS`].
pub fn alternatives(from: f64, to: f64, step: f64) -> Result<impl Iterator<Item = f64>> {
    let from = amount("a number of people", from, false)?;
    let to = amount("a number of people", to, false)?;
    let step = amount("a step", step, true)?;
    // Rounding must not lose the last row: 1 to 2 by 0.1 is eleven rows.
    let count = ((to - from) / step + 1e-9).floor() + 1.0;
    if count > MAX_ROWS {
        return Err(Error::limit(
            format!(
                "there must be at most {MAX_ROWS} rows, not {count} from {from} to {to} people"
            ),
            "Take a larger step.",
        ));
    }
    Ok((0..count.max(0.0) as u32).map(move |i| from + f64::from(i) * step))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn people_by_the_day() {
        // 8 hours, 85 % of them on tickets, 30 % away: 285.6 minutes, at 20 each 14.28 tickets a day.
        let work = Work::new(100.0, 20.0, 8.0, 0.85, 0.3).expect("in range");
        assert!((work.pace - 14.28).abs() < 1e-12);
        assert!((work.hold().expect("in range") - 7.002_801_120_448_18).abs() < 1e-12);
        // 200 more in 10 days are 20 a day.
        assert!((work.clear(200.0, 10.0).expect("in range") - 120.0 / 14.28).abs() < 1e-12);
        assert_eq!(work.clear(0.0, 10.0), work.hold());
        let plan = work.plan(200.0, 10.0, 10.0).expect("in range");
        // 42.8 a day: clear after 4.67 days, in which tickets wait 0.7 days at first.
        assert!((plan.net_flow - 42.8).abs() < 1e-9 && plan.backlog_after == 0.0);
        assert!((plan.clear_days.expect("it clears") - 200.0 / 42.8).abs() < 1e-9);
        assert!((plan.wait_days.expect("people") - 100.0 / 142.8 * 0.467_289_72).abs() < 1e-6);
        let short = work.plan(200.0, 10.0, 5.0).expect("in range");
        assert_eq!(
            (short.clear_days, short.utilization.is_some_and(|u| u > 1.0)),
            (None, true)
        );
        assert!((short.backlog_after - (200.0 + 10.0 * (100.0 - 71.4))).abs() < 1e-9);
        let nobody = work.plan(200.0, 10.0, 0.0).expect("in range");
        assert_eq!(
            (nobody.utilization, nobody.wait_days, nobody.backlog_after),
            (None, None, 1_200.0)
        );
        assert_eq!(alternatives(1.0, 2.0, 0.1).expect("few").count(), 11);
        assert_eq!(alternatives(2.0, 1.0, 0.5).expect("few").count(), 0);
    }

    #[test]
    fn what_is_out_of_range() {
        let of = |a, h, d, o, s| Work::new(a, h, d, o, s).expect_err("out of range").message;
        assert!(of(-1.0, 20.0, 8.0, 1.0, 0.0).contains("-1"));
        assert!(
            of(1.0, 0.0, 8.0, 1.0, 0.0).contains("handling time must be finite and above 0, not 0")
        );
        assert!(of(1.0, 20.0, 25.0, 1.0, 0.0).contains("25"));
        assert!(of(1.0, 20.0, 8.0, 1.01, 0.0).contains("1.01"));
        assert!(
            of(1.0, 20.0, 8.0, 1.0, 1.0).contains("shrinkage must be from 0 to below 1, not 1")
        );
        assert!(of(f64::NAN, 20.0, 8.0, 1.0, 0.0).contains("NaN"));
        let work = Work::new(1.0, 20.0, 8.0, 1.0, 0.0).expect("in range");
        assert!(work.clear(5.0, 0.0).is_err() && work.clear(-5.0, 1.0).is_err());
        assert!(alternatives(0.0, 1e9, 0.1).is_err());
        let past = |e: Error| {
            e.state == crate::error::SqlState::NumberOutOfRange && e.message.contains("e308")
        };
        let endless = Work::new(1e308, 20.0, 8.0, 1e-3, 0.0).expect("in range");
        assert!(endless.hold().is_err_and(past) && endless.plan(0.0, 1.0, 1e-300).is_err_and(past));
        assert!(work.clear(1e308, 1e-3).is_err_and(past) && work.plan(1e308, 1.0, 0.5).is_ok());
        assert!(work.plan(1.0, 1.0, 1e308).is_err_and(past));
        let slow = Work::new(0.0, 1e308, 8.0, 1e-300, 0.0).expect("in range");
        assert_eq!(slow.hold(), Ok(0.0));
        assert!(slow.clear(1.0, 1.0).is_err_and(past));
        let quick = Work::new(1.0, 1e-308, 24.0, 1.0, 0.0);
        assert!(quick.is_err_and(|e| e.message.contains("1e-308")));
    }

    proptest! {
        /// Exactly the people to clear a backlog in so many days clear it in so many days; the wait is the
        /// mean over a simulation in small steps.
        #[test]
        fn clearing_is_clearing(arrivals in 0.0..500.0, backlog in 1.0..5_000.0, days in 1.0..60.0, fte in 0.1..40.0) {
            let work = Work::new(arrivals, 25.0, 8.0, 0.9, 0.25).expect("in range");
            let fte_needed = work.clear(backlog, days).expect("in range");
            prop_assert!(fte_needed > work.hold().expect("in range"));
            let found = work.plan(backlog, days, fte_needed).expect("in range").clear_days.expect("it clears");
            prop_assert!((found / days - 1.0).abs() < 1e-9);
            let plan = work.plan(backlog, days, fte).expect("in range");
            let steps = 20_000;
            let levels = (0..steps).map(|i| (backlog - plan.net_flow * days * (f64::from(i) + 0.5) / f64::from(steps)).max(0.0));
            let mean = levels.sum::<f64>() / f64::from(steps) / plan.capacity;
            prop_assert!((plan.wait_days.expect("people") - mean).abs() < 1e-3 * mean.max(0.01), "{mean} {plan:?}");
        }
    }
}
