-- What attach makes of a Znuny gives the figures of what truly happened, its promises and hours as somebody read them who was not the
-- mapping, and those of twelve tickets as they were worked out by hand.
SET client_min_messages = warning;
CREATE EXTENSION slaops;
SELECT slaops.load_sample('demo', 1200);
\ir znuny_tables.sql
\ir ../../support/checks.sql
SET slaops.as_of = '2026-01-05 08:00+00';
SET timezone = 'UTC';
CREATE TABLE said AS SELECT s.* FROM slaops.attach('znuny', 'znuny', 'fromznuny') AS s;
CREATE TABLE said_again AS SELECT s.* FROM slaops.attach('znuny', 'znuny', 'fromznuny') AS s;
SELECT FROM slaops.load_config($$
preset: znuny
default_calendar: fromznuny default
states: {new: [new], open: [open], pending: [pending auto close+, pending auto close-, pending reminder, waiting for supplier], closed: [closed successful, closed unsuccessful, merged, removed]}
policies:
  - {name: SLA Gold, calendar: fromznuny 1, when: {tier: Gold}, targets: {'*': {first_response: 120m, resolution: 960m}}}
  - {name: SLA Silver, calendar: fromznuny default, when: {tier: Silver}, targets: {'*': {next_response: 480m, periodic_update: 480m}}}
  - {name: SLA Old, calendar: fromznuny default, when: {tier: Old}, targets: {'*': {first_response: 10m, next_response: 10m, periodic_update: 10m, resolution: 10m}}}
  - {name: queue Tier 1, calendar: fromznuny default, when: {group_name: Tier 1, tier: null}, targets: {'*': {first_response: 240m, resolution: 2880m}}}
  - {name: queue hand, calendar: fromznuny 1, when: {group_name: hand, tier: null}, targets: {'*': {first_response: 60m, next_response: 90m, periodic_update: 90m, resolution: 480m}}}
$$, 'by eye');
SELECT pg_temp.yes('promises: ' || coalesce(difference, 'none'), difference IS NULL)
FROM (SELECT string_agg(concat_ws(' ', action, kind, name, detail), '; ') AS difference FROM slaops.config_changes(slaops.stored_config('by eye') - 'calendars', slaops.stored_config('fromznuny') - 'calendars', 'by eye')) AS x;
SELECT pg_temp.same('calendars', $$SELECT name, calendar::text FROM slaops.calendars WHERE name LIKE 'fromznuny %'$$, $$VALUES
    ('fromznuny default', slaops.make_calendar('Mo-Th 08:00-12:00,13:00-17:00; Fr 08:00-12:00; Jan 01 off; Dec 24 off', 'UTC', NULL, '{2004-01-01}')::text), ('fromznuny 1', slaops.make_calendar('Mo-Fr 09:00-17:00', 'Europe/Berlin', NULL, '{2025-12-25,2025-12-26}')::text)$$, 2);

SELECT pg_temp.same('tickets', $$SELECT ticket_id::int, created_at, subject, requester_id, organization_id, lower(channel), type, tier, priority, group_name, assignee, status, attributes ->> 'Plan', (attributes ->> 'Seats')::int, (attributes ->> 'merged into')::int FROM fromznuny.tickets$$,
    $$SELECT t.ticket_id, t.created_at, t.subject, t.requester_id, t.organization_id, c.channel, t.type, t.sla, t.priority, t.group_name, t.assignee, t.status, t.plan, t.seats, t.merged_into FROM canon.tickets AS t
      LEFT JOIN (SELECT DISTINCT ON (ticket_id) ticket_id, CASE abs(kind) WHEN 1 THEN 'email' WHEN 5 THEN 'phone' ELSE 'internal' END AS channel FROM canon.ticket_events WHERE event_type = 'comment' ORDER BY ticket_id, event_at, place) AS c USING (ticket_id)$$, 1250);
SELECT pg_temp.same('events', $$SELECT ticket_id::int, event_at, event_type, actor_role, actor, old_value, new_value, public FROM fromznuny.ticket_events$$,
    $$SELECT ticket_id, event_at, event_type, actor_role, actor, old_value, new_value, public FROM canon.ticket_events$$, 7000);
SELECT pg_temp.same('when they were closed', $$SELECT ticket_id::int, solved_at, closed_at FROM fromznuny.tickets WHERE status LIKE 'closed%' OR status = 'merged'$$,
    $$SELECT t.ticket_id, CASE WHEN t.status <> 'merged' THEN e.at END, e.at FROM canon.tickets AS t JOIN (SELECT ticket_id, max(event_at) AS at FROM canon.ticket_events WHERE new_value ~ '^closed|merged' GROUP BY ticket_id) AS e USING (ticket_id) WHERE t.status ~ '^closed|merged'$$, 1100);
SELECT pg_temp.yes('fields with several values', attributes -> 'Topics' = '["billing", "login"]') FROM fromznuny.tickets WHERE ticket_id = 5;
SELECT pg_temp.no('due times that are not set', count(*)) FROM fromznuny.tickets WHERE (attributes ->> 'znuny escalation_solution_time' IS NOT NULL) <> (ticket_id % 9 = 0) OR attributes ?| '{znuny escalation_update_time,pending until,Note}';

CREATE VIEW canon.as_tickets AS
SELECT t.ticket_id, t.created_at, t.requester_id, t.organization_id, NULL::text AS brand, f.channel, t.type, t.sla AS tier, t.priority, t.group_name, t.assignee, t.status, f.solved_at, f.closed_at FROM canon.tickets AS t JOIN fromznuny.tickets AS f USING (ticket_id);
CREATE VIEW canon.as_events AS SELECT ticket_id, event_at, event_type, actor_role, actor, old_value, new_value, public, CASE event_type WHEN 'created' THEN 0 WHEN 'comment' THEN 1 ELSE 2 + place END AS seq FROM canon.ticket_events;
SELECT FROM slaops.create_marts('fromznuny');
SELECT FROM slaops.create_marts('direct', 'canon.as_tickets', 'canon.as_events', policy_set => 'by eye');
SELECT pg_temp.same(v, format('SELECT %s FROM direct.%s', c, v), format('SELECT %s FROM fromznuny.%s', c, v), n)
FROM (VALUES
    ('fct_sla_attainment', 'ticket_id::int, metric, cycle, policy, priority, target, started_at, stopped_at, elapsed_minutes, paused_minutes, due_at, breached_at, status, cause_status, cause_group, group_name, channel', 2300),
    ('int_ticket_lifecycle', 'ticket_id::int, created_at, first_response_at, first_response_by, solved_at, closed_at, is_open, status, group_name, assignee, priority, states, groups, group_minutes, reopens, escalations, agent_replies, customer_replies, internal_notes, cycle_minutes, business_cycle_minutes, organization_id', 1250),
    ('fct_backlog_snapshot', 'ticket_id::int, day, state, group_name, priority, age_minutes, business_age_minutes, sla_debt_minutes, risk', 400)
) AS x (v, c, n);
SELECT pg_temp.no('statuses without a state', count(*)) FROM fromznuny.config_health WHERE problem ILIKE '%status%state%';

SELECT pg_temp.same('by hand', $$SELECT ticket_id, metric, cycle, elapsed, paused, due_at, status FROM canon.by_hand$$,
    $$SELECT f.ticket_id::int, f.metric, f.cycle, f.elapsed_minutes::numeric, f.paused_minutes::numeric, f.due_at AT TIME ZONE 'Europe/Berlin', f.status
      FROM fromznuny.fct_sla_attainment AS f JOIN canon.by_hand AS h ON h.ticket_id = f.ticket_id AND h.metric = f.metric AND h.cycle = f.cycle$$, 24);
SELECT pg_temp.no('clocks of the merged ticket that count: ' || coalesce(string_agg(metric || ' ' || status, ', '), ''), count(*)) FROM fromznuny.fct_sla_attainment WHERE ticket_id = 90005 AND status NOT IN ('cancelled', 'not_started');
SELECT pg_temp.no('updates owed of a pending ticket: ' || coalesce(string_agg(status, ', '), ''), count(*)) FROM fromznuny.fct_sla_attainment WHERE ticket_id = 90002 AND metric = 'periodic_update' AND status <> 'cancelled';
SELECT pg_temp.yes('the request of an agent waits: ' || status, status = 'breached') FROM fromznuny.fct_sla_attainment WHERE ticket_id = 90008 AND metric = 'first_response';

UPDATE said SET finding = left(finding, 12) WHERE subject = 'calendar 2';
SELECT pg_temp.same('what was said', $$SELECT subject, finding FROM said WHERE finding IS DISTINCT FROM 'made'$$, $$VALUES ('fromznuny.work_logs', 'left out'), ('policy set fromznuny', 'made: preset znuny'), ('calendar default', 'calendar ''fromznuny default'''), ('calendar 1', 'calendar ''fromznuny 1'''),
    ('calendar 3', 'its time zone "Mars/Base" is not known'), ('SLA Gold', 'policy'), ('SLA Silver', 'policy'), ('SLA Old', 'policy'), ('SLA On Mars', 'no policy: its calendar "3" was not read'), ('queue hand', 'policy'), ('queue Tier 1', 'policy')$$, 11);
SELECT pg_temp.same('what is said again', 'SELECT subject, finding, cost FROM said_again', 'SELECT subject, finding, cost FROM said', 12);

-- A Znuny that is not as the mapping knows it.
CREATE FUNCTION pg_temp.fails(statement text, state text, said text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE hint text;
BEGIN
    EXECUTE statement;
    RAISE 'no error: %', statement USING ERRCODE = 'ZZZZZ';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
    IF SQLSTATE <> state OR concat_ws(' ', SQLERRM, hint) NOT LIKE said THEN RAISE 'not so: % %, %', SQLSTATE, SQLERRM, hint; END IF;
END $$;
CREATE FUNCTION pg_temp.said(like_this text) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(concat_ws(': ', subject, finding, cost), '; ' ORDER BY subject), 'nothing') FROM slaops.attach('znuny', 'znuny', 'again') WHERE concat_ws(': ', subject, finding, cost) LIKE like_this
$$;
CREATE SCHEMA void;
SELECT pg_temp.fails($$SELECT * FROM slaops.attach('znuny', 'void')$$, '42P01', 'table void.ticket does not exist The mapping znuny needs it. Is void the schema of its tables?%');
UPDATE znuny.sysconfig_default SET effective_value = E'--- Europe/Berlin\n' WHERE name = 'OTRSTimeZone';
SELECT pg_temp.yes('a zone that was not given', pg_temp.said('time zone%') = 'time zone: OTRSTimeZone is Europe/Berlin, and times were read as UTC: all times are wrong: attach(..., time_zone => ''Europe/Berlin'')');
SELECT pg_temp.yes('a zone that was given', NOT EXISTS (SELECT FROM slaops.attach('znuny', 'znuny', 'again', time_zone => 'Europe/Berlin') WHERE subject = 'time zone'));
SELECT pg_temp.yes('its times', (SELECT f.created_at - interval '1 hour' FROM fromznuny.tickets AS f WHERE ticket_id = 1) = (SELECT a.created_at FROM again.tickets AS a WHERE ticket_id = 1));
-- As an OTRS 5: settings are in files.
DROP TABLE znuny.sysconfig_default, znuny.sysconfig_modified;
SELECT pg_temp.yes('hours in files', pg_temp.said('sysconfig_default%') = 'sysconfig_default: missing: hours and holidays are in files: the policy set must name calendars');
SELECT pg_temp.yes('a policy without hours', pg_temp.said('SLA Gold%') LIKE 'SLA Gold: no policy: its calendar "1" was not read: add it to the policy set again, {%');
SELECT pg_temp.yes('nothing promised', slaops.stored_config('again') -> 'policies' = '[]');
-- After an upgrade.
ALTER TABLE znuny.ticket ADD dbcrud_uuid varchar(36), ALTER escalation_time TYPE bigint;
SELECT pg_temp.yes('after an upgrade', pg_temp.said('%tickets: made') = 'again.tickets: made');
ALTER TABLE znuny.ticket_history RENAME state_id TO status_id;
DROP SCHEMA again CASCADE;
SELECT pg_temp.fails($$SELECT * FROM slaops.attach('znuny', 'znuny', 'again')$$, '42703', 'znuny.ticket_history has no column state_id It has: id, name, %');
ALTER TABLE znuny.ticket_history RENAME status_id TO state_id;
