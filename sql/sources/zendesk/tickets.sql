-- Tickets of a Zendesk, as Fivetran loads it.
-- {ticket}: id! int8, created_at! timestamptz, status! text, subject text, requester_id int8,
--     organization_id int8, brand_id int8, group_id int8, assignee_id int8, priority text,
--     type text, via_channel text, _fivetran_synced timestamptz
-- {ticket_field_history}: ticket_id! int8, field_name! text, value! text, updated! timestamptz
-- {user}?: id! int8, name text
-- {group}?: id! int8, name! text
-- {organization}?: id! int8, name text
-- {brand}?: id! int8, name text
-- {ticket_tag}?: ticket_id! int8, tag! text
-- {satisfaction_rating}?: ticket_id! int8, score! text, created_at timestamptz
-- {ticket_schedule}?: ticket_id! int8, schedule_id! text, created_at timestamptz
-- {schedule}?: id! text, name! text, start_time int8, end_time int8
-- {ticket_sla_policy}?: ticket_id! int8, sla_policy_id! text, policy_applied_at timestamptz
-- without group: groups go by their number
-- without user: agents and customers go by their number
-- without organization: organizations go by their number
-- without ticket_tag: policies cannot ask for tags
-- without satisfaction_rating: csat_drivers is empty
-- without ticket_schedule: business hours are those of the policy or of the policy set
-- without ticket_sla_policy: which policy Zendesk applied to a ticket is unknown
-- without ticket.priority: policies and targets cannot ask for a priority
WITH history AS (
    SELECT
        field.ticket_id,
        max(field.updated) FILTER (
            WHERE field.field_name = 'status' AND field.value = 'solved'
        ) AS solved_at,
        max(field.updated) FILTER (
            WHERE field.field_name = 'status' AND field.value = 'closed'
        ) AS closed_at,
        jsonb_object_agg(
            'zendesk ' || field.field_name, field.value
            ORDER BY field.updated, field.value
        ) FILTER (WHERE field.field_name <> 'status') AS sla
    FROM {ticket_field_history} AS field
    WHERE field.field_name IN (
        'status',
        'first_reply_time',
        'next_reply_time',
        'requester_wait_time',
        'agent_work_time',
        'pausable_update',
        'periodic_update'
    )
    GROUP BY field.ticket_id
),
tagged AS (
    SELECT
        tag.ticket_id,
        array_agg(tag.tag ORDER BY tag.tag) AS tags
    FROM {ticket_tag} AS tag
    GROUP BY tag.ticket_id
),
rating AS (
    SELECT DISTINCT ON (given.ticket_id)
        given.ticket_id,
        CASE WHEN given.score LIKE 'good%' THEN 1.0 ELSE 0.0 END AS score
    FROM {satisfaction_rating} AS given
    WHERE given.score LIKE 'good%' OR given.score LIKE 'bad%'
    ORDER BY given.ticket_id, given.created_at DESC NULLS LAST, score
),
current_schedule AS (
    SELECT DISTINCT ON (assigned.ticket_id)
        assigned.ticket_id,
        assigned.schedule_id
    FROM {ticket_schedule} AS assigned
    ORDER BY assigned.ticket_id, assigned.created_at DESC NULLS LAST, assigned.schedule_id
),
applied_policy AS (
    SELECT DISTINCT ON (applied.ticket_id)
        applied.ticket_id,
        applied.sla_policy_id
    FROM {ticket_sla_policy} AS applied
    ORDER BY applied.ticket_id, applied.policy_applied_at DESC NULLS LAST, applied.sla_policy_id
),
schedule AS (
    SELECT
        opening.id,
        coalesce(min(opening.name), opening.id) AS name
    FROM {schedule} AS opening
    WHERE opening.start_time < opening.end_time
    GROUP BY opening.id
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
    ticket.via_channel AS channel,
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
    -- Its status now.
    ticket.status,
    -- When it was last solved, by its history.
    CASE WHEN ticket.status IN ('solved', 'closed') THEN history.solved_at END AS solved_at,
    -- When it was closed, by its history.
    CASE WHEN ticket.status = 'closed' THEN history.closed_at END AS closed_at,
    -- The customer's last rating: 1 good, 0 bad.
    rating.score AS csat_score,
    -- Zendesk knows none.
    NULL::float8 AS cost,
    -- Its schedule, registered in slaops.calendars.
    CASE WHEN schedule.name IS NOT NULL THEN {schema} || ' ' || schedule.name END AS calendar_name,
    -- Tags.
    tagged.tags,
    -- The SLA fields of its history: what Zendesk had promised, by metric, and the policy.
    CASE
        WHEN applied_policy.sla_policy_id IS NULL THEN history.sla
        ELSE coalesce(history.sla, '{}')
            || jsonb_build_object('sla policy', applied_policy.sla_policy_id)
    END AS attributes,
    -- When the warehouse last took it in.
    ticket._fivetran_synced AS loaded_at
FROM {ticket} AS ticket
LEFT JOIN history ON history.ticket_id = ticket.id
LEFT JOIN {group} AS current_group ON current_group.id = ticket.group_id
LEFT JOIN {user} AS assignee ON assignee.id = ticket.assignee_id
LEFT JOIN {organization} AS organization ON organization.id = ticket.organization_id
LEFT JOIN {brand} AS brand ON brand.id = ticket.brand_id
LEFT JOIN tagged ON tagged.ticket_id = ticket.id
LEFT JOIN rating ON rating.ticket_id = ticket.id
LEFT JOIN current_schedule ON current_schedule.ticket_id = ticket.id
LEFT JOIN schedule ON schedule.id = current_schedule.schedule_id
LEFT JOIN applied_policy ON applied_policy.ticket_id = ticket.id
