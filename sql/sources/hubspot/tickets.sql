-- Tickets of a HubSpot, as Fivetran loads it (dbt_hubspot_source, bcc7781). Tickets in the recycle
-- bin are left out. A ticket that was merged into another, and is still listed, has the status
-- merged.
-- {ticket}: id! int8, is_deleted bool, property_createdate|created_at! timestamptz,
--     property_closed_date timestamptz, property_hs_pipeline text,
--     property_hs_pipeline_stage! text, property_hs_ticket_category text,
--     property_hs_ticket_priority text, property_hubspot_owner_id text,
--     property_hubspot_team_id text, property_subject text, property_source_type text,
--     property_hs_time_to_first_response_sla_at timestamptz,
--     property_hs_time_to_close_sla_at timestamptz, property_hs_lastmodifieddate timestamptz,
--     _fivetran_synced timestamptz, others others
-- {ticket_property_history}?: ticket_id! int8, name! text,
--     timestamp|timestamp_instant! timestamptz, value text
-- {ticket_pipeline}?: pipeline_id! text, label! text
-- {ticket_pipeline_stage}?: stage_id! text, pipeline_id text, label! text, is_closed bool,
--     ticket_state text
-- {owner}?: owner_id! text, first_name text, last_name text, email text
-- {team}?: id! text, name! text
-- {ticket_contact}?: ticket_id! int8, contact_id! int8
-- {ticket_company}?: ticket_id! int8, company_id! int8
-- {company}?: id! int8, property_name text
-- {property}?: name! text, label! text, hubspot_object text
-- without ticket.is_deleted: deleted tickets count
-- without ticket.property_closed_date: when a ticket was closed is known by its history only
-- without ticket.property_hs_pipeline: pipelines are unknown
-- without ticket.property_hs_ticket_category: categories are unknown
-- without ticket.property_hs_ticket_priority: policies and targets cannot ask for a priority
-- without ticket.property_hubspot_owner_id: owners are unknown
-- without ticket.property_hubspot_team_id: groups are unknown
-- without ticket.property_subject: subjects are unknown
-- without ticket.property_source_type: how tickets came in is unknown
-- without ticket.property_hs_time_to_first_response_sla_at: what HubSpot itself had promised is
--     unknown
-- without ticket.property_hs_time_to_close_sla_at: what HubSpot itself had promised is unknown
-- without ticket.property_hs_lastmodifieddate: when a ticket was last changed is unknown
-- without ticket._fivetran_synced: when rows were loaded is unknown
-- without ticket_property_history: without changes there are no clocks but first_response
-- without ticket_pipeline: pipelines go by their id
-- without ticket_pipeline_stage: stages go by their id, and none is closed
-- without ticket_pipeline_stage.pipeline_id: stages of one name are one status
-- without ticket_pipeline_stage.is_closed: closed stages are known by their state
-- without ticket_pipeline_stage.ticket_state: closed stages are known by is_closed
-- without owner: owners go by their id
-- without owner.first_name: owners go by their email
-- without owner.last_name: owners go by their first name
-- without owner.email: owners without a name go by their id
-- without team: teams go by their id
-- without ticket_contact: requesters are unknown
-- without ticket_company: companies are unknown
-- without company: companies go by their id
-- without company.property_name: companies go by their id
-- without property: custom properties go by their internal names
-- without property.hubspot_object: a name of another object's property may be shown
WITH stage AS (
    SELECT
        named.stage_id,
        -- One name may be closed in one pipeline and open in another.
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
        coalesce(
            nullif(btrim(concat(known.first_name, ' ', known.last_name)), ''), known.email
        ) AS name
    FROM {owner} AS known
),
contact AS (
    SELECT
        link.ticket_id,
        min(link.contact_id) AS contact_id
    FROM {ticket_contact} AS link
    GROUP BY link.ticket_id
),
customer AS (
    SELECT
        link.ticket_id,
        min(link.company_id) AS company_id
    FROM {ticket_company} AS link
    GROUP BY link.ticket_id
),
merge AS (
    SELECT
        merged.id AS ticket_id,
        min(history.timestamp) AS merged_at,
        min(history.ticket_id) AS survivor_id
    FROM {ticket_property_history} AS history
    CROSS JOIN unnest(string_to_array(history.value, ';')) AS merged (id)
    WHERE history.name = 'hs_merged_object_ids'
    GROUP BY merged.id
),
custom_value AS (
    SELECT
        ticket.id AS ticket_id,
        jsonb_object_agg(
            coalesce(property.label, replace(entry.key, 'property_', '')), entry.value
        ) AS entries
    FROM {ticket} AS ticket
    CROSS JOIN jsonb_each(ticket.others) AS entry
    LEFT JOIN {property} AS property
        ON property.name = replace(entry.key, 'property_', '')
        AND coalesce(property.hubspot_object, 'ticket') = 'ticket'
    WHERE entry.key ~ '^property_(?!hs_|content$|first_agent_reply_date$)'
        AND entry.value <> 'null'
    GROUP BY ticket.id
)
SELECT
    -- The ticket.
    ticket.id AS ticket_id,
    -- When it was created.
    ticket.property_createdate AS created_at,
    -- What it is about.
    ticket.property_subject AS subject,
    -- The first of its contacts.
    contact.contact_id::text AS requester_id,
    -- The first of its companies.
    coalesce(company.property_name, customer.company_id::text) AS organization_id,
    -- Its pipeline.
    coalesce(pipeline.label, ticket.property_hs_pipeline) AS brand,
    -- HubSpot has none.
    NULL::text AS region,
    -- Its source.
    ticket.property_source_type AS channel,
    -- HubSpot has none.
    NULL::text AS tier,
    -- Its category.
    ticket.property_hs_ticket_category AS type,
    -- Its priority now.
    nullif(ticket.property_hs_ticket_priority, '') AS priority,
    -- The team that has it now.
    coalesce(team.name, nullif(ticket.property_hubspot_team_id, '')) AS group_name,
    -- Who has it now.
    coalesce(owner.name, nullif(ticket.property_hubspot_owner_id, '')) AS assignee,
    -- Its stage now.
    CASE
        WHEN merge.ticket_id IS NOT NULL THEN 'merged'
        ELSE coalesce(stage.name, ticket.property_hs_pipeline_stage)
    END AS status,
    -- When it was last closed: HubSpot does not tell solved from closed.
    ticket.property_closed_date AS solved_at,
    -- When it was last closed, or merged into another.
    coalesce(merge.merged_at, ticket.property_closed_date) AS closed_at,
    -- HubSpot keeps ratings apart.
    NULL::float8 AS csat_score,
    -- HubSpot knows none.
    NULL::float8 AS cost,
    -- Fivetran loads no working hours: name a calendar in the policy.
    NULL::text AS calendar_name,
    -- HubSpot has none.
    NULL::text[] AS tags,
    -- Custom properties by their labels, and when HubSpot itself says that a reply and a solution
    -- are due.
    coalesce(custom_value.entries, '{}') || jsonb_strip_nulls(
        jsonb_build_object(
            'hubspot first_response due', ticket.property_hs_time_to_first_response_sla_at,
            'hubspot resolution due', ticket.property_hs_time_to_close_sla_at,
            'merged into', merge.survivor_id
        )
    ) AS attributes,
    -- When the warehouse last took it in.
    coalesce(ticket._fivetran_synced, ticket.property_hs_lastmodifieddate) AS loaded_at
FROM {ticket} AS ticket
LEFT JOIN stage ON stage.stage_id = ticket.property_hs_pipeline_stage
LEFT JOIN {ticket_pipeline} AS pipeline ON pipeline.pipeline_id = ticket.property_hs_pipeline
LEFT JOIN owner ON owner.owner_id = ticket.property_hubspot_owner_id
LEFT JOIN {team} AS team ON team.id = ticket.property_hubspot_team_id
LEFT JOIN contact ON contact.ticket_id = ticket.id
LEFT JOIN customer ON customer.ticket_id = ticket.id
LEFT JOIN {company} AS company ON company.id = customer.company_id
LEFT JOIN merge ON merge.ticket_id = ticket.id::text
LEFT JOIN custom_value ON custom_value.ticket_id = ticket.id
WHERE ticket.is_deleted IS NOT TRUE
