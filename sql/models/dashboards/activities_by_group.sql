-- After which activity do tickets of a group and priority wait? One row per group, priority and
-- activity. Counts and minutes add up over rows.
-- materialized: table
-- key: group_name, priority, activity
WITH activities AS (
    SELECT
        cell.group_name,
        cell.priority,
        cell.activity,
        sum(cell.times)::bigint AS times,
        sum(cell.tickets)::bigint AS tickets,
        sum(cell.met)::bigint AS met,
        sum(cell.breached)::bigint AS breached,
        sum(cell.timed)::bigint AS timed,
        (sum(cell.microseconds) / 60000000)::double precision AS minutes,
        (
            coalesce(sum(cell.microseconds) FILTER (WHERE cell.phase = 'waiting'), 0) / 60000000
        )::double precision AS waiting_minutes,
        slaops.rollup(cell.each_minutes) AS each_minutes
    FROM {schema}.int_steps_by_group AS cell
    -- Nobody waits for what happens after the solution.
    WHERE cell.phase IS NOT NULL
    GROUP BY
        cell.group_name,
        cell.priority,
        cell.activity
)

SELECT
    -- The present or last group of the tickets; NULL: no group.
    activity.group_name,
    -- Their priority.
    activity.priority,
    -- The activity. Its time runs until the next one, while the ticket is not solved.
    activity.activity,
    -- Number of occurrences.
    activity.times AS volume,
    -- Tickets with this activity.
    activity.tickets,
    -- Clocks of these tickets that met their target.
    activity.met,
    -- Clocks of these tickets past their target.
    activity.breached,
    -- Breached share of all clocks of these tickets.
    activity.breached / nullif(activity.met + activity.breached, 0)::double precision
    AS breach_rate,
    -- Of them, with known open minutes.
    activity.timed,
    -- Sum of the open minutes until the next activity, or until now.
    activity.minutes,
    -- Of them, minutes in the states new, pending and hold.
    activity.waiting_minutes,
    -- Mean of these open minutes.
    activity.minutes / nullif(activity.timed, 0) AS cycle_minutes,
    -- The 90th percentile of these minutes.
    slaops.survival_percentile(activity.each_minutes, 0.9) AS p90_cycle_minutes,
    -- cycle_minutes x volume x breach_rate.
    activity.minutes / nullif(activity.timed, 0)
    * activity.times
    * activity.breached / nullif(activity.met + activity.breached, 0) AS score
FROM activities AS activity
