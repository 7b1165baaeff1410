//! The estimate: E. L. Kaplan and P. Meier, "Nonparametric estimation from incomplete observations",
//! JASA 53 (1958); its variance by M. Greenwood (1926).

use super::Survival;
use crate::error::Result;
use crate::memory;

/// The curve at one distinct time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurveStep {
    pub minutes: f64,
    /// Tickets whose time is this one or more.
    pub at_risk: u64,
    pub events: u64,
    /// Still running at this time; by convention they were at risk of finishing then.
    pub censored: u64,
    /// The share that takes longer than this.
    pub survival: f64,
    /// Greenwood's sum of d / (n (n - d)); infinite once no ticket is left.
    pub variance_sum: f64,
}

impl CurveStep {
    /// The standard error of the share; None once it is 0, where the formula has no value.
    pub fn std_error(&self) -> Option<f64> {
        let finite = self.variance_sum.is_finite();
        finite.then(|| self.survival * self.variance_sum.sqrt())
    }
}

impl<'a> Survival<'a> {
    /// The curve, a step a distinct time.
    pub fn steps(&self) -> impl Iterator<Item = CurveStep> + 'a {
        let mut left = self.rows();
        let mut sum = 0.0;
        // Between two censored times the product of (n - d) / n is one quotient: it is taken from the
        // last censored time, so that without censoring the curve is exactly what is left of all.
        let (mut base, mut base_left) = (1.0, left);
        self.times().map(move |(minutes, events, censored)| {
            let at_risk = left;
            let after = at_risk.saturating_sub(events);
            let (n, d) = (at_risk as f64, events as f64);
            let survival = match base_left {
                0 => base,
                _ => base * (after as f64 / base_left as f64),
            };
            if events > 0 {
                sum += d / (n * after as f64);
            }
            left = after.saturating_sub(censored);
            if censored > 0 {
                (base, base_left) = (survival, left);
            }
            CurveStep {
                minutes,
                at_risk,
                events,
                censored,
                survival,
                variance_sum: sum,
            }
        })
    }
}

/// The pointwise interval of a step for a normal quantile `z`, by the log-log transform (Kalbfleisch and
/// Prentice), which stays within 0 and 1: S to the power of exp(±z se / ln S). None while S is 1 and once
/// it is 0.
pub fn interval(step: &CurveStep, z: f64) -> Option<(f64, f64)> {
    let s = step.survival;
    if s <= 0.0 || s >= 1.0 || !step.variance_sum.is_finite() {
        return None;
    }
    let spread = z * step.variance_sum.sqrt() / s.ln().abs();
    Some((s.powf(spread.exp()), s.powf((-spread).exp())))
}

/// A curve to be asked: times, at risk and shares.
pub struct Curve {
    minutes: Vec<f64>,
    at_risk: Vec<u64>,
    survival: Vec<f64>,
}

/// The relative rounding error of many steps is some 1e-10; a share within it of one half counts as one half.
const SLACK: f64 = 1e-9;

impl Curve {
    /// Works the curve out.
    ///
    /// # Errors
    /// 53200 where there is no memory.
    pub fn new(survival: Survival<'_>) -> Result<Self> {
        let mut curve = Self {
            minutes: Vec::new(),
            at_risk: Vec::new(),
            survival: Vec::new(),
        };
        for (k, step) in survival.steps().enumerate() {
            if k % 65_536 == 0 {
                crate::interrupt::check();
            }
            memory::push(&mut curve.minutes, step.minutes)?;
            memory::push(&mut curve.at_risk, step.at_risk)?;
            memory::push(&mut curve.survival, step.survival)?;
        }
        Ok(curve)
    }

    /// The memory that the times take, in bytes.
    pub fn bytes(&self) -> usize {
        24 * self.minutes.capacity()
    }

    /// The share that takes longer than so many minutes: a step function. Beyond the last time it stays
    /// at its last value, which is then a bound from above. None for NaN and for a curve of no rows.
    pub fn at(&self, minutes: f64) -> Option<f64> {
        if minutes.is_nan() || self.minutes.is_empty() {
            return None;
        }
        let passed = self.minutes.partition_point(|m| *m <= minutes);
        Some(match passed.checked_sub(1) {
            Some(i) => self.survival[i],
            None => 1.0,
        })
    }

    /// How many were followed for so many minutes or longer. None for NaN.
    pub fn at_risk(&self, minutes: f64) -> Option<u64> {
        if minutes.is_nan() {
            return None;
        }
        let before = self.minutes.partition_point(|m| *m < minutes);
        Some(self.at_risk.get(before).copied().unwrap_or(0))
    }

    /// The first time by which this fraction has finished; None when the curve does not come so far.
    pub fn quantile(&self, fraction: f64) -> Option<f64> {
        let left = 1.0 - fraction;
        // Before the first ticket has finished no fraction has finished, however small.
        let none = |s: &f64| fraction > 0.0 && *s >= 1.0;
        let i = self
            .survival
            .partition_point(|s| *s > left + SLACK * left.max(fraction) || none(s));
        let reached = self.minutes.get(i).copied()?;
        (fraction > 0.0).then_some(reached).or(Some(0.0))
    }

    /// The probability that a ticket takes longer than `target` when it has already taken `elapsed`:
    /// S(target) / S(elapsed); 1 from the target on. None if no ticket was observed beyond `elapsed`, or
    /// all had finished by then. For a target beyond the last time it is a bound from above.
    pub fn breach_probability(&self, elapsed: f64, target: f64) -> Option<f64> {
        if elapsed.is_nan() || target.is_nan() {
            return None;
        }
        if elapsed >= target {
            return Some(1.0);
        }
        let last = *self.minutes.last()?;
        let (still, late) = (self.at(elapsed)?, self.at(target)?);
        (last > elapsed && still > 0.0).then(|| late / still)
    }
}
