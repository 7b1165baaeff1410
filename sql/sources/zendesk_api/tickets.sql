-- Tickets of a Zendesk by the names of its API, as Airbyte, dlt, Estuary and Lakeflow load it.
-- {tickets}: id! int8, created_at! timestamptz, status! text, subject text, requester_id int8,
--     organization_id int8, brand_id int8, group_id int8, assignee_id int8, priority text,
--     type text, via__channel|via text, tags jsonb, custom_fields jsonb, custom_status_id int8,
--     ticket_form_id int8, satisfaction_rating__score|satisfaction_rating text, others others,
--     _airbyte_extracted_at|flow_published_at timestamptz, _dlt_load_id float8
-- {ticket_audits}?: id int8, ticket_id! int8, created_at! timestamptz, events! jsonb
-- {ticket_metrics}?: ticket_id! int8, solved_at timestamptz, status_updated_at timestamptz
-- {ticket_metric_events}?: id int8, ticket_id! int8, metric! text, type! text, time! timestamptz,
--     sla jsonb, sla__target int8, sla__business_hours bool, sla__policy__title text
-- {users}?: id! int8, name text
-- {groups}?: id! int8, name! text
-- {organizations}?: id! int8, name text
-- {brands}?: id! int8, name text
-- {ticket_fields}?: id! int8, title! text, initial_title text, custom_field_options jsonb
-- {ticket_forms}?: id! int8, name! text
-- {custom_statuses}?: id! int8, agent_label! text
-- {satisfaction_ratings}?: ticket_id! int8, score! text, created_at timestamptz
-- {schedules}?: id! text, name! text
-- without groups: groups go by their number
-- without users: agents and customers go by their number
-- without organizations: organizations go by their number
-- without brands: brands go by their number
-- without tickets.priority: policies and targets cannot ask for a priority
-- without tickets.tags: policies cannot ask for tags
-- without tickets.via__channel: how tickets came in is unknown
-- without tickets.custom_fields unless tickets._dlt_load_id: attributes lack the custom fields
-- without tickets._airbyte_extracted_at unless tickets._dlt_load_id: when rows were loaded is
--     unknown
-- without tickets._dlt_load_id unless tickets._airbyte_extracted_at: it names a load of dlt
-- without ticket_audits unless ticket_events: without their changes there are no clocks but
--     first_response; the schedule of a ticket is unknown
-- without ticket_metrics: when a ticket without events was solved is unknown
-- without ticket_metric_events: what Zendesk had promised is unknown
-- without ticket_metric_events.sla unless ticket_metric_events.sla__target: what Zendesk had
--     promised is unknown
-- without ticket_metric_events.sla__target unless ticket_metric_events.sla: what Zendesk had
--     promised is unknown
-- without ticket_metric_events.sla__business_hours unless ticket_metric_events.sla: whether a
--     promise was of business hours is unknown
-- without ticket_metric_events.sla__policy__title unless ticket_metric_events.sla: to which tickets
--     Zendesk applied a policy is unknown
-- without ticket_fields: attributes lack the custom fields
-- without ticket_fields.initial_title unless ticket_audits: columns of custom fields go by their
--     titles of today
-- without ticket_fields.custom_field_options unless tickets._dlt_load_id: custom fields have the
--     tags of their options, not their names
-- without custom_statuses: attributes lack the custom status
-- without ticket_forms: attributes lack the ticket form
-- without satisfaction_ratings unless tickets.satisfaction_rating: csat_drivers is empty
-- without satisfaction_ratings unless tickets.satisfaction_rating__score: csat_drivers is empty
-- without tickets.satisfaction_rating__score unless satisfaction_ratings: csat_drivers is empty
-- without tickets.custom_status_id: attributes lack the custom status
-- without tickets.ticket_form_id: attributes lack the ticket form
-- without schedules: business hours are those of the policy or of the policy set
WITH promise AS (
    SELECT
        applied.ticket_id,
        jsonb_object_agg(
            'zendesk ' || applied.metric,
            jsonb_build_object(
                'minutes', coalesce(applied.sla ->> 'target', applied.sla__target::text)::int8,
                'in_business_hours',
                coalesce((applied.sla ->> 'business_hours')::bool, applied.sla__business_hours)
            )::text
            ORDER BY applied.time, applied.id
        )
        || jsonb_build_object(
            'sla policy',
            (
                array_agg(
                    coalesce(applied.sla #>> '{policy,title}', applied.sla__policy__title)
                    ORDER BY applied.time DESC, applied.id DESC
                )
            )[1]
        ) AS promised
    FROM {ticket_metric_events} AS applied
    WHERE applied.type = 'apply_sla'
    GROUP BY applied.ticket_id
),
field AS (
    SELECT
        field.id,
        field.title,
        -- The column that dlt makes of it.
        trim('_' FROM lower(regexp_replace(
            regexp_replace(
                coalesce(field.initial_title, field.title), '([a-z0-9])([A-Z])', '\1_\2', 'g'
            ),
            '[^A-Za-z0-9]+', '_', 'g'
        ))) AS column_name
    FROM {ticket_fields} AS field
),
field_option AS (
    SELECT
        field.id AS field_id,
        choice.value ->> 'value' AS tag,
        choice.value ->> 'name' AS name
    FROM {ticket_fields} AS field
    CROSS JOIN LATERAL jsonb_array_elements(
        CASE jsonb_typeof(field.custom_field_options)
            WHEN 'array' THEN field.custom_field_options
        END
    ) AS choice
),
custom_value AS (
    SELECT
        ticket.id AS ticket_id,
        field.title,
        coalesce(to_jsonb(field_option.name), entry.value -> 'value') AS value
    FROM {tickets} AS ticket
    CROSS JOIN LATERAL jsonb_array_elements(
        CASE jsonb_typeof(ticket.custom_fields) WHEN 'array' THEN ticket.custom_fields END
    ) AS entry
    JOIN field ON field.id = (entry.value ->> 'id')::int8
    LEFT JOIN field_option
        ON field_option.field_id = field.id
        AND field_option.tag = entry.value ->> 'value'
    UNION ALL
    SELECT
        ticket.id AS ticket_id,
        field.title,
        entry.value
    FROM {tickets} AS ticket
    CROSS JOIN LATERAL jsonb_each(ticket.others) AS entry
    JOIN field ON field.column_name = entry.key
    WHERE ticket._dlt_load_id IS NOT NULL
),
custom_field AS (
    SELECT
        custom_value.ticket_id,
        jsonb_object_agg(custom_value.title, custom_value.value) AS entries
    FROM custom_value
    WHERE custom_value.value <> 'null'
    GROUP BY custom_value.ticket_id
),
rating AS (
    SELECT DISTINCT ON (given.ticket_id)
        given.ticket_id,
        CASE WHEN given.score LIKE 'good%' THEN 1.0 ELSE 0.0 END AS score
    FROM {satisfaction_ratings} AS given
    WHERE given.score LIKE 'good%' OR given.score LIKE 'bad%'
    ORDER BY given.ticket_id, given.created_at DESC NULLS LAST, score
),
current_schedule AS (
    -- A trigger that sets the schedule leaves this event, which the API's reference omits.
    SELECT DISTINCT ON (audit.ticket_id)
        audit.ticket_id,
        entry.value ->> 'new_schedule_id' AS schedule_id
    FROM {ticket_audits} AS audit
    CROSS JOIN LATERAL jsonb_array_elements(audit.events) AS entry
    WHERE audit.events @> '[{"type": "ScheduleAssignment"}]'
        AND entry.value ->> 'type' = 'ScheduleAssignment'
    ORDER BY audit.ticket_id, audit.created_at DESC, audit.id DESC
)
SELECT
    -- The ticket.
    ticket.id AS ticket_id,
    -- When it was created.
    ticket.created_at,
    -- What it is about.
    ticket.subject,
    -- The customer who asked.
    ticket.requester_id::text AS requester_id,
    -- The customer's organization.
    coalesce(organization.name, ticket.organization_id::text) AS organization_id,
    -- The brand.
    coalesce(brand.name, ticket.brand_id::text) AS brand,
    -- Zendesk has none.
    NULL::text AS region,
    -- How it came in.
    CASE
        WHEN ticket.via__channel LIKE '{%' THEN ticket.via__channel::jsonb ->> 'channel'
        ELSE ticket.via__channel
    END AS channel,
    -- Zendesk has none.
    NULL::text AS tier,
    -- Question, incident, problem, task.
    ticket.type,
    -- Its priority now.
    ticket.priority,
    -- The group that has it now.
    coalesce(current_group.name, ticket.group_id::text) AS group_name,
    -- Who has it now.
    coalesce(assignee.name, ticket.assignee_id::text) AS assignee,
    -- Its status now; of a custom status, the category.
    ticket.status,
    -- When it was last solved.
    CASE WHEN ticket.status IN ('solved', 'closed') THEN metric.solved_at END AS solved_at,
    -- When it was closed: no other status follows.
    CASE WHEN ticket.status = 'closed' THEN metric.status_updated_at END AS closed_at,
    -- The customer's last rating: 1 good, 0 bad.
    CASE
        WHEN rating.score IS NOT NULL THEN rating.score
        WHEN ticket.satisfaction_rating__score ~ '^(good|{.*"score": ?"good)' THEN 1.0
        WHEN ticket.satisfaction_rating__score ~ '^(bad|{.*"score": ?"bad)' THEN 0.0
    END AS csat_score,
    -- Zendesk knows none.
    NULL::float8 AS cost,
    -- Its schedule, registered in slaops.calendars.
    CASE WHEN schedule.name IS NOT NULL THEN {schema} || ' ' || schedule.name END AS calendar_name,
    -- Tags; closed_by_merge marks a ticket that was merged into another.
    CASE jsonb_typeof(ticket.tags)
        WHEN 'array' THEN ARRAY(SELECT jsonb_array_elements_text(ticket.tags))
    END AS tags,
    -- Custom fields by their titles, the custom status, the form, and what Zendesk had promised:
    -- the policy and its targets.
    jsonb_strip_nulls(
        coalesce(custom_field.entries, '{}')
        || jsonb_build_object('custom status', custom_status.agent_label, 'ticket form', form.name)
        || coalesce(promise.promised, '{}')
    ) AS attributes,
    -- When the warehouse last took it in.
    coalesce(ticket._airbyte_extracted_at, to_timestamp(ticket._dlt_load_id)) AS loaded_at
FROM {tickets} AS ticket
LEFT JOIN {ticket_metrics} AS metric ON metric.ticket_id = ticket.id
LEFT JOIN {groups} AS current_group ON current_group.id = ticket.group_id
LEFT JOIN {users} AS assignee ON assignee.id = ticket.assignee_id
LEFT JOIN {organizations} AS organization ON organization.id = ticket.organization_id
LEFT JOIN {brands} AS brand ON brand.id = ticket.brand_id
LEFT JOIN {custom_statuses} AS custom_status ON custom_status.id = ticket.custom_status_id
LEFT JOIN {ticket_forms} AS form ON form.id = ticket.ticket_form_id
LEFT JOIN custom_field ON custom_field.ticket_id = ticket.id
LEFT JOIN promise ON promise.ticket_id = ticket.id
LEFT JOIN rating ON rating.ticket_id = ticket.id
LEFT JOIN current_schedule ON current_schedule.ticket_id = ticket.id
LEFT JOIN {schedules} AS schedule ON schedule.id = current_schedule.schedule_id
-- The export goes on listing a deleted ticket.
WHERE ticket.status <> 'deleted'
