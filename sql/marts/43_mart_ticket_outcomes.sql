-- What became of each ticket? A row a ticket: how it ended, how long it took, what it missed, what it cost, and what the customer thought.
SELECT
    l.ticket_id,            -- The ticket.
    CASE WHEN l.is_open THEN 'open'
         WHEN l.reopens > 0 AND l.escalations > 0 THEN 'escalated and reopened'
         WHEN l.reopens > 0 THEN 'reopened'
         WHEN l.escalations > 0 THEN 'escalated'
         WHEN l.agent_replies = 0 THEN 'solved without a reply'
         WHEN l.agent_replies = 1 THEN 'solved in one reply'
         ELSE 'solved' END AS outcome, -- open, solved in one reply, solved, solved without a reply, escalated, reopened, or escalated and reopened.
    l.created_at,           -- When it was created.
    l.solved_at,            -- When it was last solved; NULL while it is open.
    l.priority,             -- Its priority.
    l.group_name,           -- The group that has it.
    l.assignee,             -- Who has it.
    l.type,                 -- Its type.
    l.channel,              -- Its channel.
    l.brand,                -- Its brand.
    l.region,               -- Its region.
    l.tier,                 -- The customer's tier.
    l.first_response_minutes, -- Minutes to the first reply, by the wall clock.
    l.cycle_minutes,        -- Minutes from creation to solved, by the wall clock; until now for an open ticket.
    l.business_cycle_minutes, -- The same in open minutes.
    l.reopens,              -- How often it was opened again.
    l.escalations,          -- How often it went to a group that had not had it.
    l.handoffs,             -- How often it went from one group to another.
    l.agent_replies,        -- Public replies of agents.
    coalesce(f.clocks, 0) AS clocks, -- Clocks with a target.
    coalesce(f.met, 0) AS met, -- Of them, ended in time.
    coalesce(f.breached, 0) AS breached, -- Of them, past their target.
    coalesce(f.late, 0) AS minutes_late, -- Minutes past target, summed.
    l.csat_score,           -- The customer's rating.
    l.cost                  -- What it cost.
FROM {schema}.int_ticket_lifecycle AS l
LEFT JOIN (
    SELECT s.ticket_id, count(*) AS clocks, count(*) FILTER (WHERE s.status = 'met') AS met, count(*) FILTER (WHERE s.status = 'breached') AS breached,
           sum(greatest(-s.minutes_early, 0)) AS late
    FROM {schema}.fct_sla_attainment AS s
    GROUP BY s.ticket_id
) AS f ON f.ticket_id = l.ticket_id
