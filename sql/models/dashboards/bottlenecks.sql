-- Where do tickets pile up? A row a group: cycle time x volume x breach rate, each term shown.
-- The worst first.
-- materialized: table
WITH term AS (
    -- A ticket that comes back to a group is one ticket, and all its time there counts.
    SELECT v.group_name, count(*) AS tickets, avg(v.minutes) AS cycle_minutes, count(*) FILTER (WHERE v.has_it) AS open_now
    FROM (
        SELECT g.group_name, l.ticket_id, sum(g.minutes) AS minutes, bool_or(l.is_open AND l.group_name = g.group_name) AS has_it
        FROM {schema}.int_ticket_lifecycle AS l
        CROSS JOIN LATERAL unnest(l.groups, l.group_minutes) AS g (group_name, minutes)
        GROUP BY g.group_name, l.ticket_id
    ) AS v
    GROUP BY v.group_name
), stage AS (
    SELECT v.group_name, sum(v.minutes) FILTER (WHERE v.phase = 'working') AS working, sum(v.minutes) FILTER (WHERE v.phase = 'waiting') AS waiting
    FROM {schema}.int_ticket_stages AS v
    GROUP BY v.group_name
), clocks AS MATERIALIZED (
    -- The group's own clocks, and those of whole tickets that ended with it.
    SELECT f.last_group AS group_name, f.metric = 'group_ownership' AS own, slaops.attainment(f.status) AS a
    FROM {schema}.fct_sla_attainment AS f
    GROUP BY 1, 2
)
SELECT
    -- Place by score.
    row_number() OVER (ORDER BY s.score DESC NULLS LAST, s.group_name) AS rank,
    -- The group.
    s.group_name,
    -- Mean open minutes that a ticket is with it.
    s.cycle_minutes,
    -- Tickets that it ever had.
    s.tickets AS volume,
    -- Breached share of its clocks of group_ownership; where there are none, of all clocks
    -- that ended with it or go on there.
    s.breach_rate,
    -- cycle_minutes x volume x breach_rate: minutes with the group, weighed by how often it
    -- is late.
    s.score,
    -- Share of the score of all groups.
    s.score / nullif(sum(s.score) OVER (), 0) AS share,
    -- Tickets that are open with it now.
    s.open_now,
    -- The term that is furthest above the mean of all groups.
    CASE WHEN s.score IS NULL THEN NULL
         WHEN s.cycle_minutes / nullif(avg(s.cycle_minutes) OVER (), 0) >= greatest(s.tickets / nullif(avg(s.tickets) OVER (), 0), s.breach_rate / nullif(avg(s.breach_rate) OVER (), 0)) THEN 'cycle time'
         WHEN s.tickets / nullif(avg(s.tickets) OVER (), 0) >= s.breach_rate / nullif(avg(s.breach_rate) OVER (), 0) THEN 'volume'
         ELSE 'breach rate' END AS driven_by,
    -- What cycle_minutes contributes to the score: times the mean of all groups.
    s.cycle_minutes / nullif(avg(s.cycle_minutes) OVER (), 0) AS cycle_ratio,
    -- What volume contributes: times the mean of all groups.
    s.tickets / nullif(avg(s.tickets) OVER (), 0)::double precision AS volume_ratio,
    -- What breach_rate contributes: times the mean of all groups.
    s.breach_rate / nullif(avg(s.breach_rate) OVER (), 0) AS breach_ratio,
    -- Of cycle_minutes, those in state open: somebody could work on the ticket.
    s.working_minutes,
    -- Of cycle_minutes, those in states new, pending and hold: it waited.
    s.waiting_minutes,
    -- The waiting share of its time.
    s.waiting_minutes / nullif(s.working_minutes + s.waiting_minutes, 0) AS waiting_share
FROM (
    SELECT t.*, r.rate AS breach_rate, t.cycle_minutes * t.tickets * r.rate AS score,
           coalesce(g.working, 0) / t.tickets AS working_minutes, coalesce(g.waiting, 0) / t.tickets AS waiting_minutes
    FROM term AS t
    LEFT JOIN stage AS g ON g.group_name = t.group_name
    LEFT JOIN (SELECT c.group_name, 1 - (array_agg((c.a).attainment ORDER BY c.own DESC) FILTER (WHERE (c.a).attainment IS NOT NULL))[1] AS rate
               FROM clocks AS c GROUP BY c.group_name) AS r ON r.group_name = t.group_name
) AS s
ORDER BY rank
