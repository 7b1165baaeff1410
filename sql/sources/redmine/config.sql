-- What a Redmine knows of states: whether a status is closed is its own word, so that open issues
-- are those that Redmine counts. The names of open ones tell the rest. It has no hours and no
-- promises.
-- {issue_statuses}: id! int8, name! text, is_closed! bool
WITH status AS (
    SELECT
        btrim(lower(translate(known.name, '-_', '  '))) AS name,
        bool_and(known.is_closed) AS is_closed
    FROM {issue_statuses} AS known
    GROUP BY btrim(lower(translate(known.name, '-_', '  ')))
),
meaning AS (
    SELECT
        status.name AS status,
        CASE
            WHEN status.is_closed THEN 'closed'
            -- Redmine's own: the author is asked, or is to say whether it is done.
            WHEN status.name IN ('feedback', 'resolved') THEN 'pending'
            WHEN built_in.state IN ('solved', 'closed') THEN 'pending'
            ELSE coalesce(built_in.state, 'open')
        END AS state,
        built_in.state IN ('solved', 'closed') AND NOT status.is_closed AS waits
    FROM status
    LEFT JOIN slaops.states_of('') AS built_in ON built_in.status = status.name
),
state AS (
    SELECT
        meaning.state,
        jsonb_agg(meaning.status ORDER BY meaning.status) AS statuses
    FROM meaning
    GROUP BY meaning.state
)
SELECT
    NULL AS subject,
    NULL AS finding,
    NULL AS cost,
    jsonb_build_object(
        'preset',
        'redmine',
        'states',
        jsonb_object_agg(state.state, state.statuses)
    ) AS config
FROM state
UNION ALL
SELECT
    'status ' || meaning.status AS subject,
    'pending: Redmine counts it as open' AS finding,
    format(
        'where it means done: states: {solved: [%s]} in the policy set %s', meaning.status, {schema}
    ) AS cost,
    NULL AS config
FROM meaning
WHERE meaning.waits
UNION ALL
SELECT
    'time zone' AS subject,
    'times are read as ' || {time_zone} AS finding,
    'give the zone of the server that Redmine runs on if it is another: time_zone => ...' AS cost,
    NULL AS config
UNION ALL
SELECT
    'hours and promises' AS subject,
    'Redmine has none' AS finding,
    'nothing has a target until the policy set ' || {schema} || ' says so' AS cost,
    NULL AS config
