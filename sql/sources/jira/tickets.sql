-- Issues of a Jira, as Fivetran loads it.
-- {issue}: id! int8, key text, created! timestamptz, summary text, status! text, priority text,
--     issue_type text, project text, reporter text, creator text, assignee text,
--     resolved|resolutiondate|resolution_date timestamptz, _fivetran_synced timestamptz
-- {status}?: id! text, name! text
-- {priority}?: id! text, name! text
-- {issue_type}?: id! text, name! text
-- {project}?: id! text, name! text
-- {user}?: id! text, name text
-- without status: statuses go by their number, and slaops.states must say what they mean
-- without priority: priorities go by their number
-- without project: groups are unknown
-- without user: people go by their account
-- without issue.priority: policies and targets cannot ask for a priority
SELECT
    -- The issue's key.
    coalesce(issue.key, issue.id::text) AS ticket_id,
    -- When it was created.
    issue.created AS created_at,
    -- What it is about.
    issue.summary AS subject,
    -- The reporter.
    coalesce(issue.reporter, issue.creator) AS requester_id,
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
    coalesce(issue_type.name, issue.issue_type) AS type,
    -- Its priority now.
    coalesce(priority.name, issue.priority) AS priority,
    -- The project that has it now.
    coalesce(project.name, issue.project) AS group_name,
    -- Who has it now.
    coalesce(assignee.name, issue.assignee) AS assignee,
    -- Its status now.
    coalesce(status.name, issue.status) AS status,
    -- When it was resolved.
    issue.resolved AS solved_at,
    -- Its history says.
    NULL::timestamptz AS closed_at,
    -- Jira knows none.
    NULL::float8 AS csat_score,
    -- Jira knows none.
    NULL::float8 AS cost,
    -- Name a calendar in the policy.
    NULL::text AS calendar_name,
    -- Labels are not read.
    NULL::text[] AS tags,
    -- Nothing else is read.
    NULL::jsonb AS attributes,
    -- When the warehouse last took it in.
    issue._fivetran_synced AS loaded_at
FROM {issue} AS issue
LEFT JOIN {status} AS status ON status.id = issue.status
LEFT JOIN {priority} AS priority ON priority.id = issue.priority
LEFT JOIN {issue_type} AS issue_type ON issue_type.id = issue.issue_type
LEFT JOIN {project} AS project ON project.id = issue.project
LEFT JOIN {user} AS assignee ON assignee.id = issue.assignee
