-- One row per ticket, metric and cycle with a target: time taken, due time, status, and where the
-- time went. Minutes are open minutes of the calendar.
-- materialized: incremental
-- key: ticket_id, metric, cycle
SELECT
    -- The ticket.
    ticket.ticket_id,
    -- The metric, from slaops.metrics.
    clock.metric,
    -- Number of the cycle, from 1.
    clock.cycle,
    -- The SLA policy that applies.
    clock.policy,
    -- The priority whose target counts.
    clock.priority,
    -- The calendar of business hours, or 24x7.
    clock.calendar_name,
    -- Time allowed; a day is one working day of the calendar.
    clock.target,
    -- Time allowed, in minutes.
    clock.target_minutes,
    -- When the clock started.
    clock.started_at,
    -- When it stopped or was cancelled; NULL while it is open.
    clock.stopped_at,
    -- Open minutes that it ran.
    clock.elapsed_minutes,
    -- Open minutes that it was paused.
    clock.paused_minutes,
    -- Minutes left of the target; negative: minutes late.
    clock.margin_minutes,
    -- When the target runs out, as known now; NULL while paused, or if the calendar has too little
    -- open time.
    nullif(clock.due_at, 'infinity') AS due_at,
    -- When the target would have run out, as known when the clock started; NULL as for due_at.
    nullif(clock.promised_due_at, 'infinity') AS promised_due_at,
    -- When the target ran out, if it did.
    clock.breached_at,
    -- When the clock was decided: it met its target or ran past it.
    CASE
        WHEN clock.status IN ('met', 'breached')
            THEN coalesce(clock.breached_at, clock.stopped_at)
    END AS decided_at,
    -- not_started, active, at_risk, paused, met, breached, cancelled or no_calendar.
    clock.status,
    -- The status in which it ran longest.
    clock.cause_status,
    -- Shares of its running time by status; they sum to 1.
    clock.status_shares,
    -- The group with which it ran longest.
    clock.cause_group,
    -- Shares of its running time by group; they sum to 1.
    clock.group_shares,
    -- The group when the clock started.
    clock.group_name AS started_in_group,
    -- The group that last had the ticket while the clock was open: before the event that stopped
    -- it, or now.
    clock.last_group,
    -- The group that has the ticket.
    life.group_name,
    -- Its assignee.
    life.assignee,
    -- Its status, in the source's words.
    life.status AS ticket_status,
    -- Whether the ticket is neither solved nor closed.
    life.is_open,
    -- The ticket's brand.
    ticket.brand,
    -- Its region.
    ticket.region,
    -- Its channel.
    ticket.channel,
    -- The customer's tier.
    ticket.tier,
    -- Its type.
    ticket.type,
    -- The customer's organization.
    ticket.organization_id,
    -- {attributes of ticket}
    -- When it was created.
    life.created_at
FROM {ticket_histories} AS ticket
JOIN LATERAL {ticket_lives} AS life ON life.ticket_id = ticket.ticket_id
CROSS JOIN LATERAL slaops.sla_attainment(
    ticket, ticket.history, {policy_set}, {as_of}, targets_only => true
) AS clock
