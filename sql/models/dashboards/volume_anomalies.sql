-- Which days were out of the ordinary? A row a level, group and day that has ended: tickets created
-- against the same weekday of the eight weeks before, by a robust and by a plain z-score.
-- materialized: table
-- key: level, group_name, day
WITH daily AS (
    SELECT
        'all' AS level,
        NULL::text AS group_name,
        totals.day,
        totals.created
    FROM {schema}.mart_daily_totals AS totals
    WHERE totals.is_complete
    UNION ALL
    -- By the group that tickets come to first; days without any are 0, from its first ticket on.
    SELECT
        'group',
        groups.group_name,
        totals.day,
        coalesce(cell.tickets, 0)
    FROM (
        SELECT
            cell.group_name,
            min(cell.day) AS first_day
        FROM {schema}.int_groups_by_day AS cell
        WHERE cell.came_first > 0
            AND cell.group_name IS NOT NULL
        GROUP BY cell.group_name
    ) AS groups
    JOIN {schema}.mart_daily_totals AS totals
        ON totals.is_complete
        AND totals.day >= groups.first_day
    LEFT JOIN (
        SELECT
            cell.group_name,
            cell.day,
            sum(cell.came_first)::bigint AS tickets
        FROM {schema}.int_groups_by_day AS cell
        GROUP BY
            cell.group_name,
            cell.day
    ) AS cell
        ON cell.group_name = groups.group_name
        AND cell.day = totals.day
),

series AS MATERIALIZED (
    -- Days without gaps, so that every seventh is the same weekday.
    SELECT
        daily.level,
        daily.group_name,
        -- By number, as a group may be NULL.
        row_number() OVER () AS number,
        array_agg(daily.created::double precision ORDER BY daily.day) AS created,
        min(daily.day) AS first_day
    FROM daily
    GROUP BY
        daily.level,
        daily.group_name
),

weeks AS (
    SELECT
        series.number,
        point.place,
        avg(point.created) OVER weeks_before AS mean,
        count(*) OVER weeks_before AS weeks
    FROM series
    CROSS JOIN LATERAL unnest(series.created) WITH ORDINALITY AS point (created, place)
    WINDOW weeks_before AS (
        PARTITION BY
            series.number,
            point.place % 7
        ORDER BY point.place
        ROWS BETWEEN 8 PRECEDING AND 1 PRECEDING
    )
),

scored AS (
    SELECT
        series.level,
        series.group_name,
        series.first_day + anomaly."position" - 1 AS day,
        anomaly.value AS created,
        anomaly.expected AS median,
        anomaly.z,
        weeks.mean,
        -- Small counts are skew: two Poisson counts by Huffman's square roots, of this day and of
        -- the weeks before.
        2 * (sqrt(anomaly.value + 0.375) - sqrt(weeks.mean + 0.375 / weeks.weeks))
        / sqrt(1 + 1.0::double precision / weeks.weeks) AS chance_z,
        -- The square root of the mean is what chance alone makes of counts: quiet weekdays are not
        -- all alike by merit.
        sign(anomaly.value - anomaly.expected) * least(
            abs(anomaly.robust_z),
            abs(anomaly.value - anomaly.expected) / greatest(sqrt(anomaly.expected), 1)
        ) AS robust_z
    FROM series
    CROSS JOIN LATERAL slaops.anomalies(series.created, 7, 8) AS anomaly
    JOIN weeks
        ON weeks.number = series.number
        AND weeks.place = anomaly."position"
    -- Four weeks before it.
    WHERE anomaly."position" > 28
)

SELECT
    -- What the row is of: all tickets, or those that came to a group first.
    scored.level,
    -- The group, where the level has one.
    scored.group_name,
    -- The day.
    scored.day,
    -- Tickets created.
    scored.created,
    -- Median of the same weekday in the eight weeks before; at least four of them.
    scored.median AS expected,
    -- Distance from it in robust deviations: 1.4826 times the median absolute deviation
    -- (where that is 0, 1.2533 times the mean one), at least the square root of the
    -- expectation.
    scored.robust_z,
    -- Distance from the mean in standard deviations; one outlier among the eight weeks hides
    -- the next. NULL where the eight weeks do not vary.
    CASE WHEN abs(scored.z) < 'Infinity' THEN scored.z END AS z,
    -- Whether the robust distance is above 3.5, and the one by chance above 3.57.
    abs(scored.robust_z) > 3.5 AND abs(scored.chance_z) > 3.57 AS is_anomaly,
    -- more or fewer than expected.
    CASE
        WHEN abs(scored.robust_z) > 3.5 AND abs(scored.chance_z) > 3.57
            THEN CASE WHEN scored.created > scored.median THEN 'more' ELSE 'fewer' END
    END AS direction,
    -- Its distance from the expectation against those of the four weeks before, in robust
    -- deviations: near 0 on each day of a level that has been new for weeks, far off on the
    -- day it begins. NULL with fewer than two weeks.
    CASE
        WHEN count(*) OVER four_weeks > 14
            THEN slaops.robust_zscore(scored.created - scored.median) OVER four_weeks
    END AS residual_z,
    -- Mean of the same weekday in these weeks.
    scored.mean,
    -- How far a count that comes by chance (Poisson) would have to stray from that mean, in
    -- standard deviations: above 3.57 one in 56 days does in one of 100 teams.
    scored.chance_z
FROM scored
WINDOW four_weeks AS (
    PARTITION BY
        scored.level,
        scored.group_name
    ORDER BY scored.day
    ROWS BETWEEN 28 PRECEDING AND CURRENT ROW
)
