-- When is the backlog under control? A row a day, the last 56 as they were and the next 60 at
-- the pace of the last 28: flow, work in progress, tickets past target, and minutes to green.
-- materialized: table
-- key: day
WITH now AS (
    -- 672 hours are 28 days in whatever time zone the reader's session has. A younger team
    -- is measured from its first ticket, over a day at least.
    SELECT c.calendar, {as_of} AS at, ({as_of} AT TIME ZONE {time_zone})::date AS day, greatest(extract(epoch FROM {as_of} - s.since) / 86400.0::double precision, 1) AS days,
           nullif(slaops.business_minutes(c.calendar, s.since, {as_of}), 0) AS open_minutes
    FROM (
        -- The calendar that most open tickets keep; the wall clock where they keep none.
        SELECT coalesce((SELECT l.calendar_name FROM {schema}.int_ticket_lifecycle AS l
                         WHERE l.is_open AND l.business_cycle_minutes IS NOT NULL AND (l.calendar_name ~ '@' OR l.calendar_name IN (SELECT k.name FROM slaops.calendars AS k))
                         GROUP BY l.calendar_name ORDER BY count(*) DESC, l.calendar_name LIMIT 1), '24/7 @ UTC') AS calendar
    ) AS c
    CROSS JOIN (SELECT greatest({as_of} - interval '672 hours', min(l.created_at)) AS since FROM {schema}.int_ticket_lifecycle AS l WHERE isfinite(l.created_at)) AS s
), late AS (
    SELECT count(DISTINCT f.ticket_id) AS tickets, coalesce(sum(-f.margin_minutes), 0) AS debt
    FROM {schema}.fct_sla_attainment AS f
    WHERE f.is_open AND f.stopped_at IS NULL AND f.status = 'breached'
), stood AS (
    SELECT b.day, sum(b.past_target)::bigint AS late, sum(b.sla_debt_minutes)::double precision AS debt
    FROM {schema}.int_backlog_by_day AS b
    WHERE b.day > (SELECT n.day FROM now AS n) - 57
    GROUP BY b.day
), daily AS (
    SELECT o.day, o.created + o.reopened AS arrivals, o.solved AS completions, o.backlog,
           avg(o.solved) OVER (ORDER BY o.day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW) AS throughput
    FROM {schema}.mart_daily_ops AS o
    WHERE o.day > (SELECT n.day FROM now AS n) - 84
), business AS (
    -- What comes and is done on a day off belongs to the next business day.
    SELECT array_agg(b.arrivals ORDER BY b.day) AS arrivals, array_agg(b.completions ORDER BY b.day) AS completions
    FROM (
        SELECT slaops.roll(n.calendar, o.day, 'forward') AS day, sum(o.created + o.reopened)::double precision AS arrivals, sum(o.solved)::double precision AS completions
        FROM now AS n
        JOIN {schema}.mart_daily_ops AS o ON o.day >= slaops.business_day_add(n.calendar, n.day, -56) AND o.day < n.day
        WHERE n.open_minutes > 0
        GROUP BY 1
    ) AS b
    WHERE b.day < (SELECT n.day FROM now AS n)
    HAVING count(*) >= 10
), pace AS (
    -- An open ticket past target is taken to be cleared at the net pace of all: completions
    -- less arrivals an open minute.
    -- Few days, or no open minute in 28, tell no pace.
    SELECT n.*, l.tickets AS late, l.debt, w.backlog AS wip, f.closed / n.days AS throughput,
           f.opened / k.open_minutes AS arrivals_per_minute, f.closed / k.open_minutes AS completions_per_minute,
           CASE WHEN l.tickets = 0 THEN 0 WHEN f.closed > f.opened THEN l.tickets * k.open_minutes / (f.closed - f.opened) END AS to_green
    FROM now AS n
    CROSS JOIN late AS l
    CROSS JOIN LATERAL (SELECT CASE WHEN EXISTS (SELECT FROM business) THEN n.open_minutes END AS open_minutes) AS k
    CROSS JOIN (SELECT count(*) FILTER (WHERE p.opened > m.at - interval '672 hours') AS opened, count(*) FILTER (WHERE p.closed > m.at - interval '672 hours') AS closed
                FROM now AS m JOIN {schema}.int_ticket_lifecycle AS t ON greatest(t.open_from[cardinality(t.open_from)], t.open_to[cardinality(t.open_to)]) > m.at - interval '672 hours' CROSS JOIN LATERAL unnest(t.open_from, t.open_to) AS p (opened, closed)) AS f
    LEFT JOIN (SELECT d.backlog FROM daily AS d ORDER BY d.day DESC LIMIT 1) AS w ON true
), chance AS MATERIALIZED (
    -- Of the tickets of minutes_to_green, so that both answer one question. The seed is
    -- fixed: the same figures give the same dates.
    SELECT c.p50_date, c.p80_date, c.p95_date, c.never_probability
    FROM pace AS p
    CROSS JOIN business AS b
    CROSS JOIN LATERAL slaops.backlog_clearance(p.late, b.arrivals, b.completions, p.calendar, p.at, 1000, 1) AS c
)
SELECT
    -- The day.
    d.day,
    -- actual, or projected at the pace of the last 28 days.
    'actual' AS kind,
    -- Tickets created or opened again; projected: NULL where no pace is known, as for
    -- minutes_to_green.
    d.arrivals::double precision AS arrivals,
    -- Tickets solved.
    d.completions::double precision AS completions,
    -- Arrivals less completions.
    (d.arrivals - d.completions)::double precision AS net_flow,
    -- Tickets open as the day ended; today: now; projected: as now where no pace is known.
    d.backlog::double precision AS wip,
    -- Completions a day, mean of the 28 days that end with it; today and projected: of the
    -- last 672 hours, or since the first ticket.
    CASE WHEN d.day = p.day THEN p.throughput ELSE d.throughput END::double precision AS throughput,
    -- Open tickets with a clock past its target as the day ended; today: now.
    coalesce(CASE WHEN d.day = p.day THEN p.late ELSE s.late END, 0) AS past_target,
    -- Minutes past target of open clocks, summed.
    coalesce(CASE WHEN d.day = p.day THEN p.debt ELSE s.debt END, 0) AS sla_debt_minutes,
    -- The calendar that most open tickets keep: its open minutes are the time of the projection.
    p.calendar AS calendar_name,
    -- Today: open minutes until no open ticket is past target, at the net pace of the last
    -- 28 days; NULL: never, or not known as fewer than 10 of the last 56 business days are
    -- on record or none of 28 days was open.
    CASE WHEN d.day = p.day THEN p.to_green END AS minutes_to_green,
    -- When that is; NULL if never or not known, or past ten years.
    CASE WHEN d.day = p.day AND p.to_green < 5256000 THEN nullif(slaops.business_add(p.calendar, p.at, p.to_green), 'infinity') END AS green_at,
    -- Today: the business day at the end of which no open ticket is past target in half of
    -- 1000 futures drawn from the last 56 business days; NULL: not within 730 business days,
    -- or fewer than 10 are on record.
    CASE WHEN d.day = p.day THEN c.p50_date END AS p50_date,
    -- The same in 80 % of these futures: a date to promise.
    CASE WHEN d.day = p.day THEN c.p80_date END AS p80_date,
    -- The same in 95 % of them.
    CASE WHEN d.day = p.day THEN c.p95_date END AS p95_date,
    -- Today: the share of these futures in which it does not come within 730 business days.
    CASE WHEN d.day = p.day THEN c.never_probability END AS never_probability
FROM pace AS p
LEFT JOIN chance AS c ON true
JOIN daily AS d ON d.day > p.day - 56
LEFT JOIN stood AS s ON s.day = d.day + 1
UNION ALL
SELECT g.day::date, 'projected', p.arrivals_per_minute * m.minutes, p.completions_per_minute * m.minutes, (p.arrivals_per_minute - p.completions_per_minute) * m.minutes,
       greatest(p.wip + coalesce((p.arrivals_per_minute - p.completions_per_minute) * m.since_now, 0), 0), p.throughput,
       CASE WHEN p.to_green IS NOT NULL THEN ceil(p.late * greatest(1 - m.since_now / nullif(p.to_green, 0), 0)) END, NULL, p.calendar, NULL, NULL, NULL, NULL, NULL, NULL
FROM pace AS p
CROSS JOIN LATERAL generate_series((p.day + 1)::timestamp, p.day + 60, interval '1 day') AS g (day)
CROSS JOIN LATERAL (SELECT slaops.business_minutes(p.calendar, g.day AT TIME ZONE {time_zone}, (g.day + interval '1 day') AT TIME ZONE {time_zone}) AS minutes,
                           slaops.business_minutes(p.calendar, p.at, (g.day + interval '1 day') AT TIME ZONE {time_zone}) AS since_now) AS m
