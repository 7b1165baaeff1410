-- How many solved tickets take the happy path: created, one group, one reply, solved? One row per
-- level, group, priority and deviation, and one for the path. A ticket may deviate in several ways.
-- SET slaops.process_model selects another model; the view is then computed when read.
-- materialized: table
-- key: level, group_name, priority, deviation
WITH group_paths AS MATERIALIZED (
    SELECT
        coalesce(cell.group_name, '(none)') AS group_name,
        coalesce(cell.priority, '(none)') AS priority,
        cell.steps,
        sum(cell.tickets) AS tickets,
        sum(cell.timed) AS timed,
        sum(cell.microseconds) AS microseconds,
        sum(cell.squared_microseconds) AS squared_microseconds,
        slaops.rollup(cell.cycle_minutes) AS cycle
    FROM {schema}.int_paths_by_group AS cell
    WHERE cell.steps IS NOT NULL
    GROUP BY
        coalesce(cell.group_name, '(none)'),
        coalesce(cell.priority, '(none)'),
        cell.steps
),

paths AS MATERIALIZED (
    SELECT
        path.steps,
        'reopened' = ANY (path.steps) AS is_reopened,
        fit.fits,
        fit.fitness
    FROM (SELECT DISTINCT group_path.steps FROM group_paths AS group_path) AS path
    CROSS JOIN LATERAL slaops.conformance(path.steps, slaops.process_model()) AS fit
),

path_deviations AS (
    SELECT
        path.steps,
        named.deviation,
        count(*) FILTER (
            WHERE NOT (
                found.activity IN ('solved', 'closed')
                AND found.deviation IN ('inserted', 'repeated')
                AND path.is_reopened
            )
        ) AS times
    FROM paths AS path
    CROSS JOIN LATERAL slaops.deviations(path.steps, slaops.process_model()) AS found
    CROSS JOIN LATERAL (
        SELECT
            CASE
                WHEN found.deviation = 'skipped' AND found.activity = 'agent reply' THEN 'no reply'
                WHEN found.deviation IN ('skipped', 'out of order')
                    THEN found.deviation || ' ' || found.activity
                WHEN found.activity = 'agent reply' THEN 'more than one reply'
                WHEN found.activity = 'escalated' THEN 'escalated to another group'
                WHEN found.activity = 'sent back' THEN 'sent back to an earlier group'
                WHEN found.activity = 'pending' THEN 'waited for the customer'
                WHEN found.activity IN ('on hold', 'reopened') THEN found.activity
                -- Being solved again is part of it.
                WHEN found.activity IN ('solved', 'closed') AND path.is_reopened THEN 'reopened'
                ELSE found.deviation || ' ' || found.activity
            END AS deviation
    ) AS named
    GROUP BY
        path.steps,
        named.deviation
    UNION ALL
    SELECT
        path.steps,
        'happy path',
        0
    FROM paths AS path
    WHERE path.fits
),

totals AS (
    SELECT
        group_path.group_name,
        group_path.priority,
        sum(group_path.tickets) AS tickets,
        sum(group_path.tickets * path.fitness::numeric) AS fitness
    FROM group_paths AS group_path
    JOIN paths AS path
        ON path.steps = group_path.steps
    GROUP BY GROUPING SETS (
        (),
        (group_path.priority),
        (group_path.group_name),
        (group_path.priority, group_path.group_name)
    )
),

deviations AS (
    SELECT
        group_path.group_name,
        group_path.priority,
        path_deviation.deviation,
        sum(group_path.tickets) AS tickets,
        sum(group_path.tickets * path_deviation.times) AS times,
        sum(group_path.timed) AS timed,
        sum(group_path.microseconds) AS microseconds,
        sum(group_path.squared_microseconds) AS squared_microseconds,
        slaops.rollup(group_path.cycle) AS cycle
    FROM group_paths AS group_path
    JOIN path_deviations AS path_deviation
        ON path_deviation.steps = group_path.steps
    GROUP BY GROUPING SETS (
        (path_deviation.deviation),
        (path_deviation.deviation, group_path.priority),
        (path_deviation.deviation, group_path.group_name),
        (path_deviation.deviation, group_path.priority, group_path.group_name)
    )
),

measured AS (
    SELECT
        deviation.group_name,
        deviation.priority,
        deviation.deviation,
        deviation.tickets,
        deviation.times,
        deviation.microseconds / nullif(deviation.timed, 0) / 60000000 AS mean,
        -- Variance of the mean: the variance of the minutes divided by the number of tickets.
        (
            deviation.squared_microseconds
            - deviation.microseconds * deviation.microseconds / nullif(deviation.timed, 0)
        ) / nullif(deviation.timed - 1, 0) / deviation.tickets / 3600000000000000 AS variance,
        slaops.survival_percentile(deviation.cycle, 0.5) AS median
    FROM deviations AS deviation
),

listed AS (
    SELECT
        total.group_name,
        total.priority,
        'happy path' AS deviation
    FROM totals AS total
    UNION
    SELECT
        found.group_name,
        found.priority,
        found.deviation
    FROM measured AS found
)

SELECT
    -- Level of the row: all solved tickets, those of a priority, those of a group, or those of a
    -- priority and group. Each level covers all tickets, so read one level.
    CASE
        WHEN listed.priority IS NULL AND listed.group_name IS NULL THEN 'all'
        WHEN listed.group_name IS NULL THEN 'priority'
        WHEN listed.priority IS NULL THEN 'group'
        ELSE 'priority and group'
    END AS level,
    -- The last group of the tickets, if the level has one; (none): without a group.
    listed.group_name,
    -- The tickets' priority, if the level has one; (none): without a priority.
    listed.priority,
    -- The deviation, in plain words or as skipped, inserted, repeated or out of order with the
    -- step; "happy path" for tickets that follow the model.
    listed.deviation,
    -- Solved tickets with it.
    coalesce(found.tickets, 0)::bigint AS tickets,
    -- All solved tickets of the row's group and priority.
    total.tickets::bigint AS solved,
    -- Their share.
    coalesce(found.tickets, 0)::double precision / total.tickets::double precision AS share,
    -- Their median open minutes from creation to solution.
    found.median AS median_cycle_minutes,
    -- Mean minutes above those of the happy path.
    difference.minutes::double precision AS extra_minutes,
    -- Lower end of the 95 % interval of this difference (Welch; suits 30 tickets or more).
    (difference.minutes - difference.margin)::double precision AS extra_lower,
    -- Upper end of this interval.
    (difference.minutes + difference.margin)::double precision AS extra_upper,
    -- Number of occurrences.
    coalesce(found.times, 0)::bigint AS times,
    -- Mean fitness of all solved tickets of the group and priority: 1 if all follow the model.
    (total.fitness / total.tickets)::double precision AS mean_fitness,
    -- The model: a name in slaops.process_models, or a definition.
    slaops.process_model() AS model
FROM listed
JOIN totals AS total
    ON total.group_name IS NOT DISTINCT FROM listed.group_name
    AND total.priority IS NOT DISTINCT FROM listed.priority
    AND total.tickets > 0
LEFT JOIN measured AS found
    ON found.group_name IS NOT DISTINCT FROM listed.group_name
    AND found.priority IS NOT DISTINCT FROM listed.priority
    AND found.deviation = listed.deviation
LEFT JOIN measured AS happy
    ON happy.group_name IS NOT DISTINCT FROM listed.group_name
    AND happy.priority IS NOT DISTINCT FROM listed.priority
    AND happy.deviation = 'happy path'
    AND listed.deviation <> 'happy path'
CROSS JOIN LATERAL (
    SELECT
        found.mean - happy.mean AS minutes,
        1.96 * sqrt(found.variance + happy.variance) AS margin
) AS difference
ORDER BY
    listed.group_name NULLS FIRST,
    listed.priority NULLS FIRST,
    listed.deviation <> 'happy path',
    found.tickets DESC,
    listed.deviation
