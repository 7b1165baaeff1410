-- Who passes tickets on to whom? A row a level, pair of groups and priority: how often, how long
-- each had them, and how they fare. The most frequent first. Read one level: each has all hand-offs.
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
    -- What the row is of: all tickets, or those of a priority.
    CASE WHEN pair.priority IS NULL THEN 'all' ELSE 'priority' END AS level,
    -- Place by hand-offs, within the level and priority.
    row_number() OVER (
        PARTITION BY pair.priority ORDER BY pair.handoffs DESC, pair.from_group, pair.to_group
    ) AS rank,
    -- The group that passed tickets on.
    pair.from_group,
    -- The group that got them.
    pair.to_group,
    -- The tickets' priority, where the level has one; (none): without.
    pair.priority,
    -- How often.
    pair.handoffs,
    -- Tickets.
    pair.tickets,
    -- Share of all hand-offs of the level and priority.
    (
        pair.handoffs / sum(pair.handoffs) OVER (PARTITION BY pair.priority)
    )::double precision AS share,
    -- Share of those of the group.
    (
        pair.handoffs / sum(pair.handoffs) OVER (PARTITION BY pair.priority, pair.from_group)
    )::double precision AS share_of_group,
    -- Of them, back to a group that had had the ticket before.
    pair.sent_back,
    -- Mean open minutes that the group had it until it passed it on.
    pair.minutes_before::double precision AS mean_minutes_before,
    -- Mean open minutes that the other then had it.
    pair.minutes_after::double precision AS mean_minutes_after,
    -- Mean open minutes from creation to solved, of solved ones.
    pair.cycle_minutes::double precision AS mean_cycle_minutes,
    -- Breached share of the tickets' clocks; a ticket counts at each hand-off.
    pair.breached / nullif(pair.met + pair.breached, 0)::double precision AS breach_rate,
    -- Clocks of the tickets that ended in time; a ticket counts at each hand-off.
    pair.met,
    -- Clocks past their target.
    pair.breached
FROM pairs AS pair
ORDER BY
    level,
    pair.priority,
    rank
