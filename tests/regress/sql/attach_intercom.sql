-- An Intercom with tickets and an AI agent, as Fivetran loads it.
SET client_min_messages = warning;
CREATE SCHEMA inter;
CREATE TABLE inter.conversation_history (
    id text, created_at timestamptz, state text, source_author_id text, source_author_type text,
    sla_name text, sla_status text, ai_agent_participated boolean,
    ai_agent_resolution_state text, _fivetran_active boolean
);
INSERT INTO inter.conversation_history VALUES (
    '1', '2026-01-05 09:00Z', 'closed', 'u1', 'user', 'Gold', 'hit', true, 'assumed_resolution',
    true
);
CREATE TABLE inter.conversation_part_history (
    id text, conversation_id text, created_at timestamptz, part_type text, author_id text,
    author_type text, assigned_to_id text, assigned_to_type text, _fivetran_active boolean
);
INSERT INTO inter.conversation_part_history VALUES
    ('1', '1', '2026-01-05 09:01Z', 'comment', 'fin', 'bot', NULL, NULL, true),
    ('2', '1', '2026-01-05 09:02Z', 'close', 'fin', 'bot', NULL, NULL, true);
CREATE TABLE inter.admin (id text, name text);
INSERT INTO inter.admin VALUES ('3', 'Ann');
CREATE TABLE inter.team (id text, name text);
INSERT INTO inter.team VALUES ('8', 'Tier 2');
CREATE TABLE inter.ticket_history (
    id text, created_at timestamptz, updated_at timestamptz, open boolean, ticket_state text,
    category text, admin_assignee_id text, team_assignee_id text, _fivetran_active boolean
);
INSERT INTO inter.ticket_history VALUES
    ('1', '2026-01-05 10:00Z', '2026-01-05 10:00Z', true, 'submitted', 'Customer', NULL, NULL, false),
    ('1', '2026-01-05 10:00Z', '2026-01-05 15:00Z', false, 'resolved', 'Customer', '3', '8', true);
CREATE TABLE inter.ticket_contact_history (ticket_id text, contact_id text);
INSERT INTO inter.ticket_contact_history VALUES ('1', 'u1');
CREATE TABLE inter.ticket_part_history (
    id text, ticket_id text, created_at timestamptz, part_type text, author_id text,
    author_type text, assigned_to_id text, assigned_to_type text, previous_ticket_state text,
    ticket_state text, _fivetran_active boolean
);
INSERT INTO inter.ticket_part_history VALUES
    ('1', '1', '2026-01-05 10:01Z', 'comment', 'fin', 'bot', NULL, NULL, NULL, 'submitted', true),
    (
        '2', '1', '2026-01-05 10:02Z', 'assignment', 'fin', 'bot', '8', 'team', NULL, 'submitted',
        true
    ),
    (
        '3', '1', '2026-01-05 11:00Z', 'ticket_state_updated_by_admin', '3', 'admin', NULL, NULL,
        'submitted', 'waiting_on_customer', true
    ),
    ('4', '1', '2026-01-05 11:00Z', 'note', '3', 'admin', NULL, NULL, NULL, 'submitted', true),
    (
        '5', '1', '2026-01-05 12:00Z', 'comment', 'u1', 'user', NULL, NULL,
        'waiting_on_customer', 'in_progress', true
    ),
    ('6', '1', '2026-01-05 14:00Z', 'comment', '3', 'admin', NULL, NULL, NULL, 'in_progress', true),
    (
        '7', '1', '2026-01-05 15:00Z', 'ticket_state_updated_by_admin', '3', 'admin', NULL, NULL,
        'in_progress', 'resolved', true
    );
SELECT * FROM slaops.attach('intercom', 'inter', 'inbox') WHERE subject ~ 'ticket|ai_|sla';
SELECT ticket_id, type, requester_id, group_name, assignee, status, attributes
FROM inbox.tickets
ORDER BY ticket_id;
SELECT ticket_id, event_at, event_type, actor_role, actor, new_value, public
FROM inbox.ticket_events
ORDER BY ticket_id, event_at, seq;
SELECT
    ticket.ticket_id,
    life.states,
    life.first_response_at,
    life.first_response_by,
    life.solved_at
FROM inbox.tickets AS ticket
CROSS JOIN LATERAL (
    SELECT slaops.ticket_history(
        event_at, event_type, actor_role, actor, field, old_value, new_value, public, seq
    ) AS h
    FROM inbox.ticket_events AS event
    WHERE event.ticket_id = ticket.ticket_id
) AS event
CROSS JOIN LATERAL slaops.ticket_lifecycle(ticket, h, as_of => '2026-01-06Z') AS life
ORDER BY ticket.ticket_id;
DROP SCHEMA inter CASCADE;
DROP SCHEMA inbox CASCADE;
RESET client_min_messages;
