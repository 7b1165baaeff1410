-- Which tickets are late now? One row if an open clock is past its target, else empty: how many
-- tickets are late, and how many of them wait for the customer.
-- materialized: table
-- key: subject
SELECT
    -- The subject; NULL: all tickets.
    NULL::text AS subject,
    -- The weight: the number of tickets.
    count(DISTINCT clock.ticket_id)::double precision AS weight,
    -- Open tickets with a clock past its target.
    count(DISTINCT clock.ticket_id) AS tickets,
    -- Of them, waiting for the customer. next_best_ticket leaves these out.
    count(DISTINCT clock.ticket_id) FILTER (WHERE ticket.state = 'pending') AS waiting,
    -- Clocks of these tickets past their target.
    count(*) AS clocks,
    -- Sum of the hours past target over these clocks.
    (sum(-clock.margin_minutes::numeric) / 60)::double precision AS late_hours
FROM {schema}.fct_sla_attainment AS clock
LEFT JOIN {schema}.int_ticket_lifecycle AS ticket
    ON ticket.ticket_id = clock.ticket_id
WHERE clock.is_open
    AND clock.stopped_at IS NULL
    AND clock.status = 'breached'
HAVING count(*) > 0
