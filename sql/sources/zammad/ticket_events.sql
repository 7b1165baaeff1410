-- Events of a Zammad 3 to 7, over its own tables: creations, articles, and the history of state,
-- priority, group, owner and type. Names are those of today, found by the numbers that the history
-- keeps; only what is gone goes by the name that it had. Who wrote an article is inside or outside
-- by its sender, as it was then. Articles of a merged ticket are in the one that remains.
-- {tickets}: id! int4, state_id! int4, owner_id! int4, customer_id! int4, created_by_id int4,
--     created_at! timestamptz, create_article_sender_id int4
-- {ticket_articles}: id! int4, ticket_id! int4, sender_id! int4, type_id int4, internal bool,
--     created_by_id! int4, origin_by_id int4, created_at! timestamptz, updated_at timestamptz
-- {ticket_article_senders}: id! int4, name! text
-- {ticket_article_types}?: id! int4, communication bool
-- {histories}: id! int4, o_id! int4, history_object_id! int4, history_type_id! int4,
--     history_attribute_id! int4, id_from int4, id_to int4, value_from text, value_to text,
--     created_by_id! int4, created_at! timestamptz
-- {history_objects}: id! int4, name! text
-- {history_types}: id! int4, name! text
-- {history_attributes}: id! int4, name! text
-- {ticket_states}: id! int4, name! text, state_type_id! int4
-- {ticket_state_types}: id! int4, name! text
-- {ticket_priorities}: id! int4, name! text
-- {groups}: id! int4, name! text
-- {users}: id! int4, login text, firstname text, lastname text, email text
-- {roles_users}?: user_id! int4, role_id! int4
-- {permissions_roles}?: role_id! int4, permission_id! int4
-- {permissions}?: id! int4, name! text
-- without ticket_articles.internal: internal notes count as messages to the customer
-- without ticket_articles.origin_by_id: what an agent wrote down for a customer has the name of
--     the agent
-- without tickets.create_article_sender_id: who opened a ticket counts as its customer
-- without tickets.created_by_id: which agent opened a ticket is unknown
-- without roles_users: agents are those who have a ticket, or wrote in it
-- without permissions_roles: agents are those who have a ticket, or wrote in it
-- without permissions: agents are those who have a ticket, or wrote in it
WITH state AS (
    SELECT
        known.id,
        CASE WHEN kind.name = 'merged' THEN 'merged' ELSE known.name END AS name
    FROM {ticket_states} AS known
    JOIN {ticket_state_types} AS kind ON kind.id = known.state_type_id
),
person AS NOT MATERIALIZED (
    -- User 1 is the system, and stands where a deleted user stood.
    SELECT
        known.id,
        coalesce(
            nullif(btrim(concat_ws(' ', known.firstname, known.lastname)), ''),
            nullif(known.email, ''),
            known.login
        ) AS name
    FROM {users} AS known
    WHERE known.id <> 1
),
change AS (
    SELECT
        entry.id AS place,
        entry.o_id AS ticket_id,
        entry.created_at AS event_at,
        entry.created_by_id AS user_id,
        attribute.name AS field,
        entry.id_from,
        entry.id_to,
        entry.value_from,
        entry.value_to
    FROM {histories} AS entry
    JOIN {history_objects} AS object
        ON object.id = entry.history_object_id
        AND object.name = 'Ticket'
    JOIN {history_types} AS kind
        ON kind.id = entry.history_type_id
        AND kind.name = 'updated'
    JOIN {history_attributes} AS attribute
        ON attribute.id = entry.history_attribute_id
        AND attribute.name IN ('state', 'priority', 'group', 'owner', 'type')
),
event AS (
    SELECT
        ticket.id AS ticket_id,
        ticket.created_at AS event_at,
        'created' AS event_type,
        -- What an agent wrote down for a customer is the customer's.
        CASE
            WHEN sender.name <> 'Customer' THEN ticket.created_by_id
            ELSE ticket.customer_id
        END AS user_id,
        coalesce(sender.name, 'Customer') AS sender,
        NULL::int4 AS id_from,
        ticket.state_id AS id_to,
        NULL::text AS value_from,
        NULL::text AS value_to,
        NULL::bool AS public,
        0::int8 AS seq,
        ticket.created_at AS loaded_at
    FROM {tickets} AS ticket
    LEFT JOIN {ticket_article_senders} AS sender ON sender.id = ticket.create_article_sender_id
    UNION ALL
    -- A note that customers may read is no message to them: Zammad's own clocks do not stop by it.
    SELECT
        article.ticket_id,
        article.created_at AS event_at,
        'comment' AS event_type,
        coalesce(article.origin_by_id, article.created_by_id) AS user_id,
        sender.name AS sender,
        NULL AS id_from,
        NULL AS id_to,
        NULL AS value_from,
        NULL AS value_to,
        article.internal IS NOT TRUE AND kind.communication IS NOT FALSE AS public,
        1 AS seq,
        article.updated_at AS loaded_at
    FROM {ticket_articles} AS article
    JOIN {ticket_article_senders} AS sender ON sender.id = article.sender_id
    LEFT JOIN {ticket_article_types} AS kind ON kind.id = article.type_id
    UNION ALL
    SELECT
        change.ticket_id,
        change.event_at,
        CASE change.field
            WHEN 'state' THEN 'status'
            WHEN 'group' THEN 'group_name'
            WHEN 'owner' THEN 'assignee'
            ELSE change.field
        END AS event_type,
        change.user_id,
        NULL AS sender,
        change.id_from,
        change.id_to,
        change.value_from,
        change.value_to,
        NULL AS public,
        -- A reply comes before what it brings about.
        2 + change.place::int8 AS seq,
        change.event_at AS loaded_at
    FROM change
),
acted AS (
    SELECT
        event.*,
        -- An agent stays one for what he did as an agent.
        bool_or(event.sender = 'Agent') OVER (PARTITION BY event.ticket_id, event.user_id)
            AS wrote_as_agent,
        -- What a ticket began with, if it has changed since.
        first_value(CASE WHEN event.event_type = 'status' THEN event.id_from END)
            OVER first_change AS first_id,
        first_value(CASE WHEN event.event_type = 'status' THEN event.value_from END)
            OVER first_change AS first_value
    FROM event
    WINDOW first_change AS (
        PARTITION BY event.ticket_id
        ORDER BY
            (event.event_type = 'status') DESC,
            event.event_at,
            event.seq
    )
),
agent AS (
    SELECT membership.user_id
    FROM {roles_users} AS membership
    JOIN {permissions_roles} AS grant_of_role ON grant_of_role.role_id = membership.role_id
    JOIN {permissions} AS permission
        ON permission.id = grant_of_role.permission_id
        AND permission.name IN ('ticket', 'ticket.agent')
    UNION
    SELECT ticket.owner_id AS user_id
    FROM {tickets} AS ticket
)
SELECT
    -- The ticket.
    acted.ticket_id,
    -- When it happened.
    acted.event_at,
    -- created, comment, or the field that changed.
    acted.event_type,
    -- agent, customer or system: of articles by their sender, of changes by who made them.
    CASE
        WHEN acted.sender IS NOT NULL THEN lower(acted.sender)
        WHEN acted.user_id = 1 THEN 'system'
        WHEN acted.wrote_as_agent OR agent.user_id IS NOT NULL THEN 'agent'
        ELSE 'customer'
    END AS actor_role,
    -- Who did it.
    actor.name AS actor,
    -- The field is the type.
    NULL::text AS field,
    -- What it was before.
    CASE acted.event_type
        WHEN 'status' THEN coalesce(old_state.name, acted.value_from)
        WHEN 'priority' THEN coalesce(old_priority.name, acted.value_from)
        WHEN 'group_name' THEN coalesce(old_group.name, acted.value_from)
        WHEN 'assignee' THEN coalesce(old_owner.name, nullif(acted.value_from, '-'))
        ELSE acted.value_from
    END AS old_value,
    -- What it is since; of a creation, the state that the ticket began with.
    CASE
        WHEN acted.event_type = 'created' THEN coalesce(new_state.name, acted.first_value)
        WHEN acted.event_type = 'status' THEN coalesce(new_state.name, acted.value_to)
        WHEN acted.event_type = 'priority' THEN coalesce(new_priority.name, acted.value_to)
        WHEN acted.event_type = 'group_name' THEN coalesce(new_group.name, acted.value_to)
        WHEN acted.event_type = 'assignee'
            THEN coalesce(new_owner.name, nullif(acted.value_to, '-'))
        ELSE acted.value_to
    END AS new_value,
    -- Whether it is a message that the customer sees.
    acted.public,
    -- Order of events of one instant.
    acted.seq,
    -- When the ticket came to have it: articles of a merged one with the merge.
    acted.loaded_at
FROM acted
LEFT JOIN person AS actor ON actor.id = acted.user_id
LEFT JOIN agent ON agent.user_id = acted.user_id
LEFT JOIN state AS old_state
    ON acted.event_type = 'status' AND old_state.id = acted.id_from
LEFT JOIN state AS new_state
    ON acted.event_type IN ('status', 'created')
    AND new_state.id = CASE acted.event_type
        WHEN 'created' THEN coalesce(acted.first_id, acted.id_to)
        ELSE acted.id_to
    END
LEFT JOIN {ticket_priorities} AS old_priority
    ON acted.event_type = 'priority' AND old_priority.id = acted.id_from
LEFT JOIN {ticket_priorities} AS new_priority
    ON acted.event_type = 'priority' AND new_priority.id = acted.id_to
LEFT JOIN {groups} AS old_group
    ON acted.event_type = 'group_name' AND old_group.id = acted.id_from
LEFT JOIN {groups} AS new_group
    ON acted.event_type = 'group_name' AND new_group.id = acted.id_to
LEFT JOIN person AS old_owner
    ON acted.event_type = 'assignee' AND old_owner.id = acted.id_from
LEFT JOIN person AS new_owner
    ON acted.event_type = 'assignee' AND new_owner.id = acted.id_to
