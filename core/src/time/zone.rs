//! Time zones: offsets over a stretch of time, and wall times turned into instants by RFC 5545.
//!
//! Instants are seconds since 2000-01-01 00:00 UTC, wall times are seconds since 2000-01-01 00:00
//! local, offsets are seconds east of Greenwich. chrono-tz is the only source of rules.

use super::DAY_SECONDS;
use crate::error::{Error, Result, did_you_mean};
use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::{TZ_VARIANTS, Tz};

/// 2000-01-01 00:00 UTC as Unix time.
pub const EPOCH_UNIX: i64 = 946_684_800;
/// Every zone of the database has one offset before this instant (1800-01-01) ...
pub const FIRST_CHANGE: i64 = -6_311_433_600;
/// ... and one offset from this instant (2101-01-01) on: chrono-tz's tables end in 2100.
pub const LAST_CHANGE: i64 = 3_187_296_000;

/// Finds a zone by its IANA name, in any letter case.
///
/// # Errors
/// 22023 when there is no such zone; the hint names the nearest.
pub fn find(name: &str) -> Result<Tz> {
    if let Ok(tz) = name.parse::<Tz>() {
        return Ok(tz);
    }
    if let Some(tz) = TZ_VARIANTS
        .iter()
        .find(|t| t.name().eq_ignore_ascii_case(name))
    {
        return Ok(*tz);
    }
    let hint = match did_you_mean(name, TZ_VARIANTS.iter().map(|t| t.name())) {
        Some(question) => format!("{question} A zone is an IANA name."),
        None => "Write an IANA name such as Europe/Berlin, America/New_York or UTC.".to_owned(),
    };
    Err(Error::parameter(
        format!("time zone \"{name}\" does not exist"),
        hint,
    ))
}

/// The zone that Postgres has as a session's: an IANA name, which may stand behind `posix/`, or a fixed offset in whole
/// hours as POSIX writes it, such as `<+03>-03` for `SET timezone = 3`.
///
/// # Errors
/// 22023 for what is neither, such as an offset of half hours: no zone of the database is that.
pub fn of_session(name: &str) -> Result<Tz> {
    let plain = name.strip_prefix("posix/").unwrap_or(name);
    let fixed = || whole_hours(plain).and_then(|zone| find(&zone).ok());
    find(plain).ok().or_else(fixed).ok_or_else(|| {
        Error::parameter(
            format!("the session's time zone must be an IANA zone, not \"{name}\""),
            "SET timezone to an IANA name such as Europe/Berlin, Asia/Kolkata or UTC.",
        )
    })
}

/// `Etc/GMT-3` for `X-3`, `<X>-03:00`; both count hours west of Greenwich.
fn whole_hours(posix: &str) -> Option<String> {
    let offset = match posix.strip_prefix('<') {
        Some(rest) => rest.split_once('>')?.1,
        None => posix.trim_start_matches(|c: char| c.is_ascii_alphabetic()),
    };
    let west = !offset.starts_with('-');
    let mut parts = offset.trim_start_matches(['+', '-']).split(':');
    let hours: u8 = parts.next()?.parse().ok()?;
    let sign = if west { '+' } else { '-' };
    parts
        .all(|p| p.len() == 2 && p.bytes().all(|b| b == b'0'))
        .then(|| format!("Etc/GMT{sign}{hours}"))
}

/// The offset in force at an instant.
pub fn offset(tz: Tz, instant: i64) -> i32 {
    let clamped = instant.clamp(FIRST_CHANGE, LAST_CHANGE);
    DateTime::from_timestamp(clamped + EPOCH_UNIX, 0)
        .map(|t| {
            tz.offset_from_utc_datetime(&t.naive_utc())
                .fix()
                .local_minus_utc()
        })
        .unwrap_or(0)
}

/// Whether the zone ever changes its offset.
pub fn is_fixed(tz: Tz) -> bool {
    // For nearly every zone that changes, local mean time, a winter or a summer differs: no scan of 300 years is needed.
    const SOME: [i64; 4] = [FIRST_CHANGE, 0, 632_188_800, 647_740_800];
    if SOME
        .iter()
        .any(|at| offset(tz, *at) != offset(tz, LAST_CHANGE))
    {
        return false;
    }
    let spans = Spans::over(tz, FIRST_CHANGE, LAST_CHANGE);
    spans.spans.len() == 1
}

/// The offsets of a zone over a stretch of time.
#[derive(Clone, Debug)]
pub struct Spans {
    spans: Vec<Span>,
}

#[derive(Clone, Copy, Debug)]
struct Span {
    /// First instant of the span.
    from: i64,
    /// First wall time that is read with this span's offset.
    from_wall: i64,
    offset: i32,
}

/// Probing every six days finds every change of every zone (a test compares with every six hours);
/// a probe costs 21 ns, so a block of 5,411 days costs 19 µs.
const PROBE: i64 = 6 * DAY_SECONDS;

impl Spans {
    /// The spans that cover `[from, to]`.
    pub fn over(tz: Tz, from: i64, to: i64) -> Self {
        let mut current = offset(tz, from);
        let mut spans = vec![Span {
            from: i64::MIN,
            from_wall: i64::MIN,
            offset: current,
        }];
        let mut at = from.max(FIRST_CHANGE - PROBE);
        let end = to.min(LAST_CHANGE + PROBE);
        while at < end {
            let next = (at + PROBE).min(end);
            if offset(tz, next) == current {
                at = next;
                continue;
            }
            let (mut before, mut after) = (at, next);
            while after - before > 1 {
                let middle = before + (after - before) / 2;
                if offset(tz, middle) == current {
                    before = middle;
                } else {
                    after = middle;
                }
            }
            let new = offset(tz, after);
            // A wall time in a gap, and one of a doubled pair, both keep the offset from before the
            // change (RFC 5545, 3.3.5), so the new offset rules from the later of the two walls.
            let from_wall = after + i64::from(current.max(new));
            spans.push(Span {
                from: after,
                from_wall,
                offset: new,
            });
            current = new;
            at = after;
        }
        Self { spans }
    }

    /// The instant of a wall time by RFC 5545. `hint` is where the last search ended; searches in
    /// rising order of wall time cost a few comparisons.
    pub fn instant(&self, wall: i64, hint: &mut usize) -> i64 {
        let mut i = (*hint).min(self.spans.len() - 1);
        while i > 0 && self.spans[i].from_wall > wall {
            i -= 1;
        }
        while i + 1 < self.spans.len() && self.spans[i + 1].from_wall <= wall {
            i += 1;
        }
        *hint = i;
        wall - i64::from(self.spans[i].offset)
    }

    /// The wall time at an instant.
    pub fn wall(&self, instant: i64) -> i64 {
        let i = self.spans.partition_point(|s| s.from <= instant).max(1) - 1;
        instant + i64::from(self.spans[i].offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(tz: Tz, y: i32, m: u32, d: u32, h: u32, min: u32) -> String {
        let wall = chrono::NaiveDate::from_ymd_opt(y, m, d)
            .and_then(|x| x.and_hms_opt(h, min, 0))
            .map_or(0, |x| x.and_utc().timestamp() - EPOCH_UNIX);
        let spans = Spans::over(tz, wall - 86_400 * 30, wall + 86_400 * 30);
        let t = spans.instant(wall, &mut 0) + EPOCH_UNIX;
        DateTime::from_timestamp(t, 0).map_or(String::new(), |t| t.to_rfc3339())
    }

    #[test]
    fn gaps_read_with_the_offset_before_and_folds_with_their_first_occurrence() {
        use chrono_tz::{America, Australia, Pacific};
        assert_eq!(
            at(America::New_York, 2023, 3, 12, 2, 30),
            "2023-03-12T07:30:00+00:00"
        );
        assert_eq!(
            at(America::New_York, 2023, 3, 12, 3, 0),
            "2023-03-12T07:00:00+00:00"
        );
        assert_eq!(
            at(America::New_York, 2023, 11, 5, 1, 30),
            "2023-11-05T05:30:00+00:00"
        );
        assert_eq!(
            at(America::New_York, 2023, 11, 5, 2, 0),
            "2023-11-05T07:00:00+00:00"
        );
        assert_eq!(
            at(Australia::Lord_Howe, 2025, 10, 5, 2, 15),
            "2025-10-04T15:45:00+00:00"
        );
        assert_eq!(
            at(Pacific::Apia, 2011, 12, 30, 9, 0),
            "2011-12-30T19:00:00+00:00"
        );
    }

    #[test]
    fn names_are_found_in_any_case_and_errors_suggest() {
        assert_eq!(find("europe/berlin").map(|t| t.name()), Ok("Europe/Berlin"));
        let error = find("Europe/Berln").expect_err("no such zone");
        assert!(error.hint.contains("Europe/Berlin"), "{}", error.hint);
    }

    #[test]
    fn zones_of_sessions() {
        let name = |text: &str| of_session(text).map(|t| t.name());
        for (text, zone) in [
            ("Europe/Berlin", "Europe/Berlin"),
            ("posix/Europe/Berlin", "Europe/Berlin"),
            ("<+03>-03", "Etc/GMT-3"),
            ("X+05:00", "Etc/GMT+5"),
            ("<X>-3", "Etc/GMT-3"),
            ("+00:00", "Etc/GMT+0"),
            ("5", "Etc/GMT+5"),
        ] {
            assert_eq!(name(text), Ok(zone));
        }
        for text in [
            "+05:30",
            "<X>-3Y",
            "X-15",
            "X",
            "",
            "<X",
            "CET-1CEST",
            "-",
            "+-3:0",
        ] {
            assert!(name(text).is_err_and(|e| e.hint.contains("IANA")), "{text}");
        }
    }

    #[test]
    fn probing_misses_no_change_of_any_zone() {
        for tz in TZ_VARIANTS {
            let spans = Spans::over(tz, FIRST_CHANGE, LAST_CHANGE);
            // When each offset began; one that comes and goes between two probes would be missed,
            // wherever the probing starts.
            let mut began: Vec<(i64, i32)> = Vec::new();
            for at in (FIRST_CHANGE..LAST_CHANGE).step_by(6 * 3_600) {
                let current = offset(tz, at);
                assert_eq!(spans.wall(at), at + i64::from(current), "{tz} {at}");
                if began.last().is_none_or(|b| b.1 != current) {
                    began.push((at, current));
                }
            }
            for three in began.windows(3) {
                let there_and_back = three[0].1 == three[2].1;
                let long = three[2].0 - three[1].0 > PROBE + 6 * 3_600;
                assert!(!there_and_back || long, "{tz} {three:?}");
            }
            let fixed = spans.spans.len() == 1;
            assert_eq!(is_fixed(tz), fixed, "{tz}");
            let (early, late) = (FIRST_CHANGE - 4_000_000_000, LAST_CHANGE + 4_000_000_000);
            let far = |at: i64| chrono::DateTime::from_timestamp(at + EPOCH_UNIX, 0);
            for (at, edge) in [(early, FIRST_CHANGE), (late, LAST_CHANGE)] {
                let true_offset = far(at).map(|t| {
                    tz.offset_from_utc_datetime(&t.naive_utc())
                        .fix()
                        .local_minus_utc()
                });
                assert_eq!(true_offset, Some(offset(tz, edge)), "{tz} {at}");
            }
        }
    }
}
