//! Fits brought forward with the values that followed.

use super::{Fit, FitPart};
use crate::error::{Error, Result};
use crate::forecast::{check_values, interval};

/// Missing values at the end over which bounds go on widening.
pub(super) const MAX_PENDING: usize = 1_000;

impl Fit {
    /// Takes in the values that followed, without fitting again: parameters stay, states and sums go on. A part with a
    /// multiplicative model goes on as an additive one from the first value that is negative, or that is 0 and leads
    /// its level below its errors, which the method and the warnings say.
    ///
    /// # Errors
    /// 22023 for an infinite value and for a fit by open hours, 54000 for a value that leads out of the range of
    /// numbers.
    pub fn update(&mut self, values: &[f64]) -> Result<()> {
        self.check_open(false, "update_fit(fit, series")?;
        check_values(values)?;
        self.place(values, |fit, y, _| fit.take(y))
    }

    /// The same for a fit by open hours, with those of each value's step.
    ///
    /// # Errors
    /// As above; 22023 for a fit that is not by open hours.
    pub fn update_by_hours(&mut self, values: &[f64], hours: &[f64]) -> Result<()> {
        self.check_open(true, "update_fit(fit, series")?;
        check_values(values)?;
        let hour = |k: Option<usize>| k.and_then(|k| hours.get(k)).copied().unwrap_or(0.0);
        self.place(values, |fit, y, k| fit.take_open(y, hour(k)))
    }

    /// Takes in each value at its place by the wall clock, with its number; missing ones at places that no step has.
    /// Of two steps at one place the first counts, as states cannot go back.
    fn place(
        &mut self,
        values: &[f64],
        take: impl Fn(&mut Fit, f64, Option<usize>) -> Result<()>,
    ) -> Result<()> {
        let slots = self.dst_slots();
        // Rules of a zone that have changed since must not move the values' places.
        let shift = slots.map_or(0, |w| {
            self.steps_seen() as i64 - w.slot_count(self.steps) as i64
        });
        for (k, y) in values.iter().enumerate() {
            let place =
                slots.map_or(self.steps as i64, |w| w.slot(self.steps) as i64 + shift) as usize;
            while self.steps_seen() < place {
                take(self, f64::NAN, None)?;
            }
            if self.steps_seen() == place {
                take(self, *y, Some(k))?;
            }
            self.steps += 1;
        }
        Ok(())
    }

    /// Takes in the next value.
    pub(super) fn take(&mut self, y: f64) -> Result<()> {
        crate::interrupt::check();
        self.n += 1;
        if y.is_nan() {
            self.missing += 1;
            self.trailing_gaps += 1;
            if self.trailing_gaps > MAX_PENDING {
                self.trailing_gaps -= 1;
                self.give(self.n - 1 - MAX_PENDING, f64::NAN)?;
            }
            return Ok(());
        }
        while self.trailing_gaps > 0 {
            self.trailing_gaps -= 1;
            self.give(self.n - 2 - self.trailing_gaps, f64::NAN)?;
        }
        self.give(self.n - 1, y)
    }

    /// Gives the parts the value at a time.
    fn give(&mut self, at: usize, y: f64) -> Result<()> {
        for (_, part) in &mut self.parts {
            if let FitPart::Ets(e) = part
                && e.model.needs_positive()
                && y <= 0.0
                && !e.serves_after(at, y)
            {
                let other = interval::additive(e);
                let said = format!(
                    "ETS({}) goes on as ETS({}): value {y} is not above zero",
                    e.model, other.model
                );
                self.method = format!("{}; {said}", self.method);
                self.warnings.push(said);
                *e = other;
            }
            part.update(at, y);
            if !part.sums().is_finite() {
                return Err(Error::limit(
                    format!("value {y:e} leads the fit out of the range of numbers"),
                    "Scale the values, for example to thousands.",
                ));
            }
        }
        Ok(())
    }
}
