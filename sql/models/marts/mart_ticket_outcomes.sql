-- What was the outcome of each ticket? One row per ticket: how it ended, its times, missed targets,
-- cost and rating.
-- materialized: incremental
-- key: ticket_id
WITH ticket_clocks AS (
    SELECT
        clock.ticket_id,
        count(*) AS clocks,
        count(*) FILTER (WHERE clock.status = 'met') AS met,
        count(*) FILTER (WHERE clock.status = 'breached') AS breached,
        -- Exact, so that the order of rows does not matter.
        sum(greatest(-clock.margin_minutes, 0)::numeric)::double precision AS minutes_late
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
    -- The present or last group.
    ticket.last_group,
    -- Its assignee.
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
    -- Minutes from creation to solution by the wall clock; until now for an open ticket.
    ticket.cycle_minutes,
    -- The same in open minutes.
    ticket.business_cycle_minutes,
    -- Number of reopenings.
    ticket.reopens,
    -- Number of escalations: handoffs to a group that had not had it.
    ticket.escalations,
    -- Number of handoffs from one group to another.
    ticket.handoffs,
    -- Public replies of agents.
    ticket.agent_replies,
    -- Clocks with a target.
    coalesce(ticket_clock.clocks, 0) AS clocks,
    -- Of them, met.
    coalesce(ticket_clock.met, 0) AS met,
    -- Of them, past their target.
    coalesce(ticket_clock.breached, 0) AS breached,
    -- Sum of the minutes past target.
    coalesce(ticket_clock.minutes_late, 0) AS minutes_late,
    -- The customer's rating.
    ticket.csat_score,
    -- Its cost.
    ticket.cost,
    -- The customer: the organization, else the requester.
    coalesce(ticket.organization_id, ticket.requester_id) AS customer,
    -- Whether the customer has left, if the source says so.
    ticket.churned
FROM {lifecycle_rows} AS ticket
LEFT JOIN ticket_clocks AS ticket_clock
    ON ticket_clock.ticket_id = ticket.ticket_id
