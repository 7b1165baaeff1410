-- Events of a Redmine 4 or 5, over its own tables: creations, notes (public and private), and the
-- history of status, project, priority, assignee and tracker. An agent is who may edit issues in a
-- project, or once had the issue of somebody else, or wrote a private note: he stays one when he is
-- no member any more. Everybody else is a customer.
-- appended to: journals, journal_details
-- {issues}: id! int8, status_id! int8, author_id! int8, assigned_to_id int8,
--     created_on! timestamptz
-- {journals}: id! int8, journalized_id! int8, journalized_type! text, user_id! int8, notes text,
--     created_on! timestamptz, private_notes bool
-- {journal_details}: id! int8, journal_id! int8, property! text, prop_key! text, old_value text,
--     value text
-- {issue_statuses}: id! int8, name! text
-- {projects}: id! int8, name! text
-- {enumerations}?: id! int8, name! text
-- {trackers}?: id! int8, name! text
-- {users}: id! int8, login text, firstname text, lastname! text, admin bool, type text
-- {members}?: id! int8, user_id! int8
-- {member_roles}?: member_id! int8, role_id! int8
-- {roles}?: id! int8, permissions! text
-- without enumerations: priorities go by their number
-- without members: an agent is only who had an issue or wrote a private note
-- without member_roles: an agent is only who had an issue or wrote a private note
-- without roles: an agent is only who had an issue or wrote a private note
-- without journals.private_notes: private notes count as replies
WITH person AS (
    SELECT
        account.id,
        account.type,
        coalesce(
            nullif(concat_ws(' ', nullif(account.firstname, ''), nullif(account.lastname, '')), ''),
            account.login
        ) AS name
    FROM {users} AS account
),
journal AS (
    SELECT
        entry.id,
        entry.journalized_id AS issue_id,
        entry.user_id,
        entry.notes,
        entry.created_on,
        coalesce(entry.private_notes, false) AS private_notes
    FROM {journals} AS entry
    WHERE entry.journalized_type = 'Issue'
),
field_change AS (
    SELECT
        detail.id,
        detail.journal_id,
        detail.prop_key,
        detail.old_value,
        detail.value AS new_value
    FROM {journal_details} AS detail
    WHERE detail.property = 'attr'
        AND detail.prop_key IN (
            'status_id', 'project_id', 'priority_id', 'assigned_to_id', 'tracker_id'
        )
),
-- An issue goes back to its author as a question: that makes him no agent.
assignment AS (
    SELECT
        issue.id AS issue_id,
        issue.assigned_to_id::text AS user_id
    FROM {issues} AS issue
    UNION ALL
    SELECT
        journal.issue_id,
        field_change.old_value AS user_id
    FROM field_change
    JOIN journal ON journal.id = field_change.journal_id
    WHERE field_change.prop_key = 'assigned_to_id'
    UNION ALL
    SELECT
        journal.issue_id,
        field_change.new_value AS user_id
    FROM field_change
    JOIN journal ON journal.id = field_change.journal_id
    WHERE field_change.prop_key = 'assigned_to_id'
),
agent AS (
    SELECT account.id::text AS user_id
    FROM {users} AS account
    WHERE account.admin
    UNION
    SELECT member.user_id::text AS user_id
    FROM {members} AS member
    JOIN {member_roles} AS given ON given.member_id = member.id
    JOIN {roles} AS role ON role.id = given.role_id
    WHERE role.permissions ~ ':edit_issues\M'
    UNION
    SELECT journal.user_id::text AS user_id
    FROM journal
    WHERE journal.private_notes
    UNION
    SELECT assignment.user_id
    FROM assignment
    JOIN {issues} AS issue ON issue.id = assignment.issue_id
    WHERE assignment.user_id <> issue.author_id::text
),
first_status AS (
    SELECT DISTINCT ON (journal.issue_id)
        journal.issue_id,
        field_change.old_value AS status_id
    FROM field_change
    JOIN journal ON journal.id = field_change.journal_id
    WHERE field_change.prop_key = 'status_id'
    ORDER BY
        journal.issue_id,
        journal.id,
        field_change.id
),
event AS (
    SELECT
        issue.id AS issue_id,
        issue.created_on AS event_at,
        'created' AS event_type,
        issue.author_id AS user_id,
        NULL::text AS old_value,
        coalesce(first_status.status_id, issue.status_id::text) AS new_value,
        NULL::bool AS public,
        0::int8 AS journal_id,
        0 AS step
    FROM {issues} AS issue
    LEFT JOIN first_status ON first_status.issue_id = issue.id
    UNION ALL
    SELECT
        journal.issue_id,
        journal.created_on AS event_at,
        'comment' AS event_type,
        journal.user_id,
        NULL AS old_value,
        NULL AS new_value,
        NOT journal.private_notes AS public,
        journal.id AS journal_id,
        0 AS step
    FROM journal
    WHERE journal.notes <> ''
    UNION ALL
    SELECT
        journal.issue_id,
        journal.created_on AS event_at,
        CASE field_change.prop_key
            WHEN 'status_id' THEN 'status'
            WHEN 'project_id' THEN 'group_name'
            WHEN 'priority_id' THEN 'priority'
            WHEN 'assigned_to_id' THEN 'assignee'
            WHEN 'tracker_id' THEN 'type'
        END AS event_type,
        journal.user_id,
        field_change.old_value,
        field_change.new_value,
        NULL AS public,
        journal.id AS journal_id,
        CASE field_change.prop_key
            WHEN 'tracker_id' THEN 1
            WHEN 'priority_id' THEN 2
            WHEN 'project_id' THEN 3
            WHEN 'assigned_to_id' THEN 4
            ELSE 5
        END AS step
    FROM field_change
    JOIN journal ON journal.id = field_change.journal_id
)
SELECT
    -- The issue.
    event.issue_id AS ticket_id,
    -- When it happened.
    event.event_at,
    -- created, comment, or the field that changed.
    event.event_type,
    -- agent, customer, or system where nobody did it.
    CASE
        WHEN agent.user_id IS NOT NULL THEN 'agent'
        WHEN actor.id IS NULL THEN 'system'
        ELSE 'customer'
    END AS actor_role,
    -- Who did it.
    actor.name AS actor,
    -- The field is the type.
    NULL::text AS field,
    -- What it was before.
    coalesce(
        old_status.name,
        old_project.name,
        old_priority.name,
        old_assignee.name,
        old_tracker.name,
        event.old_value
    ) AS old_value,
    -- What it is since.
    coalesce(
        new_status.name,
        new_project.name,
        new_priority.name,
        new_assignee.name,
        new_tracker.name,
        event.new_value
    ) AS new_value,
    -- Whether the customer sees it.
    event.public,
    -- Order of events of one instant: a note comes before the changes that were made with it.
    event.journal_id * 8 + event.step AS seq,
    -- Redmine writes it as it happens.
    event.event_at AS loaded_at
FROM event
JOIN {issues} AS issue ON issue.id = event.issue_id
LEFT JOIN person AS actor ON actor.id = event.user_id
LEFT JOIN agent ON agent.user_id = event.user_id::text
LEFT JOIN {issue_statuses} AS old_status
    ON event.event_type = 'status' AND old_status.id::text = event.old_value
LEFT JOIN {issue_statuses} AS new_status
    ON event.event_type IN ('status', 'created') AND new_status.id::text = event.new_value
LEFT JOIN {projects} AS old_project
    ON event.event_type = 'group_name' AND old_project.id::text = event.old_value
LEFT JOIN {projects} AS new_project
    ON event.event_type = 'group_name' AND new_project.id::text = event.new_value
LEFT JOIN {enumerations} AS old_priority
    ON event.event_type = 'priority' AND old_priority.id::text = event.old_value
LEFT JOIN {enumerations} AS new_priority
    ON event.event_type = 'priority' AND new_priority.id::text = event.new_value
LEFT JOIN person AS old_assignee
    ON event.event_type = 'assignee' AND old_assignee.id::text = event.old_value
LEFT JOIN person AS new_assignee
    ON event.event_type = 'assignee' AND new_assignee.id::text = event.new_value
LEFT JOIN {trackers} AS old_tracker
    ON event.event_type = 'type' AND old_tracker.id::text = event.old_value
LEFT JOIN {trackers} AS new_tracker
    ON event.event_type = 'type' AND new_tracker.id::text = event.new_value
