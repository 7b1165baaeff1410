-- When will the backlog be gone? In business days of a calendar.
\x
-- Ten come in and fourteen are done each day: 50 are gone after 12.5 days. Monday before opening,
-- 2026-01-19 is a holiday.
SELECT *
FROM slaops.backlog_clearance(
    50, '{10}', '{14}', 'Mo-Fr 09:00-17:00; PH off @ America/New_York, US', '2026-01-05 08:00-05'
);
-- The same futures on every machine; one in thirteen is not done within 730 days.
SELECT *
FROM slaops.backlog_clearance(
    120, '{10, 30, 8, 12, 20}', '{14, 12, 25, 11, 20.5}', 'Mo-Fr 09:00-17:00 @ UTC',
    '2026-01-05 08:00Z'
);
SELECT *
FROM slaops.backlog_clearance(
    120, '{10, 30, 8, 12, 20}', '{14, 12, 25, 11, 20.5}', 'Mo-Fr 09:00-17:00 @ UTC',
    '2026-01-05 08:00Z', seed => 2, runs => 500, horizon_days => 300
);
-- More comes in than is done; nothing is open; a calendar that never opens.
SELECT *
FROM slaops.backlog_clearance(50, '{14, 15}', '{10, 12}', '24/7 @ UTC', '2026-01-05 08:00Z');
SELECT *
FROM slaops.backlog_clearance(0, '{14, 15}', '{10, 12}', '24/7 @ UTC', '2026-01-05 08:00Z');
SELECT deterministic_days, p50_days, p50_date, p95_date, never_probability
FROM slaops.backlog_clearance(50, '{10}', '{14}', 'off @ UTC', '2026-01-05 08:00Z');
-- One with 31 days: a third of the futures need more.
SELECT deterministic_days, deterministic_date, p50_date, p80_date, never_probability
FROM slaops.backlog_clearance(
    30, '{0, 0}', '{0, 2}', '2026 Jan 09:00-17:00 @ UTC', '2026-01-01 08:00Z'
);
SELECT net_per_day, p95_date, never_probability
FROM slaops.backlog_clearance(0, '{1}', '{1}', 'off @ UTC', '2026-01-05 08:00Z');
SELECT count(*), count(net_per_day) AS not_null
FROM slaops.backlog_clearance(50, NULL, '{14}', '24/7 @ UTC', '2026-01-05 08:00Z');
\x
-- Which day counts: that of as_of only if none of its open time has passed. Two days of work.
INSERT INTO slaops.calendars (name, calendar) VALUES
    ('clearance', 'Mo-Fr 09:00-12:00,13:00-17:00 @ America/New_York');
SELECT as_of, clearance.p95_date, clearance.deterministic_date
FROM
    unnest(
        '{2026-01-05 00:00-05, 2026-01-05 09:00-05, 2026-01-05 09:01-05, 2026-01-05 12:30-05, '
        '2026-01-05 23:30-05, 2026-01-09 18:00-05, 2026-01-10 12:00-05}'::timestamptz[]
    ) AS as_of,
    slaops.backlog_clearance(8, '{10}', '{14}', 'clearance', as_of) AS clearance;
-- Hours after midnight are those of the evening before: the night of the 6th has not begun until
-- 22:00.
SELECT x, clearance.p50_date
FROM
    unnest(
        '{2026-01-05 21:00Z, 2026-01-05 22:30Z, 2026-01-06 01:00Z, 2026-01-06 07:00Z, '
        '2026-01-06 22:00Z, 2026-01-06 22:01Z, 2026-01-10 01:00Z}'::timestamptz[]
    ) AS elements (x),
    slaops.backlog_clearance(1, '{0}', '{1}', 'Mo-Fr 22:00-06:00 @ UTC', x) AS clearance;
SELECT p95_date AS by_calendar
FROM slaops.backlog_clearance(
    8, '{10}', '{14}', 'Mo-Fr 09:00-12:00,13:00-17:00 @ America/New_York'::slaops.calendar,
    '2026-01-05 12:30-05'
);
-- From a table of days.
SELECT
    clearance.p80_days,
    round(clearance.net_per_day::numeric, 3) AS net_per_day,
    clearance.history_days
FROM
    (
        SELECT
            array_agg(80 + hashint4(i) % 20 ORDER BY i)::float8[] AS created,
            array_agg(84 + hashint4(i * 7) % 20 ORDER BY i)::float8[] AS solved
        FROM generate_series(1, 60) AS numbers (i)
    ) AS day,
    slaops.backlog_clearance(400, created, solved, 'clearance', '2026-01-05Z') AS clearance;

SELECT *
FROM refusal($$SELECT slaops.backlog_clearance(-1, '{10}', '{14}', 'clearance', '2026-01-05Z')$$);
SELECT *
FROM refusal(
    $$SELECT slaops.backlog_clearance(1, '{10, 11}', '{14}', 'clearance', '2026-01-05Z')$$
);
SELECT *
FROM refusal($$SELECT slaops.backlog_clearance(1, '{}', '{}', 'clearance', '2026-01-05Z')$$);
SELECT *
FROM refusal(
    $$SELECT slaops.backlog_clearance(1, '{10, NULL}', '{14, 5}', 'clearance', '2026-01-05Z')$$
);
SELECT *
FROM refusal(
    $$SELECT slaops.backlog_clearance(1, '{10, 3}', '{14, NaN}', 'clearance', '2026-01-05Z')$$
);
SELECT *
FROM refusal($$SELECT slaops.backlog_clearance(1, '{10}', '{-14}', 'clearance', '2026-01-05Z')$$);
SELECT *
FROM refusal($$SELECT slaops.backlog_clearance(1, '{10}', '{14}', 'clearance', 'infinity')$$);
SELECT *
FROM refusal(
    $$SELECT slaops.backlog_clearance(1, '{10}', '{14}', 'clearance', '2026-01-05Z', runs => 0)$$
);
SELECT *
FROM refusal(
    $$
        SELECT slaops.backlog_clearance(
            1, '{10}', '{14}', 'clearance', '2026-01-05Z', horizon_days => -5
        )
    $$
);
SELECT *
FROM refusal(
    $$
        SELECT slaops.backlog_clearance(
            1, '{10}', '{14}', 'clearance', '2026-01-05Z', runs => 1000000, horizon_days => 36500
        )
    $$
);
SELECT *
FROM refusal($$SELECT slaops.backlog_clearance(1, '{10}', '{14}', 'clearence', '2026-01-05Z')$$);
\set QUIET on
DELETE FROM slaops.calendars WHERE name = 'clearance';
