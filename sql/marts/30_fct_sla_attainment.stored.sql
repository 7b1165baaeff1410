-- A row a ticket, metric and cycle that has a target: time taken, due time, status, and where the time went. Minutes are open minutes of the calendar.
SELECT
    t.ticket_id,            -- The ticket.
    a.metric,               -- What is measured, in slaops.metrics.
    a.cycle,                -- Number of the cycle, from 1.
    a.policy,               -- The SLA policy that counts.
    a.priority,             -- The priority whose target counts.
    a.calendar_name,        -- The calendar of business hours, or 24x7.
    a.target,               -- Time allowed; a day is one working day of the calendar.
    a.target_minutes,       -- Time allowed, in minutes.
    a.started_at,           -- When the clock started.
    a.stopped_at,           -- When it stopped or was cancelled; NULL while it goes on.
    a.elapsed_minutes,      -- Time that it ran.
    a.paused_minutes,       -- Time that it waited.
    a.minutes_early,        -- What was left of the target; negative: minutes late.
    nullif(a.due_at, 'infinity') AS due_at, -- When the target runs out, as known now; NULL while paused, or where the calendar never gets there.
    nullif(a.promised_due_at, 'infinity') AS promised_due_at, -- When it would have run out, as known when the clock started; NULL as above.
    a.breached_at,          -- When it ran out, if it did.
    a.status,               -- not_started, active, at_risk, paused, met, breached, cancelled or no_calendar.
    a.cause_status,         -- The status in which most of the time went.
    a.status_shares,        -- Share of the time by status; they sum to one.
    a.cause_group,          -- The group with which most of the time went.
    a.group_shares,         -- Share of the time by group; they sum to one.
    a.group_name AS started_in_group, -- The group when the clock started.
    a.last_group,           -- The group that had it last while the clock went on: before what stopped it; now, where it has not stopped.
    l.group_name,           -- The group that has the ticket.
    l.assignee,             -- Who has it.
    l.status AS ticket_status, -- Its status, as the source calls it.
    l.is_open,              -- Whether the ticket is neither solved nor closed.
    t.brand,                -- The ticket's brand.
    t.region,               -- Its region.
    t.channel,              -- Its channel.
    t.tier,                 -- The customer's tier.
    t.type,                 -- Its type.
    l.created_at            -- When it was created.
FROM {ticket_histories} AS t
{ticket_lives} AS l ON l.ticket_id = t.ticket_id
CROSS JOIN LATERAL slaops.sla_attainment(t, t.history, {policy_set}, {as_of}, targets_only => true) AS a
