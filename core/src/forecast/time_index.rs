//! Regular instants: by microseconds, or by days and months of a time zone.

pub use crate::time::wall::{instant, wall};
use crate::time::zone::{self, EPOCH_UNIX};
use crate::time::{DAY, DAY_SECONDS, END, FIRST, HOUR, SECOND, Timestamp};
use chrono::{DateTime, Months};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::fmt;

/// From one instant to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeStep {
    /// Real time.
    Micros(i64),
    /// Days by the wall clock, which may have 23 or 25 hours.
    Days(i32),
    Months(i32),
}

impl TimeStep {
    /// The usual number of steps a season for a series of `n`: 7 days, 52 weeks, 12 months, 4 quarters, 168 hours from
    /// four weeks on, else 24; for other steps 1.
    pub fn season(self, n: usize) -> usize {
        match self {
            TimeStep::Days(1) | TimeStep::Micros(DAY) => 7,
            TimeStep::Days(7) => 52,
            TimeStep::Months(1) => 12,
            TimeStep::Months(3) => 4,
            // Parts of an hour repeat by the day too, if a day has few enough of them.
            // The week says more, once there are some: calls of three days by the hour, 16 weeks before, have a sMAPE
            // of 85 by the day's season and 71 by the week's.
            TimeStep::Micros(m) if (HOUR / 4..DAY).contains(&m) && DAY % m == 0 => {
                let day = (DAY / m) as usize;
                if n >= 4 * 7 * day { 7 * day } else { day }
            }
            _ => 1,
        }
    }
}

impl fmt::Display for TimeStep {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            TimeStep::Months(m) => write!(f, "{m} months"),
            TimeStep::Days(d) => write!(f, "{d} days"),
            TimeStep::Micros(m) if m % SECOND == 0 => write!(f, "{} seconds", m / SECOND),
            TimeStep::Micros(m) => write!(f, "{m} microseconds"),
        }
    }
}

/// Where regular instants begin and how they go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeIndex {
    /// The first instant, in microseconds since 2000-01-01 00:00 UTC.
    pub first: i64,
    pub step: TimeStep,
    /// In which days and months begin; an IANA name.
    pub zone: String,
}

/// The months since 2000-01 of a wall time, and what is past the month's beginning; None beyond the year 262142.
pub fn month(wall: i64) -> Option<(i64, i64)> {
    use chrono::Datelike;
    let day = wall.div_euclid(DAY);
    let date = DateTime::from_timestamp(day * DAY_SECONDS + EPOCH_UNIX, 0)?;
    let months = (i64::from(date.year()) - 2000) * 12 + i64::from(date.month0());
    let past = i64::from(date.day0()) * DAY + wall.rem_euclid(DAY);
    Some((months, past))
}

/// A wall time moved by months; the last day of a month where it lacks the day.
fn add_months(wall: i64, months: i64) -> Option<i64> {
    let date = DateTime::from_timestamp(wall.div_euclid(DAY) * DAY_SECONDS + EPOCH_UNIX, 0)?;
    let amount = Months::new(u32::try_from(months.unsigned_abs()).ok()?);
    let moved = if months < 0 {
        date.checked_sub_months(amount)?
    } else {
        date.checked_add_months(amount)?
    };
    Some((moved.timestamp() - EPOCH_UNIX) * SECOND + wall.rem_euclid(DAY))
}

/// The wall time at which a month begins, counted from 2000-01.
pub fn month_begins(months: i64) -> Option<i64> {
    add_months(0, months)
}

impl TimeIndex {
    /// The `k`th instant, the first being 0; None beyond Postgres's range, where the beginning of a first step may lie
    /// too.
    pub fn at(&self, k: usize) -> Option<Timestamp> {
        let tz = zone::find(&self.zone).ok()?;
        let k = i64::try_from(k).ok()?;
        let found = match self.step {
            TimeStep::Micros(m) => self.first.checked_add(m.checked_mul(k)?)?,
            TimeStep::Days(d) => {
                let ahead = i64::from(d).checked_mul(k)?.checked_mul(DAY)?;
                let wall = self.begins(tz).checked_add(ahead)?;
                // No offset is longer than a day.
                (FIRST - DAY..END + DAY)
                    .contains(&wall)
                    .then(|| instant(tz, wall))?
            }
            TimeStep::Months(m) => {
                let ahead = i64::from(m).checked_mul(k)?;
                instant(tz, add_months(self.begins(tz), ahead)?)
            }
        };
        (FIRST..END).contains(&found).then_some(found)
    }

    /// The step that an instant falls into, by the wall clock for days and months, by real time, with some slack,
    /// for hours. Instants of months are those of [`month`].
    pub fn place(&self, at: Timestamp, tz: Tz, slack: i64) -> i64 {
        match self.step {
            TimeStep::Micros(m) => {
                // From 4713 BC to 294276 is longer than 64 bits count.
                let past = i128::from(at) - i128::from(self.first) + i128::from(slack);
                past.div_euclid(m.into()) as i64
            }
            TimeStep::Days(d) => {
                let day = |at: Timestamp| wall(tz, at).div_euclid(DAY);
                (day(at) - day(self.first)).div_euclid(i64::from(d))
            }
            TimeStep::Months(m) => {
                let of = |at: Timestamp| month(wall(tz, at)).map_or(0, |m| m.0);
                (of(at) - of(self.first)).div_euclid(i64::from(m))
            }
        }
    }

    /// The wall time of the first instant; midnight, if that is what it stands for on a day without one.
    fn begins(&self, tz: Tz) -> i64 {
        let wall = wall(tz, self.first);
        let midnight = wall - wall.rem_euclid(DAY);
        if instant(tz, midnight) == self.first {
            midnight
        } else {
            wall
        }
    }

    /// For a step that divides a day: the steps of a day, and the number of steps from the first to a midnight.
    pub fn day(&self) -> Option<(usize, usize)> {
        let TimeStep::Micros(step) = self.step else {
            return None;
        };
        if step <= 0 || step >= DAY || DAY % step != 0 {
            return None;
        }
        let tz = zone::find(&self.zone).ok()?;
        let past = wall(tz, self.first.clamp(FIRST, END)).rem_euclid(DAY);
        let steps = DAY / step;
        Some((
            steps as usize,
            ((DAY - past + step - 1) / step % steps) as usize,
        ))
    }

    /// Whether it is one that can be asked: a first instant within Postgres's range or as far before it, since a
    /// step may begin before the first value.
    pub fn is_valid(&self) -> bool {
        let some = match self.step {
            TimeStep::Micros(m) => m > 0,
            TimeStep::Days(d) => d > 0,
            TimeStep::Months(m) => m > 0,
        };
        some && zone::find(&self.zone).is_ok() && (-END..END).contains(&self.first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ZONES: [&str; 6] = [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Pacific/Apia",
        "Australia/Lord_Howe",
        "America/Sao_Paulo",
    ];

    #[test]
    fn ends_of_the_range() {
        let index = |first, step| TimeIndex {
            first,
            step,
            zone: "Pacific/Kiritimati".into(),
        };
        for step in [TimeStep::Micros(1), TimeStep::Days(1), TimeStep::Months(1)] {
            for first in [-END, END - 1] {
                assert!(index(first, step).is_valid(), "{first}");
            }
            for first in [-END - 1, END, i64::MIN, i64::MAX] {
                assert!(!index(first, step).is_valid(), "{first}");
            }
        }
        assert_eq!(index(END - 1, TimeStep::Micros(1)).at(0), Some(END - 1));
        assert_eq!(index(END - 1, TimeStep::Micros(1)).at(1), None);
        assert_eq!(index(END - DAY, TimeStep::Days(1)).at(0), Some(END - DAY));
        assert_eq!(index(END - DAY, TimeStep::Days(1)).at(1), None);
        // 4713 BC: what begins before it is not known, what follows is.
        let early = index(FIRST - DAY, TimeStep::Days(1));
        assert_eq!((early.at(0), early.at(1)), (None, Some(FIRST)));
        let months = index(FIRST, TimeStep::Months(1));
        assert_eq!(months.at(0), Some(FIRST));
        assert!(months.at(1).is_some_and(|at| at - FIRST == 30 * DAY));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Instants follow each other; days are days of the wall clock, months begin where they should; nothing
        /// overflows wherever a grid that holds begins, and however far one asks.
        #[test]
        fn steps_go_on(first in -END..END, near in any::<bool>(), kind in 0..3usize, size in 1..=i32::MAX, small in 1..40i32, zone in prop::sample::select(&ZONES[..]), k in 0..400usize, far in any::<usize>()) {
            // Half of them within 100 years of 2000 and of days from midnight.
            let tz = zone::find(zone).expect("a zone");
            let first = if near { instant(tz, first % (36_525 * DAY) / DAY * DAY) } else { first };
            let size = if near { small } else { size };
            let step = [TimeStep::Micros(i64::from(size) * HOUR), TimeStep::Days(size), TimeStep::Months(size)][kind];
            let index = TimeIndex { first, step, zone: zone.into() };
            prop_assert!(index.is_valid());
            let _ = (index.at(far), index.at(far % 1_000_000_000));
            let (Some(a), Some(b)) = (index.at(k), index.at(k + 1)) else { return Ok(()) };
            prop_assert!(a < b && (FIRST..END).contains(&b));
            if near {
                let day = |at: i64| wall(tz, at + 3 * HOUR).div_euclid(DAY);
                // Midnights stay midnights, or the first instant of a day that has none.
                let time = wall(tz, b).rem_euclid(DAY);
                prop_assert!(kind == 0 || time <= HOUR, "{time}");
                match step {
                    TimeStep::Micros(m) => prop_assert_eq!(b - a, m),
                    // Samoa had no 30 December 2011: its midnight is that of the 31st.
                    TimeStep::Days(d) => prop_assert!(day(b) - day(a) == i64::from(d) || zone == "Pacific/Apia"),
                    TimeStep::Months(m) => {
                        let of = |at: i64| month(wall(tz, at + 3 * HOUR)).expect("a month");
                        prop_assert_eq!(of(b).0 - of(a).0, i64::from(m));
                        // The day of the first, or the last one of a shorter month.
                        let (wanted, found) = (of(first).1 / DAY, of(b).1 / DAY);
                        prop_assert!(found == wanted || found < wanted && of(b + DAY).1 < 2 * DAY);
                    }
                }
            }
        }
    }

    #[test]
    fn days_and_months_of_a_zone() {
        let berlin = |step, first| TimeIndex {
            first,
            step,
            zone: "Europe/Berlin".into(),
        };
        // 2026-03-28 00:00 in Berlin; the night after next has 23 hours.
        let first = (9_583 * 24 - 1) * HOUR;
        let days = berlin(TimeStep::Days(1), first);
        assert_eq!(days.at(1), Some(first + DAY));
        assert_eq!(days.at(2), Some(first + 2 * DAY - HOUR));
        let months = berlin(TimeStep::Months(1), first);
        assert_eq!(months.at(1), Some(first + 31 * DAY - HOUR));
        assert_eq!(
            berlin(TimeStep::Micros(HOUR), first).at(48),
            Some(first + 2 * DAY)
        );
        assert_eq!(days.at(usize::MAX / 2), None);
        assert_eq!(month(0), Some((0, 0)));
        assert_eq!(month(9_000_000_000_000_000_000), None);
        assert_eq!(month_begins(-1), Some(-31 * DAY));
        assert_eq!(TimeStep::Micros(HOUR / 2).season(1_343), 48);
        assert_eq!(TimeStep::Micros(HOUR / 2).season(1_344), 336);
    }
}
