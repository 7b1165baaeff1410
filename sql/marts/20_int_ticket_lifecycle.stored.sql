-- A row a ticket: its states in order, first response, resolution, reopens, who had it, and how long. Minutes of states and groups are open minutes of its calendar.
SELECT
    t.ticket_id,            -- The ticket.
    l.created_at,           -- When it was created.
    l.first_assigned_at,    -- When somebody was first assigned.
    l.first_response_at,    -- The first public reply of an agent.
    l.first_response_by,    -- Who gave it.
    l.first_solved_at,      -- When it was first solved.
    l.solved_at,            -- When it was last solved; NULL while it is open.
    l.closed_at,            -- When it last became closed; NULL while it is not.
    l.is_open,              -- Whether it is neither solved nor closed.
    l.status,               -- Its status, as the source calls it.
    l.state,                -- What the status means: new, open, pending, hold, solved or closed.
    l.group_name,           -- The group that has it.
    l.assignee,             -- Who has it.
    l.priority,             -- Its priority.
    l.policy,               -- The SLA policy that matches.
    l.calendar_name,        -- The calendar of its business hours.
    l.states,               -- Its states in order.
    l.groups,               -- The groups that had it, in order.
    l.group_minutes,        -- Open minutes with each of these groups until it was solved.
    l.reopens,              -- How often it was opened again.
    l.open_from,            -- When it began to be open: its creation, and each time it was opened again.
    l.open_to,              -- When each of these periods ended; one fewer while it is open.
    l.handoffs,             -- How often it went from one group to another.
    l.escalations,          -- How often it went to a group that had not had it.
    l.assignments,          -- How often somebody was assigned.
    l.agent_replies,        -- Public replies of agents.
    l.customer_replies,     -- Messages of the customer.
    l.internal_notes,       -- Comments that the customer does not see.
    extract(epoch FROM l.first_response_at - l.created_at)::float8 / 60 AS first_response_minutes, -- Minutes to the first reply, by the wall clock.
    l.cycle_minutes,        -- Minutes from creation to solved, by the wall clock; until now for an open ticket.
    l.business_cycle_minutes, -- The same in open minutes.
    l.new_minutes,          -- Open minutes in state new.
    l.open_minutes,         -- Open minutes in state open.
    l.pending_minutes,      -- Open minutes in state pending, waiting for the customer.
    l.hold_minutes,         -- Open minutes in state hold, waiting for others.
    l.settled,              -- Whether nothing in it changes as time goes by.
    l.last_event_at,        -- Its last event.
    l.next_event_at,        -- Its first event after the instant of the figures, if the source has one.
    t.subject,              -- What it is about.
    t.requester_id,         -- The customer who asked.
    t.organization_id,      -- The customer's organization.
    t.brand,                -- Its brand.
    t.region,               -- Its region.
    t.channel,              -- Its channel.
    t.tier,                 -- The customer's tier.
    t.type,                 -- Its type.
    t.csat_score,           -- The customer's rating.
    t.cost                  -- What it cost.
FROM {ticket_histories} AS t
CROSS JOIN LATERAL slaops.ticket_lifecycle(t, t.history, {policy_set}, {as_of}) AS l
