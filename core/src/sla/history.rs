//! What happened to one ticket: its events, sorted, as one value.
//!
//! Events are ordered by instant, then `seq` (without one first), then by kind: creation,
//! the customer's comments, others' comments, changes, everything else. Changes of one field that share
//! an instant and a `seq` are chained by their old values. Exact doubles are one event.

pub mod text;

use crate::error::{Error, Result, SqlState};
use crate::memory;
pub use crate::time::NO_SEQ;
use crate::time::Timestamp;

/// The version of the stored form.
pub const VERSION: u8 = 1;
/// The bytes before the first event.
pub const HEADER: usize = 4;
/// The most that one ticket's events may take: 16 MB, some 400,000 of them, which read take 50 MB.
pub const MAX_BYTES: usize = 16 << 20;
/// Changes of one field at one instant are chained up to this many; the work grows with its square.
const MOST_CHAINED: usize = 1_000;

/// The first instant that can be one of a ticket: the year 1972 in UTC. Before it sources write "unset", such
/// as 1970-01-01, in whatever time zone.
pub const FIRST_INSTANT: i64 = -10_227 * crate::time::DAY;

/// Whether an instant can be one of a ticket: neither too early nor infinite.
pub fn is_instant(at: Timestamp) -> bool {
    (FIRST_INSTANT..crate::time::END).contains(&at)
}

/// One event of a ticket. Texts are as the source has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// Microseconds since 2000-01-01 00:00 UTC.
    pub at: Timestamp,
    pub seq: i64,
    /// `created`, `comment`, or any other word.
    pub kind: &'a str,
    pub role: Option<&'a str>,
    pub actor: Option<&'a str>,
    /// The field that changed.
    pub field: Option<&'a str>,
    pub old: Option<&'a str>,
    pub new: Option<&'a str>,
    pub public: Option<bool>,
}

/// Words that are stored as a number; new ones go to the end.
const KINDS: [&str; 3] = ["created", "comment", "change"];
const ROLES: [&str; 3] = ["agent", "customer", "system"];
const FIELDS: [&str; 5] = [
    "status",
    "priority",
    "group_name",
    "assignee",
    "calendar_name",
];
/// The number of a word that is spelled out.
const SPELLED: u32 = 7;

impl<'a> Event<'a> {
    /// An event of a row: an event type that is neither `created` nor `comment`, with a new value and no
    /// field, is a change of the field that it names, so that `status` needs no `field` beside it.
    pub fn settled(mut self) -> Self {
        let plain = self.kind == "created" || self.kind == "comment";
        if self.field.is_none() && !plain && (self.new.is_some() || self.old.is_some()) {
            self.field = Some(self.kind);
            self.kind = "change";
        } else if self.field.is_none() && self.kind == "created" && self.new.is_some() {
            self.field = Some("status");
        }
        self.field = self.field.map(crate::sla::condition::field_name);
        self
    }

    /// The event type of a row: a change is named by its field, as a row of ticket_events is.
    pub fn kind_as_row(&self) -> &'a str {
        match (self.kind, self.field) {
            ("change", Some(field)) => field,
            (kind, _) => kind,
        }
    }

    /// Postgres's texts have no zero bytes.
    fn has_zero_byte(&self) -> bool {
        let texts = [
            Some(self.kind),
            self.role,
            self.actor,
            self.field,
            self.old,
            self.new,
        ];
        texts.into_iter().flatten().any(|t| t.contains('\0'))
    }

    fn class(&self) -> u8 {
        match (self.kind, self.role) {
            ("created", _) => 0,
            ("comment", Some("customer")) => 1,
            ("comment", _) => 2,
            _ if self.field.is_some() => 3,
            _ => 4,
        }
    }

    /// The most bytes that [`Event::write`] writes.
    fn most(&self) -> usize {
        let texts = [self.role, self.field, self.actor, self.old, self.new];
        let texts = texts.into_iter().flatten().map(|t| 4 + t.len());
        24 + self.kind.len() + texts.sum::<usize>()
    }

    /// Appends the event's bytes.
    pub fn write(&self, to: &mut impl Sink) {
        let number = |words: &[&str], word: &str| {
            let position = words.iter().position(|w| *w == word);
            position.map_or(SPELLED, |i| i as u32 + 1)
        };
        let kind = number(&KINDS, self.kind);
        let role = self.role.map_or(0, |r| number(&ROLES, r));
        let field = self.field.map_or(0, |f| number(&FIELDS, f));
        let public = self.public.map_or(0, |p| 1 + u32::from(p));
        let head = kind
            | role << 3
            | field << 6
            | public << 9
            | u32::from(self.actor.is_some()) << 11
            | u32::from(self.old.is_some()) << 12
            | u32::from(self.new.is_some()) << 13;
        to.put(&self.at.to_le_bytes());
        to.put(&self.seq.to_le_bytes());
        to.put(&head.to_le_bytes());
        let spelled = |code: u32, word: Option<&'a str>| word.filter(|_| code == SPELLED);
        let texts = [
            spelled(kind, Some(self.kind)),
            spelled(role, self.role),
            spelled(field, self.field),
            self.actor,
            self.old,
            self.new,
        ];
        for text in texts.into_iter().flatten() {
            to.put(&(text.len() as u32).to_le_bytes());
            to.put(text.as_bytes());
        }
    }
}

/// Where bytes go.
pub trait Sink {
    fn put(&mut self, bytes: &[u8]);
}

impl Sink for Vec<u8> {
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(head)
    }

    fn int(&mut self) -> Option<i64> {
        self.take(8)?.try_into().ok().map(i64::from_le_bytes)
    }

    fn word(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }

    fn text(&mut self) -> Option<&'a str> {
        let size = self.word()? as usize;
        std::str::from_utf8(self.take(size)?).ok()
    }

    fn coded(&mut self, words: &[&'static str], code: u32) -> Option<Option<&'a str>> {
        match code {
            0 => Some(None),
            SPELLED => self.text().map(Some),
            n => words.get(n as usize - 1).map(|w| Some(*w)),
        }
    }

    fn event(&mut self) -> Option<Event<'a>> {
        let (at, seq, head) = (self.int()?, self.int()?, self.word()?);
        let kind = self.coded(&KINDS, head & 7)??;
        let role = self.coded(&ROLES, head >> 3 & 7)?;
        let field = self.coded(&FIELDS, head >> 6 & 7)?;
        let public = match head >> 9 & 3 {
            0 => None,
            1 => Some(false),
            2 => Some(true),
            _ => return None,
        };
        let mut given = |bit: u32| -> Option<Option<&'a str>> {
            if head >> bit & 1 == 0 {
                return Some(None);
            }
            self.text().map(Some)
        };
        let (actor, old, new) = (given(11)?, given(12)?, given(13)?);
        Some(Event {
            at,
            seq,
            kind,
            role,
            actor,
            field,
            old,
            new,
            public,
        })
    }
}

/// The events of bytes that [`Event::write`] wrote one after the other.
///
/// # Errors
/// 22P03 when they do not read.
pub fn read(bytes: &[u8]) -> Result<Vec<Event<'_>>> {
    let mut reader = Reader(bytes);
    let mut events = memory::with_capacity(bytes.len() / 32)?;
    while !reader.0.is_empty() {
        crate::interrupt::check();
        let event = reader.event().ok_or_else(|| bad("broken event"))?;
        if !is_instant(event.at) {
            return Err(bad("an instant before 1972 or infinite"));
        }
        memory::push(&mut events, event)?;
    }
    Ok(events)
}

fn bad(why: &str) -> Error {
    Error::new(
        SqlState::InvalidBinary,
        format!("invalid binary ticket history: {why}"),
        "Send what slaops.ticket_history_send gave, or use the text form.",
    )
}

/// # Errors
/// 54000 over [`MAX_BYTES`].
pub fn check_size(bytes: usize) -> Result<()> {
    if bytes <= MAX_BYTES {
        return Ok(());
    }
    Err(Error::limit(
        format!("a ticket history of {bytes} bytes is too large"),
        format!("It may take {MAX_BYTES}; group by ticket, and leave texts of comments out."),
    ))
}

/// Sorts events and drops exact doubles.
pub fn sort(events: &mut Vec<Event<'_>>) {
    type Key<'a> = (i64, i64, u8, [Option<&'a str>; 6], Option<bool>);
    fn key<'a>(e: &Event<'a>) -> Key<'a> {
        let texts = [Some(e.kind), e.role, e.field, e.actor, e.old, e.new];
        (e.at, e.seq, e.class(), texts, e.public)
    }
    let before = |a: &Event, b: &Event| (a.at, a.seq) < (b.at, b.seq);
    if events.windows(2).all(|w| before(&w[0], &w[1])) {
        return;
    }
    events.sort_unstable_by(|a, b| key(a).cmp(&key(b)));
    events.dedup();
}

/// The stored bytes of events. Events without a valid instant are left out.
///
/// # Errors
/// 54000 over [`MAX_BYTES`].
pub fn encode(mut events: Vec<Event<'_>>) -> Result<Vec<u8>> {
    events.retain(|e| is_instant(e.at));
    sort(&mut events);
    let most = events.iter().map(Event::most).sum::<usize>();
    let mut bytes = memory::with_capacity(HEADER + most)?;
    bytes.extend_from_slice(&[VERSION, 0, 0, 0]);
    for event in &events {
        event.write(&mut bytes);
    }
    check_size(bytes.len())?;
    Ok(bytes)
}

/// Reads stored bytes.
///
/// # Errors
/// 22P03 for another version or broken bytes.
pub fn decode(bytes: &[u8]) -> Result<Vec<Event<'_>>> {
    let (header, rest) = bytes
        .split_at_checked(HEADER)
        .ok_or_else(|| bad("too short"))?;
    if header[0] != VERSION {
        return Err(bad("unknown version"));
    }
    read(rest)
}

/// Reads bytes from anywhere, checking all of them.
///
/// # Errors
/// 22P03 when they are not what [`encode`] gives, 54000 when too large.
pub fn check(bytes: &[u8]) -> Result<()> {
    check_size(bytes.len())?;
    let events = decode(bytes)?;
    if events.iter().any(Event::has_zero_byte) {
        return Err(bad("a zero byte in a text"));
    }
    if events.iter().any(|e| e.settled() != *e) {
        return Err(bad(
            "a change without its field, or a field by another name",
        ));
    }
    if encode(events)? != bytes {
        return Err(bad("not sorted"));
    }
    Ok(())
}

/// Orders changes of one field at one instant by their old values. `value` is what a
/// field has before.
pub fn chain<'a>(events: &mut [Event<'a>]) {
    let tied = |a: &Event, b: &Event| {
        (a.at, a.seq) == (b.at, b.seq)
            && a.field.is_some()
            && (a.class(), a.field) == (b.class(), b.field)
    };
    let mut i = 0;
    while i + 1 < events.len() {
        let mut end = i + 1;
        while end < events.len() && tied(&events[i], &events[end]) {
            end += 1;
        }
        if (2..=MOST_CHAINED).contains(&(end - i)) {
            let field = events[i].field;
            let before = events[..i].iter().rev().find(|e| e.field == field);
            let mut value = match before {
                Some(e) => e.new,
                // The chain begins with an old value that no other change in it made.
                None => {
                    let group = &events[i..end];
                    let made = |v: Option<&str>| group.iter().any(|e| e.new == v);
                    group
                        .iter()
                        .map(|e| e.old)
                        .find(|old| !made(*old))
                        .flatten()
                }
            };
            for k in i..end {
                if let Some(next) = (k..end).find(|n| events[*n].old == value) {
                    events[k..=next].rotate_right(1);
                }
                value = events[k].new;
            }
        }
        i = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is asked of memory is enough, and little more.
    #[test]
    fn an_event_takes_at_most_what_it_says() {
        let blank = Event {
            at: 0,
            seq: NO_SEQ,
            kind: "merged",
            role: None,
            actor: None,
            field: None,
            old: None,
            new: None,
            public: None,
        };
        let word = Some("a word of some length");
        let events = [
            blank,
            Event {
                role: word,
                ..blank
            },
            Event {
                actor: word,
                ..blank
            },
            Event {
                field: word,
                ..blank
            },
            Event { old: word, ..blank },
            Event { new: word, ..blank },
            Event {
                role: word,
                actor: word,
                field: word,
                old: word,
                new: word,
                ..blank
            },
        ];
        for event in events {
            let mut bytes = Vec::new();
            event.write(&mut bytes);
            assert_eq!(event.most(), bytes.len(), "{event:?}");
        }
        let coded = Event {
            kind: "comment",
            role: Some("agent"),
            ..blank
        };
        assert_eq!(coded.most(), 24 + 7 + 9);
    }
}
