-- Events of an Intercom, as Fivetran loads it: beginnings, and the parts of conversations.
-- {conversation_history}: id! text, created_at! timestamptz, updated_at timestamptz, source_author_id text, source_author_type text, _fivetran_active bool, _fivetran_synced timestamptz
-- {conversation_part_history}: id! text, conversation_id! text, created_at! timestamptz, part_type! text, author_id text, author_type text, assigned_to_id text, assigned_to_type text, updated_at timestamptz, _fivetran_active bool, _fivetran_synced timestamptz
-- {admin}?: id! text, name text
-- {team}?: id! text, name! text
-- without conversation_part_history.author_type: every part is an agent's, so first_response may end by the customer's own message
-- without conversation_part_history.assigned_to_type: assignments name people, never teams
-- without team: groups go by their number
-- without admin: agents go by their number
SELECT
    -- The conversation.
    e.conversation_id AS ticket_id,
    -- When it happened.
    e.event_at,
    -- created, comment, status, assignee or group_name.
    e.event_type,
    -- Users, leads and contacts are customers, bots the system.
    CASE e.author_type WHEN 'user' THEN 'customer' WHEN 'lead' THEN 'customer' WHEN 'contact' THEN 'customer' WHEN 'bot' THEN 'system' ELSE 'agent' END AS actor_role,
    -- Who did it.
    CASE WHEN e.author_type IN ('user', 'lead', 'contact') THEN e.author_id ELSE coalesce(a.name, e.author_id) END AS actor,
    -- The field is the type.
    NULL::text AS field,
    -- Parts say only what is since.
    NULL::text AS old_value,
    -- What it is since.
    CASE e.event_type WHEN 'assignee' THEN coalesce(na.name, e.new_value) WHEN 'group_name' THEN coalesce(nt.name, e.new_value) ELSE e.new_value END AS new_value,
    -- Whether the customer sees it.
    e.public,
    -- Order of events of one instant.
    e.seq,
    -- When the warehouse took it in.
    e.loaded_at
FROM (
    SELECT c.id AS conversation_id, c.created_at AS event_at, 'created' AS event_type, c.source_author_id AS author_id, coalesce(c.source_author_type, 'user') AS author_type,
           'open'::text AS new_value, NULL::bool AS public, 0::int8 AS seq, c._fivetran_synced AS loaded_at
    FROM (SELECT DISTINCT ON (v.id) v.* FROM {conversation_history} AS v ORDER BY v.id, v._fivetran_active DESC NULLS LAST, v.updated_at DESC NULLS LAST, v::text DESC) AS c
    UNION ALL
    SELECT p.conversation_id, p.created_at, k.event_type, p.author_id, p.author_type, k.new_value, k.public, k.seq, p._fivetran_synced
    FROM (SELECT DISTINCT ON (v.conversation_id, v.id) v.* FROM {conversation_part_history} AS v ORDER BY v.conversation_id, v.id, v._fivetran_active DESC NULLS LAST, v.updated_at DESC NULLS LAST, v::text DESC) AS p
    -- One part may say several things: a reply, what it did to the state, and who has it now.
    CROSS JOIN LATERAL (VALUES
        (CASE WHEN p.part_type IN ('comment', 'assign_and_reopen_comment') THEN 'comment' WHEN p.part_type LIKE 'note%' THEN 'comment' END, NULL::text, p.part_type NOT LIKE 'note%', 1::int8),
        (CASE WHEN p.part_type IN ('open', 'close', 'snoozed', 'unsnoozed', 'timer_unsnooze') OR p.part_type LIKE '%reopen%' OR p.part_type LIKE '%unsnooze%' THEN 'status' END,
         CASE WHEN p.part_type = 'close' THEN 'solved' WHEN p.part_type = 'snoozed' THEN 'snoozed' ELSE 'open' END, NULL, 2),
        (CASE WHEN p.assigned_to_id IS NOT NULL AND p.part_type LIKE '%assign%' THEN CASE p.assigned_to_type WHEN 'team' THEN 'group_name' ELSE 'assignee' END END, p.assigned_to_id, NULL, 3)
    ) AS k (event_type, new_value, public, seq)
    WHERE k.event_type IS NOT NULL
) AS e
LEFT JOIN {admin} AS a ON a.id = e.author_id
LEFT JOIN {admin} AS na ON e.event_type = 'assignee' AND na.id = e.new_value
LEFT JOIN {team} AS nt ON e.event_type = 'group_name' AND nt.id = e.new_value
