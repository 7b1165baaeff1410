//! Boosting in rounds by the crate forust-ml. A round fits one tree, in this thread, and can be interrupted before
//! the next: the crate's own loop over rounds cannot.

use super::{LEAF, Node, Tree, probability_of};
use crate::error::{Error, Result, SqlState};
use crate::{interrupt, memory};
use forust_ml::binning::bin_matrix;
use forust_ml::constraints::ConstraintMap;
use forust_ml::data::Matrix;
use forust_ml::gradientbooster::GrowPolicy;
use forust_ml::sampler::SampleMethod;
use forust_ml::splitter::MissingImputerSplitter;
use forust_ml::tree;

/// How strongly a tree's values count.
const RATE: f32 = 0.05;
const L2: f32 = 1.0;
/// The least sum of p (1 - p) over the questions of a leaf: some twenty of even odds.
const LEAF_WEIGHT: f32 = 5.0;
const LEAVES: usize = 31;
const DEPTH: usize = 100;
const BINS: u16 = 255;

/// Bytes that a fit takes at most: the crate allocates by itself, and a failed allocation ends the server. A value is
/// held as it is, binned, and twice while a column is sorted; each row has gradients, an odds, and three indexes;
/// each leaf has sums for every bin.
pub fn bytes(rows: usize, columns: usize) -> usize {
    rows * (columns * 12 + 96) + LEAVES * 2 * columns * (usize::from(BINS) + 2) * 24 + (4 << 20)
}

fn broken(what: &str) -> Error {
    Error::new(
        SqlState::InvalidParameter,
        format!("the risk model cannot be fitted: {what}"),
        "Leave out fields that have no numbers, or infinite ones.",
    )
}

/// Trees in the order of their rounds, and what each field's splits gained.
pub struct Boosted {
    pub base: f64,
    pub trees: Vec<Tree>,
    pub gains: Vec<f64>,
}

/// Fits trees to answers. `columns` are the numbers, column after column; `used` names those that differ. After each
/// round `go_on` is given the tree.
///
/// # Errors
/// 53200 where there is no memory.
pub fn boost(
    columns: &[f64],
    answers: &[bool],
    rounds: usize,
    mut go_on: impl FnMut(&Tree) -> bool,
) -> Result<Boosted> {
    let rows = answers.len();
    let wide = columns.len() / rows.max(1);
    let used = memory::collect((0..wide).filter(|c| differs(&columns[c * rows..(c + 1) * rows])))?;
    let breached = answers.iter().filter(|a| **a).count() as f64;
    let share = breached / rows.max(1) as f64;
    let mut boosted = Boosted {
        base: libm::log(share / (1.0 - share)),
        trees: Vec::new(),
        gains: memory::filled(wide, 0.0)?,
    };
    if used.is_empty() {
        return Ok(boosted);
    }
    memory::room(bytes(rows, used.len()))?;
    let mut kept = memory::with_capacity(rows * used.len())?;
    for column in &used {
        kept.extend_from_slice(&columns[column * rows..(column + 1) * rows]);
    }
    let matrix = Matrix::new(&kept, rows, used.len());
    let weights = memory::filled(rows, 1.0)?;
    interrupt::check();
    let binned =
        bin_matrix(&matrix, &weights, BINS, f64::NAN, false).map_err(|e| broken(&e.to_string()))?;
    let bins = Matrix::new(&binned.binned_data, rows, used.len());
    let splitter = MissingImputerSplitter::new(
        0.0,
        L2,
        0.0,
        0.0,
        LEAF_WEIGHT,
        RATE,
        true,
        ConstraintMap::new(),
    );
    let all = memory::collect(0..used.len())?;
    let mut odds = memory::filled(rows, boosted.base)?;
    let mut gradients = memory::filled(rows, 0.0_f32)?;
    let mut curvatures = memory::filled(rows, 0.0_f32)?;
    for _ in 0..rounds {
        interrupt::check();
        for row in 0..rows {
            let p = probability_of(odds[row]);
            gradients[row] = (p - f64::from(u8::from(answers[row]))) as f32;
            curvatures[row] = (p * (1.0 - p)) as f32;
        }
        let mut grown = tree::Tree::new();
        let leaves = grown.fit(
            &bins,
            bins.index.clone(),
            &all,
            &binned.cuts,
            &gradients,
            &curvatures,
            &splitter,
            LEAVES,
            DEPTH,
            false,
            &SampleMethod::None,
            &GrowPolicy::LossGuide,
        );
        match leaves {
            Some(leaves) => {
                for (rows, value) in leaves.leaves(&grown) {
                    for row in rows {
                        odds[*row] += value;
                    }
                }
            }
            None => {
                for (row, value) in grown.predict(&matrix, false, &f64::NAN).iter().enumerate() {
                    odds[row] += value;
                }
            }
        }
        let tree = own(&grown, &used, &mut boosted.gains)?;
        // Nothing is left to learn.
        if tree.nodes.len() < 2 {
            break;
        }
        let go = go_on(&tree);
        memory::push(&mut boosted.trees, tree)?;
        if !go {
            break;
        }
    }
    Ok(boosted)
}

/// Whether a column has two values that are not missing.
fn differs(column: &[f64]) -> bool {
    let mut known = column.iter().filter(|v| !v.is_nan());
    known.next().is_some_and(|first| known.any(|v| v != first))
}

/// The crate's tree in our form.
fn own(grown: &tree::Tree, used: &[usize], gains: &mut [f64]) -> Result<Tree> {
    let nodes = grown.nodes.iter().map(|n| {
        if n.is_leaf {
            return Node {
                field: LEAF,
                threshold: 0.0,
                left: 0,
                right: 0,
                missing_left: false,
                value: n.weight_value,
            };
        }
        let field = used[n.split_feature];
        gains[field] += f64::from(n.split_gain.max(0.0));
        Node {
            field: field as u16,
            threshold: n.split_value,
            left: n.left_child as u16,
            right: n.right_child as u16,
            missing_left: n.missing_node == n.left_child,
            value: n.weight_value,
        }
    });
    Ok(Tree {
        nodes: memory::collect(nodes)?,
    })
}
