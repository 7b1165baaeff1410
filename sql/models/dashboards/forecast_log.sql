-- Which forecasts were made, when, and by which method? One row per day of a forecast, level, group
-- and forecast day: volume_forecast as of the first refresh of that day. Rows never change.
-- forecast_accuracy compares them with the tickets that came.
-- materialized: log
-- key: made_on, level, group_name, day
SELECT
    -- The day of the figures from which the forecast was made.
    today.day AS made_on,
    -- The instant of these figures.
    {as_of} AS as_of,
    -- Level of the forecast: all tickets, or tickets by the group that they come to first.
    forecast.level,
    -- The group, if the level has one; (none): tickets without a group.
    forecast.group_name,
    -- The forecast day.
    forecast.day,
    -- Number of days ahead. 1 is the day on which the forecast was made, before any of its tickets
    -- was counted.
    forecast.day - today.day + 1 AS horizon,
    -- Tickets expected.
    forecast.expected,
    -- Lower end of the interval in which 80 % of days should lie.
    forecast.lower_80,
    -- Its upper end.
    forecast.upper_80,
    -- Lower end of the interval in which 95 % of days should lie.
    forecast.lower_95,
    -- Its upper end.
    forecast.upper_95,
    -- The method.
    forecast.method
FROM {schema}.volume_forecast AS forecast
CROSS JOIN (
    SELECT ({as_of} AT TIME ZONE {time_zone})::date AS day
) AS today
