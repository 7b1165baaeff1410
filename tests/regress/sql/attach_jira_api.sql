-- A Jira by the names of its API: what a small warehouse becomes, and what is said where it lacks
-- something.
SET client_min_messages = warning;
CREATE SCHEMA jira_raw;
SELECT * FROM refusal($$SELECT slaops.attach('jira_api', 'jira_raw', 'jira_made')$$);
CREATE TABLE jira_raw.issues (id text, key text, fields text, changelog json);
INSERT INTO jira_raw.issues VALUES (
    '10', 'SUP-1',
    '{
        "summary": "No login", "created": "2026-01-05T01:00:00.000-0800", "labels": ["vip"],
        "status": {"name": "Done-ish", "statusCategory": {"key": "done"}},
        "priority": {"name": "High"}, "issuetype": {"name": "Incident"},
        "project": {"key": "SUP", "name": "Support"}, "resolutiondate": null,
        "reporter": {"accountId": "c1", "displayName": "Emil", "accountType": "customer"},
        "creator": {"accountId": "a9", "displayName": "Portal", "accountType": "app"},
        "assignee": null, "customfield_1": {"value": "Gold"}, "customfield_2": null,
        "customfield_3": {"name": "Time to resolution", "completedCycles": []}
    }',
    '{
        "total": 150, "maxResults": 100, "histories": [
            {
                "id": "7", "created": "2026-01-05T02:00:00.000-0800",
                "author": {"accountId": "a1", "displayName": "Ann", "accountType": "atlassian"},
                "items": [
                    {"field": "status", "fieldId": "status", "fromString": "To Do",
                        "toString": "In Progress"},
                    {"field": "assignee", "fieldId": "assignee", "fromString": null,
                        "toString": "Ann"},
                    {"field": "Rank", "fieldId": "customfield_9", "toString": "up"}
                ]
            },
            {
                "id": "8", "created": "2026-01-05T03:00:00.000-0800",
                "author": {"accountId": "x1", "displayName": "Automation", "accountType": "app"},
                "items": [
                    {"field": "project", "fieldId": "project", "fromString": "Desk",
                        "toString": "Support"},
                    {"field": "status", "fromString": "In Progress", "toString": "Done-ish"}
                ]
            }
        ]
    }'
);
SELECT * FROM slaops.attach('jira_api', 'jira_raw', 'jira_made') ORDER BY subject;
CREATE TABLE jira_raw.issue_fields (id text, name text, custom boolean);
INSERT INTO jira_raw.issue_fields VALUES
    ('customfield_1', 'Plan', true), ('customfield_2', 'Seats', true),
    ('customfield_3', 'Time to resolution', true), ('summary', 'Summary', false);
CREATE TABLE jira_raw.issue_comments (
    id text, "issueId" text, created text, author jsonb, "jsdPublic" boolean
);
INSERT INTO jira_raw.issue_comments VALUES
    (
        '1', '10', '2026-01-05T01:30:00.000-0800',
        '{"accountId": "x1", "displayName": "Automation", "accountType": "app"}', true
    ),
    (
        '2', '10', '2026-01-05T02:30:00.000-0800',
        '{"accountId": "a1", "displayName": "Ann", "accountType": "atlassian"}', false
    ),
    (
        '3', '10', '2026-01-05T02:40:00.000-0800',
        '{"accountId": "c2", "displayName": "Colleague", "accountType": "customer"}', true
    );
CREATE TABLE jira_raw.issue_changelogs (
    id text, issue_id text, created timestamptz, author jsonb, items jsonb
);
INSERT INTO jira_raw.issue_changelogs VALUES
    (
        '6', '10', '2026-01-05 09:10Z', '{"accountId": "a1", "displayName": "Ann"}',
        '[{"fieldId": "priority", "fromString": "Low", "toString": "High"}]'
    ),
    (
        '7', '10', '2026-01-05 10:00Z', '{"accountId": "a1", "displayName": "Ann"}',
        '[{"fieldId": "status", "fromString": "To Do", "toString": "In Progress"}]'
    );
SELECT count(*) > 0 AS attached FROM slaops.attach('jira_api', 'jira_raw', 'jira_made');
SELECT ticket_id, created_at, subject, requester_id, type, priority, group_name, status, tags, attributes
FROM jira_made.tickets;
SELECT event_at, event_type, actor_role, actor, old_value, new_value, public
FROM jira_made.ticket_events
ORDER BY event_at, seq;
SELECT status, state FROM slaops.states WHERE policy_set = 'jira_made';
ALTER TABLE jira_raw.issues DROP COLUMN id CASCADE;
SELECT * FROM refusal($$SELECT slaops.attach('jira_api', 'jira_raw', 'jira_made')$$);
ALTER TABLE jira_raw.issues ADD COLUMN id text;
ALTER TABLE jira_raw.issue_changelogs ALTER COLUMN items TYPE bytea USING NULL;
SELECT * FROM refusal($$SELECT slaops.attach('jira_api', 'jira_raw', 'jira_made')$$);
DROP SCHEMA jira_raw CASCADE;
DROP SCHEMA jira_made CASCADE;
DELETE FROM slaops.states WHERE policy_set = 'jira_made';
DELETE FROM slaops.policy_sets WHERE name = 'jira_made';
RESET client_min_messages;
