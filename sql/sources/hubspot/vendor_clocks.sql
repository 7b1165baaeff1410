-- What HubSpot itself says of its SLAs: when the first response and the solution are due, as
-- Fivetran loads these properties. Their standing (on time, overdue, ...) is left out.
-- {ticket}: id! int8, is_deleted bool,
--     property_hs_time_to_first_response_sla_at* timestamptz,
--     property_hs_time_to_close_sla_at* timestamptz
-- without figures: HubSpot's own due times are not there: reconciliation has nothing to compare
SELECT
    -- The ticket.
    ticket.id::text AS ticket_id,
    -- The metric.
    figure.metric,
    -- The last cycle.
    NULL::int4 AS cycle,
    -- When it is due.
    figure.due_at,
    -- HubSpot does not say.
    NULL::float8 AS elapsed_minutes,
    -- HubSpot does not say.
    NULL::float8 AS target_minutes,
    -- Its standing is not read.
    NULL::bool AS breached
FROM {ticket} AS ticket
CROSS JOIN LATERAL (
    VALUES
        ('first_response', ticket.property_hs_time_to_first_response_sla_at),
        ('resolution', ticket.property_hs_time_to_close_sla_at)
) AS figure (metric, due_at)
WHERE figure.due_at IS NOT NULL
    AND ticket.is_deleted IS NOT TRUE
