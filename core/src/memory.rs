//! Memory whose amount a user's data decides.
//!
//! A failed allocation of Rust aborts the process, and with it every session of the server. So what grows with
//! a user's data asks first and gives an error, as Postgres's own memory does. Libraries that allocate by
//! themselves are given no more than a limit allows, and [`room_for`] asks beforehand whether there is memory
//! for what they may make of it.

use crate::error::{Error, Result, SqlState};
use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};
use std::cell::Cell;
use std::marker::PhantomData;

/// Smaller inputs are not checked beforehand: an error report takes as much memory.
const SMALL: usize = 64 << 10;

/// The error for a failed allocation of so many bytes.
#[cold]
pub fn none(bytes: usize) -> Error {
    Error::new(
        SqlState::OutOfMemory,
        format!("out of memory: slaops needs {bytes} bytes more"),
        "Give it less at once, let fewer sessions work at a time, or raise the server's limit on memory.",
    )
}

/// Reserves capacity for more entries; it grows by doubling.
pub fn reserve<T>(list: &mut Vec<T>, more: usize) -> Result<()> {
    list.try_reserve(more)
        .map_err(|_| none(more.saturating_mul(size_of::<T>())))
}

/// Adds an entry.
#[inline]
pub fn push<T>(list: &mut Vec<T>, entry: T) -> Result<()> {
    if list.len() == list.capacity() {
        reserve(list, 1)?;
    }
    list.push(entry);
    Ok(())
}

/// Adds copies of all entries.
pub fn extend<T: Copy>(list: &mut Vec<T>, more: &[T]) -> Result<()> {
    reserve(list, more.len())?;
    list.extend_from_slice(more);
    Ok(())
}

/// An empty list with capacity for so many entries.
pub fn with_capacity<T>(many: usize) -> Result<Vec<T>> {
    let mut list = Vec::new();
    list.try_reserve_exact(many)
        .map_err(|_| none(many.saturating_mul(size_of::<T>())))?;
    Ok(list)
}

/// A list of so many copies.
pub fn filled<T: Clone>(many: usize, value: T) -> Result<Vec<T>> {
    let mut list = with_capacity(many)?;
    list.resize(many, value);
    Ok(list)
}

/// What an iterator gives, as a list.
pub fn collect<T>(items: impl IntoIterator<Item = T>) -> Result<Vec<T>> {
    let items = items.into_iter();
    let mut list = with_capacity(items.size_hint().0)?;
    for item in items {
        push(&mut list, item)?;
    }
    Ok(list)
}

/// As [`collect`]; the first error is the answer.
pub fn try_collect<T>(items: impl IntoIterator<Item = Result<T>>) -> Result<Vec<T>> {
    let items = items.into_iter();
    let mut list = with_capacity(items.size_hint().0)?;
    for item in items {
        push(&mut list, item?)?;
    }
    Ok(list)
}

/// A copy of a text.
pub fn text(from: &str) -> Result<String> {
    let mut text = String::new();
    push_str(&mut text, from)?;
    Ok(text)
}

/// Adds to a text.
pub fn push_str(text: &mut String, more: &str) -> Result<()> {
    text.try_reserve(more.len()).map_err(|_| none(more.len()))?;
    text.push_str(more);
    Ok(())
}

/// Whether there is memory for so many bytes: asks for them and gives them back. A session is one thread under
/// a limit of its own, so what it asks for next is there.
pub fn room(bytes: usize) -> Result<()> {
    let list = with_capacity::<u8>(bytes)?;
    // Keeps the compiler from removing an allocation that is not used.
    std::hint::black_box(list.as_ptr());
    Ok(())
}

/// What a loop of small allocations of Postgres's asks for now and then. They must not fail: pgrx copies an error
/// into the same memory context, and where that has no room either the server ends with PANIC ("ERRORDATA_STACK_SIZE
/// exceeded"). A context asks the system for 8 MB at a time.
pub const HEADROOM: usize = 24 << 20;

/// Whether there is memory for so many times the bytes of a large input.
#[inline]
pub fn room_for(bytes: usize, times: usize) -> Result<()> {
    if bytes < SMALL {
        return Ok(());
    }
    room(bytes.saturating_mul(times).min(isize::MAX as usize))
}

/// Where a serializer writes to; it fails where there is no memory.
#[derive(Default)]
pub struct Written(pub Vec<u8>);

impl std::io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if extend(&mut self.0, bytes).is_err() {
            return Err(std::io::ErrorKind::OutOfMemory.into());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A text that is written to by `write!`, which fails where there is no memory.
#[derive(Default)]
pub struct Text(pub String);

impl std::fmt::Write for Text {
    fn write_str(&mut self, more: &str) -> std::fmt::Result {
        push_str(&mut self.0, more).map_err(|_| std::fmt::Error)
    }
}

impl Text {
    /// The error when no memory is left to write more.
    pub fn none(&self) -> Error {
        none(self.0.len())
    }
}

impl postcard::ser_flavors::Flavor for Written {
    type Output = Vec<u8>;

    #[inline]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        push(&mut self.0, byte).map_err(|_| postcard::Error::SerializeBufferFull)
    }

    #[inline]
    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        extend(&mut self.0, bytes).map_err(|_| postcard::Error::SerializeBufferFull)
    }

    fn finalize(self) -> postcard::Result<Vec<u8>> {
        Ok(self.0)
    }
}

/// The bytes of a value by postcard, after those that are there.
pub fn postcard(value: &impl serde::Serialize, before: Vec<u8>) -> Result<Vec<u8>> {
    postcard::serialize_with_flavor(value, Written(before)).map_err(|_| none(0))
}

thread_local! {
    /// Whether reading stopped as there was no memory: the errors of readers lose their message.
    static LACKED: Cell<bool> = const { Cell::new(false) };
}

/// The error of a reader: that there is no memory, or what `other` says.
pub fn unread(other: impl FnOnce() -> Error) -> Error {
    if LACKED.replace(false) {
        none(0)
    } else {
        other()
    }
}

fn lacked<E: serde::de::Error>(error: Error) -> E {
    LACKED.set(true);
    E::custom(error)
}

/// Entries for which a reader reserves memory before it has seen them; also the entries between two checks for
/// interrupts.
const EXPECTED: usize = 4_096;

/// Reads a list of any length, for `deserialize_with`.
pub fn list<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    from: D,
) -> std::result::Result<Vec<T>, D::Error> {
    struct Items<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Items<T> {
        type Value = Vec<T>;

        fn expecting(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            to.write_str("a sequence")
        }

        fn visit_seq<A: SeqAccess<'de>>(
            self,
            mut items: A,
        ) -> std::result::Result<Vec<T>, A::Error> {
            let expected = items.size_hint().unwrap_or(0).min(EXPECTED);
            let mut list = with_capacity(expected).map_err(lacked)?;
            while let Some(item) = items.next_element()? {
                if list.len() % EXPECTED == 0 {
                    crate::interrupt::check();
                }
                push(&mut list, item).map_err(lacked)?;
            }
            Ok(list)
        }
    }
    from.deserialize_seq(Items(PhantomData))
}

/// Reads a text of any length, for `deserialize_with`.
pub fn string<'de, D: Deserializer<'de>>(from: D) -> std::result::Result<String, D::Error> {
    struct Text;
    impl Visitor<'_> for Text {
        type Value = String;

        fn expecting(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            to.write_str("a string")
        }

        fn visit_str<E: serde::de::Error>(self, found: &str) -> std::result::Result<String, E> {
            text(found).map_err(lacked)
        }
    }
    from.deserialize_str(Text)
}

/// A value as JSON.
pub fn json(value: &impl serde::Serialize) -> Result<String> {
    let mut to = Written::default();
    // Values here have texts for keys, so that nothing but memory can lack.
    serde_json::to_writer(&mut to, value).map_err(|_| none(to.0.len()))?;
    String::from_utf8(to.0).map_err(|_| none(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAR: usize = isize::MAX as usize / 32;

    fn refused<T>(found: Result<T>) {
        assert_eq!(found.err().map(|e| e.state), Some(SqlState::OutOfMemory));
    }

    #[test]
    fn no_memory_is_an_error() {
        refused(with_capacity::<u64>(FAR));
        refused(reserve(&mut vec![1_u64], FAR));
        refused(filled(FAR, 7_u64));
        refused(room(FAR));
        refused(room_for(FAR, 8));
        refused(collect(Far));
        assert_eq!(unread(|| Error::text("other", "")).message, "other");
        let error: serde::de::value::Error = lacked(none(1));
        assert!(error.to_string().contains("out of memory"));
        assert_eq!(
            unread(|| Error::text("other", "")).state,
            SqlState::OutOfMemory
        );
    }

    /// Says that it has more than there is memory for.
    struct Far;

    impl Iterator for Far {
        type Item = u64;

        fn next(&mut self) -> Option<u64> {
            None
        }

        fn size_hint(&self) -> (usize, Option<usize>) {
            (FAR, None)
        }
    }

    #[test]
    fn what_there_is_memory_for_is_as_without() {
        assert_eq!(collect(0..1_000).unwrap(), (0..1_000).collect::<Vec<_>>());
        assert_eq!(try_collect((0..3).map(Ok)).unwrap(), [0, 1, 2]);
        assert_eq!(filled(3, 'x').unwrap(), ['x'; 3]);
        assert_eq!(json(&[("a", 1)]).unwrap(), "[[\"a\",1]]");
        assert!(room(1 << 20).is_ok() && room_for(SMALL - 1, usize::MAX).is_ok());
    }
}
