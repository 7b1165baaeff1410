-- The sample team as Fivetran would have loaded it from a Zendesk, in the schema zd.
SET client_min_messages = warning;
CREATE EXTENSION slaops;
\if :{?tickets}
\else
\set tickets 3000
\endif
SELECT slaops.load_sample('demo', :tickets);
CREATE SCHEMA zd;
CREATE TABLE zd."user" AS
SELECT row_number() OVER (ORDER BY role, name) AS id, name, role
FROM (SELECT agent AS name, 'agent' AS role FROM demo.agents UNION SELECT DISTINCT actor, 'end-user' FROM demo.ticket_events WHERE actor_role = 'customer') AS u;
CREATE TABLE zd."group" AS SELECT 100 + row_number() OVER (ORDER BY group_name) AS id, group_name::text AS name, false AS _fivetran_deleted FROM demo.group_capacity;
CREATE TABLE zd.brand AS SELECT 500 + row_number() OVER (ORDER BY brand) AS id, brand AS name FROM (SELECT DISTINCT brand FROM demo.tickets) AS b;
CREATE TABLE zd.organization AS SELECT 900 + row_number() OVER (ORDER BY organization_id) AS id, organization_id AS name FROM (SELECT DISTINCT organization_id FROM demo.tickets) AS b;
-- Times without a zone, as some loaders leave them.
CREATE TABLE zd.ticket AS
SELECT t.ticket_id::bigint AS id, t.created_at AT TIME ZONE 'UTC' AS created_at, t.subject, r.id AS requester_id, o.id AS organization_id, b.id AS brand_id, g.id AS group_id, a.id AS assignee_id,
       t.status, t.priority, t.type, t.channel AS via_channel, false AS _fivetran_deleted, now() AS _fivetran_synced
FROM demo.tickets AS t
LEFT JOIN zd."user" AS r ON r.name = t.requester_id LEFT JOIN zd."user" AS a ON a.name = t.assignee LEFT JOIN zd."group" AS g ON g.name = t.group_name
LEFT JOIN zd.brand AS b ON b.name = t.brand LEFT JOIN zd.organization AS o ON o.name = t.organization_id;
INSERT INTO zd.ticket (id, created_at, status, _fivetran_deleted) VALUES (-5, '2025-06-01', 'new', true);
CREATE TABLE zd.ticket_comment AS
SELECT row_number() OVER () AS id, ticket_id::bigint AS ticket_id, u.id AS user_id, event_at AS created, '...' AS body, public
FROM demo.ticket_events AS e JOIN zd."user" AS u ON u.name = e.actor WHERE event_type = 'comment';
CREATE TABLE zd.ticket_field_history AS
SELECT ticket_id::bigint AS ticket_id, CASE event_type WHEN 'group_name' THEN 'group_id' WHEN 'assignee' THEN 'assignee_id' ELSE event_type END AS field_name, event_at AS updated, coalesce(u.id, -1) AS user_id,
       CASE event_type WHEN 'group_name' THEN (SELECT g.id::text FROM zd."group" AS g WHERE g.name = new_value) WHEN 'assignee' THEN (SELECT a.id::text FROM zd."user" AS a WHERE a.name = new_value) ELSE new_value END AS value
FROM demo.ticket_events AS e LEFT JOIN zd."user" AS u ON u.name = e.actor WHERE event_type IN ('status', 'priority', 'group_name', 'assignee');
-- What a field was at first.
INSERT INTO zd.ticket_field_history
SELECT t.ticket_id, f.field, t.created_at, -1, coalesce((SELECT e.old_value FROM demo.ticket_events AS e WHERE e.ticket_id = t.ticket_id AND e.event_type = f.field ORDER BY e.event_at, e.seq LIMIT 1), f.value)
FROM demo.tickets AS t CROSS JOIN LATERAL (VALUES ('status', t.status), ('priority', t.priority)) AS f (field, value);
INSERT INTO zd.ticket_field_history VALUES (17, 'first_reply_time', '2025-01-05 19:36Z', -1, '{"minutes": 480}');
CREATE TABLE zd.schedule (id text, name text, time_zone text, start_time int, end_time int);
INSERT INTO zd.schedule
SELECT s.id, s.name, s.zone, d * 1440 + s.opens, d * 1440 + s.closes
FROM (VALUES ('1', 'americas', 'Eastern Time (US & Canada)', 540, 1020), ('2', 'emea', 'London', 510, 1020), ('3', 'apac', 'Asia/Singapore', 540, 1080)) AS s (id, name, zone, opens, closes), generate_series(1, 5) AS d;
CREATE TABLE zd.schedule_holiday AS
SELECT s.id AS schedule_id, h.name, h.day AS start_date, h.day AS end_date
FROM (SELECT DISTINCT id, name FROM zd.schedule) AS s JOIN slaops.calendars AS c ON c.name = 'demo ' || s.name CROSS JOIN LATERAL slaops.holidays(c.calendar, '2024-01-01', '2026-12-31') AS h;
CREATE TABLE zd.ticket_schedule AS
SELECT t.ticket_id::bigint AS ticket_id, t.created_at, s.id AS schedule_id FROM demo.tickets AS t JOIN (SELECT DISTINCT id, name FROM zd.schedule) AS s ON 'demo ' || s.name = t.calendar_name;
