-- The sample team as a Zammad would have written it into its own database, in the schema zammad; what truly happened is in the schema
-- canon (story.sql). The tables are written from the product's own documents, apart from the mapping: tables from
-- db/migrate/20120101000001_create_base.rb and 20120101000010_create_ticket.rb, first rows from db/seeds, histories from
-- app/models/concerns/has_history.rb, merging and closing from app/models/ticket.rb and ticket/sets_close_time.rb, serialized columns
-- from app/models/calendar.rb and sla.rb (`store`), of Zammad 7.0 (copyright 2012-2026); deletion of a user from app/models/user.rb.
-- :tickets how many, :json whether serialized columns are JSON, as in a database that was moved.
CREATE SCHEMA zammad;
SET search_path = zammad, public;
CREATE TABLE users (id serial PRIMARY KEY, organization_id int, login varchar(255) NOT NULL, firstname varchar(100) DEFAULT '', lastname varchar(100) DEFAULT '', email varchar(255) DEFAULT '',
    password varchar(120), vip boolean DEFAULT false, active boolean NOT NULL DEFAULT true, created_at timestamp(3) NOT NULL DEFAULT '2024-12-01', updated_at timestamp(3) NOT NULL DEFAULT '2024-12-01');
CREATE TABLE groups (id serial PRIMARY KEY, name varchar(160) NOT NULL, name_last varchar(160), assignment_timeout int, active boolean NOT NULL DEFAULT true);
CREATE TABLE roles (id serial PRIMARY KEY, name varchar(100) NOT NULL, active boolean NOT NULL DEFAULT true);
CREATE TABLE permissions (id serial PRIMARY KEY, name varchar(255) NOT NULL, active boolean NOT NULL DEFAULT true);
CREATE TABLE permissions_roles (role_id int, permission_id int);
CREATE TABLE roles_users (user_id int, role_id int);
CREATE TABLE organizations (id serial PRIMARY KEY, name varchar(100) NOT NULL, shared boolean NOT NULL DEFAULT true, domain varchar(250) DEFAULT '', vip boolean DEFAULT false, active boolean NOT NULL DEFAULT true, note varchar(5000) DEFAULT '',
    created_at timestamp(3) NOT NULL DEFAULT '2024-12-01', support_contract varchar(255));
CREATE TABLE tag_objects (id serial PRIMARY KEY, name varchar(250) NOT NULL);
CREATE TABLE tag_items (id serial PRIMARY KEY, name varchar(250) NOT NULL, name_downcase varchar(250) NOT NULL);
CREATE TABLE tags (id serial PRIMARY KEY, tag_item_id int NOT NULL, tag_object_id int NOT NULL, o_id int NOT NULL, created_by_id int NOT NULL DEFAULT 1);
CREATE TABLE history_types (id serial PRIMARY KEY, name varchar(250) NOT NULL);
CREATE TABLE history_objects (id serial PRIMARY KEY, name varchar(250) NOT NULL, note varchar(250));
CREATE TABLE history_attributes (id serial PRIMARY KEY, name varchar(250) NOT NULL);
CREATE TABLE histories (id serial PRIMARY KEY, history_type_id int NOT NULL, history_object_id int NOT NULL, history_attribute_id int, o_id int NOT NULL, related_o_id int, related_history_object_id int, id_to int, id_from int,
    value_from varchar(500), value_to varchar(500), created_by_id int NOT NULL, created_at timestamp(3) NOT NULL, updated_at timestamp(3) NOT NULL);
CREATE INDEX ON histories (o_id);
CREATE TABLE calendars (id serial PRIMARY KEY, name varchar(250), timezone varchar(250), business_hours varchar(3000), "default" boolean NOT NULL DEFAULT false, ical_url varchar(500), public_holidays text,
    last_log text, last_sync timestamp(3));
CREATE TABLE slas (id serial PRIMARY KEY, calendar_id int NOT NULL, name varchar(150), first_response_time int, response_time int, update_time int, solution_time int, condition text, created_at timestamp(3) NOT NULL DEFAULT '2024-12-01');
CREATE TABLE object_lookups (id serial PRIMARY KEY, name varchar(250) NOT NULL);
CREATE TABLE object_manager_attributes (id serial PRIMARY KEY, object_lookup_id int NOT NULL, name varchar(200) NOT NULL, display varchar(200) NOT NULL, data_type varchar(100) NOT NULL, data_option text, editable boolean NOT NULL DEFAULT true,
    active boolean NOT NULL DEFAULT true, to_create boolean NOT NULL DEFAULT false);
CREATE TABLE ticket_state_types (id serial PRIMARY KEY, name varchar(250) NOT NULL);
CREATE TABLE ticket_states (id serial PRIMARY KEY, state_type_id int NOT NULL, name varchar(250) NOT NULL, next_state_id int, ignore_escalation boolean NOT NULL DEFAULT false, default_create boolean NOT NULL DEFAULT false, active boolean NOT NULL DEFAULT true);
CREATE TABLE ticket_priorities (id serial PRIMARY KEY, name varchar(250) NOT NULL, default_create boolean NOT NULL DEFAULT false, active boolean NOT NULL DEFAULT true);
CREATE TABLE ticket_article_types (id serial PRIMARY KEY, name varchar(250) NOT NULL, communication boolean NOT NULL DEFAULT false);
CREATE TABLE ticket_article_senders (id serial PRIMARY KEY, name varchar(250) NOT NULL);
CREATE TABLE tickets (id serial PRIMARY KEY, group_id int NOT NULL, priority_id int NOT NULL, state_id int NOT NULL, organization_id int, number varchar(60) NOT NULL, title varchar(250) NOT NULL, owner_id int NOT NULL, customer_id int NOT NULL, note varchar(250),
    first_response_at timestamp(3), first_response_escalation_at timestamp(3), first_response_in_min int, first_response_diff_in_min int, close_at timestamp(3), close_escalation_at timestamp(3), close_in_min int, close_diff_in_min int,
    update_escalation_at timestamp(3), update_in_min int, update_diff_in_min int, last_close_at timestamp(3), last_contact_at timestamp(3), last_contact_agent_at timestamp(3), last_contact_customer_at timestamp(3), last_owner_update_at timestamp(3),
    create_article_type_id int, create_article_sender_id int, article_count int, escalation_at timestamp(3), pending_time timestamp(3), type varchar(100), time_unit numeric(6, 2), preferences text, updated_by_id int NOT NULL, created_by_id int NOT NULL,
    created_at timestamp(3) NOT NULL, updated_at timestamp(3) NOT NULL, plan varchar(255), seats int);
CREATE TABLE ticket_articles (id serial PRIMARY KEY, ticket_id int NOT NULL, type_id int NOT NULL, sender_id int NOT NULL, "from" varchar(3000), subject varchar(3000), body text NOT NULL DEFAULT '...', internal boolean NOT NULL DEFAULT false,
    updated_by_id int NOT NULL, created_by_id int NOT NULL, origin_by_id int, created_at timestamp(3) NOT NULL, updated_at timestamp(3) NOT NULL);
CREATE INDEX ON ticket_articles (ticket_id);

-- db/seeds; states 8 and 9 and priority 4 are the team's own. State 8 was called "on hold" until July, group 2 "Tier 2" until May.
INSERT INTO ticket_state_types VALUES (1, 'new'), (2, 'open'), (3, 'pending reminder'), (4, 'pending action'), (5, 'closed'), (6, 'merged'), (7, 'removed');
INSERT INTO ticket_states VALUES (1, 1, 'new', NULL, false, true, true), (2, 2, 'open', NULL, false, false, true), (3, 3, 'pending reminder', NULL, true, false, true), (4, 5, 'closed', NULL, true, false, true),
    (5, 6, 'merged', NULL, true, false, true), (6, 7, 'removed', NULL, true, false, false), (7, 4, 'pending close', 4, true, false, true), (8, 2, 'waiting for supplier', NULL, true, false, true), (9, 5, 'solved', NULL, true, false, true),
    (10, 3, 'pending but counting', NULL, false, false, true);
INSERT INTO ticket_priorities VALUES (1, '1 low', false), (2, '2 normal', true), (3, '3 high', false), (4, '4 urgent', false);
INSERT INTO ticket_article_types VALUES (1, 'email', true), (2, 'sms', true), (3, 'chat', true), (5, 'phone', true), (10, 'note', false), (11, 'web', true);
INSERT INTO ticket_article_senders VALUES (1, 'Agent'), (2, 'Customer'), (3, 'System');
INSERT INTO roles VALUES (1, 'Admin'), (2, 'Agent'), (3, 'Customer');
INSERT INTO permissions VALUES (1, 'admin'), (2, 'ticket.agent'), (3, 'ticket.customer');
INSERT INTO permissions_roles VALUES (1, 1), (2, 2), (3, 3);
INSERT INTO history_types VALUES (1, 'created'), (2, 'updated'), (3, 'notification'), (4, 'added'), (5, 'merged_into'), (6, 'received_merge'), (7, 'escalation');
INSERT INTO history_objects VALUES (1, 'User'), (2, 'Ticket'), (3, 'Ticket::Article');
INSERT INTO history_attributes VALUES (1, 'state'), (2, 'priority'), (3, 'owner'), (4, 'group'), (5, 'tag'), (6, 'pending_time'), (7, 'close_at'), (8, 'customer'), (9, 'title'), (10, 'plan');
INSERT INTO object_lookups VALUES (1, 'Ticket'), (2, 'Organization'), (3, 'User');
INSERT INTO object_manager_attributes (object_lookup_id, name, display, data_type, editable, to_create) VALUES (1, 'title', 'Title', 'input', false, false), (1, 'type', 'Type', 'select', true, false), (1, 'plan', 'Plan of the customer', 'select', true, false),
    (1, 'seats', 'Seats', 'integer', true, false), (1, 'planned', 'Not a column yet', 'input', true, true), (2, 'support_contract', 'Support contract', 'select', true, false), (2, 'note', 'Note', 'richtext', false, false);
INSERT INTO groups VALUES (1, 'Tier 1', 'Tier 1'), (2, 'Second line', 'Second line'), (3, 'Engineering', 'Engineering');
INSERT INTO users (id, login, firstname, lastname, email) VALUES (1, '-', '-', '', '');
SELECT setval('users_id_seq', 9);
INSERT INTO users (login, firstname, lastname, email) SELECT lower(replace(agent, ' ', '.')), split_part(agent, ' ', 1), split_part(agent, ' ', 2), lower(replace(agent, ' ', '.')) || '@example.com' FROM (SELECT DISTINCT agent FROM demo.agents) AS a ORDER BY agent;
INSERT INTO roles_users SELECT id, 2 FROM users WHERE id > 1;
INSERT INTO users (login, firstname, vip) SELECT requester_id, requester_id, min(ticket_id) % 7 = 0 FROM demo.tickets GROUP BY requester_id ORDER BY requester_id;
INSERT INTO roles_users SELECT id, 3 FROM users AS u WHERE id > 1 AND NOT EXISTS (SELECT FROM roles_users AS r WHERE r.user_id = u.id);
INSERT INTO organizations (name, support_contract) SELECT organization_id, CASE min(ticket_id) % 3 WHEN 0 THEN 'gold' WHEN 1 THEN '' END FROM demo.tickets GROUP BY organization_id ORDER BY organization_id;
CREATE VIEW named AS SELECT id, btrim(firstname || ' ' || lastname) AS name FROM users WHERE id > 1;

\ir story.sql
\ir zammad_hand.sql
-- The words of this desk.
CREATE TABLE word (said text, status text, state_id int);
INSERT INTO word VALUES ('new', 'new', 1), ('open', 'open', 2), ('pending', 'pending reminder', 3), ('hold', 'waiting for supplier', 8), ('solved', 'solved', 9), ('closed', 'closed', 4), ('merged', 'merged', 5);
UPDATE canon.tickets AS t SET status = w.status FROM word AS w WHERE w.said = t.status;
UPDATE canon.ticket_events AS e SET old_value = o.status, new_value = n.status FROM word AS o, word AS n WHERE e.event_type = 'status' AND o.said = e.old_value AND n.said = e.new_value;
UPDATE canon.ticket_events AS e SET new_value = coalesce((SELECT f.old_value FROM canon.ticket_events AS f WHERE f.ticket_id = e.ticket_id AND f.event_type = 'status' ORDER BY f.event_at, f.place LIMIT 1), t.status)
FROM canon.tickets AS t WHERE e.event_type = 'created' AND t.ticket_id = e.ticket_id;

-- As Zammad writes it.
INSERT INTO tickets (id, group_id, priority_id, state_id, organization_id, number, title, owner_id, customer_id, close_at, last_close_at, create_article_type_id, create_article_sender_id, type, updated_by_id, created_by_id, created_at, updated_at, plan, seats)
SELECT t.ticket_id, g.id, p.id, s.id, o.id, 81000 + t.ticket_id, t.subject, coalesce(a.id, 1), c.id, e.first_close, e.last_close, CASE t.channel WHEN 'email' THEN 1 WHEN 'phone' THEN 5 WHEN 'chat' THEN 3 ELSE 11 END, coalesce(e.opened_by, 2), t.type, 1, coalesce(w.id, c.id),
       t.created_at AT TIME ZONE 'UTC', e.last AT TIME ZONE 'UTC', t.plan, t.seats
FROM canon.tickets AS t
JOIN (SELECT e.ticket_id, max(e.event_at) AS last, min(e.sender) FILTER (WHERE e.event_type = 'created') AS opened_by,
             min(e.event_at) FILTER (WHERE e.event_type IN ('status', 'created') AND e.new_value IN ('solved', 'closed')) AT TIME ZONE 'UTC' AS first_close,
             max(e.event_at) FILTER (WHERE e.event_type IN ('status', 'created') AND e.new_value IN ('solved', 'closed')) AT TIME ZONE 'UTC' AS last_close, min(e.typist) AS typist
      FROM canon.ticket_events AS e GROUP BY e.ticket_id) AS e USING (ticket_id)
LEFT JOIN groups AS g ON g.name = t.group_name LEFT JOIN ticket_priorities AS p ON p.name = t.priority LEFT JOIN ticket_states AS s ON s.name = t.status LEFT JOIN organizations AS o ON o.name = t.organization_id
LEFT JOIN named AS a ON a.name = t.assignee LEFT JOIN named AS c ON c.name = t.requester_id LEFT JOIN named AS w ON w.name = e.typist;
INSERT INTO ticket_articles (ticket_id, type_id, sender_id, internal, updated_by_id, created_by_id, origin_by_id, created_at, updated_at)
SELECT e.ticket_id, abs(e.kind), e.sender, NOT e.public AND e.kind > 0, coalesce(t.id, a.id, 1), coalesce(t.id, a.id, 1), CASE WHEN t.id IS NOT NULL THEN a.id END, e.event_at AT TIME ZONE 'UTC', e.event_at AT TIME ZONE 'UTC'
FROM canon.ticket_events AS e LEFT JOIN named AS a ON a.name = e.actor LEFT JOIN named AS t ON t.name = e.typist WHERE e.event_type = 'comment' ORDER BY e.event_at, e.place;
INSERT INTO histories (history_type_id, history_object_id, history_attribute_id, o_id, id_from, id_to, value_from, value_to, created_by_id, created_at, updated_at)
SELECT CASE e.event_type WHEN 'created' THEN 1 ELSE 2 END, 2, x.attribute_id, e.ticket_id, coalesce(x.id_from, CASE e.event_type WHEN 'assignee' THEN 1 END), coalesce(x.id_to, CASE e.event_type WHEN 'assignee' THEN 1 END),
       CASE WHEN e.event_type = 'created' THEN NULL WHEN e.old_value IS NULL THEN '-' WHEN x.id_from = 8 AND e.event_type = 'status' AND e.event_at < '2025-07-01' THEN 'on hold' WHEN e.old_value = 'Second line' AND e.event_at < '2025-05-01' THEN 'Tier 2' ELSE e.old_value END,
       CASE WHEN e.event_type = 'created' THEN NULL WHEN e.new_value IS NULL THEN '-' WHEN x.id_to = 8 AND e.event_type = 'status' AND e.event_at < '2025-07-01' THEN 'on hold' WHEN e.new_value = 'Second line' AND e.event_at < '2025-05-01' THEN 'Tier 2' ELSE e.new_value END,
       coalesce(t.id, a.id, 1), e.event_at AT TIME ZONE 'UTC', e.event_at AT TIME ZONE 'UTC'
FROM canon.ticket_events AS e
LEFT JOIN named AS a ON a.name = e.actor LEFT JOIN named AS t ON t.name = e.typist
LEFT JOIN LATERAL (
    SELECT 1 AS attribute_id, o.id AS id_from, n.id AS id_to FROM ticket_states AS o, ticket_states AS n WHERE e.event_type = 'status' AND o.name = e.old_value AND n.name = e.new_value
    UNION ALL SELECT 2, o.id, n.id FROM ticket_priorities AS o, ticket_priorities AS n WHERE e.event_type = 'priority' AND o.name = e.old_value AND n.name = e.new_value
    UNION ALL SELECT 4, o.id, n.id FROM groups AS o, groups AS n WHERE e.event_type = 'group_name' AND o.name = e.old_value AND n.name = e.new_value
    UNION ALL SELECT 3, (SELECT id FROM named WHERE name = e.old_value), (SELECT id FROM named WHERE name = e.new_value) WHERE e.event_type = 'assignee'
) AS x ON true
WHERE e.event_type <> 'comment' ORDER BY e.event_at, e.place;
INSERT INTO histories (history_type_id, history_object_id, o_id, id_from, id_to, created_by_id, created_at, updated_at)
SELECT x.type_id, 2, CASE x.type_id WHEN 5 THEN t.ticket_id ELSE t.merged_into END, t.ticket_id, t.merged_into, 1, e.event_at AT TIME ZONE 'UTC', e.event_at AT TIME ZONE 'UTC'
FROM canon.tickets AS t JOIN canon.ticket_events AS e ON e.ticket_id = t.ticket_id AND e.event_type = 'status' AND e.new_value = 'merged' CROSS JOIN (VALUES (5), (6)) AS x (type_id);
-- What else Zammad records: articles under their own numbers, times, people, tags, notifications.
INSERT INTO histories (history_type_id, history_object_id, o_id, related_o_id, related_history_object_id, created_by_id, created_at, updated_at) SELECT 1, 3, id, ticket_id, 2, created_by_id, created_at, created_at FROM ticket_articles;
INSERT INTO histories (history_type_id, history_object_id, history_attribute_id, o_id, value_from, value_to, created_by_id, created_at, updated_at)
SELECT x.type_id, x.object_id, x.attribute_id, t.id, x.old_value, x.new_value, t.customer_id, t.created_at + interval '1 min', t.created_at + interval '1 min'
FROM tickets AS t CROSS JOIN (VALUES (2, 2, 6, '', '2025-06-01 10:00:00 UTC'), (2, 2, 9, 'Help', 'Help!'), (2, 2, 10, 'free', 'team'), (4, 2, 5, NULL, 'vip'), (3, 2, NULL, NULL, 'someone(email)'), (2, 1, 1, 'open', 'closed')) AS x (type_id, object_id, attribute_id, old_value, new_value)
WHERE t.id % 6 = 0;
INSERT INTO tag_objects VALUES (1, 'Ticket'), (2, 'KnowledgeBase');
INSERT INTO tag_items VALUES (1, 'vip', 'vip'), (2, 'press', 'press'), (3, 'Refund', 'refund');
INSERT INTO tags (tag_item_id, tag_object_id, o_id) SELECT i.id, 1, t.id FROM tickets AS t JOIN tag_items AS i ON t.id % (i.id + 3) = 0 AND t.id < 90000;
INSERT INTO tags (tag_item_id, tag_object_id, o_id) SELECT 2, 2, id FROM tickets WHERE id % 2 = 0;
ALTER TABLE canon.tickets ADD tags text[];
UPDATE canon.tickets SET tags = array_remove(ARRAY[CASE WHEN ticket_id % 4 = 0 THEN 'vip' END, CASE WHEN ticket_id % 5 = 0 THEN 'press' END, CASE WHEN ticket_id % 6 = 0 THEN 'Refund' END], NULL) WHERE ticket_id < 90000;
-- One agent is no agent any more. Another was deleted: where he stood is the system now; names in the histories stay.
UPDATE roles_users SET role_id = 3 WHERE user_id = (SELECT id FROM named WHERE name = 'Adam Haas');
CREATE TABLE gone AS SELECT id, name FROM named WHERE name = 'Grace Fischer';
UPDATE tickets SET owner_id = 1 WHERE owner_id IN (SELECT id FROM gone);
UPDATE histories SET created_by_id = 1 WHERE created_by_id IN (SELECT id FROM gone);
UPDATE ticket_articles SET created_by_id = 1, updated_by_id = 1 WHERE created_by_id IN (SELECT id FROM gone);
DELETE FROM users WHERE id IN (SELECT id FROM gone);
UPDATE canon.tickets SET assignee = NULL WHERE assignee = 'Grace Fischer';
UPDATE canon.ticket_events SET actor_role = CASE WHEN event_type = 'comment' THEN actor_role ELSE 'system' END WHERE actor = 'Grace Fischer';
UPDATE canon.ticket_events SET actor = NULL WHERE actor IN ('Grace Fischer', 'automation');

-- Serialized columns: YAML with the tags of Ruby, or JSON.
CREATE FUNCTION rubied(value jsonb, indent int DEFAULT 0) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE jsonb_typeof(value)
        WHEN 'object' THEN CASE WHEN value = '{}' THEN ' {}' ELSE ' !ruby/hash:ActiveSupport::HashWithIndifferentAccess' || (SELECT string_agg(E'\n' || repeat('  ', indent) || CASE WHEN e.key ~ '^[a-z_.]+$' THEN e.key ELSE '''' || e.key || '''' END || ':' || rubied(e.value, indent + 1), '') FROM jsonb_each(value) AS e) END
        WHEN 'array' THEN CASE WHEN value = '[]' THEN ' []' ELSE (SELECT string_agg(E'\n' || repeat('  ', indent) || '-' || rubied(e, indent + 1), '') FROM jsonb_array_elements(value) AS e) END
        WHEN 'string' THEN ' ''' || replace(value #>> '{}', '''', '''''') || ''''
        WHEN 'null' THEN '' ELSE ' ' || value::text END
$$;
CREATE FUNCTION stored(value jsonb) RETURNS text LANGUAGE sql STABLE AS $$ SELECT CASE WHEN current_setting('test.json', true) = 'on' THEN value::text ELSE '---' || rubied(value) || E'\n' END $$;
INSERT INTO calendars (id, name, timezone, "default", business_hours, public_holidays)
SELECT c.id, c.name, c.zone, c.is_default, stored((SELECT jsonb_object_agg(d.day, jsonb_build_object('active', d.day NOT IN ('sat', 'sun') OR c.weekend, 'timeframes', c.frames)) FROM unnest('{mon,tue,wed,thu,fri,sat,sun}'::text[]) AS d (day))), stored(c.holidays)
FROM (VALUES
    (1, 'Berlin', 'Europe/Berlin', true, false, '[["09:00", "17:00"]]'::jsonb, '{"2025-12-24": {"active": false, "summary": "Heiligabend"}, "2025-12-25": {"active": true, "summary": "Erster Weihnachtstag", "feed": "0f9a"}, "2025-12-26": {"active": true, "summary": "Zweiter: Weihnachtstag"}, "2025-12-31": {"active": true, "removed": true}}'::jsonb),
    (2, 'Around the clock', 'Etc/UTC', false, true, '[["00:00", "23:59"]]', '{}'),
    (3, 'With lunch', 'Europe/London', false, false, '[["08:30", "12:00"], ["13:00", "17:00"]]', '{}')
) AS c (id, name, zone, is_default, weekend, frames, holidays);
INSERT INTO calendars VALUES (4, 'On Mars', 'Mars/Base', stored('{"mon": {"active": true, "timeframes": [["09:00", "17:00"]]}}'), false, NULL, stored('{}')), (5, 'Torn', 'Etc/UTC', '--- !ruby/hash:X' || E'\nmon: [', false, NULL, NULL);
INSERT INTO slas (name, calendar_id, first_response_time, response_time, update_time, solution_time, condition)
SELECT s.name, s.calendar_id, s.first_response_time, s.response_time, s.update_time, s.solution_time, stored(s.condition)
FROM (VALUES
    ('0 hand', 1, 60, 90, 240, 480, '{"ticket.type": {"operator": "is", "value": "hand"}}'::jsonb),
    ('1 urgent', 2, 60, 120, NULL, 480, '{"ticket.priority_id": {"operator": "is", "value": ["4"]}}'),
    ('2 gold', 1, 120, NULL, NULL, 960, '{"organization.support_contract": {"operator": "is", "value": ["gold"]}, "ticket.state_id": {"operator": "is", "value": ["1", "2", "4", "9"]}, "ticket.priority_id": {"operator": "is not", "value": "1"}}'),
    ('3 press', 3, NULL, 480, NULL, NULL, '{"operator": "AND", "conditions": [{"name": "ticket.group_id", "operator": "is", "value": ["2", "3"]}, {"name": "ticket.tags", "operator": "contains one", "value": "vip, press"}]}'),
    ('4 either', 3, 240, NULL, NULL, NULL, '{"operator": "OR", "conditions": [{"name": "customer.vip", "operator": "is", "value": true}, {"name": "ticket.owner_id", "operator": "is", "pre_condition": "not_set", "value": []}]}'),
    ('5 in the title', 1, 10, NULL, NULL, NULL, '{"ticket.title": {"operator": "contains", "value": "down"}}'),
    ('6 nested', 1, 10, NULL, NULL, NULL, '{"operator": "AND", "conditions": [{"name": "ticket.group_id", "operator": "is", "value": ["1"]}, {"operator": "OR", "conditions": [{"name": "ticket.title", "operator": "contains", "value": "x"}]}]}'),
    ('7 on Mars', 4, 10, NULL, NULL, NULL, '{"ticket.group_id": {"operator": "is", "value": ["1"]}}'),
    ('8 nothing', 1, NULL, NULL, NULL, NULL, '{"ticket.group_id": {"operator": "is", "value": ["1"]}}'),
    ('9 urgent and gold', 1, 5, NULL, NULL, NULL, '{"ticket.priority_id": {"operator": "is", "value": ["4"]}, "organization.support_contract": {"operator": "is", "value": ["gold"]}}'),
    ('All of them', 1, 480, NULL, NULL, 4800, '{}'), ('Also all', 2, 30, NULL, NULL, NULL, '{}'), ('Not: all', 3, 960, NULL, NULL, 9600, '{}')
) AS s (name, calendar_id, first_response_time, response_time, update_time, solution_time, condition);
INSERT INTO slas (name, calendar_id, first_response_time, condition) VALUES ('99 torn', 1, 10, '--- !ruby/hash:X' || E'\nticket.state_id: {');
DROP VIEW named;
ANALYZE;
RESET search_path;
