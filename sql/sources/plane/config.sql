-- What a Plane knows of states: the groups in which its projects keep them. It has no hours and no
-- promises.
-- {projects}: id! uuid, name! text
-- {states}: id! uuid, project_id! uuid, name! text, group! text
WITH state AS (
    SELECT
        btrim(lower(translate(named.name, '-_', '  '))) AS name,
        min(named.state_group) AS state_group
    FROM (
        SELECT
            CASE
                WHEN min(known.group) OVER same_name <> max(known.group) OVER same_name
                    THEN format('%s (%s)', known.name, project.name)
                ELSE known.name
            END AS name,
            known.group AS state_group
        FROM {states} AS known
        LEFT JOIN {projects} AS project ON project.id = known.project_id
        WINDOW same_name AS (PARTITION BY lower(known.name))
    ) AS named
    GROUP BY btrim(lower(translate(named.name, '-_', '  ')))
),
meaning AS (
    SELECT
        state.name,
        CASE
            WHEN state.state_group = 'completed' THEN 'solved'
            WHEN state.state_group = 'cancelled' THEN 'closed'
            -- A name may say more than its group: waiting for a customer.
            WHEN built_in.state IN ('pending', 'hold') THEN built_in.state
            WHEN state.state_group = 'started' THEN 'open'
            ELSE 'new'
        END AS state
    FROM state
    LEFT JOIN slaops.states_of('') AS built_in ON built_in.status = state.name
    UNION ALL
    SELECT
        'duplicate' AS name,
        'closed' AS state
),
list AS (
    SELECT
        meaning.state,
        jsonb_agg(DISTINCT meaning.name) AS statuses
    FROM meaning
    GROUP BY meaning.state
)
SELECT
    NULL AS subject,
    NULL AS finding,
    NULL AS cost,
    jsonb_build_object(
        'preset', 'default', 'states', jsonb_object_agg(list.state, list.statuses)
    ) AS config
FROM list
UNION ALL
SELECT
    'hours and promises' AS subject,
    'Plane has none' AS finding,
    'nothing has a target until the policy set ' || {schema} || ' says so' AS cost,
    NULL AS config
