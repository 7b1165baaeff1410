//! Open time of one calendar, or of several that follow one another.

use crate::business_time::Timeline;
use crate::time::Timestamp;

/// Open time: that of one calendar, or of several that follow one another.
pub trait OpenTime {
    /// Open microseconds from one instant to another; None when that is unbounded.
    fn between(&self, from: Timestamp, to: Timestamp) -> Option<i64>;
    /// The earliest instant by which an amount of open time has passed.
    fn add(&self, at: Timestamp, amount: i64) -> Timestamp;
}

impl OpenTime for Timeline {
    #[inline]
    fn between(&self, from: Timestamp, to: Timestamp) -> Option<i64> {
        Timeline::between(self, from, to)
    }

    #[inline]
    fn add(&self, at: Timestamp, amount: i64) -> Timestamp {
        Timeline::add(self, at, amount)
    }
}

/// Calendars that follow one another: each holds from its instant until the next one's.
pub struct CalendarSequence<'a> {
    /// In order of time; the first also holds before its instant.
    pub calendars: Vec<(i64, &'a Timeline)>,
}

impl CalendarSequence<'_> {
    fn spans(&self) -> impl Iterator<Item = (i64, i64, &Timeline)> {
        self.calendars
            .iter()
            .enumerate()
            .map(|(i, (from, timeline))| {
                let from = if i == 0 { i64::MIN } else { *from };
                let to = self.calendars.get(i + 1).map_or(i64::MAX, |next| next.0);
                (from, to, *timeline)
            })
    }
}

impl OpenTime for CalendarSequence<'_> {
    fn between(&self, from: Timestamp, to: Timestamp) -> Option<i64> {
        if from > to {
            return self.between(to, from).map(|open| -open);
        }
        let mut sum = 0i64;
        for (first, end, timeline) in self.spans() {
            let (a, b) = (from.max(first), to.min(end));
            if a < b {
                sum = sum.checked_add(timeline.between(a, b)?)?;
            }
        }
        Some(sum)
    }

    fn add(&self, at: Timestamp, amount: i64) -> Timestamp {
        if amount == 0 {
            return at;
        }
        let (mut at, mut left) = (at, amount);
        if amount < 0 {
            let spans: Vec<_> = self.spans().collect();
            for (first, end, timeline) in spans.into_iter().rev() {
                if at <= first {
                    continue;
                }
                let due = timeline.add(at.min(end), left);
                if due >= first {
                    return due;
                }
                left += timeline.between(first, at.min(end)).unwrap_or(i64::MAX);
                at = first;
            }
            return i64::MIN;
        }
        for (first, end, timeline) in self.spans() {
            if at >= end {
                continue;
            }
            let start = at.max(first);
            let due = timeline.add(start, left);
            if due <= end {
                return due;
            }
            left -= timeline.between(start, end).unwrap_or(i64::MAX);
            at = end;
        }
        i64::MAX
    }
}
