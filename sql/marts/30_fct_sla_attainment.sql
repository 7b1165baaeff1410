-- A row a ticket, metric and cycle: target, time taken, due time, status, and where the time went. Minutes are open minutes of the calendar.
SELECT
    t.ticket_id,            -- The ticket.
    a.metric,               -- What is measured, in slaops.metrics.
    a.cycle,                -- Number of the cycle, from 1.
    a.policy,               -- The SLA policy that counts; NULL when none matches.
    a.priority,             -- The priority whose target counts.
    a.calendar_name,        -- The calendar of business hours, or 24x7.
    a.target,               -- Time allowed; a day is one working day of the calendar.
    a.target_minutes,       -- Time allowed, in minutes.
    a.started_at,           -- When the clock started.
    a.stopped_at,           -- When it stopped or was cancelled; NULL while it goes on.
    a.elapsed_minutes,      -- Time that it ran.
    a.paused_minutes,       -- Time that it waited.
    a.minutes_early,        -- What was left of the target; negative: minutes late.
    a.due_at,               -- When the target runs out, as known now; NULL while paused.
    a.promised_due_at,      -- When it would have run out, as known when the clock started.
    a.breached_at,          -- When it ran out, if it did.
    a.status,               -- not_started, active, at_risk, paused, met, breached, cancelled, no_target or no_calendar.
    a.cause_status,         -- The status in which most of the time went.
    a.status_shares,        -- Share of the time by status; they sum to one.
    a.cause_group,          -- The group with which most of the time went.
    a.group_shares,         -- Share of the time by group; they sum to one.
    a.group_name AS started_in_group, -- The group when the clock started.
    t.group_name,           -- The group that has the ticket now.
    t.assignee,             -- Who has it now.
    t.brand,                -- The ticket's brand.
    t.region,               -- Its region.
    t.channel,              -- Its channel.
    t.tier,                 -- The customer's tier.
    t.type,                 -- Its type.
    t.status AS ticket_status, -- Its status now.
    t.created_at            -- When it was created.
FROM {schema}.stg_tickets AS t
LEFT JOIN (
    SELECT e.ticket_id,
           slaops.ticket_history(e.event_at, e.event_type, e.actor_role, e.actor,
                                 e.field, e.old_value, e.new_value, e.public, e.seq) AS history
    FROM {schema}.stg_ticket_events AS e
    GROUP BY e.ticket_id
) AS h ON h.ticket_id = t.ticket_id
CROSS JOIN LATERAL slaops.sla_attainment(t, h.history, {policy_set}) AS a
