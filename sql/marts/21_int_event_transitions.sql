-- A row an event and the one that follows it in the same ticket, with the minutes between.
SELECT
    e.ticket_id,            -- The ticket.
    e.event_number,         -- Number of the event in its ticket, from 1.
    e.activity,             -- What happened.
    e.event_at,             -- When.
    e.actor_role,           -- agent, customer or system.
    e.actor,                -- Who did it.
    lead(e.activity) OVER w AS next_activity, -- What happened next; NULL for the last.
    lead(e.event_at) OVER w AS next_event_at, -- When.
    extract(epoch FROM lead(e.event_at) OVER w - e.event_at)::float8 / 60 AS minutes, -- Minutes between, by the wall clock.
    e.seq                   -- Order of events of one instant, as the source has it.
FROM (
    -- At one instant the activity's own bytes decide, as in slaops.trace.
    SELECT v.*, row_number() OVER (PARTITION BY v.ticket_id ORDER BY v.event_at, v.seq NULLS FIRST, v.activity COLLATE "C") AS event_number
    FROM (
        SELECT s.ticket_id, s.event_at, s.seq, s.actor_role, s.actor,
               CASE WHEN s.event_type = 'comment' AND s.public IS FALSE THEN 'internal note'
                    WHEN s.event_type = 'comment' THEN coalesce(s.actor_role, 'unknown') || ' reply'
                    WHEN coalesce(s.field, s.event_type) = 'status' THEN 'status ' || coalesce(slaops.state_of(s.new_value), s.new_value, 'unknown')
                    WHEN coalesce(s.field, s.event_type) = 'group_name' THEN 'group ' || coalesce(s.new_value, 'none')
                    ELSE coalesce(s.field, s.event_type) END AS activity
        FROM {schema}.stg_ticket_events AS s
        WHERE s.event_at <= {as_of}
    ) AS v
) AS e
WINDOW w AS (PARTITION BY e.ticket_id ORDER BY e.event_number)
