//! Calendars by name, from the table `slaops.calendars`.
//!
//! A name stands for all its versions: each holds from its `valid_from` to its `valid_to`. A text with
//! an `@`, or a brace in front, is no name but a calendar's text or JSON form, so that a literal need not
//! be cast.
//!
//! A call site reads the table once for each name. A change of the table makes every backend forget
//! (a trigger sends a relcache invalidation), so a statement sees what its snapshot sees.

use crate::cache::call_site::{self, CallSite, quick_hash};
use crate::ffi::args::{Args, MAX_CALENDAR};
use crate::ffi::encoding::to_utf8;
use crate::ffi::report::{self, OrRaise, raise};
use crate::ffi::spi;
use crate::ffi::varlena::too_long;
use pgrx::pg_sys::{self, Datum};
use slaops_core::business_time::{Source, Timeline};
use slaops_core::calendar::Calendar;
use slaops_core::calendar::hours::Day;
use slaops_core::error::Error;
use std::cell::Cell;
use std::rc::Rc;

thread_local! {
    static GENERATION: Cell<u64> = const { Cell::new(1) };
    static WATCHED: Cell<pg_sys::Oid> = const { Cell::new(pg_sys::InvalidOid) };
}

/// The timeline of argument `i`, a name or a text form.
#[inline]
pub fn by_name(args: Args<'_>, i: usize) -> &Timeline {
    let key = args.bytes(i);
    let site = CallSite::of(args, i);
    let generation = GENERATION.get();
    if site.generation != generation {
        site.clear();
        site.generation = generation;
    }
    site.find(|| (quick_hash(key), key), || resolve(key))
}

/// The same for a set-returning function, whose call site is taken.
pub fn shared(args: Args<'_>, i: usize) -> Rc<Timeline> {
    resolve(args.bytes(i))
}

fn resolve(key: &[u8]) -> Rc<Timeline> {
    if key.len() > MAX_CALENDAR {
        raise(too_long(key.len(), MAX_CALENDAR, "a calendar"));
    }
    resolved(&to_utf8(key))
}

/// The timeline of a name or a text form; an error when there is none.
pub fn resolved(name: &str) -> Rc<Timeline> {
    if name.contains('@') || name.starts_with('{') {
        let calendar: Calendar = name.parse().or_raise();
        return call_site::timeline(&calendar.to_bytes());
    }
    find(name).unwrap_or_else(|| raise(unknown(name)))
}

/// The calendars that a name or a text form stands for, with the days on which each holds.
pub fn versions(name: &str) -> Vec<(Calendar, Option<Day>, Option<Day>)> {
    if name.contains('@') || name.starts_with('{') {
        return vec![(name.parse().or_raise(), None, None)];
    }
    let read = |(payload, from, to): Version| (Calendar::from_bytes(&payload).or_raise(), from, to);
    stored(name).into_iter().map(read).collect()
}

/// The timeline of a name or a text form; None when it is not registered or does not read.
pub fn find(name: &str) -> Option<Rc<Timeline>> {
    if name.contains('@') || name.starts_with('{') {
        let calendar: Calendar = name.parse().ok()?;
        return Some(call_site::timeline(&calendar.to_bytes()));
    }
    watch();
    let versions = stored(name);
    match versions.as_slice() {
        [] => None,
        [(payload, None, None)] => Some(call_site::timeline(payload)),
        _ => Some(versioned(versions)),
    }
}

type Version = (Vec<u8>, Option<Day>, Option<Day>);

/// The timeline of several versions, cached by what they are. The key starts unlike a calendar's bytes.
fn versioned(versions: Vec<Version>) -> Rc<Timeline> {
    let mut key = b"versions".to_vec();
    for (payload, from, to) in &versions {
        for number in [
            payload.len() as i32,
            from.unwrap_or(i32::MIN),
            to.unwrap_or(i32::MAX),
        ] {
            key.extend_from_slice(&number.to_le_bytes());
        }
        key.extend_from_slice(payload);
    }
    call_site::timeline_of(&key, || {
        let read =
            |(payload, from, to): &Version| (Calendar::from_bytes(payload).or_raise(), *from, *to);
        let list: Vec<_> = versions.iter().map(read).collect();
        Source::versions(&list)
    })
}

/// What is stored of a name, with the days on which each becomes and ceases to be valid.
fn stored(name: &str) -> Vec<Version> {
    // Qualified throughout: the search path is the caller's.
    let query = "select slaops.calendar_send(calendar), \
                 case when valid_from operator(pg_catalog.>) '-infinity'::pg_catalog.date \
                      then valid_from operator(pg_catalog.-) '2000-01-01'::pg_catalog.date end, \
                 case when valid_to operator(pg_catalog.<) 'infinity'::pg_catalog.date \
                      then valid_to operator(pg_catalog.-) '2000-01-01'::pg_catalog.date end \
                 from slaops.calendars where name operator(pg_catalog.=) $1 order by valid_from";
    let read = |row: &spi::Row| row.bytes(1).map(|b| (b, row.int4(2), row.int4(3)));
    let rows = spi::select(query, name, read);
    rows.into_iter().flatten().collect()
}

fn unknown(name: &str) -> Error {
    let query =
        "select distinct name from slaops.calendars where $1 operator(pg_catalog.=) $1 limit 1000";
    let names = spi::select(query, name, |row| row.text(1));
    let names: Vec<String> = names.into_iter().flatten().collect();
    report::unknown(
        format!("calendar \"{name}\" is not registered"),
        name,
        names.iter().map(String::as_str),
        "Register it: insert into slaops.calendars (name, calendar) values (...). \
         A calendar's text form has an \"@\" before its time zone.",
    )
}

/// Asks, once a backend, to be told of changes of the registry, which may have been made anew.
fn watch() {
    let before = WATCHED.get();
    // SAFETY: look-ups in the catalog, and a callback that stays in the library.
    unsafe {
        let schema = pg_sys::get_namespace_oid(c"slaops".as_ptr(), true);
        WATCHED.set(pg_sys::get_relname_relid(c"calendars".as_ptr(), schema));
        if before == pg_sys::InvalidOid {
            pg_sys::CacheRegisterRelcacheCallback(Some(forget), Datum::from(0usize));
        }
    }
}

/// A relcache callback must neither raise nor allocate; it counts up.
extern "C-unwind" fn forget(_: Datum, relation: pg_sys::Oid) {
    if relation == pg_sys::InvalidOid || relation == WATCHED.get() {
        GENERATION.set(GENERATION.get() + 1);
    }
}
