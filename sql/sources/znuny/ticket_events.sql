-- Events of a Znuny, or of an OTRS from version 6 on: creations, articles, and the history of
-- state, queue, priority, owner, type and service level. Each record of the history has the ticket
-- as it was after it, by numbers; so a change is what differs from the record before, and names are
-- those of today. Records that a merge has moved tell of another ticket, and are known by the time
-- of the move, which they alone have. Articles of a merged ticket are in the one that remains.
-- {ticket}: id! int8, ticket_state_id! int2, customer_user_id text, create_by int4,
--     create_time! timestamptz
-- {article}: id! int8, ticket_id! int8, article_sender_type_id! int2, is_visible_for_customer int2,
--     communication_channel_id int8, create_time! timestamptz, create_by! int4,
--     change_time timestamptz
-- {article_sender_type}: id! int4, name! text
-- {communication_channel}?: id! int8, name! text
-- {ticket_history}: id! int8, ticket_id! int8, history_type_id! int2, name text, article_id int8,
--     type_id int2, queue_id! int4, owner_id! int4, priority_id! int2, state_id! int2,
--     create_time! timestamptz, create_by! int4, change_time timestamptz
-- {ticket_history_type}: id! int4, name! text
-- {ticket_state}: id! int4, name! text, type_id! int2
-- {ticket_state_type}: id! int4, name! text
-- {ticket_priority}: id! int4, name! text
-- {queue}: id! int4, name! text
-- {users}: id! int4, login text, first_name text, last_name text
-- {ticket_type}?: id! int4, name! text
-- {sla}?: id! int4, name! text
-- without article.is_visible_for_customer: notes count as messages to the customer
-- without ticket_history.change_time: a merge may look like changes of the ticket that remains
WITH state AS (
    SELECT
        known.id,
        CASE WHEN kind.name = 'merged' THEN 'merged' ELSE known.name END AS name
    FROM {ticket_state} AS known
    JOIN {ticket_state_type} AS kind ON kind.id = known.type_id
),
person AS NOT MATERIALIZED (
    -- User 1 is the system, and the owner of what nobody owns.
    SELECT
        known.id,
        coalesce(
            nullif(btrim(concat_ws(' ', known.first_name, known.last_name)), ''),
            known.login
        ) AS name
    FROM {users} AS known
    WHERE known.id <> 1
),
entry AS (
    SELECT
        record.id,
        record.ticket_id,
        record.create_time,
        record.create_by,
        kind.name AS kind,
        record.name,
        record.state_id,
        record.queue_id,
        record.priority_id,
        record.owner_id,
        record.type_id,
        lag(record.state_id) OVER earlier AS old_state_id,
        lag(record.queue_id) OVER earlier AS old_queue_id,
        lag(record.priority_id) OVER earlier AS old_priority_id,
        lag(record.owner_id) OVER earlier AS old_owner_id,
        lag(record.type_id) OVER earlier AS old_type_id,
        row_number() OVER earlier AS number
    FROM {ticket_history} AS record
    JOIN {ticket_history_type} AS kind ON kind.id = record.history_type_id
    WHERE coalesce(record.article_id, 0) = 0
        OR record.change_time IS NULL
        OR record.change_time = record.create_time
    WINDOW earlier AS (PARTITION BY record.ticket_id ORDER BY record.create_time, record.id)
),
change AS (
    SELECT
        entry.id,
        entry.ticket_id,
        entry.create_time,
        entry.create_by,
        'status' AS event_type,
        entry.old_state_id AS old_id,
        entry.state_id AS new_id,
        NULL::text AS old_value,
        NULL::text AS new_value
    FROM entry
    WHERE entry.old_state_id <> entry.state_id
    UNION ALL
    SELECT
        entry.id,
        entry.ticket_id,
        entry.create_time,
        entry.create_by,
        'group_name' AS event_type,
        entry.old_queue_id AS old_id,
        entry.queue_id AS new_id,
        NULL AS old_value,
        NULL AS new_value
    FROM entry
    WHERE entry.old_queue_id <> entry.queue_id
    UNION ALL
    SELECT
        entry.id,
        entry.ticket_id,
        entry.create_time,
        entry.create_by,
        'priority' AS event_type,
        entry.old_priority_id AS old_id,
        entry.priority_id AS new_id,
        NULL AS old_value,
        NULL AS new_value
    FROM entry
    WHERE entry.old_priority_id <> entry.priority_id
    UNION ALL
    SELECT
        entry.id,
        entry.ticket_id,
        entry.create_time,
        entry.create_by,
        'assignee' AS event_type,
        entry.old_owner_id AS old_id,
        entry.owner_id AS new_id,
        NULL AS old_value,
        NULL AS new_value
    FROM entry
    WHERE entry.old_owner_id <> entry.owner_id
    UNION ALL
    SELECT
        entry.id,
        entry.ticket_id,
        entry.create_time,
        entry.create_by,
        'type' AS event_type,
        entry.old_type_id AS old_id,
        entry.type_id AS new_id,
        NULL AS old_value,
        NULL AS new_value
    FROM entry
    WHERE entry.old_type_id <> entry.type_id
    UNION ALL
    -- Of service levels the record has only names and numbers: new, then old.
    SELECT
        entry.id,
        entry.ticket_id,
        entry.create_time,
        entry.create_by,
        'tier' AS event_type,
        CASE WHEN split_part(entry.name, '%%', 5) ~ '^[0-9]{1,9}$'
            THEN split_part(entry.name, '%%', 5)::int4
        END AS old_id,
        CASE WHEN split_part(entry.name, '%%', 3) ~ '^[0-9]{1,9}$'
            THEN split_part(entry.name, '%%', 3)::int4
        END AS new_id,
        nullif(split_part(entry.name, '%%', 4), 'NULL') AS old_value,
        nullif(split_part(entry.name, '%%', 2), 'NULL') AS new_value
    FROM entry
    WHERE entry.kind = 'SLAUpdate'
),
merge AS (
    SELECT
        entry.ticket_id,
        max(entry.create_time) AS merged_at
    FROM entry
    WHERE entry.kind = 'Merged'
        AND split_part(entry.name, '%%', 3) = entry.ticket_id::text
    GROUP BY entry.ticket_id
),
event AS (
    SELECT
        ticket.id AS ticket_id,
        ticket.create_time AS event_at,
        'created' AS event_type,
        'customer' AS sender,
        NULL::int4 AS user_id,
        NULL::int4 AS old_id,
        coalesce(entry.state_id, ticket.ticket_state_id)::int4 AS new_id,
        NULL::text AS old_value,
        NULL::text AS new_value,
        NULL::bool AS public,
        0::int8 AS seq,
        ticket.create_time AS loaded_at
    FROM {ticket} AS ticket
    LEFT JOIN entry
        ON entry.ticket_id = ticket.id
        AND entry.number = 1
    UNION ALL
    SELECT
        article.ticket_id,
        article.create_time AS event_at,
        'comment' AS event_type,
        CASE
            -- Znuny's own note of a merge is in the name of who merged.
            WHEN channel.name = 'Internal'
                AND article.create_time BETWEEN merge.merged_at - interval '5 s' AND merge.merged_at
                THEN 'system'
            ELSE sender.name
        END AS sender,
        article.create_by AS user_id,
        NULL AS old_id,
        NULL AS new_id,
        NULL AS old_value,
        NULL AS new_value,
        article.is_visible_for_customer IS DISTINCT FROM 0 AS public,
        1 AS seq,
        article.change_time AS loaded_at
    FROM {article} AS article
    JOIN {article_sender_type} AS sender ON sender.id = article.article_sender_type_id
    LEFT JOIN {communication_channel} AS channel ON channel.id = article.communication_channel_id
    LEFT JOIN merge ON merge.ticket_id = article.ticket_id
    UNION ALL
    SELECT
        change.ticket_id,
        change.create_time AS event_at,
        change.event_type,
        CASE change.create_by WHEN 1 THEN 'system' ELSE 'agent' END AS sender,
        change.create_by AS user_id,
        change.old_id,
        change.new_id,
        change.old_value,
        change.new_value,
        NULL AS public,
        2 + change.id AS seq,
        change.create_time AS loaded_at
    FROM change
)
SELECT
    -- The ticket.
    event.ticket_id,
    -- When it happened.
    event.event_at,
    -- created, comment, or the field that changed.
    event.event_type,
    -- agent, customer or system. What a customer does to a ticket Znuny does for him.
    event.sender AS actor_role,
    -- Who did it; of customers, the customer user of the ticket.
    CASE event.sender WHEN 'customer' THEN nullif(ticket.customer_user_id, '') ELSE actor.name END
        AS actor,
    -- The field is the type.
    NULL::text AS field,
    -- What it was before.
    CASE event.event_type
        WHEN 'status' THEN old_state.name
        WHEN 'group_name' THEN old_queue.name
        WHEN 'priority' THEN old_priority.name
        WHEN 'assignee' THEN old_owner.name
        WHEN 'type' THEN old_type.name
        WHEN 'tier' THEN coalesce(old_level.name, event.old_value)
    END AS old_value,
    -- What it is since; of a creation, the state that the ticket began with.
    CASE event.event_type
        WHEN 'created' THEN new_state.name
        WHEN 'status' THEN new_state.name
        WHEN 'group_name' THEN new_queue.name
        WHEN 'priority' THEN new_priority.name
        WHEN 'assignee' THEN new_owner.name
        WHEN 'type' THEN new_type.name
        WHEN 'tier' THEN coalesce(new_level.name, event.new_value)
    END AS new_value,
    -- Whether the customer sees it.
    event.public,
    -- Order of events of one instant.
    event.seq,
    -- When the ticket came to have it: articles of a merged one with the merge.
    event.loaded_at
FROM event
JOIN {ticket} AS ticket ON ticket.id = event.ticket_id
LEFT JOIN person AS actor ON actor.id = event.user_id
LEFT JOIN state AS old_state
    ON event.event_type = 'status' AND old_state.id = event.old_id
LEFT JOIN state AS new_state
    ON event.event_type IN ('status', 'created') AND new_state.id = event.new_id
LEFT JOIN {queue} AS old_queue
    ON event.event_type = 'group_name' AND old_queue.id = event.old_id
LEFT JOIN {queue} AS new_queue
    ON event.event_type = 'group_name' AND new_queue.id = event.new_id
LEFT JOIN {ticket_priority} AS old_priority
    ON event.event_type = 'priority' AND old_priority.id = event.old_id
LEFT JOIN {ticket_priority} AS new_priority
    ON event.event_type = 'priority' AND new_priority.id = event.new_id
LEFT JOIN person AS old_owner
    ON event.event_type = 'assignee' AND old_owner.id = event.old_id
LEFT JOIN person AS new_owner
    ON event.event_type = 'assignee' AND new_owner.id = event.new_id
LEFT JOIN {ticket_type} AS old_type
    ON event.event_type = 'type' AND old_type.id = event.old_id
LEFT JOIN {ticket_type} AS new_type
    ON event.event_type = 'type' AND new_type.id = event.new_id
LEFT JOIN {sla} AS old_level
    ON event.event_type = 'tier' AND old_level.id = event.old_id
LEFT JOIN {sla} AS new_level
    ON event.event_type = 'tier' AND new_level.id = event.new_id
