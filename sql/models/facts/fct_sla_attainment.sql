-- A row a ticket, metric and cycle that has a target: time taken, due time, status, and where
-- the time went. Minutes are open minutes of the calendar.
-- materialized: incremental
-- key: ticket_id, metric, cycle
SELECT
    -- The ticket.
    t.ticket_id,
    -- What is measured, in slaops.metrics.
    a.metric,
    -- Number of the cycle, from 1.
    a.cycle,
    -- The SLA policy that counts.
    a.policy,
    -- The priority whose target counts.
    a.priority,
    -- The calendar of business hours, or 24x7.
    a.calendar_name,
    -- Time allowed; a day is one working day of the calendar.
    a.target,
    -- Time allowed, in minutes.
    a.target_minutes,
    -- When the clock started.
    a.started_at,
    -- When it stopped or was cancelled; NULL while it goes on.
    a.stopped_at,
    -- Time that it ran.
    a.elapsed_minutes,
    -- Time that it waited.
    a.paused_minutes,
    -- What was left of the target; negative: minutes late.
    a.margin_minutes,
    -- When the target runs out, as known now; NULL while paused, or where the calendar never
    -- gets there.
    nullif(a.due_at, 'infinity') AS due_at,
    -- When it would have run out, as known when the clock started; NULL as above.
    nullif(a.promised_due_at, 'infinity') AS promised_due_at,
    -- When it ran out, if it did.
    a.breached_at,
    -- When it was decided: stopped in time, or ran past its target.
    CASE WHEN a.status IN ('met', 'breached') THEN coalesce(a.breached_at, a.stopped_at) END
    AS decided_at,
    -- not_started, active, at_risk, paused, met, breached, cancelled or no_calendar.
    a.status,
    -- The status in which most of the time went.
    a.cause_status,
    -- Share of the time by status; they sum to one.
    a.status_shares,
    -- The group with which most of the time went.
    a.cause_group,
    -- Share of the time by group; they sum to one.
    a.group_shares,
    -- The group when the clock started.
    a.group_name AS started_in_group,
    -- The group that had it last while the clock went on: before what stopped it; now, where
    -- it has not stopped.
    a.last_group,
    -- The group that has the ticket.
    l.group_name,
    -- Who has it.
    l.assignee,
    -- Its status, as the source calls it.
    l.status AS ticket_status,
    -- Whether the ticket is neither solved nor closed.
    l.is_open,
    -- The ticket's brand.
    t.brand,
    -- Its region.
    t.region,
    -- Its channel.
    t.channel,
    -- The customer's tier.
    t.tier,
    -- Its type.
    t.type,
    -- The customer's organization.
    t.organization_id,
    -- {attributes of t}
    -- When it was created.
    l.created_at
FROM {ticket_histories} AS t
JOIN LATERAL {ticket_lives} AS l ON l.ticket_id = t.ticket_id
CROSS JOIN LATERAL slaops.sla_attainment(t, t.history, {policy_set}, {as_of}, targets_only => true) AS a
