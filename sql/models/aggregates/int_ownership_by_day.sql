-- One row per day, group and target: clocks of group_ownership that started on the day and are
-- decided.
-- materialized: aggregate
-- key: day, group_name, target_minutes
SELECT
    -- Day on which the clocks started.
    (clock.started_at AT TIME ZONE {time_zone})::date AS day,
    -- The group in which they started.
    clock.started_in_group AS group_name,
    -- Time allowed, in minutes.
    clock.target_minutes,
    -- Decided clocks: met, or past their target.
    count(*) AS decided,
    -- Ended in time.
    count(*) FILTER (WHERE clock.status = 'met') AS met
FROM {schema}.fct_sla_attainment AS clock
WHERE clock.metric = 'group_ownership'
    AND clock.decided_at IS NOT NULL
GROUP BY
    day,
    clock.started_in_group,
    clock.target_minutes
