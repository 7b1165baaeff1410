-- Alerts for the tickets that you may see, and how each clock ended. For probabilities see
-- at_risk_tickets.
-- materialized: view
SELECT
    -- The ticket.
    a.ticket_id,
    -- The clock.
    a.metric,
    -- Number of the cycle, from 1.
    a.cycle,
    -- The priority whose target counted.
    a.priority,
    -- The group that had the ticket.
    a.group_name,
    -- Who had it.
    a.assignee,
    -- Open minutes that were left of the target.
    a.remaining_minutes,
    -- When the target was to run out.
    a.due_at,
    -- The instant of these figures.
    a.as_of,
    -- When the alert was raised.
    a.alerted_at,
    -- How the clock ended: met, breached, cancelled, gone; NULL while it goes on.
    a.outcome,
    -- The instant of the figures that said so.
    a.cleared_at,
    -- Why: probability, breach, or the part of the target that was used up, such as 0.75.
    a.level,
    -- The alert: who receives one twice knows it by this.
    a.alert_id
FROM {schema}.risk_alerts AS a
