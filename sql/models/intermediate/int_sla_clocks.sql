-- A row a clock: every metric and cycle of every ticket, with a target or without.
-- materialized: view
SELECT
    -- The ticket.
    t.ticket_id,
    -- What is measured, in slaops.metrics.
    a.metric,
    -- Number of the cycle, from 1.
    a.cycle,
    -- The SLA policy that counts; NULL when none matches.
    a.policy,
    -- The priority whose target counts.
    a.priority,
    -- The calendar of business hours, or 24x7.
    a.calendar_name,
    -- Time allowed, if any.
    a.target,
    -- When the clock started.
    a.started_at,
    -- When it stopped or was cancelled; NULL while it goes on.
    a.stopped_at,
    -- Open minutes that it ran.
    a.elapsed_minutes,
    -- Open minutes that it waited.
    a.paused_minutes,
    -- When the target runs out, as known now; NULL while paused, or where the calendar never
    -- gets there.
    nullif(a.due_at, 'infinity') AS due_at,
    -- When it ran out, if it did.
    a.breached_at,
    -- not_started, active, at_risk, paused, met, breached, cancelled, no_target or no_calendar.
    a.status,
    -- The status in which most of the time went.
    a.cause_status,
    -- Share of the time by status; they sum to one.
    a.status_shares,
    -- The group with which most of the time went.
    a.cause_group,
    -- Share of the time by group; they sum to one.
    a.group_shares
FROM {ticket_histories} AS t
CROSS JOIN LATERAL slaops.sla_attainment(t, t.history, {policy_set}, {as_of}) AS a
