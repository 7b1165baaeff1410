-- One row per ticket: states in order, first response, resolution, reopens, groups, and times.
-- Minutes of states and groups are open minutes of its calendar.
-- materialized: incremental
-- key: ticket_id
SELECT
    -- The ticket.
    ticket.ticket_id,
    -- When it was created.
    life.created_at,
    -- When it was first assigned.
    life.first_assigned_at,
    -- The first public reply of an agent.
    life.first_response_at,
    -- The agent who wrote it.
    life.first_response_by,
    -- When it was first solved.
    life.first_solved_at,
    -- When it was last solved; NULL while it is open.
    life.solved_at,
    -- When it last became closed; NULL if it is not closed now.
    life.closed_at,
    -- Whether it is neither solved nor closed.
    life.is_open,
    -- Its status, in the source's words.
    life.status,
    -- The state of the status: new, open, pending, hold, solved or closed.
    life.state,
    -- The group that has it.
    life.group_name,
    -- The present or last group.
    coalesce(life.group_name, life.groups[cardinality(life.groups)]) AS last_group,
    -- Its assignee.
    life.assignee,
    -- Its priority.
    life.priority,
    -- The SLA policy that matches the ticket.
    life.policy,
    -- The calendar of its business hours.
    life.calendar_name,
    -- Its states in order.
    life.states,
    -- The first of them.
    life.states[1] AS first_state,
    -- The groups that had it, in order.
    life.groups,
    -- Open minutes with each of these groups until it was solved.
    life.group_minutes,
    -- Number of reopenings.
    life.reopens,
    -- When it began to be open: its creation, and each reopening.
    life.open_from,
    -- When each of these periods ended; one fewer while it is open.
    life.open_to,
    -- Open minutes from each reopening until it was solved again, or until now.
    CASE WHEN cardinality(life.open_from) > 1 AND life.business_cycle_minutes IS NOT NULL THEN (
        SELECT sum(
            slaops.business_minutes(
                CASE life.calendar_name WHEN '24x7' THEN '24/7 @ UTC' ELSE life.calendar_name END,
                period.open_from,
                coalesce(period.open_to, {as_of})
            )
        )
        FROM unnest(life.open_from[2:], life.open_to[2:]) AS period (open_from, open_to)
    ) END AS reopened_minutes,
    -- Number of handoffs from one group to another.
    life.handoffs,
    -- Number of escalations: handoffs to a group that had not had it.
    life.escalations,
    -- Number of assignments.
    life.assignments,
    -- Public replies of agents.
    life.agent_replies,
    -- Messages of the customer.
    life.customer_replies,
    -- Comments that the customer does not see.
    life.internal_notes,
    -- Minutes to the first reply, by the wall clock.
    extract(epoch FROM life.first_response_at - life.created_at)::float8 / 60
    AS first_response_minutes,
    -- Minutes from creation to solution by the wall clock; until now for an open ticket.
    life.cycle_minutes,
    -- The same in open minutes.
    life.business_cycle_minutes,
    -- Open minutes in state new.
    life.new_minutes,
    -- Open minutes in state open.
    life.open_minutes,
    -- Open minutes in state pending (waiting for the customer).
    life.pending_minutes,
    -- Open minutes in state hold (waiting for a third party).
    life.hold_minutes,
    -- Whether nothing in it changes as time goes by.
    life.settled,
    -- Its last event.
    life.last_event_at,
    -- Its first event after the instant of the figures, if the source has one.
    life.next_event_at,
    -- Its subject.
    ticket.subject,
    -- The customer who asked.
    ticket.requester_id,
    -- The customer's organization.
    ticket.organization_id,
    -- Its brand.
    ticket.brand,
    -- Its region.
    ticket.region,
    -- Its channel.
    ticket.channel,
    -- The customer's tier.
    ticket.tier,
    -- Its type.
    ticket.type,
    -- The customer's rating.
    ticket.csat_score,
    -- {attributes of ticket}
    -- Its cost.
    ticket.cost,
    -- Whether the customer has left, if the source says so: the boolean "churned" in attributes.
    CASE
        WHEN lower(ticket.attributes ->> 'churned') IN ('true', 't', 'yes', 'y', '1') THEN true
        WHEN lower(ticket.attributes ->> 'churned') IN ('false', 'f', 'no', 'n', '0') THEN false
    END AS churned,
    -- The skill that it needs, if the source says so: the text "skill" in attributes.
    nullif(ticket.attributes ->> 'skill', '') AS skill
FROM {ticket_histories} AS ticket
CROSS JOIN LATERAL slaops.ticket_lifecycle(
    ticket, ticket.history, {policy_set}, {as_of}
) AS life
