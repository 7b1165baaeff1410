-- Events of a Salesforce: the history of cases, emails and case comments. Of a new owner there are
-- two rows, one with names and one with ids. An owner is a queue (00G) or a user (005). Comments of
-- users of a portal or community are the customer's.
-- appended to: case_history
-- {case}: id! text, created_date! timestamptz, contact_id text, is_deleted bool, status! text,
--     closed_date timestamptz, last_modified_date timestamptz, master_record_id text,
--     _airbyte_extracted_at|_fivetran_synced|system_modstamp timestamptz
-- {case_history}?: id text, case_id! text, created_date! timestamptz, created_by_id text,
--     field! text, old_value text, new_value text, is_deleted bool,
--     _airbyte_extracted_at|_fivetran_synced timestamptz
-- {email_message}?: parent_id! text, message_date|created_date! timestamptz, incoming! bool,
--     status text, created_by_id text, automation_type text, is_deleted bool,
--     _airbyte_extracted_at|_fivetran_synced|system_modstamp timestamptz
-- {case_comment}?: parent_id! text, created_date! timestamptz, created_by_id text,
--     is_published bool, is_deleted bool,
--     _airbyte_extracted_at|_fivetran_synced|system_modstamp timestamptz
-- {user}?: id! text, name text, user_type text
-- {group}?: id! text, name text
-- {contact}?: id! text, name text
-- without case_history.id: changes of one instant have no order
-- without case_history.created_by_id: nobody knows who changed a field
-- without case_history.is_deleted: deleted rows of the history count
-- without case_history._airbyte_extracted_at: refresh takes changes by their own time
-- without email_message: replies by email are unknown
-- without email_message.status: drafts count as replies
-- without email_message.created_by_id: nobody knows who sent an email
-- without email_message.automation_type: automatic replies count as an agent's
-- without email_message.is_deleted: deleted emails count
-- without email_message._airbyte_extracted_at: refresh takes emails by their own time
-- without case_comment: comments are unknown
-- without case_comment.created_by_id: every comment counts as an agent's
-- without case_comment.is_published: first_response counts private comments too
-- without case_comment.is_deleted: deleted comments count
-- without case_comment._airbyte_extracted_at: refresh takes comments by their own time
-- without user.user_type: customers who write in a portal count as agents
-- without contact: customers have no names
WITH owner AS (
    SELECT
        person.id,
        coalesce(person.name, person.id) AS name
    FROM {user} AS person
    UNION ALL
    SELECT
        queue.id,
        coalesce(queue.name, queue.id) AS name
    FROM {group} AS queue
),
history AS (
    SELECT
        entry.id,
        entry.case_id,
        entry.created_date AS event_at,
        entry.created_by_id AS user_id,
        entry.field,
        nullif(entry.old_value, '') AS old_value,
        nullif(entry.new_value, '') AS new_value,
        coalesce(entry.new_value, entry.old_value) ~ '^00[5G][A-Za-z0-9]{12}([A-Za-z0-9]{3})?$'
            AS is_id,
        entry._airbyte_extracted_at AS loaded_at
    FROM {case_history} AS entry
    WHERE entry.is_deleted IS NOT TRUE
),
owner_change AS (
    SELECT
        change.id,
        change.case_id,
        change.event_at,
        change.user_id,
        change.old_value,
        change.new_value,
        change.new_value LIKE '00G%' AS to_queue,
        change.old_value LIKE '00G%' AS from_queue,
        change.loaded_at
    FROM history AS change
    WHERE change.field IN ('Owner', 'ownerAssignment', 'ownerAccepted', 'ownerEscalated')
        AND change.is_id
),
event AS (
    SELECT
        ticket.id AS ticket_id,
        ticket.created_date AS event_at,
        'created' AS event_type,
        NULL AS user_id,
        'customer' AS actor_role,
        coalesce(contact.name, ticket.contact_id) AS actor,
        NULL AS old_value,
        coalesce(
            first_status.status,
            CASE WHEN ticket.master_record_id IS NULL THEN ticket.status ELSE 'merged' END
        ) AS new_value,
        NULL::bool AS public,
        0 AS seq,
        ticket._airbyte_extracted_at AS loaded_at
    FROM {case} AS ticket
    LEFT JOIN {contact} AS contact ON contact.id = ticket.contact_id
    LEFT JOIN (
        SELECT DISTINCT ON (change.case_id)
            change.case_id,
            change.old_value AS status
        FROM history AS change
        WHERE change.field = 'Status'
        ORDER BY
            change.case_id,
            change.event_at,
            change.id
    ) AS first_status ON first_status.case_id = ticket.id
    UNION ALL
    SELECT
        email.parent_id AS ticket_id,
        email.message_date AS event_at,
        'comment' AS event_type,
        CASE WHEN NOT email.incoming THEN email.created_by_id END AS user_id,
        CASE
            WHEN email.incoming THEN 'customer'
            WHEN email.automation_type IS NOT NULL THEN 'system'
        END AS actor_role,
        NULL AS actor,
        NULL AS old_value,
        NULL AS new_value,
        true AS public,
        1 AS seq,
        email._airbyte_extracted_at AS loaded_at
    FROM {email_message} AS email
    WHERE email.is_deleted IS NOT TRUE
        -- 5 is a draft.
        AND email.status IS DISTINCT FROM '5'
    UNION ALL
    SELECT
        comment.parent_id AS ticket_id,
        comment.created_date AS event_at,
        'comment' AS event_type,
        comment.created_by_id AS user_id,
        NULL AS actor_role,
        NULL AS actor,
        NULL AS old_value,
        NULL AS new_value,
        coalesce(comment.is_published, true) AS public,
        1 AS seq,
        comment._airbyte_extracted_at AS loaded_at
    FROM {case_comment} AS comment
    WHERE comment.is_deleted IS NOT TRUE
    UNION ALL
    SELECT
        change.case_id AS ticket_id,
        change.event_at,
        lower(change.field) AS event_type,
        change.user_id,
        NULL AS actor_role,
        NULL AS actor,
        change.old_value,
        change.new_value,
        NULL AS public,
        CASE change.field WHEN 'Status' THEN 6 ELSE 3 END AS seq,
        change.loaded_at
    FROM history AS change
    WHERE change.field IN ('Status', 'Priority', 'Type')
    UNION ALL
    SELECT
        change.case_id AS ticket_id,
        change.event_at,
        'group_name' AS event_type,
        change.user_id,
        NULL AS actor_role,
        NULL AS actor,
        -- The queue before, also where a user had the case in between.
        coalesce(
            CASE WHEN change.from_queue THEN coalesce(old_owner.name, change.old_value) END,
            lag(coalesce(new_owner.name, change.new_value)) OVER earlier
        ) AS old_value,
        coalesce(new_owner.name, change.new_value) AS new_value,
        NULL AS public,
        4 AS seq,
        change.loaded_at
    FROM owner_change AS change
    LEFT JOIN owner AS old_owner ON old_owner.id = change.old_value
    LEFT JOIN owner AS new_owner ON new_owner.id = change.new_value
    WHERE change.to_queue
    WINDOW earlier AS (PARTITION BY change.case_id ORDER BY change.event_at, change.id)
    UNION ALL
    SELECT
        change.case_id AS ticket_id,
        change.event_at,
        'assignee' AS event_type,
        change.user_id,
        NULL AS actor_role,
        NULL AS actor,
        CASE WHEN NOT change.from_queue THEN coalesce(old_owner.name, change.old_value) END
            AS old_value,
        CASE WHEN NOT change.to_queue THEN coalesce(new_owner.name, change.new_value) END
            AS new_value,
        NULL AS public,
        5 AS seq,
        change.loaded_at
    FROM owner_change AS change
    LEFT JOIN owner AS old_owner ON old_owner.id = change.old_value
    LEFT JOIN owner AS new_owner ON new_owner.id = change.new_value
    WHERE NOT change.from_queue
        OR NOT change.to_queue
    UNION ALL
    SELECT
        ticket.id AS ticket_id,
        coalesce(ticket.closed_date, ticket.last_modified_date) AS event_at,
        'status' AS event_type,
        NULL AS user_id,
        'system' AS actor_role,
        NULL AS actor,
        ticket.status AS old_value,
        'merged' AS new_value,
        NULL AS public,
        7 AS seq,
        ticket.last_modified_date AS loaded_at
    FROM {case} AS ticket
    WHERE ticket.master_record_id IS NOT NULL
)
SELECT
    -- The case.
    event.ticket_id,
    -- When it happened.
    event.event_at,
    -- created, comment, or the field that changed.
    event.event_type,
    -- customer for emails that came in and for users of a portal, system for automatic ones, else
    -- agent.
    coalesce(
        event.actor_role,
        CASE
            WHEN person.user_type IN ('AutomatedProcess', 'CloudIntegrationUser') THEN 'system'
            WHEN person.user_type IN ('CSNOnly', 'Standard') THEN 'agent'
            WHEN person.user_type IS NOT NULL THEN 'customer'
            ELSE 'agent'
        END
    ) AS actor_role,
    -- Who did it.
    coalesce(event.actor, person.name, event.user_id) AS actor,
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
    -- When the warehouse took it in.
    coalesce(event.loaded_at, event.event_at) AS loaded_at
FROM event
JOIN {case} AS ticket ON ticket.id = event.ticket_id AND ticket.is_deleted IS NOT TRUE
LEFT JOIN {user} AS person ON person.id = event.user_id
