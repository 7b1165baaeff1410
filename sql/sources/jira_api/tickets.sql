-- Issues of a Jira by the names of its API, as Airbyte, dlt, Estuary and Lakeflow load it.
-- {issues}: id! text, key text, fields jsonb, created|fields__created timestamptz,
--     fields__summary text, fields__status__name text, fields__priority__name text,
--     fields__issuetype__name text, fields__project__name text, fields__project__key text,
--     fields__assignee__display_name text, fields__assignee__account_id text,
--     fields__reporter__account_id text, fields__creator__account_id text,
--     fields__resolutiondate timestamptz, others others,
--     _airbyte_extracted_at|flow_published_at timestamptz, _dlt_load_id float8
-- {issue_fields}?: id! text, name! text, custom bool
-- without issues.created unless issues.fields: nothing is known of the issues
-- without issues.fields unless issues.fields__summary: nothing is known of the issues
-- without issues.fields__summary unless issues.fields: issues have no subject
-- without issues.fields__status__name unless issues.fields: issues without changes have no status
-- without issues.fields__priority__name unless issues.fields: policies and targets cannot ask for
--     a priority
-- without issues.fields__issuetype__name unless issues.fields: policies cannot ask for a type
-- without issues.fields__project__name unless issues.fields: groups are unknown
-- without issues.fields__project__key unless issues.fields: groups are unknown
-- without issues.fields__assignee__display_name unless issues.fields: people go by their account
-- without issues.fields__assignee__account_id unless issues.fields: stays empty
-- without issues.fields__reporter__account_id unless issues.fields: the creator is the customer
-- without issues.fields__creator__account_id unless issues.fields: the customer is unknown
-- without issues.fields__resolutiondate unless issues.fields: when an issue was resolved is unknown
-- without issues._airbyte_extracted_at unless issues._dlt_load_id: when rows were loaded is unknown
-- without issues._dlt_load_id unless issues._airbyte_extracted_at: it names a load of dlt
-- without issue_fields: attributes lack the custom fields, JSM's SLA fields among them
WITH issue AS (
    SELECT
        source.id,
        coalesce(source.key, source.id) AS key,
        coalesce(source.created, (source.fields ->> 'created')::timestamptz) AS created_at,
        coalesce(source.fields ->> 'summary', source.fields__summary) AS subject,
        coalesce(source.fields #>> '{status,name}', source.fields__status__name) AS status,
        coalesce(source.fields #>> '{priority,name}', source.fields__priority__name) AS priority,
        coalesce(source.fields #>> '{issuetype,name}', source.fields__issuetype__name) AS type,
        coalesce(
            source.fields #>> '{project,name}',
            source.fields__project__name,
            source.fields #>> '{project,key}',
            source.fields__project__key
        ) AS project,
        coalesce(
            source.fields #>> '{assignee,displayName}',
            source.fields__assignee__display_name,
            source.fields #>> '{assignee,accountId}',
            source.fields__assignee__account_id
        ) AS assignee,
        coalesce(
            source.fields #>> '{reporter,accountId}',
            source.fields__reporter__account_id,
            source.fields #>> '{creator,accountId}',
            source.fields__creator__account_id
        ) AS reporter,
        coalesce(
            (source.fields ->> 'resolutiondate')::timestamptz, source.fields__resolutiondate
        ) AS resolved_at,
        source.fields,
        source.others,
        coalesce(source._airbyte_extracted_at, to_timestamp(source._dlt_load_id)) AS loaded_at
    FROM {issues} AS source
),
custom_field AS (
    SELECT
        issue.id AS issue_id,
        jsonb_object_agg(
            field.name,
            CASE
                WHEN entry.value ? 'value' THEN entry.value -> 'value'
                -- An SLA has a name too, and its cycles beside.
                WHEN entry.value ? 'name' AND NOT entry.value ? 'completedCycles'
                    THEN entry.value -> 'name'
                WHEN entry.value ? 'displayName' THEN entry.value -> 'displayName'
                ELSE entry.value
            END
        ) AS entries
    FROM issue
    CROSS JOIN LATERAL jsonb_each(coalesce(issue.fields, issue.others)) AS entry
    JOIN {issue_fields} AS field ON field.id = replace(entry.key, 'fields__', '')
    WHERE field.custom IS NOT FALSE
        AND entry.key ~ '^(fields__)?customfield_'
        AND entry.value <> 'null'
    GROUP BY issue.id
)
SELECT
    -- The issue's key.
    issue.key AS ticket_id,
    -- When it was created.
    issue.created_at,
    -- What it is about.
    issue.subject,
    -- The reporter.
    issue.reporter AS requester_id,
    -- Jira has none.
    NULL::text AS organization_id,
    -- Jira has none.
    NULL::text AS brand,
    -- Jira has none.
    NULL::text AS region,
    -- Jira has none.
    NULL::text AS channel,
    -- Jira has none.
    NULL::text AS tier,
    -- Its type.
    issue.type,
    -- Its priority now.
    issue.priority,
    -- The project that has it now.
    issue.project AS group_name,
    -- Who has it now.
    issue.assignee,
    -- Its status now.
    issue.status,
    -- When it was resolved.
    issue.resolved_at AS solved_at,
    -- Its history says.
    NULL::timestamptz AS closed_at,
    -- Jira knows none.
    NULL::float8 AS csat_score,
    -- Jira knows none.
    NULL::float8 AS cost,
    -- Name a calendar in the policy.
    NULL::text AS calendar_name,
    -- Labels.
    CASE jsonb_typeof(issue.fields -> 'labels')
        WHEN 'array' THEN ARRAY(SELECT jsonb_array_elements_text(issue.fields -> 'labels'))
    END AS tags,
    -- Custom fields by their names, JSM's SLA fields with their cycles among them.
    coalesce(custom_field.entries, '{}') AS attributes,
    -- When the warehouse last took it in.
    issue.loaded_at
FROM issue
LEFT JOIN custom_field ON custom_field.issue_id = issue.id
