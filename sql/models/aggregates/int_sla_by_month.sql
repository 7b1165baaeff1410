-- One row per month, metric, policy, priority and group: the results and times of the clocks that
-- started in the month.
-- materialized: aggregate
-- key: month, metric, policy, priority, group_name
SELECT
    -- Month in which the clocks started; NULL: not started.
    date_trunc('month', clock.started_at AT TIME ZONE {time_zone})::date AS month,
    -- The metric.
    clock.metric,
    -- The SLA policy.
    clock.policy,
    -- The priority whose target counts.
    clock.priority,
    -- The group that last had the ticket while the clock ran or was paused.
    clock.last_group AS group_name,
    -- Clocks with a target.
    count(*) AS clocks,
    -- Ended in time.
    count(*) FILTER (WHERE clock.status = 'met') AS met,
    -- Clocks past their target, ended or not.
    count(*) FILTER (WHERE clock.status = 'breached') AS breached,
    -- Of them, not ended.
    count(*) FILTER (
        WHERE clock.status = 'breached' AND clock.stopped_at IS NULL
    ) AS open_breached,
    -- Clocks past the warning fraction of their target.
    count(*) FILTER (WHERE clock.status = 'at_risk') AS at_risk,
    -- Clocks that run or wait with time left.
    count(*) FILTER (WHERE clock.status IN ('active', 'paused')) AS on_track,
    -- Cancelled clocks.
    count(*) FILTER (WHERE clock.status = 'cancelled') AS cancelled,
    -- Clocks that have not started.
    count(*) FILTER (WHERE clock.status = 'not_started') AS not_started,
    -- Clocks that cannot be measured, because the business hours are unknown.
    count(*) FILTER (WHERE clock.status = 'no_calendar') AS no_calendar,
    -- Sum of the minutes past target.
    coalesce(sum(greatest(-clock.margin_minutes, 0)::numeric), 0) AS minutes_late,
    -- The same for open clocks.
    coalesce(
        sum(greatest(-clock.margin_minutes, 0)::numeric) FILTER (
            WHERE clock.status = 'breached' AND clock.stopped_at IS NULL
        ),
        0
    ) AS open_minutes_late,
    -- Open minutes so far of each clock. Clocks that still run or were cancelled are censored.
    slaops.survival_agg(
        clock.elapsed_minutes,
        clock.status IN ('met', 'breached') AND clock.stopped_at IS NOT NULL
    ) AS elapsed,
    -- Clocks whose target in minutes is known.
    count(clock.target_minutes) AS targets,
    -- Sum of these targets in minutes.
    coalesce(sum(clock.target_minutes::numeric), 0) AS target_minutes
FROM {schema}.fct_sla_attainment AS clock
GROUP BY
    month,
    clock.metric,
    clock.policy,
    clock.priority,
    clock.last_group
