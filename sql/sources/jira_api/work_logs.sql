-- Work logs of a Jira by the names of its API.
-- {issues}: id! text, key text
-- {issue_worklogs}: issue_id|issueId|issueid! text, author jsonb, started! timestamptz,
--     time_spent_seconds|timeSpentSeconds|timespentseconds! int8
-- without figures: work logs are in issue_worklogs: touch time is unknown
-- without issue_worklogs.author: who worked is unknown
SELECT
    -- The issue's key.
    coalesce(issue.key, issue.id) AS ticket_id,
    -- Who logged the work.
    coalesce(worklog.author ->> 'displayName', worklog.author ->> 'accountId') AS agent,
    -- When it began.
    worklog.started AS started_at,
    -- The time spent later.
    worklog.started + worklog.time_spent_seconds * interval '1 second' AS ended_at,
    -- Jira does not say.
    NULL::text AS activity
FROM {issue_worklogs} AS worklog
JOIN {issues} AS issue ON issue.id = worklog.issue_id
WHERE worklog.time_spent_seconds > 0
