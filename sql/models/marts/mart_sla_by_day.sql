-- Are we hitting SLA, day by day? A row a day, metric, priority and group: clocks that were decided
-- that day. Counts add up over rows, rates do not.
-- materialized: table
-- key: day, metric, priority, group_name
SELECT
    -- Day on which clocks ended in time, or ran past their target.
    cell.day,
    -- What is measured.
    cell.metric,
    -- The priority whose target counts.
    cell.priority,
    -- The group that had the ticket last while the clock went on.
    cell.group_name,
    -- {dimensions of cell}
    -- Whether the day has ended: the last one goes on.
    cell.day < ({as_of} AT TIME ZONE {time_zone})::date AS is_complete,
    -- Clocks that ended in time that day.
    cell.met,
    -- Clocks that ran past their target that day.
    cell.breached,
    -- met / (met + breached).
    attained.attainment,
    -- Lower end of its 95 % interval.
    attained.lower AS attainment_lower,
    -- Upper end of its 95 % interval.
    attained.upper AS attainment_upper
FROM {schema}.int_sla_by_day AS cell
CROSS JOIN LATERAL slaops.attainment_rate(cell.met, cell.breached) AS attained
