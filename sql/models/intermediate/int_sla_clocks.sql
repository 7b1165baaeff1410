-- One row per clock: every metric and cycle of every ticket, with or without a target.
-- materialized: view
SELECT
    -- The ticket.
    ticket.ticket_id,
    -- The metric, from slaops.metrics.
    clock.metric,
    -- Number of the cycle, from 1.
    clock.cycle,
    -- The SLA policy that applies; NULL if none matches.
    clock.policy,
    -- The priority whose target counts.
    clock.priority,
    -- The calendar of business hours, or 24x7.
    clock.calendar_name,
    -- Time allowed, if any.
    clock.target,
    -- When the clock started.
    clock.started_at,
    -- When it stopped or was cancelled; NULL while it is open.
    clock.stopped_at,
    -- Open minutes that it ran.
    clock.elapsed_minutes,
    -- Open minutes that it was paused.
    clock.paused_minutes,
    -- When the target runs out, as known now; NULL while paused, or if the calendar has too little
    -- open time.
    nullif(clock.due_at, 'infinity') AS due_at,
    -- When the target ran out, if it did.
    clock.breached_at,
    -- not_started, active, at_risk, paused, met, breached, cancelled, no_target or no_calendar.
    clock.status,
    -- The status in which it ran longest.
    clock.cause_status,
    -- Shares of its running time by status; they sum to 1.
    clock.status_shares,
    -- The group with which it ran longest.
    clock.cause_group,
    -- Shares of its running time by group; they sum to 1.
    clock.group_shares
FROM {ticket_histories} AS ticket
CROSS JOIN LATERAL slaops.sla_attainment(
    ticket, ticket.history, {policy_set}, {as_of}
) AS clock
