-- What Request Tracker itself says of its SLAs: one due time a ticket, the sooner of what the reply
-- or the next word to the customer is owed and the resolution. Tickets that are done, merged or
-- stalled are left out: nothing is owed there, and the due time is an old one.
-- {tickets}: id! int8, effectiveid! int8, type! text, status! text, due* timestamptz
-- without figures: Request Tracker's own due times are not there: reconciliation has nothing to
--     compare
SELECT
    -- The ticket.
    ticket.id::text AS ticket_id,
    -- The clock that is due first.
    'next_response, periodic_update, resolution' AS metric,
    -- The last cycle.
    NULL::int4 AS cycle,
    -- When it is due; 1970 means unset.
    ticket.due AS due_at,
    -- Request Tracker does not say.
    NULL::float8 AS elapsed_minutes,
    -- Request Tracker does not say.
    NULL::float8 AS target_minutes,
    -- Request Tracker does not say.
    NULL::bool AS breached
FROM {tickets} AS ticket
LEFT JOIN slaops.states_of({schema}) AS meaning
    ON meaning.status = btrim(lower(translate(ticket.status, '-_', '  ')))
WHERE coalesce(ticket.type, 'ticket') = 'ticket'
    AND ticket.effectiveid = ticket.id
    AND ticket.due > timestamptz '1970-01-01 00:00:00Z'
    AND coalesce(meaning.state, 'open') NOT IN ('pending', 'hold', 'solved', 'closed')
