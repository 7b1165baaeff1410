-- Events of a Request Tracker 4.2 to 5, over its own tables: creations, replies (public), comments
-- (private), and the history of status, queue, priority, owner and service level. A requestor is
-- outside unless the ticket was his own to solve when he wrote; whoever else was privileged then is
-- inside; others, such as somebody in Cc, are neither. Messages of a merged ticket stand with the
-- one that remains as well.
-- appended to: transactions
-- {tickets}: id! int8, effectiveid! int8, type text, owner! int8, status! text,
--     lastupdated timestamptz
-- {transactions}: id! int8, objecttype! text, objectid! int8, type! text, field text,
--     oldvalue text, newvalue text, creator! int8, created! timestamptz
-- {queues}: id! int8, name! text
-- {users}: id! int8, name! text
-- {groups}: id! int8, domain! text, name|type! text, instance! int8
-- {groupmembers}: groupid! int8, memberid! int8
WITH RECURSIVE ticket AS (
    SELECT
        kept.id,
        kept.effectiveid,
        kept.owner,
        kept.status,
        kept.lastupdated
    FROM {tickets} AS kept
    WHERE coalesce(kept.type, 'ticket') = 'ticket'
),
requestor AS (
    SELECT DISTINCT
        role.instance AS ticket_id,
        member.memberid AS user_id
    FROM {groups} AS role
    JOIN {groupmembers} AS member ON member.groupid = role.id
    WHERE role.domain = 'RT::Ticket-Role'
        AND role.name = 'Requestor'
),
-- Who was privileged, and when: as now, but for what the history of the user says.
privilege_change AS (
    SELECT
        change.objectid AS user_id,
        change.created AS since,
        change.newvalue = '1' AS privileged,
        lead(change.created, 1, 'infinity') OVER later AS until,
        row_number() OVER later AS number
    FROM {transactions} AS change
    WHERE change.objecttype = 'RT::User'
        AND change.field = 'Privileged'
    WINDOW later AS (PARTITION BY change.objectid ORDER BY change.id)
),
privilege AS (
    SELECT
        change.user_id,
        change.since,
        change.until
    FROM privilege_change AS change
    WHERE change.privileged
    UNION ALL
    SELECT
        change.user_id,
        '-infinity' AS since,
        change.since AS until
    FROM privilege_change AS change
    WHERE change.number = 1
        AND NOT change.privileged
    UNION ALL
    SELECT
        member.memberid AS user_id,
        '-infinity' AS since,
        'infinity' AS until
    FROM {groups} AS everybody
    JOIN {groupmembers} AS member ON member.groupid = everybody.id
    LEFT JOIN privilege_change AS change
        ON change.user_id = member.memberid
        AND change.number = 1
    WHERE everybody.domain = 'SystemInternal'
        AND everybody.name = 'Privileged'
        AND change.user_id IS NULL
),
event AS (
    SELECT
        entry.id AS place,
        entry.objectid AS ticket_id,
        entry.created AS event_at,
        entry.creator AS user_id,
        CASE
            WHEN entry.type = 'Create' THEN 'created'
            WHEN entry.type IN ('Correspond', 'Comment') THEN 'comment'
            WHEN entry.type = 'Status' OR entry.field = 'Status' THEN 'status'
            WHEN entry.field = 'Queue' THEN 'group_name'
            WHEN entry.field = 'Owner' THEN 'assignee'
            WHEN entry.field = 'Priority' THEN 'priority'
            WHEN entry.field = 'SLA' THEN 'tier'
        END AS event_type,
        entry.oldvalue AS old_value,
        entry.newvalue AS new_value,
        CASE
            WHEN entry.type = 'Correspond' THEN true
            WHEN entry.type = 'Comment' THEN false
        END AS public,
        entry.created AS loaded_at
    FROM {transactions} AS entry
    WHERE entry.objecttype = 'RT::Ticket'
        AND (
            entry.type IN ('Create', 'Correspond', 'Comment', 'Status')
            OR entry.field IN ('Status', 'Queue', 'Owner', 'Priority', 'SLA')
            -- Of a change of the owner there are two records.
            AND entry.type NOT IN ('SetWatcher', 'AddWatcher', 'DelWatcher')
        )
),
first_status AS (
    SELECT DISTINCT ON (event.ticket_id)
        event.ticket_id,
        event.old_value AS status
    FROM event
    WHERE event.event_type = 'status'
    ORDER BY
        event.ticket_id,
        event.place
),
owner_change AS (
    SELECT
        event.ticket_id,
        event.old_value,
        event.new_value,
        event.event_at AS since,
        lead(event.event_at, 1, 'infinity') OVER later AS until,
        row_number() OVER later AS number
    FROM event
    WHERE event.event_type = 'assignee'
    WINDOW later AS (PARTITION BY event.ticket_id ORDER BY event.place)
),
-- Who owned a ticket, and when.
ownership AS (
    SELECT
        change.ticket_id,
        change.new_value AS owner,
        change.since,
        change.until
    FROM owner_change AS change
    UNION ALL
    SELECT
        change.ticket_id,
        change.old_value AS owner,
        '-infinity' AS since,
        change.since AS until
    FROM owner_change AS change
    WHERE change.number = 1
    UNION ALL
    SELECT
        ticket.id AS ticket_id,
        ticket.owner::text AS owner,
        '-infinity' AS since,
        'infinity' AS until
    FROM ticket
    LEFT JOIN owner_change AS change ON change.ticket_id = ticket.id
    WHERE change.ticket_id IS NULL
),
-- Which ticket was merged into which. Both have a record of it, which names the one that remains.
merge_record AS (
    SELECT
        entry.objectid AS ticket_id,
        substring(entry.newvalue FROM '/ticket/([0-9]{1,18})$')::int8 AS survivor_id,
        entry.created AS merged_at
    FROM {transactions} AS entry
    WHERE entry.objecttype = 'RT::Ticket'
        AND entry.type = 'AddLink'
        AND entry.field = 'MergedInto'
),
merge AS (
    SELECT DISTINCT ON (ticket.id)
        ticket.id AS ticket_id,
        coalesce(merge_record.survivor_id, ticket.effectiveid) AS survivor_id,
        coalesce(merge_record.merged_at, ticket.lastupdated) AS merged_at
    FROM ticket
    LEFT JOIN merge_record
        ON merge_record.ticket_id = ticket.id
        AND merge_record.survivor_id <> ticket.id
    WHERE ticket.effectiveid <> ticket.id
    ORDER BY
        ticket.id,
        merge_record.merged_at DESC
),
-- A ticket that is itself merged passes on what it was given.
lent AS (
    SELECT
        merge.ticket_id,
        merge.survivor_id,
        merge.merged_at
    FROM merge
    UNION
    SELECT
        lent.ticket_id,
        merge.survivor_id,
        greatest(lent.merged_at, merge.merged_at) AS merged_at
    FROM lent
    JOIN merge ON merge.ticket_id = lent.survivor_id
),
placed AS (
    SELECT
        event.place,
        event.ticket_id,
        event.event_at,
        event.user_id,
        event.event_type,
        event.old_value,
        CASE
            WHEN event.event_type = 'created' THEN coalesce(first_status.status, ticket.status)
            ELSE event.new_value
        END AS new_value,
        event.public,
        event.loaded_at
    FROM event
    JOIN ticket ON ticket.id = event.ticket_id
    LEFT JOIN first_status
        ON event.event_type = 'created'
        AND first_status.ticket_id = event.ticket_id
    UNION ALL
    SELECT
        event.place,
        lent.survivor_id AS ticket_id,
        event.event_at,
        event.user_id,
        'comment' AS event_type,
        NULL AS old_value,
        NULL AS new_value,
        coalesce(event.public, true) AS public,
        greatest(event.event_at, lent.merged_at) AS loaded_at
    FROM lent
    JOIN event
        ON event.ticket_id = lent.ticket_id
        AND event.event_type IN ('created', 'comment')
    UNION ALL
    -- Request Tracker leaves a merged ticket its status, and shows the ticket no more.
    SELECT
        9223372036854775807 AS place,
        merge.ticket_id,
        merge.merged_at AS event_at,
        NULL AS user_id,
        'status' AS event_type,
        ticket.status AS old_value,
        'merged' AS new_value,
        NULL AS public,
        merge.merged_at AS loaded_at
    FROM merge
    JOIN ticket ON ticket.id = merge.ticket_id
)
SELECT
    -- The ticket.
    placed.ticket_id,
    -- When it happened.
    placed.event_at,
    -- created, comment, or the field that changed.
    placed.event_type,
    -- customer for a requestor, agent for other privileged users, system for everybody else.
    CASE
        WHEN ownership.owner IS NOT NULL AND actor.name <> 'Nobody' THEN 'agent'
        WHEN requestor.user_id IS NOT NULL THEN 'customer'
        WHEN privilege.user_id IS NOT NULL AND actor.name NOT IN ('RT_System', 'Nobody')
            THEN 'agent'
        ELSE 'system'
    END AS actor_role,
    -- Who did it.
    actor.name AS actor,
    -- The field is the type.
    NULL::text AS field,
    -- What it was before.
    CASE placed.event_type
        WHEN 'group_name' THEN coalesce(old_queue.name, placed.old_value)
        WHEN 'assignee' THEN nullif(coalesce(old_owner.name, placed.old_value), 'Nobody')
        WHEN 'priority' THEN old_priority.label
        WHEN 'tier' THEN nullif(placed.old_value, '')
        ELSE placed.old_value
    END AS old_value,
    -- What it is since.
    CASE placed.event_type
        WHEN 'group_name' THEN coalesce(new_queue.name, placed.new_value)
        WHEN 'assignee' THEN nullif(coalesce(new_owner.name, placed.new_value), 'Nobody')
        WHEN 'priority' THEN new_priority.label
        WHEN 'tier' THEN nullif(placed.new_value, '')
        ELSE placed.new_value
    END AS new_value,
    -- Whether the customer sees it.
    placed.public,
    -- Order of events of one instant.
    placed.place AS seq,
    -- When the ticket came to have it: messages of a merged one with the merge.
    placed.loaded_at
FROM placed
JOIN ticket ON ticket.id = placed.ticket_id
LEFT JOIN {users} AS actor ON actor.id = placed.user_id
LEFT JOIN requestor
    ON requestor.ticket_id = placed.ticket_id
    AND requestor.user_id = placed.user_id
LEFT JOIN ownership
    ON ownership.ticket_id = placed.ticket_id
    AND ownership.owner = placed.user_id::text
    AND ownership.since <= placed.event_at
    AND ownership.until > placed.event_at
LEFT JOIN privilege
    ON privilege.user_id = placed.user_id
    AND privilege.since <= placed.event_at
    AND privilege.until > placed.event_at
LEFT JOIN {queues} AS old_queue
    ON placed.event_type = 'group_name' AND old_queue.id::text = placed.old_value
LEFT JOIN {queues} AS new_queue
    ON placed.event_type = 'group_name' AND new_queue.id::text = placed.new_value
LEFT JOIN {users} AS old_owner
    ON placed.event_type = 'assignee' AND old_owner.id::text = placed.old_value
LEFT JOIN {users} AS new_owner
    ON placed.event_type = 'assignee' AND new_owner.id::text = placed.new_value
LEFT JOIN (
    VALUES ('Low', 0, 50), ('Medium', 50, 100), ('High', 100, 2147483647)
) AS old_priority (label, low, high)
    ON placed.event_type = 'priority'
    AND placed.old_value ~ '^[0-9]{1,9}$'
    AND placed.old_value::int4 >= old_priority.low
    AND placed.old_value::int4 < old_priority.high
LEFT JOIN (
    VALUES ('Low', 0, 50), ('Medium', 50, 100), ('High', 100, 2147483647)
) AS new_priority (label, low, high)
    ON placed.event_type = 'priority'
    AND placed.new_value ~ '^[0-9]{1,9}$'
    AND placed.new_value::int4 >= new_priority.low
    AND placed.new_value::int4 < new_priority.high
