-- Events of a Zendesk by the names of its API: the audits of Airbyte, Estuary and Lakeflow, or the
-- ticket events of dlt, and comments. Of one instant a comment comes first and the status last.
-- appended to: ticket_audits
-- {tickets}: id! int8, created_at! timestamptz, status! text, requester_id int8, assignee_id int8,
--     _airbyte_extracted_at|flow_published_at timestamptz, _dlt_load_id float8
-- {ticket_audits}?: ticket_id! int8, author_id int8, created_at! timestamptz, events! jsonb,
--     via jsonb, _airbyte_extracted_at|flow_published_at timestamptz
-- {ticket_events}?: _dlt_id! text, ticket_id! int8, updater_id int8, created_at! timestamptz,
--     _dlt_load_id float8
-- {ticket_events__child_events}?: _dlt_parent_id! text, id! int8, event_type! text, status text,
--     priority text, type text, group_id text, assignee_id text, previous_value text,
--     previous_value__v_text text, comment_present bool, comment_public bool, public bool,
--     author_id int8, via text, via_reference_id text, _dlt_id text, _dlt_list_idx int8,
--     _dlt_root_id text, others others
-- {ticket_comments}?: id! int8, ticket_id! int8, author_id int8, created_at! timestamptz,
--     public bool, via jsonb, _airbyte_extracted_at|flow_published_at timestamptz
-- {users}?: id! int8, name text, role text
-- {groups}?: id! int8, name! text
-- {audit_logs}?: source_id! int8, source_type! text, created_at! timestamptz,
--     change_description! text
-- without users.role: who is not the requester counts as an agent
-- without users: agents go by their number, and who is not the requester counts as an agent
-- without ticket_audits unless ticket_events: without their changes there are no clocks but
--     first_response; the schedule of a ticket is unknown
-- without ticket_audits.author_id: nobody knows who changed a field
-- without ticket_audits.via: changes of the system count as those of their author
-- without ticket_audits._airbyte_extracted_at: when rows were loaded is unknown
-- without ticket_events unless ticket_audits: without ticket_audits, changes are unknown
-- without ticket_events.updater_id: nobody knows who changed a field
-- without ticket_events__child_events unless ticket_audits: without ticket_audits, changes and
--     comments are unknown
-- without ticket_events__child_events.previous_value__v_text unless ticket_events: stays empty
-- without ticket_events__child_events.comment_present unless ticket_events__child_events.author_id:
--     comments are unknown: first_response and next_response never end by one
-- without ticket_events__child_events.comment_public unless ticket_events__child_events.public:
--     first_response counts every agent comment
-- without ticket_events__child_events.public unless ticket_events__child_events.comment_public:
--     first_response counts every agent comment
-- without ticket_events__child_events.author_id unless ticket_events.updater_id: who wrote a
--     comment is unknown
-- without ticket_events__child_events.via unless ticket_events: stays empty
-- without ticket_events__child_events.via_reference_id unless ticket_events: stays empty
-- without ticket_events__child_events._dlt_id unless ticket_events: stays empty
-- without ticket_events__child_events._dlt_list_idx unless ticket_events: stays empty
-- without ticket_events__child_events._dlt_root_id unless ticket_events: stays empty
-- without ticket_comments unless ticket_audits: replies are unknown: first_response and
--     next_response never end by one
-- without ticket_comments unless ticket_events: replies are unknown
-- without ticket_comments.public: first_response counts every agent comment
-- without ticket_comments._airbyte_extracted_at: when rows were loaded is unknown
-- without audit_logs: an end user who was an agent before counts as one only where a ticket is
--     assigned to him, or where he wrote an internal note
WITH change AS (
    SELECT
        audit.ticket_id,
        audit.created_at AS event_at,
        -- What a trigger does is written on the audit of the update that set it off.
        CASE WHEN entry.value #>> '{via,channel}' = 'rule' THEN -1 ELSE audit.author_id END
            AS user_id,
        entry.value ->> 'field_name' AS field_name,
        entry.value ->> 'previous_value' AS old_value,
        entry.value ->> 'value' AS new_value,
        audit._airbyte_extracted_at AS loaded_at
    FROM {ticket_audits} AS audit
    CROSS JOIN LATERAL jsonb_array_elements(audit.events) AS entry
    WHERE entry.value ->> 'type' IN ('Create', 'Change')
        AND entry.value ->> 'field_name' IN (
            'status', 'priority', 'group_id', 'assignee_id', 'type'
        )
    UNION ALL
    SELECT
        event.ticket_id,
        event.created_at AS event_at,
        event.updater_id AS user_id,
        field.name AS field_name,
        -- Where dlt first met a number, words have a column of their own.
        coalesce(child.previous_value, child.previous_value__v_text) AS old_value,
        field.value AS new_value,
        to_timestamp(event._dlt_load_id) AS loaded_at
    FROM {ticket_events} AS event
    JOIN {ticket_events__child_events} AS child ON child._dlt_parent_id = event._dlt_id
    CROSS JOIN LATERAL (
        VALUES
            ('status', child.status),
            ('priority', child.priority),
            ('type', child.type),
            ('group_id', child.group_id),
            ('assignee_id', child.assignee_id),
            -- A field without a value leaves only the value before.
            (
                'cleared',
                CASE
                    WHEN jsonb_strip_nulls(child.others) = '{}' THEN
                        coalesce(
                            child.status,
                            child.priority,
                            child.type,
                            child.group_id,
                            child.assignee_id,
                            ''
                        )
                END
            )
    ) AS field (name, value)
    WHERE child.event_type IN ('Create', 'Change')
        AND (field.value <> '' AND field.name <> 'cleared' OR field.value = '')
),
said AS (
    SELECT
        audit.ticket_id,
        (entry.value ->> 'id')::int8 AS comment_id,
        audit.created_at AS event_at,
        CASE
            WHEN coalesce(entry.value #>> '{via,source,rel}', audit.via #>> '{source,rel}')
                = 'merge' THEN -1
            ELSE coalesce((entry.value ->> 'author_id')::int8, audit.author_id)
        END AS user_id,
        (entry.value ->> 'public')::bool AS public,
        audit._airbyte_extracted_at AS loaded_at
    FROM {ticket_audits} AS audit
    CROSS JOIN LATERAL jsonb_array_elements(audit.events) AS entry
    WHERE entry.value ->> 'type' IN ('Comment', 'VoiceComment', 'FacebookComment')
    UNION ALL
    SELECT
        event.ticket_id,
        child.id AS comment_id,
        event.created_at AS event_at,
        coalesce(child.author_id, event.updater_id) AS user_id,
        coalesce(child.public, child.comment_public) AS public,
        to_timestamp(event._dlt_load_id) AS loaded_at
    FROM {ticket_events} AS event
    JOIN {ticket_events__child_events} AS child ON child._dlt_parent_id = event._dlt_id
    WHERE child.comment_present
        OR child.event_type IN ('Comment', 'VoiceComment', 'FacebookComment')
    UNION ALL
    SELECT
        comment.ticket_id,
        comment.id AS comment_id,
        comment.created_at AS event_at,
        CASE
            WHEN comment.via #>> '{source,rel}' = 'merge' THEN -1
            ELSE comment.author_id
        END AS user_id,
        comment.public,
        comment._airbyte_extracted_at AS loaded_at
    FROM {ticket_comments} AS comment
),
comment AS (
    -- Both an audit and the list of comments may have it.
    SELECT DISTINCT ON (said.ticket_id, said.comment_id) said.*
    FROM said
    ORDER BY
        said.ticket_id,
        said.comment_id,
        said.event_at,
        said.user_id,
        said.public
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
        coalesce(ticket._airbyte_extracted_at, to_timestamp(ticket._dlt_load_id)) AS loaded_at
    FROM {tickets} AS ticket
    UNION ALL
    SELECT
        comment.ticket_id,
        comment.event_at,
        'comment' AS event_type,
        comment.user_id,
        NULL AS old_value,
        NULL AS new_value,
        comment.public,
        1 AS seq,
        comment.loaded_at
    FROM comment
    UNION ALL
    SELECT
        change.ticket_id,
        change.event_at,
        CASE change.field_name
            WHEN 'group_id' THEN 'group_name'
            WHEN 'assignee_id' THEN 'assignee'
            ELSE change.field_name
        END AS event_type,
        change.user_id,
        nullif(change.old_value, '') AS old_value,
        nullif(change.new_value, '') AS new_value,
        NULL AS public,
        CASE change.field_name
            WHEN 'type' THEN 2
            WHEN 'priority' THEN 3
            WHEN 'group_id' THEN 4
            WHEN 'status' THEN 6
            ELSE 5
        END AS seq,
        change.loaded_at
    FROM change
),
role_change AS (
    SELECT
        log.source_id AS user_id,
        log.created_at AS changed_at,
        lower(substring(log.change_description FROM 'Support role changed from (.+?) to '))
            AS role_before
    FROM {audit_logs} AS log
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
    FROM {tickets} AS ticket
)
SELECT
    -- The ticket.
    event.ticket_id,
    -- When it happened.
    event.event_at,
    -- created, comment, or the field that changed.
    CASE
        WHEN event.event_type <> 'cleared' THEN event.event_type
        WHEN old_group.id IS NOT NULL THEN 'group_name'
        ELSE 'assignee'
    END AS event_type,
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
    coalesce(old_group.name, old_assignee.name, event.old_value) AS old_value,
    -- What it is since.
    coalesce(new_group.name, new_assignee.name, event.new_value) AS new_value,
    -- Whether the customer sees it.
    event.public,
    -- Order of events of one instant.
    event.seq,
    -- When the warehouse took it in.
    event.loaded_at
FROM event
JOIN {tickets} AS ticket ON ticket.id = event.ticket_id AND ticket.status <> 'deleted'
LEFT JOIN {users} AS actor ON actor.id = event.user_id
LEFT JOIN past_role
    ON past_role.user_id = event.user_id
    AND past_role.starts_at <= event.event_at
    AND past_role.ends_at > event.event_at
LEFT JOIN assigned ON assigned.user_id = event.user_id
LEFT JOIN {groups} AS old_group
    ON event.event_type IN ('group_name', 'cleared') AND old_group.id::text = event.old_value
LEFT JOIN {groups} AS new_group
    ON event.event_type = 'group_name' AND new_group.id::text = event.new_value
LEFT JOIN {users} AS old_assignee
    ON event.event_type IN ('assignee', 'cleared') AND old_assignee.id::text = event.old_value
LEFT JOIN {users} AS new_assignee
    ON event.event_type = 'assignee' AND new_assignee.id::text = event.new_value
-- What a field was at first is no change; of what was cleared, only groups and people are known.
WHERE NOT (
    event.event_type IN ('status', 'priority', 'type')
    AND event.old_value IS NULL
    AND event.event_at <= ticket.created_at
    AND event.new_value NOT IN ('solved', 'closed')
)
    AND (
        event.event_type <> 'cleared'
        OR old_group.id IS NOT NULL
        OR old_assignee.id IS NOT NULL
    )
