-- Issues of a Redmine 4 or 5, over its own tables. Times are in the zone of the application without
-- one: give it as time_zone. An issue that was deleted leaves nothing.
-- schema public
-- {issues}: id! int8, project_id! int8, tracker_id! int8, status_id! int8, priority_id! int8,
--     category_id int8, author_id! int8, assigned_to_id int8, subject text,
--     created_on! timestamptz, closed_on timestamptz, updated_on timestamptz, due_date text
-- {issue_statuses}: id! int8, name! text, is_closed! bool
-- {projects}: id! int8, name! text
-- {enumerations}?: id! int8, name! text
-- {trackers}?: id! int8, name! text
-- {issue_categories}?: id! int8, name! text
-- {users}: id! int8, login text, firstname text, lastname! text
-- {custom_values}?: id int8, customized_type! text, customized_id! int8, custom_field_id! int8,
--     value! text
-- {custom_fields}?: id! int8, name! text
-- without enumerations: priorities go by their number
-- without custom_fields: policies cannot ask for custom fields
-- without custom_values: policies cannot ask for custom fields
-- without issues.closed_on: when an issue was closed comes from its history alone
WITH person AS (
    SELECT
        account.id,
        coalesce(
            nullif(concat_ws(' ', nullif(account.firstname, ''), nullif(account.lastname, '')), ''),
            account.login
        ) AS name
    FROM {users} AS account
),
custom_value AS (
    SELECT
        given.customized_id AS issue_id,
        field.name,
        jsonb_agg(given.value ORDER BY given.id, given.value) AS list
    FROM {custom_values} AS given
    JOIN {custom_fields} AS field ON field.id = given.custom_field_id
    WHERE given.customized_type = 'Issue'
        AND given.value <> ''
    GROUP BY
        given.customized_id,
        field.name
),
custom AS (
    SELECT
        custom_value.issue_id,
        jsonb_object_agg(
            custom_value.name,
            CASE
                WHEN jsonb_array_length(custom_value.list) = 1 THEN custom_value.list -> 0
                ELSE custom_value.list
            END
        ) AS attributes
    FROM custom_value
    GROUP BY custom_value.issue_id
)
SELECT
    -- The issue.
    issue.id AS ticket_id,
    -- When it was created.
    issue.created_on AS created_at,
    -- What it is about.
    issue.subject,
    -- The author.
    author.name AS requester_id,
    -- Redmine has none.
    NULL::text AS organization_id,
    -- Redmine has none.
    NULL::text AS brand,
    -- Redmine has none.
    NULL::text AS region,
    -- Redmine does not say.
    NULL::text AS channel,
    -- Redmine has none.
    NULL::text AS tier,
    -- Its tracker.
    coalesce(tracker.name, issue.tracker_id::text) AS type,
    -- Its priority now.
    coalesce(priority.name, issue.priority_id::text) AS priority,
    -- The project that has it now.
    coalesce(project.name, issue.project_id::text) AS group_name,
    -- Who has it now, a user or a group.
    assignee.name AS assignee,
    -- Its status now.
    coalesce(status.name, issue.status_id::text) AS status,
    -- When it was closed. Redmine keeps this when an issue is opened again.
    CASE WHEN status.is_closed THEN issue.closed_on END AS solved_at,
    -- The same.
    CASE WHEN status.is_closed THEN issue.closed_on END AS closed_at,
    -- Redmine knows none.
    NULL::float8 AS csat_score,
    -- Redmine knows none.
    NULL::float8 AS cost,
    -- Name a calendar in the policy.
    NULL::text AS calendar_name,
    -- Redmine has none.
    NULL::text[] AS tags,
    -- Custom fields by their names, the category, and the day on which it is due.
    jsonb_strip_nulls(
        jsonb_build_object('category', category.name, 'redmine due_date', issue.due_date)
    ) || coalesce(custom.attributes, '{}') AS attributes,
    -- When it was last changed.
    issue.updated_on AS loaded_at
FROM {issues} AS issue
LEFT JOIN {issue_statuses} AS status ON status.id = issue.status_id
LEFT JOIN {projects} AS project ON project.id = issue.project_id
LEFT JOIN {trackers} AS tracker ON tracker.id = issue.tracker_id
LEFT JOIN {enumerations} AS priority ON priority.id = issue.priority_id
LEFT JOIN {issue_categories} AS category ON category.id = issue.category_id
LEFT JOIN person AS author ON author.id = issue.author_id
LEFT JOIN person AS assignee ON assignee.id = issue.assigned_to_id
LEFT JOIN custom ON custom.issue_id = issue.id
