-- How many tickets will come? A row a day of the next 28, for all tickets and for each first
-- group, with intervals. The method is the combination that slaops.forecast calls auto, with a
-- season of a week, and by the open hours of a calendar if that was more accurate in the last
-- eight weeks.
-- materialized: table
-- key: day, group_name
WITH now AS MATERIALIZED (
    SELECT ({as_of} AT TIME ZONE {time_zone})::date AS day
), ticket AS MATERIALIZED (
    SELECT c.day, coalesce(c.group_name, '(none)') AS group_name, c.calendar_name, c.came_first AS n
    FROM {schema}.int_groups_by_day AS c
    WHERE isfinite(c.day) AND c.day < (SELECT n.day FROM now AS n) AND c.came_first > 0
), queue AS MATERIALIZED (
    -- A queue is as old as its first ticket. After four weeks of silence only these count,
    -- and nothing is expected.
    SELECT q.whole, q.group_name, c.calendar_name, CASE WHEN q.last < n.day - 28 THEN q.last + 1 END AS quiet_since, CASE WHEN q.last < n.day - 28 THEN n.day - 28 ELSE greatest(q.first, n.day - 364) END AS first
    FROM (
        SELECT grouping(t.group_name) = 1 AS whole, coalesce(t.group_name, '') AS group_name, min(t.day) AS first, max(t.day) AS last
        FROM ticket AS t
        GROUP BY GROUPING SETS ((), (t.group_name))
    ) AS q
    CROSS JOIN now AS n
    LEFT JOIN (
        SELECT DISTINCT ON (k.whole, k.group_name) k.whole, k.group_name, k.calendar_name
        FROM (
            SELECT grouping(t.group_name) = 1 AS whole, coalesce(t.group_name, '') AS group_name, t.calendar_name, sum(t.n) AS n
            FROM ticket AS t
            WHERE t.calendar_name ~ '@' OR t.calendar_name IN (SELECT r.name FROM slaops.calendars AS r)
            GROUP BY GROUPING SETS ((t.calendar_name), (t.calendar_name, t.group_name))
        ) AS k
        ORDER BY k.whole, k.group_name, k.n DESC, k.calendar_name
    ) AS c ON c.whole = q.whole AND c.group_name = q.group_name
    WHERE q.last IS NOT NULL
), daily AS MATERIALIZED (
    -- Whole days only; none arrived is 0.
    SELECT q.whole, q.group_name, d.day::date AS day, coalesce(a.n, 0) AS n
    FROM queue AS q
    CROSS JOIN now AS w
    CROSS JOIN generate_series(q.first::timestamp, w.day - 1, interval '1 day') AS d (day)
    LEFT JOIN (
        SELECT grouping(t.group_name) = 1 AS whole, coalesce(t.group_name, '') AS group_name, t.day, sum(t.n)::double precision AS n
        FROM ticket AS t
        GROUP BY GROUPING SETS ((t.day), (t.day, t.group_name))
    ) AS a ON a.whole = q.whole AND a.group_name = q.group_name AND a.day = d.day::date
), way AS MATERIALIZED (
    -- Two ways: all days alike, and by the open hours of the calendar that most of its
    -- tickets keep, each of its versions in its time.
    SELECT q.whole, q.group_name, NULL::text AS calendar_name, '24/7 @ UTC' AS cal, 'UTC' AS zone
    FROM queue AS q
    UNION ALL
    SELECT q.whole, q.group_name, q.calendar_name, q.calendar_name, slaops.time_zone(c.calendar)
    FROM queue AS q
    CROSS JOIN now AS n
    CROSS JOIN LATERAL (SELECT CASE WHEN q.calendar_name ~ '@' THEN q.calendar_name::slaops.calendar ELSE slaops.calendar_of(q.calendar_name, n.day) END AS calendar) AS c
    WHERE c.calendar IS NOT NULL
), past AS MATERIALIZED (
    -- What was known so many days ago. Noon where the calendar is, so that a day is that day there.
    SELECT w.whole, w.group_name, w.calendar_name, w.cal, b.days AS back, count(*) AS days, CASE WHEN count(*) < 14 THEN 'weekday_mean' ELSE 'auto' END AS method,
           slaops.series((d.day + time '12:00') AT TIME ZONE w.zone, d.n, interval '1 day', 'zero') AS series
    FROM way AS w
    JOIN daily AS d ON d.whole = w.whole AND d.group_name = w.group_name
    CROSS JOIN (VALUES (0), (28), (56)) AS b (days)
    WHERE d.day < (SELECT n.day FROM now AS n) - b.days
    GROUP BY w.whole, w.group_name, w.calendar_name, w.cal, b.days
    -- A calendar without an open day in the past tells nothing.
    HAVING slaops.business_days(w.cal, min(d.day), max(d.day) + 1) > 0
), foretold AS MATERIALIZED (
    -- Apart from what came: else a plan may join that first and ask for a forecast a day.
    SELECT p.whole, p.group_name, p.calendar_name, n.day - p.back + f.step - 1 AS day, f.forecast
    FROM past AS p
    CROSS JOIN now AS n
    CROSS JOIN LATERAL slaops.forecast(p.series, 28, p.method, 7, nonnegative => true, cal => p.cal) AS f
    WHERE p.back > 0 AND p.days >= 14
), told AS MATERIALIZED (
    SELECT f.whole, f.group_name, f.calendar_name, avg(abs(d.n - f.forecast) ORDER BY d.day) AS mae
    FROM foretold AS f
    JOIN daily AS d ON d.whole = f.whole AND d.group_name = f.group_name AND d.day = f.day
    GROUP BY f.whole, f.group_name, f.calendar_name
), chosen AS MATERIALIZED (
    SELECT DISTINCT ON (p.whole, p.group_name) p.*, t.mae
    FROM past AS p
    LEFT JOIN told AS t ON t.whole = p.whole AND t.group_name = p.group_name AND t.calendar_name IS NOT DISTINCT FROM p.calendar_name
    WHERE p.back = 0
    ORDER BY p.whole, p.group_name, t.mae, p.calendar_name
), tested AS MATERIALIZED (
    SELECT c.*, b.mase, slaops.business_days(c.cal, q.quiet_since, n.day) AS quiet_days
    FROM chosen AS c
    JOIN queue AS q ON q.whole = c.whole AND q.group_name = c.group_name
    CROSS JOIN now AS n
    LEFT JOIN LATERAL slaops.backtest(CASE WHEN c.days >= 84 THEN c.series END, '{auto}', 28, 2, 7, cal => c.cal) AS b ON true
)
SELECT
    -- The day.
    n.day + f.step - 1 AS day,
    -- The first group; NULL: all tickets, with a forecast of their own, not the sum of the groups.
    CASE WHEN NOT c.whole THEN c.group_name END AS group_name,
    -- Tickets expected.
    f.forecast AS expected,
    -- Lower end of the interval in which four of five days should lie. With less than two
    -- weeks of history, or so few equal days that their spread says nothing, by that of
    -- Poisson counts.
    b.lower_80,
    -- Its upper end; after four weeks without a ticket, ln 5 over the open days since: the
    -- mean number a day is not above it.
    b.upper_80,
    -- Lower end of the interval in which 95 % of days should lie.
    b.lower_95,
    -- Its upper end; after four weeks without a ticket, 3 over the open days since (rule of three).
    b.upper_95,
    -- Weeks of history that it is made from, at most 52, the first perhaps not whole.
    (c.days + 6) / 7 AS weeks,
    -- Mean absolute error of the same method in the last eight weeks, each four weeks forecast
    -- from the history before them; NULL with too little history.
    c.mae,
    -- The method that was used, and why if it is not what was asked: weekday_mean (a mean of
    -- the last days, with less than a week) is asked with less than two weeks of history,
    -- auto with more.
    replace(f.method, ', by open hours', coalesce(', by the open hours of ' || c.calendar_name, '')) AS method,
    -- Its mean absolute error in these weeks over that of repeating the week before
    -- (seasonal naive) in the history before them; NULL with less than twelve weeks.
    c.mase
FROM tested AS c
CROSS JOIN now AS n
CROSS JOIN LATERAL slaops.forecast(c.series, 28, c.method, 7, '{0.8,0.95}', nonnegative => true, cal => c.cal) AS f
CROSS JOIN LATERAL (SELECT slaops.business_days(c.cal, n.day + f.step - 1, n.day + f.step) > 0 AS open) AS o
CROSS JOIN LATERAL (
    -- Less than two seasons show no spread. A number of tickets forecast from another one
    -- like it, both Poisson, differs from it by the square root of twice the mean.
    SELECT greatest(f.forecast - 1.2815515655446004 * sqrt(2 * f.forecast), 0) AS lower_80, f.forecast + 1.2815515655446004 * sqrt(2 * f.forecast) AS upper_80,
           greatest(f.forecast - 1.959963984540054 * sqrt(2 * f.forecast), 0) AS lower_95, f.forecast + 1.959963984540054 * sqrt(2 * f.forecast) AS upper_95
    WHERE (c.days < 14 OR o.open AND f.lower[2] IS NULL) AND c.quiet_days IS NULL AND f.forecast > 0
    UNION ALL
    -- Of none in n open days all that is known is that fewer than 3 / n come a day (the rule
    -- of three, at 95 %; ln 5 / n at 80 %).
    SELECT 0, ln(5.0::double precision) / nullif(q.n, 0), 0, ln(20.0::double precision) / nullif(q.n, 0)
    FROM (SELECT coalesce(c.quiet_days, slaops.business_days(c.cal, n.day - c.days::integer, n.day)) AS n) AS q
    WHERE o.open AND (c.quiet_days IS NOT NULL OR (c.days < 14 OR f.lower[2] IS NULL) AND f.forecast = 0)
    UNION ALL
    SELECT f.lower[1], f.upper[1], f.lower[2], f.upper[2]
    WHERE c.quiet_days IS NULL AND (c.days >= 14 AND (NOT o.open OR f.lower[2] IS NOT NULL) OR f.forecast = 0 AND NOT o.open) OR c.quiet_days IS NOT NULL AND NOT o.open
) AS b
