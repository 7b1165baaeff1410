-- The team as Airbyte would have loaded it from a Zendesk, in the schema za: the streams of
-- source-zendesk-support 4.x (schemas/ticket_audits.json, integration_tests/expected_records.jsonl),
-- objects and arrays as jsonb, and columns of Airbyte itself.
CREATE SCHEMA za;
CREATE TABLE za.users AS
SELECT id, name, CASE WHEN role = 'agent' AND id % 2 = 0 THEN 'admin' ELSE role END AS role, true AS active, now() AS _airbyte_extracted_at FROM zd."user";
CREATE TABLE za.groups AS SELECT id, name, false AS deleted FROM zd."group";
CREATE TABLE za.organizations AS SELECT id, name FROM zd.organization;
CREATE TABLE za.brands AS SELECT id, name, true AS active FROM zd.brand;
CREATE TABLE za.ticket_fields AS
SELECT id, type, title, options AS custom_field_options
FROM (VALUES
    (360001, 'tagger', 'Plan', '[{"id": 1, "name": "Team plan", "value": "team"}, {"id": 2, "name": "Starter plan", "value": "starter"}]'::jsonb),
    (360002, 'integer', 'Number of Seats', NULL), (360003, 'subject', 'Subject', NULL)
) AS f (id, type, title, options);
CREATE TABLE za.tickets AS
SELECT t.id, t.created_at AT TIME ZONE 'UTC' AS created_at, t.subject, t.requester_id, t.requester_id AS submitter_id, t.organization_id, t.brand_id, t.group_id, t.assignee_id, t.status, t.priority, t.type,
       jsonb_build_object('channel', t.via_channel, 'source', '{"to": {}, "rel": null, "from": {}}'::jsonb) AS via, to_jsonb(d.tags) AS tags, 44 AS custom_status_id,
       jsonb_build_array(jsonb_build_object('id', 360001, 'value', d.attributes -> 'plan'), jsonb_build_object('id', 360002, 'value', d.attributes -> 'seats'), '{"id": 360009, "value": "of a field that is gone"}'::jsonb) AS custom_fields,
       '{"score": "unoffered"}'::jsonb AS satisfaction_rating, gen_random_uuid() AS _airbyte_raw_id, timestamptz '2026-01-05 08:00Z' AS _airbyte_extracted_at, '{"changes": []}'::jsonb AS _airbyte_meta
FROM zd.ticket AS t JOIN demo.tickets AS d ON d.ticket_id = t.id;
INSERT INTO za.tickets (id, created_at, status, requester_id) VALUES (900001, '2025-06-01Z', 'deleted', 1);
-- An update of a ticket is an audit of all that it did.
CREATE TABLE za.ticket_audits AS
WITH told AS (
    SELECT e.ticket_id::bigint AS ticket_id, e.event_at, coalesce(u.id, -1) AS author_id, e.event_type, e.public, e.seq, e.event_at = t.created_at AS at_creation,
           CASE e.event_type WHEN 'group_name' THEN (SELECT g.id::text FROM za.groups AS g WHERE g.name = e.old_value) WHEN 'assignee' THEN (SELECT a.id::text FROM za.users AS a WHERE a.name = e.old_value) ELSE e.old_value END AS previous_value,
           CASE e.event_type WHEN 'group_name' THEN (SELECT g.id::text FROM za.groups AS g WHERE g.name = e.new_value) WHEN 'assignee' THEN (SELECT a.id::text FROM za.users AS a WHERE a.name = e.new_value) ELSE e.new_value END AS value
    FROM demo.ticket_events AS e JOIN demo.tickets AS t USING (ticket_id) LEFT JOIN za.users AS u ON u.name = e.actor
    WHERE e.event_type <> 'created'
    UNION ALL
    SELECT t.ticket_id, t.created_at, r.id, f.field, NULL, 0, true, NULL, coalesce((SELECT e.old_value FROM demo.ticket_events AS e WHERE e.ticket_id = t.ticket_id AND e.event_type = f.field ORDER BY e.event_at, e.seq LIMIT 1), f.value)
    FROM demo.tickets AS t JOIN za.users AS r ON r.name = t.requester_id
    CROSS JOIN LATERAL (VALUES ('status', t.status), ('priority', t.priority), ('subject', t.subject), ('ticket_form_id', '77')) AS f (field, value)
),
event AS (
    SELECT told.*, row_number() OVER (ORDER BY ticket_id, event_at, seq, event_type) AS id, CASE WHEN author_id > 0 THEN author_id ELSE min(author_id) FILTER (WHERE author_id > 0) OVER (PARTITION BY ticket_id, event_at) END AS person FROM told
)
SELECT min(id) + 1000000 AS id, ticket_id, event_at AS created_at, coalesce(person, -1) AS author_id,
       CASE WHEN person IS NULL THEN '{"channel": "rule", "source": {"rel": "automation", "to": {}, "from": {"id": 5, "title": "Close"}}}'::jsonb ELSE '{"channel": "web", "source": {"rel": null, "to": {}, "from": {}}}' END AS via,
       jsonb_agg(
           CASE
               WHEN event_type = 'comment' THEN jsonb_build_object('id', id, 'type', 'Comment', 'author_id', author_id, 'body', '...', 'public', public, 'attachments', '[]'::jsonb, 'audit_id', 1)
               WHEN at_creation AND author_id > 0 THEN jsonb_build_object('id', id, 'type', 'Create', 'field_name', CASE event_type WHEN 'group_name' THEN 'group_id' WHEN 'assignee' THEN 'assignee_id' ELSE event_type END, 'value', value)
               -- What a trigger does stands in the audit of who set it off.
               ELSE jsonb_build_object('id', id, 'type', 'Change', 'field_name', CASE event_type WHEN 'group_name' THEN 'group_id' WHEN 'assignee' THEN 'assignee_id' ELSE event_type END, 'value', value, 'previous_value', previous_value)
                   || CASE WHEN author_id = -1 THEN '{"via": {"channel": "rule", "source": {"rel": "trigger", "to": {}, "from": {"id": 4, "title": "Route"}}}}'::jsonb ELSE '{}' END
           END ORDER BY id
       ) || '[{"id": 1, "type": "Notification", "subject": "...", "recipients": [1], "via": {"channel": "rule"}}]' AS events,
       timestamptz '2026-01-05 08:00Z' AS _airbyte_extracted_at
FROM event GROUP BY ticket_id, event_at, person;
INSERT INTO za.ticket_audits (id, ticket_id, created_at, author_id, events) VALUES (1, 900001, '2025-06-01Z', 1, '[{"id": 2, "type": "Change", "field_name": "status", "value": "deleted", "previous_value": "new"}]');
-- A trigger gave each ticket its schedule.
UPDATE za.ticket_audits AS a SET events = a.events || jsonb_build_array(jsonb_build_object('id', 3, 'type', 'ScheduleAssignment', 'previous_schedule_id', NULL, 'new_schedule_id', s.schedule_id))
FROM zd.ticket_schedule AS s WHERE s.ticket_id = a.ticket_id AND s.created_at = a.created_at;
-- The stream of comments has them once more.
CREATE TABLE za.ticket_comments AS
SELECT (e.value ->> 'id')::bigint AS id, a.ticket_id, (e.value ->> 'author_id')::bigint AS author_id, a.created_at, (e.value ->> 'public')::boolean AS public, a.via, a._airbyte_extracted_at
FROM za.ticket_audits AS a CROSS JOIN LATERAL jsonb_array_elements(a.events) AS e WHERE e.value ->> 'type' = 'Comment';
CREATE TABLE za.schedules AS
SELECT id::bigint AS id, name, time_zone, jsonb_agg(jsonb_build_object('start_time', start_time, 'end_time', end_time) ORDER BY start_time) AS intervals FROM zd.schedule GROUP BY id, name, time_zone;
CREATE TABLE za.schedule_holidays AS SELECT schedule_id::bigint AS schedule_id, name, start_date::text AS start_date, end_date::text AS end_date FROM zd.schedule_holiday;
CREATE TABLE za.ticket_metric_events (id bigint, ticket_id bigint, metric text, instance_id bigint, type text, time timestamptz, sla jsonb, status jsonb, deleted boolean);
INSERT INTO za.ticket_metric_events VALUES
    (1, 17, 'reply_time', 1, 'activate', '2025-01-05 19:36Z', NULL, NULL, NULL), (2, 17, 'first_reply_time', 1, 'apply_sla', '2025-01-05 19:36Z', '{"target": 480, "business_hours": true, "policy": {"id": 9, "title": "All"}}', NULL, NULL);
