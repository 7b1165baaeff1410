-- A row a day and open ticket: how it stood as the day began, from its events until then.
-- materialized: incremental
-- key: ticket_id, day
SELECT
    -- The ticket.
    t.ticket_id,
    -- The day.
    (b.snapshot_at AT TIME ZONE {time_zone})::date AS day,
    -- Its first instant.
    b.snapshot_at,
    -- The ticket's status then.
    b.status,
    -- What the status means: new, open, pending or hold.
    b.state,
    -- The queue: the group that had it then.
    b.group_name,
    -- Who had it then.
    b.assignee,
    -- Its priority then.
    b.priority,
    -- The SLA policy that matched then.
    b.policy,
    -- Minutes since its creation, by the wall clock.
    b.age_minutes,
    -- The same in open minutes of its calendar.
    b.business_age_minutes,
    -- Minutes past target, summed over its open breached clocks.
    b.sla_debt_minutes,
    -- How many of its open clocks were past their target.
    b.breached_clocks,
    -- The gravest of its open clocks: breached, at_risk, on_track, or no_target.
    b.risk,
    -- The first target to run out, as known then; NULL where none does.
    nullif(b.next_due_at, 'infinity') AS next_due_at,
    -- Its type.
    t.type,
    -- Its brand.
    t.brand,
    -- Its region.
    t.region,
    -- Its channel.
    t.channel,
    -- The customer's organization.
    t.organization_id,
    -- {attributes of t}
    -- The customer's tier.
    t.tier
FROM {ticket_histories} AS t
CROSS JOIN LATERAL slaops.backlog_snapshots(t, t.history, {snapshot_instants}, {policy_set}) AS b
