-- Which days were out of the ordinary? A row a day: tickets created against the same weekday of
-- the eight weeks before, by a robust and by a plain z-score.
-- materialized: table
-- key: day
WITH daily AS (
    -- Days without gaps, so that every seventh is the same weekday.
    SELECT array_agg(o.created::double precision ORDER BY o.day) AS created, min(o.day) AS first
    FROM {schema}.mart_daily_ops AS o
    WHERE o.day < ({as_of} AT TIME ZONE {time_zone})::date
), week AS (
    SELECT u.place AS "position", avg(u.n) OVER w AS mean, count(*) OVER w AS weeks
    FROM daily AS d
    CROSS JOIN LATERAL unnest(d.created) WITH ORDINALITY AS u (n, place)
    WINDOW w AS (PARTITION BY u.place % 7 ORDER BY u.place ROWS BETWEEN 8 PRECEDING AND 1 PRECEDING)
), scored AS (
    SELECT d.first + a."position" - 1 AS day, a.value AS n, a.expected AS median, a.z, k.mean,
           -- Small counts are skew: two Poisson counts by Huffman's square roots, of this day and of the weeks before.
           2 * (sqrt(a.value + 0.375) - sqrt(k.mean + 0.375 / k.weeks)) / sqrt(1 + 1.0::double precision / k.weeks) AS chance_z,
           -- The square root of the mean is what chance alone makes of counts: quiet weekdays are not all alike by merit.
           sign(a.value - a.expected) * least(abs(a.robust_z), abs(a.value - a.expected) / greatest(sqrt(a.expected), 1)) AS robust_z
    FROM daily AS d
    CROSS JOIN LATERAL slaops.anomalies(d.created, 7, 8) AS a
    JOIN week AS k ON k."position" = a."position"
    -- Four weeks before it.
    WHERE a."position" > 28
)
SELECT
    -- The day.
    s.day,
    -- Tickets created.
    s.n AS created,
    -- Median of the same weekday in the eight weeks before; at least four of them.
    s.median AS expected,
    -- Distance from it in robust deviations: 1.4826 times the median absolute deviation
    -- (where that is 0, 1.2533 times the mean one), at least the square root of the
    -- expectation.
    s.robust_z,
    -- Distance from the mean in standard deviations; one outlier among the eight weeks hides
    -- the next. NULL where the eight weeks do not vary.
    CASE WHEN abs(s.z) < 'Infinity' THEN s.z END AS z,
    -- Whether the robust distance is above 3.5, and the one by chance above 3.57.
    abs(s.robust_z) > 3.5 AND abs(s.chance_z) > 3.57 AS is_anomaly,
    -- more or fewer than expected.
    CASE WHEN abs(s.robust_z) > 3.5 AND abs(s.chance_z) > 3.57 THEN CASE WHEN s.n > s.median THEN 'more' ELSE 'fewer' END END AS direction,
    -- Its distance from the expectation against those of the four weeks before, in robust
    -- deviations: near 0 on each day of a level that has been new for weeks, far off on the
    -- day it begins. NULL with fewer than two weeks.
    CASE WHEN count(*) OVER w > 14 THEN slaops.robust_zscore(s.n - s.median) OVER w END AS residual_z,
    -- Mean of the same weekday in these weeks.
    s.mean,
    -- How far a count that comes by chance (Poisson) would have to stray from that mean, in
    -- standard deviations: above 3.57 one in 56 days does in one of 100 teams.
    s.chance_z
FROM scored AS s
WINDOW w AS (ORDER BY s.day ROWS BETWEEN 28 PRECEDING AND CURRENT ROW)
