-- How a ticket stood at past instants, and a sweep that counts open tickets.
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
SELECT
    snapshot.snapshot_at,
    state,
    group_name,
    assignee,
    priority,
    age_minutes,
    business_age_minutes,
    sla_debt_minutes,
    breached_clocks,
    risk,
    next_due_at
FROM
    story,
    slaops.backlog_snapshots(
        ticket, history,
        ARRAY[
            '2026-01-05 09:00Z', '2026-01-05 10:55Z', '2026-01-05 11:30Z', '2026-01-06 00:00Z',
            '2026-01-06 12:00Z', '2026-01-07 00:00Z', '2026-01-07 10:00Z'
        ]::timestamptz[],
        'lives'
    ) AS snapshot;
-- The sweep, by days of Berlin across the change of clocks.
SELECT backlog.*
FROM slaops.backlog_at(
    ARRAY['2026-03-28 10:00Z', '2026-03-29 10:00Z', NULL]::timestamptz[],
    ARRAY['2026-03-29 22:30Z', NULL, NULL]::timestamptz[], '2026-03-27 23:00Z',
    '2026-03-30 22:00Z', '1 day', 'Europe/Berlin'
) AS backlog;
SELECT *
FROM refusal(
    $$
        SELECT slaops.backlog_at(
            '{2026-01-01}'::timestamptz[], '{}'::timestamptz[], '{2026-01-01}'::timestamptz[]
        )
    $$
);
SELECT *
FROM refusal(
    $$
        SELECT slaops.backlog_at(
            '{2026-01-01}'::timestamptz[], '{NULL}'::timestamptz[], '{infinity}'::timestamptz[]
        )
    $$
);
SELECT * FROM refusal($$SELECT slaops.instants('2026-01-01', 'infinity')$$);
SELECT * FROM refusal($$SELECT slaops.instants('2026-01-01', '2026-01-02', '0')$$);
SELECT * FROM refusal($$SELECT slaops.instants('2026-01-01', '2026-01-02', '1 microsecond')$$);

-- The sample team: lives end as the source's own columns say; snapshots are what every clock says
-- at that instant.
\set QUIET on
SET client_min_messages = warning;
SELECT FROM slaops.load_sample('lives_demo', 1000);
CREATE TEMP TABLE history AS SELECT t, slaops.ticket_history(event_at, event_type, actor_role, actor, NULL, old_value, new_value, public, seq) AS h
FROM lives_demo.tickets AS t JOIN lives_demo.ticket_events AS e USING (ticket_id) GROUP BY t;
\set QUIET off
SELECT count(*), count(*) FILTER (WHERE (l.status, l.group_name, l.priority, l.solved_at, l.closed_at) IS DISTINCT FROM ((t).status, (t).group_name, (t).priority, (t).solved_at, (t).closed_at)) AS differ
FROM history, slaops.ticket_lifecycle(t, h, 'lives_demo', '2026-01-05 08:00Z') AS l;
SELECT
    count(*) AS instants,
    sum(summed.open) > 20 AS some_open,
    count(*) FILTER (
        WHERE (summed.open, summed.debt) IS DISTINCT FROM (listed.open, total.debt)
    ) AS differ
FROM generate_series(
    timestamptz '2025-01-20 11:00Z', '2026-01-05 08:00Z', '25 days'
) AS numbers (at)
CROSS JOIN LATERAL (
    SELECT count(*) AS open, coalesce(round(sum(sla_debt_minutes)::numeric, 3), 0) AS debt
    FROM history, slaops.backlog_snapshots(t, h, ARRAY[numbers.at], 'lives_demo')
) AS summed
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE life.is_open) AS open
    FROM history, slaops.ticket_lifecycle(t, h, 'lives_demo', numbers.at) AS life
) AS listed
CROSS JOIN LATERAL (
    SELECT coalesce(round(sum(-life.margin_minutes)::numeric, 3), 0) AS debt
    FROM history, slaops.sla_attainment(t, h, 'lives_demo', numbers.at) AS life
    WHERE life.status = 'breached' AND life.stopped_at IS NULL
) AS total;
SELECT count(*) AS with_target, count(*) FILTER (WHERE attainment.target IS NULL) AS without
FROM
    history,
    slaops.sla_attainment(
        t, h, 'lives_demo', '2026-01-05 08:00Z', targets_only => true
    ) AS attainment
WHERE (t).ticket_id <= 100;
\set QUIET on
DROP SCHEMA lives_demo CASCADE;
DELETE FROM slaops.sla_policies;
DELETE FROM slaops.policy_sets;
DELETE FROM slaops.calendars;
