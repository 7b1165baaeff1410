-- Events of a Plane: activities (bgtasks/issue_activities_task.py, commit 4ca6d6c) and comments. A
-- job writes an activity; its epoch is when it happened. Members are agents, also those who have
-- left; guests, and who is no member, are customers. Without a public board of the project, every
-- comment is for everybody.
-- {issues}: id! uuid, project_id! uuid, state_id uuid, created_at! timestamptz,
--     deleted_at timestamptz, is_draft bool, created_by_id uuid
-- {projects}: id! uuid, name! text
-- {states}: id! uuid, project_id! uuid, name! text, group! text, default bool
-- {issue_activities}: issue_id uuid, field text, old_value text, new_value text, comment text,
--     actor_id uuid, old_identifier uuid, new_identifier uuid, epoch float8,
--     created_at! timestamptz, deleted_at timestamptz
-- {issue_comments}?: issue_id! uuid, project_id! uuid, actor_id uuid, access text,
--     created_at! timestamptz, deleted_at timestamptz
-- {users}?: id! uuid, display_name text, is_bot bool
-- {project_members}?: project_id! uuid, member_id uuid, role! int4
-- {deploy_boards}?: project_id! uuid, is_comments_enabled bool, deleted_at timestamptz
-- without states.default: the first state of what Plane closes, and that of what intake accepts,
--     is unknown
-- without issue_activities.comment: what Plane closes by itself counts as somebody's
-- without issue_activities.actor_id: nobody knows who changed a field
-- without issue_activities.old_identifier: renamed states go by their old names
-- without issue_activities.new_identifier: renamed states go by their old names
-- without issue_activities.epoch: changes are as late as the job that writes them
-- without issue_activities.deleted_at: deleted activities count
-- without issue_comments: replies are unknown
-- without issue_comments.access: first_response counts every comment of an agent
-- without issue_comments.deleted_at: deleted comments count
-- without users.is_bot: bots count as agents
-- without project_members: who did not create the work item counts as an agent
-- without deploy_boards: first_response counts every comment of an agent
-- without deploy_boards.is_comments_enabled: a board counts as one with comments
-- without deploy_boards.deleted_at: boards that were deleted count
WITH state AS (
    SELECT
        known.id,
        known.project_id,
        CASE
            WHEN min(known.group) OVER same_name <> max(known.group) OVER same_name
                THEN format('%s (%s)', known.name, project.name)
            ELSE known.name
        END AS name,
        known.group = 'triage' AS is_triage,
        known."default" IS TRUE AS is_default
    FROM {states} AS known
    LEFT JOIN {projects} AS project ON project.id = known.project_id
    WINDOW same_name AS (PARTITION BY lower(known.name))
),
default_state AS (
    SELECT
        state.project_id,
        min(state.name) FILTER (WHERE state.is_default) AS name,
        min(state.name) FILTER (WHERE state.is_triage) AS triage_name
    FROM state
    GROUP BY state.project_id
),
member AS (
    SELECT
        linked.project_id,
        linked.member_id AS user_id,
        max(linked.role) AS role
    FROM {project_members} AS linked
    GROUP BY
        linked.project_id,
        linked.member_id
),
membership AS (
    SELECT count(*) > 0 AS is_known
    FROM member
),
public_board AS (
    SELECT DISTINCT board.project_id
    FROM {deploy_boards} AS board
    WHERE board.deleted_at IS NULL
        AND board.is_comments_enabled IS NOT FALSE
),
activity AS (
    SELECT
        entry.issue_id,
        entry.field,
        entry.old_value,
        entry.new_value,
        entry.old_identifier,
        entry.new_identifier,
        entry.comment ~ '^Plane ' AS by_plane,
        entry.actor_id,
        -- An old activity was given an epoch when the column came.
        CASE
            WHEN abs(date_part('epoch', entry.created_at) - entry.epoch) < 86400
                THEN to_timestamp(entry.epoch)
            ELSE entry.created_at
        END AS event_at,
        entry.created_at AS loaded_at
    FROM {issue_activities} AS entry
    WHERE entry.deleted_at IS NULL
        AND entry.field IN ('state', 'priority', 'assignees', 'intake')
),
state_change AS (
    SELECT
        activity.issue_id,
        activity.event_at,
        CASE
            WHEN activity.field = 'state' THEN coalesce(new_state.name, activity.new_value)
            WHEN activity.new_value = 'Accepted' THEN default_state.name
            WHEN activity.new_value = 'Pending' THEN default_state.triage_name
            ELSE lower(activity.new_value)
        END AS new_value,
        -- Plane itself does not say what was before. Before an answer of the intake is the triage.
        CASE
            WHEN activity.field = 'state'
                THEN coalesce(old_state.name, activity.old_value, default_state.name)
            ELSE default_state.triage_name
        END AS old_value,
        activity.by_plane,
        activity.actor_id,
        activity.loaded_at
    FROM activity
    JOIN {issues} AS issue ON issue.id = activity.issue_id
    LEFT JOIN state AS old_state ON old_state.id = activity.old_identifier
    LEFT JOIN state AS new_state ON new_state.id = activity.new_identifier
    LEFT JOIN default_state ON default_state.project_id = issue.project_id
    WHERE activity.field IN ('state', 'intake')
),
first_state AS (
    SELECT DISTINCT ON (state_change.issue_id)
        state_change.issue_id,
        state_change.old_value AS name
    FROM state_change
    ORDER BY
        state_change.issue_id,
        state_change.event_at,
        state_change.loaded_at
),
-- A work item has any number of assignees: the one who was added last is shown until he is removed.
assignment AS (
    SELECT
        activity.issue_id,
        activity.event_at,
        activity.actor_id,
        coalesce(added.display_name, nullif(activity.new_value, '')) AS added,
        coalesce(removed.display_name, nullif(activity.old_value, '')) AS removed,
        count(nullif(activity.new_value, '')) OVER (
            PARTITION BY activity.issue_id
            -- Who is added is written before who is removed, by the same request.
            ORDER BY activity.event_at, activity.new_value = '', activity.loaded_at
        ) AS number,
        activity.loaded_at
    FROM activity
    LEFT JOIN {users} AS added ON added.id = activity.new_identifier
    LEFT JOIN {users} AS removed ON removed.id = activity.old_identifier
    WHERE activity.field = 'assignees'
),
assignee_change AS (
    SELECT
        step.issue_id,
        step.event_at,
        step.actor_id,
        step.added AS new_value,
        lag(step.added) OVER (
            PARTITION BY step.issue_id
            ORDER BY step.number, step.added IS NULL, step.event_at
        ) AS old_value,
        step.loaded_at
    FROM (
        SELECT
            assignment.*,
            max(assignment.added) OVER (
                PARTITION BY assignment.issue_id, assignment.number
            ) AS shown
        FROM assignment
    ) AS step
    WHERE step.added IS NOT NULL
        OR step.removed = step.shown
),
event AS (
    SELECT
        issue.id AS ticket_id,
        issue.created_at AS event_at,
        'created' AS event_type,
        issue.created_by_id AS user_id,
        false AS by_plane,
        NULL AS old_value,
        coalesce(first_state.name, state.name, issue.state_id::text) AS new_value,
        NULL::bool AS public,
        0 AS seq,
        issue.created_at AS loaded_at
    FROM {issues} AS issue
    LEFT JOIN first_state ON first_state.issue_id = issue.id
    LEFT JOIN state ON state.id = issue.state_id
    UNION ALL
    SELECT
        comment.issue_id AS ticket_id,
        comment.created_at AS event_at,
        'comment' AS event_type,
        comment.actor_id AS user_id,
        false AS by_plane,
        NULL AS old_value,
        NULL AS new_value,
        coalesce(comment.access, '') <> 'INTERNAL' OR public_board.project_id IS NULL AS public,
        1 AS seq,
        comment.created_at AS loaded_at
    FROM {issue_comments} AS comment
    LEFT JOIN public_board ON public_board.project_id = comment.project_id
    WHERE comment.deleted_at IS NULL
    UNION ALL
    SELECT
        change.issue_id AS ticket_id,
        change.event_at,
        'status' AS event_type,
        change.actor_id AS user_id,
        change.by_plane,
        coalesce(
            lag(change.new_value) OVER (
                PARTITION BY change.issue_id ORDER BY change.event_at, change.loaded_at
            ),
            change.old_value
        ) AS old_value,
        change.new_value,
        NULL AS public,
        6 AS seq,
        change.loaded_at
    FROM state_change AS change
    UNION ALL
    SELECT
        activity.issue_id AS ticket_id,
        activity.event_at,
        'priority' AS event_type,
        activity.actor_id AS user_id,
        activity.by_plane,
        nullif(activity.old_value, 'none') AS old_value,
        nullif(activity.new_value, 'none') AS new_value,
        NULL AS public,
        3 AS seq,
        activity.loaded_at
    FROM activity
    WHERE activity.field = 'priority'
    UNION ALL
    SELECT
        change.issue_id AS ticket_id,
        change.event_at,
        'assignee' AS event_type,
        change.actor_id AS user_id,
        false AS by_plane,
        change.old_value,
        change.new_value,
        NULL AS public,
        5 AS seq,
        change.loaded_at
    FROM assignee_change AS change
)
SELECT
    -- The work item.
    event.ticket_id,
    -- When it happened.
    greatest(event.event_at, issue.created_at) AS event_at,
    -- created, comment, or the field that changed.
    event.event_type,
    -- agent for members, customer for guests and strangers, bot, or system for Plane itself.
    CASE
        WHEN event.by_plane OR event.user_id IS NULL THEN 'system'
        WHEN person.is_bot THEN 'bot'
        WHEN member.role >= 15 THEN 'agent'
        WHEN member.role IS NOT NULL OR membership.is_known THEN 'customer'
        WHEN event.user_id = issue.created_by_id THEN 'customer'
        ELSE 'agent'
    END AS actor_role,
    -- Who did it.
    CASE WHEN NOT event.by_plane THEN coalesce(person.display_name, event.user_id::text) END
        AS actor,
    -- The field is the type.
    NULL::text AS field,
    -- What it was before.
    event.old_value,
    -- What it is since.
    event.new_value,
    -- Whether the customer sees it.
    event.public,
    -- Order of events of one instant.
    event.seq,
    -- When Plane wrote it.
    event.loaded_at
FROM event
JOIN {issues} AS issue
    ON issue.id = event.ticket_id
    AND issue.deleted_at IS NULL
    AND issue.is_draft IS NOT TRUE
LEFT JOIN {users} AS person ON person.id = event.user_id
LEFT JOIN member ON member.project_id = issue.project_id AND member.user_id = event.user_id
CROSS JOIN membership
WHERE event.event_type IN ('created', 'comment')
    OR event.old_value IS DISTINCT FROM event.new_value
