-- Figures that a desk has of its own, in columns of the tickets.
-- {tickets}: ticket_id! any, vendor_first_response_due_at* timestamptz,
--     vendor_first_response_minutes* float8, vendor_first_response_breached* bool,
--     vendor_resolution_due_at* timestamptz, vendor_resolution_minutes* float8,
--     vendor_resolution_breached* bool
-- without figures: reconciliation compares nothing; columns may name vendor_resolution_due_at,
--     vendor_resolution_minutes, vendor_resolution_breached, and those of vendor_first_response_
SELECT
    -- The ticket.
    ticket.ticket_id::text AS ticket_id,
    -- The metric.
    figure.metric,
    -- The last cycle.
    NULL::int4 AS cycle,
    -- When it is due.
    figure.due_at,
    -- Minutes that the clock ran.
    figure.minutes AS elapsed_minutes,
    -- Minutes that were allowed are not asked for.
    NULL::float8 AS target_minutes,
    -- Whether it was missed.
    figure.breached
FROM {tickets} AS ticket
CROSS JOIN LATERAL (
    VALUES
        (
            'first_response', ticket.vendor_first_response_due_at,
            ticket.vendor_first_response_minutes, ticket.vendor_first_response_breached
        ),
        (
            'resolution', ticket.vendor_resolution_due_at,
            ticket.vendor_resolution_minutes, ticket.vendor_resolution_breached
        )
) AS figure (metric, due_at, minutes, breached)
WHERE figure.due_at IS NOT NULL
    OR figure.minutes IS NOT NULL
    OR figure.breached IS NOT NULL
