-- The sample team as a Znuny would have written it into its own database, in the schema znuny; what truly happened is in the schema canon
-- (story.sql). Written from the product's own documents, apart from the mapping: tables from scripts/database/schema.postgresql.sql
-- (3f0b15d, Znuny 7), first rows from initial_insert.postgresql.sql (dd5143b), merging from TicketMerge of Kernel/System/Ticket.pm (501e2fd),
-- settings from Kernel/System/SysConfig/DB.pm (20368fd): YAML in sysconfig_default and sysconfig_modified. Times have whole seconds.
CREATE SCHEMA znuny;
\ir story.sql
\ir znuny_hand.sql
UPDATE canon.tickets SET created_at = date_trunc('second', created_at);
UPDATE canon.ticket_events SET event_at = date_trunc('second', event_at);
SET search_path = znuny, public;
CREATE TABLE users (id serial PRIMARY KEY, login varchar(200) NOT NULL, pw varchar(128) NOT NULL DEFAULT '', title varchar(50), first_name varchar(100) NOT NULL, last_name varchar(100) NOT NULL, valid_id smallint NOT NULL DEFAULT 1);
CREATE TABLE queue (id serial PRIMARY KEY, name varchar(200) NOT NULL, group_id int NOT NULL DEFAULT 1, first_response_time int, update_time int, solution_time int, calendar_name varchar(100), valid_id smallint NOT NULL DEFAULT 1);
CREATE TABLE ticket_priority (id serial PRIMARY KEY, name varchar(200) NOT NULL, valid_id smallint NOT NULL DEFAULT 1);
CREATE TABLE ticket_type (id serial PRIMARY KEY, name varchar(200) NOT NULL, valid_id smallint NOT NULL DEFAULT 1);
CREATE TABLE ticket_state (id serial PRIMARY KEY, name varchar(200) NOT NULL, type_id smallint NOT NULL, valid_id smallint NOT NULL DEFAULT 1);
CREATE TABLE ticket_state_type (id serial PRIMARY KEY, name varchar(200) NOT NULL);
CREATE TABLE ticket (id bigserial PRIMARY KEY, tn varchar(50) NOT NULL, title varchar(255), queue_id int NOT NULL, ticket_lock_id smallint NOT NULL DEFAULT 1, type_id smallint, service_id int, sla_id int, user_id int NOT NULL,
    responsible_user_id int NOT NULL DEFAULT 1, ticket_priority_id smallint NOT NULL, ticket_state_id smallint NOT NULL, customer_id varchar(150), customer_user_id varchar(250), timeout int NOT NULL DEFAULT 0, until_time int NOT NULL DEFAULT 0,
    escalation_time int NOT NULL DEFAULT 0, escalation_update_time int NOT NULL DEFAULT 0, escalation_response_time int NOT NULL DEFAULT 0, escalation_solution_time int NOT NULL DEFAULT 0, archive_flag smallint NOT NULL DEFAULT 0,
    create_time timestamp(0) NOT NULL, create_by int NOT NULL, change_time timestamp(0) NOT NULL, change_by int NOT NULL DEFAULT 1);
CREATE TABLE ticket_history (id bigserial PRIMARY KEY, name varchar(200) NOT NULL, history_type_id smallint NOT NULL, ticket_id bigint NOT NULL, article_id bigint, type_id smallint NOT NULL, queue_id int NOT NULL, owner_id int NOT NULL,
    priority_id smallint NOT NULL, state_id smallint NOT NULL, create_time timestamp(0) NOT NULL, create_by int NOT NULL, change_time timestamp(0) NOT NULL, change_by int NOT NULL);
CREATE INDEX ON ticket_history (ticket_id);
CREATE TABLE ticket_history_type (id serial PRIMARY KEY, name varchar(200) NOT NULL);
CREATE TABLE article_sender_type (id serial PRIMARY KEY, name varchar(200) NOT NULL);
CREATE TABLE communication_channel (id bigserial PRIMARY KEY, name varchar(200) NOT NULL);
CREATE TABLE article (id bigserial PRIMARY KEY, ticket_id bigint NOT NULL, article_sender_type_id smallint NOT NULL, communication_channel_id bigint NOT NULL, is_visible_for_customer smallint NOT NULL,
    create_time timestamp(0) NOT NULL, create_by int NOT NULL, change_time timestamp(0) NOT NULL, change_by int NOT NULL);
CREATE INDEX ON article (ticket_id);
CREATE TABLE service (id serial PRIMARY KEY, name varchar(200) NOT NULL, valid_id smallint NOT NULL DEFAULT 1);
CREATE TABLE sla (id serial PRIMARY KEY, name varchar(200) NOT NULL, calendar_name varchar(100), first_response_time int NOT NULL, update_time int NOT NULL, solution_time int NOT NULL, valid_id smallint NOT NULL DEFAULT 1);
CREATE TABLE customer_company (customer_id varchar(150) PRIMARY KEY, name varchar(200) NOT NULL);
CREATE TABLE dynamic_field (id serial PRIMARY KEY, internal_field smallint NOT NULL DEFAULT 0, name varchar(200) NOT NULL, label varchar(200) NOT NULL, field_type varchar(200) NOT NULL, object_type varchar(100) NOT NULL, config text, valid_id smallint NOT NULL DEFAULT 1);
CREATE TABLE dynamic_field_value (id serial PRIMARY KEY, field_id int NOT NULL, object_id bigint NOT NULL, value_text varchar(3800), value_date timestamp(0), value_int bigint);
CREATE TABLE sysconfig_default (id serial PRIMARY KEY, name varchar(250) NOT NULL, is_valid smallint NOT NULL DEFAULT 1, effective_value text NOT NULL);
CREATE TABLE sysconfig_modified (id serial PRIMARY KEY, sysconfig_default_id int NOT NULL, name varchar(250) NOT NULL, user_id int, is_valid smallint NOT NULL DEFAULT 1, effective_value text NOT NULL, is_dirty smallint NOT NULL DEFAULT 0);

INSERT INTO ticket_state_type VALUES (1, 'new'), (2, 'open'), (3, 'closed'), (4, 'pending reminder'), (5, 'pending auto'), (6, 'removed'), (7, 'merged');
INSERT INTO ticket_state VALUES (1, 'new', 1), (2, 'closed successful', 3), (3, 'closed unsuccessful', 3), (4, 'open', 2), (5, 'removed', 6), (6, 'pending reminder', 4), (7, 'pending auto close+', 5), (8, 'pending auto close-', 5), (9, 'merged', 7),
    -- The team's own; it was called "on hold" before, which no record of Znuny's keeps.
    (10, 'waiting for supplier', 4);
INSERT INTO ticket_history_type (name) SELECT unnest('{NewTicket,FollowUp,SendAutoReply,SendAnswer,EmailCustomer,PhoneCallCustomer,AddNote,Move,PriorityUpdate,OwnerUpdate,StateUpdate,Misc,SetPendingTime,Merged,SLAUpdate,TimeAccounting,WebRequestCustomer}'::text[]);
INSERT INTO article_sender_type VALUES (1, 'agent'), (2, 'customer'), (3, 'system');
INSERT INTO communication_channel VALUES (1, 'Email'), (2, 'Phone'), (3, 'Internal'), (4, 'Chat');
INSERT INTO ticket_priority VALUES (1, '1 low'), (2, '2 normal'), (3, '3 high'), (4, '4 urgent');
INSERT INTO ticket_type (name) SELECT DISTINCT type FROM canon.tickets ORDER BY 1;
INSERT INTO queue (id, name) VALUES (1, 'Postmaster'), (2, 'Tier 1'), (3, 'Second line'), (4, 'Engineering'), (5, 'hand');
-- Queues have promises of their own, for tickets without a service level; 0 is none.
UPDATE queue SET first_response_time = 240, update_time = 0, solution_time = 2880 WHERE id = 2;
UPDATE queue SET first_response_time = 60, update_time = 90, solution_time = 480, calendar_name = '1' WHERE id = 5;
INSERT INTO users VALUES (1, 'root@localhost', '', NULL, 'Admin', 'OTRS');
SELECT setval('users_id_seq', 9);
INSERT INTO users (login, first_name, last_name) SELECT lower(replace(agent, ' ', '.')), split_part(agent, ' ', 1), split_part(agent, ' ', 2) FROM (SELECT DISTINCT agent FROM demo.agents) AS a ORDER BY agent;
-- Whoever leaves is set invalid.
UPDATE users SET valid_id = 2 WHERE first_name IN ('Adam', 'Grace');
INSERT INTO customer_company SELECT organization_id, 'Company ' || organization_id FROM canon.tickets WHERE organization_id IS NOT NULL GROUP BY organization_id;
INSERT INTO sla VALUES (1, 'Gold', '1', 120, 0, 960, 1), (2, 'Silver', NULL, 0, 480, 0, 1), (3, 'Nothing', NULL, 0, 0, 0, 1), (4, 'Old', NULL, 10, 10, 10, 2), (5, 'On Mars', '3', 10, 0, 0, 1);
INSERT INTO service VALUES (1, 'Hosting');
INSERT INTO dynamic_field (id, name, label, field_type, object_type) VALUES (1, 'Plan', 'Plan of the customer', 'Dropdown', 'Ticket'), (2, 'Seats', 'Seats', 'Integer', 'Ticket'), (3, 'Topics', 'Topics', 'Multiselect', 'Ticket'), (4, 'Note', 'Note', 'Text', 'Article');
-- The words of this desk.
CREATE TABLE word (said text, status text, id int);
INSERT INTO word VALUES ('new', 'new', 1), ('open', 'open', 4), ('pending', 'pending reminder', 6), ('hold', 'waiting for supplier', 10), ('solved', 'closed successful', 2), ('closed', 'closed unsuccessful', 3), ('merged', 'merged', 9);
UPDATE canon.tickets AS t SET status = w.status FROM word AS w WHERE w.said = t.status;
UPDATE canon.ticket_events AS e SET old_value = o.status, new_value = n.status FROM word AS o, word AS n WHERE e.event_type = 'status' AND o.said = e.old_value AND n.said = e.new_value;
UPDATE canon.ticket_events AS e SET new_value = coalesce((SELECT f.old_value FROM canon.ticket_events AS f WHERE f.ticket_id = e.ticket_id AND f.event_type = 'status' ORDER BY f.event_at, f.place LIMIT 1), t.status)
FROM canon.tickets AS t WHERE e.event_type = 'created' AND t.ticket_id = e.ticket_id;
-- A note that the customer may read is a message in Znuny. That of a merge is written by Znuny in the name of who merged.
UPDATE canon.ticket_events AS e SET public = true FROM canon.tickets AS t WHERE t.ticket_id = e.ticket_id AND e.event_type = 'comment' AND e.kind = -10;
UPDATE canon.ticket_events AS e SET actor_role = 'system' FROM canon.tickets AS t WHERE t.ticket_id = e.ticket_id AND e.event_type = 'comment' AND t.status = 'merged';
-- What customers do to a ticket Znuny does for them, as user 1.
UPDATE canon.ticket_events SET actor_role = 'system', actor = NULL WHERE event_type NOT IN ('comment', 'created') AND actor_role <> 'agent';
UPDATE canon.ticket_events SET actor = NULL WHERE actor = 'automation';
ALTER TABLE canon.tickets ADD sla text;
UPDATE canon.tickets SET sla = CASE ticket_id % 3 WHEN 0 THEN 'Gold' WHEN 1 THEN 'Silver' END WHERE ticket_id < 90000;
UPDATE canon.tickets SET organization_id = 'Company ' || organization_id;
-- Some levels were set later; the text of the record has the name that Silver had then.
INSERT INTO canon.ticket_events SELECT ticket_id, created_at + interval '5 s', 'tier', 'agent', 'Zoe Torres', CASE WHEN ticket_id % 2 = 0 THEN 'Silver' END, 'Gold', NULL, 20 FROM canon.tickets WHERE sla = 'Gold' AND ticket_id % 50 = 9 AND ticket_id < 20000;

-- The state of a ticket after each of its changes.
CREATE TABLE now_it_is (ticket_id int, event_at timestamptz, place int, event_type text, actor text, typist text, actor_role text, sender int, kind int, public boolean, status text, group_name text, assignee text, priority text, type text, number bigint);
INSERT INTO now_it_is
SELECT e.ticket_id, e.event_at, e.place, e.event_type, e.actor, e.typist, e.actor_role, e.sender, e.kind, e.public,
       coalesce(e.status, t.first_status), coalesce(e.group_name, t.first_group), CASE WHEN e.assignee IS NULL THEN t.first_assignee WHEN e.assignee <> '-' THEN e.assignee END, coalesce(e.priority, t.first_priority), t.type, e.number
FROM (
    SELECT e.*, (array_remove(array_agg(CASE e.event_type WHEN 'status' THEN e.new_value END) OVER so_far, NULL))[array_upper(array_remove(array_agg(CASE e.event_type WHEN 'status' THEN e.new_value END) OVER so_far, NULL), 1)] AS status,
           (array_remove(array_agg(CASE e.event_type WHEN 'group_name' THEN e.new_value END) OVER so_far, NULL))[array_upper(array_remove(array_agg(CASE e.event_type WHEN 'group_name' THEN e.new_value END) OVER so_far, NULL), 1)] AS group_name,
           (array_remove(array_agg(CASE e.event_type WHEN 'priority' THEN e.new_value END) OVER so_far, NULL))[array_upper(array_remove(array_agg(CASE e.event_type WHEN 'priority' THEN e.new_value END) OVER so_far, NULL), 1)] AS priority,
           (array_remove(array_agg(CASE e.event_type WHEN 'assignee' THEN coalesce(e.new_value, '-') END) OVER so_far, NULL))[array_upper(array_remove(array_agg(CASE e.event_type WHEN 'assignee' THEN coalesce(e.new_value, '-') END) OVER so_far, NULL), 1)] AS assignee,
           row_number() OVER (ORDER BY e.event_at, CASE e.event_type WHEN 'created' THEN 0 WHEN 'comment' THEN 1 ELSE 2 END, e.place, e.ticket_id) AS number
    FROM canon.ticket_events AS e
    WINDOW so_far AS (PARTITION BY e.ticket_id ORDER BY e.event_at, CASE e.event_type WHEN 'created' THEN 0 WHEN 'comment' THEN 1 ELSE 2 END, e.place)
) AS e
JOIN (
    SELECT t.*, coalesce(s.old_value, t.status) AS first_status, coalesce(g.old_value, t.group_name) AS first_group, coalesce(p.old_value, t.priority) AS first_priority, CASE WHEN a.ticket_id IS NULL THEN t.assignee ELSE a.old_value END AS first_assignee
    FROM canon.tickets AS t
    LEFT JOIN (SELECT DISTINCT ON (ticket_id) * FROM canon.ticket_events WHERE event_type = 'status' ORDER BY ticket_id, event_at, place) AS s USING (ticket_id)
    LEFT JOIN (SELECT DISTINCT ON (ticket_id) * FROM canon.ticket_events WHERE event_type = 'group_name' ORDER BY ticket_id, event_at, place) AS g USING (ticket_id)
    LEFT JOIN (SELECT DISTINCT ON (ticket_id) * FROM canon.ticket_events WHERE event_type = 'priority' ORDER BY ticket_id, event_at, place) AS p USING (ticket_id)
    LEFT JOIN (SELECT DISTINCT ON (ticket_id) * FROM canon.ticket_events WHERE event_type = 'assignee' ORDER BY ticket_id, event_at, place) AS a USING (ticket_id)
) AS t USING (ticket_id);

-- As Znuny writes it.
CREATE VIEW named AS SELECT id, first_name || ' ' || last_name AS name FROM users WHERE id > 1;
INSERT INTO ticket (id, tn, title, queue_id, type_id, service_id, sla_id, user_id, ticket_priority_id, ticket_state_id, customer_id, customer_user_id, until_time, escalation_solution_time, create_time, create_by, change_time)
SELECT t.ticket_id, '2025' || t.ticket_id, t.subject, q.id, y.id, CASE WHEN l.id IS NOT NULL THEN 1 END, l.id, coalesce(a.id, 1), p.id, s.id, substr(t.organization_id, 9), t.requester_id, 0, CASE WHEN t.ticket_id % 9 = 0 THEN extract(epoch FROM t.created_at)::int + 3600 ELSE 0 END,
       t.created_at AT TIME ZONE 'UTC', coalesce(w.id, 1), e.last AT TIME ZONE 'UTC'
FROM canon.tickets AS t JOIN (SELECT ticket_id, max(event_at) AS last, min(typist) AS typist FROM canon.ticket_events GROUP BY ticket_id) AS e USING (ticket_id)
JOIN queue AS q ON q.name = t.group_name JOIN ticket_priority AS p ON p.name = t.priority JOIN ticket_state AS s ON s.name = t.status LEFT JOIN ticket_type AS y ON y.name = t.type LEFT JOIN sla AS l ON l.name = t.sla LEFT JOIN named AS a ON a.name = t.assignee LEFT JOIN named AS w ON w.name = e.typist;
-- An article, and its record with the state of the ticket. With every third reply of an agent the form also set the state: that record has the number of the article.
INSERT INTO article (id, ticket_id, article_sender_type_id, communication_channel_id, is_visible_for_customer, create_time, create_by, change_time, change_by)
SELECT n.number, n.ticket_id, n.sender, CASE abs(n.kind) WHEN 1 THEN 1 WHEN 5 THEN 2 ELSE 3 END, n.public::int, n.event_at AT TIME ZONE 'UTC', coalesce(t.id, a.id, 1), n.event_at AT TIME ZONE 'UTC', coalesce(t.id, a.id, 1)
FROM now_it_is AS n LEFT JOIN named AS a ON a.name = n.actor LEFT JOIN named AS t ON t.name = n.typist WHERE n.event_type = 'comment';
INSERT INTO ticket_history (id, name, history_type_id, ticket_id, article_id, type_id, queue_id, owner_id, priority_id, state_id, create_time, create_by, change_time, change_by)
SELECT n.number, CASE WHEN n.event_type <> 'tier' THEN '%%...' WHEN n.ticket_id % 2 = 0 THEN '%%Gold%%1%%Bronze%%2' ELSE '%%Gold%%1%%NULL%%' END, h.id, n.ticket_id, CASE WHEN n.event_type = 'comment' THEN n.number WHEN n.event_type = 'status' AND n.ticket_id % 3 = 0 THEN 1 END, coalesce(y.id, 1), q.id, coalesce(o.id, 1), p.id, s.id, n.event_at AT TIME ZONE 'UTC',
       CASE WHEN n.event_type = 'created' THEN coalesce(t.id, 1) ELSE coalesce(a.id, 1) END, n.event_at AT TIME ZONE 'UTC', coalesce(a.id, 1)
FROM now_it_is AS n
JOIN ticket_history_type AS h ON h.name = CASE n.event_type WHEN 'created' THEN 'NewTicket' WHEN 'status' THEN 'StateUpdate' WHEN 'group_name' THEN 'Move' WHEN 'assignee' THEN 'OwnerUpdate' WHEN 'priority' THEN 'PriorityUpdate' WHEN 'tier' THEN 'SLAUpdate'
    ELSE CASE WHEN n.sender = 2 THEN 'EmailCustomer' WHEN n.kind IN (10, -10) THEN 'AddNote' WHEN n.sender = 3 THEN 'SendAutoReply' ELSE 'SendAnswer' END END
JOIN queue AS q ON q.name = n.group_name JOIN ticket_priority AS p ON p.name = n.priority JOIN ticket_state AS s ON s.name = n.status LEFT JOIN ticket_type AS y ON y.name = n.type LEFT JOIN named AS o ON o.name = n.assignee LEFT JOIN named AS a ON a.name = n.actor LEFT JOIN named AS t ON t.name = n.typist;
SELECT setval('ticket_history_id_seq', (SELECT max(id) FROM ticket_history));
-- A merge moves articles and their records to the ticket that remains: with the states that they had in the other, and the time of the move.
UPDATE ticket_history AS h SET state_id = 1, owner_id = 1, queue_id = 1, priority_id = 2, change_time = m.event_at AT TIME ZONE 'UTC', change_by = 12
FROM canon.tickets AS t JOIN canon.ticket_events AS m ON m.ticket_id = t.ticket_id AND m.event_type = 'status' AND m.new_value = 'merged'
WHERE h.ticket_id = t.merged_into AND h.article_id = h.id AND h.create_time = t.created_at AT TIME ZONE 'UTC' AND NOT EXISTS (SELECT FROM canon.tickets AS o WHERE o.ticket_id = t.merged_into AND o.created_at = t.created_at);
UPDATE article AS x SET change_time = h.change_time FROM ticket_history AS h WHERE h.article_id = x.id AND h.id = x.id AND h.change_time <> h.create_time;
INSERT INTO ticket_history (name, history_type_id, ticket_id, type_id, queue_id, owner_id, priority_id, state_id, create_time, create_by, change_time, change_by)
SELECT format('%%%%2025%s%%%%%s%%%%2025%s%%%%%s', t.ticket_id, t.ticket_id, t.merged_into, t.merged_into), (SELECT id FROM ticket_history_type WHERE name = 'Merged'), x.ticket_id, coalesce(h.type_id, 1), h.queue_id, h.owner_id, h.priority_id, h.state_id, m.at, 12, m.at, 12
FROM canon.tickets AS t
JOIN (SELECT ticket_id, event_at AT TIME ZONE 'UTC' AS at FROM canon.ticket_events WHERE event_type = 'status' AND new_value = 'merged') AS m USING (ticket_id)
CROSS JOIN LATERAL (VALUES (t.ticket_id), (t.merged_into)) AS x (ticket_id)
CROSS JOIN LATERAL (SELECT * FROM ticket_history AS h WHERE h.ticket_id = x.ticket_id AND h.create_time <= m.at AND h.create_time = h.change_time AND (x.ticket_id = t.merged_into OR h.history_type_id <> 11) ORDER BY h.create_time DESC, h.id DESC LIMIT 1) AS h;
-- Numbers follow time.
UPDATE ticket_history AS h SET id = -n.number FROM (SELECT id, row_number() OVER (ORDER BY create_time, CASE WHEN history_type_id = 11 AND state_id = 9 THEN id + 1000000 ELSE id END) AS number FROM ticket_history) AS n WHERE n.id = h.id;
UPDATE ticket_history SET id = -id;
INSERT INTO dynamic_field_value (field_id, object_id, value_text) SELECT 1, ticket_id, plan FROM canon.tickets WHERE plan IS NOT NULL;
INSERT INTO dynamic_field_value (field_id, object_id, value_int) SELECT 2, ticket_id, seats FROM canon.tickets WHERE seats IS NOT NULL;
INSERT INTO dynamic_field_value (field_id, object_id, value_text) SELECT 3, 5, unnest('{billing,login}'::text[]);
INSERT INTO dynamic_field_value (field_id, object_id, value_text) SELECT 4, ticket_id, 'of an article' FROM canon.tickets WHERE ticket_id % 2 = 0;
-- Settings: hours that are open, and days that are not, as Perl's YAML writes them.
INSERT INTO sysconfig_default (id, name, effective_value) VALUES
    (1, 'TimeWorkingHours', E'---\nFri:\n- 8\n- 9\n- 10\n- 11\n- 12\n- 13\n- 14\n- 15\n- 16\n- 17\n- 18\n- 19\n- 20\nMon:\n- 8\n- 9\nSat: []\nSun: []\nThu: []\nTue: []\nWed: []\n'),
    (2, 'TimeVacationDays', E'---\n''1'':\n  ''1'': New Year''s Day\n''12'':\n  ''24'': Christmas Eve\n'), (3, 'TimeVacationDaysOneTime', E'---\n''2004'':\n  ''1'':\n    ''1'': test\n'), (4, 'OTRSTimeZone', E'--- UTC\n'),
    (5, 'TimeWorkingHours::Calendar1', E'---\nMon:\n- 8\n'), (6, 'TimeVacationDays::Calendar1', E'--- {}\n'), (7, 'TimeVacationDaysOneTime::Calendar1', E'--- {}\n'), (8, 'TimeZone::Calendar1', E'--- UTC\n'), (9, 'TimeZone::Calendar1Name', E'--- Calendar Name 1\n'),
    (10, 'TimeWorkingHours::Calendar2', E'--- [\n'), (11, 'TimeWorkingHours::Calendar3', E'---\nMon:\n- 8\n'), (12, 'TimeZone::Calendar3', E'--- Mars/Base\n'), (13, 'Ticket::Service', E'--- ''0''\n');
INSERT INTO sysconfig_modified (sysconfig_default_id, name, user_id, is_valid, effective_value) VALUES
    (1, 'TimeWorkingHours', NULL, 1, E'---\nMon:\n- 8\n- 9\n- 10\n- 11\n- 13\n- 14\n- 15\n- 16\nTue: [8, 9, 10, 11, 13, 14, 15, 16]\nWed: [8, 9, 10, 11, 13, 14, 15, 16]\nThu: [8, 9, 10, 11, 13, 14, 15, 16]\nFri: [''8'', ''9'', ''10'', ''11'']\nSat: []\nSun: ~\n'),
    (5, 'TimeWorkingHours::Calendar1', NULL, 1, E'---\nMon: &1\n- 9\n- 10\n- 11\n- 12\n- 13\n- 14\n- 15\n- 16\nTue: *1\nWed: *1\nThu: *1\nFri: *1\n'), (7, 'TimeVacationDaysOneTime::Calendar1', NULL, 1, E'---\n''2025'':\n  ''12'':\n    ''25'': Christmas\n    ''26'': Boxing Day\n'),
    (8, 'TimeZone::Calendar1', NULL, 1, E'--- Europe/Berlin\n'), (9, 'TimeZone::Calendar1Name', NULL, 1, E'--- Berlin\n'), (13, 'Ticket::Service', NULL, 1, E'--- ''1''\n'), (1, 'TimeWorkingHours', 12, 1, E'---\nMon: []\n');
DROP VIEW named;
ANALYZE;
RESET search_path;
