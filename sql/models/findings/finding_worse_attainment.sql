-- What has become worse? A row a metric whose attainment of the last 28 days is surely below that
-- of the 28 before: the intervals do not meet.
-- materialized: table
-- key: subject
SELECT
    -- The metric.
    lately.metric AS subject,
    -- What it is ranked by: what was lost.
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
