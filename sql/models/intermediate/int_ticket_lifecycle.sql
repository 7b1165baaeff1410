-- A row a ticket: its states in order, first response, resolution, reopens, who had it, and how
-- long. Minutes of states and groups are open minutes of its calendar.
-- materialized: incremental
-- key: ticket_id
SELECT
    -- The ticket.
    t.ticket_id,
    -- When it was created.
    l.created_at,
    -- When somebody was first assigned.
    l.first_assigned_at,
    -- The first public reply of an agent.
    l.first_response_at,
    -- Who gave it.
    l.first_response_by,
    -- When it was first solved.
    l.first_solved_at,
    -- When it was last solved; NULL while it is open.
    l.solved_at,
    -- When it last became closed; NULL while it is not.
    l.closed_at,
    -- Whether it is neither solved nor closed.
    l.is_open,
    -- Its status, as the source calls it.
    l.status,
    -- What the status means: new, open, pending, hold, solved or closed.
    l.state,
    -- The group that has it.
    l.group_name,
    -- The group that has it, or had it last.
    coalesce(l.group_name, l.groups[cardinality(l.groups)]) AS last_group,
    -- Who has it.
    l.assignee,
    -- Its priority.
    l.priority,
    -- The SLA policy that matches.
    l.policy,
    -- The calendar of its business hours.
    l.calendar_name,
    -- Its states in order.
    l.states,
    -- The first of them.
    l.states[1] AS first_state,
    -- The groups that had it, in order.
    l.groups,
    -- Open minutes with each of these groups until it was solved.
    l.group_minutes,
    -- How often it was opened again.
    l.reopens,
    -- When it began to be open: its creation, and each time it was opened again.
    l.open_from,
    -- When each of these periods ended; one fewer while it is open.
    l.open_to,
    -- Open minutes from each reopening until it was solved again, or until now.
    CASE WHEN cardinality(l.open_from) > 1 AND l.business_cycle_minutes IS NOT NULL THEN (
        SELECT sum(
            slaops.business_minutes(
                CASE l.calendar_name WHEN '24x7' THEN '24/7 @ UTC' ELSE l.calendar_name END,
                period.open_from,
                coalesce(period.open_to, {as_of})
            )
        )
        FROM unnest(l.open_from[2:], l.open_to[2:]) AS period (open_from, open_to)
    ) END AS reopened_minutes,
    -- How often it went from one group to another.
    l.handoffs,
    -- How often it went to a group that had not had it.
    l.escalations,
    -- How often somebody was assigned.
    l.assignments,
    -- Public replies of agents.
    l.agent_replies,
    -- Messages of the customer.
    l.customer_replies,
    -- Comments that the customer does not see.
    l.internal_notes,
    -- Minutes to the first reply, by the wall clock.
    extract(epoch FROM l.first_response_at - l.created_at)::float8 / 60 AS first_response_minutes,
    -- Minutes from creation to solved, by the wall clock; until now for an open ticket.
    l.cycle_minutes,
    -- The same in open minutes.
    l.business_cycle_minutes,
    -- Open minutes in state new.
    l.new_minutes,
    -- Open minutes in state open.
    l.open_minutes,
    -- Open minutes in state pending, waiting for the customer.
    l.pending_minutes,
    -- Open minutes in state hold, waiting for others.
    l.hold_minutes,
    -- Whether nothing in it changes as time goes by.
    l.settled,
    -- Its last event.
    l.last_event_at,
    -- Its first event after the instant of the figures, if the source has one.
    l.next_event_at,
    -- What it is about.
    t.subject,
    -- The customer who asked.
    t.requester_id,
    -- The customer's organization.
    t.organization_id,
    -- Its brand.
    t.brand,
    -- Its region.
    t.region,
    -- Its channel.
    t.channel,
    -- The customer's tier.
    t.tier,
    -- Its type.
    t.type,
    -- The customer's rating.
    t.csat_score,
    -- {attributes of t}
    -- What it cost.
    t.cost,
    -- Whether the customer has left, if the source says so: the boolean "churned" in attributes.
    CASE
        WHEN lower(t.attributes ->> 'churned') IN ('true', 't', 'yes', 'y', '1') THEN true
        WHEN lower(t.attributes ->> 'churned') IN ('false', 'f', 'no', 'n', '0') THEN false
    END AS churned,
    -- The skill that it asks for, if the source says so: the text "skill" in attributes.
    nullif(t.attributes ->> 'skill', '') AS skill
FROM {ticket_histories} AS t
CROSS JOIN LATERAL slaops.ticket_lifecycle(t, t.history, {policy_set}, {as_of}) AS l
