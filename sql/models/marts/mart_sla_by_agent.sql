-- Which agents meet SLAs? One row per month, metric, priority, group and agent: clocks that the
-- agent ended, by the reply for first_response or the solution for resolution.
-- materialized: table
-- key: month, metric, priority, group_name, agent
SELECT
    -- Month in which the clocks ended.
    cell.month,
    -- The metric.
    cell.metric,
    -- The priority whose target counts.
    cell.priority,
    -- The group that last had the ticket before the clock ended.
    cell.group_name,
    -- The agent who ended them.
    cell.agent,
    -- Clocks that ended.
    cell.clocks,
    -- Of them, met.
    cell.met,
    -- Of them, past their target.
    cell.breached,
    -- met / (met + breached).
    attained.attainment,
    -- Lower end of its 95 % interval.
    attained.lower AS attainment_lower,
    -- Upper end of its 95 % interval.
    attained.upper AS attainment_upper,
    -- Median of the open minutes.
    slaops.survival_percentile(cell.elapsed, 0.5) AS median_minutes,
    -- Sum of the minutes past target.
    cell.minutes_late::double precision AS minutes_late,
    -- Whether the month has ended.
    cell.month < date_trunc('month', {as_of} AT TIME ZONE {time_zone})::date AS is_complete
FROM {schema}.int_sla_by_agent AS cell
CROSS JOIN LATERAL slaops.attainment_rate(cell.met, cell.breached) AS attained
