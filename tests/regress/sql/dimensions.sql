-- What counts by day are split by besides priority and group: columns of tickets, and keys of their
-- attributes.
\set ON_ERROR_STOP off
SET client_min_messages = warning;
CREATE SCHEMA split;
CREATE TABLE split.tickets AS
SELECT
    i AS ticket_id,
    timestamptz '2026-03-02 09:00Z' + i * interval '1 hour' AS created_at,
    (ARRAY['solved', 'open'])[1 + i % 2] AS status,
    'Desk'::text AS group_name,
    'high'::text AS priority,
    (ARRAY['North', 'South', NULL])[1 + i % 3] AS region,
    'Org ' || i % 2 AS organization_id,
    jsonb_build_object('Plan', (ARRAY['free', 'paid'])[1 + i % 2], 'seats', i) AS attributes
FROM generate_series(1, 12) AS i;
CREATE TABLE split.events AS
SELECT
    ticket_id, created_at AS event_at, 'created'::text AS event_type, NULL::text AS actor_role,
    NULL::text AS new_value
FROM split.tickets
UNION ALL
SELECT ticket_id, created_at + ticket_id * interval '20 minutes', 'status', 'agent', 'solved'
FROM split.tickets
WHERE status = 'solved';
SELECT count(*) > 0 AS loaded
FROM slaops.load_config('policies: [{name: All, hours: 24x7, targets: {"*": {resolution: 2h}}}]', 'split');
SET slaops.as_of = '2026-03-04 09:00Z';
SELECT count(*) > 30 AS made
FROM slaops.create_marts(
    'split_marts', 'split.tickets', 'split.events', policy_set => 'split',
    dimensions => '{region,Plan}'
);
SELECT region, "Plan", sum(decided) AS decided, sum(met) AS met, sum(breached) AS breached
FROM split_marts.int_sla_by_day
GROUP BY region, "Plan"
ORDER BY region, "Plan";
-- Counted from the tickets themselves.
SELECT
    region, attributes ->> 'Plan' AS plan, count(*) AS decided,
    count(*) FILTER (WHERE status = 'solved' AND ticket_id * 20 <= 120) AS met
FROM split.tickets
GROUP BY region, attributes ->> 'Plan'
ORDER BY 1, 2;
SELECT sum(created) AS created, sum(solved) AS solved, count(DISTINCT region) AS regions
FROM split_marts.int_tickets_by_day;
SELECT indexdef ~ '\(day, .*group_name.*priority.*region.*"Plan".*\) NULLS NOT DISTINCT' AS enforced
FROM pg_indexes
WHERE schemaname = 'split_marts' AND indexname = 'slaops_int_tickets_by_day_key';
SELECT col_description('split_marts.int_sla_by_day'::regclass, attnum) AS comment
FROM pg_attribute
WHERE attrelid = 'split_marts.int_sla_by_day'::regclass AND attname = 'Plan';
-- Kept by difference, as without.
UPDATE split.tickets SET attributes = '{"Plan": "paid"}', region = 'West' WHERE ticket_id IN (4, 5);
RESET slaops.as_of;
CALL slaops.refresh('split_marts', '2026-03-05 09:00Z');
SELECT region, "Plan", sum(decided) AS decided, sum(met) AS met, sum(breached) AS breached
FROM split_marts.int_sla_by_day
GROUP BY region, "Plan"
ORDER BY region, "Plan";
-- The marts of days have them, too, and add up to the tickets and clocks.
SELECT region, "Plan", sum(created) AS created, sum(solved) AS solved
FROM split_marts.mart_daily_ops
GROUP BY region, "Plan"
ORDER BY region, "Plan";
SELECT region, "Plan", sum(backlog) AS backlog
FROM split_marts.mart_daily_ops
WHERE NOT is_complete
GROUP BY region, "Plan"
ORDER BY region, "Plan";
SELECT region, attributes ->> 'Plan' AS plan, count(*) AS open
FROM split.tickets
WHERE status = 'open'
GROUP BY region, attributes ->> 'Plan'
ORDER BY 1, 2;
SELECT region, "Plan", sum(met) AS met, sum(breached) AS breached
FROM split_marts.mart_sla_by_day
GROUP BY region, "Plan"
ORDER BY region, "Plan";
SELECT sum(met) AS met, sum(breached) AS breached
FROM split_marts.sla_overview
WHERE level = 'all';
-- Others are asked for: the views are made anew. Asked again without, they stay.
SET slaops.as_of = '2026-03-05 09:00Z';
SELECT change, count(*) > 5 AS several
FROM slaops.create_marts('split_marts', dimensions => '{organization_id}')
GROUP BY change
ORDER BY change;
SELECT organization_id, sum(decided) AS decided
FROM split_marts.int_sla_by_day
GROUP BY organization_id
ORDER BY organization_id;
SELECT DISTINCT change FROM slaops.create_marts('split_marts');
SELECT dimensions FROM split_marts.mart_state;
RESET slaops.as_of;
-- What is none.
\set VERBOSITY terse
SELECT slaops.create_marts('split_marts', dimensions => '{priority}');
SELECT slaops.create_marts('split_marts', dimensions => '{region,region}');
SELECT slaops.create_marts('split_marts', dimensions => '{metric}');
SELECT slaops.create_marts('split_marts', dimensions => ARRAY[NULL::text]);
SELECT slaops.create_marts('split_marts', dimensions => '{"{tickets}"}');
SELECT slaops.create_marts('split_marts', dimensions => ARRAY[E'a\nb']);
SELECT slaops.create_marts('split_marts', dimensions => ARRAY[repeat('x', 64)]);
SELECT slaops.create_marts('split_marts', dimensions => '{run}');
SELECT slaops.create_marts('split_marts', dimensions => '{ctid}');
SELECT slaops.create_marts('split_marts', dimensions => '{month}');
SELECT slaops.create_marts('split_marts', dimensions => '{handled_by}');
SELECT slaops.create_marts('split_marts', dimensions => '{next_day}');
SELECT slaops.create_marts('split_marts', dimensions => '{ticket}');
\set VERBOSITY default
SELECT slaops.create_marts('split_marts', dimensions => ARRAY[$$Plan'; DROP TABLE split.tickets; --$$]);
-- What is written into mart_state by hand begins no line of SQL.
SELECT slaops.put_dimensions(E'    -- {dimensions of a}\n', to_jsonb(ARRAY[E'x\n; DROP TABLE y --']));
SELECT count(*) > 30 AS dropped FROM slaops.drop_marts('split_marts');
DROP SCHEMA split CASCADE;
