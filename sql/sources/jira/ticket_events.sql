-- Events of a Jira, as Fivetran loads it: creations, comments, and the history of status,
-- priority and assignee.
-- appended to: issue_field_history
-- {issue}: id! int8, key text, created! timestamptz, reporter text, creator text,
--     _fivetran_synced timestamptz
-- {issue_field_history}: issue_id! int8, field_id! text, value! text, time! timestamptz,
--     author_id text, _fivetran_synced timestamptz
-- {comment}?: issue_id! int8, created! timestamptz, author_id text, is_public bool,
--     _fivetran_synced timestamptz
-- {status}?: id! text, name! text
-- {priority}?: id! text, name! text
-- {user}?: id! text, name text
-- without comment: replies are unknown: first_response and next_response never end by one
-- without comment.is_public: first_response counts every comment but the reporter's
-- without status: statuses go by their number, and slaops.states must say what they mean
-- without user: people go by their account
-- without issue_field_history.author_id: nobody knows who changed a field
WITH field_value AS (
    SELECT
        history.*,
        lag(history.value) OVER (
            PARTITION BY history.issue_id, history.field_id
            ORDER BY history.time, history.value
        ) AS old_value
    FROM {issue_field_history} AS history
    WHERE history.field_id IN ('status', 'priority', 'assignee')
),
event AS (
    SELECT
        issue.id AS issue_id,
        issue.created AS event_at,
        'created' AS event_type,
        coalesce(issue.reporter, issue.creator) AS author,
        NULL::text AS old_value,
        NULL::text AS new_value,
        NULL::bool AS public,
        0::int8 AS seq,
        issue._fivetran_synced AS loaded_at
    FROM {issue} AS issue
    UNION ALL
    SELECT
        comment.issue_id,
        comment.created AS event_at,
        'comment' AS event_type,
        comment.author_id AS author,
        NULL AS old_value,
        NULL AS new_value,
        comment.is_public AS public,
        1 AS seq,
        comment._fivetran_synced AS loaded_at
    FROM {comment} AS comment
    UNION ALL
    SELECT
        field_value.issue_id,
        field_value.time AS event_at,
        field_value.field_id AS event_type,
        field_value.author_id AS author,
        field_value.old_value,
        field_value.value AS new_value,
        NULL AS public,
        CASE field_value.field_id
            WHEN 'priority' THEN 2
            WHEN 'assignee' THEN 3
            ELSE 4
        END AS seq,
        field_value._fivetran_synced AS loaded_at
    FROM field_value
    WHERE field_value.value IS DISTINCT FROM field_value.old_value
)
SELECT
    -- The issue's key.
    coalesce(issue.key, event.issue_id::text) AS ticket_id,
    -- When it happened.
    event.event_at,
    -- created, comment, or the field that changed.
    event.event_type,
    -- The reporter is the customer.
    CASE
        WHEN event.author IS NULL THEN 'system'
        WHEN event.author = coalesce(issue.reporter, issue.creator) THEN 'customer'
        ELSE 'agent'
    END AS actor_role,
    -- Who did it.
    coalesce(actor.name, event.author) AS actor,
    -- The field is the type.
    NULL::text AS field,
    -- What it was before.
    CASE event.event_type
        WHEN 'status' THEN coalesce(old_status.name, event.old_value)
        WHEN 'priority' THEN coalesce(old_priority.name, event.old_value)
        WHEN 'assignee' THEN coalesce(old_assignee.name, event.old_value)
        ELSE event.old_value
    END AS old_value,
    -- What it is since.
    CASE event.event_type
        WHEN 'status' THEN coalesce(new_status.name, event.new_value)
        WHEN 'priority' THEN coalesce(new_priority.name, event.new_value)
        WHEN 'assignee' THEN coalesce(new_assignee.name, event.new_value)
        ELSE event.new_value
    END AS new_value,
    -- Whether the customer sees it.
    event.public,
    -- Order of events of one instant.
    event.seq,
    -- When the warehouse took it in.
    event.loaded_at
FROM event
JOIN {issue} AS issue ON issue.id = event.issue_id
LEFT JOIN {user} AS actor ON actor.id = event.author
LEFT JOIN {status} AS old_status
    ON event.event_type = 'status' AND old_status.id = event.old_value
LEFT JOIN {status} AS new_status
    ON event.event_type = 'status' AND new_status.id = event.new_value
LEFT JOIN {priority} AS old_priority
    ON event.event_type = 'priority' AND old_priority.id = event.old_value
LEFT JOIN {priority} AS new_priority
    ON event.event_type = 'priority' AND new_priority.id = event.new_value
LEFT JOIN {user} AS old_assignee
    ON event.event_type = 'assignee' AND old_assignee.id = event.old_value
LEFT JOIN {user} AS new_assignee
    ON event.event_type = 'assignee' AND new_assignee.id = event.new_value
-- What a field was at first is no change.
WHERE NOT (
    event.event_type IN ('status', 'priority')
    AND event.old_value IS NULL
    AND event.event_at <= issue.created
)
