-- A row a month, metric, policy, priority and group: what became of the clocks that started then,
-- and how long they took.
-- materialized: aggregate
-- key: month, metric, policy, priority, group_name
SELECT
    -- Month in which clocks started; NULL: not started.
    date_trunc('month', clock.started_at AT TIME ZONE {time_zone})::date AS month,
    -- What is measured.
    clock.metric,
    -- The SLA policy.
    clock.policy,
    -- The priority whose target counts.
    clock.priority,
    -- The group that had the ticket last while the clock went on.
    clock.last_group AS group_name,
    -- Clocks with a target.
    count(*) AS clocks,
    -- Ended in time.
    count(*) FILTER (WHERE clock.status = 'met') AS met,
    -- Past their target, ended or not.
    count(*) FILTER (WHERE clock.status = 'breached') AS breached,
    -- Past their target and still running.
    count(*) FILTER (
        WHERE clock.status = 'breached' AND clock.stopped_at IS NULL
    ) AS open_breached,
    -- Past the warning fraction of their target.
    count(*) FILTER (WHERE clock.status = 'at_risk') AS at_risk,
    -- Running or waiting with time left.
    count(*) FILTER (WHERE clock.status IN ('active', 'paused')) AS on_track,
    -- Void.
    count(*) FILTER (WHERE clock.status = 'cancelled') AS cancelled,
    -- Have not begun.
    count(*) FILTER (WHERE clock.status = 'not_started') AS not_started,
    -- Cannot be measured: the business hours are unknown.
    count(*) FILTER (WHERE clock.status = 'no_calendar') AS no_calendar,
    -- Minutes past target, summed.
    coalesce(sum(greatest(-clock.margin_minutes, 0)::numeric), 0) AS minutes_late,
    -- The same of those still running.
    coalesce(
        sum(greatest(-clock.margin_minutes, 0)::numeric) FILTER (
            WHERE clock.status = 'breached' AND clock.stopped_at IS NULL
        ),
        0
    ) AS open_minutes_late,
    -- Time taken so far, of each clock.
    slaops.survival_agg(clock.elapsed_minutes, true) AS elapsed
FROM {schema}.fct_sla_attainment AS clock
GROUP BY
    month,
    clock.metric,
    clock.policy,
    clock.priority,
    clock.last_group
