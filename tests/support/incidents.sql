-- Changes of an incident log: what was before is on the row before. What the priority was at first is no change.
CREATE VIEW ticket_events AS
SELECT ticket_id, event_at, v.*, seq
FROM (
    SELECT number AS ticket_id, sys_mod_count::bigint AS seq, to_timestamp(sys_updated_at, 'DD/MM/YYYY HH24:MI') AS event_at,
           incident_state, nullif(assignment_group, '?') AS group_name, priority,
           lag(incident_state) OVER w AS incident_state_before, lag(nullif(assignment_group, '?')) OVER w AS group_before, lag(priority, 1, priority) OVER w AS priority_before
    FROM incident_log WINDOW w AS (PARTITION BY number ORDER BY sys_mod_count::bigint)
) AS e
CROSS JOIN LATERAL (VALUES ('status', incident_state_before, incident_state), ('group_name', group_before, group_name), ('priority', priority_before, priority))
    AS v (event_type, old_value, new_value)
WHERE v.old_value IS DISTINCT FROM v.new_value;
