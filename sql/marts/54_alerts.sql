-- Alerts for the tickets that you may see, and how each clock ended. For probabilities see at_risk_tickets.
SELECT
    a.ticket_id,            -- The ticket.
    a.metric,               -- The clock.
    a.cycle,                -- Number of the cycle, from 1.
    a.priority,             -- The priority whose target counted.
    a.group_name,           -- The group that had the ticket.
    a.assignee,             -- Who had it.
    a.minutes_left,         -- Open minutes that were left of the target.
    a.due_at,               -- When the target was to run out.
    a.as_of,                -- The instant of these figures.
    a.alerted_at,           -- When the alert was raised.
    a.outcome,              -- How the clock ended: met, breached, cancelled, gone; NULL while it goes on.
    a.cleared_at            -- The instant of the figures that said so.
FROM {schema}.risk_alerts AS a
