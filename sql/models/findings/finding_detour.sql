-- Which deviation from the happy path costs most? At most one row: of the deviations of at least 30
-- tickets that take a tenth longer than the happy path, with 99.8 % confidence. Escalations are
-- left out if finding_escalations has a row.
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
    -- The weight: open minutes that it adds per ticket, as a mean over all tickets.
    deviation.share * deviation.extra_minutes AS weight,
    -- Tickets with this deviation.
    deviation.tickets,
    -- Their share of all tickets.
    deviation.share,
    -- Open hours by which they take longer.
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
