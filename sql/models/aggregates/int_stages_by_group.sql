-- A row a group, priority and status: how long tickets were in it until they were solved.
-- materialized: aggregate
-- key: group_name, priority, state, status
SELECT
    -- The group that had the tickets; NULL: none.
    stage.group_name,
    -- The tickets' priority.
    stage.priority,
    -- What the status means: new, open, pending or hold; NULL when that is not known.
    stage.state,
    -- The status, as the source calls it.
    stage.status,
    -- waiting: new, pending or on hold; working: open, or of unknown meaning.
    stage.phase,
    -- Stretches in it.
    count(*) AS stretches,
    -- Of them, those whose open minutes are known.
    count(stage.minutes) AS timed,
    -- Open microseconds, summed.
    coalesce(sum((stage.minutes * 60000000)::bigint), 0) AS microseconds
FROM {schema}.int_ticket_stages AS stage
GROUP BY
    stage.group_name,
    stage.priority,
    stage.state,
    stage.status,
    stage.phase
