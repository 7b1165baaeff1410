-- A row a pair of groups and a priority: tickets that one passed on to the other, and how they
-- fared.
-- materialized: aggregate
-- key: from_group, to_group, priority
WITH handoffs AS (
    -- A ticket that goes the same way twice is one ticket.
    SELECT
        life.ticket_id,
        life.groups[way.place] AS from_group,
        life.groups[way.place + 1] AS to_group,
        count(*) AS handoffs,
        count(*) FILTER (
            WHERE life.groups[way.place + 1] = ANY (life.groups[1:way.place])
        ) AS sent_back,
        count(life.group_minutes[way.place]) AS timed_before,
        coalesce(sum((life.group_minutes[way.place] * 60000000)::bigint), 0) AS before,
        count(life.group_minutes[way.place + 1]) AS timed_after,
        coalesce(sum((life.group_minutes[way.place + 1] * 60000000)::bigint), 0) AS after
    FROM {schema}.int_ticket_lifecycle AS life
    CROSS JOIN LATERAL generate_series(1, cardinality(life.groups) - 1) AS way (place)
    WHERE cardinality(life.groups) > 1
    GROUP BY
        life.ticket_id,
        from_group,
        to_group
)

SELECT
    -- The group that passed tickets on.
    handoff.from_group,
    -- The group that got them.
    handoff.to_group,
    -- The tickets' priority.
    outcome.priority,
    -- Tickets.
    count(*) AS tickets,
    -- How often.
    sum(handoff.handoffs)::bigint AS handoffs,
    -- Of them, back to a group that had had the ticket before.
    sum(handoff.sent_back)::bigint AS sent_back,
    -- Those of which it is known how long the group had the ticket before.
    sum(handoff.timed_before)::bigint AS timed_before,
    -- Open microseconds that the group had it until it passed it on, summed.
    sum(handoff.before) AS microseconds_before,
    -- Those of which it is known how long the other then had it.
    sum(handoff.timed_after)::bigint AS timed_after,
    -- Open microseconds that the other then had it, summed.
    sum(handoff.after) AS microseconds_after,
    -- Those of solved tickets whose open minutes are known.
    coalesce(
        sum(handoff.handoffs) FILTER (WHERE solved.microseconds IS NOT NULL),
        0
    )::bigint AS solved,
    -- Open microseconds from creation to solved of these, summed.
    coalesce(sum(handoff.handoffs * solved.microseconds), 0) AS solved_microseconds,
    -- Clocks of the tickets that ended in time; a ticket counts at each hand-off.
    sum(handoff.handoffs * outcome.met) AS met,
    -- Clocks past their target.
    sum(handoff.handoffs * outcome.breached) AS breached
FROM handoffs AS handoff
JOIN {schema}.mart_ticket_outcomes AS outcome
    ON outcome.ticket_id = handoff.ticket_id
CROSS JOIN LATERAL (
    SELECT
        CASE
            WHEN outcome.outcome <> 'open'
                THEN (outcome.business_cycle_minutes * 60000000)::bigint
        END AS microseconds
) AS solved
GROUP BY
    handoff.from_group,
    handoff.to_group,
    outcome.priority
