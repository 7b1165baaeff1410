-- Events of a Jira, as Fivetran loads it: creations, comments, and the history of status,
-- priority and assignee.
-- {issue}: id! int8, key text, created! timestamptz, reporter text, creator text, _fivetran_synced timestamptz
-- {issue_field_history}: issue_id! int8, field_id! text, value! text, time! timestamptz, author_id text, _fivetran_synced timestamptz
-- {comment}?: issue_id! int8, created! timestamptz, author_id text, is_public bool, _fivetran_synced timestamptz
-- {status}?: id! text, name! text
-- {priority}?: id! text, name! text
-- {user}?: id! text, name text
-- without comment: replies are unknown: first_response and next_response never end by one
-- without comment.is_public: first_response counts every comment but the reporter's
-- without status: statuses go by their number, and slaops.states must say what they mean
-- without user: people go by their account
-- without issue_field_history.author_id: nobody knows who changed a field
SELECT
    -- The issue's key.
    coalesce(t.key, e.issue_id::text) AS ticket_id,
    -- When it happened.
    e.event_at,
    -- created, comment, or the field that changed.
    e.event_type,
    -- The reporter is the customer.
    CASE WHEN e.author IS NULL THEN 'system' WHEN e.author = coalesce(t.reporter, t.creator) THEN 'customer' ELSE 'agent' END AS actor_role,
    -- Who did it.
    coalesce(u.name, e.author) AS actor,
    -- The field is the type.
    NULL::text AS field,
    -- What it was before.
    CASE e.event_type WHEN 'status' THEN coalesce(os.name, e.old_value) WHEN 'priority' THEN coalesce(op.name, e.old_value) WHEN 'assignee' THEN coalesce(oa.name, e.old_value) ELSE e.old_value END AS old_value,
    -- What it is since.
    CASE e.event_type WHEN 'status' THEN coalesce(ns.name, e.new_value) WHEN 'priority' THEN coalesce(np.name, e.new_value) WHEN 'assignee' THEN coalesce(na.name, e.new_value) ELSE e.new_value END AS new_value,
    -- Whether the customer sees it.
    e.public,
    -- Order of events of one instant.
    e.seq,
    -- When the warehouse took it in.
    e.loaded_at
FROM (
    SELECT i.id AS issue_id, i.created AS event_at, 'created' AS event_type, coalesce(i.reporter, i.creator) AS author, NULL::text AS old_value, NULL::text AS new_value, NULL::bool AS public,
           0::int8 AS seq, i._fivetran_synced AS loaded_at
    FROM {issue} AS i
    UNION ALL
    SELECT c.issue_id, c.created, 'comment', c.author_id, NULL, NULL, c.is_public, 1, c._fivetran_synced
    FROM {comment} AS c
    UNION ALL
    SELECT h.issue_id, h.time, h.field_id, h.author_id, h.old_value, h.value, NULL, CASE h.field_id WHEN 'priority' THEN 2 WHEN 'assignee' THEN 3 ELSE 4 END, h._fivetran_synced
    FROM (
        SELECT f.*, lag(f.value) OVER (PARTITION BY f.issue_id, f.field_id ORDER BY f.time, f.value) AS old_value
        FROM {issue_field_history} AS f
        WHERE f.field_id IN ('status', 'priority', 'assignee')
    ) AS h
    WHERE h.value IS DISTINCT FROM h.old_value
) AS e
JOIN {issue} AS t ON t.id = e.issue_id
LEFT JOIN {user} AS u ON u.id = e.author
LEFT JOIN {status} AS os ON e.event_type = 'status' AND os.id = e.old_value
LEFT JOIN {status} AS ns ON e.event_type = 'status' AND ns.id = e.new_value
LEFT JOIN {priority} AS op ON e.event_type = 'priority' AND op.id = e.old_value
LEFT JOIN {priority} AS np ON e.event_type = 'priority' AND np.id = e.new_value
LEFT JOIN {user} AS oa ON e.event_type = 'assignee' AND oa.id = e.old_value
LEFT JOIN {user} AS na ON e.event_type = 'assignee' AND na.id = e.new_value
-- What a field was at first is no change.
WHERE NOT (e.event_type IN ('status', 'priority') AND e.old_value IS NULL AND e.event_at <= t.created)
