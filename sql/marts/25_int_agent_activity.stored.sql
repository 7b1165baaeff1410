-- A row a ticket, agent and month: what the agent wrote on it.
SELECT
    t.ticket_id,            -- The ticket.
    e.actor AS agent,       -- The agent.
    date_trunc('month', e.event_at AT TIME ZONE {time_zone})::date AS month, -- The month.
    count(*) FILTER (WHERE e.public IS NOT FALSE) AS replies, -- Public replies.
    count(*) FILTER (WHERE e.public IS FALSE) AS notes -- Internal notes.
FROM {ticket_histories} AS t
CROSS JOIN LATERAL slaops.history_events(t.history) AS e
WHERE e.event_type = 'comment' AND e.actor_role = 'agent' AND e.actor IS NOT NULL AND e.event_at <= {as_of}
GROUP BY t.ticket_id, e.actor, date_trunc('month', e.event_at AT TIME ZONE {time_zone})::date
