-- How good were the forecasts? A row a level, group and horizon: what forecast_log foretold of days
-- of the last year that have passed, against the tickets that came. Empty until such a day has
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
    -- A day on which none came has no row among the arrivals.
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
    -- What was foretold: all tickets, or those that come to a group first.
    passed.level,
    -- The group, where the level has one; (none): tickets that come to no group.
    passed.group_name,
    -- How many days ahead: 1 is the day on which it was made, of which nothing was counted yet.
    passed.horizon,
    -- Days that have passed and were foretold so far ahead.
    count(*) AS days,
    -- Tickets that came on such a day, in the mean.
    avg(passed.came ORDER BY passed.made_on) AS mean_tickets,
    -- Expected less what came, in the mean: above 0 where too many were expected.
    avg(passed.error ORDER BY passed.made_on) AS bias,
    -- Mean absolute error.
    avg(abs(passed.error) ORDER BY passed.made_on) AS mae,
    -- Root of the mean squared error.
    sqrt(avg(passed.error ^ 2 ORDER BY passed.made_on)) AS rmse,
    -- Absolute errors over the tickets that came, both summed; NULL where none came.
    sum(abs(passed.error) ORDER BY passed.made_on)
    / nullif(sum(passed.came ORDER BY passed.made_on), 0) AS wape,
    -- Share of the days with an interval that lay within that of 80 %.
    avg((passed.came BETWEEN passed.lower_80 AND passed.upper_80)::integer)::double precision
    AS coverage_80,
    -- The same of that of 95 %.
    avg((passed.came BETWEEN passed.lower_95 AND passed.upper_95)::integer)::double precision
    AS coverage_95
FROM passed
GROUP BY
    passed.level,
    passed.group_name,
    passed.horizon
