-- What happened to tickets: creation, comments, and changes of fields.
-- materialized: view
SELECT
    -- The ticket.
    event.ticket_id,
    -- When it happened.
    event.event_at,
    -- created, comment, or the field that changed.
    event.event_type,
    -- agent, customer, bot (which writes to customers like an agent) or system.
    event.actor_role,
    -- Who did it.
    event.actor,
    -- The field that changed.
    event.field,
    -- The old value.
    event.old_value,
    -- The new value.
    event.new_value,
    -- Whether the customer sees it.
    event.public,
    -- Order of events of one instant.
    event.seq,
    -- When it was loaded into the warehouse, if the source says so.
    event.loaded_at
FROM {ticket_events} AS event
