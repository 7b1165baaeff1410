//! The trace of a case: its activities in order, and a number that is the same for equal traces.

use crate::error::{Error, Result, SqlState};
use crate::memory;
pub use crate::time::NO_SEQ;
use crate::time::Timestamp;
use siphasher::sip::SipHasher24;
use std::hash::Hasher;

/// The most that the events of one case may take while they are gathered: 20 bytes each and the activity, so
/// four million of twelve letters.
pub const MAX_BYTES: usize = 128 << 20;
/// The most activities of one trace.
pub const MAX_TRACE: usize = 2_000_000;

/// Instant, seq, length of the activity.
const HEADER: usize = 8 + 8 + 4;

/// One event; the order is that of a trace: by instant, then `seq`, then the bytes of the activity in UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TraceEvent<'a> {
    pub at: Timestamp,
    pub seq: i64,
    pub activity: &'a str,
}

impl TraceEvent<'_> {
    /// Gives the event's bytes to `put`, part by part.
    pub fn write(&self, mut put: impl FnMut(&[u8])) {
        let mut header = [0; HEADER];
        header[..8].copy_from_slice(&self.at.to_le_bytes());
        header[8..16].copy_from_slice(&self.seq.to_le_bytes());
        header[16..].copy_from_slice(&(self.activity.len() as u32).to_le_bytes());
        put(&header);
        put(self.activity.as_bytes());
    }
}

/// Refuses a case whose events take more than [`MAX_BYTES`].
///
/// # Errors
/// 54000.
pub fn check_size(bytes: usize) -> Result<()> {
    if bytes <= MAX_BYTES {
        return Ok(());
    }
    Err(Error::limit(
        format!("the events of one case must take at most {MAX_BYTES} bytes, not {bytes}"),
        "Group by case, and give activities short names.",
    ))
}

/// The activities of written events in order; equal events all count.
///
/// # Errors
/// 22P03 for bytes that no [`Step::write`] wrote.
pub fn trace(bytes: &[u8]) -> Result<Vec<&str>> {
    let mut steps = read(bytes)?;
    // Equal events cannot be told apart, so an unstable sort gives the same.
    if !steps.is_sorted() {
        steps.sort_unstable();
    }
    memory::collect(steps.into_iter().map(|s| s.activity))
}

fn read(mut bytes: &[u8]) -> Result<Vec<TraceEvent<'_>>> {
    let mut steps = Vec::new();
    while !bytes.is_empty() {
        let (step, rest) = read_one(bytes).ok_or_else(|| {
            Error::new(
                SqlState::InvalidBinary,
                "a trace's intermediate state is damaged or of another version",
                "Run the query again.",
            )
        })?;
        if steps.len() == MAX_TRACE {
            return Err(Error::limit(
                format!("a case must have at most {MAX_TRACE} events"),
                "Group by case.",
            ));
        }
        memory::push(&mut steps, step)?;
        bytes = rest;
    }
    Ok(steps)
}

fn read_one(bytes: &[u8]) -> Option<(TraceEvent<'_>, &[u8])> {
    let (at, rest) = bytes.split_first_chunk()?;
    let (seq, rest) = rest.split_first_chunk()?;
    let (length, rest) = rest.split_first_chunk()?;
    let (activity, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    let step = TraceEvent {
        at: Timestamp::from_le_bytes(*at),
        seq: i64::from_le_bytes(*seq),
        activity: std::str::from_utf8(activity).ok()?,
    };
    Some((step, rest))
}

/// The number of a way: SipHash-2-4 with a key of zeros (Aumasson and Bernstein, 2012) over each activity's length as 8
/// bytes, little-endian, and its UTF-8. It is stored by people and never changes. Two of a million different ways are alike
/// with a probability of 3e-8.
pub fn id(activities: impl Iterator<Item = impl AsRef<str>>) -> i64 {
    let mut hasher = SipHasher24::new();
    for activity in activities {
        let activity = activity.as_ref();
        hasher.write(&(activity.len() as u64).to_le_bytes());
        hasher.write(activity.as_bytes());
    }
    hasher.finish() as i64
}

/// The activities, where repeats of one activity in a row count once.
pub fn collapse<'a>(activities: impl Iterator<Item = &'a str>) -> Result<Vec<&'a str>> {
    let mut list = memory::collect(activities)?;
    list.dedup();
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(steps: &[TraceEvent]) -> Vec<u8> {
        let mut bytes = vec![];
        for step in steps {
            step.write(|part| bytes.extend_from_slice(part));
        }
        bytes
    }

    #[test]
    fn ties_go_by_seq_then_by_bytes() {
        let step = |at, seq, activity| TraceEvent { at, seq, activity };
        let steps = [
            step(2, NO_SEQ, "é"),
            step(1, 7, "z"),
            step(1, 7, "B"),
            step(1, NO_SEQ, "y"),
            step(-5, 9, "first"),
            step(1, 7, "B"),
        ];
        let bytes = written(&steps);
        assert_eq!(trace(&bytes).unwrap(), ["first", "y", "B", "B", "z", "é"]);
        assert!(trace(&[]).unwrap().is_empty());
    }

    #[test]
    fn bytes_of_others_are_refused() {
        let bytes = written(&[TraceEvent {
            at: 1,
            seq: 2,
            activity: "created",
        }]);
        for cut in 1..bytes.len() {
            assert_eq!(
                trace(&bytes[..cut]).unwrap_err().state,
                SqlState::InvalidBinary
            );
        }
        assert!(check_size(MAX_BYTES).is_ok() && check_size(MAX_BYTES + 1).is_err());
    }

    /// Computed by a second implementation, which gives the authors' own vector.
    #[test]
    fn numbers_of_ways_never_change() {
        assert_eq!(id([""; 0].into_iter()), 0x1e92_4b9d_7377_00d7);
        assert_eq!(
            id(["created", "solved"].into_iter()),
            -5_071_243_855_308_264_897
        );
        assert_eq!(id(["created", "é"].into_iter()), 339_983_798_424_812_796);
        assert_ne!(id(["ab", "c"].into_iter()), id(["a", "bc"].into_iter()));
        assert_ne!(id(["", "a"].into_iter()), id(["a", ""].into_iter()));
        assert_ne!(id([""].into_iter()), id([""; 0].into_iter()));
    }

    #[test]
    fn repeats_are_folded() {
        assert_eq!(
            collapse(["a", "a", "b", "a"].into_iter()).unwrap(),
            ["a", "b", "a"]
        );
    }
}
