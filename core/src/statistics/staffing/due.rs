//! People for work that may wait until it is due: the flattest line of people that has all of it done in time.
//!
//! What is done by an instant may not be more than what has come by then, nor less than what is due by then. Between
//! these two lines, over open time, a string is pulled taut: its slope is the number of people. No other way to keep
//! every due time has a smaller greatest number, and none changes it less (F. Yao, A. Demers, S. Shenker, "A scheduling
//! model for reduced CPU energy", FOCS 1995; for work that is due in the order in which it comes it is the taut string).

use super::{amount, occupancy};
use crate::error::{Error, Result};
use crate::{interrupt, memory};

/// The most periods of a table.
pub const MAX_PERIODS: usize = 20_000;

/// A stretch of time in which so much work comes.
#[derive(Clone, Copy, Debug)]
pub struct Period {
    /// Minutes in which people can work.
    pub open: f64,
    /// Tickets that come.
    pub arrivals: f64,
    /// The number of the first period after whose end what comes now is late: it is due by the end of the one before.
    pub due: usize,
}

/// What a period needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Need {
    /// People at work in its open time; not a whole number.
    pub people: f64,
    /// Tickets that wait at its end.
    pub waiting: f64,
}

/// # Errors
/// 54000 for more than [`MAX_PERIODS`].
pub fn check_count(n: usize) -> Result<()> {
    if n <= MAX_PERIODS {
        return Ok(());
    }
    Err(Error::limit(
        format!("there must be at most {MAX_PERIODS} periods, not {n}"),
        "Give some weeks of half hours.",
    ))
}

/// People for each period, with `backlog` tickets waiting at first, due by the end of period `backlog_due` - 1.
///
/// Work that is due after the last period need not be done in any of them.
///
/// # Errors
/// 22023 for what is negative or out of range.
pub fn people(
    periods: &[Period],
    handle_minutes: f64,
    backlog: f64,
    backlog_due: usize,
    occupied: f64,
) -> Result<Vec<Need>> {
    check_count(periods.len())?;
    let handle = amount("a handling time", handle_minutes, true)?;
    let backlog = amount("a backlog", backlog, false)?;
    let occupied = occupancy(occupied)?;
    for period in periods {
        amount("arrivals", period.arrivals, false)?;
    }
    let n = periods.len();
    if n == 0 {
        return Ok(Vec::new());
    }
    // Lines in tickets at the n + 1 edges of periods: time that is open, what has come, what is due.
    let mut time = memory::filled(n + 1, 0.0)?;
    let mut come = memory::filled(n + 1, backlog)?;
    let mut due = memory::filled(n + 1, 0.0)?;
    // Whatever the due time says, there is some open time to do the work in.
    let mut soonest = memory::filled(n + 1, n + 1)?;
    for i in (0..n).rev() {
        soonest[i] = if periods[i].open > 0.0 {
            i + 1
        } else {
            soonest[i + 1]
        };
    }
    let at = backlog_due.max(soonest[0]);
    if at <= n {
        due[at] += backlog;
    }
    for (i, period) in periods.iter().enumerate() {
        time[i + 1] = time[i] + period.open;
        come[i + 1] = come[i] + period.arrivals;
        let at = period.due.max(soonest[i]);
        if at <= n {
            due[at] += period.arrivals;
        }
    }
    for i in 0..n {
        due[i + 1] += due[i];
    }
    // What is due while nobody can work is due before.
    let mut knots = memory::with_capacity(n + 1)?;
    let mut i = 0;
    while i <= n {
        let first = i;
        while i < n && time[i + 1] == time[first] {
            i += 1;
        }
        // At one open instant: no more than had come at first, no less than is due at last. Nothing is done before the
        // first period.
        let most = if first == 0 { 0.0 } else { come[first] };
        knots.push((time[first], due[i].min(most), come[first]));
        i += 1;
    }
    let done = taut(&knots)?;
    let mut needs = memory::with_capacity(n)?;
    let mut knot = 0;
    for i in 0..n {
        let (from, to) = (time[i], time[i + 1]);
        let before = done[knot];
        if to > from {
            knot += 1;
        }
        let tickets = done[knot] - before;
        let people = match to > from {
            true => (tickets * handle / (to - from) / occupied).max(0.0),
            false => 0.0,
        };
        needs.push(Need {
            people,
            waiting: (come[i + 1] - done[knot]).max(0.0),
        });
    }
    Ok(needs)
}

/// The heights of a string from the start of the lower line to its end, above it and below the upper one. Knots are
/// (place, lower, upper).
fn taut(knots: &[(f64, f64, f64)]) -> Result<Vec<f64>> {
    let mut heights = memory::filled(knots.len(), 0.0)?;
    let Some(last) = knots.len().checked_sub(1) else {
        return Ok(heights);
    };
    heights[0] = knots[0].1;
    let mut from = 0;
    while from < last {
        interrupt::check();
        let (x, height) = (knots[from].0, heights[from]);
        // The steepest that the lower line demands and the flattest that the upper one allows, and where.
        let (mut low, mut high) = ((f64::NEG_INFINITY, from), (f64::INFINITY, from));
        let mut bend = None;
        for (j, knot) in knots.iter().enumerate().skip(from + 1) {
            let width = knot.0 - x;
            let below = (knot.1 - height) / width;
            // The string ends on the lower line: what is due later is not asked for.
            let above = (if j == last { knot.1 } else { knot.2 } - height) / width;
            if below > high.0 {
                bend = Some((high.1, knots[high.1].2));
                break;
            }
            if above < low.0 {
                bend = Some((low.1, knots[low.1].1));
                break;
            }
            if below >= low.0 {
                low = (below, j);
            }
            if above <= high.0 {
                high = (above, j);
            }
        }
        let (to, end) = bend.unwrap_or((last, knots[last].1));
        let slope = (end - height) / (knots[to].0 - x);
        for j in from + 1..to {
            heights[j] = height + slope * (knots[j].0 - x);
        }
        heights[to] = end;
        from = to;
    }
    Ok(heights)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn period(open: f64, arrivals: f64, due: usize) -> Period {
        Period {
            open,
            arrivals,
            due,
        }
    }

    #[test]
    fn worked_figures() {
        // 30 tickets of 10 minutes come at once and may wait for three half hours: 100 minutes in each of 30.
        let found = people(
            &[
                period(30.0, 30.0, 3),
                period(30.0, 0.0, 3),
                period(30.0, 0.0, 3),
            ],
            10.0,
            0.0,
            0,
            1.0,
        );
        let found = found.expect("needs");
        for need in &found {
            assert!((need.people - 10.0 / 3.0).abs() < 1e-12, "{found:?}");
        }
        // Over a closed night: the second half is worked on the next day.
        let night = people(
            &[
                period(30.0, 30.0, 3),
                period(0.0, 6.0, 3),
                period(30.0, 0.0, 3),
            ],
            10.0,
            0.0,
            0,
            0.5,
        );
        let night = night.expect("needs");
        assert!((night[0].people - 12.0).abs() < 1e-12, "{night:?}");
        assert_eq!(night[1].people, 0.0);
        assert!((night[1].waiting - 18.0).abs() < 1e-12, "{night:?}");
        assert!((night[2].people - 12.0).abs() < 1e-12, "{night:?}");
        // A backlog that is due at once, and nothing else.
        let late = people(
            &[period(30.0, 0.0, 1), period(30.0, 0.0, 2)],
            10.0,
            9.0,
            1,
            1.0,
        );
        let late = late.expect("needs");
        assert_eq!((late[0].people, late[1].people), (3.0, 0.0));
        let never = people(&[period(0.0, 0.0, 1)], 10.0, 9.0, 1, 1.0).expect("needs");
        assert_eq!((never[0].people, never[0].waiting), (0.0, 9.0));
        // What is due before people come is done first when they come.
        let early = people(
            &[
                period(0.0, 6.0, 1),
                period(30.0, 0.0, 2),
                period(30.0, 0.0, 3),
            ],
            10.0,
            0.0,
            3,
            1.0,
        );
        assert_eq!(early.map(|n| (n[1].people, n[2].people)), Ok((2.0, 0.0)));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

        /// Nothing is late, nothing is done before it comes, and the greatest number of people is the least: that of
        /// the densest stretch of time, which no plan can avoid.
        #[test]
        fn flattest(cells in prop::collection::vec((0..3u8, 0..20u32, 1..6usize), 1..24), backlog in 0..30u32) {
            let mut latest = 0;
            let periods: Vec<Period> = cells.iter().enumerate().map(|(i, (open, arrivals, wait))| {
                latest = latest.max(i + wait);
                period(f64::from(*open) * 15.0, f64::from(*arrivals), latest)
            }).collect();
            let n = periods.len();
            let Ok(found) = people(&periods, 5.0, backlog.into(), n, 1.0) else { return Ok(()) };
            let mut done = 0.0;
            let (mut come, mut due) = (f64::from(backlog), 0.0);
            let mut edges = vec![(0.0, 0.0, 0.0)];
            let mut time = 0.0;
            for (i, (p, need)) in periods.iter().zip(&found).enumerate() {
                done += need.people * p.open / 5.0;
                come += p.arrivals;
                time += p.open;
                due += periods.iter().enumerate().filter(|(j, q)| {
                    let soonest = (*j..n).find(|k| periods[*k].open > 0.0).map_or(n + 1, |k| k + 1);
                    q.due.max(soonest) == i + 1
                }).map(|(_, q)| q.arrivals).sum::<f64>();
                if i + 1 == n {
                    due += f64::from(backlog);
                }
                prop_assert!(done <= come + 1e-6);
                prop_assert!((come - done - need.waiting).abs() < 1e-6);
                // Where the next period is closed what is due by then is due now; checked at the end of open time.
                prop_assert!(p.open == 0.0 || done >= due - 1e-6, "{i} {done} {due} {found:?}");
                edges.push((time, due, come));
            }
            let most = found.iter().map(|need| need.people).fold(0.0, f64::max);
            let mut densest = 0.0f64;
            for (i, from) in edges.iter().enumerate() {
                for to in &edges[i..] {
                    if to.0 > from.0 {
                        densest = densest.max((to.1 - from.2) * 5.0 / (to.0 - from.0));
                    }
                }
            }
            // Arrivals of closed time come at one open instant, so edges of it may give more; never less.
            prop_assert!(most <= densest + 1e-6, "{most} {densest} {found:?}");
        }
    }
}
