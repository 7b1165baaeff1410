//! Where the search begins.

use super::{Likelihood, Options};
use crate::forecast::ets::{self, Params, State};
use crate::forecast::search::Target;

/// Starts from a grid of smoothing parameters over the first states: the best for each share of the trend, and
/// for each share of the season, as the likelihood has its several peaks along these.
pub(super) fn starts(target: &Likelihood, state: &State, options: &Options) -> Vec<Vec<f64>> {
    let layout = &target.layout;
    let betas = if layout.beta().is_some() {
        &BETAS[..]
    } else {
        &[0.1]
    };
    let gammas = if layout.gamma().is_some() {
        &GAMMAS[..]
    } else {
        &[0.1]
    };
    let phi = if layout.phi().is_some() { 0.9 } else { 1.0 };
    let mut candidates: Vec<(f64, usize, usize, Vec<f64>)> = Vec::new();
    for alpha in ALPHAS {
        for (i, beta) in betas.iter().enumerate() {
            for (j, gamma) in gammas.iter().enumerate() {
                let p = Params {
                    alpha,
                    beta: alpha * beta,
                    gamma: (1.0 - alpha) * gamma,
                    phi,
                    state: state.clone(),
                };
                let x = layout.numbers(&p);
                candidates.push((target.value(&x), i, j, x));
            }
        }
    }
    candidates.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut chosen: Vec<usize> = Vec::new();
    let mut choose = |found: Option<usize>| {
        if let Some(place) = found
            && !chosen.contains(&place)
        {
            chosen.push(place);
        }
    };
    for j in 0..gammas.len() {
        for i in 0..betas.len() {
            choose(candidates.iter().position(|g| g.2 == j && g.1 == i));
        }
    }
    choose(candidates.iter().position(|g| g.3[ets::ALPHA] == ALPHAS[0]));
    chosen.sort_unstable();
    let start = |place: &usize| candidates[*place].3.clone();
    chosen.iter().take(options.starts).map(start).collect()
}

const ALPHAS: [f64; 5] = [0.02, 0.1, 0.3, 0.6, 0.95];
const BETAS: [f64; 3] = [0.02, 0.3, 0.95];
const GAMMAS: [f64; 3] = [0.01, 0.15, 0.9];
