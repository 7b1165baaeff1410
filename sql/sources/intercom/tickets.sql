-- Conversations and tickets of an Intercom, as Fivetran loads it. A ticket is "ticket " and its id.
-- {conversation_history}: id! text, created_at! timestamptz, updated_at timestamptz, state text,
--     open bool, priority text, source_type text, source_subject text, source_author_id text,
--     assignee_id|admin_assignee_id text, assignee_type text, team_assignee_id text,
--     conversation_rating_value float8, sla_name text, sla_status text,
--     ai_agent_participated bool, ai_agent_resolution_state text, _fivetran_active bool,
--     _fivetran_synced timestamptz
-- {ticket_history}?: id! text, created_at! timestamptz, updated_at timestamptz, open bool,
--     ticket_state_category|ticket_state|state text, category text, title|default_title text,
--     admin_assignee_id|assignee_id text, team_assignee_id text,
--     contact_id text, _fivetran_active bool, _fivetran_synced timestamptz
-- {ticket_contact_history}?: ticket_id! text, contact_id! text, _fivetran_active bool
-- {admin}?: id! text, name text
-- {team}?: id! text, name! text
-- {conversation_tag_history}?: conversation_id! text, tag_id! text, _fivetran_active bool
-- {tag}?: id! text, name! text
-- without conversation_history.state: conversations without parts that close them count as open
-- without conversation_history.conversation_rating_value: csat_drivers is empty
-- without conversation_history.assignee_type: who has a conversation is taken to be a person
-- without conversation_history.sla_name: which SLA Intercom applied is unknown
-- without conversation_history.sla_status: whether Intercom met its SLA is unknown
-- without conversation_history.ai_agent_participated: attributes do not say where an AI agent was
-- without conversation_history.ai_agent_resolution_state: how an AI agent ended is unknown
-- without ticket_history: tickets are missing, conversations are there
-- without ticket_history.ticket_state_category: tickets without parts are open or solved
-- without ticket_history.contact_id unless ticket_contact_history: who asked is unknown
-- without ticket_contact_history unless ticket_history.contact_id: who asked by a ticket is unknown
-- without team: groups go by their number
-- without admin: agents go by their number
-- without conversation_tag_history: policies cannot ask for tags
WITH conversation AS (
    -- The history has a row a version; the last one holds.
    SELECT DISTINCT ON (version.id) version.*
    FROM {conversation_history} AS version
    ORDER BY
        version.id,
        version._fivetran_active DESC NULLS LAST,
        version.updated_at DESC NULLS LAST,
        version::text DESC
),
tagged AS (
    SELECT
        history.conversation_id,
        array_agg(DISTINCT coalesce(tag.name, history.tag_id)) AS tags
    FROM {conversation_tag_history} AS history
    LEFT JOIN {tag} AS tag ON tag.id = history.tag_id
    WHERE history._fivetran_active IS NOT FALSE
    GROUP BY history.conversation_id
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
)
SELECT
    -- The conversation, or "ticket " and the id of a ticket.
    conversation.id AS ticket_id,
    -- When it began.
    conversation.created_at,
    -- The subject of its first message.
    conversation.source_subject AS subject,
    -- Who wrote the first message.
    conversation.source_author_id AS requester_id,
    -- Companies are not read.
    NULL::text AS organization_id,
    -- Brands are not read.
    NULL::text AS brand,
    -- Intercom has none.
    NULL::text AS region,
    -- How it came in.
    conversation.source_type AS channel,
    -- Intercom has none.
    NULL::text AS tier,
    -- Conversation, or the category of a ticket.
    'conversation' AS type,
    -- priority or not_priority.
    conversation.priority,
    -- The team that has it now.
    coalesce(
        team.name,
        conversation.team_assignee_id,
        CASE WHEN conversation.assignee_type LIKE 'team%' THEN conversation.assignee_id END
    ) AS group_name,
    -- Who has it now; a team is a group.
    CASE
        WHEN conversation.assignee_type LIKE 'team%' THEN NULL
        ELSE coalesce(admin.name, conversation.assignee_id)
    END AS assignee,
    -- open, snoozed or solved: a closed conversation opens again when somebody writes.
    CASE conversation.state
        WHEN 'closed' THEN 'solved'
        ELSE coalesce(
            conversation.state,
            CASE WHEN conversation.open IS FALSE THEN 'solved' ELSE 'open' END
        )
    END AS status,
    -- Its parts say.
    NULL::timestamptz AS solved_at,
    -- Nothing is final.
    NULL::timestamptz AS closed_at,
    -- The customer's rating, 1 to 5.
    conversation.conversation_rating_value AS csat_score,
    -- Intercom knows none.
    NULL::float8 AS cost,
    -- Office hours are not loaded: name a calendar in the policy.
    NULL::text AS calendar_name,
    -- Tags.
    tagged.tags,
    -- What Intercom says of its SLA and its AI agent.
    jsonb_strip_nulls(jsonb_build_object(
        'sla name', conversation.sla_name,
        'sla status', conversation.sla_status,
        'ai agent participated', conversation.ai_agent_participated,
        'ai agent resolution', conversation.ai_agent_resolution_state
    )) AS attributes,
    -- When the warehouse last took it in.
    conversation._fivetran_synced AS loaded_at
FROM conversation
LEFT JOIN {admin} AS admin ON admin.id = conversation.assignee_id
LEFT JOIN {team} AS team
    ON team.id = coalesce(
        conversation.team_assignee_id,
        CASE WHEN conversation.assignee_type LIKE 'team%' THEN conversation.assignee_id END
    )
LEFT JOIN tagged ON tagged.conversation_id = conversation.id
UNION ALL
SELECT
    'ticket ' || ticket.id AS ticket_id,
    ticket.created_at,
    ticket.title AS subject,
    coalesce(ticket.contact_id, ticket_contact.contact_id) AS requester_id,
    NULL AS organization_id,
    NULL AS brand,
    NULL AS region,
    NULL AS channel,
    NULL AS tier,
    coalesce(ticket.category, 'ticket') AS type,
    NULL AS priority,
    coalesce(team.name, ticket.team_assignee_id) AS group_name,
    coalesce(admin.name, ticket.admin_assignee_id) AS assignee,
    coalesce(
        ticket.ticket_state_category,
        CASE WHEN ticket.open IS FALSE THEN 'resolved' ELSE 'open' END
    ) AS status,
    NULL AS solved_at,
    NULL AS closed_at,
    NULL AS csat_score,
    NULL AS cost,
    NULL AS calendar_name,
    NULL AS tags,
    '{}' AS attributes,
    ticket._fivetran_synced AS loaded_at
FROM ticket
LEFT JOIN ticket_contact ON ticket_contact.ticket_id = ticket.id
LEFT JOIN {admin} AS admin ON admin.id = ticket.admin_assignee_id
LEFT JOIN {team} AS team ON team.id = ticket.team_assignee_id
