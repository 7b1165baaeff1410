-- What the configuration does not cover, and what in the data is doubtful.
WITH ticket AS MATERIALIZED (
    -- What statuses mean is joined, not asked row by row of slaops.state_of: the same, at a thirtieth of the time.
    SELECT t.*, k.state, slaops.match_policy(t, {policy_set}, coalesce(t.created_at, {as_of})) AS policy
    FROM {schema}.stg_tickets AS t
    LEFT JOIN slaops.states AS k ON k.status = btrim(translate(lower(t.status), '-_', '  '))
), event AS MATERIALIZED (
    SELECT e.*, k.state AS new_state, t.ticket_id IS NULL AS unknown, t.created_at,
           coalesce(e.field, CASE WHEN e.event_type NOT IN ('created', 'comment')
                                        AND (e.new_value IS NOT NULL OR e.old_value IS NOT NULL) THEN e.event_type
                                       WHEN e.event_type = 'created' AND e.new_value IS NOT NULL THEN 'status' END) AS changed
    FROM {schema}.stg_ticket_events AS e
    LEFT JOIN slaops.states AS k ON k.status = btrim(translate(lower(e.new_value), '-_', '  '))
    LEFT JOIN {schema}.stg_tickets AS t ON t.ticket_id = e.ticket_id
), status AS (
    SELECT v.status, e.ticket_id
    FROM event AS e CROSS JOIN LATERAL (VALUES (e.old_value), (e.new_value)) AS v (status)
    WHERE e.changed = 'status'
    UNION ALL
    SELECT t.status, t.ticket_id FROM ticket AS t
), told AS MATERIALIZED (
    -- Tickets whose status events tell, and whether any tells of a solution.
    SELECT e.ticket_id, coalesce(bool_or(e.new_state IN ('solved', 'closed')), false) AS solved
    FROM event AS e
    WHERE e.changed = 'status' AND e.ticket_id IS NOT NULL
    GROUP BY e.ticket_id
), known AS (
    -- Every event that some metric asks about.
    SELECT coalesce(jsonb_agg(w.word), '[]') AS events
    FROM slaops.metrics AS m
    CROSS JOIN LATERAL jsonb_path_query(
        jsonb_build_array(m.start, m.stop, m.after, m.cancel, m.reset), '$.**.event[*]') AS w (word)
)
SELECT
    f.problem,              -- What is wrong.
    f.what,                 -- The status, event, policy, calendar or ticket that it is about.
    f.tickets,              -- How many tickets it touches.
    f.example,              -- One of them.
    f.remedy                -- What to do about it.
FROM (
    SELECT 'unknown status' AS problem, s.status AS what, count(DISTINCT s.ticket_id) AS tickets, min(s.ticket_id::text) AS example,
           'It pauses and stops nothing. Say what it means: INSERT INTO slaops.states, or states: in the configuration.' AS remedy
    FROM status AS s
    LEFT JOIN slaops.states AS k ON k.status = btrim(translate(lower(s.status), '-_', '  '))
    WHERE s.status IS NOT NULL AND k.status IS NULL
    GROUP BY s.status
    UNION ALL
    SELECT 'unknown event', e.event_type, count(DISTINCT e.ticket_id), min(e.ticket_id::text),
           'No metric asks about it and it changes no field. Use created, comment, or the field that changed.'
    FROM event AS e
    WHERE e.changed IS NULL AND e.event_type NOT IN ('created', 'comment')
      AND NOT (SELECT k.events FROM known AS k) ? e.event_type
    GROUP BY e.event_type
    UNION ALL
    SELECT 'comment of unknown role', coalesce(e.actor_role, '(none)'), count(DISTINCT e.ticket_id), min(e.ticket_id::text),
           'actor_role is agent, customer or system; other comments neither start nor stop a reply clock.'
    FROM event AS e
    WHERE e.event_type = 'comment' AND coalesce(e.actor_role, '') NOT IN ('agent', 'customer', 'system')
    GROUP BY e.actor_role
    UNION ALL
    SELECT 'comments without a public flag', 'public', count(DISTINCT e.ticket_id), min(e.ticket_id::text),
           'They count as public: an internal note may end a reply clock.'
    FROM event AS e
    WHERE e.event_type = 'comment' AND e.public IS NULL
    HAVING count(*) > 0
    UNION ALL
    SELECT 'event without an instant or a type', coalesce(e.event_type, '(none)'), count(DISTINCT e.ticket_id), min(e.ticket_id::text),
           'It is left out. Give event_at and event_type.'
    FROM event AS e
    WHERE e.event_at IS NULL OR NOT isfinite(e.event_at) OR e.event_type IS NULL
    GROUP BY e.event_type
    UNION ALL
    SELECT 'event before the ticket was created', e.event_type, count(DISTINCT e.ticket_id), min(e.ticket_id::text),
           'Clocks start at the creation; look at the time zone of the source.'
    FROM event AS e
    WHERE e.event_at < e.created_at
    GROUP BY e.event_type
    UNION ALL
    SELECT 'event of an unknown ticket', e.event_type, count(DISTINCT e.ticket_id), min(e.ticket_id::text),
           'The ticket is not in stg_tickets, so it is measured nowhere.'
    FROM event AS e
    WHERE e.unknown
    GROUP BY e.event_type
    UNION ALL
    SELECT 'ticket more than once', 'ticket_id', count(*), min(d.ticket_id::text),
           'Each of its rows counts, and its events with each. Give create_marts a view with one row a ticket.'
    FROM (SELECT t.ticket_id FROM ticket AS t WHERE t.ticket_id IS NOT NULL GROUP BY t.ticket_id HAVING count(*) > 1) AS d
    HAVING count(*) > 0
    UNION ALL
    SELECT 'ticket created at no instant', t.created_at::text, count(*), min(t.ticket_id::text),
           'It is in no view of tickets. Give created_at a finite instant, or NULL.'
    FROM ticket AS t
    WHERE NOT isfinite(t.created_at)
    GROUP BY t.created_at
    UNION ALL
    SELECT 'group more than once', g.group_name, 0, NULL,
           'capacity_gap and next_best_ticket take the row with most people. Give stg_group_capacity one row a group.'
    FROM {schema}.stg_group_capacity AS g
    WHERE g.group_name IS NOT NULL
    GROUP BY g.group_name
    HAVING count(*) > 1
    UNION ALL
    SELECT 'capacity that is no usable number', concat(coalesce(g.group_name, '(no group)'), ', ', n.name, ' ', n.value), 0, NULL,
           'The row is left out. People and minutes are above 0 and at most a million, hours_per_day at most 24, occupancy at most 1.'
    FROM {schema}.stg_group_capacity AS g
    CROSS JOIN LATERAL (VALUES ('fte', g.fte, 1e6), ('handle_minutes', g.handle_minutes, 1e6), ('hours_per_day', g.hours_per_day, 24), ('occupancy', g.occupancy, 1)) AS n (name, value, most)
    WHERE NOT n.value BETWEEN 1e-6 AND n.most
    UNION ALL
    SELECT 'capacity that is no usable number', concat(coalesce(g.group_name, '(no group)'), ', attainment_target ', g.attainment_target), 0, NULL,
           'The target is left out. Write the part of clocks that are to be met, above 0 and below 1: 0.95 for 95 %.'
    FROM {schema}.stg_group_capacity AS g
    WHERE NOT (g.attainment_target > 0 AND g.attainment_target < 1)
    UNION ALL
    SELECT 'capacity of no group', '(no group)', 0, NULL,
           'The row is left out. Give each row of stg_group_capacity its group.'
    FROM {schema}.stg_group_capacity AS g
    WHERE g.group_name IS NULL
    HAVING count(*) > 0
    UNION ALL
    SELECT 'agent more than once in a group', concat(a.agent, ', ', coalesce(a.group_name, '(no group)')), 0, NULL,
           'mart_agent_productivity adds up rows that differ. Give stg_agents one row an agent and group.'
    FROM {schema}.stg_agents AS a
    WHERE a.agent IS NOT NULL
    GROUP BY a.agent, a.group_name
    HAVING count(*) > 1
    UNION ALL
    SELECT 'agent of more than full time', concat(a.agent, ', ', round(sum(a.fte ORDER BY a.fte)::numeric, 2)), 0, NULL,
           'mart_agent_productivity adds up fte. Write the part of full time that the agent works in each group.'
    FROM (SELECT DISTINCT s.agent, s.group_name, s.fte FROM {schema}.stg_agents AS s WHERE s.agent IS NOT NULL AND s.fte < 1e6) AS a
    GROUP BY a.agent
    HAVING sum(a.fte ORDER BY a.fte) > 1.000001
    UNION ALL
    SELECT 'ticket without a creation time', 'created_at', count(*), min(t.ticket_id::text),
           'Its first event stands for the creation.'
    FROM ticket AS t
    WHERE t.created_at IS NULL
    HAVING count(*) > 0
    UNION ALL
    SELECT 'solved, nobody says when', t.status, count(*), min(t.ticket_id::text),
           'Clocks that the solution would end are cancelled. Give solved_at, or events of the status.'
    FROM ticket AS t LEFT JOIN told AS d ON d.ticket_id = t.ticket_id
    WHERE t.state IN ('solved', 'closed') AND t.solved_at IS NULL AND t.closed_at IS NULL AND d.ticket_id IS NULL
    GROUP BY t.status
    UNION ALL
    SELECT 'waiting, nobody says since when', t.status, count(*), min(t.ticket_id::text),
           'It counts as waiting since its creation. Give events of the status.'
    FROM ticket AS t LEFT JOIN told AS d ON d.ticket_id = t.ticket_id
    WHERE t.state IN ('pending', 'hold') AND d.ticket_id IS NULL
    GROUP BY t.status
    UNION ALL
    SELECT 'no policy matched', coalesce(t.priority, '(no priority)'), count(*), min(t.ticket_id::text),
           'It has no target. slaops.explain_policy(ticket) tells why; a last policy without conditions takes all the rest.'
    FROM ticket AS t
    WHERE t.policy IS NULL
    GROUP BY t.priority
    UNION ALL
    SELECT 'policy never matched', p.name, 0, NULL,
           'No ticket had it when it was created. An earlier policy may take all of its tickets: slaops.explain_policy(ticket).'
    FROM slaops.sla_policies AS p
    WHERE p.policy_set = {policy_set} AND p.valid_from <= {as_of}
      AND p.name NOT IN (SELECT t.policy FROM ticket AS t WHERE t.policy IS NOT NULL)
    GROUP BY p.name
    UNION ALL
    SELECT 'no target for the priority', t.policy || ', ' || coalesce(t.priority, '(no priority)'), count(*), min(t.ticket_id::text),
           'The policy has no target for it. A target for the priority "*" is for all others.'
    FROM ticket AS t
    WHERE t.policy IS NOT NULL AND (t.policy, coalesce(t.priority, '')) NOT IN (
            SELECT g.policy, g.priority FROM slaops.sla_targets AS g WHERE g.policy_set = {policy_set})
      AND t.policy NOT IN (SELECT g.policy FROM slaops.sla_targets AS g WHERE g.policy_set = {policy_set} AND g.priority = '*')
    GROUP BY t.policy, t.priority
    UNION ALL
    SELECT 'no calendar', t.policy, count(*), min(t.ticket_id::text),
           'Its targets are in business hours, and neither policy, ticket nor set say whose. Set default_calendar in slaops.policy_sets.'
    FROM ticket AS t
    WHERE t.calendar_name IS NULL
      AND t.policy IN (SELECT p.name FROM slaops.sla_policies AS p
            LEFT JOIN slaops.sla_targets AS g ON g.policy_set = p.policy_set AND g.policy = p.name AND g.valid_from = p.valid_from
            WHERE p.policy_set = {policy_set} AND coalesce(g.hours, p.hours) = 'business' AND coalesce(g.calendar_name, p.calendar_name) IS NULL)
      AND NOT EXISTS (SELECT FROM slaops.policy_sets AS s WHERE s.name = {policy_set} AND s.default_calendar IS NOT NULL)
    GROUP BY t.policy
    UNION ALL
    SELECT 'unknown calendar of the configuration', c.calendar_name, 0, NULL,
           'A policy, a target or the set names it. Register it in slaops.calendars.'
    FROM (
        SELECT p.calendar_name FROM slaops.sla_policies AS p WHERE p.policy_set = {policy_set}
        UNION SELECT g.calendar_name FROM slaops.sla_targets AS g WHERE g.policy_set = {policy_set}
        UNION SELECT s.default_calendar FROM slaops.policy_sets AS s WHERE s.name = {policy_set}
    ) AS c
    WHERE c.calendar_name !~ '@|^{' AND c.calendar_name NOT IN (SELECT k.name FROM slaops.calendars AS k)
    UNION ALL
    -- Entering one is refused; a restore of some of the tables can leave one.
    SELECT 'target of an unknown metric', g.policy || ', ' || g.metric, 0, NULL,
           'It is left out. Insert the metric into slaops.metrics, or delete the target.'
    FROM slaops.sla_targets AS g
    WHERE g.policy_set = {policy_set} AND g.metric NOT IN (SELECT m.name FROM slaops.metrics AS m)
    GROUP BY g.policy, g.metric
    UNION ALL
    SELECT 'target of an unknown policy', concat(g.policy, ' from ' || nullif(g.valid_from, '-infinity')), 0, NULL,
           'It is left out. Insert the policy into slaops.sla_policies with this valid_from, or delete the target.'
    FROM slaops.sla_targets AS g
    WHERE g.policy_set = {policy_set} AND NOT EXISTS (SELECT FROM slaops.sla_policies AS p
            WHERE p.policy_set = g.policy_set AND p.name = g.policy AND p.valid_from = g.valid_from)
    GROUP BY g.policy, g.valid_from
    UNION ALL
    SELECT 'solved at a time that its events do not tell', t.status, count(*), min(t.ticket_id::text),
           'The events of its status count, and they end with another one. Look for missing events.'
    FROM ticket AS t JOIN told AS d ON d.ticket_id = t.ticket_id
    WHERE t.state IN ('solved', 'closed') AND NOT d.solved
    GROUP BY t.status
    UNION ALL
    SELECT 'unknown calendar', t.calendar_name, count(*), min(t.ticket_id::text),
           'Business hours of these tickets are not known. Register it in slaops.calendars.'
    FROM ticket AS t
    WHERE t.calendar_name IS NOT NULL AND t.calendar_name !~ '@|^{'
      AND NOT EXISTS (SELECT FROM slaops.calendars AS c WHERE c.name = t.calendar_name)
    GROUP BY t.calendar_name
    UNION ALL
    SELECT 'holidays run out', c.name, 0, NULL,
           'The last own holiday is over. Add those of the coming year, or give the calendar a country.'
    FROM slaops.calendars AS c
    WHERE c.valid_to > {as_of}::date
      AND (SELECT max(h.day::date) FROM jsonb_array_elements_text(
              CASE jsonb_typeof(c.calendar::jsonb -> 'holidays') WHEN 'array' THEN c.calendar::jsonb -> 'holidays' ELSE '[]' END) AS h (day)
          ) < {as_of}::date
      AND c.calendar::jsonb -> 'country' IS NULL
) AS f
