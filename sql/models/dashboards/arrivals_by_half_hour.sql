-- How much will come in each half hour of the next three weeks? One row per queue of
-- int_staffing_queues and half hour, with intervals, from the last ten weeks.
-- materialized: table
-- key: group_name, channel, from_at
WITH now AS MATERIALIZED (
    -- The half hour of as_of is not over: it is the first of the forecast.
    SELECT date_bin('30 minutes', {as_of}, '2000-01-01 00:00Z') AS at
),

came AS MATERIALIZED (
    SELECT
        queue.group_name,
        queue.channel,
        queue.time_zone,
        date_bin('30 minutes', arrival.came_at, '2000-01-01 00:00Z') AS at,
        sum(arrival.tickets)::double precision AS tickets
    FROM {schema}.int_staffing_queues AS queue
    CROSS JOIN now
    JOIN {schema}.int_group_arrivals AS arrival
        ON arrival.group_name = queue.group_name
        AND arrival.came_at < now.at
        -- 1680 hours are ten weeks.
        AND arrival.came_at >= now.at - interval '1680 hours'
    WHERE arrival.channel = queue.channel
        OR queue.channel IS NULL
        AND NOT EXISTS (
            SELECT
            FROM {schema}.int_staffing_queues AS other
            WHERE other.group_name = queue.group_name
                AND other.channel = arrival.channel
        )
    GROUP BY
        queue.group_name,
        queue.channel,
        queue.time_zone,
        date_bin('30 minutes', arrival.came_at, '2000-01-01 00:00Z')
),

stretches AS (
    SELECT
        came.group_name,
        came.channel,
        came.time_zone,
        (extract(epoch FROM now.at - min(came.at)) / 1800)::integer AS half_hours,
        sum(came.tickets) AS tickets
    FROM came
    CROSS JOIN now
    GROUP BY
        came.group_name,
        came.channel,
        came.time_zone,
        now.at
),

past AS MATERIALIZED (
    SELECT
        stretch.group_name,
        stretch.channel,
        stretch.time_zone,
        stretch.half_hours,
        stretch.tickets,
        slaops.series(point.at, point.tickets, interval '30 minutes', 'zero') AS series
    FROM stretches AS stretch
    CROSS JOIN now
    CROSS JOIN LATERAL (
        SELECT
            came.at,
            came.tickets
        FROM came
        WHERE came.group_name = stretch.group_name
            AND came.channel IS NOT DISTINCT FROM stretch.channel
        UNION ALL
        -- The last half hour may have been a quiet one.
        SELECT
            now.at - interval '30 minutes',
            0
    ) AS point
    GROUP BY
        stretch.group_name,
        stretch.channel,
        stretch.time_zone,
        stretch.half_hours,
        stretch.tickets
)

SELECT
    -- The group.
    past.group_name,
    -- The channel; NULL: all channels of the group that have no row of their own in
    -- stg_group_capacity.
    past.channel,
    -- Start of the half hour.
    forecast.at AS from_at,
    -- Tickets, calls or chats expected.
    forecast.forecast AS expected,
    -- Lower end of the interval in which 80 % of half hours should lie.
    forecast.lower[1] AS lower_80,
    -- Its upper end.
    forecast.upper[1] AS upper_80,
    -- Lower end of the interval in which 95 % of half hours should lie.
    forecast.lower[2] AS lower_95,
    -- Its upper end.
    forecast.upper[2] AS upper_95,
    -- Weeks of history used, at most ten. The first may be incomplete.
    (past.half_hours + 335) / 336 AS weeks,
    -- The method used: auto from four weeks of history and a ticket per half hour on, else
    -- weekday_mean. With less than two weeks all days are alike.
    forecast.method
FROM past
CROSS JOIN LATERAL slaops.forecast(
    past.series,
    1008,
    -- Of few tickets auto forecasts less than their mean: it errs least by the median.
    CASE
        WHEN past.half_hours >= 1344 AND past.tickets >= past.half_hours THEN 'auto'
        ELSE 'weekday_mean'
    END,
    CASE WHEN past.half_hours >= 672 THEN 336 WHEN past.half_hours >= 96 THEN 48 ELSE 1 END,
    '{0.8,0.95}',
    nonnegative => true,
    cal => '24/7 @ ' || past.time_zone
) AS forecast
