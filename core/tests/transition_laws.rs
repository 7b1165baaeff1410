//! Laws of the transition matrix, against a plain reading of the log.
//!
//! `SLAOPS_CASES=100000` is the long run.

use crate::support::config;
use slaops_core::error;

use proptest::prelude::*;
use slaops_core::mining::transition::fold::Fold;
use slaops_core::mining::transition::log::{Case, Layout, NO_ORDINAL, NO_SEQ, PARTS, Record};
use slaops_core::mining::transition::rollup::Rollup;
use slaops_core::mining::transition::{Matrix, stored};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug)]
struct Row {
    case: i64,
    name: String,
    at: i64,
    /// How long it lasts, if events last.
    takes: i64,
    seq: Option<i64>,
}

impl Row {
    fn end(&self, layout: Layout) -> i64 {
        self.at + if layout.interval { self.takes } else { 0 }
    }
}

/// Every layout with `seq`.
fn layouts() -> impl Strategy<Value = Layout> {
    (0_u8..16).prop_map(|byte| Layout {
        seq: true,
        ..Layout::from_byte(byte)
    })
}

/// Half of all time is open.
fn open(at: i64) -> i64 {
    at.div_euclid(100) * 50 + at.rem_euclid(100).min(50)
}

fn matrix(rows: &[Row], layout: Layout, parted: bool) -> Matrix {
    let mut names: Vec<&str> = Vec::new();
    let mut parts = vec![Vec::new(); PARTS];
    for row in rows {
        let number = names
            .iter()
            .position(|n| *n == row.name)
            .unwrap_or_else(|| {
                names.push(&row.name);
                names.len() - 1
            });
        let case = if layout.hashed {
            Case::named(&row.case.to_le_bytes())
        } else {
            Case::integer(row.case)
        };
        let record = Record {
            case,
            at: row.at,
            activity: number as u16,
            calendar: 0,
            seq: row.seq.unwrap_or(NO_SEQ),
            ordinal: if layout.ordinal {
                open(row.at)
            } else {
                NO_ORDINAL
            },
            end: row.end(layout),
            end_ordinal: if layout.ordinal {
                open(row.end(layout))
            } else {
                NO_ORDINAL
            },
        };
        let part = &mut parts[if parted { case.part() } else { 0 }];
        let end = part.len();
        part.resize(end + layout.size(), 0);
        layout.write(&record, &mut part[end..]);
    }
    let mut fold = Fold::new(layout, &names).expect("memory");
    for part in &parts {
        // In chunks, as the aggregate has them.
        let chunks: Vec<&[u8]> = part.chunks(layout.size() * 3).collect();
        fold.part(&chunks).unwrap();
    }
    fold.done(0).expect("memory")
}

fn names(m: &Matrix) -> Vec<&str> {
    m.activities.iter().map(|a| a.name.as_str()).collect()
}

/// One transition as the plain reading has it: durations by the wall clock and in open time, and cases.
type Plain = BTreeMap<(String, String), (Vec<i64>, Vec<i64>, BTreeSet<i64>)>;

fn plainly(rows: &[Row], layout: Layout) -> (Plain, BTreeMap<i64, Vec<Row>>) {
    let mut cases: BTreeMap<i64, Vec<Row>> = BTreeMap::new();
    for row in rows {
        cases.entry(row.case).or_default().push(row.clone());
    }
    let mut found = Plain::new();
    for events in cases.values_mut() {
        let key = |r: &Row| (r.at, r.seq, r.end(layout), r.name.clone());
        events.sort_by_key(key);
        for pair in events.windows(2) {
            let entry = found
                .entry((pair[0].name.clone(), pair[1].name.clone()))
                .or_default();
            let end = pair[0].end(layout);
            entry.0.push(pair[1].at - end);
            entry.1.push(open(pair[1].at) - open(end));
            entry.2.insert(pair[0].case);
        }
    }
    (found, cases)
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (
        -8_i64..8,
        0_usize..5,
        -400_i64..400,
        0_i64..200,
        prop::option::of(0_i64..3),
    )
        .prop_map(|(case, name, at, takes, seq)| Row {
            case,
            name: ["created", "reply", "", "solved", "Ärger \"x\""][name].to_owned(),
            at,
            takes,
            seq,
        });
    prop::collection::vec(row, 0..80)
}

proptest! {
    #![proptest_config(config(500))]

    #[test]
    fn it_says_what_a_plain_reading_says(rows in rows(), layout in layouts()) {
        let m = matrix(&rows, layout, true);
        let (plain, cases) = plainly(&rows, layout);
        prop_assert_eq!(m.cases, cases.len() as u64);
        prop_assert_eq!(m.events, rows.len() as u64);
        prop_assert_eq!(m.edges.len(), plain.len());
        let names = names(&m);
        for e in &m.edges {
            let key = (names[e.from as usize].to_owned(), names[e.to as usize].to_owned());
            let (mut wall, mut business, of) = plain[&key].clone();
            prop_assert_eq!(e.n, wall.len() as u64);
            prop_assert_eq!(e.cases, of.len() as u64);
            prop_assert_eq!(e.wall.total, wall.iter().map(|v| i128::from(*v)).sum::<i128>());
            wall.sort_unstable();
            prop_assert_eq!((e.wall.min, e.wall.max), (wall[0], wall[wall.len() - 1]));
            if layout.ordinal {
                business.sort_unstable();
                prop_assert_eq!(e.open.total, business.iter().map(|v| i128::from(*v)).sum::<i128>());
                prop_assert_eq!(e.open.quantile(0.0), Some(business[0] as f64));
            } else {
                prop_assert_eq!(e.open.n, 0);
            }
        }
        for a in &m.activities {
            let visits = |events: &Vec<Row>| events.iter().filter(|r| r.name == a.name).count() as u64;
            prop_assert_eq!(a.visits, cases.values().map(visits).sum::<u64>());
            prop_assert_eq!(a.rework_cases, cases.values().filter(|c| visits(c) > 1).count() as u64);
            prop_assert_eq!(a.starts, cases.values().filter(|c| c[0].name == a.name).count() as u64);
            prop_assert_eq!(a.ends, cases.values().filter(|c| c[c.len() - 1].name == a.name).count() as u64);
            let away = |events: &Vec<Row>| {
                let at: Vec<i64> = events.iter().filter(|r| r.name == a.name).map(|r| r.at).collect();
                at.last().zip(at.first()).map_or(0, |(l, f)| (l - f) as u128)
            };
            prop_assert_eq!(a.rework_wall, cases.values().map(away).sum::<u128>());
        }
        // What comes in goes out, and shares of what leaves sum to one.
        for (i, a) in m.activities.iter().enumerate() {
            let out: u64 = m.leaving(i).iter().map(|e| e.n).sum();
            let into: u64 = m.edges.iter().filter(|e| e.to as usize == i).map(|e| e.n).sum();
            prop_assert_eq!(into + a.starts, a.visits);
            prop_assert_eq!(out + a.ends, a.visits);
            let shares: f64 = m.leaving(i).iter().map(|e| e.n as f64 / a.visits as f64).sum();
            prop_assert!((shares + a.ends as f64 / a.visits as f64 - 1.0).abs() < 1e-12);
        }
        // Cases take what their events and the waits between them take, but for what overlaps at their end.
        let waits: i128 = m.edges.iter().map(|e| e.wall.total).sum();
        let work: i128 = m.activities.iter().map(|a| a.work_wall.total).sum();
        let beyond = |events: &Vec<Row>| {
            let most = events.iter().map(|r| r.end(layout)).max().unwrap_or(0);
            i128::from(most - events.last().map_or(0, |r| r.end(layout)))
        };
        let beyond: i128 = cases.values().map(beyond).sum();
        prop_assert_eq!(m.case_wall.total, waits + work + beyond);
        let from_start = m.remaining(&[]).unwrap().first().map_or(0.0, |r| r.wall.minutes);
        let mean = (waits + work) as f64 / m.cases.max(1) as f64 / 60e6;
        prop_assert!((from_start - mean).abs() <= 1e-9 * mean.abs() + 1e-12, "{} {}", from_start, mean);
        for a in &m.activities {
            let mine = rows.iter().filter(|r| r.name == a.name);
            let (mut wall, mut business) = (0, 0);
            for r in mine {
                wall += i128::from(r.takes);
                business += i128::from(open(r.end(layout)) - open(r.at));
            }
            let lasts = u64::from(layout.interval);
            prop_assert_eq!((a.work_wall.n, a.work_wall.total), (lasts * a.visits, i128::from(lasts) * wall));
            let timed = layout.interval && layout.ordinal;
            prop_assert_eq!((a.work_open.n, a.work_open.total), if timed { (a.visits, business) } else { (0, 0) });
        }
    }

    #[test]
    fn the_order_of_rows_never_matters(rows in rows(), layout in layouts(), seed in any::<u64>()) {
        let mut other = rows.clone();
        other.sort_by_key(|r| (r.at as u64 ^ r.case as u64 ^ seed).wrapping_mul(seed | 1));
        let (a, b) = (matrix(&rows, layout, true), matrix(&other, layout, false));
        prop_assert_eq!(stored::encode(&a).unwrap(), stored::encode(&b).unwrap());
    }

    #[test]
    fn matrices_of_other_cases_merge_to_that_of_all(rows in rows(), layout in layouts(), cut in -8_i64..8) {
        let (low, high): (Vec<Row>, Vec<Row>) = rows.iter().cloned().partition(|r| r.case < cut);
        let (low, high) = (matrix(&low, layout, true), matrix(&high, layout, true));
        let whole = matrix(&rows, layout, true);
        prop_assert_eq!(low.merge(&high).unwrap(), whole.clone());
        prop_assert_eq!(high.merge(&low).unwrap(), whole.clone());
        prop_assert_eq!(whole.merge(&whole).is_err(), whole.cases > 0);
    }

    #[test]
    fn any_number_of_matrices_add_up_to_that_of_all(rows in rows(), layout in layouts(), parts in 1_i64..6, halfway in 0_usize..6) {
        let whole = matrix(&rows, layout, true);
        let (mut sum, mut first) = (Rollup::default(), Rollup::default());
        for part in 0..parts {
            let rows: Vec<Row> = rows.iter().filter(|r| r.case.rem_euclid(parts) == part).cloned().collect();
            let to = if (part as usize) < halfway { &mut first } else { &mut sum };
            to.add(&matrix(&rows, layout, true)).unwrap();
        }
        // A partial sum is a matrix as any other.
        sum.add(&first.matrix().unwrap()).unwrap();
        prop_assert_eq!(stored::encode(&sum.matrix().unwrap()).unwrap(), stored::encode(&whole).unwrap());
        prop_assert_eq!(sum.add(&whole).is_err(), whole.cases > 0);
    }

    #[test]
    fn values_read_as_they_were_written(rows in rows(), layout in layouts(), at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let m = matrix(&rows, layout, true);
        let mut bytes = stored::encode(&m).unwrap();
        prop_assert_eq!(stored::receive(&bytes).unwrap(), m.clone());
        prop_assert_eq!(stored::parse(&stored::print(&m).unwrap()).unwrap(), m);
        // Bent bytes are refused, or are another value that holds together; nothing panics.
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Ok(other) = stored::receive(&bytes) {
            prop_assert_eq!(stored::encode(&other).unwrap(), bytes.clone());
        }
        // What a damaged disk gives is checked too: questions asked of it do not panic either.
        match stored::decode(&bytes) {
            Ok(other) => {
                let names = other.edges.iter().map(|e| (&other.activities[e.from as usize], &other.activities[e.to as usize]));
                prop_assert_eq!(names.count(), other.edges.len());
                let _ = (other.remaining(&[]), other.outcomes(&[]));
            }
            Err(e) => prop_assert!(matches!(e.state, error::SqlState::InvalidBinary | error::SqlState::LimitExceeded), "{:?}", e),
        }
        let _ = stored::receive(&bytes[..at]);
    }
}

#[test]
fn two_calendars_in_one_case_are_an_error() {
    let layout = Layout {
        ordinal: true,
        ..Layout::default()
    };
    let mut fold = Fold::new(layout, &["a"]).expect("memory");
    let mut bytes = vec![0; 2 * layout.size()];
    for calendar in 0..2 {
        let record = Record {
            case: Case::integer(1),
            at: i64::from(calendar),
            activity: 0,
            calendar,
            seq: NO_SEQ,
            ordinal: 5,
            end: i64::from(calendar),
            end_ordinal: 5,
        };
        let at = usize::from(calendar) * layout.size();
        layout.write(&record, &mut bytes[at..at + layout.size()]);
    }
    assert!(fold.part(&[&bytes]).is_err());
}
