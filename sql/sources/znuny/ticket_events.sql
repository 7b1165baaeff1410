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
        -- Of service levels the record has only names and numbers: new, then old.
        CASE
            WHEN kind.name = 'SLAUpdate' THEN string_to_array(record.name, '%%')
        END AS level
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
        field.name AS event_type,
        field.old_id,
        field.new_id,
        nullif(field.old_value, 'NULL') AS old_value,
        nullif(field.new_value, 'NULL') AS new_value
    FROM entry
    CROSS JOIN LATERAL (
        VALUES
            ('status', entry.old_state_id::int4, entry.state_id::int4, NULL, NULL),
            ('group_name', entry.old_queue_id, entry.queue_id, NULL, NULL),
            ('priority', entry.old_priority_id, entry.priority_id, NULL, NULL),
            ('assignee', entry.old_owner_id, entry.owner_id, NULL, NULL),
            ('type', entry.old_type_id, entry.type_id, NULL, NULL),
            (
                'tier',
                CASE WHEN entry.level[5] ~ '^[0-9]{1,9}$' THEN entry.level[5]::int4 END,
                CASE WHEN entry.level[3] ~ '^[0-9]{1,9}$' THEN entry.level[3]::int4 END,
                entry.level[4],
                entry.level[2]
            )
    ) AS field (name, old_id, new_id, old_value, new_value)
    WHERE field.old_id <> field.new_id
        OR field.name = 'tier' AND entry.level IS NOT NULL
),
event AS (
    SELECT
        ticket.id AS ticket_id,
        ticket.create_time AS event_at,
        'created' AS event_type,
        'customer' AS sender,
        NULL::int4 AS user_id,
        NULL::int4 AS old_id,
        ticket.ticket_state_id::int4 AS new_id,
        NULL::text AS old_value,
        NULL::text AS new_value,
        NULL::bool AS public,
        NULL::text AS channel,
        0::int8 AS seq,
        ticket.create_time AS loaded_at
    FROM {ticket} AS ticket
    UNION ALL
    SELECT
        article.ticket_id,
        article.create_time AS event_at,
        'comment' AS event_type,
        sender.name AS sender,
        article.create_by AS user_id,
        NULL AS old_id,
        NULL AS new_id,
        NULL AS old_value,
        NULL AS new_value,
        coalesce(article.is_visible_for_customer, 1) <> 0 AS public,
        channel.name AS channel,
        1 AS seq,
        article.change_time AS loaded_at
    FROM {article} AS article
    JOIN {article_sender_type} AS sender ON sender.id = article.article_sender_type_id
    LEFT JOIN {communication_channel} AS channel ON channel.id = article.communication_channel_id
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
        NULL AS channel,
        2 + change.id AS seq,
        change.create_time AS loaded_at
    FROM change
),
placed AS (
    SELECT
        event.*,
        -- What a ticket began with, if it has changed since.
        first_value(CASE WHEN event.event_type = 'status' THEN event.old_id END)
            OVER first_change AS first_id,
        max(
            CASE
                WHEN event.event_type = 'status'
                    AND event.new_id IN (
                        SELECT state.id
                        FROM state
                        WHERE state.name = 'merged'
                    )
                    THEN event.event_at
            END
        ) OVER (PARTITION BY event.ticket_id) AS merged_at
    FROM event
    WINDOW first_change AS (
        PARTITION BY event.ticket_id
        ORDER BY
            (event.event_type = 'status') DESC,
            event.event_at,
            event.seq
    )
)
SELECT
    -- The ticket.
    placed.ticket_id,
    -- When it happened.
    placed.event_at,
    -- created, comment, or the field that changed.
    placed.event_type,
    -- agent, customer or system. What a customer does to a ticket Znuny does for him.
    CASE
        -- Znuny's own note of a merge is in the name of who merged.
        WHEN placed.channel = 'Internal'
            AND placed.event_at BETWEEN placed.merged_at - interval '5 s' AND placed.merged_at
            THEN 'system'
        ELSE placed.sender
    END AS actor_role,
    -- Who did it; of customers, the customer user of the ticket.
    CASE placed.sender WHEN 'customer' THEN nullif(ticket.customer_user_id, '') ELSE actor.name END
        AS actor,
    -- The field is the type.
    NULL::text AS field,
    -- What it was before.
    CASE placed.event_type
        WHEN 'status' THEN old_state.name
        WHEN 'group_name' THEN old_queue.name
        WHEN 'priority' THEN old_priority.name
        WHEN 'assignee' THEN old_owner.name
        WHEN 'type' THEN old_type.name
        WHEN 'tier' THEN coalesce(old_level.name, placed.old_value)
    END AS old_value,
    -- What it is since; of a creation, the state that the ticket began with.
    CASE placed.event_type
        WHEN 'created' THEN new_state.name
        WHEN 'status' THEN new_state.name
        WHEN 'group_name' THEN new_queue.name
        WHEN 'priority' THEN new_priority.name
        WHEN 'assignee' THEN new_owner.name
        WHEN 'type' THEN new_type.name
        WHEN 'tier' THEN coalesce(new_level.name, placed.new_value)
    END AS new_value,
    -- Whether the customer sees it.
    placed.public,
    -- Order of events of one instant.
    placed.seq,
    -- When the ticket came to have it: articles of a merged one with the merge.
    placed.loaded_at
FROM placed
JOIN {ticket} AS ticket ON ticket.id = placed.ticket_id
LEFT JOIN person AS actor ON actor.id = placed.user_id
LEFT JOIN state AS old_state
    ON placed.event_type = 'status' AND old_state.id = placed.old_id
LEFT JOIN state AS new_state
    ON placed.event_type IN ('status', 'created')
    AND new_state.id = CASE placed.event_type
        WHEN 'created' THEN coalesce(placed.first_id, placed.new_id)
        ELSE placed.new_id
    END
LEFT JOIN {queue} AS old_queue
    ON placed.event_type = 'group_name' AND old_queue.id = placed.old_id
LEFT JOIN {queue} AS new_queue
    ON placed.event_type = 'group_name' AND new_queue.id = placed.new_id
LEFT JOIN {ticket_priority} AS old_priority
    ON placed.event_type = 'priority' AND old_priority.id = placed.old_id
LEFT JOIN {ticket_priority} AS new_priority
    ON placed.event_type = 'priority' AND new_priority.id = placed.new_id
LEFT JOIN person AS old_owner
    ON placed.event_type = 'assignee' AND old_owner.id = placed.old_id
LEFT JOIN person AS new_owner
    ON placed.event_type = 'assignee' AND new_owner.id = placed.new_id
LEFT JOIN {ticket_type} AS old_type
    ON placed.event_type = 'type' AND old_type.id = placed.old_id
LEFT JOIN {ticket_type} AS new_type
    ON placed.event_type = 'type' AND new_type.id = placed.new_id
LEFT JOIN {sla} AS old_level
    ON placed.event_type = 'tier' AND old_level.id = placed.old_id
LEFT JOIN {sla} AS new_level
    ON placed.event_type = 'tier' AND new_level.id = placed.new_id
