-- attach makes vendor_clocks where a source has SLA figures of its own; reconciliation reads it.
SET client_min_messages = warning;
SET timezone = 'UTC';
-- A desk of one's own, with a column of due times.
CREATE SCHEMA own;
CREATE TABLE own.cases (id int, opened timestamptz, state text, target_at timestamp, flag text);
CREATE TABLE own.log (id int, at timestamptz, what text, new_value text);
INSERT INTO own.cases VALUES
    (1, '2026-03-02 09:00Z', 'solved', '2026-03-02 13:00', 'ONTIME'),
    (2, '2026-03-02 10:00Z', 'open', '2026-03-02 14:00', 'OVERDUE'),
    (3, '2026-03-02 11:00Z', 'open', '2026-03-02 19:00', NULL),
    (4, '2026-03-02 12:00Z', 'open', NULL, NULL);
INSERT INTO own.log
SELECT id, opened, 'created', NULL FROM own.cases
UNION ALL VALUES (1, timestamptz '2026-03-02 10:00Z', 'status', 'solved');
CREATE FUNCTION pg_temp.attach_own(more text) RETURNS SETOF record LANGUAGE sql AS $$
    SELECT said.subject, said.finding, said.cost
    FROM slaops.attach(
        'generic', schema => 'desk', tickets => 'own.cases', ticket_events => 'own.log',
        columns => jsonb_build_object(
            'tickets',
            '{"ticket_id": "id", "created_at": "opened", "status": "state"}'::jsonb || more::jsonb,
            'ticket_events',
            '{"ticket_id": "id", "event_at": "at", "event_type": "what"}'::jsonb
        )
    ) AS said
    WHERE said.subject ~ 'vendor'
$$;
SELECT * FROM pg_temp.attach_own('{}') AS said (subject text, finding text, cost text);
SELECT count(*) > 0 AS loaded FROM slaops.load_config(
    'policies: [{name: All, hours: 24x7, targets: {"*": {resolution: 4h}}}]', 'desk'
);
SET slaops.as_of = '2026-03-03 12:00Z';
SELECT count(*) > 0 AS made FROM slaops.create_marts('desk');
SELECT * FROM refusal($$SELECT slaops.reconciliation('desk')$$);
SELECT * FROM pg_temp.attach_own(
    '{"vendor_resolution_due_at": "target_at", "vendor_resolution_breached": "(flag = ''OVERDUE'')"}'
) AS said (subject text, finding text, cost text);
SELECT * FROM desk.vendor_clocks ORDER BY ticket_id;
SELECT * FROM slaops.reconciliation_summary('desk');
SELECT ticket_id, agrees, cause, switch, due_difference FROM slaops.reconciliation('desk');
-- A reader is granted it with the views.
CREATE ROLE clock_reader;
SELECT granted FROM slaops.grant_read('desk', 'clock_reader') AS granted
WHERE granted ~ 'vendor_clocks|source';
SET ROLE clock_reader;
SELECT * FROM slaops.reconciliation_summary('desk');
RESET ROLE;
DROP OWNED BY clock_reader;
DROP ROLE clock_reader;
-- Without the columns it goes again; a view of one's own stays.
SELECT * FROM pg_temp.attach_own('{}') AS said (subject text, finding text, cost text);
SELECT to_regclass('desk.vendor_clocks') AS gone;
CREATE VIEW desk.vendor_clocks AS SELECT 1 AS ticket_id, 'resolution' AS metric, true AS breached;
SELECT * FROM pg_temp.attach_own('{"vendor_resolution_due_at": "target_at"}')
AS said (subject text, finding text, cost text);
SELECT * FROM desk.vendor_clocks;
DROP VIEW desk.vendor_clocks;
SELECT * FROM refusal(
    $$
        SELECT * FROM pg_temp.attach_own('{"vendor_resolution_breached": "target_at"}')
        AS said (subject text, finding text, cost text)
    $$
);

-- ServiceNow: the last record that was not cancelled; durations are instants after 1970.
CREATE SCHEMA sn;
CREATE TABLE sn.incident (
    sys_id text, number text, opened_at timestamp, state text, priority text
);
CREATE TABLE sn.sys_audit (
    documentkey text, fieldname text, oldvalue text, newvalue text, sys_created_on timestamp
);
INSERT INTO sn.incident VALUES ('a1', 'INC1', '2026-03-02 09:00', '2', '1');
SELECT subject, finding, cost
FROM slaops.attach('servicenow', 'sn', 'fromsn') WHERE subject ~ 'task_sla|vendor';
CREATE TABLE sn.task_sla (
    sys_id text, task text, sla text, stage text, start_time timestamp, planned_end_time timestamp,
    business_duration timestamp, has_breached boolean
);
CREATE TABLE sn.contract_sla (
    sys_id text, name text, type text, target text, duration timestamp
);
INSERT INTO sn.contract_sla VALUES
    ('s1', 'Priority 1 resolution', 'SLA', NULL, '1970-01-02 02:30:00'),
    ('s2', 'P1', 'SLA', 'response', '1970-01-01 00:15:00'),
    ('s3', 'P1 of the network team', 'OLA', 'resolution', '1970-01-01 01:00:00');
INSERT INTO sn.task_sla VALUES
    ('1', 'a1', 's1', 'Cancelled', '2026-03-02 09:30', '2026-03-03 12:00', '1970-01-01 00:01', false),
    ('2', 'a1', 's1', 'in_progress', '2026-03-02 09:00', '2026-03-03 11:30', '1970-01-01 01:00', false),
    ('3', 'a1', 's2', 'completed', '2026-03-02 09:00', '2026-03-02 09:15', '1970-01-01 00:20:30', true),
    ('4', 'a1', 's3', 'completed', '2026-03-02 09:00', '2026-03-02 10:00', '1970-01-01 00:20:30', true);
SELECT subject, finding, cost
FROM slaops.attach('servicenow', 'sn', 'fromsn') WHERE subject ~ 'task_sla|vendor';
SELECT * FROM fromsn.vendor_clocks ORDER BY metric;
-- The same as seconds; and the view goes with the columns that it lives by.
ALTER TABLE sn.task_sla RENAME TO old_sla;
CREATE VIEW sn.task_sla AS
SELECT
    sys_id, task AS task_value, sla AS sla_value, stage, start_time, planned_end_time,
    extract(epoch FROM business_duration)::int AS business_duration, has_breached
FROM sn.old_sla;
SELECT count(*) > 0 AS attached FROM slaops.attach('servicenow', 'sn', 'fromsn');
SELECT * FROM fromsn.vendor_clocks ORDER BY metric;
ALTER VIEW sn.task_sla RENAME task_value TO assignment;
SELECT subject, finding, cost
FROM slaops.attach('servicenow', 'sn', 'fromsn') WHERE subject ~ 'task_sla|vendor';

-- Zendesk: reply times by their number, the schedule that the target asks for.
CREATE SCHEMA zd;
CREATE TABLE zd.tickets (id bigint, created_at timestamptz, status text);
CREATE TABLE zd.ticket_audits (id bigint, ticket_id bigint, created_at timestamptz, events jsonb);
INSERT INTO zd.tickets VALUES (1, '2026-03-02 09:00Z', 'open'), (2, '2026-03-02 09:00Z', 'deleted');
CREATE TABLE zd.ticket_metric_events (
    id bigint, ticket_id bigint, metric text, instance_id bigint, type text, time timestamptz,
    sla jsonb, status jsonb, deleted boolean
);
INSERT INTO zd.ticket_metric_events VALUES
    (1, 1, 'reply_time', 1, 'activate', '2026-03-02 09:00Z', NULL, NULL, false),
    (2, 1, 'reply_time', 1, 'apply_sla', '2026-03-02 09:00Z', '{"target": 60, "business_hours": false}', NULL, false),
    (3, 1, 'reply_time', 1, 'breach', '2026-03-02 10:00Z', NULL, NULL, false),
    (4, 1, 'reply_time', 1, 'fulfill', '2026-03-02 10:30Z', NULL, NULL, false),
    (5, 1, 'reply_time', 1, 'update_status', '2026-03-02 10:30Z', NULL, '{"calendar": 90, "business": 30}', false),
    (6, 1, 'reply_time', 2, 'activate', '2026-03-02 11:00Z', NULL, NULL, false),
    (7, 1, 'reply_time', 2, 'apply_sla', '2026-03-02 11:00Z', '{"target": 60, "business_hours": true}', NULL, false),
    (8, 1, 'reply_time', 2, 'breach', '2026-03-02 12:00Z', NULL, NULL, true),
    (9, 1, 'reply_time', 2, 'fulfill', '2026-03-02 11:40Z', NULL, NULL, false),
    (10, 1, 'reply_time', 2, 'update_status', '2026-03-02 11:40Z', NULL, '{"calendar": 40, "business": 25}', false),
    (11, 1, 'agent_work_time', 1, 'activate', '2026-03-02 09:00Z', NULL, NULL, false),
    (12, 1, 'requester_wait_time', 1, 'apply_sla', '2026-03-02 09:00Z', '{"target_in_seconds": 5400}', NULL, false),
    (13, 1, 'requester_wait_time', 1, 'activate', '2026-03-02 09:00Z', NULL, NULL, false),
    (14, 2, 'reply_time', 1, 'apply_sla', '2026-03-02 09:00Z', '{"target": 60}', NULL, false);
SELECT subject, finding, cost
FROM slaops.attach('zendesk_api', 'zd', 'fromzd')
WHERE subject ~ 'metric_events|vendor';
SELECT * FROM fromzd.vendor_clocks ORDER BY metric, cycle;

-- Jira Service Management: cycles, the running one last.
CREATE SCHEMA jira;
CREATE TABLE jira.issues (id text, key text, created timestamptz, fields jsonb);
CREATE TABLE jira.issue_fields (id text, name text, custom boolean);
INSERT INTO jira.issue_fields VALUES
    ('customfield_1', 'Time to resolution', true), ('customfield_2', 'Time to first response', true),
    ('customfield_3', 'Team', true);
INSERT INTO jira.issues VALUES (
    '7', 'SUP-7', '2026-03-02 09:00Z',
    '{
        "status": {"name": "Open"}, "customfield_3": {"value": "x"},
        "customfield_1": {"name": "Time to resolution",
            "completedCycles": [{"breachTime": {"epochMillis": 1772456400000}, "stopTime": {"epochMillis": 1772449200000}, "breached": false, "goalDuration": {"millis": 14400000}, "elapsedTime": {"millis": 7200000}}],
            "ongoingCycle": {"breachTime": {"epochMillis": 1772542800000}, "breached": false, "goalDuration": {"millis": 14400000}, "elapsedTime": {"millis": 60000}}},
        "customfield_2": {"name": "Time to first response", "completedCycles": []}
    }'
);
SELECT subject, finding, cost FROM slaops.attach('jira_api', 'jira', 'fromjira') WHERE subject ~ 'vendor';
SELECT * FROM fromjira.vendor_clocks ORDER BY metric, cycle;

-- Several metrics: the clock that is due first, and a verdict on any.
CREATE TABLE own.clocks AS
SELECT 2 AS ticket_id, 'first_response, resolution' AS metric, timestamptz '2026-03-02 14:00Z' AS due_at
UNION ALL SELECT 3, 'resolution,first_response', '2026-03-02 15:00Z'
UNION ALL SELECT 1, 'first_response, resolution', '2026-03-02 13:00Z';
SELECT ticket_id, metric, agrees, cause, due_at FROM slaops.reconciliation('desk', 'own.clocks');
CREATE TABLE own.verdicts AS
SELECT 1 AS ticket_id, 'first_response, resolution' AS metric, false AS breached
UNION ALL SELECT 2, 'first_response, resolution', true
UNION ALL SELECT 3, 'first_response, resolution', false;
SELECT ticket_id, agrees, cause, status FROM slaops.reconciliation('desk', 'own.verdicts');

SELECT count(*) > 0 AS dropped FROM slaops.drop_marts('desk');
DROP SCHEMA own, desk, sn, fromsn, zd, fromzd, jira, fromjira CASCADE;
RESET slaops.as_of;
RESET timezone;
RESET client_min_messages;
