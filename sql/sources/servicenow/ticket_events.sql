-- Events of a ServiceNow instance: openings, the audit of state, priority, group and assignee,
-- and the journal of comments and work notes.
-- {incident}: sys_id! text, number text, opened_at|sys_created_on! timestamptz,
--     caller_id|caller_id_value text, sys_updated_on timestamptz
-- {sys_audit}: documentkey! text, fieldname! text, oldvalue text, newvalue! text,
--     sys_created_on! timestamptz, tablename text, user|user_value text, record_checkpoint int8
-- {sys_journal_field}?: element_id! text, element! text, sys_created_on! timestamptz,
--     sys_created_by text
-- {sys_user_group}?: sys_id! text, name text
-- {sys_user}?: sys_id! text, name text, user_name text
-- without sys_journal_field: comments are unknown: first_response and next_response never end by
--     one
-- without sys_journal_field.sys_created_by: comments are nobody's, so first_response never ends by
--     one
-- without sys_audit.user: nobody knows who changed a field
-- without sys_audit.record_checkpoint: changes of one instant are ordered by their field
-- without sys_user: people go by their user name, and comments of the caller count as an agent's
WITH state_label (value, label) AS NOT MATERIALIZED (
    VALUES
        ('1', 'New'),
        ('2', 'In Progress'),
        ('3', 'On Hold'),
        ('6', 'Resolved'),
        ('7', 'Closed'),
        ('8', 'Cancelled')
),
priority_label (value, label) AS NOT MATERIALIZED (
    VALUES
        ('1', '1 - Critical'),
        ('2', '2 - High'),
        ('3', '3 - Moderate'),
        ('4', '4 - Low'),
        ('5', '5 - Planning')
),
event AS (
    SELECT
        incident.sys_id,
        incident.opened_at AS event_at,
        'created' AS event_type,
        NULL::text AS user_name,
        NULL::text AS old_value,
        NULL::text AS new_value,
        NULL::bool AS public,
        -1::int8 AS seq
    FROM {incident} AS incident
    UNION ALL
    SELECT
        journal.element_id AS sys_id,
        journal.sys_created_on AS event_at,
        'comment' AS event_type,
        journal.sys_created_by AS user_name,
        NULL AS old_value,
        NULL AS new_value,
        journal.element = 'comments' AS public,
        0 AS seq
    FROM {sys_journal_field} AS journal
    WHERE journal.element IN ('comments', 'work_notes')
    UNION ALL
    SELECT
        audit.documentkey AS sys_id,
        audit.sys_created_on AS event_at,
        CASE audit.fieldname
            WHEN 'assignment_group' THEN 'group_name'
            WHEN 'assigned_to' THEN 'assignee'
            WHEN 'priority' THEN 'priority'
            ELSE 'status'
        END AS event_type,
        audit."user" AS user_name,
        nullif(audit.oldvalue, '') AS old_value,
        nullif(audit.newvalue, '') AS new_value,
        NULL AS public,
        coalesce(audit.record_checkpoint, 1) AS seq
    FROM {sys_audit} AS audit
    WHERE audit.fieldname IN (
        'state', 'incident_state', 'priority', 'assignment_group', 'assigned_to'
    )
        AND coalesce(audit.tablename, 'incident') = 'incident'
)
SELECT
    -- The incident's number.
    coalesce(incident.number, event.sys_id) AS ticket_id,
    -- When it happened.
    event.event_at,
    -- created, comment, or the field that changed.
    event.event_type,
    -- agent, customer (the caller) or system.
    CASE
        WHEN event.event_type = 'created' OR actor.sys_id = incident.caller_id THEN 'customer'
        WHEN event.user_name IS NULL OR event.user_name = 'system' THEN 'system'
        ELSE 'agent'
    END AS actor_role,
    -- Who did it.
    coalesce(actor.name, event.user_name) AS actor,
    -- The field is the type.
    NULL::text AS field,
    -- What it was before.
    CASE event.event_type
        WHEN 'group_name' THEN coalesce(old_group.name, event.old_value)
        WHEN 'assignee' THEN coalesce(old_assignee.name, event.old_value)
        WHEN 'status' THEN coalesce(old_state.label, event.old_value)
        WHEN 'priority' THEN coalesce(old_priority.label, event.old_value)
        ELSE event.old_value
    END AS old_value,
    -- What it is since.
    CASE event.event_type
        WHEN 'group_name' THEN coalesce(new_group.name, event.new_value)
        WHEN 'assignee' THEN coalesce(new_assignee.name, event.new_value)
        WHEN 'status' THEN coalesce(new_state.label, event.new_value)
        WHEN 'priority' THEN coalesce(new_priority.label, event.new_value)
        ELSE event.new_value
    END AS new_value,
    -- Comments are public, work notes are not.
    event.public,
    -- Order of events of one instant.
    event.seq,
    -- When the incident was last updated.
    incident.sys_updated_on AS loaded_at
FROM event
JOIN {incident} AS incident ON incident.sys_id = event.sys_id
LEFT JOIN {sys_user} AS actor ON actor.user_name = event.user_name
LEFT JOIN {sys_user_group} AS old_group
    ON event.event_type = 'group_name' AND old_group.sys_id = event.old_value
LEFT JOIN {sys_user_group} AS new_group
    ON event.event_type = 'group_name' AND new_group.sys_id = event.new_value
LEFT JOIN {sys_user} AS old_assignee
    ON event.event_type = 'assignee' AND old_assignee.sys_id = event.old_value
LEFT JOIN {sys_user} AS new_assignee
    ON event.event_type = 'assignee' AND new_assignee.sys_id = event.new_value
LEFT JOIN state_label AS old_state
    ON event.event_type = 'status' AND old_state.value = event.old_value
LEFT JOIN state_label AS new_state
    ON event.event_type = 'status' AND new_state.value = event.new_value
LEFT JOIN priority_label AS old_priority
    ON event.event_type = 'priority' AND old_priority.value = event.old_value
LEFT JOIN priority_label AS new_priority
    ON event.event_type = 'priority' AND new_priority.value = event.new_value
