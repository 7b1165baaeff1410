-- A row a span of open minutes from creation to solved: solved tickets that took so long, what they
-- were rated and what they cost. Spans have three digits, so that a year has some 3,000 of them and
-- the one with the third quartile has few tickets.
-- materialized: aggregate
-- key: minutes_from
SELECT
    -- Where the span begins; NULL: the business hours are unknown.
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
    -- Of them, with a rating that can be reckoned with.
    count(rating.score) AS rated,
    -- Their ratings, summed.
    coalesce(sum(rating.score), 0) AS score_sum,
    -- The squares of these, summed.
    coalesce(sum(rating.score * rating.score), 0) AS score_squares,
    -- With a cost.
    count(ticket.cost) AS with_cost,
    -- Of them, with a cost that can be reckoned with.
    count(price.cost) AS priced,
    -- Their costs, summed.
    coalesce(sum(price.cost), 0) AS cost_sum,
    -- The squares of these, summed.
    coalesce(sum(price.cost * price.cost), 0) AS cost_squares
FROM {schema}.mart_ticket_outcomes AS ticket
-- What no sum can take, such as NaN, is no rating and no cost.
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
-- The row of a ticket that was open then may bear a rating that came later.
WHERE ticket.outcome <> 'open'
GROUP BY minutes_from
