-- Events of a ServiceNow instance: openings, the audit of state, priority, group and assignee,
-- and the journal of comments and work notes.
-- {incident}: sys_id! text, number text, opened_at|sys_created_on! timestamptz, caller_id|caller_id_value text, sys_updated_on timestamptz
-- {sys_audit}: documentkey! text, fieldname! text, oldvalue text, newvalue! text, sys_created_on! timestamptz, tablename text, user|user_value text, record_checkpoint int8
-- {sys_journal_field}?: element_id! text, element! text, sys_created_on! timestamptz, sys_created_by text
-- {sys_user_group}?: sys_id! text, name text
-- {sys_user}?: sys_id! text, name text, user_name text
-- without sys_journal_field: comments are unknown: first_response and next_response never end by one
-- without sys_journal_field.sys_created_by: comments are nobody's, so first_response never ends by one
-- without sys_audit.user: nobody knows who changed a field
-- without sys_audit.record_checkpoint: changes of one instant are ordered by their field
-- without sys_user: people go by their user name, and comments of the caller count as an agent's
SELECT
    -- The incident's number.
    coalesce(i.number, e.sys_id) AS ticket_id,
    -- When it happened.
    e.event_at,
    -- created, comment, or the field that changed.
    e.event_type,
    -- agent, customer (the caller) or system.
    CASE WHEN e.event_type = 'created' OR u.sys_id = i.caller_id THEN 'customer' WHEN e.user_name IS NULL OR e.user_name = 'system' THEN 'system' ELSE 'agent' END AS actor_role,
    -- Who did it.
    coalesce(u.name, e.user_name) AS actor,
    -- The field is the type.
    NULL::text AS field,
    -- What it was before.
    CASE e.event_type WHEN 'group_name' THEN coalesce(og.name, e.old_value) WHEN 'assignee' THEN coalesce(oa.name, e.old_value)
         WHEN 'status' THEN coalesce(os.label, e.old_value) WHEN 'priority' THEN coalesce(op.label, e.old_value) ELSE e.old_value END AS old_value,
    -- What it is since.
    CASE e.event_type WHEN 'group_name' THEN coalesce(ng.name, e.new_value) WHEN 'assignee' THEN coalesce(na.name, e.new_value)
         WHEN 'status' THEN coalesce(ns.label, e.new_value) WHEN 'priority' THEN coalesce(np.label, e.new_value) ELSE e.new_value END AS new_value,
    -- Comments are public, work notes are not.
    e.public,
    -- Order of events of one instant.
    e.seq,
    -- When the incident was last updated.
    i.sys_updated_on AS loaded_at
FROM (
    SELECT t.sys_id, t.opened_at AS event_at, 'created' AS event_type, NULL::text AS user_name, NULL::text AS old_value, NULL::text AS new_value, NULL::bool AS public, -1::int8 AS seq
    FROM {incident} AS t
    UNION ALL
    SELECT j.element_id, j.sys_created_on, 'comment', j.sys_created_by, NULL, NULL, j.element = 'comments', 0
    FROM {sys_journal_field} AS j
    WHERE j.element IN ('comments', 'work_notes')
    UNION ALL
    SELECT a.documentkey, a.sys_created_on, CASE a.fieldname WHEN 'assignment_group' THEN 'group_name' WHEN 'assigned_to' THEN 'assignee' WHEN 'priority' THEN 'priority' ELSE 'status' END,
           a."user", nullif(a.oldvalue, ''), nullif(a.newvalue, ''), NULL, coalesce(a.record_checkpoint, 1)
    FROM {sys_audit} AS a
    WHERE a.fieldname IN ('state', 'incident_state', 'priority', 'assignment_group', 'assigned_to') AND coalesce(a.tablename, 'incident') = 'incident'
) AS e
JOIN {incident} AS i ON i.sys_id = e.sys_id
LEFT JOIN {sys_user} AS u ON u.user_name = e.user_name
LEFT JOIN {sys_user_group} AS og ON e.event_type = 'group_name' AND og.sys_id = e.old_value
LEFT JOIN {sys_user_group} AS ng ON e.event_type = 'group_name' AND ng.sys_id = e.new_value
LEFT JOIN {sys_user} AS oa ON e.event_type = 'assignee' AND oa.sys_id = e.old_value
LEFT JOIN {sys_user} AS na ON e.event_type = 'assignee' AND na.sys_id = e.new_value
LEFT JOIN (VALUES ('1', 'New'), ('2', 'In Progress'), ('3', 'On Hold'), ('6', 'Resolved'), ('7', 'Closed'), ('8', 'Canceled')) AS os (value, label) ON e.event_type = 'status' AND os.value = e.old_value
LEFT JOIN (VALUES ('1', 'New'), ('2', 'In Progress'), ('3', 'On Hold'), ('6', 'Resolved'), ('7', 'Closed'), ('8', 'Canceled')) AS ns (value, label) ON e.event_type = 'status' AND ns.value = e.new_value
LEFT JOIN (VALUES ('1', '1 - Critical'), ('2', '2 - High'), ('3', '3 - Moderate'), ('4', '4 - Low'), ('5', '5 - Planning')) AS op (value, label) ON e.event_type = 'priority' AND op.value = e.old_value
LEFT JOIN (VALUES ('1', '1 - Critical'), ('2', '2 - High'), ('3', '3 - Moderate'), ('4', '4 - Low'), ('5', '5 - Planning')) AS np (value, label) ON e.event_type = 'priority' AND np.value = e.new_value
