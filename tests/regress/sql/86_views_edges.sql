-- What dashboards say where there is little to say: closed calendars, young teams, capacities that are no numbers, silence.
SET client_min_messages = warning;
CREATE SCHEMA edge;
CREATE TABLE edge.event (ticket_id int, event_at timestamptz, event_type text, old_value text, new_value text);
SELECT FROM slaops.load_config($$policies: [{name: All, hours: business, targets: {'*': {resolution: 240m}}}]$$, 'edge');

-- Three tickets of November are open, and the desk has been closed for 28 days: no pace is known, so the backlog is held.
CREATE TABLE edge.shut AS SELECT i AS ticket_id, timestamptz '2025-11-03 10:00Z' + i * interval '1 day' AS created_at, CASE WHEN i > 3 THEN timestamptz '2025-11-03 11:00Z' + i * interval '1 day' END AS solved_at,
    CASE WHEN i > 3 THEN 'solved' ELSE 'open' END AS status, 'Mo-Fr 09:00-17:00; 2025 Dec 01-2026 Jan 20 off @ UTC'::text AS calendar_name FROM generate_series(1, 12) AS i;
SELECT FROM slaops.create_marts('shut_marts', 'edge.shut', 'edge.event', policy_set => 'edge', stored => false);
SET slaops.as_of = '2026-01-05 08:00Z';
SELECT count(*) AS days, min(wip), max(wip), max(arrivals) AS arrivals, max(completions) AS completions, max(calendar_name) AS calendar_name FROM shut_marts.backlog_burndown WHERE kind = 'projected';
SELECT wip, past_target, throughput, minutes_to_green, green_at FROM shut_marts.backlog_burndown WHERE kind = 'actual' AND day = '2026-01-05';

-- A team of four days that is open all hours, with 21 of 24 tickets solved: 5.25 a day, today as on the day before, but no pace.
CREATE TABLE edge.young AS SELECT i AS ticket_id, timestamptz '2026-01-01 00:00Z' + (i - 1) * interval '4 hours' AS created_at, CASE WHEN i > 3 THEN timestamptz '2026-01-01 01:00Z' + (i - 1) * interval '4 hours' END AS solved_at,
    CASE WHEN i > 3 THEN 'solved' ELSE 'open' END AS status, '24/7 @ UTC'::text AS calendar_name FROM generate_series(1, 24) AS i;
SELECT FROM slaops.create_marts('young_marts', 'edge.young', 'edge.event', policy_set => 'edge', stored => false);
SET slaops.as_of = '2026-01-05 00:00Z';
SELECT day, kind, throughput, wip, past_target, minutes_to_green FROM young_marts.backlog_burndown WHERE day BETWEEN '2026-01-04' AND '2026-01-06' ORDER BY day;
SELECT DISTINCT throughput, wip, arrivals FROM young_marts.backlog_burndown WHERE kind = 'projected';
-- After twelve days there is one: 24 tickets came in them and 21 were solved, so that a quarter of a ticket a day is added.
SET slaops.as_of = '2026-01-13 00:00Z';
SELECT day, throughput, wip, past_target, minutes_to_green FROM young_marts.backlog_burndown WHERE day IN ('2026-01-13', '2026-01-14') ORDER BY day;
RESET slaops.as_of;
\set QUIET on
DROP SCHEMA edge, shut_marts, young_marts CASCADE;
DELETE FROM slaops.sla_policies;
DELETE FROM slaops.policy_sets;
RESET client_min_messages;
