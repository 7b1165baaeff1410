//! Chains computed by hand, and those that eliminate badly.

use super::*;

pub fn edge(from: usize, to: usize, count: u64, minutes: f64) -> Edge {
    Edge {
        from,
        to,
        count,
        minutes,
    }
}

/// created, assigned, pending, solved: of 10 cases 4 wait once or more, 2 are reopened, 1 is given up while assigned.
const EDGES: [Edge; 5] = [
    Edge {
        from: 0,
        to: 1,
        count: 10,
        minutes: 10.0,
    },
    Edge {
        from: 1,
        to: 2,
        count: 5,
        minutes: 60.0,
    },
    Edge {
        from: 2,
        to: 1,
        count: 5,
        minutes: 480.0,
    },
    Edge {
        from: 1,
        to: 3,
        count: 11,
        minutes: 120.0,
    },
    Edge {
        from: 3,
        to: 1,
        count: 2,
        minutes: 1_440.0,
    },
];
const GRAPH: Graph = Graph {
    edges: &EDGES,
    starts: &[10, 0, 0, 0],
    ends: &[0, 1, 0, 9],
};

fn near(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() <= 1e-14 * expected.abs(),
        "{found} is not {expected}"
    );
}

#[test]
fn whole_cases_have_the_mean_length_and_duration() {
    let start = remaining(&GRAPH, &[]).unwrap().start.unwrap();
    // 10 created and 33 that follow; 100 + 300 + 2,400 + 1,320 + 2,880 minutes.
    near(start.steps, 4.3);
    near(start.minutes, 700.0);
    assert_eq!(start.probability, 1.0);
}

#[test]
fn until_a_final_activity() {
    let answer = remaining(&GRAPH, &[3]).unwrap();
    // After assigned, 17 times: 11 solved, 5 pending and back, 1 the end. x = 11/17 + 5/17 (2 + x) = 21/12.
    near(answer.activities[1].steps, 21.0 / 12.0);
    near(
        answer.activities[1].minutes,
        (11.0 * 120.0 + 5.0 * 540.0) / 12.0,
    );
    near(answer.activities[1].probability, 11.0 / 12.0);
    near(
        answer.activities[2].minutes,
        480.0 + (1_320.0 + 2_700.0) / 12.0,
    );
    let nothing = Remaining {
        steps: 0.0,
        minutes: 0.0,
        probability: 1.0,
    };
    assert_eq!(answer.activities[3], nothing);
    near(answer.start.unwrap().steps, 2.0 + 21.0 / 12.0);
}

#[test]
fn outcomes_sum_to_one() {
    let rows = outcomes(&GRAPH, &[3], &[0, 1, 2]).unwrap();
    near(rows[0][0], 11.0 / 12.0);
    near(rows[0][2], 1.0 / 12.0);
    assert_eq!(rows[3], [1.0, 0.0, 0.0, 0.0]);
    for row in outcomes(&GRAPH, &[], &[0, 1, 2, 3]).unwrap() {
        near(row.iter().sum(), 1.0);
    }
}

#[test]
fn ways_that_never_end() {
    // 0 goes to 1 or 2; 1 ends; 2 and 3 go round for ever; nothing is known of 4.
    let edges = [
        edge(0, 1, 3, 1.0),
        edge(0, 2, 1, 1.0),
        edge(2, 3, 5, 1.0),
        edge(3, 2, 5, 1.0),
    ];
    let graph = Graph {
        edges: &edges,
        starts: &[4, 0, 0, 0, 0],
        ends: &[0, 3, 0, 0, 0],
    };
    let answer = remaining(&graph, &[]).unwrap();
    let [first, second, third, _, fifth] = answer.activities[..] else {
        panic!("five activities")
    };
    assert_eq!((first.steps, first.probability), (f64::INFINITY, 0.75));
    assert_eq!((second.steps, second.probability), (0.0, 1.0));
    assert_eq!((third.minutes, third.probability), (f64::INFINITY, 0.0));
    assert_eq!(third, fifth);
    assert_eq!(answer.start.unwrap().minutes, f64::INFINITY);
}

#[test]
fn a_chain_that_is_hardly_ever_left() {
    // 0 and 1 take turns and leave once in n + 1 turns of 1: from 0 there are 2 n + 1 steps.
    let n = 1_000_000_000_000_000_u64;
    let edges = [edge(0, 1, n + 1, 0.5), edge(1, 0, n, 2.0)];
    let graph = Graph {
        edges: &edges,
        starts: &[1, 0],
        ends: &[0, 1],
    };
    let x = remaining(&graph, &[]).unwrap().activities;
    near(x[0].steps, 2e15 + 1.0);
    near(x[0].minutes, 2.5e15 + 0.5);
    near(x[1].steps, 2e15);
    // What elimination of 1 - p makes of it.
    let stay = n as f64 / (n + 1) as f64;
    let usual = (1.0 + stay) / (1.0 - stay);
    assert!((usual / (2e15 + 1.0) - 1.0).abs() > 1e-4, "{usual}");
}

#[test]
fn an_empty_log() {
    let graph = Graph {
        edges: &[],
        starts: &[],
        ends: &[],
    };
    let answer = remaining(&graph, &[]).unwrap();
    assert!(answer.activities.is_empty() && answer.start.is_none());
}

#[test]
fn what_is_refused() {
    let message = |edges: &[Edge], n: usize, finals: &[usize]| {
        let zeros = vec![0; n];
        let graph = Graph {
            edges,
            starts: &zeros,
            ends: &zeros,
        };
        remaining(&graph, finals).unwrap_err().message
    };
    assert_eq!(
        message(&[edge(0, 7, 0, 1.0)], 2, &[]),
        "activity 7 is out of range: activities are numbered from 0"
    );
    assert_eq!(
        message(&[], 2, &[2]),
        "activity 2 is out of range: activities are numbered from 0"
    );
    assert_eq!(
        message(&[edge(0, 1, 1, f64::NAN)], 2, &[]),
        "an edge's minutes must be finite, not NaN"
    );
    assert_eq!(
        message(&[], 2_001, &[]),
        "a chain must have at most 2000 activities, not 2001"
    );
    let graph = Graph {
        edges: &[],
        starts: &[0],
        ends: &[],
    };
    assert_eq!(
        remaining(&graph, &[]).unwrap_err().message,
        "starts and ends must be of equal number, not 1 and 0"
    );
    // Each of 20 steps succeeds once in 10^18, and else goes back to the first.
    let mut edges = vec![];
    for i in 0..20 {
        edges.push(edge(i, i + 1, 1, 1.0));
        edges.push(edge(i, 0, 1_000_000_000_000_000_000, 1.0));
    }
    let mut ends = [0; 21];
    ends[20] = 1;
    let graph = Graph {
        edges: &edges,
        starts: &[0; 21],
        ends: &ends,
    };
    let error = remaining(&graph, &[]).unwrap_err();
    assert_eq!(
        error.message,
        "the remaining steps or minutes exceed the range of double precision"
    );
}

/// `cargo test --release --no-default-features largest -- --ignored --nocapture`
#[test]
#[ignore = "takes seconds"]
fn the_largest_dense_chain() {
    let n = MAX_ACTIVITIES;
    let mut edges = vec![];
    for from in 0..n {
        for to in 0..n {
            edges.push(edge(from, to, ((from * 7 + to * 13) % 17) as u64, 1.0));
        }
    }
    let (starts, ends) = (vec![1; n], vec![1; n]);
    let graph = Graph {
        edges: &edges,
        starts: &starts,
        ends: &ends,
    };
    let begin = std::time::Instant::now();
    let answer = remaining(&graph, &[]).unwrap();
    println!("{:?} {:?}", begin.elapsed(), answer.start);
    let begin = std::time::Instant::now();
    let every: Vec<usize> = (0..n).collect();
    let sum: f64 = outcomes(&graph, &[], &every).unwrap()[0].iter().sum();
    println!("{:?} {sum}", begin.elapsed());
}
