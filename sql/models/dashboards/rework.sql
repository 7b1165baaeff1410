-- What does doing things twice cost? A row a kind of rework and group: tickets, how often, and
-- open minutes that went into it. The dearest first. One ticket may be in several kinds.
-- materialized: table
-- key: kind, group_name
WITH kinds AS (
    SELECT
        cell.kind,
        cell.group_name,
        sum(cell.tickets)::bigint AS tickets,
        sum(cell.times)::bigint AS times,
        CASE WHEN sum(cell.timed) > 0 THEN sum(cell.microseconds) / 60000000 END AS minutes,
        sum(cell.breached) / nullif(sum(cell.met + cell.breached), 0) AS breach_rate
    FROM {schema}.int_rework_by_group AS cell
    GROUP BY
        cell.kind,
        cell.group_name
),

everything AS (
    SELECT sum(cell.microseconds) / 60000000 AS minutes
    FROM {schema}.int_paths_by_group AS cell
)

SELECT
    -- reopened: from when a ticket was opened again until it was solved again; sent back:
    -- with a group that had had it before.
    kind.kind,
    -- The group that has the reopened ticket, or that got it back.
    kind.group_name,
    -- Tickets.
    kind.tickets,
    -- How often.
    kind.times,
    -- Open minutes that went into it.
    kind.minutes::double precision AS minutes,
    -- Mean open minutes each time.
    (kind.minutes / nullif(kind.times, 0))::double precision AS mean_minutes,
    -- Share of the cycle time of all tickets.
    (kind.minutes / nullif(everything.minutes, 0))::double precision AS share,
    -- Breached share of these tickets' clocks.
    kind.breach_rate::double precision AS breach_rate
FROM kinds AS kind
CROSS JOIN everything
ORDER BY
    kind.minutes DESC NULLS LAST,
    kind.kind,
    kind.group_name
