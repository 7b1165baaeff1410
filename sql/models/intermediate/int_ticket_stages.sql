-- A row a ticket and stretch of one status and group, until it was solved: waiting or being
-- worked on, and how long.
-- materialized: incremental
SELECT
    -- The ticket.
    t.ticket_id,
    -- When the stretch began.
    s.from_at,
    -- When it ended.
    s.to_at,
    -- The status, as the source calls it.
    s.status,
    -- What it means: new, open, pending or hold; NULL when that is not known.
    s.state,
    -- The group that had it.
    s.group_name,
    -- waiting: new, pending or on hold; working: open, or of unknown meaning.
    CASE WHEN s.state IN ('new', 'pending', 'hold') THEN 'waiting' ELSE 'working' END AS phase,
    -- Open minutes of the ticket's calendar; NULL where that is not known.
    CASE WHEN l.business_cycle_minutes IS NOT NULL THEN s.minutes END AS minutes
FROM {ticket_histories} AS t
JOIN {lifecycle_rows} AS l ON l.ticket_id = t.ticket_id
CROSS JOIN LATERAL slaops.times_in_status(t, t.history, CASE WHEN l.business_cycle_minutes IS NULL OR l.calendar_name = '24x7' THEN '24/7 @ UTC' ELSE l.calendar_name END, {as_of}, policy_set => {policy_set}) AS s
WHERE s.state IS DISTINCT FROM 'solved' AND s.state IS DISTINCT FROM 'closed'
