-- A row an event and the one that follows it in the same ticket, with the minutes between.
-- materialized: view
SELECT
    -- The ticket.
    e.ticket_id,
    -- Number of the event in its ticket, from 1.
    e.event_number,
    -- What happened.
    e.activity,
    -- When.
    e.event_at,
    -- agent, customer or system.
    e.actor_role,
    -- Who did it.
    e.actor,
    -- What happened next; NULL for the last.
    lead(e.activity) OVER w AS next_activity,
    -- When.
    lead(e.event_at) OVER w AS next_event_at,
    -- Minutes between, by the wall clock.
    extract(epoch FROM lead(e.event_at) OVER w - e.event_at)::float8 / 60 AS minutes,
    -- Order of events of one instant, as the source has it.
    e.seq,
    -- What it was before, where a field changed.
    e.old_value,
    -- What it is now.
    e.new_value
FROM (
    -- Of one instant and without seq they are ordered as slaops.ticket_history does:
    -- creation, what the customer wrote, other comments, changes, the rest; then by what
    -- they say.
    SELECT s.ticket_id, s.event_at, s.seq, s.actor_role, s.actor, s.old_value, s.new_value,
           row_number() OVER (PARTITION BY s.ticket_id ORDER BY s.event_at, s.seq NULLS FIRST,
               CASE WHEN s.event_type = 'created' THEN 0 WHEN s.event_type = 'comment' AND s.actor_role = 'customer' THEN 1 WHEN s.event_type = 'comment' THEN 2
                    WHEN s.field IS NOT NULL OR s.new_value IS NOT NULL OR s.old_value IS NOT NULL THEN 3 ELSE 4 END,
               s.actor_role COLLATE "C" NULLS FIRST, coalesce(s.field, s.event_type) COLLATE "C", s.actor COLLATE "C" NULLS FIRST, s.old_value COLLATE "C" NULLS FIRST,
               s.new_value COLLATE "C" NULLS FIRST, s.public NULLS FIRST) AS event_number,
           CASE WHEN s.event_type = 'comment' AND s.public IS FALSE THEN 'internal note'
                WHEN s.event_type = 'comment' THEN coalesce(s.actor_role, 'unknown') || ' reply'
                WHEN coalesce(s.field, s.event_type) = 'status' THEN 'status ' || coalesce(k.state, s.new_value, 'unknown')
                WHEN coalesce(s.field, s.event_type) = 'group_name' THEN 'group ' || coalesce(s.new_value, 'none')
                ELSE coalesce(s.field, s.event_type) END AS activity
    FROM {schema}.stg_ticket_events AS s
    LEFT JOIN slaops.states_of({policy_set}) AS k ON k.status = btrim(translate(lower(s.new_value), '-_', '  '))
    -- Only of tickets that there are, and that the reader may see.
    WHERE s.event_at <= {as_of} AND slaops.known_instant(s.event_at) IS NOT NULL AND EXISTS (SELECT FROM {schema}.stg_tickets AS t WHERE t.ticket_id = s.ticket_id)
) AS e
WINDOW w AS (PARTITION BY e.ticket_id ORDER BY e.event_number)
