-- Work logs of a Jira, as Fivetran loads it.
-- {issue}: id! int8, key text
-- {worklog}: issue_id! int8, author_id text, started! timestamptz, time_spent_seconds! int8
-- {user}?: id! text, name text
-- without figures: work logs are in worklog: touch time is unknown
-- without worklog.author_id: who worked is unknown
SELECT
    -- The issue's key.
    coalesce(issue.key, issue.id::text) AS ticket_id,
    -- Who logged the work.
    coalesce(author.name, worklog.author_id) AS agent,
    -- When it began.
    worklog.started AS started_at,
    -- The time spent later.
    worklog.started + worklog.time_spent_seconds * interval '1 second' AS ended_at,
    -- Jira does not say.
    NULL::text AS activity
FROM {worklog} AS worklog
JOIN {issue} AS issue ON issue.id = worklog.issue_id
LEFT JOIN {user} AS author ON author.id = worklog.author_id
WHERE worklog.time_spent_seconds > 0
