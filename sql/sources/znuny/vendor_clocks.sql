-- What Znuny itself says of its SLAs: when the running clocks of a ticket are due, in seconds since
-- 1970; 0 means that none runs. The time for an update is of the last message, a customer's or an
-- agent's.
-- {ticket}: id! int8, escalation_response_time* int8, escalation_update_time* int8,
--     escalation_solution_time* int8
-- without figures: Znuny's own due times are not there: reconciliation has nothing to compare
SELECT
    -- The ticket.
    ticket.id::text AS ticket_id,
    -- The metric.
    figure.metric,
    -- The last cycle.
    NULL::int4 AS cycle,
    -- When it is due.
    to_timestamp(figure.seconds) AS due_at,
    -- Znuny does not say.
    NULL::float8 AS elapsed_minutes,
    -- Znuny does not say.
    NULL::float8 AS target_minutes,
    -- Znuny does not say.
    NULL::bool AS breached
FROM {ticket} AS ticket
CROSS JOIN LATERAL (
    VALUES
        ('first_response', ticket.escalation_response_time),
        ('next_response, periodic_update', ticket.escalation_update_time),
        ('resolution', ticket.escalation_solution_time)
) AS figure (metric, seconds)
WHERE figure.seconds > 0
