-- One row per ticket, agent and month: what the agent wrote on the ticket.
-- materialized: incremental
-- key: ticket_id, agent, month
SELECT
    -- The ticket.
    ticket.ticket_id,
    -- The agent.
    event.actor AS agent,
    -- The month.
    date_trunc('month', event.event_at AT TIME ZONE {time_zone})::date AS month,
    -- Public replies.
    count(*) FILTER (WHERE event.public IS NOT FALSE) AS replies,
    -- Internal notes.
    count(*) FILTER (WHERE event.public IS FALSE) AS notes
FROM {ticket_histories} AS ticket
CROSS JOIN LATERAL slaops.history_events(ticket.history) AS event
WHERE event.event_type = 'comment'
    AND event.actor_role = 'agent'
    AND event.actor IS NOT NULL
    AND event.event_at <= {as_of}
GROUP BY
    ticket.ticket_id,
    event.actor,
    date_trunc('month', event.event_at AT TIME ZONE {time_zone})::date
