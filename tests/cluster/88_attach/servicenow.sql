-- A real company's incidents as the tables of its ServiceNow: incident, and the audit of its fields.
SET client_min_messages = warning;
CREATE VIEW tickets AS
SELECT DISTINCT ON (number) number AS ticket_id, to_timestamp(opened_at, 'DD/MM/YYYY HH24:MI') AS created_at, priority,
       nullif(assignment_group, '?') AS group_name, incident_state AS status, to_timestamp(nullif(resolved_at, '?'), 'DD/MM/YYYY HH24:MI') AS solved_at,
       to_timestamp(nullif(closed_at, '?'), 'DD/MM/YYYY HH24:MI') AS closed_at
FROM incident_log ORDER BY number, sys_mod_count::bigint DESC;
CREATE VIEW ticket_events AS
SELECT ticket_id, event_at, v.*, seq
FROM (
    SELECT number AS ticket_id, sys_mod_count::bigint AS seq, to_timestamp(sys_updated_at, 'DD/MM/YYYY HH24:MI') AS event_at,
           incident_state, nullif(assignment_group, '?') AS group_name, priority,
           lag(incident_state) OVER w AS incident_state_before, lag(nullif(assignment_group, '?')) OVER w AS group_before, lag(priority) OVER w AS priority_before
    FROM incident_log WINDOW w AS (PARTITION BY number ORDER BY sys_mod_count::bigint)
) AS e
CROSS JOIN LATERAL (VALUES ('status', incident_state_before, incident_state), ('group_name', group_before, group_name), ('priority', priority_before, priority))
    AS v (event_type, old_value, new_value)
WHERE v.old_value IS DISTINCT FROM v.new_value;

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
CREATE FUNCTION pg_temp.same(what text, mine text, theirs text, fewest bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE wrong bigint; example text; total bigint;
BEGIN
    EXECUTE format('SELECT count(*), min(x::text) FROM ((%1$s EXCEPT ALL %2$s) UNION ALL (%2$s EXCEPT ALL %1$s)) AS x', '(' || mine || ')', '(' || theirs || ')') INTO wrong, example;
    EXECUTE format('SELECT count(*) FROM (%s) AS x', mine) INTO total;
    IF wrong <> 0 THEN RAISE '%: % of % rows differ, such as %', what, wrong, total, example; END IF;
    IF total < fewest THEN RAISE '%: only % rows', what, total; END IF;
END $$;
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
