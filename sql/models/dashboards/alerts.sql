-- Alerts for the tickets that you may see, and how each clock ended. For probabilities see
-- at_risk_tickets.
-- materialized: view
SELECT
    -- The ticket.
    alert.ticket_id,
    -- The metric of the clock.
    alert.metric,
    -- Number of the cycle, from 1.
    alert.cycle,
    -- The priority whose target counted.
    alert.priority,
    -- The group that had the ticket.
    alert.group_name,
    -- Its assignee then.
    alert.assignee,
    -- Open minutes left of the target then.
    alert.remaining_minutes,
    -- When the target would run out, as known then.
    alert.due_at,
    -- The instant of these figures.
    alert.as_of,
    -- When the alert was raised.
    alert.alerted_at,
    -- Result of the clock: met, breached, cancelled or gone; NULL while it is open.
    alert.outcome,
    -- The instant of the figures that gave the result.
    alert.cleared_at,
    -- The level: probability, breach, or the share of the target that was used up, such as 0.75.
    alert.level,
    -- Id of the alert. It identifies an alert that is received twice.
    alert.alert_id
FROM {schema}.risk_alerts AS alert
