-- Events of tickets of any source, by the columns that you name.
-- {ticket_events}: ticket_id! any, event_at! timestamptz, event_type! text, actor_role text, actor text, field text, old_value text, new_value text, public bool, seq int8, loaded_at timestamptz
-- without ticket_events.actor_role: comments neither start nor stop a reply clock, so first_response never ends by a reply
-- without ticket_events.actor: mart_agent_productivity knows no replies
-- without ticket_events.new_value: changes of status, group and priority are unknown
-- without ticket_events.public: first_response counts every comment of an agent
-- without ticket_events.seq: events of one instant are ordered by their kind
SELECT
    e.ticket_id,            -- The ticket.
    e.event_at,             -- When it happened.
    e.event_type,           -- created, comment, or the field that changed.
    e.actor_role,           -- agent, customer or system.
    e.actor,                -- Who did it.
    e.field,                -- The field that changed.
    e.old_value,            -- What it was before.
    e.new_value,            -- What it is since.
    e.public,               -- Whether the customer sees it.
    e.seq,                  -- Order of events of one instant.
    e.loaded_at             -- When the warehouse took it in.
FROM {ticket_events} AS e
