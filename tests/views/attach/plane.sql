-- What attach makes of a Plane: the figures are those of its story, read by plain SQL.
SET client_min_messages = warning;
CREATE EXTENSION slaops;
\set issues 240
SELECT set_config('pl.issues', :'issues', false);
\ir plane_tables.sql
CREATE TABLE said AS SELECT * FROM slaops.attach('plane', 'pl', 'planes');
CREATE TABLE said_again AS SELECT * FROM slaops.attach('plane', 'pl', 'planes');
SET slaops.as_of = '2026-05-01 00:00Z';
SELECT FROM slaops.create_marts('planes');
\ir ../../support/checks.sql
CREATE VIEW steps AS
SELECT s.*, s.value IN ('Done (Support)', 'Shipped', 'Cancelled', 'rejected') AS closed, lag(s.value IN ('Done (Support)', 'Shipped', 'Cancelled', 'rejected')) OVER (PARTITION BY s.issue_id ORDER BY s.at, s.n) AS closed_before, row_number() OVER (PARTITION BY s.issue_id ORDER BY s.at DESC, s.n DESC) AS last FROM pl_story AS s WHERE s.what = 'state';
SELECT pg_temp.same('lives', $$SELECT ticket_id, created_at, first_response_at, first_solved_at, status, is_open, state = 'pending', reopens, group_name, assignee, priority, agent_replies, customer_replies, internal_notes FROM planes.int_ticket_lifecycle$$,
    $$SELECT t.id, t.created_at, (SELECT min(at) FROM pl_story WHERE issue_id = t.id AND what = 'comment' AND role = 'agent' AND public), (SELECT min(at) FROM steps WHERE issue_id = t.id AND closed), l.value, NOT l.closed, l.value = 'Waiting for customer', (SELECT count(*)::int FROM steps WHERE issue_id = t.id AND closed_before AND NOT closed), p.name,
      (SELECT value FROM pl_story WHERE issue_id = t.id AND what = 'assignee' ORDER BY at DESC, n DESC LIMIT 1), (SELECT value FROM pl_story WHERE issue_id = t.id AND what = 'priority' ORDER BY at DESC, n DESC LIMIT 1),
      (SELECT count(*)::int FROM pl_story WHERE issue_id = t.id AND what = 'comment' AND role = 'agent' AND public), (SELECT count(*)::int FROM pl_story WHERE issue_id = t.id AND what = 'comment' AND role = 'customer' AND public), (SELECT count(*)::int FROM pl_story WHERE issue_id = t.id AND what = 'comment' AND role IN ('agent', 'bot') AND NOT public)
      FROM pl.issues AS t JOIN steps AS l ON l.issue_id = t.id AND l.last = 1 JOIN pl.projects AS p ON p.id = t.project_id WHERE t.sequence_id NOT IN (5, 11)$$, 238);
SELECT pg_temp.same('open at', $$SELECT at.at, (SELECT count(*) FROM planes.int_ticket_lifecycle AS l CROSS JOIN LATERAL unnest(l.open_from, l.open_to) AS span (starts, ends) WHERE span.starts <= at.at AND coalesce(span.ends, 'infinity') > at.at) FROM generate_series(timestamptz '2026-03-02 12:30Z', '2026-04-10Z', '1 day') AS at (at)$$,
    $$SELECT at.at, (SELECT count(*) FROM (SELECT DISTINCT ON (s.issue_id) s.issue_id, s.closed FROM steps AS s JOIN pl.issues AS i ON i.id = s.issue_id AND i.sequence_id NOT IN (5, 11) WHERE s.at <= at.at ORDER BY s.issue_id, s.at DESC, s.n DESC) AS s WHERE NOT closed) FROM generate_series(timestamptz '2026-03-02 12:30Z', '2026-04-10Z', '1 day') AS at (at)$$, 39);
SELECT pg_temp.same('roles', $$SELECT actor_role, actor, public, count(*) FROM planes.ticket_events WHERE event_type = 'comment' GROUP BY 1, 2, 3$$, $$SELECT role, value, public, count(*) FROM pl_story JOIN pl.issues AS i ON i.id = issue_id AND sequence_id NOT IN (5, 11) WHERE what = 'comment' GROUP BY 1, 2, 3$$, 8);
SELECT pg_temp.yes('Plane itself is the system', (SELECT count(*) > 0 AND bool_and(actor IS NULL) FROM planes.ticket_events WHERE event_type = 'status' AND actor_role = 'system') AND NOT EXISTS (SELECT FROM planes.ticket_events WHERE new_value = 'Doing'));
SELECT pg_temp.yes('columns', (SELECT tags = '{bug,vip}' AND attributes = '{"number": "SUP-4"}' AND brand = 'Acme' AND type = 'Task' AND requester_id = 'guest' AND subject = 'Issue 4' FROM planes.tickets WHERE attributes ->> 'number' = 'SUP-4'));
SELECT pg_temp.same('states', $$SELECT status, state FROM slaops.states WHERE policy_set = 'planes'$$, $$VALUES ('todo', 'new'), ('in progress', 'open'), ('waiting for customer', 'pending'), ('done (support)', 'solved'), ('cancelled', 'closed'), ('triage', 'new'), ('limbo', 'open'), ('backlog', 'new'), ('done (platform)', 'open'), ('shipped', 'solved'), ('duplicate', 'closed')$$, 11);
SELECT pg_temp.no('unknown statuses', (SELECT count(*) FROM planes.config_health WHERE problem LIKE 'unknown%'));
SELECT pg_temp.same('what attach said a second time', 'TABLE said', 'TABLE said_again', 4);
SELECT pg_temp.yes('and nothing is missing', NOT EXISTS (SELECT FROM said WHERE finding = 'missing'));
-- An empty schema, columns missing, and columns of other types.
CREATE SCHEMA cold;
SELECT pg_temp.refused($$SELECT slaops.attach('plane', 'cold', 'colds')$$, 'table cold.issues does not exist');
CREATE SCHEMA bare;
CREATE TABLE bare.issues AS SELECT id, project_id, created_at FROM pl.issues;
CREATE TABLE bare.projects AS SELECT id, name FROM pl.projects;
CREATE TABLE bare.states AS SELECT id, project_id, name, "group" FROM pl.states;
CREATE TABLE bare.issue_activities AS SELECT issue_id, field, old_value, new_value, created_at FROM pl.issue_activities;
CREATE TABLE said_bare AS SELECT * FROM slaops.attach('plane', 'bare', 'bares');
SELECT pg_temp.yes('each thing missing has its cost', (SELECT count(*) > 20 AND bool_and(cost <> 'stays empty') FROM said_bare WHERE finding = 'missing'));
SELECT pg_temp.yes('work items are read, and states by the names of then', (SELECT count(*) FROM bares.tickets) = 240 AND EXISTS (SELECT FROM bares.ticket_events WHERE new_value = 'Doing'));
ALTER TABLE bare.states RENAME "group" TO kind;
SELECT pg_temp.refused($$SELECT slaops.attach('plane', 'bare', 'bares')$$, 'bare.states has no column group');
ALTER TABLE bare.states RENAME kind TO "group";
ALTER TABLE bare.issues ADD deleted_at int;
SELECT pg_temp.refused($$SELECT slaops.attach('plane', 'bare', 'bares')$$, 'issues.deleted_at of bare.issues is of type integer, not timestamptz');
