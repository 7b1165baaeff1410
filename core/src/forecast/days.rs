//! Days within a long season: hours of a week have two seasons, the day and the week.

use super::detect;

/// Seasons from here on may consist of days.
const LONG: usize = 20;
/// Days a week: calendar weeks, and weeks of working days.
const WEEKS: [usize; 2] = [7, 5];
/// The fewest steps of a day.
const SHORTEST_DAY: usize = 4;
/// A year of weeks has no days.
const WEEKS_OF_A_YEAR: usize = super::fit::year::WEEKS;
/// Whole seasons from which a day alone is a season of days.
const MANY: usize = 10;

/// How a season is divided into days, which may differ in length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Days {
    /// Steps of the season: a week.
    pub season: usize,
    /// The place in the season at which each day begins, in ascending order. The last one goes on at place 0.
    pub starts: Vec<usize>,
}

impl Days {
    fn regular(season: usize, day: usize, first: usize) -> Days {
        Days {
            season,
            starts: (first % day..season).step_by(day).collect(),
        }
    }

    /// The days of a season of values, or of a longer one of which it is a day. `day` are the steps of a day and the place
    /// of a midnight, where these are known; else the length shows, and a day ends with the values.
    pub fn find(values: &[f64], season: usize, day: Option<(usize, usize)>) -> Option<Days> {
        if season < LONG || season == WEEKS_OF_A_YEAR {
            return None;
        }
        let n = values.len();
        let known = day.filter(|(steps, _)| season.is_multiple_of(*steps));
        let divides = |weeks: usize| {
            let steps = season / weeks;
            let fits = season.is_multiple_of(weeks) && steps >= SHORTEST_DAY;
            (fits && detect::is_peak(values, steps)).then_some(steps)
        };
        let found = match known {
            Some((steps, first)) if steps < season => Some((steps, first)),
            Some(_) => None,
            None => WEEKS.into_iter().find_map(divides).map(|d| (d, n % d)),
        };
        if let Some((steps, first)) = found {
            return (n >= 2 * season).then(|| Days::regular(season, steps, first));
        }
        let first = known.map_or(n % season, |(_, first)| first);
        let longer = |weeks: &usize| {
            let week = weeks * season;
            week <= super::MAX_SEASON && n >= 3 * week && detect::repeats(values, week, season)
        };
        if let Some(weeks) = WEEKS.into_iter().find(longer) {
            return Some(Days::regular(weeks * season, season, first));
        }
        (n >= MANY * season).then(|| Days::regular(season, season, first))
    }

    /// The days of the places that open alone.
    pub fn open(day: (usize, usize), opens: &[bool]) -> Option<Days> {
        let (season, (steps, first)) = (opens.len(), day);
        if !season.is_multiple_of(steps) || steps >= season {
            return None;
        }
        let mut starts = Vec::new();
        let (mut own, mut last) = (0, None);
        let day_of = |place: usize| (place + season - first % steps) % season / steps;
        for place in (0..season).filter(|p| opens[*p]) {
            if last.is_some_and(|d| d != day_of(place)) {
                starts.push(own);
            }
            last = Some(day_of(place));
            own += 1;
        }
        // The day at the end may go on at the beginning.
        let begins = (0..season).find(|p| opens[*p]).map(day_of);
        if begins != last || starts.is_empty() {
            starts.insert(0, 0);
        }
        (own >= LONG).then_some(Days {
            season: own,
            starts,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_open_places() {
        let season = 14 * 4;
        // Four steps a day from place 1 on; every other step of the first week is open, and all of the second.
        let opens: Vec<bool> = (0..season).map(|p| p >= 28 || p % 2 == 0).collect();
        let days = Days::open((4, 1), &opens).expect("days");
        assert_eq!(days.season, 14 + 28);
        // Place 0 belongs to the day that began three places before the end.
        assert_eq!(days.starts[..3], [1, 3, 5]);
        assert_eq!(days.starts.len(), 14);
        assert_eq!(*days.starts.last().expect("one"), 42 - 3);
    }

    #[test]
    fn days_are_found() {
        let shape = |t: usize| {
            let hour = t % 24;
            let day = t / 24 % 7;
            f64::from(u8::from((9..17).contains(&hour))) * if day < 5 { 20.0 } else { 4.0 }
                + (t * t % 7) as f64 / 10.0
        };
        let y: Vec<f64> = (0..5 * 168 + 5).map(shape).collect();
        let week = Days::find(&y, 168, None).expect("days");
        assert_eq!(
            (week.season, week.starts.len(), week.starts[0]),
            (168, 7, 5)
        );
        assert_eq!(Days::find(&y, 24, None), Some(week));
        let midnight = Days::find(&y, 168, Some((24, 48))).expect("days");
        assert_eq!(midnight.starts[..2], [0, 24]);
        assert_eq!(Days::find(&y, 7, None), None);
        assert_eq!(Days::find(&y[..200], 168, None), None);
    }
}
