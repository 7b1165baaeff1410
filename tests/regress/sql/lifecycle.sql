-- A ticket's life in one row.
INSERT INTO slaops.calendars (name, calendar) VALUES ('desk', 'Mo-Fr 09:00-17:00 @ UTC');
INSERT INTO slaops.sla_policies (policy_set, name, position, calendar_name) VALUES
    ('lives', 'All', 1, 'desk');
INSERT INTO slaops.sla_targets (policy_set, policy, metric, target) VALUES
    ('lives', 'All', 'resolution', '1 day'), ('lives', 'All', 'first_response', '1 hour');
CREATE TEMP TABLE story AS
SELECT
    '{
        "ticket_id": 7, "created_at": "2026-01-05T10:00:00Z", "priority": "high", "status": "open",
        "group_name": "Tier 2", "assignee": "Ada"
    }'::jsonb AS ticket,
    '[
        {"event_at": "2026-01-05T10:00:00Z", "event_type": "created"},
        {"event_at": "2026-01-05T10:30:00Z", "event_type": "status", "old_value": "new",
            "new_value": "open"},
        {"event_at": "2026-01-05T12:00:00Z", "event_type": "comment", "actor_role": "agent",
            "actor": "Bob", "public": true},
        {"event_at": "2026-01-05T12:00:00Z", "event_type": "priority", "old_value": "low",
            "new_value": "high"},
        {"event_at": "2026-01-05T15:00:00Z", "event_type": "group_name", "old_value": "Tier 1",
            "new_value": "Tier 2"},
        {"event_at": "2026-01-05T15:00:00Z", "event_type": "assignee", "old_value": "Bob",
            "new_value": "Ada"},
        {"event_at": "2026-01-06T16:00:00Z", "event_type": "status", "old_value": "open",
            "new_value": "solved"},
        {"event_at": "2026-01-07T09:00:00Z", "event_type": "status", "old_value": "solved",
            "new_value": "open"}
    ]'::slaops.ticket_history AS history;
\x
SELECT life.*
FROM story, slaops.ticket_lifecycle(ticket, history, 'lives', '2026-01-07 12:00Z') AS life;
\x
-- As of the evening when it was solved, and before it was created.
SELECT
    life.solved_at,
    life.is_open,
    life.assignee,
    life.cycle_minutes,
    life.business_cycle_minutes,
    life.group_minutes,
    life.reopens,
    life.settled,
    life.next_event_at
FROM story, slaops.ticket_lifecycle(ticket, history, 'lives', '2026-01-06 20:00Z') AS life;
SELECT count(*) FROM story, slaops.ticket_lifecycle(ticket, history, 'lives', '2026-01-05 09:00Z');
-- Without a bound: no figure.
SELECT
    life.is_open,
    life.cycle_minutes,
    life.business_cycle_minutes,
    life.group_minutes,
    life.open_minutes
FROM story, slaops.ticket_lifecycle(ticket, history, 'lives', 'infinity') AS life;
-- What was logged before the creation is no part of the life.
SELECT
    life.states,
    life.groups,
    life.group_minutes,
    life.reopens,
    life.handoffs,
    life.first_solved_at
FROM slaops.ticket_lifecycle(
    '{"created_at": "2026-01-05T10:00:00Z", "calendar_name": "desk"}'::jsonb,
    '[
        {"event_at": "2026-01-05T08:00:00Z", "event_type": "status", "old_value": "open",
            "new_value": "solved"},
        {"event_at": "2026-01-05T08:00:00Z", "event_type": "group_name", "old_value": "Z",
            "new_value": "Y"},
        {"event_at": "2026-01-05T09:00:00Z", "event_type": "status", "old_value": "solved",
            "new_value": "new"},
        {"event_at": "2026-01-05T09:00:00Z", "event_type": "group_name", "old_value": "Y",
            "new_value": "X"},
        {"event_at": "2026-01-05T12:00:00Z", "event_type": "group_name", "old_value": "X",
            "new_value": "Y"}
    ]'::slaops.ticket_history,
    'lives', '2026-01-05 15:00Z'
) AS life;
SELECT event.* FROM story, slaops.history_events(history) AS event OFFSET 5;

-- Activities and what follows them are what plain SQL makes of the events, up to any instant.
CREATE TABLE told AS
SELECT '[
    {"event_at": "2026-01-05T09:00:00Z", "event_type": "created", "new_value": "New"},
    {"event_at": "2026-01-05T09:00:00Z", "event_type": "comment", "actor_role": "customer"},
    {"event_at": "2026-01-05T09:20:00Z", "event_type": "comment", "actor_role": "agent",
        "actor": "Ann", "public": false},
    {"event_at": "2026-01-05T09:30:00Z", "event_type": "comment", "actor_role": "agent",
        "actor": "Ann"},
    {"event_at": "2026-01-05T09:30:00Z", "event_type": "comment", "seq": 7},
    {"event_at": "2026-01-05T10:00:00.000001Z", "event_type": "comment", "actor_role": "bot"},
    {"event_at": "2026-01-05T10:01:00Z", "event_type": "status", "old_value": "New",
        "new_value": "On-Hold"},
    {"event_at": "2026-01-06T10:01:00Z", "event_type": "status", "new_value": "Vendor x"},
    {"event_at": "2026-01-06T10:02:00Z", "event_type": "status", "old_value": "Vendor x"},
    {"event_at": "2026-01-06T10:03:00Z", "event_type": "group_name", "new_value": "B2"},
    {"event_at": "2026-01-06T10:04:00Z", "event_type": "group_name", "old_value": "B2"},
    {"event_at": "2026-01-06T10:05:00Z", "event_type": "change", "field": "tier",
        "new_value": "gold"},
    {"event_at": "2026-01-06T10:06:00Z", "event_type": "change", "field": "created",
        "new_value": "odd"},
    {"event_at": "2026-01-06T10:07:00Z", "event_type": "viewed"},
    {"event_at": "2026-01-07T10:07:00Z", "event_type": "status", "new_value": "closed"}
]'::slaops.ticket_history AS history;
SELECT
    event.event_number AS n,
    event.activity,
    event.next_activity,
    event.minutes,
    event.state,
    event.times
FROM
    told,
    slaops.event_transitions(history, 'lives', 'infinity') AS event;
WITH cuts AS (
    SELECT instant.as_of
    FROM
        (
            VALUES
                ('-infinity'::timestamptz),
                ('2026-01-05 09:30Z'),
                ('2026-01-06 10:03Z'),
                ('infinity')
        ) AS instant (as_of)
), plain_events AS (
    SELECT
        cuts.as_of,
        row_number() OVER in_order AS event_number,
        event.activity,
        event.event_at,
        event.actor_role,
        event.actor,
        lead(event.activity) OVER in_order AS next_activity,
        lead(event.event_at) OVER in_order AS next_event_at,
        extract(epoch FROM lead(event.event_at) OVER in_order - event.event_at)::float8 / 60
            AS minutes,
        event.seq,
        event.old_value,
        event.new_value,
        count(*) FILTER (WHERE event.activity LIKE 'status %') OVER in_order AS told_number
    FROM
        cuts,
        (
            SELECT
                of_history.*,
                CASE
                    WHEN of_history.event_type = 'created' THEN 'created'
                    WHEN of_history.event_type = 'comment' AND of_history.public IS FALSE
                        THEN 'internal note'
                    WHEN of_history.event_type = 'comment'
                        THEN coalesce(of_history.actor_role, 'unknown') || ' reply'
                    WHEN coalesce(of_history.field, of_history.event_type) = 'status'
                        THEN 'status ' || coalesce(known.state, of_history.new_value, 'unknown')
                    WHEN coalesce(of_history.field, of_history.event_type) = 'group_name'
                        THEN 'group ' || coalesce(of_history.new_value, 'none')
                    ELSE coalesce(of_history.field, of_history.event_type)
                END AS activity
            FROM
                told,
                slaops.history_events(history) WITH ORDINALITY AS of_history (
                    event_at, event_type, actor_role, actor, field, old_value, new_value, public,
                    seq, place
                )
            LEFT JOIN slaops.states_of('lives') AS known
                ON known.status = btrim(translate(lower(of_history.new_value), '-_', '  '))
        ) AS event
    WHERE event.event_at <= cuts.as_of
    WINDOW in_order AS (PARTITION BY cuts.as_of ORDER BY event.place)
), plain_states AS (
    SELECT
        event.*,
        max(substr(event.activity, 8)) FILTER (WHERE event.activity LIKE 'status %')
            OVER (PARTITION BY event.as_of, event.told_number) AS state
    FROM plain_events AS event
), plain AS (
    SELECT
        event.*,
        count(*) FILTER (WHERE coalesce(event.state, '-') NOT IN ('solved', 'closed')) OVER (
            PARTITION BY event.as_of, event.activity ORDER BY event.event_number
        ) AS times
    FROM (
        SELECT
            state.as_of,
            state.event_number,
            state.activity,
            state.event_at,
            state.actor_role,
            state.actor,
            state.next_activity,
            state.next_event_at,
            state.minutes,
            state.seq,
            state.old_value,
            state.new_value,
            state.state
        FROM plain_states AS state
    ) AS event
), found AS (
    SELECT
        cuts.as_of,
        event.*
    FROM
        cuts,
        told,
        slaops.event_transitions(history, 'lives', cuts.as_of) AS event
)
SELECT
    (SELECT count(*) FROM plain) AS events,
    (
        SELECT count(*)
        FROM (
            (SELECT * FROM plain EXCEPT ALL SELECT * FROM found)
            UNION ALL
            (SELECT * FROM found EXCEPT ALL SELECT * FROM plain)
        ) AS different
    ) AS different;
SELECT count(*) AS of_nothing FROM slaops.event_transitions(NULL, 'lives');
SELECT slaops.event_transitions('[]', 'lives', NULL);
\set QUIET on
DELETE FROM slaops.sla_policies;
DELETE FROM slaops.policy_sets;
DELETE FROM slaops.calendars;
