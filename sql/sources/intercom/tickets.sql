-- Conversations of an Intercom, as Fivetran loads it.
-- {conversation_history}: id! text, created_at! timestamptz, updated_at timestamptz, state text,
--     open bool, priority text, source_type text, source_subject text, source_author_id text,
--     assignee_id|admin_assignee_id text, assignee_type text, team_assignee_id text,
--     conversation_rating_value float8, _fivetran_active bool, _fivetran_synced timestamptz
-- {admin}?: id! text, name text
-- {team}?: id! text, name! text
-- {conversation_tag_history}?: conversation_id! text, tag_id! text, _fivetran_active bool
-- {tag}?: id! text, name! text
-- without conversation_history.state: conversations without parts that close them count as open
-- without conversation_history.conversation_rating_value: csat_drivers is empty
-- without conversation_history.assignee_type: who has a conversation is taken to be a person
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
)
SELECT
    -- The conversation.
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
    -- Intercom has none.
    NULL::text AS type,
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
    -- Nothing else is read.
    NULL::jsonb AS attributes,
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
