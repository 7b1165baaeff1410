-- One row per span of open minutes from creation to solution: solved tickets that took so long,
-- their ratings and their costs. Spans have three digits, so a year has about 3,000 spans, and the
-- span with the third quartile has few tickets.
-- materialized: aggregate
-- key: minutes_from
SELECT
    -- First minute of the span; NULL: the business hours are unknown.
    CASE
        WHEN ticket.business_cycle_minutes < 1000
            THEN floor(ticket.business_cycle_minutes)
        WHEN ticket.business_cycle_minutes < 10000
            THEN floor(ticket.business_cycle_minutes / 10) * 10
        WHEN ticket.business_cycle_minutes < 100000
            THEN floor(ticket.business_cycle_minutes / 100) * 100
        ELSE floor(ticket.business_cycle_minutes / 1000) * 1000
    END AS minutes_from,
    -- Solved tickets.
    count(*) AS tickets,
    -- Of them, with a rating.
    count(ticket.csat_score) AS with_score,
    -- Of them, with a rating that can be summed.
    count(rating.score) AS rated,
    -- Sum of these ratings.
    coalesce(sum(rating.score), 0) AS score_sum,
    -- Sum of their squares.
    coalesce(sum(rating.score * rating.score), 0) AS score_squares,
    -- Of them, with a cost.
    count(ticket.cost) AS with_cost,
    -- Of them, with a cost that can be summed.
    count(price.cost) AS priced,
    -- Sum of these costs.
    coalesce(sum(price.cost), 0) AS cost_sum,
    -- Sum of their squares.
    coalesce(sum(price.cost * price.cost), 0) AS cost_squares
FROM {schema}.mart_ticket_outcomes AS ticket
-- A rating or cost that cannot be summed, such as NaN, is left out.
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN ticket.csat_score BETWEEN -1e100 AND 1e100 THEN ticket.csat_score::numeric
    END AS score
) AS rating
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN ticket.cost BETWEEN -1e100 AND 1e100 THEN ticket.cost::numeric
    END AS cost
) AS price
-- The row of a ticket that was open at the instant may have a rating that came later.
WHERE ticket.outcome <> 'open'
GROUP BY minutes_from
