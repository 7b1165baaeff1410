//! A model of questions: how many rounds, how calibrated, how good.

use super::boost::{Boosted, boost};
use super::encode::{FOLDS, Table};
use super::questions::Questions;
use super::{self as risk, Field, Report, RiskModel, Tenth, Tree, probability_of};
use crate::error::Result;
use crate::{interrupt, memory};

/// Below these there is too little to learn from, and the curve is the answer.
pub const FEWEST_QUESTIONS: usize = 200;
pub const FEWEST_OF_AN_ANSWER: usize = 20;
/// The most rounds; held-out questions say how many.
const ROUNDS: usize = 300;
const FEWEST_ROUNDS: usize = 10;
/// Rounds without a gain on the held-out questions after which no more are tried.
const PATIENCE: usize = 60;
/// The share of questions that is held out: the latest.
const HELD_OUT: f64 = 0.25;
/// How strongly calibration is drawn to leaving the odds as they are: as by so many questions.
const RIDGE: f64 = 20.0;

/// Fits a model; None where there is too little to learn from. The order of the questions does not matter.
///
/// # Errors
/// 53200 where there is no memory.
pub fn fit(questions: &Questions, seed: u64) -> Result<Option<RiskModel>> {
    let table = Table::new(questions, seed)?;
    let all = memory::collect(0..table.heads.len() as u32)?;
    let Some(split) = Split::of(&table, &all)? else {
        return Ok(None);
    };
    let trial = Trial::run(&table, &split)?;
    let (offset, slope) = calibrate(&trial.held_out, None);
    let report = trial.report(&table, &all, &split);
    let (mut fields, boosted) = boosted_on(&table, &all, trial.rounds, |_| true)?;
    let gained: f64 = boosted.gains.iter().sum();
    for (field, gain) in fields.iter_mut().zip(&boosted.gains) {
        field.importance = if gained > 0.0 { gain / gained } else { 0.0 };
    }
    Ok(Some(RiskModel {
        fields,
        base: boosted.base,
        trees: boosted.trees,
        offset,
        slope,
        seed,
        report,
    }))
}

fn answers(table: &Table, rows: &[u32]) -> Result<Vec<bool>> {
    memory::collect(rows.iter().map(|r| table.heads[*r as usize].breached))
}

fn boosted_on(
    table: &Table,
    rows: &[u32],
    rounds: usize,
    go_on: impl FnMut(&Tree) -> bool,
) -> Result<(Vec<Field>, Boosted)> {
    let fields = table.fields(rows)?;
    let boosted = boost(
        &table.training(rows)?,
        &answers(table, rows)?,
        rounds,
        go_on,
    )?;
    Ok((fields, boosted))
}

/// Earlier questions to learn from, and later ones to be asked. What was answered after the first of the later ones was
/// asked is in neither part.
struct Split {
    earlier: Vec<u32>,
    later: Vec<u32>,
    from: i64,
}

impl Split {
    fn of(table: &Table, all: &[u32]) -> Result<Option<Split>> {
        let enough = |rows: &[u32], part: usize| {
            let breached = rows
                .iter()
                .filter(|r| table.heads[**r as usize].breached)
                .count();
            rows.len() >= FEWEST_QUESTIONS / part
                && breached >= FEWEST_OF_AN_ANSWER / part
                && rows.len() - breached >= FEWEST_OF_AN_ANSWER / part
        };
        if !enough(all, 1) {
            return Ok(None);
        }
        // Sorted by instant, so whole instants are held out.
        let at = (all.len() as f64 * (1.0 - HELD_OUT)) as usize;
        let from = table.heads[at].asked_at;
        let later = memory::collect(
            all.iter()
                .copied()
                .filter(|r| table.heads[*r as usize].asked_at >= from),
        )?;
        let earlier = memory::collect(all.iter().copied().filter(|r| {
            let head = &table.heads[*r as usize];
            head.asked_at < from && head.known_at <= from
        }))?;
        Ok((enough(&earlier, 2) && !later.is_empty()).then_some(Split {
            earlier,
            later,
            from,
        }))
    }
}

/// A held-out question: what the trees say of it, and what became of it.
#[derive(Clone, Copy)]
struct Asked {
    row: u32,
    fold: u8,
    log_odds: f64,
    breached: bool,
}

/// A model of the earlier questions, asked the later ones.
struct Trial {
    rounds: usize,
    base_rate: f64,
    held_out: Vec<Asked>,
}

impl Trial {
    fn run(table: &Table, split: &Split) -> Result<Trial> {
        let fields = table.fields(&split.earlier)?;
        let wide = fields.len();
        let mut rows = memory::with_capacity(split.later.len() * wide)?;
        let mut row = memory::with_capacity(wide)?;
        for later in &split.later {
            table.row(&fields, *later, &mut row);
            rows.extend_from_slice(&row);
        }
        let truth = answers(table, &split.later)?;
        let mut sums = memory::filled(split.later.len(), 0.0)?;
        let mut best = (0, f64::INFINITY);
        let mut best_sums = memory::filled(split.later.len(), 0.0)?;
        let mut round = 0;
        let earlier = answers(table, &split.earlier)?;
        let breached = earlier.iter().filter(|a| **a).count() as f64;
        let base_rate = breached / earlier.len() as f64;
        let base = libm::log(base_rate / (1.0 - base_rate));
        boost(&table.training(&split.earlier)?, &earlier, ROUNDS, |tree| {
            round += 1;
            let mut loss = 0.0;
            for (i, sum) in sums.iter_mut().enumerate() {
                *sum += tree.value(&rows[i * wide..(i + 1) * wide]);
                let p = probability_of(base + *sum).clamp(1e-9, 1.0 - 1e-9);
                loss -= libm::log(if truth[i] { p } else { 1.0 - p });
            }
            if loss < best.1 || round <= FEWEST_ROUNDS {
                best = (round, loss);
                best_sums.copy_from_slice(&sums);
            }
            round < best.0 + PATIENCE
        })?;
        let held_out = split.later.iter().zip(&best_sums).map(|(row, sum)| Asked {
            row: *row,
            fold: table.folds[*row as usize],
            log_odds: base + sum,
            breached: table.heads[*row as usize].breached,
        });
        Ok(Trial {
            rounds: best.0,
            base_rate,
            held_out: memory::collect(held_out)?,
        })
    }

    /// Each held-out question is calibrated by those of other tickets.
    fn report(&self, table: &Table, all: &[u32], split: &Split) -> Report {
        let calibrations: [(f64, f64); FOLDS as usize] =
            std::array::from_fn(|fold| calibrate(&self.held_out, Some(fold as u8)));
        let mut tenths = [Tenth::default(); 10];
        let (mut model, mut base, mut curve, mut curves) = (0.0, 0.0, 0.0, 0_u64);
        let mut estimate = 0.0;
        for asked in &self.held_out {
            let (offset, slope) = calibrations[usize::from(asked.fold)];
            let p = probability_of(offset + slope * asked.log_odds);
            let truth = f64::from(u8::from(asked.breached));
            let square = |p: f64| (p - truth) * (p - truth);
            let known = table.heads[asked.row as usize].curve;
            curves += u64::from(!known.is_nan());
            model += square(p);
            base += square(self.base_rate);
            curve += square(if known.is_nan() {
                self.base_rate
            } else {
                known
            });
            let said = risk::estimate(p, known);
            estimate += square(said);
            let tenth = &mut tenths[((said * 10.0) as usize).min(9)];
            tenth.cases += 1;
            tenth.expected += said;
            tenth.observed += u64::from(asked.breached);
        }
        let heads = || all.iter().map(|r| &table.heads[*r as usize]);
        let mut instants = 0;
        let mut last = None;
        for head in heads() {
            instants += u64::from(last != Some(head.asked_at));
            last = Some(head.asked_at);
        }
        let n = self.held_out.len() as f64;
        Report {
            questions: all.len() as u64,
            breached: heads().filter(|h| h.breached).count() as u64,
            instants,
            first_asked: table.heads.first().map_or(0, |h| h.asked_at),
            last_asked: table.heads.last().map_or(0, |h| h.asked_at),
            held_out: self.held_out.len() as u64,
            held_out_from: split.from,
            brier: model / n,
            brier_base: base / n,
            brier_curve: (curves > 0).then_some(curve / n),
            brier_estimate: estimate / n,
            tenths,
        }
    }
}

/// Offset and slope of the log-odds by which the held-out questions, without those of one part, are likeliest (Platt's
/// scaling, by Newton's method).
fn calibrate(held_out: &[Asked], without: Option<u8>) -> (f64, f64) {
    let (mut offset, mut slope) = (0.0_f64, 1.0_f64);
    for _ in 0..25 {
        interrupt::check();
        let mut gradient = (RIDGE * 0.25 * offset, RIDGE * (slope - 1.0));
        let mut matrix = (RIDGE * 0.25, 0.0, RIDGE);
        for asked in held_out.iter().filter(|a| without != Some(a.fold)) {
            let p = probability_of(offset + slope * asked.log_odds);
            let error = p - f64::from(u8::from(asked.breached));
            let weight = p * (1.0 - p);
            gradient.0 += error;
            gradient.1 += error * asked.log_odds;
            matrix.0 += weight;
            matrix.1 += weight * asked.log_odds;
            matrix.2 += weight * asked.log_odds * asked.log_odds;
        }
        let determinant = matrix.0 * matrix.2 - matrix.1 * matrix.1;
        let step = (
            (matrix.2 * gradient.0 - matrix.1 * gradient.1) / determinant,
            (matrix.0 * gradient.1 - matrix.1 * gradient.0) / determinant,
        );
        if !(step.0.is_finite() && step.1.is_finite()) {
            return (0.0, 1.0);
        }
        offset -= step.0;
        slope -= step.1;
        if step.0.abs() + step.1.abs() < 1e-10 {
            break;
        }
    }
    // A slope below zero would turn the order round: there is nothing to go by.
    if slope > 0.0 {
        (offset, slope)
    } else {
        (0.0, 1.0)
    }
}
