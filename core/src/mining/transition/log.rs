//! Events as they are gathered: fixed-size records of a case's key, instant and activity.
//!
//! The same bytes serve the aggregate's state, its way between parallel workers, and the fold. A log of
//! 5 million events with integer cases takes 100 MB, 20 bytes an event.

pub use crate::time::NO_SEQ;
use crate::time::Timestamp;

/// Records are divided by the hash of the case, so that each part is sorted within a processor's cache: 5 million events
/// make parts of some 400 kB.
pub const PARTS: usize = 256;
/// The ordinal of an event without a calendar.
pub const NO_ORDINAL: i64 = i64::MIN;

/// Which columns a log has: they decide the size of a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Cases are known by 96 bits of a hash, not by an integer itself: of a billion cases, two are
    /// taken for one with a probability of 6e-12.
    pub hashed: bool,
    pub seq: bool,
    /// Business time: the open microseconds until the event, and which calendar says so.
    pub ordinal: bool,
    /// Events last: each has an instant at which it ends, too.
    pub interval: bool,
}

/// One event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    pub case: Case,
    pub at: Timestamp,
    /// The number of its activity in the order of their first appearance.
    pub activity: u16,
    /// The number of its calendar, from 1; 0 for none.
    pub calendar: u16,
    pub seq: i64,
    pub ordinal: i64,
    /// When it ends; `at`, and its ordinal, where events are instants.
    pub end: Timestamp,
    pub end_ordinal: i64,
}

/// What a case is known by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Case {
    pub low: u64,
    pub high: u32,
}

impl Case {
    /// A case whose identifier is an integer.
    pub fn integer(value: i64) -> Self {
        Case {
            low: value as u64,
            high: 0,
        }
    }

    /// The case of a name, by 96 bits of XXH3, which is the same on every machine.
    #[inline]
    pub fn named(bytes: &[u8]) -> Self {
        let hash = xxhash_rust::xxh3::xxh3_128(bytes);
        Case {
            low: hash as u64,
            high: (hash >> 64) as u32,
        }
    }

    /// Spreads consecutive integers evenly (Fibonacci hashing, Knuth 6.4); a bijection of `low`.
    #[inline]
    pub fn spread(self) -> u64 {
        self.low.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    /// The part that its events go to.
    #[inline]
    pub fn part(self) -> usize {
        (self.spread() >> 56) as usize
    }

    /// A hash to know the case again in another matrix.
    pub fn hash(self) -> u64 {
        let mut h = self.low ^ (u64::from(self.high) << 32);
        h = (h ^ (h >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        h = (h ^ (h >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        h ^ (h >> 31)
    }
}

impl Layout {
    /// Bytes of a record.
    #[inline]
    pub fn size(self) -> usize {
        20 + 4 * usize::from(self.hashed)
            + 8 * usize::from(self.seq)
            + 8 * usize::from(self.ordinal)
            + 8 * usize::from(self.interval)
            + 8 * usize::from(self.interval && self.ordinal)
    }

    /// The layout as a number, for serialized states.
    pub fn to_byte(self) -> u8 {
        u8::from(self.hashed)
            | u8::from(self.seq) << 1
            | u8::from(self.ordinal) << 2
            | u8::from(self.interval) << 3
    }

    /// The layout that a byte stands for.
    pub fn from_byte(byte: u8) -> Self {
        Layout {
            hashed: byte & 1 != 0,
            seq: byte & 2 != 0,
            ordinal: byte & 4 != 0,
            interval: byte & 8 != 0,
        }
    }

    /// Writes a record into `to`, which is as long as [`Layout::size`].
    #[inline]
    pub fn write(self, r: &Record, to: &mut [u8]) {
        let (head, mut rest) = to.split_at_mut(20);
        head[0..8].copy_from_slice(&r.case.low.to_le_bytes());
        head[8..16].copy_from_slice(&r.at.to_le_bytes());
        head[16..18].copy_from_slice(&r.activity.to_le_bytes());
        head[18..20].copy_from_slice(&r.calendar.to_le_bytes());
        let mut put = |bytes: &[u8]| {
            let (now, later) = std::mem::take(&mut rest).split_at_mut(bytes.len());
            now.copy_from_slice(bytes);
            rest = later;
        };
        if self.hashed {
            put(&r.case.high.to_le_bytes());
        }
        if self.seq {
            put(&r.seq.to_le_bytes());
        }
        if self.ordinal {
            put(&r.ordinal.to_le_bytes());
        }
        if self.interval {
            put(&r.end.to_le_bytes());
            if self.ordinal {
                put(&r.end_ordinal.to_le_bytes());
            }
        }
    }

    /// Reads a record back.
    #[inline]
    pub fn read(self, from: &[u8]) -> Record {
        let word = |at: usize| -> u64 {
            from.get(at..at + 8)
                .and_then(|b| b.try_into().ok())
                .map_or(0, u64::from_le_bytes)
        };
        let short = |at: usize| -> u16 {
            from.get(at..at + 2)
                .and_then(|b| b.try_into().ok())
                .map_or(0, u16::from_le_bytes)
        };
        let mut next = 20;
        let mut high = 0;
        if self.hashed {
            high = from
                .get(20..24)
                .and_then(|b| b.try_into().ok())
                .map_or(0, u32::from_le_bytes);
            next += 4;
        }
        let mut optional = |there: bool, missing: i64| {
            if !there {
                return missing;
            }
            next += 8;
            word(next - 8) as i64
        };
        let seq = optional(self.seq, NO_SEQ);
        let ordinal = optional(self.ordinal, NO_ORDINAL);
        let at = word(8) as i64;
        let end = optional(self.interval, at);
        let end_ordinal = optional(self.interval && self.ordinal, ordinal);
        Record {
            case: Case { low: word(0), high },
            at,
            activity: short(16),
            calendar: short(18),
            seq,
            ordinal,
            end,
            end_ordinal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    pub use crate::time::NO_SEQ;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn records_read_as_they_were_written(low: u64, high: u32, at: i64, activity: u16, calendar: u16, seq: i64, ordinal: i64, end: i64, end_ordinal: i64, byte in 0_u8..16) {
            let layout = Layout::from_byte(byte);
            prop_assert_eq!(layout.to_byte(), byte);
            let record = Record {
                case: Case { low, high: if layout.hashed { high } else { 0 } },
                at,
                activity,
                calendar,
                seq: if layout.seq { seq } else { NO_SEQ },
                ordinal: if layout.ordinal { ordinal } else { NO_ORDINAL },
                end: if layout.interval { end } else { at },
                end_ordinal: match (layout.interval, layout.ordinal) {
                    (_, false) => NO_ORDINAL,
                    (false, true) => ordinal,
                    (true, true) => end_ordinal,
                },
            };
            let mut bytes = vec![0; layout.size()];
            layout.write(&record, &mut bytes);
            prop_assert_eq!(layout.read(&bytes), record);
        }
    }
}
