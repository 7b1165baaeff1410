-- Which ways do tickets of a group and priority take? A row a group, priority and variant of solved
-- tickets. Counts, ratings and minutes add up over rows.
-- materialized: table
-- key: group_name, priority, variant_id
WITH variants AS (
    SELECT
        cell.group_name,
        cell.priority,
        cell.variant_id,
        cell.activities,
        sum(cell.tickets)::bigint AS tickets,
        sum(cell.breached_tickets)::bigint AS breached_tickets,
        sum(cell.rated)::bigint AS rated,
        sum(cell.csat)::double precision AS csat_sum,
        sum(cell.timed)::bigint AS timed,
        (sum(cell.microseconds) / 60000000)::double precision AS minutes,
        slaops.rollup(cell.cycle_minutes) AS cycle_minutes
    FROM {schema}.int_paths_by_group AS cell
    WHERE cell.variant_id IS NOT NULL
    GROUP BY
        cell.group_name,
        cell.priority,
        cell.variant_id,
        cell.activities
)

SELECT
    -- The group that had the tickets last; NULL: none.
    variant.group_name,
    -- Their priority.
    variant.priority,
    -- The number of the variant, as in process_variants.
    variant.variant_id,
    -- What happened, in order.
    variant.activities,
    -- How many steps that is.
    cardinality(variant.activities) AS steps,
    -- Tickets that went this way.
    variant.tickets,
    -- Those with a clock past its target.
    variant.breached_tickets,
    -- Their share.
    variant.breached_tickets / variant.tickets::double precision AS breached_share,
    -- Tickets that customers rated.
    variant.rated,
    -- Their ratings, summed.
    variant.csat_sum,
    -- Mean rating of customers.
    variant.csat_sum / nullif(variant.rated, 0) AS csat,
    -- Tickets whose open minutes are known.
    variant.timed,
    -- Open minutes from creation to solved of these, summed.
    variant.minutes,
    -- Their mean.
    variant.minutes / nullif(variant.timed, 0) AS mean_cycle_minutes,
    -- Their median.
    slaops.survival_percentile(variant.cycle_minutes, 0.5) AS median_cycle_minutes,
    -- Nine tenths took no longer.
    slaops.survival_percentile(variant.cycle_minutes, 0.9) AS p90_cycle_minutes
FROM variants AS variant
