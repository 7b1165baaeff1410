-- Events of an Intercom, as Fivetran loads it: beginnings, and the parts of conversations and
-- tickets.
-- {conversation_history}: id! text, created_at! timestamptz, updated_at timestamptz,
--     source_author_id text, source_author_type text, _fivetran_active bool,
--     _fivetran_synced timestamptz
-- {conversation_part_history}: id! text, conversation_id! text, created_at! timestamptz,
--     part_type! text, author_id text, author_type text, assigned_to_id text,
--     assigned_to_type text, updated_at timestamptz, _fivetran_active bool,
--     _fivetran_synced timestamptz
-- {ticket_history}?: id! text, created_at! timestamptz, updated_at timestamptz,
--     contact_id text, _fivetran_active bool, _fivetran_synced timestamptz
-- {ticket_contact_history}?: ticket_id! text, contact_id! text, _fivetran_active bool
-- {ticket_part_history}?: id! text, ticket_id! text, created_at! timestamptz, part_type! text,
--     author_id text, author_type text, assigned_to_id text, assigned_to_type text,
--     previous_ticket_state text, ticket_state text, updated_at timestamptz,
--     _fivetran_active bool, _fivetran_synced timestamptz
-- {admin}?: id! text, name text
-- {team}?: id! text, name! text
-- without conversation_part_history.author_type: every part is an agent's, so first_response may
--     end by the customer's own message
-- without conversation_part_history.assigned_to_type: assignments name people, never teams
-- without ticket_history: tickets are missing, conversations are there
-- without ticket_history.contact_id unless ticket_contact_history: who asked is unknown
-- without ticket_contact_history unless ticket_history.contact_id: who asked by a ticket is unknown
-- without ticket_part_history: what happened to tickets is unknown
-- without ticket_part_history.ticket_state: when a ticket was resolved is unknown
-- without team: groups go by their number
-- without admin: agents go by their number
WITH conversation AS (
    SELECT DISTINCT ON (version.id) version.*
    FROM {conversation_history} AS version
    ORDER BY
        version.id,
        version._fivetran_active DESC NULLS LAST,
        version.updated_at DESC NULLS LAST,
        version::text DESC
),
part AS (
    SELECT DISTINCT ON (version.conversation_id, version.id) version.*
    FROM {conversation_part_history} AS version
    ORDER BY
        version.conversation_id,
        version.id,
        version._fivetran_active DESC NULLS LAST,
        version.updated_at DESC NULLS LAST,
        version::text DESC
),
ticket AS (
    SELECT DISTINCT ON (version.id) version.*
    FROM {ticket_history} AS version
    ORDER BY
        version.id,
        version._fivetran_active DESC NULLS LAST,
        version.updated_at DESC NULLS LAST,
        version::text DESC
),
ticket_contact AS (
    SELECT
        contact.ticket_id,
        min(contact.contact_id) AS contact_id
    FROM {ticket_contact_history} AS contact
    WHERE contact._fivetran_active IS NOT FALSE
    GROUP BY contact.ticket_id
),
ticket_part AS (
    SELECT DISTINCT ON (version.ticket_id, version.id) version.*
    FROM {ticket_part_history} AS version
    ORDER BY
        version.ticket_id,
        version.id,
        version._fivetran_active DESC NULLS LAST,
        version.updated_at DESC NULLS LAST,
        version::text DESC
),
event AS (
    SELECT
        conversation.id AS conversation_id,
        conversation.created_at AS event_at,
        'created' AS event_type,
        conversation.source_author_id AS author_id,
        coalesce(conversation.source_author_type, 'user') AS author_type,
        'open'::text AS new_value,
        NULL::bool AS public,
        0::int8 AS seq,
        conversation._fivetran_synced AS loaded_at
    FROM conversation
    UNION ALL
    SELECT
        part.conversation_id,
        part.created_at AS event_at,
        said.event_type,
        part.author_id,
        part.author_type,
        said.new_value,
        said.public,
        said.seq,
        part._fivetran_synced AS loaded_at
    FROM part
    -- One part may say several things: a reply, what it did to the state, and who has it now.
    CROSS JOIN LATERAL (
        VALUES
            (
                CASE
                    WHEN part.part_type IN ('comment', 'assign_and_reopen_comment') THEN 'comment'
                    WHEN part.part_type LIKE 'note%' THEN 'comment'
                END,
                NULL::text,
                part.part_type NOT LIKE 'note%',
                1::int8
            ),
            (
                CASE
                    WHEN part.part_type
                        IN ('open', 'close', 'snoozed', 'unsnoozed', 'timer_unsnooze')
                        OR part.part_type LIKE '%reopen%'
                        OR part.part_type LIKE '%unsnooze%' THEN 'status'
                END,
                CASE
                    WHEN part.part_type = 'close' THEN 'solved'
                    WHEN part.part_type = 'snoozed' THEN 'snoozed'
                    ELSE 'open'
                END,
                NULL,
                2
            ),
            (
                CASE
                    WHEN part.assigned_to_id IS NOT NULL AND part.part_type LIKE '%assign%' THEN
                        CASE part.assigned_to_type
                            WHEN 'team' THEN 'group_name'
                            ELSE 'assignee'
                        END
                END,
                part.assigned_to_id,
                NULL,
                3
            )
    ) AS said (event_type, new_value, public, seq)
    WHERE said.event_type IS NOT NULL
    UNION ALL
    SELECT
        'ticket ' || ticket.id AS conversation_id,
        ticket.created_at AS event_at,
        'created' AS event_type,
        coalesce(ticket.contact_id, ticket_contact.contact_id) AS author_id,
        'user' AS author_type,
        'submitted' AS new_value,
        NULL AS public,
        0 AS seq,
        ticket._fivetran_synced AS loaded_at
    FROM ticket
    LEFT JOIN ticket_contact ON ticket_contact.ticket_id = ticket.id
    UNION ALL
    SELECT
        'ticket ' || ticket_part.ticket_id AS conversation_id,
        ticket_part.created_at AS event_at,
        said.event_type,
        ticket_part.author_id,
        ticket_part.author_type,
        said.new_value,
        said.public,
        said.seq,
        ticket_part._fivetran_synced AS loaded_at
    FROM ticket_part
    CROSS JOIN LATERAL (
        VALUES
            (
                CASE WHEN ticket_part.part_type IN ('comment', 'note') THEN 'comment' END,
                NULL::text,
                ticket_part.part_type <> 'note',
                1::int8
            ),
            -- Every part has the state, one that changes it also the state before.
            (
                CASE
                    WHEN ticket_part.previous_ticket_state <> ticket_part.ticket_state
                        THEN 'status'
                END,
                ticket_part.ticket_state,
                NULL,
                2
            ),
            (
                CASE
                    WHEN ticket_part.assigned_to_id IS NOT NULL
                        AND ticket_part.part_type LIKE '%assign%' THEN
                        CASE ticket_part.assigned_to_type
                            WHEN 'team' THEN 'group_name'
                            ELSE 'assignee'
                        END
                END,
                ticket_part.assigned_to_id,
                NULL,
                3
            )
    ) AS said (event_type, new_value, public, seq)
    WHERE said.event_type IS NOT NULL
)
SELECT
    -- The conversation, or "ticket " and the id of a ticket.
    event.conversation_id AS ticket_id,
    -- When it happened.
    event.event_at,
    -- created, comment, status, assignee or group_name.
    event.event_type,
    -- Users, leads and contacts are customers; bots, AI agents among them, are neither these nor
    -- agents.
    CASE event.author_type
        WHEN 'user' THEN 'customer'
        WHEN 'lead' THEN 'customer'
        WHEN 'contact' THEN 'customer'
        WHEN 'bot' THEN 'bot'
        ELSE 'agent'
    END AS actor_role,
    -- Who did it.
    CASE
        WHEN event.author_type IN ('user', 'lead', 'contact') THEN event.author_id
        ELSE coalesce(author.name, event.author_id)
    END AS actor,
    -- The field is the type.
    NULL::text AS field,
    -- Parts say only what is since.
    NULL::text AS old_value,
    -- What it is since.
    CASE event.event_type
        WHEN 'assignee' THEN coalesce(new_assignee.name, event.new_value)
        WHEN 'group_name' THEN coalesce(new_team.name, event.new_value)
        ELSE event.new_value
    END AS new_value,
    -- Whether the customer sees it.
    event.public,
    -- Order of events of one instant.
    event.seq,
    -- When the warehouse took it in.
    event.loaded_at
FROM event
LEFT JOIN {admin} AS author ON author.id = event.author_id
LEFT JOIN {admin} AS new_assignee
    ON event.event_type = 'assignee' AND new_assignee.id = event.new_value
LEFT JOIN {team} AS new_team
    ON event.event_type = 'group_name' AND new_team.id = event.new_value
