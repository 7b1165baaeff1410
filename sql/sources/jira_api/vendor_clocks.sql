-- What Jira Service Management itself says of its SLAs: the cycles in its SLA fields. The metric is
-- what the field's name tells.
-- {issues}: id! text, key text, fields jsonb, others others
-- {issue_fields}: id! text, name! text
-- without figures: SLA fields are known by issue_fields: reconciliation has nothing to compare
WITH issue AS (
    SELECT
        source.id,
        coalesce(source.key, source.id) AS key,
        coalesce(source.fields, source.others) AS fields
    FROM {issues} AS source
),
sla AS (
    SELECT
        issue.key AS ticket_id,
        CASE
            WHEN field.name ~* 'first response' THEN 'first_response'
            WHEN field.name ~* 'next response' THEN 'next_response'
            WHEN field.name ~* 'resol' THEN 'resolution'
        END AS metric,
        coalesce(entry.value -> 'completedCycles', '[]')
        || CASE
            WHEN jsonb_typeof(entry.value -> 'ongoingCycle') = 'object'
                THEN jsonb_build_array(entry.value -> 'ongoingCycle')
            ELSE '[]'
        END AS cycles
    FROM issue
    CROSS JOIN jsonb_each(issue.fields) AS entry
    JOIN {issue_fields} AS field ON field.id = replace(entry.key, 'fields__', '')
    WHERE jsonb_typeof(entry.value) = 'object'
        AND jsonb_typeof(coalesce(entry.value -> 'completedCycles', '[]')) = 'array'
        AND entry.value ?| '{completedCycles,ongoingCycle}'
)
SELECT
    -- The issue's key.
    sla.ticket_id,
    -- The metric.
    sla.metric,
    -- The number of the cycle.
    given.place::int4 AS cycle,
    -- When it breaches; of a paused cycle it is not said.
    to_timestamp((given.cycle #>> '{breachTime,epochMillis}')::float8 / 1000) AS due_at,
    -- Minutes that a cycle took which is done.
    CASE
        WHEN given.cycle ? 'stopTime'
            THEN (given.cycle #>> '{elapsedTime,millis}')::float8 / 60000
    END AS elapsed_minutes,
    -- The goal.
    (given.cycle #>> '{goalDuration,millis}')::float8 / 60000 AS target_minutes,
    -- Whether it breached.
    (given.cycle ->> 'breached')::bool AS breached
FROM sla
CROSS JOIN jsonb_array_elements(sla.cycles) WITH ORDINALITY AS given (cycle, place)
WHERE sla.metric IS NOT NULL
