-- A row a clock: every metric and cycle of every ticket, with a target or without, worked out when asked.
SELECT
    t.ticket_id,            -- The ticket.
    a.metric,               -- What is measured, in slaops.metrics.
    a.cycle,                -- Number of the cycle, from 1.
    a.policy,               -- The SLA policy that counts; NULL when none matches.
    a.priority,             -- The priority whose target counts.
    a.calendar_name,        -- The calendar of business hours, or 24x7.
    a.target,               -- Time allowed, if any.
    a.started_at,           -- When the clock started.
    a.stopped_at,           -- When it stopped or was cancelled; NULL while it goes on.
    a.elapsed_minutes,      -- Open minutes that it ran.
    a.paused_minutes,       -- Open minutes that it waited.
    nullif(a.due_at, 'infinity') AS due_at, -- When the target runs out, as known now; NULL while paused, or where the calendar never gets there.
    a.breached_at,          -- When it ran out, if it did.
    a.status,               -- not_started, active, at_risk, paused, met, breached, cancelled, no_target or no_calendar.
    a.cause_status,         -- The status in which most of the time went.
    a.status_shares,        -- Share of the time by status; they sum to one.
    a.cause_group,          -- The group with which most of the time went.
    a.group_shares          -- Share of the time by group; they sum to one.
FROM {ticket_histories} AS t
CROSS JOIN LATERAL slaops.sla_attainment(t, t.history, {policy_set}, {as_of}) AS a
