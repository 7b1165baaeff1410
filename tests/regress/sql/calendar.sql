-- The type calendar: what it reads, how it prints, what it refuses.
\pset null '(null)'
-- Operators are found by the search path, as functions are when they are not qualified.
SET search_path = public, slaops;
SELECT text::slaops.calendar
FROM (
    VALUES
        ('24/7 @ UTC'),
        ('Mo,Tu,We,Th,Fr 9:00-17:00 @ europe/berlin'),
        (
            'mo-fr 09:00-12:00,13:00-17:00; sa 10:00-14:00; PH off; 2026 Dec 24 09:00-12:00 @ '
            'Europe/Berlin, de-by'
        ),
        ('Mo-Fr 09:00-12:00,12:00-17:00; We off @ UTC'),
        ('Fr 22:00-06:00 @ America/New_York'),
        ('Fr 22:00-06:00; Sa 00:00-02:00 off @ UTC'),
        ('Mo-Su 00:00-24:00; PH off @ UTC, US'),
        ('off @ UTC'),
        ('Mo-Fr 09:00-17:00; Dec 24-Dec 26 off; Mo[1] 10:00-12:00; easter +1 day off @ UTC'),
        ('Mo-Fr 09:00-17:00; 2026 Jan 01-2026 Jan 05 off "winter break" @ UTC'),
        ('(Mo-Fr 09:00-17:00 @ UTC) | (Sa 10:00-12:00 @ Asia/Tokyo)'),
        ('((24/7 @ UTC) | (off @ UTC)) - (Su 00:00-24:00 @ UTC)'),
        (
            '{
                "time_zone": "UTC", "hours": {"mon": [["09:00", "17:00"]]},
                "holidays": ["2026-01-05"]
            }'
        )
) AS given (text);

-- Reads back equal, from text, JSON and binary form.
SELECT
    bool_and(c::text::slaops.calendar = c) AS text,
    bool_and(c::jsonb::slaops.calendar = c) AS json
FROM (
    VALUES
        ('24/7 @ UTC'::slaops.calendar), ('Mo-Fr 09:00-17:00; PH off @ Europe/Paris, FR'),
        ('Mo-Fr 09:00-17:00 @ Europe/Paris, FR'),
        ('Fr 22:00-06:00; 2026 Jan 02 10:00-11:00 off @ UTC'),
        ('Mo 09:00-10:00 || 2026 Dec 24 off; Tu 09:00-10:00 @ UTC'),
        ('Mo[1] 09:00-17:00; 2026 Dec 24 off "x" @ UTC'),
        ('(Mo 09:00-17:00 @ UTC) - (Tu 10:00-12:00 @ UTC)')
) AS given (c);

SELECT
    'Mo-Fr 09:00-17:00; PH off; 2026 Dec 24 09:00-12:00 @ Europe/Berlin, DE-BY'::slaops.calendar::jsonb;
SELECT '{
    "time_zone": "UTC", "hours": {"fri": [["22:00", "06:00"]]},
    "shifts": {"2026-01-06": [["17:00", "23:00"]]}, "breaks": {"2026-01-02": [["23:00", "01:00"]]},
    "holidays": ["2026-01-09", "2026-01-16"]
}'::jsonb::slaops.calendar;

SELECT slaops.make_calendar(
    'Mo-Fr 09:00-17:00', 'Europe/Berlin', 'DE-BY', '{2026-12-24,2026-12-31}'
);
SELECT slaops.make_calendar('Mo-Fr 09:00-17:00; PH 10:00-12:00', 'UTC', holidays => '{2026-12-24}');
SELECT slaops.make_calendar('24/7', 'UTC');

SELECT slaops.time_zone(c), slaops.hours(c), slaops.country(c), slaops.day_minutes(c)
FROM (
    VALUES
        ('Mo-Fr 09:00-17:00; Sa 10:00-14:00; PH off @ Europe/Berlin, DE-BY'::slaops.calendar),
        ('24/7 @ UTC'),
        ('off @ UTC'), ('(Mo-Fr 09:00-17:00 @ Asia/Tokyo) | (Mo-Fr 12:00-18:00 @ Asia/Tokyo)')
) AS given (c);

-- Algebra.
SELECT a | b AS "or", a & b AS "and", a - b AS "without", a | a AS same
FROM (
    SELECT
        'Mo-Fr 09:00-17:00 @ UTC'::slaops.calendar AS a,
        'Mo-Fr 12:00-20:00 @ Europe/Berlin'::slaops.calendar AS b
) AS given;

-- Equality, order and hashing.
SELECT
    'Mo,Tu,We,Th,Fr 9:00-17:00 @ UTC'::slaops.calendar = 'Mo-Fr 09:00-17:00 @ UTC'::slaops.calendar AS equal,
    'Mo-Fr 09:00-17:00 @ UTC'::slaops.calendar <> 'Mo-Fr 09:00-17:00 @ Etc/UTC'::slaops.calendar AS other_zone;
CREATE TEMP TABLE many AS
SELECT format('Mo-Fr %s:00-17:00 @ UTC', lpad((i % 10)::text, 2, '0'))::slaops.calendar AS c, i
FROM generate_series(1, 1000) AS numbers (i);
CREATE INDEX ON many (c);
CREATE INDEX ON many USING hash (c);
SELECT count(DISTINCT c), count(*) FILTER (WHERE c < 'Mo-Fr 05:00-17:00 @ UTC') > 0 AS some_before
FROM many;
SELECT count(*) FROM (SELECT c FROM many GROUP BY c) AS grouped;
SET enable_seqscan = off;
SELECT count(*) FROM many WHERE c = 'Mo-Fr 03:00-17:00 @ UTC';
RESET enable_seqscan;

-- What it refuses, and how.
\x on
SELECT refused, refusal.*
FROM
    (
        VALUES
            (''), ('Mo-Fr 09:00-17:00'), ('@ UTC'), ('Mo-Fr 09:00-17:00 @'),
            ('Mo-Fr 25:00-26:00 @ UTC'), ('Mo-Fri 09:00-17:00 @ UTC'),
            ('Mo-Fr 09:00-17:00 @ Europe/Berln'), ('Mo-Fr 09:00-17:00; PH off @ UTC, UK'),
            ('PH off @ UTC, DE-XX'), ('Mo-Fr; PH off @ UTC'),
            ('sunrise-sunset @ UTC'), ('2026 Feb 30 off @ UTC'), ('Feb 30 off @ UTC'),
            ('10:00-16:00/01:30 @ UTC'), ('(24/7 @ UTC) | '), ('(24/7 @ UTC'),
            ('(24/7 @ UTC) + (24/7 @ UTC)'),
            ('{"time_zone": "UTC", "hour": {}}'),
            ('{"time_zone": "UTC", "hours": {"mon": [["09:00"]]}}'), ('{"hours": {}}'),
            ('{"time_zone"'),
            ('{"time_zone":"UTC","hours":"2026 Dec 24 off \"a\u0000b\""}')
    ) AS given (refused),
    LATERAL refusal(format('SELECT %L::slaops.calendar', refused)) AS refusal;
SELECT *
FROM refusal(
    $$SELECT slaops.make_calendar('Mo-Fr 09:00-17:00', 'UTC', holidays => '{10000-01-01}')$$
);
\x off

-- Lists are kept without repeats; what would be too long to read again is refused.
SELECT c FROM CAST('Dec ' || repeat('24,25,', 30000) || '26 off @ UTC' AS slaops.calendar) AS c;
SELECT refusal.state, refusal.message, refusal.hint
FROM
    (
        SELECT string_agg(
            format('%s easter,%s Dec 1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31', y, y), ','
        ) AS days
        FROM generate_series(2000, 3999) AS numbers (y)
    ) AS listed,
    refusal(format('SELECT %L::slaops.calendar', days || ' off @ UTC')) AS refusal;
SELECT refusal.message
FROM refusal($$SELECT '(sunrise+01:00)-18:00 @ UTC'::slaops.calendar$$) AS refusal;
