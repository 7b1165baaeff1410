-- One row per kind of rework, group and priority: tickets, occurrences, and open minutes spent.
-- materialized: aggregate
-- key: kind, group_name, priority
WITH rework AS (
    SELECT
        'reopened' AS kind,
        life.ticket_id,
        life.last_group AS group_name,
        cardinality(life.open_from) - 1 AS times,
        (life.reopened_minutes * 60000000)::bigint AS microseconds
    FROM {schema}.int_ticket_lifecycle AS life
    WHERE cardinality(life.open_from) > 1
    UNION ALL
    SELECT
        'sent back',
        life.ticket_id,
        held.group_name,
        count(*),
        sum((held.minutes * 60000000)::bigint)
    FROM {schema}.int_ticket_lifecycle AS life
    CROSS JOIN LATERAL unnest(life.groups, life.group_minutes)
        WITH ORDINALITY AS held (group_name, minutes, place)
    WHERE cardinality(life.groups) > 2
        AND array_position(life.groups, held.group_name) < held.place
    GROUP BY
        life.ticket_id,
        held.group_name
)

SELECT
    -- reopened, or sent back (to a group that had had the ticket before).
    rework.kind,
    -- The group that has the reopened tickets, or that received them again.
    rework.group_name,
    -- The tickets' priority.
    outcome.priority,
    -- Tickets.
    count(*) AS tickets,
    -- Of them, with known open minutes.
    count(rework.microseconds) AS timed,
    -- Number of times.
    sum(rework.times)::bigint AS times,
    -- Sum of the open microseconds spent.
    coalesce(sum(rework.microseconds), 0) AS microseconds,
    -- Clocks of the tickets that met their target.
    coalesce(sum(outcome.met), 0) AS met,
    -- Clocks past their target.
    coalesce(sum(outcome.breached), 0) AS breached
FROM rework
JOIN {schema}.mart_ticket_outcomes AS outcome
    ON outcome.ticket_id = rework.ticket_id
GROUP BY
    rework.kind,
    rework.group_name,
    outcome.priority
