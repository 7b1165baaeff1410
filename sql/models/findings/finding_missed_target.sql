-- Which target is missed? At most one row: of the metrics and priorities with 30 decided clocks in
-- 28 days whose attainment is surely below what is stated, or nine tenths, the one that is farthest
-- below.
-- materialized: table
-- key: subject
WITH goals AS (
    -- What the groups state, each as often as it had clocks since the month of 28 days ago;
    -- nine tenths where one states nothing.
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
    -- What it is ranked by: the share that is missed.
    1 - judged.attainment AS weight,
    -- The metric.
    judged.metric,
    -- The priority.
    judged.priority,
    -- Priorities that the metric has.
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
    -- What is asked.
    judged.goal,
    -- Whether groups state it; else nine tenths are asked.
    judged.is_stated
FROM judged
WHERE judged.met + judged.breached >= 30
    AND judged.attainment_upper < judged.goal
ORDER BY judged.attainment - judged.goal, judged.metric, judged.priority
LIMIT 1
