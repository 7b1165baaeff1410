-- Are we hitting SLA, and is it getting better? One row per metric, level, priority and group: the
-- last 28 days, the 28 days before, and open clocks. The worst first. Each level covers all clocks,
-- so read one level.
-- materialized: table
-- key: metric, level, priority, group_name
WITH windows AS (
    -- Hours, not days: "28 days before" depends on the time zone of the reader's session when
    -- clocks change.
    SELECT
        {as_of} - past.hours * interval '1 hour' AS since,
        (({as_of} - past.hours * interval '1 hour') AT TIME ZONE {time_zone})::date AS day,
        past.hours
    FROM (VALUES (168), (672), (1344)) AS past (hours)
),

counts AS (
    SELECT
        cell.metric,
        cell.priority,
        cell.group_name,
        'ever' AS part,
        cell.met,
        cell.breached,
        cell.on_track + cell.at_risk + cell.open_breached AS running,
        cell.at_risk,
        cell.open_breached,
        cell.open_minutes_late
    FROM {schema}.int_sla_by_month AS cell
    UNION ALL
    -- Whole days, after the day in which the hours begin.
    SELECT
        cell.metric,
        cell.priority,
        cell.group_name,
        windows.hours::text,
        cell.met,
        cell.breached,
        0,
        0,
        0,
        0
    FROM windows
    JOIN {schema}.int_sla_by_day AS cell
        ON cell.day > windows.day
    UNION ALL
    -- The rest of that day.
    SELECT
        clock.metric,
        clock.priority,
        clock.last_group,
        windows.hours::text,
        (clock.status = 'met')::integer,
        (clock.status = 'breached')::integer,
        0,
        0,
        0,
        0
    FROM windows
    JOIN {schema}.fct_sla_attainment AS clock
        ON clock.decided_at > windows.since
        AND clock.decided_at < windows.since + interval '26 hours'
        AND (clock.decided_at AT TIME ZONE {time_zone})::date <= windows.day
),

summed AS (
    SELECT
        counted.metric,
        grouping(named.priority) AS is_any_priority,
        grouping(named.group_name) AS is_any_group,
        named.priority,
        named.group_name,
        coalesce(sum(counted.met) FILTER (WHERE counted.part = '168'), 0)::bigint AS met_168,
        coalesce(sum(counted.breached) FILTER (WHERE counted.part = '168'), 0)::bigint
        AS breached_168,
        coalesce(sum(counted.met) FILTER (WHERE counted.part = '672'), 0)::bigint AS met_672,
        coalesce(sum(counted.breached) FILTER (WHERE counted.part = '672'), 0)::bigint
        AS breached_672,
        coalesce(sum(counted.met) FILTER (WHERE counted.part = '1344'), 0)::bigint AS met_1344,
        coalesce(sum(counted.breached) FILTER (WHERE counted.part = '1344'), 0)::bigint
        AS breached_1344,
        coalesce(sum(counted.met) FILTER (WHERE counted.part = 'ever'), 0)::bigint AS met_ever,
        coalesce(sum(counted.breached) FILTER (WHERE counted.part = 'ever'), 0)::bigint
        AS breached_ever,
        sum(counted.running)::bigint AS running,
        sum(counted.at_risk)::bigint AS at_risk,
        sum(counted.open_breached)::bigint AS open_breached,
        sum(counted.open_minutes_late) AS open_minutes_late
    FROM counts AS counted
    CROSS JOIN LATERAL (
        SELECT
            coalesce(counted.priority, '(none)') AS priority,
            coalesce(counted.group_name, '(none)') AS group_name
    ) AS named
    GROUP BY GROUPING SETS (
        (counted.metric),
        (counted.metric, named.priority),
        (counted.metric, named.group_name),
        (counted.metric, named.priority, named.group_name)
    )
)

SELECT
    -- The metric.
    summed.metric,
    -- Level of the row: all clocks of the metric, those of a priority, those of a group, or those
    -- of a priority and group.
    CASE
        WHEN summed.is_any_priority = 1 AND summed.is_any_group = 1 THEN 'all'
        WHEN summed.is_any_group = 1 THEN 'priority'
        WHEN summed.is_any_priority = 1 THEN 'group'
        ELSE 'priority and group'
    END AS level,
    -- The priority whose target counts, if the level has one; (none): clocks without a priority.
    summed.priority,
    -- The group that last had the ticket while the clock ran or was paused, if the level has one;
    -- (none): without a group.
    summed.group_name,
    -- Clocks that met their target in the last 28 days.
    summed.met_672 AS met,
    -- Clocks that ran past their target in these days.
    summed.breached_672 AS breached,
    -- met / (met + breached).
    recent.attainment,
    -- Lower end of its 95 % interval.
    recent.lower AS attainment_lower,
    -- Upper end of its 95 % interval.
    recent.upper AS attainment_upper,
    -- Attainment of the last 7 days.
    week.attainment AS attainment_7_days,
    -- Number of these clocks that were decided.
    summed.met_168 + summed.breached_168 AS decided_7_days,
    -- Attainment of the 28 days before.
    earlier.attainment AS attainment_before,
    -- Number of these clocks that were decided.
    earlier.met + earlier.breached AS decided_before,
    -- Attainment of the last 28 days less that of the 28 days before.
    recent.attainment - earlier.attainment AS change,
    -- better or worse if the two intervals do not overlap, else no clear change.
    CASE
        WHEN recent.attainment IS NULL OR earlier.attainment IS NULL THEN NULL
        WHEN recent.lower > earlier.upper THEN 'better'
        WHEN recent.upper < earlier.lower THEN 'worse'
        ELSE 'no clear change'
    END AS trend,
    -- Attainment of all clocks on record.
    ever.attainment AS attainment_ever,
    -- Number of these clocks that were decided.
    summed.met_ever + summed.breached_ever AS decided_ever,
    -- Clocks that run or wait now.
    summed.running,
    -- Of them, past the warning fraction of their target.
    summed.at_risk,
    -- Of them, past their target.
    summed.open_breached,
    -- Sum of their minutes past target.
    summed.open_minutes_late::double precision AS sla_debt_minutes
FROM summed
CROSS JOIN LATERAL slaops.attainment_rate(summed.met_168, summed.breached_168) AS week
CROSS JOIN LATERAL slaops.attainment_rate(summed.met_672, summed.breached_672) AS recent
CROSS JOIN LATERAL slaops.attainment_rate(
    summed.met_1344 - summed.met_672,
    summed.breached_1344 - summed.breached_672
) AS earlier
CROSS JOIN LATERAL slaops.attainment_rate(summed.met_ever, summed.breached_ever) AS ever
ORDER BY recent.attainment NULLS LAST, summed.metric, level, summed.priority, summed.group_name
