-- One row per metric, priority, group and had_most: how long clocks took that spent most of their
-- time with the group (had_most), or a smaller part of it. Each clock counts once with had_most.
-- materialized: aggregate
-- key: metric, priority, group_name, had_most
WITH clock_parts AS (
    SELECT
        clock.metric,
        nullif(clock.priority, '') AS priority,
        nullif(clock.cause_group, '') AS group_name,
        true AS had_most,
        clock.elapsed_minutes,
        clock.margin_minutes,
        clock.status,
        clock.stopped_at
    FROM {schema}.fct_sla_attainment AS clock
    WHERE clock.status IN ('active', 'at_risk', 'paused', 'met', 'breached', 'cancelled')
    UNION ALL
    SELECT
        clock.metric,
        nullif(clock.priority, '') AS priority,
        nullif(other_group.name, '') AS group_name,
        false AS had_most,
        clock.elapsed_minutes,
        clock.margin_minutes,
        clock.status,
        clock.stopped_at
    FROM {schema}.fct_sla_attainment AS clock
    CROSS JOIN LATERAL (
        SELECT clock.group_shares - coalesce(clock.cause_group, '') AS shares
    ) AS others
    CROSS JOIN LATERAL jsonb_object_keys(others.shares) AS other_group (name)
    -- Nine tenths of the clocks stay with one group, so they have no other groups to list.
    WHERE clock.status IN ('active', 'at_risk', 'paused', 'met', 'breached', 'cancelled')
        AND others.shares <> '{}'
)

SELECT
    -- The metric.
    clock_part.metric,
    -- The priority whose target counts.
    clock_part.priority,
    -- A group that had the ticket while the clock ran or was paused; NULL: no group.
    clock_part.group_name,
    -- Whether this group had the ticket for most of that time.
    clock_part.had_most,
    -- Clocks that have started and can be measured.
    count(*) AS clocks,
    -- Minutes so far. Clocks that still run or were cancelled are censored.
    slaops.survival_agg(
        clock_part.elapsed_minutes,
        clock_part.status IN ('met', 'breached') AND clock_part.stopped_at IS NOT NULL
    ) AS elapsed,
    -- The same for clocks that still run or were cancelled only.
    slaops.survival_agg(clock_part.elapsed_minutes, false) FILTER (
        WHERE NOT (
            clock_part.status IN ('met', 'breached') AND clock_part.stopped_at IS NOT NULL
        )
    ) AS unfinished,
    -- Clocks that ended late.
    count(*) FILTER (
        WHERE clock_part.status = 'breached' AND clock_part.stopped_at IS NOT NULL
    ) AS ended_late,
    -- Sum of the minutes by which these were late.
    coalesce(
        sum(-clock_part.margin_minutes::numeric) FILTER (
            WHERE clock_part.status = 'breached' AND clock_part.stopped_at IS NOT NULL
        ),
        0
    ) AS minutes_late
FROM clock_parts AS clock_part
WHERE clock_part.elapsed_minutes >= 0
GROUP BY
    clock_part.metric,
    clock_part.priority,
    clock_part.group_name,
    clock_part.had_most
