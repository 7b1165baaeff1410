-- Who keeps SLA? A row a month, metric, priority, group and agent: clocks that ended by what the
-- agent did, the reply of a first response or the solution of a resolution.
-- materialized: table
-- key: month, metric, priority, group_name, agent
SELECT
    -- Month in which the clocks ended.
    cell.month,
    -- What is measured.
    cell.metric,
    -- The priority whose target counts.
    cell.priority,
    -- The group that had the ticket last before the clock ended.
    cell.group_name,
    -- Who ended them.
    cell.agent,
    -- Clocks that ended.
    cell.clocks,
    -- Of them, in time.
    cell.met,
    -- Of them, past their target.
    cell.breached,
    -- met / (met + breached).
    attained.attainment,
    -- Lower end of its 95 % interval.
    attained.lower AS attainment_lower,
    -- Upper end of its 95 % interval.
    attained.upper AS attainment_upper,
    -- Median time taken.
    slaops.survival_percentile(cell.elapsed, 0.5) AS median_minutes,
    -- Minutes past target, summed.
    cell.minutes_late::double precision AS minutes_late,
    -- Whether the month has ended.
    cell.month < date_trunc('month', {as_of} AT TIME ZONE {time_zone})::date AS is_complete
FROM {schema}.int_sla_by_agent AS cell
CROSS JOIN LATERAL slaops.attainment_rate(cell.met, cell.breached) AS attained
