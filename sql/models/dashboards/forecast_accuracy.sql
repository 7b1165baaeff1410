-- How good were the forecasts? One row per level, group and horizon: forecasts of forecast_log for
-- past days of the last year, compared with the tickets that came. Empty until a forecast day has
-- passed.
-- materialized: table
-- key: level, group_name, horizon
WITH today AS (
    SELECT ({as_of} AT TIME ZONE {time_zone})::date AS day
),

arrivals AS (
    SELECT
        CASE grouping(named.group_name) WHEN 1 THEN 'all' ELSE 'group' END AS level,
        named.group_name,
        named.day,
        sum(named.tickets)::double precision AS tickets
    FROM (
        SELECT
            coalesce(cell.group_name, '(none)') AS group_name,
            cell.day,
            cell.came_first AS tickets
        FROM {schema}.int_groups_by_day AS cell
        WHERE cell.came_first > 0
            AND cell.day >= (SELECT today.day - 364 FROM today)
    ) AS named
    GROUP BY GROUPING SETS (
        (named.day),
        (named.day, named.group_name)
    )
),

passed AS (
    -- A day without tickets has no row among the arrivals.
    SELECT
        forecast.*,
        coalesce(came.tickets, 0) AS came,
        forecast.expected - coalesce(came.tickets, 0) AS error
    FROM {schema}.forecast_log AS forecast
    CROSS JOIN today
    LEFT JOIN arrivals AS came
        ON came.level = forecast.level
        AND came.day = forecast.day
        AND coalesce(came.group_name, '') = coalesce(forecast.group_name, '')
    WHERE forecast.day < today.day
        AND forecast.day >= today.day - 364
        AND forecast.made_on <= today.day
)

SELECT
    -- Level of the forecast: all tickets, or tickets by the group that they come to first.
    passed.level,
    -- The group, if the level has one; (none): tickets without a group.
    passed.group_name,
    -- Number of days ahead. 1 is the day on which the forecast was made, before any of its tickets
    -- was counted.
    passed.horizon,
    -- Past days with a forecast so far ahead.
    count(*) AS days,
    -- Mean number of tickets on such a day.
    avg(passed.came ORDER BY passed.made_on) AS mean_tickets,
    -- Mean of expected less actual tickets. Above 0: too many were expected.
    avg(passed.error ORDER BY passed.made_on) AS bias,
    -- Mean absolute error.
    avg(abs(passed.error) ORDER BY passed.made_on) AS mae,
    -- Root of the mean squared error.
    sqrt(avg(passed.error ^ 2 ORDER BY passed.made_on)) AS rmse,
    -- Sum of absolute errors divided by the sum of tickets; NULL without tickets.
    sum(abs(passed.error) ORDER BY passed.made_on)
    / nullif(sum(passed.came ORDER BY passed.made_on), 0) AS wape,
    -- Share of the days with an interval whose tickets lay within the 80 % interval.
    avg((passed.came BETWEEN passed.lower_80 AND passed.upper_80)::integer)::double precision
    AS coverage_80,
    -- The same for the 95 % interval.
    avg((passed.came BETWEEN passed.lower_95 AND passed.upper_95)::integer)::double precision
    AS coverage_95
FROM passed
GROUP BY
    passed.level,
    passed.group_name,
    passed.horizon
