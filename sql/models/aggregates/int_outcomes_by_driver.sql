-- One row per possible driver and value: solved tickets with that value, their ratings and their
-- costs. The driver "all" has every solved ticket.
-- materialized: aggregate
-- key: driver, value
WITH alike AS (
    -- Tickets with the same drivers are summed before they are split by driver, which is faster.
    SELECT
        ticket.reopens > 0 AS is_reopened,
        ticket.escalations > 0 AS is_escalated,
        ticket.breached > 0 AS is_late,
        ticket.agent_replies > 1 AS is_replied_again,
        ticket.group_name,
        ticket.channel,
        ticket.type,
        ticket.priority,
        ticket.tier,
        count(*) AS tickets,
        count(ticket.csat_score) AS with_score,
        count(rating.score) AS rated,
        sum(rating.score) AS score_sum,
        sum(rating.score * rating.score) AS score_squares,
        count(ticket.cost) AS with_cost,
        count(price.cost) AS priced,
        sum(price.cost) AS cost_sum,
        sum(price.cost * price.cost) AS cost_squares
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
    GROUP BY
        is_reopened,
        is_escalated,
        is_late,
        is_replied_again,
        ticket.group_name,
        ticket.channel,
        ticket.type,
        ticket.priority,
        ticket.tier
)

SELECT
    -- The possible driver: reopened, escalated, past a target, more than one reply, group, channel,
    -- type, priority or tier; or all.
    driver.name AS driver,
    -- Its value.
    driver.value,
    -- Solved tickets.
    sum(alike.tickets)::bigint AS tickets,
    -- Of them, with a rating.
    sum(alike.with_score)::bigint AS with_score,
    -- Of them, with a rating that can be summed.
    sum(alike.rated)::bigint AS rated,
    -- Sum of these ratings.
    coalesce(sum(alike.score_sum), 0) AS score_sum,
    -- Sum of their squares.
    coalesce(sum(alike.score_squares), 0) AS score_squares,
    -- Of them, with a cost.
    sum(alike.with_cost)::bigint AS with_cost,
    -- Of them, with a cost that can be summed.
    sum(alike.priced)::bigint AS priced,
    -- Sum of these costs.
    coalesce(sum(alike.cost_sum), 0) AS cost_sum,
    -- Sum of their squares.
    coalesce(sum(alike.cost_squares), 0) AS cost_squares
FROM alike
CROSS JOIN LATERAL (
    VALUES
        ('all', NULL, true),
        ('reopened', 'yes', alike.is_reopened),
        ('escalated', 'yes', alike.is_escalated),
        ('past a target', 'yes', alike.is_late),
        ('more than one reply', 'yes', alike.is_replied_again),
        ('group', alike.group_name, alike.group_name IS NOT NULL),
        ('channel', alike.channel, alike.channel IS NOT NULL),
        ('type', alike.type, alike.type IS NOT NULL),
        ('priority', alike.priority, alike.priority IS NOT NULL),
        ('tier', alike.tier, alike.tier IS NOT NULL)
) AS driver (name, value, holds)
WHERE driver.holds
GROUP BY
    driver.name,
    driver.value
