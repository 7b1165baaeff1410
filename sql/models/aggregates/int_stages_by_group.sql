-- One row per group, priority and status: how long tickets were in this status until they were
-- solved.
-- materialized: aggregate
-- key: group_name, priority, state, status
SELECT
    -- The group that had the tickets; NULL: no group.
    stage.group_name,
    -- The tickets' priority.
    stage.priority,
    -- The state of the status: new, open, pending or hold; NULL if it is unknown.
    stage.state,
    -- The status, in the source's words.
    stage.status,
    -- waiting: new, pending or on hold; working: open, or in an unknown state.
    stage.phase,
    -- Number of stretches in this status.
    count(*) AS stretches,
    -- Of them, with known open minutes.
    count(stage.minutes) AS timed,
    -- Sum of their open microseconds.
    coalesce(sum((stage.minutes * 60000000)::bigint), 0) AS microseconds
FROM {schema}.int_ticket_stages AS stage
GROUP BY
    stage.group_name,
    stage.priority,
    stage.state,
    stage.status,
    stage.phase
