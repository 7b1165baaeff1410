-- The team as a Jira: Fivetran's layout, the API's names as Airbyte (source-jira: issues with fields and a changelog as JSON,
-- issue_comments) and as dlt (verified source jira, commit 3957506: a column a field, lists in child tables) load them.
SET client_min_messages = warning;
\ir ../../support/checks.sql
-- Jira knows no groups but projects, and nothing of what the team below does with groups.
CREATE SCHEMA team;
CREATE TABLE team.tickets AS SELECT 'SUP-' || ticket_id AS ticket_id, created_at, subject, requester_id, 'Support' AS group_name, priority, status, assignee, type, solved_at, tags, attributes FROM demo.tickets;
CREATE TABLE team.ticket_events AS
SELECT 'SUP-' || ticket_id AS ticket_id, event_at, event_type, CASE actor_role WHEN 'system' THEN 'bot' ELSE actor_role END AS actor_role, actor, old_value, new_value, public, seq FROM demo.ticket_events WHERE event_type <> 'group_name';
CREATE TABLE team.people AS
SELECT 'acc-' || row_number() OVER (ORDER BY actor) AS account_id, actor AS name, CASE min(actor_role) WHEN 'customer' THEN 'customer' WHEN 'bot' THEN 'app' ELSE 'atlassian' END AS account_type
FROM (SELECT actor, actor_role FROM team.ticket_events UNION SELECT assignee, 'agent' FROM team.tickets WHERE assignee IS NOT NULL UNION SELECT requester_id, 'customer' FROM team.tickets) AS p WHERE actor IS NOT NULL GROUP BY actor;
-- Fivetran.
CREATE SCHEMA jf;
CREATE TABLE jf.user AS SELECT account_id AS id, name FROM team.people;
CREATE TABLE jf.status AS SELECT row_number() OVER () AS id, s AS name FROM unnest('{new,open,pending,hold,solved,closed}'::text[]) AS s;
CREATE TABLE jf.priority AS SELECT 10 + row_number() OVER () AS id, s AS name FROM unnest('{low,normal,high,urgent}'::text[]) AS s;
CREATE TABLE jf.project AS SELECT '1' AS id, 'Support' AS name;
CREATE TABLE jf.issue AS
SELECT substr(t.ticket_id, 5)::bigint AS id, t.ticket_id AS key, t.created_at AS created, t.subject AS summary, s.id AS status, p.id AS priority, '1' AS project, r.account_id AS reporter, r.account_id AS creator, a.account_id AS assignee, t.solved_at AS resolved
FROM team.tickets AS t JOIN jf.status AS s ON s.name = t.status JOIN jf.priority AS p ON p.name = t.priority JOIN team.people AS r ON r.name = t.requester_id LEFT JOIN team.people AS a ON a.name = t.assignee;
CREATE TABLE jf.comment AS SELECT substr(e.ticket_id, 5)::bigint AS issue_id, e.event_at AS created, p.account_id AS author_id, e.public AS is_public FROM team.ticket_events AS e JOIN team.people AS p ON p.name = e.actor WHERE e.event_type = 'comment';
CREATE TABLE jf.issue_field_history AS
SELECT substr(e.ticket_id, 5)::bigint AS issue_id, e.event_type AS field_id, e.event_at AS time, p.account_id AS author_id,
       CASE e.event_type WHEN 'status' THEN (SELECT s.id::text FROM jf.status AS s WHERE s.name = e.new_value) WHEN 'priority' THEN (SELECT s.id::text FROM jf.priority AS s WHERE s.name = e.new_value) ELSE (SELECT a.account_id FROM team.people AS a WHERE a.name = e.new_value) END AS value
FROM team.ticket_events AS e JOIN team.people AS p ON p.name = e.actor WHERE e.event_type IN ('status', 'priority', 'assignee');
INSERT INTO jf.issue_field_history
SELECT substr(t.ticket_id, 5)::bigint, f.field, t.created_at, NULL, CASE f.field WHEN 'status' THEN (SELECT s.id::text FROM jf.status AS s WHERE s.name = f.value) ELSE (SELECT s.id::text FROM jf.priority AS s WHERE s.name = f.value) END
FROM team.tickets AS t CROSS JOIN LATERAL (
    SELECT w.field, coalesce((SELECT e.old_value FROM team.ticket_events AS e WHERE e.ticket_id = t.ticket_id AND e.event_type = w.field ORDER BY e.event_at, e.seq LIMIT 1), w.value) AS value
    FROM (VALUES ('status', t.status), ('priority', t.priority)) AS w (field, value)) AS f;
-- Airbyte.
CREATE SCHEMA ja;
CREATE FUNCTION pg_temp.jira_time(at timestamptz) RETURNS text LANGUAGE sql AS $$ SELECT to_char(at AT TIME ZONE 'America/Los_Angeles', 'YYYY-MM-DD"T"HH24:MI:SS.MS') || to_char(at - (at AT TIME ZONE 'America/Los_Angeles') AT TIME ZONE 'UTC', '"-"HH24MI') $$;
CREATE FUNCTION pg_temp.person(name text) RETURNS jsonb LANGUAGE sql AS $$ SELECT jsonb_build_object('self', 'https://example.atlassian.net', 'accountId', p.account_id, 'displayName', p.name, 'accountType', p.account_type, 'active', true) FROM team.people AS p WHERE p.name = $1 $$;
CREATE TABLE team.changes AS
SELECT ticket_id, event_at, actor, row_number() OVER (ORDER BY ticket_id, event_at, seq) AS id, event_type AS field, old_value, new_value FROM team.ticket_events WHERE event_type IN ('status', 'priority', 'assignee');
CREATE TABLE ja.issues AS
SELECT substr(t.ticket_id, 5) AS id, t.ticket_id AS key, 'https://example.atlassian.net' AS self, pg_temp.jira_time(t.created_at)::timestamptz AS created, '10000' AS "projectId", 'SUP' AS "projectKey",
       jsonb_build_object('summary', t.subject, 'created', pg_temp.jira_time(t.created_at), 'resolutiondate', pg_temp.jira_time(t.solved_at), 'status', jsonb_build_object('name', t.status, 'id', '1', 'statusCategory', '{"key": "done"}'::jsonb),
           'priority', jsonb_build_object('name', t.priority, 'id', '3'), 'issuetype', jsonb_build_object('name', t.type), 'project', '{"id": "10000", "key": "SUP", "name": "Support"}'::jsonb,
           'assignee', pg_temp.person(t.assignee), 'reporter', pg_temp.person(t.requester_id), 'creator', pg_temp.person(t.requester_id), 'labels', to_jsonb(t.tags), 'customfield_10012', jsonb_build_object('id', '10016', 'value', t.attributes ->> 'plan'), 'customfield_10013', NULL,
           'customfield_10030', '{"id": "1", "name": "Time to resolution", "completedCycles": [], "ongoingCycle": {"breached": false, "goalDuration": {"millis": 14400000}}}'::jsonb) AS fields,
       -- The issue has the last 100 entries of its log; the log itself has them all.
       CASE WHEN substr(t.ticket_id, 5)::int % 2 = 0 THEN (
           SELECT jsonb_build_object('startAt', 0, 'maxResults', 100, 'total', count(*), 'histories', coalesce(jsonb_agg(jsonb_build_object('id', c.id::text, 'author', pg_temp.person(c.actor), 'created', pg_temp.jira_time(c.event_at),
               'items', jsonb_build_array(jsonb_build_object('field', c.field, 'fieldtype', 'jira', 'fieldId', c.field, 'from', NULL, 'fromString', c.old_value, 'to', '1', 'toString', c.new_value), '{"field": "Rank", "fieldId": "customfield_10019", "toString": "higher"}'::jsonb))), '[]'))
           FROM team.changes AS c WHERE c.ticket_id = t.ticket_id) END AS changelog,
       timestamptz '2026-01-05 08:00Z' AS _airbyte_extracted_at
FROM team.tickets AS t;
CREATE TABLE ja.issue_changelogs AS
SELECT c.id::text AS id, substr(c.ticket_id, 5) AS "issueId", pg_temp.person(c.actor) AS author, c.event_at AS created, jsonb_build_array(jsonb_build_object('field', c.field, 'fieldtype', 'jira', 'fieldId', c.field, 'from', NULL, 'fromString', c.old_value, 'to', '1', 'toString', c.new_value)) AS items
FROM team.changes AS c WHERE substr(c.ticket_id, 5)::int % 4 <> 0;
CREATE TABLE ja.issue_comments AS
SELECT row_number() OVER ()::text AS id, substr(e.ticket_id, 5) AS "issueId", pg_temp.person(e.actor) AS author, pg_temp.jira_time(e.event_at) AS created, e.public AS "jsdPublic" FROM team.ticket_events AS e WHERE e.event_type = 'comment';
CREATE TABLE ja.issue_fields AS SELECT * FROM (VALUES ('customfield_10012', 'Plan', true), ('customfield_10030', 'Time to resolution', true), ('summary', 'Summary', false)) AS f (id, name, custom);
CREATE TABLE ja.users AS SELECT account_id AS "accountId", name AS "displayName", account_type AS "accountType" FROM team.people;
-- dlt.
CREATE SCHEMA jl;
CREATE TABLE jl.issues AS
SELECT substr(t.ticket_id, 5) AS id, t.ticket_id AS key, t.subject AS fields__summary, t.created_at AS fields__created, t.solved_at AS fields__resolutiondate, t.status AS fields__status__name, 'done' AS fields__status__status_category__key, t.priority AS fields__priority__name, t.type AS fields__issuetype__name, 'Support' AS fields__project__name, 'SUP' AS fields__project__key,
       a.name AS fields__assignee__display_name, a.account_id AS fields__assignee__account_id, r.account_id AS fields__reporter__account_id, r.account_id AS fields__creator__account_id, t.attributes ->> 'plan' AS fields__customfield_10012, '1767600000.5' AS _dlt_load_id, md5(t.ticket_id) AS _dlt_id
FROM team.tickets AS t JOIN team.people AS r ON r.name = t.requester_id LEFT JOIN team.people AS a ON a.name = t.assignee;
CREATE TABLE jl.issues__changelog__histories AS SELECT c.id::text AS id, c.event_at AS created, p.account_id AS author__account_id, p.name AS author__display_name, p.account_type AS author__account_type, md5(c.ticket_id) AS _dlt_parent_id, md5('h' || c.id) AS _dlt_id FROM team.changes AS c JOIN team.people AS p ON p.name = c.actor;
CREATE TABLE jl.issues__changelog__histories__items AS SELECT c.field, 'jira' AS fieldtype, c.field AS field_id, c.old_value AS from_string, c.new_value AS to_string, md5('h' || c.id) AS _dlt_parent_id, 0 AS _dlt_list_idx FROM team.changes AS c;
CREATE TABLE jl.issues__fields__comment__comments AS SELECT row_number() OVER ()::text AS id, e.event_at AS created, p.account_id AS author__account_id, p.name AS author__display_name, p.account_type AS author__account_type, e.public AS jsd_public, md5(e.ticket_id) AS _dlt_parent_id FROM team.ticket_events AS e JOIN team.people AS p ON p.name = e.actor WHERE e.event_type = 'comment';
CREATE TABLE jl.users AS SELECT account_id, name AS display_name, account_type FROM team.people;
CREATE TABLE of_jira AS SELECT 'ja' AS layout, s.* FROM slaops.attach('jira_api', 'ja', 'fromja') AS s
UNION ALL SELECT 'jl', s.* FROM slaops.attach('jira_api', 'jl', 'fromjl') AS s UNION ALL SELECT 'jf', s.* FROM slaops.attach('jira', 'jf', 'fromjf') AS s;
SELECT FROM slaops.load_config($$
preset: jira
policies:
  - name: All
    hours: 24x7
    targets: {'*': {first_response: 4h, next_response: 8h, requester_wait: 1d, agent_work: 1d, resolution: 2d}}
$$, 'jira team');
SET slaops.as_of = '2026-01-05 08:00+00';
SELECT FROM slaops.create_marts('teamdirect', 'team.tickets', 'team.ticket_events', policy_set => 'jira team');
SELECT FROM slaops.create_marts('fromjf', policy_set => 'jira team');
SELECT FROM slaops.create_marts('fromja', policy_set => 'jira team');
SELECT FROM slaops.create_marts('fromjl', policy_set => 'jira team');
SELECT pg_temp.same(format('%s of %s', v, f), format('SELECT %s FROM teamdirect.%s', c, v), format('SELECT %s FROM %s.%s', c, f, v), n)
FROM (VALUES
    ('fct_sla_attainment', 'ticket_id, metric, cycle, policy, priority, target, started_at, stopped_at, elapsed_minutes, paused_minutes, due_at, breached_at, status, cause_status, group_name', 4000),
    ('int_ticket_lifecycle', 'ticket_id, created_at, first_response_at, first_response_by, solved_at, closed_at, is_open, status, group_name, assignee, priority, states, reopens, agent_replies, customer_replies, internal_notes, cycle_minutes', 1200),
    ('fct_backlog_snapshot', 'ticket_id, day, state, group_name, priority, age_minutes, sla_debt_minutes', 1000), ('process_variants', 'rank, activities, tickets, median_cycle_minutes', 10)
) AS x (v, c, n)
CROSS JOIN (VALUES ('fromjf'), ('fromja'), ('fromjl')) AS layout (f);
SELECT pg_temp.same('events of the API', 'SELECT ticket_id, event_at, event_type, actor_role, actor, old_value, new_value, public FROM fromja.ticket_events', 'SELECT ticket_id, event_at, event_type, actor_role, actor, old_value, new_value, public FROM fromjl.ticket_events', 4000);
SELECT pg_temp.same('roles', $$SELECT ticket_id, event_at, event_type, actor_role, actor, old_value, new_value FROM team.ticket_events$$, 'SELECT ticket_id, event_at, event_type, actor_role, actor, old_value, new_value FROM fromja.ticket_events', 4000);
SELECT pg_temp.yes('custom fields by their names', (SELECT bool_and(t.attributes ->> 'Plan' = team.tickets.attributes ->> 'plan' AND t.attributes #>> '{Time to resolution,ongoingCycle,breached}' = 'false' AND t.tags = team.tickets.tags) FROM (SELECT ticket_id, attributes, tags FROM fromja.tickets) AS t JOIN team.tickets USING (ticket_id)));
