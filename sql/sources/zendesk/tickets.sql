-- Tickets of a Zendesk, as Fivetran loads it.
-- {ticket}: id! int8, created_at! timestamptz, status! text, subject text, requester_id int8, organization_id int8, brand_id int8, group_id int8, assignee_id int8, priority text, type text, via_channel text, _fivetran_synced timestamptz
-- {ticket_field_history}: ticket_id! int8, field_name! text, value! text, updated! timestamptz
-- {user}?: id! int8, name text
-- {group}?: id! int8, name! text
-- {organization}?: id! int8, name text
-- {brand}?: id! int8, name text
-- {ticket_tag}?: ticket_id! int8, tag! text
-- {satisfaction_rating}?: ticket_id! int8, score! text, created_at timestamptz
-- {ticket_schedule}?: ticket_id! int8, schedule_id! text, created_at timestamptz
-- {schedule}?: id! text, name! text, start_time int8, end_time int8
-- without group: groups go by their number
-- without user: agents and customers go by their number
-- without organization: organizations go by their number
-- without ticket_tag: policies cannot ask for tags
-- without satisfaction_rating: csat_drivers is empty
-- without ticket_schedule: business hours are those of the policy or of the policy set
-- without ticket.priority: policies and targets cannot ask for a priority
SELECT
    -- The ticket.
    t.id AS ticket_id,
    -- When it was created.
    t.created_at,
    -- What it is about.
    t.subject,
    -- The customer who asked.
    t.requester_id::text AS requester_id,
    -- The customer's organization.
    coalesce(o.name, t.organization_id::text) AS organization_id,
    -- The brand.
    coalesce(b.name, t.brand_id::text) AS brand,
    -- Zendesk has none.
    NULL::text AS region,
    -- How it came in.
    t.via_channel AS channel,
    -- Zendesk has none.
    NULL::text AS tier,
    -- Question, incident, problem, task.
    t.type,
    -- Its priority now.
    t.priority,
    -- The group that has it now.
    coalesce(g.name, t.group_id::text) AS group_name,
    -- Who has it now.
    coalesce(a.name, t.assignee_id::text) AS assignee,
    -- Its status now.
    t.status,
    -- When it was last solved, by its history.
    CASE WHEN t.status IN ('solved', 'closed') THEN h.solved_at END AS solved_at,
    -- When it was closed, by its history.
    CASE WHEN t.status = 'closed' THEN h.closed_at END AS closed_at,
    -- The customer's last rating: 1 good, 0 bad.
    r.score AS csat_score,
    -- Zendesk knows none.
    NULL::float8 AS cost,
    -- Its schedule, registered in slaops.calendars.
    CASE WHEN s.name IS NOT NULL THEN {schema} || ' ' || s.name END AS calendar_name,
    -- Tags.
    g2.tags,
    -- The SLA fields of its history: what Zendesk had promised, by metric.
    h.sla AS attributes,
    -- When the warehouse last took it in.
    t._fivetran_synced AS loaded_at
FROM {ticket} AS t
LEFT JOIN (
    SELECT f.ticket_id, max(f.updated) FILTER (WHERE f.field_name = 'status' AND f.value = 'solved') AS solved_at,
           max(f.updated) FILTER (WHERE f.field_name = 'status' AND f.value = 'closed') AS closed_at,
           jsonb_object_agg('zendesk ' || f.field_name, f.value ORDER BY f.updated, f.value) FILTER (WHERE f.field_name <> 'status') AS sla
    FROM {ticket_field_history} AS f
    WHERE f.field_name IN ('status', 'first_reply_time', 'next_reply_time', 'requester_wait_time', 'agent_work_time', 'pausable_update', 'periodic_update')
    GROUP BY f.ticket_id
) AS h ON h.ticket_id = t.id
LEFT JOIN {group} AS g ON g.id = t.group_id
LEFT JOIN {user} AS a ON a.id = t.assignee_id
LEFT JOIN {organization} AS o ON o.id = t.organization_id
LEFT JOIN {brand} AS b ON b.id = t.brand_id
LEFT JOIN (SELECT k.ticket_id, array_agg(k.tag ORDER BY k.tag) AS tags FROM {ticket_tag} AS k GROUP BY k.ticket_id) AS g2 ON g2.ticket_id = t.id
LEFT JOIN (
    SELECT DISTINCT ON (c.ticket_id) c.ticket_id, CASE WHEN c.score LIKE 'good%' THEN 1.0 ELSE 0.0 END AS score
    FROM {satisfaction_rating} AS c
    WHERE c.score LIKE 'good%' OR c.score LIKE 'bad%'
    ORDER BY c.ticket_id, c.created_at DESC NULLS LAST, score
) AS r ON r.ticket_id = t.id
LEFT JOIN (SELECT DISTINCT ON (x.ticket_id) x.ticket_id, x.schedule_id FROM {ticket_schedule} AS x ORDER BY x.ticket_id, x.created_at DESC NULLS LAST, x.schedule_id) AS ts ON ts.ticket_id = t.id
LEFT JOIN (SELECT y.id, coalesce(min(y.name), y.id) AS name FROM {schedule} AS y WHERE y.start_time < y.end_time GROUP BY y.id) AS s ON s.id = ts.schedule_id
