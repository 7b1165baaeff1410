-- What a Jira knows of states: the category of each status. SLA goals and calendars of Jira Service
-- Management are not in its API.
-- {issues}: fields jsonb, fields__status__name text, fields__status__status_category__key text,
--     changelog jsonb
-- without issues.fields__status__status_category__key unless issues.fields: what statuses mean is
--     unknown
-- without issues.fields__status__name unless issues.fields: issues without changes have no status
-- without issues.changelog unless issue_changelogs: changes are unknown
-- without issues.changelog unless issues__changelog__histories: changes are unknown
WITH meaning AS (
    SELECT
        coalesce(issue.fields #>> '{status,name}', issue.fields__status__name) AS status,
        min(
            CASE
                coalesce(
                    issue.fields #>> '{status,statusCategory,key}',
                    issue.fields__status__status_category__key
                )
                WHEN 'new' THEN 'new'
                WHEN 'indeterminate' THEN 'open'
                WHEN 'done' THEN 'solved'
            END
        ) AS state
    FROM {issues} AS issue
    GROUP BY coalesce(issue.fields #>> '{status,name}', issue.fields__status__name)
),
unknown AS (
    SELECT meaning.*
    FROM meaning
    WHERE meaning.state IS NOT NULL
        AND slaops.state_of(meaning.status, '') IS NULL
),
statuses AS (
    SELECT
        unknown.state,
        jsonb_agg(unknown.status ORDER BY unknown.status) AS names
    FROM unknown
    GROUP BY unknown.state
)
SELECT
    NULL AS subject,
    NULL AS finding,
    NULL AS cost,
    jsonb_build_object(
        'preset', 'jira',
        'states', coalesce(jsonb_object_agg(statuses.state, statuses.names), '{}')
    ) AS config
FROM statuses
UNION ALL
SELECT
    'status ' || unknown.status AS subject,
    format('it is %s, by its category', unknown.state) AS finding,
    'if it waits for the customer, say so in the states of the policy set' AS cost,
    NULL AS config
FROM unknown
UNION ALL
SELECT
    'issues.changelog' AS subject,
    format('cut off in %s issues', count(*)) AS finding,
    'the API gives the last 100 entries with an issue: load issue_changelogs' AS cost,
    NULL AS config
FROM {issues} AS issue
WHERE (issue.changelog ->> 'total')::int8 > jsonb_array_length(issue.changelog -> 'histories')
HAVING count(*) > 0
UNION ALL
SELECT
    'hours and promises' AS subject,
    'not in the API' AS finding,
    'nothing has a target until the policy set says so' AS cost,
    NULL AS config
