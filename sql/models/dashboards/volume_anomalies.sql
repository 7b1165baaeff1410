-- Which days were unusual? One row per level, group and past day: tickets created, compared with
-- the same weekday of the eight weeks before by a robust and by a plain z-score.
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
    -- By the group that tickets come to first. Days without tickets count as 0, from the group's
    -- first ticket on.
    SELECT
        'group',
        groups.group_name,
        totals.day,
        coalesce(first_tickets.tickets, 0)
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
    ) AS first_tickets
        ON first_tickets.group_name = groups.group_name
        AND first_tickets.day = totals.day
),

series AS MATERIALIZED (
    -- Days without gaps, so that every seventh is the same weekday.
    SELECT
        daily.level,
        daily.group_name,
        -- By a number, because a group may be NULL.
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
        -- Small counts are skewed. Huffman's square roots compare two Poisson counts: this day, and
        -- the weeks before.
        2 * (sqrt(anomaly.value + 0.375) - sqrt(weeks.mean + 0.375 / weeks.weeks))
        / sqrt(1 + 1.0::double precision / weeks.weeks) AS chance_z,
        -- The square root of the mean is the chance variation of counts, so equal counts on quiet
        -- weekdays do not make the spread 0.
        sign(anomaly.value - anomaly.expected) * least(
            abs(anomaly.robust_z),
            abs(anomaly.value - anomaly.expected) / greatest(sqrt(anomaly.expected), 1)
        ) AS robust_z
    FROM series
    CROSS JOIN LATERAL slaops.anomalies(series.created, 7, 8) AS anomaly
    JOIN weeks
        ON weeks.number = series.number
        AND weeks.place = anomaly."position"
    -- The four weeks before it.
    WHERE anomaly."position" > 28
)

SELECT
    -- Level of the row: all tickets, or tickets by the group that they came to first.
    scored.level,
    -- The group, if the level has one.
    scored.group_name,
    -- The day.
    scored.day,
    -- Tickets created.
    scored.created,
    -- Median of the same weekday in the eight weeks before, of which at least four must be on
    -- record.
    scored.median AS expected,
    -- Distance from it in robust deviations: 1.4826 times the median absolute deviation (if that is
    -- 0, 1.2533 times the mean absolute deviation), but at least the square root of the
    -- expectation.
    scored.robust_z,
    -- Distance from the mean in standard deviations. One outlier among the eight weeks hides the
    -- next. NULL if the eight weeks do not vary.
    CASE WHEN abs(scored.z) < 'Infinity' THEN scored.z END AS z,
    -- Whether robust_z is above 3.5 and chance_z above 3.57.
    abs(scored.robust_z) > 3.5 AND abs(scored.chance_z) > 3.57 AS is_anomaly,
    -- more or fewer than expected.
    CASE
        WHEN abs(scored.robust_z) > 3.5 AND abs(scored.chance_z) > 3.57
            THEN CASE WHEN scored.created > scored.median THEN 'more' ELSE 'fewer' END
    END AS direction,
    -- Its distance from the expectation compared with those of the four weeks before, in robust
    -- deviations. After a lasting change of level it is large on the first days and then near 0.
    -- NULL with fewer than two weeks.
    CASE
        WHEN count(*) OVER four_weeks > 14
            THEN slaops.robust_zscore(scored.created - scored.median) OVER four_weeks
    END AS residual_z,
    -- Mean of the same weekday in these weeks.
    scored.mean,
    -- Distance from that mean in standard deviations of a chance (Poisson) count. By chance, one
    -- day in 56 is above 3.57 in one of 100 teams.
    scored.chance_z
FROM scored
WINDOW four_weeks AS (
    PARTITION BY
        scored.level,
        scored.group_name
    ORDER BY scored.day
    ROWS BETWEEN 28 PRECEDING AND CURRENT ROW
)
