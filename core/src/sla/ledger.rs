//! A clock as a ledger: segment by segment what it did, how much open time passed, where the target was
//! crossed, and what explains a segment without open time.

use crate::calendar::Calendar;
use crate::calendar::hours::Day;
use crate::sla::clock::{OpenTime, ReplayStep, Signal, replay};
use crate::time::SECOND;
use crate::time::zone;

/// What a clock does in a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SegmentState {
    Running,
    Paused,
    Stopped,
}

impl SegmentState {
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
    pub from: i64,
    pub to: i64,
    pub state: SegmentState,
    pub open: Option<i64>,
    /// What the clock had run by the end of the segment, since it was last reset.
    pub total: Option<i64>,
    /// When the target ran out, on the segment in which it did.
    pub crossed: Option<i64>,
    /// What went before was discarded here.
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
    as_of: i64,
    cuts: &[i64],
) -> Vec<Segment> {
    let mut book = SegmentBuilder {
        open,
        target,
        cuts,
        segments: Vec::new(),
        total: Some(0),
        due: None,
        crossed: false,
        reset: false,
    };
    replay(signals, as_of, |step| book.add_step(step));
    book.segments
}

struct SegmentBuilder<'a, O> {
    open: &'a O,
    target: Option<i64>,
    cuts: &'a [i64],
    segments: Vec<Segment>,
    total: Option<i64>,
    due: Option<i64>,
    crossed: bool,
    reset: bool,
}

impl<O: OpenTime> SegmentBuilder<'_, O> {
    fn add_step(&mut self, step: ReplayStep) {
        match step {
            ReplayStep::Reset => {
                self.total = Some(0);
                (self.due, self.crossed, self.reset) = (None, false, true);
            }
            ReplayStep::Paused { from, to } => self.add_stretch(from, to, SegmentState::Paused),
            ReplayStep::Ran { from, to } => {
                let used = self.total.unwrap_or(i64::MAX);
                if let Some(target) = self.target
                    && self.due.is_none_or(|_| target > used)
                {
                    self.due = Some(self.open.add(from, target - used));
                }
                self.add_stretch(from, to, SegmentState::Running);
            }
        }
    }

    fn add_stretch(&mut self, from: i64, to: i64, doing: SegmentState) {
        let before = self.segments.last().map(|s| s.to);
        if let Some(before) = before.filter(|b| *b < from) {
            self.add_segment(before, from, SegmentState::Stopped);
        }
        let due = self
            .due
            .filter(|d| doing == SegmentState::Running && !self.crossed && from < *d && *d < to);
        let first = self.cuts.partition_point(|c| *c <= from);
        let last = self.cuts.partition_point(|c| *c < to);
        let mut ends: Vec<_> = self.cuts.get(first..last).unwrap_or_default().to_vec();
        ends.extend(due);
        ends.push(to);
        ends.sort_unstable();
        ends.dedup();
        let mut begin = from;
        for end in ends {
            self.add_segment(begin, end, doing);
            begin = end;
        }
    }

    fn add_segment(&mut self, from: i64, to: i64, doing: SegmentState) {
        crate::interrupt::check();
        let open = self.open.between(from, to);
        let mut crossed = None;
        if doing == SegmentState::Running {
            self.total = self.total.zip(open).and_then(|(a, b)| a.checked_add(b));
            let used = self.total.unwrap_or(i64::MAX);
            if self.target.is_some_and(|t| used > t) && !self.crossed {
                self.crossed = true;
                crossed = self.due.filter(|d| *d != i64::MAX);
                // The segment that ended on the crossing is the one that tells of it.
                let mut before = self.segments.iter_mut().rev();
                if let Some(s) = before.find(|s| Some(s.to) == crossed && s.state == doing) {
                    s.crossed = crossed.take();
                }
            }
        }
        self.segments.push(Segment {
            from,
            to,
            state: doing,
            open,
            total: self.total,
            crossed,
            reset: std::mem::take(&mut self.reset),
        });
    }
}

/// A calendar's versions, each with the days on which it begins and ceases to hold.
pub type Versions = Vec<(Calendar, Option<Day>, Option<Day>)>;

/// Longest list of holidays in a note.
const SHOWN: usize = 3;

/// What explains a segment to a reader: the holidays in it, or that it lay outside opening hours. The
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
fn holidays(versions: &Versions, from: i64, to: i64) -> Vec<String> {
    const YEARS: i64 = 10 * 366 * 86_400;
    let mut found = Vec::new();
    for (calendar, first, end) in versions {
        let Some(tz) = calendar.first().and_then(|p| zone::find(&p.zone).ok()) else {
            continue;
        };
        let day = |at: i64| {
            let at = at.div_euclid(SECOND);
            (at + i64::from(zone::offset(tz, at))).div_euclid(86_400)
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
            found.extend(date.map(|d| format!("{d} {name}")));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::business_time::{Source, Timeline};
    use crate::sla::clock::{NO_SEQ, SignalKind};

    const HOUR: i64 = 3_600 * SECOND;
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
        let told: Vec<_> = book
            .iter()
            .map(|s| (s.state.name(), hours(s), note(&versions, s)))
            .collect();
        let holiday = Some("holiday: 2026-05-25 Late May".to_owned());
        assert_eq!(
            told,
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
