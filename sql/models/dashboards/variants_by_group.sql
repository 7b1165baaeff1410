-- Which paths do tickets of a group and priority take? One row per group, priority and variant of
-- solved tickets. Counts, ratings and minutes add up over rows.
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
    -- The last group of the tickets; NULL: no group.
    variant.group_name,
    -- Their priority.
    variant.priority,
    -- Id of the variant, as in process_variants.
    variant.variant_id,
    -- What happened, in order.
    variant.activities,
    -- Number of steps.
    cardinality(variant.activities) AS steps,
    -- Tickets with this variant.
    variant.tickets,
    -- Of them, with a clock past its target.
    variant.breached_tickets,
    -- Their share.
    variant.breached_tickets / variant.tickets::double precision AS breached_share,
    -- Tickets rated by customers.
    variant.rated,
    -- Sum of these ratings.
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
    -- The 90th percentile of these minutes.
    slaops.survival_percentile(variant.cycle_minutes, 0.9) AS p90_cycle_minutes
FROM variants AS variant
