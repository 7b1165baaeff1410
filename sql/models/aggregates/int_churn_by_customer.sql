-- A row a customer, possible driver and value: the customer's tickets with it. The driver "all" has
-- every ticket. Customers of whom the source says whether they have left: a boolean "churned" in
-- the attributes of their tickets.
-- materialized: aggregate
-- key: customer, driver, value
SELECT
    -- The customer: the organization, else who asked.
    ticket.customer,
    -- What may matter: reopened, escalated, past a target, group, channel, type, priority or tier;
    -- or all.
    driver.name AS driver,
    -- Its value.
    driver.value,
    -- Tickets.
    count(*) AS tickets,
    -- Of them, with a customer who has left.
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
