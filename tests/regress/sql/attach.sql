-- Tickets and events as a loader left them: what each mapping makes of a small warehouse, and what
-- it says is missing.
SET client_min_messages = warning;
CREATE SCHEMA warehouse;
CREATE TABLE warehouse.cases (
    id int PRIMARY KEY, opened timestamp, title varchar(40), prio text, state text
);
CREATE TABLE warehouse.case_log (id int, at timestamp, what text, new_value text);
INSERT INTO warehouse.cases VALUES
    (1, '2026-01-05 09:00', 'Printer', 'P1', 'open'),
    (2, '2026-01-05 10:00', 'Mouse', 'P2', 'solved');
INSERT INTO warehouse.case_log VALUES (2, '2026-01-05 12:00', 'status', 'solved');
SELECT *
FROM slaops.attach(
    'generic', schema => 'cases', tickets => 'warehouse.cases',
    ticket_events => 'warehouse.case_log', time_zone => 'Europe/Berlin',
    columns => '{
        "tickets": {"ticket_id": "id", "created_at": "opened", "subject": "title",
            "priority": "prio", "status": "state"},
        "ticket_events": {"ticket_id": "id", "event_at": "at", "event_type": "what"}
    }'
);
SELECT ticket_id, created_at, subject, priority, status FROM cases.tickets ORDER BY ticket_id;
SELECT ticket_id, event_at, event_type, new_value FROM cases.ticket_events;
SELECT count(*) > 30 AS views, bool_and(change = 'created') AS made
FROM slaops.create_marts('cases');
SELECT ticket_id, status, cycle_minutes
FROM cases.mart_ticket_outcomes AS outcome
JOIN cases.stg_tickets AS staged USING (ticket_id)
WHERE outcome <> 'open';
SELECT
    obj_description('cases.tickets'::regclass) AS comment,
    col_description('cases.tickets'::regclass, 1) AS of_a_column;

-- Intercom: parts are replies, notes, changes of state and assignments.
CREATE SCHEMA ic;
CREATE TABLE ic.conversation_history (
    id text, created_at timestamptz, updated_at timestamptz, state text, source_author_id text,
    team_assignee_id text, admin_assignee_id text, conversation_rating_value int,
    _fivetran_active bool
);
INSERT INTO ic.conversation_history VALUES
    ('c1', '2026-01-05 09:00Z', '2026-01-05 09:00Z', 'open', 'u7', NULL, NULL, NULL, false),
    ('c1', '2026-01-05 09:00Z', '2026-01-05 15:00Z', 'closed', 'u7', '8', '3', 5, true);
CREATE TABLE ic.conversation_part_history (
    id text, conversation_id text, created_at timestamptz, part_type text, author_id text,
    author_type text, assigned_to_id text, assigned_to_type text, _fivetran_active bool
);
INSERT INTO ic.conversation_part_history VALUES
    ('p1', 'c1', '2026-01-05 09:01Z', 'assignment', 'b', 'bot', '8', 'team', true),
    ('p2', 'c1', '2026-01-05 09:05Z', 'note', '3', 'admin', NULL, NULL, true),
    ('p3', 'c1', '2026-01-05 09:30Z', 'comment', '3', 'admin', NULL, NULL, false),
    ('p3', 'c1', '2026-01-05 09:30Z', 'comment', '3', 'admin', NULL, NULL, true),
    ('p4', 'c1', '2026-01-05 09:31Z', 'snoozed', '3', 'admin', NULL, NULL, true),
    ('p5', 'c1', '2026-01-05 12:00Z', 'comment', 'u7', 'user', NULL, NULL, true),
    ('p6', 'c1', '2026-01-05 12:00Z', 'unsnoozed', 'b', 'bot', NULL, NULL, true),
    ('p7', 'c1', '2026-01-05 12:10Z', 'assignment', '3', 'admin', '3', 'admin', true),
    ('p8', 'c1', '2026-01-05 15:00Z', 'close', '3', 'admin', NULL, NULL, true);
CREATE TABLE ic.admin (id int, name text, _fivetran_deleted bool);
INSERT INTO ic.admin VALUES (3, 'Ann', false), (3, 'Anne', true);
SELECT subject, finding, cost
FROM slaops.attach('intercom', 'ic', 'chats')
WHERE subject !~ '_fivetran|updated_at|source_';
SELECT event_at, event_type, actor_role, actor, new_value, public
FROM chats.ticket_events
ORDER BY event_at, seq;
SELECT status, group_name, assignee, csat_score FROM chats.tickets;
SELECT
    life.states,
    life.first_response_at,
    life.first_response_by,
    life.solved_at,
    life.agent_replies,
    life.internal_notes
FROM chats.tickets AS ticket
CROSS JOIN LATERAL (
    SELECT slaops.ticket_history(
        event_at, event_type, actor_role, actor, field, old_value, new_value, public, seq
    ) AS h
    FROM chats.ticket_events
) AS event
CROSS JOIN LATERAL slaops.ticket_lifecycle(ticket, h, as_of => '2026-01-06Z') AS life;

-- Schedules of Zendesk become calendars: minutes of a week that begins on Sunday, Rails' names of
-- time zones.
CREATE SCHEMA zdk;
CREATE TABLE zdk.schedule (id int, name text, time_zone text, start_time int, end_time int);
INSERT INTO zdk.schedule VALUES
    (1, 'Desk', 'Eastern Time (US & Canada)', 1980, 2460),
    (1, 'Desk', 'Eastern Time (US & Canada)', 3420, 3600),
    (1, 'Desk', 'Eastern Time (US & Canada)', 3660, 3900), (2, 'Always', 'Europe/Paris', 0, 10080),
    (3, 'Mars', 'Olympus Mons', 0, 60), (4, NULL, 'Europe/Paris', 1980, 2460),
    (5, 'Empty', 'Europe/Paris', NULL, NULL);
CREATE TABLE zdk.schedule_holiday (schedule_id int, name text, start_date date, end_date date);
INSERT INTO zdk.schedule_holiday VALUES (1, 'Christmas', '2026-12-24', '2026-12-26');
SELECT * FROM slaops.attach_schedules('zdk', 'help');
SELECT name, calendar, description FROM slaops.calendars ORDER BY name;

-- What cannot be is said, with what can.
SELECT * FROM refusal($$SELECT slaops.attach('freshdesk', 'warehouse')$$);
SELECT * FROM refusal($$SELECT slaops.attach('zendesk', 'nowhere')$$);
SELECT * FROM refusal($$SELECT slaops.attach('zendesk')$$);
SELECT * FROM refusal($$SELECT slaops.attach('zendesk', 'zdk', 'help')$$);
SELECT * FROM refusal($$SELECT slaops.attach('generic', schema => 'cases')$$);
SELECT *
FROM refusal(
    $$
        SELECT slaops.attach(
            'generic', schema => 'cases', tickets => 'warehouse.cases',
            ticket_events => 'warehouse.case_log'
        )
    $$
);
SELECT *
FROM refusal(
    $$
        SELECT slaops.attach(
            'generic', schema => 'cases', tickets => 'warehouse.cases',
            ticket_events => 'warehouse.case_log', columns => '{"tickets": {"ticket_id": "nr"}}'
        )
    $$
);
SELECT *
FROM refusal(
    $$
        SELECT slaops.attach(
            'generic', schema => 'cases', tickets => 'warehouse.cases',
            ticket_events => 'warehouse.case_log', columns => '{"tickets": {"color": "prio"}}'
        )
    $$
);
SELECT *
FROM refusal(
    $$
        SELECT slaops.attach(
            'generic', schema => 'cases', tickets => 'warehouse.cases',
            ticket_events => 'warehouse.case_log', columns => '{"cases": {}}'
        )
    $$
);
SELECT *
FROM refusal(
    $$
        SELECT slaops.attach(
            'generic', schema => 'cases', tickets => 'warehouse.cases',
            ticket_events => 'warehouse.case_log', columns => '[1]'
        )
    $$
);
SELECT * FROM refusal($$SELECT slaops.attach('intercom', 'ic', 'chats', time_zone => 'Moon')$$);
-- Ids that cannot be compared, tags that are no array, and views of before with other columns.
CREATE TABLE warehouse.text_log AS SELECT id::text AS id, at, what FROM warehouse.case_log;
SELECT *
FROM refusal(
    $$
        SELECT slaops.attach(
            'generic', schema => 'texts', tickets => 'warehouse.cases',
            ticket_events => 'warehouse.text_log',
            columns => '{
                "tickets": {"ticket_id": "id", "created_at": "opened"},
                "ticket_events": {"ticket_id": "id", "event_at": "at", "event_type": "what"}
            }'
        )
    $$
);
SELECT *
FROM refusal(
    $$
        SELECT slaops.attach(
            'generic', schema => 'texts', tickets => 'warehouse.cases',
            ticket_events => 'warehouse.case_log',
            columns => '{
                "tickets": {"ticket_id": "id", "created_at": "opened", "tags": "title"},
                "ticket_events": {"ticket_id": "id", "event_at": "at", "event_type": "what"}
            }'
        )
    $$
);
CREATE TABLE warehouse.text_cases AS SELECT id::text AS id, opened FROM warehouse.cases;
SELECT *
FROM refusal(
    $$
        SELECT slaops.attach(
            'generic', schema => 'cases', tickets => 'warehouse.text_cases',
            ticket_events => 'warehouse.text_log',
            columns => '{
                "tickets": {"ticket_id": "id", "created_at": "opened"},
                "ticket_events": {"ticket_id": "id", "event_at": "at", "event_type": "what"}
            }'
        )
    $$
);
SELECT * FROM refusal($$SELECT slaops.attach('intercom', 'ic', '')$$);
SELECT * FROM refusal($$SELECT slaops.attach('intercom', 'ic', 'slaops')$$);
-- A ticket that Zendesk has deleted leaves no events.
CREATE TABLE zdk.ticket (id bigint, created_at timestamptz, status text);
CREATE TABLE zdk.ticket_field_history (
    ticket_id bigint, field_name text, value text, updated timestamptz
);
INSERT INTO zdk.ticket VALUES (1, '2026-01-05 09:00Z', 'solved');
INSERT INTO zdk.ticket_field_history
SELECT t, 'status', 'solved', '2026-01-05 10:00Z'
FROM generate_series(1, 2) AS numbers (t);
SELECT count(*) > 0 AS attached FROM slaops.attach('zendesk', 'zdk', 'help');
SELECT ticket_id, event_type, new_value FROM help.ticket_events ORDER BY ticket_id, seq;
CREATE TABLE ic.tickets (own int);
SELECT * FROM refusal($$SELECT slaops.attach('intercom', 'ic', 'ic')$$);
DROP SCHEMA warehouse, cases, ic, chats, zdk, help CASCADE;
DELETE FROM slaops.calendars;
RESET client_min_messages;
