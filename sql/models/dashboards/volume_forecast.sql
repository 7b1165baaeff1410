-- How many tickets will come? One row per level, group and day of the next 28: for all tickets and
-- for each first group, with intervals. The method is auto of slaops.forecast with a season of a
-- week, by the open hours of a calendar if that was more accurate in the last eight weeks.
-- materialized: table
-- key: level, group_name, day
WITH today AS MATERIALIZED (
    SELECT ({as_of} AT TIME ZONE {time_zone})::date AS day
),

arrivals AS MATERIALIZED (
    SELECT
        CASE grouping(named.group_name) WHEN 1 THEN 'all' ELSE 'group' END AS level,
        coalesce(named.group_name, '') AS group_name,
        cell.day,
        named.calendar_name,
        sum(cell.came_first) AS tickets
    FROM {schema}.int_groups_by_day AS cell
    CROSS JOIN LATERAL (
        SELECT
            coalesce(cell.group_name, '(none)') AS group_name,
            CASE
                WHEN cell.calendar_name ~ '@'
                    OR cell.calendar_name IN (
                        SELECT registered.name
                        FROM slaops.calendars AS registered
                    )
                    THEN cell.calendar_name
            END AS calendar_name
    ) AS named
    WHERE cell.came_first > 0
        AND isfinite(cell.day)
        AND cell.day < (SELECT today.day FROM today)
    GROUP BY GROUPING SETS (
        (cell.day, named.calendar_name),
        (cell.day, named.calendar_name, named.group_name)
    )
),

calendars AS (
    -- The calendar of most tickets.
    SELECT DISTINCT ON (kept.level, kept.group_name)
        kept.level,
        kept.group_name,
        kept.calendar_name
    FROM (
        SELECT
            arrivals.level,
            arrivals.group_name,
            arrivals.calendar_name,
            sum(arrivals.tickets) AS tickets
        FROM arrivals
        WHERE arrivals.calendar_name IS NOT NULL
        GROUP BY
            arrivals.level,
            arrivals.group_name,
            arrivals.calendar_name
    ) AS kept
    ORDER BY
        kept.level,
        kept.group_name,
        kept.tickets DESC,
        kept.calendar_name
),

queues AS MATERIALIZED (
    -- A queue begins with its first ticket. After four weeks without a ticket only these weeks
    -- count, and the forecast is 0.
    SELECT
        lives.level,
        lives.group_name,
        calendars.calendar_name,
        CASE WHEN lives.last_day < today.day - 28 THEN lives.last_day + 1 END AS quiet_since,
        CASE
            WHEN lives.last_day < today.day - 28 THEN today.day - 28
            ELSE greatest(lives.first_day, today.day - 364)
        END AS first_day
    FROM (
        SELECT
            arrivals.level,
            arrivals.group_name,
            min(arrivals.day) AS first_day,
            max(arrivals.day) AS last_day
        FROM arrivals
        GROUP BY
            arrivals.level,
            arrivals.group_name
    ) AS lives
    CROSS JOIN today
    LEFT JOIN calendars
        ON calendars.level = lives.level
        AND calendars.group_name = lives.group_name
),

daily AS MATERIALIZED (
    -- Whole days only. A day without tickets is 0.
    SELECT
        queue.level,
        queue.group_name,
        days.day::date AS day,
        coalesce(came.tickets, 0) AS tickets
    FROM queues AS queue
    CROSS JOIN today
    CROSS JOIN LATERAL generate_series(
        queue.first_day::timestamp,
        today.day - 1,
        interval '1 day'
    ) AS days (day)
    LEFT JOIN (
        SELECT
            arrivals.level,
            arrivals.group_name,
            arrivals.day,
            sum(arrivals.tickets)::double precision AS tickets
        FROM arrivals
        GROUP BY
            arrivals.level,
            arrivals.group_name,
            arrivals.day
    ) AS came
        ON came.level = queue.level
        AND came.group_name = queue.group_name
        AND came.day = days.day::date
),

ways AS MATERIALIZED (
    -- Two forecasts: with all days alike, and by the open hours of the calendar of most of its
    -- tickets, each version in its time.
    SELECT
        queue.level,
        queue.group_name,
        NULL::text AS calendar_name,
        '24/7 @ UTC' AS cal,
        'UTC' AS zone
    FROM queues AS queue
    UNION ALL
    SELECT
        queue.level,
        queue.group_name,
        queue.calendar_name,
        queue.calendar_name AS cal,
        slaops.time_zone(known.calendar)
    FROM queues AS queue
    CROSS JOIN today
    CROSS JOIN LATERAL (
        SELECT
            CASE
                WHEN queue.calendar_name ~ '@' THEN queue.calendar_name::slaops.calendar
                ELSE slaops.calendar_of(queue.calendar_name, today.day)
            END AS calendar
    ) AS known
    WHERE known.calendar IS NOT NULL
),

past AS MATERIALIZED (
    -- The days that were known at the origin. Noon in the calendar's time zone, so that the day is
    -- the same there.
    SELECT
        way.level,
        way.group_name,
        way.calendar_name,
        way.cal,
        back.days AS back,
        count(*) AS days,
        CASE WHEN count(*) < 14 THEN 'weekday_mean' ELSE 'auto' END AS method,
        slaops.series(
            (daily.day + time '12:00') AT TIME ZONE way.zone,
            daily.tickets,
            interval '1 day',
            'zero'
        ) AS series
    FROM ways AS way
    JOIN daily
        ON daily.level = way.level
        AND daily.group_name = way.group_name
    CROSS JOIN (VALUES (0), (28), (56)) AS back (days)
    WHERE daily.day < (SELECT today.day FROM today) - back.days
    GROUP BY
        way.level,
        way.group_name,
        way.calendar_name,
        way.cal,
        back.days
    -- A calendar without a past open day is of no use.
    HAVING slaops.business_days(way.cal, min(daily.day), max(daily.day) + 1) > 0
),

past_forecasts AS MATERIALIZED (
    -- Separate from the actual values; otherwise a plan may join these first and compute a forecast
    -- per day.
    SELECT
        past.level,
        past.group_name,
        past.calendar_name,
        today.day - past.back + forecast.step - 1 AS day,
        forecast.forecast
    FROM past
    CROSS JOIN today
    CROSS JOIN LATERAL slaops.forecast(
        past.series,
        28,
        past.method,
        7,
        nonnegative => true,
        cal => past.cal
    ) AS forecast
    WHERE past.back > 0
        AND past.days >= 14
),

errors AS MATERIALIZED (
    SELECT
        past_forecast.level,
        past_forecast.group_name,
        past_forecast.calendar_name,
        avg(abs(daily.tickets - past_forecast.forecast) ORDER BY daily.day) AS mae
    FROM past_forecasts AS past_forecast
    JOIN daily
        ON daily.level = past_forecast.level
        AND daily.group_name = past_forecast.group_name
        AND daily.day = past_forecast.day
    GROUP BY
        past_forecast.level,
        past_forecast.group_name,
        past_forecast.calendar_name
),

chosen AS MATERIALIZED (
    SELECT DISTINCT ON (past.level, past.group_name)
        past.*,
        errors.mae
    FROM past
    LEFT JOIN errors
        ON errors.level = past.level
        AND errors.group_name = past.group_name
        AND errors.calendar_name IS NOT DISTINCT FROM past.calendar_name
    WHERE past.back = 0
    ORDER BY
        past.level,
        past.group_name,
        errors.mae,
        past.calendar_name
),

tested AS MATERIALIZED (
    SELECT
        chosen.*,
        backtest.mase,
        slaops.business_days(chosen.cal, queue.quiet_since, today.day) AS quiet_days
    FROM chosen
    JOIN queues AS queue
        ON queue.level = chosen.level
        AND queue.group_name = chosen.group_name
    CROSS JOIN today
    LEFT JOIN LATERAL slaops.backtest(
        CASE WHEN chosen.days >= 84 THEN chosen.series END,
        '{auto}',
        28,
        2,
        7,
        cal => chosen.cal
    ) AS backtest ON true
),

forecasts AS MATERIALIZED (
    SELECT
        tested.level,
        CASE WHEN tested.level = 'group' THEN tested.group_name END AS group_name,
        today.day + forecast.step - 1 AS day,
        forecast.forecast AS expected,
        bounds.lower_80,
        bounds.upper_80,
        bounds.lower_95,
        bounds.upper_95,
        (tested.days + 6) / 7 AS weeks,
        tested.mae,
        replace(
            forecast.method,
            ', by open hours',
            coalesce(', by the open hours of ' || tested.calendar_name, '')
        ) AS method,
        tested.mase
    FROM tested
    CROSS JOIN today
    CROSS JOIN LATERAL slaops.forecast(
        tested.series,
        28,
        tested.method,
        7,
        '{0.8,0.95}',
        nonnegative => true,
        cal => tested.cal
    ) AS forecast
    CROSS JOIN LATERAL (
        SELECT
            slaops.business_days(
                tested.cal,
                today.day + forecast.step - 1,
                today.day + forecast.step
            ) > 0 AS is_open,
            -- The spread is unknown: less than two seasons, or few and equal days.
            tested.days < 14 OR forecast.lower[2] IS NULL AS is_unknown,
            -- The difference of two Poisson counts with the same mean has the square root of twice
            -- the mean as its standard deviation.
            sqrt(2 * forecast.forecast) AS deviation
    ) AS said
    CROSS JOIN LATERAL (
        SELECT
            greatest(forecast.forecast - 1.2815515655446004 * said.deviation, 0) AS lower_80,
            forecast.forecast + 1.2815515655446004 * said.deviation AS upper_80,
            greatest(forecast.forecast - 1.959963984540054 * said.deviation, 0) AS lower_95,
            forecast.forecast + 1.959963984540054 * said.deviation AS upper_95
        WHERE (tested.days < 14 OR said.is_open AND forecast.lower[2] IS NULL)
            AND tested.quiet_days IS NULL
            AND forecast.forecast > 0
        UNION ALL
        -- After n open days without a ticket, the mean per day is below 3 / n at 95 % (rule of
        -- three), and below ln 5 / n at 80 %.
        SELECT
            0,
            ln(5.0::double precision) / nullif(silence.open_days, 0),
            0,
            ln(20.0::double precision) / nullif(silence.open_days, 0)
        FROM (
            SELECT coalesce(
                tested.quiet_days,
                slaops.business_days(tested.cal, today.day - tested.days::integer, today.day)
            ) AS open_days
        ) AS silence
        WHERE said.is_open
            AND (tested.quiet_days IS NOT NULL OR said.is_unknown AND forecast.forecast = 0)
        UNION ALL
        SELECT
            forecast.lower[1],
            forecast.upper[1],
            forecast.lower[2],
            forecast.upper[2]
        WHERE tested.quiet_days IS NULL
            AND (
                tested.days >= 14 AND (NOT said.is_open OR forecast.lower[2] IS NOT NULL)
                OR forecast.forecast = 0 AND NOT said.is_open
            )
            OR tested.quiet_days IS NOT NULL AND NOT said.is_open
    ) AS bounds
),

sums AS (
    -- Bottom-up: the groups' forecasts together.
    SELECT
        forecasts.day,
        sum(forecasts.expected ORDER BY forecasts.group_name) AS expected
    FROM forecasts
    WHERE forecasts.level = 'group'
    GROUP BY forecasts.day
),

reconciled AS (
    SELECT
        forecasts.*,
        coalesce(sums.expected - forecasts.expected, 0) AS moved
    FROM forecasts
    LEFT JOIN sums
        ON sums.day = forecasts.day
        AND forecasts.level = 'all'
)

SELECT
    -- Level of the row: all tickets (the sum of the groups, with the intervals of a forecast of its
    -- own around it), or tickets by the group that they come to first.
    reconciled.level,
    -- The group, if the level has one; (none): tickets without a group.
    reconciled.group_name,
    -- The day.
    reconciled.day,
    -- Tickets expected.
    reconciled.expected + reconciled.moved AS expected,
    -- Lower end of the interval in which 80 % of days should lie. With less than two weeks of
    -- history, or too few equal days to show a spread, it is that of Poisson counts.
    CASE
        WHEN reconciled.lower_80 IS NOT NULL
            THEN greatest(reconciled.lower_80 + reconciled.moved, 0)
    END AS lower_80,
    -- Its upper end. After four weeks without a ticket: ln 5 divided by the open days since, a
    -- bound for the mean per day.
    reconciled.upper_80 + reconciled.moved AS upper_80,
    -- Lower end of the interval in which 95 % of days should lie.
    CASE
        WHEN reconciled.lower_95 IS NOT NULL
            THEN greatest(reconciled.lower_95 + reconciled.moved, 0)
    END AS lower_95,
    -- Its upper end. After four weeks without a ticket: 3 divided by the open days since (rule of
    -- three).
    reconciled.upper_95 + reconciled.moved AS upper_95,
    -- Weeks of history used, at most 52. The first may be incomplete.
    reconciled.weeks,
    -- Mean absolute error of the method in the last eight weeks, forecast four weeks at a time from
    -- the history before them; of all tickets that of their own forecast, before it is made the
    -- groups' sum; NULL with too little history.
    reconciled.mae,
    -- The method used, with the reason if it is not the requested one. With less than two weeks of
    -- history weekday_mean is requested (with less than a week, a mean of the last days), with more
    -- auto.
    reconciled.method,
    -- Its mean absolute error in these weeks, divided by that of repeating the week before
    -- (seasonal naive) in the history before them; NULL with less than twelve weeks.
    reconciled.mase
FROM reconciled
