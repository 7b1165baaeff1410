-- What work follows what work, and how long do tickets wait between? One row per group, activity
-- and next activity of work logs: minutes of the work, and minutes from its end to the start of the
-- next. These are negative where the two overlap.
-- materialized: table
-- key: group_name, activity, next_activity
WITH work AS (
    SELECT
        life.last_group AS group_name,
        work_log.ticket_id,
        coalesce(work_log.activity, stage.status, '(work)') AS activity,
        work_log.started_at,
        -- What comes after the instant of the figures is not known.
        least(work_log.ended_at, {as_of}) AS ended_at,
        CASE
            WHEN life.business_cycle_minutes IS NULL THEN NULL
            WHEN life.calendar_name = '24x7' THEN '24/7 @ UTC'
            ELSE life.calendar_name
        END AS calendar
    FROM {schema}.stg_work_logs AS work_log
    JOIN {schema}.int_ticket_lifecycle AS life
        ON life.ticket_id = work_log.ticket_id
    -- Stretches of a ticket do not overlap.
    LEFT JOIN {schema}.int_ticket_stages AS stage
        ON work_log.activity IS NULL
        AND stage.ticket_id = work_log.ticket_id
        AND stage.from_at <= work_log.started_at
        AND stage.to_at > work_log.started_at
    WHERE slaops.known_instant(work_log.started_at) IS NOT NULL
        AND slaops.known_instant(work_log.ended_at) > work_log.started_at
        AND work_log.started_at < {as_of}
),

matrices AS (
    SELECT
        work.group_name,
        slaops.transition_matrix(
            work.ticket_id,
            work.activity,
            work.started_at,
            work.ended_at,
            work.calendar
        ) AS matrix
    FROM work
    GROUP BY work.group_name
)

SELECT
    -- The present or last group of the tickets; NULL: no group.
    matrix.group_name,
    -- What was done: the log's activity, else the status that the ticket had; (work): neither is
    -- known.
    step.from_activity AS activity,
    -- What was done next; NULL: nothing yet.
    nullif(step.to_activity, '(end)') AS next_activity,
    -- Number of times.
    step.n AS times,
    -- Number of tickets.
    step.cases AS tickets,
    -- Share of what followed the activity.
    step.probability AS share,
    -- Mean minutes from the end of the one to the start of the next, by the wall clock.
    step.mean_minutes AS wall_waiting_minutes,
    -- The same in open minutes.
    step.business_mean_minutes AS waiting_minutes,
    -- The median of these open minutes.
    step.business_p50 AS p50_waiting_minutes,
    -- Their 90th percentile.
    step.business_p90 AS p90_waiting_minutes,
    -- Mean minutes of the activity itself, wherever it led, by the wall clock.
    stats.work_mean_minutes AS wall_work_minutes,
    -- The same in open minutes.
    stats.business_work_mean_minutes AS work_minutes,
    -- The median of these open minutes.
    stats.business_work_p50 AS p50_work_minutes,
    -- Their 90th percentile.
    stats.business_work_p90 AS p90_work_minutes
FROM matrices AS matrix
CROSS JOIN LATERAL slaops.transitions(matrix.matrix) AS step
JOIN LATERAL slaops.activity_stats(matrix.matrix) AS stats
    ON stats.activity = step.from_activity
WHERE step.from_activity <> '(start)'
