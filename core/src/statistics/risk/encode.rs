//! Questions as numbers, in an order that does not depend on how they came.

use super::questions::{Column, Head, Questions};
use super::{Encoding, Field};
use crate::error::Result;
use crate::{interrupt, memory};
use std::cmp::Ordering;

/// As many questions with the share of all stand beside those of a text.
const PRIOR: f64 = 20.0;
/// Texts of fewer questions are one.
const FEWEST: u32 = 10;
/// The most texts of a field that are told apart; of the others the mean stands.
const MOST_TEXTS: usize = 5_000;
/// Parts of the questions: the share of a text comes from the other four.
pub const FOLDS: u64 = 5;

/// A field's values.
pub enum Values {
    Numbers(Vec<f64>),
    /// Places in the sorted texts.
    Texts(Vec<u32>, Vec<String>),
}

/// Questions sorted by instant, ticket and values; fields sorted by name.
pub struct Table {
    pub heads: Vec<Head>,
    pub names: Vec<String>,
    pub values: Vec<Values>,
    pub folds: Vec<u8>,
}

/// The part of a ticket's questions: spread evenly by the mixer of SplitMix64.
fn fold(ticket: u64, seed: u64) -> u8 {
    let mut z = ticket ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) % FOLDS) as u8
}

impl Values {
    fn compare(&self, a: usize, b: usize) -> Ordering {
        match self {
            Values::Numbers(list) => list[a].total_cmp(&list[b]),
            Values::Texts(list, _) => list[a].cmp(&list[b]),
        }
    }

    fn sorted(self, order: &[u32]) -> Result<Values> {
        Ok(match self {
            Values::Numbers(list) => {
                Values::Numbers(memory::collect(order.iter().map(|i| list[*i as usize]))?)
            }
            Values::Texts(list, names) => Values::Texts(
                memory::collect(order.iter().map(|i| list[*i as usize]))?,
                names,
            ),
        })
    }
}

impl Table {
    /// # Errors
    /// 53200 where there is no memory.
    pub fn new(questions: &Questions, seed: u64) -> Result<Table> {
        let mut places = memory::collect(0..questions.names.len())?;
        places.sort_unstable_by(|a, b| questions.names[*a].cmp(&questions.names[*b]));
        let mut values = Vec::new();
        let mut names = Vec::new();
        for place in places {
            names.push(memory::text(&questions.names[place])?);
            values.push(match &questions.columns[place] {
                Column::Numbers(list) => Values::Numbers(memory::collect(list.iter().copied())?),
                Column::Texts { codes, names } => {
                    let mut texts = memory::collect(names.iter())?;
                    texts.sort_unstable();
                    let mut ranks = memory::filled(texts.len(), 0_u32)?;
                    for (rank, (_, code)) in texts.iter().enumerate() {
                        ranks[**code as usize] = rank as u32;
                    }
                    Values::Texts(
                        memory::collect(codes.iter().map(|c| ranks[*c as usize]))?,
                        memory::try_collect(texts.iter().map(|t| memory::text(t.0)))?,
                    )
                }
            });
        }
        interrupt::check();
        let heads = &questions.heads;
        let mut order = memory::collect(0..heads.len() as u32)?;
        order.sort_unstable_by(|a, b| {
            let (a, b) = (*a as usize, *b as usize);
            let key = |h: &Head| (h.asked_at, h.ticket, h.known_at, h.breached);
            key(&heads[a])
                .cmp(&key(&heads[b]))
                .then_with(|| heads[a].curve.total_cmp(&heads[b].curve))
                .then_with(|| {
                    let unequal = values.iter().map(|v| v.compare(a, b));
                    unequal
                        .into_iter()
                        .find(|o| o.is_ne())
                        .unwrap_or(Ordering::Equal)
                })
        });
        interrupt::check();
        let heads = memory::collect(order.iter().map(|i| heads[*i as usize]))?;
        Ok(Table {
            folds: memory::collect(heads.iter().map(|h| fold(h.ticket, seed)))?,
            values: memory::try_collect(values.into_iter().map(|v| v.sorted(&order)))?,
            heads,
            names,
        })
    }

    /// The encoding of each field by some questions.
    ///
    /// # Errors
    /// 53200 where there is no memory.
    pub fn fields(&self, rows: &[u32]) -> Result<Vec<Field>> {
        let fields = self.names.iter().zip(&self.values).map(|(name, values)| {
            interrupt::check();
            let encoding = match values {
                Values::Numbers(_) => Encoding::Number,
                Values::Texts(codes, names) => {
                    let (counts, base) = self.counts(codes, names.len(), rows, None)?;
                    let mut known =
                        memory::collect((0..names.len()).filter(|i| counts[*i].0 >= FEWEST))?;
                    known.sort_by(|a, b| counts[*b].0.cmp(&counts[*a].0).then(a.cmp(b)));
                    known.truncate(MOST_TEXTS);
                    known.sort_unstable();
                    Encoding::Shares {
                        shares: memory::try_collect(
                            known
                                .into_iter()
                                .map(|i| Ok((memory::text(&names[i])?, share(counts[i], base)))),
                        )?,
                        other: base,
                    }
                }
            };
            Ok(Field {
                name: memory::text(name)?,
                encoding,
                importance: 0.0,
            })
        });
        memory::try_collect(fields)
    }

    /// Questions and breaches of each text, without one part if it is given, and the share of all. A share that
    /// differed by part would tell the parts apart, and with them their answers.
    fn counts(
        &self,
        codes: &[u32],
        texts: usize,
        rows: &[u32],
        without: Option<u8>,
    ) -> Result<(Vec<(u32, u32)>, f64)> {
        let mut counts = memory::filled(texts, (0_u32, 0_u32))?;
        let mut all = (0_u32, 0_u32);
        for row in rows.iter().map(|r| *r as usize) {
            let breached = u32::from(self.heads[row].breached);
            all = (all.0 + 1, all.1 + breached);
            if without == Some(self.folds[row]) {
                continue;
            }
            let count = &mut counts[codes[row] as usize];
            *count = (count.0 + 1, count.1 + breached);
        }
        Ok((counts, f64::from(all.1) / f64::from(all.0.max(1))))
    }

    /// The rows that trees are fitted to, column after column: the share of a text comes from the questions of other
    /// tickets, so that a rare text does not tell its own answer.
    ///
    /// # Errors
    /// 53200 where there is no memory.
    pub fn training(&self, rows: &[u32]) -> Result<Vec<f64>> {
        let mut matrix = memory::with_capacity(rows.len() * self.values.len())?;
        for values in &self.values {
            interrupt::check();
            match values {
                Values::Numbers(list) => {
                    matrix.extend(rows.iter().map(|r| list[*r as usize]));
                }
                Values::Texts(codes, names) => {
                    let parts = memory::try_collect(
                        (0..FOLDS as u8).map(|f| self.counts(codes, names.len(), rows, Some(f))),
                    )?;
                    matrix.extend(rows.iter().map(|r| {
                        let (counts, base) = &parts[usize::from(self.folds[*r as usize])];
                        share(counts[codes[*r as usize] as usize], *base)
                    }));
                }
            }
        }
        Ok(matrix)
    }

    /// A question as the fields of other questions encode it.
    pub fn row(&self, fields: &[Field], row: u32, to: &mut Vec<f64>) {
        to.clear();
        for (values, field) in self.values.iter().zip(fields) {
            to.push(match values {
                Values::Numbers(list) => list[row as usize],
                Values::Texts(codes, names) => field.number(Some(super::Value::Text(
                    &names[codes[row as usize] as usize],
                ))),
            });
        }
    }
}

/// The share of a text's questions that breached, drawn towards the share of all.
fn share(count: (u32, u32), base: f64) -> f64 {
    if count.0 < FEWEST {
        return base;
    }
    (f64::from(count.1) + PRIOR * base) / (f64::from(count.0) + PRIOR)
}
