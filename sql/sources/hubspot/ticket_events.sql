-- Events of a HubSpot, as Fivetran loads it: the history of the stage, team, owner, priority and
-- category, emails, and notes. The first value of a property is no change. Chats are not loaded: of
-- their replies only the first of an agent is known.
-- appended to: ticket_property_history
-- {ticket}: id! int8, is_deleted bool, property_createdate|created_at! timestamptz,
--     property_hs_pipeline_stage! text, property_first_agent_reply_date timestamptz,
--     _fivetran_synced timestamptz
-- {ticket_property_history}?: ticket_id! int8, name! text,
--     timestamp|timestamp_instant! timestamptz, value text, source text, source_id text,
--     _fivetran_synced timestamptz
-- {ticket_pipeline}?: pipeline_id! text, label! text
-- {ticket_pipeline_stage}?: stage_id! text, pipeline_id text, label! text, is_closed bool,
--     ticket_state text
-- {owner}?: owner_id! text, first_name text, last_name text, email text,
--     active_user_id|user_id text
-- {team}?: id! text, name! text
-- {ticket_engagement}?: ticket_id! int8, engagement_id! int8
-- {engagement_email}?: engagement_id! int8,
--     property_hs_timestamp|property_hs_createdate! timestamptz, property_hubspot_owner_id text,
--     property_hs_email_direction|type text, property_hs_email_status text,
--     _fivetran_synced timestamptz
-- {engagement_note}?: engagement_id! int8,
--     property_hs_timestamp|property_hs_createdate! timestamptz, property_hubspot_owner_id text,
--     _fivetran_synced timestamptz
-- without ticket.property_first_agent_reply_date: the first reply in a chat is unknown
-- without ticket_property_history.source: every change counts as an agent's
-- without ticket_property_history.source_id: nobody knows who changed a property
-- without ticket_property_history._fivetran_synced: when rows were loaded is unknown
-- without owner.active_user_id: who changed a property goes by a number
-- without ticket_engagement: emails and notes are unknown
-- without engagement_email: replies are unknown but the first
-- without engagement_email.property_hubspot_owner_id: nobody knows who sent an email
-- without engagement_email.property_hs_email_direction: every email counts as an agent's
-- without engagement_email.property_hs_email_status: emails that bounced count as replies
-- without engagement_email._fivetran_synced: when rows were loaded is unknown
-- without engagement_note: internal notes are unknown
-- without engagement_note.property_hubspot_owner_id: nobody knows who wrote a note
-- without engagement_note._fivetran_synced: when rows were loaded is unknown
WITH stage AS (
    SELECT
        named.stage_id,
        CASE
            WHEN min(named.is_closed) OVER same_label < max(named.is_closed) OVER same_label
                THEN format('%s (%s)', named.label, named.pipeline)
            ELSE named.label
        END AS name
    FROM (
        SELECT
            known.stage_id,
            known.label,
            coalesce(pipeline.label, known.pipeline_id) AS pipeline,
            coalesce(known.is_closed, known.ticket_state = 'CLOSED', false)::int4 AS is_closed
        FROM {ticket_pipeline_stage} AS known
        LEFT JOIN {ticket_pipeline} AS pipeline ON pipeline.pipeline_id = known.pipeline_id
    ) AS named
    WINDOW same_label AS (PARTITION BY lower(named.label))
),
owner AS (
    SELECT
        known.owner_id,
        known.active_user_id AS user_id,
        coalesce(
            nullif(btrim(concat(known.first_name, ' ', known.last_name)), ''), known.email
        ) AS name
    FROM {owner} AS known
),
user_name AS (
    SELECT
        owner.user_id,
        min(owner.name) AS name
    FROM owner
    GROUP BY owner.user_id
),
history AS (
    SELECT
        entry.ticket_id,
        entry.timestamp AS event_at,
        entry.name AS property,
        lag(nullif(entry.value, '')) OVER earlier AS old_value,
        nullif(entry.value, '') AS new_value,
        row_number() OVER earlier AS number,
        -- A user, in the application; everything else is a workflow, an integration or HubSpot.
        entry.source IS NULL
        OR entry.source ~ '^(CRM_UI|MOBILE_|BCC_TO_CRM|EXTENSION|SALES)' AS by_user,
        substring(entry.source_id FROM '^userId:([0-9]+)$') AS user_id,
        entry._fivetran_synced AS loaded_at
    FROM {ticket_property_history} AS entry
    WHERE entry.name IN (
        'hs_pipeline_stage',
        'hs_ticket_priority',
        'hs_ticket_category',
        'hubspot_owner_id',
        'hubspot_team_id'
    )
    WINDOW earlier AS (PARTITION BY entry.ticket_id, entry.name ORDER BY entry.timestamp)
),
email AS (
    SELECT
        link.ticket_id,
        sent.property_hs_timestamp AS event_at,
        sent.property_hs_email_direction AS direction,
        sent.property_hubspot_owner_id AS owner_id,
        sent._fivetran_synced AS loaded_at
    FROM {engagement_email} AS sent
    JOIN {ticket_engagement} AS link ON link.engagement_id = sent.engagement_id
    WHERE coalesce(nullif(sent.property_hs_email_status, ''), 'SENT') IN ('SENT', 'SENDING')
),
merge AS (
    SELECT
        merged.id AS ticket_id,
        min(entry.timestamp) AS merged_at
    FROM {ticket_property_history} AS entry
    CROSS JOIN unnest(string_to_array(entry.value, ';')) AS merged (id)
    WHERE entry.name = 'hs_merged_object_ids'
    GROUP BY merged.id
),
event AS (
    SELECT
        ticket.id AS ticket_id,
        ticket.property_createdate AS event_at,
        'created' AS event_type,
        'customer' AS actor_role,
        NULL AS actor,
        NULL AS old_value,
        coalesce(
            stage.name, first_stage.new_value, current_stage.name, ticket.property_hs_pipeline_stage
        ) AS new_value,
        NULL::bool AS public,
        0 AS seq,
        ticket._fivetran_synced AS loaded_at
    FROM {ticket} AS ticket
    LEFT JOIN history AS first_stage
        ON first_stage.ticket_id = ticket.id
        AND first_stage.property = 'hs_pipeline_stage'
        AND first_stage.number = 1
    LEFT JOIN stage ON stage.stage_id = first_stage.new_value
    LEFT JOIN stage AS current_stage
        ON current_stage.stage_id = ticket.property_hs_pipeline_stage
    UNION ALL
    SELECT
        email.ticket_id,
        email.event_at,
        'comment' AS event_type,
        CASE email.direction
            WHEN 'INCOMING_EMAIL' THEN 'customer'
            -- Somebody put the email of another into HubSpot.
            WHEN 'FORWARDED_EMAIL' THEN 'system'
            ELSE 'agent'
        END AS actor_role,
        coalesce(owner.name, email.owner_id) AS actor,
        NULL AS old_value,
        NULL AS new_value,
        true AS public,
        1 AS seq,
        email.loaded_at
    FROM email
    LEFT JOIN owner ON owner.owner_id = email.owner_id
    UNION ALL
    SELECT
        ticket.id AS ticket_id,
        ticket.property_first_agent_reply_date AS event_at,
        'comment' AS event_type,
        'agent' AS actor_role,
        NULL AS actor,
        NULL AS old_value,
        NULL AS new_value,
        true AS public,
        1 AS seq,
        ticket._fivetran_synced AS loaded_at
    FROM {ticket} AS ticket
    LEFT JOIN (
        SELECT
            email.ticket_id,
            min(email.event_at) AS event_at
        FROM email
        WHERE coalesce(email.direction, 'EMAIL') = 'EMAIL'
        GROUP BY email.ticket_id
    ) AS first_email ON first_email.ticket_id = ticket.id
    -- An email may be that reply, written down a moment earlier or later.
    WHERE ticket.property_first_agent_reply_date
        < coalesce(first_email.event_at - interval '1 min', 'infinity')
    UNION ALL
    SELECT
        link.ticket_id,
        note.property_hs_timestamp AS event_at,
        'comment' AS event_type,
        'agent' AS actor_role,
        coalesce(owner.name, note.property_hubspot_owner_id) AS actor,
        NULL AS old_value,
        NULL AS new_value,
        false AS public,
        1 AS seq,
        note._fivetran_synced AS loaded_at
    FROM {engagement_note} AS note
    JOIN {ticket_engagement} AS link ON link.engagement_id = note.engagement_id
    LEFT JOIN owner ON owner.owner_id = note.property_hubspot_owner_id
    UNION ALL
    SELECT
        change.ticket_id,
        change.event_at,
        CASE change.property
            WHEN 'hs_pipeline_stage' THEN 'status'
            WHEN 'hs_ticket_priority' THEN 'priority'
            WHEN 'hs_ticket_category' THEN 'type'
            WHEN 'hubspot_owner_id' THEN 'assignee'
            ELSE 'group_name'
        END AS event_type,
        CASE WHEN change.by_user THEN 'agent' ELSE 'system' END AS actor_role,
        CASE WHEN change.by_user THEN coalesce(user_name.name, change.user_id) END AS actor,
        coalesce(old_stage.name, old_owner.name, old_team.name, change.old_value) AS old_value,
        coalesce(new_stage.name, new_owner.name, new_team.name, change.new_value) AS new_value,
        NULL AS public,
        CASE change.property
            WHEN 'hs_ticket_category' THEN 2
            WHEN 'hs_ticket_priority' THEN 3
            WHEN 'hubspot_team_id' THEN 4
            WHEN 'hubspot_owner_id' THEN 5
            ELSE 6
        END AS seq,
        change.loaded_at
    FROM history AS change
    JOIN {ticket} AS ticket ON ticket.id = change.ticket_id
    LEFT JOIN stage AS old_stage
        ON change.property = 'hs_pipeline_stage' AND old_stage.stage_id = change.old_value
    LEFT JOIN stage AS new_stage
        ON change.property = 'hs_pipeline_stage' AND new_stage.stage_id = change.new_value
    LEFT JOIN owner AS old_owner
        ON change.property = 'hubspot_owner_id' AND old_owner.owner_id = change.old_value
    LEFT JOIN owner AS new_owner
        ON change.property = 'hubspot_owner_id' AND new_owner.owner_id = change.new_value
    LEFT JOIN {team} AS old_team
        ON change.property = 'hubspot_team_id' AND old_team.id = change.old_value
    LEFT JOIN {team} AS new_team
        ON change.property = 'hubspot_team_id' AND new_team.id = change.new_value
    LEFT JOIN user_name ON user_name.user_id = change.user_id
    WHERE change.old_value IS DISTINCT FROM change.new_value
        AND NOT (
            change.number = 1
            AND (
                change.property = 'hs_pipeline_stage'
                OR change.event_at <= ticket.property_createdate + interval '5 s'
            )
        )
    UNION ALL
    SELECT
        ticket.id AS ticket_id,
        merge.merged_at AS event_at,
        'status' AS event_type,
        'system' AS actor_role,
        NULL AS actor,
        coalesce(stage.name, ticket.property_hs_pipeline_stage) AS old_value,
        'merged' AS new_value,
        NULL AS public,
        7 AS seq,
        ticket._fivetran_synced AS loaded_at
    FROM {ticket} AS ticket
    JOIN merge ON merge.ticket_id = ticket.id::text
    LEFT JOIN stage ON stage.stage_id = ticket.property_hs_pipeline_stage
)
SELECT
    -- The ticket.
    event.ticket_id,
    -- When it happened.
    event.event_at,
    -- created, comment, or the field that changed.
    event.event_type,
    -- customer for emails that came in, agent for users of HubSpot, else system.
    event.actor_role,
    -- Who did it.
    event.actor,
    -- The field is the type.
    NULL::text AS field,
    -- What it was before.
    event.old_value,
    -- What it is since.
    event.new_value,
    -- Whether the customer sees it.
    event.public,
    -- Order of events of one instant.
    event.seq,
    -- When the warehouse took it in.
    event.loaded_at
FROM event
JOIN {ticket} AS ticket ON ticket.id = event.ticket_id AND ticket.is_deleted IS NOT TRUE
