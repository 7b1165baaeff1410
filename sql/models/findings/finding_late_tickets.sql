-- Which tickets are late now? One row where an open clock is past its target, else none: what is
-- open and late, and how much of it waits for the customer.
-- materialized: table
-- key: subject
SELECT
    -- What it is about; NULL: all tickets.
    NULL::text AS subject,
    -- What it is ranked by: the tickets.
    count(DISTINCT clock.ticket_id)::double precision AS weight,
    -- Open tickets with a clock past its target.
    count(DISTINCT clock.ticket_id) AS tickets,
    -- Of them, waiting for the customer: next_best_ticket leaves them out.
    count(DISTINCT clock.ticket_id) FILTER (WHERE ticket.state = 'pending') AS waiting,
    -- Their clocks past target.
    count(*) AS clocks,
    -- Hours past target, summed over these.
    (sum(-clock.margin_minutes::numeric) / 60)::double precision AS late_hours
FROM {schema}.fct_sla_attainment AS clock
LEFT JOIN {schema}.int_ticket_lifecycle AS ticket
    ON ticket.ticket_id = clock.ticket_id
WHERE clock.is_open
    AND clock.stopped_at IS NULL
    AND clock.status = 'breached'
HAVING count(*) > 0
