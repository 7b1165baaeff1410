//! Slots of steps shorter than a day by the wall clock, so that nine o'clock stays nine o'clock across DST changes.
//!
//! A step is a span of real time, but a model's season is a day or week of local time. Models count slots: the slot of
//! step `k` is `k`, shifted by as many steps as the zone's offset has changed since the first step. In spring some slots
//! have no step (a gap): their values are missing. In autumn two steps share a slot (a fold): its value is their mean,
//! and both steps get its forecast. If the change is not a multiple of the step, the nearest slot is taken; a change
//! of half a step or less moves nothing.

use super::interval::Forecast;
use super::time_index::{self, TimeIndex, TimeStep};
use super::{MAX_HORIZON, MAX_SEASON};
use crate::time::zone;
use crate::time::{DAY, END, FIRST};
use chrono_tz::Tz;

/// Maps the steps of a time index to slots.
#[derive(Clone, Copy, Debug)]
pub struct DstSlots {
    tz: Tz,
    first: i64,
    step: i64,
    season: usize,
    /// The offset at the first step, in microseconds.
    offset: i64,
    /// The first slot: below 0 if clocks go back just after the first step.
    base: i64,
}

impl DstSlots {
    /// None if steps and slots are the same: the step is not a part of a day, the season is not whole days, or the zone has
    /// no changes.
    pub fn of(index: Option<&TimeIndex>, season: usize) -> Option<DstSlots> {
        let index = index?;
        let TimeStep::Micros(step) = index.step else {
            return None;
        };
        // Longer ones are refused elsewhere; here they would be a long search.
        let season = Some(season).filter(|s| *s <= MAX_SEASON)?;
        let cycle = step.checked_mul(season as i64)?;
        if step <= 0 || DAY % step != 0 || cycle <= 0 || cycle % DAY != 0 {
            return None;
        }
        let tz = zone::find(&index.zone).ok().filter(|tz| *tz != Tz::UTC)?;
        let mut slots = DstSlots {
            tz,
            first: index.first,
            step,
            season,
            offset: 0,
            base: 0,
        };
        // Against an offset of 0 that of the first step is found, against that all others.
        slots.offset = slots.moved(0);
        slots.base = (0..=slots.reach()).map(|k| slots.raw(k)).min()?.min(0);
        Some(slots)
    }

    /// The steps of two days: no zone goes back by more than 26 hours in all.
    fn reach(&self) -> usize {
        (2 * DAY / self.step) as usize
    }

    /// By how much the offset at step `k` differs from that of the first.
    fn moved(&self, k: i64) -> i64 {
        let at = self.first.saturating_add(self.step.saturating_mul(k));
        let at = at.clamp(FIRST, END);
        time_index::wall(self.tz, at) - at - self.offset
    }

    fn raw(&self, k: usize) -> i64 {
        let k = k as i64;
        let moved = self.moved(k);
        // The nearest step; of two as near the one that is less of a move.
        let steps = (2 * moved.abs() + self.step - 1) / (2 * self.step);
        k + moved.signum() * steps
    }

    /// The slot of step `k`, from 0.
    pub fn slot(&self, k: usize) -> usize {
        usize::try_from(self.raw(k) - self.base).unwrap_or(0)
    }

    /// How many slots `n` steps take.
    pub fn slot_count(&self, n: usize) -> usize {
        let late = n.saturating_sub(self.reach() + 1)..n;
        late.map(|k| self.slot(k) + 1).max().unwrap_or(0)
    }

    /// Values by slot: NaN for a slot without a step, the mean for a slot with several.
    pub fn values_by_slot(&self, values: &[f64]) -> Vec<f64> {
        let mut all = vec![f64::NAN; self.slot_count(values.len())];
        let mut count = vec![0.0; all.len()];
        for (k, y) in values.iter().enumerate().filter(|(_, y)| !y.is_nan()) {
            let p = self.slot(k);
            count[p] += 1.0;
            all[p] = if count[p] == 1.0 {
                *y
            } else {
                all[p] * ((count[p] - 1.0) / count[p]) + y / count[p]
            };
        }
        all
    }

    /// For each of `horizon` steps after `n`, the number of its slot, counted from the first slot that no step has used. A
    /// step whose slot is in the past takes the slot one season later, or the first new one if the fit has no season; a
    /// slot beyond the longest horizon is replaced by the one a season earlier.
    pub fn slots_ahead(&self, n: usize, horizon: usize, seasonal: bool) -> Vec<usize> {
        let begin = self.slot_count(n);
        let one = |k: usize| {
            let mut place = self.slot(k);
            if !seasonal {
                place = place.max(begin);
            }
            while place < begin {
                place += self.season;
            }
            place -= begin;
            while place >= MAX_HORIZON && place >= self.season {
                place -= self.season;
            }
            place
        };
        (n..n + horizon).map(one).collect()
    }
}

/// The forecasts of steps, taken from those of their slots.
pub fn pick(from: &Forecast, places: &[usize]) -> Forecast {
    Forecast {
        mean: places.iter().map(|p| from.mean[*p]).collect(),
        lower: places.iter().map(|p| from.lower[*p].clone()).collect(),
        upper: places.iter().map(|p| from.upper[*p].clone()).collect(),
        notes: from.notes.clone(),
        positive: 0,
    }
}

/// How many slots have to be forecast.
pub fn longest(places: &[usize]) -> usize {
    places.iter().max().map_or(0, |p| p + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::HOUR;

    fn slots(zone: &str, first: i64, step: i64, season: usize) -> Option<DstSlots> {
        let index = TimeIndex {
            first,
            step: TimeStep::Micros(step),
            zone: zone.into(),
        };
        DstSlots::of(Some(&index), season)
    }

    #[test]
    fn places_of_steps() {
        // 2026-03-29 00:00 in Berlin; clocks go from 02:00 to 03:00.
        let spring = (9_584 * 24 - 1) * HOUR;
        let w = slots("Europe/Berlin", spring, HOUR, 24).expect("a wall clock");
        assert_eq!([0, 1, 2, 3].map(|k| w.slot(k)), [0, 1, 3, 4]);
        let gathered = w.values_by_slot(&[5.0, 6.0, 7.0]);
        assert!(gathered[2].is_nan() && gathered[3] == 7.0 && gathered.len() == 4);
        assert_eq!(w.slots_ahead(2, 3, true), [1, 2, 3]);
        // 2026-10-25 01:00, 02:00 twice, 03:00; then quarters from 02:30.
        let autumn = (9_794 * 24 - 1) * HOUR;
        let w = slots("Europe/Berlin", autumn, HOUR, 168).expect("a wall clock");
        assert_eq!([0, 1, 2, 3].map(|k| w.slot(k)), [0, 1, 1, 2]);
        assert_eq!(w.values_by_slot(&[5.0, 6.0, 8.0, 9.0]), [5.0, 7.0, 9.0]);
        // Only the second 02:00 is forecast as that of the next week.
        assert_eq!(w.slots_ahead(2, 2, true), [167, 0]);
        let quarters = slots("Europe/Berlin", autumn + 3 * HOUR / 2, HOUR / 4, 96).expect("one");
        assert_eq!(
            [0, 1, 2, 3, 4, 5, 6].map(|k| quarters.slot(k)),
            [2, 3, 0, 1, 2, 3, 4]
        );
        assert_eq!(quarters.slot_count(3), 4);
        // A change of half a step or less moves nothing; one of a whole day a day.
        let six = slots("Europe/Berlin", autumn, 6 * HOUR, 4).expect("one");
        assert!((0..40).all(|k| six.slot(k) == k));
        let apia = slots("Pacific/Apia", (4_380 * 24 + 10) * HOUR, DAY, 7).expect("one");
        assert_eq!([1, 2].map(|k| apia.slot(k) - apia.slot(0)), [2, 3]);
        // Far beyond any instant.
        let far = usize::MAX / 4;
        assert!(six.slot(far).abs_diff(far) < 5 && six.slot_count(far) == six.slot(far - 1) + 1);
        // No season of days, no part of a day, no zone that changes.
        assert!(slots("Europe/Berlin", 0, HOUR, 1).is_none());
        assert!(slots("Europe/Berlin", 0, 7 * HOUR, 24).is_none());
        assert!(slots("UTC", 0, HOUR, 24).is_none());
        assert!(slots("Europe/Berlin", 0, 1, DAY as usize).is_none());
        assert!(slots("Europe/Berlin", 0, HOUR, 24).is_some_and(|w| {
            w.slots_ahead(0, MAX_HORIZON, true)
                .iter()
                .all(|p| *p < MAX_HORIZON)
        }));
    }
}
