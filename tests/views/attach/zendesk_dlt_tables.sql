-- The team as dlt's verified source zendesk would have loaded it (commit 3957506 of verified-sources:
-- sources/zendesk, zendesk_support), in the schema zl: a column a field, lists in child tables.
CREATE SCHEMA zl;
CREATE TABLE zl.users AS SELECT id, name::varchar AS name, role::varchar AS role, '1767600000.5'::varchar AS _dlt_load_id, md5(id::text) AS _dlt_id FROM zd."user";
CREATE TABLE zl.groups AS SELECT id, name FROM zd."group";
CREATE TABLE zl.organizations AS SELECT id, name FROM zd.organization;
CREATE TABLE zl.brands AS SELECT id, name FROM zd.brand;
CREATE TABLE zl.ticket_fields AS
SELECT id, type, title, initial_title FROM (VALUES (360001, 'tagger', 'Plan', 'Plan'), (360002, 'integer', 'Number of Seats', 'Number of Seats'), (360003, 'subject', 'Subject', NULL)) AS f (id, type, title, initial_title);
-- Custom fields are columns by their titles, with the names of options.
CREATE TABLE zl.tickets AS
SELECT t.id, 'https://example.zendesk.com/api/v2/tickets/1.json' AS url, t.created_at AT TIME ZONE 'UTC' AS created_at, t.subject, t.requester_id, t.organization_id, t.brand_id, t.group_id, t.assignee_id, t.status, t.priority, t.type,
       t.via_channel AS via__channel, to_jsonb(d.tags) AS tags, CASE d.attributes ->> 'plan' WHEN 'team' THEN 'Team plan' WHEN 'starter' THEN 'Starter plan' ELSE d.attributes ->> 'plan' END AS plan, (d.attributes ->> 'seats')::bigint AS number_of_seats,
       'unoffered' AS satisfaction_rating__score, '1767600000.5'::varchar AS _dlt_load_id, md5('t' || t.id) AS _dlt_id
FROM zd.ticket AS t JOIN demo.tickets AS d ON d.ticket_id = t.id;
INSERT INTO zl.tickets (id, created_at, status, requester_id) VALUES (900001, '2025-06-01Z', 'deleted', 1);
CREATE TEMP TABLE happened AS
SELECT e.ticket_id::bigint AS ticket_id, e.event_at, coalesce(u.id, -1) AS updater_id, e.event_type, e.public, e.seq, e.old_value, e.new_value, e.event_at = t.created_at AND e.event_type <> 'comment' AS at_creation
FROM demo.ticket_events AS e JOIN demo.tickets AS t USING (ticket_id) LEFT JOIN zl.users AS u ON u.name = e.actor
WHERE e.event_type <> 'created'
UNION ALL
SELECT t.ticket_id, t.created_at, r.id, f.field, NULL, 0, NULL, coalesce((SELECT e.old_value FROM demo.ticket_events AS e WHERE e.ticket_id = t.ticket_id AND e.event_type = f.field ORDER BY e.event_at, e.seq LIMIT 1), f.value), true
FROM demo.tickets AS t JOIN zl.users AS r ON r.name = t.requester_id CROSS JOIN LATERAL (VALUES ('status', t.status), ('priority', t.priority), ('subject', t.subject)) AS f (field, value);
CREATE TABLE zl.ticket_events AS
SELECT row_number() OVER () AS id, ticket_id, extract(epoch FROM event_at)::bigint AS "timestamp", event_at AS created_at, updater_id, 'Web form' AS via, 'Audit' AS event_type, '1767600000.5'::varchar AS _dlt_load_id, md5(concat_ws('/', ticket_id, event_at, updater_id)) AS _dlt_id
FROM (SELECT DISTINCT ticket_id, event_at, updater_id FROM happened) AS h;
-- A child says which field by the column that has a value. Where one was emptied, it says only what was there before.
CREATE TABLE zl.ticket_events__child_events AS
SELECT 5000000 + row_number() OVER () AS id, 'Web form' AS via, CASE WHEN event_type = 'comment' THEN 'Comment' WHEN at_creation THEN 'Create' ELSE 'Change' END AS event_type, CASE WHEN event_type = 'comment' THEN true END AS comment_present, CASE WHEN event_type = 'comment' THEN public END AS comment_public,
       CASE event_type WHEN 'status' THEN new_value END AS status, CASE event_type WHEN 'priority' THEN new_value END AS priority, NULL::varchar AS type, CASE event_type WHEN 'subject' THEN new_value END AS subject,
       CASE event_type WHEN 'group_name' THEN (SELECT g.id FROM zl.groups AS g WHERE g.name = new_value) END AS group_id, CASE event_type WHEN 'assignee' THEN (SELECT a.id FROM zl.users AS a WHERE a.name = new_value) END AS assignee_id, NULL::bigint AS requester_id,
       CASE event_type WHEN 'group_name' THEN (SELECT g.id::varchar FROM zl.groups AS g WHERE g.name = old_value) WHEN 'assignee' THEN (SELECT a.id::varchar FROM zl.users AS a WHERE a.name = old_value) ELSE old_value END AS previous_value,
       md5(concat_ws('/', ticket_id, event_at, updater_id)) AS _dlt_parent_id, row_number() OVER (PARTITION BY ticket_id, event_at, updater_id ORDER BY seq) - 1 AS _dlt_list_idx, md5(row_number() OVER ()::text) AS _dlt_id
FROM happened;
-- Another requester: a person before and after, and no assignment.
INSERT INTO zl.ticket_events (id, ticket_id, created_at, updater_id, _dlt_id) VALUES (-1, 17, '2025-01-05 20:00Z', 1, 'requester');
INSERT INTO zl.ticket_events__child_events (id, event_type, requester_id, previous_value, _dlt_parent_id) VALUES (-1, 'Change', 2, '1', 'requester');
