//! The ledger of a clock: its segments with state, open time and running total, the crossing of the target, and a note for
//! segments without open time.

use crate::calendar::Calendar;
use crate::calendar::hours::Day;
use crate::sla::clock::standing::TargetTracker;
use crate::sla::clock::{OpenTime, ReplayStep, Signal, replay};
use crate::time::zone;
use crate::time::{DAY_SECONDS, SECOND, Timestamp};

/// The state of a clock during a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SegmentState {
    Running,
    Paused,
    Stopped,
}

impl SegmentState {
    /// The word that results have for it.
    pub fn name(self) -> &'static str {
        match self {
            SegmentState::Running => "running",
            SegmentState::Paused => "paused",
            SegmentState::Stopped => "stopped",
        }
    }
}

/// A stretch of a clock's history. Amounts are open microseconds, None when unbounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    pub from: Timestamp,
    pub to: Timestamp,
    pub state: SegmentState,
    pub open: Option<i64>,
    /// How long the clock had run by the end of the segment, since the last reset.
    pub total: Option<i64>,
    /// When the target ran out, on the segment in which it did.
    pub crossed: Option<i64>,
    /// The clock was reset at the start of the segment.
    pub reset: bool,
}

/// The ledger of signals up to an instant. Segments follow one another without a gap from the first start
/// to the last stop, or to `as_of`; they are cut where the target is crossed and at `cuts`, which are sorted.
///
/// The open time of running segments since the last reset adds up to [`crate::sla::clock::elapsed`].
pub fn ledger(
    signals: impl Iterator<Item = Signal>,
    open: &impl OpenTime,
    target: Option<i64>,
    as_of: Timestamp,
    cuts: &[i64],
) -> Vec<Segment> {
    let mut builder = SegmentBuilder {
        open,
        cuts,
        segments: Vec::new(),
        tracker: TargetTracker::new(target),
        reset: false,
    };
    replay(signals, as_of, |step| builder.add_step(step));
    builder.segments
}

struct SegmentBuilder<'a, O> {
    open: &'a O,
    cuts: &'a [i64],
    segments: Vec<Segment>,
    tracker: TargetTracker,
    /// The next segment is the first after a reset.
    reset: bool,
}

impl<O: OpenTime> SegmentBuilder<'_, O> {
    fn add_step(&mut self, step: ReplayStep) {
        match step {
            ReplayStep::Reset => {
                self.tracker.reset();
                self.reset = true;
            }
            ReplayStep::Paused { from, to } => self.add_stretch(from, to, SegmentState::Paused),
            ReplayStep::Ran { from, to } => {
                self.tracker.begin(self.open, from);
                self.add_stretch(from, to, SegmentState::Running);
            }
        }
    }

    /// Adds the segments of a stretch in which the clock does one thing, and of the stop before it.
    fn add_stretch(&mut self, from: Timestamp, to: Timestamp, state: SegmentState) {
        let last_end = self.segments.last().map(|s| s.to);
        if let Some(stopped_at) = last_end.filter(|end| *end < from) {
            self.add_segment(stopped_at, from, SegmentState::Stopped);
        }
        let first = self.cuts.partition_point(|c| *c <= from);
        let last = self.cuts.partition_point(|c| *c < to);
        let mut ends: Vec<_> = self.cuts.get(first..last).unwrap_or_default().to_vec();
        if state == SegmentState::Running && self.tracker.crossed_at.is_none() {
            ends.extend(self.tracker.due_at.filter(|due| from < *due && *due < to));
        }
        ends.push(to);
        ends.sort_unstable();
        ends.dedup();
        let mut begin = from;
        for end in ends {
            self.add_segment(begin, end, state);
            begin = end;
        }
    }

    fn add_segment(&mut self, from: Timestamp, to: Timestamp, state: SegmentState) {
        crate::interrupt::check();
        let open = self.open.between(from, to);
        let mut crossed = None;
        if state == SegmentState::Running {
            let crossed_before = self.tracker.crossed_at.is_some();
            self.tracker.run(open);
            if !crossed_before && self.tracker.crossed_at.is_some() {
                crossed = self.tracker.crossed_at.filter(|at| *at != i64::MAX);
                // A segment that ended at the crossing shows it.
                let mut earlier = self.segments.iter_mut().rev();
                if let Some(s) = earlier.find(|s| Some(s.to) == crossed && s.state == state) {
                    s.crossed = crossed.take();
                }
            }
        }
        self.segments.push(Segment {
            from,
            to,
            state,
            open,
            total: self.tracker.elapsed,
            crossed,
            reset: std::mem::take(&mut self.reset),
        });
    }
}

/// A calendar's versions, each with the days on which it begins and ceases to hold.
pub type Versions = Vec<(Calendar, Option<Day>, Option<Day>)>;

/// Longest list of holidays in a note.
const SHOWN: usize = 3;

/// A note that explains a segment: the holidays in it, or that it lies outside opening hours. The
/// calendars that counted are given with the instant from which each did.
pub fn note(pieces: &[(i64, Versions)], segment: &Segment) -> Option<String> {
    if segment.state == SegmentState::Stopped {
        return segment.reset.then(|| "counted from zero".to_owned());
    }
    let mut parts: Vec<String> = Vec::new();
    if segment.reset {
        parts.push("counted from zero".to_owned());
    }
    let mut held: Vec<String> = Vec::new();
    for (i, (from, versions)) in pieces.iter().enumerate() {
        let first = if i == 0 { i64::MIN } else { *from };
        let end = pieces.get(i + 1).map_or(i64::MAX, |p| p.0);
        let (from, to) = (segment.from.max(first), segment.to.min(end));
        if from < to {
            held.extend(holidays(versions, from, to));
        }
    }
    held.dedup();
    if !held.is_empty() {
        let shown: Vec<_> = held.iter().take(SHOWN).map(String::as_str).collect();
        let more = match held.len() - shown.len() {
            0 => String::new(),
            n => format!(" and {n} more"),
        };
        let word = if held.len() == 1 {
            "holiday"
        } else {
            "holidays"
        };
        parts.push(format!("{word}: {}{more}", shown.join(", ")));
    } else if segment.open == Some(0) && segment.from < segment.to {
        parts.push("closed: outside opening hours".to_owned());
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// The holidays on local days that a period touches, at most a few years of them.
fn holidays(versions: &Versions, from: Timestamp, to: Timestamp) -> Vec<String> {
    const YEARS: i64 = 10 * 366 * DAY_SECONDS;
    let mut dated_names = Vec::new();
    for (calendar, first, end) in versions {
        let Some(tz) = calendar.first().and_then(|p| zone::find(&p.zone).ok()) else {
            continue;
        };
        let day = |at: Timestamp| {
            let at = at.div_euclid(SECOND);
            (at + i64::from(zone::offset(tz, at))).div_euclid(DAY_SECONDS)
        };
        let last = to.saturating_sub(1).max(from);
        let last = last.min(from.saturating_add(YEARS * SECOND));
        let begin = day(from).max(first.map_or(i64::MIN, i64::from));
        let stop = (day(last) + 1).min(end.map_or(i64::MAX, i64::from));
        if begin >= stop {
            continue;
        }
        let (Ok(begin), Ok(stop)) = (Day::try_from(begin), Day::try_from(stop)) else {
            continue;
        };
        for (day, name) in calendar.holidays(begin, stop) {
            let date = chrono::NaiveDate::from_ymd_opt(2000, 1, 1)
                .zip(chrono::TimeDelta::try_days(day.into()))
                .and_then(|(d, n)| d.checked_add_signed(n));
            dated_names.extend(date.map(|d| format!("{d} {name}")));
        }
    }
    dated_names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::business_time::{Source, Timeline};
    use crate::sla::clock::SignalKind;
    use crate::time::{HOUR, NO_SEQ};

    /// Friday 2026-05-22 09:00 UTC.
    const FRIDAY: i64 = (9_638 * 24 + 9) * HOUR;

    fn signal(at: i64, kind: SignalKind) -> Signal {
        Signal {
            at,
            seq: NO_SEQ,
            kind,
        }
    }

    #[test]
    fn a_weekend_with_a_holiday_reads_as_a_story() {
        let calendar: Calendar = "Mo-Fr 09:00-17:00; 2026 May 25 off \"Late May\" @ UTC"
            .parse()
            .expect("a calendar");
        let line = Timeline::new(Source::new(&calendar));
        let versions = [(i64::MIN, vec![(calendar, None, None)])];
        let signals = [
            signal(FRIDAY + 7 * HOUR, SignalKind::Start),
            signal(FRIDAY + 8 * HOUR, SignalKind::Pause),
            signal(FRIDAY + 72 * HOUR, SignalKind::Resume),
            signal(FRIDAY + 80 * HOUR, SignalKind::Pause),
            signal(FRIDAY + 96 * HOUR, SignalKind::Resume),
            signal(FRIDAY + 99 * HOUR, SignalKind::Stop),
        ];
        let book = ledger(signals.into_iter(), &line, Some(2 * HOUR), i64::MAX, &[]);
        let hours = |s: &Segment| (s.open.unwrap_or(-1) / HOUR, s.total.unwrap_or(-1) / HOUR);
        let printed: Vec<_> = book
            .iter()
            .map(|s| (s.state.name(), hours(s), note(&versions, s)))
            .collect();
        let holiday = Some("holiday: 2026-05-25 Late May".to_owned());
        assert_eq!(
            printed,
            [
                ("running", (1, 1), None),
                ("paused", (0, 1), holiday.clone()),
                ("running", (0, 1), holiday.clone()),
                ("paused", (0, 1), holiday),
                ("running", (1, 2), None),
                ("running", (2, 4), None),
            ]
        );
        assert_eq!(book[4].crossed, Some(FRIDAY + 97 * HOUR));
        assert!(book.windows(2).all(|w| w[0].to == w[1].from));
    }
}
