-- Which group hands tickets to which? One row per level, pair of groups and priority: number, how
-- long each group had the tickets, and the results of their clocks. The most frequent first. Each
-- level covers all handoffs, so read one level.
-- materialized: table
-- key: level, from_group, to_group, priority
WITH pairs AS (
    SELECT
        cell.from_group,
        cell.to_group,
        named.priority,
        sum(cell.handoffs)::bigint AS handoffs,
        sum(cell.tickets)::bigint AS tickets,
        sum(cell.sent_back)::bigint AS sent_back,
        sum(cell.microseconds_before) / nullif(sum(cell.timed_before), 0) / 60000000
        AS minutes_before,
        sum(cell.microseconds_after) / nullif(sum(cell.timed_after), 0) / 60000000
        AS minutes_after,
        sum(cell.solved_microseconds) / nullif(sum(cell.solved), 0) / 60000000 AS cycle_minutes,
        sum(cell.met)::bigint AS met,
        sum(cell.breached)::bigint AS breached
    FROM {schema}.int_handoffs_by_group AS cell
    CROSS JOIN LATERAL (SELECT coalesce(cell.priority, '(none)') AS priority) AS named
    GROUP BY GROUPING SETS (
        (cell.from_group, cell.to_group),
        (cell.from_group, cell.to_group, named.priority)
    )
)

SELECT
    -- Level of the row: all tickets, or those of a priority.
    CASE WHEN pair.priority IS NULL THEN 'all' ELSE 'priority' END AS level,
    -- Rank by handoffs, within the level and priority.
    row_number() OVER (
        PARTITION BY pair.priority ORDER BY pair.handoffs DESC, pair.from_group, pair.to_group
    ) AS rank,
    -- The group that handed tickets over.
    pair.from_group,
    -- The group that received them.
    pair.to_group,
    -- The tickets' priority, if the level has one; (none): without a priority.
    pair.priority,
    -- Number of times.
    pair.handoffs,
    -- Tickets.
    pair.tickets,
    -- Share of all handoffs of the level and priority.
    (
        pair.handoffs / sum(pair.handoffs) OVER (PARTITION BY pair.priority)
    )::double precision AS share,
    -- Share of the handoffs of the first group.
    (
        pair.handoffs / sum(pair.handoffs) OVER (PARTITION BY pair.priority, pair.from_group)
    )::double precision AS share_of_group,
    -- Of them, handoffs to a group that had had the ticket before.
    pair.sent_back,
    -- Mean open minutes that the first group had the ticket before.
    pair.minutes_before::double precision AS mean_minutes_before,
    -- Mean open minutes that the second group had it afterwards.
    pair.minutes_after::double precision AS mean_minutes_after,
    -- Mean open minutes from creation to solution of solved tickets.
    pair.cycle_minutes::double precision AS mean_cycle_minutes,
    -- Breached share of the tickets' clocks; a ticket counts at each handoff.
    pair.breached / nullif(pair.met + pair.breached, 0)::double precision AS breach_rate,
    -- Clocks of the tickets that met their target; a ticket counts at each handoff.
    pair.met,
    -- Clocks past their target.
    pair.breached
FROM pairs AS pair
ORDER BY
    level,
    pair.priority,
    rank
