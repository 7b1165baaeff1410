-- Which paths do tickets take? One row per variant: the activities of solved tickets in order. The
-- most frequent first. Immediate repeats count once.
-- materialized: table
-- key: variant_id
WITH variants AS (
    SELECT
        cell.variant_id,
        cell.activities,
        sum(cell.tickets)::bigint AS tickets,
        sum(cell.breached_tickets) AS breached,
        sum(cell.csat) / nullif(sum(cell.rated), 0) AS csat,
        slaops.rollup(cell.cycle_minutes) AS cycle
    FROM {schema}.int_paths_by_group AS cell
    WHERE cell.variant_id IS NOT NULL
    GROUP BY
        cell.variant_id,
        cell.activities
)

SELECT
    -- Rank by tickets.
    row_number() OVER by_tickets AS rank,
    -- What happened, in order.
    variant.activities,
    -- Number of steps.
    cardinality(variant.activities) AS steps,
    -- Tickets with this variant.
    variant.tickets,
    -- Their share.
    (variant.tickets / sum(variant.tickets) OVER ())::double precision AS share,
    -- Share of this and all more frequent variants.
    (sum(variant.tickets) OVER by_tickets / sum(variant.tickets) OVER ())::double precision
    AS cumulative_share,
    -- Median open minutes from creation to solution.
    slaops.survival_percentile(variant.cycle, 0.5) AS median_cycle_minutes,
    -- Share with a clock past its target.
    (variant.breached / variant.tickets)::double precision AS breached_share,
    -- Mean rating of customers.
    variant.csat::double precision AS csat,
    -- Its first ticket.
    (
        SELECT path.ticket_id
        FROM {schema}.int_ticket_paths AS path
        WHERE path.variant_id = variant.variant_id
            AND path.steps IS NOT NULL
        ORDER BY path.ticket_id
        LIMIT 1
    )::text AS example,
    -- Id of the variant; it never changes.
    variant.variant_id,
    -- The 90th percentile of these minutes.
    slaops.survival_percentile(variant.cycle, 0.9) AS p90_cycle_minutes
FROM variants AS variant
WINDOW by_tickets AS (
    ORDER BY variant.tickets DESC, variant.activities ROWS UNBOUNDED PRECEDING
)
ORDER BY rank
