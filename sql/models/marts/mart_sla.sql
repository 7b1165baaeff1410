-- Are we hitting SLA? One row per month, metric, policy, priority and group: clocks that started in
-- the month. Counts add up over rows, rates do not. fct_sla_attainment has every clock, with all
-- other fields.
-- materialized: table
-- key: month, metric, policy, priority, group_name
SELECT
    -- The metric.
    cell.metric,
    -- The SLA policy.
    cell.policy,
    -- The priority whose target counts.
    cell.priority,
    -- The group that last had the ticket while the clock was open: before the event that stopped
    -- it, or now.
    cell.group_name,
    -- Month in which clocks started.
    cell.month,
    -- Whether the month has ended. The last one has not.
    cell.month < date_trunc('month', {as_of} AT TIME ZONE {time_zone})::date AS is_complete,
    -- Clocks with a target: the sum of met, breached, at_risk, on_track, cancelled,
    -- not_started and no_calendar.
    cell.clocks,
    -- Ended in time.
    cell.met,
    -- Clocks past their target, ended or not.
    cell.breached,
    -- Of them, not ended.
    cell.open_breached,
    -- Clocks past the warning fraction of their target.
    cell.at_risk,
    -- Clocks that run or wait with time left.
    cell.on_track,
    -- Cancelled clocks.
    cell.cancelled,
    -- Clocks that have not started.
    cell.not_started,
    -- Clocks that cannot be measured, because the business hours are unknown.
    cell.no_calendar,
    -- met / (met + breached).
    attained.attainment,
    -- Lower end of its 95 % interval.
    attained.lower AS attainment_lower,
    -- Upper end of its 95 % interval.
    attained.upper AS attainment_upper,
    -- Median of the open minutes so far.
    slaops.survival_percentile(cell.elapsed, 0.5) AS median_minutes,
    -- Sum of the minutes past target.
    cell.minutes_late::double precision AS minutes_late
FROM {schema}.int_sla_by_month AS cell
CROSS JOIN LATERAL slaops.attainment_rate(cell.met, cell.breached) AS attained
