-- What does rework cost? One row per level, kind of rework, group and priority: tickets,
-- occurrences, and open minutes spent. The most expensive first. A ticket may be in several kinds.
-- Each level covers all rework, so read one level.
-- materialized: table
-- key: level, kind, group_name, priority
WITH kinds AS (
    SELECT
        cell.kind,
        named.group_name,
        named.priority,
        sum(cell.tickets)::bigint AS tickets,
        sum(cell.times)::bigint AS times,
        CASE WHEN sum(cell.timed) > 0 THEN sum(cell.microseconds) / 60000000 END AS minutes,
        sum(cell.met)::bigint AS met,
        sum(cell.breached)::bigint AS breached
    FROM {schema}.int_rework_by_group AS cell
    CROSS JOIN LATERAL (
        SELECT
            coalesce(cell.group_name, '(none)') AS group_name,
            coalesce(cell.priority, '(none)') AS priority
    ) AS named
    GROUP BY GROUPING SETS (
        (cell.kind),
        (cell.kind, named.priority),
        (cell.kind, named.group_name),
        (cell.kind, named.priority, named.group_name)
    )
),

everything AS (
    SELECT sum(cell.microseconds) / 60000000 AS minutes
    FROM {schema}.int_paths_by_group AS cell
)

SELECT
    -- Level of the row: all tickets, those of a priority, those of a group, or those of a priority
    -- and group.
    CASE
        WHEN kind.priority IS NULL AND kind.group_name IS NULL THEN 'all'
        WHEN kind.group_name IS NULL THEN 'priority'
        WHEN kind.priority IS NULL THEN 'group'
        ELSE 'priority and group'
    END AS level,
    -- reopened: from a reopening to the next solution; sent back: with a group that had had the
    -- ticket before.
    kind.kind,
    -- The group that has the reopened tickets, or that received them again, if the level has one;
    -- (none): without a group.
    kind.group_name,
    -- The tickets' priority, if the level has one; (none): without a priority.
    kind.priority,
    -- Tickets. A ticket that was sent back to two groups counts for both.
    kind.tickets,
    -- Number of times.
    kind.times,
    -- Open minutes spent.
    kind.minutes::double precision AS minutes,
    -- Mean open minutes per occurrence.
    (kind.minutes / nullif(kind.times, 0))::double precision AS mean_minutes,
    -- Share of the cycle time of all tickets.
    (kind.minutes / nullif(everything.minutes, 0))::double precision AS share,
    -- Breached share of the clocks of these tickets.
    kind.breached / nullif(kind.met + kind.breached, 0)::double precision AS breach_rate,
    -- Clocks of these tickets that met their target.
    kind.met,
    -- Clocks of these tickets past their target.
    kind.breached
FROM kinds AS kind
CROSS JOIN everything
ORDER BY
    level,
    kind.minutes DESC NULLS LAST,
    kind.kind,
    kind.group_name,
    kind.priority
