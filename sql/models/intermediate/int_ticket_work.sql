-- One row per ticket with work logs: how long it took until it was solved, for how much of that
-- somebody worked on it, and its flow efficiency.
-- materialized: view
WITH work AS (
    SELECT
        work_log.ticket_id,
        count(*) AS logs,
        count(DISTINCT work_log.agent) AS agents,
        min(work_log.started_at) AS first_started_at,
        max(work_log.ended_at) AS last_ended_at,
        sum(extract(epoch FROM work_log.ended_at - work_log.started_at))::double precision / 60
        AS minutes
    FROM {schema}.stg_work_logs AS work_log
    WHERE slaops.known_instant(work_log.started_at) IS NOT NULL
        AND slaops.known_instant(work_log.ended_at) > work_log.started_at
    GROUP BY work_log.ticket_id
),

stages AS (
    SELECT
        stage.ticket_id,
        sum(stage.minutes) AS minutes,
        sum(stage.touch_minutes) AS touch_minutes,
        sum(stage.wait_minutes) AS wait_minutes,
        sum(stage.wall_minutes) AS wall_minutes,
        sum(stage.wall_touch_minutes) AS wall_touch_minutes,
        sum(stage.work_minutes) AS work_minutes
    FROM {schema}.int_stage_work AS stage
    GROUP BY stage.ticket_id
)

SELECT
    -- The ticket.
    life.ticket_id,
    -- Its present or last group.
    life.last_group AS group_name,
    -- Its priority.
    life.priority,
    -- Whether it is neither solved nor closed.
    life.is_open,
    -- Number of its work logs.
    work.logs,
    -- Number of people in them.
    work.agents,
    -- When the first began.
    work.first_started_at,
    -- When the last ended.
    work.last_ended_at,
    -- Lead time: open minutes until it was solved, or until now; time while it was solved is left
    -- out. NULL if its calendar is unknown.
    stage.minutes AS lead_minutes,
    -- Of them, minutes in which somebody worked on it.
    stage.touch_minutes,
    -- Of them, the others.
    stage.wait_minutes,
    -- Share of the lead time in which somebody worked on it.
    stage.touch_minutes / nullif(stage.minutes, 0) AS flow_efficiency,
    -- Lead time by the wall clock.
    stage.wall_minutes AS wall_lead_minutes,
    -- Of it, minutes in which somebody worked on it.
    stage.wall_touch_minutes,
    -- Their share.
    stage.wall_touch_minutes / nullif(stage.wall_minutes, 0) AS wall_flow_efficiency,
    -- Minutes of work of all people, by the wall clock: what two do at the same time counts twice.
    work.minutes AS work_minutes,
    -- Of them, minutes before the ticket was created, while it was solved, and after now.
    work.minutes - coalesce(stage.work_minutes, 0) AS work_minutes_elsewhere
FROM work
JOIN {schema}.int_ticket_lifecycle AS life
    ON life.ticket_id = work.ticket_id
LEFT JOIN stages AS stage
    ON stage.ticket_id = work.ticket_id
