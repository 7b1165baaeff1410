-- What could we promise? One row per level, metric, priority, group and month in which clocks
-- started: the target that 80, 90 and 95 % of the clocks would have met, beside the stated one.
-- Clocks that still run count with their time so far (Kaplan and Meier). Each level covers all
-- clocks, so read one level; month NULL: all months.
-- materialized: table
-- key: level, metric, priority, group_name, month
WITH summed AS (
    SELECT
        cell.metric,
        grouping(named.priority) AS is_any_priority,
        grouping(named.group_name) AS is_any_group,
        named.priority,
        named.group_name,
        cell.month,
        sum(cell.met)::bigint AS met,
        sum(cell.breached)::bigint AS breached,
        sum(cell.targets)::bigint AS targets,
        sum(cell.target_minutes) AS target_minutes,
        slaops.rollup(cell.elapsed) AS elapsed
    FROM {schema}.int_sla_by_month AS cell
    CROSS JOIN LATERAL (
        SELECT
            coalesce(cell.priority, '(none)') AS priority,
            coalesce(cell.group_name, '(none)') AS group_name
    ) AS named
    WHERE cell.month IS NOT NULL
    GROUP BY GROUPING SETS (
        (cell.metric),
        (cell.metric, named.priority),
        (cell.metric, named.group_name),
        (cell.metric, named.priority, named.group_name),
        (cell.metric, cell.month),
        (cell.metric, named.priority, cell.month),
        (cell.metric, named.group_name, cell.month),
        (cell.metric, named.priority, named.group_name, cell.month)
    )
)

SELECT
    -- Level of the row: all clocks of the metric, those of a priority, those of a group, or those
    -- of a priority and group.
    CASE
        WHEN summed.is_any_priority = 1 AND summed.is_any_group = 1 THEN 'all'
        WHEN summed.is_any_group = 1 THEN 'priority'
        WHEN summed.is_any_priority = 1 THEN 'group'
        ELSE 'priority and group'
    END AS level,
    -- The metric.
    summed.metric,
    -- The priority whose target counts, if the level has one; (none): clocks without a priority.
    summed.priority,
    -- The group that last had the ticket while the clock ran or was paused, if the level has one;
    -- (none): without a group.
    summed.group_name,
    -- Month in which the clocks started; NULL: all months.
    summed.month,
    -- Whether the month has ended; NULL for all months.
    summed.month < date_trunc('month', {as_of} AT TIME ZONE {time_zone})::date AS is_complete,
    -- Clocks whose time is known.
    taken.clocks,
    -- Of them, ended.
    taken.finished,
    -- Mean of the stated targets, in open minutes.
    (summed.target_minutes / nullif(summed.targets, 0))::double precision AS stated_minutes,
    -- Share of decided clocks that met the stated targets.
    attained.attainment,
    -- Open minutes within which 80 % of the clocks end; NULL: too few have ended to tell.
    taken.target_80,
    -- Lower end of its 95 % interval.
    taken.target_80_lower,
    -- Upper end of its 95 % interval; NULL: has no bound.
    taken.target_80_upper,
    -- Open minutes within which 90 % of the clocks end.
    taken.target_90,
    -- Lower end of its 95 % interval.
    taken.target_90_lower,
    -- Upper end of its 95 % interval; NULL: has no bound.
    taken.target_90_upper,
    -- Open minutes within which 95 % of the clocks end.
    taken.target_95,
    -- Lower end of its 95 % interval.
    taken.target_95_lower,
    -- Upper end of its 95 % interval; NULL: has no bound.
    taken.target_95_upper
FROM summed
CROSS JOIN LATERAL slaops.attainment_rate(summed.met, summed.breached) AS attained
CROSS JOIN LATERAL slaops.targets_of(summed.elapsed) AS taken
