-- Are we hitting SLA, day by day? One row per day, metric, priority and group: clocks that were
-- decided on that day. Counts add up over rows, rates do not.
-- materialized: table
-- key: day, metric, priority, group_name
SELECT
    -- The day on which clocks met their target or ran past it.
    cell.day,
    -- The metric.
    cell.metric,
    -- The priority whose target counts.
    cell.priority,
    -- The group that last had the ticket while the clock ran or was paused.
    cell.group_name,
    -- {dimensions of cell}
    -- Whether the day has ended. The last one has not.
    cell.day < ({as_of} AT TIME ZONE {time_zone})::date AS is_complete,
    -- Clocks that met their target on that day.
    cell.met,
    -- Clocks that ran past their target on that day.
    cell.breached,
    -- met / (met + breached).
    attained.attainment,
    -- Lower end of its 95 % interval.
    attained.lower AS attainment_lower,
    -- Upper end of its 95 % interval.
    attained.upper AS attainment_upper
FROM {schema}.int_sla_by_day AS cell
CROSS JOIN LATERAL slaops.attainment_rate(cell.met, cell.breached) AS attained
