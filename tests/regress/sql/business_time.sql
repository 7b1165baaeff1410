-- Business-time arithmetic, every row of the table in docs/guides/calendars.md.
\pset null '(null)'
CREATE TEMP TABLE cal AS SELECT
    'Mo-Fr 09:00-17:00; PH off @ America/New_York, US'::slaops.calendar AS ny,
    'Mo-Fr 09:00-12:00,13:00-17:00; Sa 10:00-14:00 @ Europe/Berlin'::slaops.calendar AS berlin,
    '24/7 @ America/New_York'::slaops.calendar AS always,
    'off @ UTC'::slaops.calendar AS never,
    '2031 Jan 06 09:00-10:00 @ UTC'::slaops.calendar AS once;

-- A week with the 3rd of July, which the US observed in 2026.
SELECT slaops.business_minutes(ny, '2026-06-29', '2026-07-06') AS week,
       slaops.business_minutes(ny, '2026-07-06', '2026-06-29') AS reversed,
       slaops.business_interval(ny, '2026-06-29', '2026-07-06') AS interval,
       slaops.business_minutes(always, '2026-03-08 05:00Z', '2026-03-09 04:00Z') AS day_of_23_hours,
       slaops.business_minutes(always, '2026-11-01 04:00Z', '2026-11-02 05:00Z') AS day_of_25_hours
FROM cal;

-- Ranges and multiranges.
SELECT
    slaops.business_minutes(ny, tstzrange('2026-06-29', '2026-07-06')) AS range,
    slaops.business_minutes(ny, 'empty'::tstzrange) AS empty,
    slaops.business_minutes(ny, tstzrange('2026-06-29', NULL)) AS open_ended,
    slaops.business_minutes(once, tstzrange(NULL, NULL)) AS all_of_once,
    slaops.business_minutes(
        ny, '{[2026-06-29,2026-06-30),[2026-07-02,2026-07-06)}'::tstzmultirange
    ) AS multirange,
    slaops.business_minutes(ny, '{}'::tstzmultirange) AS empty_multirange
FROM cal;

-- The earliest instant by which, the latest from which.
SELECT
    slaops.business_add(berlin, '2026-01-02 09:00+01', 420) AS ends_at_closing,
    slaops.business_add(berlin, '2026-01-02 09:00+01', 420.5) AS then_saturday,
    slaops.business_add(berlin, '2026-01-03 14:00+01', -240) AS back_to_opening,
    slaops.business_add(berlin, '2026-01-04 12:00+01', 0) AS unchanged,
    slaops.business_add(berlin, '2026-01-02 16:30+01', interval '3 days') AS three_working_days,
    slaops.business_add(
        berlin, '2026-01-02 16:30+01', interval '-1 day 30 minutes'
    ) AS back_a_day_less_half_an_hour
FROM cal;

-- A literal need not be cast; a plain number is minutes.
SELECT
    slaops.business_add(berlin, '2026-01-02 16:30+01', '3 days') AS days,
    slaops.business_add(berlin, '2026-01-02 16:30+01', '90 minutes') AS minutes,
    slaops.business_add(berlin, '2026-01-02 16:30+01', '90') AS number,
    slaops.business_add(berlin, '2026-01-02 16:30+01', NULL) AS nothing,
    slaops.business_add('24/7 @ UTC', '2026-01-02 16:30+01', '3 days') AS always
FROM cal;

SELECT
    at,
    slaops.is_open(berlin, at),
    slaops.next_open(berlin, at),
    slaops.next_close(berlin, at),
    slaops.prev_open(berlin, at),
    slaops.prev_close(berlin, at)
FROM
    cal,
    unnest(
        '{2026-01-02 09:00+01,2026-01-02 12:00+01,2026-01-02 12:30+01,2026-01-04 00:00+01}'::timestamptz[]
    ) AS instants (at);

SELECT slaops.open_periods(berlin, '2026-01-02 10:00+01', '2026-01-05 10:00+01') FROM cal;
SELECT slaops.open_multirange(berlin, '2026-01-02 10:00+01', '2026-01-05 10:00+01') FROM cal;
SELECT slaops.open_multirange(never, '2026-01-02', '2026-01-05') FROM cal;

SELECT slaops.business_days(ny, '2026-01-01', '2027-01-01') AS in_2026,
       slaops.business_days(ny, '2027-01-01', '2026-01-01') AS reversed,
       slaops.business_day_add(ny, '2026-07-02', 1) AS after_the_third,
       slaops.business_day_add(ny, '2026-07-04', 1) AS from_a_saturday,
       slaops.business_day_add(ny, '2026-07-06', -1) AS before,
       slaops.business_day_add(ny, '2026-07-04', 0) AS unchanged
FROM cal;
SELECT how, slaops.roll(ny, '2026-01-31', how)
FROM
    cal,
    unnest(
        '{forward,following,backward,preceding,modifiedfollowing,modifiedpreceding,nat}'::text[]
    ) AS how;

-- Differences of ordinals are business time.
SELECT
    slaops.business_ordinal(ny, '2000-01-01 00:00Z') AS at_epoch,
    (
        slaops.business_ordinal(ny, '2026-07-06') - slaops.business_ordinal(ny, '2026-06-29')
    ) / 60e6 AS minutes
FROM cal;

-- Calendars that never open, or open once; the ends of time.
SELECT
    slaops.business_minutes(never, '2026-01-01', 'infinity') AS never,
    slaops.business_add(never, '2026-01-01', 1) AS added,
    slaops.business_add(never, '2026-01-01', -1) AS taken,
    slaops.next_open(never, '2026-01-01') AS next_open,
    slaops.business_day_add(never, '2026-01-01', 1) AS next_day,
    slaops.business_days(never, '2026-01-01', '9999-12-31') AS days
FROM cal;
SELECT
    slaops.next_open(once, '2026-01-01'),
    slaops.next_open(once, '2031-01-06 09:00Z') AS again,
    slaops.prev_close(once, 'infinity'),
    slaops.business_add(once, '2026-01-01', 60) AS all_of_it,
    slaops.business_add(once, '2026-01-01', 61) AS more,
    slaops.business_minutes(once, '-infinity', 'infinity') AS in_all
FROM cal;
SELECT
    slaops.business_minutes(always, '2026-01-01', 'infinity') AS to_infinity,
    slaops.business_minutes(always, 'infinity', '2026-01-01') AS from_infinity,
    slaops.business_minutes(always, 'infinity', 'infinity') AS nothing,
    slaops.business_minutes(ny, '2026-01-01', '9999-12-31') AS to_9999,
    slaops.business_minutes(ny, '4713-01-01 BC', '2026-01-01') AS from_4713_bc,
    slaops.business_add(ny, 'infinity', 60) AS at_infinity,
    slaops.business_add(ny, '9999-12-31', 60) AS at_9999,
    slaops.is_open(always, 'infinity') AS open_at_infinity,
    slaops.next_close(always, '2026-01-01') AS closes
FROM cal;
SELECT
    slaops.business_minutes(always, '4713-01-01 BC', '294276-12-31') AS all_of_time,
    slaops.next_close(ny, '294276-12-30') AS last_close,
    slaops.business_add(ny, '294276-12-30', 100000) AS past_the_end
FROM cal;
SELECT
    slaops.next_open(ny, '9999-12-31'),
    slaops.prev_open(ny, '4713-01-01 BC'),
    slaops.next_open(ny, 'infinity'),
    slaops.next_open(ny, '-infinity')
FROM cal;

-- Days of a calendar without working days never pass, as hours do not.
SELECT
    slaops.business_add(never, '2026-01-01', '3 days') AS days,
    slaops.business_add(never, '2026-01-01', '8 hours') AS hours,
    slaops.business_add(never, '2026-01-01', '-3 days') AS back,
    slaops.business_add(never, '2026-01-01', '0 days') AS none
FROM cal;
-- A range that an infinite bound cut reads back.
SELECT p::text::tstzrange = p AS reads_back, p
FROM cal, slaops.open_periods(always, '2026-01-01', 'infinity') AS p;
-- The last year of the grammar ends for sums and edges alike.
SELECT slaops.business_minutes(c, '9985-01-01', '10011-01-01') - (
    SELECT sum(extract(epoch FROM upper(period) - lower(period)) / 60)
    FROM slaops.open_periods(c, '9985-01-01', '10011-01-01') AS period
) AS difference
FROM (
    VALUES
        ('Jan 1 00:00-24:00 @ Pacific/Kiritimati'::slaops.calendar),
        ('Jan 1 00:00-24:00 @ Asia/Kolkata')
) AS given (c);

-- Months of a year are whole months, with a weekday and without.
SELECT c, slaops.business_minutes(c, '2024-01-01', '2025-06-01') / 60 AS hours
FROM (
    VALUES
        ('2024 Jan-Mar 09:00-10:00 @ UTC'::slaops.calendar),
        ('2024 Jan-Mar Mo 09:00-10:00 @ UTC'), ('2024 Nov-Feb Mo 09:00-10:00 @ UTC'),
        ('24/7; 2024 Feb off @ UTC')
) AS given (c);

-- The fifth weekday of a month, where the month has one; weeks over New Year; dates of one month;
-- holidays on weekdays.
SELECT
    slaops.is_open('Aug Mo[5] 09:00-17:00 @ UTC', '2022-08-29 10:00Z') AS fifth_monday,
    slaops.business_minutes(
        'Mo-Fr 09:00-17:00; Aug Mo[5] off @ UTC', '2022-08-29Z', '2022-08-30Z'
    ) AS off,
    slaops.next_open('Feb Su[5] 12:00-22:00 @ UTC', '2020-01-01Z') AS fifth_sunday,
    slaops.next_open('Feb: Su[5] 12:00-22:00 @ UTC', '2020-01-01Z') AS with_colon,
    slaops.next_open('Feb 29 00:00-24:00 @ UTC', '2196-03-01Z') AS leap_day;
SELECT
    slaops.business_days(
        '24/7; week 41-05 off @ UTC', '2020-09-28', '2021-02-15'
    ) AS weeks_40_and_6_to_6,
    slaops.business_days('24/7; Dec 25,26 off @ UTC', '2026-12-01', '2027-01-01') AS december,
    slaops.business_days(
        'PH Mo-Fr 09:00-17:00 @ UTC, US', '2026-01-01', '2027-01-01'
    ) AS holidays_on_weekdays;

-- Overnight hours belong to the evening; a holiday takes the shifts that start on it.
SELECT
    slaops.business_minutes(
        'Fr 22:00-06:00; 2006 Jan 06 off @ UTC', '2006-01-06 12:00Z', '2006-01-08 00:00Z'
    ) AS holiday_on_friday,
    slaops.business_minutes(
        'Fr 22:00-06:00; 2006 Jan 07 off @ UTC', '2006-01-06 12:00Z', '2006-01-08 00:00Z'
    ) AS holiday_on_saturday,
    slaops.business_minutes(
        'Fr 22:00-06:00; 2006 Jan 07 00:00-02:00 off @ UTC', '2006-01-06 12:00Z',
        '2006-01-08 00:00Z'
    ) AS break_after_midnight;

-- NULL in, NULL out.
SELECT
    slaops.business_minutes(ny, NULL, '2026-01-01'),
    slaops.business_add(ny, '2026-01-01', NULL::float8),
    slaops.is_open(NULL::slaops.calendar, now())
FROM cal;


-- A lunch break that is written after the holidays still shortens the working day.
SELECT slaops.day_minutes(
    'Mo-Fr 09:00-17:00; PH off; Mo-Fr 12:00-13:00 off @ Europe/Berlin, DE'::slaops.calendar
);

\x on
SELECT * FROM refusal($$SELECT slaops.business_add(ny, '2026-01-01', 'NaN'::float8) FROM cal$$);
SELECT *
FROM refusal($$SELECT slaops.business_add(ny, '2026-01-01', interval '1 month') FROM cal$$);
SELECT * FROM refusal($$SELECT slaops.business_interval(ny, '2026-01-01', 'infinity') FROM cal$$);
SELECT * FROM refusal($$SELECT slaops.business_days(ny, '2026-01-01', 'infinity') FROM cal$$);
SELECT * FROM refusal($$SELECT slaops.roll(ny, '2026-01-31', 'raise') FROM cal$$);
SELECT * FROM refusal($$SELECT slaops.roll(ny, '2026-01-30', 'up') FROM cal$$);
\x off

-- The first Monday of each month in a list, and a year from which on it is closed for good.
SELECT
    slaops.business_minutes(
        'Mo-Fr 09:00-17:00; Jan,Apr,Jul,Oct Mo[1] off @ UTC', '2026-01-01Z', '2027-01-01Z'
    ) AS first_mondays_off,
    (
        SELECT count(*)
        FROM slaops.open_periods('Jan,Aug Mo[5] 10:00-12:00 @ UTC', '2024-01-01Z', '2030-01-01Z')
    ) AS fifth_mondays,
    slaops.next_open('Mo-Fr 09:00-17:00; 2026+ off @ UTC', '2026-01-01Z') AS closed_for_good,
    slaops.business_add('Mo-Fr 09:00-17:00; 2026+ off @ UTC', '2026-01-01Z', 60.0::float8) AS never;
