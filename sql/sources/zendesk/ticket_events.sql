-- Events of a Zendesk, as Fivetran loads it: creations, comments, and the history of fields. Of
-- one instant a comment comes first and the status last.
-- {ticket}: id! int8, created_at! timestamptz, status! text, requester_id int8, _fivetran_synced timestamptz
-- {ticket_field_history}: ticket_id! int8, field_name! text, value! text, updated! timestamptz, user_id int8, _fivetran_synced timestamptz
-- {ticket_comment}?: ticket_id! int8, created|created_at! timestamptz, user_id int8, public bool, _fivetran_synced timestamptz
-- {user}?: id! int8, name text, role text
-- {group}?: id! int8, name! text
-- without ticket_comment: replies are unknown: first_response and next_response never end by one
-- without ticket_comment.public: first_response counts every agent comment
-- without user.role: who is not the requester counts as an agent
-- without user: agents go by their number, and who is not the requester counts as an agent
-- without ticket_field_history.user_id: nobody knows who changed a field
SELECT
    -- The ticket.
    e.ticket_id,
    -- When it happened.
    e.event_at,
    -- created, comment, or the field that changed.
    e.event_type,
    -- agent, customer or system.
    CASE WHEN e.user_id IS NULL OR e.user_id = -1 THEN 'system'
         WHEN u.role = 'end-user' THEN 'customer' WHEN u.role IS NOT NULL THEN 'agent'
         WHEN e.user_id = t.requester_id THEN 'customer' ELSE 'agent' END AS actor_role,
    -- Who did it.
    coalesce(u.name, e.user_id::text) AS actor,
    -- The field is the type.
    NULL::text AS field,
    -- What it was before.
    CASE e.event_type WHEN 'group_name' THEN coalesce(og.name, e.old_value) WHEN 'assignee' THEN coalesce(oa.name, e.old_value) ELSE e.old_value END AS old_value,
    -- What it is since.
    CASE e.event_type WHEN 'group_name' THEN coalesce(ng.name, e.new_value) WHEN 'assignee' THEN coalesce(na.name, e.new_value) ELSE e.new_value END AS new_value,
    -- Whether the customer sees it.
    e.public,
    -- Order of events of one instant.
    e.seq,
    -- When the warehouse took it in.
    e.loaded_at
FROM (
    SELECT t.id AS ticket_id, t.created_at AS event_at, 'created' AS event_type, t.requester_id AS user_id,
           NULL::text AS old_value, NULL::text AS new_value, NULL::bool AS public, 0::int8 AS seq, t._fivetran_synced AS loaded_at
    FROM {ticket} AS t
    UNION ALL
    SELECT c.ticket_id, c.created, 'comment', c.user_id, NULL, NULL, c.public, 1, c._fivetran_synced
    FROM {ticket_comment} AS c
    UNION ALL
    SELECT h.ticket_id, h.updated, CASE h.field_name WHEN 'group_id' THEN 'group_name' WHEN 'assignee_id' THEN 'assignee' ELSE h.field_name END, h.user_id,
           h.old_value, h.value, NULL, CASE h.field_name WHEN 'type' THEN 2 WHEN 'priority' THEN 3 WHEN 'group_id' THEN 4 WHEN 'assignee_id' THEN 5 ELSE 6 END, h._fivetran_synced
    FROM (
        SELECT f.ticket_id, f.field_name, f.updated, f.user_id, f.value, f._fivetran_synced, lag(f.value) OVER (PARTITION BY f.ticket_id, f.field_name ORDER BY f.updated, f.value) AS old_value
        FROM {ticket_field_history} AS f
        WHERE f.field_name IN ('status', 'priority', 'group_id', 'assignee_id', 'type')
    ) AS h
    WHERE h.value IS DISTINCT FROM h.old_value
) AS e
JOIN {ticket} AS t ON t.id = e.ticket_id
LEFT JOIN {user} AS u ON u.id = e.user_id
LEFT JOIN {group} AS og ON e.event_type = 'group_name' AND og.id::text = e.old_value
LEFT JOIN {group} AS ng ON e.event_type = 'group_name' AND ng.id::text = e.new_value
LEFT JOIN {user} AS oa ON e.event_type = 'assignee' AND oa.id::text = e.old_value
LEFT JOIN {user} AS na ON e.event_type = 'assignee' AND na.id::text = e.new_value
-- What a field was at first is no change.
WHERE NOT (e.event_type IN ('status', 'priority', 'type') AND e.old_value IS NULL AND e.event_at <= t.created_at AND e.new_value NOT IN ('solved', 'closed'))
