-- One row per pair of groups and priority: tickets that the first group handed to the second, and
-- the results of their clocks.
-- materialized: aggregate
-- key: from_group, to_group, priority
WITH handoffs AS (
    -- A ticket that is handed over twice between the same groups counts once.
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
    -- The group that handed tickets over.
    handoff.from_group,
    -- The group that received them.
    handoff.to_group,
    -- The tickets' priority.
    outcome.priority,
    -- Tickets.
    count(*) AS tickets,
    -- Number of times.
    sum(handoff.handoffs)::bigint AS handoffs,
    -- Of them, handoffs to a group that had had the ticket before.
    sum(handoff.sent_back)::bigint AS sent_back,
    -- Handoffs with a known time in the first group.
    sum(handoff.timed_before)::bigint AS timed_before,
    -- Sum of the open microseconds that the first group had the ticket before it.
    sum(handoff.before) AS microseconds_before,
    -- Handoffs with a known time in the second group.
    sum(handoff.timed_after)::bigint AS timed_after,
    -- Sum of the open microseconds that the second group had the ticket after it.
    sum(handoff.after) AS microseconds_after,
    -- Handoffs of solved tickets whose open minutes are known.
    coalesce(
        sum(handoff.handoffs) FILTER (WHERE solved.microseconds IS NOT NULL),
        0
    )::bigint AS solved,
    -- Sum of their open microseconds from creation to solution.
    coalesce(sum(handoff.handoffs * solved.microseconds), 0) AS solved_microseconds,
    -- Clocks of the tickets that met their target; a ticket counts at each handoff.
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
