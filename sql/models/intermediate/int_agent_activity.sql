-- A row a ticket, agent and month: what the agent wrote on it.
-- materialized: incremental
-- key: ticket_id, agent, month
SELECT
    -- The ticket.
    t.ticket_id,
    -- The agent.
    e.actor AS agent,
    -- The month.
    date_trunc('month', e.event_at AT TIME ZONE {time_zone})::date AS month,
    -- Public replies.
    count(*) FILTER (WHERE e.public IS NOT FALSE) AS replies,
    -- Internal notes.
    count(*) FILTER (WHERE e.public IS FALSE) AS notes
FROM {ticket_histories} AS t
CROSS JOIN LATERAL slaops.history_events(t.history) AS e
WHERE e.event_type = 'comment' AND e.actor_role = 'agent' AND e.actor IS NOT NULL AND e.event_at <= {as_of}
GROUP BY t.ticket_id, e.actor, date_trunc('month', e.event_at AT TIME ZONE {time_zone})::date
