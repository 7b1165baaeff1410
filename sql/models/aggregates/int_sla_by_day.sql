-- One row per day, metric, priority and group: clocks that were decided on that day, met or
-- breached.
-- materialized: aggregate
-- key: day, metric, priority, group_name
SELECT
    -- The day on which a clock met its target or ran past it.
    (clock.decided_at AT TIME ZONE {time_zone})::date AS day,
    -- The metric.
    clock.metric,
    -- The priority whose target counts.
    clock.priority,
    -- The group that last had the ticket while the clock ran or was paused.
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
