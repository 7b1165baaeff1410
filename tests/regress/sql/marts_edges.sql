-- What dashboards say where there is little to say: closed calendars, young teams, capacities that
-- are no numbers, silence.
SET client_min_messages = warning;
CREATE SCHEMA edge;
CREATE TABLE edge.event (
    ticket_id int, event_at timestamptz, event_type text, old_value text, new_value text
);
SELECT
FROM slaops.load_config(
    $$policies: [{name: All, hours: business, targets: {'*': {resolution: 240m}}}]$$, 'edge'
);

-- Three tickets of November are open, and the desk has been closed for 28 days: no pace is known,
-- so the backlog is held.
CREATE TABLE edge.shut AS
SELECT
    i AS ticket_id,
    timestamptz '2025-11-03 10:00Z' + i * interval '1 day' AS created_at,
    CASE WHEN i > 3 THEN timestamptz '2025-11-03 11:00Z' + i * interval '1 day' END AS solved_at,
    CASE WHEN i > 3 THEN 'solved' ELSE 'open' END AS status,
    'Mo-Fr 09:00-17:00; 2025 Dec 01-2026 Jan 20 off @ UTC'::text AS calendar_name
FROM generate_series(1, 12) AS numbers (i);
SELECT count(*) > 30 AS made FROM slaops.create_marts(
    'shut_marts', 'edge.shut', 'edge.event', policy_set => 'edge', stored => false
);
SET slaops.as_of = '2026-01-05 08:00Z';
SELECT
    count(*) AS days,
    min(wip),
    max(wip),
    max(arrivals) AS arrivals,
    max(completions) AS completions
FROM shut_marts.backlog_projection;
SELECT day, wip, past_target, throughput, minutes_to_green, green_at, calendar_name
FROM shut_marts.backlog_summary;

-- A team of four days that is open all hours, with 21 of 24 tickets solved: 5.25 a day, today as on
-- the day before, but no pace.
CREATE TABLE edge.young AS
SELECT
    i AS ticket_id,
    timestamptz '2026-01-01 00:00Z' + (i - 1) * interval '4 hours' AS created_at,
    CASE
        WHEN i > 3 THEN timestamptz '2026-01-01 01:00Z' + (i - 1) * interval '4 hours'
    END AS solved_at,
    CASE WHEN i > 3 THEN 'solved' ELSE 'open' END AS status,
    '24/7 @ UTC'::text AS calendar_name
FROM generate_series(1, 24) AS numbers (i);
SELECT count(*) > 30 AS made FROM slaops.create_marts(
    'young_marts', 'edge.young', 'edge.event', policy_set => 'edge', stored => false
);
SET slaops.as_of = '2026-01-05 00:00Z';
SELECT day, throughput, wip, past_target
FROM young_marts.backlog_burndown
WHERE day >= '2026-01-04'
ORDER BY day;
SELECT minutes_to_green FROM young_marts.backlog_summary;
SELECT DISTINCT throughput, wip, past_target, arrivals
FROM young_marts.backlog_projection;
-- After twelve days there is one: 24 tickets came in them and 21 were solved, so that a quarter of
-- a ticket a day is added.
SET slaops.as_of = '2026-01-13 00:00Z';
SELECT day, throughput, wip, past_target, minutes_to_green
FROM young_marts.backlog_summary;
SELECT day, throughput, wip, past_target
FROM young_marts.backlog_projection
WHERE day = '2026-01-14';
RESET slaops.as_of;

-- One bad row of capacities is left out, with its name, and the others count as if it were not
-- there. Of Twice's rows that with more people counts.
CREATE TABLE edge.team AS
SELECT
    i AS ticket_id,
    timestamptz '2026-01-12 09:00Z' + i % 5 * interval '1 day' AS created_at,
    'open'::text AS status,
    (ARRAY['Good', 'Endless', 'Nan', 'Twice', 'Huge', 'Idle'])[1 + i % 6] AS group_name,
    '24/7 @ UTC'::text AS calendar_name,
    CASE i % 4
        WHEN 0 THEN '{"skill": "Spanish"}'::jsonb
        WHEN 2 THEN '{"skill": ""}'
    END AS attributes
FROM generate_series(0, 59) AS numbers (i);
CREATE TABLE edge.team_capacity (
    group_name text, fte float8, hours_per_day float8, occupancy float8, handle_minutes float8
);
INSERT INTO edge.team_capacity VALUES
    ('Good', 1, 8, 1, 30), ('Endless', 1, 8, 1, 'Infinity'), ('Nan', 1, 8, 1, 'NaN'),
    ('Huge', 1e308, 8, 1, 30), ('Idle', 1, 8, 'NaN', 40), ('Twice', 0.5, NULL, NULL, 10),
    ('Twice', 2, NULL, NULL, 20), (NULL, 5, 8, 1, 30);
SELECT count(*) > 30 AS made FROM slaops.create_marts(
    'team_marts', 'edge.team', 'edge.event', policy_set => 'edge', stored => false,
    group_capacity => 'edge.team_capacity'
);
SET slaops.as_of = '2026-01-19 08:00Z';
SELECT
    group_name,
    max(fte) AS fte,
    count(*) AS "rows",
    count(DISTINCT day) AS days,
    sum(tickets) AS tickets,
    sum(work_minutes) AS minutes
FROM team_marts.capacity_by_day
GROUP BY group_name
ORDER BY group_name;
SELECT
    group_name,
    min(rank) AS first,
    min(handle_minutes) AS handle_minutes,
    max(handle_minutes) = min(handle_minutes) AS alike
FROM team_marts.next_best_ticket
GROUP BY group_name
ORDER BY group_name;
-- Places among the tickets of a group that ask for one skill, and among those that ask for none.
SELECT
    group_name,
    skill,
    count(*),
    min(rank_in_skill),
    max(rank_in_skill),
    count(DISTINCT rank_in_skill) AS places,
    min(rank_in_group) AS first
FROM team_marts.next_best_ticket
WHERE group_name IN ('Good', 'Nan')
GROUP BY 1, 2
ORDER BY 1, 2;
SELECT count(*) > 0 AS advised FROM team_marts.recommendations;
SELECT problem, what FROM team_marts.config_health WHERE problem ~ 'capacity|group' ORDER BY 1, 2;
RESET slaops.as_of;

-- What was logged before the creation is no step of the way, but is known: the ticket was with A
-- and had been solved, so that it was opened again and passed on: created, reopened, escalated,
-- solved.
CREATE TABLE edge.late AS
SELECT
    1 AS ticket_id,
    timestamptz '2026-01-12 10:00Z' AS created_at,
    'solved'::text AS status,
    'B'::text AS group_name,
    timestamptz '2026-01-12 12:00Z' AS solved_at;
CREATE TABLE edge.late_event AS
SELECT
    1 AS ticket_id,
    ('2026-01-12 ' || given.at)::timestamptz AS event_at,
    given.type AS event_type,
    given.old AS old_value,
    given.new AS new_value
FROM (
    VALUES
        ('09:00Z', 'group_name', NULL, 'A'), ('09:30Z', 'status', 'new', 'solved'),
        ('10:30Z', 'status', 'solved', 'open'), ('11:00Z', 'group_name', 'A', 'B'),
        ('12:00Z', 'status', 'open', 'solved')
) AS given (at, type, old, new);
SELECT count(*) > 30 AS made FROM slaops.create_marts(
    'late_marts', 'edge.late', 'edge.late_event', policy_set => 'edge', stored => false
);
SET slaops.as_of = '2026-01-13 08:00Z';
SELECT
    deviation,
    tickets,
    times,
    round(mean_fitness::numeric, 12) = (
        SELECT round(conformance.fitness::numeric, 12)
        FROM slaops.conformance('{created,reopened,escalated,solved}', 'happy path') AS conformance
    ) AS fits
FROM late_marts.process_conformance
WHERE level = 'all';
RESET slaops.as_of;

-- Where nothing came there is nothing to foretell.
CREATE TABLE edge.queue AS SELECT * FROM edge.team LIMIT 0;
SELECT count(*) > 30 AS made FROM slaops.create_marts(
    'queue_marts', 'edge.queue', 'edge.event', policy_set => 'edge', stored => false
);
SET slaops.as_of = '2026-01-12 08:00Z';
SELECT count(*) FROM queue_marts.volume_forecast;
-- Silent had its last ticket on Wednesday, 1 October: 72 working days until 9 January and none
-- came, so that by the rule of three at most 3 / 72 a day are to be expected.
-- Short has had two a working day for nine days, which vary by the square root of twice the mean: 2
-- + 1.96 * 2. New, of Thursday, is forecast by the mean of two open days, 1 and 2. Weekend has seen
-- no open day, so that all days are alike.
INSERT INTO edge.queue
SELECT 1, '2025-10-01 09:00Z', 'open', 'Silent', 'Mo-Fr 09:00-17:00 @ UTC'
UNION ALL
SELECT
    10 + 2 * extract(day FROM d)::int + i,
    d + time '09:00',
    'open',
    'Short',
    'Mo-Fr 09:00-17:00 @ UTC'
FROM generate_series(timestamptz '2026-01-03Z', '2026-01-11Z', '1 day') AS days (d)
CROSS JOIN generate_series(0, 1) AS numbers (i)
WHERE extract(isodow FROM d) < 6 OR d = '2026-01-03Z' AND i = 0
UNION ALL
SELECT
    100 + i,
    timestamptz '2026-01-08 09:00Z' + (i + 1) / 2 * interval '1 day',
    'open',
    'New',
    'Mo-Fr 09:00-17:00 @ UTC'
FROM generate_series(0, 4) AS numbers (i)
UNION ALL
SELECT 110, '2026-01-10 09:00Z', 'open', 'Weekend', 'Mo-Fr 09:00-17:00 @ UTC';
SELECT
    group_name,
    day,
    expected,
    round(lower_80::numeric, 4) AS lower_80,
    round(upper_80::numeric, 4) AS upper_80,
    round(lower_95::numeric, 4) AS lower_95,
    round(upper_95::numeric, 4) AS upper_95,
    method
FROM queue_marts.volume_forecast
WHERE level = 'group' AND day IN ('2026-01-13', '2026-01-17')
ORDER BY group_name, day;
SELECT
    count(*) AS days,
    count(*) FILTER (
        WHERE lower_95 > lower_80
        OR lower_80 > expected
        OR expected > upper_80
        OR upper_80 > upper_95
        OR lower_95 < 0
        OR method ~ '(\w+) \(\1'
    ) AS wrong
FROM queue_marts.volume_forecast;
RESET slaops.as_of;

-- From 26 January on the desk closes on Thursdays and Fridays. Ten tickets a working day until then
-- are forecast by the hours to come: none on Thursdays. The 550 open ones
-- are to be cleared in 14 days: (550 / 14 + 10) * 24 / 480 people.
INSERT INTO slaops.calendars (name, calendar, valid_from, valid_to) VALUES
    ('edge desk', 'Mo-Fr 09:00-17:00 @ UTC', '-infinity', '2026-01-26'),
    ('edge desk', 'Mo-We 09:00-17:00 @ UTC', '2026-01-26', 'infinity');
CREATE TABLE edge.desk AS
SELECT
    row_number() OVER () AS ticket_id,
    d + time '09:00' AS created_at,
    'open'::text AS status,
    'Desk'::text AS group_name,
    'edge desk'::text AS calendar_name
FROM generate_series(timestamptz '2025-11-03Z', '2026-01-16Z', '1 day') AS days (d)
CROSS JOIN generate_series(1, 10)
WHERE extract(isodow FROM d) < 6;
CREATE TABLE edge.desk_capacity AS
SELECT
    'Desk'::text AS group_name,
    1::float8 AS fte,
    8::float8 AS hours_per_day,
    1::float8 AS occupancy,
    24::float8 AS handle_minutes;
SELECT count(*) > 30 AS made FROM slaops.create_marts(
    'desk_marts', 'edge.desk', 'edge.event', policy_set => 'edge', stored => false,
    group_capacity => 'edge.desk_capacity'
);
SET slaops.as_of = '2026-01-19 08:00Z';
SELECT day, expected, upper_95, method
FROM desk_marts.volume_forecast
WHERE level = 'group' AND day IN ('2026-01-22', '2026-01-28', '2026-01-29')
ORDER BY day;
SELECT
    last_day,
    round(arrivals_per_day::numeric, 6) AS arrivals_per_day,
    round(fte_to_hold::numeric, 6) AS fte_to_hold,
    round(fte_to_clear::numeric, 6) AS fte_to_clear
FROM desk_marts.capacity_gap
WHERE arrivals_per_day IS NOT NULL;
RESET slaops.as_of;
\set QUIET on
DROP SCHEMA edge, shut_marts, young_marts, team_marts, queue_marts, late_marts, desk_marts CASCADE;
DELETE FROM slaops.calendars WHERE name = 'edge desk';
DELETE FROM slaops.sla_policies;
DELETE FROM slaops.policy_sets;
RESET client_min_messages;
