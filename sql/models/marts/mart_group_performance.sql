-- How does each group do? A row a group and month in which tickets were created: tickets and
-- time that it had, clocks of its own, what it passed on, and what is open with it now.
-- materialized: view
WITH had AS (
    -- A ticket that comes back to a group is one ticket, and all its time there counts.
    SELECT v.group_name, v.month, count(*) AS tickets, count(*) FILTER (WHERE v.last AND NOT v.is_open) AS resolved,
           sum(v.passed_on)::bigint AS passed_on, count(*) FILTER (WHERE v.last AND v.reopened) AS reopened,
           sum(v.minutes) AS owned_minutes, percentile_cont(0.5) WITHIN GROUP (ORDER BY v.minutes) AS median_owned_minutes,
           percentile_cont(0.9) WITHIN GROUP (ORDER BY v.minutes) AS p90_owned_minutes, count(*) FILTER (WHERE v.last AND v.is_open) AS open_now
    FROM (
        SELECT g.group_name, l.ticket_id, date_trunc('month', min(l.created_at) AT TIME ZONE {time_zone})::date AS month, sum(g.minutes) AS minutes,
               bool_or(coalesce(g.place, 0) = cardinality(l.groups)) AS last, bool_or(l.is_open) AS is_open, bool_or(l.reopens > 0) AS reopened,
               count(*) FILTER (WHERE g.place < cardinality(l.groups)) AS passed_on
        FROM {schema}.int_ticket_lifecycle AS l
        LEFT JOIN LATERAL unnest(l.groups, l.group_minutes) WITH ORDINALITY AS g (group_name, minutes, place) ON true
        GROUP BY g.group_name, l.ticket_id
    ) AS v
    GROUP BY v.group_name, v.month
), clocks AS (
    SELECT f.started_in_group AS group_name, date_trunc('month', f.created_at AT TIME ZONE {time_zone})::date AS month, slaops.attainment(f.status) AS a
    FROM {schema}.fct_sla_attainment AS f
    WHERE f.metric = 'group_ownership'
    GROUP BY f.started_in_group, month
), late AS (
    -- A ticket whose group was taken away still counts with the one that had it last.
    SELECT l.groups[cardinality(l.groups)] AS group_name, date_trunc('month', l.created_at AT TIME ZONE {time_zone})::date AS month, sum(greatest(-f.margin_minutes, 0)) AS debt
    FROM {schema}.fct_sla_attainment AS f
    JOIN {schema}.int_ticket_lifecycle AS l ON l.ticket_id = f.ticket_id
    WHERE f.is_open AND f.stopped_at IS NULL AND f.status = 'breached'
    GROUP BY 1, 2
), key AS (
    -- A clock may have started before the ticket had a group.
    SELECT h.group_name, h.month FROM had AS h UNION SELECT c.group_name, c.month FROM clocks AS c
)
SELECT
    -- The group; NULL: with none.
    k.group_name,
    -- Month in which the tickets were created.
    k.month,
    -- Tickets that it ever had.
    coalesce(h.tickets, 0) AS tickets,
    -- Of them, solved with it.
    coalesce(h.resolved, 0) AS resolved,
    -- How often it passed one on to another group.
    coalesce(h.passed_on, 0) AS passed_on,
    -- Came last to it and were opened again after they were solved.
    coalesce(h.reopened, 0) AS reopened,
    -- Open minutes that tickets were with it, summed.
    h.owned_minutes,
    -- Mean of a ticket.
    h.owned_minutes / nullif(h.tickets, 0) AS mean_owned_minutes,
    -- Median of a ticket.
    h.median_owned_minutes,
    -- Nine tenths of tickets took no longer.
    h.p90_owned_minutes,
    -- Clocks of group_ownership that ended in time.
    coalesce((c.a).met, 0) AS met,
    -- Those past their target.
    coalesce((c.a).breached, 0) AS breached,
    -- met / (met + breached).
    (c.a).attainment,
    -- Lower end of its 95 % interval.
    (c.a).lower AS attainment_lower,
    -- Upper end of its 95 % interval.
    (c.a).upper AS attainment_upper,
    -- Tickets that are open, and with it last.
    coalesce(h.open_now, 0) AS open_now,
    -- Minutes past target of their open clocks, summed.
    coalesce(l.debt, 0) AS sla_debt_minutes
FROM key AS k
LEFT JOIN had AS h ON h.group_name IS NOT DISTINCT FROM k.group_name AND h.month = k.month
LEFT JOIN clocks AS c ON c.group_name IS NOT DISTINCT FROM k.group_name AND c.month = k.month
LEFT JOIN late AS l ON l.group_name IS NOT DISTINCT FROM k.group_name AND l.month = k.month
