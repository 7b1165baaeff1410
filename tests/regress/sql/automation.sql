-- Bots and people: tickets solved without an agent, handed on by a bot, and who kept the clocks.
\set ON_ERROR_STOP off
SET client_min_messages = warning;
CREATE SCHEMA bots;
CREATE TABLE bots.tickets (
    ticket_id int, created_at timestamptz, status text, group_name text, priority text, csat_score float8
);
CREATE TABLE bots.events (
    ticket_id int, event_at timestamptz, event_type text, actor_role text, actor text,
    new_value text, public boolean
);
INSERT INTO bots.tickets VALUES
    (1, '2026-03-02 09:00Z', 'solved', 'Desk', 'high', 5),
    (2, '2026-03-02 09:00Z', 'solved', 'Desk', 'high', 3),
    (3, '2026-03-02 09:00Z', 'solved', 'Desk', 'high', NULL),
    (4, '2026-03-02 09:00Z', 'solved', 'Desk', 'high', 1),
    (5, '2026-04-01 09:00Z', 'solved', 'Desk', 'high', 4),
    (6, '2026-04-01 09:00Z', 'open', 'Desk', 'high', NULL);
INSERT INTO bots.events VALUES
    -- Ann alone, in time.
    (1, '2026-03-02 09:00Z', 'created', 'customer', 'c1', NULL, NULL),
    (1, '2026-03-02 09:20Z', 'comment', 'agent', 'Ann', NULL, true),
    (1, '2026-03-02 09:30Z', 'status', 'agent', 'Ann', 'solved', NULL),
    -- A bot alone.
    (2, '2026-03-02 09:00Z', 'created', 'customer', 'c2', NULL, NULL),
    (2, '2026-03-02 09:01Z', 'comment', 'bot', 'Answer bot', NULL, true),
    (2, '2026-03-02 09:05Z', 'status', 'bot', 'Answer bot', 'solved', NULL),
    -- A bot, then Ben, who is late.
    (3, '2026-03-02 09:00Z', 'created', 'customer', 'c3', NULL, NULL),
    (3, '2026-03-02 09:01Z', 'comment', 'bot', 'Answer bot', NULL, true),
    (3, '2026-03-02 11:00Z', 'comment', 'agent', 'Ben', NULL, true),
    (3, '2026-03-02 11:00Z', 'status', 'agent', 'Ben', 'solved', NULL),
    -- A rule closed it.
    (4, '2026-03-02 09:00Z', 'created', 'customer', 'c4', NULL, NULL),
    (4, '2026-03-03 09:00Z', 'status', 'system', 'Rule 7', 'solved', NULL),
    (5, '2026-04-01 09:00Z', 'created', 'customer', 'c5', NULL, NULL),
    (5, '2026-04-01 09:10Z', 'comment', 'agent', 'Ben', NULL, true),
    (5, '2026-04-01 09:15Z', 'status', 'agent', 'Ben', 'solved', NULL),
    (6, '2026-04-01 09:00Z', 'created', 'customer', 'c6', NULL, NULL),
    (6, '2026-04-01 09:01Z', 'comment', 'bot', 'Answer bot', NULL, true);
SELECT count(*) > 0 AS loaded
FROM slaops.load_config(
    $$policies: [{name: All, hours: 24x7, targets: {'*': {first_response: 30m, resolution: 3h}}}]$$,
    'bots'
);
SET slaops.as_of = '2026-04-02 09:00Z';
SELECT count(*) > 30 AS made
FROM slaops.create_marts('bot_marts', 'bots.tickets', 'bots.events', policy_set => 'bots');
RESET slaops.as_of;
SELECT
    month, handled_by, tickets, share, met, breached, attainment, median_cycle_minutes, rated, csat,
    is_complete
FROM bot_marts.mart_automation
ORDER BY month, handled_by;
-- A bot's reply is no first response.
SELECT ticket_id, first_response_by, agent_replies
FROM bot_marts.int_ticket_lifecycle
ORDER BY ticket_id;
SELECT month, metric, agent, clocks, met, breached, median_minutes, minutes_late, is_complete
FROM bot_marts.mart_sla_by_agent
ORDER BY month, metric, agent;
SELECT activity, actor_role, count(*)
FROM bot_marts.int_event_transitions
WHERE actor_role = 'bot'
GROUP BY activity, actor_role
ORDER BY activity;
SELECT count(*) AS unknown_roles
FROM bot_marts.config_health
WHERE problem = 'comment of unknown role';
SELECT count(*) > 0 AS dropped FROM slaops.drop_marts('bot_marts');
DROP SCHEMA bots CASCADE;
