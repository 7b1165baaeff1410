-- A row an event and the one that follows it in the same ticket, with the minutes between.
-- materialized: incremental
-- key: ticket_id, event_number
WITH events AS (
    -- A history has the events of a ticket in their order: by instant, then by seq, then by kind
    -- and by what they say.
    SELECT
        ticket.ticket_id,
        event.event_number,
        CASE
            -- The status of a creation is a part of it.
            WHEN event.event_type = 'created' THEN 'created'
            WHEN event.event_type = 'comment' AND event.public IS FALSE THEN 'internal note'
            WHEN event.event_type = 'comment'
                THEN coalesce(event.actor_role, 'unknown') || ' reply'
            WHEN coalesce(event.field, event.event_type) = 'status'
                THEN 'status ' || coalesce(known.state, event.new_value, 'unknown')
            WHEN coalesce(event.field, event.event_type) = 'group_name'
                THEN 'group ' || coalesce(event.new_value, 'none')
            ELSE coalesce(event.field, event.event_type)
        END AS activity,
        event.event_at,
        event.actor_role,
        event.actor,
        event.seq,
        event.old_value,
        event.new_value
    FROM {ticket_histories} AS ticket
    CROSS JOIN LATERAL slaops.history_events(ticket.history)
        WITH ORDINALITY AS event (
            event_at,
            event_type,
            actor_role,
            actor,
            field,
            old_value,
            new_value,
            public,
            seq,
            event_number
        )
    LEFT JOIN slaops.states_of({policy_set}) AS known
        ON known.status = btrim(translate(lower(event.new_value), '-_', '  '))
    WHERE event.event_at <= {as_of}
)

SELECT
    -- The ticket.
    event.ticket_id,
    -- Number of the event in its ticket, from 1.
    event.event_number,
    -- What happened.
    event.activity,
    -- When.
    event.event_at,
    -- agent, customer or system.
    event.actor_role,
    -- Who did it.
    event.actor,
    -- What happened next; NULL for the last.
    lead(event.activity) OVER in_order AS next_activity,
    -- When.
    lead(event.event_at) OVER in_order AS next_event_at,
    -- Minutes between, by the wall clock.
    extract(epoch FROM lead(event.event_at) OVER in_order - event.event_at)::float8
    / 60 AS minutes,
    -- Order of events of one instant, as the source has it.
    event.seq,
    -- What it was before, where a field changed.
    event.old_value,
    -- What it is now.
    event.new_value
FROM events AS event
WINDOW in_order AS (PARTITION BY event.ticket_id ORDER BY event.event_number)
