-- A row a kind of rework, group and priority: tickets, how often, and open minutes that went into
-- it.
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
    -- reopened, or sent back to a group that had had the ticket before.
    rework.kind,
    -- The group that has the reopened tickets, or that got them back.
    rework.group_name,
    -- The tickets' priority.
    outcome.priority,
    -- Tickets.
    count(*) AS tickets,
    -- Of them, those whose open minutes are known.
    count(rework.microseconds) AS timed,
    -- How often.
    sum(rework.times)::bigint AS times,
    -- Open microseconds that went into it.
    coalesce(sum(rework.microseconds), 0) AS microseconds,
    -- Clocks of the tickets that ended in time.
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
