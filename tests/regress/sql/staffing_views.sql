-- The week's staffing in views: arrivals by half hour, people needed, who is there.
SET client_min_messages = warning;
CREATE SCHEMA raw_week;
-- Ten weeks: each weekday at nine 6 calls and 4 mails, at ten 6 mails, at midnight 3 mails.
CREATE TABLE raw_week.tickets AS
SELECT
    row_number() OVER () AS ticket_id,
    day.at + came.offset_at AS created_at,
    'solved'::text AS status,
    'desk'::text AS group_name,
    came.channel,
    'normal'::text AS priority,
    day.at + came.offset_at + interval '1 hour' AS solved_at,
    'Mo-Fr 09:00-17:00 @ UTC'::text AS calendar_name
FROM generate_series(
    timestamptz '2025-10-27Z', timestamptz '2026-01-04Z', interval '1 day'
) AS day (at)
CROSS JOIN (
    VALUES
        ('phone', interval '9 hours 5 minutes', 6),
        ('email', interval '9 hours 10 minutes', 4),
        ('email', interval '10 hours', 6),
        ('web', interval '5 minutes', 3)
) AS came (channel, offset_at, tickets)
CROSS JOIN LATERAL generate_series(1, came.tickets) AS number
WHERE extract(isodow FROM day.at AT TIME ZONE 'UTC') < 6;
CREATE TABLE raw_week.ticket_events AS
SELECT
    ticket.ticket_id, ticket.created_at AS event_at, 'created'::text AS event_type,
    'customer'::text AS actor_role, NULL::text AS field, NULL::text AS new_value
FROM raw_week.tickets AS ticket
UNION ALL
SELECT ticket.ticket_id, ticket.solved_at, 'status', 'agent', 'status', 'solved'
FROM raw_week.tickets AS ticket;
CREATE TABLE raw_week.capacity (
    group_name text, channel text, fte float8, handle_minutes float8, service_level float8,
    threshold_seconds float8, patience_seconds float8, due_minutes float8
);
INSERT INTO raw_week.capacity VALUES
    ('desk', NULL, 3, 15, NULL, NULL, NULL, 120),
    ('desk', 'phone', NULL, 5, 0.8, 20, NULL, NULL);
CREATE TABLE raw_week.agents (agent text, group_name text, fte float8);
INSERT INTO raw_week.agents VALUES ('ann', 'desk', 1), ('bob', 'desk', 1), ('cem', 'desk', 1);
CREATE TABLE raw_week.shifts (agent text, starts_at timestamptz, ends_at timestamptz);
INSERT INTO raw_week.shifts VALUES
    ('ann', '2026-01-05 09:00Z', '2026-01-05 17:00Z'),
    ('bob', '2026-01-05 09:00Z', '2026-01-05 12:15Z'),
    ('cem', '2026-01-05 09:00Z', '2026-01-05 10:00Z'),
    ('cem', '2026-01-06 09:00Z', '2026-01-06 10:00Z'),
    ('nobody', '2026-01-06 09:00Z', '2026-01-06 10:00Z'),
    ('bob', '2026-01-06 12:00Z', '2026-01-06 09:00Z');
SET slaops.as_of = '2026-01-05 00:00Z';
SELECT count(*) > 0 AS made
FROM slaops.create_marts(
    'week', 'raw_week.tickets', 'raw_week.ticket_events',
    group_capacity => 'raw_week.capacity', agents => 'raw_week.agents',
    shifts => 'raw_week.shifts'
);
SELECT * FROM week.int_staffing_queues ORDER BY channel;
SELECT group_name, fte, handle_minutes FROM week.int_group_capacity;
SELECT count(*), sum(tickets) FROM week.int_group_arrivals;
-- What came each week comes again; 1008 half hours are three weeks.
SELECT
    channel, count(*), min(from_at) AS first, max(from_at) AS last,
    sum(expected)::numeric(8, 3) AS tickets, min(weeks) AS weeks, min(method) AS method
FROM week.arrivals_by_half_hour
GROUP BY channel
ORDER BY channel;
SELECT channel, from_at, expected, lower_80, upper_80, lower_95, upper_95
FROM week.arrivals_by_half_hour
WHERE from_at < '2026-01-06' AND expected > 0
ORDER BY from_at, channel;
-- Calls by Erlang C; 13 mails of 15 minutes in the two hours after nine.
SELECT
    from_at, channel, expected, at_once, people::numeric(8, 4), people_needed,
    waiting::numeric(8, 3),
    CASE WHEN channel = 'phone' THEN slaops.agents_required(12, 300, 0.8, 20) END AS erlang
FROM week.staffing_needs
WHERE from_at BETWEEN '2026-01-05 08:30Z' AND '2026-01-05 12:00Z'
    AND (people > 0 OR expected > 0)
ORDER BY from_at, channel;
SELECT day, sum(people) / 2 AS hours, 13 * 15 / 60.0 AS of_mails
FROM week.staffing_needs
WHERE channel IS NULL
GROUP BY day
ORDER BY day
LIMIT 5;
SELECT count(*), min(from_at), max(from_at) FROM week.staffing_needs;
-- Who is there: calls come first. On Tuesday one hour of one person is planned.
SELECT
    from_at, channel, people_in_group, people_planned, people_needed, people_gap, state,
    attainment_expected::numeric(6, 4) AS attainment, waiting_expected::numeric(8, 3) AS waiting
FROM week.staffing_gaps
WHERE from_at BETWEEN '2026-01-05 08:30Z' AND '2026-01-05 12:30Z'
    OR from_at BETWEEN '2026-01-06 09:00Z' AND '2026-01-06 10:00Z'
ORDER BY from_at, channel;
SELECT channel, state, count(*) FROM week.staffing_gaps GROUP BY 1, 2 ORDER BY 1, 2;
-- From the needs to a plan, and the plan as a roster.
WITH need AS (
    SELECT
        min(by_time.from_at) AS start_at,
        array_agg(by_time.people ORDER BY by_time.from_at) AS people
    FROM (
        SELECT from_at, sum(people_needed)::float8 AS people
        FROM week.staffing_needs
        WHERE from_at < '2026-01-12Z'
        GROUP BY from_at
    ) AS by_time
)
SELECT plan.pattern, plan.day, plan.starts_at, plan.people, plan.breaks, plan.total_people
FROM need
CROSS JOIN LATERAL slaops.shift_plan(
    need.start_at, need.people,
    '[{"pattern": "morning", "starts": ["09:00"], "minutes": 240, "days": "Mo-Fr"}]'
) AS plan
ORDER BY plan.starts_at;
-- A refresh after another roster; and without one.
DELETE FROM raw_week.shifts WHERE agent <> 'ann';
CALL slaops.refresh('week');
SELECT sum(people_planned) AS people FROM week.staffing_gaps WHERE day = '2026-01-05';
SELECT count(*) > 0 AS made FROM slaops.create_marts('week', shifts => '-');
CALL slaops.refresh('week');
SELECT count(*) FROM week.staffing_gaps;
SELECT count(*) FROM week.staffing_needs;
SELECT refusal($$SELECT slaops.create_marts('week', shifts => 'raw_week.agents')$$);
-- As mart_sql prints it, and without stored facts, the same.
SELECT count(*) > 0 AS made
FROM slaops.create_marts(
    'week_live', 'raw_week.tickets', 'raw_week.ticket_events', stored => false,
    group_capacity => 'raw_week.capacity', agents => 'raw_week.agents',
    shifts => 'raw_week.shifts'
);
SELECT count(*)
FROM (
    SELECT group_name, channel, from_at, people, people_needed, expected FROM week.staffing_needs
    EXCEPT
    SELECT group_name, channel, from_at, people, people_needed, expected
    FROM week_live.staffing_needs
) AS other;
SELECT sum(people_planned) AS people FROM week_live.staffing_gaps WHERE day = '2026-01-05';
-- The sources of a problem.
INSERT INTO raw_week.capacity VALUES
    ('desk', 'phone', NULL, 6, 0.9, 20, NULL, NULL),
    ('desk', 'chat', NULL, 6, 80, 20, NULL, NULL);
INSERT INTO raw_week.shifts VALUES
    ('nobody', '2026-01-06 09:00Z', '2026-01-06 10:00Z'),
    ('ann', '2026-01-06 12:00Z', '2026-01-06 09:00Z');
SELECT problem, what
FROM week_live.config_health
WHERE problem ~ 'group|capacity|shift|service'
ORDER BY problem, what;
SELECT count(*) > 0 AS dropped FROM slaops.drop_marts('week');
SELECT count(*) > 0 AS dropped FROM slaops.drop_marts('week_live');
DROP SCHEMA week, week_live, raw_week CASCADE;
RESET slaops.as_of;
