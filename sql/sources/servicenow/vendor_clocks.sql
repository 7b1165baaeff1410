-- What ServiceNow itself says of its SLAs: the last record of task_sla for an incident and a
-- metric. The metric is the target of the SLA definition, or what its name tells. Agreements inside
-- the company and with suppliers are left out.
-- {incident}: sys_id! text, number text
-- {task_sla}: sys_id! text, task|task_value! text, sla|sla_value! text, stage text,
--     start_time timestamptz, planned_end_time* timestamptz, business_duration text,
--     has_breached* bool
-- {contract_sla}: sys_id! text, name! text, type text, target text, duration text
-- without figures: ServiceNow's own figures are in task_sla and contract_sla: reconciliation has
--     nothing to compare
-- without task_sla.stage: cancelled SLAs count
-- without contract_sla.target: which metric an SLA is of is known by its name alone
WITH definition AS (
    SELECT
        known.sys_id,
        CASE
            WHEN known.target = 'response' THEN 'first_response'
            WHEN known.target = 'resolution' THEN 'resolution'
            WHEN known.name ~* 'respon|reply|assign' THEN 'first_response'
            WHEN known.name ~* 'resol|clos|solution|fix|priority' THEN 'resolution'
        END AS metric,
        -- A duration is an instant after 1970, or seconds.
        CASE
            WHEN known.duration ~ '^\d{1,12}$' THEN known.duration::float8 / 60
            WHEN known.duration ~ '^\d{4}-\d\d-\d\d'
                THEN extract(epoch FROM left(known.duration, 19)::timestamp) / 60
        END AS target_minutes
    FROM {contract_sla} AS known
    WHERE coalesce(known.type, 'SLA') = 'SLA'
)
SELECT DISTINCT ON (record.task, definition.metric)
    -- The incident's number.
    coalesce(incident.number, incident.sys_id) AS ticket_id,
    -- The metric.
    definition.metric,
    -- The last cycle.
    NULL::int4 AS cycle,
    -- When the SLA will breach.
    record.planned_end_time AS due_at,
    -- Minutes in its schedule, without pauses.
    CASE
        WHEN record.business_duration ~ '^\d{1,12}$' THEN record.business_duration::float8 / 60
        WHEN record.business_duration ~ '^\d{4}-\d\d-\d\d'
            THEN extract(epoch FROM left(record.business_duration, 19)::timestamp) / 60
    END::float8 AS elapsed_minutes,
    -- Minutes that the definition allows.
    definition.target_minutes::float8 AS target_minutes,
    -- Whether it has breached.
    record.has_breached AS breached
FROM {task_sla} AS record
JOIN {incident} AS incident ON incident.sys_id = record.task
JOIN definition
    ON definition.sys_id = record.sla
    AND definition.metric IS NOT NULL
WHERE lower(coalesce(record.stage, '')) NOT IN ('cancelled', 'canceled')
ORDER BY
    record.task,
    definition.metric,
    record.start_time DESC NULLS LAST,
    record.sys_id
