-- Tickets of any source, by the columns that you name.
-- {tickets}: ticket_id! any, created_at! timestamptz, subject text, requester_id text, organization_id text, brand text, region text, channel text, tier text, type text, priority text, group_name text, assignee text, status text, solved_at timestamptz, closed_at timestamptz, csat_score float8, cost float8, calendar_name text, tags text[], attributes jsonb, loaded_at timestamptz
-- without tickets.status: events of the status alone tell whether a ticket is solved
-- without tickets.priority: policies and targets cannot ask for a priority
-- without tickets.calendar_name: business hours are those of the policy or of the policy set
-- without tickets.csat_score: csat_drivers is empty
-- without tickets.cost: costs are unknown
SELECT
    -- The ticket.
    t.ticket_id,
    -- When it was created.
    t.created_at,
    -- What it is about.
    t.subject,
    -- The customer who asked.
    t.requester_id,
    -- The customer's organization.
    t.organization_id,
    -- The brand.
    t.brand,
    -- The region.
    t.region,
    -- How it came in.
    t.channel,
    -- The customer's tier.
    t.tier,
    -- Question, incident, problem, task.
    t.type,
    -- Its priority now.
    t.priority,
    -- The group that has it now.
    t.group_name,
    -- Who has it now.
    t.assignee,
    -- Its status now.
    t.status,
    -- When it was solved.
    t.solved_at,
    -- When it was closed.
    t.closed_at,
    -- The customer's rating.
    t.csat_score,
    -- What it cost.
    t.cost,
    -- The calendar of its business hours.
    t.calendar_name,
    -- Tags.
    t.tags,
    -- Anything else that policies ask about.
    t.attributes,
    -- When the warehouse last took it in.
    t.loaded_at
FROM {tickets} AS t
