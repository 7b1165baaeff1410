-- Who passes tickets on to whom? A row a pair of groups: how often, how long each had them, and
-- how they fare. The most frequent first.
-- materialized: table
-- key: from_group, to_group
WITH pairs AS (
    SELECT
        cell.from_group,
        cell.to_group,
        sum(cell.handoffs)::bigint AS handoffs,
        sum(cell.tickets)::bigint AS tickets,
        sum(cell.sent_back)::bigint AS sent_back,
        sum(cell.microseconds_before) / nullif(sum(cell.timed_before), 0) / 60000000
        AS minutes_before,
        sum(cell.microseconds_after) / nullif(sum(cell.timed_after), 0) / 60000000
        AS minutes_after,
        sum(cell.solved_microseconds) / nullif(sum(cell.solved), 0) / 60000000 AS cycle_minutes,
        sum(cell.breached) / nullif(sum(cell.met + cell.breached), 0) AS breach_rate
    FROM {schema}.int_handoffs_by_group AS cell
    GROUP BY
        cell.from_group,
        cell.to_group
)

SELECT
    -- Place by hand-offs.
    row_number() OVER (ORDER BY pair.handoffs DESC, pair.from_group, pair.to_group) AS rank,
    -- The group that passed tickets on.
    pair.from_group,
    -- The group that got them.
    pair.to_group,
    -- How often.
    pair.handoffs,
    -- Tickets.
    pair.tickets,
    -- Share of all hand-offs.
    (pair.handoffs / sum(pair.handoffs) OVER ())::double precision AS share,
    -- Share of those of the group.
    (pair.handoffs / sum(pair.handoffs) OVER (PARTITION BY pair.from_group))::double precision
    AS share_of_group,
    -- Of them, back to a group that had had the ticket before.
    pair.sent_back,
    -- Mean open minutes that the group had it until it passed it on.
    pair.minutes_before::double precision AS mean_minutes_before,
    -- Mean open minutes that the other then had it.
    pair.minutes_after::double precision AS mean_minutes_after,
    -- Mean open minutes from creation to solved, of solved ones.
    pair.cycle_minutes::double precision AS mean_cycle_minutes,
    -- Breached share of the tickets' clocks; a ticket counts at each hand-off.
    pair.breach_rate::double precision AS breach_rate
FROM pairs AS pair
ORDER BY rank
