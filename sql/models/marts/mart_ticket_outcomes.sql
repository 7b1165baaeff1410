-- What became of each ticket? A row a ticket: how it ended, how long it took, what it missed,
-- what it cost, and what the customer thought.
-- materialized: incremental
-- key: ticket_id
WITH ticket_clocks AS (
    SELECT
        clock.ticket_id,
        count(*) AS clocks,
        count(*) FILTER (WHERE clock.status = 'met') AS met,
        count(*) FILTER (WHERE clock.status = 'breached') AS breached,
        sum(greatest(-clock.margin_minutes, 0)) AS minutes_late
    FROM {attainment_rows} AS clock
    GROUP BY clock.ticket_id
)

SELECT
    -- The ticket.
    ticket.ticket_id,
    -- open, solved in one reply, solved, solved without a reply, escalated, reopened, or
    -- escalated and reopened.
    CASE
        WHEN ticket.is_open THEN 'open'
        WHEN ticket.reopens > 0 AND ticket.escalations > 0 THEN 'escalated and reopened'
        WHEN ticket.reopens > 0 THEN 'reopened'
        WHEN ticket.escalations > 0 THEN 'escalated'
        WHEN ticket.agent_replies = 0 THEN 'solved without a reply'
        WHEN ticket.agent_replies = 1 THEN 'solved in one reply'
        ELSE 'solved'
    END AS outcome,
    -- When it was created.
    ticket.created_at,
    -- When it was last solved; NULL while it is open.
    ticket.solved_at,
    -- Its priority.
    ticket.priority,
    -- The group that has it.
    ticket.group_name,
    -- The group that has it, or had it last.
    ticket.last_group,
    -- Who has it.
    ticket.assignee,
    -- Its type.
    ticket.type,
    -- Its channel.
    ticket.channel,
    -- Its brand.
    ticket.brand,
    -- Its region.
    ticket.region,
    -- The customer's tier.
    ticket.tier,
    -- Minutes to the first reply, by the wall clock.
    ticket.first_response_minutes,
    -- Minutes from creation to solved, by the wall clock; until now for an open ticket.
    ticket.cycle_minutes,
    -- The same in open minutes.
    ticket.business_cycle_minutes,
    -- How often it was opened again.
    ticket.reopens,
    -- How often it went to a group that had not had it.
    ticket.escalations,
    -- How often it went from one group to another.
    ticket.handoffs,
    -- Public replies of agents.
    ticket.agent_replies,
    -- Clocks with a target.
    coalesce(ticket_clock.clocks, 0) AS clocks,
    -- Of them, ended in time.
    coalesce(ticket_clock.met, 0) AS met,
    -- Of them, past their target.
    coalesce(ticket_clock.breached, 0) AS breached,
    -- Minutes past target, summed.
    coalesce(ticket_clock.minutes_late, 0) AS minutes_late,
    -- The customer's rating.
    ticket.csat_score,
    -- What it cost.
    ticket.cost,
    -- The customer: the organization, else who asked.
    coalesce(ticket.organization_id, ticket.requester_id) AS customer,
    -- Whether the customer has left, if the source says so.
    ticket.churned
FROM {lifecycle_rows} AS ticket
LEFT JOIN ticket_clocks AS ticket_clock
    ON ticket_clock.ticket_id = ticket.ticket_id
