//! Facts of calendars laid out in time: the ends of time, amounts without bound, memory, and years far away.

use crate::support::instant;
use slaops_core::business_time::{BLOCK_DAYS, Source, Timeline, take_growth};
use slaops_core::calendar::Calendar;
use slaops_core::time::{DAY, END, FIRST, HOUR, MINUTE};

fn line(text: &str) -> Timeline {
    Timeline::new(Source::new(&text.parse().expect("a calendar")))
}

/// A Monday at 00:00 UTC, some days after the start of a block.
fn monday_of(block: i64) -> i64 {
    let day = block * i64::from(BLOCK_DAYS);
    // 2000-01-01 was a Saturday.
    (day + (2 - day).rem_euclid(7)) * DAY
}

#[test]
fn open_only_within_the_range() {
    let always = line("24/7 @ UTC");
    let open = [FIRST, 0, END - 1].map(|at| always.is_open(at));
    let beyond = [FIRST - 1, END, i64::MIN, i64::MAX].map(|at| always.is_open(at));
    assert_eq!((open, beyond), ([true; 3], [false; 4]));
    let ends = [i64::MIN, i64::MAX];
    assert_eq!(ends.map(|at| always.add(at, HOUR)), ends);
    assert_eq!(always.add(END - 1, 1), i64::MAX);
    assert_eq!(always.add(FIRST, -1), i64::MIN);
    assert_eq!(always.add(END - 2, 1), END - 1);
    assert_eq!(always.add(FIRST + 1, -1), FIRST);
    let clamped = [FIRST - 1, i64::MIN].map(|at| always.ordinal(at));
    assert_eq!(clamped, [always.ordinal(FIRST); 2]);
    assert_eq!(always.ordinal(i64::MAX), always.ordinal(END - 1));
}

#[test]
fn amounts_without_bound() {
    let (low, high) = (i64::MIN, i64::MAX);
    let always = line("24/7 @ UTC");
    for (from, to) in [(0, high), (low, 0), (low, high), (high, low), (high, 0)] {
        assert_eq!(always.between(from, to), None, "{from} {to}");
        let sign = if from < to {
            f64::INFINITY
        } else {
            f64::NEG_INFINITY
        };
        assert_eq!(
            always.minutes(from, to).to_bits(),
            sign.to_bits(),
            "{from} {to}"
        );
    }
    assert_eq!([low, high].map(|at| always.between(at, at)), [Some(0); 2]);
    // 52 Mondays of eight hours, and no others.
    let year = line("2026 Mo 09:00-17:00 @ UTC");
    let all = 52 * 8 * HOUR;
    assert_eq!(year.between(low, high), Some(all));
    assert_eq!(year.between(high, low), Some(-all));
    assert_eq!(year.between(0, high), Some(all));
    assert_eq!(year.between(low, 0), Some(0));
    assert_eq!(year.minutes(low, high), (all / MINUTE) as f64);
    // Those of 2026 and later run on; none is before.
    let since = line("2026+ Mo 09:00-17:00 @ UTC");
    assert_eq!(
        (since.between(low, 0), since.between(0, high)),
        (Some(0), None)
    );
    assert_eq!(line("off @ UTC").between(low, high), Some(0));
    // More microseconds than a number holds, and their minutes.
    assert_eq!(always.between(FIRST, END - 1), None);
    let minutes = (END - 1) as f64 / 6e7 - FIRST as f64 / 6e7;
    assert!((always.minutes(FIRST, END - 1) / minutes - 1.0).abs() < 1e-12);
    assert!((always.minutes(END - 1, FIRST) / minutes + 1.0).abs() < 1e-12);
    assert_eq!(always.minutes(0, 90 * MINUTE).to_bits(), 90f64.to_bits());
}

#[test]
fn a_timeline_knows_what_it_is_made_from() {
    let plain = line("24/7 @ UTC");
    assert_eq!(plain.identity(), 0);
    assert_eq!(plain.identified(7).identity(), 7);
}

#[test]
fn a_timeline_tells_its_memory() {
    take_growth();
    let desk = line("Mo-Fr 09:00-17:00 @ UTC");
    let empty = desk.bytes();
    assert!((5_000..8_000).contains(&empty), "{empty}");
    assert_eq!(take_growth(), 0);
    assert!(!desk.is_open(0));
    let grown = take_growth();
    // 4 bytes a day and 8 an interval, of which five in seven days have one.
    let block = 4 * BLOCK_DAYS as usize + 8 * BLOCK_DAYS as usize * 5 / 7;
    assert!((block..block + 300).contains(&grown), "{grown} of {block}");
    assert_eq!(desk.bytes(), empty + grown);
    assert!(desk.is_open(2 * DAY + 10 * HOUR));
    assert_eq!((desk.bytes(), take_growth()), (empty + grown, 0));
    // Dates take four bytes each, rules some hundred; a combination what its parts take.
    let bytes = |text: &str| line(text).bytes();
    let days: Vec<_> = (0..1_000).map(|day| 3 * day).collect();
    let dates = Calendar::from_parts("Mo-Fr 09:00-17:00", "UTC", None, &days).expect("it fits");
    let dates = Timeline::new(Source::new(&dates)).bytes();
    assert!((empty + 4_000..empty + 4_500).contains(&dates), "{dates}");
    let selected = bytes("Mo-Fr 09:00-17:00; Jan off @ UTC");
    assert!((empty + 64..empty + 500).contains(&selected), "{selected}");
    let both = bytes("(Mo-Fr 09:00-17:00 @ UTC) | (Sa 09:00-17:00 @ UTC)");
    assert!((empty + 1_000..empty + 1_500).contains(&both), "{both}");
}

/// The sum of each block from the epoch on takes eight bytes, whether they are asked for one by one or the last first.
#[test]
fn sums_of_blocks_take_memory_once() {
    let grown = |ask: &dyn Fn(&Timeline, i64), blocks: &[i64]| {
        let desk = line("Mo-Fr 09:00-17:00 @ UTC");
        take_growth();
        blocks.iter().for_each(|k| ask(&desk, monday_of(*k)));
        take_growth()
    };
    let rising: Vec<_> = (0..=20).collect();
    let falling: Vec<_> = (0..=20).rev().collect();
    for blocks in [rising, falling] {
        let without = grown(&|desk, at| assert!(!desk.is_open(at)), &blocks);
        let with = grown(&|desk, at| assert!(desk.ordinal(at) >= 0), &blocks);
        assert_eq!(with - without, 20 * 8);
    }
}

#[test]
fn years_far_away_are_as_near_ones() {
    let desk = line("Mo 09:00-17:00 @ UTC");
    let ask = |block: i64| {
        let monday = monday_of(block);
        assert!(desk.is_open(monday + 9 * HOUR), "block {block}");
        assert!(!desk.is_open(monday + 17 * HOUR), "block {block}");
        assert_eq!(
            desk.between(monday, monday + DAY),
            Some(8 * HOUR),
            "block {block}"
        );
        assert_eq!(desk.add(monday, HOUR), monday + 10 * HOUR, "block {block}");
    };
    // There and back, so that each is asked when others are held.
    (-70..=70).chain((-70..=70).rev()).for_each(ask);
    let near = desk.bytes();
    (100..=300).for_each(ask);
    // Of far ones some are forgotten.
    let most = near + 70 * 30_000;
    assert!(desk.bytes() < most, "{} of {most}", desk.bytes());
    (100..=110).for_each(ask);
    // Others are still there when they are asked again.
    take_growth();
    (100..=110).for_each(ask);
    assert_eq!(take_growth(), 0);
}

#[test]
fn a_calendar_of_many_hours_forgets_years() {
    let hours: Vec<_> = (0..24)
        .flat_map(|h| [0, 15, 30, 45].map(|m| format!("{h:02}:{m:02}-{h:02}:{:02}", m + 5)))
        .collect();
    let busy = line(&format!("Mo-Su {} @ UTC", hours.join(",")));
    // A block of 96 intervals a day takes four megabytes.
    for block in 0..24 {
        let monday = monday_of(block);
        assert_eq!(
            busy.between(monday, monday + DAY),
            Some(8 * HOUR),
            "block {block}"
        );
        assert!(busy.bytes() < 50 << 20, "{} in block {block}", busy.bytes());
    }
    assert!(busy.bytes() > 20 << 20, "{}", busy.bytes());
    assert_eq!(busy.between(0, DAY), Some(8 * HOUR));
}

#[test]
fn openings_and_closings_at_the_ends() {
    let desk = line("Mo 09:00-17:00 @ UTC");
    let monday = monday_of(3);
    let hour = |h: i64| monday + h * HOUR;
    for (at, next_open, next_close, prev_open, prev_close) in [
        (8, 9, 17, 9 - 168, 17 - 168),
        (9, 9 + 168, 17, 9, 17 - 168),
        (12, 9 + 168, 17, 9, 17 - 168),
        (17, 9 + 168, 17 + 168, 9, 17),
        (18, 9 + 168, 17 + 168, 9, 17),
    ] {
        let at = hour(at);
        let found = [
            desk.next_open(at),
            desk.next_close(at),
            desk.prev_open(at),
            desk.prev_close(at),
        ];
        assert_eq!(
            found,
            [next_open, next_close, prev_open, prev_close].map(|h| Some(hour(h)))
        );
    }
    // Just before an edge it is still to come, and has not been.
    assert_eq!(desk.next_open(hour(9) - 1), Some(hour(9)));
    assert_eq!(desk.prev_open(hour(9) - 1), Some(hour(9 - 168)));
    // From before and after the range.
    let first = desk.next_open(i64::MIN).expect("an opening");
    assert!((FIRST..FIRST + 7 * DAY).contains(&first) && desk.is_open(first));
    assert_eq!(desk.next_open(FIRST - 1), Some(first));
    let last = desk.prev_close(i64::MAX).expect("a closing");
    assert!((END - 7 * DAY..=END).contains(&last) && desk.is_open(last - 1));
    assert_eq!(
        (desk.next_open(i64::MAX), desk.prev_close(i64::MIN)),
        (None, None)
    );
    assert_eq!(
        (desk.next_open(END - 1), desk.prev_open(FIRST)),
        (None, None)
    );
    // The range begins at 00:00 of a Monday; an opening in that instant is one.
    let midnight = line("Mo 00:00-01:00 @ UTC");
    for at in [i64::MIN, FIRST - 2, FIRST - 1] {
        assert_eq!(midnight.next_open(at), Some(FIRST), "{at}");
        assert_eq!(midnight.next_close(at), Some(FIRST + HOUR), "{at}");
    }
    assert_eq!(midnight.next_open(FIRST), Some(FIRST + 7 * DAY));
    assert_eq!(midnight.prev_open(FIRST), Some(FIRST));
    assert_eq!(midnight.prev_open(FIRST - 1), None);
    // The block at the beginning of time, seen from the next.
    let second = -453 * i64::from(BLOCK_DAYS) * DAY;
    let before = desk.prev_open(second + 1).expect("an opening");
    assert!((second - 7 * DAY..second).contains(&before) && desk.is_open(before));
    // Every edge of a calendar that never opens again, and of one that never closes again.
    let year = line("2026 Mo 09:00-17:00 @ UTC");
    let end = instant("2026-12-28T17:00:00Z");
    assert_eq!((year.next_open(end), year.next_close(end)), (None, None));
    assert_eq!(year.prev_close(END - 1), Some(end));
    assert_eq!(year.next_open(FIRST), Some(instant("2026-01-05T09:00:00Z")));
    let always = line("24/7; 2026 May 25 off @ UTC");
    let (from, to) = (
        instant("2026-05-25T00:00:00Z"),
        instant("2026-05-26T00:00:00Z"),
    );
    assert_eq!(
        (always.next_close(0), always.next_open(0)),
        (Some(from), Some(to))
    );
    assert_eq!(
        (always.prev_open(END - 1), always.prev_close(END - 1)),
        (Some(to), Some(from))
    );
    assert_eq!(
        (always.next_close(to), always.prev_close(from - 1)),
        (None, None)
    );
    assert_eq!(always.next_close(FIRST), Some(from));
    assert_eq!(always.add(0, from + HOUR), to + HOUR);
    assert_eq!(always.add(to + HOUR, -2 * HOUR), from - HOUR);
}

/// Edges at the border of two blocks, seen from blocks that are open or closed throughout.
#[test]
fn edges_at_the_borders_of_blocks() {
    let border = 2 * i64::from(BLOCK_DAYS) * DAY;
    let date = |day: i64| {
        let text = crate::support::shown(day * DAY);
        let date = chrono::NaiveDate::parse_from_str(&text[..10], "%Y-%m-%d").expect("a date");
        date.format("%Y %b %-d").to_string()
    };
    let (before, after) = (date(border / DAY - 1), date(border / DAY));
    // Closed on the last day of a block, or on the first.
    for (closed, from, to) in [
        (&before, border - DAY, border),
        (&after, border, border + DAY),
    ] {
        let always = line(&format!("24/7; {closed} off @ UTC"));
        assert_eq!(always.next_close(0), Some(from), "{closed}");
        assert_eq!(always.next_open(0), Some(to), "{closed}");
        assert_eq!(always.prev_close(60_000 * DAY), Some(from), "{closed}");
        assert_eq!(always.prev_open(60_000 * DAY), Some(to), "{closed}");
        let never = line(&format!("{closed} 00:00-24:00 @ UTC"));
        assert_eq!(never.next_open(0), Some(from), "{closed}");
        assert_eq!(never.next_close(0), Some(to), "{closed}");
        assert_eq!(never.prev_open(60_000 * DAY), Some(from), "{closed}");
        assert_eq!(never.prev_close(60_000 * DAY), Some(to), "{closed}");
        // All of its time, and where it is.
        assert_eq!(never.add(0, DAY), to);
        assert_eq!(never.add(0, 1), from + 1);
        assert_eq!(never.add(60_000 * DAY, -DAY), from);
        assert_eq!(never.add(60_000 * DAY, -1), to - 1);
        assert_eq!(never.add(0, DAY + 1), i64::MAX);
        assert_eq!(never.add(60_000 * DAY, -DAY - 1), i64::MIN);
        assert_eq!(never.add(to, -DAY), from);
        assert_eq!(never.add(from, DAY), to);
    }
}

#[test]
fn periods_are_clipped_and_merged() {
    let desk = line("Mo 09:00-12:00,13:00-17:00 @ UTC");
    let monday = monday_of(0);
    let hours = |from: i64, to: i64| -> Vec<(i64, i64)> {
        let found = desk.periods(monday + from * HOUR, monday + to * HOUR);
        found
            .map(|(a, b)| ((a - monday) / HOUR, (b - monday) / HOUR))
            .collect()
    };
    assert_eq!(hours(0, 24), [(9, 12), (13, 17)]);
    assert_eq!(hours(10, 14), [(10, 12), (13, 14)]);
    assert_eq!(hours(9, 13), [(9, 12)]);
    assert_eq!(hours(12, 13), []);
    assert_eq!(hours(14, 10), []);
    assert_eq!(hours(11, 11), []);
    assert_eq!(hours(16, 168 + 10), [(16, 17), (168 + 9, 168 + 10)]);
    let always = line("24/7 @ UTC");
    // Over the border of blocks it is one, and ends with the range.
    let border = i64::from(BLOCK_DAYS) * DAY;
    assert_eq!(
        always.period(border - 1, border + 1),
        Some((border - 1, border + 1))
    );
    assert_eq!(always.period(i64::MIN, i64::MAX), Some((FIRST, END)));
    assert_eq!(always.period(END, i64::MAX), None);
}

#[test]
fn business_days_of_weeks_and_nights() {
    let night = line("Mo-Fr 22:00-06:00 @ UTC");
    let monday = monday_of(0);
    let day = i32::try_from(monday / DAY).expect("a day");
    let open: Vec<_> = (0..7).filter(|d| night.is_business_day(day + d)).collect();
    assert_eq!(open, [0, 1, 2, 3, 4]);
    for (from, n, found) in [
        (0, 0, 0),
        (0, 1, 1),
        (4, 1, 7),
        (5, 1, 7),
        (5, -1, 4),
        (0, -1, -3),
        (6, 0, 6),
        (0, 5, 7),
        (0, 260, 364),
        (0, -260, -364),
    ] {
        assert_eq!(
            night.add_days(day + from, n),
            Some(day + found),
            "{n} from {from}"
        );
    }
    let at = |d: i64, h: i64| monday + d * DAY + h * HOUR;
    // At 01:00 on Tuesday it is still Monday's shift, and that of Tuesday has not begun.
    assert_eq!(night.day_of(at(1, 1)), day + 1);
    assert_eq!(night.same_time(at(1, 1), 1), Some(at(2, 1)));
    assert_eq!(night.same_time(at(5, 1), 1), Some(at(8, 1)));
    assert_eq!(night.same_time(at(0, 12), 1), Some(at(1, 22)));
    assert_eq!(night.whole_days(at(1, 1), 1), Some(day + 1));
    assert_eq!(night.whole_days(at(1, 22), 1), Some(day + 1));
    assert_eq!(night.whole_days(at(1, 22) + 1, 1), Some(day + 2));
    assert_eq!(night.whole_days(at(1, 23), 0), Some(day + 1));
    assert_eq!(
        [
            night.count_whole_days(at(1, 1), 9),
            night.count_whole_days(at(1, 1), -2)
        ],
        [9, 0]
    );
    // The break of the day before reaches over midnight: the hours of the 6th begin at 02:00.
    let broken = line("Mo-Su 00:00-08:00; 2026 Jan 5 22:00-26:00 off @ UTC");
    let sixth = broken.day_of(instant("2026-01-06T00:00:00Z"));
    let whole = |at: &str| broken.whole_days(instant(at), 1);
    assert_eq!(whole("2026-01-06T02:00:00Z"), Some(sixth));
    assert_eq!(whole("2026-01-06T02:00:01Z"), Some(sixth + 1));
    assert_eq!(whole("2026-01-05T00:00:01Z"), Some(sixth));
    // The same of every Monday, and of one month.
    for text in [
        "Mo-Su 00:00-08:00; Mo 22:00-26:00 off @ UTC",
        "Mo-Su 00:00-08:00; Jan 22:00-26:00 off @ UTC",
    ] {
        let broken = line(text);
        let whole = |at: &str| broken.whole_days(instant(at), 1);
        assert_eq!(whole("2026-01-06T02:00:00Z"), Some(sixth), "{text}");
        assert_eq!(whole("2026-01-06T02:00:01Z"), Some(sixth + 1), "{text}");
    }
    // One year has 52 Mondays.
    let year = line("2026 Mo 09:00-17:00 @ UTC");
    let new_year = instant("2026-01-01T00:00:00Z");
    assert_eq!(year.count_whole_days(new_year, 100), 52);
    assert_eq!(year.count_whole_days(new_year, 52), 52);
    assert_eq!(year.add_days(day, 53), None);
    assert_eq!(
        year.add_days(day, 52),
        Some(year.day_of(instant("2026-12-28T00:00:00Z")))
    );
    // A combination: any open time of the date, in the zone of the first.
    let both = line("(Mo-Fr 22:00-06:00 @ UTC) | (off @ UTC)");
    let open: Vec<_> = (0..7).filter(|d| both.is_business_day(day + d)).collect();
    assert_eq!(open, [0, 1, 2, 3, 4, 5]);
    assert_eq!(both.whole_days(at(1, 1), 1), Some(day + 2));
    assert_eq!(both.whole_days(at(1, 0), 1), Some(day + 1));
}

#[test]
fn minutes_of_a_working_day() {
    for (text, minutes) in [
        ("Mo-Fr 09:00-17:00 @ UTC", 480.0),
        ("Mo-Th 09:00-17:00; Fr 09:00-15:00 @ UTC", 480.0),
        // Of two as common the longer.
        (
            "Mo,Tu 09:00-17:00; We,Th 09:00-18:00; Fr 09:00-10:00 @ UTC",
            540.0,
        ),
        // The week counts, even where months differ for most of the year.
        ("Mo-Fr 09:00-17:00; Jan-Nov 09:00-15:00 @ UTC", 480.0),
        ("24/7 @ UTC", 1_440.0),
        ("off @ UTC", 0.0),
        ("2026 Jan 1-31 09:00-12:00 @ UTC", 180.0),
        (
            "(Mo-Fr 09:00-17:00 @ UTC) - (Mo-Fr 12:00-13:00 @ UTC)",
            420.0,
        ),
    ] {
        assert_eq!(line(text).day_minutes(), minutes, "{text}");
    }
}

/// Business days before a date are those that a count of weekdays gives, over two centuries.
#[test]
fn business_days_are_counted() {
    let desk = line("Mo-Fr 09:00-17:00 @ UTC");
    let both = line("(Mo-Fr 09:00-17:00 @ UTC) | (off @ UTC)");
    // Day 0 is a Saturday.
    let works = |day: i32| (day - 2).rem_euclid(7) < 5;
    for sign in [1, -1] {
        let mut count = 0;
        for i in 0..36_525 {
            let day = if sign > 0 { i } else { -i };
            if i % 97 == 0 {
                assert_eq!(desk.days_before(day), count, "{day}");
                assert_eq!(both.days_before(day), count, "{day}");
                assert_eq!(desk.is_business_day(day), works(day), "{day}");
            }
            let passed = if sign > 0 { day } else { day - 1 };
            count += i64::from(works(passed)) * i64::from(sign);
        }
    }
}
