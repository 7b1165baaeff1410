-- Which deviation from the happy path costs most? At most one row: of those of 30 tickets that
-- take, surely at 99.8 %, a tenth longer than the happy path. What finding_escalations says
-- already is not said twice.
-- materialized: table
-- key: subject
WITH deviations AS (
    SELECT
        deviation.*,
        max(deviation.median_cycle_minutes) FILTER (WHERE deviation.deviation = 'happy path')
        OVER () AS happy_minutes
    FROM {schema}.process_conformance AS deviation
    WHERE deviation.level = 'all'
)

SELECT
    -- The deviation.
    deviation.deviation AS subject,
    -- What it is ranked by: open minutes that it adds to a ticket, in the mean of all.
    deviation.share * deviation.extra_minutes AS weight,
    -- Tickets that deviate so.
    deviation.tickets,
    -- Their share of all.
    deviation.share,
    -- Open hours that they take longer.
    deviation.extra_minutes / 60 AS extra_hours,
    -- Lower end of the 95 % interval.
    deviation.extra_lower / 60 AS extra_hours_lower,
    -- Upper end of the 95 % interval.
    deviation.extra_upper / 60 AS extra_hours_upper
FROM deviations AS deviation
WHERE deviation.tickets >= 30
    AND deviation.extra_minutes - (deviation.extra_minutes - deviation.extra_lower) * 3.09 / 1.96
        > deviation.happy_minutes / 10
    AND NOT (
        deviation.deviation = 'escalated to another group'
        AND EXISTS (SELECT FROM {schema}.finding_escalations)
    )
ORDER BY deviation.share * deviation.extra_minutes DESC, deviation.deviation
LIMIT 1
