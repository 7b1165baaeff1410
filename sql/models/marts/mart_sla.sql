-- Are we hitting SLA? A row a month, metric, policy, priority and group: clocks that started then.
-- Counts add up over rows, rates do not. fct_sla_attainment has the clocks by every other field.
-- materialized: table
-- key: month, metric, policy, priority, group_name
SELECT
    -- What is measured.
    cell.metric,
    -- The SLA policy.
    cell.policy,
    -- The priority whose target counts.
    cell.priority,
    -- The group that had the ticket last while the clock went on: before what stopped it;
    -- now, where it has not stopped.
    cell.group_name,
    -- Month in which clocks started.
    cell.month,
    -- Whether the month has ended: the last one goes on.
    cell.month < date_trunc('month', {as_of} AT TIME ZONE {time_zone})::date AS is_complete,
    -- Clocks with a target: the sum of met, breached, at_risk, on_track, cancelled,
    -- not_started and no_calendar.
    cell.clocks,
    -- Ended in time.
    cell.met,
    -- Past their target, ended or not.
    cell.breached,
    -- Past their target and still running.
    cell.open_breached,
    -- Past the warning fraction of their target.
    cell.at_risk,
    -- Running or waiting with time left.
    cell.on_track,
    -- Void.
    cell.cancelled,
    -- Have not begun.
    cell.not_started,
    -- Cannot be measured: the business hours are unknown.
    cell.no_calendar,
    -- met / (met + breached).
    attained.attainment,
    -- Lower end of its 95 % interval.
    attained.lower AS attainment_lower,
    -- Upper end of its 95 % interval.
    attained.upper AS attainment_upper,
    -- Median time taken so far.
    slaops.survival_percentile(cell.elapsed, 0.5) AS median_minutes,
    -- Minutes past target, summed.
    cell.minutes_late::double precision AS minutes_late
FROM {schema}.int_sla_by_month AS cell
CROSS JOIN LATERAL slaops.attainment_rate(cell.met, cell.breached) AS attained
