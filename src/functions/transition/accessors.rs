//! What can be asked of a transition matrix, as rows.

use super::matrix;
use crate::ffi::args::Args;
use crate::ffi::report::{OrRaise, raise};
use crate::ffi::results::{from_bool, from_float8, from_int8, from_text};
use crate::ffi::srf::RowType;
use crate::ffi::{pg_functions, srf};
use pgrx::pg_sys::Datum;
use slaops_core::error::Error;
use slaops_core::memory;
use slaops_core::mining::transition::durations::{Durations, Gathered};
use slaops_core::mining::transition::{END, MAX_ACTIVITIES, Matrix, START, chart};
use slaops_core::time::MICROS_PER_MINUTE;

type Columns = Vec<Option<Datum>>;

/// Rows of a matrix, each made when it is asked for.
fn rows<K: 'static, I: Iterator<Item = K> + 'static>(
    args: Args<'_>,
    keys: impl FnOnce(&Matrix) -> I,
    row: impl Fn(&Matrix, K) -> Columns + 'static,
) -> Datum {
    srf::rows(args, || {
        let m = matrix(args, 0);
        let row_type = RowType::of(args);
        let keys = keys(&m);
        Box::new(keys.map(move |k| row_type.tuple(&row(&m, k))))
    })
}

fn text(t: &str) -> Option<Datum> {
    Some(from_text(t))
}

fn count(n: u64) -> Option<Datum> {
    Some(from_int8(i64::try_from(n).unwrap_or(i64::MAX)))
}

fn minutes(micros: f64) -> Option<Datum> {
    Some(from_float8(micros / MICROS_PER_MINUTE))
}

fn share(part: u64, whole: u64) -> Option<Datum> {
    (whole > 0).then(|| from_float8(part as f64 / whole as f64))
}

/// total, mean, min, max, p50, p90, p95 in minutes; NULL without durations.
fn spread(d: &Durations) -> [Option<Datum>; 7] {
    if d.n == 0 {
        return [None; 7];
    }
    let [p50, p90, p95] = d.quantiles([0.5, 0.9, 0.95]);
    [
        Some(d.total as f64),
        d.mean(),
        Some(d.min as f64),
        Some(d.max as f64),
        p50,
        p90,
        p95,
    ]
    .map(|micros| micros.and_then(minutes))
}

/// Argument 1: names of final activities.
fn finals(args: Args<'_>, m: &Matrix) -> Vec<usize> {
    let items = args.texts(1, MAX_ACTIVITIES, "final activities");
    let items = memory::collect(items).or_raise();
    if items.iter().any(Option::is_none) {
        raise(Error::parameter(
            "final activities must not be NULL",
            "Give names of activities, or no array at all for the end of cases.",
        ));
    }
    let names = items.into_iter().flatten().map(|text| text.text());
    let names = memory::collect(names).or_raise();
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    m.finals(&names).or_raise()
}

/// Pairs of activities, if they are few enough for a picture.
fn pairs(m: &Matrix) -> u64 {
    let n = m.activities.len();
    if n > MOST_ON_MAP {
        raise(Error::limit(
            format!("a heat map of {n} activities has {} cells", n * n),
            format!(
                "At most {MOST_ON_MAP} activities are drawn; slaops.transitions lists only pairs that occur."
            ),
        ));
    }
    (n * n) as u64
}

/// Four million cells are made in seconds and nobody looks at more.
const MOST_ON_MAP: usize = 2_000;

/// One transition; those of the artificial activities have no duration.
enum Step {
    Start(usize),
    Edge(usize),
    End(usize),
}

/// Transitions by where they begin, the most frequent first.
fn steps(m: &Matrix) -> impl Iterator<Item = Step> + use<> {
    let mut starts: Vec<usize> = (0..m.activities.len())
        .filter(|a| m.activities[*a].starts > 0)
        .collect();
    starts.sort_by_key(|a| std::cmp::Reverse(m.activities[*a].starts));
    let mut list: Vec<Step> = starts.into_iter().map(Step::Start).collect();
    let mut at = 0;
    for a in 0..m.activities.len() {
        let n = m.leaving(a).len();
        let mut mine: Vec<(u64, Step)> = (at..at + n)
            .map(|i| (m.edges[i].n, Step::Edge(i)))
            .collect();
        at += n;
        if m.activities[a].ends > 0 {
            mine.push((m.activities[a].ends, Step::End(a)));
        }
        mine.sort_by_key(|(n, _)| std::cmp::Reverse(*n));
        list.extend(mine.into_iter().map(|(_, s)| s));
    }
    list.into_iter()
}

fn name(m: &Matrix, activity: u32) -> &str {
    &m.activities[activity as usize].name
}

/// (source, target, n, cases, times the source is left)
fn ends(m: &Matrix, step: &Step) -> (String, String, u64, u64, u64) {
    let names = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    let ((from, to), n, cases, whole) = match *step {
        Step::Start(a) => (
            names(START, &m.activities[a].name),
            m.activities[a].starts,
            m.activities[a].starts,
            m.cases,
        ),
        Step::End(a) => (
            names(&m.activities[a].name, END),
            m.activities[a].ends,
            m.activities[a].ends,
            m.activities[a].visits,
        ),
        Step::Edge(i) => {
            let e = &m.edges[i];
            let whole = m.activities[e.from as usize].visits;
            (names(name(m, e.from), name(m, e.to)), e.n, e.cases, whole)
        }
    };
    (from, to, n, cases, whole)
}

/// Activities by a number of theirs, the largest first; those without it are left out.
fn ranked(m: &Matrix, number: impl Fn(usize) -> u64) -> std::vec::IntoIter<usize> {
    let mut list: Vec<usize> = (0..m.activities.len()).filter(|a| number(*a) > 0).collect();
    list.sort_by_key(|a| std::cmp::Reverse(number(*a)));
    list.into_iter()
}

/// How long a case stays at an activity: until its next event, from its end where events last.
fn sojourn(m: &Matrix, activity: usize) -> (Durations, Durations) {
    let (mut wall, mut open) = (Gathered::default(), Gathered::default());
    for e in m.leaving(activity) {
        wall.merge(&e.wall).or_raise();
        open.merge(&e.open).or_raise();
    }
    (wall.done().or_raise(), open.done().or_raise())
}

/// The times between the first and last visit, summed; NULL where no calendar was given.
fn rework_open(m: &Matrix, activity: usize) -> Option<Datum> {
    m.business
        .then_some(m.activities[activity].rework_open as f64)
        .and_then(minutes)
}

pg_functions! {
    /// (tm)
    fn slaops_transitions(args) {
        rows(args, steps, |m, step| {
            let (from, to, n, cases, whole) = ends(m, &step);
            let mut columns = vec![text(&from), text(&to), count(n), count(cases), share(n, whole)];
            let none = Durations::default();
            let (wall, open) = match step {
                Step::Edge(i) => (&m.edges[i].wall, &m.edges[i].open),
                _ => (&none, &none),
            };
            columns.extend(spread(wall));
            columns.extend(spread(open));
            columns.push((wall.n > 0).then(|| from_bool(wall.is_exact())));
            columns
        })
    }

    fn slaops_start_activities(args) {
        rows(args, |m| ranked(m, |a| m.activities[a].starts), |m, a| {
            let n = m.activities[a].starts;
            vec![text(&m.activities[a].name), count(n), share(n, m.cases)]
        })
    }

    fn slaops_end_activities(args) {
        rows(args, |m| ranked(m, |a| m.activities[a].ends), |m, a| {
            let n = m.activities[a].ends;
            vec![text(&m.activities[a].name), count(n), share(n, m.cases)]
        })
    }

    fn slaops_activity_stats(args) {
        rows(args, |m| ranked(m, |a| m.activities[a].visits), |m, a| {
            let (wall, open) = sojourn(m, a);
            let a = &m.activities[a];
            let mut columns = vec![
                text(&a.name), count(a.visits), count(a.cases), share(a.cases, m.cases),
                count(a.starts), count(a.ends),
            ];
            let wall = spread(&wall);
            let open = spread(&open);
            columns.extend([wall[0], wall[1], wall[4], wall[5], wall[6]]);
            columns.extend([open[0], open[1], open[4], open[5], open[6]]);
            for work in [&a.work_wall, &a.work_open] {
                let work = spread(work);
                columns.extend([work[0], work[1], work[4], work[5], work[6]]);
            }
            columns
        })
    }

    fn slaops_loops(args) {
        rows(args, |m| ranked(m, |a| m.activities[a].visits - m.activities[a].cases), |m, a| {
            let at_once = m.leaving(a).iter().find(|e| e.to as usize == a).map_or(0, |e| e.n);
            let open = rework_open(m, a);
            let a = &m.activities[a];
            vec![
                text(&a.name), count(a.visits), count(a.cases), count(a.rework_cases), share(a.rework_cases, a.cases),
                count(a.visits - a.cases), count(at_once), minutes(a.rework_wall as f64), open,
            ]
        })
    }

    /// (tm, final)
    fn slaops_expected_remaining(args) {
        rows(args, |m| m.remaining(&finals(args, m)).or_raise().into_iter(), |_, row| {
            // Postgres knows infinity; what never ends has it.
            let number = |x: f64| Some(from_float8(x));
            vec![text(&row.activity), number(row.wall.steps), number(row.wall.minutes), number(row.wall.probability), row.open.and_then(number)]
        })
    }

    /// (tm, final)
    fn slaops_outcome_probabilities(args) {
        rows(args, |m| m.outcomes(&finals(args, m)).or_raise().into_iter(), |_, row| {
            vec![text(&row.activity), text(&row.outcome), Some(from_float8(row.probability))]
        })
    }

    fn slaops_as_sankey(args) {
        rows(args, steps, |m, step| {
            let (from, to, n, _, whole) = ends(m, &step);
            let mean = match step {
                Step::Edge(i) => {
                    let e = &m.edges[i];
                    if m.business { e.open.mean() } else { e.wall.mean() }
                }
                _ => None,
            };
            vec![text(&from), text(&to), count(n), share(n, whole), mean.and_then(minutes)]
        })
    }

    /// Every pair of activities, those that never follow each other with 0.
    fn slaops_as_heatmap(args) {
        rows(args, |m| 0..pairs(m), |m, pair: u64| {
            let n = m.activities.len() as u64;
            let (from, to) = ((pair / n) as usize, (pair % n) as u32);
            let edge = m.leaving(from).iter().find(|e| e.to == to);
            let mean = edge.and_then(|e| if m.business { e.open.mean() } else { e.wall.mean() });
            let (a, times) = (&m.activities[from], edge.map_or(0, |e| e.n));
            vec![text(&a.name), text(name(m, to)), count(times), share(times, a.visits), mean.and_then(minutes)]
        })
    }

    /// (tm, least)
    fn slaops_as_dot(args) {
        let least = args.opt_int8(1).unwrap_or(1);
        from_text(&chart::dot(&matrix(args, 0), u64::try_from(least).unwrap_or(0)).or_raise())
    }

    fn slaops_matrix_stats(args) {
        let m = matrix(args, 0);
        let instant = |at: i64| (m.events > 0).then(|| from_int8(at));
        let wall = spread(&m.case_wall);
        let open = spread(&m.case_open);
        let columns = vec![
            count(m.cases), count(m.events), count(m.activities.len() as u64), count(m.edges.len() as u64), count(m.skipped),
            instant(m.first_at), instant(m.last_at), Some(from_bool(m.business)),
            wall[1], wall[4], wall[5], open[1], open[4], open[5],
            Some(from_bool(m.has_intervals())),
        ];
        RowType::of(args).tuple(&columns)
    }
}
