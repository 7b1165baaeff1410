-- Incidents of a ServiceNow instance, as its tables are loaded.
-- {incident}: sys_id! text, number text, opened_at|sys_created_on! timestamptz, state|state_value|incident_state! text, priority|priority_value text, assignment_group|assignment_group_value text, assigned_to|assigned_to_value text, short_description text, caller_id|caller_id_value text, company|company_value text, location|location_value text, category text, contact_type text, resolved_at timestamptz, closed_at timestamptz, sys_updated_on timestamptz
-- {sys_user_group}?: sys_id! text, name text
-- {sys_user}?: sys_id! text, name text
-- without sys_user_group: groups go by their sys_id
-- without sys_user: people go by their sys_id
-- without incident.priority: policies and targets cannot ask for a priority
SELECT
    -- The incident's number.
    coalesce(t.number, t.sys_id) AS ticket_id,
    -- When it was opened.
    t.opened_at AS created_at,
    -- What it is about.
    t.short_description AS subject,
    -- The caller.
    coalesce(c.name, t.caller_id) AS requester_id,
    -- The caller's company.
    t.company AS organization_id,
    -- ServiceNow has none.
    NULL::text AS brand,
    -- The location.
    t.location AS region,
    -- How it came in.
    t.contact_type AS channel,
    -- ServiceNow has none.
    NULL::text AS tier,
    -- The category.
    t.category AS type,
    -- Its priority now.
    CASE t.priority WHEN '1' THEN '1 - Critical' WHEN '2' THEN '2 - High' WHEN '3' THEN '3 - Moderate' WHEN '4' THEN '4 - Low' WHEN '5' THEN '5 - Planning' ELSE t.priority END AS priority,
    -- The group that has it now.
    coalesce(g.name, t.assignment_group) AS group_name,
    -- Who has it now.
    coalesce(a.name, t.assigned_to) AS assignee,
    -- Its state now; shipped numbers by their labels.
    CASE t.state WHEN '1' THEN 'New' WHEN '2' THEN 'In Progress' WHEN '3' THEN 'On Hold' WHEN '6' THEN 'Resolved' WHEN '7' THEN 'Closed' WHEN '8' THEN 'Canceled' ELSE t.state END AS status,
    -- When it was resolved.
    t.resolved_at AS solved_at,
    -- When it was closed.
    t.closed_at,
    -- Surveys are not read.
    NULL::float8 AS csat_score,
    -- Costs are not read.
    NULL::float8 AS cost,
    -- Schedules are not read: name a calendar in the policy.
    NULL::text AS calendar_name,
    -- ServiceNow has none.
    NULL::text[] AS tags,
    -- Nothing else is read.
    NULL::jsonb AS attributes,
    -- When it was last updated.
    t.sys_updated_on AS loaded_at
FROM {incident} AS t
LEFT JOIN {sys_user_group} AS g ON g.sys_id = t.assignment_group
LEFT JOIN {sys_user} AS a ON a.sys_id = t.assigned_to
LEFT JOIN {sys_user} AS c ON c.sys_id = t.caller_id
