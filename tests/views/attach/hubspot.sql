-- What attach makes of a HubSpot: the figures are those of its story, read by plain SQL.
SET client_min_messages = warning;
CREATE EXTENSION slaops;
\set tickets 240
SELECT set_config('hs.tickets', :'tickets', false);
\ir hubspot_tables.sql
CREATE TABLE said AS SELECT * FROM slaops.attach('hubspot', 'hs', 'hubs');
CREATE TABLE said_again AS SELECT * FROM slaops.attach('hubspot', 'hs', 'hubs');
SET slaops.as_of = '2026-05-01 00:00Z';
SELECT FROM slaops.create_marts('hubs');
\ir ../../support/checks.sql
CREATE VIEW steps AS
SELECT s.*, s.value IN ('Closed', 'Done (Support)', 'Refunded') AS closed, lag(s.value IN ('Closed', 'Done (Support)', 'Refunded')) OVER (PARTITION BY s.ticket_id ORDER BY s.at, s.n) AS closed_before, row_number() OVER (PARTITION BY s.ticket_id ORDER BY s.at DESC, s.n DESC) AS last FROM hs_story AS s WHERE s.what = 'stage';
SELECT pg_temp.same('lives', $$SELECT ticket_id, created_at, first_response_at, first_solved_at, status, is_open, state = 'pending', reopens, group_name, assignee, priority, agent_replies, customer_replies, internal_notes FROM hubs.int_ticket_lifecycle WHERE ticket_id <> 8$$,
    $$SELECT t.id, t.property_createdate, (SELECT min(at) FROM hs_story WHERE ticket_id = t.id AND what = 'reply'), (SELECT min(at) FROM steps WHERE ticket_id = t.id AND closed), l.value, NOT l.closed, l.value = 'Waiting on contact', (SELECT count(*)::int FROM steps WHERE ticket_id = t.id AND closed_before AND NOT closed),
      (SELECT value FROM hs_story WHERE ticket_id = t.id AND what = 'team' ORDER BY at DESC, n DESC LIMIT 1), (SELECT value FROM hs_story WHERE ticket_id = t.id AND what = 'owner' ORDER BY at DESC, n DESC LIMIT 1), (SELECT value FROM hs_story WHERE ticket_id = t.id AND what = 'priority' ORDER BY at DESC, n DESC LIMIT 1),
      (SELECT count(*)::int FROM hs_story WHERE ticket_id = t.id AND what = 'reply'), (SELECT count(*)::int FROM hs_story WHERE ticket_id = t.id AND what = 'asked'), (SELECT count(*)::int FROM hs_story WHERE ticket_id = t.id AND what = 'note')
      FROM hs.ticket AS t JOIN steps AS l ON l.ticket_id = t.id AND l.last = 1 WHERE t.id NOT IN (6, 8, 10)$$, 237);
-- Open tickets at 40 instants, by the story alone.
SELECT pg_temp.same('open at', $$SELECT at.at, (SELECT count(*) FROM hubs.int_ticket_lifecycle AS l CROSS JOIN LATERAL unnest(l.open_from, l.open_to) AS span (starts, ends) WHERE l.ticket_id <> 8 AND span.starts <= at.at AND coalesce(span.ends, 'infinity') > at.at) FROM generate_series(timestamptz '2026-03-02 12:30Z', '2026-04-10Z', '1 day') AS at (at)$$,
    $$SELECT at.at, (SELECT count(*) FROM (SELECT DISTINCT ON (ticket_id) ticket_id, closed FROM steps WHERE steps.at <= at.at AND ticket_id NOT IN (6, 8, 10) ORDER BY ticket_id, steps.at DESC, n DESC) AS s WHERE NOT closed) FROM generate_series(timestamptz '2026-03-02 12:30Z', '2026-04-10Z', '1 day') AS at (at)$$, 39);
SELECT pg_temp.yes('a merged ticket is closed', (SELECT status = 'merged' AND attributes ->> 'merged into' = '9' FROM hubs.tickets WHERE ticket_id = 8) AND NOT (SELECT is_open FROM hubs.int_ticket_lifecycle WHERE ticket_id = 8));
SELECT pg_temp.yes('properties go by their labels', (SELECT attributes - 'hubspot first_response due' = '{"Product Line": "Pumps"}' FROM hubs.tickets WHERE ticket_id = 1));
SELECT pg_temp.yes('workflows are the system', (SELECT bool_and((actor_role = 'system') = (actor IS NULL)) AND count(DISTINCT actor_role) = 2 FROM hubs.ticket_events WHERE event_type = 'status' AND new_value <> 'merged'));
SELECT pg_temp.same('states', $$SELECT status, state FROM slaops.states WHERE policy_set = 'hubs'$$, $$VALUES ('new', 'new'), ('waiting on contact', 'pending'), ('waiting on us', 'open'), ('closed', 'closed'), ('done (support)', 'closed'), ('done (returns)', 'open'), ('parcel expected', 'open'), ('refunded', 'closed')$$, 8);
SELECT pg_temp.same('what attach said a second time', 'TABLE said', 'TABLE said_again', 5);
SELECT pg_temp.same('and what of it is of note', $$SELECT subject, finding FROM said WHERE finding NOT IN ('missing', 'made')$$, $$VALUES ('stage done (returns)', 'open: HubSpot says only that it is not closed'), ('stage parcel expected', 'open: HubSpot says only that it is not closed'), ('hours and promises', 'not loaded: working hours and SLA goals are in the settings of HubSpot'), ('policy set hubs', 'made: preset default')$$, 4);
SELECT pg_temp.no('unknown statuses', (SELECT count(*) FROM hubs.config_health WHERE problem LIKE 'unknown%'));
-- An empty schema, columns missing, and columns of other types.
CREATE SCHEMA cold;
SELECT pg_temp.refused($$SELECT slaops.attach('hubspot', 'cold', 'colds')$$, 'table cold.ticket does not exist');
CREATE SCHEMA bare;
CREATE TABLE bare.ticket AS SELECT id, property_createdate AT TIME ZONE 'UTC' AS property_createdate, property_hs_pipeline_stage FROM hs.ticket;
CREATE TABLE bare.ticket_property_history AS SELECT ticket_id, name, "timestamp" AS timestamp_instant, value FROM hs.ticket_property_history;
CREATE TABLE said_bare AS SELECT * FROM slaops.attach('hubspot', 'bare', 'bares');
SELECT pg_temp.yes('each thing missing has its cost', (SELECT count(*) > 20 AND bool_and(cost <> 'stays empty') FROM said_bare WHERE finding = 'missing'));
SELECT pg_temp.yes('tickets are read, by the ids of their stages', (SELECT count(*) FROM bares.tickets WHERE status = '903') > 5);
ALTER TABLE bare.ticket DROP property_hs_pipeline_stage CASCADE;
SELECT pg_temp.refused($$SELECT slaops.attach('hubspot', 'bare', 'bares')$$, 'bare.ticket has no column property_hs_pipeline_stage');
ALTER TABLE bare.ticket ADD property_hs_pipeline_stage text, ADD is_deleted date;
SELECT pg_temp.refused($$SELECT slaops.attach('hubspot', 'bare', 'bares')$$, 'ticket.is_deleted of bare.ticket is of type date, not bool');
