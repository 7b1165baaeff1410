-- What does an escalation add? A row a priority, and one for all: solved tickets that went to
-- another group against those that did not. A difference is no proof of a cause: hard tickets
-- are escalated.
-- materialized: table
-- key: priority
WITH kinds AS (
    SELECT
        grouping(cell.priority) = 1 AS is_overall,
        cell.priority,
        cell.escalated,
        sum(cell.tickets) AS tickets,
        sum(cell.microseconds) / nullif(sum(cell.timed), 0) / 60000000 AS mean,
        -- Of the mean: the variance of the minutes by their number.
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
    WHERE NOT cell.is_open
    GROUP BY GROUPING SETS ((cell.priority, cell.escalated), (cell.escalated))
),

priorities AS (
    SELECT DISTINCT
        kind.is_overall,
        kind.priority
    FROM kinds AS kind
),

compared AS (
    SELECT
        listed.is_overall,
        listed.priority,
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
    FROM priorities AS listed
    LEFT JOIN kinds AS escalated
        ON escalated.is_overall = listed.is_overall
        AND escalated.priority IS NOT DISTINCT FROM listed.priority
        AND escalated.escalated
    LEFT JOIN kinds AS other
        ON other.is_overall = listed.is_overall
        AND other.priority IS NOT DISTINCT FROM listed.priority
        AND NOT other.escalated
)

SELECT
    -- The priority; all: of every one; none: without.
    CASE
        WHEN compared.is_overall THEN 'all'
        ELSE coalesce(compared.priority, 'none')
    END AS priority,
    -- Solved tickets that went to a group that had not had them.
    compared.escalated,
    -- Those that did not.
    compared.others AS not_escalated,
    -- Mean open minutes from creation to solved, of escalated ones.
    compared.mean::double precision AS mean_cycle_minutes,
    -- Of the others.
    compared.mean_others::double precision AS mean_cycle_minutes_others,
    -- Median, of escalated ones.
    compared.median AS median_cycle_minutes,
    -- Of the others.
    compared.median_others AS median_cycle_minutes_others,
    -- The difference of the means.
    compared.added::double precision AS added_minutes,
    -- Lower end of its 95 % interval (Welch, by the normal distribution: fair from 30
    -- tickets of each kind).
    (compared.added - compared.margin)::double precision AS added_lower,
    -- Upper end of it.
    (compared.added + compared.margin)::double precision AS added_upper,
    -- Of all escalated ones together.
    (compared.escalated * compared.added)::double precision AS total_added_minutes,
    -- Breached share of the clocks of escalated ones.
    compared.breach_rate::double precision AS breach_rate,
    -- Of the others.
    compared.breach_rate_others::double precision AS breach_rate_others
FROM compared
ORDER BY
    NOT compared.is_overall,
    compared.escalated DESC,
    compared.priority
