//! A plan to begin with, which the solver improves: parts of people made whole.

use super::model::{Model, Values};
use crate::error::Result;
use crate::{interrupt, memory};

const EXACT: f64 = 1e-9;

/// From the parts of people that a plan without whole numbers has: what is whole of them, then one shift after another,
/// each where it covers most that is missing for the fewest new people. None where the bounds forbid what is left.
pub fn from(model: &Model, parts: &[f64]) -> Result<Option<Values>> {
    let mut ways = memory::filled(model.ways.len(), 0)?;
    for (way, part) in ways.iter_mut().zip(parts) {
        *way = (part + EXACT).floor().max(0.0) as u32;
    }
    let mut short = memory::collect(model.needed.iter().copied())?;
    for (way, n) in model.ways.iter().zip(&ways) {
        for period in &way.covers {
            short[*period] -= f64::from(*n);
        }
    }
    let mut teams: Vec<u32> = (0..model.teams.len())
        .map(|t| model.team_of(t, &ways))
        .collect();
    let mut patterns = model.by_pattern(&teams);
    let mut people: u32 = teams.iter().sum();
    while short.iter().any(|s| *s > EXACT) {
        interrupt::check();
        let mut best: Option<(f64, usize, u32)> = None;
        for (i, way) in model.ways.iter().enumerate() {
            let gain: f64 = way
                .covers
                .iter()
                .map(|period| short[*period].clamp(0.0, 1.0))
                .sum();
            if gain <= EXACT {
                continue;
            }
            let team = way.team;
            let pattern = model.teams[team].pattern;
            // One more on any way of the team and day needs as many people; few ask twice.
            ways[i] += 1;
            let wanted = model.team_of(team, &ways);
            ways[i] -= 1;
            let more = wanted.saturating_sub(teams[team]);
            if patterns[pattern] + more > model.bounds[pattern].1
                || people + more > model.max_people
            {
                continue;
            }
            let part = parts.get(i).map_or(0.0, |p| p.fract());
            let score = gain * (1.0 + part) / (0.2 + f64::from(more));
            if best.is_none_or(|(most, ..)| score > most + EXACT) {
                best = Some((score, i, wanted));
            }
        }
        let Some((_, i, wanted)) = best else {
            return Ok(None);
        };
        let team = model.ways[i].team;
        let more = wanted.saturating_sub(teams[team]);
        ways[i] += 1;
        teams[team] += more;
        patterns[model.teams[team].pattern] += more;
        people += more;
        for period in &model.ways[i].covers {
            short[*period] -= 1.0;
        }
    }
    let values = with_people(model, trimmed(model, Values { ways, teams }).ways);
    Ok(values.filter(|v| model.keeps(v)))
}

/// The people that shifts need, and those that bounds demand.
fn with_people(model: &Model, ways: Vec<u32>) -> Option<Values> {
    let mut teams: Vec<u32> = (0..model.teams.len())
        .map(|t| model.team_of(t, &ways))
        .collect();
    for (pattern, n) in model.by_pattern(&teams).into_iter().enumerate() {
        let least = model.bounds[pattern].0;
        if n < least {
            let team = model.teams.iter().position(|t| t.pattern == pattern)?;
            teams[team] += least - n;
        }
    }
    Some(Values { ways, teams })
}

/// Without shifts that nobody misses, the longest first.
pub fn trimmed(model: &Model, mut values: Values) -> Values {
    let mut there = vec![0.0; model.needed.len()];
    for (way, n) in model.ways.iter().zip(&values.ways) {
        for period in &way.covers {
            there[*period] += f64::from(*n);
        }
    }
    let mut order: Vec<usize> = (0..model.ways.len())
        .filter(|i| values.ways[*i] > 0)
        .collect();
    order.sort_by_key(|i| -model.paid[model.teams[model.ways[*i].team].pattern]);
    for i in order {
        interrupt::check();
        let covers = &model.ways[i].covers;
        while values.ways[i] > 0
            && covers
                .iter()
                .all(|p| there[*p] - 1.0 >= model.needed[*p] - EXACT)
        {
            values.ways[i] -= 1;
            for period in covers {
                there[*period] -= 1.0;
            }
        }
    }
    values
}
