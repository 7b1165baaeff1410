//! Steps of a part of a day at their places by the wall clock, so that nine o'clock stays nine o'clock when clocks
//! change.
//!
//! Steps are real time, a model's season is the zone's day or week. A model goes by places: step `k` has the place
//! `k` moved by as many steps as the offset has changed since the first. In spring some places have no step and are
//! missing values, in autumn two steps share one: it has their mean, and both are foretold by it. A change that is
//! no multiple of the step moves it to the nearest place, and not at all if it is half a step or less.

use super::interval::Forecast;
use super::time_index::{self, DAY, TimeIndex, TimeStep};
use super::{MAX_HORIZON, MAX_SEASON};
use crate::time::zone;
use crate::time::{END, FIRST};
use chrono_tz::Tz;

/// How the steps of a grid become places.
#[derive(Clone, Copy, Debug)]
pub struct DstSlots {
    tz: Tz,
    first: i64,
    step: i64,
    season: usize,
    /// The offset at the first step, in microseconds.
    offset: i64,
    /// Where the first place is: below 0 if clocks go back just after the first step.
    base: i64,
}

impl DstSlots {
    /// None where steps are their places: no step of a part of a day, no season of whole days, no changes.
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

    /// The place of step `k`, from 0.
    pub fn slot(&self, k: usize) -> usize {
        usize::try_from(self.raw(k) - self.base).unwrap_or(0)
    }

    /// How many places `n` steps take.
    pub fn slot_count(&self, n: usize) -> usize {
        let late = n.saturating_sub(self.reach() + 1)..n;
        late.map(|k| self.slot(k) + 1).max().unwrap_or(0)
    }

    /// Values by place: NaN where there is none, the mean where there are several.
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

    /// For each of `horizon` steps after `n`, which forecast is its own, 0 being that of the first place that no
    /// step has had yet. A place that the past has had already is foretold as a season later, or as the next one by a fit
    /// without a season; one beyond the longest horizon, as a season before.
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

/// The steps' forecasts, of the places'.
pub fn pick(from: &Forecast, places: &[usize]) -> Forecast {
    Forecast {
        mean: places.iter().map(|p| from.mean[*p]).collect(),
        lower: places.iter().map(|p| from.lower[*p].clone()).collect(),
        upper: places.iter().map(|p| from.upper[*p].clone()).collect(),
        notes: from.notes.clone(),
        positive: 0,
    }
}

/// How many places have to be foretold.
pub fn longest(places: &[usize]) -> usize {
    places.iter().max().map_or(0, |p| p + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::time_index::HOUR;

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
        // The second 02:00 alone is foretold as that of the next week.
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
