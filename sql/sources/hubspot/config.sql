-- What a HubSpot knows of states: which stages of its pipelines are closed. Fivetran loads neither
-- working hours nor SLA goals.
-- {ticket_pipeline}?: pipeline_id! text, label! text
-- {ticket_pipeline_stage}?: stage_id! text, pipeline_id text, label! text, is_closed bool,
--     ticket_state text
WITH stage AS (
    SELECT
        CASE
            WHEN min(named.is_closed) OVER same_label < max(named.is_closed) OVER same_label
                THEN format('%s (%s)', named.label, named.pipeline)
            ELSE named.label
        END AS name,
        named.is_closed = 1 AS is_closed
    FROM (
        SELECT
            known.label,
            coalesce(pipeline.label, known.pipeline_id) AS pipeline,
            coalesce(known.is_closed, known.ticket_state = 'CLOSED', false)::int4 AS is_closed
        FROM {ticket_pipeline_stage} AS known
        LEFT JOIN {ticket_pipeline} AS pipeline ON pipeline.pipeline_id = known.pipeline_id
    ) AS named
    WINDOW same_label AS (PARTITION BY lower(named.label))
),
meaning AS (
    SELECT
        status.name,
        CASE
            WHEN status.is_closed THEN 'closed'
            WHEN status.name ~ '^(waiting|pending) (on|for) (the )?(contact|customer)$'
                THEN 'pending'
            WHEN built_in.state IN ('solved', 'closed') THEN 'open'
            ELSE coalesce(built_in.state, 'open')
        END AS state,
        status.is_closed OR status.name ~ '^(waiting|pending) (on|for) '
        OR built_in.state IS NOT NULL AS is_understood
    FROM (
        SELECT
            btrim(lower(translate(stage.name, '-_', '  '))) AS name,
            bool_or(stage.is_closed) AS is_closed
        FROM stage
        GROUP BY btrim(lower(translate(stage.name, '-_', '  ')))
    ) AS status
    LEFT JOIN slaops.states_of('') AS built_in ON built_in.status = status.name
),
state AS (
    SELECT
        meaning.state,
        jsonb_agg(meaning.name ORDER BY meaning.name) AS statuses
    FROM meaning
    GROUP BY meaning.state
)
SELECT
    NULL AS subject,
    NULL AS finding,
    NULL AS cost,
    jsonb_build_object(
        'preset', 'default', 'states', coalesce(jsonb_object_agg(state.state, state.statuses), '{}')
    ) AS config
FROM state
UNION ALL
SELECT
    'stage ' || meaning.name AS subject,
    'open: HubSpot says only that it is not closed' AS finding,
    format(
        'where it waits for the customer or a third party, say so: '
        'states: {pending: [%s]} in the policy set %s',
        meaning.name,
        {schema}
    ) AS cost,
    NULL AS config
FROM meaning
WHERE NOT meaning.is_understood
UNION ALL
SELECT
    'hours and promises' AS subject,
    'not loaded: working hours and SLA goals are in the settings of HubSpot' AS finding,
    'nothing has a target until the policy set ' || {schema} || ' says so' AS cost,
    NULL AS config
