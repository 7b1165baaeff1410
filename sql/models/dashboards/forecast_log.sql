-- What was foretold of tickets, when, and by which method? A row a day on which slaops.refresh made
-- forecasts, level, group and day foretold: what volume_forecast said at the first refresh of that
-- day. Earlier rows stay as they are. forecast_accuracy holds them beside what came.
-- materialized: log
-- key: made_on, level, group_name, day
SELECT
    -- The day of the figures from which it was made.
    today.day AS made_on,
    -- Their instant.
    {as_of} AS as_of,
    -- What was foretold: all tickets, or those that come to a group first.
    forecast.level,
    -- The group, where the level has one; (none): tickets that come to no group.
    forecast.group_name,
    -- The day foretold.
    forecast.day,
    -- How many days ahead: 1 is the day on which it was made, of which nothing was counted yet.
    forecast.day - today.day + 1 AS horizon,
    -- Tickets expected.
    forecast.expected,
    -- Lower end of the interval in which four of five days should lie.
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
