-- Incidents of a ServiceNow instance, as its tables are loaded.
-- {incident}: sys_id! text, number text, opened_at|sys_created_on! timestamptz,
--     state|state_value|incident_state! text, priority|priority_value text,
--     assignment_group|assignment_group_value text, assigned_to|assigned_to_value text,
--     short_description text, caller_id|caller_id_value text, company|company_value text,
--     location|location_value text, category text, contact_type text, resolved_at timestamptz,
--     closed_at timestamptz, sys_updated_on timestamptz
-- {sys_user_group}?: sys_id! text, name text
-- {sys_user}?: sys_id! text, name text
-- without sys_user_group: groups go by their sys_id
-- without sys_user: people go by their sys_id
-- without incident.priority: policies and targets cannot ask for a priority
SELECT
    -- The incident's number.
    coalesce(incident.number, incident.sys_id) AS ticket_id,
    -- When it was opened.
    incident.opened_at AS created_at,
    -- What it is about.
    incident.short_description AS subject,
    -- The caller.
    coalesce(caller.name, incident.caller_id) AS requester_id,
    -- The caller's company.
    incident.company AS organization_id,
    -- ServiceNow has none.
    NULL::text AS brand,
    -- The location.
    incident.location AS region,
    -- How it came in.
    incident.contact_type AS channel,
    -- ServiceNow has none.
    NULL::text AS tier,
    -- The category.
    incident.category AS type,
    -- Its priority now.
    CASE incident.priority
        WHEN '1' THEN '1 - Critical'
        WHEN '2' THEN '2 - High'
        WHEN '3' THEN '3 - Moderate'
        WHEN '4' THEN '4 - Low'
        WHEN '5' THEN '5 - Planning'
        ELSE incident.priority
    END AS priority,
    -- The group that has it now.
    coalesce(assignment_group.name, incident.assignment_group) AS group_name,
    -- Who has it now.
    coalesce(assignee.name, incident.assigned_to) AS assignee,
    -- Its state now; shipped numbers by their labels.
    CASE incident.state
        WHEN '1' THEN 'New'
        WHEN '2' THEN 'In Progress'
        WHEN '3' THEN 'On Hold'
        WHEN '6' THEN 'Resolved'
        WHEN '7' THEN 'Closed'
        WHEN '8' THEN 'Cancelled'
        ELSE incident.state
    END AS status,
    -- When it was resolved.
    incident.resolved_at AS solved_at,
    -- When it was closed.
    incident.closed_at,
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
    incident.sys_updated_on AS loaded_at
FROM {incident} AS incident
LEFT JOIN {sys_user_group} AS assignment_group
    ON assignment_group.sys_id = incident.assignment_group
LEFT JOIN {sys_user} AS assignee ON assignee.sys_id = incident.assigned_to
LEFT JOIN {sys_user} AS caller ON caller.sys_id = incident.caller_id
