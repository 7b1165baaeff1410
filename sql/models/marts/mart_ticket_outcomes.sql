-- What became of each ticket? A row a ticket: how it ended, how long it took, what it missed,
-- what it cost, and what the customer thought.
-- materialized: incremental
-- key: ticket_id
SELECT
    -- The ticket.
    l.ticket_id,
    -- open, solved in one reply, solved, solved without a reply, escalated, reopened, or
    -- escalated and reopened.
    CASE WHEN l.is_open THEN 'open'
         WHEN l.reopens > 0 AND l.escalations > 0 THEN 'escalated and reopened'
         WHEN l.reopens > 0 THEN 'reopened'
         WHEN l.escalations > 0 THEN 'escalated'
         WHEN l.agent_replies = 0 THEN 'solved without a reply'
         WHEN l.agent_replies = 1 THEN 'solved in one reply'
         ELSE 'solved' END AS outcome,
    -- When it was created.
    l.created_at,
    -- When it was last solved; NULL while it is open.
    l.solved_at,
    -- Its priority.
    l.priority,
    -- The group that has it.
    l.group_name,
    -- Who has it.
    l.assignee,
    -- Its type.
    l.type,
    -- Its channel.
    l.channel,
    -- Its brand.
    l.brand,
    -- Its region.
    l.region,
    -- The customer's tier.
    l.tier,
    -- Minutes to the first reply, by the wall clock.
    l.first_response_minutes,
    -- Minutes from creation to solved, by the wall clock; until now for an open ticket.
    l.cycle_minutes,
    -- The same in open minutes.
    l.business_cycle_minutes,
    -- How often it was opened again.
    l.reopens,
    -- How often it went to a group that had not had it.
    l.escalations,
    -- How often it went from one group to another.
    l.handoffs,
    -- Public replies of agents.
    l.agent_replies,
    -- Clocks with a target.
    coalesce(f.clocks, 0) AS clocks,
    -- Of them, ended in time.
    coalesce(f.met, 0) AS met,
    -- Of them, past their target.
    coalesce(f.breached, 0) AS breached,
    -- Minutes past target, summed.
    coalesce(f.late, 0) AS minutes_late,
    -- The customer's rating.
    l.csat_score,
    -- What it cost.
    l.cost
FROM {lifecycle_rows} AS l
LEFT JOIN (
    SELECT s.ticket_id, count(*) AS clocks, count(*) FILTER (WHERE s.status = 'met') AS met, count(*) FILTER (WHERE s.status = 'breached') AS breached,
           sum(greatest(-s.margin_minutes, 0)) AS late
    FROM {attainment_rows} AS s
    GROUP BY s.ticket_id
) AS f ON f.ticket_id = l.ticket_id
