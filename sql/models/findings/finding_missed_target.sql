-- Which target is missed? At most one row: of the metrics and priorities with at least 30 decided
-- clocks in 28 days, and an attainment that is significantly below the stated one (or 90 %), the
-- one that is furthest below.
-- materialized: table
-- key: subject
WITH goals AS (
    -- The attainment that the groups state, weighted by their clocks since the month of 28 days
    -- ago; 90 % for a group that states none.
    SELECT
        cell.metric,
        cell.priority,
        (
            sum(coalesce(gap.attainment_target, 0.9) * (cell.met + cell.breached))
            / sum(cell.met + cell.breached)
        )::double precision AS target
    FROM {schema}.mart_sla AS cell
    LEFT JOIN {schema}.capacity_gap AS gap
        ON gap.group_name = cell.group_name
    WHERE cell.month >= date_trunc(
            'month',
            (({as_of} AT TIME ZONE {time_zone})::date - 28)::timestamp
        )::date
        AND EXISTS (
            SELECT
            FROM {schema}.capacity_gap AS stated
            WHERE stated.attainment_target IS NOT NULL
        )
    GROUP BY
        cell.metric,
        cell.priority
    HAVING sum(cell.met + cell.breached) > 0
),

judged AS (
    SELECT
        lately.*,
        count(*) OVER (PARTITION BY lately.metric) AS priorities,
        coalesce(goal.target, 0.9) AS goal,
        goal.target IS NOT NULL AS is_stated
    FROM {schema}.sla_overview AS lately
    LEFT JOIN goals AS goal
        ON goal.metric = lately.metric
        AND goal.priority = lately.priority
    WHERE lately.level = 'priority'
)

SELECT
    -- The metric.
    judged.metric AS subject,
    -- The weight: the missed share.
    1 - judged.attainment AS weight,
    -- The metric.
    judged.metric,
    -- The priority.
    judged.priority,
    -- Number of priorities of the metric.
    judged.priorities,
    -- Clocks decided in the last 28 days.
    judged.met + judged.breached AS clocks,
    -- Their attainment.
    judged.attainment,
    -- Lower end of its 95 % interval.
    judged.attainment_lower,
    -- Upper end of its 95 % interval.
    judged.attainment_upper,
    -- Attainment in the 28 days before.
    judged.attainment_before,
    -- The attainment that is asked for.
    judged.goal,
    -- Whether groups state it; else 90 % is asked for.
    judged.is_stated
FROM judged
WHERE judged.met + judged.breached >= 30
    AND judged.attainment_upper < judged.goal
ORDER BY judged.attainment - judged.goal, judged.metric, judged.priority
LIMIT 1
