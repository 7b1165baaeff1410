-- What happened to tickets: creation, comments, and changes of fields.
-- materialized: view
SELECT
    -- The ticket.
    event.ticket_id,
    -- When it happened.
    event.event_at,
    -- created, comment, or the field that changed.
    event.event_type,
    -- agent, customer, bot (it writes to customers as an agent does) or system.
    event.actor_role,
    -- Who did it.
    event.actor,
    -- The field that changed.
    event.field,
    -- What it was before.
    event.old_value,
    -- What it is since.
    event.new_value,
    -- Whether the customer sees it.
    event.public,
    -- Order of events of one instant.
    event.seq,
    -- When the warehouse took it in, if the source says so.
    event.loaded_at
FROM {ticket_events} AS event
