-- The order in which rows lie in the source decides no figure, and no view shows an infinite date.
\set ON_ERROR_STOP off
SET client_min_messages = warning;
-- Ties of every kind: events of one instant without seq, agents and groups given more than once.
SELECT slaops.load_sample('demo', 300);
CREATE SCHEMA lie;
CREATE TABLE lie.tickets AS SELECT * FROM demo.tickets;
CREATE TABLE lie.ticket_events AS
SELECT
    ticket_id,
    event_at,
    event_type,
    actor_role,
    actor,
    old_value,
    new_value,
    public,
    CASE WHEN hashtext(ticket_id::text) % 2 = 0 THEN seq END AS seq
FROM demo.ticket_events;
-- At one instant a ticket comes from nowhere to Tier 2 and from Tier 3 to Tier 1, half an hour
-- after its creation.
INSERT INTO lie.ticket_events
SELECT
    ticket.ticket_id,
    ticket.created_at - interval '1 minute',
    'group_name',
    'agent',
    given.actor,
    given.old_value,
    given.new_value,
    NULL,
    NULL
FROM lie.tickets AS ticket
CROSS JOIN (
    VALUES ('ann', NULL, 'Tier 2'), ('ann', 'Tier 3', 'Tier 1'), ('ben', NULL, 'Tier 1')
) AS given (actor, old_value, new_value)
WHERE ticket.created_at > '2025-11-01Z';
CREATE TABLE lie.agents AS SELECT agent, group_name, fte / 2 AS fte, cost_per_hour FROM demo.agents;
INSERT INTO lie.agents
SELECT agent, 'Also ' || group_name, fte / 4, cost_per_hour + 4
FROM demo.agents;
CREATE TABLE lie.group_capacity AS
SELECT
    capacity.group_name,
    capacity.fte,
    capacity.hours_per_day,
    capacity.occupancy,
    capacity.handle_minutes,
    given.attainment_target
FROM demo.group_capacity AS capacity
CROSS JOIN (VALUES (0.7::float8), (0.95), (NULL)) AS given (attainment_target);
SET slaops.as_of = '2026-01-05 08:00Z';
SELECT count(*) > 20 AS made
FROM slaops.create_marts(
    'lie_marts', 'lie.tickets', 'lie.ticket_events', policy_set => 'demo', stored => false,
    group_capacity => 'lie.group_capacity', agents => 'lie.agents'
);

CREATE TABLE lie.seen (turn int, view_name text, rows bigint, hash text);
CREATE PROCEDURE lie.look(turn int) LANGUAGE plpgsql
-- Sums of floats end otherwise in another order of rows.
SET extra_float_digits = -3 AS $$
DECLARE name text;
BEGIN
    FOR name IN SELECT m.name FROM slaops.mart_templates AS m ORDER BY 1 LOOP
        EXECUTE format('INSERT INTO lie.seen SELECT $1, $2, count(*), md5(string_agg(v::text, chr(10) ORDER BY v::text COLLATE "C")) FROM lie_marts.%I AS v', name) USING turn, name;
    END LOOP;
END $$;
CREATE PROCEDURE lie.shuffle(seed text) LANGUAGE plpgsql AS $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY '{tickets,ticket_events,agents,group_capacity}'::text[] LOOP
        EXECUTE format('CREATE TEMP TABLE moved AS SELECT * FROM lie.%1$I; TRUNCATE lie.%1$I; INSERT INTO lie.%1$I SELECT * FROM moved AS m ORDER BY md5($1 || m::text); DROP TABLE moved; ANALYZE lie.%1$I', name) USING seed;
    END LOOP;
END $$;
CALL lie.look(0);
CALL lie.shuffle('one');
CALL lie.look(1);
CALL lie.shuffle('two');
CALL lie.look(2);
SELECT count(DISTINCT view_name) > 30 AS views, count(*) FILTER (WHERE rows > 0) > 80 AS with_rows
FROM lie.seen;
SELECT view_name AS moved_by_the_order_of_rows
FROM lie.seen
-- It says how old the figures are.
WHERE view_name <> 'refresh_status'
GROUP BY view_name
HAVING count(DISTINCT hash) > 1 OR count(DISTINCT rows) > 1
ORDER BY view_name;
RESET slaops.as_of;

-- An agent of several groups, by hand: half of full time at 30 and a quarter at 54 are three
-- quarters at 38; equal rows count once. Where an fte is not known costs are averaged plainly.
CREATE SCHEMA several;
CREATE TABLE several.ticket AS
SELECT
    i AS ticket_id,
    timestamptz '2026-03-02 09:00Z' AS created_at,
    'solved'::text AS status,
    timestamptz '2026-03-02 10:00Z' AS solved_at,
    (ARRAY['ann', 'ann', 'ann', 'ben', 'cem'])[i] AS assignee
FROM generate_series(1, 5) AS numbers (i);
CREATE TABLE several.event AS
SELECT ticket_id, created_at AS event_at, 'created'::text AS event_type FROM several.ticket;
CREATE TABLE several.agent (agent text, group_name text, fte float8, cost_per_hour float8);
INSERT INTO several.agent VALUES
    ('ann', 'Tier 2', 0.5, 30), ('ann', 'Tier 1', 0.25, 54), ('ann', 'Tier 1', 0.25, 54),
    ('ben', 'Tier 1', NULL, 20), ('ben', 'Tier 2', 1, 50), ('ben', NULL, 0.5, NULL);
SET slaops.as_of = '2026-03-06 12:00Z';
SELECT count(*) > 20 AS made
FROM slaops.create_marts(
    'several_marts', 'several.ticket', 'several.event', stored => false, agents => 'several.agent'
);
SELECT agent, group_names, solved, solved_per_fte, cost_per_hour
FROM several_marts.mart_agent_productivity
ORDER BY agent;
SELECT problem, what, remedy
FROM several_marts.config_health
WHERE problem ~ 'agent'
ORDER BY problem, what;
RESET slaops.as_of;

-- Dates that some drivers cannot read: a calendar of all time, targets that a closed desk never
-- reaches, events at no instant. What the source itself says stands in stg_tickets and
-- stg_ticket_events as it is.
SELECT
FROM slaops.load_config(
    $$
calendars: {over: {hours: 2020 Mo-Fr 09:00-17:00, time_zone: UTC}}
policies: [{name: All, calendar: over, targets: {'*': {first_response: 60m, resolution: 1d, group_ownership: 1d}}}]
$$,
    policy_set => 'over'
);
CREATE SCHEMA never;
CREATE TABLE never.ticket (
    ticket_id int, created_at timestamptz, status text, solved_at timestamptz,
    closed_at timestamptz, group_name text, calendar_name text
);
INSERT INTO never.ticket
SELECT
    i,
    CASE i % 4
        WHEN 0 THEN timestamptz '2026-03-02 09:00Z'
        WHEN 1 THEN 'infinity'
        WHEN 2 THEN '-infinity'
    END,
    (ARRAY['open', 'solved'])[i % 2 + 1],
    CASE WHEN i % 2 = 1 THEN timestamptz 'infinity' END,
    CASE WHEN i % 3 = 1 THEN timestamptz '-infinity' END,
    'Tier 1',
    'over'
FROM generate_series(1, 12) AS numbers (i);
CREATE TABLE never.event (
    ticket_id int, event_at timestamptz, event_type text, actor_role text, actor text,
    old_value text, new_value text, public boolean
);
INSERT INTO never.event
SELECT ticket.ticket_id, given.at, given.event_type, 'agent', 'ann', NULL, given.new_value, true
FROM never.ticket
CROSS JOIN (
    VALUES
        (timestamptz '-infinity', 'comment', NULL), ('2026-03-02 10:00Z', 'group_name', 'Tier 1'),
        ('2026-03-03 10:00Z', 'group_name', 'Tier 2'), ('infinity', 'comment', NULL)
) AS given (at, event_type, new_value);
SET slaops.as_of = '2026-03-06 12:00Z';
SELECT count(*) > 20 AS made
FROM slaops.create_marts(
    'never_marts', 'never.ticket', 'never.event', policy_set => 'over', stored => false
);
CREATE FUNCTION pg_temp.infinite_dates() RETURNS TABLE (
    view_name text, column_name text, infinite bigint, finite bigint
) LANGUAGE plpgsql AS $$
DECLARE name text; col text; kind text;
BEGIN
    FOR name, col, kind IN SELECT m.name, a.attname, format_type(a.atttypid, NULL) FROM slaops.mart_templates AS m JOIN pg_attribute AS a ON a.attrelid = format('never_marts.%I', m.name)::regclass AND a.attnum > 0
                     WHERE a.atttypid::regtype::text ~ '^(date|timestamp)' AND m.name NOT IN ('stg_tickets', 'stg_ticket_events') ORDER BY 1, 2 LOOP
        RETURN QUERY EXECUTE format(CASE WHEN kind ~ '\[\]' THEN 'SELECT $1, $2, count(*) FILTER (WHERE NOT isfinite(u)), count(*) FILTER (WHERE isfinite(u)) FROM never_marts.%I AS v CROSS JOIN unnest(v.%I) AS u'
                                         ELSE 'SELECT $1, $2, count(*) FILTER (WHERE NOT isfinite(v.%2$I)), count(*) FILTER (WHERE isfinite(v.%2$I)) FROM never_marts.%1$I AS v' END, name, col) USING name, col;
    END LOOP;
END $$;
SELECT count(*) > 50 AS columns, sum(finite) > 100 AS with_dates FROM pg_temp.infinite_dates();
SELECT view_name, column_name FROM pg_temp.infinite_dates() WHERE infinite > 0;
SELECT name, valid_from, valid_to FROM never_marts.stg_calendars WHERE name = 'over';
SELECT DISTINCT metric, status, due_at, promised_due_at
FROM never_marts.fct_sla_attainment
ORDER BY metric, status;
RESET slaops.as_of;
\set QUIET on
DROP SCHEMA demo, lie, lie_marts, several, several_marts, never, never_marts CASCADE;
DELETE FROM slaops.sla_policies;
DELETE FROM slaops.calendars;
DELETE FROM slaops.policy_sets;
RESET client_min_messages;
