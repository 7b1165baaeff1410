//! The type `slaops.calendar`: input and output, casts, comparison, algebra, parts.

use crate::cache::call_site;
use crate::ffi::datum::{
    self, Elements, arg, from_bool, from_bytes, from_float8, from_text, or_null,
};
use crate::ffi::pg_functions;
use crate::ffi::report::{OrRaise, raise};
use pgrx::pg_sys::{Datum, FunctionCallInfo};
use slaops_core::calendar::hours::{Day, MAX_DAYS};
use slaops_core::calendar::{Calendar, HEADER, json};
use slaops_core::memory;

/// Dates as days since 2000-01-01, which is how Postgres counts them; nulls are left out.
unsafe fn days(datum: Datum) -> Vec<Day> {
    let dates = unsafe { Elements::of(datum, datum::DATES, MAX_DAYS, "holidays") };
    memory::collect(dates.flatten().map(|d| d.value() as Day)).or_raise()
}

pub unsafe fn read(fcinfo: FunctionCallInfo, i: usize) -> Calendar {
    unsafe {
        let payload = datum::bytes(arg(fcinfo, i));
        memory::room_for(payload.len(), TIMES).or_raise();
        Calendar::from_own_bytes(payload).or_raise()
    }
}

unsafe fn write(calendar: &Calendar) -> Datum {
    unsafe { from_bytes(&calendar.to_bytes()) }
}

/// Bytes that a calendar takes for each byte that is stored, and its text and JSON beside it, at most.
const TIMES: usize = 64;

/// Version and hash come first in the bytes and would make the order that of the hash.
unsafe fn compare(fcinfo: FunctionCallInfo) -> std::cmp::Ordering {
    let body = |i| unsafe {
        datum::bytes(arg(fcinfo, i))
            .get(HEADER..)
            .unwrap_or_default()
    };
    body(0).cmp(body(1))
}

pg_functions! {
    fn slaops_calendar_in(fcinfo) {
        let text = datum::cstring(arg(fcinfo, 0), datum::MAX_CALENDAR, "a calendar");
        write(&text.parse::<Calendar>().or_raise())
    }

    fn slaops_calendar_out(fcinfo) {
        datum::from_cstring(&read(fcinfo, 0).to_string())
    }

    fn slaops_calendar_recv(fcinfo) {
        let payload = datum::message(arg(fcinfo, 0));
        if payload.len() > datum::MAX_CALENDAR {
            raise(datum::too_long(payload.len(), datum::MAX_CALENDAR, "a binary calendar"));
        }
        memory::room_for(payload.len(), TIMES).or_raise();
        Calendar::from_bytes(payload).or_raise();
        from_bytes(payload)
    }

    fn slaops_calendar_send(fcinfo) {
        from_bytes(datum::bytes(arg(fcinfo, 0)))
    }

    // JSON goes through Postgres's own text form, which is in the database's encoding.
    fn slaops_calendar_from_jsonb(fcinfo) {
        write(&json::from_json(&crate::ffi::json::value(arg(fcinfo, 0), "a calendar")).or_raise())
    }

    fn slaops_calendar_to_jsonb(fcinfo) {
        or_null(fcinfo, crate::ffi::json::datum(&json::to_json(&read(fcinfo, 0))))
    }

    fn slaops_make_calendar(fcinfo) {
        if datum::is_null(fcinfo, 0) || datum::is_null(fcinfo, 1) {
            return or_null(fcinfo, None);
        }
        let hours = datum::limited(fcinfo, 0, datum::MAX_CALENDAR, "opening hours");
        let zone = datum::word(fcinfo, 1, "a time zone");
        let country = (!datum::is_null(fcinfo, 2)).then(|| datum::word(fcinfo, 2, "a country"));
        let holidays = if datum::is_null(fcinfo, 3) { Vec::new() } else { days(arg(fcinfo, 3)) };
        write(&Calendar::from_parts(&hours, &zone, country.as_deref(), &holidays).or_raise())
    }

    fn slaops_calendar_union(fcinfo) {
        write(&read(fcinfo, 0).union(read(fcinfo, 1)).or_raise())
    }

    fn slaops_calendar_intersection(fcinfo) {
        write(&read(fcinfo, 0).intersection(read(fcinfo, 1)).or_raise())
    }

    fn slaops_calendar_difference(fcinfo) {
        write(&read(fcinfo, 0).difference(read(fcinfo, 1)).or_raise())
    }

    fn slaops_calendar_eq(fcinfo) { from_bool(compare(fcinfo).is_eq()) }
    fn slaops_calendar_ne(fcinfo) { from_bool(compare(fcinfo).is_ne()) }
    fn slaops_calendar_lt(fcinfo) { from_bool(compare(fcinfo).is_lt()) }
    fn slaops_calendar_le(fcinfo) { from_bool(compare(fcinfo).is_le()) }
    fn slaops_calendar_gt(fcinfo) { from_bool(compare(fcinfo).is_gt()) }
    fn slaops_calendar_ge(fcinfo) { from_bool(compare(fcinfo).is_ge()) }
    fn slaops_calendar_cmp(fcinfo) { Datum::from(compare(fcinfo) as i32) }

    fn slaops_calendar_hash(fcinfo) {
        Datum::from(slaops_core::calendar::stored_hash(datum::bytes(arg(fcinfo, 0))) as u32 as i32)
    }

    fn slaops_calendar_hash_extended(fcinfo) {
        let hash = slaops_core::calendar::stored_hash(datum::bytes(arg(fcinfo, 0)));
        let seed = arg(fcinfo, 1).value() as u64;
        // Seed 0 must agree with the 32-bit hash in its low half.
        datum::from_int8((hash ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)) as i64)
    }

    fn slaops_calendar_time_zone(fcinfo) {
        let zone = read(fcinfo, 0).first().map(|p| from_text(&p.zone));
        or_null(fcinfo, zone)
    }

    fn slaops_calendar_hours(fcinfo) {
        let hours = match read(fcinfo, 0) {
            Calendar::Plain(plain) => Some(from_text(&plain.hours.to_string())),
            _ => None,
        };
        or_null(fcinfo, hours)
    }

    fn slaops_calendar_country(fcinfo) {
        let calendar = read(fcinfo, 0);
        let country = match &calendar {
            Calendar::Plain(plain) => plain.region.as_deref().map(|r| from_text(r)),
            _ => None,
        };
        or_null(fcinfo, country)
    }

    fn slaops_calendar_day_minutes(fcinfo) {
        from_float8(call_site::by_calendar(fcinfo, 0).day_minutes())
    }

    fn slaops_tzdata_version(_fcinfo) {
        from_text(chrono_tz::IANA_TZDB_VERSION)
    }

    /// Calendars cached by this backend and the bytes they hold, for tests and the curious.
    fn slaops_cache_usage(_fcinfo) {
        let (calendars, bytes) = call_site::usage();
        from_text(&format!("{calendars} calendars, {bytes} bytes"))
    }
}
