-- How many tickets will come? A row a day of the next 28, for all tickets and for each first group: the mean of the same weekday in the last eight weeks, with intervals from how well that would have told the last eight weeks.
WITH now AS (
    SELECT ({as_of} AT TIME ZONE {time_zone})::date AS day
), arrived AS (
    SELECT (l.created_at AT TIME ZONE {time_zone})::date AS day, l.groups[1] AS group_name, count(*) AS n
    FROM {schema}.int_ticket_lifecycle AS l
    WHERE l.created_at >= ((SELECT n.day FROM now AS n) - 112)::timestamp AT TIME ZONE {time_zone}
    GROUP BY 1, 2
), began AS (
    -- Before its first ticket a group was not quiet, it was not there.
    SELECT g.whole, g.group_name, min(g.day) AS day
    FROM (
        SELECT v.whole, CASE WHEN v.whole = 0 THEN l.groups[1] END AS group_name, (l.created_at AT TIME ZONE {time_zone})::date AS day
        FROM {schema}.int_ticket_lifecycle AS l CROSS JOIN (VALUES (0), (1)) AS v (whole)
        WHERE isfinite(l.created_at)
    ) AS g
    WHERE g.whole = 1 OR EXISTS (SELECT FROM arrived AS a WHERE a.group_name IS NOT DISTINCT FROM g.group_name)
    GROUP BY g.whole, g.group_name
), series AS (
    -- Whole days only; none arrived is 0.
    SELECT g.whole, g.group_name, d.day::date AS day, coalesce(sum(a.n), 0)::double precision AS n
    FROM began AS g
    CROSS JOIN now AS n
    CROSS JOIN generate_series((n.day - 112)::timestamp, n.day - 1, interval '1 day') AS d (day)
    LEFT JOIN arrived AS a ON a.day = d.day::date AND (g.whole = 1 OR a.group_name IS NOT DISTINCT FROM g.group_name)
    WHERE d.day::date >= g.day
    GROUP BY g.whole, g.group_name, d.day
), told AS (
    SELECT s.*, avg(s.n) OVER w AS expected, count(*) OVER w AS weeks
    FROM series AS s
    WINDOW w AS (PARTITION BY s.whole, s.group_name, extract(isodow FROM s.day) ORDER BY s.day ROWS BETWEEN 8 PRECEDING AND 1 PRECEDING)
), error AS (
    SELECT t.whole, t.group_name, count(*) AS days, avg(abs(t.n - t.expected)) AS mae,
           percentile_cont(ARRAY[0.025, 0.1, 0.9, 0.975]) WITHIN GROUP (ORDER BY t.n - t.expected) AS off
    FROM told AS t
    WHERE t.weeks >= 2 AND t.day >= (SELECT n.day FROM now AS n) - 56
    GROUP BY t.whole, t.group_name
), next AS (
    SELECT s.whole, s.group_name, extract(isodow FROM s.day) AS weekday, avg(s.n) AS expected, count(*) AS weeks
    FROM series AS s
    WHERE s.day >= (SELECT n.day FROM now AS n) - 56
    GROUP BY 1, 2, 3
)
SELECT
    d.day::date AS day,     -- The day.
    CASE WHEN x.whole = 1 THEN NULL ELSE coalesce(x.group_name, '(none)') END AS group_name, -- The first group; NULL: all tickets.
    x.expected,             -- Tickets expected.
    greatest(x.expected + e.off[2], 0) AS lower_80, -- Lower end of the interval that held four of five of the last eight weeks' days.
    greatest(x.expected + e.off[3], 0) AS upper_80, -- Its upper end.
    greatest(x.expected + e.off[1], 0) AS lower_95, -- Lower end of the interval that held 95 % of these days.
    greatest(x.expected + e.off[4], 0) AS upper_95, -- Its upper end.
    x.weeks,                -- Weeks that the mean is of.
    e.mae                   -- Mean absolute error of the same method in the last eight weeks, each day told from the eight weeks before it; NULL with too little history.
FROM now AS n
CROSS JOIN generate_series(n.day::timestamp, n.day + 27, interval '1 day') AS d (day)
JOIN next AS x ON x.weekday = extract(isodow FROM d.day)
LEFT JOIN error AS e ON e.whole = x.whole AND e.group_name IS NOT DISTINCT FROM x.group_name
