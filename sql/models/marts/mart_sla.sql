-- Are we hitting SLA? A row a month, metric, policy, priority and group: clocks that started then.
-- Counts add up over rows, rates do not. fct_sla_attainment has the clocks by every other field.
-- materialized: table
WITH cells AS (
    -- Times are gathered by hash and sorted within each cell: sorting all clocks by the names of
    -- their cells takes four fifths of the time.
    SELECT
        clock.metric,
        clock.policy,
        clock.priority,
        clock.last_group,
        date_trunc('month', clock.started_at AT TIME ZONE {time_zone})::date AS month,
        count(*) AS clocks,
        count(*) FILTER (WHERE clock.status = 'met') AS met,
        count(*) FILTER (WHERE clock.status = 'breached') AS breached,
        count(*) FILTER (
            WHERE clock.status = 'breached' AND clock.stopped_at IS NULL
        ) AS open_breached,
        count(*) FILTER (WHERE clock.status = 'at_risk') AS at_risk,
        count(*) FILTER (WHERE clock.status IN ('active', 'paused')) AS on_track,
        count(*) FILTER (WHERE clock.status = 'cancelled') AS cancelled,
        count(*) FILTER (WHERE clock.status = 'not_started') AS not_started,
        count(*) FILTER (WHERE clock.status = 'no_calendar') AS no_calendar,
        slaops.attainment(clock.status) AS rate,
        array_agg(clock.elapsed_minutes) AS minutes,
        sum(greatest(-clock.margin_minutes, 0)) AS minutes_late
    FROM {schema}.fct_sla_attainment AS clock
    GROUP BY
        clock.metric,
        clock.policy,
        clock.priority,
        clock.last_group,
        month
)

SELECT
    -- What is measured.
    cell.metric,
    -- The SLA policy.
    cell.policy,
    -- The priority whose target counts.
    cell.priority,
    -- The group that had the ticket last while the clock went on: before what stopped it;
    -- now, where it has not stopped.
    cell.last_group AS group_name,
    -- Month in which clocks started.
    cell.month,
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
    (cell.rate).attainment,
    -- Lower end of its 95 % interval.
    (cell.rate).lower AS attainment_lower,
    -- Upper end of its 95 % interval.
    (cell.rate).upper AS attainment_upper,
    -- Median time taken so far.
    (
        SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY taken.minutes)
        FROM unnest(cell.minutes) AS taken (minutes)
    ) AS median_minutes,
    -- Minutes past target, summed.
    cell.minutes_late
FROM cells AS cell
