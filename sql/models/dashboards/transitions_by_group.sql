-- What comes after what? A row a group, priority, activity and the next one, for flow charts and
-- heat maps. Counts and minutes add up over rows.
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
    -- The group that has the tickets, or had them last; NULL: none.
    step.group_name,
    -- Their priority.
    step.priority,
    -- What happened.
    step.activity,
    -- What happened next; NULL: nothing has.
    step.next_activity,
    -- How often.
    step.times,
    -- Minutes between by the wall clock, summed.
    step.wall_minutes,
    -- Their mean.
    step.wall_minutes / nullif(step.followed, 0) AS mean_wall_minutes,
    -- Times before the ticket was solved whose open minutes are known.
    step.timed,
    -- Open minutes between, or until now, of these, summed.
    step.minutes,
    -- Of them, those in states new, pending and hold.
    step.waiting_minutes,
    -- Mean of the open minutes.
    step.minutes / nullif(step.timed, 0) AS mean_minutes,
    -- Nine tenths took no longer.
    slaops.survival_percentile(step.each_minutes, 0.9) AS p90_minutes
FROM steps AS step
