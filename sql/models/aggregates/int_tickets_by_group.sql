-- One row per group and priority: tickets that the group had, and for how long.
-- materialized: aggregate
-- key: group_name, priority
SELECT
    -- The group.
    spell.group_name,
    -- The tickets' priority.
    life.priority,
    -- Stays with the group. A ticket that comes back has several.
    count(*) AS spells,
    -- Tickets that it ever had.
    count(*) FILTER (WHERE spell.is_first) AS tickets,
    -- Of them, with known open minutes.
    count(spell.minutes) FILTER (WHERE spell.is_first) AS timed,
    -- Sum of the open microseconds with the group until the solution.
    coalesce(sum((spell.minutes * 60000000)::bigint), 0) AS microseconds,
    -- Tickets that are open with it now.
    count(*) FILTER (
        WHERE spell.is_first AND life.is_open AND life.group_name = spell.group_name
    ) AS open_now
FROM {schema}.int_ticket_lifecycle AS life
CROSS JOIN LATERAL (
    SELECT
        held.group_name,
        held.minutes,
        array_position(life.groups, held.group_name) = held.place AS is_first
    FROM unnest(life.groups, life.group_minutes)
        WITH ORDINALITY AS held (group_name, minutes, place)
) AS spell
GROUP BY
    spell.group_name,
    life.priority
