-- Work items of a Plane, over its own tables (apps/api/plane/db/models, commit 4ca6d6c). Deleted
-- ones and drafts are left out. What intake has rejected or found a duplicate has that status.
-- schema public
-- {issues}: id! uuid, project_id! uuid, workspace_id uuid, state_id uuid, type_id uuid, name text,
--     priority text, sequence_id int8, created_at! timestamptz, updated_at timestamptz,
--     completed_at timestamptz, deleted_at timestamptz, is_draft bool, created_by_id uuid,
--     target_date date
-- {projects}: id! uuid, name! text, identifier text
-- {states}: id! uuid, project_id! uuid, name! text, group! text
-- {users}?: id! uuid, display_name text
-- {workspaces}?: id! uuid, name! text
-- {issue_assignees}?: issue_id! uuid, assignee_id! uuid, created_at timestamptz,
--     deleted_at timestamptz
-- {issue_labels}?: issue_id! uuid, label_id! uuid, deleted_at timestamptz
-- {labels}?: id! uuid, name! text
-- {issue_types}?: id! uuid, name! text
-- {intake_issues}?: issue_id! uuid, status! int4, source text, duplicate_to_id uuid,
--     deleted_at timestamptz
-- without issues.workspace_id: workspaces are unknown
-- without issues.state_id: states are known by the history only
-- without issues.type_id: types are unknown, before version 0.24
-- without issues.name: subjects are unknown
-- without issues.priority: policies and targets cannot ask for a priority
-- without issues.sequence_id: the number that people see is unknown
-- without issues.updated_at: refresh cannot tell which work items changed
-- without issues.completed_at: when a work item was completed is known by its history only
-- without issues.deleted_at: deleted work items count, before version 0.24
-- without issues.is_draft: drafts count
-- without issues.created_by_id: requesters are unknown
-- without issues.target_date: due dates are unknown
-- without projects.identifier: the number that people see lacks its project
-- without users: people go by their id
-- without users.display_name: people go by their id
-- without workspaces: workspaces are unknown
-- without issue_assignees: assignees are known by the history only
-- without issue_assignees.created_at: which of several assignees is shown is chance
-- without issue_assignees.deleted_at: former assignees count
-- without issue_labels: policies cannot ask for labels
-- without issue_labels.deleted_at: labels that were taken off count
-- without labels: policies cannot ask for labels
-- without issue_types: types are unknown
-- without intake_issues: what intake has rejected is open
-- without intake_issues.source: how work items came in is unknown
-- without intake_issues.duplicate_to_id: of what a duplicate is one is unknown
-- without intake_issues.deleted_at: deleted rows of the intake count
WITH state AS (
    SELECT
        known.id,
        -- One name may be completed in one project and started in another.
        CASE
            WHEN min(known.group) OVER same_name <> max(known.group) OVER same_name
                THEN format('%s (%s)', known.name, project.name)
            ELSE known.name
        END AS name
    FROM {states} AS known
    LEFT JOIN {projects} AS project ON project.id = known.project_id
    WINDOW same_name AS (PARTITION BY lower(known.name))
),
assignee AS (
    SELECT DISTINCT ON (link.issue_id)
        link.issue_id,
        coalesce(person.display_name, link.assignee_id::text) AS name
    FROM {issue_assignees} AS link
    LEFT JOIN {users} AS person ON person.id = link.assignee_id
    WHERE link.deleted_at IS NULL
    ORDER BY
        link.issue_id,
        link.created_at DESC NULLS LAST,
        link.assignee_id
),
label AS (
    SELECT
        link.issue_id,
        array_agg(known.name ORDER BY known.name) AS names
    FROM {issue_labels} AS link
    JOIN {labels} AS known ON known.id = link.label_id
    WHERE link.deleted_at IS NULL
    GROUP BY link.issue_id
),
intake AS (
    SELECT DISTINCT ON (entry.issue_id)
        entry.issue_id,
        entry.status,
        entry.source,
        entry.duplicate_to_id
    FROM {intake_issues} AS entry
    WHERE entry.deleted_at IS NULL
    ORDER BY
        entry.issue_id,
        entry.status
)
SELECT
    -- The work item.
    issue.id AS ticket_id,
    -- When it was created.
    issue.created_at,
    -- What it is about.
    issue.name AS subject,
    -- Who created it.
    coalesce(author.display_name, issue.created_by_id::text) AS requester_id,
    -- Plane has none.
    NULL::text AS organization_id,
    -- The workspace.
    workspace.name AS brand,
    -- Plane has none.
    NULL::text AS region,
    -- How intake got it.
    intake.source AS channel,
    -- Plane has none.
    NULL::text AS tier,
    -- Its type.
    type.name AS type,
    -- Its priority now.
    nullif(issue.priority, 'none') AS priority,
    -- The project.
    project.name AS group_name,
    -- Who was assigned last.
    assignee.name AS assignee,
    -- Its state now.
    coalesce(
        CASE intake.status
            WHEN -1 THEN 'rejected'
            WHEN 0 THEN 'snoozed'
            WHEN 2 THEN 'duplicate'
        END,
        state.name,
        issue.state_id::text
    ) AS status,
    -- When it was completed.
    issue.completed_at AS solved_at,
    -- Plane does not say when it was cancelled.
    NULL::timestamptz AS closed_at,
    -- Plane knows none.
    NULL::float8 AS csat_score,
    -- Plane knows none.
    NULL::float8 AS cost,
    -- Name a calendar in the policy.
    NULL::text AS calendar_name,
    -- Labels.
    label.names AS tags,
    -- The number that people see, the due date, and of what it is a duplicate.
    jsonb_strip_nulls(
        jsonb_build_object(
            'number', concat_ws('-', project.identifier, issue.sequence_id),
            'target date', issue.target_date,
            'duplicate of', intake.duplicate_to_id
        )
    ) AS attributes,
    -- When it was last changed.
    issue.updated_at AS loaded_at
FROM {issues} AS issue
LEFT JOIN state ON state.id = issue.state_id
LEFT JOIN {projects} AS project ON project.id = issue.project_id
LEFT JOIN {workspaces} AS workspace ON workspace.id = issue.workspace_id
LEFT JOIN {users} AS author ON author.id = issue.created_by_id
LEFT JOIN {issue_types} AS type ON type.id = issue.type_id
LEFT JOIN assignee ON assignee.issue_id = issue.id
LEFT JOIN label ON label.issue_id = issue.id
LEFT JOIN intake ON intake.issue_id = issue.id
WHERE issue.deleted_at IS NULL
    AND issue.is_draft IS NOT TRUE
