-- One row per ticket and stretch in one status and group, until the solution: waiting or working,
-- and for how long.
-- materialized: incremental
SELECT
    -- The ticket.
    ticket.ticket_id,
    -- When the stretch began.
    stretch.from_at,
    -- When it ended.
    stretch.to_at,
    -- The status, in the source's words.
    stretch.status,
    -- Its state: new, open, pending or hold; NULL if it is unknown.
    stretch.state,
    -- The group that had it.
    stretch.group_name,
    -- waiting: new, pending or on hold; working: open, or in an unknown state.
    CASE
        WHEN stretch.state IN ('new', 'pending', 'hold') THEN 'waiting'
        ELSE 'working'
    END AS phase,
    -- Open minutes of the ticket's calendar; NULL if the calendar is unknown.
    CASE WHEN life.business_cycle_minutes IS NOT NULL THEN stretch.minutes END AS minutes,
    -- The ticket's priority.
    life.priority
FROM {ticket_histories} AS ticket
JOIN {lifecycle_rows} AS life
    ON life.ticket_id = ticket.ticket_id
CROSS JOIN LATERAL slaops.times_in_status(
    ticket,
    ticket.history,
    CASE
        WHEN life.business_cycle_minutes IS NULL OR life.calendar_name = '24x7' THEN '24/7 @ UTC'
        ELSE life.calendar_name
    END,
    {as_of},
    policy_set => {policy_set}
) AS stretch
WHERE stretch.state IS DISTINCT FROM 'solved'
    AND stretch.state IS DISTINCT FROM 'closed'
    -- Tickets solved at an unknown time are left out. Their last stretch would grow with time
    -- although nothing happens to them.
    AND (life.is_open OR life.solved_at IS NOT NULL)
