-- Conversations of an Intercom, as Fivetran loads it.
-- {conversation_history}: id! text, created_at! timestamptz, updated_at timestamptz, state text, open bool, priority text, source_type text, source_subject text, source_author_id text, assignee_id|admin_assignee_id text, assignee_type text, team_assignee_id text, conversation_rating_value float8, _fivetran_active bool, _fivetran_synced timestamptz
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
SELECT
    -- The conversation.
    t.id AS ticket_id,
    -- When it began.
    t.created_at,
    -- The subject of its first message.
    t.source_subject AS subject,
    -- Who wrote the first message.
    t.source_author_id AS requester_id,
    -- Companies are not read.
    NULL::text AS organization_id,
    -- Brands are not read.
    NULL::text AS brand,
    -- Intercom has none.
    NULL::text AS region,
    -- How it came in.
    t.source_type AS channel,
    -- Intercom has none.
    NULL::text AS tier,
    -- Intercom has none.
    NULL::text AS type,
    -- priority or not_priority.
    t.priority,
    -- The team that has it now.
    coalesce(g.name, t.team_assignee_id, CASE WHEN t.assignee_type LIKE 'team%' THEN t.assignee_id END) AS group_name,
    -- Who has it now; a team is a group.
    CASE WHEN t.assignee_type LIKE 'team%' THEN NULL ELSE coalesce(a.name, t.assignee_id) END AS assignee,
    -- open, snoozed or solved: a closed conversation opens again when somebody writes.
    CASE t.state WHEN 'closed' THEN 'solved' ELSE coalesce(t.state, CASE WHEN t.open IS FALSE THEN 'solved' ELSE 'open' END) END AS status,
    -- Its parts say.
    NULL::timestamptz AS solved_at,
    -- Nothing is final.
    NULL::timestamptz AS closed_at,
    -- The customer's rating, 1 to 5.
    t.conversation_rating_value AS csat_score,
    -- Intercom knows none.
    NULL::float8 AS cost,
    -- Office hours are not loaded: name a calendar in the policy.
    NULL::text AS calendar_name,
    -- Tags.
    x.tags,
    -- Nothing else is read.
    NULL::jsonb AS attributes,
    -- When the warehouse last took it in.
    t._fivetran_synced AS loaded_at
FROM (
    -- The history has a row a version; the last one holds.
    SELECT DISTINCT ON (c.id) c.* FROM {conversation_history} AS c ORDER BY c.id, c._fivetran_active DESC NULLS LAST, c.updated_at DESC NULLS LAST, c::text DESC
) AS t
LEFT JOIN {admin} AS a ON a.id = t.assignee_id
LEFT JOIN {team} AS g ON g.id = coalesce(t.team_assignee_id, CASE WHEN t.assignee_type LIKE 'team%' THEN t.assignee_id END)
LEFT JOIN (
    SELECT h.conversation_id, array_agg(DISTINCT coalesce(n.name, h.tag_id)) AS tags
    FROM {conversation_tag_history} AS h LEFT JOIN {tag} AS n ON n.id = h.tag_id
    WHERE h._fivetran_active IS NOT FALSE
    GROUP BY h.conversation_id
) AS x ON x.conversation_id = t.id
