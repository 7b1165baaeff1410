-- Events of a Zendesk, as Fivetran loads it: creations, comments, and the history of fields. Of
-- one instant a comment comes first and the status last.
-- appended to: ticket_field_history
-- {ticket}: id! int8, created_at! timestamptz, status! text, requester_id int8,
--     assignee_id int8, _fivetran_synced timestamptz
-- {ticket_field_history}: ticket_id! int8, field_name! text, value! text, updated! timestamptz,
--     user_id int8, _fivetran_synced timestamptz
-- {ticket_comment}?: ticket_id! int8, created|created_at! timestamptz, user_id int8, public bool,
--     _fivetran_synced timestamptz
-- {user}?: id! int8, name text, role text
-- {group}?: id! int8, name! text
-- {audit_log}?: source_id! int8, source_type! text, created_at! timestamptz,
--     change_description! text
-- without audit_log: an end user who was an agent before counts as one only where a ticket is
--     assigned to him, or where he wrote an internal note
-- without ticket_comment: replies are unknown: first_response and next_response never end by one
-- without ticket_comment.public: first_response counts every agent comment
-- without user.role: who is not the requester counts as an agent
-- without user: agents go by their number, and who is not the requester counts as an agent
-- without ticket_field_history.user_id: nobody knows who changed a field
WITH field_value AS (
    SELECT
        history.ticket_id,
        history.field_name,
        history.updated,
        history.user_id,
        history.value,
        history._fivetran_synced,
        lag(history.value) OVER (
            PARTITION BY history.ticket_id, history.field_name
            ORDER BY history.updated, history.value
        ) AS old_value
    FROM {ticket_field_history} AS history
    WHERE history.field_name IN ('status', 'priority', 'group_id', 'assignee_id', 'type')
),
event AS (
    SELECT
        ticket.id AS ticket_id,
        ticket.created_at AS event_at,
        'created' AS event_type,
        ticket.requester_id AS user_id,
        NULL::text AS old_value,
        NULL::text AS new_value,
        NULL::bool AS public,
        0::int8 AS seq,
        ticket._fivetran_synced AS loaded_at
    FROM {ticket} AS ticket
    UNION ALL
    SELECT
        comment.ticket_id,
        comment.created AS event_at,
        'comment' AS event_type,
        comment.user_id,
        NULL AS old_value,
        NULL AS new_value,
        comment.public,
        1 AS seq,
        comment._fivetran_synced AS loaded_at
    FROM {ticket_comment} AS comment
    UNION ALL
    SELECT
        field_value.ticket_id,
        field_value.updated AS event_at,
        CASE field_value.field_name
            WHEN 'group_id' THEN 'group_name'
            WHEN 'assignee_id' THEN 'assignee'
            ELSE field_value.field_name
        END AS event_type,
        field_value.user_id,
        field_value.old_value,
        field_value.value AS new_value,
        NULL AS public,
        CASE field_value.field_name
            WHEN 'type' THEN 2
            WHEN 'priority' THEN 3
            WHEN 'group_id' THEN 4
            WHEN 'assignee_id' THEN 5
            ELSE 6
        END AS seq,
        field_value._fivetran_synced AS loaded_at
    FROM field_value
    WHERE field_value.value IS DISTINCT FROM field_value.old_value
),
role_change AS (
    SELECT
        log.source_id AS user_id,
        log.created_at AS changed_at,
        lower(substring(log.change_description FROM 'Support role changed from (.+?) to '))
            AS role_before
    FROM {audit_log} AS log
    WHERE lower(log.source_type) = 'user'
        AND log.change_description LIKE '%Support role changed from %'
),
past_role AS (
    -- The role that a user had until the change.
    SELECT
        role_change.user_id,
        role_change.role_before AS role,
        lag(role_change.changed_at, 1, '-infinity') OVER (
            PARTITION BY role_change.user_id
            ORDER BY role_change.changed_at
        ) AS starts_at,
        role_change.changed_at AS ends_at
    FROM role_change
),
assigned AS (
    SELECT DISTINCT ticket.assignee_id AS user_id
    FROM {ticket} AS ticket
)
SELECT
    -- The ticket.
    event.ticket_id,
    -- When it happened.
    event.event_at,
    -- created, comment, or the field that changed.
    event.event_type,
    -- agent, customer or system, by the role that the person had then.
    CASE
        WHEN event.user_id IS NULL OR event.user_id = -1 THEN 'system'
        WHEN past_role.role IN ('end-user', 'not set') THEN 'customer'
        WHEN past_role.role IS NOT NULL THEN 'agent'
        WHEN actor.role <> 'end-user' THEN 'agent'
        WHEN event.user_id = ticket.requester_id THEN 'customer'
        WHEN assigned.user_id IS NOT NULL OR event.public IS FALSE THEN 'agent'
        WHEN actor.role = 'end-user' THEN 'customer'
        ELSE 'agent'
    END AS actor_role,
    -- Who did it.
    coalesce(actor.name, event.user_id::text) AS actor,
    -- The field is the type.
    NULL::text AS field,
    -- What it was before.
    CASE event.event_type
        WHEN 'group_name' THEN coalesce(old_group.name, event.old_value)
        WHEN 'assignee' THEN coalesce(old_assignee.name, event.old_value)
        ELSE event.old_value
    END AS old_value,
    -- What it is since.
    CASE event.event_type
        WHEN 'group_name' THEN coalesce(new_group.name, event.new_value)
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
JOIN {ticket} AS ticket ON ticket.id = event.ticket_id
LEFT JOIN {user} AS actor ON actor.id = event.user_id
LEFT JOIN past_role
    ON past_role.user_id = event.user_id
    AND past_role.starts_at <= event.event_at
    AND past_role.ends_at > event.event_at
LEFT JOIN assigned ON assigned.user_id = event.user_id
LEFT JOIN {group} AS old_group
    ON event.event_type = 'group_name' AND old_group.id::text = event.old_value
LEFT JOIN {group} AS new_group
    ON event.event_type = 'group_name' AND new_group.id::text = event.new_value
LEFT JOIN {user} AS old_assignee
    ON event.event_type = 'assignee' AND old_assignee.id::text = event.old_value
LEFT JOIN {user} AS new_assignee
    ON event.event_type = 'assignee' AND new_assignee.id::text = event.new_value
-- What a field was at first is no change.
WHERE NOT (
    event.event_type IN ('status', 'priority', 'type')
    AND event.old_value IS NULL
    AND event.event_at <= ticket.created_at
    AND event.new_value NOT IN ('solved', 'closed')
)
