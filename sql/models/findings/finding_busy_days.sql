-- On which days did far more tickets come than usual on that weekday? One row per such day of the
-- last eight weeks.
-- materialized: table
-- key: day
SELECT
    -- The day.
    anomaly.day,
    -- Tickets created.
    anomaly.created,
    -- Tickets expected on that weekday.
    anomaly.expected,
    -- Distance from the expectation in robust deviations.
    anomaly.robust_z
FROM {schema}.volume_anomalies AS anomaly
WHERE anomaly.level = 'all'
    AND anomaly.direction = 'more'
    AND anomaly.day > ({as_of} AT TIME ZONE {time_zone})::date - 56
