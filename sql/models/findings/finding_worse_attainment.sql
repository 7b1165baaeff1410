-- What has become worse? One row per metric whose attainment of the last 28 days is significantly
-- below that of the 28 days before: the intervals do not overlap.
-- materialized: table
-- key: subject
SELECT
    -- The metric.
    lately.metric AS subject,
    -- The weight: the loss of attainment.
    -lately.change AS weight,
    -- The metric.
    lately.metric,
    -- Attainment of the last 28 days.
    lately.attainment,
    -- Attainment of the 28 days before.
    lately.attainment_before,
    -- The difference.
    lately.change
FROM {schema}.sla_overview AS lately
WHERE lately.level = 'all'
    AND lately.trend = 'worse'
