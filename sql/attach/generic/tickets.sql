-- Tickets of any source, by the columns that you name.
-- {tickets}: ticket_id! any, created_at! timestamptz, subject text, requester_id text, organization_id text, brand text, region text, channel text, tier text, type text, priority text, group_name text, assignee text, status text, solved_at timestamptz, closed_at timestamptz, csat_score float8, cost float8, calendar_name text, tags text[], attributes jsonb, loaded_at timestamptz
-- without tickets.status: events of the status alone tell whether a ticket is solved
-- without tickets.priority: policies and targets cannot ask for a priority
-- without tickets.calendar_name: business hours are those of the policy or of the policy set
-- without tickets.csat_score: csat_drivers is empty
-- without tickets.cost: costs are unknown
SELECT
    t.ticket_id,            -- The ticket.
    t.created_at,           -- When it was created.
    t.subject,              -- What it is about.
    t.requester_id,         -- The customer who asked.
    t.organization_id,      -- The customer's organization.
    t.brand,                -- The brand.
    t.region,               -- The region.
    t.channel,              -- How it came in.
    t.tier,                 -- The customer's tier.
    t.type,                 -- Question, incident, problem, task.
    t.priority,             -- Its priority now.
    t.group_name,           -- The group that has it now.
    t.assignee,             -- Who has it now.
    t.status,               -- Its status now.
    t.solved_at,            -- When it was solved.
    t.closed_at,            -- When it was closed.
    t.csat_score,           -- The customer's rating.
    t.cost,                 -- What it cost.
    t.calendar_name,        -- The calendar of its business hours.
    t.tags,                 -- Tags.
    t.attributes,           -- Anything else that policies ask about.
    t.loaded_at             -- When the warehouse last took it in.
FROM {tickets} AS t
