//! The probabilities of the numbers in a system: those that matter, in one list.

use super::Period;
use crate::error::{Error, Result};
use crate::{interrupt, memory};

/// What is less likely is dropped at the ends of the list.
const RARE: f64 = 1e-14;
/// The most that may happen in a period.
const MAX_JUMPS: f64 = 1_000_000.0;
/// Steps between two questions whether the work is still wanted.
const PAUSE: usize = 256;

/// Probabilities of `low`, `low` + 1, ... in the system.
pub struct States {
    low: usize,
    parts: Vec<f64>,
}

/// Their mean over a period, as arrivals see it.
pub struct Mean {
    states: States,
    pub steps: f64,
}

/// Weights of Poisson numbers up to where the rest is rare, from the first that matters.
fn poisson(mean: f64) -> Result<(usize, Vec<f64>)> {
    let spread = 8.0 * mean.sqrt() + 24.0;
    let first = (mean - spread).max(0.0).floor();
    let last = (mean + spread).ceil();
    let mut weights = memory::with_capacity((last - first) as usize + 1)?;
    let mode = mean.floor();
    let log = |m: f64| m * mean.max(f64::MIN_POSITIVE).ln() - mean - libm::lgamma(m + 1.0);
    // From the mode to both sides: logarithms of large numbers lose digits.
    let top = if mean == 0.0 {
        1.0
    } else {
        libm::exp(log(mode))
    };
    let mut m = first;
    let mut down = memory::with_capacity((mode - first) as usize + 1)?;
    let mut weight = top;
    let mut k = mode;
    while k >= first && k >= 0.0 {
        down.push(weight);
        weight *= k / mean.max(f64::MIN_POSITIVE);
        k -= 1.0;
    }
    weights.extend(down.iter().rev());
    weight = top;
    m = m.max(mode);
    while m < last {
        m += 1.0;
        weight *= mean / m;
        weights.push(weight);
    }
    let sum: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|w| *w /= sum);
    Ok((first as usize, weights))
}

/// The probability of at least `n` for a Poisson number, for each n from 0 on, until it is rare.
fn at_least(mean: f64) -> Vec<f64> {
    let (first, weights) = match poisson(mean) {
        Ok(found) => found,
        Err(_) => return vec![1.0],
    };
    let mut tail = vec![1.0; first + weights.len() + 1];
    let mut sum = 0.0;
    for (i, weight) in weights.iter().enumerate().rev() {
        sum += weight;
        tail[first + i] = f64::min(sum, 1.0);
    }
    tail[first + weights.len()] = 0.0;
    tail
}

impl States {
    /// So many in the system: a whole number, or the two beside it.
    pub fn of(number: f64) -> Result<Self> {
        let low = number.floor();
        let part = number - low;
        let mut parts = memory::with_capacity(2)?;
        parts.extend([1.0 - part, part]);
        Ok(Self {
            low: low as usize,
            parts,
        })
    }

    fn trim(&mut self) {
        let rare = |p: &f64| *p < RARE;
        while self.parts.len() > 1 && self.parts.last().is_some_and(rare) {
            self.parts.pop();
        }
        let many = self.parts.iter().take_while(|p| rare(p)).count();
        if many > 0 && many < self.parts.len() {
            self.parts.drain(..many);
            self.low += many;
        }
    }

    /// Goes on to the end of a period, with so many arrivals and at most so many completions a minute; gives the mean
    /// on the way.
    pub fn pass(
        &mut self,
        rate: f64,
        all_busy: f64,
        service: f64,
        leave: f64,
        period: &Period,
    ) -> Result<Mean> {
        self.trim();
        let n = period.people;
        let expected = rate * period.minutes;
        let top = self.low + self.parts.len() + (expected + 9.0 * expected.sqrt() + 20.0) as usize;
        let queue = (top as f64 - n).max(0.0);
        // A jump, or none, comes at this rate in every state.
        let jumps = rate + all_busy.min(top as f64 * service) + queue * leave;
        if jumps * period.minutes > MAX_JUMPS {
            return Err(Error::limit(
                format!(
                    "arrivals, completions and hang-ups of a period must be at most {MAX_JUMPS}, not {:.0}",
                    jumps * period.minutes
                ),
                "Give shorter periods, or split the queue.",
            ));
        }
        let (first, weights) = poisson(jumps * period.minutes)?;
        let last = first + weights.len();
        let bottom = self.low.saturating_sub(last);
        let size = top - bottom + 1;
        let mut now = memory::filled(size, 0.0)?;
        let mut then = memory::filled(size, 0.0)?;
        let mut end = memory::filled(size, 0.0)?;
        let mut sum = memory::filled(size, 0.0)?;
        let mut down = memory::with_capacity(size)?;
        for k in bottom..=top {
            let busy = (k as f64).min(n) * service;
            let leaving = (k as f64 - n).max(0.0) * leave;
            down.push(if jumps > 0.0 {
                (busy + leaving) / jumps
            } else {
                0.0
            });
        }
        let up = if jumps > 0.0 { rate / jumps } else { 0.0 };
        let (mut from, mut to) = (self.low - bottom, self.low - bottom + self.parts.len());
        now[from..to].copy_from_slice(&self.parts);
        // The part of time after the m-th jump is that more than m come, over the mean.
        let mut rest = 1.0;
        let mut steps = 0.0;
        for m in 0..last {
            if m % PAUSE == 0 {
                interrupt::check();
            }
            let weight = if m >= first { weights[m - first] } else { 0.0 };
            rest = f64::max(rest - weight, 0.0);
            steps += (to - from) as f64;
            for k in from..to {
                end[k] += weight * now[k];
                sum[k] += rest * now[k];
            }
            let (begin, finish) = (from.saturating_sub(1), (to + 1).min(size));
            for k in begin..finish {
                let stay = now[k] * (1.0 - down[k] - if k + 1 < size { up } else { 0.0 });
                let from_below = if k > 0 { now[k - 1] * up } else { 0.0 };
                let from_above = if k + 1 < size {
                    now[k + 1] * down[k + 1]
                } else {
                    0.0
                };
                then[k] = stay + from_below + from_above;
            }
            std::mem::swap(&mut now, &mut then);
            (from, to) = (begin, finish);
            while to - from > 1 && now[from] < RARE * 1e-4 {
                now[from] = 0.0;
                then[from] = 0.0;
                from += 1;
            }
            while to - from > 1 && now[to - 1] < RARE * 1e-4 {
                now[to - 1] = 0.0;
                then[to - 1] = 0.0;
                to -= 1;
            }
        }
        let whole: f64 = end.iter().sum();
        end.iter_mut().for_each(|p| *p /= whole);
        let whole: f64 = sum.iter().sum();
        if whole > 0.0 {
            sum.iter_mut().for_each(|p| *p /= whole);
        } else {
            sum.copy_from_slice(&end);
        }
        *self = Self {
            low: bottom,
            parts: end,
        };
        self.trim();
        let mut states = Self {
            low: bottom,
            parts: sum,
        };
        states.trim();
        Ok(Mean { states, steps })
    }

    /// The mean numbers at work and waiting, with so many people.
    pub fn busy_and_waiting(&self, n: f64) -> (f64, f64) {
        self.parts
            .iter()
            .enumerate()
            .fold((0.0, 0.0), |(busy, waiting), (i, part)| {
                let k = (self.low + i) as f64;
                (busy + part * k.min(n), waiting + part * (k - n).max(0.0))
            })
    }
}

impl Mean {
    pub fn busy_and_waiting(&self, n: f64) -> (f64, f64) {
        self.states.busy_and_waiting(n)
    }

    /// The part that is begun in time where all wait: who finds k is begun once k - n + 1 are done, at the best of
    /// these chances of n people.
    pub fn in_time(&self, chances: &[(f64, f64)]) -> f64 {
        // More than everybody who is there is as good as everybody.
        let top = (self.states.low + self.states.parts.len()) as f64;
        let most = top + 20.0 * top.sqrt() + 200.0;
        let tails: Vec<(f64, Vec<f64>)> = chances
            .iter()
            .map(|(n, mean)| (*n, at_least(mean.min(most))))
            .collect();
        let part_of = |k: usize| {
            tails
                .iter()
                .map(|(n, tail)| {
                    let needed = k as f64 - n + 1.0;
                    match needed <= 0.0 {
                        true => f64::from(*n > 0.0),
                        false if *n == 0.0 => 0.0,
                        false => tail.get(needed as usize).copied().unwrap_or(0.0),
                    }
                })
                .fold(0.0, f64::max)
        };
        let parts = self.states.parts.iter().enumerate();
        parts
            .map(|(i, part)| part * part_of(self.states.low + i))
            .sum()
    }

    /// The part that is answered within so many minutes where who waits gives up at a rate of `leave`.
    pub fn in_time_if_they_leave(
        &self,
        n: f64,
        service: f64,
        leave: f64,
        minutes: f64,
    ) -> Result<f64> {
        if n == 0.0 {
            return Ok(0.0);
        }
        let top = self.states.low + self.states.parts.len();
        let queue = (top as f64 - n).max(0.0).ceil() as usize + 1;
        // With q ahead: the next of these is answered or gives up, or the caller himself does.
        let jumps = n * service + (queue as f64 + 1.0) * leave;
        // Far beyond the long run nothing changes.
        let minutes = minutes.min(1e4 / (n * service).max(leave));
        let (first, weights) = poisson(jumps * minutes)?;
        let mut chance = memory::filled(queue + 1, 0.0)?;
        let mut next = memory::filled(queue + 1, 0.0)?;
        let mut answered = memory::filled(queue + 1, 0.0)?;
        for m in 0..first + weights.len() {
            if m % PAUSE == 0 {
                interrupt::check();
            }
            if m >= first {
                let weight = weights[m - first];
                for (sum, now) in answered.iter_mut().zip(&chance) {
                    *sum += weight * now;
                }
            }
            for q in 0..=queue {
                let forward = (n * service + q as f64 * leave) / jumps;
                let after = if q == 0 { 1.0 } else { chance[q - 1] };
                next[q] = forward * after + (1.0 - forward - leave / jumps).max(0.0) * chance[q];
            }
            std::mem::swap(&mut chance, &mut next);
        }
        let parts = self.states.parts.iter().enumerate();
        Ok(parts
            .map(|(i, part)| {
                let k = (self.states.low + i) as f64;
                let of = if k + 1.0 <= n {
                    1.0
                } else {
                    answered[((k - n).max(0.0).ceil() as usize).min(queue)]
                };
                part * of
            })
            .sum())
    }
}
