//! The stored bytes of a calendar: version, hash, then its parts by postcard. Equal calendars have equal
//! bytes.
//!
//! A combination is stored after its operands, so that reading is a loop with a stack: bytes from
//! anywhere cannot make it recurse.

use super::{Calendar, MAX_LEAVES, Plain};
use crate::error::{Error, Result, SqlState};
use serde::{Deserialize, Serialize};

/// The layout of the stored bytes; a later layout gets the next number and reads this one.
pub const VERSION: u8 = 1;
/// Version, three spare bytes, hash.
pub const HEADER: usize = 12;

/// The hash of a stored value, which its bytes carry.
pub fn stored_hash(bytes: &[u8]) -> u64 {
    match bytes
        .get(4..HEADER)
        .and_then(|b| <[u8; 8]>::try_from(b).ok())
    {
        Some(b) => u64::from_le_bytes(b),
        None => hash(bytes),
    }
}

/// FNV-1a with a final mix. It is stored, and hash indexes depend on it: it never changes.
pub fn hash(bytes: &[u8]) -> u64 {
    let mut h = 0xcbf2_9ce4_8422_2325_u64;
    for b in bytes {
        h = (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3);
    }
    h ^= h >> 32;
    h.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[derive(Serialize, Deserialize)]
enum StoredPart {
    Plain(Box<Plain>),
    /// A combination of the last so many calendars.
    Union(u16),
    Intersection(u16),
    /// The last but one without the last.
    Difference,
}

fn flatten(calendar: &Calendar, parts: &mut Vec<StoredPart>) {
    match calendar {
        Calendar::Plain(plain) => parts.push(StoredPart::Plain(plain.clone())),
        Calendar::Union(list) | Calendar::Intersection(list) => {
            list.iter().for_each(|c| flatten(c, parts));
            let n = list.len() as u16;
            parts.push(match calendar {
                Calendar::Union(_) => StoredPart::Union(n),
                _ => StoredPart::Intersection(n),
            });
        }
        Calendar::Difference(pair) => {
            flatten(&pair.0, parts);
            flatten(&pair.1, parts);
            parts.push(StoredPart::Difference);
        }
    }
}

fn assemble(parts: Vec<StoredPart>) -> Option<Calendar> {
    let mut stack: Vec<Calendar> = Vec::new();
    for part in parts {
        let mut last =
            |n: usize| (n >= 2 && n <= stack.len()).then(|| stack.split_off(stack.len() - n));
        let calendar = match part {
            StoredPart::Plain(plain) => Calendar::Plain(plain),
            StoredPart::Union(n) => Calendar::Union(last(n.into())?),
            StoredPart::Intersection(n) => Calendar::Intersection(last(n.into())?),
            StoredPart::Difference => {
                let mut pair = last(2)?.into_iter();
                Calendar::Difference(Box::new((pair.next()?, pair.next()?)))
            }
        };
        stack.push(calendar);
    }
    let only = stack.pop()?;
    stack.is_empty().then_some(only)
}

impl Calendar {
    /// The calendar as stored bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut parts = Vec::new();
        flatten(self, &mut parts);
        let body = postcard::to_stdvec(&parts).unwrap_or_default();
        let mut bytes = Vec::with_capacity(HEADER + body.len());
        bytes.push(VERSION);
        bytes.extend_from_slice(&[0; 3]);
        bytes.extend_from_slice(&hash(&body).to_le_bytes());
        bytes.extend_from_slice(&body);
        bytes
    }

    /// Reads bytes from anywhere: what is accepted has a text form that reads back as the same bytes.
    ///
    /// # Errors
    /// 22P03 if they are not a calendar.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let bad = |why: &str| {
            Error::new(
                SqlState::InvalidBinary,
                format!("invalid binary calendar: {why}"),
                "Send what slaops.calendar_send gave, or use the text form.",
            )
        };
        if bytes.first() != Some(&VERSION) {
            return Err(bad("unknown version"));
        }
        let body = bytes.get(HEADER..).ok_or_else(|| bad("too short"))?;
        let parts: Vec<StoredPart> = postcard::from_bytes(body).map_err(|_| bad("malformed"))?;
        if parts.len() > 2 * MAX_LEAVES {
            return Err(bad("too many parts"));
        }
        let calendar = assemble(parts).ok_or_else(|| bad("malformed"))?.checked()?;
        if !calendar.is_sound() {
            return Err(bad("not canonical"));
        }
        let text = calendar.to_string();
        if text.contains('\0') {
            return Err(bad("a zero byte"));
        }
        let again: Result<Self> = text.parse();
        if again.map(|c| c.to_bytes()).ok().as_deref() != Some(bytes) {
            return Err(bad("not canonical"));
        }
        Ok(calendar)
    }

    /// Reads bytes that slaops stored: as [`Calendar::from_bytes`], but the text form that they had then may be another
    /// one now. All that timelines rely on is checked, as a disk may be damaged.
    ///
    /// # Errors
    /// 22P03 if they are not a calendar.
    pub fn from_own_bytes(bytes: &[u8]) -> Result<Self> {
        let body = match bytes {
            [VERSION, 0, 0, 0, ..] => bytes
                .get(HEADER..)
                .filter(|b| hash(b) == stored_hash(bytes)),
            _ => None,
        };
        let parts: Option<Vec<StoredPart>> = body.and_then(|b| postcard::from_bytes(b).ok());
        let found = parts
            .filter(|p| p.len() <= 2 * MAX_LEAVES)
            .and_then(assemble);
        let sound = found.and_then(|c| c.checked().ok()).filter(Self::is_sound);
        sound.ok_or_else(|| {
            Error::new(
                SqlState::InvalidBinary,
                "a stored calendar is damaged or of a newer version",
                "If a newer slaops wrote it, run ALTER EXTENSION slaops UPDATE with the matching library.",
            )
        })
    }

    /// Whether every plain calendar in it is one that the text form can give.
    fn is_sound(&self) -> bool {
        self.leaves().iter().all(|plain| {
            plain.hours.is_canonical()
                && crate::time::zone::find(&plain.zone).is_ok()
                && plain
                    .region
                    .as_deref()
                    .is_none_or(|r| super::find_region(r).is_ok())
        })
    }
}
