-- Tickets of a Request Tracker 4.2 to 5, over its own tables. Approvals and reminders are left out.
-- Times are in UTC without a zone, and 1970-01-01 means unset. A ticket that was merged into
-- another has the status merged.
-- schema public
-- {tickets}: id! int8, effectiveid! int8, type text, queue! int8, owner! int8, status! text,
--     priority int8, sla text, subject text, created! timestamptz, resolved timestamptz,
--     due timestamptz, lastupdated timestamptz
-- {queues}: id! int8, name! text
-- {users}: id! int8, name! text, organization text
-- {groups}: id! int8, domain! text, name|type! text, instance! int8
-- {groupmembers}: groupid! int8, memberid! int8
-- {transactions}: objecttype! text, objectid! int8, type! text, field text, newvalue text,
--     created! timestamptz
-- {customfields}?: id! int8, name! text, disabled int8
-- {objectcustomfieldvalues}?: id! int8, objecttype! text, objectid! int8, customfield! int8,
--     content text, largecontent text, disabled int8
-- without tickets.sla: tiers are unknown
-- without customfields: policies cannot ask for custom fields
-- without objectcustomfieldvalues: policies cannot ask for custom fields
-- without tickets.due: what Request Tracker itself promised is unknown
WITH requestor AS (
    SELECT
        role.instance AS ticket_id,
        min(member.memberid) AS user_id
    FROM {groups} AS role
    JOIN {groupmembers} AS member ON member.groupid = role.id
    WHERE role.domain = 'RT::Ticket-Role'
        AND role.name = 'Requestor'
    GROUP BY role.instance
),
-- Both tickets have a record of a merge, which names the one that remains.
merge AS (
    SELECT
        entry.objectid AS ticket_id,
        max(entry.created) AS merged_at
    FROM {transactions} AS entry
    WHERE entry.objecttype = 'RT::Ticket'
        AND entry.type = 'AddLink'
        AND entry.field = 'MergedInto'
        AND substring(entry.newvalue FROM '/ticket/([0-9]+)$') <> entry.objectid::text
    GROUP BY entry.objectid
),
custom_value AS (
    SELECT
        given.objectid AS ticket_id,
        field.name,
        jsonb_agg(coalesce(nullif(given.content, ''), given.largecontent) ORDER BY given.id) AS list
    FROM {objectcustomfieldvalues} AS given
    JOIN {customfields} AS field ON field.id = given.customfield
    WHERE given.objecttype = 'RT::Ticket'
        AND coalesce(given.disabled, 0) = 0
        AND coalesce(field.disabled, 0) = 0
    GROUP BY
        given.objectid,
        field.name
),
custom AS (
    SELECT
        custom_value.ticket_id,
        jsonb_object_agg(
            custom_value.name,
            CASE
                WHEN jsonb_array_length(custom_value.list) = 1 THEN custom_value.list -> 0
                ELSE custom_value.list
            END
        ) AS attributes
    FROM custom_value
    GROUP BY custom_value.ticket_id
)
SELECT
    -- The ticket.
    ticket.id AS ticket_id,
    -- When it was created.
    ticket.created AS created_at,
    -- What it is about.
    ticket.subject,
    -- The first of its requestors.
    requester.name AS requester_id,
    -- The organization of that requestor.
    nullif(requester.organization, '') AS organization_id,
    -- Request Tracker has none.
    NULL::text AS brand,
    -- Request Tracker has none.
    NULL::text AS region,
    -- Request Tracker does not say.
    NULL::text AS channel,
    -- Its service level.
    nullif(ticket.sla, '') AS tier,
    -- Request Tracker has none.
    NULL::text AS type,
    -- Its priority now, by the labels that Request Tracker brings.
    CASE
        WHEN ticket.priority >= 100 THEN 'High'
        WHEN ticket.priority >= 50 THEN 'Medium'
        WHEN ticket.priority >= 0 THEN 'Low'
    END AS priority,
    -- The queue that has it now.
    queue.name AS group_name,
    -- Who has it now.
    nullif(owner.name, 'Nobody') AS assignee,
    -- Its status now.
    CASE WHEN ticket.effectiveid <> ticket.id THEN 'merged' ELSE ticket.status END AS status,
    -- When it was resolved. Request Tracker keeps this when a ticket is opened again.
    CASE
        WHEN meaning.state IN ('solved', 'closed')
            THEN nullif(ticket.resolved, timestamptz '1970-01-01 00:00:00Z')
    END AS solved_at,
    -- When it was merged into another.
    CASE
        WHEN ticket.effectiveid <> ticket.id THEN coalesce(merge.merged_at, ticket.lastupdated)
    END AS closed_at,
    -- Request Tracker knows none.
    NULL::float8 AS csat_score,
    -- Request Tracker knows none.
    NULL::float8 AS cost,
    -- Name a calendar in the policy.
    NULL::text AS calendar_name,
    -- Request Tracker has none.
    NULL::text[] AS tags,
    -- Custom fields by their names, the number of the priority, the ticket that a merged one went
    -- into, and the due time that Request Tracker has set.
    jsonb_strip_nulls(
        jsonb_build_object(
            'priority number', ticket.priority,
            'merged into', CASE WHEN ticket.effectiveid <> ticket.id THEN ticket.effectiveid END,
            'request_tracker due', nullif(ticket.due, timestamptz '1970-01-01 00:00:00Z')
        )
    ) || coalesce(custom.attributes, '{}') AS attributes,
    -- When it was last changed.
    ticket.lastupdated AS loaded_at
FROM {tickets} AS ticket
LEFT JOIN {queues} AS queue ON queue.id = ticket.queue
LEFT JOIN {users} AS owner ON owner.id = ticket.owner
LEFT JOIN requestor ON requestor.ticket_id = ticket.id
LEFT JOIN {users} AS requester ON requester.id = requestor.user_id
LEFT JOIN merge ON merge.ticket_id = ticket.id
LEFT JOIN custom ON custom.ticket_id = ticket.id
LEFT JOIN slaops.states_of({schema}) AS meaning
    ON meaning.status = btrim(lower(translate(ticket.status, '-_', '  ')))
WHERE coalesce(ticket.type, 'ticket') = 'ticket'
