-- A row a day and open ticket: how it stood as the day began, from its events until then.
SELECT
    t.ticket_id,            -- The ticket.
    (b.snapshot_at AT TIME ZONE {time_zone})::date AS day, -- The day.
    b.snapshot_at,          -- Its first instant.
    b.status,               -- The ticket's status then.
    b.state,                -- What the status means: new, open, pending or hold.
    b.group_name,           -- The queue: the group that had it then.
    b.assignee,             -- Who had it then.
    b.priority,             -- Its priority then.
    b.policy,               -- The SLA policy that matched then.
    b.age_minutes,          -- Minutes since its creation, by the wall clock.
    b.business_age_minutes, -- The same in open minutes of its calendar.
    b.sla_debt_minutes,     -- Minutes past target, summed over its open breached clocks.
    b.breached_clocks,      -- How many of its open clocks were past their target.
    b.risk,                 -- The gravest of its open clocks: breached, at_risk, on_track, or no_target.
    nullif(b.next_due_at, 'infinity') AS next_due_at, -- The first target to run out, as known then; NULL where none does.
    t.type,                 -- Its type.
    t.brand,                -- Its brand.
    t.region,               -- Its region.
    t.channel,              -- Its channel.
    t.tier                  -- The customer's tier.
FROM {ticket_histories} AS t
CROSS JOIN LATERAL slaops.backlog_snapshots(t, t.history, {snapshot_instants}, {policy_set}) AS b
