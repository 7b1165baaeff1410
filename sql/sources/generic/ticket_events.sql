-- Events of tickets of any source, by the columns that you name.
-- {ticket_events}: ticket_id! any, event_at! timestamptz, event_type! text, actor_role text,
--     actor text, field text, old_value text, new_value text, public bool, seq int8,
--     loaded_at timestamptz
-- without ticket_events.actor_role: comments neither start nor stop a reply clock, so
--     first_response never ends by a reply
-- without ticket_events.actor: mart_agent_productivity knows no replies
-- without ticket_events.new_value: changes of status, group and priority are unknown
-- without ticket_events.public: first_response counts every comment of an agent
-- without ticket_events.seq: events of one instant are ordered by their kind
SELECT
    -- The ticket.
    event.ticket_id,
    -- When it happened.
    event.event_at,
    -- created, comment, or the field that changed.
    event.event_type,
    -- agent, customer or system.
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
    -- When the warehouse took it in.
    event.loaded_at
FROM {ticket_events} AS event
