-- A real company's incidents as the tables of its ServiceNow: incident, and the audit of its fields.
SET client_min_messages = warning;
CREATE VIEW tickets AS
SELECT DISTINCT ON (number) number AS ticket_id, to_timestamp(opened_at, 'DD/MM/YYYY HH24:MI') AS created_at, priority,
       nullif(assignment_group, '?') AS group_name, incident_state AS status, to_timestamp(nullif(resolved_at, '?'), 'DD/MM/YYYY HH24:MI') AS solved_at,
       to_timestamp(nullif(closed_at, '?'), 'DD/MM/YYYY HH24:MI') AS closed_at
FROM incident_log ORDER BY number, sys_mod_count::bigint DESC;
\ir ../../support/incidents.sql

CREATE SCHEMA sn;
CREATE TABLE sn.sys_user_group AS SELECT md5(group_name) AS sys_id, group_name AS name FROM (SELECT DISTINCT nullif(assignment_group, '?') AS group_name FROM incident_log) AS g WHERE group_name IS NOT NULL;
CREATE TABLE sn.incident AS
SELECT md5(ticket_id) AS sys_id, ticket_id AS number, created_at AT TIME ZONE 'UTC' AS opened_at, status AS state, left(priority, 1) AS priority_value, md5(group_name) AS assignment_group,
       solved_at AT TIME ZONE 'UTC' AS resolved_at, closed_at AT TIME ZONE 'UTC' AS closed_at FROM tickets;
CREATE TABLE sn.sys_audit AS
SELECT md5(ticket_id) AS documentkey, 'incident' AS tablename, CASE event_type WHEN 'status' THEN 'state' WHEN 'group_name' THEN 'assignment_group' ELSE event_type END AS fieldname,
       coalesce(CASE event_type WHEN 'group_name' THEN md5(old_value) WHEN 'priority' THEN left(old_value, 1) ELSE old_value END, '') AS oldvalue,
       coalesce(CASE event_type WHEN 'group_name' THEN md5(new_value) WHEN 'priority' THEN left(new_value, 1) ELSE new_value END, '') AS newvalue, event_at AT TIME ZONE 'UTC' AS sys_created_on, seq AS record_checkpoint
FROM ticket_events;
INSERT INTO slaops.calendars (name, calendar) VALUES ('desk', 'Mo-Fr 08:00-18:00 @ UTC');
SELECT FROM slaops.load_config($$
preset: servicenow
policies:
  - {name: Urgent, when: {priority: [1 - Critical, 2 - High]}, hours: 24x7, targets: {'*': {resolution: 8h, group_ownership: 4h}}}
  - {name: Rest, calendar: desk, targets: {'*': {resolution: 3d, group_ownership: 1d}}}
$$, 'desk');
CREATE TABLE told AS SELECT * FROM slaops.attach('servicenow', 'sn', 'fromsn');
SET slaops.as_of = '2016-04-01Z';
SELECT FROM slaops.create_marts('canon', 'tickets', 'ticket_events', policy_set => 'desk');
SELECT FROM slaops.create_marts('fromsn', policy_set => 'desk');
\ir ../../support/checks.sql
SELECT pg_temp.same(v || ' by both paths', format('SELECT %s FROM canon.%s', c, v), format('SELECT %s FROM fromsn.%s', c, v), n)
FROM (VALUES
    ('fct_sla_attainment', 'ticket_id, metric, cycle, policy, priority, target, started_at, stopped_at, elapsed_minutes, paused_minutes, due_at, breached_at, status, cause_status, cause_group, group_name', 1000),
    ('int_ticket_lifecycle', 'ticket_id, created_at, solved_at, closed_at, is_open, status, group_name, priority, states, groups, group_minutes, reopens, escalations, cycle_minutes, business_cycle_minutes', 500),
    ('fct_backlog_snapshot', 'ticket_id, day, state, group_name, priority, age_minutes, sla_debt_minutes, risk', 1000)
) AS x (v, c, n);
DO $$
BEGIN
    IF (SELECT count(*) FROM told WHERE finding = 'missing' AND subject = 'sys_journal_field' AND cost ~ 'first_response') <> 1 THEN RAISE 'attach did not say that comments are missing'; END IF;
END $$;
