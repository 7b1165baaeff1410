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
\set QUIET on
DELETE FROM slaops.sla_policies;
DELETE FROM slaops.policy_sets;
DELETE FROM slaops.calendars;
