-- A row a day, metric, priority and group: clocks that were decided that day, in time or not.
-- materialized: aggregate
-- key: day, metric, priority, group_name
SELECT
    -- Day on which a clock ended in time, or ran past its target.
    (clock.decided_at AT TIME ZONE {time_zone})::date AS day,
    -- What is measured.
    clock.metric,
    -- The priority whose target counts.
    clock.priority,
    -- The group that had the ticket last while the clock went on.
    clock.last_group AS group_name,
    -- {dimensions of clock}
    -- Clocks decided.
    count(*) AS decided,
    -- Ended in time.
    count(*) FILTER (WHERE clock.status = 'met') AS met,
    -- Ran past their target.
    count(*) FILTER (WHERE clock.status = 'breached') AS breached
FROM {schema}.fct_sla_attainment AS clock
WHERE clock.decided_at IS NOT NULL
GROUP BY
    day,
    clock.metric,
    -- {dimension keys of clock}
    clock.priority,
    clock.last_group
