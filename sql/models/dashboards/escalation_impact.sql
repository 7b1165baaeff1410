-- What does an escalation add? One row per level, priority and group: solved tickets that went to
-- another group compared with those that did not. Each level covers all solved tickets, so read one
-- level. A difference does not prove a cause, because hard tickets are escalated.
-- materialized: table
-- key: level, priority, group_name
WITH kinds AS (
    SELECT
        named.priority,
        named.group_name,
        cell.escalated,
        sum(cell.tickets) AS tickets,
        sum(cell.microseconds) / nullif(sum(cell.timed), 0) / 60000000 AS mean,
        -- Variance of the mean: the variance of the minutes divided by their number.
        (
            sum(cell.squared_microseconds)
            - sum(cell.microseconds) * sum(cell.microseconds) / nullif(sum(cell.timed), 0)
        )
        / nullif(sum(cell.timed) - 1, 0)
        / nullif(sum(cell.timed), 0)
        / 3600000000000000 AS variance,
        slaops.survival_percentile(slaops.rollup(cell.cycle_minutes), 0.5) AS median,
        sum(cell.breached) / nullif(sum(cell.met + cell.breached), 0) AS breach_rate
    FROM {schema}.int_paths_by_group AS cell
    CROSS JOIN LATERAL (
        SELECT
            coalesce(cell.priority, '(none)') AS priority,
            coalesce(cell.group_name, '(none)') AS group_name
    ) AS named
    WHERE NOT cell.is_open
    GROUP BY GROUPING SETS (
        (cell.escalated),
        (cell.escalated, named.priority),
        (cell.escalated, named.group_name),
        (cell.escalated, named.priority, named.group_name)
    )
),

listed AS (
    SELECT DISTINCT
        kind.priority,
        kind.group_name
    FROM kinds AS kind
),

compared AS (
    SELECT
        listed.priority,
        listed.group_name,
        coalesce(escalated.tickets, 0)::bigint AS escalated,
        coalesce(other.tickets, 0)::bigint AS others,
        escalated.mean,
        other.mean AS mean_others,
        escalated.median,
        other.median AS median_others,
        escalated.mean - other.mean AS added,
        CASE
            WHEN escalated.tickets >= 2 AND other.tickets >= 2
                THEN 1.96 * sqrt(escalated.variance + other.variance)
        END AS margin,
        escalated.breach_rate,
        other.breach_rate AS breach_rate_others
    FROM listed
    LEFT JOIN kinds AS escalated
        ON escalated.priority IS NOT DISTINCT FROM listed.priority
        AND escalated.group_name IS NOT DISTINCT FROM listed.group_name
        AND escalated.escalated
    LEFT JOIN kinds AS other
        ON other.priority IS NOT DISTINCT FROM listed.priority
        AND other.group_name IS NOT DISTINCT FROM listed.group_name
        AND NOT other.escalated
)

SELECT
    -- Level of the row: all solved tickets, those of a priority, those of a group, or those of a
    -- priority and group.
    CASE
        WHEN compared.priority IS NULL AND compared.group_name IS NULL THEN 'all'
        WHEN compared.group_name IS NULL THEN 'priority'
        WHEN compared.priority IS NULL THEN 'group'
        ELSE 'priority and group'
    END AS level,
    -- The tickets' priority, if the level has one; (none): without a priority.
    compared.priority,
    -- The last group of the tickets, if the level has one; (none): without a group.
    compared.group_name,
    -- Solved tickets that were escalated to a group that had not had them.
    compared.escalated,
    -- Solved tickets that were not.
    compared.others AS not_escalated,
    -- Mean open minutes from creation to solution of escalated tickets.
    compared.mean::double precision AS mean_cycle_minutes,
    -- The same for the others.
    compared.mean_others::double precision AS mean_cycle_minutes_others,
    -- Median of escalated tickets.
    compared.median AS median_cycle_minutes,
    -- The same for the others.
    compared.median_others AS median_cycle_minutes_others,
    -- The difference of the means.
    compared.added::double precision AS added_minutes,
    -- Lower end of its 95 % interval (Welch, by the normal distribution, which suits 30 tickets or
    -- more on each side).
    (compared.added - compared.margin)::double precision AS added_lower,
    -- Upper end of this interval.
    (compared.added + compared.margin)::double precision AS added_upper,
    -- Sum of this difference over the escalated tickets.
    (compared.escalated * compared.added)::double precision AS total_added_minutes,
    -- Breached share of the clocks of escalated tickets.
    compared.breach_rate::double precision AS breach_rate,
    -- The same for the others.
    compared.breach_rate_others::double precision AS breach_rate_others
FROM compared
ORDER BY
    level,
    compared.escalated DESC,
    compared.priority,
    compared.group_name
