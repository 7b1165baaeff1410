//! Laws of process mining, over random logs, chains and models.

use proptest::prelude::*;
use slaops_core::mining::conformance::{ModelKind, Net, conformance, deviations};
use slaops_core::mining::markov::{Edge, Graph, outcomes, remaining};
use std::sync::OnceLock;

/// `SLAOPS_CASES` of the environment, or a default.
fn config(default: u32) -> ProptestConfig {
    let asked = std::env::var("SLAOPS_CASES")
        .ok()
        .and_then(|n| n.parse().ok());
    ProptestConfig {
        cases: asked.unwrap_or(default),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn near(found: f64, expected: f64, tolerance: f64) -> bool {
    found == expected || (found - expected).abs() <= tolerance * expected.abs()
}

/// Counts and minutes from each activity to each; ends.
type Counts = (Vec<Vec<(u32, u16)>>, Vec<u32>);

fn counts(most: u32) -> impl Strategy<Value = Counts> {
    (1_usize..=4).prop_flat_map(move |n| {
        let cell = (prop_oneof![Just(0), 0..=most], 0..1_000_u16);
        let row = prop::collection::vec(cell, n);
        let ends = prop::collection::vec(prop_oneof![2 => Just(0), 1 => 1..=10_u32], n);
        (prop::collection::vec(row, n), ends)
    })
}

fn determinant(rows: &[Vec<i128>]) -> i128 {
    let Some(first) = rows.first() else { return 1 };
    let minor = |column: usize| -> Vec<Vec<i128>> {
        let without = |r: &Vec<i128>| {
            let kept = r.iter().enumerate().filter(|c| c.0 != column);
            kept.map(|c| *c.1).collect()
        };
        rows[1..].iter().map(without).collect()
    };
    let term = |(j, v): (usize, &i128)| {
        let sign = if j % 2 == 0 { 1 } else { -1 };
        if *v == 0 {
            0
        } else {
            sign * v * determinant(&minor(j))
        }
    };
    first.iter().enumerate().map(term).sum()
}

/// Cramer's rule in integers; None where the chain never ends.
fn exact(matrix: &[Vec<i128>], side: &[i128]) -> Option<Vec<f64>> {
    let below = determinant(matrix);
    let replaced = |column: usize| -> Vec<Vec<i128>> {
        let mut copy = matrix.to_vec();
        for (row, value) in copy.iter_mut().zip(side) {
            row[column] = *value;
        }
        copy
    };
    let one = |j: usize| determinant(&replaced(j)) as f64 / below as f64;
    (below != 0).then(|| (0..side.len()).map(one).collect())
}

proptest! {
    #![proptest_config(config(400))]

    /// Small counts and nearly absorbing chains alike: a few units in the last place.
    #[test]
    fn a_chain_agrees_with_exact_rationals((cells, ends) in prop_oneof![counts(9), counts(50_000_000)]) {
        let n = ends.len();
        let mut edges = vec![];
        let (mut matrix, mut steps, mut minutes) = (vec![vec![0; n]; n], vec![0; n], vec![0; n]);
        for (from, row) in cells.iter().enumerate() {
            matrix[from][from] += i128::from(ends[from]);
            for (to, (count, time)) in row.iter().enumerate() {
                let count_ = i128::from(*count);
                matrix[from][from] += count_;
                matrix[from][to] -= count_;
                steps[from] += count_;
                minutes[from] += count_ * i128::from(*time);
                edges.push(Edge { from, to, count: u64::from(*count), minutes: f64::from(*time) });
            }
        }
        let starts = vec![1; n];
        let wide: Vec<u64> = ends.iter().map(|e| u64::from(*e)).collect();
        let graph = Graph { edges: &edges, starts: &starts, ends: &wide };
        let found = remaining(&graph, &[]).unwrap();
        let targets: Vec<usize> = (0..n).collect();
        let ways = outcomes(&graph, &[], &targets).unwrap();
        let Some(steps) = exact(&matrix, &steps) else {
            prop_assert!(found.activities.iter().any(|r| r.steps.is_infinite()));
            return Ok(());
        };
        let minutes = exact(&matrix, &minutes).unwrap();
        for i in 0..n {
            prop_assert!(near(found.activities[i].steps, steps[i], 4e-15), "{} {}", found.activities[i].steps, steps[i]);
            prop_assert!(near(found.activities[i].minutes, minutes[i], 4e-15));
            prop_assert!(near(found.activities[i].probability, 1.0, 4e-15));
        }
        for last in 0..n {
            let mut side = vec![0; n];
            side[last] = i128::from(ends[last]);
            let expected = exact(&matrix, &side).unwrap();
            for i in 0..n {
                prop_assert!(near(ways[i][last], expected[i], 4e-15));
            }
        }
    }

    /// What the chain expects of a case that has not begun is what the log has on average.
    #[test]
    fn a_log_has_its_own_means(log in prop::collection::vec(prop::collection::vec((0..7_usize, 0..10_000_u32), 1..12), 1..60)) {
        let n = 7;
        let (mut starts, mut ends) = (vec![0; n], vec![0; n]);
        let mut sums = vec![(0_u64, 0.0); n * n];
        let (mut events, mut total) = (0.0, 0.0);
        for case in &log {
            starts[case[0].0] += 1;
            ends[case[case.len() - 1].0] += 1;
            events += case.len() as f64;
            for pair in case.windows(2) {
                let sum = &mut sums[pair[0].0 * n + pair[1].0];
                *sum = (sum.0 + 1, sum.1 + f64::from(pair[1].1));
                total += f64::from(pair[1].1);
            }
        }
        let edges: Vec<Edge> = sums.iter().enumerate().filter(|s| s.1.0 > 0)
            .map(|(i, s)| Edge { from: i / n, to: i % n, count: s.0, minutes: s.1 / s.0 as f64 }).collect();
        let graph = Graph { edges: &edges, starts: &starts, ends: &ends };
        let start = remaining(&graph, &[]).unwrap().start.unwrap();
        prop_assert!(near(start.steps, events / log.len() as f64, 1e-14));
        prop_assert!(near(start.minutes, total / log.len() as f64, 1e-14));
        prop_assert!(near(start.probability, 1.0, 1e-14));
    }
}

/// A million walks of a random chain of eight activities, against the means and the chances that they are about.
#[test]
fn a_chain_agrees_with_walks() {
    let mut seed = 88_172_645_463_325_252_u64;
    let mut random = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    let n = 8;
    let mut edges = vec![];
    for from in 0..n {
        for to in 0..n {
            edges.push(Edge {
                from,
                to,
                count: random() % 20,
                minutes: (random() % 500) as f64,
            });
        }
    }
    let ends: Vec<u64> = (0..n).map(|_| random() % 30).collect();
    let graph = Graph {
        edges: &edges,
        starts: &[1; 8],
        ends: &ends,
    };
    let finals = [6];
    let expected = remaining(&graph, &finals).unwrap().activities[0];
    let walks = 1_000_000;
    let (mut steps, mut squares, mut minutes, mut reached) = (0.0, 0.0, 0.0, 0.0);
    for _ in 0..walks {
        let (mut at, mut long, mut took) = (0, 0.0, 0.0);
        while !finals.contains(&at) {
            let row = &edges[at * n..(at + 1) * n];
            let all = row.iter().map(|e| e.count).sum::<u64>() + ends[at];
            let mut left = random() % all;
            let Some(edge) = row.iter().find(|e| {
                let here = left < e.count;
                left = left.wrapping_sub(e.count);
                here
            }) else {
                break;
            };
            at = edge.to;
            long += 1.0;
            took += edge.minutes;
        }
        steps += long;
        squares += took * took;
        minutes += took;
        reached += f64::from(u8::from(at == 6));
    }
    let walks = f64::from(walks);
    let error = (squares / walks - (minutes / walks).powi(2)).sqrt() / walks.sqrt();
    assert!(
        (minutes / walks - expected.minutes).abs() < 4.0 * error,
        "{} {}",
        minutes / walks,
        expected.minutes
    );
    assert!(near(steps / walks, expected.steps, 0.01));
    assert!((reached / walks - expected.probability).abs() < 4.0 * 0.0005);
}

/// A path over a, b and c.
fn path() -> impl Strategy<Value = String> {
    let step = prop_oneof![Just("a"), Just("b"), Just("c")].prop_map(str::to_owned);
    step.prop_recursive(3, 8, 3, |inner| {
        let several = prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            several.clone().prop_map(|list| list.join(" > ")),
            several.prop_map(|list| format!("({})", list.join(" | "))),
            (inner, prop_oneof![Just('?'), Just('*'), Just('+')])
                .prop_map(|(inner, sign)| format!("({inner}){sign}")),
        ]
    })
}

fn trace(most: usize) -> impl Strategy<Value = Vec<&'static str>> {
    prop::collection::vec(
        prop_oneof![Just("a"), Just("b"), Just("c"), Just("d")],
        0..=most,
    )
}

/// The longest word of a cheapest alignment: no more than twice the trace and the shortest word.
const LONGEST: usize = 8;

/// All words of a, b and c up to the longest, the shortest first.
fn words() -> &'static [String] {
    static WORDS: OnceLock<Vec<String>> = OnceLock::new();
    WORDS.get_or_init(|| {
        let mut words = vec![String::new()];
        let mut from = 0;
        for _ in 0..LONGEST {
            let to = words.len();
            for i in from..to {
                for letter in ["a", "b", "c"] {
                    words.push(words[i].clone() + letter);
                }
            }
            from = to;
        }
        words
    })
}

/// The edit distance without substitution, by its definition.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let here = if x == y {
                before
            } else {
                1 + row[j].min(row[j + 1])
            };
            before = row[j + 1];
            row[j + 1] = here;
        }
    }
    row[b.len()]
}

/// What holds of every answer, given the language in words.
fn agrees(
    net: &Net,
    trace: &[&str],
    allowed: &[&String],
) -> std::result::Result<(), TestCaseError> {
    let flat = trace.concat();
    let shortest = allowed[0].len();
    let cost = allowed
        .iter()
        .map(|w| distance(flat.as_bytes(), w.as_bytes()))
        .min()
        .unwrap();
    let found = conformance(net, trace).unwrap();
    prop_assert_eq!(found.cost, cost);
    prop_assert_eq!(net.shortest, shortest);
    let whole = (trace.len() + shortest) as f64;
    prop_assert_eq!(
        found.fitness,
        if cost == 0 {
            1.0
        } else {
            1.0 - cost as f64 / whole
        }
    );
    prop_assert_eq!(found.fitness == 1.0, allowed.iter().any(|w| **w == flat));
    prop_assert!((0.0..=1.0).contains(&found.fitness));
    let list = deviations(net, trace).unwrap();
    prop_assert_eq!(list.len(), found.deviations);
    let paid: usize = list
        .iter()
        .map(|d| {
            if d.kind.name() == "out of order" {
                2
            } else {
                1
            }
        })
        .sum();
    prop_assert_eq!(paid, cost);
    for d in &list {
        let skipped = d.kind.name() == "skipped";
        prop_assert!(d.event <= trace.len() && (skipped || trace[d.event] == d.activity));
    }
    prop_assert!(list.is_sorted_by_key(|d| d.event));
    // Nothing is both skipped and inserted.
    for d in list.iter().filter(|d| d.kind.name() == "skipped") {
        prop_assert!(
            !list
                .iter()
                .any(|e| e.activity == d.activity
                    && matches!(e.kind.name(), "inserted" | "repeated"))
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(300))]

    /// The cost is the least edit distance to a word of the language, which the crate regex decides.
    #[test]
    fn the_cost_of_a_path_is_the_edit_distance(model in path(), trace in trace(3)) {
        let net = Net::compile(Some(ModelKind::Path), &model).unwrap();
        let pattern = model.replace([' ', '>'], "");
        let regex = regex::Regex::new(&format!("^(?:{pattern})$")).unwrap();
        prop_assume!(net.shortest + 2 * trace.len() <= LONGEST);
        let allowed: Vec<&String> = words().iter().filter(|w| regex.is_match(w)).collect();
        agrees(&net, &trace, &allowed)?;
    }

    /// The same for transitions, by looking at each pair.
    #[test]
    fn the_cost_of_transitions_is_the_edit_distance(pairs in prop::collection::btree_set((0..4_usize, 0..4_usize), 1..12), trace in trace(2)) {
        // 3 is the start on the left and the end on the right.
        let from = ["a", "b", "c", "start"];
        let to = ["a", "b", "c", "end"];
        let text: Vec<String> = pairs.iter().map(|(i, j)| format!("{} > {}", from[*i], to[*j])).collect();
        let number = |c: u8| usize::from(c - b'a');
        let allowed: Vec<&String> = words().iter().filter(|word| {
            let mut at = 3;
            word.bytes().map(number).chain([3]).all(|next| pairs.contains(&(std::mem::replace(&mut at, next), next)))
        }).collect();
        match Net::compile(Some(ModelKind::Transitions), &text.join(", ")) {
            Err(error) => {
                prop_assert!(error.message.starts_with("a process model must lead from"));
                prop_assert!(allowed.is_empty());
            }
            Ok(net) => {
                prop_assume!(net.shortest + 2 * trace.len() <= LONGEST);
                agrees(&net, &trace, &allowed)?;
            }
        }
    }
}
