-- Which activity follows which? One row per group, priority, activity and next activity, for flow
-- charts and heat maps. Counts and minutes add up over rows.
-- materialized: table
-- key: group_name, priority, activity, next_activity
WITH steps AS (
    SELECT
        cell.group_name,
        cell.priority,
        cell.activity,
        cell.next_activity,
        sum(cell.times)::bigint AS times,
        sum(cell.followed)::bigint AS followed,
        (sum(cell.wall_microseconds) / 60000000)::double precision AS wall_minutes,
        sum(cell.timed)::bigint AS timed,
        (sum(cell.microseconds) / 60000000)::double precision AS minutes,
        (
            coalesce(sum(cell.microseconds) FILTER (WHERE cell.phase = 'waiting'), 0) / 60000000
        )::double precision AS waiting_minutes,
        slaops.rollup(cell.each_minutes) AS each_minutes
    FROM {schema}.int_steps_by_group AS cell
    GROUP BY
        cell.group_name,
        cell.priority,
        cell.activity,
        cell.next_activity
)

SELECT
    -- The present or last group of the tickets; NULL: no group.
    step.group_name,
    -- Their priority.
    step.priority,
    -- What happened.
    step.activity,
    -- The next activity; NULL: none yet.
    step.next_activity,
    -- Number of times.
    step.times,
    -- Sum of the minutes between them by the wall clock.
    step.wall_minutes,
    -- Their mean.
    step.wall_minutes / nullif(step.followed, 0) AS mean_wall_minutes,
    -- Of them, before the solution and with known open minutes.
    step.timed,
    -- Sum of the open minutes between them, or until now, for these.
    step.minutes,
    -- Of them, minutes in the states new, pending and hold.
    step.waiting_minutes,
    -- Mean of these open minutes.
    step.minutes / nullif(step.timed, 0) AS mean_minutes,
    -- The 90th percentile of these minutes.
    slaops.survival_percentile(step.each_minutes, 0.9) AS p90_minutes
FROM steps AS step
