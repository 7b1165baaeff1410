-- What follows a stop, through the views: whose a clock was, instants that are none, and when a
-- ticket was last closed.
CREATE SCHEMA stops;
CREATE TABLE stops.ticket (
    ticket_id int PRIMARY KEY, created_at timestamptz, priority text, status text, group_name text,
    solved_at timestamptz, closed_at timestamptz
);
CREATE TABLE stops.event (
    ticket_id int, event_at timestamptz, event_type text, actor_role text, old_value text,
    new_value text, public boolean, seq int
);
SELECT
FROM slaops.load_config(
    $$
calendars: {desk: 'Mo-Fr 09:00-17:00 @ UTC'}
presets: {latest: {like: zendesk}}
preset: latest
default_calendar: desk
policies:
  - name: First
    when: {group_name: First}
    targets: {'*': {group_ownership: 2h, first_response: 1h, resolution: 1d}}
  - name: Second
    when: {group_name: Second}
    targets: {'*': {group_ownership: 1h, first_response: 4h, resolution: 1d}}
$$,
    policy_set => 'stops'
);
-- Ticket 1 is with First for 90 minutes, answered late by it after 80, handed over, and solved by
-- Second half an hour later. Ticket 2 is solved by First and moved afterward.
INSERT INTO stops.ticket VALUES
    (1, '2026-01-05 09:00Z', 'P1', 'solved', 'Second'),
    (2, '2026-01-05 09:00Z', 'P1', 'solved', 'Second');
INSERT INTO stops.event VALUES
    (1, '2026-01-05 10:20Z', 'comment', 'agent', NULL, NULL, true, 1),
    (1, '2026-01-05 10:30Z', 'group_name', NULL, 'First', 'Second', NULL, 2),
    (1, '2026-01-05 11:00Z', 'status', NULL, 'open', 'solved', NULL, 3),
    (2, '2026-01-05 09:30Z', 'comment', 'agent', NULL, NULL, true, 1),
    (2, '2026-01-05 10:00Z', 'status', NULL, 'open', 'solved', NULL, 2),
    (2, '2026-01-06 10:00Z', 'group_name', NULL, 'First', 'Second', NULL, 3);
SELECT count(*) > 30 AS made
FROM slaops.create_marts('stops_marts', 'stops.ticket', 'stops.event', 'stops', stored => false);
SET slaops.as_of = '2026-01-09 17:00Z';
SELECT
    ticket_id,
    metric,
    cycle,
    policy,
    target_minutes,
    elapsed_minutes,
    status,
    started_in_group,
    last_group,
    group_name
FROM stops_marts.fct_sla_attainment
ORDER BY 1, 2, 3;
-- First missed one reply and nothing else; Second missed nothing, though it has both tickets now.
SELECT metric, policy, group_name, clocks, met, breached, minutes_late
FROM stops_marts.mart_sla
ORDER BY 1, 2, 3;
-- As of the minute before the hand-over and the minute after it, First's own clock has run for 89
-- and for 90 minutes and is not late.
SET slaops.as_of = '2026-01-05 10:29Z';
SELECT cycle, policy, elapsed_minutes, status, breached_at
FROM stops_marts.fct_sla_attainment
WHERE ticket_id = 1 AND metric = 'group_ownership';
SET slaops.as_of = '2026-01-05 10:31Z';
SELECT cycle, policy, elapsed_minutes, status, breached_at
FROM stops_marts.fct_sla_attainment
WHERE ticket_id = 1 AND metric = 'group_ownership'
ORDER BY cycle;
RESET slaops.as_of;

-- Instants that are none. 11 is open whatever 1970 says of it, 12 was solved before it was created,
-- 13 is never solved, 14 has an invalid creation time, 15 has an event at one. 16 is in order.
TRUNCATE stops.ticket, stops.event;
INSERT INTO stops.ticket VALUES
    (11, '2026-01-05 09:00Z', 'P1', 'open', 'First', '1970-01-01Z', '1970-01-01 00:00:00-05'),
    (12, '2026-01-05 09:00Z', 'P1', 'solved', 'First', '2026-01-05 08:00Z', NULL),
    (13, '2026-01-05 09:00Z', 'P1', 'solved', 'First', 'infinity', NULL),
    (14, '1970-01-01Z', 'P1', 'open', 'First', NULL, NULL),
    (15, '2026-01-05 09:00Z', 'P1', 'open', 'First', NULL, NULL),
    (16, '2026-01-05 09:00Z', 'P1', 'solved', 'First', '2026-01-05 10:00Z', '2026-01-05 10:00Z');
INSERT INTO stops.event VALUES
    (14, '2026-01-05 12:00Z', 'comment', 'agent', NULL, NULL, false, 1),
    (15, '1970-01-01Z', 'group_name', NULL, 'Nobody', 'First', NULL, 1),
    (15, '2026-01-05 08:00Z', 'comment', 'customer', NULL, NULL, true, 2);
SET slaops.as_of = '2026-01-06 13:00Z';
SELECT ticket_id, created_at, is_open, solved_at, cycle_minutes, groups
FROM stops_marts.int_ticket_lifecycle
ORDER BY 1;
SELECT ticket_id, status, elapsed_minutes, stopped_at
FROM stops_marts.fct_sla_attainment
WHERE metric = 'resolution'
ORDER BY 1;
SELECT day, count(*) FROM stops_marts.fct_backlog_snapshot GROUP BY day ORDER BY day;
SELECT ticket_id, event_at, activity FROM stops_marts.int_event_transitions ORDER BY 1, 2;
SELECT day, backlog FROM stops_marts.mart_daily_totals ORDER BY day;
SELECT problem, what, tickets, example
FROM stops_marts.config_health
WHERE problem ~ 'instant|invalid|time unknown|before'
ORDER BY 1, 2;
RESET slaops.as_of;

-- Closed, solved, closed again: closed at eleven, the second time. Solved again it is not closed;
-- opened and solved again, it was solved last at two.
SELECT at, life.state, life.first_solved_at, life.solved_at, life.closed_at, life.reopens
FROM
    unnest(
        '{2026-01-05 09:59Z,2026-01-05 10:30Z,2026-01-05 11:30Z,2026-01-05 12:30Z,2026-01-05 '
        '15:00Z}'::timestamptz[]
    ) AS instants (at),
    slaops.ticket_lifecycle(
        '{"created_at": "2026-01-05T08:00:00Z", "status": "solved"}'::jsonb,
        '[
            {"event_at": "2026-01-05T09:00:00Z", "event_type": "status", "old_value": "open",
                "new_value": "closed"},
            {"event_at": "2026-01-05T10:00:00Z", "event_type": "status", "old_value": "closed",
                "new_value": "solved"},
            {"event_at": "2026-01-05T11:00:00Z", "event_type": "status", "old_value": "solved",
                "new_value": "closed"},
            {"event_at": "2026-01-05T11:15:00Z", "event_type": "group_name", "new_value": "First"},
            {"event_at": "2026-01-05T12:00:00Z", "event_type": "status", "old_value": "closed",
                "new_value": "open"},
            {"event_at": "2026-01-05T14:00:00Z", "event_type": "status", "old_value": "open",
                "new_value": "solved"}
        ]'::slaops.ticket_history,
        'stops', at
    ) AS life;
-- The row alone: solved at ten, closed at twelve.
SELECT life.state, life.states, life.solved_at, life.closed_at
FROM slaops.ticket_lifecycle(
    '{
        "created_at": "2026-01-05T09:00Z", "status": "closed", "solved_at": "2026-01-05T10:00Z",
        "closed_at": "2026-01-05T12:00Z"
    }'::jsonb,
    '[]'::slaops.ticket_history, 'stops', '2026-01-06Z'
) AS life;
-- A solution logged before the creation is none: clocks that it would end are cancelled. Opened
-- again, the ticket is as any other; solved after that, it was met after 60 minutes.
SELECT
    story.name,
    attainment.metric,
    attainment.status,
    attainment.elapsed_minutes,
    life.state,
    life.is_open,
    life.solved_at
FROM (
    VALUES
        ('before', '[]'::jsonb),
        (
            'opened',
            '[
                {"event_at": "2026-01-05T09:30:00Z", "event_type": "status", "old_value": "solved",
                    "new_value": "open"}
            ]'
        ),
        (
            'solved',
            '[
                {"event_at": "2026-01-05T09:30:00Z", "event_type": "status", "old_value": "solved",
                    "new_value": "open"},
                {"event_at": "2026-01-05T10:00:00Z", "event_type": "status", "old_value": "open",
                    "new_value": "solved"}
            ]'
        )
) AS story (name, later)
CROSS JOIN LATERAL (
    SELECT (
        '[
                {"event_at": "2026-01-05T08:00:00Z", "event_type": "status", "old_value": "open",
                    "new_value": "solved"}
            ]'::jsonb
            || story.later
    )::text::slaops.ticket_history AS history
) AS past
CROSS JOIN LATERAL slaops.ticket_lifecycle(
    '{"created_at": "2026-01-05T09:00Z", "status": "solved", "group_name": "First"}'::jsonb,
    past.history, 'stops', '2026-01-05 11:00Z'
) AS life
CROSS JOIN LATERAL slaops.sla_attainment(
    '{"created_at": "2026-01-05T09:00Z", "status": "solved", "group_name": "First"}'::jsonb,
    past.history, 'stops', '2026-01-05 11:00Z'
) AS attainment
WHERE attainment.metric IN ('resolution', 'first_response')
ORDER BY 1, 2;
-- Where "solved" means something else, what a row says of its solution still counts.
SELECT
FROM slaops.load_config(
    'states: {open: [solved], solved: [finished]}', policy_set => 'other words'
);
SELECT life.state, life.solved_at
FROM slaops.ticket_lifecycle(
    '{
        "created_at": "2026-01-05T09:00Z", "status": "Unknown", "solved_at": "2026-01-05T11:00Z"
    }'::jsonb,
    '[]'::slaops.ticket_history, 'other words', '2026-01-06Z'
) AS life;
-- The row alone does not tell how a ticket was opened: a policy for those of which the customer has
-- asked is that of nearly all.
SELECT
FROM slaops.load_config(
    'policies: [{name: Asked, when: {customer_asked: true}, targets: {"*": {resolution: 1h}}}]',
    policy_set => 'asked'
);
SELECT
    slaops.match_policy('{"created_at": "2026-01-05T09:00Z"}'::jsonb, 'asked', '2026-01-06Z'),
    attainment.policy
FROM slaops.sla_attainment(
    '{"created_at": "2026-01-05T09:00Z"}'::jsonb, '[]'::slaops.ticket_history, 'asked',
    '2026-01-06Z'
) AS attainment
WHERE attainment.metric = 'resolution';

-- Working days count from where the clock counts. Short Mondays, long other days: begun on Monday
-- at 08:46, anew on Wednesday at ten, one day is Thursday at ten and has 600 minutes.
SELECT
FROM slaops.load_config(
    $$
calendars:
  short: Mo 08:00-16:00; Tu-Fr 08:00-18:00 @ UTC
  night: Mo-Fr 22:00-06:00 @ UTC
  closed: Mo,Tu,Th,Fr 09:00-17:00 @ UTC
metrics:
  idle:
    start: {event: created}
    reset: {event: comment, by: customer}
    stop: {event: comment, by: agent}
default_calendar: short
policies:
  - {name: Night, when: {brand: night}, calendar: night, targets: {'*': {idle: 1bd}}}
  - name: Closed
    when: {brand: closed}
    calendar: closed
    targets: {P1: {idle: 1d 4h}, P2: {idle: 1bd 4h}, P3: {idle: 1bd}}
  - {name: Short, targets: {'*': {idle: 1bd}}}
$$,
    policy_set => 'days'
);
SELECT attainment.target_minutes, attainment.due_at
FROM slaops.sla_attainment(
    '{"created_at": "2026-01-05T08:46Z"}'::jsonb,
    '[
        {"event_at": "2026-01-07T10:00:00Z", "event_type": "comment", "actor_role": "customer"}
    ]'::slaops.ticket_history,
    'days', '2026-01-07 11:00Z'
) AS attainment
WHERE attainment.metric = 'idle';
-- So do those of a policy that counts only from when it applies: urgent since Wednesday at ten, and
-- since Monday at nine.
SELECT
FROM slaops.load_config(
    'preset: servicenow
default_calendar: short
policies: [{name: Days, targets: {low: {resolution: 10bd}, urgent: {resolution: 1bd}}}]',
    policy_set => 'late days'
);
SELECT given.created, attainment.target_minutes, attainment.due_at
FROM
    (
        VALUES
            ('2026-01-05T08:46Z', '2026-01-07T10:00:00Z'),
            ('2026-01-07T10:00Z', '2026-01-12T09:00:00Z')
    ) AS given (created, urgent),
    slaops.sla_attainment(
        jsonb_build_object('created_at', given.created, 'priority', 'urgent'),
        format(
            '[
                {"event_at": "%s", "event_type": "priority", "old_value": "low",
                    "new_value": "urgent"}
            ]',
            given.urgent
        )::slaops.ticket_history,
        'late days', given.urgent::timestamptz
    ) AS attainment
WHERE attainment.metric = 'resolution'
ORDER BY 1;
-- What is left of a night shift after midnight belongs to the evening on which it began: a day
-- after Friday night is Monday night.
SELECT created_at, attainment.target_minutes, attainment.due_at
FROM
    unnest(
        '{2026-01-09 23:00Z,2026-01-10 01:00Z,2026-01-10 05:59Z,2026-01-13 01:00Z,2026-01-10 '
        '12:00Z}'::timestamptz[]
    ) AS created_at,
    slaops.sla_attainment(
        jsonb_build_object('created_at', created_at, 'brand', 'night'),
        '[]'::slaops.ticket_history, 'days', created_at
    ) AS attainment
WHERE attainment.metric = 'idle'
ORDER BY 1;
-- Hours on top of days end at closing time as the preset says; a time of day at which nobody works
-- is moved to the next opening.
SELECT elements.level, attainment.target_minutes, attainment.due_at
FROM
    unnest('{P1,P2,P3}'::text[]) AS elements (level),
    slaops.sla_attainment(
        jsonb_build_object(
            'created_at', '2026-01-05T13:00Z', 'brand', 'closed', 'priority', elements.level
        ),
        '[]'::slaops.ticket_history, 'days', '2026-01-05 13:00Z'
    ) AS attainment
WHERE attainment.metric = 'idle'
ORDER BY 1;

\set QUIET on
SET client_min_messages = warning;
DROP SCHEMA stops_marts, stops CASCADE;
RESET client_min_messages;
DELETE FROM slaops.sla_policies;
DELETE FROM slaops.policy_sets;
DELETE FROM slaops.presets WHERE NOT built_in;
DELETE FROM slaops.metrics WHERE NOT built_in;
DELETE FROM slaops.states WHERE NOT built_in;
DELETE FROM slaops.calendars;
