-- For how much of their time are tickets worked on? One row per group, priority and status, of
-- tickets with work logs: lead time, touch time and waiting until they were solved. Minutes and
-- counts of stretches add up over rows.
-- materialized: table
-- key: group_name, priority, state, status
WITH stages AS (
    SELECT
        stage.group_name,
        stage.priority,
        stage.state,
        stage.status,
        stage.phase,
        count(*) AS stretches,
        count(DISTINCT stage.ticket_id) AS tickets,
        count(*) FILTER (WHERE stage.logs > 0) AS touched,
        coalesce(sum(stage.minutes), 0) AS minutes,
        coalesce(sum(stage.touch_minutes), 0) AS touch_minutes,
        coalesce(sum(stage.wait_minutes), 0) AS wait_minutes,
        sum(stage.wall_minutes) AS wall_minutes,
        sum(stage.wall_touch_minutes) AS wall_touch_minutes,
        sum(stage.work_minutes) AS work_minutes
    FROM {schema}.int_stage_work AS stage
    GROUP BY
        stage.group_name,
        stage.priority,
        stage.state,
        stage.status,
        stage.phase
)

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
    stage.stretches,
    -- Of them, those in which somebody worked on the ticket.
    stage.touched,
    -- Number of tickets; one that was in several statuses is in several rows.
    stage.tickets,
    -- Open minutes of these stretches.
    stage.minutes AS lead_minutes,
    -- Of them, minutes in which somebody worked on the ticket.
    stage.touch_minutes,
    -- Of them, the others.
    stage.wait_minutes,
    -- touch_minutes / lead_minutes.
    stage.touch_minutes / nullif(stage.minutes, 0) AS flow_efficiency,
    -- Minutes by the wall clock.
    stage.wall_minutes AS wall_lead_minutes,
    -- Of them, minutes in which somebody worked on the ticket.
    stage.wall_touch_minutes,
    -- Their share.
    stage.wall_touch_minutes / nullif(stage.wall_minutes, 0) AS wall_flow_efficiency,
    -- Minutes of work of all people, by the wall clock: what two do at the same time counts twice.
    stage.work_minutes
FROM stages AS stage
