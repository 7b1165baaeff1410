-- A row an event and the one that follows it in the same ticket, with the minutes between.
-- materialized: incremental
-- key: ticket_id, event_number
SELECT
    -- The ticket.
    t.ticket_id,
    -- Number of the event in its ticket, from 1.
    e.event_number,
    -- What happened.
    e.activity,
    -- When.
    e.event_at,
    -- agent, customer, bot or system.
    e.actor_role,
    -- Who did it.
    e.actor,
    -- What happened next; NULL for the last.
    e.next_activity,
    -- When.
    e.next_event_at,
    -- Minutes between, by the wall clock.
    e.minutes,
    -- Order of events of one instant, as the source has it.
    e.seq,
    -- What it was before, where a field changed.
    e.old_value,
    -- What it is now.
    e.new_value
FROM {ticket_histories} AS t
CROSS JOIN LATERAL slaops.event_transitions(t.history, {policy_set}, {as_of}) AS e
