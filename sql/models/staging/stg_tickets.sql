-- Tickets as they are now, in the columns that every other view uses.
-- materialized: view
SELECT
    -- The ticket.
    ticket.ticket_id,
    -- When it was created.
    ticket.created_at,
    -- Its subject.
    ticket.subject,
    -- The customer who asked.
    ticket.requester_id,
    -- The customer's organization.
    ticket.organization_id,
    -- The brand.
    ticket.brand,
    -- The region.
    ticket.region,
    -- The channel through which it came.
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
    -- Its cost.
    ticket.cost,
    -- The calendar of its business hours, in slaops.calendars.
    ticket.calendar_name,
    -- Tags.
    ticket.tags,
    -- All other fields, for conditions of policies.
    ticket.attributes,
    -- When it was last loaded into the warehouse, if the source says so.
    ticket.loaded_at
FROM {tickets} AS ticket
