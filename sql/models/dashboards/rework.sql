-- What does doing things twice cost? A row a kind of rework and group: tickets, how often, and
-- open minutes that went into it. The dearest first. One ticket may be in several kinds.
-- materialized: table
WITH rework AS (
    SELECT 'reopened' AS kind, l.ticket_id, coalesce(l.group_name, l.groups[cardinality(l.groups)]) AS group_name, count(*) AS times,
           sum(slaops.business_minutes(CASE WHEN l.business_cycle_minutes IS NULL THEN NULL WHEN l.calendar_name = '24x7' THEN '24/7 @ UTC' ELSE l.calendar_name END,
                                       o.open_from, coalesce(o.open_to, {as_of}))) AS minutes
    FROM {schema}.int_ticket_lifecycle AS l
    CROSS JOIN LATERAL unnest(l.open_from, l.open_to) WITH ORDINALITY AS o (open_from, open_to, place)
    WHERE o.place > 1
    GROUP BY l.ticket_id, l.group_name, l.groups
    UNION ALL
    SELECT 'sent back', l.ticket_id, g.group_name, count(*), sum(g.minutes)
    FROM {schema}.int_ticket_lifecycle AS l
    CROSS JOIN LATERAL unnest(l.groups, l.group_minutes) WITH ORDINALITY AS g (group_name, minutes, place)
    WHERE g.group_name = ANY (l.groups[1:g.place - 1])
    GROUP BY l.ticket_id, g.group_name
), everything AS (
    SELECT sum(l.business_cycle_minutes) AS minutes FROM {schema}.int_ticket_lifecycle AS l
)
SELECT
    -- reopened: from when a ticket was opened again until it was solved again; sent back:
    -- with a group that had had it before.
    r.kind,
    -- The group that has the reopened ticket, or that got it back.
    r.group_name,
    -- Tickets.
    count(*) AS tickets,
    -- How often.
    sum(r.times)::bigint AS times,
    -- Open minutes that went into it.
    sum(r.minutes) AS minutes,
    -- Mean open minutes each time.
    sum(r.minutes) / nullif(sum(r.times), 0)::double precision AS mean_minutes,
    -- Share of the cycle time of all tickets.
    sum(r.minutes) / nullif(a.minutes, 0) AS share,
    -- Breached share of these tickets' clocks.
    sum(o.breached) / nullif(sum(o.met + o.breached), 0)::double precision AS breach_rate
FROM rework AS r
JOIN {schema}.mart_ticket_outcomes AS o ON o.ticket_id = r.ticket_id
CROSS JOIN everything AS a
GROUP BY r.kind, r.group_name, a.minutes
ORDER BY sum(r.minutes) DESC NULLS LAST, r.kind, r.group_name
