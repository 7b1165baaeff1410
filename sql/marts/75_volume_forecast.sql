-- How many tickets will come? A row a day of the next 28, for all tickets and for each first group, with intervals: by the theta method with a season of a week, and by the open hours of a calendar where the last eight weeks were foretold better so.
WITH now AS MATERIALIZED (
    SELECT ({as_of} AT TIME ZONE {time_zone})::date AS day
), ticket AS MATERIALIZED (
    SELECT (l.created_at AT TIME ZONE {time_zone})::date AS day, coalesce(l.groups[1], '(none)') AS group_name,
           -- One that does not read has no open minutes.
           CASE WHEN l.business_cycle_minutes IS NOT NULL THEN l.calendar_name END AS calendar_name
    FROM {schema}.int_ticket_lifecycle AS l
    WHERE isfinite(l.created_at) AND l.created_at < (SELECT n.day FROM now AS n)::timestamp AT TIME ZONE {time_zone}
), queue AS MATERIALIZED (
    -- A queue is as old as its first ticket. After four weeks of silence only these count, and nothing is expected.
    SELECT q.whole, q.group_name, q.calendar_name, CASE WHEN q.last < n.day - 28 THEN n.day - 28 ELSE greatest(q.first, n.day - 364) END AS first
    FROM (
        SELECT grouping(t.group_name) = 1 AS whole, coalesce(t.group_name, '') AS group_name, min(t.day) AS first, max(t.day) AS last,
               mode() WITHIN GROUP (ORDER BY t.calendar_name) FILTER (WHERE t.calendar_name ~ '@' OR t.calendar_name IN (SELECT k.name FROM slaops.calendars AS k)) AS calendar_name
        FROM ticket AS t
        GROUP BY GROUPING SETS ((), (t.group_name))
    ) AS q
    CROSS JOIN now AS n
), daily AS MATERIALIZED (
    -- Whole days only; none arrived is 0.
    SELECT q.whole, q.group_name, d.day::date AS day, coalesce(a.n, 0) AS n
    FROM queue AS q
    CROSS JOIN now AS w
    CROSS JOIN generate_series(q.first::timestamp, w.day - 1, interval '1 day') AS d (day)
    LEFT JOIN (
        SELECT grouping(t.group_name) = 1 AS whole, coalesce(t.group_name, '') AS group_name, t.day, count(*)::double precision AS n
        FROM ticket AS t
        GROUP BY GROUPING SETS ((t.day), (t.day, t.group_name))
    ) AS a ON a.whole = q.whole AND a.group_name = q.group_name AND a.day = d.day::date
), way AS MATERIALIZED (
    -- Two ways: all days alike, and by the open hours of the calendar that most of its tickets keep.
    SELECT q.whole, q.group_name, c.calendar_name, c.calendar
    FROM queue AS q
    CROSS JOIN LATERAL (
        SELECT NULL::text AS calendar_name, slaops.calendar '24/7 @ UTC' AS calendar
        UNION ALL
        SELECT q.calendar_name, CASE WHEN q.calendar_name ~ '@' THEN q.calendar_name::slaops.calendar ELSE slaops.calendar_of(q.calendar_name, (SELECT n.day FROM now AS n)) END
    ) AS c
    WHERE c.calendar IS NOT NULL
), past AS MATERIALIZED (
    -- What was known so many days ago. Noon where the calendar is, so that a day is that day there.
    SELECT w.whole, w.group_name, w.calendar_name, b.days AS back, count(*) AS days, CASE WHEN count(*) < 21 THEN 'weekday_mean' ELSE 'theta' END AS method,
           slaops.series((d.day + time '12:00') AT TIME ZONE slaops.time_zone(w.calendar), d.n, interval '1 day', 'zero') AS series, (array_agg(w.calendar))[1] AS calendar
    FROM way AS w
    JOIN daily AS d ON d.whole = w.whole AND d.group_name = w.group_name
    CROSS JOIN (VALUES (0), (28), (56)) AS b (days)
    WHERE d.day < (SELECT n.day FROM now AS n) - b.days
    GROUP BY w.whole, w.group_name, w.calendar_name, b.days
), told AS MATERIALIZED (
    SELECT p.whole, p.group_name, p.calendar_name, avg(abs(d.n - f.forecast)) AS mae
    FROM past AS p
    CROSS JOIN now AS n
    CROSS JOIN LATERAL slaops.forecast(p.series, 28, p.calendar, p.method, 7, '{0.8,0.95}', true) AS f
    JOIN daily AS d ON d.whole = p.whole AND d.group_name = p.group_name AND d.day = n.day - p.back + f.step - 1
    WHERE p.back > 0 AND p.days >= 14
    GROUP BY p.whole, p.group_name, p.calendar_name
), chosen AS MATERIALIZED (
    SELECT DISTINCT ON (p.whole, p.group_name) p.*, t.mae
    FROM past AS p
    LEFT JOIN told AS t ON t.whole = p.whole AND t.group_name = p.group_name AND t.calendar_name IS NOT DISTINCT FROM p.calendar_name
    WHERE p.back = 0
    ORDER BY p.whole, p.group_name, t.mae, p.calendar_name
), tested AS MATERIALIZED (
    SELECT c.*, b.mase
    FROM chosen AS c
    LEFT JOIN LATERAL slaops.backtest(CASE WHEN c.days >= 84 THEN c.series END, '{theta}', c.calendar, 28, 2, 7) AS b ON true
)
SELECT
    n.day + f.step - 1 AS day, -- The day.
    CASE WHEN NOT c.whole THEN c.group_name END AS group_name, -- The first group; NULL: all tickets.
    f.forecast AS expected, -- Tickets expected.
    f.lower[1] AS lower_80, -- Lower end of the interval in which four of five days should lie.
    f.upper[1] AS upper_80, -- Its upper end.
    f.lower[2] AS lower_95, -- Lower end of the interval in which 95 % of days should lie.
    f.upper[2] AS upper_95, -- Its upper end.
    (c.days + 6) / 7 AS weeks, -- Weeks of history that it is made from, at most 52, the first perhaps not whole.
    c.mae,                  -- Mean absolute error of the same method in the last eight weeks, each four weeks told from what was before them; NULL with too little history.
    replace(f.method, ', by open hours', coalesce(', by the open hours of ' || c.calendar_name, '')) AS method, -- The method that was used, and why if it is not theta.
    c.mase                  -- Its mean absolute error in these weeks over that of repeating the week before (seasonal naive) in the history before them; NULL with less than twelve weeks.
FROM tested AS c
CROSS JOIN now AS n
CROSS JOIN LATERAL slaops.forecast(c.series, 28, c.calendar, c.method, 7, '{0.8,0.95}', true) AS f
