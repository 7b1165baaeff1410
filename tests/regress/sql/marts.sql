-- Views in a schema of one's own, and what the configuration does not cover.
CREATE SCHEMA warehouse;
CREATE TABLE warehouse.ticket (
    ticket_id text PRIMARY KEY, created_at timestamptz, priority text, status varchar(20),
    "group" text, group_name text, calendar_name text, extra int
);
CREATE TABLE warehouse.event (
    ticket_id text, event_at timestamptz, event_type text, actor_role text, old_value text,
    new_value text, public boolean
);
INSERT INTO warehouse.ticket VALUES
    ('a', '2026-01-05 09:00Z', 'P1', 'Open', NULL, 'Tier 1', 'desk', 1),
    ('b', '2026-01-05 09:00Z', 'P2', 'Parked', NULL, 'Tier 1', 'nowhere', 2),
    ('c', NULL, NULL, 'solved', NULL, 'Tier 2', NULL, 3),
    ('d', '2026-01-05 09:00Z', 'P1', 'On-Hold', NULL, 'Tier 2', NULL, 4);
INSERT INTO warehouse.event VALUES
    ('a', '2026-01-05 09:30Z', 'comment', 'agent', NULL, NULL, true),
    ('a', '2026-01-05 09:40Z', 'escalated', 'agent', NULL, NULL, NULL),
    ('a', '2026-01-05 08:00Z', 'priority', NULL, 'P2', 'P1', NULL),
    ('b', '2026-01-05 10:00Z', 'comment', 'robot', NULL, NULL, NULL),
    ('b', '2026-01-05 11:00Z', 'status', NULL, 'Open', 'Parked', NULL),
    ('b', '2026-01-05 11:00Z', 'csat_survey', NULL, NULL, NULL, NULL),
    ('c', '2026-01-06 10:00Z', 'comment', 'agent', NULL, NULL, false),
    ('z', '2026-01-06 10:00Z', 'created', NULL, NULL, NULL, NULL),
    ('d', NULL, 'comment', 'agent', NULL, NULL, true);
SELECT
FROM slaops.load_config(
    $$
calendars:
  desk: {hours: Mo-Fr 09:00-17:00, time_zone: UTC, holidays: [2020-01-01]}
metrics:
  escalation: {start: {event: escalated}, stop: {state: solved}}
policies:
  - {name: Urgent, when: {priority: P1}, calendar: desk, targets: {P1: {first_response: 15m, resolution: 1d}}}
  - {name: Never, when: {priority: P9}, targets: {'*': {resolution: 1d}}}
  - {name: Normal, when: {priority: [P2, P3]}, targets: {'*': {resolution: 2d}}}
$$
);
SELECT *
FROM slaops.create_marts('my support', 'warehouse.ticket', 'warehouse.event', stored => false);
SELECT problem, what, tickets, example FROM "my support".config_health ORDER BY problem, what;
SET slaops.as_of = '2026-01-07 09:00Z';
SELECT ticket_id, metric, policy, calendar_name, elapsed_minutes, status
FROM "my support".fct_sla_attainment
ORDER BY ticket_id, metric;
SELECT ticket_id, metric, calendar_name, elapsed_minutes, status
FROM "my support".int_sla_clocks
WHERE metric = 'escalation'
ORDER BY ticket_id;
SELECT
    metric,
    priority,
    group_name,
    month,
    clocks,
    met,
    breached,
    open_breached,
    on_track,
    attainment,
    attainment_upper,
    median_minutes,
    minutes_late
FROM "my support".mart_sla
ORDER BY metric, priority, group_name;
RESET slaops.as_of;

-- Plain SQL that is one's own, in standard types, with a comment on every view and column.
SELECT class.relname AS view, attribute.attname AS without_comment
FROM pg_class AS class
JOIN pg_attribute AS attribute ON attribute.attrelid = class.oid
WHERE class.relnamespace = '"my support"'::regnamespace
    AND attribute.attnum > 0
    AND class.relkind IN ('v', 'r')
    AND (
        col_description(class.oid, attribute.attnum) IS NULL OR obj_description(class.oid) IS NULL
    );
SELECT DISTINCT format_type(attribute.atttypid, NULL) AS type
FROM pg_class AS class
JOIN pg_attribute AS attribute ON attribute.attrelid = class.oid
WHERE class.relnamespace = '"my support"'::regnamespace AND class.relkind = 'v'
ORDER BY 1;
SELECT count(*) AS extension_owns
FROM pg_depend AS dependency
JOIN pg_class AS class ON class.oid = dependency.objid
WHERE dependency.deptype = 'e' AND class.relnamespace = '"my support"'::regnamespace;
SELECT
    slaops.mart_sql(
        'fct_sla_attainment', 'support', policy_set => 'proposed'
    ) ~ 'FROM support.stg_tickets AS ticket.*slaops.sla_attainment\(\s*ticket, ticket.history, '
        '''proposed'', \(SELECT slaops.as_of\(\)\)' AS reads;
-- One ticket reads that ticket's events only.
CREATE INDEX ON warehouse.event (ticket_id);
INSERT INTO warehouse.event
SELECT 'x' || i, '2026-01-05 10:00Z', 'comment', 'agent', NULL, NULL, true
FROM generate_series(1, 5000) AS numbers (i);
ANALYZE warehouse.event;
CREATE FUNCTION pg_temp.plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN (COSTS OFF) ' || query; END $$;
SELECT
    count(*) FILTER (WHERE line ~ 'Seq Scan on event') AS scans_all,
    count(*) FILTER (WHERE line ~ 'event_ticket_id_idx') AS by_index
FROM pg_temp.plan(
    $$SELECT * FROM "my support".fct_sla_attainment WHERE ticket_id = 'a'$$
) AS plan (line);

SELECT * FROM refusal($$SELECT slaops.create_marts('s', 'warehouse.event', 'warehouse.ticket')$$);
SELECT * FROM refusal($$SELECT slaops.create_marts(NULL, 'warehouse.ticket', 'warehouse.event')$$);
SELECT * FROM refusal($$SELECT slaops.create_marts('s', 'warehouse.tickets', 'warehouse.event')$$);
SELECT
    slaops.state_of('On-Hold'),
    slaops.state_of(' AWAITING_user-info '),
    slaops.state_of('parked');
-- For one status; views over many join slaops.states, since a call takes 30 microseconds.
SELECT name FROM slaops.mart_templates WHERE sql ~ 'state_of\(';
\set QUIET on
SET client_min_messages = warning;
DROP SCHEMA "my support", warehouse CASCADE;
RESET client_min_messages;
DELETE FROM slaops.sla_policies;
DELETE FROM slaops.metrics WHERE NOT built_in;
DELETE FROM slaops.calendars;
DELETE FROM slaops.policy_sets;
