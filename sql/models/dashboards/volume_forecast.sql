-- How many tickets will come? A row a level, group and day of the next 28: for all tickets and for
-- each first group, with intervals. The method is the combination that slaops.forecast calls auto,
-- with a season of a week, and by the open hours of a calendar if that was more accurate in the
-- last eight weeks.
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
    -- The calendar that most tickets keep.
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
    -- A queue is as old as its first ticket. After four weeks of silence only these count, and
    -- nothing is expected.
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
    -- Whole days only; none arrived is 0.
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
    -- Two ways: all days alike, and by the open hours of the calendar that most of its
    -- tickets keep, each of its versions in its time.
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
        queue.calendar_name,
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
    -- What was known so many days ago. Noon where the calendar is, so that a day is that day there.
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
    -- A calendar without an open day in the past tells nothing.
    HAVING slaops.business_days(way.cal, min(daily.day), max(daily.day) + 1) > 0
),

foretold AS MATERIALIZED (
    -- Apart from what came: else a plan may join that first and ask for a forecast a day.
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
        foretold.level,
        foretold.group_name,
        foretold.calendar_name,
        avg(abs(daily.tickets - foretold.forecast) ORDER BY daily.day) AS mae
    FROM foretold
    JOIN daily
        ON daily.level = foretold.level
        AND daily.group_name = foretold.group_name
        AND daily.day = foretold.day
    GROUP BY
        foretold.level,
        foretold.group_name,
        foretold.calendar_name
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
)

SELECT
    -- What the row is of: all tickets, with a forecast of their own and not the sum of the groups,
    -- or those that come to a group first.
    tested.level,
    -- The group, where the level has one; (none): tickets that come to no group.
    CASE WHEN tested.level = 'group' THEN tested.group_name END AS group_name,
    -- The day.
    today.day + forecast.step - 1 AS day,
    -- Tickets expected.
    forecast.forecast AS expected,
    -- Lower end of the interval in which four of five days should lie. With less than two
    -- weeks of history, or so few equal days that their spread says nothing, by that of
    -- Poisson counts.
    bounds.lower_80,
    -- Its upper end; after four weeks without a ticket, ln 5 over the open days since: the
    -- mean number a day is not above it.
    bounds.upper_80,
    -- Lower end of the interval in which 95 % of days should lie.
    bounds.lower_95,
    -- Its upper end; after four weeks without a ticket, 3 over the open days since (rule of three).
    bounds.upper_95,
    -- Weeks of history that it is made from, at most 52, the first perhaps not whole.
    (tested.days + 6) / 7 AS weeks,
    -- Mean absolute error of the same method in the last eight weeks, each four weeks forecast
    -- from the history before them; NULL with too little history.
    tested.mae,
    -- The method that was used, and why if it is not what was asked: weekday_mean (a mean of
    -- the last days, with less than a week) is asked with less than two weeks of history,
    -- auto with more.
    replace(
        forecast.method,
        ', by open hours',
        coalesce(', by the open hours of ' || tested.calendar_name, '')
    ) AS method,
    -- Its mean absolute error in these weeks over that of repeating the week before
    -- (seasonal naive) in the history before them; NULL with less than twelve weeks.
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
        -- No spread is known: of less than two seasons, or of so few equal days.
        tested.days < 14 OR forecast.lower[2] IS NULL AS is_unknown,
        -- A number of tickets forecast from another one like it, both Poisson, differs from it by
        -- the square root of twice the mean.
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
    -- Of none in n open days all that is known is that fewer than 3 / n come a day (the rule
    -- of three, at 95 %; ln 5 / n at 80 %).
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
