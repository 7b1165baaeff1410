-- Tickets of any source, by the columns that you name.
-- {tickets}: ticket_id! any, created_at! timestamptz, subject text, requester_id text,
--     organization_id text, brand text, region text, channel text, tier text, type text,
--     priority text, group_name text, assignee text, status text, solved_at timestamptz,
--     closed_at timestamptz, csat_score float8, cost float8, calendar_name text, tags text[],
--     attributes jsonb, loaded_at timestamptz
-- without tickets.status: events of the status alone tell whether a ticket is solved
-- without tickets.priority: policies and targets cannot ask for a priority
-- without tickets.calendar_name: business hours are those of the policy or of the policy set
-- without tickets.csat_score: csat_drivers is empty
-- without tickets.cost: costs are unknown
SELECT
    -- The ticket.
    ticket.ticket_id,
    -- When it was created.
    ticket.created_at,
    -- What it is about.
    ticket.subject,
    -- The customer who asked.
    ticket.requester_id,
    -- The customer's organization.
    ticket.organization_id,
    -- The brand.
    ticket.brand,
    -- The region.
    ticket.region,
    -- How it came in.
    ticket.channel,
    -- The customer's tier.
    ticket.tier,
    -- Question, incident, problem, task.
    ticket.type,
    -- Its priority now.
    ticket.priority,
    -- The group that has it now.
    ticket.group_name,
    -- Who has it now.
    ticket.assignee,
    -- Its status now.
    ticket.status,
    -- When it was solved.
    ticket.solved_at,
    -- When it was closed.
    ticket.closed_at,
    -- The customer's rating.
    ticket.csat_score,
    -- What it cost.
    ticket.cost,
    -- The calendar of its business hours.
    ticket.calendar_name,
    -- Tags.
    ticket.tags,
    -- Anything else that policies ask about.
    ticket.attributes,
    -- When the warehouse last took it in.
    ticket.loaded_at
FROM {tickets} AS ticket
