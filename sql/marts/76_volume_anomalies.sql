-- Which days were out of the ordinary? A row a day: tickets created against the same weekday of the eight weeks before, by a robust and by a plain z-score.
WITH daily AS (
    SELECT o.day, o.created::double precision AS n
    FROM {schema}.mart_daily_ops AS o
    WHERE o.day < ({as_of} AT TIME ZONE {time_zone})::date
), compared AS (
    SELECT d.day, d.n, count(b.n) AS weeks, percentile_cont(0.5) WITHIN GROUP (ORDER BY b.n) AS median, avg(b.n) AS mean, stddev_samp(b.n) AS deviation, array_agg(b.n) AS others
    FROM daily AS d
    JOIN daily AS b ON b.day IN (d.day - 7, d.day - 14, d.day - 21, d.day - 28, d.day - 35, d.day - 42, d.day - 49, d.day - 56)
    GROUP BY d.day, d.n
), scored AS (
    SELECT c.*, (c.n - c.mean) / nullif(c.deviation, 0) AS z,
           -- The square root of the mean is what chance alone makes of counts: quiet weekdays are not all alike by merit.
           (c.n - c.median) / nullif(greatest(1.4826 * m.mad, sqrt(c.median), 1), 0) AS robust_z
    FROM compared AS c
    CROSS JOIN LATERAL (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(u.n - c.median)) AS mad FROM unnest(c.others) AS u (n)) AS m
    WHERE c.weeks >= 4
)
SELECT
    s.day,                  -- The day.
    s.n AS created,         -- Tickets created.
    s.median AS expected,   -- Median of the same weekday in the eight weeks before; at least four of them.
    s.robust_z,             -- Distance from it in robust deviations: 1.4826 times the median absolute deviation, at least the square root of the expectation.
    s.z,                    -- Distance from the mean in standard deviations; one outlier among the eight weeks hides the next.
    abs(s.robust_z) > 3.5 AS is_anomaly, -- Whether the robust distance is above 3.5.
    CASE WHEN abs(s.robust_z) > 3.5 THEN CASE WHEN s.n > s.median THEN 'more' ELSE 'fewer' END END AS direction -- more or fewer than expected.
FROM scored AS s
