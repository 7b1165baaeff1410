-- Desks whose own database is attached: traps of Request Tracker and Redmine in a few rows, and what
-- attach says where their tables are not as it knows them.
SET client_min_messages = warning;
CREATE SCHEMA rt;
-- An empty schema, and a table too few.
SELECT * FROM refusal($$SELECT slaops.attach('request_tracker', 'rt', 'desk')$$);
CREATE TABLE rt.tickets (
    id int, effectiveid int, type text, queue int, owner int, status text, priority int, sla text,
    subject text, created timestamp, resolved timestamp, due timestamp, lastupdated timestamp
);
CREATE TABLE rt.transactions (
    id int, objecttype text, objectid int, type text, field text, oldvalue text, newvalue text,
    creator int, created timestamp
);
CREATE TABLE rt.queues (id int, name text);
CREATE TABLE rt.users (id int, name text, organization text);
CREATE TABLE rt.groups (id int, domain text, name text, instance int);
SELECT * FROM refusal($$SELECT slaops.attach('request_tracker', 'rt', 'desk')$$);
CREATE TABLE rt.groupmembers (groupid int, memberid int);
CREATE TABLE rt.customfields (id int, name text, disabled int);
CREATE TABLE rt.objectcustomfieldvalues (
    id int, objecttype text, objectid int, customfield int, content text, disabled int
);
INSERT INTO rt.users VALUES
    (1, 'RT_System', NULL), (6, 'Nobody', NULL), (20, 'ann', NULL), (21, 'bob', NULL),
    (30, 'carl', 'Acme'), (31, 'boss', 'Acme');
INSERT INTO rt.queues VALUES (1, 'General'), (2, 'Billing');
-- Ann is privileged. Bob was until noon of the 6th.
INSERT INTO rt.groups VALUES
    (3, 'SystemInternal', 'Privileged', 0), (101, 'RT::Ticket-Role', 'Requestor', 1),
    (102, 'RT::Ticket-Role', 'Requestor', 2), (103, 'RT::Ticket-Role', 'Requestor', 3),
    (104, 'RT::Ticket-Role', 'Requestor', 4), (201, 'RT::Ticket-Role', 'Cc', 1);
INSERT INTO rt.groupmembers VALUES
    (3, 20), (101, 30), (102, 30), (103, 30), (104, 20), (201, 31);
-- 2 went into 3, and 3 into 1. The resolved time of 1 stayed when it was opened again.
INSERT INTO rt.tickets VALUES
    (1, 1, 'ticket', 2, 20, 'open', 60, 'Gold', 'Printer', '2026-01-05 08:00',
        '2026-01-05 12:00', '2026-01-07 09:00', '2026-01-06 15:00'),
    (2, 1, 'ticket', 1, 6, 'new', 0, NULL, 'Printer too', '2026-01-05 07:00', '1970-01-01',
        '1970-01-01', '2026-01-05 10:00'),
    (3, 1, 'ticket', 1, 6, 'open', 0, '', 'Printer three', '2026-01-05 09:00', '1970-01-01',
        '1970-01-01', '2026-01-05 11:00'),
    (4, 4, 'ticket', 1, 20, 'deleted', 100, NULL, 'Mine', '2026-01-05 09:00', '2026-01-05 10:00',
        '1970-01-01', '2026-01-05 10:00'),
    (5, 5, 'reminder', 1, 20, 'open', 0, NULL, 'Call back', '2026-01-05 09:00', '1970-01-01',
        '1970-01-01', '2026-01-05 09:00'),
    (6, 6, 'ticket', 1, 6, 'in limbo', 0, NULL, 'Odd', '2026-01-05 09:00', '1970-01-01',
        '1970-01-01', '2026-01-05 09:00');
INSERT INTO rt.transactions VALUES
    (1, 'RT::Ticket', 2, 'Create', NULL, NULL, NULL, 30, '2026-01-05 07:00'),
    (2, 'RT::Ticket', 1, 'Create', NULL, NULL, NULL, 30, '2026-01-05 08:00'),
    (3, 'RT::Ticket', 1, 'Correspond', NULL, NULL, NULL, 21, '2026-01-05 08:30'),
    (4, 'RT::Ticket', 1, 'Status', 'Status', 'new', 'open', 1, '2026-01-05 08:30'),
    (5, 'RT::Ticket', 1, 'Comment', NULL, NULL, NULL, 20, '2026-01-05 08:40'),
    (6, 'RT::Ticket', 1, 'Correspond', NULL, NULL, NULL, 31, '2026-01-05 08:50'),
    (7, 'RT::Ticket', 3, 'Create', NULL, NULL, NULL, 30, '2026-01-05 09:00'),
    (8, 'RT::Ticket', 4, 'Create', NULL, NULL, NULL, 20, '2026-01-05 09:00'),
    (9, 'RT::Ticket', 4, 'Set', 'Owner', '6', '20', 20, '2026-01-05 09:10'),
    (10, 'RT::Ticket', 4, 'SetWatcher', 'Owner', '6', '20', 20, '2026-01-05 09:10'),
    (11, 'RT::Ticket', 4, 'Correspond', NULL, NULL, NULL, 20, '2026-01-05 09:20'),
    (12, 'RT::Ticket', 4, 'Status', 'Status', 'new', 'deleted', 20, '2026-01-05 10:00'),
    (13, 'RT::Ticket', 2, 'AddLink', 'MergedInto', NULL, 'fsck.com-rt://a/ticket/3', 1,
        '2026-01-05 10:00'),
    (14, 'RT::Ticket', 3, 'AddLink', 'MergedInto', NULL, 'fsck.com-rt://a/ticket/3', 1,
        '2026-01-05 10:00'),
    (15, 'RT::Ticket', 3, 'AddLink', 'MergedInto', NULL, 'fsck.com-rt://a/ticket/1', 1,
        '2026-01-05 11:00'),
    (16, 'RT::Ticket', 1, 'AddLink', 'MergedInto', NULL, 'fsck.com-rt://a/ticket/1', 1,
        '2026-01-05 11:00'),
    (17, 'RT::Ticket', 1, 'Status', 'Status', 'open', 'resolved', 20, '2026-01-05 12:00'),
    (18, 'RT::Ticket', 1, 'Set', 'Queue', '1', '2', 20, '2026-01-05 12:30'),
    (19, 'RT::Ticket', 1, 'Set', 'Priority', '0', '60', 20, '2026-01-05 12:30'),
    (20, 'RT::Ticket', 1, 'Status', 'Status', 'resolved', 'open', 1, '2026-01-05 13:00'),
    (21, 'RT::User', 21, 'Set', 'Privileged', '1', '0', 1, '2026-01-06 12:00'),
    (22, 'RT::Ticket', 1, 'Correspond', NULL, NULL, NULL, 21, '2026-01-06 15:00');
INSERT INTO rt.customfields VALUES (7, 'Product', 0), (8, 'Area', 0), (9, 'Old', 1);
INSERT INTO rt.objectcustomfieldvalues VALUES
    (1, 'RT::Ticket', 1, 7, 'Router', 0), (2, 'RT::Ticket', 1, 7, 'Switch', 1),
    (3, 'RT::Ticket', 1, 8, 'Office', 0), (4, 'RT::Ticket', 1, 8, 'Home', 0),
    (5, 'RT::Ticket', 1, 9, 'x', 0), (6, 'RT::Queue', 1, 7, 'y', 0);
SELECT * FROM slaops.attach('request_tracker', 'rt', 'desk');
SELECT
    ticket_id, status, priority, tier, group_name, assignee, requester_id, organization_id,
    solved_at, closed_at, attributes
FROM desk.tickets
ORDER BY ticket_id;
SELECT ticket_id, event_at, event_type, actor_role, actor, old_value, new_value, public
FROM desk.ticket_events
ORDER BY ticket_id, event_at, seq;
-- What was lent is known from the merge on.
SELECT event_at, loaded_at
FROM desk.ticket_events
WHERE ticket_id = 1
    AND loaded_at > event_at
ORDER BY event_at;
SELECT count(*) > 50 AS views FROM slaops.create_marts('desk', refresh => false);
SELECT ticket_id, metric, cycle, sla.status
FROM desk.tickets AS ticket
CROSS JOIN LATERAL (
    SELECT slaops.ticket_history(
        event_at, event_type, actor_role, actor, field, old_value, new_value, public, seq
    ) AS history
    FROM desk.ticket_events AS event
    WHERE event.ticket_id = ticket.ticket_id
) AS told
CROSS JOIN LATERAL slaops.sla_attainment(ticket, history, 'desk', '2026-01-07Z') AS sla
WHERE metric IN ('next_response', 'resolution')
ORDER BY ticket_id, metric, cycle;

-- Whoever changes the policy set keeps it. Of statuses only those without a state are added.
SELECT FROM slaops.load_config(
    '{"preset": "default", "states": {"hold": ["in limbo", "stalled"]}}', 'desk'
);
SELECT subject, finding, cost
FROM slaops.attach('request_tracker', 'rt', 'desk')
WHERE subject ~ '^(policy|status)';
SELECT preset FROM slaops.policy_sets WHERE name = 'desk';
-- Who may not change the configuration gets the views.
CREATE ROLE rt_reader;
GRANT USAGE ON SCHEMA rt, slaops TO rt_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA rt TO rt_reader;
DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO rt_reader', current_database()); END $$;
SET ROLE rt_reader;
SELECT subject, finding, replace(cost, :'USER', 'the owner') AS cost
FROM slaops.attach('request_tracker', 'rt', 'own')
WHERE subject ~ '^(own|policy)';
RESET ROLE;
-- An upgrade of the desk finds the views in its way. Without them it goes on, and attach takes the
-- tables as they are then: an older Request Tracker has the role in groups.type and no service
-- levels.
SELECT state, message FROM refusal($$ALTER TABLE rt.tickets DROP COLUMN sla$$);
SELECT count(*) > 50 AS dropped FROM slaops.drop_marts('desk');
DROP SCHEMA own CASCADE;
DROP VIEW desk.tickets, desk.ticket_events;
ALTER TABLE rt.tickets DROP COLUMN sla;
ALTER TABLE rt.groups RENAME COLUMN name TO type;
DROP TABLE rt.objectcustomfieldvalues;
SELECT subject, finding, cost
FROM slaops.attach('request_tracker', 'rt', 'desk')
WHERE finding IN ('made', 'missing');
SELECT ticket_id, tier, requester_id FROM desk.tickets WHERE ticket_id = 1;
SELECT count(*) AS events FROM desk.ticket_events;
-- A column that must be there has another name, or cannot be what it was.
DROP VIEW desk.tickets, desk.ticket_events;
ALTER TABLE rt.tickets RENAME COLUMN status TO state;
SELECT * FROM refusal($$SELECT slaops.attach('request_tracker', 'rt', 'desk')$$);
SELECT count(*) AS made
FROM slaops.attach(
    'request_tracker', 'rt', 'desk', columns => '{"tickets": {"status": "(lower(state))"}}'
)
WHERE finding = 'made';
DROP VIEW desk.tickets, desk.ticket_events;
ALTER TABLE rt.tickets RENAME COLUMN state TO status;
DROP TABLE rt.queues;
SELECT * FROM refusal($$SELECT slaops.attach('request_tracker', 'rt', 'desk')$$);
ALTER TABLE rt.tickets ALTER COLUMN created TYPE int USING 0;
SELECT * FROM refusal($$SELECT slaops.attach('request_tracker', 'rt', 'desk')$$);
DROP OWNED BY rt_reader;
DROP ROLE rt_reader;
DROP SCHEMA rt, desk CASCADE;
DELETE FROM slaops.states WHERE policy_set = 'desk';
DELETE FROM slaops.policy_sets WHERE name = 'desk';

-- Redmine: times in its zone, statuses of its own, somebody who is no agent any more, an issue that
-- went back to its author as a question.
CREATE SCHEMA red;
SELECT * FROM refusal($$SELECT slaops.attach('redmine', 'red', 'issues')$$);
CREATE TABLE red.issues (
    id int, project_id int, tracker_id int, status_id int, priority_id int, category_id int,
    author_id int, assigned_to_id int, subject text, created_on timestamp, closed_on timestamp,
    updated_on timestamp, due_date date
);
CREATE TABLE red.journals (
    id int, journalized_id int, journalized_type text, user_id int, notes text,
    created_on timestamp, private_notes bool
);
CREATE TABLE red.journal_details (
    id int, journal_id int, property text, prop_key text, old_value text, value text
);
CREATE TABLE red.issue_statuses (id int, name text, is_closed bool);
CREATE TABLE red.projects (id int, name text);
CREATE TABLE red.enumerations (id int, name text);
CREATE TABLE red.trackers (id int, name text);
CREATE TABLE red.issue_categories (id int, name text);
CREATE TABLE red.users (
    id int, login text, firstname text, lastname text, admin bool, type text
);
CREATE TABLE red.members (id int, user_id int);
CREATE TABLE red.member_roles (member_id int, role_id int);
CREATE TABLE red.roles (id int, permissions text);
CREATE TABLE red.custom_values (
    id int, customized_type text, customized_id int, custom_field_id int, value text
);
CREATE TABLE red.custom_fields (id int, name text);
INSERT INTO red.issue_statuses VALUES
    (1, 'New', false), (2, 'In Progress', false), (3, 'Resolved', false), (4, 'Feedback', false),
    (5, 'Closed', true), (6, 'On-vendor', false), (7, 'Solved', true);
INSERT INTO red.projects VALUES (1, 'Printers'), (2, 'Networks');
INSERT INTO red.enumerations VALUES (1, 'Normal'), (2, 'Urgent');
INSERT INTO red.trackers VALUES (3, 'Support');
INSERT INTO red.issue_categories VALUES (1, 'Hardware');
INSERT INTO red.users VALUES
    (1, 'ann', 'Ann', 'A', false, 'User'), (2, 'bob', 'Bob', 'B', false, 'User'),
    (3, 'carl', 'Carl', 'C', false, 'User'), (4, '', '', 'Anonymous', false, 'AnonymousUser'),
    (5, '', '', 'Second level', NULL, 'Group');
-- Ann may edit issues. Bob could, and Carl is a customer.
INSERT INTO red.members VALUES (1, 1), (2, 3);
INSERT INTO red.member_roles VALUES (1, 1), (2, 2);
INSERT INTO red.roles VALUES
    (1, E'---\n- :view_issues\n- :edit_issues\n'), (2, E'---\n- :edit_issue_notes\n');
INSERT INTO red.issues VALUES
    (1, 2, 3, 5, 2, 1, 3, 5, 'Printer', '2026-01-05 09:00', '2026-01-05 15:00',
        '2026-01-05 15:00', '2026-01-09'),
    (2, 1, 3, 3, 1, NULL, 3, 3, 'Mouse', '2026-07-06 09:00', '2026-07-06 10:00',
        '2026-07-06 12:00', NULL);
INSERT INTO red.journals VALUES
    (1, 1, 'Issue', 1, 'Look', '2026-01-05 09:30', false),
    (2, 1, 'Issue', 2, 'Note', '2026-01-05 09:40', true),
    (3, 1, 'Issue', 2, 'We do', '2026-01-05 09:50', false),
    (4, 1, 'Issue', 3, 'Thanks', '2026-01-05 10:00', false),
    (5, 1, 'Issue', 1, '', '2026-01-05 15:00', false),
    (6, 2, 'Issue', 1, 'Again?', '2026-07-06 10:00', false),
    (7, 2, 'Issue', 3, 'Yes', '2026-07-06 11:00', false),
    (8, 2, 'Issue', 1, '', '2026-07-06 12:00', false), (9, 7, 'Issue', 1, 'x', '2026-07-06', false),
    (10, 1, 'WikiPage', 1, 'y', '2026-07-06', false);
INSERT INTO red.journal_details VALUES
    (1, 1, 'attr', 'status_id', '1', '2'), (2, 1, 'attr', 'assigned_to_id', NULL, '2'),
    (3, 5, 'attr', 'status_id', '2', '5'), (4, 5, 'attr', 'project_id', '1', '2'),
    (5, 5, 'attr', 'assigned_to_id', '2', '5'), (6, 5, 'attr', 'priority_id', '1', '2'),
    (7, 6, 'attr', 'status_id', '1', '5'), (8, 6, 'attr', 'assigned_to_id', NULL, '3'),
    (9, 8, 'attr', 'status_id', '5', '3'), (10, 8, 'attr', 'subject', 'a', 'Mouse'),
    (11, 5, 'cf', '1', 'S-1', 'S-2');
INSERT INTO red.custom_fields VALUES (1, 'Serial number'), (2, 'Sites');
INSERT INTO red.custom_values VALUES
    (1, 'Issue', 1, 1, 'S-2'), (2, 'Issue', 1, 2, 'a'), (3, 'Issue', 1, 2, 'b'),
    (4, 'Project', 1, 1, 'no'), (5, 'Issue', 2, 1, '');
SELECT * FROM slaops.attach('redmine', 'red', 'issues', time_zone => 'Europe/Berlin');
SELECT
    ticket_id, created_at, requester_id, type, priority, group_name, assignee, status, solved_at,
    closed_at, attributes
FROM issues.tickets
ORDER BY ticket_id;
SELECT ticket_id, event_at, event_type, actor_role, actor, old_value, new_value, public, seq
FROM issues.ticket_events
ORDER BY ticket_id, event_at, seq;
SELECT status, state FROM slaops.states WHERE policy_set = 'issues' ORDER BY status;
-- A status more, and attach again.
INSERT INTO red.issue_statuses VALUES (8, 'Parked', false);
SELECT subject, finding FROM slaops.attach('redmine', 'red', 'issues') WHERE subject ~ '^policy';
SELECT count(*) AS states FROM slaops.states WHERE policy_set = 'issues';
DROP SCHEMA issues CASCADE;
DROP TABLE red.roles;
SELECT subject, cost
FROM slaops.attach('redmine', 'red', 'issues')
WHERE finding = 'missing';
SELECT DISTINCT actor, actor_role FROM issues.ticket_events ORDER BY actor;
ALTER TABLE red.issue_statuses RENAME COLUMN is_closed TO closed;
SELECT * FROM refusal($$SELECT slaops.attach('redmine', 'red', 'issues')$$);
DROP SCHEMA red, issues CASCADE;
DELETE FROM slaops.states WHERE policy_set = 'issues';
DELETE FROM slaops.policy_sets WHERE name = 'issues';
RESET client_min_messages;
