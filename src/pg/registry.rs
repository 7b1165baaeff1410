//! Calendars by name, from the table `slaops.calendars`.
//!
//! A name stands for all its versions: each holds from its `valid_from` to its `valid_to`. A text with
//! an `@`, or a brace in front, is no name but a calendar's text or JSON form, so that a literal need not
//! be cast.
//!
//! A call site reads the table once for each name. A change of the table makes every backend forget
//! (a trigger sends a relcache invalidation), so a statement sees what its snapshot sees.

use super::cache::{self, CallSite, quick_hash};
use super::datum;
use super::pg_functions;
use super::report::{OrRaise, raise};
use crate::calendar::Calendar;
use crate::error::{Error, State};
use crate::hours::Day;
use crate::timeline::{Source, Timeline};
use pgrx::pg_sys::{self, Datum, FunctionCallInfo};
use pgrx::prelude::*;
use std::cell::Cell;
use std::rc::Rc;

thread_local! {
    static GENERATION: Cell<u64> = const { Cell::new(1) };
    static WATCHED: Cell<pg_sys::Oid> = const { Cell::new(pg_sys::InvalidOid) };
}

/// The timeline of argument `i`, a name or a text form.
#[inline]
pub unsafe fn by_name<'a>(fcinfo: FunctionCallInfo, i: usize) -> &'a Timeline {
    unsafe {
        let key = datum::bytes(datum::arg(fcinfo, i));
        let site = CallSite::of(fcinfo, i);
        let generation = GENERATION.get();
        if site.generation != generation {
            site.clear();
            site.generation = generation;
        }
        site.find(|| (quick_hash(key), key), || resolve(key))
    }
}

pub unsafe fn shared(fcinfo: FunctionCallInfo, i: usize) -> Rc<Timeline> {
    unsafe { resolve(datum::bytes(datum::arg(fcinfo, i))) }
}

fn resolve(key: &[u8]) -> Rc<Timeline> {
    let name = unsafe { datum::to_utf8(key) };
    if name.contains('@') || name.starts_with('{') {
        let calendar: Calendar = name.parse().or_raise();
        return cache::timeline(&calendar.to_bytes());
    }
    find(&name).unwrap_or_else(|| raise(unknown(&name)))
}

/// # Errors
/// What is wrong with a name or a text form, if something is.
pub fn must(name: &str) {
    resolve(name.as_bytes());
}

/// The timeline of a name or a text form; None when it is not registered or does not read.
pub fn find(name: &str) -> Option<Rc<Timeline>> {
    if name.contains('@') || name.starts_with('{') {
        let calendar: Calendar = name.parse().ok()?;
        return Some(cache::timeline(&calendar.to_bytes()));
    }
    watch();
    let versions = versions(name);
    match versions.as_slice() {
        [] => None,
        [(payload, None, None)] => Some(cache::timeline(payload)),
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
    cache::timeline_of(&key, || {
        let read =
            |(payload, from, to): &Version| (Calendar::from_bytes(payload).or_raise(), *from, *to);
        let list: Vec<_> = versions.iter().map(read).collect();
        Source::versions(&list)
    })
}

/// The stored calendars of a name with the days on which each becomes and ceases to be valid.
fn versions(name: &str) -> Vec<Version> {
    // Qualified throughout: the search path is the caller's.
    let query = "select slaops.calendar_send(calendar), \
                 case when valid_from operator(pg_catalog.>) '-infinity'::pg_catalog.date \
                      then valid_from operator(pg_catalog.-) '2000-01-01'::pg_catalog.date end, \
                 case when valid_to operator(pg_catalog.<) 'infinity'::pg_catalog.date \
                      then valid_to operator(pg_catalog.-) '2000-01-01'::pg_catalog.date end \
                 from slaops.calendars where name operator(pg_catalog.=) $1 order by valid_from";
    let found = Spi::connect(|client| {
        let rows = client.select(query, None, &[name.into()])?;
        let mut versions = Vec::new();
        for row in rows {
            if let Some(payload) = row.get::<Vec<u8>>(1)? {
                versions.push((payload, row.get::<i32>(2)?, row.get::<i32>(3)?));
            }
        }
        Ok::<_, pgrx::spi::Error>(versions)
    });
    found.unwrap_or_else(|error| {
        raise(Error::new(
            State::UndefinedObject,
            format!("slaops.calendars cannot be read: {error}"),
            "Calendars by name need SELECT on slaops.calendars.",
        ))
    })
}

fn unknown(name: &str) -> Error {
    let names = Spi::connect(|client| {
        let rows = client.select(
            "select distinct name from slaops.calendars limit 1000",
            None,
            &[],
        )?;
        rows.map(|row| row.get::<String>(1))
            .collect::<Result<Vec<_>, _>>()
    });
    let names: Vec<String> = names.unwrap_or_default().into_iter().flatten().collect();
    let near = crate::error::suggestion(name, names.iter().map(String::as_str));
    let hint = match near {
        Some(near) => format!("Did you mean \"{near}\"?"),
        None => "Register it: insert into slaops.calendars (name, calendar) values (...). \
                 A calendar's text form has an \"@\" before its time zone."
            .to_owned(),
    };
    Error::new(
        State::UndefinedObject,
        format!("calendar \"{name}\" is not registered"),
        hint,
    )
}

/// Asks, once a backend, to be told of changes of the registry, which may have been made anew.
fn watch() {
    let before = WATCHED.get();
    unsafe {
        let schema = pg_sys::get_namespace_oid(c"slaops".as_ptr(), true);
        WATCHED.set(pg_sys::get_relname_relid(c"calendars".as_ptr(), schema));
        if before == pg_sys::InvalidOid {
            pg_sys::CacheRegisterRelcacheCallback(Some(forget), Datum::from(0usize));
        }
    }
}

/// A relcache callback must neither raise nor allocate; it counts up.
unsafe extern "C-unwind" fn forget(_: Datum, relation: pg_sys::Oid) {
    if relation == pg_sys::InvalidOid || relation == WATCHED.get() {
        GENERATION.set(GENERATION.get() + 1);
    }
}

pg_functions! {
    /// The trigger on `slaops.calendars`.
    fn slaops_calendars_changed(fcinfo) {
        let trigger = (*fcinfo).context.cast::<pg_sys::TriggerData>();
        if !trigger.is_null() && (*trigger).type_ == pg_sys::NodeTag::T_TriggerData {
            pg_sys::CacheInvalidateRelcache((*trigger).tg_relation);
        }
        datum::or_null(fcinfo, None);
        (*fcinfo).isnull = false;
        Datum::from(0usize)
    }
}
