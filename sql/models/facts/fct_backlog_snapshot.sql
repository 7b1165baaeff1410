-- One row per day and open ticket: its state when the day began, from its events until then.
-- materialized: incremental
-- key: ticket_id, day
SELECT
    -- The ticket.
    ticket.ticket_id,
    -- The day.
    (snapshot.snapshot_at AT TIME ZONE {time_zone})::date AS day,
    -- The first instant of the day.
    snapshot.snapshot_at,
    -- The ticket's status then.
    snapshot.status,
    -- The state of the status: new, open, pending or hold.
    snapshot.state,
    -- The queue: the group that had it then.
    snapshot.group_name,
    -- Its assignee then.
    snapshot.assignee,
    -- Its priority then.
    snapshot.priority,
    -- The SLA policy that matched then.
    snapshot.policy,
    -- Minutes since its creation, by the wall clock.
    snapshot.age_minutes,
    -- The same in open minutes of its calendar.
    snapshot.business_age_minutes,
    -- Sum of the minutes past target over its open breached clocks.
    snapshot.sla_debt_minutes,
    -- Number of its open clocks past their target.
    snapshot.breached_clocks,
    -- The worst of its open clocks: breached, at_risk, on_track or no_target.
    snapshot.risk,
    -- The earliest due time, as known then; NULL if no target runs out.
    nullif(snapshot.next_due_at, 'infinity') AS next_due_at,
    -- Its type.
    ticket.type,
    -- Its brand.
    ticket.brand,
    -- Its region.
    ticket.region,
    -- Its channel.
    ticket.channel,
    -- The customer's organization.
    ticket.organization_id,
    -- {attributes of ticket}
    -- The customer's tier.
    ticket.tier
FROM {ticket_histories} AS ticket
CROSS JOIN LATERAL slaops.backlog_snapshots(
    ticket, ticket.history, {snapshot_instants}, {policy_set}
) AS snapshot
