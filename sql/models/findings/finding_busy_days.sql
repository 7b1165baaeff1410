-- On which days came far more tickets than on such weekdays? A row a day of the last eight weeks.
-- materialized: table
-- key: day
SELECT
    -- The day.
    anomaly.day,
    -- Tickets created.
    anomaly.created,
    -- Tickets that such a weekday brings.
    anomaly.expected,
    -- How far it is out of the ordinary.
    anomaly.robust_z
FROM {schema}.volume_anomalies AS anomaly
WHERE anomaly.level = 'all'
    AND anomaly.direction = 'more'
    AND anomaly.day > ({as_of} AT TIME ZONE {time_zone})::date - 56
