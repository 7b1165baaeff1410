//! When will the backlog be gone? What happened on past business days, drawn again and again.
//!
//! A run draws a past day for each day to come and takes what came in that day and what was done, until
//! nothing is left. Arrivals and completions of a day stay together, as busy days are busy for both; days are drawn
//! one by one, so weeks and seasons are not kept.

use crate::error::{Error, Result};
use crate::memory;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// The most past days, runs, and days to come; and the most days of all runs together, some 2 s.
pub const MAX_DAYS: usize = 100_000;
const MAX_RUNS: i32 = 1_000_000;
const MAX_HORIZON: i32 = 36_500;
const MAX_STEPS: i64 = 1_000_000_000;

/// A backlog up to this is a rounding error and counts as 0: sums of tenths end some 1e-13 from it.
const NOTHING: f64 = 1e-9;

/// What was found, in business days.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clearance {
    /// Mean completions less arrivals of a past day.
    pub net_per_day: f64,
    /// The backlog divided by that, in days; None when the backlog does not shrink.
    pub deterministic: Option<f64>,
    /// The days within which half, 80 % and 95 % of the runs cleared the backlog; None when fewer did.
    pub p50: Option<u32>,
    pub p80: Option<u32>,
    pub p95: Option<u32>,
    /// The part of runs that did not clear the backlog within the horizon.
    pub never: f64,
}

fn check(what: &str, value: i64, most: i64) -> Result<()> {
    if (1..=most).contains(&value) {
        return Ok(());
    }
    Err(Error::parameter(
        format!("{what} must be from 1 to {most}, not {value}"),
        "Give a whole number in that range.",
    ))
}

/// Past days as pairs.
///
/// # Errors
/// 22023 for lists of different lengths, empty ones, and elements that are NULL, negative or not finite;
/// 54000 for more than [`MAX_DAYS`].
pub fn pairs(arrivals: &[Option<f64>], completions: &[Option<f64>]) -> Result<Vec<(f64, f64)>> {
    let (n, m) = (arrivals.len(), completions.len());
    if n != m {
        return Err(Error::parameter(
            format!("arrivals and completions must be of as many days, not {n} and {m}"),
            "Give one of each for every past business day: array_agg(created ORDER BY day), array_agg(solved ORDER BY day).",
        ));
    }
    if n == 0 {
        return Err(Error::parameter(
            "there must be at least one past day to draw from",
            "Give arrivals and completions of past business days, best of four weeks or more.",
        ));
    }
    if n > MAX_DAYS {
        return Err(Error::limit(
            format!("there must be at most {MAX_DAYS} past days, not {n}"),
            "Give the latest days.",
        ));
    }
    let real = |what: &str, i: usize, value: Option<f64>| match value {
        Some(v) if v.is_finite() && v >= 0.0 => Ok(v),
        _ => {
            let shown = value.map_or("NULL".to_owned(), |v| v.to_string());
            Err(Error::parameter(
                format!("{what} of past day {} are {shown}", i + 1),
                "Give a finite number, 0 or more, for each day; coalesce(created, 0) for days on which nothing happened.",
            ))
        }
    };
    let both = arrivals.iter().zip(completions).enumerate();
    memory::try_collect(
        both.map(|(i, (a, c))| Ok((real("arrivals", i, *a)?, real("completions", i, *c)?))),
    )
}

/// Draws `runs` futures of up to `horizon` business days, of which the calendar has `there`. The same numbers give the same result on every
/// machine: xoshiro256++ seeded by SplitMix64, an index by the high half of a 128-bit product, and sums of
/// doubles in order.
///
/// # Errors
/// 22023 for a negative backlog and for numbers out of range, 54000 for more than [`MAX_STEPS`].
pub fn simulate(
    backlog: i64,
    days: &[(f64, f64)],
    runs: i32,
    seed: i64,
    horizon: i32,
    there: impl FnOnce(i64) -> i64,
) -> Result<Clearance> {
    if backlog < 0 {
        return Err(Error::parameter(
            format!("backlog must be 0 or more, not {backlog}"),
            "Give the number of open tickets.",
        ));
    }
    check("a number of runs", runs.into(), MAX_RUNS.into())?;
    check("a horizon in days", horizon.into(), MAX_HORIZON.into())?;
    if i64::from(runs) * i64::from(horizon) > MAX_STEPS {
        return Err(Error::limit(
            format!(
                "runs times days must be at most {MAX_STEPS}, not {runs} runs of {horizon} days"
            ),
            "Ask for fewer runs.",
        ));
    }
    let changes = memory::collect(days.iter().map(|(a, c)| a - c))?;
    let backlog = backlog as f64;
    // Adding 0 turns a mean of -0 into 0.
    let net = -changes.iter().sum::<f64>() / changes.len().max(1) as f64 + 0.0;
    // Futures that run out of days never clear.
    let last = there(horizon.into()).clamp(0, horizon.into()) as usize;
    let deterministic = match (backlog == 0.0, net > 0.0) {
        (true, _) => Some(0.0),
        (_, true) => Some(backlog / net),
        _ => None,
    };
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed as u64);
    let count = changes.len() as u128;
    let mut done = memory::filled(horizon as usize + 1, 0u32)?;
    let mut never = 0u32;
    let mut steps = 0u32;
    for _ in 0..runs {
        let mut left = backlog;
        let mut day = 0;
        while left > NOTHING && day < last {
            let drawn = ((u128::from(random.next_u64()) * count) >> 64) as usize;
            left += changes[drawn];
            day += 1;
        }
        match left > NOTHING {
            true => never += 1,
            false => done[day] += 1,
        }
        steps += day as u32;
        if steps > 1 << 20 {
            steps = 0;
            crate::interrupt::check();
        }
    }
    let within = |percent: i64| {
        // The fewest runs that are at least this percentage of all runs.
        let needed = (i64::from(runs) * percent + 99) / 100;
        let mut sum = 0i64;
        let found = done.iter().position(|n| {
            sum += i64::from(*n);
            sum >= needed
        });
        found.map(|day| day as u32)
    };
    Ok(Clearance {
        net_per_day: net,
        deterministic,
        p50: within(50),
        p80: within(80),
        p95: within(95),
        never: f64::from(never) / f64::from(runs),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn days(list: &[(f64, f64)]) -> Vec<(f64, f64)> {
        list.to_vec()
    }

    #[test]
    fn what_is_certain_is_certain() {
        // Ten come in and fourteen are done every day: 50 are gone after 12.5 days.
        let found = simulate(50, &days(&[(10.0, 14.0)]), 100, 1, 730, |h| h).expect("in range");
        assert_eq!((found.net_per_day, found.deterministic), (4.0, Some(12.5)));
        assert_eq!(
            (found.p50, found.p80, found.p95, found.never),
            (Some(13), Some(13), Some(13), 0.0)
        );
        let one = simulate(50, &days(&[(10.0, 14.0)]), 1, 1, 730, |h| h).expect("in range");
        assert_eq!((one.p50, one.p95), (Some(13), Some(13)));
        let grows = simulate(50, &days(&[(14.0, 10.0)]), 100, 1, 730, |h| h).expect("in range");
        assert_eq!(
            (grows.deterministic, grows.p50, grows.never),
            (None, None, 1.0)
        );
        // Thirteen days are needed: a calendar with twelve is too short. Without a backlog no day is needed.
        let few = simulate(50, &days(&[(10.0, 14.0)]), 100, 1, 730, |_| 12).expect("in range");
        assert_eq!((few.p50, few.never), (None, 1.0));
        let just = simulate(50, &days(&[(10.0, 14.0)]), 100, 1, 730, |_| 13).expect("in range");
        assert_eq!((just.p50, just.never), (Some(13), 0.0));
        let off = simulate(0, &days(&[(7.0, 7.0)]), 100, 1, 730, |_| 0).expect("in range");
        assert_eq!((off.p95, off.never), (Some(0), 0.0));
        assert!(off.net_per_day.is_sign_positive());
        let none = simulate(0, &days(&[(14.0, 10.0)]), 100, 1, 730, |h| h).expect("in range");
        assert_eq!(
            (none.deterministic, none.p95, none.never),
            (Some(0.0), Some(0), 0.0)
        );
    }

    /// The generator is part of what is promised. A program in Python with the published algorithms gives the same.
    #[test]
    fn the_same_for_a_seed() {
        let past = days(&[
            (10.0, 14.0),
            (30.0, 12.0),
            (8.0, 25.0),
            (12.0, 11.0),
            (20.0, 20.5),
        ]);
        let found = simulate(120, &past, 2_000, 1, 730, |h| h).expect("in range");
        assert_eq!(simulate(120, &past, 2_000, 1, 730, |h| h), Ok(found));
        assert_eq!((found.p50, found.p80, found.p95, found.never), GOLDEN);
        assert_ne!(simulate(120, &past, 2_000, 2, 730, |h| h), Ok(found));
        let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
        assert_eq!([random.next_u64(), random.next_u64()], FIRST);
    }

    const GOLDEN: (Option<u32>, Option<u32>, Option<u32>, f64) =
        (Some(137), Some(358), None, 0.0755);
    const FIRST: [u64; 2] = [14_971_601_782_005_023_387, 13_781_649_495_232_077_965];

    #[test]
    fn what_is_refused() {
        let text = |e: Result<Vec<(f64, f64)>>| e.expect_err("out of range").message;
        assert!(text(pairs(&[Some(1.0)], &[])).contains("not 1 and 0"));
        assert!(text(pairs(&[], &[])).contains("at least one past day"));
        assert!(
            text(pairs(&[Some(1.0), None], &[Some(1.0); 2]))
                .contains("arrivals of past day 2 are NULL")
        );
        assert!(text(pairs(&[Some(1.0)], &[Some(-2.0)])).contains("-2"));
        assert!(text(pairs(&[Some(f64::NAN)], &[Some(2.0)])).contains("NaN"));
        let past = [(1.0, 2.0)];
        for (backlog, runs, horizon) in [
            (-1, 1, 1),
            (1, 0, 1),
            (1, 1, 0),
            (1, 1_000_001, 1),
            (1, 1, 36_501),
            (1, 1_000_000, 36_500),
        ] {
            assert!(simulate(backlog, &past, runs, 1, horizon, |h| h).is_err());
        }
    }

    /// The exact distribution of the day on which whole numbers of tickets are done, by convolution.
    fn exact(backlog: i64, changes: &[i64], horizon: usize) -> Vec<f64> {
        let mut open = std::collections::BTreeMap::from([(backlog, 1.0)]);
        let mut done = vec![if backlog == 0 { 1.0 } else { 0.0 }];
        if backlog == 0 {
            open.clear();
        }
        for _ in 0..horizon {
            let mut next = std::collections::BTreeMap::new();
            let mut finished = 0.0;
            for (left, p) in &open {
                for change in changes {
                    let p = p / changes.len() as f64;
                    match left + change {
                        l if l <= 0 => finished += p,
                        l => *next.entry(l).or_insert(0.0) += p,
                    }
                }
            }
            done.push(finished);
            open = next;
        }
        done
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

        /// 4,000 runs are near the exact distribution; percentiles are in order, and more work never clears sooner.
        #[test]
        fn near_the_exact_distribution(backlog in 0i64..60, past in prop::collection::vec((0u8..10, 0u8..14), 1..6), seed in any::<i64>()) {
            let past: Vec<(f64, f64)> = past.iter().map(|(a, c)| (f64::from(*a), f64::from(*c))).collect();
            let changes: Vec<i64> = past.iter().map(|(a, c)| (a - c) as i64).collect();
            let found = simulate(backlog, &past, 4_000, seed, 40, |h| h).expect("in range");
            let done = exact(backlog, &changes, 40);
            let by = |day: u32| done.iter().take(day as usize + 1).sum::<f64>();
            prop_assert!((found.never - (1.0 - by(40))).abs() < 0.05);
            for (p, day) in [(0.5, found.p50), (0.8, found.p80), (0.95, found.p95)] {
                match day {
                    Some(0) => prop_assert_eq!(backlog, 0),
                    Some(day) => prop_assert!(by(day) > p - 0.05 && by(day - 1) < p + 0.05),
                    None => prop_assert!(by(40) < p + 0.05),
                }
            }
            let order = |a: Option<u32>, b: Option<u32>| a.unwrap_or(u32::MAX) <= b.unwrap_or(u32::MAX);
            prop_assert!(order(found.p50, found.p80) && order(found.p80, found.p95));
            let more = simulate(backlog + 5, &past, 4_000, seed, 40, |h| h).expect("in range");
            prop_assert!(more.never >= found.never - 0.05);
        }
    }
}
