//! The type `slaops.calendar`: input and output, casts, comparison, algebra, parts.

use crate::cache::call_site;
use crate::ffi::args::{Args, MAX_CALENDAR};
use crate::ffi::pg_functions;
use crate::ffi::report::{OrRaise, raise};
use crate::ffi::results::{from_bool, from_bytes, from_cstring, from_float8, from_int8, from_text};
use crate::ffi::varlena::too_long;
use pgrx::pg_sys::Datum;
use slaops_core::calendar::hours::{Day, MAX_DAYS};
use slaops_core::calendar::{Calendar, HEADER, json};
use slaops_core::memory;

/// Argument `i`, dates as days since 2000-01-01, which is how Postgres counts them; nulls are left out.
fn days(args: Args<'_>, i: usize) -> Vec<Day> {
    memory::collect(args.dates(i, MAX_DAYS, "holidays").flatten()).or_raise()
}

pub fn read(args: Args<'_>, i: usize) -> Calendar {
    let payload = args.bytes(i);
    memory::room_for(payload.len(), TIMES).or_raise();
    Calendar::from_own_bytes(payload).or_raise()
}

fn write(calendar: &Calendar) -> Datum {
    from_bytes(&calendar.to_bytes())
}

/// Bytes that a calendar takes for each byte that is stored, and its text and JSON beside it, at most.
const TIMES: usize = 64;

/// Version and hash come first in the bytes and would make the order that of the hash.
fn compare(args: Args<'_>) -> std::cmp::Ordering {
    let body = |i| args.bytes(i).get(HEADER..).unwrap_or_default();
    body(0).cmp(body(1))
}

pg_functions! {
    fn slaops_calendar_in(args) {
        let text = args.cstring(0, MAX_CALENDAR, "a calendar");
        write(&text.parse::<Calendar>().or_raise())
    }

    fn slaops_calendar_out(args) {
        from_cstring(&read(args, 0).to_string())
    }

    fn slaops_calendar_recv(args) {
        let payload = args.message(0);
        if payload.len() > MAX_CALENDAR {
            raise(too_long(payload.len(), MAX_CALENDAR, "a binary calendar"));
        }
        memory::room_for(payload.len(), TIMES).or_raise();
        Calendar::from_bytes(payload).or_raise();
        from_bytes(payload)
    }

    fn slaops_calendar_send(args) {
        from_bytes(args.bytes(0))
    }

    // JSON goes through Postgres's own text form, which is in the database's encoding.
    fn slaops_calendar_from_jsonb(args) {
        write(&json::from_json(&crate::ffi::json::value(args.varlena(0), "a calendar")).or_raise())
    }

    fn slaops_calendar_to_jsonb(args) {
        args.or_null(crate::ffi::json::datum(&json::to_json(&read(args, 0))))
    }

    fn slaops_make_calendar(args) {
        if args.is_null(0) || args.is_null(1) {
            return args.null();
        }
        let hours = args.limited(0, MAX_CALENDAR, "opening hours");
        let zone = args.word(1, "a time zone");
        let country = (!args.is_null(2)).then(|| args.word(2, "a country"));
        let holidays = if args.is_null(3) { Vec::new() } else { days(args, 3) };
        write(&Calendar::from_parts(&hours, &zone, country.as_deref(), &holidays).or_raise())
    }

    fn slaops_calendar_union(args) {
        write(&read(args, 0).union(read(args, 1)).or_raise())
    }

    fn slaops_calendar_intersection(args) {
        write(&read(args, 0).intersection(read(args, 1)).or_raise())
    }

    fn slaops_calendar_difference(args) {
        write(&read(args, 0).difference(read(args, 1)).or_raise())
    }

    fn slaops_calendar_eq(args) { from_bool(compare(args).is_eq()) }
    fn slaops_calendar_ne(args) { from_bool(compare(args).is_ne()) }
    fn slaops_calendar_lt(args) { from_bool(compare(args).is_lt()) }
    fn slaops_calendar_le(args) { from_bool(compare(args).is_le()) }
    fn slaops_calendar_gt(args) { from_bool(compare(args).is_gt()) }
    fn slaops_calendar_ge(args) { from_bool(compare(args).is_ge()) }
    fn slaops_calendar_cmp(args) { Datum::from(compare(args) as i32) }

    fn slaops_calendar_hash(args) {
        Datum::from(slaops_core::calendar::stored_hash(args.bytes(0)) as u32 as i32)
    }

    fn slaops_calendar_hash_extended(args) {
        let hash = slaops_core::calendar::stored_hash(args.bytes(0));
        let seed = args.int8(1) as u64;
        // Seed 0 must agree with the 32-bit hash in its low half.
        from_int8((hash ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)) as i64)
    }

    fn slaops_calendar_time_zone(args) {
        let zone = read(args, 0).first().map(|p| from_text(&p.zone));
        args.or_null(zone)
    }

    fn slaops_calendar_hours(args) {
        let hours = match read(args, 0) {
            Calendar::Plain(plain) => Some(from_text(&plain.hours.to_string())),
            _ => None,
        };
        args.or_null(hours)
    }

    fn slaops_calendar_country(args) {
        let calendar = read(args, 0);
        let country = match &calendar {
            Calendar::Plain(plain) => plain.region.as_deref().map(from_text),
            _ => None,
        };
        args.or_null(country)
    }

    fn slaops_calendar_day_minutes(args) {
        from_float8(call_site::by_calendar(args, 0).day_minutes())
    }

    fn slaops_tzdata_version(_args) {
        from_text(chrono_tz::IANA_TZDB_VERSION)
    }

    /// Calendars cached by this backend and the bytes they hold, for tests and the curious.
    fn slaops_cache_usage(_args) {
        let (calendars, bytes) = call_site::usage();
        from_text(&format!("{calendars} calendars, {bytes} bytes"))
    }
}
