-- One row per customer, possible driver and value: the customer's tickets with that value. The
-- driver "all" has every ticket. Only customers whose tickets have a boolean "churned" in their
-- attributes, which says whether the customer has left.
-- materialized: aggregate
-- key: customer, driver, value
SELECT
    -- The customer: the organization, else the requester.
    ticket.customer,
    -- The possible driver: reopened, escalated, past a target, group, channel, type, priority or
    -- tier; or all.
    driver.name AS driver,
    -- Its value.
    driver.value,
    -- Tickets.
    count(*) AS tickets,
    -- Of them, of customers that have left.
    count(*) FILTER (WHERE ticket.churned) AS churned
FROM {schema}.mart_ticket_outcomes AS ticket
CROSS JOIN LATERAL (
    VALUES
        ('all', NULL, true),
        ('reopened', 'yes', ticket.reopens > 0),
        ('escalated', 'yes', ticket.escalations > 0),
        ('past a target', 'yes', ticket.breached > 0),
        ('group', ticket.group_name, ticket.group_name IS NOT NULL),
        ('channel', ticket.channel, ticket.channel IS NOT NULL),
        ('type', ticket.type, ticket.type IS NOT NULL),
        ('priority', ticket.priority, ticket.priority IS NOT NULL),
        ('tier', ticket.tier, ticket.tier IS NOT NULL)
) AS driver (name, value, holds)
WHERE ticket.customer IS NOT NULL
    AND ticket.churned IS NOT NULL
    AND driver.holds
GROUP BY
    ticket.customer,
    driver.name,
    driver.value
