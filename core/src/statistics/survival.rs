//! How long tickets take when some are still running: counts by time, for Kaplan-Meier.
//!
//! ```text
//! rows -> tallies (unsorted, any split) -> compact -> stored bytes -> steps -> curve -> probabilities
//! ```
//!
//! A summary is the distinct times with how many finished then and how many were still running (were
//! censored) then. It holds counts and no estimate, so that merging summaries is adding counts.

mod counts;
mod curve;
pub mod text;

pub use counts::{percentile, subtract};
pub use curve::{Curve, CurveStep, interval};

use crate::error::{Error, Result, SqlState};
use crate::memory;

/// The layout of the stored bytes: version, three spare bytes, hash of the rest; then for each time its
/// eight bytes, how many finished and how many were censored (LEB128).
pub const VERSION: u8 = 1;
const HEADER: usize = 12;
/// The most tallies of one summary: some 100 MB stored, up to 320 MB while they are gathered.
pub const MAX_TALLIES: usize = 10_000_000;
/// Counts are exact in double precision up to here.
const MAX_ROWS: u64 = 1 << 53;

/// So many rows of one time and kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Tally {
    /// The bits of the minutes, which for numbers from 0 on sort as the numbers do.
    minutes: u64,
    /// Twice the number of rows, and one for censored ones.
    rows: u64,
}

impl Tally {
    /// One row: a ticket that had run so many minutes, and whether it had finished. None for NaN, which
    /// says nothing. What ran for an infinity of minutes has not finished.
    ///
    /// # Errors
    /// 22023 for negative minutes.
    #[inline]
    pub fn row(minutes: f64, finished: bool) -> Result<Option<Self>> {
        if minutes.is_nan() {
            return Ok(None);
        }
        if minutes < 0.0 {
            return Err(Error::parameter(
                format!("minutes must be 0 or more, not {minutes}"),
                "Give the minutes that the ticket took, or has taken so far.",
            ));
        }
        Ok(Some(Self::new(minutes, finished, 1)))
    }

    fn new(minutes: f64, finished: bool, count: u64) -> Self {
        let finished = finished && minutes.is_finite();
        Self {
            // Minus zero has other bits than zero.
            minutes: (minutes + 0.0).to_bits(),
            rows: count << 1 | u64::from(!finished),
        }
    }

    fn place(&self) -> (u64, u64) {
        (self.minutes, self.rows & 1)
    }

    fn count(&self) -> u64 {
        self.rows >> 1
    }

    /// More rows of the same time and kind. Counts that no summary may have stay too large.
    fn add(&mut self, count: u64) {
        let sum = (self.count() + count).min(u64::MAX >> 1);
        self.rows = sum << 1 | self.rows & 1;
    }
}

/// Sorts tallies and adds up those of one time and kind. Returns how many are left, which come first.
pub fn compact(list: &mut [Tally]) -> usize {
    if !list.is_sorted_by_key(Tally::place) {
        list.sort_unstable_by_key(Tally::place);
    }
    let mut kept = 0;
    for i in 0..list.len() {
        if i % 65_536 == 0 {
            crate::interrupt::check();
        }
        if kept > 0 && list[kept - 1].place() == list[i].place() {
            list[kept - 1].add(list[i].count());
        } else {
            list[kept] = list[i];
            kept += 1;
        }
    }
    kept
}

/// # Errors
/// 54000 over [`MAX_TALLIES`].
pub fn check_size(tallies: usize) -> Result<()> {
    if tallies <= MAX_TALLIES {
        return Ok(());
    }
    Err(Error::limit(
        format!("a survival summary must have at most {MAX_TALLIES} distinct times"),
        "Round the minutes, or group the rows.",
    ))
}

/// Distinct times in order: minutes, how many finished then, how many were censored then.
fn times(sorted: &[Tally]) -> impl Iterator<Item = (f64, u64, u64)> + '_ {
    sorted.chunk_by(|a, b| a.minutes == b.minutes).map(|same| {
        let of = |kind: u64| same.iter().filter(move |t| t.rows & 1 == kind);
        let sum = |kind: u64| of(kind).map(Tally::count).sum();
        (f64::from_bits(same[0].minutes), sum(0), sum(1))
    })
}

fn varint_size(n: u64) -> usize {
    (63 - (n | 1).leading_zeros() as usize) / 7 + 1
}

fn put_varint(mut n: u64, to: &mut Vec<u8>) {
    while n >= 0x80 {
        to.push(n as u8 | 0x80);
        n >>= 7;
    }
    to.push(n as u8);
}

/// The stored bytes of tallies in any order.
///
/// # Errors
/// As [`encode_compact`].
pub fn encode(mut list: Vec<Tally>) -> Result<Vec<u8>> {
    let kept = compact(&mut list);
    encode_compact(&list[..kept])
}

/// The stored bytes of compacted tallies.
///
/// # Errors
/// 54000 over [`MAX_TALLIES`] or 2^53 rows, 53200 where memory lacks.
pub fn encode_compact(sorted: &[Tally]) -> Result<Vec<u8>> {
    check_size(sorted.len())?;
    let mut rows = 0u64;
    let mut size = HEADER;
    for (_, events, censored) in times(sorted) {
        rows = rows.saturating_add(events).saturating_add(censored);
        size += 8 + varint_size(events) + varint_size(censored);
    }
    if rows > MAX_ROWS {
        return Err(Error::limit(
            format!("a survival summary of {rows} rows is too large"),
            "It may count 9007199254740992.",
        ));
    }
    let mut bytes = memory::with_capacity(size)?;
    bytes.extend([0; HEADER]);
    for (k, (minutes, events, censored)) in times(sorted).enumerate() {
        if k % 65_536 == 0 {
            crate::interrupt::check();
        }
        bytes.extend(minutes.to_bits().to_le_bytes());
        put_varint(events, &mut bytes);
        put_varint(censored, &mut bytes);
    }
    let (header, body) = bytes.split_at_mut(HEADER);
    header[0] = VERSION;
    header[4..].copy_from_slice(&hash(body).to_le_bytes());
    Ok(bytes)
}

/// A hash by which a call site knows a summary again: eight bytes a step, where FNV takes one.
fn hash(bytes: &[u8]) -> u64 {
    let mut h = bytes.len() as u64 ^ 0xcbf2_9ce4_8422_2325;
    let mut mix = |word: u64| {
        h = (h ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        h ^= h >> 29;
    };
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        mix(chunk.try_into().map_or(0, u64::from_le_bytes));
    }
    mix(chunks
        .remainder()
        .iter()
        .fold(1, |w, b| w << 8 | u64::from(*b)));
    h
}

/// Stored bytes, read in place.
#[derive(Clone, Copy)]
pub struct Survival<'a> {
    body: &'a [u8],
    hash: u64,
}

impl<'a> Survival<'a> {
    /// Reads bytes that [`encode`] wrote.
    ///
    /// # Errors
    /// 22P03 for another version or too few bytes.
    pub fn new(bytes: &'a [u8]) -> Result<Self> {
        let (header, body) = bytes
            .split_at_checked(HEADER)
            .ok_or_else(|| bad("too short"))?;
        if header[..4] != [VERSION, 0, 0, 0] {
            return Err(bad("unknown version"));
        }
        let hash = header[4..].try_into().map_or(0, u64::from_le_bytes);
        Ok(Self { body, hash })
    }

    /// Reads stored bytes that [`encode`] wrote, and checks all of them, because every entry will be used.
    ///
    /// # Errors
    /// As [`Survival::new`]; 22P03 for bytes that have changed since.
    pub fn whole(bytes: &'a [u8]) -> Result<Self> {
        let found = Self::new(bytes)?;
        if hash(found.body) != found.hash {
            return Err(bad("damaged"));
        }
        Ok(found)
    }

    /// Reads bytes from anywhere, checking all of them.
    ///
    /// # Errors
    /// 22P03 when they are no summary, 54000 when they are too large a one.
    pub fn check(bytes: &'a [u8]) -> Result<Self> {
        let found = Self::new(bytes)?;
        let tallies = memory::collect(found.tallies().take(MAX_TALLIES + 1))?;
        let real = |t: &Tally| {
            let minutes = f64::from_bits(t.minutes);
            minutes >= 0.0 && *t == Tally::new(minutes, t.rows & 1 == 0, t.count())
        };
        // Encoding again would give equal bytes: sorted, without duplicates and zeroes, and with the right hash.
        let total = tallies.iter().map(|t| u128::from(t.count())).sum::<u128>();
        if !tallies.iter().all(real) || total > u128::from(MAX_ROWS) || encode(tallies)? != bytes {
            return Err(bad("not sorted, or damaged"));
        }
        Ok(found)
    }

    /// A hash by which this summary differs from others.
    pub fn key(&self) -> (usize, u64) {
        (self.body.len(), self.hash)
    }

    /// Distinct times in order: minutes, how many finished then, how many were censored then.
    pub fn times(&self) -> impl Iterator<Item = (f64, u64, u64)> + 'a {
        let mut rest = self.body;
        std::iter::from_fn(move || {
            let (head, after) = rest.split_at_checked(8)?;
            rest = after;
            let minutes = f64::from_bits(u64::from_le_bytes(head.try_into().ok()?));
            Some((minutes, varint(&mut rest)?, varint(&mut rest)?))
        })
    }

    /// The times in minutes with their counts, finished tickets apart from open ones.
    pub fn tallies(&self) -> impl Iterator<Item = Tally> + 'a {
        self.times().flat_map(|(minutes, events, censored)| {
            let both = [(true, events), (false, censored)];
            let some = both.into_iter().filter(|(_, n)| *n > 0);
            some.map(move |(finished, n)| Tally::new(minutes, finished, n))
        })
    }

    /// How many rows it counts.
    pub fn rows(&self) -> u64 {
        let all = self.times().map(|(_, events, censored)| events + censored);
        all.fold(0, u64::saturating_add)
    }
}

fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut n = 0u64;
    for shift in (0..56).step_by(7) {
        let (head, after) = rest.split_first()?;
        *rest = after;
        n |= u64::from(head & 0x7f) << shift;
        if head & 0x80 == 0 {
            return Some(n);
        }
    }
    None
}

fn bad(why: &str) -> Error {
    Error::new(
        SqlState::InvalidBinary,
        format!("invalid binary survival summary: {why}"),
        "Send what slaops.survival_send gave, or use the text form.",
    )
}

/// The sum of many summaries. Time and memory grow with what is added, not with the sum.
#[derive(Default)]
pub struct Rollup {
    /// In any order, as many of one time and kind as came since the last compaction.
    tallies: Vec<Tally>,
}

impl Rollup {
    /// Adds all rows of a summary.
    ///
    /// # Errors
    /// 54000 when the sum would be too large, 53200 where memory lacks.
    pub fn add(&mut self, other: Survival<'_>) -> Result<()> {
        for tally in other.tallies() {
            if self.tallies.len() == self.tallies.capacity() {
                self.make_room()?;
            }
            self.tallies.push(tally);
        }
        Ok(())
    }

    /// Adds tallies up, and doubles the list where that leaves it more than half full.
    #[cold]
    fn make_room(&mut self) -> Result<()> {
        let kept = compact(&mut self.tallies);
        self.tallies.truncate(kept);
        if kept >= self.tallies.capacity() / 2 {
            check_size(kept / 2)?;
            memory::reserve(&mut self.tallies, kept.max(16))?;
        }
        Ok(())
    }

    /// The stored bytes of the sum.
    ///
    /// # Errors
    /// As [`encode_compact`].
    pub fn bytes(&mut self) -> Result<Vec<u8>> {
        let kept = compact(&mut self.tallies);
        self.tallies.truncate(kept);
        encode_compact(&self.tallies)
    }
}

/// The summary of two: all rows of both.
///
/// # Errors
/// 54000 when it would be too large.
pub fn merge(a: Survival<'_>, b: Survival<'_>) -> Result<Vec<u8>> {
    let mut rollup = Rollup::default();
    rollup.add(a)?;
    rollup.add(b)?;
    rollup.bytes()
}

#[cfg(test)]
mod tests;
